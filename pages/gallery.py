"""Every browser part, and lessons, in every state: for whoever changes one."""

import streamlit as st

from core.access import Action
from dashboard import access, bones, gallery, gallery_lessons

access.require(Action.SEE_HEALTH)
bones.head("Gallery", "Every browser part, and lessons, in every state. Nothing here is real.")
left, right = st.columns(2)
with left:
    gallery.uploads()
    gallery.bars()
with right:
    gallery.recordings()
    gallery.players()
gallery_lessons.library()
gallery_lessons.lesson()
