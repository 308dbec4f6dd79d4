"""What a rotation does to files: the next key first, then it takes the place of this machine's.

The old private key is kept under ``retired``: whoever restores the ledger from a backup of before
the rotation needs it. A crash between two steps leaves both keys, and nothing half written.
"""

from pathlib import Path

from oneseek.adapters.keys.key_file import KeyFile
from oneseek.adapters.objects.disk import disk_errors
from oneseek.adapters.objects.durable import fsync_dir, make_folders, replace
from oneseek.domain.digest import sha256


def take_place(current: KeyFile, following: Path, retired: Path) -> None:
    """Put the key ``following`` in the place of ``current``, which is kept in ``retired``.

    Raises:
        ServiceFailed: the disk refuses; one of the two is in place, and whole.
    """
    with disk_errors("replace", current.path):
        if current.exists():  # its owner may have lost it, which must not keep the next one out
            keep_aside(current, retired)
        replace(following, current.path)


def keep_aside(file: KeyFile, retired: Path) -> None:
    """Give the key ``file`` a second name in the folder ``retired``. OSErrors pass."""
    make_folders(retired)
    retired.chmod(0o700)
    kept = retired / f"{file.kind}-{sha256(file.path.read_bytes())[:16]}.pem"
    if not kept.exists():
        kept.hardlink_to(file.path)
        fsync_dir(retired)
