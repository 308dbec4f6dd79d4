"""The wiring: one workspace with its ledger, stores and projections, made on first use."""

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from oneseek.adapters.ledger.location import (
    VARIABLE,
    Movable,
    PostgresLocation,
    SqliteLocation,
    locate,
)
from oneseek.adapters.workspace.paths import VARIABLE as WORKSPACE_VARIABLE
from oneseek.adapters.workspace.paths import Paths, find_workspace
from oneseek.adapters.workspace.settings import Settings, read_settings
from oneseek.cli.output import Output, bytes_text
from oneseek.domain.errors import (
    LedgerBroken,
    OneSeekError,
)

if TYPE_CHECKING:
    # For types alone: every part is loaded by the commands that use it.
    from oneseek.adapters.keys.ed25519 import Ed25519Sealer
    from oneseek.adapters.keys.p256 import FileModelSigner
    from oneseek.adapters.ledger.opened import OpenLedger
    from oneseek.adapters.objects.shared.address import SharedAddress
    from oneseek.adapters.objects.shared.store import SharedObjectStore
    from oneseek.adapters.objects.store import FileObjectStore
    from oneseek.adapters.objects.vault import Vault
    from oneseek.adapters.objects.vault_database import VaultDatabase
    from oneseek.adapters.projections.runner import ProjectionRunner
    from oneseek.adapters.workspace.scratch import Scratch
    from oneseek.domain.keys import KeyRing
    from oneseek.domain.note.signed_note import VerifierKey
    from oneseek.domain.ports import Leases, Ports
    from oneseek.domain.projections.projection import Projection
    from oneseek.domain.state.store import Reading
    from oneseek.domain.stored import Head

_WORTH_TELLING = 64_000_000
"""An object of so many bytes takes long enough to be told of before it is moved."""


class App:
    """What a command works with. Every part is loaded when it is first used."""

    def __init__(self, *, workspace: Path | None, actor: str | None, out: Output) -> None:
        self._workspace = workspace
        self.actor = actor
        self.out = out

    @classmethod
    def at(
        cls,
        paths: Paths,
        settings: Settings,
        *,
        actor: str | None,
        out: Output,
        location: Movable | None = None,
    ) -> Self:
        """Return the app of a folder that is not a complete workspace yet."""
        app = cls(workspace=paths.root, actor=actor, out=out)
        app.__dict__.update(paths=paths, settings=settings)
        if location is not None:
            app.__dict__["location"] = location
        return app

    @cached_property
    def paths(self) -> Paths:
        return find_workspace(self._workspace)

    @property
    def names_workspace(self) -> bool:
        """Whether somebody named a workspace: then it must be there."""
        return self._workspace is not None or bool(os.environ.get(WORKSPACE_VARIABLE))

    @cached_property
    def settings(self) -> Settings:
        return read_settings(self.paths.settings)

    @cached_property
    def location(self) -> Movable:
        """Where the ledger is: what the environment says goes before the settings."""
        if url := os.environ.get(VARIABLE):
            return locate(self.paths.ledger, url, root=self.paths.root)
        source = f"[ledger] url in {self.paths.settings}"
        return locate(self.paths.ledger, self.settings.ledger.url, source, self.paths.root)

    @cached_property
    def ledger(self) -> "OpenLedger":
        if isinstance(self.location, SqliteLocation) and not self.location.path.is_file():
            raise LedgerBroken(
                f"the ledger {self.location.path} is gone",
                hint="restore it from a backup; a new one would be another history",
            )
        return self.location.open(self._seal, self.settings.ledger.origin, self._guard)

    @cached_property
    def shared_address(self) -> "SharedAddress | None":
        """Where objects are shared, if they are: the environment goes before the settings."""
        from oneseek.adapters.objects.shared.address import VARIABLE, parse_address

        source = f"[objects] url in {self.paths.settings}"
        given = os.environ.get(VARIABLE)
        return parse_address(given) if given else parse_address(self.settings.objects.url, source)

    @cached_property
    def objects(self) -> "FileObjectStore | SharedObjectStore":
        from oneseek.adapters.objects.store import FileObjectStore

        local = FileObjectStore(self.paths.objects, self.paths.staging)
        if self.shared_address is None:
            return local
        from oneseek.adapters.objects.shared.store import SharedObjectStore

        return SharedObjectStore(local, self.shared_address.open, self._tell_of_transfer)

    @cached_property
    def kept_objects(self) -> "FileObjectStore | SharedObjectStore":
        """The objects as one listing saw them: an audit asks for thousands."""
        return self.objects.listed()

    @cached_property
    def vault(self) -> "Vault":
        from oneseek.adapters.objects.vault import Vault

        return Vault(self.vault_database, self.objects)

    @cached_property
    def vault_database(self) -> "VaultDatabase":
        """Where the keys are now."""
        return self.vault_beside(self.location)

    def vault_beside(self, location: Movable) -> "VaultDatabase":
        """Return where the keys are: beside a ledger in PostgreSQL, else in this workspace."""
        if isinstance(location, PostgresLocation):
            from oneseek.adapters.objects.postgres_vault import PostgresVault

            return PostgresVault(location.address)
        from oneseek.adapters.objects.vault_db import SqliteVault

        return SqliteVault(self.paths.vault)

    @cached_property
    def scratch(self) -> "Scratch":
        from oneseek.adapters.workspace.scratch import Scratch

        return Scratch(self.paths.staging, self.paths.displaced)

    @cached_property
    def leases(self) -> "Leases":
        """Who is at work, on this machine or on any that shares the ledger."""
        from oneseek.adapters.workspace.leases import StagingLeases

        return self.location.leases(StagingLeases(self.scratch))

    @cached_property
    def runner(self) -> "ProjectionRunner":
        from oneseek.adapters.projections.runner import ProjectionRunner

        return ProjectionRunner(
            ledger=self.ledger,
            objects=self.objects,
            scratch=self.scratch,
            base=self.paths.root,
            positions=self.paths.positions,
            locks=self.paths.locks,
        )

    @property
    def projections(self) -> "tuple[Projection, ...]":
        """The projections that this workspace has, in the order in which they run."""
        from oneseek.domain.projections.all import ALL_PROJECTIONS, PROJECTIONS

        return ALL_PROJECTIONS if self.settings.projections.legacy_tree else PROJECTIONS

    @cached_property
    def ports(self) -> "Ports":
        from oneseek.adapters.workspace.world import SystemClock, SystemEntropy, actor_name
        from oneseek.domain.ports import Ports
        from oneseek.domain.version import SOFTWARE

        return Ports(
            ledger=self.ledger,
            objects=self.objects,
            vault=self.vault,
            clock=SystemClock(),
            entropy=SystemEntropy(),
            actor=actor_name(self.actor, self.settings.actor.name),
            software=SOFTWARE,
        )

    @property
    def pinned(self) -> "tuple[VerifierKey, ...]":
        """The public keys that this workspace was told to trust, one on each line of the file.

        Which keys may sign besides follows from the ledger: see :meth:`ring`.
        """
        from oneseek.adapters.keys.pinned import read_pinned

        return read_pinned(self.paths.public_key)

    @property
    def witnesses(self) -> "tuple[VerifierKey, ...]":
        """The keys of the witnesses that this workspace was told to trust."""
        from oneseek.adapters.keys.pinned import read_witnesses

        return read_witnesses(self.paths.witness_keys)

    def known_keys(self) -> "tuple[VerifierKey, ...]":
        """Return the keys that this machine has trusted at any time, as far as it remembers."""
        from oneseek.adapters.ledger import checkpoint_file

        return checkpoint_file.remembered(self.paths.known_keys)

    def ring(self, head: "Head | None" = None) -> "KeyRing":
        """Return the keys that may sign this ledger's checkpoints, as of ``head``."""
        from oneseek.adapters.keys.ed25519 import check_ed25519
        from oneseek.domain.usecases.keys import trusted_keys

        origin = self.settings.ledger.origin
        return trusted_keys(
            self.ledger, head or self.ledger.head(), self.pinned, origin, check_ed25519
        )

    @property
    def own_key(self) -> "VerifierKey":
        """The public half of the key that this machine signs with, whichever it is now."""
        return self.sealer.public_key

    @cached_property
    def sealer(self) -> "Ed25519Sealer":
        """What signs checkpoints."""
        from oneseek.adapters.keys.ed25519 import Ed25519Sealer

        return Ed25519Sealer(self.settings.ledger.origin, self.paths.signing_key)

    @cached_property
    def model_signer(self) -> "FileModelSigner":
        """What signs versions. A new key is protected as the one for checkpoints is."""
        from oneseek.adapters.keys.p256 import FileModelSigner
        from oneseek.adapters.keys.passphrase import ask_passphrase

        def passphrase() -> bytes | None:
            file = self.sealer.file
            return ask_passphrase(f"the {file.what}") if file.is_protected() else None

        return FileModelSigner(self.paths.model_key, passphrase)

    def catch_up(self) -> None:
        """Bring every projection and the checkpoint file up to the head, if they are behind."""
        from oneseek.cli.wiring.catching_up import catch_up

        catch_up(self)

    def heal(self) -> None:
        """Catch up before reading, where this user may write; a reader is never stopped by it."""
        try:
            self.catch_up()
        except OneSeekError as error:
            self.out.note(f"note: the certified tree could not be brought up to date: {error}")

    def close(self) -> None:
        """Release what this process holds."""
        if "scratch" in self.__dict__:
            self.scratch.close()
        if "ledger" in self.__dict__:
            self.ledger.close()

    def _tell_of_transfer(self, what: str, size: int) -> None:
        if size >= _WORTH_TELLING:
            assert self.shared_address is not None
            self.out.note(f"{what} {bytes_text(size)}: {self.shared_address.url}")

    def _seal(self, size: int, root: bytes) -> bytes:
        return self.sealer(size, root)

    def _guard(self, state: "Reading", old: "Head", size: int) -> None:
        """Refuse to sign what others would refuse for ever, and to build on what they do."""
        from oneseek.adapters.keys.ed25519 import check_ed25519
        from oneseek.domain.decisions.keys import require_may_sign
        from oneseek.domain.keys import announcements, key_ring
        from oneseek.domain.usecases.keys import require_trusted_head, signers

        pinned = self.pinned
        ring = key_ring(pinned, announcements(state, self.settings.ledger.origin), 0)
        if not set(signers(old.checkpoint)) & {(key.name, key.key_id) for key in ring.at(old.size)}:
            # By another machine. Documents alone could be forged, and a training may have begun
            # hours ago: the announcements are proved again, from what was committed so far.
            ring = self.ring(old)
        require_trusted_head(old, ring, check_ed25519)
        require_may_sign(state, pinned, self.own_key, size)
