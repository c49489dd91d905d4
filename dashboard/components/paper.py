"""A page to print: one file of HTML that fetches nothing, with every word escaped."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

STYLE = """
@page { size: A4; margin: 12mm 14mm; }
body { font: 10.5pt/1.4 system-ui, sans-serif; color: #14141b; max-width: 180mm; margin: 8mm auto; }
h1 { font-size: 18pt; margin: 0; } h2 { font-size: 12pt; margin: 4mm 0 1mm; }
p { margin: 1mm 0; } .quiet { color: #5c5c66; }
dl { display: grid; grid-template-columns: repeat(4, 1fr); gap: 4mm; margin: 3mm 0; }
dl div { border: 1px solid #d9d9e0; border-radius: 2mm; padding: 2mm 3mm; }
dt { color: #5c5c66; } dd { margin: 0; font-size: 14pt; } dd + dd { font-size: 9.5pt; color: #5c5c66; }
table { border-collapse: collapse; width: 100%; font-size: 9pt; line-height: 1.2; }
thead { display: table-header-group; } tr { break-inside: avoid; }
th, td { text-align: right; padding: .8mm 1.5mm; border-bottom: 1px solid #e6e6ec; vertical-align: top; }
table { white-space: nowrap; } @media print { body { margin: 0; } }
th { font-weight: 600; } th:nth-child(2), td:nth-child(2) { text-align: left; }
td:nth-child(2) { width: 99%; max-width: 0; overflow: hidden; text-overflow: ellipsis; }
.bar { display: block; height: 1mm; background: #c81e61; margin-top: .3mm; print-color-adjust: exact; }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What stands on it, all plain text. `bars` has a share from 0 to 1 for each row, below its name."""

    title: str
    subtitle: str
    figures: Sequence[tuple[str, str, str]]
    remarks: Sequence[str]
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    bars: Sequence[float]
    foot: Sequence[str]


def html(paper: Paper) -> bytes:
    """The file, for a browser to show and print."""
    remarks = _section("Needs a look", "".join(f"<p>{escape(one)}</p>" for one in paper.remarks))
    body = (
        f"<h1>{escape(paper.title)}</h1><p class=quiet>{escape(paper.subtitle)}</p>"
        f"<dl>{''.join(_figure(*one) for one in paper.figures)}</dl>"
        f"{remarks if paper.remarks else ''}{_section('Lesson by lesson', _table(paper))}"
        f"{''.join(f'<p class=quiet>{escape(one)}</p>' for one in paper.foot)}"
    )
    head = f"<meta charset=utf-8><title>{escape(paper.title)}</title><style>{STYLE}</style>"
    return f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>\n".encode()


def _section(title: str, body: str) -> str:
    return f"<h2>{escape(title)}</h2>{body}"


def _figure(label: str, value: str, change: str) -> str:
    return f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd><dd>{escape(change)}</dd></div>"


def _table(paper: Paper) -> str:
    head = "".join(f"<th scope=col>{escape(one)}</th>" for one in paper.head)
    rows = (_row(row, share) for row, share in zip(paper.rows, paper.bars, strict=True))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _row(row: Sequence[str], share: float) -> str:
    bar = f'<span class=bar style="width:{max(0.0, min(1.0, share)) * 100:.1f}%"></span>'
    cells = (f"<td>{escape(cell)}{bar if number == 1 else ''}</td>" for number, cell in enumerate(row))
    return f"<tr>{''.join(cells)}</tr>"
