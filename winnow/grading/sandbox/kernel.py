"""What Linux can take away from a process, asked of it through ctypes."""
from __future__ import annotations

import ctypes
import os
import struct
import sys

# The numbers are those of Linux's include/uapi/linux: sched.h, mount.h,
# prctl.h and capability.h. Python has most of them from 3.12 on only.
NEW_MOUNTS, NEW_IPC, NEW_PIDS = 0x00020000, 0x08000000, 0x20000000
READ_ONLY, NO_SUID, NO_DEV = 1, 2, 4
BIND, MOVE, RECURSIVE, PRIVATE = 4096, 8192, 16384, 1 << 18
_DIES_WITH_PARENT, _DUMPABLE, _SECCOMP, _DROP_BOUND = 1, 4, 22, 24
_SUBREAPER, _NO_NEW_PRIVILEGES, _AMBIENT, _CLEAR_ALL = 36, 38, 47, 4
_FILTER = 2
_CAPABILITIES_V3 = 0x20080522
_MOST_CAPABILITIES = 64

IS_LINUX = sys.platform == "linux"


def _call(name: str, *arguments: object) -> int:
    """Call a function of the C library; raises OSError where it fails."""
    library = ctypes.CDLL(None, use_errno=True)
    result = int(getattr(library, name)(*arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def system_call(number: int, *arguments: object) -> int:
    """Make a system call that the C library has no function for."""
    return _call("syscall", ctypes.c_long(number), *arguments)


def unshare(what: int) -> None:
    """Leave namespaces that are shared with the process's parent."""
    _call("unshare", what)


def mount(source: str, target: str, kind: str, flags: int, data: str = ""
          ) -> None:
    """Mount a file system, or change how one is mounted."""
    _call("mount", source.encode(), os.fsencode(target), kind.encode(),
          ctypes.c_ulong(flags), data.encode())


def _set(option: int, *values: int) -> None:
    """Set an attribute of this process."""
    _call("prctl", option, *(ctypes.c_ulong(each) for each in (
        *values, *[0] * (4 - len(values)))))


def be_closed() -> None:
    """Let no other process read this one's memory or open files.

    Its /proc/PID/mem and /proc/PID/fd are root's from now on, and who cannot
    trace root's processes cannot trace it (prctl(2), PR_SET_DUMPABLE).
    """
    _set(_DUMPABLE, 0)


def die_with_parent() -> None:
    """Have this process killed once its parent ends."""
    _set(_DIES_WITH_PARENT, 9)


def adopt_orphans() -> None:
    """Become the parent of whatever this process's descendants leave."""
    _set(_SUBREAPER, 1)


def gain_nothing() -> None:
    """Let no program that this process starts have more rights than it has."""
    _set(_NO_NEW_PRIVILEGES, 1)


def filter_calls(program: bytes) -> None:
    """Let a BPF program decide on each system call from now on."""
    steps = ctypes.create_string_buffer(program, len(program))
    head = ctypes.create_string_buffer(struct.pack(
        "HxxxxxxP", len(program) // 8, ctypes.addressof(steps)))
    _set(_SECCOMP, _FILTER, ctypes.addressof(head))


def forget_user(uid: int) -> None:
    """Become a user without rights: this one, if root may choose."""
    for number in range(_MOST_CAPABILITIES):
        try:
            _set(_DROP_BOUND, number)
        except OSError:
            break  # No such capability, or none to give away.
    if os.geteuid() == 0 and uid:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    _set(_AMBIENT, _CLEAR_ALL)
    head = struct.pack("Ii", _CAPABILITIES_V3, 0)
    _call("capset", head, bytes(24))
