"""Playing as the API's event loop does it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from core import playing
from core.access import Person
from core.db.play_loop import LoopPlayables
from core.player import Playback
from tests.integration.playing.stage import Stage

Plays = Callable[[str, Person | None], Playback]


@contextmanager
def at_once(stage: Stage) -> Iterator[Plays]:
    """What plays a lesson for a person, asked for on one loop over connections that stay open."""
    asked = LoopPlayables(stage.database, stage.url, host_schema="public")
    services = replace(stage.services, at_once=asked)

    with asyncio.Runner() as runner:

        def plays(lesson_id: str, by: Person | None) -> Playback:
            return runner.run(playing.playback_at_once(lesson_id, by=by, services=services))

        yield plays
        runner.run(asked.close())
