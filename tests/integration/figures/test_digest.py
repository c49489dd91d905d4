"""The weekly digest: by a real mail server, over a real database, once for each person and week."""

import email
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from aiosmtpd.smtp import Session as SmtpSession
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from cli import main
from commands.session import Session
from core import digest_sending
from core.digest_checking import check_digest
from core.errors import NotAllowed, Refused
from core.forms import Secret
from core.lesson_day import Joined, LessonDay
from core.letter import Letter, Post
from core.mail.folder import FolderPost
from core.mail.smtp import MailServer, SmtpPost
from core.ports import Services
from core.tripwire import wired
from sandbox.stack import free_port
from tests.integration.engine.harness import Killed
from tests.integration.figures.watched import BERLIN
from tests.integration.uploads.stage import ADMIN, TESS, Stage

MONDAY = datetime(2026, 11, 23, 6, 45, tzinfo=BERLIN)
WEEK = date(2026, 11, 16)
SENDER = "lectern@school.test"
ROWS = "SELECT user_id, state, error FROM mux_admin.digests ORDER BY user_id"


@pytest.fixture
def mux_url() -> str:
    """Nothing is asked over HTTP here."""
    return "http://127.0.0.1:9"


@dataclass(slots=True)
class Mailbox:
    """What a mail server took; `answers` says what it replies instead, by the recipient's name."""

    taken: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    hangs_up_on: str = ""

    async def handle_RCPT(
        self, _server: SMTP, _session: SmtpSession, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if said := self.answers.get(address.partition("@")[0]):
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: SmtpSession, envelope: Envelope) -> str:
        message = email.message_from_bytes(envelope.content, policy=policy.default)
        if self.hangs_up_on and self.hangs_up_on in str(message["To"]):
            server.transport.close()
            return ""
        self.taken.append(message)
        return "250 OK"

    @property
    def to(self) -> list[str]:
        return [str(one["To"]) for one in self.taken]


def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    """The one account of the mail server."""
    is_it = isinstance(data, LoginPassword) and (data.login, data.password) == (b"lectern", b"open sesame")
    return AuthResult(success=is_it, handled=False)


@contextmanager
def mail_server(box: Mailbox, **facts: Any) -> Iterator[SmtpPost]:
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, **facts)
    controller.start()
    try:
        yield SmtpPost(MailServer(host="127.0.0.1", port=port, tls="off"), sender=SENDER)
    finally:
        controller.stop()


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


@pytest.fixture
def post(box: Mailbox) -> Iterator[SmtpPost]:
    with mail_server(box) as server:
        yield server


def school(stage: Stage, post: Post | None, *, now: datetime = MONDAY) -> Services:
    settings = replace(
        stage.services.settings,
        school_timezone=BERLIN,
        oidc_redirect_uri="https://lectern.school.test/oauth2callback",
    )
    return replace(
        stage.services,
        settings=settings,
        clock=lambda: now,
        post=wired(post, "post", stage.trip) if post else None,
    )


def user(stage: Stage, name: str, role: str | None, address: str | None = None) -> None:
    sql = "INSERT INTO users (id, email, role) VALUES (%s, %s, %s) RETURNING 1"
    stage.ask(sql, name, address or f"{name}@school.test", role)


def watched(stage: Stage, lesson_id: str, day: date, views: int) -> LessonDay:
    """So many views of ten minutes, of a video of twenty."""
    return LessonDay(
        lesson_id=lesson_id,
        day=day,
        mux_views=views,
        mux_watch_ms=views * 600_000,
        mux_playing_ms=views * 600_000,
        mux_whole_ms=views * 1_200_000,
        own_learners=0,
        own_watch_ms=0,
        own_finished=0,
        views=views,
        watch_ms=views * 600_000,
        joined=Joined.MUX,
    )


def fetched(stage: Stage, at: datetime = MONDAY) -> None:
    """The figures of all days up to then were read."""
    with stage.services.uow("figures.day") as tx:
        for back in range(20):
            tx.figures.put_day(at.date() - timedelta(days=back), [], read_at=at)
        tx.figures.note_read(at)
        tx.commit()


@pytest.fixture
def two_lessons(stage: Stage) -> tuple[str, str]:
    """Fractions is tess's: 40 views, and 20 the week before. Decimals is tim's: 3, and 30."""
    fractions, decimals = stage.lesson("Fractions"), stage.lesson("Decimals <b>")
    for lesson_id, owner in ((fractions, "t1"), (decimals, "t2")):
        stage.ask("UPDATE lessons SET creator_id = %s WHERE id = %s RETURNING 1", owner, int(lesson_id))
    rows = [
        watched(stage, fractions, WEEK, 30),
        watched(stage, fractions, WEEK + timedelta(days=6), 10),
        watched(stage, fractions, WEEK + timedelta(days=7), 500),  # this Monday: not of the week
        watched(stage, fractions, WEEK - timedelta(days=1), 20),
        watched(stage, decimals, WEEK, 3),
        watched(stage, decimals, WEEK - timedelta(days=7), 30),
    ]
    with stage.services.uow("figures.day") as tx:
        tx.figures.put_lessons(rows)
        tx.commit()
    fetched(stage)
    return fractions, decimals


def staff(stage: Stage) -> None:
    for name, role in (("a1", "Admin"), ("t1", "teacher"), ("t2", "teacher"), ("learner", "student")):
        user(stage, name, role)


def rows(stage: Stage) -> list[Any]:
    return stage.ask(ROWS)


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_each_is_told_of_their_own_and_an_admin_of_the_school(
    stage: Stage, two_lessons: tuple[str, str], post: SmtpPost, box: Mailbox
) -> None:
    """40 views of ten minutes are 6 h 40 min, twice the 20 of before; the school's 43 are fewer than 50, and
    beside them the 40 would tell the 3."""
    staff(stage)
    found = digest_sending.send(by=ADMIN, services=school(stage, post))
    assert found.letters == 3
    assert box.to == ["a1@school.test", "t1@school.test", "t2@school.test"]
    schools, tess, tim = map(text_of, box.taken)
    assert "How your lessons were watched, 16 Nov to 22 Nov 2026" in tess
    assert "Views: 40 (+100 %; the week before 20)" in tess
    assert "1. Fractions: 6 h 40 min, 40 views (+100 %)" in tess
    assert f"https://lectern.school.test/lesson_analytics?lesson={two_lessons[0]}" in tess
    assert "Decimals" not in tess
    assert "“Decimals <b>” had few views, after 30 in the 7 days before." in tim
    assert {"Views: few", "Watch time: few"} <= {*tim.splitlines()}
    assert "Few: fewer than five views" in tim
    assert "Few:" not in tess
    assert "Fractions" not in tim
    assert "Views: 43 (−14 %; the week before 50)" in schools
    assert "Fractions" not in schools
    assert [str(one["Subject"]) for one in box.taken] == [
        "The school's lessons, 16 Nov to 22 Nov 2026: 43 views, -14 %",
        "Your lessons, 16 Nov to 22 Nov 2026: 40 views, +100 %",
        "Your lessons, 16 Nov to 22 Nov 2026: few views",
    ]
    assert "Decimals &lt;b&gt;" in text_of(box.taken[2], "html")
    assert "a1@" not in tess + text_of(box.taken[1], "html")


def test_a_letter_leaves_once_for_each_person_and_week(
    stage: Stage, two_lessons: tuple[str, str], post: SmtpPost, box: Mailbox
) -> None:
    staff(stage)
    user(stage, "t3", "teacher")  # has no lesson
    services = school(stage, post)
    for _ in range(2):
        digest_sending.send(by=ADMIN, services=services)
    assert len(box.taken) == 3
    assert [row[:2] for row in rows(stage)] == [
        ("a1", "sent"),
        ("t1", "sent"),
        ("t2", "sent"),
        ("t3", "empty"),
    ]
    audits = stage.ask("SELECT subject, after FROM mux_admin.audit WHERE action = 'send weekly digest'")
    assert audits == [("week 2026-W47", {"letters": 3})]
    fetched(stage, MONDAY + timedelta(days=7))
    digest_sending.send(by=ADMIN, services=school(stage, post, now=MONDAY + timedelta(days=7)))
    assert str(box.taken[3]["Subject"]) == "The school's lessons, 23 Nov to 29 Nov 2026: 500 views, × 11.6"


@pytest.mark.parametrize(
    ("point", "arrived"),
    [
        ("digest.begin:before", 2),
        ("digest.begin:after", 1),
        ("post.send:after", 2),
        ("digest.settle:before", 2),
    ],
)
def test_killed_at_any_point_nobody_gets_a_letter_twice(
    stage: Stage, two_lessons: tuple[str, str], post: SmtpPost, box: Mailbox, point: str, arrived: int
) -> None:
    """Who had nothing noted yet gets it later; whose letter may have left does not get another."""

    def die() -> None:
        raise Killed(point)

    user(stage, "t1", "teacher")
    user(stage, "t2", "teacher")
    stage.trip.once(point, die)
    services = school(stage, post)
    with pytest.raises(Killed):
        digest_sending.send(by=ADMIN, services=services)
    digest_sending.send(by=ADMIN, services=services)
    digest_sending.send(by=ADMIN, services=services)
    assert len(box.taken) == arrived
    assert len(set(box.to)) == arrived
    check = check_digest(services)[1]
    lost = point != "digest.begin:before"
    assert ("of 1 nobody knows whether they arrived" in check.sentence) is lost


def test_what_the_server_does_not_take_now_is_tried_again_and_what_it_never_takes_is_not(
    stage: Stage, two_lessons: tuple[str, str], post: SmtpPost, box: Mailbox
) -> None:
    staff(stage)
    box.answers = {"t1": "450 greylisted", "t2": "550 no such mailbox"}
    services = school(stage, post)
    assert digest_sending.send(by=ADMIN, services=services).letters == 1
    check = check_digest(services)[1]
    assert check.sentence.startswith("Week 2026-W47: 1 sent, 2 not taken. The mail server does not take")
    assert "550 no such mailbox" in check.sentence
    box.answers = {}
    assert digest_sending.send(by=ADMIN, services=services).letters == 1
    assert box.to == ["a1@school.test", "t1@school.test"]
    assert [row[1] for row in rows(stage)] == ["sent", "sent", "refused"]


def test_a_connection_that_breaks_off_is_not_taken_for_a_refusal(
    stage: Stage, two_lessons: tuple[str, str], post: SmtpPost, box: Mailbox
) -> None:
    staff(stage)
    box.hangs_up_on = "t1"
    services = school(stage, post)
    for _ in range(2):
        digest_sending.send(by=ADMIN, services=services)
    assert box.to == ["a1@school.test", "t2@school.test"]
    assert [row[1] for row in rows(stage)] == ["sent", "sending", "sent"]


def test_a_server_that_is_away_costs_nobody_their_letter(
    stage: Stage, two_lessons: tuple[str, str], post: SmtpPost, box: Mailbox
) -> None:
    staff(stage)
    away = SmtpPost(MailServer(host="127.0.0.1", port=9, tls="off"), sender=SENDER)
    services = school(stage, away)
    assert digest_sending.send(by=ADMIN, services=services).letters == 0
    assert [row[:2] for row in rows(stage)] == [("a1", "put_off")]
    server, letters = check_digest(services)
    assert (server.state.value, letters.state.value) == ("failed", "warn")
    assert "cannot be reached" in server.sentence
    assert "DIGEST_SMTP_HOST" in server.hint
    assert digest_sending.send(by=ADMIN, services=school(stage, post)).letters == 3


def certificate(folder: Path) -> Path:
    """Key and certificate of a server called localhost, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    pem, form, none = Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    file.write_bytes(key.private_bytes(pem, form, none) + made.public_bytes(pem))
    return file


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_letters_go_over_a_safe_connection_and_over_no_other(
    box: Mailbox, tls: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    safe = (
        {"tls_context": context, "require_starttls": True} if tls == "starttls" else {"ssl_context": context}
    )
    letter = Letter(id="1", to="ada@school.test", subject="S", text="T", html="<p>T", at=MONDAY)
    with mail_server(box, server_hostname="localhost", **safe) as plain:
        post = SmtpPost(replace(plain._server, host="localhost", tls=tls), sender=SENDER)
        with pytest.raises(Refused, match="No safe connection") as caught:
            post.send(letter)
        assert caught.value.account_wide
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        post.send(letter)
    assert box.to == ["ada@school.test"]


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_wrong_password_is_said_and_never_shown(box: Mailbox) -> None:
    with mail_server(box, authenticator=knows, auth_required=True, auth_require_tls=False) as post:
        server = replace(post._server, user="lectern", password=Secret("open sesame"))
        assert SmtpPost(server, sender=SENDER).check() == "The mail server 127.0.0.1 can be used."
        wrong = SmtpPost(replace(server, password=Secret("hunter2")), sender=SENDER)
        with pytest.raises(Exception, match="refused the sign-in") as caught:
            wrong.check()
        assert "hunter2" not in repr(caught.value) + str(caught.value.__context__)
        safe = SmtpPost(replace(server, tls="starttls"), sender=SENDER)
        with pytest.raises(Exception, match="STARTTLS"):
            safe.check()


@pytest.mark.parametrize(
    ("now", "read_at"),
    [
        (datetime(2026, 11, 23, 5, 59, tzinfo=BERLIN), MONDAY),
        (MONDAY, datetime(2026, 11, 22, 23, 59, tzinfo=BERLIN)),
    ],
    ids=["in the night", "before the week was fetched"],
)
def test_nothing_leaves_before_its_time(
    stage: Stage, two_lessons: tuple[str, str], post: SmtpPost, box: Mailbox, now: datetime, read_at: datetime
) -> None:
    staff(stage)
    fetched(stage, read_at)
    services = school(stage, post, now=now)
    assert digest_sending.send(by=ADMIN, services=services).letters == 0
    assert "Week 2026-W47 has not left yet" in check_digest(services)[1].sentence
    assert box.taken == []


def test_who_cannot_be_reached_gets_no_letter_and_adds_no_header(
    stage: Stage, two_lessons: tuple[str, str], post: SmtpPost, box: Mailbox
) -> None:
    user(stage, "t1", "teacher", "tess@school.test\nBcc: all@school.test")
    services = school(stage, post)
    assert digest_sending.send(by=ADMIN, services=services).letters == 0
    assert "reaches nobody" in check_digest(services)[1].sentence


def test_owners_of_lessons_and_courses_are_told_as_teachers_whatever_their_role_says(
    stage: Stage, two_lessons: tuple[str, str], post: SmtpPost, box: Mailbox
) -> None:
    """As where an identity provider gives the roles: t1 made Fractions, t2 teaches the course of Decimals."""
    user(stage, "t1", None)
    user(stage, "t2", "member")
    user(stage, "learner", "student")
    stage.ask("INSERT INTO courses (id, title, teacher_id) VALUES (77, 'Numbers', 't2') RETURNING 1")
    stage.ask("UPDATE lessons SET creator_id = 'a9', course_id = 77 WHERE creator_id = 't2' RETURNING 1")
    assert digest_sending.send(by=ADMIN, services=school(stage, post)).letters == 2
    assert box.to == ["t1@school.test", "t2@school.test"]
    assert "Fractions" in text_of(box.taken[0])
    assert "Decimals" in text_of(box.taken[1])
    assert "Fractions" not in text_of(box.taken[1])


def test_a_school_without_users_gets_its_digest_as_a_file(
    stage: Stage, two_lessons: tuple[str, str], post: SmtpPost, tmp_path: Path
) -> None:
    stage.ask("SELECT 1; ALTER TABLE users DROP role")
    assert digest_sending.send(by=ADMIN, services=school(stage, post)).letters == 0
    services = school(stage, FolderPost(tmp_path, sender=SENDER))
    assert digest_sending.send(by=ADMIN, services=services).letters == 1
    [file] = tmp_path.iterdir()
    assert file.name == "2026-W47-school.eml"
    message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (message["To"], "Views: 43" in text_of(message)) == (None, True)
    assert [check.state.value for check in check_digest(services)] == ["ok", "ok"]


def test_off_nothing_is_sent_and_nothing_said(stage: Stage, two_lessons: tuple[str, str]) -> None:
    staff(stage)
    services = school(stage, None)
    assert digest_sending.send(by=ADMIN, services=services).letters == 0
    assert check_digest(services) == []


def test_a_teacher_sends_nothing(stage: Stage, post: SmtpPost) -> None:
    with pytest.raises(NotAllowed):
        digest_sending.send(by=TESS, services=school(stage, post))
    with pytest.raises(NotAllowed):
        digest_sending.write(
            digest_sending.week_wanted(None, services=stage.services), post, by=TESS, services=stage.services
        )


def test_a_shell_writes_any_week_and_notes_nothing(
    stage: Stage, two_lessons: tuple[str, str], tmp_path: Path
) -> None:
    staff(stage)
    session = Session(lambda: school(stage, None))
    words = ["analytics", "digest", "--to", str(tmp_path)]
    done = CliRunner().invoke(main, [*words, "--json"], obj=session)
    assert json.loads(done.output) == {"week": "2026-W47", "letters": 3}
    assert {file.name for file in tmp_path.iterdir()} == {
        f"2026-W47-{name}.eml" for name in ("a1", "t1", "t2")
    }
    session = Session(lambda: school(stage, None))  # as each command has its own
    before = CliRunner().invoke(main, [*words, "--week", "2026-W46"], obj=session)
    assert before.output == f"Week 2026-W46: 3 letters written to {tmp_path}.\n"
    for week, said in (("2026-W48", "is not over yet"), ("47", "is no week")):
        wrong = CliRunner().invoke(main, [*words, "--week", week], obj=session)
        assert (wrong.exit_code, said in wrong.stderr) == (1, True)
    nowhere = CliRunner().invoke(main, ["analytics", "digest", "--to", f"{tmp_path}/none"], obj=session)
    assert (nowhere.exit_code, "cannot be written to" in nowhere.stderr) == (1, True)
    assert rows(stage) == []
