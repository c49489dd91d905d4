"""The one S3 client of a process."""

import logging
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import boto3
import botocore.session
from botocore.config import Config
from botocore.utils import parse_timestamp

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# botocore writes signatures, and urllib3 request lines with them, at DEBUG.
logging.getLogger("botocore").setLevel(logging.INFO)
logging.getLogger("urllib3").setLevel(logging.WARNING)


def s3_client(
    *,
    endpoint_url: str = "",
    region: str = "",
    connect_timeout_s: float = 5.0,
    read_timeout_s: float = 30.0,
) -> "S3Client":
    """A client to share between threads; credentials come from the usual AWS settings.

    `endpoint_url` '' is AWS itself, `region` '' the one of the AWS profile. That a bucket lies in another
    region is learned by the first call to it, and its presigned URLs are right from then on.
    """
    session = botocore.session.get_session()
    session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=read_time)
    return boto3.Session(botocore_session=session).client(
        "s3",
        endpoint_url=endpoint_url or None,
        region_name=region or session.get_config_variable("region") or "us-east-1",
        config=Config(
            signature_version="s3v4",
            # "auto" presigns for the global host, which redirects and thereby breaks the signature.
            s3={"addressing_style": "path" if endpoint_url else "virtual"},
            connect_timeout=connect_timeout_s,
            read_timeout=read_timeout_s,
            retries={"mode": "standard", "total_max_attempts": 3},
            max_pool_connections=32,
            tcp_keepalive=True,
            # Our own arguments are typed; validating them again costs a fifth of a call.
            parameter_validation=False,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


def read_time(text: str) -> datetime:
    """ISO in listings, RFC 5322 in headers; the general parser would take most of a listing's time."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except ValueError:
            continue
    return parse_timestamp(text)
