"""How letters look: title, parts with lines, foot; the same words as text and as HTML that fetches nothing.

Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

INK, QUIET, RULE = "#14141b", "#5c5c66", "#d9d9e0"
BODY = f"font:15px/1.5 system-ui,sans-serif;color:{INK};background:#ffffff;max-width:600px;padding:16px"


@dataclass(frozen=True, slots=True)
class Line:
    """One line, and the page that it leads to; None where the dashboard's address is not known."""

    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Lines under a heading."""

    heading: str
    lines: Sequence[Line]


def text_of(title: str, parts: Sequence[Part], foot: Sequence[str]) -> str:
    """For mail programs that show no HTML."""
    told = (
        "\n".join([*([part.heading.upper()] if part.heading else []), *map(_line_of_text, part.lines)])
        for part in parts
    )
    return "\n\n".join([title, *told, "--\n" + "\n".join(foot)]) + "\n"


def html_of(title: str, parts: Sequence[Part], foot: Sequence[str]) -> str:
    """For those that do."""
    body = "".join(
        (f'<h2 style="font-size:16px;margin:24px 0 4px">{escape(part.heading)}</h2>' if part.heading else "")
        + "".join(map(_line_of_html, part.lines))
        for part in parts
    )
    quiet = "".join(f"<p style='margin:4px 0;color:{QUIET};font-size:13px'>{escape(one)}</p>" for one in foot)
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{escape(title)}</title></head>"
        f'<body style="{BODY}"><h1 style="font-size:20px;margin:0 0 12px">{escape(title)}</h1>{body}'
        f'<hr style="border:0;border-top:1px solid {RULE};margin:24px 0 12px">{quiet}</body></html>\n'
    )


def _line_of_text(line: Line) -> str:
    return f"{line.text}\n   {line.link}" if line.link else line.text


def _line_of_html(line: Line) -> str:
    text = escape(line.text)
    shown = f'<a href="{escape(line.link)}" style="color:{INK}">{text}</a>' if line.link else text
    return f'<p style="margin:4px 0">{shown}</p>'
