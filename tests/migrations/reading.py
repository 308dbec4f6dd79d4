"""What a format reads out of an example, and one claim of it."""

from migrations.examples import Example, look_at
from oneseek.migrations.classing import classify
from oneseek.migrations.format import Reading, VersionFacts
from oneseek.migrations.verdicts import Claim


def read(made: Example) -> Reading:
    """Return the reading of an example, which must still be of its kind."""
    found = classify(look_at(made.path, made.data))
    assert found.form is not None
    assert found.form.name == made.kind
    assert found.reading is not None
    return found.reading


def version(made: Example) -> VersionFacts:
    """Return what an example says of a version."""
    facts = read(made).facts
    assert isinstance(facts, VersionFacts)
    return facts


def claim(reading: Reading, about: str) -> Claim:
    """Return the one claim about something."""
    found = [made for made in reading.claims if made.about == about]
    assert len(found) == 1, f"{len(found)} claims about {about}"
    return found[0]


def checks(reading: Reading) -> list[str]:
    """Return the names of what was found."""
    return [finding.check for finding in reading.findings]
