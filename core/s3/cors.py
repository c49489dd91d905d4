"""What browsers may do with a bucket, as it says itself."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from core.cors import CorsRule
from core.s3.errors import translated

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


def rules_of(client: "S3Client", bucket: str) -> Sequence[CorsRule]:
    """The bucket's CORS rules; [] where it has none."""
    with translated(f"bucket {bucket}"):
        try:
            rules = client.get_bucket_cors(Bucket=bucket)["CORSRules"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchCORSConfiguration":
                raise
            return []
    return [
        CorsRule(
            origins=tuple(rule["AllowedOrigins"]),
            methods=tuple(rule["AllowedMethods"]),
            exposed=tuple(rule.get("ExposeHeaders", ())),
        )
        for rule in rules
    ]
