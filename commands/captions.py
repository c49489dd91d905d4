"""`cli.py captions …`: what is said in a lesson."""

import sys
from pathlib import Path

import click

from commands.session import Group, Session, pass_session
from commands.text import table
from core import caption_looking, captioning
from core.language import LANGUAGES
from core.plain import plain
from core.text_track import TextTrack

COLUMNS = ("key", "name", "language", "origin", "state", "is_named", "reason")


@click.group(cls=Group)
def captions() -> None:
    """The captions of a lesson: list, take away, add, have Mux write them, delete."""


@captions.command("list")
@click.argument("lesson_id", metavar="LESSON")
@pass_session
def list_captions(session: Session, lesson_id: str) -> None:
    """List a lesson's captions, also those on their way."""
    found = caption_looking.captions(lesson_id, by=session.person, services=session.services)
    rows = [[getattr(one, name) for name in COLUMNS] for one in found.lines]
    session.show({"captions": [plain(one) for one in found.lines]}, lambda: table(COLUMNS, rows))


@captions.command()
@click.argument("lesson_id", metavar="LESSON")
@click.argument("key", metavar="KEY")
@click.option("--as", "ending", type=click.Choice(caption_looking.ENDINGS), default="vtt", show_default=True)
@pass_session
def get(session: Session, lesson_id: str, key: str, ending: str) -> None:
    """Write captions to stdout."""
    file = caption_looking.captions_file(lesson_id, key, by=session.person, services=session.services)
    text, _ = caption_looking.written(file, ending)
    session.show({"text": text}, lambda: text.rstrip("\n"))


@captions.command()
@click.argument("lesson_id", metavar="LESSON")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path, allow_dash=True))
@click.option("--language", required=True, help="As en, de or pt-BR.")
@click.option("--name", default="", help="In the player; as the language where none is given.")
@click.option("--replace", "replaces", metavar="KEY", default=None, help="Those whose place they take.")
@pass_session
def put(session: Session, lesson_id: str, file: Path, language: str, name: str, replaces: str | None) -> None:
    """Give a lesson the captions of a WebVTT or SRT file; `-` reads stdin."""
    body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    track = captioning.upload(
        lesson_id,
        body,
        language=language,
        name=name,
        replaces=replaces,
        by=session.person,
        services=session.services,
    )
    session.show(_shown(track), f"Captions {track.id} are on their way to Mux.")


@captions.command()
@click.argument("lesson_id", metavar="LESSON")
@click.option("--language", type=click.Choice(LANGUAGES), default="auto", show_default=True)
@pass_session
def generate(session: Session, lesson_id: str, language: str) -> None:
    """Have Mux write captions from the sound."""
    track = captioning.generate(lesson_id, language, by=session.person, services=session.services)
    session.show(_shown(track), f"Mux writes captions {track.id}.")


@captions.command()
@click.argument("lesson_id", metavar="LESSON")
@click.argument("key", metavar="KEY")
@pass_session
def delete(session: Session, lesson_id: str, key: str) -> None:
    """Delete captions at Mux and in S3."""
    captioning.delete(lesson_id, key, by=session.person, services=session.services)
    session.show({"key": key, "state": "deleting"}, f"Captions {key} are being deleted.")


def _shown(track: TextTrack) -> dict[str, str]:
    return {"key": str(track.id), "state": track.state.value, "name": track.name}
