"""All batches, to be searched, narrowed and sorted."""

from core.access import Action
from dashboard import access, bones
from dashboard.batches import listing

access.require_some(Action.SEE_BATCHES)
bones.head("Batches", listing.purpose)
listing.show()
