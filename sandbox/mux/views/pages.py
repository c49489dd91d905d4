"""Pages of the site that have a player: what each calls its video, and which file it plays.

The double does not see them; whoever runs it tells, so that players say what real ones would: the lesson's
id, from a file in S3 as well as from an asset that was made of it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from sandbox.mux.environment import Environment
from sandbox.mux.store import Row
from sandbox.mux.validation import number, shaped, text
from sandbox.mux.views.made_up import DAY_S, Watched

PAGE = shaped(
    {
        "video_id": text(128),
        "title": text(512),
        "file": text(1024),
        "duration_s": number(1),
        "asset_id": text(128),
    },
    required=("video_id",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """By the file that they play, as `bucket/key`, and by the asset where they name one."""

    by_file: Mapping[str, Sequence[Row]]
    by_asset: Mapping[str, Sequence[Row]]
    titles: Mapping[str, str]

    @classmethod
    def of(cls, env: Environment) -> "Pages":
        by_file: dict[str, list[Row]] = defaultdict(list)
        by_asset: dict[str, list[Row]] = defaultdict(list)
        titles: dict[str, str] = {}
        for row in env.store.pages.every():
            by_file[row.body.get("file", "")].append(row)
            by_asset[row.body.get("asset_id", "")].append(row)
            titles[row.id] = row.body.get("title", "")
        return cls(by_file=by_file, by_asset=by_asset, titles=titles)

    def named(self, asset: Row) -> tuple[str, ...]:
        """What pages call the asset's video."""
        found = [*self.by_asset.get(asset.id, ()), *self.by_file.get(file_of(asset), ())]
        return tuple(dict.fromkeys(row.id for row in found))

    def title(self, named: Sequence[str]) -> str | None:
        return self.titles.get(named[0]) if named else None

    def of_files(self, assets: Sequence[Row], env: Environment) -> Iterator[Watched]:
        """What is watched from files themselves: until the first asset was made of one."""
        if not self.titles:
            return
        moved_s: dict[str, float] = {}
        for asset in assets:
            made_s = float(asset.body["asset"]["created_at"])
            for video_id in self.named(asset):
                moved_s[video_id] = min(made_s, moved_s.get(video_id, made_s))
        since_s = env.store.constant("pages_since", int(env.clock())) - env.config.history_days * DAY_S
        for file, rows in self.by_file.items():
            yield from (_watched(row, since_s, moved_s.get(row.id)) for row in rows if file)


def keep(env: Environment, pages: Sequence[Mapping[str, Any]]) -> None:
    """Have exactly these pages; one that was known keeps its place, so that its views stay as they were."""
    wanted = {page["video_id"]: dict(page) for page in pages}
    with env.store.together():
        for known in [*env.store.pages.every()]:
            if known.id not in wanted:
                env.store.pages.remove(known.id)
            else:
                env.store.pages.save(known.id, wanted.pop(known.id))
        for video_id, page in wanted.items():
            env.store.pages.add(video_id, page)


def file_of(asset: Row) -> str:
    """`bucket/key` of what the asset was made of; "" where its bytes were sent."""
    inputs = asset.body.get("inputs") or [{}]
    return unquote(urlsplit(inputs[0].get("url", "")).path).strip("/")


def _watched(page: Row, since_s: float, moved_s: float | None) -> Watched:
    return Watched(
        asset_id=None,
        seq=page.seq,
        playback_ids=(),
        video_ids=(page.id,),
        title=page.body.get("title"),
        creator_id=None,
        duration_s=page.body.get("duration_s", 60),
        height=None,
        from_s=min(since_s, moved_s or since_s),
        until_s=float("inf") if moved_s is None else moved_s,
    )
