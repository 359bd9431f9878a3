"""What a test's error shows in its own process, right after it was raised.

A message says what went wrong; what was asked of which object, and what the
mocks had answered by then, it leaves out. Nothing of the learner's is called
for it, but a double's `json()`; and it happens beside the traced run alone,
so no verdict depends on it.
"""
from __future__ import annotations

import ast
import inspect
import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from traceback import walk_tb
from types import (BuiltinMethodType, CodeType, FrameType, FunctionType,
                   MethodType, TracebackType)
from typing import Any

from ..job import Stage

Facts = dict[str, Any]
# So many calls of mocks are kept, the last ones.
_MOST_CALLS = 50
_MOST_NAMES = 100
_LONGEST = 80
# How deep the data of a file is searched for a value, and how much of it.
_DEEPEST, _WIDEST = 4, 200
_PLAIN = (str, bytes, int, float, bool, type(None))


@dataclass(frozen=True)
class _Call:
    """One call of a mock: who called it, with what, and what it gave."""

    test: str | None
    mock: Any
    given: tuple[Any, ...]
    caller: str
    answer: object


class Witness:
    """Sees what the mocks of this process give; tells what an error shows."""

    def __init__(self, stage: Stage) -> None:
        """Listen to the mocks from now on; know the texts of the modules.

        A module's file that is opened later is taken to be read by a test.
        """
        from unittest import mock
        self._mock = mock
        self._stage = stage
        self._folder = stage.job.folder
        self._calls: deque[_Call] = deque(maxlen=_MOST_CALLS)
        self._texts = {str(self._folder / path): (
            self._folder / path).read_bytes()
            for path in stage.job.modules.values()}
        self._trees: dict[str, ast.Module] = {}
        called: Callable[..., Any] = mock.CallableMixin.__call__

        def heard(double: Any, /, *given: Any, **named: Any) -> Any:
            """Call a mock, and note what it gave."""
            answer = called(double, *given, **named)
            caller = sys._getframe(1).f_code.co_filename
            self._calls.append(_Call(
                stage.test, double, given, self._file(caller), answer))
            return answer

        setattr(mock.CallableMixin, "__call__", heard)

    def tell(self, error: BaseException,
             trace: TracebackType | None) -> None:
        """Emit what an error shows; nothing, if what it shows resists."""
        try:
            facts = self._facts(error, trace)
        except Exception:  # What a test has made may refuse any question.
            return
        self._stage.emit(["shows", self._stage.test, facts])

    def _facts(self, error: BaseException,
               trace: TracebackType | None) -> Facts:
        """Return what an error shows, as JSON can hold it."""
        frames = list(_frames(trace))
        steps = [each for each in frames if self._file(each.file)]
        facts: Facts = {
            "kinds": [kind.__name__ for kind in type(error).__mro__[:-2]],
            "steps": [self._step(each) for each in steps],
            "place": self._place(steps, error),
            "ends": [str(frames[-1].frame.f_globals.get("__name__")),
                     frames[-1].frame.f_code.co_name] if frames else [],
            "calls": [*self._told_calls()],
        }
        before = error.__cause__ or error.__context__
        if before is not None:
            facts["because"] = str(before).partition("\n")[0][:_LONGEST]
        if isinstance(error, AttributeError):
            facts["object"] = self._object(error)
        if steps and steps[-1] is frames[-1]:
            facts["asked"] = self._asked(steps[-1], error)
        compared = _compared(frames, steps)
        if compared:
            facts["compared"] = [self._value(each) for each in compared]
        return facts

    def _file(self, path: str) -> str:
        """Return the path of a file in the folder; nothing of any other."""
        if not path.startswith(f"{self._folder}{os.sep}"):
            return ""
        return Path(path).relative_to(self._folder).as_posix()

    def _step(self, at: _At) -> Facts:
        """Return where a frame stands, and what its function was given."""
        file = self._file(at.file)
        code = at.frame.f_code
        given = {}
        if file in self._stage.job.modules.values():
            for name in code.co_varnames[:code.co_argcount]:
                if name in at.frame.f_locals and name not in ("self", "cls"):
                    given[name] = _text(at.frame.f_locals[name])
        return {"file": file, "line": at.line, "function": code.co_name,
                "given": given}

    def _place(self, steps: Sequence[_At], error: BaseException) -> str:
        """Return the last place in the tests' own files, and the error."""
        own = [f"{self._file(each.file)}, line {each.line}" for each in steps
               if self._file(each.file) not in
               self._stage.job.modules.values()]
        return f"{own[-1] if own else ''}: {type(error).__name__}"

    def _tree(self, path: str) -> ast.Module:
        """Return the tree of a file; read once, and of a module before."""
        if path not in self._trees:
            text = self._texts.get(path)
            self._trees[path] = ast.parse(
                Path(path).read_bytes() if text is None else text)
        return self._trees[path]

    def _asked(self, at: _At, error: BaseException) -> Facts:
        """Return which part of the line failed, and of what it was asked."""
        wanted = (ast.Attribute if isinstance(error, AttributeError) else
                  ast.Subscript if isinstance(error, LookupError) else
                  (ast.Subscript, ast.Call, ast.Attribute))
        nodes = [node for node in ast.walk(self._tree(at.file))
                 if isinstance(node, wanted) and at.may_be(node)]
        if at.span is None and len(nodes) > 1:
            nodes = [node for node in nodes if isinstance(
                node, ast.Subscript) and isinstance(error, KeyError)
                and _is_key(node, error, at.frame)]
        if not nodes:
            return {}
        node = min(nodes, key=lambda each: (
            (each.end_lineno or 0) - each.lineno, len(ast.dump(each))))
        facts: Facts = {"text": _code(node)}
        inner: ast.expr = node
        if isinstance(node, ast.Call):
            inner = node.func
        elif isinstance(node, ast.Subscript) or isinstance(
                error, AttributeError):
            inner = node.value
        facts["of"] = _code(inner)
        try:
            facts["is"] = self._value(_held(inner, at.frame))
        except LookupError:
            pass
        return facts

    def _object(self, error: AttributeError) -> Facts:
        """Return what has not got an attribute, and names that are near."""
        thing = getattr(error, "obj", None)
        name = str(getattr(error, "name", None) or "")
        facts = self._value(thing)
        facts["name"] = name
        if thing is not None and name:
            from difflib import get_close_matches
            facts["near"] = get_close_matches(
                name, [each for each in dir(thing)
                       if not each.startswith("__")], 3, 0.5)
        return facts

    def _value(self, value: Any) -> Facts:
        """Return what is to be known of a value."""
        facts: Facts = {"kind": type(value).__name__, "text": _text(value),
                        "sort": self._sort(value)}
        if isinstance(value, Mapping) and type(value) is dict:
            facts["keys"] = [_text(key) for key in list(value)[:_MOST_NAMES]]
        elif isinstance(value, (list, tuple)):
            facts["length"] = len(value)
            if value:
                facts["first"] = type(value[0]).__name__
        elif isinstance(value, BaseException):
            facts["args"] = [_text(each) for each in value.args]
        if home := self._home(value):
            facts["home"] = home
        return facts

    def _sort(self, value: object) -> str:
        """Return what a value is, where that explains an error."""
        if isinstance(value, self._mock.NonCallableMock):
            return "mock"
        if isinstance(value, (MethodType, FunctionType)):
            return "function"
        if inspect.iscoroutine(value):
            return "coroutine"
        if isinstance(value, BaseException):
            return "error"
        return ("class" if isinstance(value, type) else
                "property" if isinstance(value, property) else "")

    def _home(self, value: object) -> list[str]:
        """Return the file that holds a value as data, and where in it."""
        if type(value) not in (str, dict, list, tuple) or not value:
            return []
        for module in list(sys.modules.values()):
            file = self._file(str(getattr(module, "__file__", None) or ""))
            if not file or file in self._stage.job.modules.values():
                continue
            for name, held in list(vars(module).items()):
                path = _path_to(value, held, name, _DEEPEST)
                if path:
                    return [file, path]
        return []

    def _told_calls(self) -> Iterator[Facts]:
        """Yield the calls of mocks in the test that is on."""
        told: list[tuple[str, Any]] = []
        # To compare mocks is to call them.
        for call in list(self._calls):
            name = str(call.mock._extract_mock_name())
            if call.test != self._stage.test or not call.caller or (
                    name.endswith("__")):  # As __iter__ of a MagicMock.
                continue
            data = self._data(call.answer)
            given = _text(call.given[0]) if call.given else ""
            facts: Facts = {
                "mock": name, "given": given,
                "by": call.caller, "answer": self._value(data)}
            effect = call.mock._mock_side_effect
            facts["has_effect"] = effect is not None
            if isinstance(effect, (FunctionType, MethodType)):
                code = effect.__code__
                facts["fake"] = [effect.__name__, self._file(
                    code.co_filename), code.co_firstlineno]
            elif isinstance(effect, BuiltinMethodType):
                facts["fake"] = [effect.__name__, "", 0]
            facts["same"] = next(
                (number for number, (other, before) in enumerate(told)
                 if given and other and given != other
                 and _are_alike(data, before)), None)
            told.append((given, data))
            yield facts

    def _data(self, answer: Any) -> Any:
        """Return what a mock gave; of a response that is what it carries.

        A mock, where that is not known.
        """
        if isinstance(answer, self._mock.NonCallableMock):
            json = vars(answer).get("json") or vars(answer).get(
                "_mock_children", {}).get("json")
            if isinstance(json, self._mock.NonCallableMock):
                given = vars(json).get("_mock_return_value")
                return (answer if given is self._mock.DEFAULT
                        or json.side_effect is not None else given)
        else:
            json = getattr(answer, "json", None)
        try:
            return json() if isinstance(
                json, (FunctionType, MethodType)) else answer
        except Exception:
            return answer


@dataclass(frozen=True)
class _At:
    """A frame of a traceback, its line, and what of the line was executed.

    The `span` is known since Python 3.11.
    """

    frame: FrameType
    line: int
    span: tuple[int, int, int, int] | None

    @property
    def file(self) -> str:
        """The path of the file."""
        return self.frame.f_code.co_filename

    def may_be(self, node: ast.expr) -> bool:
        """Tell whether an expression is what was executed."""
        if self.span is None:
            return node.lineno <= self.line <= (node.end_lineno or 0)
        line, end, begin, stop = self.span
        return (node.end_lineno, node.end_col_offset) == (end, stop) and (
            node.lineno, node.col_offset) <= (line, begin)


def _frames(trace: TracebackType | None) -> Iterator[_At]:
    """Yield the frames of a traceback, the outermost first."""
    at = trace
    for frame, line in walk_tb(trace):
        assert at is not None
        yield _At(frame, line, _span(frame.f_code, at.tb_lasti))
        at = at.tb_next


def _span(code: CodeType, instruction: int
          ) -> tuple[int, int, int, int] | None:
    """Return the first and last line and column of an instruction."""
    positions = getattr(code, "co_positions", None)
    if positions is None or instruction < 0:
        return None
    for number, (line, end, begin, stop) in enumerate(positions()):
        if number == instruction // 2:
            return None if None in (line, end, begin, stop) else (
                line, end, begin, stop)
    return None


def _compared(frames: list[_At], steps: list[_At]) -> list[Any]:
    """Return the values that an assertion of unittest's was given."""
    own = frames.index(steps[-1]) if steps else len(frames)
    for at in frames[own:]:
        code = at.frame.f_code
        if (at.frame.f_globals.get("__name__") == "unittest.case"
                and code.co_name.startswith("assert")):
            names = [name for name in code.co_varnames[1:code.co_argcount]
                     if name not in ("msg", "places", "delta")]
            return [at.frame.f_locals[name] for name in names[:2]
                    if name in at.frame.f_locals]
    return []


def _held(node: ast.expr, frame: FrameType) -> Any:
    """Return what an expression means, if that can be looked up; no more.

    Raises `LookupError` where code would have to run.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        for names in (frame.f_locals, frame.f_globals):
            if node.id in names:
                return names[node.id]
    elif isinstance(node, ast.Attribute):
        owner = _held(node.value, frame)
        held = getattr(owner, "__dict__", {})
        if node.attr in held:
            return held[node.attr]
        for kind in type(owner).__mro__:
            if node.attr in vars(kind):
                value = vars(kind)[node.attr]
                if not hasattr(type(value), "__get__"):
                    return value
    elif isinstance(node, ast.Subscript):
        owner, key = _held(node.value, frame), _held(node.slice, frame)
        if type(owner) in (dict, list, tuple):
            try:
                return owner[key]
            except TypeError:
                pass
    raise LookupError(ast.dump(node))


def _is_key(node: ast.Subscript, error: KeyError, frame: FrameType) -> bool:
    """Tell whether a subscript asks for the key that is missing."""
    try:
        return bool(error.args and _held(node.slice, frame) == error.args[0])
    except Exception:
        return False


def _path_to(value: object, held: object, name: str, depth: int) -> str:
    """Return how a value is reached from a name that holds it, or nothing."""
    if held is value:
        return name
    parts: list[tuple[object, object]] = []
    if depth and type(held) in (list, tuple):
        assert isinstance(held, (list, tuple))
        parts += enumerate(held[:_WIDEST])
    # A word may stand in many records, and be one object in all of them.
    elif depth and type(held) is dict and not isinstance(value, str):
        assert isinstance(held, dict)
        parts += list(held.items())[:_WIDEST]
    return next(filter(None, (
        _path_to(value, each, f"{name}[{_text(key)}]", depth - 1)
        for key, each in parts)), "")


def _are_alike(one: object, other: object) -> bool:
    """Tell whether two answers are the same data."""
    try:
        return isinstance(one, (dict, list, tuple, str)) and bool(
            one is other or one == other)
    except Exception:
        return False


def _code(node: ast.AST) -> str:
    """Return code as text in one line."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST - 1]}…"


def _text(value: object) -> str:
    """Return a value as Python writes it, if it is plain; else its kind."""
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, (FunctionType, MethodType)):
        return str(value.__name__)
    if not _is_plain(value, _DEEPEST):
        return type(value).__name__
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST - 1]}…"


def _is_plain(value: object, depth: int) -> bool:
    """Tell whether a value is nothing but numbers, strings and the like."""
    if type(value) in _PLAIN:
        return True
    if not depth or type(value) not in (dict, list, tuple):
        return False
    parts = ([*value.keys(), *value.values()] if isinstance(value, dict)
             else value)
    assert isinstance(parts, (list, tuple))
    return len(parts) <= _WIDEST and all(
        _is_plain(part, depth - 1) for part in parts)
