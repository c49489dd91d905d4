"""Push one object from S3 to a direct upload and print this process's peak memory in MB."""

import sys

from bench.claim import peak_mb
from core.bootstrap import build
from core.settings import Settings
from core.source import Location

if __name__ == "__main__":
    services = build(Settings.from_env())
    location = Location(sys.argv[1], sys.argv[2])
    facts = services.store.head(location)
    upload = services.mux.create_upload({"playback_policies": ["public"]}, cors_origin="*", timeout_s=3600)
    chunks = services.store.chunks(location, etag=facts.etag, size_bytes=facts.size_bytes)
    services.uploader.send(upload.url, chunks, size_bytes=facts.size_bytes)
    print(peak_mb())
