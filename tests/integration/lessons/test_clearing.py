"""Copies at Mux that nothing plays any more: which they are, and how they go."""

import json
from typing import Any

import pytest

from core import clearing
from core.access import Role
from core.errors import NotAllowed
from core.leftover import Leftovers
from core.price_card import Vendor
from tests.integration.playing.stage import Stage, person
from tests.price_lists import PAY_AS_YOU_GO

ADMIN, OPS, TEACHER = person("ada", Role.ADMIN), person("otto", Role.OPS), person("ben", Role.TEACHER)


@pytest.fixture
def left(stage: Stage) -> str:
    """The copy of a lesson that the school has deleted."""
    stage.ask("ALTER TABLE videos ADD COLUMN mux_asset_id text")
    lesson_id = stage.school.lesson("algebra/sets.mp4", title="Sets <b>1</b>")
    stage.school.migrate()
    [(asset_id,)] = stage.ask("DELETE FROM lessons WHERE id = %s RETURNING mux_asset_id", lesson_id)
    return str(asset_id)


def found(stage: Stage, **more: Any) -> Leftovers:
    return clearing.leftovers(by=OPS, services=stage.services, **more)


def ids(stage: Stage) -> list[str]:
    return [line.asset_id for line in found(stage).lines]


def clear(stage: Stage, *asset_ids: str) -> int:
    return clearing.clear(asset_ids, by=ADMIN, services=stage.services)


def test_the_copy_of_a_lesson_that_the_school_deleted_is_told_with_what_it_is(
    stage: Stage, left: str
) -> None:
    [line] = found(stage).lines
    assert (line.title, line.lesson_id) == ("Sets <b>1</b>", "1")
    playing = stage.school.lesson("algebra/rings.mp4")
    stage.school.migrate()
    told = found(stage)
    [line] = told.lines
    assert (line.asset_id, line.file, told.count) == (left, "algebra/sets.mp4", 1)
    assert (line.title, line.lesson_id) == ("", "1")  # the scan has found that no lesson names the file
    assert line.made_at is not None
    assert sum(told.seconds.values()) == line.duration_s
    assert stage.ask("SELECT mux_asset_id IS NOT NULL FROM lessons WHERE id = %s", playing) == [(True,)]


def test_it_is_deleted_by_whoever_asked_and_its_file_in_s3_is_there_to_be_moved_again(
    stage: Stage, left: str
) -> None:
    assert clear(stage, left) == 1
    assert found(stage).count == 0
    assert clear(stage, left) == 0
    stage.school.run()
    assert stage.school.mux.deleted == [left]
    audited = "SELECT action, subject FROM mux_admin.audit WHERE actor = %s ORDER BY id LIMIT 2"
    assert stage.ask(audited, ADMIN.name) == [
        ("delete copies that nothing plays", "assets"),
        ("delete asset", f"asset {left}"),
    ]
    assert stage.ask("SELECT count(*) FROM mux_admin.asset_sources WHERE released_at IS NULL") == [(0,)]
    [(standing,)] = stage.ask("SELECT standing FROM mux_admin.sources")
    assert standing == "ready"


KEPT_BY = {
    "a lesson": "INSERT INTO lessons (title, mux_asset_id) VALUES ('Again', {id})",
    "a lesson that names its playback id alone": """INSERT INTO lessons (title, mux_playback_id)
        SELECT 'Again', playback_id FROM mux_admin.assets WHERE id = {id}""",
    "a row of videos": "INSERT INTO videos (mux_asset_id) VALUES ({id})",
    "a row whose column is missing": """INSERT INTO mux_admin.pending_facts
        VALUES ('lessons', '9', jsonb_build_object('mux_asset_id', {id}), now())""",
    "an earlier version": """INSERT INTO mux_admin.former_versions
            (lesson_id, what, asset_id, rows, at, person, why)
        VALUES ('9', {id}, {id}, '[]', now(), 'ada', 'uploaded')""",
    "an item under way": "UPDATE mux_admin.items SET state = 'verifying' WHERE asset_id = {id}",
    "an item that a retry checks again": """UPDATE mux_admin.items
        SET state = 'failed', trouble = 'not_reached' WHERE asset_id = {id}""",
    "an open intent": "UPDATE mux_admin.intents SET closed_at = NULL WHERE asset_id = {id}",
    "a wish that it goes": """INSERT INTO mux_admin.discards
            (asset_id, asked, actor, actor_subject, wanted_at)
        VALUES ({id}, true, 'ada', 'ada', now())""",
    "a passthrough that is not ours": "UPDATE mux_admin.assets SET passthrough = 'winter' WHERE id = {id}",
    "being a test copy": "UPDATE mux_admin.assets SET test = true WHERE id = {id}",
}


@pytest.mark.parametrize("reason", KEPT_BY)
def test_no_copy_that_somebody_may_need_is_left_over_or_can_be_deleted(
    stage: Stage, left: str, reason: str
) -> None:
    assert ids(stage) == [left]
    stage.ask(f"{KEPT_BY[reason]} RETURNING 1".format(id=f"'{left}'"))
    assert ids(stage) == []
    assert clear(stage, left) == 0
    assert stage.ask("SELECT count(*) FROM mux_admin.audit WHERE actor = %s", ADMIN.name) == [(0,)]


def test_the_longest_come_first_and_all_are_counted(stage: Stage, left: str) -> None:
    copy = """INSERT INTO mux_admin.assets (id, status, passthrough, duration_s, video_quality, test,
            error_messages, tracks, static_renditions, seen_at)
        VALUES (%s, 'ready', %s, %s, %s, false, %s, '[]', '[]', now()) RETURNING id"""
    for number in range(3):
        upload = f"upload:00000000-0000-0000-0000-00000000000{number}"
        stage.ask(copy, f"copy-{number}", upload, 3600.0 * (number + 1), "plus", json.dumps([]))
    told = found(stage, limit=2)
    assert [line.asset_id for line in told.lines] == ["copy-2", "copy-1"]
    assert (told.count, told.seconds["plus"]) == (4, 21600.0 + 10.0)
    # 360 min 10 s at $0.003 a minute of 1080p storage = $1.0805
    price = clearing.price(told, {Vendor.MUX: PAY_AS_YOU_GO})
    assert price is not None
    assert str(price.monthly_usd) == "1.08"


def test_ops_look_and_an_admin_deletes(stage: Stage, left: str) -> None:
    for by in (OPS, TEACHER):
        with pytest.raises(NotAllowed):
            clearing.clear([left], by=by, services=stage.services)
    with pytest.raises(NotAllowed):
        clearing.leftovers(by=TEACHER, services=stage.services)
    assert ids(stage) == [left]
