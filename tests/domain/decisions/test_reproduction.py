"""The verdict on a repeated training: what counts as rounding, and what does not."""

import json

import pytest
from msgspec import structs

from builders import ENVIRONMENT, digest
from oneseek.domain.decisions.reproduction import (
    compare_environments,
    compare_files,
    compare_settings,
    furthest_first,
    judge,
    within,
)
from oneseek.domain.manifest import Manifest, ManifestFile
from oneseek.domain.reproduction import TOLERANCE, Difference, TensorDifference

WEIGHTS = Difference(what="adapter_model.safetensors", recorded="a", repeated="b")
CONFIG = Difference(what="adapter_config.json", recorded="a", repeated="b")
BINARY = Difference(what="adapter_model.bin", recorded="a", repeated="b")
TOKENS = Difference(what="tokenizer.json", recorded="a", repeated=None)


def tensor(
    name: str = "a", error: float | None = 0.0, peak: float | None = 0.0, *, same: bool = False
) -> TensorDifference:
    return TensorDifference(
        name=name, shape=(2,), same=same, distance=1.0, moved=1.0, error=error, largest=1.0,
        peak=peak,
    )  # fmt: skip


NEAR = tensor("near", 1e-5, 1e-4)
FAR = tensor("far", 0.5, 0.5)
SAME = tensor("same", same=True)


@pytest.mark.parametrize(
    ("files", "settings", "tensors", "verdict", "reason"),
    [
        ([], [], [SAME], "same-bytes", "every produced file has the recorded bytes"),
        ([WEIGHTS], [], [SAME, NEAR], "within-tolerance", "1 of 2 tensors differ by rounding"),
        ([WEIGHTS, BINARY], [], [NEAR], "within-tolerance", "1 of 1 tensors"),
        ([CONFIG], [], [SAME], "within-tolerance", "written otherwise: adapter_config.json"),
        ([WEIGHTS], [], [NEAR, FAR], "different", "1 of 2 tensors beyond the tolerance: far"),
        ([CONFIG], [CONFIG], [SAME], "different", "other settings: adapter_config.json"),
        ([TOKENS], [], [SAME], "different", "other bytes: tokenizer.json"),
        ([BINARY], [], [SAME], "different", "other bytes: adapter_model.bin"),
        ([WEIGHTS, TOKENS], [], [FAR], "different", "tolerance: far; other bytes: tokenizer.json"),
    ],
)  # fmt: skip
def test_the_verdict_follows_from_files_settings_and_tensors(
    files: list[Difference],
    settings: list[Difference],
    tensors: list[TensorDifference],
    verdict: str,
    reason: str,
) -> None:
    found, why = judge(files, settings, tensors, TOLERANCE)
    assert found == verdict
    assert reason in why


@pytest.mark.parametrize(
    ("found", "near"),
    [
        (tensor(error=1e-4, peak=1e-3), True),
        (tensor(error=1.1e-4, peak=1e-3), False),
        (tensor(error=1e-4, peak=1.1e-3), False),
        (tensor(error=None, peak=None), False),
        (tensor(error=0.0, peak=None), False),
        (tensor(error=None, peak=None, same=True), True),
    ],
)
def test_both_measures_must_be_within_their_limit(found: TensorDifference, near: bool) -> None:
    assert within(found, TOLERANCE) is near


def test_the_furthest_tensor_comes_first_and_what_cannot_be_measured_before_it() -> None:
    unknown = tensor("unknown", None, None)
    listed = furthest_first([SAME, NEAR, FAR, unknown])
    assert [item.name for item in listed] == ["unknown", "far", "near", "same"]


def test_files_of_which_one_side_has_other_bytes_are_listed() -> None:
    old = Manifest(tuple(ManifestFile(name, 1, digest(name)) for name in ("a", "b", "c")))
    new = Manifest(
        (
            ManifestFile("a", 1, digest("a")),
            ManifestFile("b", 1, digest("other")),
            ManifestFile("d", 1, digest("d")),
        )
    )
    assert compare_files(old, new) == (
        Difference(what="b", recorded=digest("b"), repeated=digest("other")),
        Difference(what="c", recorded=digest("c"), repeated=None),
        Difference(what="d", recorded=None, repeated=digest("d")),
    )


@pytest.mark.parametrize(
    ("old", "new", "differing"),
    [
        ({"r": 8, "bias": "none"}, {"bias": "none", "r": 8}, []),
        ({"r": 8}, {"r": 16}, ["r"]),
        ({"r": 8}, {"r": 8, "new_feature": None, "other": False, "list": []}, []),
        ({"r": 8}, {"r": 8, "new_feature": True}, ["new_feature"]),
        ({"r": 8, "use_rslora": True}, {"r": 8}, ["use_rslora"]),
    ],
)
def test_settings_count_where_they_say_something_else(
    old: object, new: object, differing: list[str]
) -> None:
    found = compare_settings(json.dumps(old).encode(), json.dumps(new).encode())
    assert [setting.what for setting in found] == differing


def test_settings_are_shown_side_by_side_and_no_json_has_none() -> None:
    assert compare_settings(b"not JSON", b'{"r":8}') == (
        Difference(what="r", recorded=None, repeated="8"),
    )


def test_environments_are_compared_fact_by_fact_with_every_library() -> None:
    now = structs.replace(
        ENVIRONMENT,
        accelerator="NVIDIA H200",
        code_changed=True,
        packages={"peft": "0.21.2", "torch": "2.14.0"},
    )
    assert compare_environments(ENVIRONMENT, now) == (
        Difference(what="accelerator", recorded=None, repeated="NVIDIA H200"),
        Difference(what="code changed", recorded=None, repeated="yes"),
        Difference(what="torch", recorded="2.13.0", repeated="2.14.0"),
        Difference(what="peft", recorded=None, repeated="0.21.2"),
    )
    clean = structs.replace(now, code_changed=False)
    assert [fact.repeated for fact in compare_environments(now, clean)] == ["no"]
    assert compare_environments(now, now) == ()
