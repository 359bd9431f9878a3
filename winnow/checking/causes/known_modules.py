"""What the modules under test define, read off their source."""
from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property

from winnow.model.exercise import Exercise, Subject

from .known_module import (
    FUNCTION_NODES,
    KnownModule,
    Meaning,
    definitions_in,
    last_part,
    makers_in,
)

# How much alike a name must be to be the one that was meant.
NEAR = 0.7


class KnownModules:
    """The modules that tests are about, and those that come along."""

    def __init__(self, sources: Mapping[str, str],
                 files: Mapping[str, str], modules: Sequence[str],
                 is_exercise: bool = False) -> None:
        """Take texts and files by the modules' names; read them when asked.

        `modules` are those under test, among others such as fixtures. Those
        of an exercise are known to be right.
        """
        self.is_exercise = is_exercise
        self._sources = sources
        self._files = files
        self.modules = tuple(modules)

    @classmethod
    def of(cls, subject: Subject) -> KnownModules:
        """Return the modules of an exercise, or of a person's project."""
        return cls(subject.sources, {
            name: subject.file_of(name) for name in subject.sources},
            subject.modules, isinstance(subject, Exercise))

    @cached_property
    def _read(self) -> Mapping[str, KnownModule]:
        """The modules, read."""
        makers = frozenset(makers_in(self._sources.values()))
        return {name: KnownModule(name, text, makers)
                for name, text in self._sources.items()}

    @cached_property
    def public(self) -> Mapping[str, Collection[str]]:
        """The names of the modules under test, for whoever reads tests."""
        return {name: frozenset(self._read[name].names)
                for name in self.modules}

    def owns(self, file: str) -> bool:
        """Tell whether a file is that of a module under test."""
        return any(self._files[name] == file for name in self.modules)

    def file_of(self, module: str) -> str:
        """Return the file of a module."""
        return self._files.get(module, f"{module.replace('.', '/')}.py")

    def module_of(self, file: str) -> str:
        """Return the module that a file is."""
        return next((name for name, path in self._files.items()
                     if path == file), "")

    def knows(self, module: str) -> bool:
        """Tell whether a module is among these."""
        return module in self._read

    def names(self, module: str) -> Collection[str]:
        """Return the names that a module has."""
        return tuple(self._read[module].names) if self.knows(module) else ()

    def every_module(self) -> Collection[str]:
        """Return the names of all modules, of fixtures too."""
        return tuple(self._read)

    def sorts(self, module: str) -> Iterator[tuple[str, str]]:
        """Yield what a module has, and what each is; nothing if not known."""
        if module in self._read:
            yield from self._read[module].names.items()

    def offered(self, module: str) -> list[str]:
        """Return the names that a module defines itself."""
        return [name for name, sort in self._read[module].names.items()
                if sort in ("function", "class", "value")]

    def find(self, target: str) -> Meaning | None:
        """Return what a dotted name means, such as client.Client.org."""
        for name, module in self._read.items():
            if not target.startswith(f"{name}."):
                continue
            parts = target[len(name) + 1:].split(".")
            if len(parts) == 1 and parts[0] in module.names:
                return Meaning(name, "", parts[0], module.names[parts[0]])
            if len(parts) == 2 and parts[0] in module.members:
                sort = self._sort_in(name, parts[0], parts[1])
                if sort:
                    return Meaning(name, parts[0], parts[1], sort)
            if len(parts) == 2 and module.names.get(parts[0]) == "module":
                return Meaning(name, parts[0], parts[1], "value")
        return None

    def _sort_in(self, module: str, owner: str, name: str) -> str:
        """Return what a class, or a base of it here, has by a name."""
        kind: str | None = owner
        seen: set[str] = set()
        while kind and kind not in seen:
            seen.add(kind)
            found = self._read[module].members.get(kind, {})
            if name in found:
                return found[name]
            kind = found.get("__base__")
        return ""

    def members(self, owner: str) -> Mapping[str, str]:
        """Return what a class of these modules has, by its bare name."""
        for module in self._read.values():
            if owner in module.members:
                return {name: sort for name, sort
                        in module.members[owner].items()
                        if not name.startswith("__")}
        return {}

    def all_members(self) -> Iterator[Mapping[str, str]]:
        """Yield what each class of the modules under test has."""
        for module in self.modules:
            yield from self._read[module].members.values()

    def is_class(self, name: str) -> bool:
        """Tell whether a full name is that of a class."""
        found = self.find(name)
        return found is not None and found.sort == "class"

    def classes(self) -> Iterator[str]:
        """Yield the names of the classes of the modules under test."""
        for module in self.modules:
            yield from self._read[module].members

    def class_in(self, owner: str) -> str:
        """Return the module that defines a class; nothing if none does."""
        return next((name for name, module in self._read.items()
                     if owner in module.members), "")

    def homes(self, name: str) -> Iterator[Meaning]:
        """Yield where code under test looks up a name, the callers first.

        A module that imports a name looks it up in itself; so it comes before
        the one that defines it.
        """
        order = {"imported": 0, "module": 0, "function": 1, "class": 1,
                 "value": 2, "alias": 2}
        found = [Meaning(module, "", name, self._read[module].names[name])
                 for module in self.modules
                 if name in self._read[module].names]
        yield from sorted(found, key=lambda each: order[each.sort])
        for module in self.modules:
            for owner, members in self._read[module].members.items():
                if name in members and not name.startswith("__"):
                    yield Meaning(module, owner, name, members[name])
        for module in self.modules:
            for call in self._read[module].calls:
                if isinstance(call.func, ast.Attribute) and (
                        call.func.attr == name) and isinstance(
                            call.func.value, ast.Name) and (
                    self._read[module].names.get(call.func.value.id)
                        == "module"):
                    yield Meaning(module, call.func.value.id, name, "value")

    def defining(self, name: str) -> Iterator[Meaning]:
        """Yield the modules, fixtures among them, that define a name."""
        for module in self._read.values():
            sort = module.names.get(name, "")
            if sort in ("function", "class", "value"):
                yield Meaning(module.name, "", name, sort)

    def nearest(self, name: str) -> str:
        """Return a name of these modules that one is a misspelling of."""
        known = {each for module in self.modules
                 for each in (*self._read[module].names, *(
                     member for members in self._read[module].members.values()
                     for member in members if not member.startswith("__")))}
        return next(iter(get_close_matches(name, known, 1, NEAR)), "")

    def origin(self, module: str, name: str) -> str:
        """Return what a name of a module was imported as, if it was."""
        return (self._read[module].origins.get(name, "")
                if self.knows(module) else "")

    def signature(self, name: str) -> tuple[str, int, str] | None:
        """Return where a function or class is defined, and how it is called.

        Only where the modules have one of that name.
        """
        found = [(module, node) for module in self.modules
                 for owner, node in definitions_in(self._read[module].tree)
                 if node.name == name
                 or owner == name and node.name == "__init__"]
        if len(found) != 1:
            return None
        module, node = found[0]
        names = [each.arg for each in node.args.args]
        if names[:1] in (["self"], ["cls"]):
            names = names[1:]
        wanted = names[:len(names) - len(node.args.defaults)]
        return (self.file_of(module), node.lineno,
                f"{name}({', '.join(wanted)})")

    def wants_more(self, name: str) -> bool:
        """Tell whether a function or method by a name must have arguments."""
        for module in self.modules:
            for node in ast.walk(self._read[module].tree):
                if isinstance(node, FUNCTION_NODES) and node.name == name:
                    names = [each.arg for each in node.args.args]
                    own = len(names) - (names[:1] in (["self"], ["cls"]))
                    return own > len(node.args.defaults)
        return False

    def requests_by(self, name: str) -> int:
        """Return at how many places the modules call a name, by its last part.

        Where a function does nothing but call it once, those of the function.
        """
        name = name.rpartition(".")[2]
        for _ in range(3):
            sites = [(module, call) for module in self.modules
                     for call in self._read[module].calls
                     if last_part(call.func) == name]
            if len(sites) != 1:
                return len(sites)
            module, call = sites[0]
            around = [node for node in ast.walk(self._read[module].tree)
                      if isinstance(node, FUNCTION_NODES)
                      and node.lineno <= call.lineno <= (
                          node.end_lineno or 0)]
            if not around:
                break
            name = around[-1].name
        return 1

    def at(self, file: str, line: int) -> ast.stmt | None:
        """Return the innermost statement of a module at a line."""
        module = self._read.get(self.module_of(file))
        if module is None:
            return None
        found = [node for node in ast.walk(module.tree)
                 if isinstance(node, ast.stmt)
                 and node.lineno <= line <= (node.end_lineno or 0)]
        return max(found, key=lambda node: node.lineno, default=None)

    def called_at(self, file: str, line: int) -> Meaning | None:
        """Return which name of a module is looked up and called at a line.

        Only one that `patch` could replace there: a name that the module has
        imported, or a function of a module that it has.
        """
        module = self._read.get(self.module_of(file))
        if module is None:
            return None
        for call in module.calls:
            if not call.lineno <= line <= (call.end_lineno or 0):
                continue
            function = call.func
            if isinstance(function, ast.Name) and module.names.get(
                    function.id) in ("imported", "function"):
                return Meaning(module.name, "", function.id,
                               module.names[function.id])
            if isinstance(function, ast.Attribute) and isinstance(
                    function.value, ast.Name) and module.names.get(
                        function.value.id) == "module":
                return Meaning(module.name, function.value.id, function.attr,
                               "value")
        return None


NOTHING = KnownModules({}, {}, ())
