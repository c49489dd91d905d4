"""Which of a browser's messages come too late for the page that they are of."""

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dashboard.late_posts import Visit


def asks_for(page: str, fragment: str = "") -> bytes:
    message = BackMsg()
    message.rerun_script.page_script_hash = page
    message.rerun_script.fragment_id = fragment
    return bytes(message.SerializeToString())


def begins(page: str, *fragments: str) -> bytes:
    message = ForwardMsg()
    message.new_session.page_script_hash = page
    message.metadata.run.fragment_ids.extend(fragments)
    return bytes(message.SerializeToString())


def navigates(page: str) -> bytes:
    message = ForwardMsg()
    message.navigation.page_script_hash = page
    return bytes(message.SerializeToString())


@pytest.fixture
def visit() -> Visit:
    """Of a tab that was told that it is on the page `lesson`."""
    visit = Visit()
    assert not visit.is_late(asks_for(""))
    visit.follow(begins("main"))
    visit.follow(navigates("lesson"))
    return visit


def test_a_post_of_the_page_that_is_shown_is_in_time(visit: Visit) -> None:
    assert not visit.is_late(asks_for("lesson", "player"))


def test_before_any_page_is_known_nothing_is_late() -> None:
    assert not Visit().is_late(asks_for("lesson", "player"))


def test_once_another_page_was_asked_for_it_is_late(visit: Visit) -> None:
    assert not visit.is_late(asks_for("library"))
    assert visit.is_late(asks_for("lesson", "player"))
    assert not visit.is_late(asks_for("library", "filters"))


def test_and_once_a_button_led_to_another_one(visit: Visit) -> None:
    assert not visit.is_late(asks_for("lesson", "buttons"))
    visit.follow(begins("library"))
    assert visit.is_late(asks_for("lesson", "player"))


def test_what_is_drawn_anew_of_the_old_page_does_not_bring_it_back(visit: Visit) -> None:
    assert not visit.is_late(asks_for("library"))
    visit.follow(begins("lesson", "player"))
    assert visit.is_late(asks_for("lesson", "player"))


def test_all_other_messages_pass(visit: Visit) -> None:
    assert not visit.is_late(None)
    assert not visit.is_late(bytes(BackMsg(clear_cache=True).SerializeToString()))
    visit.follow(None)
    assert visit.is_late(asks_for("library", "player"))
