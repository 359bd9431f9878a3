"""Starts the process that judges submissions, in a sandbox, and asks it."""
from __future__ import annotations

import base64
import json
import os
import pickle
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from winnow.model.errors import CannotDo
from winnow.model.exercise import Exercise
from winnow.reports.json_report import SCHEMA
from winnow.system.processes import CAN_CLONE, kill

from .sandbox import bubblewrap, kernel, landlock, world
from .sandbox.confinement import KINDS
from .wire import receive, send

# No person has such a number, nor does systemd give it to anybody.
_FIRST_UID, _UIDS = 2_000_000_000, 100_000_000
# A judge that is in time may take so much longer to say so, in seconds.
_GRACE = 20.0
# Starting takes a second; on a machine that is busy, minutes.
_TO_START = 600.0
_TO_END = 2.0
# How often, and after how many seconds, there may be room for processes again.
_MORE_TRIES, _PAUSE = 2, 2.0
_TRY = ("import sys; sys.path[:] = {path!r}; "
        "from winnow.grading.sandbox import namespaces; "
        "namespaces.enter([], 16)")
_PROGRAM = ("import sys; sys.path[:] = {path!r}; "
            "from winnow.grading.judge_process import main; main()")


class NoSandbox(CannotDo):
    """Why a sandbox cannot be had, and what to do about it."""


@dataclass(frozen=True)
class Terms:
    """What every submission of a class is judged by.

    `options` are keywords of `Options`; `modules` the paths in a submission
    of the modules for which faults are made, if it is no exercise. `seconds`
    is what one whole check may take; nothing that is `hidden` is readable.
    `sandbox` is a kind, or the words of a command to start the judge with.
    """

    exercise: Exercise | None
    modules: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 300.0
    sandbox: tuple[str, ...] = ("bubblewrap",)
    hidden: tuple[Path, ...] = ()

    @property
    def kind(self) -> str:
        """The sandbox's kind; what another command holds is not known."""
        return (self.sandbox[0] if self.sandbox[0] in KINDS else "limits")

    @property
    def is_command(self) -> bool:
        """Whether a command of the person's own is the sandbox."""
        return self.sandbox[0] not in KINDS

    def setup(self, slot: int) -> bytes:
        """Return what the process has to know before it begins, as JSON."""
        return json.dumps({
            "kind": self.kind, "uid": uid_of(slot),
            "read": world.readable(self.hidden), "options": self.options,
            "modules": self.modules, "seconds": self.seconds,
            "exercise": base64.b64encode(pickle.dumps(self.exercise)).decode()
            if self.exercise else None}).encode()


def uid_of(slot: int) -> int:
    """Return who the tests of a slot run as, where root may choose.

    Each has another, so that the processes of one are none of the next's.
    """
    if os.name != "posix" or os.geteuid():
        return 0
    return _FIRST_UID + (os.getpid() * 256 + slot) % _UIDS


class Judge:
    """A process that judges one submission at a time; started when asked."""

    def __init__(self, terms: Terms, slot: int) -> None:
        """Say by what is judged; nothing is started yet."""
        self._terms = terms
        self._slot = slot
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None

    def judge(self, files: Mapping[str, bytes]) -> dict[str, Any]:
        """Return what the process answers; see `judge_process`.

        Raises `NoSandbox` where it cannot be started.
        """
        request = json.dumps({"files": {
            name: base64.b64encode(content).decode()
            for name, content in files.items()}}).encode()
        longest = self._terms.seconds + _GRACE
        # What ends the process may be another's doing, but hardly twice; and
        # who is not root shares how many there may be with all it judges.
        answer = self._ask(request, longest) or self._ask(request, longest)
        for _ in range(_MORE_TRIES):
            if not (answer and answer.get("is_crowded")):
                break
            time.sleep(_PAUSE)
            answer = self._ask(request, longest)
        if answer is None:
            return {"problem": "It could not be judged: the process that "
                    "judges it was ended, twice."}
        if "report" in answer and not self._is_report(answer["report"]):
            return {"problem": "It could not be judged: what it was judged "
                    "by says something that is no report."}
        if self._terms.is_command:
            self.close()  # The next one gets a sandbox of its own.
            answer["sandbox"] = shlex.join(self._terms.sandbox)
        return answer

    def _is_report(self, found: object) -> bool:
        """Tell whether an answer is a report, and on this exercise."""
        if not isinstance(found, dict) or found.get("schema") != SCHEMA:
            return False
        exercise = self._terms.exercise
        names = {each.get("name") for each in found["faults"]}
        return exercise is None or names <= {
            fault.name for fault in exercise.faults}

    def _ask(self, request: bytes, seconds: float) -> dict[str, Any] | None:
        """Return the answer to a request; None if there will be none."""
        if self._process is None:
            self._start()
        process = self._process
        assert process and process.stdin and process.stdout
        timer = threading.Timer(seconds, kill, (process,))
        timer.start()
        try:
            send(process.stdin, request)
            answer = receive(process.stdout)
        except OSError:
            answer = b""
        finally:
            timer.cancel()
        if not answer:
            self.close()
            return None
        found = json.loads(answer)
        if not isinstance(found, dict):
            raise TypeError("an answer is no object")
        return found

    def _start(self) -> None:
        """Start the process; raise `NoSandbox` where that is refused."""
        self._said = tempfile.TemporaryFile()
        reading: list[int] = []
        try:
            command = self._command(reading)
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=self._said, pass_fds=reading, start_new_session=True,
                env={**world.environment(), **self._own()}, cwd="/")
        except OSError as error:
            raise NoSandbox(f"{self._terms.sandbox[0]} cannot be started: "
                            f"{error.strerror or error}.") from error
        finally:
            for number in reading:
                os.close(number)
        begun = time.monotonic()
        answer = self._ask(self._terms.setup(self._slot), _TO_START)
        if answer is None and time.monotonic() - begun >= _TO_START:
            raise NoSandbox(
                f"{self._terms.sandbox[0]} has not started Python within "
                f"{_TO_START / 60:g} minutes: this machine is too busy. What "
                "was judged so far is kept, and the same command goes on from "
                "there.")
        if answer is None:
            raise NoSandbox(self._refusal())
        if "problem" in answer:
            raise NoSandbox(answer["problem"])

    def _own(self) -> dict[str, str]:
        """Return the variables that a command of the person's own needs."""
        if not self._terms.is_command:
            return {}
        return {name: os.environ[name] for name in ("HOME", "XDG_RUNTIME_DIR")
                if name in os.environ}

    def _command(self, reading: list[int]) -> list[str]:
        """Return the command; note the files that it needs open."""
        path = [os.path.dirname(sys.executable), *world.import_path()]
        program = [sys.executable, "-c", _PROGRAM.format(path=path)]
        if self._terms.is_command:
            first, *words = self._terms.sandbox
            if not shutil.which(first):
                raise NoSandbox(f"--sandbox: {first} is neither a kind of "
                                f"sandbox ({', '.join(KINDS)}) nor a command "
                                "here.")
            return [str(shutil.which(first)), *words, *program]
        if self._terms.kind != "bubblewrap":
            return program
        if why := bubblewrap.why_missing():
            raise NoSandbox(f"--sandbox: {why}.")
        uid = uid_of(self._slot)
        return bubblewrap.command(
            program, world.readable(self._terms.hidden), uid,
            bubblewrap.opened_settings(uid, reading))

    def _refusal(self) -> str:
        """Return why the process has not begun, as it said itself."""
        assert self._said
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        why = lines[-1] if lines else "it ended without a word"
        return f"{self._terms.sandbox[0]} does not work here: {why}"

    def close(self) -> None:
        """End the process, if there is one: it ends when nobody asks."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin and process.stdout
        try:
            process.stdin.close()
            process.wait(_TO_END)
        except (OSError, subprocess.TimeoutExpired):
            pass
        kill(process)
        process.wait()
        process.stdout.close()


def need_clones(what: str) -> None:
    """Refuse what rests on clones of a process where there are none."""
    if not CAN_CLONE:
        raise NoSandbox(f"{what} does not work here: on Windows, use WSL.")


def chosen(wanted: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Return the sandbox to use, and why it is not the best one there is.

    One that is asked for by name has to work: `Judge` raises `NoSandbox`
    else. Whether bubblewrap works is known once it has started something.
    """
    if wanted:
        return tuple(wanted), ""
    why = ("" if kernel.IS_LINUX else
           "only Linux has bubblewrap and Landlock")
    if not why:
        why = bubblewrap.why_missing() or _why_refused()
        if not why:
            return ("bubblewrap",), ""
        if landlock.version():
            return ("landlock",), why
    return ("limits",), why


def _why_refused() -> str:
    """Return why bubblewrap, or what comes after it, is refused, or nothing.

    A container may let a process make one world, and none within.
    """
    program = _TRY.format(path=[os.path.dirname(sys.executable),
                                *world.import_path()])
    done = subprocess.run(
        bubblewrap.command([sys.executable, "-c", program],
                           world.readable(()), 0),
        capture_output=True, text=True, stdin=subprocess.DEVNULL)
    lines = done.stderr.strip().splitlines()
    return "" if done.returncode == 0 else (
        f"bubblewrap is refused here ({lines[-1] if lines else 'no reason'})")
