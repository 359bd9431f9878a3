"""What a page's blocks do, one after the other, in a folder of their own.

In that folder stand the modules of the exercises, and each block whose first
line is a name such as `# test_utils.py` is saved there.
"""
from __future__ import annotations

import contextlib
import io
import json
import linecache
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from lessons.engine import apart, outputs
from lessons.engine.pages import EXECUTED, ROOT, Block, table

# What tells a reader that a run of tests, or a block, has failed.
_FAILED = re.compile(
    r"FAIL|ERROR|Error|Exception|no tests ran|Ran 0 tests|^[.sxEF]*[EF]",
    re.MULTILINE)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


@dataclass
class Played:
    """What came of a page.

    `findings` are what is wrong, by line; `left` what was not executed or not
    compared, by line and with the reason; the others are counts. Two of one
    page can be added.
    """

    page: str
    executed: int = 0
    compared: int = 0
    proved: int = 0
    findings: list[tuple[int, str]] = field(default_factory=list)
    left: list[tuple[int, str]] = field(default_factory=list)

    def __add__(self, other: Played) -> Played:
        """Return what came of the page in both."""
        return Played(self.page, self.executed + other.executed,
                      self.compared + other.compared,
                      self.proved + other.proved,
                      self.findings + other.findings, self.left + other.left)


class Player:
    """One page in its folder: what its blocks have defined and printed."""

    def __init__(self, folder: Path, loaded: frozenset[str]) -> None:
        """Begin a page; `loaded` are the modules that were there before."""
        self._folder = folder
        self._loaded = loaded
        # Dataclasses and the like look for where they were defined.
        self._names = vars(sys.modules.setdefault(
            "lesson", ModuleType("lesson")))
        # The last block that was executed, and what it printed.
        self._last: tuple[Block, apart.Ran] | None = None

    def play(self, page: str, blocks: tuple[Block, ...]) -> Played:
        """Execute the blocks from top to bottom, and compare."""
        played = Played(page)
        ways: dict[str, Callable[[Block], apart.Ran]] = {
            "python": self._python, "sh": self._sh, "yaml": self._saved}
        for block in blocks:
            if block.reason is not None:
                played.left.append((block.line, f"for the reader alone: "
                                    f"{block.reason}"))
            elif block.language == "text":
                self._text(block, played)
            elif block.language in EXECUTED or (
                    block.language == "yaml" and block.file):
                self._settle(played)
                played.executed += 1
                if block.language == "console":
                    self._console(block, played)
                else:
                    self._last = block, ways[block.language](block)
            else:
                if block.file:
                    self._saved(block)
                for line, said in _data(block):
                    played.findings.append((line, said))
        self._settle(played)
        return played

    def _settle(self, played: Played) -> None:
        """Judge the last block by itself: no output of it was shown."""
        if self._last:
            block, ran = self._last
            if ran.status:
                played.findings.append((block.line, (
                    "the block fails, and no text block below it shows "
                    f"that:\n{ran.printed}")))
            elif block.language == "python" and not block.runner and (
                    ran.printed):
                played.findings.append((block.line, (
                    "the block prints what no text block below it shows:\n"
                    f"{ran.printed}")))
        self._last = None

    def _text(self, block: Block, played: Played) -> None:
        """Compare what the last block printed with what is shown of it."""
        if not self._last:
            played.findings.append((block.line, (
                "a text block that no block above it prints: mark it "
                "`reader only`, with the reason")))
            return
        last, ran = self._last
        self._last = None
        if ran.status and not _FAILED.search(block.code):
            played.findings.append((last.line, (
                "the block fails, and what is shown of it does not say so:\n"
                f"{ran.printed}")))
        self._compare(block.line, block.code, ran, played)

    def _compare(self, line: int, shown: str, ran: apart.Ran,
                 played: Played) -> None:
        """Compare an output that begins in a line of the page."""
        printed = ran.printed.replace(str(self._folder) + os.sep, "")
        number = outputs.differs(shown, printed)
        if shown.strip() and not shown.strip(". \n"):
            played.findings.append((line, "dots alone show nothing"))
        elif number is None:
            played.compared += 1
        elif not outputs.IS_RECORDED:
            played.left.append((line, (
                "an output that Python {}.{} words otherwise than {}.{}"
                .format(*sys.version_info[:2], *outputs.RECORDED))))
        else:
            played.findings.append((line + number, (
                f"this is not what is printed, which is:\n{printed}")))

    def _python(self, block: Block) -> apart.Ran:
        """Run the tests of a block, save it as a file, or go on with it."""
        name = block.file or ("test_lesson.py" if block.runner else None)
        if name is None:
            return self._go_on(block)
        path = self._folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(block.code, "utf-8")
        module = name[:-3].replace("/", ".")
        sys.modules.pop(module, None)
        if not block.runner:
            return self._run("-c", f"import {module}")
        ran = self._run("-m", block.runner, *(
            ["-q", name] if block.runner == "pytest" else [module]))
        if not block.file:
            path.unlink()
        if re.search(r"^(Ran 0 tests|no tests ran)", ran.printed,
                     re.MULTILINE):
            return apart.Ran(ran.printed, ran.status or 5)
        return ran

    def _saved(self, block: Block) -> apart.Ran:
        """Save a block as the file that it names, for the blocks below."""
        assert block.file
        path = self._folder / block.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.code, "utf-8")
        return apart.Ran("", 0)

    def _run(self, *arguments: str) -> apart.Ran:
        """Run Python in the page's folder."""
        return apart.python(arguments, self._folder, self._loaded)

    def _go_on(self, block: Block) -> apart.Ran:
        """Execute a block below those that stand above it."""
        printed = io.StringIO()
        linecache.cache["lesson.py"] = (
            len(block.code), None, block.code.splitlines(True), "lesson.py")
        with contextlib.redirect_stdout(printed), \
                contextlib.redirect_stderr(printed):
            try:
                exec(compile(block.code, "lesson.py", "exec"), self._names)
            except (Exception, SystemExit) as error:
                if error.__traceback__ and not isinstance(error, SyntaxError):
                    error.__traceback__ = error.__traceback__.tb_next
                traceback.print_exception(
                    type(error), error, error.__traceback__)
                return apart.Ran(printed.getvalue(), 1)
        return apart.Ran(printed.getvalue(), 0)

    def _sh(self, block: Block) -> apart.Ran:
        """Run a block of commands, one a line, of which none may fail."""
        printed = ""
        for command in block.code.replace("\\\n", "").splitlines():
            if command.strip():
                ran = apart.typed(command, self._place(block), self._loaded)
                printed += ran.printed
                if ran.status:
                    return apart.Ran(printed, ran.status)
        return apart.Ran(printed, 0)

    def _console(self, block: Block, played: Played) -> None:
        """Run each command of a session, and compare what it prints."""
        commands = list(_COMMAND.finditer(block.code))
        if not commands or commands[0].start():
            played.findings.append((block.line, (
                "a session begins with a command behind `$ `")))
        for found in commands:
            line = block.line + block.code[:found.start(2)].count("\n")
            try:
                ran = apart.typed(found[1], self._place(block), self._loaded)
            except OSError as error:
                played.left.append((line, f"{found[1]}: {error}"))
            else:
                self._compare(line, found[2], ran, played)

    def _place(self, block: Block) -> Path:
        """Return the folder in which a block's commands are typed."""
        return ROOT if "in the project" in block.marks else self._folder


def _data(block: Block) -> Iterator[tuple[int, str]]:
    """Yield why a block is not what its language says it is."""
    if block.language == "json":
        try:
            json.loads(block.code)
        except ValueError as error:
            yield block.line, f"this is no JSON: {error}"
    elif block.language == "toml":
        try:
            table(block.code)
        except ValueError as error:
            yield block.line, f"this is no TOML: {error}"
    else:
        yield block.line, (f"a block of {block.language} is not executed: "
                           "mark it `reader only`, with the reason")
