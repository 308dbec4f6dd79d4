"""Vectors for history proofs: some that hold, some that prove nothing, some by lying logs."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace

sys.path.append(str(Path(__file__).parents[1]))  # builders, histories

import builders as make
from histories import ORIGIN, STORY, History, SubLogs, clock, public_key
from oneseek.domain.index.proof_file import (
    ActiveAt,
    HistoryOf,
    HistoryProof,
    NeverActive,
    StreamRun,
)

ABOUT = (
    "History proofs (docs/time-and-absence.md). proof is the text of the file. The verifier knows "
    "the Ed25519 key of the log, key. conclusion says what an accepted file proves. Verdict: ok, "
    "malformed or refused."
)

LOG = History()
ONE, TWO, NOBODY = make.manifest(1), make.manifest(2), make.digest("nobody")
OWN = f"version:{ONE}"
Vector = dict[str, Any]


def at(size: int, run: StreamRun | None = None, log: History = LOG) -> HistoryProof:
    """Return the proof of what was active after so many entries."""
    return log.proof(ActiveAt(log.moment(size)), run or log.run("registry"))


def at_time(size: int, time: str) -> HistoryProof:
    """Return the proof of what was active at a time that is said to lie at this size."""
    return LOG.proof(ActiveAt(LOG.moment(size, time)), LOG.run("registry"))


def never(
    since: int, until: int, run: StreamRun | None = None, *,
    manifest: str | None = ONE, dna: str | None = make.dna(1),
) -> HistoryProof:  # fmt: skip
    """Return the proof that a version was never active between two sizes."""
    question = NeverActive(manifest, dna, LOG.moment(since), LOG.moment(until))
    own = [LOG.run(f"version:{manifest}", 0, 1 if manifest != NOBODY else 0)] if manifest else []
    return LOG.proof(question, *own, run or LOG.run("registry"))


def history(*runs: StreamRun) -> HistoryProof:
    """Return the proof of the history of the first version."""
    return LOG.proof(HistoryOf(ONE, make.dna(1)), *runs)


WHOLE = (LOG.run(OWN), LOG.run("training:t1"), LOG.run("line:sv", 0, 1), LOG.run("registry"))


def _honest() -> Iterator[tuple[str, HistoryProof, str]]:
    one, two = f"{make.dna(1)} was active", f"{make.dna(2)} was active"
    yield "nothing yet", at(8), "after 8 entries nothing was active: nothing had ever been"
    yield "the first activation", at(9, LOG.run("registry", 0, 2)), f"after 9 entries {one}"
    yield "a shortest run", at(12, LOG.run("registry", 2, 4)), f"after 12 entries {two}"
    yield "after a reset", at(13), "after 13 entries nothing was active since entry 12"
    yield "where the index ends", at(17), "after 17 entries nothing was active since entry 15"
    yield "a time", at_time(12, clock(11)), f"after 12 entries {two}"
    yield "a time before all", at_time(0, "2000-01-01T00:00:00.000000Z"), "after 0 entries nothing"
    yield "never active", never(12, 14, LOG.run("registry", 2, 6)), f"{make.dna(1)} was never"
    yield "never certified", never(0, 16, manifest=NOBODY, dna=None), f"{NOBODY} was never active"
    unknown = never(0, 16, manifest=None, dna="OneSeek-7B-Zero.v9.0")
    yield "a name that never was", unknown, "OneSeek-7B-Zero.v9.0 was never active"
    yield "a history", history(*WHOLE), f"10 entries tell of {make.dna(1)}"


def _dishonest() -> Iterator[tuple[str, HistoryProof]]:
    run = LOG.run("registry")
    yield (
        "an activation is left out",
        at(16, replace(run, entries=run.entries[:5] + run.entries[6:])),
    )
    yield "the end is trimmed", at(16, LOG.run("registry", 0, 6))
    yield "the beginning is trimmed", at(9, LOG.run("registry", 1, 4))
    yield "the run begins at an entry that tells nothing", at(12, LOG.run("registry", 3, 7))
    yield "positions are claimed that are not", at(16, replace(run, first=1, before=("0" * 64,)))
    yield "another stream", at(16, LOG.run("line:sv"))
    yield (
        "another stream under this one's name",
        at(16, replace(LOG.run("line:sv"), stream="registry")),
    )
    yield "the stream is called absent", at(16, replace(LOG.run("registry", 0, 0), count=0))
    yield (
        "an absent stream shows an entry",
        at(9, replace(LOG.run("version:nobody"), entries=(LOG.prove(8),))),
    )
    yield "no stream", LOG.proof(ActiveAt(LOG.moment(9)))
    yield "a moment beyond the index", at(18)
    yield "a time that is later than the next entry", at_time(12, clock(12))
    yield "a time that is earlier than the last entry", at_time(12, clock(10))
    good = at(16)
    yield "another entry as index", replace(good, index=LOG.prove(15))
    forged = replace(good.index, entry=good.index.entry.replace('"streams":', '"streams":1'))
    yield "an index that is not the one logged", replace(good, index=forged)
    for name, other in (("key", History(key="x")), ("log", History(origin="other.example/log"))):
        yield f"the checkpoint of another {name}", replace(good, checkpoint=other.note)
    yield "a version that was active", never(8, 14)
    yield "a version that was active at the very end", never(13, 15)
    yield "a version that was active at the very beginning", never(11, 13)
    yield "a time that runs backwards", never(14, 12)
    yield "the name of another version", never(12, 14, dna=make.dna(2))
    yield "a name for what was never certified", never(0, 16, manifest=NOBODY)
    yield "no version at all", never(0, 16, manifest=None, dna=None)
    parts = (
        LOG.run(OWN, 0, 0),
        LOG.run("training:t1", 0, 1),
        LOG.run("line:sv", 1, 2),
        LOG.run("registry", 0, 6),
    )
    for position, part in enumerate(parts):
        runs = (*WHOLE[:position], part, *WHOLE[position + 1 :])
        yield f"a history without a part of {part.stream.partition(':')[0]}", history(*runs)
    yield "a history without a stream", history(*WHOLE[:3])


def _lies() -> Iterator[tuple[str, HistoryProof]]:
    """Yield proofs of logs that have signed a false index."""

    def swap(sublogs: SubLogs) -> None:
        sublogs["registry"][0] = (7, sublogs["registry"][0][1])

    lies: list[tuple[str, Callable[[SubLogs], object]]] = [
        ("leaves out an activation", lambda sublogs: sublogs["registry"].pop(5)),
        ("has an entry of another stream",
         lambda sublogs: sublogs["registry"].insert(2, sublogs["query:q1"][0])),
        ("turns the order round", lambda sublogs: sublogs["registry"].reverse()),
        ("gives an entry another index", swap),
    ]  # fmt: skip
    for name, lie in lies:
        log = History(lie=lie)
        yield f"a signed index {name}", at(16, log.run("registry"), log)
    log = History(size=17)
    yield "a signed index covers entries to come", at(16, log.run("registry"), log)
    later = History((*STORY, make.activated(2)))
    yield "the index of a longer log", replace(at(16), index=later.prove(17))


def _misspelt() -> Iterator[tuple[str, str]]:
    good = at(12, LOG.run("registry", 2, 4)).to_bytes().decode()
    yield "another version of the format", good.replace("proof/v1", "proof/v2")
    yield "no line end", good[:-1]
    yield "one line end more", good + "\n"
    yield "no indentation", json.dumps(json.loads(good))
    yield "a member twice", good.replace('"first": 2,', '"first": 2,\n      "first": 2,')
    yield "a member that nobody knows", good.replace('"first": 2,', '"first": 2,\n      "x": 2,')
    yield "a number as text", good.replace('"first": 2,', '"first": "2",')
    yield "a negative number", good.replace('"first": 2,', '"first": -2,')
    yield "an escape that is not needed", good.replace(ORIGIN[:4], "\\u006cog.", 1)
    yield "a question that nobody knows", good.replace('"active-at"', '"active"')
    digest = LOG.run("registry").root
    yield "a hash in capitals", good.replace(digest, digest.upper())
    yield "nothing", ""


def vectors() -> list[Vector]:
    """Return all vectors of this family."""
    key = {"key": str(public_key())}
    text: Callable[[HistoryProof], str] = lambda proof: proof.to_bytes().decode()  # noqa: E731
    return [
        *({"description": f"{what}: holds", "proof": text(proof), **key, "conclusion": says,
           "verdict": "ok"} for what, proof, says in _honest()),
        *({"description": what, "proof": text(proof), **key, "verdict": "refused"}
          for what, proof in (*_dishonest(), *_lies())),
        *({"description": what, "proof": proof, **key, "verdict": "malformed"}
          for what, proof in _misspelt()),
    ]  # fmt: skip
