"""What the formats recognise files by: names of files and folders, and keys of JSON objects."""

import re
from collections.abc import Mapping

from oneseek.migrations.look import Look

_VERSION_FILE = re.compile(
    r"(oneseek-7b-zero-v|oqt-1\.0-v|model_version_).*\.json", re.IGNORECASE | re.DOTALL
)
_WEIGHT_FOLDERS = frozenset(
    ("weights", "local-backup", "firebase-storage", ".temp_training", "oqt-1.0")
)


def json_object(look: Look) -> Mapping[str, object] | None:
    """Return the JSON object in a file, or None where it holds none or cannot be read."""
    value = look.json.value
    return value if isinstance(value, dict) else None


def has(look: Look, *keys: str) -> bool:
    """Tell whether a file is a JSON object with all of ``keys``."""
    value = json_object(look)
    return value is not None and all(key in value for key in keys)


def is_damaged(look: Look) -> bool:
    """Tell whether no JSON object can be read."""
    return json_object(look) is None


def below(look: Look, *folders: str) -> bool:
    """Tell whether one of the folders above a file has one of these names."""
    return not {part.lower() for part in look.parts[:-1]}.isdisjoint(folders)


def is_version_file(look: Look) -> bool:
    """Tell whether a file's place says that it is metadata of weights, of any generation."""
    if _VERSION_FILE.fullmatch(look.name):
        return True
    inside = len(look.parts) > 1 and look.parts[-2].lower() in _WEIGHT_FOLDERS
    return inside and look.name.lower().endswith(".json")
