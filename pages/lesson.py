"""One lesson: its form, its video, what lies beside it, and what happened to it."""

import streamlit as st

from core.access import Action
from dashboard import access, bones
from dashboard.lesson import captions, clip, form, head, history, picture, renditions, resources, video

person = access.require(Action.SEE_LIBRARY)
lesson_id = head.chosen()
sheet = head.load(lesson_id, person)
bones.head(head.title(lesson_id, sheet), head.purpose(lesson_id, sheet))
head.links(lesson_id)

if not lesson_id:
    form.show(lesson_id)
else:
    left, right = st.columns(2, gap="medium")
    with left:
        form.show(lesson_id)
        captions.show(lesson_id)
    with right:
        video.show(lesson_id, may_edit=sheet.may_edit)
        renditions.show(lesson_id)
        picture.show(lesson_id)
        clip.show(lesson_id)
    resources.show(lesson_id, may_edit=sheet.may_edit)
    if head.tells_history(sheet):
        history.show(lesson_id)
