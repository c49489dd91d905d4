"""The composition root: the only file that knows the folders of `core/`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.cards.built_in import built_in_cards
from core.db.engine import create_engine, migrate
from core.db.host import HostWriter
from core.db.host_schema import HostSchemaTables
from core.db.pace import SqlPace
from core.db.play_loop import LoopPlayables
from core.db.profiles import HostProfileTables
from core.db.uow import unit_of_work
from core.forecast.smoothing import Smoothing
from core.hooks.http import HttpHook
from core.jobs.queueing import enqueue
from core.jobs.worker import run_worker
from core.letter import Post, Via
from core.mail.folder import FolderPost
from core.mail.smtp import MailServer, SmtpPost
from core.media.player import HlsPlayer
from core.media.reader import MediaReader
from core.mux.api import MuxApi
from core.mux.kept_tokens import KeptTokens
from core.mux.paced import PacedMux
from core.mux.signer import PlaybackSigner
from core.mux.upload import ResumableUploader
from core.ports import Call, Lane, Services, Signer
from core.s3.client import s3_client
from core.s3.store import S3Store
from core.s3.traffic import CloudWatch
from core.settings import Settings
from core.tokens.seals import JwtSeals
from core.tripwire import trip_of, wired

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

__all__ = ["build", "built_in_cards", "prepare", "run_worker"]


def now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC)


def build(settings: Settings, *, repeats: bool = False) -> Services:
    """Everything a use case may ask for; nothing connects before its first use.

    `repeats` as `core.db.engine.create_engine` has it.
    """
    trip = trip_of(settings.failpoint)
    engine = create_engine(settings.database_url, repeats=repeats)
    pace = SqlPace(engine, limits(settings))
    mux = mux_of(settings)
    client = s3_client(endpoint_url=settings.s3_endpoint_url, region=settings.aws_region)
    return Services(
        settings=settings,
        clock=now,
        uow=unit_of_work(
            engine,
            host_schema=settings.host_schema,
            host_of=lambda connection: HostWriter(connection, settings.host_schema),
            enqueue=enqueue,
            trip=trip,
        ),
        pace=pace,
        mux=wired(PacedMux(mux, pace, Lane.BATCH), "mux", trip),
        mux_now=wired(PacedMux(mux, pace, Lane.INTERACTIVE), "mux_now", trip),
        store=wired(S3Store(client), "store", trip),
        media=wired(MediaReader(), "media", trip),
        player=wired(HlsPlayer(), "player", trip),
        uploader=wired(ResumableUploader(), "uploader", trip),
        schema=HostSchemaTables(engine, settings.host_schema, trip=trip),
        profiles=HostProfileTables(engine, settings.host_schema),
        signer=signer_of(settings),
        seals=JwtSeals(),
        post=wired(post, "post", trip) if (post := post_of(settings)) else None,
        built_in_cards=built_in_cards(),
        forecaster=Smoothing(),
        hook=wired(HttpHook(url), "hook", trip) if (url := settings.budget_webhook_url) else None,
        traffic=wired(watch, "traffic", trip) if (watch := traffic_of(settings, client)) else None,
        at_once=LoopPlayables(engine, settings.database_url, host_schema=settings.host_schema),
    )


def mux_of(settings: Settings) -> MuxApi:
    """Mux as it is, without anybody's pace."""
    return MuxApi(
        base_url=settings.mux_base_url,
        token_id=settings.mux_token_id,
        token_secret=settings.mux_token_secret,
        clock=now,
    )


def traffic_of(settings: Settings, client: "S3Client") -> CloudWatch | None:
    """Amazon's own measure of what left a bucket; None where S3 is another's."""
    return None if settings.s3_endpoint_url else CloudWatch(client)


def limits(settings: Settings) -> dict[Call, float]:
    """Requests per second by bucket; 0 means no limit."""
    return {
        Call.POST: settings.mux_post_per_s,
        Call.OTHER: settings.mux_other_per_s,
        Call.DATA: settings.mux_data_per_s,
    }


def signer_of(settings: Settings) -> Signer | None:
    """Makes playback tokens; None without a signing key."""
    if not settings.can_sign:
        return None
    signer = PlaybackSigner(key_id=settings.mux_signing_key, private_key=settings.mux_private_key, clock=now)
    return KeptTokens(signer, clock=now)


def post_of(settings: Settings) -> Post | None:
    """What takes the weekly digest; None where it is off."""
    if settings.digest is Via.FOLDER:
        return folder_post(Path(settings.digest_folder), settings)
    if settings.digest is Via.OFF:
        return None
    server = MailServer(
        host=settings.digest_smtp_host,
        port=settings.digest_smtp_port,
        tls=settings.digest_smtp_tls,
        user=settings.digest_smtp_user,
        password=settings.digest_smtp_password,
    )
    return SmtpPost(server, sender=settings.digest_from)


def folder_post(folder: Path, settings: Settings) -> Post:
    """Letters as files."""
    return FolderPost(folder, sender=settings.digest_from or "lectern@localhost")


def prepare(services: Services) -> None:
    """Create or update `mux_admin`; whichever process comes first does it."""
    engine = create_engine(services.settings.database_url)
    migrate(engine)
    engine.dispose()
