"""When a copy takes another's place, its MP4s and the moment of its picture go along."""

import pytest
from sqlalchemy import Engine as Database

from core import rendition_making, thumbnail_choosing
from core.access import SYSTEM
from core.rendition import RenditionState
from tests.integration.engine.schools import schools
from tests.integration.renditions.scenarios import TRACKS, Way, begun, made


@pytest.fixture
def way(engine: Database, database_url: str) -> Way:
    return begun(schools(engine, database_url)(""))


def test_what_was_made_here_of_the_old_copy_is_made_of_the_new_one_once(way: Way) -> None:
    made(way)
    thumbnail_choosing.choose(way.lesson_id, 3.0, by=SYSTEM, services=way.services)
    mux = way.school.mux
    new = mux.make({"playback_policies": ["public"]})
    mux.make_ready(new.id)
    asset = mux._became(new.id, tracks=TRACKS)
    for _ in range(2):
        with way.services.uow("test.switch") as tx:
            tx.assets.fold(asset, at=way.school.clock())
            rendition_making.go_along(tx, way.asset_id, new.id, services=way.services)
            thumbnail_choosing.go_along(tx, way.asset_id, new.id, services=way.services)
            tx.commit()
    way.asset_id = new.id
    way.settle()
    assert [(one.resolution, one.state) for one in way.records()] == [("highest", RenditionState.READY)]
    assert [one["name"] for one in way.at_mux()] == ["highest.mp4"]
    assert mux.thumbnails[new.id] == 3.0
