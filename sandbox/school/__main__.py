"""`python -m sandbox.school media|seed`: makes the sample files, or puts files and rows where they belong.

Reads DATABASE_URL, S3_ENDPOINT_URL and AWS_* like everybody else. Both may run again: what is
there stays as it is.
"""

import argparse
import os
from pathlib import Path

import boto3
import psycopg
from botocore.config import Config

from sandbox.school.filling import fill
from sandbox.school.media import make_media
from sandbox.school.plan import plan_school
from sandbox.school.presence import filled_inventory
from sandbox.school.storing import allow, is_stored, store, store_inventory


def main() -> None:
    args = parse_arguments()
    if args.what == "media":
        make_media(plan_school(), args.media)
    else:
        seed(args)


def seed(args: argparse.Namespace) -> None:
    school = plan_school()
    endpoint = os.environ["S3_ENDPOINT_URL"]
    client = boto3.client("s3", endpoint_url=endpoint, config=Config(signature_version="s3v4"))
    if not is_stored(client):
        make_media(school, args.media)
        store(client, school, args.media)
    allow(client, args.origin)
    if args.objects_only:
        return
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        present = filled_inventory(connection)
        if present is None or present < args.scale:
            fill(connection, school, args.scale)
    inventory = max(present or 0, args.scale)
    if inventory:
        make_media(school, args.media)
        store_inventory(endpoint, school, args.media, inventory)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.school", description=__doc__)
    parser.add_argument("what", choices=("media", "seed"))
    parser.add_argument("--media", type=Path, default=Path(".local/media"), help="where the files are kept")
    parser.add_argument("--scale", type=int, default=0, metavar="N", help="inventory rows to have besides")
    parser.add_argument("--origin", action="append", default=[], help="page that may read the objects")
    parser.add_argument("--objects-only", action="store_true", help="leave the database alone")
    return parser.parse_args()


if __name__ == "__main__":
    main()
