import pytest
from hypothesis import example, given

from legacy_names import HEX8, LANGUAGE, NUMBERS, TOKENS, parts, read, reason
from oneseek.migrations.rules.categories import CATEGORIES

MODEL = {"model": "OneSeek-7B-Zero", "major": 1, "minor": 0}


@pytest.mark.parametrize(
    ("behind", "more"),
    [
        pytest.param(
            "3f853edf.384ff419.8324c962",
            {"generation": "D1", "hashes": ("3f853edf", "384ff419", "8324c962")},
            id="three hashes are the first generation",
        ),
        pytest.param(
            "141521ad.90cdf6f1",
            {"generation": "D2o", "hashes": ("141521ad", "90cdf6f1")},
            id="two hashes alone are the short form of examples",
        ),
        pytest.param(
            "42a8c9",
            {"generation": "short", "hashes": ("42a8c9",)},
            id="six digits are a document's short form",
        ),
        pytest.param(
            "ff1f306d",
            {"generation": "short", "hashes": ("ff1f306d",)},
            id="one hash is the form of the training settings",
        ),
        pytest.param(
            "en.dsCivicID-Identity.122f4be4.b480f3b2",
            {
                "generation": "D2",
                "also": ("D3",),
                "language": "en",
                "datasets": ("CivicID", "Identity"),
                "hashes": ("122f4be4", "b480f3b2"),
            },
            id="sorted categories are the second generation, or the third",
        ),
        pytest.param(
            "sv.dsGeneral.122f4be4.b480f3b2",
            {
                "generation": "D2",
                "also": ("D3",),
                "language": "sv",
                "datasets": ("General",),
                "hashes": ("122f4be4", "b480f3b2"),
            },
            id="General is the second generation without a category",
        ),
        pytest.param(
            "sv.dsDefault.122f4be4.b480f3b2",
            {
                "generation": "D3",
                "language": "sv",
                "datasets": ("Default",),
                "hashes": ("122f4be4", "b480f3b2"),
            },
            id="Default is the certified generation without a token",
        ),
        pytest.param(
            "sv.dsSwedID-CivicID.122f4be4.b480f3b2",
            {
                "generation": "D3",
                "language": "sv",
                "datasets": ("SwedID", "CivicID"),
                "hashes": ("122f4be4", "b480f3b2"),
            },
            id="the second generation sorted, so what is not sorted is certified",
        ),
        pytest.param(
            "sv.dsCivicID-Ethics-Nordic-QA.122f4be4.b480f3b2",
            {
                "generation": "D2",
                "language": "sv",
                "datasets": ("CivicID", "Ethics", "Nordic", "QA"),
                "hashes": ("122f4be4", "b480f3b2"),
            },
            id="four categories are more than a certified name takes",
        ),
        pytest.param(
            "sv.dsmy_category.122f4be4.b480f3b2",
            {
                "generation": "D2",
                "language": "sv",
                "datasets": ("my_category",),
                "hashes": ("122f4be4", "b480f3b2"),
            },
            id="an underscore is a hyphen of the second generation",
        ),
        pytest.param(
            "sv.dsoneseek-identity-core.79171dc2.3a95b79b",
            {
                "generation": "D3",
                "language": "sv",
                "datasets": ("oneseek", "identity", "core"),
                "hashes": ("79171dc2", "3a95b79b"),
            },
            id="words of a file's name are the certified generation",
        ),
        pytest.param(
            "sv.dsmin data.v2-åäö.79171dc2.3a95b79b",
            {
                "generation": "D3",
                "language": "sv",
                "datasets": ("min data.v2", "åäö"),
                "hashes": ("79171dc2", "3a95b79b"),
            },
            id="dots, blanks and Swedish letters stay in their data set",
        ),
        pytest.param(
            "en.ds.jsonl.79171dc2.3a95b79b",
            {
                "generation": "D3",
                "language": "en",
                "datasets": (".jsonl",),
                "hashes": ("79171dc2", "3a95b79b"),
            },
            id="a file called .jsonl is its own stem",
        ),
    ],
)
def test_each_generation_is_read_to_its_parts(behind: str, more: dict[str, object]) -> None:
    assert parts(f"OneSeek-7B-Zero.v1.0.{behind}") == MODEL | more


@pytest.mark.parametrize(
    ("text", "generation", "remark"),
    [
        (
            "OneSeek-7B-Zero.v1.1.sv.dseducation-civic-literacy.327c4b45.23151a7b",
            "D3m",
            "training always wrote 1.0, so 1.1 comes from a merge",
        ),
        (
            "OneSeek-7B-Zero.v2.0.sv.dsCivicID.327c4b45.23151a7b",
            "D2",
            "a certified name can hold the same words",
        ),
        (
            "OneSeek-7B-Zero.v1.0.sv.dsoneseek",
            "D3",
            "an old parser cut a name at the first hyphen",
        ),
        ("OneSeek-7B-Zero.v1.0.sv", "L2", "nothing stands behind the language"),
        ("OneSeek-7B-Zero.v1.0.de.dsab.327c4b45.23151a7b", "D3", "the language 'de' is none of"),
        ("OneSeek-7B-Zero.v1.0.dsab.327c4b45.23151a7b", "D3", "it has no language"),
        ("OneSeek-7B-Zero.v1.0.sv.327c4b45.23151a7b", "D3", "but no data sets"),
        ("OneSeek-7B-Zero.v1.0.sv.dsab.deadbeef.327c4b45.23151a7b", "D3", "looks like a hash"),
        ("OneSeek-7B-Zero.v1.0.sv.dsab.327C4B45.23151a7b", "D3", "upper-case digits"),
        (
            "OneSeek-7B-Zero.v1.0.sv.dsa-bc.327c4b45.23151a7b",
            "D3",
            "no program wrote its data sets",
        ),
        ("OneSeek-7B-Zero-SV.v1.0.en.dsab.327c4b45.23151a7b", "D3", "it says 'sv', then 'en'"),
        ("v1.0.sv.327c4b45.23151a7b", "D2s", "but no data sets"),
    ],
)
def test_what_is_odd_is_read_and_told(text: str, generation: str, remark: str) -> None:
    name = read(text)
    assert name.generation == generation
    assert remark in " ".join(name.remarks)


def test_merges_say_that_a_name_of_categories_may_be_theirs() -> None:
    name = read("OneSeek-7B-Zero.v2.0.sv.dsCivicID.327c4b45.23151a7b")
    assert name.generations == ("D2", "D3m")


def test_a_name_without_a_model_is_the_standalone_form() -> None:
    assert parts("v1.237.sv.dsCivicID-SwedID.8f3a1c9d.2e7f4b1a") == {
        "generation": "D2s",
        "major": 1,
        "minor": 237,
        "language": "sv",
        "datasets": ("CivicID", "SwedID"),
        "hashes": ("8f3a1c9d", "2e7f4b1a"),
    }


@pytest.mark.parametrize(
    ("behind", "why"),
    [
        (
            "sv.dsCivicID+Autonomy.f1e2d3c4.b5e6f7a8",
            "the part 'dsCivicID+Autonomy' has a '+', which no program wrote there",
        ),
        (
            "sv.dsCivicID+Autonomy.f1e2d3c4.b5e6f7g8",
            "the part 'dsCivicID+Autonomy' has a '+', which no program wrote there and "
            "the part 'b5e6f7g8' is no hash of eight hexadecimal digits",
        ),
        (
            "abc123.def456.789xyz",
            "the part 'def456' is no hash of eight hexadecimal digits and "
            "the part '789xyz' is no hash of eight hexadecimal digits",
        ),
        (
            "sv.dsab.f1e2d3c4",
            "the part 'dsab' is no hash of eight hexadecimal digits",
        ),
        (
            "sv.dsab-cd",
            "the part 'sv' is no hash of eight hexadecimal digits and "
            "the part 'dsab-cd' is no hash of eight hexadecimal digits",
        ),
        (
            "sv.CivicID.f1e2d3c4.b5e6f7a8",
            "the part 'CivicID' behind the language does not begin with 'ds'",
        ),
        (
            "sv.dsab..f1e2d3c4.",
            "a part is empty in 'sv.dsab..f1e2d3c4.'",
        ),
        (
            "f1e2d3c4.f1e2d3c4.f1e2d3c4.f1e2d3c4",
            "it has 4 hashes, and no name has more than three",
        ),
    ],
)
def test_a_broken_name_says_which_part_is_broken(behind: str, why: str) -> None:
    assert reason(f"OneSeek-7B-Zero.v1.0.{behind}") == why


@given(NUMBERS, NUMBERS, LANGUAGE, TOKENS, HEX8, HEX8)
@example(1, 0, "sv", ("ab.12345678.12345678",), "12345678", "12345678")
@example(1, 0, "sv", ("..", ". "), "12345678", "12345678")
def test_a_certified_name_is_read_back_to_its_parts(
    major: int, minor: int, language: str, tokens: tuple[str, ...], first: str, second: str
) -> None:
    text = f"OneSeek-7B-Zero.v{major}.{minor}.{language}.ds{'-'.join(tokens)}.{first}.{second}"
    name = read(text)
    assert name.generation in ("D2", "D3", "D3m")
    assert (name.major, name.minor, name.patch) == (major, minor, None)
    assert (name.language, name.datasets, name.hashes) == (language, tokens, (first, second))
    if not set(tokens) <= CATEGORIES | {"General"}:
        assert name.generation == ("D3" if (major, minor) == (1, 0) else "D3m")


@given(NUMBERS, NUMBERS, HEX8, HEX8, HEX8)
@example(1, 0, "00000000", "00000000", "00000000")
def test_a_name_of_the_first_generation_is_read_back(
    major: int, minor: int, weights: str, categories: str, time: str
) -> None:
    name = read(f"OneSeek-7B-Zero.v{major}.{minor}.{weights}.{categories}.{time}")
    assert (name.generation, name.major, name.minor, name.patch) == ("D1", major, minor, None)
    assert name.hashes == (weights, categories, time)


@given(NUMBERS, NUMBERS, LANGUAGE, TOKENS, HEX8, HEX8)
def test_a_standalone_name_is_read_back(
    major: int, minor: int, language: str, tokens: tuple[str, ...], first: str, second: str
) -> None:
    name = read(f"v{major}.{minor}.{language}.ds{'-'.join(tokens)}.{first}.{second}")
    assert (name.generation, name.model, name.major, name.minor) == ("D2s", None, major, minor)
    assert (name.language, name.datasets, name.hashes) == (language, tokens, (first, second))
