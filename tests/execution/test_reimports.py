"""Variants that are executed at the import, tried in one process.

- many run in one, where an import leaves nothing outside of its own modules
- what one leaves, no other finds: of each kind, the verdict is a new process's
- one that hangs or ends the process is told as if it were alone
"""
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.checking import PATIENCE, write

MODULE = '''"""Weights."""
import decimal
import functools
import json
import logging
import os
import socket
import warnings
{line}

GRAMS = {{"kg": 1000, "g": 1}}


@functools.lru_cache(maxsize=None)
def grams(number, unit="g"):
    """Return a weight in grams."""
    return number * GRAMS[unit]
'''
SUITE = '''import decimal
import json
import logging
import os
import socket
import unittest
import warnings
{above}
import scale


class TestScale(unittest.TestCase):
    def test_grams(self):
        self.assertEqual(scale.grams(2), 2)

    def test_kilograms(self):
        self.assertEqual(scale.grams(2, "kg"), 2000)

    def test_setting(self):
        self.assertTrue({holds})
'''
# What a module sets when it is imported, and how a test sees that.
SETS = {
    "decimal": ("decimal.getcontext().prec = 5",
                "decimal.getcontext().prec == 5"),
    "environment": ("os.environ['SCALE'] = '1'", "'SCALE' in os.environ"),
    "level": ("logging.addLevelName(5, 'FINE')",
              "logging.getLevelName(5) == 'FINE'"),
    "logger": ("logging.getLogger('scale').setLevel(5)",
               "logging.getLogger('scale').level == 5"),
    "class of a library": ("json.JSONEncoder.item_separator = ';'",
                           "json.dumps([1, 2]) == '[1;2]'"),
    "name of a library": ("json.unit = 'g'", "hasattr(json, 'unit')"),
    "table of a library": ("warnings.filters.append('g')",
                           "'g' in warnings.filters"),
    "warnings": ("warnings.simplefilter('error', ResourceWarning)",
                 "('error', None, ResourceWarning, None, 0) "
                 "in warnings.filters"),
    "name that is set late": ("from urllib import request; "
                              "request._opener = request.OpenerDirector()",
                              "__import__('urllib.request').request._opener"),
    "sockets": ("socket.setdefaulttimeout(9)",
                "socket.getdefaulttimeout() == 9"),
    "module": ("import colorsys", "'colorsys' in __import__('sys').modules"),
    "another's module": (
        "from unittest import loader; loader.LEFT = 1",
        "hasattr(unittest.loader, 'LEFT')"),
    "module that no import names": (
        "__import__('calendar').setfirstweekday(6)",
        "__import__('calendar').firstweekday() == 6"),
    "file": ("open('left.txt', 'w').close()", "os.path.exists('left.txt')"),
    "open file": ("os.open('scale.py', os.O_RDONLY)",
                  "len(os.listdir('/dev/fd')) > FILES"),
    "thread": ("import threading; threading.Thread(target=threading.Event()"
               ".wait, args=[5], daemon=True).start()",
               "__import__('threading').active_count() > 1"),
}
# A process of its own, since another one may hold what cannot be compared.
NOTING = '''import json, sys
from pathlib import Path
from winnow.execution.copying import Wanted
from winnow.execution.fork.backend import ForkBackend
from winnow.execution.job import Job
from winnow.execution.pool import Pool
from winnow.execution.result import Limits
from winnow.execution.variant import Variant
from winnow.execution.workspace import Workspace
from winnow.model.outcome import FAILING
from winnow.checking.outcomes import seen

right, variants = json.load(sys.stdin)
job = Job(Path(), ("test_scale.py",), "unittest", {"scale": "scale.py"},
          imports=frozenset(["decimal", "functools", "json", "logging", "os",
                             "socket", "unittest", "urllib.request",
                             "warnings"]))
processes = []
begin, reimport = ForkBackend.begin, ForkBackend.reimport


def noting_one(self, job, *arguments):
    processes.append(1)
    return begin(self, job, *arguments)


def noting_many(self, variants, *arguments):
    processes.append(len(variants))
    return reimport(self, variants, *arguments)


ForkBackend.begin, ForkBackend.reimport = noting_one, noting_many
with Workspace(Wanted(Path(sys.argv[1]), frozenset(),
                      ("test_scale.py",))) as space:
    pool = Pool(space, 1)
    pool.warm(job.imports, {})
    runs = {key: [run.ended, run.reason, sorted(
                test.rpartition(".")[2] for test, outcome
                in seen(run).tests.items() if outcome.status in FAILING)]
            for key, run in pool.run(
                [Variant(name, job, {"scale.py": right}, ("scale.py", text))
                 for name, text in variants.items()],
                Limits(busy=1, waiting=9))}
    pool.end()
print(json.dumps([runs, processes]))
'''


def judged(place: Path, suite: str, right: str, variants: Mapping[str, str]
           ) -> tuple[dict[str, Any], list[int]]:
    """Return what came of each variant, and how many each process began."""
    folder = write(place / "own", {"test_scale.py": suite})
    said = subprocess.run(
        [sys.executable, "-c", NOTING, str(folder)], check=True, text=True,
        input=json.dumps([right, variants]), stdout=subprocess.PIPE,
        timeout=PATIENCE).stdout
    runs, processes = json.loads(said)
    return runs, processes


def changed(right: str, *changes: tuple[str, str]) -> str:
    """Return a text with other parts in it."""
    for old, new in changes:
        assert old in right
        right = right.replace(old, new)
    return right


KILO, GRAM = ('"kg": 1000', '"kg": 100'), ('"g": 1', '"g": 10')
NEVER: tuple[str, str] = ('"kg": 1000', '"t": 0, "kg": 1000')


def test_many_share_a_process(tmp_path: Path) -> None:
    """One after the other finds its own modules, and nobody else's."""
    right = MODULE.format(line="")
    suite = SUITE.format(above="", holds="scale.GRAMS['kg'] > 1")

    runs, processes = judged(tmp_path, suite, right, {
        "kilo": changed(right, KILO), "gram": changed(right, GRAM),
        "never": changed(right, NEVER), "both": changed(right, KILO, GRAM)})

    assert {name: run[2] for name, run in runs.items()} == {
        "kilo": ["test_kilograms"], "gram": ["test_grams"], "never": [],
        "both": ["test_grams", "test_kilograms"]}
    assert {run[0] for run in runs.values()} == {"done"}
    assert processes == [4]


@pytest.mark.parametrize("where", [
    "module", pytest.param("test", marks=pytest.mark.slow),
    pytest.param("helper", marks=pytest.mark.slow)])
@pytest.mark.parametrize("what", SETS)
def test_what_an_import_sets_is_not_there_for_the_next(
        what: str, where: str, tmp_path: Path) -> None:
    """The fault that sets nothing is found, though another has set it."""
    line, holds = SETS[what]
    above = "FILES = len(os.listdir('/dev/fd'))" * (what == "open file")
    right = MODULE.format(line=line)
    if where == "test":  # What sets it is called by the suite.
        right = MODULE.format(line=f"\n\ndef settle():\n    {line}\n")
        suite = SUITE.format(above=above, holds=holds).replace(
            "import scale\n", "import scale\n\nscale.settle()\n")
    elif where == "helper":  # Nobody has looked at what it imports.
        right = MODULE.format(line="import helper\n\nhelper.settle()")
        write(tmp_path / "own", {"helper.py": MODULE.format(
            line=f"\n\ndef settle():\n    {line}\n")})
        line = "helper.settle()"
        suite = SUITE.format(above=above, holds=holds)
    else:
        suite = SUITE.format(above=above, holds=holds)

    runs, processes = judged(tmp_path, suite, right, {
        "kilo": changed(right, KILO), "unset": changed(right, (line, "pass")),
        "gram": changed(right, GRAM)})

    assert {name: run[2] for name, run in runs.items()} == {
        "kilo": ["test_kilograms"], "unset": ["test_setting"],
        "gram": ["test_grams"]}
    assert processes == [3, 1, 1]


FAULT = '''
[[fault]]
name = "{name}"
module = "scale"
level = "core"
caught_at = "unit"
old = '{old}'
new = '{new}'
breaks = "It is wrong."
hint = "What is right?"
witness = "1"
'''
CHECKING = '''import json, sys
from pathlib import Path
from winnow.checking.check import check
from winnow.checking.options import Options
from winnow.execution.fork.backend import ForkBackend

processes = []
reimport = ForkBackend.reimport


def noting(self, variants, *arguments):
    processes.append(len(variants))
    return reimport(self, variants, *arguments)


ForkBackend.reimport = noting
report = check([Path(sys.argv[1])], Options(
    exercise=sys.argv[2], jobs=1, quick=sys.argv[3] == "quick"))
print(json.dumps([[each.outcome for each in report.faults], processes]))
'''


@pytest.mark.parametrize("how", [
    "quick", pytest.param("whole", marks=pytest.mark.slow)])
@pytest.mark.parametrize(("above", "more", "expected"), [
    ("", {}, [2]), ("import helper", {"helper.py": "import json\n"}, [2]),
    ("import rich", {}, []),
    ("import helper", {"helper.py": "import rich\n"}, [2])])
def test_a_check_shares_where_it_knows_what_is_imported(
        above: str, more: Mapping[str, str], expected: list[int], how: str,
        tmp_path: Path) -> None:
    """Of another library nobody knows where it notes what it is told."""
    exercise = write(tmp_path / "exercise", {
        "scale.py": MODULE.format(line=""),
        "faults.toml": 'title = "A scale"\nmodules = ["scale"]\n' + "".join(
            FAULT.format(name=name, old=old, new=new)
            for name, (old, new) in (("kilo", KILO), ("never", NEVER)))})
    folder = write(tmp_path / "own", {
        "test_scale.py": SUITE.format(above=above, holds="True"), **more})

    said = subprocess.run(
        [sys.executable, "-c", CHECKING, str(folder), str(exercise), how],
        check=True, stdout=subprocess.PIPE, timeout=PATIENCE).stdout

    outcomes, processes = json.loads(said)
    assert outcomes == ["caught", "missed"]
    assert [*dict.fromkeys(processes)] == expected


@pytest.mark.parametrize(("line", "ended"), [
    ("while True: pass", "hung"), ("os._exit(3)", "crashed")])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_does_not_end_well_is_told_as_if_it_were_alone(
        line: str, ended: str, place: int, tmp_path: Path) -> None:
    """And the others as ever."""
    right = MODULE.format(line="NUMBER = 1")
    suite = SUITE.format(above="", holds="True")
    names = ["kilo", "gram"]
    names.insert(place, "bad")
    texts = {"kilo": changed(right, KILO), "gram": changed(right, GRAM),
             "bad": changed(right, ("NUMBER = 1", line))}

    runs, _ = judged(tmp_path, suite, right,
                     {name: texts[name] for name in names})

    assert runs["bad"][0] == ended
    assert [runs[name][2] for name in ("kilo", "gram")] == [
        ["test_kilograms"], ["test_grams"]]


def test_what_a_test_leaves_outside_is_not_there_for_the_next(
        tmp_path: Path) -> None:
    """Where one fails before it puts back what it has changed."""
    right = MODULE.format(line="")
    suite = SUITE.format(above="", holds="json.dumps([1, 2]) == '[1, 2]'"
                         ).replace("self.assertEqual(scale.grams(2), 2)", (
                             "before = json.JSONEncoder.item_separator\n"
                             "        json.JSONEncoder.item_separator = ';'\n"
                             "        self.assertEqual(scale.grams(2), 2)\n"
                             "        json.JSONEncoder.item_separator = before"
                             ))

    runs, processes = judged(tmp_path, suite, right, {
        "never": changed(right, NEVER), "gram": changed(right, GRAM),
        "kilo": changed(right, KILO)})

    assert {name: run[2] for name, run in runs.items()} == {
        "never": [], "gram": ["test_grams", "test_setting"],
        "kilo": ["test_kilograms"]}
    assert processes == [3, 1]
