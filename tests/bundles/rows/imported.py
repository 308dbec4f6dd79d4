"""A lineage that ends at an imported version: what that one was made from, nobody can prove."""

from msgspec.structs import replace

import builders as make
from bundles.made import BASE, OTHER, Files, Made
from bundles.row import bad, changed, good
from bundles.story import Story, at, opening
from oneseek.domain import events as e
from oneseek.domain.events import Event

OLD = Made(1)
HEIR = Made(2, OLD.manifest.digest)
HEIR_SIG, OLD_SIG = HEIR.model_sig(), OLD.model_sig()


def imported(**facts: object) -> e.VersionImported:
    event = replace(
        make.imported(OLD.dna), manifest=OLD.manifest.digest, weights=OLD.weights, base=BASE.digest
    )
    return replace(event, **facts)  # type: ignore[arg-type]


def identified(base: str = BASE.digest, dna: str = OLD.dna) -> e.BaseIdentified:
    return e.BaseIdentified(manifest=OLD.manifest.digest, dna=dna, base=base, how="its shapes")


def heir() -> list[Event]:
    return [
        HEIR.started(), HEIR.completed(), make.measured("t2"), HEIR.numbered(), HEIR.certified(),
        HEIR.signed(HEIR_SIG),
    ]  # fmt: skip


def story(*before: Event, after: tuple[Event, ...] = (), signed: bool = False) -> Story:
    """A version that continues from an imported one, of which ``before`` tells."""
    signatures = (HEIR_SIG, OLD_SIG) if signed else (HEIR_SIG,)
    return Story(
        [*opening(), *(before or (imported(),)), *heir(), *after],
        HEIR,
        manifests=(OLD.manifest, HEIR.manifest, BASE),
        signatures=signatures,
    )


@good("a version that continues from an imported one is fine")
def _() -> bytes:
    return story().bundle()


@good("an imported version whose base was identified and that was signed is fine")
def _() -> bytes:
    told = (imported(base=None), identified(), OLD.signed(OLD_SIG))
    return story(*told, signed=True).bundle()


@good("an imported version whose base was identified otherwise later is fine")
def _() -> bytes:
    return story(imported(), after=(identified(OTHER.manifest.digest),)).bundle()


@bad("an imported version as the subject itself is refused")
def _() -> bytes:
    told = story()
    told.subject = OLD
    return told.bundle()


@bad("an imported version that is not told of is refused")
def _() -> bytes:
    told = story()
    told.tells = lambda event: not isinstance(event, e.VersionImported)
    return told.bundle()


@bad("an imported version that is told of twice is refused")
def _() -> bytes:
    return story(imported(), imported()).bundle()


@bad("an imported version that came after the training is refused")
def _() -> bytes:
    told = story()
    told.events.append(told.events.pop(at(e.VersionImported, told)))
    return told.bundle()


@bad("an imported version that is no adapter is refused")
def _() -> bytes:
    return story(imported(form="tensors")).bundle()


@bad("an imported version on another base model is refused")
def _() -> bytes:
    return story(imported(base=OTHER.manifest.digest)).bundle()


@bad("an imported version whose base model nobody has identified is refused")
def _() -> bytes:
    return story(imported(base=None)).bundle()


@bad("an imported version whose base model was identified after the training is refused")
def _() -> bytes:
    return story(imported(base=None), after=(identified(),)).bundle()


@bad("a base model identified of a version under another label is refused")
def _() -> bytes:
    return story(imported(), identified(dna=OTHER.dna)).bundle()


@bad("a base model identified of a foreign version is refused")
def _() -> bytes:
    return story(imported(), make.identified()).bundle()


@bad("an imported version with other weights than its files is refused")
def _() -> bytes:
    return story(imported(weights=OTHER.weights)).bundle()


@bad("the manifest of an imported version that is missing is refused")
def _() -> bytes:
    def drop(files: Files) -> None:
        del files[f"manifests/{OLD.manifest.digest}.json"]

    return changed(drop, story())


@bad("an imported version signed under another label is refused")
def _() -> bytes:
    told = replace(OLD.signed(OLD_SIG), dna=OTHER.dna)
    return story(imported(), told, signed=True).bundle()


@bad("a reproduction of an imported version is refused")
def _() -> bytes:
    return story(imported(), OLD.reproduced()).bundle()


@bad("another imported version beside the lineage is refused")
def _() -> bytes:
    return story(imported(), make.imported()).bundle()


@bad("a scan of the source, which tells of more than the version, is refused")
def _() -> bytes:
    return story(make.scanned(), imported()).bundle()
