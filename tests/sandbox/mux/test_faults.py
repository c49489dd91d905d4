"""What goes wrong on demand."""

import time

import pytest
import urllib3

from sandbox.mux.faults import Faults
from sandbox.mux.testing import running_mux
from tests.sandbox.mux.stage import Caller, Receiver, eventually


def test_errors_come_as_often_as_asked_and_change_nothing(mux: Caller, host: str):
    mux.faults(error_rate=0.5)
    body = {"inputs": [{"url": f"{host}/film.mp4"}]}
    answers = [mux.post("/video/v1/assets", body) for _ in range(60)]
    failed = [answer for answer in answers if answer.status >= 500]
    assert 15 <= len(failed) <= 45
    assert {answer.json["error"]["type"] for answer in failed} == {"internal_error"}
    assert mux.stats()["assets"]["alive"] == 60 - len(failed)


def test_a_proxy_can_answer_in_html(mux: Caller):
    mux.faults(html_502_rate=1)
    answer = mux.get("/system/v1/whoami")
    assert (answer.status, answer.headers["content-type"]) == (502, "text/html; charset=utf-8")
    assert "<html>" in answer.text


def test_calls_can_be_slow(mux: Caller):
    mux.faults(slow_s=0.3)
    start = time.monotonic()
    mux.get("/system/v1/whoami")
    assert time.monotonic() - start >= 0.3


def test_a_dropped_answer_leaves_an_asset_behind(mux: Caller, host: str):
    mux.faults(drop_after_create_rate=1)
    with pytest.raises(urllib3.exceptions.ProtocolError):
        mux.add(f"{host}/film.mp4", passthrough="lost")
    mux.faults()
    assert [asset["passthrough"] for asset in mux.get("/video/v1/assets").data] == ["lost"]


def test_a_dropped_answers_asset_can_come_late(mux: Caller, host: str):
    mux.faults(drop_after_create_rate=1, late_create_s=2)
    with pytest.raises(urllib3.exceptions.ProtocolError):
        mux.add(f"{host}/film.mp4", passthrough="late")
    assert mux.get("/video/v1/assets").data == []
    assert eventually(lambda: mux.get("/video/v1/assets").data)[0]["passthrough"] == "late"


def test_a_5xx_can_hide_that_the_asset_was_made(mux: Caller, host: str):
    mux.faults(error_after_create_rate=1)
    body = {"inputs": [{"url": f"{host}/film.mp4"}], "passthrough": "denied"}
    answers = [mux.post("/video/v1/assets", body) for _ in range(2)]
    assert [answer.status for answer in answers] == [503, 500]
    assert [asset["passthrough"] for asset in mux.get("/video/v1/assets").data] == ["denied", "denied"]
    assert mux.stats()["faults_hit"] == {"error_after_create_rate": 2}


def test_the_asset_behind_a_5xx_can_come_late(mux: Caller, host: str):
    mux.faults(error_after_create_rate=1, late_create_s=1)
    assert mux.post("/video/v1/assets", {"inputs": [{"url": f"{host}/film.mp4"}]}).status == 503
    assert mux.get("/video/v1/assets").data == []
    assert eventually(lambda: mux.get("/video/v1/assets").data)


def test_assets_sharing_a_passthrough_are_counted_as_twins(mux: Caller, host: str):
    for passthrough in ("a", "a", "a", "b"):
        mux.add(f"{host}/film.mp4", passthrough=passthrough)
    mux.add(f"{host}/film.mp4")
    mux.add(f"{host}/film.mp4")
    assert mux.stats()["twins"] == 2


def test_assets_can_end_errored(mux: Caller, host: str):
    mux.faults(errored_rate=1)
    assert mux.settled(mux.add(f"{host}/film.mp4")["id"])["status"] == "errored"


def test_assets_can_take_their_time(mux: Caller, host: str):
    mux.faults(ingest_s=0.5)
    start = time.monotonic()
    mux.ready(f"{host}/film.mp4")
    assert time.monotonic() - start >= 0.5


def test_lost_events_never_come(mux: Caller, host: str, receiver: Receiver):
    mux.faults(lost_rate=1)
    mux.ready(f"{host}/film.mp4")
    mux.faults()
    mux.post("/system/v1/signing-keys")
    assert receiver.deliveries == []
    assert mux.stats()["events"] == {"lost": 2}


def test_doubled_events_come_twice_under_one_id(mux: Caller, host: str, receiver: Receiver):
    mux.faults(doubled_rate=1)
    mux.ready(f"{host}/film.mp4")
    first, second = receiver.wait("video.asset.ready", 2)
    assert first["id"] == second["id"]


def test_shuffled_events_overtake_one_another(mux: Caller, host: str, receiver: Receiver):
    mux.faults(shuffled=True, shuffle_window_s=0.5)
    made = [mux.add(f"{host}/film.mp4")["id"] for _ in range(12)]
    created = receiver.wait("video.asset.created", 12)
    assert sorted(event["object"]["id"] for event in created) == sorted(made)
    assert [event["object"]["id"] for event in created] != made


def test_late_events_wait(mux: Caller, host: str, receiver: Receiver):
    mux.faults(late_s=0.6)
    start = time.time()
    mux.add(f"{host}/film.mp4")
    receiver.wait("video.asset.created")
    assert receiver.deliveries[0].at_s - start >= 0.6


def test_the_same_seed_brings_the_same_ids_and_faults(host: str):
    def run() -> list[str]:
        with running_mux(seed=5, limits=False, faults={"error_rate": "0.5"}) as base:
            mux = Caller(base)
            answers = [mux.post("/video/v1/assets", {"input": f"{host}/film.mp4"}) for _ in range(12)]
            return [answer.data["id"] if answer.status == 201 else str(answer.status) for answer in answers]

    first = run()
    assert first == run()
    assert "500" in first


def test_without_a_seed_two_doubles_share_no_ids(host: str):
    def first_id() -> str:
        with running_mux(limits=False) as base:
            return str(Caller(base).add(f"{host}/film.mp4")["id"])

    assert first_id() != first_id()


def test_post_changes_some_faults_and_put_sets_all(mux: Caller):
    mux.put("/sandbox/faults", {"error_rate": 0, "late_s": 3})
    assert mux.post("/sandbox/faults", {"lost_rate": 0.5}).json["late_s"] == 3
    cleared = mux.put("/sandbox/faults", {}).json
    assert cleared == Faults().as_json() == mux.get("/sandbox/faults").json


@pytest.mark.parametrize(
    ("wrong", "about"),
    [({"eror_rate": 1}, "eror_rate"), ({"error_rate": 2}, "between"), ({"slow_s": "soon"}, "number")],
)
def test_a_wrong_fault_is_named(mux: Caller, wrong: dict, about: str):
    answer = mux.put("/sandbox/faults", wrong)
    assert answer.status == 400
    assert about in answer.text
