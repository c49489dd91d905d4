"""The file in a form: found whatever comes before it, and bad forms told in a sentence."""

from collections.abc import Iterator

import pytest

from api.form_file import file_in
from core.errors import InvalidInput

FORM = "multipart/form-data; boundary=xx"
FILE = (
    b'--xx\r\nContent-Disposition: form-data; name="f"; filename="a.mp4"\r\nContent-Type: video/mp4\r\n\r\n'
)
END = b"\r\n--xx--\r\n"


def pieces(body: bytes, size: int) -> Iterator[bytes]:
    return (body[start : start + size] for start in range(0, len(body), size))


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_a_file_comes_out_as_it_went_in_wherever_the_pieces_are_cut(size: int) -> None:
    film = bytes(range(256)) * 4 + b"\r\n--x"
    found = file_in(FORM, pieces(FILE + film + END, size))
    assert (found.name, found.mime, b"".join(found.chunks)) == ("a.mp4", "video/mp4", film)


@pytest.mark.parametrize(
    "before", [b"", b'--xx\r\nContent-Disposition: form-data; name="n"\r\n\r\nhello\r\n']
)
def test_of_several_parts_the_first_file_counts(before: bytes) -> None:
    second = FILE.replace(b"a.mp4", b"b.mp4")
    found = file_in(FORM, iter([before + FILE + b"one\r\n" + second + b"two" + END]))
    assert (found.name, b"".join(found.chunks)) == ("a.mp4", b"one")


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("", FILE),
        ("multipart/form-data", FILE),
        (f"multipart/form-data; boundary={'z' * 5000}", FILE),
        (FORM, b"--yy"),
        (FORM, END.lstrip()),
        (FORM, FILE.replace(b"Content-Type: ", b"Content-Type: " + b"y" * 100_000)),
    ],
)
def test_a_form_that_cannot_be_read_is_told_what_to_send(content_type: str, body: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        file_in(content_type, iter([body]))
    assert "multipart/form-data" in refused.value.hint


def test_a_form_that_ends_in_the_middle_of_its_file_is_no_file() -> None:
    found = file_in(FORM, iter([FILE + b"half"]))
    with pytest.raises(InvalidInput, match="broke off"):
        b"".join(found.chunks)
