"""What was acknowledged is there again after `kill -9`."""

from contextlib import ExitStack

import pytest
from botocore.exceptions import ClientError

from sandbox.s3.mirror import write_whole
from sandbox.s3.synthetic import inventory_key
from sandbox.s3.testing import REGION, RunningS3, running_s3
from tests.sandbox.s3.test_server import AWKWARD_KEYS, CORS


@pytest.fixture
def reborn(tmp_path):
    """A function that kills the server, starts the next one on the same folder and gives its client."""
    with ExitStack() as opened:
        running: list[RunningS3] = []

        def restart() -> object:
            if running:
                running[-1].kill()
            running.append(opened.enter_context(running_s3(tmp_path / "s3")))
            return running[-1].client()

        restart.server = lambda: running[-1]
        yield restart


def make_bucket(client: object) -> str:
    client.create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": REGION})
    return "kept"


def test_objects_keep_key_bytes_etag_type_time_and_metadata(reborn):
    client = reborn()
    bucket = make_bucket(client)
    for key in AWKWARD_KEYS:
        asked = {"Bucket": bucket, "Key": key, "ContentType": "video/mp4", "Metadata": {"lesson": "7"}}
        client.put_object(**asked, Body=key.encode())
    before = {key: client.head_object(Bucket=bucket, Key=key) for key in AWKWARD_KEYS}
    client = reborn()
    for key in AWKWARD_KEYS:
        after = client.get_object(Bucket=bucket, Key=key)
        assert after["Body"].read() == key.encode()
        for fact in ("ETag", "ContentType", "LastModified", "Metadata"):
            assert after[fact] == before[key][fact]


def test_seeded_keys_are_listed_again_with_the_same_etags(reborn, clip):
    client = reborn()
    make_bucket(client)
    reborn.server().seed("kept", prefix="in/", count=30, clips=[clip])
    client.put_object(Bucket="kept", Key=inventory_key("in/", 3), Body=b"replaced")
    before = {key["Key"]: key["ETag"] for key in client.list_objects_v2(Bucket="kept")["Contents"]}
    client = reborn()
    after = {key["Key"]: key["ETag"] for key in client.list_objects_v2(Bucket="kept")["Contents"]}
    assert len(after) == 30
    assert after == before


def test_deleted_objects_stay_deleted_one_by_one_and_in_bulk(reborn):
    client = reborn()
    bucket = make_bucket(client)
    for key in "abc":
        client.put_object(Bucket=bucket, Key=key, Body=b"content")
    client.delete_object(Bucket=bucket, Key="a")
    client.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "b"}]})
    found = reborn().list_objects_v2(Bucket=bucket)["Contents"]
    assert [key["Key"] for key in found] == ["c"]


def test_a_bucket_keeps_its_region_and_rules(reborn):
    client = reborn()
    bucket = make_bucket(client)
    client.put_bucket_cors(Bucket=bucket, CORSConfiguration=CORS)
    client = reborn()
    assert client.get_bucket_cors(Bucket=bucket)["CORSRules"][0]["ExposeHeaders"] == ["ETag"]
    assert client.get_bucket_location(Bucket=bucket)["LocationConstraint"] == REGION


def test_removed_rules_and_removed_buckets_do_not_come_back(reborn):
    client = reborn()
    bucket = make_bucket(client)
    client.put_bucket_cors(Bucket=bucket, CORSConfiguration=CORS)
    client.delete_bucket_cors(Bucket=bucket)
    client.create_bucket(Bucket="gone", CreateBucketConfiguration={"LocationConstraint": REGION})
    client.delete_bucket(Bucket="gone")
    client = reborn()
    assert [found["Name"] for found in client.list_buckets()["Buckets"]] == ["kept"]
    with pytest.raises(ClientError, match="NoSuchCORSConfiguration"):
        client.get_bucket_cors(Bucket=bucket)


def test_versions_and_delete_markers_are_kept_in_order(reborn):
    client = reborn()
    bucket = make_bucket(client)
    client.put_object(Bucket=bucket, Key="k", Body=b"before versions")
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = client.put_object(Bucket=bucket, Key="k", Body=b"first")["VersionId"]
    client.put_object(Bucket=bucket, Key="k", Body=b"second")
    client.delete_object(Bucket=bucket, Key="k")
    client = reborn()
    with pytest.raises(ClientError, match="NoSuchKey"):
        client.get_object(Bucket=bucket, Key="k")
    assert client.get_object(Bucket=bucket, Key="k", VersionId=first)["Body"].read() == b"first"
    listed = client.list_object_versions(Bucket=bucket)
    assert (len(listed["Versions"]), len(listed["DeleteMarkers"])) == (3, 1)


def test_a_write_that_was_interrupted_leaves_the_old_bytes(tmp_path, monkeypatch):
    path = tmp_path / "object"
    write_whole(path, b"old")
    monkeypatch.setattr("sandbox.s3.mirror.os.replace", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"


def test_keys_that_cost_nothing_are_not_written(tmp_path):
    with running_s3(tmp_path, seed_keys=100) as server:
        assert isinstance(server, RunningS3)
        assert server.client().list_objects_v2(Bucket="school-archive")["KeyCount"] == 100
    assert not list(tmp_path.rglob("*.object"))
