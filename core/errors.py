"""The one error tree. Adapters translate their library's exceptions into these at the border."""


class AppError(Exception):
    """Something a person can be told in one sentence; `hint` says what they can do about it."""

    hint = "Try again; if it happens again, tell whoever runs Lectern."
    retryable = False
    account_wide = False
    """The credentials or this machine's clock are refused: every other thing would be refused as well."""

    def __init__(self, message: str, *, hint: str | None = None, retryable: bool | None = None) -> None:
        super().__init__(message)
        self.hint = self.hint if hint is None else hint
        self.retryable = self.retryable if retryable is None else retryable

    @property
    def sentence(self) -> str:
        """What happened and what to do, ready for the screen."""
        return f"{self} {self.hint}".strip()


class ConfigError(AppError):
    """A setting is missing or wrong."""

    hint = "Correct the setting and start again; `cli.py doctor` checks them all."


class UserError(AppError):
    """The request cannot be met as it stands."""

    hint = "Change the request and try again."


class InvalidInput(UserError):
    """A value is not of the form it must have."""


class NotAllowed(UserError):
    """The person's roles do not cover this."""

    hint = "Ask an admin for the role."


class StaleState(UserError):
    """Somebody or something changed it in between."""

    hint = "Load it again and look before you repeat the action."


class NotFound(AppError):
    """There is no such thing (any more)."""

    hint = "It may have been deleted or moved; scan again."


class IllegalMove(AppError):
    """A state machine was asked for a step it does not have."""

    hint = "Look again; the state has moved on."


class UnknownPrice(AppError):
    """No price card names this tier."""

    hint = "Add the tier to the price card."


class UpstreamError(AppError):
    """A service that we depend on did not do what was asked."""


class Unavailable(UpstreamError):
    """No answer, or a server error: whether the request took effect is unknown."""

    retryable = True
    hint = "Nothing is lost: jobs go on by themselves, a click or a command can be repeated."


class RateLimited(UpstreamError):
    """The service asks us to slow down; the request did not take effect."""

    retryable = True
    hint = "Nothing is lost; the pace is lowered and it is tried again by itself."

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Refused(UpstreamError):
    """A definite no: the request did not take effect and would not if it were repeated."""

    hint = "Read the reason, correct the cause, then retry."

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        status: int | None = None,
        account_wide: bool = False,
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.account_wide = account_wide


class WebhookRejected(AppError):
    """The event does not prove that it comes from Mux."""

    hint = "Check that MUX_WEBHOOK_SECRET is the signing secret of this very endpoint."
