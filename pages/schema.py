"""What the school's tables lack for Mux, the SQL that adds it, and the button."""

from core import inspecting
from core.access import Action
from dashboard import access, bones
from dashboard.schema import apply, history, live, offers, overview, profiles, sql
from dashboard.services import services

access.require(Action.SEE_SCHEMA)
found, now = overview.load(), live.look()
with bones.head("Schema", f"{live.place(now)} · {overview.as_of()}"):
    apply.button(found, now.place)
overview.answer(found)
overview.tables(inspecting.parts(services=services()), live.sizes(now))
offers.show(found, now.place)
live.show(under_way=found.running_by is not None, pending=found.pending > 0)
sql.show(sql.load())
profiles.show(found, now.place)
history.show(found, now.place)
