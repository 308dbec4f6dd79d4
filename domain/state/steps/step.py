"""What a step is, and the number of the whole fold."""

from collections.abc import Callable
from typing import Any

from oneseek.domain.entry import Entry
from oneseek.domain.events import Event
from oneseek.domain.state.store import State

Step = Callable[[State, int, Entry, Any], None]
"""Updates the documents that an entry at a leaf index changes; its event comes last."""

Steps = dict[type[Event], Step]

FOLD_VERSION = 5
"""Raised whenever these steps make other documents of the same entries. A writer that finds
documents of an older fold folds them again first; one that finds newer ones writes nothing.

1: no documents for keys, and none for this number.
2: none for model keys, signatures, reproductions and the logged index.
3: none for what was imported.
4: none for backups, holds, collections and kept checkpoints."""
