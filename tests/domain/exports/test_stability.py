"""Documents on how a version came to be: what happens afterwards does not change them."""

import pytest
from msgspec.structs import replace as changed

import builders as make
from dossiers import dossier_of
from oneseek.domain.events import VersionActivated
from oneseek.domain.exports import cyclonedx, model_card, slsa, spdx
from oneseek.domain.exports.export import VersionExport
from workbench import Workbench

FORMATS = (slsa.FORMAT, cyclonedx.FORMAT, spdx.FORMAT, model_card.FORMAT)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_what_happens_after_certification_changes_nothing(
    form: VersionExport, stocked: Workbench
) -> None:
    before = dossier_of(stocked, "1.0")
    version, base, dataset = before.subject.version, before.subject.base, before.subject.dataset
    named = {"manifest": version.manifest, "dna": version.dna}
    stocked.append(VersionActivated(**named, previous=None))
    stocked.append(changed(make.signed(), **named))
    stocked.append(changed(make.reproduced(), **named))
    measured = changed(make.METRICS, loss="0.125", exact_match="1.0")
    stocked.append(changed(make.measured(version.training), after=measured))
    stocked.append(changed(base.event, name="again", licence="mit"))
    stocked.append(changed(dataset.event, name="again", licence="mit"))
    stocked.append(changed(make.withdrawn(), **named))
    stocked.append(make.registry_reset())
    after = dossier_of(stocked, "1.0")
    assert len(after.entries()) == len(before.entries()) + 8
    assert form.render(after) == form.render(before)
