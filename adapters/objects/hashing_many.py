"""Hashing many files of one folder: large ones side by side, small ones by the handful.

SHA-256 cannot be split within a file, so threads take whole files; hashlib lets go of the
interpreter lock while it works on a large piece. For a small file, handing it to a thread costs
more than hashing it: a thread takes many of them at once.
"""

import os
from collections.abc import Mapping
from concurrent.futures import FIRST_EXCEPTION, CancelledError, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Event, Lock

from oneseek.adapters.objects.disk import explain
from oneseek.adapters.objects.reading import CHUNK_BYTES, OnBytes, hash_fd, open_file
from oneseek.domain.digest import Digest

MAX_WORKERS = 8
_HANDFUL_BYTES = 4 << 20
_HANDFUL_FILES = 1000

Hashed = dict[str, tuple[Digest, int]]


def hash_files(
    root: Path, sizes: Mapping[str, int], on_bytes: OnBytes | None, workers: int | None
) -> Hashed:
    """Return digest and length of every file that ``sizes`` names, by its path below ``root``.

    The lengths in ``sizes`` only decide who hashes what: the largest files begin, so that no
    thread is left alone with one at the end.

    Raises:
        NotFound, InvalidInput: a file is gone, or something else than a regular file.
        ServiceFailed: the disk refuses to read one.
    """
    tasks = _handfuls(sizes)
    stop, watch = Event(), on_bytes
    workers = min(workers or os.cpu_count() or 1, MAX_WORKERS, len(tasks))
    if workers > 1:
        watch = _watcher(on_bytes, stop)
    if workers <= 1:
        return {name: found for task in tasks for name, found in _hash(root, task, watch).items()}
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(_hash, root, task, watch) for task in tasks]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            stop.set()  # leaving the block waits for the threads: where one failed, all end now
            pool.shutdown(cancel_futures=True)
    for future in futures:
        error = None if future.cancelled() else future.exception()
        if error is not None and not isinstance(error, CancelledError):
            raise error
    return {name: found for future in futures for name, found in future.result().items()}


def _handfuls(sizes: Mapping[str, int]) -> list[list[str]]:
    tasks: list[list[str]] = []
    room = 0
    for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
        if room < sizes[name] or len(tasks[-1]) == _HANDFUL_FILES:
            tasks.append([])
            room = _HANDFUL_BYTES
        tasks[-1].append(name)
        room -= sizes[name]
    return tasks


def _watcher(on_bytes: OnBytes | None, stop: Event) -> OnBytes:
    lock = Lock()

    def watch(length: int) -> None:
        if stop.is_set():  # another file failed, or the person pressed Ctrl-C
            raise CancelledError
        if on_bytes is not None:
            with lock:
                on_bytes(length)

    return watch


def _hash(root: Path, names: list[str], watch: OnBytes | None) -> Hashed:
    found: Hashed = {}
    buffer = memoryview(bytearray(CHUNK_BYTES))
    for name in names:
        path = f"{root}/{name}"
        try:
            fd = open_file(path)
            try:
                found[name] = hash_fd(fd, on_bytes=watch, buffer=buffer)
            finally:
                os.close(fd)
        except BrokenPipeError:
            raise  # files have none: it comes from whoever watches
        except OSError as error:
            raise explain("read", path, error) from error
    return found
