"""Witnesses: expressions that tell a faulty module from the right one.

A witness sees the exercise's modules and those beside them by name, `mock`
(unittest.mock), `web` (below) and `outcome`. It is about what the modules do,
never about how.
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
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import Any, NoReturn, Optional
from unittest import mock

import requests

from winnow.system.processes import limit


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

    The modules that `order` names are made anew, and seen by their names.
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
    asked = json.load(sys.stdin)
    answer = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.path.insert(0, asked["folder"])  # Where the support modules are.
    os.chdir(asked["place"])
    limit(AS=asked["memory"])
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


class _Sources(MetaPathFinder, Loader):
    """Finds and loads modules whose text is given, whoever asks for them."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        """Take the texts by the modules' names."""
        self._sources = sources

    def find_spec(self, fullname: str, path: object,
                  target: object = None) -> Optional[ModuleSpec]:
        """Return that a module is loaded from here, if its text is."""
        if fullname not in self._sources:
            return None
        return ModuleSpec(fullname, self)

    def exec_module(self, module: ModuleType) -> None:
        """Execute a module's text in it."""
        name = module.__name__
        exec(_compiled(self._sources[name], f"{name}.py", "exec"),
             vars(module))


@contextmanager
def _modules(sources: Mapping[str, str],
             order: Sequence[str]) -> Iterator[dict[str, ModuleType]]:
    """Give new modules, importable by their names for as long as it lasts."""
    hidden = {name: sys.modules.pop(name, None) for name in order}
    finder = _Sources({name: sources[name] for name in order})
    sys.meta_path.insert(0, finder)
    try:
        yield {name: import_module(name) for name in order}
    finally:
        sys.meta_path.remove(finder)
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
