import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from legacy_names import BASE, NUMBERS, STAMP, parts, read, reason
from legacy_samples import sample
from oneseek.migrations.rules.names import Unreadable, read_name

ZERO = {"model": "oneseek-7b-zero", "generation": "L2", "major": 1}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "OQT-1.0.v13.2",
            {"generation": "L0", "model": "OQT-1.0", "major": 13, "minor": 2},
        ),
        ("OQT-1.0.v13", {"generation": "L0", "model": "OQT-1.0", "major": 13}),
        (
            "oqt-1.0-v1.0.pth",
            {
                "generation": "L0",
                "model": "oqt-1.0",
                "major": 1,
                "minor": 0,
                "extension": ".pth",
            },
        ),
        ("oqt-1.0-v13.2", {"generation": "L0", "model": "oqt-1.0", "major": 13, "minor": 2}),
        ("1.2.0", {"generation": "L1", "major": 1, "minor": 2, "patch": 0}),
        (
            "model_version_1_0_0.json",
            {"generation": "L1", "major": 1, "minor": 0, "patch": 0, "extension": ".json"},
        ),
        ("OneSeek-7B-Zero.v1.1", ZERO | {"model": "OneSeek-7B-Zero", "minor": 1}),
        (
            "OneSeek-7B-Zero-SV.v1.1",
            ZERO | {"model": "OneSeek-7B-Zero", "minor": 1, "language": "sv"},
        ),
        ("oneseek-7b-zero-v1.1.json", ZERO | {"minor": 1, "extension": ".json"}),
        (
            "oneseek-7b-zero-v1.1-SV.json",
            ZERO | {"minor": 1, "language": "sv", "extension": ".json"},
        ),
        (
            "oneseek-7b-zero-v1.1-SV-mistral-7b.pth",
            ZERO | {"minor": 1, "language": "sv", "base": "mistral-7b", "extension": ".pth"},
        ),
        ("oneseek-7b-zero-v1.1-no-model", ZERO | {"minor": 1, "base": "no-model"}),
        ("oneseek-7b-zero-v1.1-SVx", ZERO | {"minor": 1, "base": "SVx"}),
        ("oneseek-7b-zero-v1.1-20261120182436", ZERO | {"minor": 1, "stamp": "20261120182436"}),
        ("oneseek-7b-zero-v1.1-mistral-7b", ZERO | {"minor": 1, "base": "mistral-7b"}),
        (
            "oneseek-7b-zero-v1.1-KB-Llama-3.1-8B-Swedish.pth",
            ZERO | {"minor": 1, "base": "KB-Llama-3.1-8B-Swedish", "extension": ".pth"},
        ),
        (
            "oneseek-7b-zero-v1.0-kb-llama-3-1-8b-swedish-20261120182436",
            ZERO | {"minor": 0, "base": "kb-llama-3-1-8b-swedish", "stamp": "20261120182436"},
        ),
        ("1.1-SV", {"generation": "L2", "major": 1, "minor": 1, "language": "sv"}),
        ("1.0", {"generation": "L2", "major": 1, "minor": 0}),
        ("v13.2", {"generation": "L2", "also": ("L0",), "major": 13, "minor": 2}),
        (
            "OneSeek-7B-Zero.v1.0.sv.dsab.79171dc2.3a95b79b.Q5_K_M.gguf",
            {
                "generation": "D3",
                "model": "OneSeek-7B-Zero",
                "major": 1,
                "minor": 0,
                "language": "sv",
                "datasets": ("ab",),
                "hashes": ("79171dc2", "3a95b79b"),
                "quantization": "Q5_K_M",
                "extension": ".gguf",
            },
        ),
    ],
)
def test_each_form_with_a_version_is_read_to_its_parts(text: str, found: dict[str, object]) -> None:
    assert parts(text) == found


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("ONESEEK-7B-ZERO.v1.1", "the old code began no name with 'ONESEEK-7B-ZERO.v'"),
        ("OneSeek-7B-Zero-v1.1.json", "began no name with 'OneSeek-7B-Zero-v'"),
        ("OneSeek-7B-Zero.V1.1", "began no name with 'OneSeek-7B-Zero.V'"),
        ("OneSeek-7B-Zero.v1.1~0123abcd", "'~0123abcd' is only there to tell two versions"),
        ("oneseek-7b-zero-v1.1-sv.json", "'sv' is read as the language"),
        ("OneSeek-7B-Zero-SV.v1.1-EN", "it names two languages, sv and en"),
        ("oneseek-7b-zero-v1.0-mistral-20261399182436", "stands where a time should be"),
        ("OneSeek-7B-Zero.v1.1.Q4_K_M.gguf", "no quantization called 'Q4_K_M'"),
        ("OneSeek-7B-Zero.v1.1.gguf", "does not say how it was quantized"),
        (" OneSeek-7B-Zero.v1.1", "blanks around it were ignored"),
        ("v13.2", "does not say whether OQT's or OneSeek's is meant"),
        (unicodedata.normalize("NFD", "oneseek-7b-zero-v1.0-blåbär"), "it is not in NFC"),
    ],
)
def test_what_is_odd_is_read_and_told(text: str, remark: str) -> None:
    assert remark in " ".join(read(text).remarks)


@pytest.mark.parametrize(
    "extension",
    [
        *(".json", ".pth", ".pt", ".bin", ".safetensors", ".gguf", ".PTH"),
        *(".json.bak", ".json.tmp", ".manifest.json", ".gguf.manifest.json"),
    ],
)
def test_extensions_of_weights_and_records_are_set_apart(extension: str) -> None:
    name = read(f"oneseek-7b-zero-v1.1{extension}")
    assert (name.version, name.base, name.extension) == ("1.1", None, extension)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        ("  ", "it is empty"),
        ("x" * 1001, "it has 1001 characters, and no name has more than 1000"),
        ("a\nb", r"it holds the character '\n', which no name can hold"),
        ("a\udcffb", r"it holds the character '\udcff', which no name can hold"),
        ("a/b", "it holds '/': it is a path, not a name"),
        ("C:\\b", r"it holds '\\': it is a path, not a name"),
        ("metadata.json", "'metadata' begins as no name of the old system does"),
        ("OneSeek-7B-Zero", "no version follows the model in 'OneSeek-7B-Zero'"),
        (
            "OneSeek-7B-Zero-CURRENT",
            "'OneSeek-7B-Zero-CURRENT' is the pointer to the active model, not a name of one",
        ),
        ("oqt-1.0-v13.x", "'.x' stands behind an OQT version, which ends such a name"),
        ("1.1-model", "'-model' behind the version is no language, base model or time"),
        ("oneseek-7b-zero-v1.1-", "'-' behind the version is no language, base model or time"),
    ],
)
def test_what_is_no_name_says_why(text: str, why: str) -> None:
    assert reason(text) == why


def test_a_usual_name_is_not_odd() -> None:
    assert read("OneSeek-7B-Zero.v1.0.sv.dsoneseek-identity-core.79171dc2.3a95b79b").remarks == ()
    assert read("oneseek-7b-zero-v1.0-kb-llama-3-1-8b-swedish-20261120182436").remarks == ()


def test_twins_of_composed_letters_have_one_normal_form_and_keep_their_own_text() -> None:
    composed = "OneSeek-7B-Zero.v1.0.sv.dsblåbär.79171dc2.3a95b79b"
    decomposed = unicodedata.normalize("NFD", composed)
    one, other = read(composed), read(decomposed)
    assert one.normal == other.normal == composed
    assert other.text == decomposed
    assert one.datasets != other.datasets


def test_a_long_part_is_cut_in_the_sentence_and_controls_of_a_terminal_are_escaped() -> None:
    assert len(reason("x" * 999)) < 120
    assert "\\u202e" in reason("x\u202etxt")


@given(
    st.text(st.characters(), max_size=60) | st.from_regex(r"(?i)oneseek-7b-zero[.-]v[0-9.a-f-]*")
)
def test_no_text_at_all_makes_reading_fail(text: str) -> None:
    name = read_name(text)
    assert name.text == text
    if isinstance(name, Unreadable):
        assert name.reason.startswith("unreadable because ")


@given(NUMBERS, NUMBERS)
def test_versions_of_oqt_are_read_back(major: int, minor: int) -> None:
    for text in (f"OQT-1.0.v{major}.{minor}", f"oqt-1.0-v{major}.{minor}.pth"):
        name = read(text)
        assert (name.generation, name.major, name.minor, name.hashes) == ("L0", major, minor, ())


@given(NUMBERS, NUMBERS, NUMBERS)
def test_versions_of_three_numbers_are_read_back(major: int, minor: int, patch: int) -> None:
    for text in (f"{major}.{minor}.{patch}", f"model_version_{major}_{minor}_{patch}.json"):
        name = read(text)
        assert (name.generation, name.major, name.minor, name.patch) == ("L1", major, minor, patch)


@given(NUMBERS, NUMBERS, st.booleans(), st.none() | BASE, st.none() | STAMP)
def test_names_of_weights_and_adapters_are_read_back(
    major: int, minor: int, swedish: bool, base: str | None, stamp: str | None
) -> None:
    assume(stamp is None or base is not None)
    ends = ["SV"] * swedish + [end for end in (base, stamp) if end]
    name = read("-".join([f"oneseek-7b-zero-v{major}.{minor}", *ends]))
    assert (name.generation, name.major, name.minor) == ("L2", major, minor)
    assert name.language == ("sv" if swedish else None)
    assert (name.base, name.stamp) == (base, stamp)


def test_every_folder_of_a_real_certified_tree_is_read() -> None:
    tree = sample("reset_before_after") / "0_before/models/oneseek-certified"
    folders = [entry.name for entry in tree.glob("OneSeek-*") if (entry / "metadata.json").exists()]
    found = {name: read(name) for name in folders if "CURRENT" not in name}
    assert len(found) == 3
    assert {name.generation for name in found.values()} == {"D3"}
    assert {name.language for name in found.values()} == {"en", "sv", "ensv"}
    adapters = [read(folder.name) for folder in (tree / "lora_adapters").iterdir()]
    assert {name.base for name in adapters} == {"kb-llama-3-1-8b-swedish"}
    assert sorted(name.stamp or "" for name in adapters) == [
        "",
        "20261120182436",
        "20261120182538",
        "20261120182903",
    ]


def test_every_weight_and_checkpoint_of_the_oqt_tree_is_read() -> None:
    tree = sample("oqt_docs_tree") / "models/oqt"
    weights = [read(file.name) for file in (tree / "weights").glob("oqt-*")]
    assert {name.version for name in weights} == {
        *("1.0", "1.1", "1.2"),
        *("13.0", "13.1", "13.2", "13.3", "13.4", "14.0"),
    }
    checkpoints = [read(file.name) for file in (tree / "checkpoints").rglob("*.pth")]
    assert {name.stamp for name in checkpoints} == {"2025-11-20", "2025-11-21", "week-47"}


def test_every_version_that_real_trees_hold_is_read() -> None:
    files = [
        entry.name
        for tree in (
            "certified_cli",
            "era1_oqt_1_0",
            "era2_identity_simulated_en_sv",
            "oqt_docs_tree",
        )
        for entry in sample(tree).rglob("*")
        if re.match(r"OneSeek-7B-Zero\.|(oneseek-7b-zero|oqt-1\.0)-v|model_version_", entry.name)
    ]
    assert len(files) > 20
    assert {read(name).version for name in files} >= {"1.0", "1.1", "1.0.0", "1.1.0", "13.4"}
