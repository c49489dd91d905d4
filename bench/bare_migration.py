"""The baseline: one script that moves object after object and keeps no record of what it is about to do.

The same outside calls as a migration (HEAD, presigned URL, POST, GET, manifest, first segment, one decoded
frame, a row per object), and none of its care: no intent, no events, no pacing, nothing to resume from.
It is killed by the first surprise. Prints the CPU seconds per object.
"""

import io
import os
import sys
import time
from urllib.parse import urljoin

import av
import boto3
import psycopg
import urllib3

from sandbox.stack import BUCKET

http = urllib3.PoolManager()
LOGIN = urllib3.make_headers(basic_auth=f"{os.environ['MUX_TOKEN_ID']}:{os.environ['MUX_TOKEN_SECRET']}")


def move(key: str, s3, connection: psycopg.Connection) -> None:
    s3.head_object(Bucket=BUCKET, Key=key)
    url = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": key}, ExpiresIn=3600)
    asset = _mux("POST", "/video/v1/assets", {"inputs": [{"url": url}], "playback_policies": ["public"]})
    while asset["status"] != "ready":
        time.sleep(0.01)
        asset = _mux("GET", f"/video/v1/assets/{asset['id']}")
    _decode_first_frame(f"{os.environ['MUX_STREAM_URL']}/{asset['playback_ids'][0]['id']}.m3u8")
    connection.execute("insert into bare_moves values (%s, %s)", [key, asset["id"]])
    connection.commit()


def _mux(method: str, path: str, body: object = None):
    answer = http.request(method, os.environ["MUX_BASE_URL"] + path, json=body, headers=LOGIN)
    if answer.status >= 300:
        raise SystemExit(f"{method} {path}: {answer.status}")
    return answer.json()["data"]


def _decode_first_frame(manifest_url: str) -> None:
    rendition = urljoin(manifest_url, _lines(manifest_url)[0])
    playlist = http.request("GET", rendition).data.decode().splitlines()
    init = [line.split('"')[1] for line in playlist if line.startswith("#EXT-X-MAP")]
    parts = init + [line for line in playlist if line and not line.startswith("#")][:1]
    body = b"".join(http.request("GET", urljoin(rendition, part)).data for part in parts)
    with av.open(io.BytesIO(body)) as container:
        next(container.decode(video=0))


def _lines(url: str) -> list[str]:
    text = http.request("GET", url).data.decode()
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def main(keys: list[str]) -> None:
    s3 = boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT_URL"])
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("create table bare_moves (key text, asset_id text)")
        move(keys[0], s3, connection)  # imports, connections and caches are not an object's cost
        before_s = time.process_time()
        for key in keys[1:]:
            move(key, s3, connection)
    print((time.process_time() - before_s) / (len(keys) - 1))


if __name__ == "__main__":
    main(sys.stdin.read().split())
