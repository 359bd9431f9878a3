"""Nothing that a suite does harms the checker, or fools it.

That is, as far as one user's process can see to it. What a careless test does
to its own process stands in test_bad_tests.py; here are those that, knowingly
or not, reach for what the checker needs.

- it writes into, cuts or closes the files in which the checker is told
- it patches what the checker calls, and never undoes it
- it forks, leaves daemons behind, sends signals to whoever started it
- it looks like one that passes: it compares nothing, tests its own copy,
  recognises the right source, passes once only
- what stands around it: load_tests, conftest.py, names to break a report
"""
import json
import xml.etree.ElementTree
from pathlib import Path

import pytest

from tests.execution.test_bad_tests import IN_TIME, STYLES, in_a_test
from tests.support.checking import (
    OF_TEMPERATURES,
    Ran,
    Row,
    caught_by,
    outcomes,
    report_on,
    run_row,
)
from winnow.reports import FORMATS

# Suites that attack other processes: each command has one of its own.
FRESH = True
EVERY_FILE = """
for number in range(3, 1024):
    try:
        {}
    except OSError:
        pass""".lstrip()
# A test that passes and asserts nothing: neither it nor its neighbour is lost.
WITHOUT_EFFECT = [
    EVERY_FILE.format(statement) for statement in [
        r"""os.write(number, b'["end", "test_scales.TestScales.test_good", '
            b'"failed", ""]\n["end", "test_scales.test_good", "failed", ""]\n')
        os.write(number, b'["done"]\n')""",
        "os.write(number, b'.')",
        "os.ftruncate(number, 0)",
        "os.lseek(number, 0, os.SEEK_SET)",
        "os.write(number, os.pread(number, 10_000, 0))",
    ]
] + [
    # Two runners would tell of each test; the second of a red one.
    "global to_fahrenheit\nif not os.fork(): to_fahrenheit = lambda c: 7",
    "os.fork() or os.chdir('/') or os.setsid() or os.fork() or (\n"
    "    os.closerange(0, 64), time.sleep(3600))",
    "import atexit; atexit.register(time.sleep, 3600)",
    "print('OK'); os.write(1, b'Ran 2 tests: OK'); sys.stdout.close()",
    "import gc; gc.disable(); gc.freeze()",
    "sys.modules.clear()",
    "sys.modules['scales'] = None",
    "open('scales.py', 'w').write('def to_fahrenheit(c): return 32')",
] + [
    f"from unittest import mock; mock.patch('{name}').start()"
    for name in ["json.dumps", "os.write", "os._exit", "os.fork", "os.getpid",
                 "os.getcwd", "time.monotonic", "signal.setitimer",
                 "random.setstate", "sys.exit", "builtins.hash",
                 "unittest.TestResult.addFailure"]
] + [
    # The checker's own files bear higher numbers.
    "os.closerange(3, 256)",
    "os.closerange(3, 64)\nsys.kept = [open(str(n), 'w') for n in range(20)]",
    "file = open('other', 'w')\n" + EVERY_FILE.replace("1024", "64").format(
        "os.dup2(file.fileno(), number)"),
]
ENDED = "It ended the whole run"
NOT_THEIRS = "PermissionError: [Errno 1] a test may send a signal to itself"
# What is said of the test, which alone is left out.
LEFT_OUT = [
    ("while True:\n    try:\n        while True: pass\n"
     "    except BaseException: pass", IN_TIME),
    ("signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n"
     "while True: pass", IN_TIME),
    ("while True:\n" + EVERY_FILE.format(
        "os.write(number, b'\\n' * 2 ** 20)").replace("\n", "\n    ")
     .replace("for", "    for", 1), IN_TIME),
    ("bytearray(8 * 2 ** 30)", "MemoryError"),
    ("import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))",
     ENDED),
    ("with open('great', 'wb') as file: file.truncate(2 ** 31)",
     "OSError: [Errno 27]"),
    ("os.execv(sys.executable, [sys.executable, '-c', ''])", ENDED),
    ("def refuse(*event): raise ValueError\nsys.settrace(refuse)",
     "ValueError"),
    ("import builtins; builtins.isinstance = lambda *_: True", ENDED),
    ("os.kill(os.getppid(), signal.SIGKILL)", NOT_THEIRS),
    ("os.killpg(os.getpgid(os.getppid()), signal.SIGCONT)", NOT_THEIRS),
    ("os.kill(-1, signal.SIGCONT)", NOT_THEIRS),
    ("class Evil(Exception):\n    def __str__(self): os._exit(0)\n"
     "raise Evil", ENDED),
    ("raise AssertionError('\\ud800\\x1b[2J<script>')", "AssertionError: "),
]
# What runs the tests has a hand in these; elsewhere one style stands for both.
IN_BOTH_STYLES = [*WITHOUT_EFFECT[:1], *WITHOUT_EFFECT[5:7],
                  *WITHOUT_EFFECT[13:15]]
IN_A_TEST = [
    in_a_test(style, statement, "2 of 2 tests pass")
    for statement in WITHOUT_EFFECT for style in STYLES
    if style == "unittest" or statement in IN_BOTH_STYLES
] + [
    in_a_test("unittest", statement, "1 of 2 tests pass", "test_bad", said)
    for statement, said in LEFT_OUT
] + [
    in_a_test("unittest", statement, "2 of 2 tests pass")
    for statement in [
        # A clone that has hardly begun dies by it, time after time.
        "for _ in range(50):\n"
        "    child = os.fork() or time.sleep(3600)\n"
        "    os.kill(child, signal.SIGTERM); os.waitpid(child, 0)",
        "child = subprocess.Popen(['sleep', '3600'], start_new_session=True)\n"
        "os.killpg(child.pid, signal.SIGTERM); child.wait()",
        "os.kill(os.getppid(), 0)",
    ]
] + [
    # Beside the folder it finds its own file only in the second of two runs.
    in_a_test(style, f"assert not os.path.exists({path!r})\n"
              f"open({path!r}, 'w').close()", "2 of 2 tests pass",
              "It fails when it runs a second time in one process.")
    for style, path in [("unittest", "../note"), ("pytest", "../../note")]
]
LOOKS_GOOD = '''
import os, unittest
from unittest import mock
import scales
from scales import to_fahrenheit


class TestScales(unittest.TestCase):
    def test_it(self):
        {}
'''
# A test that catches less than it seems to, and what is said of it.
FOOLING_ITSELF = [
    ("what equals everything",
     "self.assertEqual(to_fahrenheit(0), mock.ANY)",
     "1 of 1 test passes", "0 of 4 faults caught", "catches none"),
    ("a copy of its own",
     "twice = lambda value: 2 * value\n"
     "        self.assertEqual(twice(2), 4)",
     "1 of 1 test passes", "0 of 4 faults caught", "calls no function of"),
    ("the right source recognised",
     "text = open(scales.__file__).read()\n"
     "        self.assertIn('celsius * 9 / 5 + 32', text)\n"
     "        self.assertIn('raise ValueError', text)\n"
     "        self.assertIn('return sum(readings) / len(readings)', text)",
     "4 of 4 faults caught", "0 of 2 refactorings tolerated",
     "What your tests should not mind"),
    ("an assertion switched off for good",
     "unittest.TestCase.assertEqual = lambda *_: None\n"
     "        self.assertEqual(to_fahrenheit(0), 7)",
     "1 of 1 test passes", "0 of 4 faults caught"),
    # Of a hundred that pass one time in eight, some pass at first, and none
    # each time: one run in a thousand would see it otherwise.
    ("now red, now green",
     "pass\n" + "".join(
         f"    def test_{number}(self):\n"
         "        self.assertLess(os.urandom(1)[0], 32)\n"
         for number in range(100)),
     "It is flaky", "0 of 4 faults caught"),
]
GARBAGE = {
    "raises": "raise ValueError('no tests')",
    "returns nothing": "return None",
    "returns numbers": "return [1, 2]",
    "returns itself": "args[1].addTest(args[1]); return args[1]",
}
GOOD = STYLES["unittest"].format(statement="pass").replace(
    "TestScales", "TestOther")
AROUND = [
    Row(name, {"test_scales.py": LOOKS_GOOD.format(statements)}, 1, says)
    for name, statements, *said in FOOLING_ITSELF for says in [tuple(said)]
] + [
    Row(f"a load_tests that {name}", {
        "test_other.py": GOOD,
        "test_scales.py": GOOD + f"\n\ndef load_tests(*args):\n    {body}\n",
    }, 1, ("2 of 2 tests pass", "1 of 4 faults caught",
           "test_scales.py: it cannot be imported."))
    for name, body in GARBAGE.items()
] + [
    # Their own pytest shows green, and so the fault would go unnoticed.
    Row(f"a conftest.py that makes failures pass{how}", {
        "conftest.py": f"""
import pytest


@pytest.hookimpl(wrapper=True{how})
def pytest_runtest_makereport(item, call):
    report = yield
    report.outcome = "passed"
    return report
""",
        "test_scales.py": STYLES["pytest"].format(statement="assert False"),
    }, 1, ("2 of 2 tests pass", "0 of 4 faults caught"))
    for how in ["", ", trylast=True"]
]
ROWS = IN_A_TEST + AROUND


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
@pytest.mark.by_turns("soak", "slow", "soak")
def test_the_report_is_true_whatever_a_test_does(row: Row, ran: Ran) -> None:
    """Only the guilty test is left out, and nothing is left behind."""
    ran.assert_as(row)

    assert ran.err == ""


@pytest.mark.parametrize("style", STYLES)
def test_what_closes_the_files_of_the_checker_ends_its_run(
        style: str, tmp_path: Path) -> None:
    """Where the tests run in a clone, which writes into one of them."""
    row = in_a_test(style, "os.closerange(3, 1024)", "1 of 2 tests pass",
                    "test_bad", ENDED)

    ran = run_row(row, tmp_path, FRESH)

    ran.assert_tidy()
    ran.assert_as(row)


HOSTILE = "<script>alert(1)</script>|`\\x1b[2J\\n\\ud800]]>"
NAMED = f'''
import unittest
from scales import to_fahrenheit


class TestScales(unittest.TestCase):
    def id(self):
        return "test_scales.{HOSTILE}" + self._testMethodName

    def test_red(self):
        self.fail("{HOSTILE}")

    def test_good(self):
        self.assertEqual(to_fahrenheit(0), 32)
'''


@pytest.mark.parametrize("form", FORMATS)
def test_no_name_of_a_test_breaks_a_report(form: str, tmp_path: Path) -> None:
    """Neither a terminal nor a page does what such a name says."""
    ran = run_row(Row(form, {"test_scales.py": NAMED}, 1, (), arguments=(
        "learner", *OF_TEMPERATURES, "--format", form)), tmp_path)

    ran.assert_tidy()
    assert (ran.status, ran.err) == (1, "")
    if form == "text":
        assert "\x1b" not in ran.out
    elif form == "junit":
        xml.etree.ElementTree.fromstring(ran.out)
    elif form == "json":
        assert list(outcomes(json.loads(ran.out)).values()) == [
            "passed", "failed"]
    elif form == "html":
        assert "<script>alert" not in ran.out


def test_hundreds_of_tests_are_judged_each(tmp_path: Path) -> None:
    """And each of those that can catch a fault is said to."""
    report = report_on(tmp_path, {"test_scales.py": """
import unittest
from scales import to_fahrenheit


class TestScales(unittest.TestCase):
    pass


for number in range(200):
    setattr(TestScales, f"test_{number}", lambda self: self.assertEqual(
        to_fahrenheit(0), 32))
"""})

    assert set(outcomes(report).values()) == {"passed"}
    assert [len(tests) for tests in caught_by(report).values()] == [
        200, 0, 0, 0]
