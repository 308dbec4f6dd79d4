"""What a person decided about an import: which version answers, and which base model is which."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from oneseek.cli.app import App
from oneseek.domain.decisions.lookup import find_base, find_version
from oneseek.domain.errors import InvalidInput, NotFound
from oneseek.domain.ports import Ports
from oneseek.domain.state.documents import Version
from oneseek.domain.usecases import registry
from oneseek.domain.usecases.import_source import identify_base


def base_names(given: Sequence[str]) -> dict[str, str]:
    """Return what ``OLDNAME=BASE`` says.

    Raises:
        InvalidInput: it is not of that form, or says two things of one name.
    """
    found: dict[str, str] = {}
    for text in given:
        old, _, base = text.rpartition("=")
        if not old or not base:
            raise InvalidInput(f"--base {text} is not of the form OLDNAME=BASE")
        if found.setdefault(old, base) != base:
            raise InvalidInput(f"--base names two base models for {old}")
    return found


def identified(app: App, ports: Ports, named: Mapping[str, str]) -> list[dict[str, Any]]:
    """Record on which base models imported versions stand; return what was recorded.

    Raises:
        NotFound: there is no such base model, or no imported version whose records name ``old``.
    """
    done: list[dict[str, Any]] = []
    for old, text in named.items():
        with ports.ledger.view() as view:
            base = find_base(view, text)
            meant = [each.dna for _, each in view.scan(Version) if each.base_name == old]
        if not meant:
            raise NotFound(
                f"no imported version stands on {old!r}",
                hint="see what the records call their base models: oneseek migrate report",
            )
        for dna in meant:
            how = f"the operator said that {old} is it"
            done.append(identify(app, ports, dna, base.name, how))
    return done


def identify(app: App, ports: Ports, dna: str, base: str, how: str) -> dict[str, Any]:
    """Record that one imported version stands on ``base``; return what was recorded.

    Raises:
        InvalidInput: the shapes say that it cannot.
    """
    from oneseek.cli.wiring.base_fit import fit_sentence

    with ports.ledger.view() as view:
        meant, model = find_version(view, dna), find_base(view, base)
    if meant.base != model.manifest and meant.form == "adapter":
        how = f"{how}; {fit_sentence(app, meant, model)}"
    version, known, receipt = identify_base(ports, dna, base, how)
    entry = receipt.indices[0] if receipt else None
    return {"dna": version.dna, "base": known.name, "entry": entry}


def activated(app: App, dna: str) -> dict[str, Any]:
    """Make the version named ``dna`` the active one, after its folder was checked."""
    from oneseek.cli.wiring.imported_notes import activation_notes
    from oneseek.cli.wiring.inspection import inspect_version
    from oneseek.cli.wiring.writing import writing

    with writing(app) as ports:
        version, receipt = registry.activate(ports, dna, partial(inspect_version, app))
    for note in activation_notes(version):
        app.out.note(note)
    return {"dna": version.dna, "entry": receipt.indices[0] if receipt else None}
