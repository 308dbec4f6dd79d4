"""Certification: numbers really increment, names say what they cover, files are complete."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from oneseek.domain.digest import sha256
from oneseek.domain.errors import Conflict, NotFound
from oneseek.domain.events import TrainingCompleted, VersionCertified, VersionNumbered
from oneseek.domain.manifest import Manifest
from oneseek.domain.names import DnaName
from oneseek.domain.usecases.certify import certify
from workbench import VERIFIER_SCRIPT, Clock, Workbench


def test_versions_of_a_line_are_numbered_one_after_the_other(bench: Workbench) -> None:
    bench.add_materials()
    names = [DnaName.parse(bench.certify(f"t{number}")) for number in range(3)]
    assert [name.version for name in names] == ["1.0", "2.0", "3.0"]
    assert DnaName.parse(bench.certify("t3", language="en")).version == "1.0"
    assert DnaName.parse(bench.certify("t4", language="ensv")).version == "1.0"
    assert DnaName.parse(bench.certify("t5")).version == "4.0"
    assert len({name.weights8 for name in names}) == 3
    assert bench.audit().findings == ()


def test_a_certificate_is_a_number_and_a_version_in_one_group(bench: Workbench) -> None:
    bench.add_materials()
    dna = bench.certify("t1")
    numbered, certified = bench.events()[-2:]
    assert numbered == VersionNumbered(language="sv", major=1, minor=0, training="t1")
    assert isinstance(certified, VersionCertified)
    assert (certified.dna, certified.training) == (dna, "t1")
    assert certified.weights == sha256(b"t1")
    name = DnaName.parse(dna)
    assert name.weights8 == sha256(b"t1")[:8]
    assert name.time8 == sha256(certified.certified_at.encode())[:8]
    assert name.categories == ("Identity",)
    version = bench.version(dna)
    assert version.index == bench.ledger.head().size - 1
    assert version.manifest == certified.manifest


def test_every_file_of_a_version_is_kept_before_its_entry(bench: Workbench) -> None:
    bench.add_materials()
    dna = bench.certify("t1")
    manifest = Manifest.from_bytes(bench.objects.read(bench.version(dna).manifest))
    found = {file.path: bench.objects.read(file.digest) for file in manifest.files}
    assert sorted(found) == [
        "README.md",
        "adapter_config.json",
        "adapter_model.safetensors",
        "metadata.json",
        "training_results.json",
        "verify_integrity.py",
    ]
    assert all(file.size == len(found[file.path]) for file in manifest.files)
    assert found["verify_integrity.py"] == VERIFIER_SCRIPT
    metadata = json.loads(found["metadata.json"])
    assert metadata["dna"] == dna
    completed = next(
        index for index, event in enumerate(bench.events()) if isinstance(event, TrainingCompleted)
    )
    assert metadata["provenance"]["ledger_block_id"] == completed
    certified = bench.events()[-1]
    assert isinstance(certified, VersionCertified)
    assert metadata["timestamp"] == certified.certified_at


def test_a_training_is_certified_once(bench: Workbench) -> None:
    bench.add_materials()
    bench.certify("t1")
    with pytest.raises(Conflict, match="certified"):
        certify(bench.ports, "t1", VERIFIER_SCRIPT)


def test_an_unknown_training_is_not_certified(bench: Workbench) -> None:
    with pytest.raises(NotFound):
        certify(bench.ports, "t1", VERIFIER_SCRIPT)


@dataclass
class RivalClock(Clock):
    """A clock during whose first reading somebody else certifies a training."""

    bench: Workbench | None = None
    training: str = ""

    def now(self) -> datetime:
        if self.bench is not None:
            bench, self.bench = self.bench, None
            certify(bench.as_actor("bo"), self.training, VERIFIER_SCRIPT)
            self.time = bench.clock.time
        return super().now()


def test_two_certifications_at_the_same_time_never_get_one_number(bench: Workbench) -> None:
    bench.add_materials()
    bench.train("t1")
    bench.train("t2")
    clock = RivalClock(time=bench.clock.time, bench=bench, training="t2")
    dna = certify(replace(bench.ports, clock=clock), "t1", VERIFIER_SCRIPT)
    certified = [event for event in bench.events() if isinstance(event, VersionCertified)]
    assert [(event.training, event.major) for event in certified] == [("t2", 1), ("t1", 2)]
    assert DnaName.parse(dna).version == "2.0"
    # Name and files were made again: nothing in them says 1.0.
    manifest = Manifest.from_bytes(bench.objects.read(bench.version(dna).manifest))
    files = {file.path: bench.objects.read(file.digest) for file in manifest.files}
    assert json.loads(files["metadata.json"])["version"] == "2.0"
    assert dna.encode() in files["README.md"]
    assert bench.audit().findings == ()


def test_a_training_that_somebody_else_certified_meanwhile_is_refused(bench: Workbench) -> None:
    bench.add_materials()
    bench.train("t1")
    clock = RivalClock(time=bench.clock.time, bench=bench, training="t1")
    with pytest.raises(Conflict, match="certified"):
        certify(replace(bench.ports, clock=clock), "t1", VERIFIER_SCRIPT)
    assert sum(isinstance(event, VersionCertified) for event in bench.events()) == 1
