"""How a clone of the warm process confines itself before it judges."""
from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from winnow.system.processes import resource

from . import kernel, landlock, namespaces, seccomp, world

KINDS = ("bubblewrap", "landlock", "limits")
# Processes and threads that the tests of one submission may have.
MOST_PROCESSES = 256
# Devices that programs take for granted.
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random",
            "/dev/urandom", "/dev/tty")
_NAMES = ("/etc/hosts", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf",
          "/etc/localtime", "/proc", "/sys/devices/system/cpu")


class Box(NamedTuple):
    """Where one submission is judged: a folder for files, and its user.

    `uid` is 0 where the process stays who it is. `read` are the paths that a
    sandboxed process may read; its temporary files may hold `tmp_mb`.
    """

    kind: str
    folder: str
    uid: int
    read: Sequence[str]
    tmp_mb: int = 256


@dataclass
class Held:
    """What a sandbox kept a submission from, and what it did not."""

    kind: str
    lacks: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return the kind of sandbox, with what it lacks in brackets."""
        return (f"{self.kind} (not held: {', '.join(self.lacks)})"
                if self.lacks else self.kind)


def enter(box: Box) -> Held:
    """Confine this clone for ever; return what holds it now.

    Whatever the kind, it has few processes, and no other process may look
    into it. Raises OSError where the kind cannot be had.
    """
    held = Held(box.kind)
    os.setsid()
    os.umask(0o022)
    if box.kind == "bubblewrap":
        namespaces.enter([path for path in box.read
                          if path.startswith("/tmp/")], box.tmp_mb)
    elif box.kind == "landlock":
        os.chown(box.folder, box.uid or -1, box.uid or -1)
        kernel.gain_nothing()  # Who is not root may not confine itself else.
        if not landlock.enter([*box.read, *world.SYSTEM, *world.SETTINGS,
                               *_NAMES], [box.folder, *_DEVICES]):
            held.lacks.append("signals to other processes")
        held.lacks += ["connections of child processes", "disk space"]
    else:
        os.chown(box.folder, box.uid or -1, box.uid or -1)
        held.lacks += ["files of the machine", "signals of child processes",
                       "connections of child processes", "disk space"]
    _give_up_rights(box, held)
    home = os.path.join(box.folder, "home")
    os.makedirs(home, exist_ok=True)
    os.environ |= {"HOME": home, "TMPDIR": box.folder}
    tempfile.tempdir = None  # It was asked for before, elsewhere.
    return held


def _give_up_rights(box: Box, held: Held) -> None:
    """Become a user without rights, with limits that hold."""
    is_root = os.geteuid() == 0
    if kernel.IS_LINUX:
        kernel.forget_user(box.uid)
        kernel.gain_nothing()
        kernel.die_with_parent()  # After that: a new user undoes it.
        kernel.be_closed()
    elif is_root and box.uid:
        os.setgroups([])
        os.setgid(box.uid)
        os.setuid(box.uid)
    if is_root and not box.uid:
        held.lacks.append("the number of processes")
    most = MOST_PROCESSES
    if box.kind != "bubblewrap" and not box.uid:
        most += _own_processes()
    for name, number in (("NPROC", most), ("CORE", 0)):
        which = getattr(resource, f"RLIMIT_{name}", None)
        if which is not None:
            hard = resource.getrlimit(which)[1]
            if hard != resource.RLIM_INFINITY:
                number = min(number, hard)
            resource.setrlimit(which, (number, number))
    if kernel.IS_LINUX:
        _be_first_to_go()
        if not seccomp.forbid_calls() and box.kind == "bubblewrap":
            held.lacks.append("rare system calls")


def _be_first_to_go() -> None:
    """Where memory runs out, let the system end this process, no other."""
    try:
        Path("/proc/thread-self/oom_score_adj").write_text("1000")
    except OSError:
        pass  # It is a help to the machine, and no more.


def _own_processes() -> int:
    """Return how many processes and threads this user has by now."""
    own = os.getuid()
    count = 0
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if entry.stat().st_uid == own:
                count += len(os.listdir(entry / "task"))
        except OSError:
            continue  # It has ended.
    return count


def can_read_as(uid: int, paths: Sequence[str]) -> str:
    """Return what a user cannot read of these paths, or nothing.

    It is asked in a clone, which becomes that user.
    """
    ours, theirs = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            for path in [sys.executable, os.__file__, *paths]:
                if not os.access(path, os.R_OK | (
                        os.X_OK if os.path.isdir(path) else 0)):
                    os.write(theirs, os.fsencode(path))
                    break
        finally:
            os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as pipe:
        said = pipe.read()
    os.waitpid(pid, 0)
    return os.fsdecode(said)
