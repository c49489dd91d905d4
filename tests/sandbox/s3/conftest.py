from collections.abc import Iterator
from pathlib import Path

import av
import numpy
import pytest

from sandbox.s3.testing import RunningS3, running_s3


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningS3]:
    with running_s3(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def bucket(s3: RunningS3, request: pytest.FixtureRequest) -> Iterator[str]:
    """A bucket of the test's own."""
    yield s3.make_bucket(f"bucket-{abs(hash(request.node.nodeid)):x}")
    s3.set_faults()


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One second of grey, as an MP4 with its index in front."""
    path = tmp_path_factory.mktemp("clip") / "grey.mp4"
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("h264", rate=10, width=64, height=64, pix_fmt="yuv420p")
        for _ in range(10):
            frame = av.VideoFrame.from_ndarray(numpy.full((64, 64, 3), 128, numpy.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path
