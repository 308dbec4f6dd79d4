"""Where everything lies in a workspace, and how a workspace is found."""

import os
from dataclasses import dataclass
from pathlib import Path

from oneseek.domain.errors import NotFound

SETTINGS_NAME = "oneseek.toml"
VARIABLE = "OQT_WORKSPACE"


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths of the workspace at ``root``."""

    root: Path

    @property
    def settings(self) -> Path:
        return self.root / SETTINGS_NAME

    @property
    def hidden(self) -> Path:
        return self.root / ".oneseek"

    @property
    def ledger(self) -> Path:
        return self.hidden / "ledger.db"

    @property
    def vault(self) -> Path:
        return self.hidden / "vault.db"

    @property
    def objects(self) -> Path:
        return self.hidden / "objects"

    @property
    def staging(self) -> Path:
        return self.hidden / "staging"

    @property
    def displaced(self) -> Path:
        return self.hidden / "displaced"

    @property
    def keys(self) -> Path:
        return self.hidden / "keys"

    @property
    def signing_key(self) -> Path:
        return self.keys / "checkpoint.pem"

    @property
    def model_key(self) -> Path:
        return self.keys / "model.pem"

    def next_key(self, purpose: str) -> Path:
        """The key that a rotation is about to put in the place of this machine's."""
        return self.keys / f"{purpose}.next.pem"

    @property
    def retired_keys(self) -> Path:
        return self.keys / "retired"

    @property
    def key_change(self) -> Path:
        """What is being done to the file of a key, until its entry is written."""
        return self.keys / "protection.json"

    @property
    def public_key(self) -> Path:
        # Not in keys/, which nobody but its owner may enter: whoever may read can verify.
        return self.hidden / "checkpoint.vkey"

    @property
    def witness_keys(self) -> Path:
        return self.hidden / "witness.vkey"

    @property
    def locks(self) -> Path:
        return self.hidden / "locks"

    @property
    def positions(self) -> Path:
        return self.hidden / "projections"

    @property
    def checkpoint(self) -> Path:
        return self.hidden / "checkpoint"

    @property
    def known_keys(self) -> Path:
        return self.hidden / "known.vkey"

    @property
    def mirror(self) -> Path:
        """The collections of Firestore, where there is no project."""
        return self.hidden / "mirror.db"

    @property
    def uploads(self) -> Path:
        """Where uploads that were cut off can be continued."""
        return self.hidden / "uploads"

    @property
    def backups(self) -> Path:
        return self.root / "models" / "backups"

    @property
    def base_models(self) -> Path:
        return self.root / "models" / "basemodeller"

    @property
    def certified(self) -> Path:
        return self.root / "models" / "oneseek-certified"

    @property
    def datasets(self) -> Path:
        return self.root / "datasets"

    @property
    def folders(self) -> tuple[Path, ...]:
        """Every folder of a workspace, parents first."""
        return (
            self.hidden,
            self.objects,
            self.staging,
            self.keys,
            self.locks,
            self.positions,
            self.root / "models",
            self.base_models,
            self.certified,
            self.datasets,
        )


def find_workspace(given: Path | None) -> Paths:
    """Return the workspace: the given one, that of ``OQT_WORKSPACE``, or the nearest one above.

    Raises:
        NotFound: there is none.
    """
    named = given or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if named is not None:
        if not (named / SETTINGS_NAME).is_file():
            raise NotFound(f"{named} is not a workspace", hint=f"make it one: oneseek init {named}")
        return Paths(named.absolute())
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / SETTINGS_NAME).is_file():
            return Paths(folder)
    raise NotFound(
        f"{here} is not in a workspace",
        hint="make one with: oneseek init DIR, then go there, or name it with --workspace",
    )
