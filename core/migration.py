"""Migration, the first kind of batch: what is asked of Mux, what is skipped, what counts as a copy."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from core.asset import Asset, Policy, Quality
from core.batch import FailureBudget
from core.errors import InvalidInput


class Mode(StrEnum):
    """How the bytes get to Mux."""

    PULL = "pull"
    PUSH = "push"


class PolicyRule(StrEnum):
    """Which playback policy a copy gets; `AUTO` is public where the video `is_public`, else signed."""

    AUTO = "auto"
    PUBLIC = "public"
    SIGNED = "signed"


class SkipReason(StrEnum):
    """Why the plan leaves a source out; the words are in `dashboard/words.py`."""

    NOT_VIDEO = "not_video"
    EMPTY = "empty"
    MISSING = "missing"
    ON_MUX = "on_mux"
    MOVING = "moving"
    UNREADABLE = "unreadable"
    SPARE = "spare"
    MOVED_ON = "moved_on"
    ALREADY = "already"
    NOT_YOURS = "not_yours"
    NOT_AT_MUX = "not_at_mux"
    NOT_READY = "not_ready"
    NO_SOUND = "no_sound"
    CAPTIONED = "captioned"
    CAPTIONS_COMING = "captions_coming"
    TOGETHER = "together"


class Trouble(StrEnum):
    """Why an item failed: the cause that failures are grouped by."""

    SOURCE_CHANGED = "source_changed"
    SOURCE_GONE = "source_gone"
    SOURCE_DENIED = "source_denied"
    SOURCE_UNREACHABLE = "source_unreachable"
    LENGTH_UNKNOWN = "length_unknown"
    LENGTH_DIFFERS = "length_differs"
    DOWNLOAD_FAILED = "download_failed"
    FILE_DAMAGED = "file_damaged"
    MUX_REFUSED = "mux_refused"
    MUX_SILENT = "mux_silent"
    NOT_PLAYABLE = "not_playable"
    NOT_REACHED = "not_reached"
    ASSET_DELETED = "asset_deleted"
    ROW_CHANGED = "row_changed"
    ROW_REFUSED = "row_refused"
    SIGNING_KEY_MISSING = "signing_key_missing"
    LESSON_GONE = "lesson_gone"
    NOT_YOURS = "not_yours"
    NO_CAPTIONS = "no_captions"
    NO_MASTER = "no_master"
    CAPTIONS_REFUSED = "captions_refused"
    UNEXPECTED = "unexpected"


KEEPS_COPY = frozenset(
    {Trouble.NOT_REACHED, Trouble.SIGNING_KEY_MISSING, Trouble.SOURCE_DENIED, Trouble.ROW_REFUSED}
)
"""Causes that say nothing against the copy at Mux: it is kept, and a retry checks it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the person chose on the review; frozen with the batch."""

    mode: Mode = Mode.PULL
    policy: PolicyRule = PolicyRule.AUTO
    quality: Quality = Quality.PLUS
    normalize_audio: bool = False
    captions_language: str | None = None
    test: bool = False
    budget: FailureBudget = FailureBudget()

    def as_json(self) -> dict[str, Any]:
        """As it is kept with the batch; `from_json` reads it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Options":
        """Read what `as_json` made."""
        return cls(
            mode=Mode(data["mode"]),
            policy=PolicyRule(data["policy"]),
            quality=Quality(data["quality"]),
            normalize_audio=bool(data["normalize_audio"]),
            captions_language=data["captions_language"],
            test=bool(data["test"]),
            budget=FailureBudget(**data["budget"]),
        )


def policy_for(rule: PolicyRule, *, is_public: bool, can_sign: bool) -> Policy:
    """The policy of one copy; signed without a key is refused, as nobody could play it."""
    signed = rule is PolicyRule.SIGNED or (rule is PolicyRule.AUTO and not is_public)
    if signed and not can_sign:
        raise InvalidInput(
            "Signed playback needs a signing key, and none is set.",
            hint="Set MUX_SIGNING_KEY and MUX_PRIVATE_KEY, or choose public playback.",
        )
    return Policy.SIGNED if signed else Policy.PUBLIC


def asset_request(
    *, url: str | None, passthrough: str, options: Options, policy: Policy, title: str | None = None
) -> dict[str, Any]:
    """The body of `POST /video/v1/assets`; without `url`, the `new_asset_settings` of a direct upload."""
    first: dict[str, Any] = {} if url is None else {"url": url}
    if options.captions_language:
        first["generated_subtitles"] = [
            {"language_code": options.captions_language, "name": options.captions_language}
        ]
    body: dict[str, Any] = {
        "inputs": [first],
        "playback_policies": [policy.value],
        "video_quality": options.quality.value,
        "passthrough": passthrough,
    }
    if title:
        body["meta"] = {"title": title[:512]}
    if options.normalize_audio:
        body["normalize_audio"] = True
    if options.test:
        body["test"] = True
    return body if first else {name: value for name, value in body.items() if name != "inputs"}


LENGTH_SLACK_S = 1.0
LENGTH_SLACK_SHARE = 0.01


def same_length(source_s: float, copy_s: float) -> bool:
    """Whether a copy is as long as its source: within 1 s or 1 %, whichever is more."""
    return abs(source_s - copy_s) <= max(LENGTH_SLACK_S, LENGTH_SLACK_SHARE * source_s)


TEST_MODE_S = 10.0
"""Mux cuts a test asset to this length, so its length proves nothing."""

TROUBLE_BY_ERROR: dict[str, Trouble] = {
    "download_failed": Trouble.DOWNLOAD_FAILED,
    "invalid_input": Trouble.FILE_DAMAGED,
}


def trouble_of(asset: Asset) -> Trouble:
    """The cause behind an errored asset; unknown types of Mux's are shown as they are."""
    return TROUBLE_BY_ERROR.get(asset.error_type or "", Trouble.MUX_REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTotals:
    """What a choice comes to, before anything is done: bytes and lengths are of what would be made.

    `skipped` is by reason.
    """

    create: int
    rows: int
    size_bytes: int
    duration_s: float
    unknown_length: int
    skipped: Mapping[SkipReason, int]
    reuse: int = 0
    """Of `create`, what gets no new copy: one is at Mux (rows came to use it since, a rollback kept it, or it
    is of equal bytes), or another of the choice has equal bytes."""
    private: int = 0
    """Of what would be made, how many are not public: not every row that points at them says so."""

    @property
    def chosen(self) -> int:
        """Sources of the choice, those that are skipped too."""
        return self.create + sum(self.skipped.values())
