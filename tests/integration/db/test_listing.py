"""The migrate page's list: filters, orders, pages, counts and totals."""

import pytest
from sqlalchemy import Engine, text

from core.db.choosing import matching
from core.db.listing import ORDERS
from core.db.tables import sources
from core.errors import InvalidInput
from core.kind import Kind
from core.migration import Options, SkipReason
from core.ports import UnitOfWork
from core.selection import Choice, Filter, Selection, SizeBand, Sort, Standing
from core.source import Finding, MediaFacts
from tests.integration.db.making import an_object, scan, scanned, source_id, started

MB = 1_000_000


@pytest.fixture
def shelf(uow: UnitOfWork) -> UnitOfWork:
    """Five videos of different age, size and length, and three things that are none."""
    objects = [
        an_object("Algebra/intro.mp4", size_bytes=5 * MB, age_s=50),
        an_object("Algebra/sets_and_maps.mp4", size_bytes=50 * MB, age_s=40),
        an_object("Botany/100% leaves.mp4", size_bytes=500 * MB, age_s=30),
        an_object("Botany/roots.mp4", size_bytes=5000 * MB, age_s=20),
        an_object("Chemistry/acids.webm", size_bytes=10 * MB, age_s=10),
        an_object("notes.pdf"),
        an_object("empty.mp4", size_bytes=0),
        an_object("mystery"),
    ]
    with uow("test") as tx:
        scan(tx, objects)
        for key, duration_s in {"Algebra/intro.mp4": 60.0, "Botany/roots.mp4": 3600.0}.items():
            media = MediaFacts(
                duration_s=duration_s, width=640, height=360, video_codec="h264", audio_codec=None
            )
            tx.sources.set_media(source_id(tx, key), Kind.VIDEO, media, error=None, etag=f"etag-{key}")
        tx.commit()
    return uow


def keys(uow: UnitOfWork, filter: Filter, sort: Sort = Sort.KEY) -> list[str]:
    """Names of all that match, which is as many as are counted."""
    with uow("test") as tx:
        page = tx.sources.page(filter, sort, number=1, size=50)
        assert tx.sources.count(filter) == len(page)
    return [source.key.rsplit("/", 1)[-1] for source in page]


READY = Filter(standing=Standing.READY)


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        (Sort.NEWEST, "acids.webm", "intro.mp4"),
        (Sort.OLDEST, "intro.mp4", "acids.webm"),
        (Sort.LARGEST, "roots.mp4", "intro.mp4"),
        (Sort.LONGEST, "roots.mp4", "sets_and_maps.mp4"),
        (Sort.KEY, "intro.mp4", "acids.webm"),
    ],
)
def test_every_order_has_its_first_and_last(shelf: UnitOfWork, sort: Sort, first: str, last: str):
    found = keys(shelf, READY, sort)
    assert (found[0], found[-1]) == (first, last)


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_show_every_source_once(shelf: UnitOfWork, sort: Sort):
    with shelf("test") as tx:
        pages = [tx.sources.page(Filter(), sort, number=number, size=3) for number in (1, 2, 3, 4)]
        whole = tx.sources.page(Filter(), sort, number=1, size=50)
    assert [len(page) for page in pages] == [3, 3, 2, 0]
    assert [source for page in pages for source in page] == whole


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (Filter(search="ALGEBRA"), ["intro.mp4", "sets_and_maps.mp4"]),
        (Filter(search="mp4 botany"), ["100% leaves.mp4", "roots.mp4"]),
        (Filter(search="100%"), ["100% leaves.mp4"]),
        (Filter(search="s_and"), ["sets_and_maps.mp4"]),
        (Filter(search="%"), ["100% leaves.mp4"]),
        (Filter(search="\\"), []),
        (Filter(search="nothing like it"), []),
        (Filter(kind=Kind.DOCUMENT), ["notes.pdf"]),
        (Filter(size=SizeBand.UNDER_10_MB, standing=Standing.READY), ["intro.mp4"]),
        (Filter(size=SizeBand.UNDER_100_MB), ["sets_and_maps.mp4", "acids.webm"]),
        (Filter(size=SizeBand.OVER_1_GB), ["roots.mp4"]),
        (Filter(finding=Finding.EMPTY), ["empty.mp4"]),
        (Filter(standing=Standing.NOT_VIDEO), ["empty.mp4", "notes.pdf"]),
        (Filter(standing=Standing.NEEDS_LOOK), ["mystery"]),
        (Filter(course="none such"), []),
    ],
)
def test_each_filter_narrows(shelf: UnitOfWork, filter: Filter, expected: list[str]):
    assert keys(shelf, filter) == expected


@pytest.mark.parametrize("field", ["standing", "kind", "size", "finding"])
def test_a_word_that_is_no_filter_is_refused_with_the_known_ones(shelf: UnitOfWork, field: str):
    with shelf("test") as tx, pytest.raises(InvalidInput) as refusal:
        tx.sources.count(Filter(**{field: "'; DROP TABLE sources --"}))
    assert refusal.value.sentence.startswith('No filter has the value "\'; DROP TABLE sources --". Known: ')


def test_facets_count_everything_that_is_listed(shelf: UnitOfWork):
    with shelf("test") as tx:
        facets = tx.sources.facets()
    assert facets.sources == 8
    assert facets.standings[Standing.READY] == 5
    assert facets.standings[Standing.MOVING] == 0
    assert facets.kinds[Kind.VIDEO] == 5
    assert facets.findings[Finding.UNREFERENCED] == 8
    assert facets.ready_duration_s == 3660.0
    assert facets.scanned_at is not None


def test_totals_say_what_would_be_created_and_why_the_rest_is_not(shelf: UnitOfWork):
    with shelf("test") as tx:
        totals = tx.sources.totals(Choice(), Options())
    # five videos and one object that nobody has looked into; the PDF and the empty file are left out
    assert (totals.create, totals.unknown_length, totals.duration_s) == (6, 4, 3660.0)
    assert totals.size_bytes == (5 + 50 + 500 + 5000 + 10) * MB + 1000
    assert totals.skipped == {SkipReason.NOT_VIDEO: 1, SkipReason.EMPTY: 1}
    assert totals.chosen == 8


def test_totals_of_nothing_are_zeros(shelf: UnitOfWork):
    with shelf("test") as tx:
        totals = tx.sources.totals(Choice(selection=Selection("some")), Options())
    assert (totals.create, totals.size_bytes, totals.chosen) == (0, 0, 0)


def test_ticks_narrow_the_filter_or_stand_alone(shelf: UnitOfWork):
    botany = Filter(search="botany")
    with shelf("test") as tx:
        roots = source_id(tx, "Botany/roots.mp4")
        ticks = frozenset({roots})
        all_but = tx.sources.ids(Choice(filter=botany, selection=Selection("all", ticks)), limit=9)
        some = tx.sources.ids(Choice(filter=Filter(search="x"), selection=Selection("some", ticks)), limit=9)
        assert all_but == [source_id(tx, "Botany/100% leaves.mp4")]
    assert some == [roots]


def test_sources_in_a_batch_are_skipped_by_the_next_plan(shelf: UnitOfWork):
    started(shelf, "Botany/roots.mp4")
    with shelf("test") as tx:
        assert tx.sources.totals(Choice(), Options()).skipped[SkipReason.MOVING] == 1
        assert tx.sources.facets().standings[Standing.MOVING] == 1


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST, Sort.LARGEST, Sort.LONGEST])
def test_a_tab_is_read_in_order_from_an_index(uow: UnitOfWork, engine: Engine, sort: Sort):
    scanned(uow, *(f"{n:05}.mp4" for n in range(3000)))
    query = sources.select().where(matching(READY)).order_by(*ORDERS[sort]).limit(50)
    compiled = query.compile(engine, compile_kwargs={"literal_binds": True})
    with engine.connect() as connection:
        steps = connection.scalars(text(f"EXPLAIN {compiled}")).all()
    assert not any("Sort" in line or "Seq Scan" in line for line in steps), steps
