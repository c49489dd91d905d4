"""Play one lesson."""

from core.access import Action
from dashboard import access, bones
from dashboard.watch import beside, screen

access.require(Action.WATCH)
playback = screen.load(screen.chosen())
bones.head(playback.title or "Lesson", screen.purpose(playback))
screen.show(playback)
beside.show(playback)
