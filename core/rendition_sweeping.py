"""Sweeping MP4s: what nobody downloads any more is deleted, and what is silent is gone after."""

from datetime import timedelta

from core.access import SYSTEM
from core.ports import Services
from core.rendition import RenditionState
from core.rendition_making import carry_later


def sweep_renditions(*, services: Services) -> None:
    """Only those that were made here are deleted; what was made at Mux itself stays."""
    now, settings = services.clock(), services.settings
    unused_since = now - timedelta(days=settings.rendition_kept_days)
    silent_since = now - timedelta(seconds=settings.sweep_after_s)
    with services.uow("renditions.sweep") as tx:
        for one in tx.renditions.unused(before=unused_since):
            tx.renditions.move(one.id, RenditionState.DELETING, now=now)
            subject = f"lesson {one.lesson_id}"
            tx.audit(SYSTEM, "delete unused MP4", subject, before={"resolution": one.resolution})
            carry_later(tx, one.id)
        for rendition in tx.renditions.silent(before=silent_since, now=now):
            carry_later(tx, rendition)
        tx.commit()
