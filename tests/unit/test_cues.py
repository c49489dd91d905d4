"""Captions as files: read, written and changed into one another without losing a word."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core import subrip, webvtt
from core.captions import Line, edited, lines, problems, read, words
from core.cue import Cue, CueFile, WrongLine
from core.errors import InvalidInput

AWKWARD = """\ufeffWEBVTT - Sets\r
Kind: captions\r
\r
STYLE\r
::cue(b) { color: red }\r
\r
REGION\r
id:fred\r
width:40%\r
\r
NOTE by hand\r
in two lines\r
\r
intro\r
00:01.000 --> 00:04.000 align:start line:0 position:10%\r
<v Dana>Hello <i>there</i> &amp; welcome\r
in two lines\r
\r
NOTE before the second\r
\r
00:00:03.500 --> 00:00:06.000\r
it overlaps\r
123:00:00.000 --> 123:00:01.000\r
late, and no empty line before it\r
\r
NOTE the end\r
"""
AWKWARD_SRT = b"""\xef\xbb\xbf1\r
00:00:01,000 --> 00:00:04,000 X1:1 X2:2\r
{\\an8}<I>Hi</I> <font color="red">you</font>\r
\r
with an empty line\r
\r
2\r
123:00:03,5 --> 123:00:04,000\r
a --> b & c < d <p>\r
\r
\r
00:00:05.000 --> 00:00:06.000\r
without a number\r
"""


def test_webvtt_says_the_same_after_reading_and_writing() -> None:
    once = webvtt.parse(AWKWARD)
    assert webvtt.parse(webvtt.write(once)) == once
    assert once.header == " - Sets\nKind: captions"
    assert [block.partition("\n")[0] for block in once.head] == ["STYLE", "REGION", "NOTE by hand"]
    assert once.tail == ("NOTE the end",)
    first, second, third = once.cues
    assert first.settings == "align:start line:0 position:10%"
    assert (first.id, first.text) == ("intro", "<v Dana>Hello <i>there</i> &amp; welcome\nin two lines")
    assert (second.start_ms, second.end_ms, second.notes) == (3500, 6000, ("NOTE before the second",))
    assert third.start_ms == 123 * 3_600_000


def test_what_is_written_is_webvtt_to_the_letter() -> None:
    file = CueFile(
        cues=(Cue(start_ms=0, end_ms=1500, text="Hi", id="a", settings="line:0"),), head=("NOTE x",)
    )
    assert webvtt.write(file) == "WEBVTT\n\nNOTE x\n\na\n00:00:00.000 --> 00:00:01.500 line:0\nHi\n"


def test_an_awkward_subrip_file_is_read() -> None:
    first, second, third = read(AWKWARD_SRT).cues
    assert (first.text, first.settings) == ("<i>Hi</i> you\nwith an empty line", "line:0")
    assert (second.start_ms, second.text) == (
        123 * 3_600_000 + 3500,
        "a --&gt; b &amp; c &lt; d &lt;p&gt;",
    )
    assert (third.start_ms, third.text) == (5000, "without a number")


def test_subrip_loses_what_it_cannot_say_and_keeps_words_times_and_places() -> None:
    there = subrip.write(webvtt.parse(AWKWARD))
    assert "Hello <i>there</i> & welcome\nin two lines" in there
    back = subrip.parse(there)
    assert [(cue.start_ms, cue.end_ms) for cue in back.cues] == [
        (cue.start_ms, cue.end_ms) for cue in webvtt.parse(AWKWARD).cues
    ]
    top = CueFile(cues=(Cue(start_ms=0, end_ms=1, text="Up", settings="line:0 align:left"),))
    assert subrip.parse(subrip.write(top)) == top


some_words = some.text(
    some.characters(
        exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\u0085\u00a0\u200e\u200f"
    )
).map(str.strip)
some_line = some_words.filter(lambda one: bool(one) and not one.isdecimal())
some_text = some.lists(some_line, min_size=1, max_size=3).map(
    lambda parts: "\n".join(subrip._escaped(part.replace("{", "(")) for part in parts)
)
some_time = some.integers(0, 400 * 3_600_000)


@some.composite
def files(draw: some.DrawFn) -> CueFile:
    times = draw(some.lists(some.tuples(some_time, some_time), min_size=1, max_size=6))
    cues = [
        Cue(start_ms=min(pair), end_ms=max(pair), text=draw(some_text), settings=draw(some_place))
        for pair in times
    ]
    return CueFile(cues=tuple(cues))


some_place = some.sampled_from(["", *subrip.PLACES.values()])


@given(files())
def test_words_and_times_go_to_subrip_and_back(file: CueFile) -> None:
    assert subrip.parse(subrip.write(file)) == file


@given(files())
def test_webvtt_to_subrip_to_webvtt_says_the_same(file: CueFile) -> None:
    text = webvtt.write(file)
    assert webvtt.write(subrip.parse(subrip.write(webvtt.parse(text)))) == text


def outcome(parse: Callable[[str], CueFile], text: str) -> CueFile | WrongLine:
    try:
        return parse(text)
    except WrongLine as error:
        return error


@given(some.text(some.sampled_from("WEBVTT\n\r -->0123:.,NOTE x{}<>&")) | some.text())
def test_no_text_breaks_the_readers(text: str) -> None:
    for told in (
        outcome(webvtt.parse, text),
        outcome(subrip.parse, text),
        outcome(webvtt.parse, "WEBVTT\n\n" + text),
    ):
        if isinstance(told, WrongLine):
            assert 1 <= told.line <= text.count("\n") + text.count("\r") + 3
            assert told.hint
        else:
            assert webvtt.parse(webvtt.write(told)).cues == told.cues or not told.cues


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        (b"WEBVTT\n\n00:05.000 --> 00:0x.000\nhi\n", 3, "are no times"),
        (b"WEBVTT\n\nfirst\n00:05.000 --> 00:04.000\nhi\n", 4, "ends before it starts"),
        (b"WEBVTT\n\n00:01.000 -> 00:02.000\nhi\n", 3, "has no times"),
        (b"1\n00:00:05,000 --> 00:00:xx,000\nhi\n", 2, "are no times"),
        (b"1\n00:00:05,000 --> 00:00:04,000\nhi\n", 2, "ends before it starts"),
        (b"Dear all,\n\n1\n00:00:05,000 --> 00:00:06,000\nhi\n", 1, "has no times"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\xe9t\xe9\n", 4, "no UTF-8"),
    ],
)
def test_a_wrong_line_is_named_with_what_to_do(body: bytes, line: int, what: str) -> None:
    with pytest.raises(WrongLine, match=what) as caught:
        read(body)
    assert caught.value.line == line
    assert caught.value.hint


@pytest.mark.parametrize("body", [b"", b"WEBVTT\n", b"\n\n", b"x" * (5 * 2**20)])
def test_a_file_without_captions_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput):
        read(body)


def test_utf_16_is_read() -> None:
    assert read("WEBVTT\n\n00:01.000 --> 00:02.000\nété\n".encode("utf-16")).cues[0].text == "été"


def test_a_header_without_an_empty_line_after_it_loses_no_caption() -> None:
    assert len(webvtt.parse("WEBVTT\n00:01.000 --> 00:02.000\nhi").cues) == 1


def test_two_megabytes_take_well_under_a_second() -> None:
    cue = "{n}\n{h:02}:{m:02}:{s:02}.000 --> {h:02}:{m:02}:{s:02}.900\nSome words that are spoken here\n\n"
    body = "".join(cue.format(n=n, h=n // 3600, m=n // 60 % 60, s=n % 60) for n in range(32_000)).encode()
    assert len(body) > 2_000_000
    began = time.process_time()
    file = read(b"WEBVTT\n\n" + body)
    again = read(subrip.write(file).encode())
    assert len(words(again)) > 0
    assert len(again.cues) == 32_000
    assert time.process_time() - began < 2.0


def test_the_transcript_is_what_is_said() -> None:
    said = "Hello there & welcome in two lines\nit overlaps\nlate, and no empty line before it"
    assert words(webvtt.parse(AWKWARD)) == said


def test_a_line_that_rolls_on_is_said_once() -> None:
    body = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n\n00:02.000 --> 00:03.000\nHi\n"
    assert words(read(body)) == "Hi"


def test_edited_lines_keep_what_stands_beside_them() -> None:
    file = webvtt.parse(AWKWARD)
    first, second, third = lines(file)
    new = Line(start="0:00:02", end="2.5", text="  new \n\n words ")
    after = edited(file, [third, first, new])
    assert [cue.id for cue in after.cues] == ["intro", "", ""]
    assert after.cues[0].settings == file.cues[0].settings
    assert (after.cues[1].start_ms, after.cues[1].end_ms, after.cues[1].text) == (2000, 2500, "new\nwords")
    assert (after.head, after.tail) == (file.head, file.tail)
    assert second.text not in webvtt.write(after)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (Line(start="x", end="2", text="a"), "Line 1: “x” is no time."),
        (Line(start="3", end="2", text="a"), "ends before it starts"),
        (Line(start="1", end="2", text=" "), "no words"),
        (Line(start="9", end="10", text="a"), "after the end of the video"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_beside_it(line: Line, what: str) -> None:
    (said,) = problems([line], duration_s=5.0)
    assert what in said


def test_no_lines_are_no_captions() -> None:
    with pytest.raises(InvalidInput, match="No captions are left"):
        edited(CueFile(cues=()), [])
