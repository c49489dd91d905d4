"""What needs you today."""

from core.access import Action
from dashboard import access, bones
from dashboard.today import overview

person = access.require(Action.SEE_HOME)
bones.head("Today", overview.purpose(person))
overview.show(person)
