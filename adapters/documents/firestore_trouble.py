"""Errors of Firestore as one sentence for a person, with what to do."""

from google.api_core import exceptions as api
from google.auth.exceptions import GoogleAuthError

from oneseek.domain.errors import InvalidInput, NotFound, OneSeekError, ServiceFailed

PASSING = (
    api.ServiceUnavailable,
    api.DeadlineExceeded,
    api.InternalServerError,
    api.Unknown,
    api.Aborted,
)
"""What may be over at the next attempt; whether the last one took effect is not known."""

FAILED_GUARDS = (api.FailedPrecondition, api.AlreadyExists)
"""How it says that a guarded document is another one by now."""

_LONGEST = 200


def worth_repeating(error: BaseException) -> bool:
    """Whether the same request may be answered better later."""
    return isinstance(error, PASSING) or _out_of_quota(error)


def explain(error: Exception, place: str, seconds: float) -> OneSeekError:
    """Return what an error means to whoever must act; ``seconds`` were given to the request."""
    words = _words(error)
    match error:
        case api.PermissionDenied() | api.Unauthenticated():
            return ServiceFailed(
                f"{place} refused us: {words}",
                hint="is it the right project, and may these credentials use it? They need the "
                "role Cloud Datastore User, and the project a Firestore database",
            )
        case api.NotFound():
            return NotFound(
                f"{place} does not exist: {words}",
                hint="make the database in the Firebase console, or correct [firebase] in "
                "oneseek.toml",
            )
        case api.ResourceExhausted() if _out_of_quota(error):
            return ServiceFailed(
                f"{place} is over its quota: {words}", hint="wait, or raise the quota; then repeat"
            )
        case api.InvalidArgument() | api.OutOfRange() | api.ResourceExhausted():
            return InvalidInput(f"{place} does not take this: {words}")
        case api.ServiceUnavailable() | api.DeadlineExceeded():
            return ServiceFailed(
                f"{place} did not answer within {seconds:g} seconds: {words}",
                hint="check network, proxy and firewall, then repeat: nothing is done twice",
            )
    return ServiceFailed(f"{place} failed: {words}", hint="repeat; nothing is done twice")


def _out_of_quota(error: BaseException) -> bool:
    """Tell a used up quota from a message that is too long: both are "exhausted"."""
    return isinstance(error, api.ResourceExhausted) and "message" not in str(error)


def _words(error: Exception) -> str:
    """Return the service's own words, on one line and not too many of them."""
    said = error.message if isinstance(error, api.GoogleAPICallError) else str(error)
    text = " ".join(str(said).split()) or type(error).__name__
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


ERRORS = (api.GoogleAPIError, GoogleAuthError)
