"""Bring a video in: choose the lesson, drop the file, see what becomes of it."""

from core.access import Action
from dashboard import access, bones
from dashboard.services import settings
from dashboard.upload import bring, how, listing, where

person = access.require(Action.SEE_UPLOADS)
bones.head("Upload", "Videos go from this browser straight to Mux.")
place = where.choose(person)
options = how.choose(settings())
bring.show(place, options)
listing.show()
