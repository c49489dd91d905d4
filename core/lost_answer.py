"""A lost answer: how long what was asked of Mux may still take effect, before it is asked again."""

from datetime import datetime, timedelta

from core.ports import Services


def may_come(posted_at: datetime | None, services: Services) -> bool:
    """Whether a POST of that moment may have taken effect that we have no answer to."""
    return posted_at is not None and services.clock() - posted_at < _grace(services)


def next_look_at(services: Services) -> datetime:
    """When Mux is looked at again."""
    return services.clock() + _grace(services)


def _grace(services: Services) -> timedelta:
    return timedelta(seconds=services.settings.lost_grace_s)
