"""Sends films by direct upload, whole or in chunks."""

from typing import Any

from tests.sandbox.mux.stage import Answer, Caller

KIB = 1024
CHUNK = 256 * KIB


def new_upload(mux: Caller, **options: Any) -> dict[str, Any]:
    settings = {"playback_policies": ["public"], "passthrough": "row-1"}
    wanted = {"cors_origin": "http://school.example", "new_asset_settings": settings}
    answer = mux.post("/video/v1/uploads", wanted | options)
    assert answer.status == 201, answer.text
    return answer.data


def put(mux: Caller, upload: dict[str, Any], body: bytes, content_range: str | None = None) -> Answer:
    headers = {"content-range": content_range} if content_range else {}
    return mux.call("PUT", upload["url"], body=body, headers=headers)


def put_chunks(mux: Caller, upload: dict[str, Any], film: bytes, start: int = 0) -> list[Answer]:
    answers = []
    for at in range(start, len(film), CHUNK):
        chunk = film[at : at + CHUNK]
        answers.append(put(mux, upload, chunk, f"bytes {at}-{at + len(chunk) - 1}/{len(film)}"))
    return answers


def uploaded_asset(mux: Caller, upload: dict[str, Any]) -> dict[str, Any]:
    found = mux.get(f"/video/v1/uploads/{upload['id']}").data
    assert found["status"] == "asset_created"
    return mux.settled(found["asset_id"])
