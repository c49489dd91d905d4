"""Killed at any moment, the double comes back with all that it has promised."""

import contextlib
import threading
import time
from pathlib import Path
from typing import Any

import urllib3

from sandbox.mux.testing import MuxProcess, running_mux
from tests.sandbox.mux.stage import Caller, Receiver, eventually

DAY_S = 24 * 60 * 60


def test_assets_keys_and_playback_survive_a_kill(tmp_path: Path, host: str):
    process = MuxProcess(tmp_path, "--no-limits")
    with process:
        mux = Caller(process.url)
        asset = mux.ready(f"{host}/film.mp4", passthrough="kept")
        key = mux.post("/system/v1/signing-keys").data
        process.kill()
        process.start()
        assert mux.asset(asset["id"]) == asset
        assert mux.get(f"/system/v1/signing-keys/{key['id']}").data["id"] == key["id"]
        assert mux.get(f"/stream/{asset['playback_ids'][0]['id']}/0.ts").status == 200
        assert mux.add(f"{host}/film.mp4")["id"] != asset["id"]


def test_an_asset_killed_while_preparing_becomes_ready_and_tells(
    tmp_path: Path, host: str, receiver: Receiver
):
    flags = ["--no-limits", "--webhook-url", receiver.url, "--webhook-secret", "x"]
    process = MuxProcess(tmp_path, *flags)
    with process:
        mux = Caller(process.url)
        mux.faults(ingest_s=60)
        asset = mux.add(f"{host}/film.mp4")
        process.kill()
        process.start()
        assert mux.settled(asset["id"])["status"] == "ready"
        assert receiver.wait("video.asset.ready")[0]["object"]["id"] == asset["id"]


def test_events_not_yet_delivered_are_sent_after_a_kill(tmp_path: Path, host: str, receiver: Receiver):
    receiver.answers = [500]
    flags = ["--no-limits", "--retry-base-s", "60", "--webhook-url", receiver.url, "--webhook-secret", "x"]
    process = MuxProcess(tmp_path, *flags)
    with process:
        mux = Caller(process.url)
        mux.faults(ingest_s=60)
        mux.add(f"{host}/film.mp4")
        receiver.wait("video.asset.created")
        eventually(lambda: mux.get("/sandbox/events").json["events"][0]["attempts"])
        process.kill()
        process.start()
        first, second = receiver.wait("video.asset.created", 2)
        assert first["id"] == second["id"]


def test_no_promised_asset_is_lost_however_often_the_double_dies(tmp_path: Path, host: str):
    process = MuxProcess(tmp_path, "--no-limits")
    with process:
        mux = Caller(process.url)
        promised: list[str] = []
        for _ in range(3):
            poster = threading.Thread(target=post_until_refused, args=(mux, host, promised))
            poster.start()
            wanted = len(promised) + 15
            eventually(lambda wanted=wanted: len(promised) >= wanted)
            process.kill()
            poster.join()
            process.start()
        states = {asset["id"]: mux.settled(asset["id"])["status"] for asset in all_assets(mux)}
        assert set(promised) <= set(states)
        assert set(states.values()) == {"ready"}


def post_until_refused(mux: Caller, host: str, promised: list[str]) -> None:
    with contextlib.suppress(urllib3.exceptions.HTTPError):
        while True:
            promised.append(mux.add(f"{host}/film.mp4")["id"])


def all_assets(mux: Caller) -> list[dict[str, Any]]:
    return list(mux.get("/sandbox/assets").json["assets"])


def test_a_test_asset_is_gone_after_a_day(tmp_path: Path, host: str):
    with running_mux(tmp_path, limits=False) as base:
        short_lived = Caller(base).ready(f"{host}/film.mp4", test=True)
        kept = Caller(base).ready(f"{host}/film.mp4")
    with running_mux(tmp_path, limits=False, clock=lambda: time.time() + DAY_S + 60) as base:
        mux = Caller(base)
        eventually(lambda: mux.get(f"/video/v1/assets/{short_lived['id']}").status == 404)
        assert mux.asset(kept["id"]) == kept
