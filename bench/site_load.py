"""A school's site at a fixed rate: inserts, updates and reads of `videos`, one transaction each.

`python -m bench.site_load RATE_PER_S` prints `ready` once its connections are open, goes on until its
standard input ends, and then prints what happened as JSON. A transaction's time runs from the moment it was
due, so that those behind a blocked one count, too.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Sequence

from psycopg_pool import AsyncConnectionPool

CONNECTIONS = 40
INSERT = """insert into videos (title, filename, file_path, file_size, uploaded_by)
            values ('New', 'new.mp4', 's3://new', 1, 't1')"""
UPDATE = "update videos set file_size = file_size + 1 where s3_key = %s"
READ = "select title, file_size from videos where s3_key = %s"
WRITES = (INSERT, UPDATE)
TURNS = (READ, INSERT, READ, UPDATE)
KEYS = 50_000


class Site:
    def __init__(self, pool: AsyncConnectionPool) -> None:
        self.pool = pool
        self.write_s: list[float] = []
        self.failures: list[str] = []

    async def transaction(self, number: int, due_at: float) -> None:
        statement = TURNS[number % len(TURNS)]
        values = None if statement is INSERT else [f"key-{number * 7919 % KEYS}"]
        try:
            async with self.pool.connection() as connection:
                await connection.execute(statement, values)
        except Exception as error:  # whatever fails is the finding
            self.failures.append(f"{type(error).__name__}: {error}")
        if statement in WRITES:
            self.write_s.append(time.perf_counter() - due_at)

    async def run(self, rate_per_s: float, stop: asyncio.Event) -> None:
        began, number, tasks = time.perf_counter(), 0, set[asyncio.Task[None]]()
        while not stop.is_set():
            due_at = began + number / rate_per_s
            await asyncio.sleep(max(0.0, due_at - time.perf_counter()))
            task = asyncio.create_task(self.transaction(number, due_at))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            number += 1
        await asyncio.gather(*tasks)


def told(writes_s: Sequence[float], failures: Sequence[str]) -> dict[str, object]:
    ordered = sorted(writes_s)
    return {
        "writes": len(ordered),
        "failed": len(failures),
        "failures": sorted(set(failures))[:3],
        "longest_ms": ordered[-1] * 1000,
        "p99_ms": ordered[int(len(ordered) * 0.99)] * 1000,
    }


async def main(rate_per_s: float) -> None:
    stop = asyncio.Event()
    pool = AsyncConnectionPool(
        os.environ["DATABASE_URL"],
        min_size=CONNECTIONS,
        max_size=CONNECTIONS,
        kwargs={"autocommit": True},
        open=False,
    )
    async with pool:
        await pool.wait()
        site = Site(pool)
        print("ready", flush=True)
        loop = asyncio.get_running_loop()
        ended = loop.run_in_executor(None, sys.stdin.read)
        ended.add_done_callback(lambda _: stop.set())
        await site.run(rate_per_s, stop)
    print(json.dumps(told(site.write_s, site.failures)))


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
