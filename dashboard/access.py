"""Who looks at the page, and whether they may."""

from datetime import UTC, datetime

import streamlit as st

from core import admitting
from core.access import Action, Person, allows, check, check_could
from core.errors import NotAllowed, NotFound
from dashboard import formats, security, sign_in, trial
from dashboard.services import services, settings


def current_person() -> Person | None:
    """Whoever uses this session; None when they have to sign in."""
    if settings().auth == "oidc":
        return sign_in.signed_in(settings(), now=datetime.now(UTC))
    return trial.person() if st.get_option("server.address") in security.LOOPBACK else None


def of_person(person: Person) -> str:
    """What an answer goes by that is kept for a person."""
    return repr((person.subject, person.host_user_id, sorted(person.roles)))


def require(action: Action) -> Person:
    """The person, if they may do it; every page, fragment and action starts here. Raises `NotAllowed`."""
    person = _somebody()
    check(person, action)
    return person


def require_some(action: Action) -> Person:
    """The person, if they may do it to anything at all; the use case says to what. Raises `NotAllowed`."""
    person = _somebody()
    check_could(person, action)
    return person


def require_for(action: Action, lesson_id: str) -> Person:
    """The person, if they may do it to this lesson. Raises `NotAllowed`, `NotFound`."""
    person = _somebody()
    with services().uow("admit.read") as tx:
        admitting.admit(person, action, lesson_id, tx=tx)
    return person


def may_for(action: Action, lesson_id: str) -> bool:
    """Whether to offer it for a lesson."""
    try:
        require_for(action, lesson_id)
    except (NotAllowed, NotFound):
        return False
    return True


def may_with_source(action: Action, source_id: int) -> bool:
    """Whether to offer it for a source: the person may do it to one of its lessons."""
    person = current_person()
    if person is None:
        return False
    with services().uow("admit.source.read") as tx:
        return admitting.may_with_source(person, action, source_id, tx=tx)


def _somebody() -> Person:
    person = current_person()
    if person is None:
        raise NotAllowed("You are not signed in (any more).", hint="Load the page again and sign in.")
    return person


def may(action: Action) -> bool:
    """Whether to offer it at all."""
    person = current_person()
    return person is not None and allows(person, action)


def why_not(action: Action) -> str | None:
    """Who may do it, for a button that this person cannot press; None where they can."""
    try:
        require(action)
    except NotAllowed as error:
        return error.hint
    return None


def sidebar() -> None:
    """Who is signed in; without sign-in, a switch to be somebody else."""
    if settings().auth == "oidc":
        if person := current_person():
            st.caption(formats.literal(trial.who(person)))
            st.button("Sign out", on_click=st.logout, icon=":material/logout:", type="tertiary")
    else:
        trial.switch()


def banner() -> None:
    """Says on every page that nobody had to sign in."""
    person = current_person()
    if settings().auth == "off" and person:
        st.markdown(
            ":small[:orange-badge[:material/lock_open: Sign-in is off] Only this machine can see this page. "
            f"You look around as {formats.literal(trial.who(person))}.]"
        )
