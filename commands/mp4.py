"""`cli.py mp4 …` and `cli.py picture`: what a lesson's video has beside its stream."""

import click

from commands.session import Command, Group, Session, pass_session
from commands.text import table
from core import rendition_looking, rendition_making, thumbnail_choosing
from core.plain import plain
from core.rendition import Resolution

SIZES = [one.value for one in Resolution]
COLUMNS = ("key", "name", "resolution", "state", "size_bytes", "person", "unused_until", "reason")


@click.group(cls=Group)
def mp4() -> None:
    """The MP4s of a lesson's video for download: list, have one made, delete."""


@mp4.command("list")
@click.argument("lesson_id", metavar="LESSON")
@pass_session
def list_mp4s(session: Session, lesson_id: str) -> None:
    """List a video's MP4s, also those on their way."""
    found = rendition_looking.renditions(lesson_id, by=session.person, services=session.services)
    rows = [[getattr(one, name) for name in COLUMNS] for one in found.lines]
    session.show({"files": [plain(one) for one in found.lines]}, lambda: table(COLUMNS, rows))


@mp4.command()
@click.argument("lesson_id", metavar="LESSON")
@click.option("--as", "size", type=click.Choice(SIZES), default="highest", show_default=True)
@pass_session
def make(session: Session, lesson_id: str, size: str) -> None:
    """Have Mux make an MP4, or an M4A of the sound."""
    made = rendition_making.make(lesson_id, size, by=session.person, services=session.services)
    session.show({"key": str(made.id), "state": made.state.value}, f"Mux makes {made.id}.")


@mp4.command()
@click.argument("lesson_id", metavar="LESSON")
@click.argument("key", metavar="KEY")
@pass_session
def delete(session: Session, lesson_id: str, key: str) -> None:
    """Delete an MP4 at Mux; the video stays."""
    rendition_making.delete(lesson_id, key, by=session.person, services=session.services)
    session.show({"key": key, "state": "deleting"}, f"{key} is being deleted.")


@click.command(cls=Command)
@click.argument("lesson_id", metavar="LESSON")
@click.option("--at", "at_s", type=float, default=None, help="Seconds of the video; without, Mux chooses.")
@pass_session
def picture(session: Session, lesson_id: str, at_s: float | None) -> None:
    """Choose the moment of the video that a lesson's picture shows."""
    thumbnail_choosing.choose(lesson_id, at_s, by=session.person, services=session.services)
    said = "Mux chooses the picture." if at_s is None else f"The picture shows {at_s:.1f} s."
    session.show({"at_s": None if at_s is None else round(at_s, 1)}, said)
