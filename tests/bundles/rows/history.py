"""The lineage that entries tell."""

from msgspec.structs import replace

import builders as make
from bundles.made import CHILD, LEAVES, PARENT
from bundles.row import bad, changed, good, lie, with_events
from bundles.stories import Misnamed, Misweighed, evaluated, plain, without
from bundles.story import Story, at, base_registered, dataset_registered, foreign
from oneseek.domain import events as e
from oneseek.domain.events import Event
from oneseek.domain.merkle.hashing import tree_root


@bad("a log that does not begin with its opening is refused")
def _() -> bytes:
    return Story(tells=lambda x: not foreign(x) and not isinstance(x, e.LedgerOpened)).bundle()


@bad("the opening of another log is refused")
def _() -> bytes:
    def edit(events: list[Event]) -> None:
        events[0] = replace(make.opened(), origin="other.example/log")

    return with_events(edit)


@bad("an opening in an unknown format is refused")
def _() -> bytes:
    def edit(events: list[Event]) -> None:
        events[0] = replace(make.opened(), format="oneseek-ledger/v9")

    return with_events(edit)


@bad("a bundle without entries is refused")
def _() -> bytes:
    return Story(tells=lambda event: False).bundle()


@bad("an entry of the ledger's own stream that is left out is refused")
def _() -> bytes:
    story = Story()
    story.events.append(make.key_retired())
    story.events.append(replace(make.key_protected()))
    return Story(
        story.events, tells=lambda x: not foreign(x) and not isinstance(x, e.KeyRetired)
    ).bundle()


@bad("a signature of the version that is left out is refused")
def _() -> bytes:
    return Story(
        tells=lambda x: not foreign(x) and not isinstance(x, e.VersionSigned), signatures=()
    ).bundle()


@bad("a stream whose versions fall is refused")
def _() -> bytes:
    story = Story()
    index = at(e.VersionActivated, story, 1)
    story.raws = {index: story.entries[index].replace(b'"stream_version":2', b'"stream_version":1')}
    return story.bundle()


@bad("a version without its certification is refused")
def _() -> bytes:
    return without(e.VersionCertified, CHILD)


@bad("a version certified twice is refused")
def _() -> bytes:
    return with_events(lambda events: events.append(CHILD.certified()))


@bad("a version whose training did not begin is refused")
def _() -> bytes:
    return without(e.TrainingStarted, CHILD)


@bad("a version whose training did not end is refused")
def _() -> bytes:
    return without(e.TrainingCompleted, CHILD)


@bad("a version without a number is refused")
def _() -> bytes:
    return without(e.VersionNumbered, CHILD)


@bad("a parent that is missing is refused")
def _() -> bytes:
    return without(e.VersionCertified, PARENT)


@bad("a base model that is missing is refused")
def _() -> bytes:
    return Story(
        tells=lambda x: not foreign(x) and not isinstance(x, e.BaseModelRegistered)
    ).bundle()


@bad("a dataset that is missing is refused")
def _() -> bytes:
    return Story(tells=lambda x: not foreign(x) and not isinstance(x, e.DatasetRegistered)).bundle()


@bad("an evaluation dataset that is missing is refused")
def _() -> bytes:
    story = evaluated()
    held = make.digest("held")
    story.tells = lambda x: not foreign(x) and getattr(x, "dataset", "") != held
    return story.bundle()


@bad("a version that was certified before its training ended is refused")
def _() -> bytes:
    def swap(events: list[Event]) -> None:
        ended = [i for i, x in enumerate(events) if isinstance(x, e.TrainingCompleted)][1]
        events.append(events.pop(ended))

    return with_events(swap)


@bad("a dataset that was registered after the training is refused")
def _() -> bytes:
    return with_events(lambda events: events.append(events.pop(4)))


@bad("a parent that was certified after the training began is refused")
def _() -> bytes:
    def swap(events: list[Event]) -> None:
        first = next(i for i, x in enumerate(events) if isinstance(x, e.VersionCertified))
        events.insert(first + 4, events.pop(first))

    return with_events(swap)


@bad("weights other than the training's are refused")
def _() -> bytes:
    return lie(e.TrainingCompleted, 1, weights=make.digest("others"))


@bad("a base model other than the training's is refused")
def _() -> bytes:
    return lie(e.VersionCertified, 1, base=make.digest("others"))


@bad("a dataset other than the training's is refused")
def _() -> bytes:
    return lie(e.VersionCertified, 1, dataset=make.digest("others"))


@bad("a language other than the training's is refused")
def _() -> bytes:
    return lie(e.TrainingStarted, 1, language="en")


@bad("a number other than the one given is refused")
def _() -> bytes:
    return lie(e.VersionNumbered, 1, minor=7)


@bad("a name that does not fit the weights is refused")
def _() -> bytes:
    return lie(e.VersionCertified, 1, dna=CHILD.dna.replace(CHILD.weights[:8], "00000000"))


@bad("a name that is no DNA name is refused")
def _() -> bytes:
    return lie(e.VersionCertified, 1, dna="a pretty name")


@bad("a name whose categories are not sorted is refused")
def _() -> bytes:
    return lie(e.VersionCertified, 1, dna=CHILD.dna.replace("dsIdentity", "dsZ-A"))


@bad("a measurement on rows that no entry names is refused")
def _() -> bytes:
    return lie(e.MetricsMeasured, 1, dataset=make.digest("others"))


@bad("a reproduction of another training is refused")
def _() -> bytes:
    return lie(e.ReproductionJudged, 0, training="t9")


@bad("a reproduction under another name is refused")
def _() -> bytes:
    return lie(e.ReproductionJudged, 0, dna=PARENT.dna)


@bad("a version whose every entry gives it a name of other weights is refused")
def _() -> bytes:
    return plain(Misweighed(1)).bundle()


@bad("a version whose every entry gives it a name with categories out of order is refused")
def _() -> bytes:
    return plain(Misnamed(1)).bundle()


def _again(**facts: object) -> Story:
    """Base model and dataset are registered again under other names; the dataset with ``facts``."""
    story = Story()
    story.events.append(replace(base_registered(), name="another", licence="mit"))
    story.events.append(replace(dataset_registered(), name="further", **facts))
    return story


@good("a base model and a dataset that were registered again are fine")
def _() -> bytes:
    return _again().bundle()


@good("rows that give the root of a later registration are fine")
def _() -> bytes:
    other = [bytes([number]) * 32 for number in range(len(LEAVES))]
    story = _again(row_root=tree_root(other).hex())
    name = f"rows/{make.digest('identity')}.leaves"
    return changed(lambda files: files.update({name: b"".join(other)}), story)


@bad("a dataset that was registered again with another number of rows is refused")
def _() -> bytes:
    return _again(rows=51).bundle()


@bad("a base model that was registered again with other files is refused")
def _() -> bytes:
    story = _again()
    story.events[-2] = replace(story.events[-2], files=9)  # type: ignore[type-var]
    return story.bundle()
