"""The rows of the fault table: what is being done when the fault comes.

A row says in which workspace it begins, what it does, and how to see that what it printed as done
is kept. Everything else, which no fault may break, is the same for all: ``promises.py``.
"""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

from msgspec import structs

from builders import digest, repaired
from e2e.workspaces import Workspace, small_adapter, train_small
from faults.row import Row, cli, with_app
from oneseek.adapters.workspace.base_models import locate
from oneseek.cli.app import App
from oneseek.cli.wiring.bases import base_folder
from oneseek.cli.wiring.make_base import make_base
from oneseek.cli.wiring.writing import writing
from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.keys import name_of
from oneseek.domain.decisions.lookup import find_base
from oneseek.domain.manifest import Manifest
from oneseek.domain.model_keys import key_digest
from oneseek.domain.projections.all import PROJECTIONS
from oneseek.domain.state.documents import Query, Signature, Version
from oneseek.domain.usecases.ask import Reply, ask
from oneseek.domain.usecases.erase import erase
from oneseek.domain.usecases.record import record

DATA = bytes(range(256)) * 100
TEXT = b"Var bor du? I Lund."
SALTS = bytes(64)
OTHER_ROWS = b'{"instruction": "Hej?", "input": "", "output": "Hej hej."}\n' * 3


def _append(app: App) -> object:
    with writing(app) as ports:
        found = ports.objects.put(b"[]\n")
        events = [structs.replace(repaired(f"p{number}"), findings=found) for number in range(3)]
        receipt = record(ports, lambda _: Decision(tuple(events)))
    assert receipt is not None
    return {"entry": receipt.indices[-1]}


def _entry_is_there(app: App, done: Any) -> bool:
    return done["entry"] is None or done["entry"] < app.ledger.head().size


def _ask(app: App) -> object:
    with writing(app) as ports:
        with ports.ledger.view() as view:
            base = find_base(view, "tiny")
        found = ask(
            ports, question="Vem är du?", base=base, version=None,
            generate=lambda _: Reply("Jag är OneSeek.", 3, 4),
        )  # fmt: skip
    return found.query


def _answer_opens(app: App, query: Any) -> bool:
    with app.ledger.view() as view:
        found = view.get(Query, query)
    return found is not None and app.vault.unseal(found.question) == "Vem är du?".encode()


def _erase(app: App) -> object:
    with app.ledger.view() as view:
        ((query, _),) = view.scan(Query)
    with writing(app) as ports:
        erase(ports, query, "asked for")
    return query


def _is_erased(app: App, query: Any) -> bool:
    with app.ledger.view() as view:
        found = view.get(Query, query)
    if found is None or found.erased is None:
        return False
    try:
        app.vault.unseal(found.question)
    except Exception as error:
        return type(error).__name__ == "Erased"
    return False


def _put_file(root: Path) -> Callable[[App], object]:
    return lambda app: app.objects.put_file(root / "source")[0]


def _vault(app: App) -> object:
    app.vault.put_salts(digest("rows"), SALTS)
    return app.vault.seal(TEXT)


def _vault_opens(app: App, sealed: Any) -> bool:
    return app.vault.unseal(sealed) == TEXT and app.vault.salts(digest("rows")) == SALTS


def _version_stands(app: App, dna: Any) -> bool:
    with app.ledger.view() as view:
        return view.get(Version, dna) is not None


def _make_base(app: App) -> object:
    """Make a base model; only the mathematics is left out."""
    module = ModuleType("base_model")

    def create_base(folder: Path, **_: object) -> SimpleNamespace:
        (folder / "config.json").write_bytes(b'{"model_type": "llama"}')
        (folder / "model.safetensors").write_bytes(small_adapter(9))
        return SimpleNamespace(parameters=2, tokens=3, first_loss=2.5, last_loss=1.5)

    module.create_base = create_base  # type: ignore[attr-defined]
    name = "oneseek.adapters.training.base_model"
    with patch.dict(sys.modules, {name: module}), writing(app) as ports:
        make_base(
            app, ports, name="new", architecture="llama", seed=1, steps=1, text=None,
            on_progress=lambda *_: None,
        )  # fmt: skip
    return "new"


def _check_base(app: App) -> object:
    with app.ledger.view() as view:
        return base_folder(app, find_base(view, "tiny")).name


def _base_is_whole(app: App, name: Any) -> bool:
    with app.ledger.view() as view:
        base = find_base(view, name)
    manifest = Manifest.from_bytes(app.objects.read(base.manifest))
    return locate(app.paths, base, manifest, remember=False).name == name


def _tree_is_as_it_should_be(app: App, _: Any) -> bool:
    return not any(app.runner.verify(projection).differences for projection in PROJECTIONS)


def _without_projections(root: Path) -> None:
    for folder in ("oneseek-certified", "oneseek-integrity"):
        shutil.rmtree(root / "models" / folder)
    shutil.rmtree(root / ".oneseek" / "projections")


def _tamper(root: Path) -> None:
    """Change, add, take away and open up files of a version, none of which is worth keeping."""
    for folder in (root / "models" / "oneseek-certified").glob("OneSeek-*v1.0*"):
        (folder / "tokenizer.json").unlink()
        (folder / "adapter_config.json").chmod(0o666)
        (folder / "metadata.json").chmod(0o600)
        (folder / "metadata.json").write_bytes((folder / "README.md").read_bytes())
        (folder / "extra").mkdir()
        shutil.copy(folder / "README.md", folder / "extra" / "copy")
        folder.chmod(0o700)


def _dataset_there(app: App, done: Any) -> bool:
    return app.objects.has(done["dataset"]) and len(app.vault.salts(done["dataset"])) > 0


def _emptied(root: Path) -> None:
    for path in root.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _without_signing_key(root: Path) -> None:
    """Retire the model key, as its owner does who has lost it."""
    cli("keys", "retire", _own_model_key(root)[:8], "--reason", "lost")(root)
    (root / ".oneseek" / "keys" / "model.pem").unlink()


def _own_model_key(root: Path) -> str:
    app = Workspace(root).app()
    try:
        return key_digest(app.model_signer.file.public_der())
    finally:
        app.close()


def _is_signed(app: App, done: Any) -> bool:
    with app.ledger.view() as view:
        version = view.get(Version, done["signed"][0]["dna"])
        assert version is not None
        signature = view.get(Signature, version.manifest)
    return signature is not None and app.objects.has(signature.signature)


def _is_own_key(app: App, done: Any) -> bool:
    if done["purpose"] == "checkpoint":
        return name_of(app.own_key) == done["key"]
    return key_digest(app.model_signer.file.public_der()).startswith(done["key"])


def _protect(root: Path) -> object:
    # The process of the cells has the same text as the passphrase of every key.
    return cli("keys", "protect", "--purpose", "checkpoint", "--json")(root)


ROWS = (
    Row("an append of three entries", with_app(_append), _entry_is_there, commits=3),
    Row(
        "the copy of a file into the store",
        lambda root: with_app(_put_file(root))(root),
        lambda app, object_: app.objects.read(object_) == DATA,
        lambda root: (root / "source").write_bytes(DATA),
        commits=None,
    ),
    Row("a write to the vault", with_app(_vault), _vault_opens, commits=None),
    Row(
        "a dataset that is added",
        cli("dataset", "add", "source.jsonl", "--language", "sv", "--json"),
        _dataset_there,
        lambda root: (root / "source.jsonl").write_bytes(OTHER_ROWS),
    ),
    Row("an activation", cli("activate", "2.0", "--json"), _entry_is_there),
    Row(
        "a withdrawal of the active version",
        cli("withdraw", "2.0", "--reason", "wrong", "--json"),
        _entry_is_there,
        cli("activate", "2.0"),
    ),
    Row(
        "a rebuilding of a tree that was tampered with",
        cli("rebuild", "--json"),
        _tree_is_as_it_should_be,
        _tamper,
        commits=None,
        until_repeated=(
            "left-over",
            "drift-missing",
            "drift-changed",
            "drift-extra",
            "drift-wrong-mode",
        ),
    ),
    Row(
        "a rebuilding of all projections",
        cli("rebuild", "--json"),
        _tree_is_as_it_should_be,
        _without_projections,
        commits=None,
    ),
    Row("a reset", cli("reset", "--confirm", "RESET", "--json"), _entry_is_there),
    Row(
        "a restoring",
        cli("restore", "1.0", "--json"),
        _entry_is_there,
        cli("reset", "--confirm", "RESET"),
    ),
    Row("an answered question", with_app(_ask), _answer_opens),
    Row("an erasure", with_app(_erase), _is_erased, with_app(_ask), until_repeated=("not-erased",)),
    Row("a base model that is made", with_app(_make_base), _base_is_whole, repeated=(0, 4)),
    Row(
        "the checking of a base model",
        with_app(_check_base),
        lambda app, name: name == "tiny",
        commits=None,
        until_repeated=("left-over",),
    ),
    Row(
        "a training with its certificate",
        with_app(lambda app: train_small(app, 77)),
        _version_stands,
        commits=None,
    ),
    Row(
        "a version that is signed",
        cli("sign", "1.0", "--json"),
        lambda app, done: done["signed"][0]["entry"] is None or _is_signed(app, done),
        _without_signing_key,
        commits=2,
    ),
    Row(
        "a rotation of the key that signs checkpoints",
        cli("keys", "rotate", "--reason", "yearly", "--json"),
        _is_own_key,
        commits=None,
    ),
    Row(
        "a rotation of the key that signs versions",
        cli("keys", "rotate", "--purpose", "model", "--reason", "yearly", "--json"),
        _is_own_key,
        commits=2,
    ),
    Row(
        "a passphrase that is set",
        _protect,
        lambda app, done: app.sealer.file.is_protected() and len(done["changed"]) == 1,
    ),
    Row(
        "a new workspace",
        cli("init", ".", "--origin", "test.example/log", "--json"),
        lambda app, done: app.settings.ledger.origin == done["origin"],
        _emptied,
        commits=None,
        repeated=(0, 4),
    ),
)
