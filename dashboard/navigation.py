"""The one registry of pages: where each is, what it is called, and the right it needs."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.access import Action, Person, could
from core.allocating import may_see
from dashboard.services import settings

PAGES = Path(__file__).resolve().parent.parent / "pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of the dashboard. `action` is the right it asks for with `require`."""

    file: str
    title: str
    icon: str
    action: Action
    section: str = ""
    hidden: bool = False
    """Reached by a link, not by the menu."""

    @property
    def path(self) -> Path:
        return PAGES / self.file

    @property
    def is_first(self) -> bool:
        return self.file == HOME


def _page(section: str, file: str, title: str, icon: str, action: Action, *, hidden: bool = False) -> Page:
    """`icon` is one of Material's, by its name."""
    mark = f":material/{icon}:"
    return Page(file=file, title=title, icon=mark, action=action, section=section, hidden=hidden)


HOME = "home.py"
REGISTRY: tuple[Page, ...] = (
    _page("", HOME, "Today", "home", Action.SEE_HOME),
    _page("Videos", "library.py", "Library", "video_library", Action.SEE_LIBRARY),
    _page("Videos", "lesson.py", "Lesson", "school", Action.SEE_LIBRARY, hidden=True),
    _page("Videos", "upload.py", "Upload", "upload", Action.SEE_UPLOADS),
    _page("Videos", "watch.py", "Watch", "play_circle", Action.WATCH, hidden=True),
    _page("Videos", "analytics.py", "Analytics", "monitoring", Action.SEE_VIEWING),
    _page(
        "Videos", "lesson_analytics.py", "Lesson analytics", "query_stats", Action.SEE_VIEWING, hidden=True
    ),
    _page("Videos", "compare.py", "Compare lessons", "compare_arrows", Action.SEE_VIEWING, hidden=True),
    _page("Videos", "batches.py", "Batches", "stacks", Action.SEE_BATCHES),
    _page("Videos", "batch.py", "Batch", "stacks", Action.SEE_BATCHES, hidden=True),
    _page("Move to Mux", "migrate.py", "Migrate", "drive_file_move", Action.SEE_SOURCES),
    _page("Move to Mux", "review.py", "Review", "fact_check", Action.MIGRATE, hidden=True),
    _page("Costs", "costs.py", "Costs", "payments", Action.SEE_COSTS),
    _page("Costs", "cost_table.py", "Cost table", "table_chart", Action.SEE_OWN_COSTS),
    _page("Costs", "forecast.py", "Forecast", "trending_up", Action.SEE_COSTS),
    _page("Costs", "advice.py", "Savings", "lightbulb", Action.SEE_COSTS),
    _page("Costs", "budgets.py", "Budgets", "savings", Action.SEE_COSTS),
    _page("Costs", "migration_costs.py", "Migrations", "receipt_long", Action.SEE_COSTS),
    _page("Costs", "prices.py", "Price cards", "sell", Action.SET_PRICES),
    _page("System", "schema.py", "Schema", "database", Action.SEE_SCHEMA),
    _page("System", "events.py", "Events", "webhook", Action.SEE_EVENTS),
    _page("System", "health.py", "Health", "monitor_heart", Action.SEE_HEALTH),
    _page("System", "gallery.py", "Gallery", "palette", Action.SEE_HEALTH, hidden=True),
)


def menu(person: Person) -> dict[str, list[st.Page]]:
    """All pages by section; those the person may not open have an address, which says who may."""
    sections = dict.fromkeys(page.section for page in REGISTRY)
    return {
        name: [_shown(page, shown=in_menu(page, person)) for page in REGISTRY if page.section == name]
        for name in sections
    }


def in_menu(page: Page, person: Person) -> bool:
    """Whether the menu lists it for this person."""
    if page.action is Action.SEE_OWN_COSTS and not may_see(person, settings=settings()):
        return False
    return not page.hidden and could(person, page.action)


def everything() -> list[st.Page]:
    """All addresses, for somebody at the door: a deep link then leads to the sign-in, not to "not found"."""
    return [_shown(page, shown=False) for page in REGISTRY]


def _shown(page: Page, *, shown: bool) -> st.Page:
    return st.Page(
        page.path,
        title=page.title,
        icon=page.icon,
        default=page.is_first,
        visibility="visible" if shown else "hidden",
    )
