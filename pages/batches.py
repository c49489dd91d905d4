"""All batches, to be searched, narrowed and sorted."""

from core.access import Action
from dashboard import access, bones
from dashboard.batches import listing

access.require(Action.SEE_BATCHES)
bones.head("Batches", "Every job over many videos or lessons that was started.")
listing.show()
