"""Reading a file that a person named."""

from pathlib import Path

from oneseek.adapters.workspace.shipped import shipped_path
from oneseek.domain.errors import InvalidInput, NotFound, ServiceFailed


def read_input(path: Path) -> bytes:
    """Return the bytes of ``path``; a bare name that is not there may be a shipped file.

    Raises:
        NotFound, InvalidInput, ServiceFailed: it does not exist, is a folder, or cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        if path.name == str(path) or path.parent.name == "datasets":
            try:
                return shipped_path(path.name).read_bytes()
            except NotFound:
                pass
        raise NotFound(f"there is no file {path}") from None
    except IsADirectoryError:
        raise InvalidInput(f"{path} is a folder, not a file") from None
    except OSError as error:
        raise ServiceFailed(f"{path} cannot be read: {error.strerror}") from None
