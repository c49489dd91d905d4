"""The gate in front of moto: who may ask, what fails on purpose, what is written to disk."""

import io
import json
import os
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

# moto's default lets every origin in; a bucket's own CORS rules shall decide, as on S3.
os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"

from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import MotoRequestHandler, create_backend_app
from moto.s3.models import FakeKey, s3_backends
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Request, Response

from sandbox.s3.answers import error_answer, streamed
from sandbox.s3.clock import Clock
from sandbox.s3.cors import StartResponse, with_cors
from sandbox.s3.faults import Fault, first_match
from sandbox.s3.mirror import Mirror
from sandbox.s3.multiparts import gone
from sandbox.s3.signature import Refusal, SignedRequest, refusal
from sandbox.s3.synthetic import SyntheticKey, model_for, padded, seed_inventory

STREAMED_FROM_BYTES = 8 * 1024 * 1024
DRAINED_BYTES = 64 * 1024 * 1024

Environ = dict[str, Any]


class S3Server:
    def __init__(self, state: Path, secrets: dict[str, str]) -> None:
        """`secrets` maps the access keys that may ask to their secret keys."""
        self._moto = create_backend_app("s3")
        self._backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
        self._secrets = secrets
        self._faults: list[Fault] = []
        self.clock = Clock()
        self._mirror = Mirror(state)
        self._load()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        if request.path.startswith("/_sandbox/"):
            return self._control(request)(environ, start_response)
        if request.method != "OPTIONS":  # moto answers a preflight by the rules itself
            start_response = with_cors(start_response, request, self._cors_rules(request))
        why = self._refusal(request) or gone(self._backend, bucket_and_key(request)[0], request)
        if why:
            # An answer before the body is read would reach the client as a broken connection.
            environ["wsgi.input"].read(min(request.content_length or 0, DRAINED_BYTES))
            return error_answer(why, request)(environ, start_response)
        if request.method in ("PUT", "POST", "DELETE"):
            return self._write(request)(environ, start_response)
        large = self._large_object(request)
        if large:
            return streamed(large, request)(environ, start_response)
        return self._moto(environ, start_response)

    def _cors_rules(self, request: Request) -> list[Any]:
        bucket = self._backend.buckets.get(bucket_and_key(request)[0])
        return bucket.cors if bucket else []

    def _refusal(self, request: Request) -> Refusal | None:
        if request.method == "OPTIONS":  # a browser's preflight is never signed
            return None
        address = urlsplit(request.environ["RAW_URI"])
        signed = SignedRequest(
            method=request.method,
            raw_path=address.path,
            raw_query=address.query,
            headers={name.lower(): value for name, value in request.headers.items()},
        )
        why = refusal(signed, self._secrets, self.clock.now())
        fault = first_match(self._faults, request.method, "/".join(bucket_and_key(request)))
        if why or not fault:
            return why
        time.sleep(fault.delay_s)
        return fault.refusal

    def _write(self, request: Request) -> Response:
        """Lets moto write, and mirrors before the answer goes out: what was acknowledged, stays."""
        bucket_name, key_name = bucket_and_key(request)
        body = b"" if key_name else request.get_data()
        answer, status, headers = run_wsgi_app(self._moto, with_body(request, body, key_name), buffered=True)
        if status.startswith("2") and bucket_name:
            self._mirror_write(request, bucket_name, key_name, body.decode(errors="replace"))
        return Response(answer, status=status, headers=headers)

    def _mirror_write(self, request: Request, bucket_name: str, key_name: str, body: str) -> None:
        subresource = next(iter(request.args), "")
        if key_name:
            self._mirror.sync_key(self._backend.get_bucket(bucket_name), key_name)
        elif request.method == "POST":
            self._mirror.sync_bucket(self._backend.get_bucket(bucket_name))
        elif request.method == "DELETE" and not subresource:
            self._mirror.drop_bucket(bucket_name)
        else:
            self._mirror.save_setting(bucket_name, subresource, body if request.method == "PUT" else None)

    def _large_object(self, request: Request) -> SyntheticKey | None:
        bucket_name, key_name = bucket_and_key(request)
        bucket = self._backend.buckets.get(bucket_name)
        key: FakeKey | None = bucket.keys.get(key_name) if bucket and key_name else None
        is_large = isinstance(key, SyntheticKey) and key.size >= STREAMED_FROM_BYTES
        return key if is_large and request.method == "GET" else None

    def _load(self) -> None:
        """Settings are replayed as the requests that made them, so that moto alone knows their meaning."""
        for said in self._mirror.inventories():
            self._seed(**said)
        for name, settings in self._mirror.buckets():
            for subresource, body in sorted(settings.items()):
                builder = EnvironBuilder(
                    path=f"/{name}", method="PUT", query_string=subresource, data=body.encode()
                )
                run_wsgi_app(self._moto, builder.get_environ(), buffered=True)
            self._mirror.load_keys(self._backend.get_bucket(name))

    def _control(self, request: Request) -> Response:
        """`/_sandbox/health`, `/faults` (GET, PUT), `/clock` (PUT), `/objects` and `/inventory` (POST)."""
        what = request.path.removeprefix("/_sandbox/")
        said = json.loads(request.get_data() or "null")
        if what == "faults" and request.method == "PUT":
            self._faults = [Fault(**fault) for fault in said]
        elif what == "clock":
            self.clock.ahead_s = float(said)
        elif what == "objects":
            self._put_synthetic(**said)
        elif what == "inventory":
            self.seed(**said)
        elif what not in ("health", "faults"):
            return Response(status=404)
        return Response(json.dumps([asdict(fault) for fault in self._faults]), mimetype="application/json")

    def _put_synthetic(self, bucket: str, key: str, clip: str, size_bytes: int) -> None:
        held = self._backend.get_bucket(bucket)
        content = padded(Path(clip).read_bytes(), key, size_bytes)
        held.keys.setlist(key, [SyntheticKey(key, content, model_for(held))])

    def seed(self, bucket: str, prefix: str, count: int, clips: list[str]) -> None:
        """Makes the bucket where it is missing. `clips` are paths of MP4 files; [] gives empty ones."""
        self._seed(bucket, prefix, count, clips)
        # What was asked for is kept, not the keys: a server started again makes them anew.
        self._mirror.save_inventory({"bucket": bucket, "prefix": prefix, "count": count, "clips": clips})

    def _seed(self, bucket: str, prefix: str, count: int, clips: list[str]) -> None:
        if bucket not in self._backend.buckets:
            self._backend.create_bucket(bucket, "us-east-1")
        contents = [path.read_bytes() for clip in clips if (path := Path(clip)).exists()] or [b""]
        seed_inventory(self._backend.get_bucket(bucket), prefix=prefix, count=count, clips=contents)


def bucket_and_key(request: Request) -> tuple[str, str]:
    """From the path as it was sent; the decoded one has lost which slashes were encoded."""
    bucket, _, key = urlsplit(request.environ["RAW_URI"]).path.lstrip("/").partition("/")
    return unquote(bucket), unquote(key)


def with_body(request: Request, body: bytes, key_name: str) -> Environ:
    """The request's environment, its body readable again where we read it."""
    return request.environ if key_name else {**request.environ, "wsgi.input": io.BytesIO(body)}


class QuietHandler(MotoRequestHandler):
    """Presigned addresses are secrets: no access log. Answers are dated by the server's own clock."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string(timestamp or self.server.app.clock.now().timestamp())

    def log_request(self, *_: object) -> None:
        return None


def bind(app: S3Server, port: int) -> BaseWSGIServer:
    return make_server("127.0.0.1", port, app, threaded=True, request_handler=QuietHandler)
