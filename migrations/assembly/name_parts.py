"""The readable parts of a name: made again from the dataset's file name, as the old programs did.

They hide more than they say: a verification file and the file that it verifies get one name.
"""

from collections.abc import Iterator

from oneseek.migrations.format import VersionFacts
from oneseek.migrations.rules.categories import categories_part, tokens_part
from oneseek.migrations.rules.languages import language_by_order, language_by_position
from oneseek.migrations.rules.legacy_name import LegacyName
from oneseek.migrations.rules.legacy_paths import last_part
from oneseek.migrations.rules.names import read_name
from oneseek.migrations.verdicts import Claim, Verdict

_SECOND = frozenset({"D2", "D2s"})


def part_claims(name: str, facts: VersionFacts) -> Iterator[Claim]:
    """Say of the data sets and the language in ``name`` whether the file's name gives them."""
    parsed, dataset = read_name(name), facts.values.get("dataset")
    if not isinstance(parsed, LegacyName) or not isinstance(dataset, str) or not parsed.datasets:
        return
    file = last_part(dataset) or dataset
    written = f"ds{'-'.join(parsed.datasets)}"
    made = {tokens_part(file)}
    if _SECOND & set(parsed.generations):
        made.add(categories_part([file]))
    if written in made:
        reason = f"the words of the file {file}, as the old program cut them"
        yield _claim("datasets", written, Verdict.RECONSTRUCTED, reason)
    else:
        reason = f"the file {file} gives {' or '.join(sorted(made))}"
        yield _claim("datasets", written, Verdict.CONTRADICTED, reason)
    if parsed.language is not None:
        yield _language(parsed.language, file)


def _language(language: str, file: str) -> Claim:
    if language in (language_by_position(file), language_by_order(file)):
        reason = f"what the old program found in the name {file}"
        return _claim("language", language, Verdict.RECONSTRUCTED, reason)
    found = language_by_position(file)
    reason = f"the name {file} gives {found}: it was said by hand, or counted in the text"
    return _claim("language", language, Verdict.ASSERTED, reason)


def _claim(about: str, says: str, verdict: Verdict, reason: str) -> Claim:
    return Claim(about=f"name-part:{about}", says=says[:500], verdict=verdict, reason=reason)
