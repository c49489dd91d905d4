"""The library's search finds what is said in a lesson."""

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import text

from core import browsing
from core.access import SYSTEM
from core.db.transcripts import assets_saying
from core.library import LibraryFilter, LibrarySort
from tests.integration.captions.scenarios import Way, begun, brought
from tests.integration.engine.schools import schools

SAID = "WEBVTT\n\n00:00.000 --> 00:01.000\nDie <i>Äquivalenzklassen</i> &amp; Cantor's Menge\n"


@pytest.fixture
def way(engine: Database, database_url: str) -> Way:
    return begun(schools(engine, database_url)(""))


def found(way: Way, search: str) -> list[str]:
    lines = browsing.lessons(
        LibraryFilter(search=search), LibrarySort.NEWEST, number=1, size=50, by=SYSTEM, services=way.services
    )
    return [line.title for line in lines]


@pytest.mark.parametrize(
    ("search", "finds"),
    [
        ("äquivalenz", True),
        ("Menge Sets", True),
        ("cantor's", True),
        ("klassen", False),
        ("Mengen", False),
        ("'", False),
        ("\\", False),
        ("&|!():*", False),
        ("<->", False),
    ],
)
def test_a_lesson_is_found_by_how_a_word_that_is_said_begins(way: Way, search: str, finds: bool) -> None:
    way.put(SAID.encode())
    way.settle()
    assert found(way, search) == (["Sets"] if finds else [])


def test_what_was_changed_or_deleted_is_not_found_any_more(way: Way) -> None:
    brought(way)
    assert found(way, "hallo") == ["Sets"]
    way.put(SAID.encode(), replaces=way.only())
    way.settle()
    assert (found(way, "hallo"), found(way, "cantor")) == ([], ["Sets"])


def test_the_search_goes_by_the_index(way: Way, engine: Database) -> None:
    with engine.connect() as connection:
        connection.execute(text("SET enable_seqscan = off"))
        query = assets_saying("cantor").compile(engine, compile_kwargs={"literal_binds": True})
        plan = connection.exec_driver_sql(f"EXPLAIN {query}").scalars().all()
    assert any("text_tracks_words" in line for line in plan), plan
