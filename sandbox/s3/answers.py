"""Answers that do not come from moto: refusals as S3 words them, and objects too large for its memory."""

import uuid
from xml.sax.saxutils import escape

from werkzeug.wrappers import Request, Response

from sandbox.s3.signature import Refusal
from sandbox.s3.synthetic import SyntheticKey


def error_answer(why: Refusal, request: Request) -> Response:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{why.code}</Code><Message>{escape(why.message)}</Message>"
        f"<Resource>{escape(request.path)}</Resource><RequestId>{uuid.uuid4().hex[:16].upper()}</RequestId></Error>"
    )
    return Response(body, status=why.status, mimetype="application/xml")


def streamed(key: SyntheticKey, request: Request) -> Response:
    """The object or the one range of it that was asked for, block by block."""
    wanted = request.range.range_for_length(key.size) if request.range else None
    start, end = wanted or (0, key.size)
    headers = {"ETag": key.etag, "Last-Modified": key.last_modified_RFC1123, "Accept-Ranges": "bytes"}
    headers |= {"Content-Type": "video/mp4", "Content-Length": str(end - start)}
    if request.range and not wanted:
        return Response(status=416, headers={"Content-Range": f"bytes */{key.size}"})
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{key.size}"
    return Response(key.content.blocks(start, end), status=206 if wanted else 200, headers=headers)
