"""Landlock: where no namespace can be made, no file outside is in reach.

The kernel's own documentation, userspace-api/landlock.rst, has the numbers;
they are the same on every machine.
"""
from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

from . import kernel

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION, _BELOW = 1, 1
# Rights on files: to execute, write, read, list; then to remove and to make
# what there is of each kind; to move to another folder, to cut, to control.
_EXECUTE, _WRITE, _READ, _LIST = 1, 2, 4, 8
_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF, 5: 0xFFFF}
_OF_FILES = _EXECUTE | _WRITE | _READ | 1 << 14 | 1 << 15
# From version 6 on: no abstract sockets, no signals to who is outside.
_SCOPES, _SCOPED_FROM = 3, 6


def version() -> int:
    """Return the version of Landlock that the kernel has, 0 for none."""
    if not kernel.IS_LINUX:
        return 0
    try:
        return kernel.system_call(_CREATE, None, ctypes.c_size_t(0),
                                  ctypes.c_uint32(_VERSION))
    except (OSError, AttributeError):
        return 0


def enter(read: Iterable[str], write: Iterable[str]) -> bool:
    """Let this process, for ever, read and write these places alone.

    Tells whether signals to processes outside are kept back, too.
    """
    known = version()
    rights = _RIGHTS[min(known, 5)]
    scopes = _SCOPES if known >= _SCOPED_FROM else 0
    attributes = struct.pack("QQQ", rights, 0, scopes)
    size = 24 if known >= _SCOPED_FROM else 16 if known >= 4 else 8
    rules = kernel.system_call(_CREATE, attributes, ctypes.c_size_t(size),
                               ctypes.c_uint32(0))
    for path in read:
        _allow(rules, path, (_EXECUTE | _READ | _LIST) & rights)
    for path in write:
        _allow(rules, path, rights)
    kernel.system_call(_RESTRICT, ctypes.c_int(rules), ctypes.c_uint32(0))
    os.close(rules)
    return bool(scopes)


def _allow(rules: int, path: str, rights: int) -> None:
    """Add a place with the rights on it and on all that is below it."""
    try:
        number = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # What is not there needs no rule.
    try:
        if not os.path.isdir(path):
            rights &= _OF_FILES
        kernel.system_call(_ADD, ctypes.c_int(rules), ctypes.c_int(_BELOW),
                           struct.pack("=Qi", rights, number),
                           ctypes.c_uint32(0))
    finally:
        os.close(number)
