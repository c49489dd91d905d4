"""Options that say which sources are meant, and how they are to be moved."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import click

from core.asset import Quality
from core.batch import FailureBudget
from core.errors import InvalidInput
from core.migration import Mode, Options, PolicyRule
from core.ports import Services
from core.selection import Choice, Filter
from core.settings import Settings

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def choice_options(function: Decorated) -> Decorated:
    """`--all`, `--key K…` or `--filter name=value…`: exactly one of the three ways."""
    function = click.option("--all", "everything", is_flag=True, help="Every source.")(function)
    function = click.option("--key", "keys", multiple=True, help="This key; may be repeated.")(function)
    text = "name=value: search, standing, course, kind, size or finding; may be repeated."
    return click.option("--filter", "filters", multiple=True, metavar="NAME=VALUE", help=text)(function)


def read_choice(*, everything: bool, keys: tuple[str, ...], filters: tuple[str, ...]) -> Choice:
    """What `--all`, `--key` and `--filter` mean together. Raises click's `UsageError` for none or several."""
    if sum(map(bool, (everything, keys, filters))) != 1:
        raise click.UsageError("Say which sources: --all, --key K (repeatable) or --filter NAME=VALUE.")
    return Choice(filter=Filter.parse(filters), keys=keys)


def with_course(said: Filter, services: Services) -> Filter:
    """The filter with its course by id, whether its id or its title was said."""
    if not said.course:
        return said
    with services.uow("courses.read") as tx:
        courses = tx.sources.facets().courses
    return replace(said, course=course_id(said.course, courses))


def course_id(said: str, courses: Mapping[str, str]) -> str:
    """The id behind an id or a title, given the titles by id; what is neither is left as it is.

    Raises `InvalidInput` where it means several.
    """
    meant = [i for i, title in courses.items() if said == i or said.casefold() == title.casefold()]
    if len(meant) > 1:
        which = ", ".join(f"{i} (“{courses[i]}”)" for i in meant)
        raise InvalidInput(
            f"“{said}” means several courses: {which}.", hint="Say the id of one that no other is called by."
        )
    return meant[0] if meant else said


def migration_options(function: Decorated) -> Decorated:
    """How the bytes travel and what Mux makes of them."""
    for option in (
        click.option("--mode", type=_names(Mode), help="Default: pull where Mux reaches the S3, else push."),
        click.option("--policy", type=_names(PolicyRule), help="Default: MUX_PLAYBACK_POLICY."),
        click.option("--quality", type=_names(Quality), default=Quality.PLUS.value, show_default=True),
        click.option("--normalize-audio", is_flag=True, help="Have Mux even out the loudness."),
        click.option("--captions", metavar="LANGUAGE", help="Have Mux write captions, for example en."),
        click.option("--test", is_flag=True, help="Test assets: 10 s, watermark, gone after 24 h, no row."),
        click.option("--budget-share", type=click.FloatRange(0, 1), default=0.05, show_default=True),
        click.option("--budget-least", type=click.IntRange(1), default=5, show_default=True),
    ):
        function = option(function)
    return function


def read_options(settings: Settings, **said: Any) -> Options:
    """What was said on the command line, the settings' defaults for the rest."""
    usual_mode = Mode.PULL if settings.pull_works else Mode.PUSH
    return Options(
        mode=Mode(said["mode"] or usual_mode),
        policy=PolicyRule(said["policy"] or settings.mux_playback_policy),
        quality=Quality(said["quality"]),
        normalize_audio=said["normalize_audio"],
        captions_language=said["captions"],
        test=said["test"],
        budget=FailureBudget(share=said["budget_share"], least=said["budget_least"]),
    )


def _names(states: type[Mode] | type[PolicyRule] | type[Quality]) -> click.Choice[str]:
    return click.Choice([state.value for state in states])
