"""One course, its people, and a lesson of any state; Mux and S3 are in memory."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from psycopg import sql
from sqlalchemy import Engine as Database

from core import playing
from core.access import Person, Role
from core.player import Playback
from core.ports import Services
from tests.integration.engine.harness import BUCKET, Engine

ASSET = """INSERT INTO mux_admin.assets
        (id, status, playback_id, policy, duration_s, tracks, test, error_messages, static_renditions,
        seen_at)
    VALUES (%s, %s, %s, %s, %s, %s, false, '[]', '[]', now()) RETURNING id"""
LESSON = "INSERT INTO lessons ({}) VALUES ({}) RETURNING id"
VIDEO = "INSERT INTO videos (lesson_id, is_public) VALUES (%s, %s) RETURNING id"
NOBODY = Person(subject="nobody", email="", roles=frozenset(), host_user_id="nobody")


class Stage:
    """`ana` teaches the course, `ben` made the lessons, `bo` bought them, `sam` is enrolled."""

    def __init__(self, database: Database, url: str, **settings: Any) -> None:
        self.database, self.url = database, url
        self.school = Engine(database, url, mux_signing_key="key1", mux_private_key="pem", **settings)
        self.school.add_columns()
        self.ask("INSERT INTO courses (id, title, teacher_id) VALUES (4, 'Algebra', 'ana') RETURNING id")
        self.ask("INSERT INTO enrollments VALUES (4, 'sam') RETURNING user_id")

    @property
    def services(self) -> Services:
        return self.school.services

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self.school.ask(sql, *values)

    def lesson(self, *, status: str = "published", is_public: bool | None = None, **columns: object) -> str:
        """A lesson of the course, that `bo` has bought; with `is_public`, it has a row in `videos`."""
        given = {"title": "Sets", "course_id": 4, "creator_id": "ben", "status": status, **columns}
        [(lesson_id,)] = self.ask(sql.SQL(LESSON).format(*_names_and_values(given)).as_string())
        self.ask("INSERT INTO purchases VALUES (%s, 'bo') RETURNING user_id", lesson_id)
        if is_public is not None:
            self.ask(VIDEO, lesson_id, is_public)
        return str(lesson_id)

    def on_mux(self, *, policy: str = "signed", duration_s: float | None = 600.0, **columns: object) -> str:
        """A lesson that plays from Mux."""
        number = self.ask("SELECT count(*) FROM mux_admin.assets")[0][0] + 1
        tracks = [
            {"type": "video", "status": "ready"},
            {"type": "text", "status": "ready", "language_code": "en", "name": "English"},
            {"type": "text", "status": "preparing", "language_code": "de", "name": "Deutsch"},
        ]
        values = (f"asset-{number}", "ready", f"play-{number}", policy, duration_s, json.dumps(tracks))
        self.ask(ASSET, *values)
        return self.lesson(mux_asset_id=values[0], mux_playback_id=values[2], **columns)

    def in_s3(self, key: str = "a.mp4", **columns: object) -> str:
        return self.lesson(video_url=f"s3://{BUCKET}/{key}", **columns)

    def plays(self, lesson_id: str, by: Person | None) -> Playback:
        return playing.playback(lesson_id, by=by, services=self.services)

    def without_key(self) -> Services:
        return replace(self.services, signer=None)


def _names_and_values(given: Mapping[str, object]) -> tuple[sql.Composable, sql.Composable]:
    between = sql.SQL(", ")
    return between.join(map(sql.Identifier, given)), between.join(map(sql.Literal, given.values()))


def person(user_id: str, *roles: Role) -> Person:
    return Person(subject=f"sub-{user_id}", email="", roles=frozenset(roles), host_user_id=user_id)
