"""How one lesson is watched: the answer, the player beside its curve, what stands out, day by day."""

from core.access import Action
from dashboard import access, bones
from dashboard.retention import screen
from dashboard.watch.screen import chosen

access.require_some(Action.SEE_VIEWING)
seen = screen.load(chosen())
with bones.head(screen.title(seen), screen.purpose(seen)):
    screen.links(seen)
screen.show(seen)
