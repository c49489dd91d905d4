"""The library's rules: how a video stands, which filters there are, and what a view keeps."""

import pytest

from core.access import Action, Person, Role, allows
from core.errors import InvalidInput
from core.library import Film, LibraryFilter, LibrarySort, checked, film_of
from core.library_view import LONGEST_NAME, LONGEST_VALUE, LibraryLook, kept, of_kept, view_name
from core.playback import PICTURE, Audience, Hosts, Provider, claims


@pytest.mark.parametrize(
    ("provider", "asset_status", "status", "film"),
    [
        (Provider.S3, "errored", "error", Film.PLAYS),
        (Provider.MUX, "ready", "ready", Film.PLAYS),
        (Provider.NONE, "deleted", "error", Film.DELETED),
        (Provider.NONE, "errored", "error", Film.FAILED),
        (Provider.NONE, None, "error", Film.FAILED),
        (Provider.NONE, "preparing", None, Film.PREPARING),
        (Provider.NONE, None, "processing", Film.PREPARING),
        (Provider.NONE, None, "pending", Film.MISSING),
        (Provider.NONE, None, None, Film.MISSING),
    ],
)
def test_what_plays_plays_and_what_does_not_says_why(
    provider: Provider, asset_status: str | None, status: str | None, film: Film
) -> None:
    assert film_of(provider, asset_status=asset_status, status=status) is film


def test_a_view_is_read_as_it_was_kept() -> None:
    filter = LibraryFilter(search="100% é 🎬", course="4", provider="mux", captions="with", owner="t1")
    values = kept(filter, LibrarySort.TITLE)
    assert "quality" not in values
    assert of_kept(values) == (filter, LibrarySort.TITLE, LibraryLook.CARDS)


def test_a_word_that_there_is_not_any_more_does_not_narrow() -> None:
    values = {"provider": "vimeo", "state": "lost", "sort": "by mood", "search": "sets", "unknown": "x"}
    assert of_kept(values) == (LibraryFilter(search="sets"), LibrarySort.NEWEST, LibraryLook.CARDS)


def test_a_view_keeps_how_it_is_looked_at() -> None:
    values = kept(LibraryFilter(), LibrarySort.NEWEST, LibraryLook.TABLE)
    assert of_kept(values) == (LibraryFilter(), LibrarySort.NEWEST, LibraryLook.TABLE)
    assert of_kept({"look": "tiles"})[2] is LibraryLook.CARDS


@pytest.mark.parametrize(
    "filter", [LibraryFilter(search="x" * (LONGEST_VALUE + 1)), LibraryFilter(owner="\0")]
)
def test_a_filter_that_cannot_be_kept_is_refused(filter: LibraryFilter) -> None:
    with pytest.raises(InvalidInput, match="at most"):
        kept(filter, LibrarySort.NEWEST)


def test_a_filter_with_a_word_that_there_is_not_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidInput) as refusal:
        checked(LibraryFilter(quality="best"))
    assert refusal.value.sentence == "No filter has the value 'best'. Known: basic, plus, premium."


def test_a_name_is_one_line() -> None:
    assert view_name("  My \n view\0 ") == "My view"
    for none in ("", " \n ", "x" * (LONGEST_NAME + 1)):
        with pytest.raises(InvalidInput):
            view_name(none)


def test_who_teaches_or_looks_after_it_sees_the_library_and_finance_does_not() -> None:
    seen = {
        role
        for role in Role
        if allows(Person(subject="x", email="", roles=frozenset({role})), Action.SEE_LIBRARY)
    }
    assert seen == {Role.ADMIN, Role.OPS, Role.TEACHER}


def test_a_signed_picture_has_its_size_in_its_token_and_a_public_one_in_its_address() -> None:
    said = claims("play-1", Audience.THUMBNAIL, key_id="k", now_s=0, lifetime_s=60, look=PICTURE)
    assert said == {
        "sub": "play-1",
        "aud": "t",
        "exp": 60,
        "kid": "k",
        "width": 320,
        "height": 180,
        "fit_mode": "smartcrop",
    }
    address = "https://image.mux.com/play-1/thumbnail.jpg?width=320&height=180&fit_mode=smartcrop"
    assert Hosts().thumbnail("play-1", look=PICTURE) == address
