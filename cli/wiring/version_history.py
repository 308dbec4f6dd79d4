"""The history of a version as the ledger tells it, for people and machines."""

from oneseek.cli.app import App
from oneseek.cli.output import one_line
from oneseek.domain.decisions.lookup import find_any_version
from oneseek.domain.digest import parse_digest
from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.domain.index.activity import Subject
from oneseek.domain.names import MODEL_NAME
from oneseek.domain.state.documents import RecordedVersion, Version
from oneseek.domain.usecases.history import history_of, refuse_active
from oneseek.domain.usecases.timeline import parse_moment


def show_history(app: App, version: Version | RecordedVersion) -> None:
    """Print everything that happened to ``version``, the oldest first."""
    told = history_of(app.ledger, version)
    app.out.result(
        {"dna": version.dna, "manifest": version.manifest, "history": told},
        (
            version.dna,
            *(
                f"{item.index:>6}  {item.time[:19]}Z  {one_line(item.what)}  "
                f"({one_line(item.actor)})"
                for item in told
            ),
        ),
    )


def find_subject(app: App, text: str) -> Subject:
    """Return the version that ``text`` names, even if there never was one.

    Raises:
        InvalidInput: it is the beginning of several.
        NotFound: it is no version, and no whole name or digest of one that never was.
    """
    try:
        with app.ledger.view() as view:
            version = find_any_version(view, text)
    except NotFound as error:
        return _unknown(text, error)
    return Subject(version.manifest, version.dna)


def _unknown(text: str, error: NotFound) -> Subject:
    try:
        return Subject(parse_digest(text), None)
    except InvalidInput:
        pass
    if not text.startswith(f"{MODEL_NAME}.v"):
        # Of "1.7" or a mistyped beginning it would be true, and mean nothing.
        raise NotFound(
            error.message,
            hint="of a version that never existed give the whole DNA name, or a manifest's digest",
        ) from None
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidInput(f"not a DNA name: {text!r}") from None
    return Subject(None, text)


def show_never_active(app: App, subject: Subject, since: str | None, until: str | None) -> None:
    """Print that ``subject`` was never active from ``since`` to ``until``, unproved.

    Raises:
        ProofRefused: it was.
    """
    begin = parse_moment(app.ledger, since) if since else 0
    end = parse_moment(app.ledger, until) if until else app.ledger.head().size
    if begin > end:
        raise InvalidInput(f"{since} comes after {until or 'the newest entry'}")
    refuse_active(app.ledger, subject, begin, end)
    app.out.result(
        {"manifest": subject.manifest, "dna": subject.dna, "never_active": True, "from": begin,
         "to": end},
        (f"{subject} was never active from {begin} to {end} entries. Prove it with --proof FILE.",),
    )  # fmt: skip
