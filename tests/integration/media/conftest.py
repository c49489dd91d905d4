from pathlib import Path

import pytest

from tests.integration.clips import write_film


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the films of the session."""
    return tmp_path_factory.mktemp("films")


@pytest.fixture(scope="session")
def film(folder: Path) -> bytes:
    """Two seconds, the index in front."""
    return write_film(folder / "front.mp4", movflags="faststart").read_bytes()
