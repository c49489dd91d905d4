"""Probing over HTTP: good files, files that are none, and servers in trouble."""

import logging
from pathlib import Path
from typing import Any

import pytest

from core.errors import InvalidInput, NotFound, Refused, Unavailable
from core.kind import Kind, kind_by_bytes
from core.media.reader import MediaReader
from core.source import MediaFacts
from sandbox.s3.testing import running_s3
from tests.integration.clips import write_film
from tests.integration.serving import Reply, files, in_turn, serving

READER = MediaReader(timeout_s=0.5)
SIGNATURE = "opens-it"


def probe(body: bytes, name: str = "film.mp4") -> MediaFacts:
    with serving(files({name: body})) as server:
        return READER.probe(f"{server.url}/{name}?X-Amz-Signature={SIGNATURE}")


def test_a_film_tells_its_length_size_and_codecs(film: bytes) -> None:
    facts = probe(film)
    assert facts.duration_s == pytest.approx(2.0, abs=0.05)
    assert (facts.width, facts.height) == (128, 72)
    assert (facts.video_codec, facts.audio_codec) == ("h264", "aac")


@pytest.mark.parametrize(
    ("name", "options", "codecs"),
    [
        ("back.mp4", {}, ("h264", "aac")),
        ("open.webm", {"video": "libvpx-vp9", "audio": "libopus"}, ("vp9", "opus")),
        ("old.ts", {"seconds": 12.0}, ("h264", "aac")),
        ("silent.mov", {"audio": ""}, ("h264", None)),
        ("sound.m4a", {"video": ""}, (None, "aac")),
    ],
)
def test_other_containers_and_tracks_are_told_too(
    folder: Path, name: str, options: dict[str, Any], codecs: tuple[str | None, str | None]
) -> None:
    facts = probe(write_film(folder / name, **options).read_bytes(), name)
    assert facts.duration_s == pytest.approx(options.get("seconds", 2.0), abs=0.1)
    assert (facts.video_codec, facts.audio_codec) == codecs


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("00001.mts", {"audio": "ac3", "mpegts_m2ts_mode": "1"}),
        ("open.ogv", {"video": "libvpx", "audio": "libopus"}),
        ("bare.m2v", {"video": "mpeg2video", "audio": ""}),
    ],
)
def test_what_cameras_write_is_a_video_that_can_be_read(
    folder: Path, name: str, options: dict[str, Any]
) -> None:
    body = write_film(folder / name, seconds=12.0, **options).read_bytes()
    assert kind_by_bytes(body[:512]) is Kind.VIDEO
    assert probe(body, name).width == 128


def test_only_the_index_of_a_large_object_is_read(film: bytes, folder: Path, tmp_path: Path) -> None:
    clip = folder / "for-s3.mp4"
    clip.write_bytes(film)
    with running_s3(tmp_path) as s3:
        s3.make_bucket("bucket")
        s3.put_synthetic("bucket", "large.mp4", clip=clip, size_bytes=2 << 30)
        at = {"Bucket": "bucket", "Key": "large.mp4"}
        url = s3.client().generate_presigned_url("get_object", Params=at, ExpiresIn=60)
        expired = s3.client().generate_presigned_url("get_object", Params=at, ExpiresIn=-1)
        assert MediaReader().probe(url).duration_s == pytest.approx(2.0, abs=0.05)
        with pytest.raises(Refused):
            MediaReader().probe(expired)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_cut_off_film_is_found_out_wherever_its_index_lies(folder: Path, film: bytes, share: float) -> None:
    back = write_film(folder / "index-behind.mp4").read_bytes()
    for whole in (film, back):
        with pytest.raises(InvalidInput) as invalid:
            probe(whole[: int(len(whole) * share)])
        assert invalid.value.hint


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.7\n" + b"words " * 400,
        b"#EXTM3U\n#EXTINF:2,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        bytes(5000),
    ],
    ids=["PDF", "playlist", "concat script", "zeros"],
)
def test_what_is_no_film_is_invalid_and_leads_nowhere(body: bytes) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        probe(body)


def test_a_film_that_nothing_can_decode_says_so(film: bytes) -> None:
    with pytest.raises(InvalidInput, match="decode") as invalid:
        probe(film.replace(b"avc1", b"zzzz"))
    assert "Convert" in invalid.value.hint


def test_a_redirect_to_a_local_file_is_not_followed(tmp_path: Path, film: bytes) -> None:
    (tmp_path / "film.mp4").write_bytes(film)
    away = Reply(302, headers={"Location": f"file://{tmp_path}/film.mp4"})
    with serving(in_turn(away)) as server, pytest.raises(InvalidInput):
        READER.probe(f"{server.url}/film.mp4")


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(404), NotFound),
        (Reply(403), Refused),
        (Reply(401), Refused),
        (Reply(410), Refused),
        (Reply(429), Unavailable),
        (Reply(500), Unavailable),
        (Reply(503), Unavailable),
        (Reply(drop=True), Unavailable),
        (Reply(delay_s=1.5), Unavailable),
    ],
    ids=["404", "403", "401", "410", "429", "500", "503", "dropped", "late"],
)
def test_a_servers_answer_is_not_mistaken_for_a_damaged_file(reply: Reply, error: type[Exception]) -> None:
    with serving(in_turn(reply)) as server, pytest.raises(error):
        READER.probe(f"{server.url}/film.mp4")


def test_a_closed_port_is_unavailable() -> None:
    with serving(in_turn(Reply())) as server:
        url = server.url
    with pytest.raises(Unavailable):
        READER.probe(f"{url}/film.mp4")


def test_the_presigned_query_is_in_no_message_and_no_log_record(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for body in (b"%PDF", bytes(100)):
        with pytest.raises(InvalidInput) as invalid:
            probe(body)
        logging.getLogger("test").error("failed: %s", invalid.value.sentence, exc_info=invalid.value)
    assert SIGNATURE not in caplog.text
