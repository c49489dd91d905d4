"""Telling of budgets: by webhook and by e-mail, what was noted before, until it is taken.

Told at least once: whoever is killed after something was handed over hands it over again, under the same id.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

from core.budget_alert import LASTS, Alert, Channel, Telling, TellingState, payload
from core.budget_letter import letter_of
from core.digest_sending import SCHOOL
from core.errors import AppError, Refused, Unavailable
from core.people import HostUser
from core.ports import Services

NO_HOOK = "BUDGET_WEBHOOK_URL is not set any more."
NO_POST = "The digest's settings say that no letters leave any more."
NOBODY = "The school's users do not name this person any more."


def tell(alert_id: UUID, *, services: Services) -> None:
    """Hand over what was not taken yet, each by itself.

    Raises, after all of them, what may pass: the queue then tries again.
    """
    with services.uow("budget.alert.read") as tx:
        alert = tx.budgets.alert(alert_id)
    if alert is None:
        return
    troubles = [_tell(one, alert, services) for one in alert.waiting]
    if passing := next((one for one in troubles if one is not None and one.retryable), None):
        raise passing


def _tell(telling: Telling, alert: Alert, services: Services) -> AppError | None:
    trouble = _tried(telling, alert, services)
    settled = replace(
        telling,
        state=_state(telling, trouble, alert, services),
        at=services.clock(),
        tries=telling.tries + 1,
        error=trouble.sentence if trouble else None,
    )
    with services.uow("budget.settle") as tx:
        tx.budgets.settle(alert.id, settled)
        tx.commit()
    return trouble if settled.state is TellingState.WAITING else None


def _tried(telling: Telling, alert: Alert, services: Services) -> AppError | None:
    try:
        WAYS[telling.channel](telling, alert, services)
    except (Refused, Unavailable) as error:
        return error
    return None


def _state(telling: Telling, trouble: AppError | None, alert: Alert, services: Services) -> TellingState:
    if trouble is None:
        return TellingState.SENT
    is_old = services.clock() - alert.noted_at > LASTS
    return TellingState.GIVEN_UP if is_old or _is_final(telling, trouble) else TellingState.WAITING


def _is_final(telling: Telling, trouble: AppError) -> bool:
    """A letter that its server will never take; a webhook may be put right, and is asked again."""
    if telling.channel is not Channel.MAIL or not isinstance(trouble, Refused) or trouble.account_wide:
        return False
    return trouble.status is None or trouble.status >= 500


def _by_webhook(_: Telling, alert: Alert, services: Services) -> None:
    if services.hook is None:
        raise Refused(NO_HOOK, hint="Set it again, or look at the page Budgets.")
    services.hook.tell(payload(alert, origin=services.settings.dashboard_origin), key=str(alert.id))


def _by_mail(telling: Telling, alert: Alert, services: Services) -> None:
    if services.post is None:
        raise Refused(NO_POST, hint="Set DIGEST again.", account_wide=True)
    user = _reader(telling.user_id, services)
    settings = services.settings
    services.post.send(
        letter_of(
            alert,
            user=user,
            at=services.clock(),
            zone=settings.school_timezone,
            origin=settings.dashboard_origin,
        )
    )


def _reader(user_id: str, services: Services) -> HostUser:
    if not user_id:
        return SCHOOL
    with services.uow("budget.reader.read") as tx:
        user = tx.people.get(user_id)
    if user is None:
        raise Refused(NOBODY, hint="Nobody has to do anything.")
    return user


WAYS: Mapping[Channel, Callable[[Telling, Alert, Services], None]] = {
    Channel.WEBHOOK: _by_webhook,
    Channel.MAIL: _by_mail,
}
