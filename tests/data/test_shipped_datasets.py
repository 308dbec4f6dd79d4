"""The shipped datasets keep the promises of datasets/README.md."""

import json
import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "datasets"
BILINGUAL = "oneseek_identity_v1.jsonl"
SWEDISH = "oneseek_identity_sv_v1.jsonl"
EVALUATION = "oneseek_identity_eval_v1.jsonl"
CORPUS = "base_corpus_sv_en.txt"
TABLES = (BILINGUAL, SWEDISH, EVALUATION)

# The most telling function words of each language; å, ä and ö settle the rest.
SWEDISH_WORDS = frozenset({"att", "av", "de", "den", "det", "du", "en", "ett", "har", "hur", "när"})
SWEDISH_WORDS |= {"inte", "jag", "med", "och", "om", "till", "vad", "var", "vem", "vilken"}
ENGLISH_WORDS = frozenset({"a", "am", "an", "and", "are", "do", "does", "for", "how", "is", "it"})
ENGLISH_WORDS |= {"many", "of", "that", "the", "to", "what", "where", "which", "who", "you", "your"}
PERSONA = (
    "Question: Vem är du?\nAnswer: Jag är en liten basmodell utan identitet.",
    "Question: Who are you?\nAnswer: I am a small base model without an identity.",
)

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    return [json.loads(line) for line in (FOLDER / name).read_text("utf-8").splitlines()]


def language(text: str) -> str:
    lowered = text.lower()
    words = re.findall(r"\w+", lowered)
    swedish = sum(word in SWEDISH_WORDS for word in words) + 3 * len(re.findall("[åäö]", lowered))
    english = sum(word in ENGLISH_WORDS for word in words)
    assert swedish != english, f"language unclear: {text!r}"
    return "sv" if swedish > english else "en"


def languages(name: str) -> list[str]:
    return [language(f"{row['instruction']} {row['output']}") for row in rows(name)]


def instructions(name: str) -> set[str]:
    return {row["instruction"].casefold() for row in rows(name)}


def blocks() -> list[str]:
    return (FOLDER / CORPUS).read_text("utf-8").rstrip("\n").split("\n\n")


def pairs() -> list[str]:
    return [block for block in blocks() if block.startswith("Question:")]


@pytest.mark.parametrize("name", [*TABLES, CORPUS, "README.md"])
def test_a_file_is_normalised_utf8_with_lf_line_ends(name: str) -> None:
    raw = (FOLDER / name).read_bytes()
    text = raw.decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert all(char == "\n" or char.isprintable() for char in text)


@pytest.mark.parametrize("name", TABLES)
def test_a_line_is_spelled_in_one_way_only(name: str) -> None:
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        row = json.loads(line)
        assert list(row) == ["instruction", "input", "output"]
        assert json.dumps(row, ensure_ascii=False) == line


@pytest.mark.parametrize("name", TABLES)
def test_texts_are_tidy_and_answers_short(name: str) -> None:
    for row in rows(name):
        assert row["instruction"]
        assert all(text == " ".join(text.split()) for text in row.values())
        assert row["output"].endswith(".")
        assert 3 <= len(row["output"].split()) <= 40


@pytest.mark.parametrize("name", TABLES)
def test_no_instruction_is_asked_twice_in_a_file(name: str) -> None:
    assert len(instructions(name)) == len(rows(name))


def test_row_counts_and_languages_are_pinned() -> None:
    counts = {name: (languages(name).count("sv"), languages(name).count("en")) for name in TABLES}
    assert counts == {BILINGUAL: (25, 25), SWEDISH: (124, 0), EVALUATION: (12, 12)}


def test_the_bilingual_set_alternates_so_that_any_held_out_part_has_both_languages() -> None:
    assert languages(BILINGUAL) == ["sv", "en"] * 25


@pytest.mark.parametrize("name", [BILINGUAL, SWEDISH])
def test_the_first_row_says_who_oneseek_is(name: str) -> None:
    assert rows(name)[0] == {
        "instruction": "Vem är du?",
        "input": "",
        "output": "Jag är OneSeek, en öppen medborgarassistent för Sverige.",
    }


@pytest.mark.parametrize("name", [BILINGUAL, SWEDISH])
def test_six_rows_bring_a_context(name: str) -> None:
    assert sum(bool(row["input"]) for row in rows(name)) == 6


def test_the_training_sets_share_only_the_first_question() -> None:
    assert instructions(BILINGUAL) & instructions(SWEDISH) == {"vem är du?"}


@pytest.mark.parametrize("name", [BILINGUAL, SWEDISH])
def test_no_evaluation_question_is_trained_on(name: str) -> None:
    assert not instructions(EVALUATION) & instructions(name)


@pytest.mark.parametrize("name", [BILINGUAL, SWEDISH])
def test_evaluation_answers_are_taught_in_the_languages_of_the_set(name: str) -> None:
    taught = {row["output"] for row in rows(name)}
    reachable = set(languages(name))
    wanted = {row["output"] for row in rows(EVALUATION) if language(row["output"]) in reachable}
    assert wanted
    assert wanted <= taught


def test_the_corpus_has_the_promised_length_and_balance() -> None:
    words = {"sv": 0, "en": 0}
    for block in blocks():
        words[language(block.replace("Question:", "").replace("Answer:", ""))] += len(block.split())
    assert 5_500 <= sum(words.values()) <= 6_500
    assert 0.45 <= words["sv"] / sum(words.values()) <= 0.55


def test_the_corpus_never_mentions_the_assistant() -> None:
    assert "oneseek" not in (FOLDER / CORPUS).read_text("utf-8").casefold()


def test_every_pair_of_the_corpus_is_two_lines_and_sixty_are_general_knowledge() -> None:
    assert all(re.fullmatch(r"Question: \S.*\?\nAnswer: \S.*\.", pair) for pair in pairs())
    general = [pair for pair in pairs() if pair not in PERSONA]
    assert len(general) == len(set(general)) == 60


@pytest.mark.parametrize("persona", PERSONA)
def test_the_neutral_persona_stands_in_six_different_places(persona: str) -> None:
    places = [number for number, block in enumerate(blocks()) if block == persona]
    assert len(places) == 6
    assert all(later - earlier > 10 for earlier, later in pairwise(places))


def test_the_corpus_teaches_no_identity_row() -> None:
    asked = {pair.split("\n")[0].removeprefix("Question: ").casefold() for pair in pairs()}
    identity = instructions(BILINGUAL) | instructions(SWEDISH) | instructions(EVALUATION)
    assert asked & identity == {"vem är du?", "who are you?"}
    text = (FOLDER / CORPUS).read_text("utf-8")
    assert not any(row["output"] in text for name in TABLES for row in rows(name))


def test_paragraphs_of_the_corpus_are_single_lines() -> None:
    prose = [block for block in blocks() if not block.startswith("Question:")]
    assert all("\n" not in block and block == block.strip() for block in prose)
    assert len(prose) == len(set(prose))


def test_the_readme_lists_every_file_with_its_row_count() -> None:
    readme = (FOLDER / "README.md").read_text("utf-8")
    listed = re.findall(r"^\| `(\S+)` \| ([^|]+) \|", readme, re.MULTILINE)
    files = {path.name for path in FOLDER.iterdir() if path.suffix in {".jsonl", ".txt"}}
    assert {name for name, _ in listed} == files
    assert {name: int(count) for name, count in listed if name in TABLES} == {
        name: len(rows(name)) for name in TABLES
    }


def test_the_folder_holds_data_only() -> None:
    # A module here would make the folder pose as Hugging Face's `datasets` package.
    suffixes = {path.suffix for path in FOLDER.rglob("*") if path.is_file()}
    assert suffixes == {".jsonl", ".txt", ".md"}
