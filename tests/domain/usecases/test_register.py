"""Registering base models and datasets: complete or refused, once, and committed to row by row."""

from dataclasses import replace
from typing import Any

import pytest

from oneseek.domain.dataset.commitment import row_root
from oneseek.domain.decisions.lookup import find_base, find_dataset
from oneseek.domain.digest import sha256
from oneseek.domain.errors import Conflict, FoundDamage, InvalidInput
from oneseek.domain.events import BaseModelRegistered, DatasetRegistered
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.stored import Receipt
from oneseek.domain.usecases.register_base import register_base
from oneseek.domain.usecases.register_dataset import register_dataset
from workbench import ROWS, Workbench

MODEL = {"config.json": b'{"model_type":"llama"}', "model.safetensors": b"weights"}


def register(
    bench: Workbench, files: dict[str, bytes], name: str = "tiny", **more: Any
) -> tuple[str, Receipt | None]:
    manifest = Manifest(
        tuple(ManifestFile(path, len(data), sha256(data)) for path, data in files.items())
    )
    return register_base(
        bench.ports,
        name=name,
        manifest=manifest,
        read=files.__getitem__,
        path="models/tiny",
        source="registered",
        **more,
    )


def test_a_base_model_is_recorded_with_its_manifest_and_architecture(bench: Workbench) -> None:
    digest, receipt = register(bench, MODEL, licence="MIT")
    assert receipt is not None
    event = bench.events()[-1]
    assert isinstance(event, BaseModelRegistered)
    assert (event.name, event.architecture, event.licence) == ("tiny", "llama", "MIT")
    assert (event.manifest, event.files, event.size) == (digest, 2, 29)
    assert Manifest.from_bytes(bench.objects.read(digest)).digest == digest


def test_registering_the_same_model_again_changes_nothing(bench: Workbench) -> None:
    digest, _ = register(bench, MODEL)
    assert register(bench, MODEL) == (digest, None)


def test_a_name_means_the_model_that_was_registered_last(bench: Workbench) -> None:
    first, _ = register(bench, MODEL)
    second, _ = register(bench, {**MODEL, "model.safetensors": b"other"})
    assert first != second
    with bench.ledger.view() as view:
        assert find_base(view, "tiny").manifest == second
        assert find_base(view, first).manifest == first
    assert register(bench, MODEL)[1] is not None


def test_one_model_may_have_two_names(bench: Workbench) -> None:
    digest, _ = register(bench, MODEL)
    assert register(bench, MODEL, name="small") == (digest, bench_receipt(bench))
    with bench.ledger.view() as view:
        assert find_base(view, "tiny").manifest == find_base(view, "small").manifest == digest


def bench_receipt(bench: Workbench) -> Receipt:
    head = bench.ledger.head()
    return Receipt(range(head.size - 1, head.size), head.size, head.checkpoint)


@pytest.mark.parametrize(
    ("files", "name", "reason"),
    [
        pytest.param({"model.safetensors": b"w"}, "tiny", r"no config\.json", id="no config"),
        pytest.param({"config.json": b"{}"}, "tiny", "configuration", id="not a configuration"),
        pytest.param({"config.json": MODEL["config.json"]}, "tiny", "no weights", id="no weights"),
        pytest.param(MODEL, "../up", "not a usable name", id="a name that leads out"),
    ],
)
def test_what_is_no_base_model_is_refused(
    bench: Workbench, files: dict[str, bytes], name: str, reason: str
) -> None:
    with pytest.raises(InvalidInput, match=reason):
        register(bench, files, name)
    assert bench.ledger.head().size == 2
    assert list(bench.objects.digests()) == []


def test_a_dataset_is_kept_and_every_row_committed_to(bench: Workbench) -> None:
    done = register_dataset(bench.ports, name="oneseek_identity_v1", data=ROWS, licence="cc0-1.0")
    event = bench.events()[-1]
    assert isinstance(event, DatasetRegistered)
    assert event == DatasetRegistered(
        name="oneseek_identity_v1",
        dataset=sha256(ROWS),
        size=len(ROWS),
        rows=10,
        row_root=row_root(done.text.lines, bench.vault.salts(sha256(ROWS))),
        language="sv",
        categories=("Identity",),
        licence="cc0-1.0",
    )
    assert bench.objects.read(sha256(ROWS)) == ROWS


def test_no_two_rows_share_a_salt(bench: Workbench) -> None:
    register_dataset(bench.ports, name="identity", data=ROWS)
    salts = bench.vault.salts(sha256(ROWS))
    assert len({salts[start : start + 32] for start in range(0, 320, 32)}) == 10


def test_registering_the_same_bytes_again_changes_nothing(bench: Workbench) -> None:
    first = register_dataset(bench.ports, name="identity", data=ROWS)
    again = register_dataset(bench.ports, name="identity", data=ROWS)
    assert again.receipt is None
    assert again.dataset == first.dataset


def test_another_name_for_the_same_bytes_keeps_the_commitment(bench: Workbench) -> None:
    register_dataset(bench.ports, name="identity", data=ROWS)
    assert register_dataset(bench.ports, name="again", data=ROWS).receipt is not None
    first, second = bench.events()[-2:]
    assert isinstance(first, DatasetRegistered)
    assert isinstance(second, DatasetRegistered)
    assert first.row_root == second.row_root
    with bench.ledger.view() as view:
        assert find_dataset(view, "identity").dataset == find_dataset(view, "again").dataset


def test_another_name_changes_neither_language_nor_categories(bench: Workbench) -> None:
    register_dataset(
        bench.ports, name="identity", data=ROWS, language="en", categories=("CivicID",)
    )
    register_dataset(bench.ports, name="again", data=ROWS)
    with bench.ledger.view() as view:
        found = find_dataset(view, "again")
    assert (found.name, found.language, found.categories) == ("identity", "en", ("CivicID",))


@pytest.mark.parametrize("name", ["identity", "again"])
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"language": "sv"}, "dataset identity already, with language en"),
        ({"categories": ("SwedID",)}, "dataset identity already, with categories CivicID"),
    ],
)
def test_the_same_bytes_with_another_language_are_refused(
    bench: Workbench, name: str, given: dict[str, Any], says: str
) -> None:
    register_dataset(
        bench.ports, name="identity", data=ROWS, language="en", categories=("CivicID",)
    )
    before = bench.events()
    with pytest.raises(Conflict, match=says):
        register_dataset(bench.ports, name=name, data=ROWS, **given)
    assert bench.events() == before


def test_a_registration_that_was_cut_off_is_taken_up_with_the_same_salts(bench: Workbench) -> None:
    bench.vault.put_salts(sha256(ROWS), b"s" * 320)
    done = register_dataset(bench.ports, name="identity", data=ROWS)
    event = bench.events()[-1]
    assert isinstance(event, DatasetRegistered)
    assert event.row_root == row_root(done.text.lines, b"s" * 320)


def test_salts_that_another_process_made_first_hold(bench: Workbench) -> None:
    class Rival:
        """Entropy during which somebody else registers the same dataset."""

        def token(self, size: int) -> bytes:
            bench.vault.put_salts(sha256(ROWS), b"r" * size)
            return b"o" * size

    ports = replace(bench.ports, entropy=Rival())
    done = register_dataset(ports, name="identity", data=ROWS)
    event = bench.events()[-1]
    assert isinstance(event, DatasetRegistered)
    assert event.row_root == row_root(done.text.lines, b"r" * 320)


def test_language_and_categories_may_be_given(bench: Workbench) -> None:
    register_dataset(
        bench.ports, name="identity", data=ROWS, language="fi", categories=("QA", "Ethics", "QA")
    )
    event = bench.events()[-1]
    assert isinstance(event, DatasetRegistered)
    assert (event.language, event.categories) == ("fi", ("Ethics", "QA"))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"name": ""}, "not a usable name", id="no name"),
        pytest.param({"name": "a/b"}, "not a usable name", id="a path as a name"),
        pytest.param({"language": "de"}, "unknown language 'de'", id="an unknown language"),
        pytest.param({"data": b""}, "no rows", id="an empty file"),
        pytest.param({"data": ROWS + b"{}\n"}, "line 11: missing field", id="a bad line"),
        pytest.param({"categories": ("Civic ID",)}, "category", id="a category with a blank"),
        pytest.param({"categories": ("Civic-ID",)}, "category", id="a category with a hyphen"),
        pytest.param({"categories": ("Självstyre",)}, "category", id="a category with an ä"),
        pytest.param({"categories": ("",)}, "category", id="an empty category"),
        pytest.param({"categories": ("C" * 200,)}, "categor", id="a category too long for a name"),
    ],
)
def test_what_is_no_dataset_is_refused_and_nothing_is_kept(
    bench: Workbench, changes: dict[str, Any], reason: str
) -> None:
    """A category stands in the name of every version that is trained on the dataset."""
    order: dict[str, Any] = {"name": "identity", "data": ROWS, **changes}
    with pytest.raises(InvalidInput, match=reason):
        register_dataset(bench.ports, **order)
    assert bench.ledger.head().size == 2
    assert list(bench.objects.digests()) == []
    assert not (bench.folder / "vault.db").exists()


def test_salts_of_another_length_are_not_used(bench: Workbench) -> None:
    bench.vault.put_salts(sha256(ROWS), b"s" * 32)
    with pytest.raises(FoundDamage):
        register_dataset(bench.ports, name="identity", data=ROWS)
    assert bench.ledger.head().size == 2
