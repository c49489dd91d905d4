"""Ready assets play; signed ones only with a valid token."""

import base64
import io
import time
from dataclasses import dataclass
from typing import Any

import av
import jwt
import pytest
from PIL import Image

from tests.sandbox.mux.stage import Answer, Caller


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs as the official libraries do: the key id is a claim."""

    key_id: str
    private_pem: bytes

    @classmethod
    def made_by(cls, mux: Caller) -> "Signer":
        key = mux.post("/system/v1/signing-keys").data
        return cls(key["id"], base64.b64decode(key["private_key"]))

    def sign(self, playback_id: str, aud: str = "v", **claims: Any) -> str:
        usual = {"sub": playback_id, "aud": aud, "exp": int(time.time()) + 600, "kid": self.key_id}
        kept = {name: value for name, value in (usual | claims).items() if value is not None}
        return jwt.encode(kept, self.private_pem, algorithm="RS256")


def playback_id_of(asset: dict[str, Any]) -> str:
    return str(asset["playback_ids"][0]["id"])


def uris(playlist: str) -> list[str]:
    return [line for line in playlist.splitlines() if line and not line.startswith("#")]


def first_frame(segment: bytes) -> av.VideoFrame:
    with av.open(io.BytesIO(segment)) as container:
        return next(container.decode(video=0))


class TestPublic:
    def test_the_playlist_leads_to_segments_that_decode(self, mux: Caller, host: str):
        playback_id = playback_id_of(mux.ready(f"{host}/film.mp4"))
        top = mux.get(f"/stream/{playback_id}.m3u8")
        assert top.headers["content-type"] == "application/vnd.apple.mpegurl"
        assert "RESOLUTION=320x180" in top.text
        media = mux.get(f"/stream/{uris(top.text)[0]}").text
        segments = [mux.get(f"/stream/{playback_id}/{name}").body for name in uris(media)]
        assert len(segments) >= 2
        assert all(first_frame(segment).width == 320 for segment in segments)

    def test_segments_add_up_to_the_film(self, mux: Caller, host: str):
        playback_id = playback_id_of(mux.ready(f"{host}/film.mp4"))
        media = mux.get(f"/stream/{playback_id}/rendition.m3u8").text
        lengths = [float(line[8:].rstrip(",")) for line in media.splitlines() if line.startswith("#EXTINF")]
        assert sum(lengths) == pytest.approx(6.0, abs=0.1)
        assert media.rstrip().endswith("#EXT-X-ENDLIST")

    def test_a_clip_is_made_of_the_segments_that_it_touches(self, mux: Caller, host: str):
        playback_id = playback_id_of(mux.ready(f"{host}/long.mp4"))
        whole = uris(mux.get(f"/stream/{playback_id}/rendition.m3u8").text)
        top = mux.get(f"/stream/{playback_id}.m3u8?asset_start_time=5&asset_end_time=7.5").text
        media = mux.get(f"/stream/{uris(top)[0]}").text
        assert media.rstrip().endswith("#EXT-X-ENDLIST")
        assert 0 < len(uris(media)) < len(whole)
        assert uris(media)[0] != whole[0]
        assert mux.get(f"/stream/{playback_id}/{uris(media)[0]}").status == 200
        for wrong in ("asset_start_time=9&asset_end_time=3", "asset_start_time=99", "asset_start_time=x"):
            assert mux.get(f"/stream/{playback_id}.m3u8?{wrong}").status == 400

    def test_any_origin_may_read_success_and_failure(self, mux: Caller, host: str):
        playback_id = playback_id_of(mux.ready(f"{host}/film.mp4"))
        for path in (f"/stream/{playback_id}.m3u8", f"/image/{playback_id}/thumbnail.jpg", "/stream/x.m3u8"):
            assert mux.get(path).headers["access-control-allow-origin"] == "*"
        assert mux.call("OPTIONS", f"/stream/{playback_id}.m3u8").status == 204

    def test_a_token_on_a_public_id_fails(self, mux: Caller, host: str):
        playback_id = playback_id_of(mux.ready(f"{host}/film.mp4"))
        token = Signer.made_by(mux).sign(playback_id)
        assert mux.get(f"/stream/{playback_id}.m3u8?token={token}").status == 400

    def test_what_is_not_ready_does_not_play(self, mux: Caller, host: str):
        mux.faults(ingest_s=30)
        preparing = playback_id_of(mux.add(f"{host}/film.mp4", playback_policies=["public"]))
        assert mux.get(f"/stream/{preparing}.m3u8").status == 412
        mux.faults()
        errored = mux.add(f"{host}/paper.pdf", playback_policies=["public"])
        mux.settled(errored["id"])
        assert mux.get(f"/stream/{playback_id_of(errored)}.m3u8").status == 412
        assert mux.get(f"/image/{playback_id_of(errored)}/thumbnail.jpg").status == 400

    def test_unknown_ids_get_the_delivery_hosts_error_shape(self, mux: Caller):
        answer = mux.get("/stream/unknown123.m3u8")
        assert (answer.status, answer.json) == (404, {"code": 5, "message": "Not Found"})

    def test_an_asset_without_policies_has_no_way_to_play(self, mux: Caller, host: str):
        assert mux.add(f"{host}/film.mp4")["playback_ids"] == []

    def test_sound_alone_plays(self, mux: Caller, host: str):
        playback_id = playback_id_of(mux.ready(f"{host}/sound.m4a"))
        segment = mux.get(f"/stream/{playback_id}/0.ts").body
        with av.open(io.BytesIO(segment)) as container:
            assert next(container.decode(audio=0)).sample_rate == 48_000
        assert mux.get(f"/image/{playback_id}/thumbnail.jpg").status == 400


class TestSigned:
    def fetch(self, mux: Caller, host: str, **claims: Any) -> Answer:
        playback_id = playback_id_of(mux.ready(f"{host}/film.mp4", "signed"))
        token = Signer.made_by(mux).sign(playback_id, **claims)
        return mux.get(f"/stream/{playback_id}.m3u8?token={token}")

    def test_a_valid_token_opens_playlist_and_segments(self, mux: Caller, host: str):
        top = self.fetch(mux, host)
        rendition = uris(top.text)[0]
        media = mux.get(f"/stream/{rendition}").text
        folder = rendition.split("/")[0]
        assert first_frame(mux.get(f"/stream/{folder}/{uris(media)[0]}").body).width == 320

    @pytest.mark.parametrize(
        "claims",
        [
            {"aud": "t"},
            {"sub": "another-playback-id"},
            {"exp": 1_500_000_000},
            {"exp": None},
            {"exp": "tomorrow"},
            {"kid": "unknown"},
            {"kid": None},
        ],
    )
    def test_a_wrong_claim_closes_the_door(self, mux: Caller, host: str, claims: dict[str, Any]):
        assert self.fetch(mux, host, **claims).status == 403

    def test_a_signed_id_without_token_is_forbidden_down_to_the_segments(self, mux: Caller, host: str):
        playback_id = playback_id_of(mux.ready(f"{host}/film.mp4", "signed"))
        for path in (".m3u8", "/rendition.m3u8", "/0.ts"):
            assert mux.get(f"/stream/{playback_id}{path}").status == 403

    def test_a_token_signed_with_another_key_is_refused(self, mux: Caller, host: str):
        playback_id = playback_id_of(mux.ready(f"{host}/film.mp4", "signed"))
        mine, other = Signer.made_by(mux), Signer.made_by(mux)
        forged = Signer(mine.key_id, other.private_pem).sign(playback_id)
        assert mux.get(f"/stream/{playback_id}.m3u8?token={forged}").status == 403

    def test_a_token_outlives_neither_its_key(self, mux: Caller, host: str):
        playback_id = playback_id_of(mux.ready(f"{host}/film.mp4", "signed"))
        signer = Signer.made_by(mux)
        path = f"/stream/{playback_id}.m3u8?token={signer.sign(playback_id)}"
        assert mux.get(path).status == 200
        assert mux.call("DELETE", f"/system/v1/signing-keys/{signer.key_id}").status == 204
        assert mux.get(path).status == 403

    def test_modifiers_belong_into_the_token(self, mux: Caller, host: str):
        playback_id = playback_id_of(mux.ready(f"{host}/film.mp4", "signed"))
        signer = Signer.made_by(mux)
        inside = signer.sign(playback_id, "t", width=100)
        path = f"/image/{playback_id}/thumbnail.jpg?token="
        assert Image.open(io.BytesIO(mux.get(path + inside).body)).width == 100
        assert mux.get(path + signer.sign(playback_id, "t") + "&width=100").status == 400


class TestImages:
    def image(self, mux: Caller, path: str) -> Image.Image:
        return Image.open(io.BytesIO(mux.get(path).body))

    def test_a_thumbnail_is_the_picture_at_its_time(self, mux: Caller, host: str):
        base = f"/image/{playback_id_of(mux.ready(f'{host}/film.mp4'))}/thumbnail.jpg"
        early = self.image(mux, f"{base}?time=0.5").convert("L").getpixel((5, 5))
        late = self.image(mux, f"{base}?time=1.9").convert("L").getpixel((5, 5))
        # The film's grey grows by 5 per frame, 24 frames a second.
        assert early == pytest.approx(60, abs=12)
        assert late == pytest.approx(228, abs=12)

    @pytest.mark.parametrize(
        ("query", "size"),
        [
            ("width=160", (160, 90)),
            ("height=90", (160, 90)),
            ("width=100&height=100&fit_mode=crop", (100, 100)),
            ("width=100&height=100&fit_mode=pad", (100, 100)),
            ("width=100&height=100", (100, 56)),
            ("rotate=90", (180, 320)),
        ],
    )
    def test_a_thumbnail_takes_muxs_parameters(self, mux: Caller, host: str, query: str, size: tuple):
        base = f"/image/{playback_id_of(mux.ready(f'{host}/film.mp4'))}/thumbnail.png"
        assert self.image(mux, f"{base}?{query}").size == size

    @pytest.mark.parametrize("query", ["time=99", "time=x", "width=0", "fit_mode=squeeze", "rotate=45"])
    def test_wrong_parameters_get_a_400(self, mux: Caller, host: str, query: str):
        base = f"/image/{playback_id_of(mux.ready(f'{host}/film.mp4'))}/thumbnail.jpg"
        answer = mux.get(f"{base}?{query}")
        assert (answer.status, answer.json["code"]) == (400, 3)

    def test_a_storyboard_and_its_two_indexes_agree(self, mux: Caller, host: str):
        base = f"/image/{playback_id_of(mux.ready(f'{host}/film.mp4'))}/storyboard"
        index = mux.get(f"{base}.json").json
        sheet = Image.open(io.BytesIO(mux.get(index["url"]).body))
        assert len(index["tiles"]) == 50
        assert index["tiles"][-1]["x"] + index["tile_width"] <= sheet.width
        assert index["tiles"][-1]["y"] + index["tile_height"] <= sheet.height
        cues = mux.get(f"{base}.vtt").text
        assert cues.startswith("WEBVTT")
        assert cues.count("#xywh=") == 50

    def test_a_storyboard_comes_in_the_format_that_players_ask_for(self, mux: Caller, host: str):
        base = f"/image/{playback_id_of(mux.ready(f'{host}/film.mp4'))}/storyboard.vtt"
        assert "/storyboard.jpg#xywh=" in mux.get(base).text
        assert "/storyboard.webp#xywh=" in mux.get(f"{base}?format=webp").text
        assert mux.get(f"{base}?format=bmp").status == 400

    def test_a_preview_moves(self, mux: Caller, host: str):
        base = f"/image/{playback_id_of(mux.ready(f'{host}/film.mp4'))}/animated.gif"
        preview = self.image(mux, f"{base}?end=1&fps=5&width=64")
        assert (preview.width, preview.n_frames) == (64, 5)

    def test_the_ends_of_a_signed_clip_stand_in_its_token(self, mux: Caller, host: str):
        playback_id = playback_id_of(mux.ready(f"{host}/long.mp4", "signed"))
        signer = Signer.made_by(mux)
        clip = signer.sign(playback_id, asset_start_time=5, asset_end_time=7.5)
        top = mux.get(f"/stream/{playback_id}.m3u8?token={clip}").text
        part = uris(mux.get(f"/stream/{uris(top)[0]}").text)
        whole = mux.get(f"/stream/{playback_id}/rendition.m3u8?token={signer.sign(playback_id)}").text
        assert 0 < len(part) < len(uris(whole))
        wider = f"/stream/{playback_id}.m3u8?token={clip}&asset_start_time=0"
        assert mux.get(wider).status == 400

    def test_storyboards_of_signed_ids_need_their_own_token(self, mux: Caller, host: str):
        playback_id = playback_id_of(mux.ready(f"{host}/film.mp4", "signed"))
        signer = Signer.made_by(mux)
        path = f"/image/{playback_id}/storyboard.json?token="
        assert mux.get(path + signer.sign(playback_id, "v")).status == 403
        index = mux.get(path + signer.sign(playback_id, "s")).json
        assert mux.get(index["url"]).status == 200
