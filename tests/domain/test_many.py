"""Groups of values: few are held, many are made for every pass."""

from collections.abc import Iterator

from oneseek.domain.many import FEW, group


def test_few_values_are_made_once_and_many_for_every_pass() -> None:
    for count, calls in ((FEW, 1), (FEW + 1, 2)):
        made: list[int] = []

        def make(count: int = count, made: list[int] = made) -> Iterator[int]:
            made.append(count)
            return iter(range(count))

        found = group(count, make)
        assert len(found) == count
        assert list(found) == list(found) == list(range(count))
        assert len(made) == calls
