"""Every lesson with its video, to be searched, narrowed and opened."""

from core.access import Action
from dashboard import access, bones
from dashboard.library import shelf

access.require(Action.SEE_LIBRARY)
with bones.head("Library", shelf.purpose):
    shelf.way_to_new()
shelf.shelf()
