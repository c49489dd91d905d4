"""`/video/v1/assets` and its playback ids."""

import asyncio
import base64
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.mux import library, rules
from sandbox.mux.api.answers import data, environment, gone, page_of, path_id
from sandbox.mux.environment import Environment
from sandbox.mux.errors import invalid, not_found, server_error
from sandbox.mux.gate import drop_connection
from sandbox.mux.validation import body_of


async def create(request: Request) -> Response:
    env = environment(request)
    options = await body_of(request, rules.new_asset)
    dropped = env.strikes("drop_after_create_rate", env.faults.drop_after_create_rate)
    denied = not dropped and env.strikes("error_after_create_rate", env.faults.error_after_create_rate)
    if not (dropped or denied):
        return data(_add(env, options), 201)
    if env.faults.late_create_s > 0:
        env.spawn(_add_later(env, options, env.faults.late_create_s))
    else:
        _add(env, options)
    if denied:
        raise server_error(env.faults_hit["error_after_create_rate"])
    return await drop_connection(request)


async def listing(request: Request) -> Response:
    """Newest first, by page or by cursor; filters `upload_id` and `live_stream_id`."""
    env = environment(request)
    query = request.query_params
    if query.get("live_stream_id"):
        return data([], next_cursor=None)
    limit, offset = page_of(request)
    before = _seq_of(query["cursor"]) if query.get("cursor") else None
    # One more than asked for tells whether a next page exists.
    found = env.store.assets.newest(
        limit + 1, offset=0 if before else offset, before=before, parent=query.get("upload_id")
    )
    more = len(found) > limit
    shown = found[:limit]
    return data([row.body["asset"] for row in shown], next_cursor=_cursor(shown[-1].seq) if more else None)


async def show(request: Request) -> Response:
    return data(_asset_body(request)["asset"])


async def change(request: Request) -> Response:
    asset_id = path_id(request, "asset_id")
    changes = await body_of(request, rules.ASSET_CHANGES)
    return data(library.change_asset(environment(request), asset_id, changes))


async def delete(request: Request) -> Response:
    library.delete_asset(environment(request), path_id(request, "asset_id"))
    return gone()


async def input_info(request: Request) -> Response:
    """Every input as it was sent, the main one with what was read from it."""
    body = _asset_body(request)
    first, *others = [{"settings": given} for given in body["inputs"]] or [{"settings": {}}]
    if facts := body["facts"]:
        first["file"] = {"container_format": facts["container_format"], "tracks": _known(facts["tracks"])}
    return data([first, *others])


async def forget_thumbnail_time(request: Request) -> Response:
    env, body = environment(request), _asset_body(request)
    body["asset"].pop("thumbnail_time", None)
    env.store.assets.save(body["asset"]["id"], body)
    return gone()


async def create_playback_id(request: Request) -> Response:
    asset_id = path_id(request, "asset_id")
    wanted = await body_of(request, rules.NEW_PLAYBACK_ID)
    policy = wanted.get("policy", "public")
    return data(library.add_playback_id(environment(request), asset_id, policy), 201)


async def show_playback_id(request: Request) -> Response:
    return data(_playback_id(request))


async def delete_playback_id(request: Request) -> Response:
    found = _playback_id(request)
    library.remove_playback_id(environment(request), path_id(request, "asset_id"), found["id"])
    return gone()


async def owner_of_playback_id(request: Request) -> Response:
    row = environment(request).store.playback_ids.find(path_id(request, "playback_id"))
    if row is None:
        raise not_found()
    return data(row.body | {"object": {"id": row.parent, "type": "asset"}})


def _add(env: Environment, options: dict[str, Any]) -> dict[str, Any]:
    asset_id = library.add_asset(env, options, "on_demand_url")
    asset: dict[str, Any] = env.asset(asset_id).body["asset"]
    return asset


async def _add_later(env: Environment, options: dict[str, Any], delay_s: float) -> None:
    await asyncio.sleep(delay_s)
    _add(env, options)


def _asset_body(request: Request) -> dict[str, Any]:
    return environment(request).asset(path_id(request, "asset_id")).body


def _playback_id(request: Request) -> dict[str, Any]:
    wanted = path_id(request, "playback_id")
    for found in _asset_body(request)["asset"]["playback_ids"]:
        if found["id"] == wanted:
            known: dict[str, Any] = found
            return known
    raise not_found()


def _known(tracks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in track.items() if value is not None} for track in tracks]


def _cursor(seq: int) -> str:
    # Opaque, so that nobody counts on what is in it.
    return base64.urlsafe_b64encode(f"seq:{seq}".encode()).decode().rstrip("=")


def _seq_of(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        return int(text.removeprefix("seq:"))
    except ValueError:
        raise invalid("Failed to parse cursor") from None


ROUTES = [
    Route("/video/v1/assets", create, methods=["POST"]),
    Route("/video/v1/assets", listing),
    Route("/video/v1/assets/{asset_id}", show),
    Route("/video/v1/assets/{asset_id}", change, methods=["PATCH"]),
    Route("/video/v1/assets/{asset_id}", delete, methods=["DELETE"]),
    Route("/video/v1/assets/{asset_id}/input-info", input_info),
    Route("/video/v1/assets/{asset_id}/thumbnail-time", forget_thumbnail_time, methods=["DELETE"]),
    Route("/video/v1/assets/{asset_id}/playback-ids", create_playback_id, methods=["POST"]),
    Route("/video/v1/assets/{asset_id}/playback-ids/{playback_id}", show_playback_id),
    Route("/video/v1/assets/{asset_id}/playback-ids/{playback_id}", delete_playback_id, methods=["DELETE"]),
    Route("/video/v1/playback-ids/{playback_id}", owner_of_playback_id),
]
