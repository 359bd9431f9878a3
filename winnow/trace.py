"""Which of the modules' functions each test really executes."""
from __future__ import annotations

import ast
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .runner import Job, Stage


class Trace:
    """Listens to the calls of this process from its making on.

    A boundary is executed across modules when its call comes, directly or
    not, from a function of another module that the exercise is about.
    """

    def __init__(self, job: Job, stage: Stage) -> None:
        """Learn where the functions stand, and begin to listen."""
        self._stage = stage
        self._modules = {str(job.folder / f"{module}.py"): module
                         for module in job.modules}
        self._names = {(path, line): name
                       for path, module in self._modules.items()
                       for line, name in _functions(Path(path), module)}
        self._boundaries = job.boundaries
        self._executed: dict[str, dict[str, None]] = {}
        self._integrated: set[str] = set()
        threading.setprofile(self._listen)
        sys.setprofile(self._listen)

    def _listen(self, frame: FrameType, event: str, argument: object) -> None:
        """Note the call of a function of the modules, while a test is on."""
        code = frame.f_code
        if event != "call" or code.co_filename not in self._modules:
            return
        name = self._names.get((code.co_filename, code.co_firstlineno))
        test = self._stage.test
        if name is None or test is None:
            return
        self._executed.setdefault(test, {})[name] = None
        if name in self._boundaries and self._is_crossed(frame):
            self._integrated.add(test)

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
        """Stop listening; tell what each test executed."""
        sys.setprofile(None)
        for test, names in self._executed.items():
            self._stage.emit(
                ["executes", test, list(names), test in self._integrated])


def _functions(path: Path, module: str) -> Iterator[tuple[int, str]]:
    """Yield each function's first line (its first decorator's) and name."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, OSError):
        return
    waiting: list[tuple[ast.AST, str]] = [(tree, module)]
    while waiting:
        node, prefix = waiting.pop()
        for child in ast.iter_child_nodes(node):
            name = prefix
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef,
                                  ast.ClassDef)):
                name = f"{prefix}.{child.name}"
                if not isinstance(child, ast.ClassDef):
                    lines = [node.lineno for node in child.decorator_list]
                    yield min([*lines, child.lineno]), name
            waiting.append((child, name))
