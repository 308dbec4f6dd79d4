"""A process whose calls to the kernel wait for our word, its C code's as well as Python's.

Linux can hold chosen system calls of a process until a supervisor answers (seccomp user
notification, ``man 2 seccomp_unotify``, Linux 5.5): go on, or return this error. So a test stands
at every single call that changes the disk, SQLite's included, and nothing in the program under test
knows of it.
"""

import ctypes
import errno
import fcntl
import os
import platform
import socket
import struct
from dataclasses import dataclass

_X86 = (
    "write 1 pwrite64 18 writev 20 pwritev 296 fsync 74 fdatasync 75 truncate 76 ftruncate 77 "
    "rename 82 renameat 264 renameat2 316 link 86 linkat 265 unlink 87 unlinkat 263 rmdir 84 "
    "mkdir 83 mkdirat 258 symlink 88 symlinkat 266 chmod 90 fchmod 91 fchmodat 268 fallocate 285 "
    "copy_file_range 326 sendfile 40 creat 85 openat 257 ioctl 16 seccomp 317"
)
_ARM = (
    "write 64 pwrite64 68 writev 66 pwritev 70 fsync 82 fdatasync 83 truncate 45 ftruncate 46 "
    "renameat 38 renameat2 276 linkat 37 unlinkat 35 mkdirat 34 symlinkat 36 fchmod 52 "
    "fchmodat 53 fallocate 47 copy_file_range 285 sendfile 71 openat 56 ioctl 29 seccomp 277"
)
_MACHINES = {"x86_64": (0xC000003E, _X86), "aarch64": (0xC00000B7, _ARM)}

# <linux/filter.h>, <linux/seccomp.h>
_LOAD, _IF_EQUAL, _IF_BITS, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW, _ASK, _FAIL = 0x7FFF0000, 0x7FC00000, 0x00050000
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4
_NOTIFICATION, _ANSWER = struct.Struct("=QIIiIQ6Q"), struct.Struct("=QqiI")
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_CONTINUE = 1
_FICLONE = 0x40049409


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte),
        ("k", ctypes.c_uint),
    )  # fmt: skip


class _Program(ctypes.Structure):
    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.POINTER(_Instruction)))


@dataclass(frozen=True, slots=True)
class Notification:
    """A call that waits: ``task`` is the thread that made it."""

    id: int
    task: int
    name: str
    args: tuple[int, ...]


def _numbers() -> tuple[int, dict[str, int]]:
    architecture, text = _MACHINES[platform.machine()]
    words = text.split()
    return architecture, {
        name: int(number) for name, number in zip(words[::2], words[1::2], strict=True)
    }


def _instructions() -> list[tuple[int, int, int, int]]:
    architecture, numbers = _numbers()
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT), (_IF_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, _NUMBER_AT),
    ]  # fmt: skip
    for name, number in numbers.items():
        if name not in ("openat", "ioctl", "seccomp"):
            program += [(_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ASK)]
    # Opening matters where it makes or empties a file; sharing blocks never works here.
    program += [
        (_IF_EQUAL, 0, 4, numbers["openat"]), (_LOAD, 0, 0, _argument_at(2)),
        (_IF_BITS, 0, 1, os.O_CREAT | os.O_TRUNC), (_RETURN, 0, 0, _ASK), (_RETURN, 0, 0, _ALLOW),
        (_IF_EQUAL, 0, 4, numbers["ioctl"]), (_LOAD, 0, 0, _argument_at(1)),
        (_IF_EQUAL, 0, 1, _FICLONE), (_RETURN, 0, 0, _FAIL | errno.EOPNOTSUPP),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ALLOW),
    ]  # fmt: skip
    return program


def _argument_at(number: int) -> int:
    return 16 + 8 * number


def hold_calls(tell: socket.socket) -> None:
    """Make the calls of this process wait from here on; send the listening descriptor to ``tell``.

    Raises:
        OSError: this kernel, or the container around us, does not allow it.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    code = [_Instruction(*item) for item in _instructions()]
    program = _Program(len(code), (_Instruction * len(code))(*code))
    no_new_privileges, with_filter, new_listener = 38, 1, 8
    if libc.prctl(no_new_privileges, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "PR_SET_NO_NEW_PRIVS")
    number = _numbers()[1]["seccomp"]
    listener = libc.syscall(number, with_filter, new_listener, ctypes.byref(program))
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp user notification")
    socket.send_fds(tell, [b"x"], [listener])
    os.close(listener)
    tell.close()


def why_not() -> str | None:
    """Return why calls cannot be held here, None where they can."""
    if not hasattr(os, "pidfd_open") or platform.machine() not in _MACHINES:
        return f"no system calls can be held on {platform.system()} {platform.machine()}"
    ours, theirs = socket.socketpair()
    with ours, theirs:
        pid = os.fork()
        if pid == 0:
            try:
                hold_calls(theirs)
            except OSError as error:
                os._exit(error.errno or 1)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return f"system calls cannot be held here: {os.strerror(status)}" if status else None


def receive(listener: int) -> Notification | None:
    """Return the next call that waits; None if its process died meanwhile."""
    buffer = bytearray(_NOTIFICATION.size)
    try:
        fcntl.ioctl(listener, _RECEIVE, buffer)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.EINTR):
            return None
        raise
    key, task, _, number, _, _, *args = _NOTIFICATION.unpack(buffer)
    return Notification(key, task, _NAMES[number], tuple(args))


def answer(listener: int, notification: Notification, error: int = 0) -> None:
    """Let a call go on, or fail with ``error`` without being made."""
    flags = 0 if error else _CONTINUE
    try:
        fcntl.ioctl(listener, _SEND, _ANSWER.pack(notification.id, 0, -error, flags))
    except OSError as problem:
        if problem.errno != errno.ENOENT:  # its process died meanwhile
            raise


_NAMES = (
    {number: name for name, number in _numbers()[1].items()}
    if platform.machine() in _MACHINES
    else {}
)
