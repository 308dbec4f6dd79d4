"""SIGKILL before every step that changes the disk, and after the last one."""

import pytest

from faults.cells import Result, by_name
from faults.extent import rows_in, some_of
from faults.warm import Warm

# Where a kill has once left something behind, or where all hinges on one step between a folder and
# the ledger; the even spread below may pass these by.
FOUND_ONCE = (
    ("an activation", r"\.partial to \.oneseek/checkpoint$"),
    ("a new workspace", r"^(write|sync|link) \.oneseek/keys/"),
    ("a new workspace", r"\.partial to (oneseek\.toml|\.oneseek/checkpoint)"),
    ("the checking of a base model", r"^(write|rename) \.oneseek/verified/"),
    ("a first publishing", r"\.partial to (public/checkpoint|\.oneseek/published)$"),
    ("a bundle", r"\.partial to version\.zip$"),
    ("a cosignature of a witness", r"\.partial to cosigned$"),
    ("an old tree that is moved away", r"^(rename old |sync /)"),
    ("an old tree that is put back", r"^(rename old\.|sync /)"),
    (
        "an erasure of an imported text",
        r"^(sync \.oneseek/ledger\.db-wal|write \.oneseek/vault\.db)",
    ),
    ("an audit that is recorded, with a page", r"^(write|rename) .*(report\.html|partial)$"),
    ("a restoring of all from backups", r"\.partial to oneseek\.toml$"),
    ("a backup of the vault", r"^sync models/backups/vault$"),
)


@pytest.mark.parametrize(
    "row", rows_in("killed", by_name.values()), ids=lambda row: f"{row} is killed"
)
def test_nothing_is_lost_or_half_done_when(row: str, holding: Warm) -> None:
    result: Result = holding.call("strike", row, "killed", 0, some_of(6))
    assert result.wrong == []
    assert result.cells > 2
    # The last cell is after the end; a run that needed a step less than the first has no last step.
    assert result.cells - 2 <= result.struck <= result.cells - 1


@pytest.mark.parametrize(("row", "step"), FOUND_ONCE)
def test_nothing_is_left_over_of(row: str, step: str, holding: Warm) -> None:
    result: Result = holding.call("strike", row, "killed", 0, None, step)
    assert result.wrong == []
    assert result.struck > 0
