"""Exporting a bundle: what goes in, always the same bytes, and both verifiers accept it."""

from dataclasses import replace

import pytest

from bundles.judging import ours, theirs
from bundles.table import WITNESS
from dossiers import heir
from oneseek.adapters.bundle.writing import write_bundle
from oneseek.adapters.keys.ed25519 import Ed25519Sealer, create_key, public_key
from oneseek.domain.bundle.parts import Bundle
from oneseek.domain.decisions.lookup import find_dataset, find_version
from oneseek.domain.dossier import gather
from oneseek.domain.errors import InvalidInput, LedgerBroken, NotFound
from oneseek.domain.events import KeyAdded
from oneseek.domain.note.signed_note import VerifierKey
from oneseek.domain.usecases import export_bundle as the_module
from oneseek.domain.usecases.certify import certify
from oneseek.domain.usecases.export_bundle import Wish, export_bundle
from oneseek.domain.usecases.register_dataset import register_dataset
from oneseek.domain.usecases.train import train
from workbench import ROWS, VERIFIER_SCRIPT, FakeTrainer, Workbench

WISH = Wish(b"print('a script')\n")


def made(bench: Workbench, text: str, wish: Wish = WISH) -> Bundle:
    with bench.ledger.view() as view:
        head, version = view.head, find_version(view, text)
        dossier = gather(bench.ledger, view, bench.objects.read, version)
    return export_bundle(bench.ports, dossier, head, wish)


def judged(bench: Workbench, bundle: Bundle, key: VerifierKey) -> list[int]:
    """The verdicts of both verifiers on a bundle that was written to a file."""
    path = bench.folder / "bundle.zip"
    write_bundle(path, bundle, bench.objects.open, lambda _: None)
    return [ours(path, (key,)).code, theirs([(path, (key,), ())])[0].code]


def continued(bench: Workbench) -> str:
    """Certify a version that continues from 2.0 and is evaluated on other rows."""
    held = ROWS.replace(b"Fr\xc3\xa5ga", b"Undran")
    register_dataset(bench.ports, name="held", data=held, language=None)
    with bench.ledger.view() as view:
        parent, dataset = find_version(view, "2.0"), find_dataset(view, "held")
    order = replace(bench.order("t3"), parent=parent, evaluation=dataset)
    train(bench.ports, FakeTrainer(b"t3"), order, lambda _: None)
    return certify(bench.ports, "t3", VERIFIER_SCRIPT)


def test_a_version_with_its_parent_is_accepted_by_both(stocked: Workbench) -> None:
    dna = continued(stocked)
    bundle = made(stocked, dna)
    assert judged(stocked, bundle, stocked.key) == [0, 0]
    groups = {path.partition("/")[0] for path in bundle.files}
    assert groups == {
        "README.txt", "bundle.json", "checkpoint", "entries", "keys", "manifests", "proofs",
        "rows", "verify_bundle.py",
    }  # fmt: skip
    assert len([path for path in bundle.files if path.startswith("rows/")]) == 2
    assert dna in bundle.files["README.txt"].decode()
    assert bundle.kept == {}


def test_a_dataset_that_was_registered_again_is_told_of_again(stocked: Workbench) -> None:
    register_dataset(stocked.ports, name="further", data=ROWS, licence="cc0-1.0")
    bundle = made(stocked, "1.0")
    assert any(b'"name":"further"' in raw for raw in bundle.files.values())
    assert judged(stocked, bundle, stocked.key) == [0, 0]


def test_no_row_and_no_salt_is_in_it(stocked: Workbench) -> None:
    files = made(stocked, "1.0").files
    whole = b"".join(files.values())
    with stocked.ledger.view() as view:
        dataset = find_dataset(view, "identity")
    salts = stocked.vault.salts(dataset.dataset)
    assert salts[:32] not in whole
    assert not any(line in whole for line in ROWS.splitlines())


def test_the_same_ledger_gives_the_same_bytes(stocked: Workbench) -> None:
    paths = [stocked.folder / f"{number}.zip" for number in (1, 2)]
    for path in paths:
        write_bundle(path, made(stocked, "1.0"), stocked.objects.open, lambda _: None)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    stocked.certify("t9")
    write_bundle(paths[1], made(stocked, "1.0"), stocked.objects.open, lambda _: None)
    assert paths[0].read_bytes() != paths[1].read_bytes()


def test_the_certified_folder_goes_along_where_asked_for(stocked: Workbench) -> None:
    bundle = made(stocked, "1.0", Wish(b"", with_model=True))
    assert any(path.endswith("/adapter_model.safetensors") for path in bundle.kept)
    assert judged(stocked, bundle, stocked.key) == [0, 0]


def test_documents_for_other_tools_and_keys_of_witnesses_go_along(stocked: Workbench) -> None:
    with stocked.ledger.view() as view:
        weights = find_version(view, "1.0").weights
    exports = {"model.txt": weights.encode()}
    bundle = made(stocked, "1.0", Wish(b"", exports=lambda dossier: exports, witnesses=(WITNESS,)))
    assert bundle.files["exports/model.txt"] == weights.encode()
    assert bundle.files[f"keys/witness/{WITNESS.key_id:08x}.vkey"] == f"{WITNESS}\n".encode()
    assert judged(stocked, bundle, stocked.key) == [0, 0]


def second_machine(bench: Workbench) -> VerifierKey:
    """Announce the key of a second machine; from here on it writes."""
    pem = bench.folder / "second.pem"
    create_key(pem, bench.key.name)
    key = public_key(pem, bench.key.name)
    bench.append(KeyAdded(purpose="checkpoint", verifier=str(key)))
    bench.ports = replace(
        bench.ports, ledger=bench.location.open(Ed25519Sealer(bench.key.name, pem), bench.key.name)
    )
    bench.ledger = bench.ports.ledger  # type: ignore[assignment]
    return key


def test_who_trusts_the_first_key_believes_what_a_second_machine_signed(
    stocked: Workbench,
) -> None:
    key = second_machine(stocked)
    dna = stocked.certify("t5")
    bundle = made(stocked, dna)
    assert [path for path in bundle.files if path.startswith("chain/")]
    assert judged(stocked, bundle, stocked.key) == [0, 0]
    assert judged(stocked, bundle, key) == [0, 0]


def test_a_checkpoint_that_vouches_by_itself_is_the_head(stocked: Workbench) -> None:
    second_machine(stocked)
    bundle = made(stocked, "1.0")
    assert not [path for path in bundle.files if path.startswith("chain/")]
    assert judged(stocked, bundle, stocked.key) == [0, 0]


def test_older_checkpoints_that_witnesses_cosigned_go_along(stocked: Workbench) -> None:
    size, note = stocked.ledger.checkpoint_covering(8)
    bundle = made(stocked, "1.0", Wish(b"", cosigned={size: note}))
    assert bundle.files[f"chain/{size}.checkpoint"] == note
    assert judged(stocked, bundle, stocked.key) == [0, 0]


def test_row_hashes_are_left_out_where_there_are_too_many_or_the_salts_are_gone(
    stocked: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows() -> list[str]:
        return [path for path in made(stocked, "1.0").files if path.startswith("rows/")]

    assert len(rows()) == 1
    monkeypatch.setattr(the_module, "MAX_ROWS", 9)
    assert rows() == []
    monkeypatch.undo()

    def gone(dataset: str) -> bytes:
        raise NotFound("the salts were destroyed")

    monkeypatch.setattr(stocked.vault, "salts", gone)
    assert rows() == []


def test_an_announcement_that_no_checkpoint_covers_is_a_broken_ledger(
    stocked: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    second_machine(stocked)

    def none(index: int) -> tuple[int, bytes]:
        raise NotFound("no checkpoint covers it")

    monkeypatch.setattr(stocked.ports.ledger, "checkpoint_covering", none)
    with pytest.raises(LedgerBroken, match="no checkpoint covers"):
        made(stocked, "1.0")


def test_more_files_than_a_zip_counts_are_refused(
    stocked: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from oneseek.domain.bundle import layout

    monkeypatch.setattr(layout, "MAX_FILES", 20)
    with pytest.raises(InvalidInput, match="at most 20 files"):
        made(stocked, "1.0")


def test_a_lineage_that_ends_at_an_imported_version_goes_into_a_bundle(
    stocked: Workbench,
) -> None:
    dossier = heir(stocked)
    ancestor = dossier.ancestor
    assert ancestor is not None
    bundle = made(stocked, dossier.subject.version.dna)
    assert f"manifests/{ancestor.version.manifest}.json" in bundle.files
    assert f"entries/{ancestor.imported.index}.json" in bundle.files
    assert judged(stocked, bundle, stocked.key) == [0, 0]
