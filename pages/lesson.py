"""One lesson: its form, its video, what lies beside it, and what happened to it."""

from core.access import Action
from dashboard import access, bones
from dashboard.lesson import form, head

person = access.require(Action.SEE_LIBRARY)
lesson_id = head.chosen()
sheet = head.load(lesson_id, person)
with bones.head(head.title(lesson_id, sheet), head.purpose(lesson_id, sheet)):
    head.links(lesson_id)
form.show(lesson_id)
