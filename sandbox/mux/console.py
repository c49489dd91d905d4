"""`/sandbox/…`: what the double did, and what shall go wrong next. For people and tests; no limits here."""

from collections import Counter
from json import JSONDecodeError
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.mux.api.answers import environment
from sandbox.mux.environment import Environment
from sandbox.mux.errors import invalid
from sandbox.mux.faults import Faults
from sandbox.mux.validation import json_of, listed, number, shaped
from sandbox.mux.views import pages


async def show_faults(request: Request) -> Response:
    return JSONResponse(environment(request).faults.as_json())


async def change_faults(request: Request) -> Response:
    """POST changes the faults it names, PUT sets those and clears the rest. `{}` by PUT: all well."""
    env = environment(request)
    # PUT is the whole truth, so that a test leaves nothing behind by forgetting a name.
    base = Faults() if request.method == "PUT" else env.faults
    try:
        changes = await request.json()
        if not isinstance(changes, dict):
            raise ValueError("faults are a JSON object")
        env.faults = base.with_changes(changes)
    except JSONDecodeError:
        raise invalid("Failed to parse request body") from None
    except ValueError as error:
        raise invalid(str(error)) from None
    return JSONResponse(env.faults.as_json())


async def stats(request: Request) -> Response:
    return JSONResponse(counts(environment(request)))


async def list_assets(request: Request) -> Response:
    """Every asset there ever was, oldest first."""
    rows = environment(request).store.assets.every()
    return JSONResponse({"assets": [_line(row.body) for row in rows]})


async def backdate(request: Request) -> Response:
    """Moves an asset's creation, so that a demonstration can have a past: `{"created_at": 1760000000}`."""
    env = environment(request)
    body = env.asset(request.path_params["asset_id"]).body
    wanted = await json_of(request, shaped({"created_at": number(0, env.clock(), whole=True)}))
    body["asset"]["created_at"] = str(wanted.get("created_at", body["asset"]["created_at"]))
    env.store.assets.save(body["asset"]["id"], body)
    return JSONResponse(_line(body))


async def change_pages(request: Request) -> Response:
    """PUT says which pages of the site have a player: what each calls its video, and the file or asset that
    it plays. From then on views say so."""
    told = await json_of(request, shaped({"pages": listed(pages.PAGE)}))
    pages.keep(environment(request), told.get("pages", []))
    return JSONResponse({"pages": len(told.get("pages", []))})


async def list_events(request: Request) -> Response:
    """The newest events with their state and attempts; `limit` up to 1,000."""
    limit = min(int(request.query_params.get("limit", "100")), 1000)
    rows = environment(request).store.events.recent(limit)
    return JSONResponse({"events": [{"state": row.body["state"], **row.body["event"]} for row in rows]})


def counts(env: Environment) -> dict[str, Any]:
    """Requests since this process started; assets and events since the state folder was made."""
    assets: Counter[str] = Counter(alive=0, preparing=0, ready=0, errored=0, deleted=0)
    for (status, live), count in env.store.assets.tally("$.asset.status").items():
        assets[status if live else "deleted"] += count
        assets["alive"] += count if live else 0
    events: Counter[str] = Counter()
    for (state, _), count in env.store.events.tally("$.state").items():
        events[state] += count
    return {
        "requests": env.requests,
        "limited": env.limited,
        "faults_hit": env.faults_hit,
        "assets": assets,
        "twins": _twins(env),
        "events": events,
    }


def _twins(env: Environment) -> int:
    """Live assets beyond the first of their passthrough."""
    by_passthrough = env.store.assets.tally("$.asset.passthrough").items()
    return sum(count - 1 for (passthrough, live), count in by_passthrough if passthrough and live)


def _line(body: dict[str, Any]) -> dict[str, Any]:
    asset = body["asset"]
    return {
        "id": asset["id"],
        "passthrough": asset.get("passthrough"),
        "status": asset["status"],
        "deleted": body["deleted_at"] is not None,
        "created_at": asset["created_at"],
        "duration": asset.get("duration"),
        "playback_ids": asset["playback_ids"],
        "upload_id": asset.get("upload_id"),
        "errors": asset.get("errors"),
        "test": asset.get("test", False),
    }


ROUTES = [
    Route("/sandbox/faults", show_faults),
    Route("/sandbox/faults", change_faults, methods=["PUT", "POST"]),
    Route("/sandbox/stats", stats),
    Route("/sandbox/assets", list_assets),
    Route("/sandbox/assets/{asset_id}", backdate, methods=["PATCH"]),
    Route("/sandbox/pages", change_pages, methods=["PUT"]),
    Route("/sandbox/events", list_events),
]
