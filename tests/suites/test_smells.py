"""What a syntax tree tells of a file of tests: each smell, and its likeness.

- wrong code of each kind: the line, and the advice with the learner's names
- right code that looks like it: nothing is said
- suites that are right, ours among them: nothing is said of them
- any file that Python can parse is read to its end
"""
import ast
import json
import subprocess
import sys
import sysconfig
import warnings
from collections.abc import Sequence
from pathlib import Path

import pytest

from winnow.model.findings import Problem
from winnow.suites.smells import KINDS, public_names, smells_in

ROOT = Path(__file__).parents[2]
MODULES = {
    module: public_names(ast.parse((ROOT / f"{module}.py").read_bytes()))
    for module in ("utils", "client")}
STDLIB = Path(sysconfig.get_path("stdlib"))
HEAD = """import unittest
from unittest import mock
from unittest.mock import Mock, patch
import pytest
import client
from utils import access_nested_map, get_json
"""
# A test's statements are put under this; a case that defines has its own.
METHOD = HEAD + """

class TestX(unittest.TestCase):
    def test_x(self, m=None, n=None, x=None):
"""
DEFINES = ("class ", "def ", "async ", "@", "import ")

WRONG: Sequence[tuple[str, str, str]] = [
    # Kind, code with its line marked, and words of the advice.
    ("mock-assertion", "m.called_once_with(1, b=2)  # here",
     "`m.assert_called_once_with(1, b=2)`"),
    ("mock-assertion", "m.get.has_calls([1])  # here",
     "`m.get.assert_has_calls([1])`"),
    ("mock-assertion", "m.assert_called_once  # here",
     "`m.assert_called_once()`"),
    ("mock-assertion", "m.called  # here", "`m.assert_called()`"),
    ("mock-assertion", "self.assertTrue(m.called_with('u'))  # here",
     "`m.assert_called_with('u')`"),
    ("mock-assertion", "self.assertTrue(m.assert_called_once)  # here",
     "`m.assert_called_once()`"),
    ("mock-assertion", "assert m.called_once  # here",
     "`m.assert_called_once()`"),
    ("mock-assertion", "assert not m.called_with(1)  # here",
     "`m.assert_called_with(1)`"),
    ("mock-assertion", "assert x and m.not_called()  # here",
     "`m.assert_not_called()`"),
    ("mock-assertion", "assert m.assert_called == True  # here",
     "`m.assert_called()`"),
    ("mock-assertion", "m.asert_called_with(1)  # here",
     "`m.assert_called_with(1)`"),
    ("mock-assertion", "m.assert_called_with_once(1)  # here",
     "`m.assert_called_once_with(1)`"),
    ("mock-assertion", "m.assertCalledOnceWith(1)  # here",
     "`m.assert_called_once_with(1)`"),
    ("mock-assertion", "m.called_once(1)  # here",
     "`m.assert_called_once_with(1)`"),
    ("mock-assertion", "m.assert_called_once_with = 1  # here",
     "`m.assert_called_once_with(1)`"),
    ("after-raise", """
with self.assertRaises(KeyError) as caught:
    access_nested_map({}, ["a"])
    self.assertEqual(caught.exception.args, ("a",))  # here
""", "`self.assertEqual(caught.exception.args, ('a',))` below the block"),
    ("after-raise", """
with pytest.raises(KeyError):
    answer = access_nested_map({}, ["a"])
    assert answer is None  # here
""", "Take `assert answer is None` away"),
    ("after-raise", """
with self.assertRaises(ValueError):
    with patch("utils.requests.get") as get:
        get_json("u")
        get.assert_called_once_with("u")  # here
""", "get.assert_called_once_with('u')"),
    ("assert-two-arguments",
     "self.assertTrue(get_json('u'), {'a': 1})  # here",
     "`self.assertEqual(get_json('u'), {'a': 1})`"),
    ("assert-two-arguments", "self.assertTrue(len(x), 3)  # here",
     "`self.assertEqual(len(x), 3)`"),
    ("assert-two-arguments", "self.assertFalse(get_json('u'), n)  # here",
     "`self.assertNotEqual(get_json('u'), n)`"),
    ("assert-two-arguments", "self.assertFalse(x == 1, False)  # here",
     "`self.assertIs(x == 1, False)`"),
    ("assert-two-arguments", "assert (get_json('u'), n)  # here",
     "`assert get_json('u') == n`"),
    ("assert-two-arguments", "assert (x == 1, 'it is one')  # here",
     "`assert x == 1, 'it is one'`"),
    ("async-never-runs", """
class TestX(unittest.TestCase):
    async def test_x(self):  # here
        assert await client.get()
""", "`class TestX(unittest.IsolatedAsyncioTestCase):`"),
    ("async-never-runs", """
from unittest import TestCase as Base
class Ours(Base): ...
class TestX(Ours):
    @patch("client.get_json")
    async def test_x(self, get):  # here
        assert await get()
""", "unittest.IsolatedAsyncioTestCase"),
    ("async-never-runs", """
async def test_x():  # here
    assert await client.get()
""", "`def test_x(…):`"),
    ("async-never-runs", """
class TestX:
    @pytest.mark.parametrize("n", [1])
    async def test_x(self, n):  # here
        assert await client.get(n)
""", "`asyncio.run(…)`"),
    ("same-name", """
class TestX(unittest.TestCase):
    def test_x(self):  # here
        self.assertEqual(get_json("a"), 1)
    def test_x(self):
        self.assertEqual(get_json("b"), 2)
""", "`def test_x_…`"),
    ("same-name", """
@pytest.mark.parametrize("n", [1])
def test_x(n):  # here
    assert get_json(n) == 1
def test_x():
    assert get_json("b") == 2
""", "`def test_x_…`"),
    ("same-name", """
class TestX(unittest.TestCase):  # here
    def test_a(self): ...
class TestX(unittest.TestCase):
    def test_b(self): ...
""", "`class TestX_…`"),
    ("own-copy", """
def memoize(fn):  # here
    return property(fn)
def test_x():
    class Thing:
        @memoize
        def one(self): return 1
    assert Thing().one == 1
""", "`from utils import memoize`"),
    ("own-copy", """
class GithubOrgClient:  # here
    pass
class TestX(unittest.TestCase):
    def test_x(self):
        self.assertIsNone(GithubOrgClient("google").org)
""", "`from client import GithubOrgClient`"),
    ("tautology", "self.assertTrue(True)  # here",
     "`self.assertEqual(access_nested_map(…), expected)`"),
    ("tautology", "get_json('u')\nself.assertFalse(0)  # here",
     "`self.assertEqual(get_json(…), expected)`"),
    ("tautology", "self.assertEqual(x, x)  # here", "expected"),
    ("tautology", "self.assertEqual([1, {'a': n}], [1, {'a': n}])  # here",
     "expected"),
    ("tautology", "assert 'a' == 'a'  # here", "expected"),
    ("tautology", "def test_x():\n    assert 1  # here",
     "`assert access_nested_map(…) == expected`"),
    ("tautology", "self.assertIsNotNone(Mock())  # here", "expected"),
    ("tautology", "made = mock.MagicMock()\nassert made  # here", "expected"),
    ("tautology", """
m.json.return_value = {"a": 1}
self.assertEqual(m.json.return_value, {"a": 1})  # here
""", "expected"),
    ("tautology", """
answers = Mock(return_value=x)
self.assertEqual(x, answers("u"))  # here
""", "expected"),
    ("tautology", """
with patch("client.get_json", return_value=5) as get:
    answer = get("u")
    self.assertEqual(answer, 5)  # here
""", "expected"),
    ("wide-exception", """
with self.assertRaises(Exception):  # here
    get_json("u")
""", "`self.assertRaises(KeyError)`"),
    ("wide-exception",
     "self.assertRaises((OSError, BaseException), get_json, 'u')  # here",
     "`self.assertRaises(OSError, …)`"),
    ("wide-exception", """
def test_x():
    with pytest.raises(Exception) as caught:  # here
        get_json("u")
""", "`pytest.raises(KeyError)`"),
    ("swallowed", """
try:
    self.assertEqual(get_json("u"), 1)  # here
except:
    pass
""", "`with self.assertRaises(KeyError):`"),
    ("swallowed", """
def test_x():
    try:
        access_nested_map({}, ["a"])
        pytest.fail("no KeyError")  # here
    except (KeyError, Exception):
        print("as expected")
""", "`with pytest.raises(KeyError):`"),
    ("unreached", """
answer = get_json("u")
return
self.assertEqual(answer, 1)  # here
""", "`self.assertEqual(answer, 1)` above line"),
    ("unreached", """
for each in x:
    if each:
        raise ValueError(each)
        assert each == 1  # here
""", "above line"),
    ("unreached", """
match x:
    case 1:
        self.skipTest("later")
        assert get_json(x)  # here
""", "take `self.skipTest('later')` away"),
    ("patch-order", """
class TestX(unittest.TestCase):
    @patch("client.get_json")
    @patch("utils.requests.get")
    def test_x(self, mock_get_json, mock_get):  # here
        get_json("u")
""", "`def test_x(self, mock_get, mock_get_json):`"),
    ("patch-order", """
@mock.patch.object(client, "get_json")
@patch("time.sleep", new=None)
@patch("client.GithubOrgClient.org")
def test_x(get_json_mock, org):  # here
    client.run()
""", "`def test_x(org, get_json_mock):`"),
    ("tautology", """
given = {"a": 1}
before = given
access_nested_map(given, ("a",))
self.assertEqual(given, before)  # here
""", "`before = copy.deepcopy(given)`"),
    ("never-collected", """
class TestX(unittest.TestCase):
    def tets_x(self):  # here
        self.assertEqual(get_json("u"), 1)
""", "`def test_x(self):`"),
    ("never-collected", """
class TestX(unittest.TestCase):
    def test_y(self):
        self.assertEqual(get_json("v"), 1)
    def two_keys(self):  # here
        self.assertEqual(get_json("u"), 1)
""", "`def test_two_keys(self):`"),
    ("never-collected", """
def _test_x():  # here
    assert get_json("u") == 1
""", "`def test_x():`"),
    ("never-collected", """
class TestX(unittest.TestCase):
    def Test_x(self):  # here
        self.assertEqual(get_json("u"), 1)
""", "`def test_x(self):`"),
    ("never-collected", """
class TestX(unittest.TestCase):
    def test_outer(self):
        self.assertEqual(get_json("u"), 1)

        def test_inner(self):  # here
            self.assertEqual(get_json("u"), 2)
""", "Indent `def test_inner` as `def test_outer`"),
    ("after-raise", """
with self.assertRaisesRegex(Exception, "a") as caught:
    get_json("u")
    self.assertTrue(str(caught.exception))  # here
""", "`self.assertTrue(str(caught.exception))` below"),
    ("after-raise", """
with self.subTest("a"), pytest.raises(expected_exception=KeyError):
    answer = 1
    get_json(answer)
    assert answer == 1  # here
    assert answer
""", "Take `assert answer == 1` away"),
    ("assert-two-arguments", """
assert x
self.assertEqual(get_json("u"), n)
self.assertTrue(-x, n)  # here
""", "`self.assertEqual(-x, n)`"),
    ("assert-two-arguments", "assert (get_json('u'), 'a', n)  # here",
     "`assert get_json('u')`"),
    ("same-name", """
class A(unittest.TestCase):  # here
    def help(self): ...
    def test_a(self): ...
class A(unittest.TestCase):
    def test_b(self): ...
""", "`class A_…`"),
    ("own-copy", """
def help(): ...
def memoize(fn): ...  # here
def test_x():
    assert memoize(help) is None
""", "`from utils import memoize`"),
    ("tautology", """
with patch("a.b"), patch("client.get_json", side_effect=None) as other:
    first = second = Mock(name="a", return_value=5)
    self.assertEqual(second.return_value, 5)  # here
    self.assertEqual(other("u"), 5)
""", "expected"),
    ("tautology", "assert x is x  # here", "expected"),
    ("tautology", "made = Mock()\nself.assertTrue(made)  # here", "expected"),
    ("tautology", """
class TestX(unittest.IsolatedAsyncioTestCase):
    async def test_x(self):
        ask = mock.AsyncMock(return_value=1)
        self.assertEqual(await ask(), 1)  # here
""", "expected"),
    ("unreached", """
try:
    get_json("u")
finally:
    if x:
        n = 1
    else:
        return
        assert n  # here
""", "take `return` away"),
    ("never-collected", """
def help(): ...
def tst_x():  # here
    assert get_json("u") == 1
""", "`def test_x():`"),
]

RIGHT: Sequence[tuple[str, str]] = [
    ("mock-assertion", "m.assert_called_once_with(1)\nassert m.called"),
    ("mock-assertion", "self.assertTrue(m.called)\nm.called_times(2)"),
    ("mock-assertion", "self.assertRaises(AssertionError, m.assert_called)"),
    ("mock-assertion", "m.assert_all_called()\nm.assert_call_count('u', 1)"),
    ("mock-assertion", """
class Spy:
    def called_once_with(self, *given): return True
    def assert_called_wiht(self): ...
def test_x():
    assert Spy().called_once_with(1)
    Spy().assert_called_wiht()
"""),
    ("mock-assertion", """
class TestX(Base):
    def test_x(self):
        self.assert_called_onec(1)
        super().called_once_with(1)
"""),
    ("after-raise", """
with self.assertRaises(KeyError) as caught:
    nested = {"a": Mock()}
    access_nested_map(nested, ["b"])
self.assertEqual(caught.exception.args, ("b",))
"""),
    ("after-raise", """
with self.assertRaises(KeyError):
    nested = dict(a=1)
    self.assertEqual(access_nested_map(nested, ["b"]), 1)
"""),
    ("after-raise", """
with self.assertRaises(AssertionError):
    m(1)
    m.assert_called_with(2)
"""),
    ("after-raise", """
with self.assertRaises(KeyError):
    m.open()
    self.assertTrue(m.is_open)
    m.fail_now()
"""),
    ("after-raise", """
with self.assertRaises(KeyError):
    get_json("u")
    self.fail("it went through")
"""),
    ("after-raise", """
with self.subTest("a"):
    answer = get_json("u")
    self.assertEqual(answer, 1)
"""),
    ("assert-two-arguments", "self.assertTrue(get_json(x), 'an answer')"),
    ("assert-two-arguments", "self.assertTrue(get_json(x), f'of {x}')"),
    ("assert-two-arguments", "self.assertTrue(get_json(x), 'of %s' % x)"),
    ("assert-two-arguments", "self.assertTrue(m.ok, error_message)"),
    ("assert-two-arguments", "self.assertTrue(m.ok(x), (x, n))"),
    ("assert-two-arguments", "self.assertTrue(x == n, [x, n])"),
    ("assert-two-arguments", "self.assertFalse(m.startswith(x), n)"),
    ("assert-two-arguments", "assert get_json(x), n\nassert x == (1, 2)"),
    ("async-never-runs", """
class TestX(unittest.IsolatedAsyncioTestCase):
    async def test_x(self):
        assert await client.get()
"""),
    ("async-never-runs", """
from ours import Base
class TestX(Base):
    async def test_x(self):
        assert await client.get()
"""),
    ("async-never-runs", """
class TestX(unittest.TestCase):
    @awaited
    async def test_x(self):
        assert await client.get()
"""),
    ("async-never-runs", """
@pytest.mark.asyncio
async def test_x():
    assert await client.get()
"""),
    ("async-never-runs", """
pytestmark = [pytest.mark.anyio]
async def test_x():
    assert await client.get()
"""),
    ("async-never-runs", """
class Mixin:
    async def test_x(self):
        assert await client.get()
"""),
    ("same-name", """
class TestX(unittest.TestCase):
    def test_x(self): ...
class TestY(unittest.TestCase):
    def test_x(self): ...
"""),
    ("same-name", """
import time
if client.FAST:
    def test_x(): assert get_json("a")
else:
    def test_x(): assert get_json("b")
"""),
    ("same-name", """
class TestX(unittest.TestCase):
    @property
    def tests(self): return self._tests
    @tests.setter
    def tests(self, tests): self._tests = tests
    def help(self): ...
    def help(self): ...
"""),
    ("same-name", """
class TestX(unittest.TestCase):
    def test_x(self): ...
class TestX(TestX):
    def test_x(self): ...
"""),
    ("same-name", """
from parameterized import parameterized
class TestX(unittest.TestCase):
    @parameterized.expand([("a",)])
    def test_x(self, name): assert get_json(name)
    def test_x(self): assert get_json("b")
"""),
    ("own-copy", """
def memoize(fn): return fn
def test_x():
    with patch("utils.memoize", memoize):
        assert client.GithubOrgClient("a").org == {}
"""),
    ("own-copy", """
import utils
def memoize(fn): return fn
def test_x():
    assert memoize(1) == utils.memoize(1)
"""),
    ("own-copy", """
def has_license(repo): return True
def test_x():
    assert has_license(get_json("u"))
"""),
    ("tautology", "self.assertEqual(get_json('u'), get_json('u'))"),
    ("tautology", "self.assertIs(m.org, m.org)\nassert m['a'] == m['a']"),
    ("tautology", "self.assertEqual(x, x)\nself.assertNotEqual(x, n)"),
    ("tautology", "assert x == x\nassert x < n"),
    ("tautology", "def test_equality(x):\n    assert x == x"),
    ("tautology", "self.assertTrue(x)\nassert False\nassert not True"),
    ("tautology", "made = Mock()\nmade = get_json(made)\nassert made"),
    ("tautology", """
m.return_value = {"a": 1}
self.assertEqual(get_json("u"), {"a": 1})
self.assertEqual(n("u"), {"a": 1})
self.assertEqual(m("u"), {"a": 2})
"""),
    ("tautology", """
m.return_value = 1
m.side_effect = x
self.assertEqual(m("u"), 1)
"""),
    ("wide-exception", """
with self.assertRaises(Exception) as caught:
    get_json("u")
self.assertEqual(str(caught.exception), "no answer")
"""),
    ("wide-exception", """
with pytest.raises(Exception, match="no answer"):
    get_json("u")
with self.assertRaisesRegex(Exception, "no answer"):
    get_json("u")
with self.assertRaises(client.Exceptional):
    get_json("u")
"""),
    ("swallowed", """
try:
    self.assertEqual(get_json("u"), 1)
except KeyError:
    pass
"""),
    ("swallowed", """
try:
    self.assertEqual(get_json("u"), 1)
except AssertionError:
    raise
except Exception:
    pass
"""),
    ("swallowed", """
try:
    m.assert_called_with(1)
except AssertionError:
    pass
else:
    self.fail("it was called")
"""),
    ("swallowed", """
try:
    get_json("u")
except Exception:
    pass
self.assertTrue(m.called)
"""),
    ("unreached", """
if not x:
    return
self.assertEqual(get_json("u"), x)
"""),
    ("unreached", """
def test_x():
    def answer(url):
        return 1
    assert get_json(answer) == 1
    raise unittest.SkipTest("the rest is for later")
"""),
    ("unreached", "while x:\n    x.pop()\n    continue\nassert get_json(x)"),
    ("patch-order", """
class TestX(unittest.TestCase):
    @patch("client.get_json")
    @patch("utils.requests.get")
    def test_x(self, mock_get, mock_get_json):
        get_json("u")
"""),
    ("patch-order", """
@patch("client.get_json")
@patch("utils.requests.get")
def test_x(first, second):
    get_json("u")
"""),
    ("patch-order", """
@patch("client.get_json")
@patch("utils.get_json")
def test_x(get_json, mock_get_json):
    client.run()
"""),
    ("patch-order", """
@patch("client.get_json", Mock())
@patch("utils.requests.get")
@some.other("org")
def test_x(get_json, get):
    client.run()
"""),
    ("never-collected", """
class TestX(unittest.TestCase):
    def _test_x(self, url):
        self.assertEqual(get_json(url), 1)
    def _test_y(self):
        self.assertEqual(get_json("u"), 1)
    def test_both(self):
        self._test_x("u")
        self._test_y()
"""),
    ("never-collected", """
class TestX(unittest.TestCase):
    def rest_of_it(self, url="u"):
        self.assertEqual(get_json(url), 1)
    def run_it(self):
        self.assertEqual(get_json("u"), 1)
    def tst_x(self):
        return get_json("u")
    def all_of_it(self):
        self.rest_of_it("w")
    def shared(self):
        self.assertEqual(get_json("u"), 1)
    def test_both(self):
        self.shared()
    def testx(self):
        self.assertEqual(get_json("v"), 1)
"""),
    ("never-collected", """
def test_outer():
    def test_inner():
        assert get_json("u") == 1
    test_inner()
"""),
    ("after-raise", """
with self.assertRaises(self.failureException), pytest.raises(KeyError):
    answer = 1
    assert answer == 1
    get_json("u")
"""),
    ("assert-two-arguments", "self.assertTrue(m.ok, None)"),
    ("assert-two-arguments", "self.assertTrue(m.ok, x % 1)"),
    ("assert-two-arguments", "self.assertTrue(m.ok, 'not ok: ' + x)"),
    ("assert-two-arguments", "self.assertTrue(m.ok, x + ' is not ok')"),
    ("assert-two-arguments", "self.assertTrue(m.ok, 'a' if x else n)"),
    ("assert-two-arguments", "self.assertTrue(m.ok, n if x else 'a')"),
    ("assert-two-arguments", "self.assertTrue(m.ok, str(n))"),
    ("assert-two-arguments", "self.assertTrue(m.ok, explain_reason(n))"),
    ("assert-two-arguments", "self.assertTrue(not x, n)"),
    ("assert-two-arguments", "self.assertTrue(m._is_ok(), n)"),
    ("async-never-runs", """
import pytest_asyncio
async def test_x():
    assert await client.get()
"""),
    ("async-never-runs", """
class TestX(unittest.TestCase, metaclass=client.Awaiting):
    async def test_x(self):
        assert await client.get()
"""),
    ("async-never-runs", """
class TestBase(object):
    async def test_x(self):
        assert await client.get()
class TestX(TestBase, unittest.IsolatedAsyncioTestCase):
    pass
"""),
    ("same-name", """
class Rows:
    def test_x(self): ...
class Rows:
    def test_x(self): ...
class TestA(unittest.TestCase):
    pass
class TestA(unittest.TestCase):
    def test_a(self): ...
"""),
    ("same-name", """
@client.keep
def test_x(): ...
def test_x(): ...
"""),
    ("same-name", """
def test_x(): ...
plain = test_x
def test_x(): plain()
"""),
    ("mock-assertion", """
class TestX(unittest.TestCase):
    def setUp(self): self.called_once = client.run()
    def test_x(self): assert client.last.called_once
"""),
    ("own-copy", """
@pytest.fixture
def test_memoize(): assert True if client else False
try:
    from utils import memoize
except ImportError:
    def memoize(fn): return fn
def test_x():
    assert memoize(1)
"""),
    ("tautology", "assert 1 == 2\nassert x == n == x\nassert 2 != 1"),
    ("tautology", "answer = m\nself.assertEqual(answer.value, x)"),
    ("tautology", "self.assertCountEqual(x)\nself.assertIn(x, x)"),
    ("tautology", "self.assertNotEqual(x, x)\nself.assertEqual(x, x)"),
    ("never-collected", """
class Checks(unittest.TestCase):
    def body(self):
        self.assertEqual(get_json("u"), 1)
class TestZ(client.Base):
    def body(self):
        self.assertEqual(get_json("u"), 1)
    def test_z(self):
        self.assertEqual(get_json("v"), 1)
"""),
    ("never-collected", """
class TestX(unittest.TestCase):
    def named(self):
        self.assertEqual(get_json("u"), 1)
    def test_x(self):
        getattr(self, "na" + "med")()
"""),
    ("tautology", """
kept = m
self.assertEqual(kept, m)
"""),
    ("tautology", """
given = get_json("u")
with given as kept:
    self.assertIs(kept, given)
"""),
    ("tautology", """
given = get_json("u")
kept = given
given = get_json("v")
self.assertEqual(kept, given)
"""),
    ("tautology", """
given = get_json("u")
for each in given:
    kept = given
    self.assertEqual(kept, given)
"""),
    ("never-collected", """
class TestX(client.Base):
    def tets_x(self):
        self.assertEqual(get_json("u"), 1)
class TestY(unittest.TestCase):
    def tets_y(self, url):
        self.assertEqual(get_json(url), 1)
    @client.register
    def tets_z(self):
        self.assertEqual(get_json("u"), 1)
"""),
]


def smells(code: str) -> list[Problem]:
    """Return what is found in a case, its file made whole."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python itself warns of a tuple.
        tree = ast.parse(whole(code))
    return list(smells_in("test_x.py", tree, MODULES))


def whole(code: str) -> str:
    """Return a case as a file: bare statements stand in a test."""
    lines = code.splitlines()
    if any(line.startswith(DEFINES) for line in lines):
        return HEAD + code
    return METHOD + "\n".join(f"        {line}" for line in lines)


@pytest.mark.parametrize(("kind", "code", "advice"), WRONG)
def test_what_is_wrong_is_found_where_it_is(kind: str, code: str,
                                            advice: str) -> None:
    """That, nothing else, and what to write instead."""
    marked = [number for number, line in enumerate(
        whole(code).splitlines(), 1) if line.endswith("# here")]

    found = smells(code)

    assert [(each.kind, each.line) for each in found] == [(kind, marked[0])]
    assert advice in found[0].advice
    assert found[0].detail.count("`") >= 2
    assert found[0].detail.endswith(".")


@pytest.mark.parametrize(("kind", "code"), RIGHT)
def test_what_only_looks_wrong_is_left_alone(kind: str, code: str) -> None:
    """Each stands beside the kind that it might be taken for."""
    assert smells(code) == [], kind


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_its_cases(kind: str) -> None:
    """One that is wrong, and two that look like it."""
    assert [each for each, *_ in WRONG].count(kind) >= 1
    assert [each for each, *_ in RIGHT].count(kind) >= 2


# The rules of ruff that look for the same, and our kinds.
RUFF = {"F631": "assert-two-arguments", "F811": "same-name",
        "B017": "wide-exception", "PGH005": "mock-assertion",
        "PLR0124": "tautology", "PLR0133": "tautology", "S110": "swallowed"}


def test_what_ruff_finds_is_found(tmp_path: Path) -> None:
    """In all the wrong cases, at the same line, or in the same test.

    In the right ones ruff finds more: those it knows are exactly why they are
    in the table.
    """
    for number, (_, code, _) in enumerate(WRONG):
        (tmp_path / f"test_{number}.py").write_text(whole(code), "utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache",
         "--select", ",".join(RUFF), "--output-format", "json",
         str(tmp_path)], capture_output=True, text=True)

    found = [(each["code"], int(Path(each["filename"]).stem[5:]))
             for each in json.loads(done.stdout)]
    assert {rule for rule, _ in found} == RUFF.keys()
    assert [(rule, WRONG[number]) for rule, number in found
            if WRONG[number][0] != RUFF[rule]] == []


TESTS = HEAD + """
def check():
    assert True
class TestOuter(unittest.TestCase):
    def test_x(self):
        assert True
    class TestInner:
        def test_y(self):
            assert True
def test_z():
    assert True
try:
    import this
except ImportError:
    pass
else:
    def test_late():
        assert True
"""


def test_a_smell_names_its_test_as_the_runners_do() -> None:
    """Or the file, where it stands in no test."""
    found = smells_in("suite/test_x.py", ast.parse(TESTS), {})

    assert [(each.test, each.file) for each in found] == [
        (name, "suite/test_x.py") for name in (
            "suite/test_x.py", "test_x.TestOuter.test_x",
            "test_x.TestOuter.TestInner.test_y", "test_x.test_z",
            "test_x.test_late")]


@pytest.mark.parametrize(("code", "kinds"), [
    ("def test_x(spy): assert spy.called_once", []),
    ("def test_x(mocker): assert mocker.spy().called_once",
     ["mock-assertion"]),
    ("import unittest.mock\ndef test_x():\n"
     "    assert unittest.mock.Mock().called_once", ["mock-assertion"]),
])
def test_no_assertion_is_mistyped_where_there_is_no_mock(
        code: str, kinds: list[str]) -> None:
    """Other things may well have such a name."""
    found = smells_in("test_x.py", ast.parse(code), {})

    assert [each.kind for each in found] == kinds


def test_what_is_long_is_cut_off_where_it_is_shown() -> None:
    """A learner finds the place by its beginning; the advice is whole."""
    long = "get_json('" + "x" * 80 + "')"

    [found] = smells(f"self.assertTrue({long}, 3)")

    assert found.detail.startswith("`self.assertTrue(get_json('xxx")
    assert "…` does not compare" in found.detail
    assert f"self.assertEqual({long}, 3)" in found.advice


def test_only_what_a_module_offers_is_a_public_name() -> None:
    """Its functions and classes, those of a class not among them."""
    code = "def f(): ...\nclass A:\n    def g(self): ...\ndef _h(): ...\nX = 1"

    assert public_names(ast.parse(code)) == {"f", "A"}


SUITES = sorted([
    ROOT / "test_utils.py", ROOT / "test_client.py",
    *ROOT.glob("examples/*/*.py"), *(
        path for path in ROOT.glob("tests/**/*.py")
        # Those are wrong on purpose, or written in a newer Python.
        if not {"confusions", "cases"}.intersection(path.parts))])
# What most learners hand in: these two belong to it.
KNOWN = {"first_try/test_utils.py": ["after-raise"],
         "first_try/test_client.py": ["assert-two-arguments"]}


@pytest.mark.parametrize("path", SUITES, ids=lambda path: path.name)
def test_suites_that_are_right_have_no_smell(path: Path) -> None:
    """The exemplary ones, the checker's own, and those that it is fed."""
    found = smells_in(path.name, ast.parse(path.read_bytes()), MODULES)

    name = f"{path.parent.name}/{path.name}"
    assert [each.kind for each in found] == KNOWN.get(name, [])


DEEP = "x = " + "-" * 90 + "1\n" + "assert " + "not " * 90 + "x\n"
ODD = ["", "assert x", "class A(A): ...", "class A(B): ...\nclass B(A): ...",
       "def test_x(): yield", "def test_x(*, a=lambda: 1, **k): assert (a,)",
       "@patch(*a)\n@patch(**k)\ndef test_x(): ...",
       "def test_x():\n    with raises(): assert x\n    self.assertTrue()",
       "def test_x():\n    with self.assertRaises(*a) as (b, c): f(); fail()",
       "def test_x():\n    self.assertEqual(*a)\n    assert a < b < c",
       "from . import *\nfrom .. import a as b\nimport a.b.c",
       "def test_x():\n    a().b[0].called_once\n    (yield).assert_called",
       "async def test_x():\n    async with a as b: assert await b.c()",
       "def test_x():\n    " + "+".join(["a"] * 900), DEEP]


@pytest.mark.parametrize("code", ODD)
def test_odd_code_is_read_to_its_end(code: str) -> None:
    """Python takes it, so it is read without an exception."""
    in_a_test = "def test_y():\n" + "".join(
        f"    {line}\n" for line in code.splitlines() or ["pass"])
    for text in (code, in_a_test):
        try:
            tree = ast.parse(text)
        except (SyntaxError, RecursionError, MemoryError):
            continue
        list(smells_in("test_odd.py", tree, MODULES))


@pytest.mark.soak
def test_all_that_python_tests_itself_with_is_read() -> None:
    """And little is found there, of thousands of tests that are right."""
    read, found = 0, []
    for path in sorted((STDLIB / "test").rglob("*.py")):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue
        read += 1
        found += [each.kind for each in smells_in(path.name, tree, MODULES)]
    if not read:
        pytest.skip("not tried: this Python came without its tests")

    assert len(found) < read / 2
