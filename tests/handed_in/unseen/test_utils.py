"""Tests that use utils where a tracer of this process does not look."""
import _thread
import ast
import inspect
import os
import sys
import unittest
from collections.abc import Callable
from typing import Any
from unittest.mock import Mock, patch

import utils
from utils import access_nested_map, get_json

MAP = {"license": {"key": "mit", "stars": 0}, "fork": None}


def holds_in_a_child(claim: Callable[[], bool]) -> bool:
    """Tell whether a claim holds in a copy of this process."""
    child = os.fork()
    if not child:
        try:
            os._exit(0 if claim() else 1)
        finally:
            os._exit(2)
    return os.waitpid(child, 0)[1] == 0


def answer_of(payload: Any) -> Any:
    """Return a replacement for `requests.get` that answers with this."""
    return Mock(return_value=Mock(**{"json.return_value": payload}))


class TestA(unittest.TestCase):
    """The first to run: no function of the module was executed yet."""

    def test_a_the_file(self) -> None:
        """The file has one loop over a path."""
        with open("utils.py", encoding="utf-8") as file:
            tree = ast.parse(file.read())
        loops = [node for node in ast.walk(tree)
                 if isinstance(node, ast.For)]
        self.assertEqual(len(loops), 1)

    def test_b_the_source(self) -> None:
        """The function raises in one place."""
        self.assertEqual(
            inspect.getsource(access_nested_map).count("raise "), 1)

    def test_c_the_code(self) -> None:
        """The function asks whether it has a mapping before it."""
        self.assertIn("isinstance", access_nested_map.__code__.co_names)

    def test_d_the_signature(self) -> None:
        """The names of the parameters are part of the contract."""
        self.assertEqual(list(inspect.signature(get_json).parameters),
                         ["url", "options"])

    def test_e_in_a_child(self) -> None:
        """What a child process finds, its exit status tells."""
        self.assertTrue(holds_in_a_child(
            lambda: access_nested_map(MAP, ("license", "stars")) == 0))
        with patch("requests.get", answer_of([])):
            self.assertTrue(holds_in_a_child(
                lambda: get_json("http://a.example/") == []))

    def test_f_in_a_bare_thread(self) -> None:
        """A thread that `threading` does not know of calls it."""
        found: list[Any] = []
        done = _thread.allocate_lock()
        done.acquire()

        def look() -> None:
            """Look a value up, and say so whatever comes of it."""
            try:
                found.append(access_nested_map(MAP, ("fork",)))
            finally:
                done.release()

        _thread.start_new_thread(look, ())
        done.acquire(timeout=30)
        self.assertEqual(found, [None])


class TestB(unittest.TestCase):
    """A profiler of the suite's own is at work."""

    def test_a_profiled(self) -> None:
        """The calls are counted by the test."""
        calls: list[str] = []
        sys.setprofile(lambda frame, event, argument: calls.append(
            frame.f_code.co_name) if event == "call" else None)
        try:
            with patch("requests.get", answer_of({"a": 1})) as get:
                get_json("http://a.example/")
        finally:
            sys.setprofile(None)
        self.assertEqual(calls.count("get_json"), 1)
        get.assert_called_once_with("http://a.example/")

    def test_b_afterwards(self) -> None:
        """No profiler is left, and so none may be counted on."""
        with self.assertRaises(KeyError) as caught:
            access_nested_map(MAP, ("license", "name"))
        self.assertEqual(caught.exception.args, ("name",))

    def test_c_a_map_is_not_extended(self) -> None:
        """What counts here is what the call before has left."""
        self.assertEqual(sorted(MAP["license"] or {}), ["key", "stars"])

    def test_d_by_another_name(self) -> None:
        """A function made of the same code, as it was at import."""
        self.assertEqual(COPY({"a": {"b": 2}}, ("a", "b")), 2)


COPY = type(access_nested_map)(access_nested_map.__code__, vars(utils))
