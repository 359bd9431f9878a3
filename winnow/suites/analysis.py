"""Rules broken and smells: what the files of a suite tell when read."""
from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from winnow.model.findings import BrokenRule, Problem
from winnow.model.syntax import parsed

from .definitions import Definitions
from .discovery import TestFile
from .file_rules import broken_rules


class SuiteAnalysis:
    """The files of one suite, read while there is time, and once."""

    def __init__(self, files: Mapping[str, TestFile], folder: Path,
                 sources: Mapping[str, str], rules: bool) -> None:
        """Take the files by their names, and the texts of the modules.

        The course's rules are for the exercises, and for `rules` alone.
        """
        self.paths = {name: file.path for name, file in files.items()}
        self._trees = {name: file.tree for name, file in files.items()}
        self._folder = folder
        self._sources = sources
        self._has_rules = rules

    def ahead(self) -> None:
        """Read what will be asked for, unless that is done."""
        _ = self.rules, self.smells

    @cached_property
    def definitions(self) -> Definitions:
        """Where the tests stand."""
        return Definitions(self._trees)

    @cached_property
    def rules(self) -> tuple[BrokenRule, ...]:
        """The places that break one of the course's rules on files."""
        return tuple(broken_rules(list(self.paths.values()), self._folder)
                     if self._has_rules else ())

    @cached_property
    def smells(self) -> tuple[Problem, ...]:
        """What is wrong with the tests as they are written."""
        # Here: it is read while others run, and costs the start nothing.
        from .smells import public_names, smells_in
        modules = {name: public_names(parsed(text))
                   for name, text in self._sources.items()}
        return tuple(smell for name, tree in self._trees.items()
                     for smell in smells_in(name, tree, modules))
