"""Views as JSON: the short row of a list, and the long record of one view."""

from datetime import UTC, datetime
from typing import Any

from sandbox.mux.config import ENVIRONMENT_ID
from sandbox.mux.views.names import NEVER_FIELDS, UNKNOWN_FIELDS
from sandbox.mux.views.view import View


def short(view: View, total: int) -> dict[str, Any]:
    return {
        "id": view.id,
        "viewer_os_family": view.system,
        "viewer_application_name": view.browser,
        "video_title": view.video_title,
        "total_row_count": total,
        **_error(view),
        "country_code": view.country,
        "view_start": _iso(view.start_at_s),
        "view_end": _iso(view.end_at_s),
        "viewer_experience_score": view.score,
        "watch_time": view.watch_ms,
        "playback_failure": view.failed,
    }


def _error(view: View) -> dict[str, Any]:
    """What the player reported, in the short row and in the long record."""
    fault = view.fault
    return {
        "player_error_message": fault.message if fault else None,
        "player_error_code": fault.code if fault else None,
        "error_type_id": fault.id if fault else None,
    }


def long(view: View) -> dict[str, Any]:
    unknown: dict[str, Any] = dict.fromkeys(UNKNOWN_FIELDS)
    never = dict.fromkeys(NEVER_FIELDS, False)
    return unknown | never | short_names(view) | _times(view) | _playback(view) | _error(view)


def short_names(view: View) -> dict[str, Any]:
    """Who watched what, on what."""
    return {
        "id": view.id,
        "view_id": view.id,
        "session_id": view.id,
        "view_session_id": view.id,
        "mux_viewer_id": view.viewer,
        "viewer_user_id": view.viewer,
        "asset_id": view.asset_id,
        "playback_id": view.playback_id,
        "video_id": view.video_id,
        "video_title": view.video_title,
        "video_creator_id": view.video_creator_id,
        "country_code": view.country,
        "country_name": view.country,
        "continent_code": view.continent,
        "viewer_application_name": view.browser,
        "viewer_os_family": view.system,
        "viewer_device_category": view.device,
        "player_name": "mux-player",
        "player_software": "hls.js",
        "player_source_type": "application/vnd.apple.mpegurl",
        "player_source_stream_type": "on-demand",
        "video_stream_type": "on-demand",
        "environment_id": ENVIRONMENT_ID,
        "property_id": 1,
        "mux_api_version": "2.1",
    }


def _times(view: View) -> dict[str, Any]:
    end = _iso(view.end_at_s)
    start = _iso(view.start_at_s)
    return {"view_start": start, "view_end": end, "inserted_at": end, "updated_at": end, "short_time": end}


def _playback(view: View) -> dict[str, Any]:
    return {
        "video_duration": view.video_duration_ms,
        "player_source_duration": view.video_duration_ms,
        "player_source_height": view.height,
        "watch_time": view.watch_ms,
        "watched": view.reached_ms > 0,
        "view_playing_time": str(view.playing_ms),
        "view_max_playhead_position": str(view.reached_ms),
        "view_total_content_playback_time": view.playing_ms,
        "buffering_count": view.rebuffer_count,
        "buffering_duration": view.rebuffer_ms,
        "rebuffer_percentage": f"{view.rebuffer_ms / max(1, view.watch_ms):.6f}",
        "time_to_first_frame": view.startup_ms,
        "player_startup_time": int(view.startup_ms * 0.3),
        "viewer_experience_score": str(view.score),
        "weighted_average_bitrate": view.bits_per_s,
        "exit_before_video_start": view.left_before_start,
        "playback_failure": view.failed,
        "video_startup_failure": view.never_started,
        "video_cdn_trace": [],
        "events": _events(view),
    }


def _events(view: View) -> list[dict[str, Any]]:
    start_ms = int(view.start_at_s * 1000)
    moments = [
        ("viewstart", 0, 0),
        ("playing", view.startup_ms, 0),
        ("viewend", view.watch_ms, view.reached_ms),
    ]
    return [
        {
            "name": name,
            "viewer_time": start_ms + after_ms,
            "event_time": start_ms + after_ms,
            "playback_time": at_ms,
            "details": {},
        }
        for name, after_ms, at_ms in moments
    ]


def _iso(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
