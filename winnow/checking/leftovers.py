"""What the tests have left changed, where, and how to undo it."""
from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from winnow.model.exercise import Subject
from winnow.model.findings import Problem
from winnow.model.identifier import module_of
from winnow.model.syntax import parsed
from winnow.suites.definitions import ChangeSite, Definitions

# How many lines may change a thing, at most, for them to be named.
_FEW = 3
# What may be left changed, in words; and what to do, in a test of unittest's
# (`{add}` registers what sets it back) and in one of pytest's.
_LEFT = {
    "environment": (
        "the environment variable {name} is still changed",
        "Use `patch.dict(os.environ, …)`, which sets it back.",
        "Use `monkeypatch.setenv`, which sets it back."),
    "folder": (
        "the current folder is another one",
        "Call `{add}(os.chdir, os.getcwd())` before you leave it, or use "
        "pytest's `monkeypatch.chdir`.",
        "Use `monkeypatch.chdir`, which leads back."),
    "path": (
        "sys.path is still changed",
        "Use `patch.object(sys, 'path', […, *sys.path])`, which sets it "
        "back.", "Use `monkeypatch.syspath_prepend`, which sets it back."),
    "threads": (
        "a thread is still running",
        "Let the test wait for its end, with `join`, and use an executor in "
        "a `with`.", "Let the test wait for its end, with `join`, and use an "
        "executor in a `with`."),
    "signals": (
        "a signal still has another handler",
        "`signal.signal` returns the old one: set it back, in `{add}(…)`.",
        "`signal.signal` returns the old one: set it back in a fixture, "
        "after its `yield`."),
    "logging": (
        "logging is still disabled",
        "Call `{add}(logging.disable, logging.NOTSET)` beside it.",
        "Call `logging.disable(logging.NOTSET)` in a fixture, after its "
        "`yield`."),
}
# The ends of calls that change what is the process's.
_CALLS = {
    "folder": ("chdir",), "signals": ("signal.signal",),
    "path": ("sys.path.append", "sys.path.insert", "sys.path.extend",
             "addsitedir"),
    "threads": ("Thread", "Timer", "Executor", "ThreadPool",
                "start_new_thread"),
    "logging": ("logging.disable",),
}
# What registers in each fixture what is to be done when it is over.
_ADD = {"setUpClass": "cls.addClassCleanup",
        "setUpModule": "unittest.addModuleCleanup"}
_MOCKS = ("Mock", "MagicMock", "AsyncMock", "PropertyMock", "create_autospec")


class _Home(NamedTuple):
    """Where something is changed: the test or fixture, and its kind."""

    test: str | None
    add: str
    is_plain: bool


def left_problems(changed: Iterable[tuple[str, str]],
                  definitions: Definitions, subject: Subject
                  ) -> Iterator[Problem]:
    """Yield the problems of what the tests left changed, by kind and name.

    Where no test can be seen to do it, a library, or the module itself, may
    have a reason of its own.
    """
    modules = Definitions({
        module: parsed(subject.sources[module])
        for module in subject.modules})
    for kind, name in changed:
        if kind == "process":
            places = list(definitions.calling(_CALLS[name]))
        else:
            places = list(definitions.changing(name))
        if kind != "patch" and not places or (
                kind == "attribute" and any(modules.changing(name))):
            continue
        yield _problem(kind, name, places, definitions)


def _problem(kind: str, name: str, places: list[ChangeSite],
             definitions: Definitions) -> Problem:
    """Return the problem of one thing that is left changed."""
    homes = {_home(place, definitions) for place in places}
    files = {place.file for place in places}
    if len(homes) == 1 and len(files) == 1:
        place, home = places[0], homes.pop()
        said, advice = _words(kind, name, home, place)
        module = module_of(place.file)
        return Problem("leak", f"{module}.{home.test}" if home.test
                       else place.file, said, advice, place.file, place.line)
    plain = bool(homes) and all(home.is_plain for home in homes)
    said, advice = _words(kind, name, _Home(None, "self.addCleanup", plain))
    if 0 < len(places) <= _FEW:
        said += f" See {_listed(places)}."
    return Problem("leak", "the tests", said, advice)


def _home(place: ChangeSite, definitions: Definitions) -> _Home:
    """Return in which test or fixture a place stands."""
    test = definitions.test_at(place.file, place.line)
    method = (test or "").rpartition(".")[2]
    return _Home(test, _ADD.get(method, "self.addCleanup"),
                 definitions.is_plain(place.file, test))


def _words(kind: str, name: str, home: _Home, place: ChangeSite | None = None
           ) -> tuple[str, str]:
    """Return what is left changed, as a sentence, and what to do instead."""
    if kind in ("patch", "attribute"):
        return (f"When the tests are over, {name} is still replaced.",
                _replaced(name, home, place))
    what, advice, plain = _LEFT[name if kind == "process" else kind]
    return (f"When the tests are over, {what.format(name=name)}.",
            plain if home.is_plain else advice.format(add=home.add))


def _replaced(name: str, home: _Home, place: ChangeSite | None) -> str:
    """Return how something is replaced for a while only, at its place."""
    match place.node if place else None:
        case ast.Call(func=ast.Attribute(attr="start", value=ast.Call(
                ) as made)):
            if home.is_plain:
                return f"Use `with {_code(made)}:` around what needs it."
            start = " = ".join(filter(None, (
                place.bound if place else "", "patcher.start()")))
            return (f"Write `patcher = {_code(made)}`, `{start}` and "
                    f"`{home.add}(patcher.stop)`.")
        case ast.Call(func=ast.Attribute(attr="start", value=patcher)):
            if not home.is_plain:
                return (f"Call `{home.add}({_code(patcher)}.stop)` where you "
                        "start it.")
        case ast.Assign(targets=[ast.Attribute() as target], value=value):
            short = name.rpartition(".")[2].strip("_") or "mock"
            is_mock = isinstance(value, ast.Call) and _code(
                value.func).endswith(_MOCKS) and not value.args and (
                    not value.keywords)
            new = "" if is_mock else f", {_code(value)}"
            as_name = f" as {short}" if is_mock else ""
            if len(new) < 60:
                return (f"In place of `{_code(target)} = …` write `with "
                        f"patch(\"{name}\"{new}){as_name}:`, and put what "
                        "needs it into its block.")
    if home.is_plain:
        return ("Use `with patch(…)` or `@patch`, or pytest's "
                "`monkeypatch.setattr`, which sets it back.")
    return ("Use `with patch(…)` or `@patch`, or call "
            f"`{home.add}(patcher.stop)` where you start it.")


def _code(node: ast.AST) -> str:
    """Return code as text in one line."""
    return " ".join(ast.unparse(node).split())


def _listed(places: Iterable[ChangeSite]) -> str:
    """Return places in words, those of a file together."""
    lines: dict[str, list[int]] = {}
    for place in places:
        lines.setdefault(place.file, []).append(place.line)
    return "; ".join(
        f"{file}, line{'s' if len(some) > 1 else ''} "
        f"{' and '.join(map(str, sorted(some)))}"
        for file, some in lines.items())
