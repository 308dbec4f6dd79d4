"""What a checked history proof proves, in sentences, each with what it rests on."""

from oneseek.domain.index.activity import ActiveState
from oneseek.domain.index.checking import ProvedHistory
from oneseek.domain.index.proof_file import ActiveAt, Moment, NeverActive

CLAIM = "Order is proved; times are what the entries claim."

RESTS_ON_INDEX = (
    "That nothing was left out at the end of a stream rests on the index, which the log has "
    "signed: oneseek verify --deep makes it again from the whole ledger."
)


def conclusion(proved: ProvedHistory) -> str:
    """Return the answer in one sentence."""
    question, found = proved.question, proved.answer
    match question:
        case ActiveAt():
            return f"after {question.at.size} entries {state_in_words(found.state)}"
        case NeverActive():
            return (
                f"{found.subject} was never active from {question.since.size} to "
                f"{question.until.size} entries{_ever_certified(proved)}"
            )
        case _:
            return (
                f"{len(found.told)} entries tell of {question.dna}; up to {proved.covered} entries "
                f"there are no others"
            )


def sentences(proved: ProvedHistory) -> list[str]:
    """Return what was found to hold, from the signature to the conclusion."""
    said = []
    if proved.signed_by:
        origin = proved.checkpoint.origin
        said.append(f"the checkpoint of {proved.checkpoint.size} entries is signed by {origin}")
    said.append(
        f"entry {proved.index_entry} of {proved.index_time} logged the index of the first "
        f"{proved.size} entries"
    )
    match proved.question:
        case ActiveAt():
            said += _moment(proved.question.at)
        case NeverActive():
            said += [*_moment(proved.question.since), *_moment(proved.question.until)]
        case _:
            said += [
                f"entry {item.index} of {item.time}: {item.what}" for item in proved.answer.told
            ]
    return [*said, conclusion(proved)]


def state_in_words(state: ActiveState | None) -> str:
    """Say what is active in a state."""
    if state is None or state.index is None:
        return "nothing was active: nothing had ever been"
    if state.dna is None:
        return f"nothing was active since entry {state.index} of {state.time} ({state.kind})"
    return f"{state.dna} was active: activated by entry {state.index} of {state.time}"


def _ever_certified(proved: ProvedHistory) -> str:
    subject, certified = proved.answer.subject, proved.answer.certified
    if certified is not None:
        return f"; entry {certified} certified it"
    if subject is not None and subject.manifest is not None:
        return f"; no entry has certified it, up to {proved.covered} entries"
    return "; no activation names it"


def _moment(moment: Moment) -> list[str]:
    if moment.time is None:
        return []
    before = f"entry {moment.size - 1} is not later, " if moment.last else ""
    return [f"{moment.time} lies at {moment.size} entries: {before}entry {moment.size} is"]
