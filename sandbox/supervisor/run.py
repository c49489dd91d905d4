"""The run from start to stop: what waits for what, and in which order it all ends."""

import asyncio
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox import postgres
from sandbox.guard import Guard, signal_group
from sandbox.school.presence import inventory, objects_are_stored, origins_are_allowed, stored_inventory
from sandbox.supervisor import cast
from sandbox.supervisor.child import Child
from sandbox.supervisor.console import Console
from sandbox.supervisor.keys import SigningKey, load_keys, load_signing_key, write_environment
from sandbox.supervisor.layout import Layout, child_environment, lectern_variables
from sandbox.supervisor.service import Service

DATABASE = "school"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    root: Path  # where the faces are
    scale: int = 0
    demo: bool = False


class Run:
    def __init__(
        self, options: Options, layout: Layout, env: Mapping[str, str], *, guard: Guard, console: Console
    ) -> None:
        self._options = options
        self._layout = layout
        self._env = env
        self._guard = guard
        self._console = console
        self._children: list[Child] = []
        self._keys = load_keys(layout.local / "keys.json")
        self._database_url: str | None = None
        self._signing: SigningKey | None = None

    async def start(self) -> None:
        """Returns when the dashboard answers. Files are made while the servers start."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._start_database())
            group.create_task(self._start_s3())
            group.create_task(self._start_mux())
            group.create_task(self._make_media())
        await self._seed()
        write_environment(self._layout.local / "env", self._said() | {"AUTH": "off"})
        async with asyncio.TaskGroup() as group:
            for service in cast.faces(self._layout, self._options.root, self._environment()):
                group.create_task(self._start(service, service.name))

    async def grow(self) -> None:
        """What `make demo` adds, while everything runs."""
        if self._options.demo:
            await self._run_once(cast.demo(self._environment()), "some weeks at the school")

    async def stop(self) -> None:
        """The last one started goes first."""
        for child in reversed(self._children):
            await child.stop()

    def kill(self) -> None:
        for child in self._children:
            if child.pid:
                signal_group(child.pid, signal.SIGKILL)

    async def _start_database(self) -> None:
        if not self._layout.own_database:
            self._console.say("PostgreSQL: the one that DATABASE_URL names")
            return
        for path in postgres.in_the_way(self._layout.local / "pg"):
            self._console.say(f"{path}: others may pass through from now on; PostgreSQL does not run as root")
        with self._console.step("PostgreSQL in .local/pg"):
            cluster = await asyncio.to_thread(postgres.prepare, self._layout.local / "pg")
            await self._child(cast.database(cluster, self._env)).start()
            self._database_url = await asyncio.to_thread(postgres.create_database, cluster, DATABASE)

    async def _start_s3(self) -> None:
        if not self._layout.own_s3:
            self._console.say("S3: the one that S3_BUCKETS and S3_ENDPOINT_URL name")
            return
        await self._start(cast.s3(self._layout, self._environment()), f"S3 on {self._layout.s3.url}")

    async def _start_mux(self) -> None:
        if not self._layout.own_mux:
            self._console.say("Mux: the environment of MUX_TOKEN_ID")
            return
        double = cast.mux(self._layout, self._keys, self._environment())
        await self._start(double, f"Mux double on {self._layout.mux.url}")
        kept = self._layout.local / "signing-key.json"
        self._signing = await asyncio.to_thread(load_signing_key, kept, self._layout.mux.url, self._keys)

    async def _make_media(self) -> None:
        if self._layout.own_s3 and not objects_are_stored(self._layout.local / "s3"):
            await self._run_once(
                cast.school(self._layout, self._env, "media"), "sample files in .local/media"
            )

    async def _seed(self) -> None:
        """The sample school, unless its rows or its objects would land in something real."""
        if not self._layout.own_s3:
            self._console.say("sample school: left out, S3 is real")
            return
        if await asyncio.to_thread(self._school_is_there):
            return
        options = ["--scale", str(self._options.scale)]
        options += [part for origin in self._layout.origins for part in ("--origin", origin)]
        if not self._layout.own_database:
            options.append("--objects-only")
        await self._run_once(
            cast.school(self._layout, self._environment(), "seed", *options), "sample school"
        )

    def _school_is_there(self) -> bool:
        """So that a warm start need not load what makes it."""
        kept = self._layout.local / "s3"
        if not (objects_are_stored(kept) and origins_are_allowed(kept, self._layout.origins)):
            return False
        if self._database_url is None:
            return True
        rows = inventory(self._database_url)
        return rows is not None and self._options.scale <= rows <= stored_inventory(kept)

    async def _start(self, service: Service, what: str) -> None:
        with self._console.step(what):
            await self._child(service).start()

    async def _run_once(self, service: Service, what: str) -> None:
        with self._console.step(what):
            child = self._child(service)
            await child.run_to_end()
            self._children.remove(child)

    def _child(self, service: Service) -> Child:
        child = Child(service, self._guard, self._console)
        self._children.append(child)
        return child

    def _said(self) -> dict[str, str]:
        return lectern_variables(self._layout, self._keys, self._database_url, self._signing)

    def _environment(self) -> dict[str, str]:
        return child_environment(self._layout, self._env, self._said())
