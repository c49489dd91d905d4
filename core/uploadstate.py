"""The states of an upload, and the moves between them."""

from enum import StrEnum

from core.errors import IllegalMove


class UploadState(StrEnum):
    """Where an upload stands."""

    WAITING = "waiting"
    UPLOADED = "uploaded"
    STORED = "stored"
    SENDING = "sending"
    PREPARING = "preparing"
    READY = "ready"
    ERRORED = "errored"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"

    @property
    def words(self) -> str:
        """As it is said in a sentence."""
        return self.value.replace("_", " ")


class UploadTrouble(StrEnum):
    """Why an upload came to nothing; the words are told with it."""

    CHANGED = "changed"
    WRONG_KIND = "wrong_kind"
    TOO_LARGE = "too_large"
    MUX_REFUSED = "mux_refused"
    NO_VIDEO = "no_video"
    NOT_PLAYABLE = "not_playable"
    ASSET_DELETED = "asset_deleted"
    ROW_REFUSED = "row_refused"
    LESSON_GONE = "lesson_gone"
    MOVE_FAILED = "move_failed"
    ABANDONED = "abandoned"
    UNEXPECTED = "unexpected"


S = UploadState
ENDS = frozenset({S.READY, S.ERRORED, S.CANCELLED, S.TIMED_OUT})
ALIVE = frozenset(UploadState) - ENDS
"""A lesson has at most one upload of a video in these."""

MOVES: dict[UploadState, frozenset[UploadState]] = {
    S.WAITING: frozenset({S.UPLOADED, S.PREPARING, S.STORED, S.READY, S.ERRORED, S.CANCELLED, S.TIMED_OUT}),
    S.UPLOADED: frozenset({S.PREPARING, S.ERRORED, S.CANCELLED, S.TIMED_OUT}),
    S.STORED: frozenset({S.SENDING, S.READY, S.ERRORED}),  # it plays from S3: nothing is left to cancel
    S.SENDING: frozenset({S.STORED, S.PREPARING, S.READY, S.ERRORED}),
    S.PREPARING: frozenset({S.READY, S.ERRORED, S.CANCELLED, S.SENDING}),
    S.READY: frozenset({S.ERRORED}),  # its asset was deleted at Mux
    S.ERRORED: frozenset({S.READY}),  # its batch was tried again
    S.CANCELLED: frozenset(),
    S.TIMED_OUT: frozenset(),
}

CANCELLABLE = frozenset(state for state in ALIVE if S.CANCELLED in MOVES[state])


def move(now: UploadState, then: UploadState) -> UploadState:
    """Return `then`, or raise `IllegalMove` when the upload cannot go there from `now`."""
    if then not in MOVES[now]:
        raise IllegalMove(f"An upload that is {now} cannot become {then}.")
    return then
