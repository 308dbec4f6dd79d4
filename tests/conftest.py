"""Shared builders are importable (``from builders import …``); examples have no deadline.

The folder is put on the path by hand: the repository root must never be there, because its
``datasets/`` would pose as the library of that name.
"""

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))

# A busy machine makes single examples slow; that is no failure.
settings.register_profile("oneseek", deadline=None)
settings.load_profile("oneseek")
