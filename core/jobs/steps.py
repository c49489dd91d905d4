"""Which use case each job runs."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from core import (
    applying,
    budget_telling,
    budget_watching,
    bulk_changing,
    caption_adopting,
    caption_carrying,
    completing,
    correcting,
    digest_sending,
    discarding,
    feeding,
    finding,
    forgetting,
    heatmap_reading,
    ingesting,
    probing,
    profile_switching,
    reconciling,
    rendition_carrying,
    scanning,
    submitting,
    sweeping,
    syncing,
    thumbnail_choosing,
    undoing,
    upload_captioning,
    upload_checking,
    upload_sending,
    usage_reading,
    verifying,
    withdrawing,
)
from core.access import SYSTEM, Person
from core.period import Days
from core.ports import Lane, Services
from core.records import Job

Step = Callable[..., object]
"""Takes the services and the job's arguments by keyword."""


def submit(*, item_id: str, services: Services) -> None:
    submitting.submit(UUID(item_id), services=services)


def verify(*, item_id: str, attempt: int = 1, services: Services) -> None:
    verifying.verify(UUID(item_id), attempt=attempt, services=services)


def change(*, item_id: str, services: Services) -> None:
    bulk_changing.change(UUID(item_id), services=services)


def give_up_changing(*, item_id: str, reason: str, services: Services, **_: object) -> None:
    bulk_changing.give_up(UUID(item_id), reason=reason, services=services)


def give_up(*, item_id: str, reason: str, services: Services, **_: object) -> None:
    submitting.give_up(UUID(item_id), reason=reason, services=services)


def roll_back(*, item_id: str, delete_asset: bool, actor: str, subject: str, services: Services) -> None:
    # Rights were asked when the button was pressed; here the person is only named.
    by = Person(subject=subject, email=actor, roles=frozenset())
    undoing.roll_back_item(UUID(item_id), by=by, delete_asset=delete_asset, services=services)


def give_up_rolling_back(*, item_id: str, reason: str, services: Services, **_: object) -> None:
    undoing.give_up(UUID(item_id), reason=reason, services=services)


def check_upload(*, upload_id: str, attempt: int = 1, services: Services) -> None:
    upload_checking.check(UUID(upload_id), attempt=attempt, services=services)


def give_up_upload(*, upload_id: str, reason: str, services: Services, **_: object) -> None:
    upload_checking.give_up(UUID(upload_id), reason=reason, services=services)


def send_upload(*, upload_id: str, services: Services) -> None:
    upload_sending.send(UUID(upload_id), services=services)


def carry_track(*, track: str = "", asset_id: str = "", attempt: int = 0, services: Services) -> None:
    if track:
        caption_carrying.carry(UUID(track), services=services)
    else:
        caption_adopting.adopt(asset_id, attempt=attempt, services=services)


def carry_rendition(*, rendition: str, services: Services) -> None:
    rendition_carrying.carry(UUID(rendition), services=services)


def give_up_track(*, track: str = "", reason: str, services: Services, **_: object) -> None:
    if track:
        caption_carrying.give_up(UUID(track), reason=reason, services=services)


def undo(*, batch_id: int, undo_id: str, asked: Mapping[str, Any], services: Services) -> None:
    undoing.undo(batch_id, UUID(undo_id), asked=asked, services=services)


def give_up_undo(*, batch_id: int, undo_id: str, reason: str, services: Services, **_: object) -> None:
    undoing.give_up_all(batch_id, UUID(undo_id), reason=reason, services=services)


def reconcile(*, services: Services) -> None:
    reconciling.reconcile(by=SYSTEM, services=services)


def read_heatmap(
    *, asset_id: str, first: str, last: str, lane: str = Lane.INTERACTIVE, services: Services
) -> None:
    days = Days(first=date.fromisoformat(first), last=date.fromisoformat(last))
    heatmap_reading.read(asset_id, days, lane=Lane(lane), services=services)


def sync_figures(*, services: Services) -> None:
    syncing.sync(by=SYSTEM, services=services)


def sync_usage(*, services: Services) -> None:
    usage_reading.read_usage(by=SYSTEM, services=services)


def send_digests(*, services: Services) -> None:
    digest_sending.send(by=SYSTEM, services=services)


def watch_budgets(*, services: Services) -> None:
    budget_watching.watch(by=SYSTEM, services=services)


def tell_budget(*, alert_id: str, services: Services) -> None:
    budget_telling.tell(UUID(alert_id), services=services)


STEPS: Mapping[Job, Step] = {
    Job.SCAN: scanning.scan,
    Job.PROBE: probing.probe,
    Job.FEED: feeding.feed,
    Job.SUBMIT: submit,
    Job.FIND_LOST: finding.find_lost,
    Job.INGEST: ingesting.ingest,
    Job.VERIFY: verify,
    Job.CHANGE: change,
    Job.CHANGE_AT_MUX: change,
    Job.UNDO: undo,
    Job.ROLL_BACK: roll_back,
    Job.DISCARD: discarding.discard,
    Job.CHECK_UPLOAD: check_upload,
    Job.SEND_UPLOAD: send_upload,
    Job.CAPTION: upload_captioning.caption,
    Job.TRACK: carry_track,
    Job.TRACK_AT_MUX: carry_track,
    Job.RENDITION: carry_rendition,
    Job.THUMBNAIL: thumbnail_choosing.tell,
    Job.SWEEP: sweeping.sweep,
    Job.RECONCILE: reconcile,
    Job.FORGET: forgetting.forget,
    Job.SYNC_FIGURES: sync_figures,
    Job.SYNC_USAGE: sync_usage,
    Job.DIGEST: send_digests,
    Job.BUDGETS: watch_budgets,
    Job.TELL_BUDGET: tell_budget,
    Job.HEATMAP: read_heatmap,
    Job.WRITE_BACK: completing.write_back,
    Job.APPLY_SCHEMA: applying.carry_out,
    Job.UNDO_SCHEMA: withdrawing.carry_out,
    Job.CORRECT_LESSONS: correcting.correct_lessons,
    Job.SWITCH_PROFILE: profile_switching.carry_out,
}
"""Arguments that are not text travel as text, so those steps read them first."""

LAST_RESORT: Mapping[Job, Step] = {
    Job.SUBMIT: give_up,
    Job.VERIFY: give_up,
    Job.CHANGE: give_up_changing,
    Job.CHANGE_AT_MUX: give_up_changing,
    Job.CHECK_UPLOAD: give_up_upload,
    Job.TRACK: give_up_track,
    Job.TRACK_AT_MUX: give_up_track,
    Job.UNDO: give_up_undo,
    Job.ROLL_BACK: give_up_rolling_back,
}
"""What becomes of a job's item when its step failed for good: left as it is, the sweep would take the same
step again every few seconds, and the item would hold one of its batch's few places."""

BEGUN_ONCE = frozenset({Job.UNDO, Job.ROLL_BACK})
"""Jobs that no sweep begins anew: given up, also what may pass by itself is told at their items."""
