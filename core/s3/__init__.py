"""S3, or a server that speaks its language, by boto3."""
