import pytest

from legacy_names import parts, read, reason


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("run-20251123-120000", {"generation": "run", "stamp": "20251123-120000"}),
        ("run-2025-11-23-19-49-56", {"generation": "run", "stamp": "2025-11-23-19-49-56"}),
        ("auto-2-1763900000", {"generation": "auto", "cycle": "2", "stamp": "1763900000"}),
        (
            "auto-week-47-1763900000",
            {"generation": "auto", "cycle": "week-47", "stamp": "1763900000"},
        ),
        (
            "OneSeek-7B-Zero-sv",
            {"generation": "micro", "model": "OneSeek-7B-Zero", "language": "sv"},
        ),
        ("DDP-TRAINED", {"generation": "DDP"}),
        ("ddp-adapter-20251126101112", {"generation": "DDP", "stamp": "20251126101112"}),
        (
            "kb-llama-3-1-8b-swedish-adapter",
            {"generation": "adapter", "base": "kb-llama-3-1-8b-swedish"},
        ),
        (
            "mistral-7b-adapter.pth",
            {"generation": "adapter", "base": "mistral-7b", "extension": ".pth"},
        ),
        (
            "checkpoint-2025-11-20.pth",
            {"generation": "checkpoint", "stamp": "2025-11-20", "extension": ".pth"},
        ),
        (
            "checkpoint-week-47.pth",
            {"generation": "checkpoint", "stamp": "week-47", "extension": ".pth"},
        ),
        (
            "checkpoint-cycle_9.json",
            {"generation": "checkpoint", "cycle": "cycle_9", "extension": ".json"},
        ),
    ],
)
def test_names_without_a_version_are_read_to_their_parts(
    text: str, found: dict[str, object]
) -> None:
    assert parts(text) == found


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("run-20251399-120000", "'20251399-120000' stands where a time should be, but is none"),
        ("ddp-adapter-20259926101112", "stands where a time should be"),
        ("checkpoint-2025-02-30.pth", "stands where a time should be"),
        ("checkpoint-week-47.pth", "a week without a year"),
        ("checkpoint-week-54.pth", "no year has a week 54"),
        ("checkpoint-week-00.pth", "no year has a week 0"),
        ("OneSeek-7B-Zero-xx", "the language 'xx' is unknown"),
        ("DDP-TRAINED", "the same text for every such run"),
    ],
)
def test_what_is_odd_in_them_is_told(text: str, remark: str) -> None:
    assert remark in " ".join(read(text).remarks)


def test_a_usual_run_is_not_odd() -> None:
    assert read("run-20251123-120000").remarks == ()


def test_a_run_with_too_few_digits_is_none() -> None:
    assert "begins as no name of the old system does" in reason("run-2025")
