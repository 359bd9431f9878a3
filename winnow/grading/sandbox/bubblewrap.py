"""The world that bubblewrap makes: Python, its packages, loopback, no more.

Which flags are needed, and what each of them leaves open, was tried one by
one; bubblewrap's README and bwrap(1) say what they do.
"""
from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import PurePath

from . import world

PROGRAM = "bwrap"
# What a program asks for names; the host's own files may name its users.
_FILES = {
    "/etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "/etc/passwd": "root:x:0:0::/:/bin/false\n"
                   "learner:x:{uid}:{uid}::/tmp:/bin/sh\n",
    "/etc/group": "root:x:0:\nlearner:x:{uid}:\n",
}
# Who a process is in a user namespace of its own: nobody.
NOBODY = 65534


def why_missing() -> str:
    """Return why there is no bubblewrap, or nothing."""
    return "" if shutil.which(PROGRAM) else (
        "bubblewrap is not installed (Debian, Ubuntu and Fedora have it as "
        "the package bubblewrap)")


def command(program: Sequence[str], paths: Sequence[str], uid: int,
            read: Sequence[tuple[int, str]] = ()) -> list[str]:
    """Return the command that runs a program in this world.

    It may read these paths. The program keeps the capabilities that it needs
    to close off each submission: it runs none of their code before it has
    given them away. Root needs no user namespace, in which no limit on
    processes would hold for it.
    """
    here = [shutil.which(PROGRAM) or PROGRAM, "--unshare-pid",
            "--unshare-net", "--unshare-ipc", "--unshare-uts",
            "--unshare-cgroup-try", "--die-with-parent", "--new-session",
            "--hostname", "winnow", "--clearenv"]
    if os.geteuid():
        here += ["--unshare-user", "--uid", str(NOBODY), "--gid", str(NOBODY),
                 "--cap-add", "ALL"]
    for name, value in world.environment().items():
        here += ["--setenv", name, value]
    for path in world.SYSTEM:
        if os.path.islink(path):
            here += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            here += ["--ro-bind", path, path]
    here += ["--proc", "/proc", "--dev", "/dev", "--perms",
             "1777", "--tmpfs", "/tmp"]
    # What it makes on the way to a place is for root alone, unless told.
    above = dict.fromkeys(
        str(each) for path in ("/etc/hosts", *paths)
        for each in reversed(PurePath(path).parents) if each.name)
    for folder in above:
        here += ["--perms", "0755", "--dir", folder]
    for path in world.SETTINGS:
        here += ["--ro-bind-try", path, path]
    for path in paths:
        here += ["--ro-bind", os.path.realpath(path), path]
    for number, place in read:
        here += ["--perms", "0644", "--ro-bind-data", str(number), place]
    return [*here, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir",
            "/tmp", *program]


def opened_settings(uid: int, opened: list[int]) -> list[tuple[int, str]]:
    """Return files of /etc to be read by number, with their paths there.

    The numbers are added to those `opened`, for the caller to close.
    """
    user = uid if os.geteuid() == 0 else NOBODY
    found = []
    for path, text in _FILES.items():
        ours, theirs = os.pipe()
        os.write(theirs, text.format(uid=user).encode())  # A pipe holds more.
        os.close(theirs)
        opened.append(ours)
        found.append((ours, path))
    return found
