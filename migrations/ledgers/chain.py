"""What holds a chain of blocks together: numbers, predecessors, one beginning, no branches."""

from collections import deque

from oneseek.migrations.ledgers.telling import Telling

_REMEMBERED = 1024
"""How many blocks back a branch is recognised: memory must not grow with the ledger."""
_SHOWN_DIGITS = 20


class Chain:
    """Takes the blocks in the order of the file and says what does not fit."""

    def __init__(self, telling: Telling, beginning: str) -> None:
        self._telling = telling
        self._beginning = beginning
        self.expected = 0
        """The number that the next block must have."""
        self.missing = 0
        """How many numbers below the highest were not seen."""
        self._skipped: list[tuple[int, int]] = []
        self._position = 0
        self._last = ""
        self._followed: dict[str, str] = {}
        self._order: deque[str] = deque()

    def link(self, number: object, previous: object, current: object) -> str:
        """Say why the block does not follow the one before it; empty if it does."""
        position, expected, last = self._position, self.expected, self._last
        first = not position
        self._position += 1
        self._last = current if isinstance(current, str) else ""
        whole = type(number) is int
        fits = previous == (self._beginning if first else last)
        if whole and number == expected and fits:
            self.expected = expected + 1
            self._follows(last, str(number))
            return ""
        problems = []
        if not (whole and number == expected):
            problems.append(self._wrong_number(number, expected, position, current == last))
        else:
            self.expected = expected + 1
        if not fits:
            problems.append(self._wrong_link(number, previous, current == last, first))
        return " and ".join(problems)

    def end(self) -> None:
        """Tell of the numbers that never came."""
        for begin, stop in self._skipped:
            span = f"number {begin}" if begin == stop else f"numbers {begin} to {stop}"
            self._telling.gap("missing-blocks", f"{span}: no such block is there")

    def _wrong_number(self, number: object, expected: int, position: int, same: bool) -> str:
        tell, where = self._telling, f"block {shown(number)}"
        if type(number) is not int or not shown(number):
            tell.find("ledger-number", f"entry {position}", f"number {expected}", "no number")
            self.expected = expected + 1
            return "it has no number"
        if same:
            tell.find(
                "ledger-duplicate-number", where, f"number {expected}", "the same block again"
            )
            return "it is the block before it once more"
        found = f"number {number} after {expected - 1}" if position else f"number {number}"
        if number > expected:
            tell.find("ledger-number", where, f"number {expected}", found)
            self._skip(expected, number - 1)
            self.expected = number + 1
        elif self._was_skipped(number):
            tell.find("ledger-order", where, f"number {expected}", found)
        elif number == 0:
            tell.find("ledger-restarted", where, f"number {expected}", found)
            tell.gap("restarted", f"after block {expected - 1} the numbers begin at 0 again")
            self.expected = 1
        else:
            tell.find("ledger-duplicate-number", where, f"number {expected}", found)
        return f"its number does not follow {expected - 1}" if position else "it is not number 0"

    def _skip(self, begin: int, stop: int) -> None:
        self.missing += stop - begin + 1
        if len(self._skipped) < _REMEMBERED:
            self._skipped.append((begin, stop))
        else:
            self._telling.gap(
                "missing-blocks", f"numbers {begin} to {stop}: no such block is there"
            )

    def _was_skipped(self, number: int) -> bool:
        for at, (begin, stop) in enumerate(self._skipped):
            if begin <= number <= stop:
                rest = [(begin, number - 1), (number + 1, stop)]
                self._skipped[at : at + 1] = [(low, high) for low, high in rest if low <= high]
                self.missing -= 1
                return True
        return False

    def _wrong_link(self, number: object, previous: object, same: bool, first: bool) -> str:
        tell, where = self._telling, f"block {shown(number)}" if shown(number) else ""
        if first:
            tell.find("ledger-genesis", where, "no predecessor", "names a block that is not there")
            return "its predecessor is not there"
        if previous == self._beginning:
            tell.find("ledger-link", where, "the hash of the block before", "a beginning")
            tell.gap("restarted", f"block {shown(number)} begins a second chain")
            return "it begins a second chain"
        other = self._followed.get(previous) if isinstance(previous, str) else None
        if other is not None and not same:
            tell.find(
                "ledger-fork", where, "one successor per block", f"block {other} has the same"
            )
            tell.gap("forked", f"blocks {other} and {shown(number)} name the same predecessor")
            return f"it is another branch beside block {other}"
        tell.find("ledger-link", where, "the hash of the block before", "another hash")
        self._follows(previous if isinstance(previous, str) else "", shown(number))
        return "its predecessor is not the block before it"

    def _follows(self, previous: str, number: str) -> None:
        if previous not in self._followed:
            self._followed[previous] = number
            self._order.append(previous)
            if len(self._order) > _REMEMBERED:
                del self._followed[self._order.popleft()]


def shown(number: object) -> str:
    """Return a block's number for people; empty if it is none."""
    if type(number) is not int or not 0 <= number < 10**_SHOWN_DIGITS:
        return ""
    return str(number)
