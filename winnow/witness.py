"""Witnesses: expressions that tell a faulty module from the right one.

A witness sees the exercise's modules by name, `mock` (unittest.mock), `web`
(below) and `outcome`. It is about what the modules do, never about how.
"""
from __future__ import annotations

import json
import os
import re
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from types import CodeType, ModuleType
from typing import Any, NoReturn
from unittest import mock

import requests


class Web:
    """Canned answers for `requests.get`, and a record of what was asked.

    A URL of which nothing was said answers `{"url": …}`, with itself. `calls`
    holds the calls of `requests.get`, `decoded` the URL of each answer as
    often as it was decoded.
    """

    def __init__(self) -> None:
        """Begin with no answers and nothing asked."""
        self.calls: list[Any] = []
        self.decoded: list[str] = []
        self._answers: dict[str, Any] = {}

    def serve(self, answers: Mapping[str, Any]) -> bool:
        """Answer these URLs so from now on; an exception is raised.

        The result is True, so that `and` can lead on to the question.
        """
        self._answers.update(answers)
        return True

    def get(self, *args: Any, **kwargs: Any) -> Answer:
        """Stand in for `requests.get`."""
        self.calls.append(mock.call(*args, **kwargs))
        url = args[0] if args else kwargs["url"]
        answer = self._answers.get(url, {"url": url})
        if isinstance(answer, Exception):
            raise answer
        return Answer(url, json.dumps(answer), self.decoded)


class Answer:
    """What `requests.get` returns here: a body, and no more, to decode."""

    def __init__(self, url: str, body: str, decoded: list[str]) -> None:
        """Hold the body of a URL, and the list to note each decoding in."""
        self._url = url
        self._body = body
        self._decoded = decoded

    def json(self) -> Any:
        """Return the body decoded: each time in objects of its own."""
        self._decoded.append(self._url)
        return json.loads(self._body)


def evaluate(witness: str, sources: Mapping[str, str],
             order: Sequence[str]) -> str:
    """Return what comes of a witness on modules made from these sources.

    The modules that `order` names are made anew, what others import first.
    Afterwards this process is as it was; it reaches no network meanwhile.
    """
    web = Web()
    with _modules(sources, order) as modules, _offline(), \
            mock.patch.object(requests, "get", web.get):
        names = {**modules, "mock": mock, "web": web, "outcome": outcome}
        expression = _compiled(f"({witness}\n)", "<witness>", "eval")
        return outcome(lambda: eval(expression, names))


def outcome(action: Callable[[], object]) -> str:
    """Return what an action gives, as `value …` or as `raises …`."""
    try:
        result = f"value {action()!r}"
    except Exception as error:
        result = f"raises {error!r}"
    # An address in memory is another one each time.
    return re.sub(r" at 0x[0-9a-fA-F]+", "", result)


def main() -> None:
    """Evaluate the witness that standard input tells of, in a new process.

    What comes of it goes to standard output: as `evaluate` has it, or as
    `fails …` where there is nothing to evaluate. The witness itself is heard
    by nobody; it works in a folder of its own.
    """
    import resource  # Other systems have witnesses, and no such limit.
    asked = json.load(sys.stdin)
    answer = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.path.insert(0, asked["folder"])  # Where the support modules are.
    os.chdir(asked["place"])
    try:
        resource.setrlimit(resource.RLIMIT_AS, (asked["memory"],) * 2)
    except (ValueError, OSError):
        pass  # macOS knows RLIMIT_AS and refuses it.
    try:
        result = evaluate(asked["witness"], asked["sources"], asked["order"])
    except BaseException as error:
        result = f"fails {_why(error)}"
    with open(answer, "w", encoding="utf-8", errors="replace") as out:
        out.write(result)
    os._exit(0)  # Whatever a witness has begun ends with it.


def _why(error: BaseException) -> str:
    """Return what is wrong with a witness, or with a module it needs."""
    if isinstance(error, SyntaxError):
        name = os.path.basename(error.filename or "")
        what = "It" if name == "<witness>" else name
        return f"{what} is not Python: {error.msg}."
    return f"It ends in {error!r}."


@contextmanager
def _modules(sources: Mapping[str, str],
             order: Sequence[str]) -> Iterator[dict[str, ModuleType]]:
    """Give new modules, importable by their names for as long as it lasts."""
    made: dict[str, ModuleType] = {}
    hidden = {name: sys.modules.get(name) for name in order}
    try:
        for name in order:
            made[name] = sys.modules[name] = ModuleType(name)
            exec(_compiled(sources[name], f"{name}.py", "exec"),
                 vars(made[name]))
        yield made
    finally:
        for name, module in hidden.items():
            sys.modules.pop(name, None)
            if module is not None:
                sys.modules[name] = module


@contextmanager
def _offline() -> Iterator[None]:
    """Refuse every connection for as long as it lasts."""
    def refuse(*_: object, **__: object) -> NoReturn:
        """Raise in place of a connection."""
        raise OSError("a witness has no network")

    with mock.patch.object(socket, "getaddrinfo", refuse), \
            mock.patch.object(socket.socket, "connect", refuse):
        yield


@lru_cache(maxsize=None)
def _compiled(source: str, name: str, mode: str) -> CodeType:
    """Return compiled code; many witnesses ask for the same modules."""
    code = compile(source, name, mode, dont_inherit=True)
    assert isinstance(code, CodeType)
    return code
