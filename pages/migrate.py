"""Pick the videos that move to Mux."""

from core.access import Action
from dashboard import access, bones
from dashboard.sources import options, picker, scan

access.require(Action.SEE_SOURCES)
with bones.head("Migrate", picker.purpose):
    scan.button()
scan.outcome()
options.keep()
picker.picker()
