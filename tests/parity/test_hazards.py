"""What makes a process another than it was, and verdicts with it.

Each suite leaves something in its process before it executes a function of
the module, and looks at it afterwards. However the checker comes to run a
test on a variant, it must find what it would find in a fresh process. With
`--soak` these variants are run among all the others of the exercise, and each
in a fresh process; else it is two or three of five, by turns.
"""
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.parity.pairs import (
    GITHUB,
    REFERENCE,
    ROOT,
    Outcomes,
    Suite,
    cold,
    verdicts_of,
    verdicts_told,
)
from tests.support.checking import asked_for, part_of, write

# What stands at the top, what the first test does, and what every other does
# before it comes to the module; `n` counts those others, from 1.
HAZARDS = {
    "a file in the folder": ("", "open('note.txt', 'w').write('1')", """
        with open('note.txt') as file:
            self.assertEqual(file.read(), '1' * n)
        with open('note.txt', 'a') as file:
            file.write('1')"""),
    "a temporary folder": ("", "kept.append(tempfile.mkdtemp())", """
        os.mkdir(os.path.join(kept[0], str(n)))
        self.assertEqual(len(os.listdir(kept[0])), n)"""),
    "a file of a fixed name": ("", "pass", """
        path = os.path.join(tempfile.gettempdir(), f'winnow-test-{n}')
        os.mkdir(path)
        self.addCleanup(os.rmdir, path)
        time.sleep(0.02)"""),
    "a file kept open": (
        "", "kept.append(tempfile.TemporaryFile())", """
        self.assertEqual(kept[0].tell(), n - 1)
        kept[0].write(b'1')
        kept[0].flush()"""),
    "shared memory": ("memory = mmap.mmap(-1, 1)", "memory[0] = 1", """
        self.assertEqual(memory[0], n)
        memory[0] += 1"""),
    "the number of the process": ("", "kept.append(os.getpid())", """
        self.assertEqual(kept, [os.getpid()])"""),
    "the number of the thread": (
        "", "kept.append(threading.get_native_id())", """
        self.assertEqual(kept, [threading.get_native_id()])"""),
    "the processor's time": (
        "", "while time.process_time() < 0.5: pass", """
        self.assertGreater(time.process_time(), 0.49)"""),
    "chance": ("", "random.seed(7)", """
        drawn = random.Random(7)
        expected = [drawn.random() for _ in range(n)]
        self.assertEqual(random.random(), expected[-1])"""),
    "an order by chance": ("""
def load_tests(loader, tests, pattern):
    names = ['test_a_path', 'test_b_request', 'test_c_memoized']
    random.shuffle(names)
    return unittest.TestSuite([TestA('test_leaves'), *map(TestB, names)])
""", "pass", "pass"),
    "a path by chance": ("", """
        if random.random() < 0.5:
            self.assertTrue(utils.access_nested_map({'a': 1}, ('a',)))""",
                         "pass"),
    "a thread": ("", """
        end = threading.Event()
        kept.append(threading.Thread(target=end.wait, daemon=True))
        kept[0].start()""", """
        self.assertTrue(kept[0].is_alive())"""),
    "a bare thread": ("", """
        kept.append(0)

        def count():
            while True:
                kept[0] += 1
                time.sleep(0.001)

        _thread.start_new_thread(count, ())""", """
        before = kept[0]
        time.sleep(0.05)
        self.assertGreater(kept[0], before)"""),
    "a child process": ("", """
        kept.append(subprocess.Popen(['sleep', '60']))""", """
        self.assertIsNone(kept[0].poll())"""),
    "an alarm": ("", """
        signal.signal(signal.SIGALRM, lambda *_: kept.append(1))
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)""", """
        before = len(kept)
        time.sleep(0.05)
        self.assertGreater(len(kept), before)"""),
    "an alarm by the processor's time": ("", """
        signal.signal(signal.SIGVTALRM, lambda *_: kept.append(1))
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.01, 0.01)""", """
        before, until = len(kept), time.process_time() + 0.2
        while len(kept) == before and time.process_time() < until:
            pass
        self.assertGreater(len(kept), before)"""),
    "another folder": ("", "os.chdir(tempfile.mkdtemp())", """
        open(str(n), 'x').close()
        self.assertEqual(len(os.listdir()), n)"""),
    "a variable of the environment": ("", "os.environ['N'] = ''", """
        os.environ['N'] += '1'
        self.assertEqual(len(os.environ['N']), n)"""),
    "a connection to oneself": ("", """
        kept.extend(socket.socketpair())
        kept[0].sendall(b'123456789')""", """
        self.assertEqual(kept[1].recv(1), str(n).encode())"""),
    "a database": ("", """
        kept.append(sqlite3.connect(os.path.join(tempfile.mkdtemp(), 'a')))
        kept[0].execute('create table note (number)')""", """
        kept[0].execute('insert into note values (1)')
        kept[0].commit()
        rows = kept[0].execute('select count(*) from note').fetchone()
        self.assertEqual(rows, (n,))"""),
    "the module read by another program": ("", """
        text = subprocess.check_output(['cat', 'utils.py'], text=True)
        self.assertEqual(text.count('isinstance(value, Mapping)'), 1)
        self.assertEqual(text.count('requests.get(url).json()'), 1)""",
                                           "pass"),
    "the module read under another name": ("", """
        os.symlink('utils.py', 'alias.py')
        self.addCleanup(os.remove, 'alias.py')
        with open('alias.py') as file:
            self.assertEqual(file.read().count('raise KeyError(key)'), 1)""",
                                           "pass"),
    "the size of the module's file": (
        f"SIZE = {len(GITHUB.sources['utils'].encode())}", """
        self.assertEqual(os.path.getsize('utils.py'), SIZE)""", "pass"),
    "the size of the file in a listing": (
        f"SIZE = {len(GITHUB.sources['utils'].encode())}", """
        sizes = {each.name: each.stat().st_size for each in os.scandir()}
        self.assertEqual(sizes['utils.py'], SIZE)""", "pass"),
    "the size looked at by an import": (
        f"""
SIZE = {len(GITHUB.sources['utils'].encode())}
found = os.stat('utils.py').st_size""", """
        self.assertEqual(found, SIZE)""", "pass"),
    "the module opened from another folder": ("", """
        folder = os.open('.', os.O_RDONLY)
        self.addCleanup(os.close, folder)
        os.chdir('..')
        self.addCleanup(os.fchdir, folder)
        file = os.open('utils.py', os.O_RDONLY, dir_fd=folder)
        self.addCleanup(os.close, file)
        text = os.read(file, 10_000).decode()
        self.assertEqual(text.count('isinstance(value, Mapping)'), 1)""",
                                              "pass"),
    "a test that is over": ("", "kept.append(weakref.ref(self))", """
        self.assertIsNone(kept[0]())"""),
    "a function's code": ("", """
        names = utils.access_nested_map.__code__.co_names
        self.assertIn('isinstance', names)""", "pass"),
    "a function executed in a child process": ("", """
        child = os.fork()
        if not child:
            try:
                found = utils.access_nested_map({'a': 0}, ('a',))
            except BaseException:
                found = 1
            os._exit(found)
        self.assertEqual(os.waitpid(child, 0)[1], 0)""", "pass"),
}
SUITE = '''
import _thread, mmap, os, random, signal, socket, sqlite3, subprocess
import tempfile, threading, time, unittest, weakref
from unittest.mock import Mock, patch

import utils

kept = []
{top}


class TestA(unittest.TestCase):
    def test_leaves(self):
        {leaves}


class TestB(unittest.TestCase):
    n = 0

    def setUp(self):
        n = TestB.n = TestB.n + 1
        {finds}

    def test_a_path(self):
        self.assertEqual(utils.access_nested_map({{"a": 0}}, ("a",)), 0)

    def test_b_request(self):
        response = Mock(**{{"json.return_value": []}})
        with patch("requests.get", return_value=response) as get:
            self.assertEqual(utils.get_json("http://a.example/"), [])
        get.assert_called_once_with("http://a.example/")

    def test_c_memoized(self):
        readings = iter([1, 2])
        one = type("One", (), {{
            "read": utils.memoize(lambda self: next(readings))}})()
        self.assertEqual([one.read, one.read], [1, 1])
'''
# Two of a function, so that they meet where they should not.
EDITS = [edit for edit in GITHUB.faults + GITHUB.refactorings if edit.name in (
    "nested-map-falsy-is-missing", "access-nested-map-by-reduce",
    "get-json-requests-twice", "get-json-empty-is-none",
    "memoize-calls-every-time")]
# A fault that is tried with one hazard alone: only it shows what a code lacks.
OF_CODE = [edit for edit in GITHUB.faults
           if edit.name == "nested-map-leaf-is-a-type-error"]
CODE = "a function's code"
# Seldom met, or met in another row as well.
SELDOM = {
    "the size of the file in a listing", "the size looked at by an import",
    "the number of the thread", "the processor's time", "a bare thread",
    "an alarm by the processor's time", "a connection to oneself",
    "the module read under another name", "a file of a fixed name",
    "shared memory", "a database"}
# Those that are tried by pytest too, each time.
BY_PYTEST = {"a file in the folder", "another folder"}


@pytest.fixture(scope="module")
def pairs(request: pytest.FixtureRequest,
          tmp_path_factory: pytest.TempPathFactory
          ) -> Iterator[Mapping[str, dict[str, Future[Outcomes]]]]:
    """Give the outcomes of each suite that is wanted, by the variant."""
    is_whole = request.config.getoption("--soak")
    by_turns = {name: EDITS if is_whole else EDITS[number % 2::2]
                for number, name in enumerate(HAZARDS)}
    by_turns[CODE] = [*by_turns[CODE], *OF_CODE]
    with ThreadPoolExecutor(2) as two:
        yield {name: {
            edit.name if edit else REFERENCE: two.submit(
                cold, suite_of(name, tmp_path_factory.mktemp("suite")), edit,
                tmp_path_factory.mktemp("pair"))
            for edit in [None, *by_turns[name.rpartition(" by ")[0]]]}
            for name in asked_for(request, "name")}


@pytest.fixture(scope="module")
def exercise(request: pytest.FixtureRequest,
             tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the exercise; without `--soak`, one of the edits alone."""
    if request.config.getoption("--soak"):
        return ROOT
    return part_of(ROOT, [edit.name for edit in EDITS + OF_CODE],
                   tmp_path_factory.mktemp("exercise"))


def suite_of(name: str, folder: Path) -> Suite:
    """Write the suite of a hazard into a folder."""
    hazard, _, runner = name.rpartition(" by ")
    top, leaves, finds = HAZARDS[hazard]
    write(folder, {"test_utils.py": SUITE.format(
        top=top, leaves=leaves.strip(), finds=finds.strip())})
    return Suite(hazard, folder, runner)


@pytest.mark.parametrize("name", [
    pytest.param(f"{name} by {runner}", marks=pytest.mark.soak)
    if name in SELDOM or (runner == "pytest" and name not in BY_PYTEST)
    else f"{name} by {runner}"
    for name in HAZARDS for runner in ("unittest", "pytest")])
@pytest.mark.by_turns("soak", "slow", "soak")
def test_a_test_finds_what_those_before_have_left(
        name: str, pairs: Mapping[str, dict[str, Future[Outcomes]]],
        exercise: Path, tmp_path: Path) -> None:
    """Each fault is caught by the same tests as in a fresh process."""
    expected = verdicts_of({variant: future.result()
                            for variant, future in pairs[name].items()})

    verdicts = verdicts_told(
        suite_of(name, tmp_path), tmp_path, 2, exercise)

    assert len(expected[REFERENCE][0]) == 4, expected[REFERENCE]
    assert {name: verdicts[name] for name in expected} == expected


def test_the_variants_that_are_tried_are_there() -> None:
    """Their names are those of the table of faults."""
    assert len(EDITS) == 5
    assert len(OF_CODE) == 1
    assert SELDOM | BY_PYTEST | {CODE} < HAZARDS.keys()
