"""Direct uploads: what one is, and how it ends."""

from pathlib import Path
from typing import Any

from sandbox.mux.announce import tell_upload
from sandbox.mux.chance import Kind
from sandbox.mux.environment import Environment
from sandbox.mux.store import Row

DEFAULT_TIMEOUT_S = 3600


def create(env: Environment, wanted: dict[str, Any]) -> dict[str, Any]:
    """A new upload with its secret target URL."""
    upload_id, secret = env.chance.new_id(Kind.UPLOAD), env.chance.new_id(Kind.SIGNATURE)
    upload = {
        "id": upload_id,
        "timeout": wanted.get("timeout", DEFAULT_TIMEOUT_S),
        "status": "waiting",
        "new_asset_settings": wanted.get("new_asset_settings", {}),
        "cors_origin": wanted["cors_origin"],
        "url": f"{env.config.public_url}/upload/{secret}",
    }
    upload |= {"test": True} if wanted.get("test") else {}
    with env.store.together():
        lasts_s = env.faults.upload_timeout_s or upload["timeout"]
        body = {"upload": upload, "expires_at": env.clock() + lasts_s}
        env.store.uploads.add(upload_id, body, parent=secret)
        tell_upload(env, "created", upload)
    return upload


def current(env: Environment, row: Row) -> dict[str, Any]:
    """The upload as it is now. Running out of time is silent: Mux sends no event for it."""
    upload: dict[str, Any] = row.body["upload"]
    if upload["status"] == "waiting" and row.body["expires_at"] <= env.clock():
        _end(env, row, "timed_out")
    return upload


def fail(env: Environment, upload_id: str, kind: str, message: str) -> None:
    """Its asset ended `errored`, mostly because no video was uploaded."""
    row = env.store.uploads.find(upload_id)
    assert row is not None, "uploads stay in the store"
    told = row.body["upload"] | {"status": "errored"}
    # The event's schema has no place for the reason; who wants it asks for the upload.
    row.body["upload"] = told | {"error": {"type": kind, "message": message}}
    env.store.uploads.save(row.id, row.body)
    tell_upload(env, "errored", told)


def cancel(env: Environment, row: Row) -> dict[str, Any]:
    with env.store.together():
        _end(env, row, "cancelled")
        tell_upload(env, "cancelled", row.body["upload"])
    upload: dict[str, Any] = row.body["upload"]
    return upload


def end_overdue(env: Environment) -> None:
    for row in env.store.uploads.due("$.expires_at", env.clock()):
        current(env, row)


def _end(env: Environment, row: Row, status: str) -> None:
    row.body["upload"]["status"] = status
    row.body["upload"].pop("url", None)
    row.body.pop("expires_at")
    env.store.uploads.save(row.id, row.body)
    bytes_path(env, row.id).unlink(missing_ok=True)


def bytes_path(env: Environment, upload_id: str) -> Path:
    return env.config.state / "uploads" / upload_id
