"""Tests that do what no test should: each is left out, and nothing else.

- statements in a test: it hangs, ends Python, takes memory, reaches out
- statements that do no harm: the folder, the environment, a child process
- what stands around the tests: setUpClass, fixtures, conftest.py
- suites of which nothing is left: all red, all skipped
"""
from pathlib import Path

import pytest

from tests.support.checking import (
    OF_TEMPERATURES,
    Ran,
    Row,
    limited,
    run_row,
    write,
)

# The bad test runs before the good one, under both runners.
STYLES = {
    "unittest": '''
import ctypes, os, shutil, signal, socket, subprocess, sys, threading, time
import unittest
from scales import to_fahrenheit


class TestScales(unittest.TestCase):
    def test_bad(self):
        {statement}

    def test_good(self):
        self.assertEqual(to_fahrenheit(0), 32)
''',
    "pytest": '''
import ctypes, os, shutil, signal, socket, subprocess, sys, threading, time
from scales import to_fahrenheit


def test_bad():
    {statement}


def test_good():
    assert to_fahrenheit(0) == 32
''',
}
# Suites that attack other processes: each command has one of its own.
FRESH = True
IN_TIME = "It did not end in time: a test has 1 s here."
HARMFUL = [
    ("assert 1 > 2, 'less'", "AssertionError: less"),
    ("raise OSError('no disk')", "OSError: no disk"),
    ("raise SystemExit(3)", "SystemExit: 3"),
    ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    ("os._exit(0)", "exit status 0"),
    ("os._exit(3)", "exit status 3"),
    ("os.abort()", "SIGABRT"),
    ("ctypes.string_at(0)", "SIGSEGV"),
    ("os.kill(os.getpid(), signal.SIGTERM)", "SIGTERM"),
    ("os.kill(os.getpid(), signal.SIGINT)", "KeyboardInterrupt"),
    ("os.killpg(0, signal.SIGKILL)", "SIGKILL"),
    ("while True: pass", IN_TIME),
    ("time.sleep(3600)", IN_TIME),
    ("signal.signal(signal.SIGPROF, signal.SIG_IGN)\nwhile True: pass",
     IN_TIME),
    ("go = lambda: go(); go()", "RecursionError"),
    ("bytearray(3 * 2 ** 30)", "MemoryError"),
    ("raise AssertionError('x' * 5_000_000)", "xxx…"),
    ("raise AssertionError('x\\n' * 5_000_000)", "x …"),
]
# What is tried, and the other machine.
NETWORK = [
    ("socket.create_connection(('api.github.com', 443))",
     "api.github.com:443"),
    ("socket.create_connection(('192.0.2.1', 80))", "192.0.2.1:80"),
    ("socket.create_connection(('2001:db8::1', 80))", "2001:db8::1:80"),
    ("socket.gethostbyname('api.github.com')", "api.github.com"),
    ("socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 9))",
     "192.0.2.1:9"),
    ("import requests; requests.get('https://api.github.com/orgs/google')",
     "api.github.com:443"),
]
HARMLESS = [
    "os.write(1, b'x' * 50_000_000)",
    "print('x' * 50_000_000)",
    "os.close(1); os.close(2)",
    "threading.Thread(target=time.sleep, args=[3600]).start()",
    "subprocess.Popen(['sleep', '3600'])",
    "subprocess.Popen(['sleep', '3600'], close_fds=False)",
    "subprocess.Popen(['sleep', '3600'], start_new_session=True)",
    "os.fork() or os._exit(0)",
    "os.fork() or time.sleep(3600)",
    "os.chdir('/')",
    "os.environ.clear()",
    "sys.path.clear()",
    "sys.setprofile(None)",
    "sys.setrecursionlimit(150)",
    "signal.setitimer(signal.ITIMER_PROF, 0)",
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
    "with socket.create_server(('127.0.0.1', 0)) as server:\n"
    "    socket.create_connection(server.getsockname()).close()",
    "socket.getaddrinfo('localhost', 80)",
    "open('new.txt', 'w').close()",
    "open(__file__, 'a').write('#')",
    "os.remove(__file__)",
    "os.rename(__file__, __file__ + '.old')",
    "os.symlink('/', 'everything')",
    "shutil.rmtree(os.path.dirname(__file__))",
    "os.chmod(os.getcwd(), 0)",
    "os.mkfifo('pipe')",
]
# What runs the tests has a hand in these; elsewhere one style stands for both.
IN_BOTH_STYLES = HARMLESS[:2] + [
    "subprocess.Popen(['sleep', '3600'])", "os.chdir('/')",
    "open('new.txt', 'w').close()", "shutil.rmtree(os.path.dirname(__file__))"]


def in_a_test(style: str, statement: str, *said: str) -> Row:
    """Return the row of a statement in the first of two tests."""
    indent = "\n" + " " * (8 if style == "unittest" else 4)
    text = STYLES[style].format(statement=statement.replace("\n", indent))
    return Row(f"{statement} ({style})", {"test_scales.py": text}, 1,
               (*said, "1 of 4 faults caught"), arguments=limited(said))


IN_A_TEST = [
    in_a_test(style, statement, "1 of 2 tests pass", "test_bad", said)
    for statement, said in HARMFUL for style in STYLES
] + [
    in_a_test("unittest", statement, "1 of 2 tests pass",
              f"test_bad tries to reach {said}",
              "is another machine, which a test may not reach")
    for statement, said in NETWORK
] + [
    in_a_test("pytest", "import pytest; pytest.exit('enough')",
              "1 of 2 tests pass", "test_bad", "enough")
] + [
    in_a_test(style, statement, "2 of 2 tests pass")
    for statement in HARMLESS for style in STYLES
    if style == "unittest" or statement in IN_BOTH_STYLES
]
# A class beside the good one, and what must be said of the two files' tests.
CLASSES = {
    "setUpClass that raises": ("""
    @classmethod
    def setUpClass(cls):
        raise OSError("no disk")
""", ("2 of 4 tests pass", "TestOther.test_one",
      "TestOther.test_two", "OSError: no disk")),
    "setUpClass that skips": ("""
    @classmethod
    def setUpClass(cls):
        raise unittest.SkipTest("no disk")
""", ("2 of 2 tests pass", "2 skipped")),
    "setUpClass that hangs": ("""
    @classmethod
    def setUpClass(cls):
        time.sleep(3600)
""", ("2 of 4 tests pass", "TestOther.test_one", IN_TIME)),
    "setUpClass that ends Python": ("""
    @classmethod
    def setUpClass(cls):
        os._exit(3)
""", ("2 of 4 tests pass", "TestOther.test_one", "exit status 3")),
    "tearDownClass that raises": ("""
    @classmethod
    def tearDownClass(cls):
        raise OSError("no disk")
""", ("3 of 4 tests pass", "TestOther.test_two", "OSError: no disk")),
    "tearDownClass that ends Python": ("""
    @classmethod
    def tearDownClass(cls):
        os._exit(3)
""", ("of 4 tests pass", "TestOther.test_two", "exit status 3")),
    "setUp that raises": ("""
    def setUp(self):
        raise OSError("no disk")
""", ("2 of 4 tests pass", "TestOther.test_one", "OSError: no disk")),
    "tearDown that raises": ("""
    def tearDown(self):
        raise OSError("no disk")
""", ("2 of 4 tests pass", "TestOther.test_two", "OSError: no disk")),
    "clean-up that raises": ("""
    def setUp(self):
        self.addCleanup(lambda: 1 / 0)
""", ("2 of 4 tests pass", "ZeroDivisionError")),
    "two tests of one name": ("""
    def test_one(self):
        self.fail("never run")
""", ("4 of 4 tests pass",)),
    "subtests of which one fails": ("""
    def test_three(self):
        for number in range(3):
            with self.subTest(number=number):
                self.assertNotEqual(number, 1)
""", ("4 of 5 tests pass", "TestOther.test_three", "1 == 1")),
    "a skipped test": ("""
    @unittest.skip("later")
    def test_three(self):
        self.fail("never run")
""", ("4 of 4 tests pass", "1 skipped")),
    "a failure that is expected": ("""
    @unittest.expectedFailure
    def test_three(self):
        self.fail("known")
""", ("5 of 5 tests pass",)),
    "a failure that is expected and does not come": ("""
    @unittest.expectedFailure
    def test_three(self):
        pass
""", ("4 of 5 tests pass", "TestOther.test_three")),
}
CLASS = '''
import os, time, unittest
from scales import mean, to_fahrenheit


class TestFirst(unittest.TestCase):
    def test_one(self):
        self.assertEqual(to_fahrenheit(0), 32)


class TestOther(unittest.TestCase):
{around}
    def test_one(self):
        pass

    def test_two(self):
        pass


class TestScales(unittest.TestCase):
    def test_mean(self):
        self.assertEqual(mean([1, 3]), 2)
'''
MODULES = {
    "setUpModule that raises": ("""
def setUpModule():
    raise OSError("no disk")
""", ("0 of 4 tests pass", "OSError: no disk")),
    "setUpModule that skips": ("""
def setUpModule():
    raise unittest.SkipTest("no disk")
""", ("0 of 0 tests pass", "4 skipped", "not skipped")),
    "tearDownModule that raises": ("""
def tearDownModule():
    raise OSError("no disk")
""", ("3 of 4 tests pass", "TestScales.test_mean", "OSError: no disk")),
}
AROUND = [
    Row(f"{name} ({style})", {"test_scales.py": f"{imported}\n{text}"}, 1,
        said, arguments=limited(said))
    for name, text, said in [
        *((name, CLASS.format(around=around), said)
          for name, (around, said) in CLASSES.items()),
        *((name, CLASS.format(around="") + around, said)
          for name, (around, said) in MODULES.items())]
    for style, imported in [("unittest", ""), ("pytest", "import pytest")]
]
WITH_PYTEST = '''
import os, time
import pytest
from scales import to_fahrenheit


@pytest.fixture
def ice():
    return 0


def test_good(ice):
    assert to_fahrenheit(ice) == 32
'''
FIXTURES = [
    Row(name, {"test_scales.py": WITH_PYTEST + text}, 1,
        (*said, "1 of 4 faults caught"))
    for name, text, said in [
        ("a fixture that does not exist", """
def test_bad(steam):
    pass
""", ("1 of 2 tests pass", "fixture 'steam' not found")),
        ("a fixture that raises", """
@pytest.fixture
def steam():
    raise OSError("no disk")
def test_bad(steam):
    pass
""", ("1 of 2 tests pass", "OSError: no disk")),
        ("a fixture that raises afterwards", """
@pytest.fixture
def steam():
    yield
    raise OSError("no disk")
def test_bad(steam):
    pass
""", ("1 of 2 tests pass", "OSError: no disk")),
        ("a fixture that ends Python", """
@pytest.fixture
def steam():
    os._exit(3)
def test_bad(steam):
    pass
""", ("1 of 2 tests pass", "test_bad", "exit status 3")),
        ("rows of which one fails", """
@pytest.mark.parametrize("name", ["ice", "hot::steam[1]"])
def test_bad(name):
    assert name == "ice"
""", ("2 of 3 tests pass", "test_scales.test_bad[hot::steam[1]]")),
        ("failures that are expected", """
@pytest.mark.xfail
def test_red():
    assert False
@pytest.mark.xfail
def test_green():
    pass
@pytest.mark.xfail(strict=True)
def test_bad():
    pass
""", ("3 of 4 tests pass", "It was expected to fail, and passed.")),
        ("a skipped test", """
@pytest.mark.skip(reason="later")
def test_bad():
    assert False
""", ("1 of 1 test pass", "1 skipped")),
        ("fixtures of pytest's own", """
def test_own(cache, capfd, caplog, monkeypatch, record_property, request,
             recwarn, tmp_path, tmp_path_factory):
    record_property("name", request.node.name)
""", ("2 of 2 tests pass",)),
        ("options of pytest's own", """
def test_own(pytestconfig):
    assert pytestconfig.getoption("verbose") == 0
""", ("2 of 2 tests pass",)),
        ("a plain class of the old style", """
class TestOld(object):
    def test_old(self):
        assert to_fahrenheit(0) == 32
""", ("2 of 2 tests pass",)),
    ]
] + [
    Row("a plain class of the old style alone", {"test_scales.py": '''
from scales import to_fahrenheit


class TestOld(object):
    def test_old(self):
        assert to_fahrenheit(0) == 32
'''}, 1, ("1 of 1 test pass", "1 of 4 faults caught")),
    Row("a conftest.py", {
        "conftest.py": "import pytest\n@pytest.fixture\ndef steam():\n"
                       "    return 100\n",
        "test_scales.py": WITH_PYTEST + """
def test_steam(steam):
    assert to_fahrenheit(steam) == 212
"""}, 1, ("2 of 2 tests pass", "2 of 4 faults caught")),
    Row("settings that would stop early", {
        "pytest.ini": "[pytest]\naddopts = -x -q --tb=short --lf -ra\n",
        "test_scales.py": WITH_PYTEST + """
def test_steam():
    assert False
def test_last():
    assert to_fahrenheit(100) == 212
"""}, 1, ("2 of 3 tests pass", "2 of 4 faults caught")),
] + [
    Row(f"a conftest.py that {name}",
        {"conftest.py": text, "test_scales.py": WITH_PYTEST}, 2,
        ("conftest.py", said), arguments=limited([said]))
    for name, text, said in [
        ("is not Python", "def ice(\n", "SyntaxError"),
        ("raises", "raise OSError('no disk')\n", "OSError: no disk"),
        ("exits", "raise SystemExit(3)\n", "conftest.py"),
        ("ends Python", "import os\nos._exit(3)\n", "exit status 3"),
        ("hangs", "while True:\n    pass\n", "did not end"),
    ]
]
FIXTURES += [
    Row("settings that pytest cannot read",
        {"pytest.ini": "[pytest\n", "test_scales.py": WITH_PYTEST}, 2,
        ("pytest.ini",)),
    Row("settings that pytest does not know",
        {"pytest.ini": "[pytest]\naddopts = --loud\n",
         "test_scales.py": WITH_PYTEST}, 2, ("--loud",)),
]
NOTHING_LEFT = [
    Row(f"all {name} ({style})", {"test_scales.py": f'''
import unittest
{imported}
from scales import mean


class TestScales(unittest.TestCase):
    {decorator}
    def test_one(self):
        self.assertEqual(mean([1, 3]), 4)
'''}, 1, said, never=("faults caught", "would miss", "nothing left to say"))
    for style, imported in [("unittest", ""), ("pytest", "import pytest")]
    for name, decorator, said in [
        ("red", "", ("0 of 1 test pass", "2.0 != 4", "Next: fix")),
        ("skipped", "@unittest.skip('later')",
         ("0 of 0 tests pass", "1 skipped", "Next: let one test run")),
    ]
]
ROWS = IN_A_TEST + AROUND + FIXTURES + NOTHING_LEFT


@pytest.mark.parametrize("row", [
    # By the other runner, one in three tells whether it differs.
    pytest.param(row, id=row.name, marks=pytest.mark.soak)
    if row.name.endswith("(pytest)") and number % 3 else
    pytest.param(row, id=row.name) for number, row in enumerate(ROWS)])
@pytest.mark.by_turns("soak", "slow", "soak")
def test_what_is_bad_is_left_out_and_the_rest_is_judged(
        row: Row, ran: Ran) -> None:
    """The bad test is shown with the reason; the good one catches on."""
    ran.assert_as(row)

    assert len([line for line in ran.err.splitlines() if not line.startswith(
        "    ")]) == (1 if row.status == 2 else 0)


# A plugin, installed, that imports module after module.
SLOW = {
    "slow-1.dist-info/entry_points.txt": "[pytest11]\nslow = slow_plugin\n",
    "slow-1.dist-info/METADATA":
        "Metadata-Version: 2.1\nName: slow\nVersion: 1\n",
    "slow_plugin.py": "import pytest\n" + "".join(
        f"import slow_{part}\n" for part in range(4)) + (
        "\n\n@pytest.fixture\ndef ready():\n    return 32\n"),
    **{f"slow_{part}.py": "import time\ntime.sleep(0.7)\n"
       for part in range(4)},
}


@pytest.mark.soak
def test_the_import_of_plugins_is_no_tests_time(tmp_path: Path) -> None:
    """Together they may need more than a test may take."""
    site = write(tmp_path / "site", SLOW)

    ran = run_row(Row("slow", {"pytest.ini": """
[pytest]
addopts = -p no:schemathesis -p no:hypothesispytest
""", "test_scales.py": """
from scales import to_fahrenheit


def test_freezing(ready):
    assert to_fahrenheit(0) == ready
"""}, 1, (), arguments=("learner", *OF_TEMPERATURES, "--timeout", "2"),
        environment={"PYTHONPATH": str(site),
                     "PYTEST_DISABLE_PLUGIN_AUTOLOAD": ""}), tmp_path)

    assert "1 of 1 test passes" in ran.said, ran.said


def test_where_nothing_is_heard_at_all_the_way_out_is_named(
        tmp_path: Path) -> None:
    """A plugin of the suite's own never comes to its end."""
    files = {
        "pytest.ini": "[pytest]\naddopts = -p endless\n",
        "endless.py": "import time\ntime.sleep(3600)\n",
        "test_scales.py": "from scales import mean\n\n\n"
                          "def test_mean():\n    assert mean([2]) == 2\n"}

    ran = run_row(Row("silent", files, 2, (), arguments=(
        "learner", *OF_TEMPERATURES, "--runner", "pytest", "--timeout", "1")),
        tmp_path)

    assert ran.status == 2
    assert ran.said.strip() == (
        "winnow: The tests cannot be run: for 1 s nothing was heard of them; "
        "--timeout gives them more.")
