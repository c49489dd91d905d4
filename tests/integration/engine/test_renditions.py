"""An MP4 that Mux makes after the switch: its address comes into the row, and goes with the file."""

import pytest

from core import applying, publishing
from core.access import SYSTEM
from tests.integration.engine.harness import BUCKET, Engine, receive, signed_json

VIDEO = "INSERT INTO videos (title, filename, file_path, file_size, s3_bucket, s3_key, uploaded_by)"
ADDRESS = "SELECT mux_mp4_url FROM videos"
WAITS = "SELECT facts ->> 'mux_mp4_url' FROM mux_admin.pending_facts WHERE table_name = 'videos'"


@pytest.fixture
def asset_id(school: Engine) -> str:
    """Of a lesson's video that has a row in `videos` too, on its way to Mux."""
    school.lesson("a.mp4")
    school.ask(f"{VIDEO} VALUES ('A', 'a.mp4', 'a.mp4', 1, %s, 'a.mp4', 't1') RETURNING id", BUCKET)
    school.migrate()
    [made] = school.mux.assets
    return made


def tell(school: Engine, what: str, asset_id: str, name: str = "highest.mp4") -> None:
    data = {"id": f"file-{name}", "name": name, "status": "ready", "asset_id": asset_id}
    kind = f"video.asset.static_rendition.{what}"
    body, header = signed_json(kind, "static_rendition", data, school.clock.now)
    receive(body, header, services=school.services)
    school.run(within_s=60)


def apply(school: Engine) -> None:
    applying.apply(by=SYSTEM, services=school.services)
    school.run(within_s=60)


def test_the_address_of_an_mp4_comes_when_it_is_ready_and_goes_with_it(school: Engine, asset_id: str) -> None:
    apply(school)
    assert school.ask(ADDRESS) == [(None,)]
    tell(school, "ready", asset_id)
    [(address,)] = school.ask(ADDRESS)
    assert address.endswith("/highest.mp4")
    tell(school, "ready", asset_id, "audio.m4a")
    assert school.ask(ADDRESS) == [(address,)]
    tell(school, "deleted", asset_id)
    assert school.ask(ADDRESS) == [(None,)]


def test_before_there_is_a_column_the_address_waits_with_the_other_facts(
    school: Engine, asset_id: str
) -> None:
    tell(school, "ready", asset_id)
    [(address,)] = school.ask(WAITS)
    assert address.endswith("/highest.mp4")
    apply(school)
    assert (school.ask(ADDRESS), school.ask(WAITS)) == ([(address,)], [])


def test_a_way_back_takes_the_address_away_too(school: Engine, asset_id: str) -> None:
    apply(school)
    tell(school, "ready", asset_id)
    with school.services.uow("back") as tx:
        [(item_id,)] = school.ask("SELECT id FROM mux_admin.items")
        work = tx.batches.work(item_id)
        assert work
        assert publishing.put_back(tx, work.item.id, by=SYSTEM) == []
        tx.commit()
    assert school.ask("SELECT mux_asset_id, mux_mp4_url FROM videos") == [(None, None)]


def test_a_rendition_of_an_asset_that_nobody_knows_changes_nothing(school: Engine, asset_id: str) -> None:
    apply(school)
    tell(school, "ready", "somebody-elses")
    assert school.ask(ADDRESS) == [(None,)]
