"""Which system calls no test needs, and none gets in a sandbox.

They make namespaces, read or write other processes, load programs into the
kernel: the ways by which sandboxes were left. Names and numbers are those of
Linux's tables for these two machines.
"""
from __future__ import annotations

import os
import struct

from . import kernel

# By the machine: how the kernel names it (AUDIT_ARCH), clone, the others.
_MACHINES = {
    "x86_64": (0xC000003E, 56, (
        101,  # ptrace
        155, 161, 165, 166,  # pivot_root, chroot, mount, umount2
        175, 313, 246,  # init_module, finit_module, kexec_load
        248, 249, 250,  # add_key, request_key, keyctl
        272, 308,  # unshare, setns
        298, 310, 311,  # perf_event_open, process_vm_readv and -writev
        321, 323)),  # bpf, userfaultfd
    "aarch64": (0xC00000B7, 220, (
        117, 41, 51, 40, 39, 105, 273, 104, 217, 218, 219, 97, 268, 241, 270,
        271, 280, 282)),
}
# The same on each machine: io_uring_setup, open_tree to fspick, pidfd_getfd,
# mount_setattr.
_EVERYWHERE = (425, 428, 429, 430, 431, 432, 433, 438, 442)
_CLONE3 = 435
# What clone would make anew: any kind of namespace.
_NAMESPACES = 0x7E020000
_LOAD, _AND, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_ALLOW, _KILL, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_X32 = 0x40000000
_Step = tuple[int, int, int, int]


def forbid_calls() -> bool:
    """Take these calls away; tell if that could be done on this machine."""
    program = _program(os.uname().machine)
    if not program:
        return False
    try:
        kernel.filter_calls(program)
    except OSError:
        return False
    return True


def _program(machine: str) -> bytes:
    """Return the filter in BPF; nothing for a machine that is not known."""
    if machine not in _MACHINES:
        return b""
    audit, clone, some = _MACHINES[machine]
    refused = sorted({*some, *_EVERYWHERE})
    # Offsets in struct seccomp_data: 0 the call, 4 the machine, 16 the first
    # argument's lower half. The last two numbers of a step are how many to
    # skip if a comparison holds, and if not.
    steps: list[_Step] = [
        (_LOAD, 0, 0, 4), (_EQUAL, 1, 0, audit), (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0)]
    checks = [(_AT_LEAST, _X32), *((_EQUAL, each) for each in refused)]
    # glibc takes clone where there is no clone3, whose flags are in memory.
    tail: list[_Step] = [
        (_EQUAL, 0, 1, _CLONE3), (_RETURN, 0, 0, _FAIL | _ENOSYS),
        (_EQUAL, 0, 3, clone), (_LOAD, 0, 0, 16),
        (_AND, 0, 0, _NAMESPACES), (_EQUAL, 0, 1, 0),
        (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _FAIL | _EPERM)]
    for number, (how, value) in enumerate(checks):
        to_end = len(checks) - number - 1 + len(tail) - 1
        steps.append((how, to_end, 0, value))
    return b"".join(struct.pack("HBBI", code, yes, no, value)
                    for code, yes, no, value in (*steps, *tail))
