"""Browsing: the library page by page for whoever may see it, its pictures, and views that a person keeps."""

from collections.abc import Sequence

from core.access import Action, Person, allows, check
from core.errors import InvalidInput, NotFound
from core.library import (
    Beyond,
    LibraryChoices,
    LibraryFilter,
    LibraryLine,
    LibrarySort,
    Reader,
    checked,
)
from core.library_view import MOST_VIEWS, LibraryLook, SavedView, kept, view_name
from core.playback import PICTURE, Audience, Provider, needs_token
from core.ports import Services
from core.thumbnail import moment

PICTURE_LIFETIME_S = 3600.0


def reader_of(by: Person) -> Reader:
    """Whose lessons this person sees: all of them, or their own. Raises `NotAllowed`."""
    check(by, Action.SEE_LIBRARY)
    return Reader(is_all=allows(by, Action.SEE_LESSON), user_id=by.host_user_id)


def lessons(
    filter: LibraryFilter,
    sort: LibrarySort,
    *,
    number: int,
    size: int,
    by: Person,
    services: Services,
    beyond: Beyond | None = None,
) -> Sequence[LibraryLine]:
    """The page `number` (from 1) of the lessons that match; or the one beside a lesson. Raises `NotAllowed`,
    `InvalidInput`."""
    reader, wanted = reader_of(by), checked(filter)
    with services.uow("library.page.read") as tx:
        return tx.library.page(wanted, sort, reader=reader, number=number, size=size, beyond=beyond)


def count(filter: LibraryFilter, *, by: Person, services: Services) -> int:
    """How many lessons match, on all pages. Raises as `lessons` does."""
    reader = reader_of(by)
    with services.uow("library.count.read") as tx:
        return tx.library.count(checked(filter), reader=reader)


def choices(*, by: Person, services: Services) -> LibraryChoices:
    """What the filters can offer this person. Raises `NotAllowed`."""
    reader = reader_of(by)
    with services.uow("library.choices.read") as tx:
        return tx.library.choices(reader=reader)


def picture(line: LibraryLine, *, services: Services) -> str | None:
    """The address of the lesson's picture, for the moment of use and kept nowhere; None where it has none."""
    if line.provider is not Provider.MUX or not line.playback_id or line.policy is None:
        return None
    hosts, look = services.settings.hosts, (*PICTURE, *moment(line.thumbnail_s))
    if not needs_token(line.policy):
        return hosts.thumbnail(line.playback_id, look=look)
    if services.signer is None:
        return None
    token = services.signer.token(
        line.playback_id, Audience.THUMBNAIL, lifetime_s=PICTURE_LIFETIME_S, look=look
    )
    return hosts.thumbnail(line.playback_id, token=token)


def views(*, by: Person, services: Services) -> Sequence[SavedView]:
    """The person's own views, by name. Raises `NotAllowed`."""
    check(by, Action.SEE_LIBRARY)
    with services.uow("views.read") as tx:
        return tx.views.of(by.subject)


def save_view(
    name: str,
    filter: LibraryFilter,
    sort: LibrarySort,
    *,
    by: Person,
    services: Services,
    look: LibraryLook = LibraryLook.CARDS,
) -> None:
    """Keep the filters under a name. Raises `NotAllowed`, and `InvalidInput` where it is none, is taken, or
    would be one too many."""
    check(by, Action.SEE_LIBRARY)
    plain, values = view_name(name), kept(filter, sort, look)
    with services.uow("view.save") as tx:
        if not tx.views.add(by.subject, plain, values, most=MOST_VIEWS):
            raise InvalidInput(
                f"You have {MOST_VIEWS} views, and more are not kept.",
                hint="Delete one that you do not need.",
            )
        tx.commit()


def rename_view(view_id: int, name: str, *, by: Person, services: Services) -> None:
    """Give a view of the person's own another name. Raises as `save_view` does, and `NotFound`."""
    check(by, Action.SEE_LIBRARY)
    plain = view_name(name)
    with services.uow("view.rename") as tx:
        if not tx.views.rename(by.subject, view_id, plain):
            raise _gone()
        tx.commit()


def delete_view(view_id: int, *, by: Person, services: Services) -> None:
    """Forget a view of the person's own. Raises `NotAllowed`, `NotFound`."""
    check(by, Action.SEE_LIBRARY)
    with services.uow("view.delete") as tx:
        if not tx.views.delete(by.subject, view_id):
            raise _gone()
        tx.commit()


def _gone() -> NotFound:
    return NotFound("This view is not there any more.", hint="It may have been deleted in another window.")
