"""Finds the views that a question is about."""

from functools import lru_cache
from itertools import chain
from threading import Lock
from typing import Any

from sandbox.mux.environment import Environment
from sandbox.mux.store import Row
from sandbox.mux.views import made_up
from sandbox.mux.views.made_up import Watched
from sandbox.mux.views.pages import Pages
from sandbox.mux.views.question import Question
from sandbox.mux.views.view import View

DAY_S = 86_400


async def views_for(env: Environment, question: Question) -> list[View]:
    """All views the question accepts, oldest first."""
    known = watched_assets(env, _asset_named(question))
    return await env.workshop.ingest(_views, env.chance.seed, known, question, env.clock())


async def view_by_id(env: Environment, view_id: str) -> View | None:
    known = {watched.seq: watched for watched in watched_assets(env)}
    return made_up.by_id(env.chance.seed, known, view_id)


def watched_assets(env: Environment, asset_id: str | None = None) -> list[Watched]:
    """Assets that were ever ready, deleted ones included: their views stay counted. And what players of the
    site's pages play from elsewhere."""
    pages = Pages.of(env)
    if asset_id is not None:
        found = env.store.assets.find(asset_id)
        return [_watched(env, row, pages) for row in [found] if row and _was_ready(row)]
    assets = [row for row in env.store.assets.every() if _was_ready(row)]
    return [*(_watched(env, row, pages) for row in assets), *pages.of_files(assets, env)]


def _was_ready(row: Row) -> bool:
    return "duration" in row.body["asset"]


def _watched(env: Environment, row: Row, pages: Pages) -> Watched:
    asset: dict[str, Any] = row.body["asset"]
    meta = asset.get("meta", {})
    picture: dict[str, Any] = next((track for track in asset["tracks"] if track["type"] == "video"), {})
    named = pages.named(row)
    # Where pages are known, views of before are those of the file.
    history_days = 0 if named else env.config.history_days
    return Watched(
        asset_id=row.id,
        seq=row.seq,
        playback_ids=tuple(item["id"] for item in asset["playback_ids"]),
        video_ids=named or ((meta["external_id"],) if "external_id" in meta else ()),
        title=meta.get("title") or pages.title(named),
        creator_id=meta.get("creator_id"),
        duration_s=asset["duration"],
        height=picture.get("max_height"),
        from_s=int(asset["created_at"]) - history_days * DAY_S,
        # Mux Data keeps what was watched; only new views end with the asset.
        until_s=row.body["deleted_at"] or float("inf"),
        some_silent=bool(named),
    )


def _views(seed: int, known: list[Watched], question: Question, now_s: float) -> list[View]:
    # Whole days of what is to come, so that the same question a moment later is the same one.
    until_s = min(question.until_s, int(now_s // DAY_S + 1) * DAY_S)
    with _ONE_AT_A_TIME:
        found = _made(seed, tuple(known), question.from_s, until_s, question.by_start)
    return [view for view in found if view.end_at_s <= now_s and question.accepts(view)]


_ONE_AT_A_TIME = Lock()
"""Who asks for several metrics of the same days waits for these to be made up once."""


@lru_cache(maxsize=4)
def _made(
    seed: int, known: tuple[Watched, ...], from_s: int, until_s: int, by_start: bool
) -> tuple[View, ...]:
    found = chain.from_iterable(
        made_up.views(seed, watched, from_s, until_s, by_start=by_start) for watched in known
    )
    return tuple(sorted(found, key=lambda view: view.end_at_s))


def _asset_named(question: Question) -> str | None:
    """The one asset that the filters leave, so that not all need to be looked at."""
    named = [text for name, text, include in question.filters if name == "asset_id" and include]
    return named[0] if len(named) == 1 else None
