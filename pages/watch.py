"""Play one lesson, look at its original beside it, and find out why it does not play."""

from core.access import Action
from dashboard import access, bones
from dashboard.watch import beside, doctor, screen

access.require(Action.WATCH)
lesson = screen.chosen()
if playback := screen.opened(lesson):
    bones.head(playback.title or "Lesson", screen.purpose(playback))
    screen.show(playback)
    beside.show(playback)
doctor.show(lesson)
