"""An S3 server of one's own, in its own process, for the length of a `with` block."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from sandbox.guard import signal_at_parents_death

ACCESS_KEY = "AKIDSANDBOX"
SECRET_KEY = "sandbox-secret"
REGION = "eu-central-1"


class RunningS3:
    def __init__(self, url: str, process: "subprocess.Popen[str]") -> None:
        self.url = url
        self.process = process

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to reach it."""
        return {
            "S3_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_DEFAULT_REGION": REGION,
        }

    def client(self, *, access_key: str = ACCESS_KEY, secret_key: str = SECRET_KEY) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            region_name=REGION,
            config=Config(signature_version="s3v4", retries={"max_attempts": 1}),
        )

    def make_bucket(self, name: str) -> str:
        self.client().create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        return name

    def set_faults(self, *faults: dict[str, Any]) -> None:
        """Each as `faults.Fault`: `{"path": "bucket/key*", "status": 403}`; none clears them."""
        self._control("PUT", "faults", list(faults))

    def set_clock(self, *, ahead_s: float) -> None:
        """Move the server's clock: signatures and ages of addresses are judged by it, answers dated by it."""
        self._control("PUT", "clock", ahead_s)

    def put_synthetic(self, bucket: str, key: str, *, clip: Path, size_bytes: int) -> None:
        """An object of any size that plays `clip` and costs no memory."""
        self._control(
            "POST", "objects", {"bucket": bucket, "key": key, "clip": str(clip), "size_bytes": size_bytes}
        )

    def seed(self, bucket: str, *, prefix: str = "", count: int, clips: list[Path]) -> None:
        """`count` keys that play the clips in turn, named by `synthetic.inventory_key`."""
        said = {"bucket": bucket, "prefix": prefix, "count": count, "clips": [str(clip) for clip in clips]}
        self._control("POST", "inventory", said)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def _control(self, method: str, what: str, said: object) -> None:
        body = json.dumps(said).encode()
        request = urllib.request.Request(f"{self.url}/_sandbox/{what}", data=body, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()


@contextmanager
def running_s3(state: Path, *, port: int = 0, seed_keys: int = 0) -> Iterator[RunningS3]:
    """Serves what is kept in `state`; ready when the block begins."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "sandbox.s3",
            f"--port={port}",
            f"--state={state}",
            f"--seed-keys={seed_keys}",
        ],
        env=os.environ | {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY},
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=signal_at_parents_death(9),
    )
    try:
        line = process.stdout.readline()
        if not line.startswith("listening on "):
            raise RuntimeError(f"the S3 server did not start (exit {process.wait()})")
        yield RunningS3(line.split()[-1], process)
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
