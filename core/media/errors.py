"""Where FFmpeg's errors end: they quote the URL, which may be signed, so their text is not passed on."""

from collections.abc import Iterator
from contextlib import contextmanager

from av import error as av_error

from core.errors import AppError, InvalidInput, NotFound, Refused, Unavailable

NOT_READABLE = "The file is damaged or incomplete, or it is no video: its index cannot be read."
PLAY_IT = "Play the original; if it is good, convert it to MP4 and scan again."


@contextmanager
def translated() -> Iterator[None]:
    """Raise from the one error tree what PyAV raises inside."""
    try:
        yield
    except av_error.FFmpegError as error:
        raise of_ffmpeg(error) from None


def of_ffmpeg(error: av_error.FFmpegError) -> AppError:
    """Answers by status, broken connections and timeouts apart from bytes that cannot be understood."""
    if isinstance(error, av_error.HTTPNotFoundError):
        return NotFound("The file is not there any more.")
    if isinstance(error, av_error.HTTPServerError | av_error.HTTPTooManyRequestsError):
        return Unavailable("The file's server is in trouble.")
    if isinstance(error, av_error.HTTPError | av_error.HTTPClientError):
        return Refused("The file's server refuses access.", hint="Allow s3:GetObject, then retry.")
    if isinstance(error, av_error.EOFError | av_error.ExitError | OSError):
        return Unavailable("The file's server does not answer, or the connection broke.")
    return InvalidInput(NOT_READABLE, hint=PLAY_IT)


@contextmanager
def understood() -> Iterator[None]:
    """The same for bytes that are here already: whatever FFmpeg says, it is about them."""
    try:
        yield
    except av_error.FFmpegError:
        raise InvalidInput("A segment of the HLS folder is damaged.", hint=PLAY_IT) from None
