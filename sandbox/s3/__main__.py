"""`python -m sandbox.s3`: serves S3 on 127.0.0.1 until it is told to stop."""

import argparse
import os
import signal
import sys
from pathlib import Path

from sandbox.s3.server import S3Server, bind


def main() -> None:
    args = parse_arguments()
    # The credentials come from where its clients find them too.
    app = S3Server(args.state, {os.environ["AWS_ACCESS_KEY_ID"]: os.environ["AWS_SECRET_ACCESS_KEY"]})
    if args.seed_keys:
        clips = [str(path) for path in args.seed_clips]
        app.seed(args.seed_bucket, args.seed_prefix, args.seed_keys, clips)
    server = bind(app, args.port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"listening on http://127.0.0.1:{server.port}", flush=True)
    server.serve_forever()


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.s3", description=__doc__)
    parser.add_argument("--port", type=int, default=8511, help="0 takes a free one and says which")
    parser.add_argument("--state", type=Path, default=Path(".local/s3"), help="where the objects are kept")
    parser.add_argument(
        "--seed-keys", type=int, default=0, metavar="N", help="keys without bytes of their own"
    )
    parser.add_argument("--seed-bucket", default="school-archive")
    parser.add_argument("--seed-prefix", default="recordings/")
    parser.add_argument("--seed-clips", type=Path, nargs="*", default=[], help="MP4 files that they play")
    return parser.parse_args()


if __name__ == "__main__":
    main()
