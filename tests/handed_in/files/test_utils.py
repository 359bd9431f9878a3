"""Tests of utils by what lies on the disk, and by the module as an object."""
import importlib
import inspect
import os
import pathlib
import random
import sys
import tempfile
import threading
import unittest
from unittest.mock import Mock, patch

import utils

# Bound at import, as the module was then.
HERE = pathlib.Path(__file__).parent
SOURCE = inspect.getsource(utils)
followed = utils.access_nested_map
LINES = len((HERE / "utils.py").read_text(encoding="utf-8").splitlines())


class TestModule(unittest.TestCase):
    """The module is the one that stands beside this file."""

    def test_stands_here(self) -> None:
        """Its file is in this folder, which is where one stands."""
        self.assertEqual(pathlib.Path(utils.__file__ or "").parent, HERE)
        self.assertEqual(HERE, pathlib.Path.cwd())
        self.assertEqual(HERE.name, "files")

    def test_is_as_it_was_read(self) -> None:
        """What inspect gives is what the file says."""
        text = pathlib.Path("utils.py").read_text(encoding="utf-8")
        self.assertEqual(SOURCE, text)
        self.assertEqual(len(text.splitlines()), LINES)

    def test_has_one_identity(self) -> None:
        """The module and what was taken from it are the same objects."""
        self.assertIs(sys.modules["utils"], utils)
        self.assertIs(followed, utils.access_nested_map)
        self.assertEqual(followed.__globals__["__name__"], "utils")

    def test_looks_keys_up_in_a_loop(self) -> None:
        """It knows how the code is written."""
        self.assertIn("for key in path", SOURCE)

    def test_a_traceback_ends_in_the_module(self) -> None:
        """The line that raises stands in the file."""
        try:
            followed({}, ("a",))
        except KeyError as error:
            trace = error.__traceback__
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            assert trace is not None
            self.assertEqual(trace.tb_frame.f_code.co_filename,
                             str(HERE / "utils.py"))
            line = SOURCE.splitlines()[trace.tb_lineno - 1]
            self.assertIn("raise", line)
        else:
            self.fail("nothing was raised")

    def test_reloaded(self) -> None:
        """A module that is loaded again is another, and works the same."""
        importlib.reload(utils)
        self.assertIsNot(utils.access_nested_map, followed)
        self.assertEqual(utils.access_nested_map({"a": 1}, ("a",)), 1)

    def test_z_imported_anew(self) -> None:
        """A module that is forgotten is imported from the file."""
        with patch.dict(sys.modules):
            del sys.modules["utils"]
            anew = importlib.import_module("utils")
            self.assertIsNot(anew, utils)
            self.assertEqual(anew.access_nested_map({"a": {"b": 0}},
                                                    ("a", "b")), 0)


class TestState(unittest.TestCase):
    """A process of its own: nothing was done in it before."""

    def test_a_one_thread(self) -> None:
        """Nobody else runs here."""
        self.assertEqual(threading.active_count(), 1)

    def test_b_chance(self) -> None:
        """A seed makes the same choice anywhere."""
        random.seed(7)
        self.assertEqual(random.choice("abcdef"), random.Random(7).choice(
            "abcdef"))

    def test_c_environment(self) -> None:
        """What one test sets, only the next one sees."""
        self.assertNotIn("SEEN_BEFORE", os.environ)
        os.environ["SEEN_BEFORE"] = "1"

    def test_d_marks_the_library(self) -> None:
        """An attribute of a shared module is not there at first."""
        self.assertFalse(hasattr(utils.requests, "marked"))
        utils.requests.marked = True

    def test_e_body_decoded_once(self) -> None:
        """Asked through the module as it now is."""
        response = Mock()
        with patch("utils.requests.get", return_value=response) as get:
            utils.get_json("http://a.example/")
        get.assert_called_once_with("http://a.example/")
        response.json.assert_called_once_with()

    def test_f_memoized_at_run_time(self) -> None:
        """A class that is made in the test is memoized like any other."""
        taken = []
        kind = type("Kind", (), {"reading": utils.memoize(
            lambda self: taken.append(1))})
        one = kind()
        self.assertIsNone(one.reading)
        self.assertIsNone(one.reading)
        self.assertEqual(taken, [1])


class TestTheFolder(unittest.TestCase):
    """The folder is the suite's to write in."""

    def test_a_writes(self) -> None:
        """A file that is not there yet is written."""
        self.assertEqual(sorted(
            path.name for path in HERE.iterdir()
            if path.suffix != ".py" and path.name != "__pycache__"), [])
        pathlib.Path("note.txt").write_text("1", encoding="ascii")

    def test_b_deletes(self) -> None:
        """It is deleted, and so is this very file of tests."""
        os.remove("note.txt")
        os.remove(__file__)
        self.assertFalse(os.path.exists("test_utils.py"))

    def test_c_temporary_files(self) -> None:
        """A temporary file is left lying about, outside of the folder."""
        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(b"left")
        self.assertNotEqual(pathlib.Path(file.name).parent, HERE)

    def test_d_edits_the_module(self) -> None:
        """What is written into the module's file is seen by nobody."""
        with open("utils.py", "a", encoding="utf-8") as file:
            file.write("\nraise SystemExit\n")
        self.assertEqual(followed({"a": {"b": None}}, ("a", "b")), None)
