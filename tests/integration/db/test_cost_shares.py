"""Whose costs are whose, of a few assets whose sums were worked out by hand, on the school's real tables."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from core import allocating, costing
from core.access import Role
from core.allocation import Allocation, Per, Shared, SharedRule
from core.card_choice import PlanInUse
from core.errors import NotAllowed
from core.month_costs import Group
from core.ports import Services
from core.price_card import Vendor
from core.usage import Month, What
from core.usage_delivery import Delivered
from tests.integration.playing.stage import Stage, person
from tests.price_lists import CARDS

JUNE = Month(2026, 6)
JULY_10 = datetime(2026, 7, 10, tzinfo=UTC)
FIN, OLU = person("fin", Role.FINANCE), person("olu", Role.TEACHER)
ASSET = """INSERT INTO mux_admin.assets (id, status, created_at, deleted_at, duration_s, resolution_tier,
        video_quality, test, error_messages, tracks, static_renditions, seen_at)
    VALUES (%s, %s, %s, %s, %s, '1080p', 'plus', false, '[]', '[]', '[]', now()) RETURNING id"""
SPELL = "INSERT INTO mux_admin.lesson_assets VALUES (%s, %s, %s, %s) RETURNING lesson_id"
IN_S3 = "INSERT INTO mux_admin.s3_days VALUES ('2026-05-30', 'b', 'STANDARD', 100000000000, 3) RETURNING day"


@pytest.fixture
def stage(engine: Engine, database_url: str) -> Stage:
    return Stage(engine, database_url)


def services_of(stage: Stage, **settings: object) -> Services:
    """On 10 July, at round prices: $0.005 a minute-month, $0.001 a minute, $0.023 a GB-month."""
    stage.school.clock.now = JULY_10
    found = replace(stage.services, built_in_cards=(*CARDS.values(),))
    with found.uow("prices.choose") as tx:
        for vendor in Vendor:
            plan = PlanInUse(vendor=vendor, plan="simple", since=date(2026, 1, 1))
            tx.prices.choose(plan, at=JULY_10)
        tx.commit()
    return replace(found, settings=replace(found.settings, **settings))


def asset(stage: Stage, name: str, minutes: int, made: str = "2026-05-01", gone: str | None = None) -> str:
    stage.ask(ASSET, name, "deleted" if gone else "ready", f"{made}Z", gone and f"{gone}Z", minutes * 60.0)
    return name


def plays(stage: Stage, lesson: str, asset: str, first: str = "2026-05-01", last: str | None = None) -> None:
    stage.ask(SPELL, lesson, asset, first, last)


def delivered(services: Services, asset: str, day: date, minutes: int) -> None:
    row = Delivered(asset_id=asset, quality="plus", tier="1080p", seconds=Decimal(minutes * 60))
    end_at = datetime(2026, day.month, day.day + 1, tzinfo=UTC)
    with services.uow("usage.day") as tx:
        tx.usage.put_day(day, [row], read_at=JULY_10, covers_to=end_at)
        tx.commit()


def some_costs(stage: Stage) -> Mapping[str, str]:
    """Lessons by what is the matter with them; $15.80 in June: $13.50 at Mux, 100 GB x 0.023 in S3."""
    named = ("one", "other", "replaced", "deleted", "unused")
    made = {name: stage.lesson(title=name, creator_id="ben") for name in named}
    stage.ask("UPDATE lessons SET creator_id = 'olu', course_id = NULL WHERE title = 'replaced' RETURNING id")
    shared = asset(stage, "shared", 1000)  # 1,000 x 0.005 = 5; 3,000 x 0.001 = 3: half to each of two lessons
    plays(stage, made["one"], shared)
    plays(stage, made["other"], shared)
    plays(stage, made["one"], shared, "2026-06-20")  # again: it is no third lesson
    plays(stage, made["replaced"], asset(stage, "before", 500), last="2026-06-15")  # 500 x 0.005 = 2.50
    # 400 x 15 of 30 days x 0.005 = 1
    plays(stage, made["replaced"], asset(stage, "after", 400, "2026-06-16"), "2026-06-16")
    gone = asset(stage, "gone", 600, gone="2026-06-11")  # 600 x 10 of 30 days x 0.005 = 1
    plays(stage, made["deleted"], gone, last="2026-06-10")
    asset(stage, "nobodys", 200)  # 200 x 0.005 = 1
    plays(stage, made["one"], "nobodys", last="2026-05-31")  # not in June any more
    plays(stage, made["unused"], asset(stage, "new", 600, "2026-07-02"), "2026-07-02")
    stage.ask(IN_S3)
    return made


def of(services: Services, per: Per, rule: SharedRule, **more: object) -> Allocation:
    return allocating.allocation(JUNE, per=per, rule=rule, services=services, **{"by": FIN, **more})  # type: ignore[arg-type]


def rounded(found: Allocation) -> dict[str, Decimal]:
    return {row.shared or row.key: round(row.total_usd, 6) for row in found.rows}


def test_each_lesson_costs_what_its_assets_used_in_the_month(stage: Stage) -> None:
    made, services = some_costs(stage), services_of(stage)
    delivered(services, "shared", date(2026, 6, 5), 3000)
    found = allocating.month_shares(JUNE, by=FIN, services=services)
    own = {
        key: {group: round(usd, 6) for group, usd in row.items()} for key, row in found.direct.lessons.items()
    }
    half = {Group.STORAGE: Decimal("2.5"), Group.DELIVERY: Decimal("1.5")}
    assert own == {
        made["one"]: half,
        made["other"]: half,
        made["replaced"]: {Group.STORAGE: Decimal("3.5")},
        made["deleted"]: {Group.STORAGE: Decimal(1)},
    }
    assert {what: round(usd, 6) for what, usd in found.direct.shared.items()} == {
        "plan": 0,
        "s3": Decimal("2.3"),
        "no_lesson": 1,
    }
    assert round(found.bill.total_usd, 6) == Decimal("15.8")
    quantities = allocating.priced(JUNE, [made["one"]], by=FIN, services=services)
    assert {
        one.sku.what: round(one.amount_usd, 6) for one in quantities if one.sku.what is What.DELIVERY
    } == {What.DELIVERY: Decimal("1.5")}
    assert round(sum(one.amount_usd for one in quantities), 6) == Decimal(4)


def test_what_all_share_is_laid_on_lessons_by_the_rule(stage: Stage) -> None:
    made, services = some_costs(stage), services_of(stage)
    delivered(services, "shared", date(2026, 6, 5), 3000)
    # 3.30 over own 4 : 4 : 3.50 : 1
    assert rounded(of(services, Per.LESSON, SharedRule.PROPORTIONAL)) == {
        made["one"]: Decimal("5.056"),
        made["other"]: Decimal("5.056"),
        made["replaced"]: Decimal("4.424"),
        made["deleted"]: Decimal("1.264"),
    }
    assert rounded(of(services, Per.COURSE, SharedRule.EVENLY)) == {
        "4": Decimal("11.475"),  # 4 + 4 + 1 + 3 x 0.825
        "": Decimal("4.325"),  # 3.50 + 0.825
    }
    by_teacher = of(services, Per.TEACHER, SharedRule.APART)
    assert rounded(by_teacher) == {"ben": 9, "olu": Decimal("3.5"), "s3": Decimal("2.3"), "no_lesson": 1}
    assert rounded(of(services, Per.PROVIDER, SharedRule.APART)) == {
        "mux": Decimal("13.5"),
        "aws": Decimal("2.3"),
    }
    assert rounded(of(services, Per.LESSON, SharedRule.APART, course="4")).keys() == {
        made[name] for name in ("one", "other", "deleted")
    }


FILE = """INSERT INTO mux_admin.sources
        (bucket, key, object_bytes, size_bytes, etag, kind, standing, findings, haystack, part_of)
    VALUES ('b', %s, %s, %s, 'e', 'video', 'ready', '{}', '', %s) RETURNING id"""
LINK = "INSERT INTO mux_admin.source_links VALUES (%s, %s, 'video_url', %s) RETURNING row_id"


def file(stage: Stage, key: str, gb: int, part_of: int | None = None) -> int:
    [(source_id,)] = stage.ask(FILE, key, gb * 10**9, gb * 10**9, part_of)
    return int(source_id)


def test_what_lies_in_s3_is_its_lessons(stage: Stage) -> None:
    """100 GB x 0.023 = 2.30: 60 of two lessons, 20 of a folder that a row of `videos` names, 20 nobody's."""
    made, services = some_costs(stage), services_of(stage)
    both, playlist = file(stage, "both.mp4", 60), file(stage, "hls/a.m3u8", 5)
    file(stage, "hls/a.ts", 15, part_of=playlist)
    file(stage, "nobodys.mp4", 20)
    for name in ("one", "unused"):
        stage.ask(LINK, "lessons", made[name], both)
    [(video_id,)] = stage.ask("INSERT INTO videos (lesson_id) VALUES (%s) RETURNING id", made["replaced"])
    stage.ask(LINK, "videos", str(video_id), playlist)
    found = allocating.month_shares(JUNE, by=FIN, services=services).direct
    own = {key: round(usd[Group.S3], 6) for key, usd in found.lessons.items() if Group.S3 in usd}
    assert own == {
        made["one"]: Decimal("0.69"),  # 30 % of 2.30; it has a lesson beside it
        made["unused"]: Decimal("0.69"),
        made["replaced"]: Decimal("0.46"),
    }
    assert round(found.shared[Shared.S3], 6) == Decimal("0.46")
    lines = allocating.priced(JUNE, [made["unused"]], by=FIN, services=services)
    assert [(one.sku.what, round(one.quantity, 6)) for one in lines] == [(What.S3_STORAGE, 30)]


def test_what_lies_in_a_bucket_is_its_own_lessons_alone(stage: Stage) -> None:
    """Beside 100 GB of the one lesson 60 of the other, in a bucket that nobody looks at since the 16th: 30 of
    them counted."""
    made, services = some_costs(stage), services_of(stage)
    for lesson, bucket, gb in (("one", "b", 100), ("other", "old", 60)):
        number = file(stage, f"{lesson}.mp4", gb)
        stage.ask("UPDATE mux_admin.sources SET bucket = %s WHERE id = %s RETURNING id", bucket, number)
        stage.ask(LINK, "lessons", made[lesson], number)
    stage.ask(IN_S3.replace("'b'", "'old'").replace("100000000000", "60000000000"))
    with services.uow("test") as tx:
        tx.usage.note_buckets(date(2026, 6, 16), ["b"])
        tx.commit()
    found = allocating.month_shares(JUNE, by=FIN, services=services).direct
    own = {key: round(usd[Group.S3], 6) for key, usd in found.lessons.items() if Group.S3 in usd}
    assert own == {made["one"]: Decimal("2.3"), made["other"]: Decimal("0.69")}
    lines = allocating.priced(JUNE, [made["other"]], by=FIN, services=services)
    assert [round(one.quantity, 6) for one in lines if one.sku.what is What.S3_STORAGE] == [30]


def test_teachers_are_told_of_their_own_lessons_where_the_school_says_so(stage: Stage) -> None:
    made = some_costs(stage)
    with pytest.raises(NotAllowed, match="not told to teachers"):
        of(services_of(stage), Per.LESSON, SharedRule.APART, by=OLU)
    told = services_of(stage, costs_for_teachers=True)
    assert rounded(of(told, Per.LESSON, SharedRule.APART, by=OLU)) == {made["replaced"]: Decimal("3.5")}
    assert allocating.priced(JUNE, [made["one"], ""], by=OLU, services=told) == []
    with pytest.raises(NotAllowed):
        of(told, Per.PROVIDER, SharedRule.APART, by=OLU)
    with pytest.raises(NotAllowed):
        costing.month_costs(JUNE, by=OLU, services=told)
    with pytest.raises(NotAllowed):
        of(told, Per.LESSON, SharedRule.APART, by=person("sam"))


def test_months_are_compared_over_as_many_whole_days(stage: Stage) -> None:
    made, services = some_costs(stage), services_of(stage)
    for day, then, now in ((1, 0, 0), (2, 0, 0), (3, 0, 0), (4, 500, 100), (5, 3000, 900), (6, 70_000, 5000)):
        delivered(services, "shared", date(2026, 6, day), then)
        delivered(services, "shared", date(2026, 7, day), now)
    july = Month(2026, 7)
    costs = costing.month_costs(july, by=FIN, services=services)
    assert costs.alike is not None
    assert (costs.alike.until.day, costs.alike.before_until.day) == (
        7,
        7,
    )  # up to the 6th, which Mux told last
    found = allocating.changed(costs, by=FIN, services=services)
    # 6,000 against 73,500 minutes x 0.001
    assert (found[0].group, found[0].more_usd) == (Group.DELIVERY, Decimal("-67.5"))
    assert found[0].lesson is not None
    assert found[0].lesson.lesson_id in (made["one"], made["other"])
    assert round(found[0].lesson.more_usd, 6) == Decimal("-33.75")


def test_the_end_of_a_day_is_no_part_of_the_next(stage: Stage) -> None:
    some_costs(stage)
    services = services_of(stage)
    for day in (5, 6):
        delivered(services, "shared", date(2026, 6, day), day)
    with services.uow("usage.read") as tx:
        found = tx.usage.month_usage(JUNE, until=datetime(2026, 6, 6, tzinfo=UTC))
    assert [one.quantity for one in found if one.sku.what is What.DELIVERY] == [5]
