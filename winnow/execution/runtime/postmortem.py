"""What an error shows in its own process, right after it was raised.

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
from types import (
    BuiltinMethodType,
    FunctionType,
    MethodType,
    TracebackType,
)
from typing import Any

from winnow.execution.event import Shows
from winnow.execution.runtime.raised_at import (
    DEEPEST,
    LONGEST,
    RaisedAt,
    are_alike,
    code_at,
    compared_at,
    frames_of,
    held_by,
    is_key,
    path_to,
    short_text,
)
from winnow.execution.runtime.recorder import Recorder

Facts = dict[str, Any]
# So many calls of mocks are kept, the last ones.
_MOST_CALLS = 50
_MOST_NAMES = 100


@dataclass(frozen=True)
class _Call:
    """One call of a mock: who called it, with what, and what it gave."""

    test: str | None
    mock: Any
    given: tuple[Any, ...]
    caller: str
    answer: object


class Postmortem:
    """Sees what the mocks of this process give; tells what an error shows."""

    def __init__(self, stage: Recorder) -> None:
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
        self._stage.emit(Shows(self._stage.test, facts))

    def _facts(self, error: BaseException,
               trace: TracebackType | None) -> Facts:
        """Return what an error shows, as JSON can hold it."""
        frames = list(frames_of(trace))
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
            facts["because"] = str(before).partition("\n")[0][:LONGEST]
        if isinstance(error, AttributeError):
            facts["object"] = self._object(error)
        if steps and steps[-1] is frames[-1]:
            facts["asked"] = self._asked(steps[-1], error)
        compared = compared_at(frames, steps)
        if compared:
            facts["compared"] = [self._value(each) for each in compared]
        return facts

    def _file(self, path: str) -> str:
        """Return the path of a file in the folder; nothing of any other."""
        if not path.startswith(f"{self._folder}{os.sep}"):
            return ""
        return Path(path).relative_to(self._folder).as_posix()

    def _step(self, at: RaisedAt) -> Facts:
        """Return where a frame stands, and what its function was given."""
        file = self._file(at.file)
        code = at.frame.f_code
        given = {}
        if file in self._stage.job.modules.values():
            for name in code.co_varnames[:code.co_argcount]:
                if name in at.frame.f_locals and name not in ("self", "cls"):
                    given[name] = short_text(at.frame.f_locals[name])
        return {"file": file, "line": at.line, "function": code.co_name,
                "given": given}

    def _place(self, steps: Sequence[RaisedAt], error: BaseException) -> str:
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

    def _asked(self, at: RaisedAt, error: BaseException) -> Facts:
        """Return which part of the line failed, and of what it was asked."""
        wanted = (ast.Attribute if isinstance(error, AttributeError) else
                  ast.Subscript if isinstance(error, LookupError) else
                  (ast.Subscript, ast.Call, ast.Attribute))
        nodes = [node for node in ast.walk(self._tree(at.file))
                 if isinstance(node, wanted) and at.may_be(node)]
        if at.span is None and len(nodes) > 1:
            nodes = [node for node in nodes if isinstance(
                node, ast.Subscript) and isinstance(error, KeyError)
                and is_key(node, error, at.frame)]
        if not nodes:
            return {}
        node = min(nodes, key=lambda each: (
            (each.end_lineno or 0) - each.lineno, len(ast.dump(each))))
        facts: Facts = {"text": code_at(node)}
        inner: ast.expr = node
        if isinstance(node, ast.Call):
            inner = node.func
        elif isinstance(node, ast.Subscript) or isinstance(
                error, AttributeError):
            inner = node.value
        facts["of"] = code_at(inner)
        try:
            facts["is"] = self._value(held_by(inner, at.frame))
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
        facts: Facts = {
            "kind": type(value).__name__, "text": short_text(value),
            "sort": self._sort(value)}
        if isinstance(value, Mapping) and type(value) is dict:
            facts["keys"] = [
                short_text(key) for key in list(value)[:_MOST_NAMES]]
        elif isinstance(value, (list, tuple)):
            facts["length"] = len(value)
            if value:
                facts["first"] = type(value[0]).__name__
        elif isinstance(value, BaseException):
            facts["args"] = [short_text(each) for each in value.args]
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
                path = path_to(value, held, name, DEEPEST)
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
            given = short_text(call.given[0]) if call.given else ""
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
                 and are_alike(data, before)), None)
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
