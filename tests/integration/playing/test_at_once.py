"""Playing on an event loop, when the database changes or goes away under it."""

import pytest
from sqlalchemy import text

from core.errors import NotFound, Unavailable
from core.playback import Provider
from tests.integration.playing.at_once import at_once
from tests.integration.playing.stage import Stage, person

BEN = person("ben")
END_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


def test_it_answers_as_a_thread_would(stage: Stage) -> None:
    lessons = [stage.on_mux(), stage.in_s3(), stage.lesson()]
    with at_once(stage) as plays:
        assert [plays(one, BEN) for one in lessons] == [stage.plays(one, BEN) for one in lessons]


def test_a_column_that_is_gone_is_noticed_and_the_next_question_does_without(stage: Stage) -> None:
    lesson = stage.in_s3()
    with at_once(stage) as plays:
        assert plays(lesson, BEN).provider is Provider.S3
        with stage.database.begin() as connection:
            connection.execute(text("ALTER TABLE public.lessons DROP COLUMN mux_playback_id"))
        with pytest.raises(Unavailable, match="changed at this very moment"):
            plays(lesson, BEN)
        assert plays(lesson, BEN).provider is Provider.S3


def test_connections_that_the_server_ended_cost_one_answer_at_most(stage: Stage) -> None:
    lesson = stage.on_mux()
    with at_once(stage) as plays:
        plays(lesson, BEN)
        stage.ask(END_OTHERS)
        with pytest.raises(Unavailable):
            plays(lesson, BEN)
        assert plays(lesson, BEN).provider is Provider.MUX


@pytest.mark.parametrize("lesson_id", ["999999", "", "a\x00b", "7; drop table lessons"])
def test_no_lesson_is_found_under_what_is_none(stage: Stage, lesson_id: str) -> None:
    with at_once(stage) as plays, pytest.raises(NotFound):
        plays(lesson_id, BEN)
