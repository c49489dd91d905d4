"""What `make screenshots` photographs."""

import io

import pytest
from PIL import Image

from dashboard.navigation import REGISTRY
from scripts import screenshots


def test_every_page_of_the_registry_is_photographed(monkeypatch):
    monkeypatch.setattr(screenshots, "newest_batches", lambda: [7])
    found = dict(screenshots.addresses())
    assert len(found) == len(REGISTRY)
    assert found["home"] == ""
    assert found["batch"] == "batch?id=7"
    assert found["migrate"] == "migrate?sort=largest&ticked=all"
    assert found["review"] == "review?sort=largest&ticked=all"


def test_where_there_is_no_batch_its_page_is_left_out(monkeypatch):
    monkeypatch.setattr(screenshots, "newest_batches", list)
    assert "batch" not in dict(screenshots.addresses())


def test_pictures_keep_their_size_and_lose_weight():
    image = Image.effect_noise((300, 200), 20).convert("RGB")
    out = io.BytesIO()
    image.save(out, "PNG")
    small = screenshots.smaller(out.getvalue())
    assert len(small) < len(out.getvalue())
    assert Image.open(io.BytesIO(small)).size == (300, 200)


class Shows:
    """A page that shows so many errors."""

    def __init__(self, errors):
        self.errors = errors
        self.first = self

    def locator(self, _selector):
        return self

    def count(self):
        return self.errors

    def inner_text(self):
        return "The database does not answer."


def test_a_page_that_shows_an_error_is_not_photographed():
    screenshots.refuse_failed(Shows(0), "home")
    with pytest.raises(SystemExit, match="home shows an error: The database"):
        screenshots.refuse_failed(Shows(1), "home")
