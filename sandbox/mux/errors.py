"""The shapes in which Mux says no: one for the API, one for the stream and image hosts."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response


class ApiError(Exception):
    """Ends an API call with `{"error": {"type", "messages"}}`."""

    def __init__(self, status: int, kind: str, *messages: str) -> None:
        super().__init__(*messages)
        self.status = status
        self.kind = kind
        self.messages = list(messages)

    def response(self) -> Response:
        body = {"error": {"type": self.kind, "messages": self.messages}}
        return JSONResponse(body, status_code=self.status)


class PlaybackError(Exception):
    """Ends a stream or image request with `{"code", "message"}`; codes are gRPC's."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def response(self) -> Response:
        return JSONResponse({"code": self.code, "message": self.message}, status_code=self.status)


class ConnectionDropped(Exception):
    """The answer is never sent; only seen where no real connection can be closed."""


def invalid(*messages: str) -> ApiError:
    return ApiError(400, "invalid_parameters", *messages)


def not_found() -> ApiError:
    return ApiError(
        404, "not_found", "The requested resource either doesn't exist or you don't have access to it."
    )


def server_error(count: int) -> ApiError:
    """500 and 503 in turn, by the number of those before."""
    return ApiError((500, 503)[count % 2], "internal_error", "Something went wrong on our side")


def unauthorized() -> ApiError:
    return ApiError(401, "unauthorized", "Unauthorized request")


def forbidden(message: str) -> ApiError:
    return ApiError(403, "forbidden", message)


def no_such_playback() -> PlaybackError:
    return PlaybackError(404, 5, "Not Found")


def bad_playback_request(message: str = "Invalid parameter") -> PlaybackError:
    return PlaybackError(400, 3, message)


def playback_forbidden(message: str) -> PlaybackError:
    return PlaybackError(403, 7, message)


def not_playable_yet(message: str = "The asset is not ready") -> PlaybackError:
    return PlaybackError(412, 9, message)


async def answer_error(request: Request, error: Exception) -> Response:
    """Turns any refusal of this package, and the router's own 404 and 405, into Mux's shape."""
    if isinstance(error, ApiError | PlaybackError):
        return error.response()
    assert isinstance(error, HTTPException)
    # The delivery hosts speak another dialect than the API, even for a wrong path.
    if request.url.path.startswith(("/stream/", "/image/")):
        return PlaybackError(error.status_code, 5, error.detail).response()
    kind = "not_found" if error.status_code == 404 else "bad_request"
    return ApiError(error.status_code, kind, error.detail).response()
