"""Signing versions from the command line: a signer that is ready, and what is still unsigned."""

from collections.abc import Iterator

from oneseek.adapters.keys.p256 import FileModelSigner
from oneseek.cli.app import App
from oneseek.domain.decisions.model_keys import announced, is_signed
from oneseek.domain.errors import OneSeekError
from oneseek.domain.ports import ModelSigner
from oneseek.domain.state.documents import Version
from oneseek.domain.state.store import Reading


def ready_signer(app: App) -> FileModelSigner:
    """Return what signs versions here, opened: a passphrase is asked for now, not after hours.

    Raises:
        Conflict: the model key of this machine was retired.
        InvalidInput, CannotCheck: the passphrase is wrong, or nobody is there to give it.
    """
    signer = app.model_signer
    if signer.file.exists():
        signer.unlock()
        with app.ledger.view() as view:
            announced(view, signer.public_key)
    elif app.sealer.file.is_protected():
        app.sealer.unlock()
    return signer


def signer_if_ready(app: App) -> ModelSigner | None:
    """Return what signs versions here; None, and a note, where it cannot sign now."""
    try:
        return ready_signer(app)
    except OneSeekError as error:
        app.out.note(f"note: not signed: {error.message}; later: oneseek sign --all")
        return None


def unsigned(view: Reading) -> Iterator[Version]:
    """Yield the versions that no key signed that may sign now; withdrawn ones need none.

    Imported versions are signed when somebody names them, never along with all others.
    """
    for _, version in view.scan(Version):
        ours = version.imported is None and version.withdrawn is None
        if ours and not is_signed(view, version):
            yield version
