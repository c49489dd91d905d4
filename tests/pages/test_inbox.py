"""Messages from a browser part: each is taken once, whatever the browser repeats."""

from typing import Any

from dashboard.components.inbox import Inbox, Message


def post(*messages: dict[str, Any], box: str = "a", got: tuple[int, ...] = ()) -> dict[str, Any]:
    return {"box": box, "messages": list(messages), "got": list(got)}


class Heard:
    """Answers every `ask` with its own word, and keeps what it heard."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def __call__(self, message: Message) -> Message | None:
        self.words.append(message["word"])
        return {"echo": message["word"]} if message.get("ask") else None


def test_a_message_that_comes_again_is_taken_once() -> None:
    inbox, heard = Inbox(), Heard()
    inbox.take(post({"seq": 1, "word": "one"}), heard)
    inbox.take(post({"seq": 1, "word": "one"}, {"seq": 2, "word": "two"}), heard)
    assert heard.words == ["one", "two"]
    assert inbox.data()["acked"] == 2


def test_messages_are_taken_in_their_order_however_they_are_listed() -> None:
    inbox, heard = Inbox(), Heard()
    inbox.take(post({"seq": 2, "word": "two"}, {"seq": 1, "word": "one"}), heard)
    assert heard.words == ["one", "two"]


def test_an_answer_is_kept_until_the_browser_has_it() -> None:
    inbox, heard = Inbox(), Heard()
    inbox.take(post({"seq": 1, "word": "one", "ask": True}), heard)
    assert inbox.data()["answers"] == {"1": {"echo": "one"}}
    inbox.take(post(got=(1,)), heard)
    assert inbox.data()["answers"] == {}


def test_a_page_loaded_anew_counts_from_one_and_gets_no_old_answer() -> None:
    inbox, heard = Inbox(), Heard()
    inbox.take(post({"seq": 5, "word": "old", "ask": True}), heard)
    inbox.take(post({"seq": 1, "word": "new"}, box="b"), heard)
    assert heard.words == ["old", "new"]
    assert inbox.data() == {"box": "b", "acked": 1, "answers": {}}


def test_what_is_no_message_is_left_unread() -> None:
    inbox, heard = Inbox(), Heard()
    odd = {"box": "a", "messages": [3, "x", {"seq": "1"}]}
    for posted in (None, "x", [], {"box": "a"}, post({"word": "no number"}), odd):
        inbox.take(posted, heard)
    assert heard.words == []


def test_an_answer_with_an_address_is_not_printed() -> None:
    inbox = Inbox(answers={1: {"url": "https://upload.example/secret"}})
    assert "secret" not in repr(inbox)
