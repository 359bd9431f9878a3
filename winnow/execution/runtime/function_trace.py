"""Notes which functions of the modules each test executes, and when."""
from __future__ import annotations

import builtins
import functools
import os
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType, FunctionType
from typing import Any

from winnow import PACKAGE
from winnow.execution.runtime.recorder import Recorder
from winnow.system.processes import resource

from ..event import Executes, Reached
from ..job import Job
from ..reach import CODE
from . import imports, own_state, restoring
from .audit import listen
from .probes import FUNCTION, SEGMENT, with_probes

try:
    import _posixsubprocess
except ImportError:  # So it is on Windows, and in a browser.
    _posixsubprocess = None  # type: ignore[assignment]

# What is not the same in a clone of a process.
_OF_THE_PROCESS = (
    (os, "getpid"), (os, "getppid"), (os, "times"), (resource, "getrusage"),
    (threading, "get_native_id"), (time, "process_time"),
    (time, "process_time_ns"), (time, "thread_time"),
    (time, "thread_time_ns"))
# Who asks for it all the same: for names that are drawn anew in a clone, for
# what a log might say, for threads, which end in a clone, to see if it is one.
_ALL_ONE_TO = ("tempfile", "logging", "threading", "multiprocessing",
               "_pytest")
# Which modules of ours read functions, to compare and to restore them.
_COMPARING = (own_state.__name__, restoring.__name__)
# By which functions `inspect` reads a function's code for its parameters.
_OF_SIGNATURES = ("_signature", "_has_code_flag")
# What a change of a function is in, of what can be read off it.
_READ = ("__code__", "__defaults__", "__kwdefaults__")
# What tells of a file without opening it; there is no audit event of it.
_LOOKS = ("stat", "lstat")
# What a test file may do at its import that a clone of the process would not
# find as a fresh process does: audit events, by their beginnings.
_PROCESSES = ("subprocess.", "os.fork", "os.posix_spawn", "os.system",
              "os.exec", "os.spawn", "_winapi.CreateProcess")
_LASTING = (*_PROCESSES, "mmap.", "socket.", "sqlite3.", "ctypes.", "signal.")


class FunctionTrace:
    """Listens to the calls of this process from its making on.

    A boundary is executed across modules when its call comes, directly or
    not, from a function of another module that the exercise is about. What is
    outside counts whoever calls it.

    `reached` says at which slots something is executed or its source is read:
    slot -1 is the import, slot n what follows the end of the nth test until
    the end of the next. A module's own name stands for its source; what a
    segment of a function is called, and its code as a test reads it, `Reach`
    says.
    """

    def __init__(self, job: Job, stage: Recorder) -> None:
        """Let each function of the modules tell when it is executed.

        `sys.setprofile` would tell it of all functions there are, and take
        ten times as long.
        """
        self._stage = stage
        self._modules = {str(job.folder / path): module
                         for module, path in job.modules.items()}
        self._by_name = {os.path.basename(path): module
                         for path, module in self._modules.items()}
        self._folder = f"{job.folder}{os.sep}"
        self._boundaries = job.boundaries
        self._outside = job.outside
        self._libraries = frozenset(job.libraries)
        self._all_one_to = self._libraries.union(_ALL_ONE_TO)
        self._executed: dict[str, dict[str, None]] = {}
        self._integrated: set[str] = set()
        self._reached: dict[str, set[int]] = {}
        self._lasting = False
        self._maps = False
        self._is_asking = False
        self._setups = stage.setups
        self._at = (-1, False)
        self._known: set[str] = set()
        setattr(builtins, FUNCTION, self._note)
        setattr(builtins, SEGMENT, self._note_segment)
        for path, module in self._modules.items():
            text = Path(path).read_bytes()
            imports.use_code(path, text, imports.made_ahead(
                (text, module), path,
                partial(with_probes, text, path, module)))
        listen(self._hear)
        for source, name in _OF_THE_PROCESS:
            if hasattr(source, name):
                setattr(source, name, _noting(getattr(source, name),
                                              self._note_lasting))
        # multiprocessing's "spawn" and the start of its "forkserver" call
        # this, and there is no audit event of it.
        if _posixsubprocess:
            setattr(_posixsubprocess, "fork_exec", _noting(
                _posixsubprocess.fork_exec, self._note_process))
        for name in _LOOKS:
            setattr(os, name, _noting(getattr(os, name), self._note_reading))

    def _note_lasting(self, *_: object) -> None:
        """Note that a clone of this process would have another answer.

        To libraries, and to some of Python's own, that is all one.
        """
        asking = str(sys._getframe(2).f_globals.get("__name__"))
        if asking.partition(".")[0] not in self._all_one_to:
            self._lasting = True

    def _note(self, name: str) -> None:
        """Note that a function of the modules begins."""
        self._note_reached(name)
        test = self._stage.test
        if test is not None:
            self._executed.setdefault(test, {})[name] = None
            if name in self._outside or (
                    name in self._boundaries
                    and self._is_crossed(sys._getframe(1))):
                self._integrated.add(test)

    def _note_segment(self, name: str) -> None:
        """Note that a segment begins; loops come here again and again."""
        now = (self._stage.slot, self._stage.test is None)
        if now != self._at:
            self._at = now
            self._known.clear()
        if name not in self._known or self._setups.is_on:
            self._known.add(name)
            self._note_reached(name)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        """Note who reads the source or the code of the modules."""
        if event == "open":
            self._note_reading(args[0])
        elif event == "os.scandir":
            for path in self._modules:
                if self._is_folder(args[0]):
                    self._note_reading(path)
        elif event == "object.__getattr__":
            if isinstance(args[0], FunctionType) and args[1] in _READ and (
                    not _compares()):
                module = str(args[0].__module__)
                if module in self._modules.values():
                    name = args[0].__qualname__.replace(".<locals>", "")
                    what = "" if _asks_for_signature() else CODE
                    self._note_reached(f"{module}.{name}{what}")
        elif event.startswith(_PROCESSES) or (
                # A server that forks on demand is asked by a Unix socket.
                event == "socket.connect" and not isinstance(args[1], tuple)
                and "multiprocessing.forkserver" in sys.modules):
            self._note_process()
        if self._stage.slot < 0 and event.startswith(_LASTING):
            self._lasting = True
            self._maps = self._maps or event.startswith("mmap.")

    def _note_process(self, *_: object) -> None:
        """Note that another process begins, which may read the modules."""
        for module in self._modules.values():
            self._note_reached(module)

    def _note_reading(self, path: object, *_: object) -> None:
        """Note that a file is looked at, if it may be a module's source.

        Before the first test, most looks are pytest's or of an import. A name
        alone may be meant from another folder (`dir_fd`).
        """
        if self._is_asking or not isinstance(path, (str, bytes, os.PathLike)):
            return
        name = os.fsdecode(path)
        module = (self._by_name.get(name)
                  or self._modules.get(self._real(name)))
        if module and (self._stage.slot >= 0 or self._is_theirs()) and (
                not self._is_a_librarys()):
            self._note_reached(module)

    def _is_a_librarys(self) -> bool:
        """Tell whether it is one of the exercise's libraries that looks.

        Hypothesis, say, looks for constants to try in all sources there are.
        """
        frame: FrameType | None = sys._getframe(2)
        while frame is not None:
            top = str(frame.f_globals.get("__name__")).partition(".")[0]
            if top not in sys.stdlib_module_names and top != PACKAGE:
                return top in self._libraries
            frame = frame.f_back
        return False

    def _is_theirs(self) -> bool:
        """Tell whether a file of the tests' folder executes, not an import."""
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and not imports.is_loading():
            if frame.f_code.co_filename.startswith(self._folder):
                return True
            frame = frame.f_back
        return False

    def _is_folder(self, path: object) -> bool:
        """Tell whether a listing may be one of the folder of the modules."""
        if isinstance(path, int):  # A descriptor, as rmtree lists by.
            self._is_asking = True
            try:
                return any(os.path.samestat(os.fstat(path), os.stat(folder))
                           for folder in map(os.path.dirname, self._modules))
            except OSError:
                return True
            finally:
                self._is_asking = False
        name = os.fsdecode(path) if isinstance(
            path, (str, bytes, os.PathLike)) else ""
        return self._real(name) in map(os.path.dirname, self._modules)

    def _real(self, path: str) -> str:
        """Return a path without links; its own looks are nobody's."""
        self._is_asking = True
        try:
            return os.path.realpath(path)
        finally:
            self._is_asking = False

    def _note_reached(self, name: str) -> None:
        """Note that this is the slot of a name, among others.

        Between two tests it may be the tear-down of the first one's class:
        then its own slot counts, too, for without it nothing is torn down.
        """
        self._setups.note(name)
        slots = self._reached.setdefault(name, set())
        slots.add(self._stage.slot)
        if self._stage.test is None and self._stage.slot > 0:
            slots.add(self._stage.slot - 1)

    def _is_crossed(self, frame: FrameType) -> bool:
        """Tell whether a call comes from another of the modules."""
        own = self._modules[frame.f_code.co_filename]
        caller = frame.f_back
        while caller is not None:
            if self._modules.get(caller.f_code.co_filename, own) != own:
                return True
            caller = caller.f_back
        return False

    def tell(self) -> None:
        """Tell what was executed by what, and when."""
        self._setups.tell(self._stage.emit)
        for test, names in self._executed.items():
            self._stage.emit(
                Executes(test, list(names), test in self._integrated))
        reached = {name: sorted(slots)
                   for name, slots in self._reached.items()}
        by_processes = any(f"multiprocessing.popen_{kind}" in sys.modules
                           for kind in ("fork", "forkserver", "spawn_posix"))
        self._stage.emit(Reached(not (self._lasting or by_processes),
                                 reached, not self._maps))


def _asks_for_signature() -> bool:
    """Tell whether code is read to see how it is called, as a mock does.

    No change of a body changes that.
    """
    frame = _reading()
    return (frame is not None and frame.f_globals.get("__name__") == "inspect"
            and frame.f_code.co_name.startswith(_OF_SIGNATURES))


def _compares() -> bool:
    """Tell whether it is the checker that reads, to see what tests leave."""
    frame = _reading()
    return frame is not None and frame.f_globals.get("__name__") in _COMPARING


def _reading() -> FrameType | None:
    """Return the frame that has caused an audit event."""
    frame: FrameType | None = sys._getframe(3)
    while frame is not None and frame.f_globals.get("__name__") == (
            listen.__module__):
        frame = frame.f_back
    return frame


def _noting(ask: Callable[..., object], note: Callable[..., None]
            ) -> Callable[..., object]:
    """Return a function that also notes that it was asked, and what."""
    @functools.wraps(ask)
    def asked(*args: Any, **kwargs: Any) -> object:
        """Judgement, and note it."""
        note(*args)
        return ask(*args, **kwargs)

    return asked
