"""`winnow check --sandbox`: the same check, in a process that is confined."""
from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from winnow.grading.judge import NoSandbox, chosen, need_clones, uid_of
from winnow.grading.sandbox import bubblewrap, world
from winnow.grading.sandbox.confinement import (
    KINDS,
    Box,
    can_read_as,
    enter,
)
from winnow.reports.terminal import ASCII
from winnow.subjects.faults_toml import TABLE, bundled, load
from winnow.subjects.project import find
from winnow.system.streams import can_print, complain

from .output import opened

# Room for copies of a whole project: a copy takes 256 MB by default, and no
# more than an eighth of what is free.
_TMP_MB = 2560
# Its last word is what `confine` reads.
_PROGRAM = ("import os, sys; sys.path[:] = {path!r}; "
            "from winnow.cli.sandboxed import confine; confine(); "
            "from winnow.__main__ import main; status = main(); "
            "sys.stdout.flush(); os._exit(status)")


def check_and_write(options: argparse.Namespace) -> int:
    """Let a confined process check; write what it says where it belongs."""
    need_clones("--sandbox")
    with opened(options.output) as out:
        text, said, status = check_sandboxed(
            without(options.typed, "--sandbox", "-o", "--output"), options)
        complain(said)
        out.write(text if can_print("✓→", out.stream)
                  else text.translate(ASCII))
    return status


def check_sandboxed(arguments: Sequence[str], options: argparse.Namespace
                    ) -> tuple[str, str, int]:
    """Run `winnow check` in a sandbox; return what it writes, and its status.

    The texts are those of standard output and of standard error. Raises
    `NoSandbox` where the sandbox that is asked for cannot be had.
    """
    sandbox, _ = chosen([] if options.sandbox == "best"
                        else shlex.split(options.sandbox))
    if sandbox[0] not in KINDS:
        raise NoSandbox(f"--sandbox: {sandbox[0]} is no kind of sandbox. It "
                        f"can be {', '.join(KINDS)} or best.")
    if sandbox[0] == "bubblewrap" and (why := bubblewrap.why_missing()):
        raise NoSandbox(f"--sandbox: {why}.")
    read = world.outermost(
        [*world.readable(()), *map(str, _needed(options))])
    with tempfile.TemporaryDirectory(prefix="winnow-check-") as folder:
        box = Box(sandbox[0], folder if sandbox[0] != "bubblewrap" else
                  "/tmp", uid_of(0), read, _TMP_MB)
        done = _run(box, [json.dumps([box, os.getcwd(), [*arguments]])])
    return done.stdout, done.stderr, done.returncode


def without(words: Sequence[str], *names: str) -> list[str]:
    """Return a command's words without these options and their values."""
    left = iter(words)
    kept = []
    for word in left:
        if word in names:
            next(left, None)
        elif not word.startswith(tuple(f"{name}=" for name in names
                                       if name.startswith("--"))) and not (
                word.startswith("-o") and "-o" in names):
            kept.append(word)
    return kept


def _needed(options: argparse.Namespace) -> Iterator[Path]:
    """Yield the folders and files that a check reads besides Python's own."""
    for path in (*options.paths, *([options.exercise] if options.exercise
                                   else [])):
        whole = Path(path).absolute()
        if whole.exists():
            yield whole if whole.is_dir() else whole.parent
    if options.module:
        # Settings and helpers may be anywhere in a project.
        yield find([Path(path) for path in options.paths],
                   [Path(path) for path in options.module],
                   options.runner)[0].folder
    for folder in bundled().values():
        exercise = load(folder)
        yield folder / TABLE
        for name in exercise.sources:
            yield folder / f"{name}.py"


def _run(box: Box, words: Sequence[str]
         ) -> subprocess.CompletedProcess[str]:
    """Run the program of this module, in bubblewrap if it is to be that."""
    path = [os.path.dirname(sys.executable), *world.import_path()]
    program = [sys.executable, "-c", _PROGRAM.format(path=path), *words]
    reading: list[int] = []
    try:
        if box.kind == "bubblewrap":
            program = bubblewrap.command(
                program, box.read, box.uid,
                bubblewrap.opened_settings(box.uid, reading))
        return subprocess.run(
            program, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, encoding="utf-8", errors="replace", pass_fds=reading,
            env=world.environment())
    finally:
        for number in reading:
            os.close(number)


def confine() -> None:
    """Confine this process, and make its words those of `winnow check`."""
    words, here, arguments = json.loads(sys.argv[1])
    box = Box(*words)
    if box.uid and can_read_as(box.uid, box.read):
        box = box._replace(uid=0)
    held = enter(box)
    os.chdir(here)
    if held.lacks:
        print(f"winnow: contained by {held}", file=sys.stderr)
    sys.argv[1:] = arguments
