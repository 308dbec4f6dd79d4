"""What cannot be opened where the position of a collection should lie."""

from pathlib import Path

import pytest

from oneseek.adapters.projections.position import open_position
from oneseek.domain.errors import ServiceFailed


def test_a_position_that_can_neither_be_opened_nor_removed_is_told_of_in_one_sentence(
    tmp_path: Path,
) -> None:
    path = tmp_path / "documents.db"
    path.mkdir()
    with pytest.raises(ServiceFailed, match=r"cannot remove .*documents\.db"), open_position(path):
        pass
