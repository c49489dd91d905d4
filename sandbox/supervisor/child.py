"""One running program: its output, its end, its next start."""

import asyncio
import signal
import time
from asyncio.subprocess import PIPE, STDOUT, Process

from sandbox.guard import GRACE_S, Guard, signal_at_parents_death, signal_group
from sandbox.supervisor.console import Console
from sandbox.supervisor.health import answers
from sandbox.supervisor.service import Service, StartFailed

READY_WITHIN_S = 60.0
POLL_S = 0.05
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
SETTLED_S = 0.3  # whoever explains in a line why it cannot work ends right after it
HEALTHY_AFTER_S = 60.0  # who lived this long starts again without delay next time
BLOCK_BYTES = 65_536


class Child:
    def __init__(self, service: Service, guard: Guard, console: Console) -> None:
        self.service = service
        self._guard = guard
        self._console = console
        self._process: Process | None = None
        self._pump: asyncio.Task[None] | None = None
        self._watch: asyncio.Task[None] | None = None
        self._first_line_s: float | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Returns when it works; a program that ends before that is not tried again."""
        await self._spawn()
        await self._wait_until_ready()
        self._watch = asyncio.create_task(self._keep_alive())

    async def run_to_end(self) -> None:
        """For programs that do one thing; fails when they do."""
        await self._spawn()
        status = await self._ended()
        if status:
            raise StartFailed(f"{self.service.name} failed (exit {status})")

    async def stop(self) -> None:
        """Asks it to end, and kills it when it has not after the grace period."""
        if self._watch:
            self._watch.cancel()
            # It may be starting the next one at this very moment.
            await asyncio.wait([self._watch])
        if not self._process or self._process.returncode is not None:
            return
        signal_group(self._process.pid, self.service.stop_signal)
        try:
            await asyncio.wait_for(self._ended(), GRACE_S)
        except TimeoutError:
            self._console.say(f"does not end, killing it (pid {self.pid})", name=self.service.name)
            signal_group(self._process.pid, signal.SIGKILL)
            self._pump.cancel()  # somebody who left its group may hold its output open for ever
            await self._ended()

    async def _spawn(self) -> None:
        service = self.service
        if service.before_start:
            await asyncio.to_thread(service.before_start)
        # In the main thread, which lives as long as we do: the kernel ties the child to it.
        self._process = await asyncio.create_subprocess_exec(
            *service.command,
            env=service.environment,
            cwd=service.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            start_new_session=True,
            preexec_fn=signal_at_parents_death(service.stop_signal),
            **service.identity,
        )
        self._guard.watch(self._process.pid, service.stop_signal)
        self._pump = asyncio.create_task(self._repeat_output(self._process.stdout))

    async def _ended(self) -> int:
        """Its exit status, once it has ended and all it said was repeated."""
        status = await self._process.wait()
        self._guard.forget(self._process.pid)
        signal_group(self._process.pid, signal.SIGKILL)  # what it started itself and left behind
        # Not awaited itself: its cancellation must not look like ours, nor ours be lost in it.
        await asyncio.wait([self._pump])
        return status

    async def _wait_until_ready(self) -> None:
        deadline_s = time.monotonic() + READY_WITHIN_S
        while not await self._is_ready():
            if self._process.returncode is not None:
                status = await self._ended()
                raise StartFailed(
                    f"{self.service.name} ended at its start ({described(status)}); see its lines above"
                )
            if time.monotonic() > deadline_s:
                raise StartFailed(f"{self.service.name} does not answer after {READY_WITHIN_S:g} s")
            await asyncio.sleep(POLL_S)

    async def _is_ready(self) -> bool:
        if self.service.is_ready:
            return await asyncio.to_thread(self.service.is_ready)
        if self.service.address:
            return await answers(self.service.address, self.service.health_path)
        return self._first_line_s is not None and time.monotonic() - self._first_line_s > SETTLED_S

    async def _keep_alive(self) -> None:
        """Starts it again whenever it ends, later each time while it does not last."""
        pause_s = FIRST_PAUSE_S
        while True:
            started_s = time.monotonic()
            status = await self._ended()
            if time.monotonic() - started_s > HEALTHY_AFTER_S:
                pause_s = FIRST_PAUSE_S
            self._console.say(
                f"ended ({described(status)}); starting it again in {pause_s:g} s", name=self.service.name
            )
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            await self._spawn()

    async def _repeat_output(self, stream: asyncio.StreamReader) -> None:
        rest = b""
        while block := await stream.read(BLOCK_BYTES):
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                self._repeat(line)
        if rest:
            self._repeat(rest)

    def _repeat(self, line: bytes) -> None:
        self._first_line_s = self._first_line_s or time.monotonic()
        name = self.service.name
        # Some say their name themselves, for when they run alone.
        self._console.say(line.decode(errors="replace").rstrip("\r").removeprefix(f"{name}: "), name=name)


def described(status: int) -> str:
    return f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit {status}"
