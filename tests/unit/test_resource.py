"""What a file beside a lesson is for, by its name."""

import pytest

from core.resource import is_chapters
from core.upload_captioning import language_of


@pytest.mark.parametrize(
    "name", ["chapters.vtt", "Chapters.VTT", "Sets.chapters.vtt", "Sets.de.chapters.vtt"]
)
def test_a_vtt_file_that_is_called_so_holds_chapters(name: str) -> None:
    assert is_chapters(name)


@pytest.mark.parametrize(
    "name", ["captions.vtt", "chapters.srt", "my chapters.vtt", "chapters.vtt.txt", "chaptersXvtt", "vtt", ""]
)
def test_any_other_holds_none(name: str) -> None:
    assert not is_chapters(name)


@pytest.mark.parametrize(
    ("name", "chosen", "language"),
    [
        ("lesson.de.vtt", None, "de"),
        ("lesson.de.vtt", "fr", "fr"),
        ("lesson.de.vtt", "auto", "de"),
        ("lesson.vtt", "auto", "en"),
        ("lesson.pt-BR.srt", None, "pt-br"),
        ("lesson.chapters.vtt", None, "en"),
        ("lesson.de.chapters.vtt", None, "de"),
        ("chapters.vtt", None, "en"),
    ],
)
def test_the_language_is_the_chosen_one_or_the_names(name: str, chosen: str | None, language: str) -> None:
    assert language_of(name, chosen) == language
