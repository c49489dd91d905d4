"""The page at `/sandbox`: what "Mux" did, for a person to look at."""

from datetime import UTC, datetime
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sandbox.mux import uploads
from sandbox.mux.api.answers import environment
from sandbox.mux.console import counts
from sandbox.mux.environment import Environment

SHOWN = 50
STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8884; vertical-align: top; }
th { font-weight: 600; } code { font-size: .9em; } img { width: 96px; display: block; border-radius: 4px; }
.ready, .delivered { color: #18864b; } .errored, .failed, .lost { color: #c0362c; } .deleted { opacity: .5; }
input { width: 6rem; } input[type=checkbox] { width: auto; }
form label { display: inline-block; margin: 0 1.2rem .5rem 0; }
"""
# Sends the form as JSON; the answer is the new state, so the page is simply loaded again.
SCRIPT = """
document.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const faults = {};
  for (const input of event.target.querySelectorAll("input"))
    faults[input.name] = input.type === "checkbox" ? input.checked : Number(input.value);
  const answer = await fetch("/sandbox/faults", {method: "PUT", body: JSON.stringify(faults)});
  if (answer.ok) location.reload(); else alert(await answer.text());
});
"""


async def show(request: Request) -> Response:
    env = environment(request)
    body = "".join((_numbers(env), _faults(env), _assets(env), _uploads(env), _events(env)))
    head = f'<meta charset="utf-8"><title>Mux double</title><style>{STYLE}</style>'
    page = f'<!doctype html><html lang="en"><head>{head}</head><body><h1>Mux double</h1>{body}'
    return HTMLResponse(f"{page}<script>{SCRIPT}</script></body></html>")


def _numbers(env: Environment) -> str:
    found = counts(env)
    rows = [
        ("Assets", _list(found["assets"])),
        ("Twins", str(found["twins"])),
        ("Events", _list(found["events"])),
        ("Requests", _list(found["requests"])),
        ("Refused as too many", _list(found["limited"])),
        ("Webhooks go to", escape(env.config.webhook_url) or "nobody"),
        ("Limits", "as documented" if env.config.limits else "off"),
    ]
    return _table("Now", ("", ""), rows)


def _faults(env: Environment) -> str:
    fields = "".join(_field(name, value) for name, value in env.faults.as_json().items())
    return f"<h2>Faults</h2><form>{fields}<button>Set</button></form>"


def _field(name: str, value: float | bool) -> str:
    if isinstance(value, bool):
        checked = " checked" if value else ""
        return f'<label><input type="checkbox" name="{name}"{checked}> {name}</label>'
    return f'<label>{name} <input type="number" min="0" step="any" name="{name}" value="{value:g}"></label>'


def _assets(env: Environment) -> str:
    rows = [_asset_row(row.body, live=row.live) for row in env.store.assets.recent(SHOWN)]
    return _table("Newest assets", ("", "Asset", "Passthrough", "State", "Length", "Created"), rows)


def _asset_row(body: dict[str, Any], *, live: bool) -> tuple[str, ...]:
    asset = body["asset"]
    state = asset["status"] if live else "deleted"
    why = ": " + escape("; ".join(asset["errors"]["messages"])) if "errors" in asset else ""
    length = f"{asset['duration']:.1f} s" if "duration" in asset else ""
    return (
        _picture(asset) if state == "ready" else "",
        f"<code>{asset['id']}</code>",
        escape(asset.get("passthrough", "")),
        f'<span class="{state}">{state}</span>{why}',
        length,
        _time(int(asset["created_at"])),
    )


def _picture(asset: dict[str, Any]) -> str:
    public = [item["id"] for item in asset["playback_ids"] if item["policy"] == "public"]
    if not public or "aspect_ratio" not in asset:
        return ""
    return f'<img loading="lazy" alt="" src="/image/{public[0]}/thumbnail.jpg?width=192">'


def _uploads(env: Environment) -> str:
    rows = [_upload_row(env, uploads.current(env, row)) for row in env.store.uploads.recent(SHOWN)]
    return _table("Newest uploads", ("Upload", "State", "Came in", "Asset"), rows)


def _upload_row(env: Environment, upload: dict[str, Any]) -> tuple[str, ...]:
    state = upload["status"]
    why = ": " + escape(upload["error"]["message"]) if "error" in upload else ""
    came = uploads.bytes_path(env, upload["id"])
    return (
        f"<code>{upload['id']}</code>",
        f'<span class="{state}">{state}</span>{why}',
        f"{came.stat().st_size:,} bytes" if came.exists() else "",
        f"<code>{upload.get('asset_id', '')}</code>",
    )


def _events(env: Environment) -> str:
    rows = [_event_row(row.body) for row in env.store.events.recent(SHOWN)]
    return _table("Newest events", ("Event", "About", "State", "Attempts", "Time"), rows)


def _event_row(body: dict[str, Any]) -> tuple[str, ...]:
    event, state = body["event"], body["state"]
    tried = [str(attempt.get("response_status_code", "no answer")) for attempt in event["attempts"]]
    return (
        event["type"],
        f"<code>{event['object']['id']}</code>",
        f'<span class="{state.replace(" ", "-")}">{state}</span>',
        ", ".join(tried),
        event["created_at"][11:19],
    )


def _table(title: str, heads: tuple[str, ...], rows: list[Any]) -> str:
    head = "".join(f"<th>{name}</th>" for name in heads)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<h2>{title}</h2><table><tr>{head}</tr>{lines}</table>"


def _list(found: dict[str, int]) -> str:
    return ", ".join(f"{count} {escape(str(name))}" for name, count in found.items()) or "none"


def _time(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%d %H:%M:%S")


ROUTES = [Route("/sandbox", show)]
