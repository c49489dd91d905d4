"""`cli.py uploads …`: files that people bring in."""

import mimetypes
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import click

from commands.session import Group, Session, pass_session
from commands.text import table
from core import uploading
from core.asset import Quality
from core.migration import PolicyRule
from core.plain import plain
from core.upload import Upload, UploadOptions

COLUMNS = (
    "id",
    "lesson_id",
    "state",
    "via",
    "kind",
    "filename",
    "size_bytes",
    "person",
    "created_at",
    "reason",
)
ALSO = ("moved_at", "asset_id", "fallback_used", "trouble", "batch_id")
BLOCK_BYTES = 1024 * 1024


@click.group(cls=Group)
def uploads() -> None:
    """Files that people bring in, and what became of them."""


@uploads.command("list")
@click.option("--lesson", "lesson_id", default=None, help="Only those to this lesson.")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True)
@pass_session
def list_uploads(session: Session, lesson_id: str | None, limit: int) -> None:
    """List the newest uploads."""
    found = uploading.uploads(lesson_id=lesson_id, limit=limit, by=session.person, services=session.services)
    rows = [[getattr(one, name) for name in COLUMNS] for one in found]
    session.show({"uploads": [shown(one) for one in found]}, lambda: table(COLUMNS, rows))


@uploads.command()
@click.argument("upload_id", metavar="UPLOAD", type=click.UUID)
@pass_session
def cancel(session: Session, upload_id: UUID) -> None:
    """Have an upload come to nothing; what arrives all the same is deleted."""
    after = uploading.cancel(upload_id, by=session.person, services=session.services)
    session.show(shown(after), f"Upload {after.id} is {after.state}.")


@uploads.command()
@click.argument("lesson_id", metavar="LESSON")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--policy", type=click.Choice([one.value for one in PolicyRule]), default="auto", show_default=True
)
@click.option(
    "--quality", type=click.Choice([one.value for one in Quality]), default="basic", show_default=True
)
@click.option("--normalize-audio", is_flag=True, help="Have Mux even out the loudness.")
@click.option("--captions", metavar="LANGUAGE", default=None, help="Have Mux write subtitles.")
@click.option("--test", is_flag=True, help="A test asset: free, 10 seconds, gone after a day.")
@pass_session
def send(
    session: Session,
    lesson_id: str,
    file: Path,
    policy: str,
    quality: str,
    normalize_audio: bool,
    captions: str | None,
    test: bool,
) -> None:
    """Send a file of this machine to a lesson: a video to Mux, or to S3 while Mux is away."""
    options = UploadOptions(
        policy=PolicyRule(policy),
        quality=Quality(quality),
        normalize_audio=normalize_audio,
        captions=captions,
        test=test,
    )
    mime = mimetypes.guess_type(file.name)[0] or ""
    after = uploading.stream(
        lesson_id,
        file.name,
        mime,
        blocks(file),
        options=options,
        by=session.person,
        services=session.services,
    )
    session.show(shown(after), f"Upload {after.id} is {after.state}; it went to {after.via.upper()}.")


def blocks(file: Path) -> Iterator[bytes]:
    """The file's bytes, a MiB at a time."""
    with file.open("rb") as opened:
        while block := opened.read(BLOCK_BYTES):
            yield block


def shown(upload: Upload) -> dict[str, object]:
    """What `--json` says of an upload."""
    return {name: plain(getattr(upload, name)) for name in (*COLUMNS, *ALSO)}
