"""What is known of one video."""

from api.endpoint import Answer, Call, Endpoint
from core import diagnosing
from core.access import Action
from core.diagnosing import VideoDiagnosis
from core.errors import InvalidInput
from core.plain import plain


def diagnostics(call: Call) -> Answer:
    """All that is known of one lesson's or video's video: rows, Mux, S3, the player and why."""
    given = {table: call.given(name) for table, name in (("lessons", "lesson_id"), ("videos", "video_id"))}
    chosen = [(table, row_id) for table, row_id in given.items() if row_id]
    if len(chosen) != 1:
        raise InvalidInput("Send either lesson_id or video_id.")
    found = diagnosing.diagnose(*chosen[0], by=call.person, services=call.services)
    return Answer(data=plain(found))


ENDPOINTS = (
    Endpoint(
        method="GET",
        path="/api/debug/video-diagnostics",
        action=Action.DIAGNOSE,
        answer=diagnostics,
        gives=VideoDiagnosis,
        query=("lesson_id", "video_id"),
    ),
)
