"""The one registry of pages: where each is, what it is called, and the right it needs."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.access import Action, Person, could

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


HOME = "home.py"
REGISTRY: tuple[Page, ...] = (
    Page(file=HOME, title="Today", icon=":material/home:", action=Action.SEE_HOME),
    Page(
        file="library.py",
        title="Library",
        icon=":material/video_library:",
        action=Action.SEE_LIBRARY,
        section="Videos",
    ),
    Page(
        file="lesson.py",
        title="Lesson",
        icon=":material/school:",
        action=Action.SEE_LIBRARY,
        section="Videos",
        hidden=True,
    ),
    Page(
        file="upload.py",
        title="Upload",
        icon=":material/upload:",
        action=Action.SEE_UPLOADS,
        section="Videos",
    ),
    Page(
        file="watch.py",
        title="Watch",
        icon=":material/play_circle:",
        action=Action.WATCH,
        section="Videos",
        hidden=True,
    ),
    Page(
        file="analytics.py",
        title="Analytics",
        icon=":material/monitoring:",
        action=Action.SEE_VIEWING,
        section="Videos",
    ),
    Page(
        file="lesson_analytics.py",
        title="Lesson analytics",
        icon=":material/query_stats:",
        action=Action.SEE_VIEWING,
        section="Videos",
        hidden=True,
    ),
    Page(
        file="compare.py",
        title="Compare lessons",
        icon=":material/compare_arrows:",
        action=Action.SEE_VIEWING,
        section="Videos",
        hidden=True,
    ),
    Page(
        file="batches.py",
        title="Batches",
        icon=":material/stacks:",
        action=Action.SEE_BATCHES,
        section="Videos",
    ),
    Page(
        file="batch.py",
        title="Batch",
        icon=":material/stacks:",
        action=Action.SEE_BATCHES,
        section="Videos",
        hidden=True,
    ),
    Page(
        file="migrate.py",
        title="Migrate",
        icon=":material/drive_file_move:",
        action=Action.SEE_SOURCES,
        section="Move to Mux",
    ),
    Page(
        file="review.py",
        title="Review",
        icon=":material/fact_check:",
        action=Action.MIGRATE,
        section="Move to Mux",
        hidden=True,
    ),
    Page(
        file="forecast.py",
        title="Forecast",
        icon=":material/trending_up:",
        action=Action.SEE_COSTS,
        section="Costs",
    ),
    Page(
        file="advice.py",
        title="Savings",
        icon=":material/lightbulb:",
        action=Action.SEE_COSTS,
        section="Costs",
    ),
    Page(
        file="budgets.py",
        title="Budgets",
        icon=":material/savings:",
        action=Action.SEE_COSTS,
        section="Costs",
    ),
    Page(
        file="migration_costs.py",
        title="Migrations",
        icon=":material/receipt_long:",
        action=Action.SEE_COSTS,
        section="Costs",
    ),
    Page(
        file="schema.py",
        title="Schema",
        icon=":material/database:",
        action=Action.SEE_SCHEMA,
        section="System",
    ),
    Page(
        file="events.py",
        title="Events",
        icon=":material/webhook:",
        action=Action.SEE_EVENTS,
        section="System",
    ),
    Page(
        file="health.py",
        title="Health",
        icon=":material/monitor_heart:",
        action=Action.SEE_HEALTH,
        section="System",
    ),
    Page(
        file="gallery.py",
        title="Gallery",
        icon=":material/palette:",
        action=Action.SEE_HEALTH,
        section="System",
        hidden=True,
    ),
)


def menu(person: Person) -> dict[str, list[st.Page]]:
    """All pages by section; those the person may not open have an address, which says who may."""
    sections = dict.fromkeys(page.section for page in REGISTRY)
    return {
        name: [_page(page, shown=in_menu(page, person)) for page in REGISTRY if page.section == name]
        for name in sections
    }


def in_menu(page: Page, person: Person) -> bool:
    """Whether the menu lists it for this person."""
    return not page.hidden and could(person, page.action)


def everything() -> list[st.Page]:
    """All addresses, for somebody at the door: a deep link then leads to the sign-in, not to "not found"."""
    return [_page(page, shown=False) for page in REGISTRY]


def _page(page: Page, *, shown: bool) -> st.Page:
    return st.Page(
        page.path,
        title=page.title,
        icon=page.icon,
        default=page.is_first,
        visibility="visible" if shown else "hidden",
    )
