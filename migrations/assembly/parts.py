"""The files of a version, and what its weights come to."""

from collections.abc import Iterable

from oneseek.migrations.assembly.adapters import Adapter, Form, form_of_chain
from oneseek.migrations.assembly.material import Filed
from oneseek.migrations.assembly.weighing import PLACEHOLDER_KIND, WEIGHTS_KINDS, Weighing
from oneseek.migrations.plan import Part
from oneseek.migrations.verdicts import Claim, Verdict


def part(filed: Filed, role: str) -> Part:
    """Return ``filed`` as a part of a version."""
    item = filed.item
    assert item.digest is not None
    return Part(path=item.path, digest=item.digest, size=item.size, role=role)


def parts_of(
    records: Iterable[Filed],
    weights: Iterable[Filed],
    chain: Iterable[Adapter],
    others: Iterable[Filed],
    weighing: Weighing,
) -> tuple[Part, ...]:
    """Return every file once, with its first role; what is quarantined is none of them."""
    found: dict[str, Part] = {}
    roles = [
        *((filed, "record") for filed in records),
        *((filed, "weights") for filed in weights),
        *((filed, "adapter") for adapter in chain for filed in adapter.weights),
        *((adapter.config, "adapter-config") for adapter in chain if adapter.config is not None),
        *((filed, "other") for filed in others),
    ]
    for filed, role in roles:
        # What people wrote is sealed, and no folder of a version may hold its bytes.
        if not filed.item.personal:
            found.setdefault(filed.item.path, part(filed, role))
    return tuple(
        found[path] for path in sorted(found) if not _hostile(path, weights, chain, weighing)
    )


def _hostile(
    path: str, weights: Iterable[Filed], chain: Iterable[Adapter], weighing: Weighing
) -> bool:
    every = [*weights, *(filed for adapter in chain for filed in adapter.weights)]
    return any(filed.item.path == path and weighing.judge(filed).quarantine for filed in every)


def form_of(chain: tuple[Adapter, ...], weights: tuple[Filed, ...], weighing: Weighing) -> Form:
    """Say what a version with this chain, or else with these weights, can be used for."""
    readable = [filed for filed in weights if filed.item.kind in WEIGHTS_KINDS]
    if chain:
        found = form_of_chain(chain, weighing)
        if found.form != "none" or not readable:
            return found
    if any(filed.item.kind == PLACEHOLDER_KIND for filed in weights) and not readable:
        return Form("none", "its weights are a placeholder: a text in the place of weights")
    if not readable:
        return Form("none", "there are no weights")
    judged = [weighing.judge(filed) for filed in readable]
    bad = next((one for one in judged if one.quarantine), None)
    if bad is not None:
        return Form("none", f"its weights are not opened: {bad.reason}")
    reason = "its weights are tensors of a model, no adapter; a whole model can be a base model"
    return Form("tensors", f"{reason}: oneseek base register")


def used_paths(form: Form, weights: Iterable[Filed], chain: Iterable[Adapter]) -> list[str]:
    """Return the files of weights that a version of this form stands on when it is used."""
    if form.form == "adapter":
        return [filed.item.path for adapter in chain for filed in adapter.weights]
    readable = sorted(filed.item.path for filed in weights if filed.item.kind in WEIGHTS_KINDS)
    return readable[:1]


def weights_claims(
    weights: Iterable[Filed], chain: Iterable[Adapter], weighing: Weighing
) -> list[Claim]:
    """Say of every file of weights that we hashed it, and what of it can be used."""
    claims = []
    for filed in [*weights, *(filed for adapter in chain for filed in adapter.weights)]:
        path, digest = filed.item.path, filed.item.digest
        if filed.item.kind == PLACEHOLDER_KIND:
            reason = "a placeholder, never weights: the old trainer wrote a text in their place"
            claims.append(_claim(path, "a file of weights", Verdict.ASSERTED, reason))
            continue
        if filed.item.kind not in WEIGHTS_KINDS:
            continue
        judged = weighing.judge(filed)
        reason = "newly hashed by us; the old system never hashed its weights"
        if judged.quarantine:
            reason = f"kept and not opened: {judged.reason}"
        claims.append(_claim(path, f"sha256 {digest}", Verdict.ASSERTED, reason))
    return claims


def _claim(path: str, says: str, verdict: Verdict, reason: str) -> Claim:
    return Claim(about=f"weights:{path}", says=says, verdict=verdict, reason=reason)
