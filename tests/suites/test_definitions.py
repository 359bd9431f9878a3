"""Where a test stands, and what changes a name, is read off syntax trees.

- a test is found by its id, whatever a row has put behind its name
- a line belongs to the innermost function around it
- what may change an attribute or a key, and which calls end in a name
"""
import ast
from collections.abc import Iterable

import pytest

from winnow.suites.definitions import ChangeSite, Definitions

SUITE = '''
import unittest

def test_plain():
    def inner():
        pass
    return inner

class TestA(unittest.TestCase):
    def test_get(self):
        pass

    async def test_get_json(self):
        pass

    class Inner:
        def test_deep(self):
            pass

    @decorated
    def test_1(self):
        pass

    def test_1_2(self):
        pass

x = 1
'''
FOUND = Definitions({"test_a.py": ast.parse(SUITE),
                     "below/test_b.py": ast.parse("def test_b():\n    pass")})


@pytest.mark.parametrize(("test", "name"), [
    ("test_a.test_plain", "test_plain"),
    ("test_a.test_plain[1-[x]-.]", "test_plain"),
    ("test_a.TestA.test_get", "test_get"),
    ("test_a.TestA.test_get_0", "test_get"),
    ("test_a.TestA.test_get_12_https_a", "test_get"),
    ("test_a.TestA.test_get_json", "test_get_json"),
    ("test_a.TestA.test_get_json_0_x", "test_get_json"),
    ("test_a.TestA_0.test_get_json", "test_get_json"),
    ("test_a.TestA_1_x.test_get_0", "test_get"),
    ("test_a.TestA.test_1", "test_1"),
    ("test_a.TestA.test_1_1", "test_1"),
    ("test_a.TestA.test_1_2", "test_1_2"),
    ("test_a.TestA.test_1_2_0", "test_1_2"),
    ("test_a.TestA.best_get_0", None),
    ("test_a.TestA.Inner.test_deep", "test_deep"),
    ("below.test_b.test_b", "test_b"),
    ("test_b.test_b", "test_b"),
    ("test_a.TestA.test_getter", None),
    ("test_a.TestA.test_get_x", None),
    ("test_a.TestB.test_get", None),
    ("test_a.TestAB.test_get", None),
    ("test_a.TestA.inherited", None),
    ("test_a.inner", None),
    ("test_a.test_get", None),
    ("test_b.test_plain", None),
    ("below.test_a.test_plain", None),
    ("test_aa.test_plain", None),
])
def test_a_test_is_found_by_its_id(test: str, name: str | None) -> None:
    """Of a row, the function with the longest name that fits."""
    found = FOUND.of(test)

    assert (found.function.name if found else None) == name
    if found:
        assert found.file == ("below/test_b.py" if name == "test_b"
                              else "test_a.py")


@pytest.mark.parametrize(("line", "name"), [
    (1, None), (3, None), (4, "test_plain"), (7, "test_plain"), (8, None),
    (9, None), (10, "TestA.test_get"), (11, "TestA.test_get"), (12, None),
    (13, "TestA.test_get_json"), (18, "TestA.Inner.test_deep"),
    (22, "TestA.test_1"), (23, None), (24, "TestA.test_1_2"), (99, None),
])
def test_a_line_belongs_to_the_function_around_it(
        line: int, name: str | None) -> None:
    """To none between them, and none in a file that is not known."""
    assert FOUND.test_at("test_a.py", line) == name
    assert FOUND.test_at("test_c.py", line) is None


def test_the_later_of_two_functions_of_one_name_is_found() -> None:
    """It is the one that Python keeps."""
    twice = Definitions({"t.py": ast.parse(
        "def test_a():\n    pass\ndef test_a():\n    pass")})

    found = twice.of("t.test_a")
    assert found and found.function.lineno == 3


def where(places: Iterable[ChangeSite]) -> list[tuple[str, int]]:
    """Return the files and lines of places."""
    return [(place.file, place.line) for place in places]


@pytest.mark.parametrize(("line", "changes"), [
    ("client.get_json = None", True),
    ("self.get_json = None", False),
    ("cls.get_json = None", False),
    ("client.get_json, x = 1, 2", False),
    ("x.get_json = y = 1", True),
    ("client.get_json += 1", True),
    ("del client.get_json", True),
    ("os.environ['get_json'] = ''", True),
    ("del os.environ['get_json']", True),
    ("get_json = None", False),
    ("client.my_get_json = None", False),
    ("x = client.get_json", False),
    ("patch('client.get_json')", True),
    ("mock.patch.object(client, 'get_json')", True),
    ("setattr(client, 'get_json', 1)", True),
    ("monkeypatch.setattr('client.get_json', 1)", False),
    ("monkeypatch.setenv('get_json', '1')", False),
    ("env.setenv('get_json', '1')", True),
    ("os.environ.pop('get_json')", True),
    ("os.putenv('get_json', '1')", False),
    ("client.get_json: object = None", True),
    ("global get_json", True),
    ("global other", False),
    ("os.environ.update(get_json='1')", True),
    ("os.environ.update({'get_json': '1'})", True),
    ("os.environ.update(other='1', **{'get_json': '1'})", True),
    ("setattr(client, b'get_json', 1)", False),
    ("with patch('client.get_json'): pass", False),
    ("with a, patch('client.get_json') as b: pass", False),
    ("with a: patch('client.get_json').start()", True),
    ("async with patch('client.get_json'): pass", False),
    ("with a: client.get_json = 1", True),
    ("stack.enter_context(patch('client.get_json'))", False),
    *((f"self.{enters}(patch('client.get_json'))", False) for enters in (
        "enterContext", "enterClassContext", "enterModuleContext",
        "enterAsyncContext", "enter_async_context")),
    ("patch('client.my_get_json')", False),
    ("patch('get_json.client')", False),
    ("patch(get_json)", False),
    ("patch(1)", False),
    ("call('client.get_json')", False),
])
def test_what_may_change_a_name_is_found(line: str, changes: bool) -> None:
    """By its last part: an attribute, or a key such as a variable's."""
    found = Definitions({"t.py": ast.parse(f"\ndef f():\n    {line}\n"),
                         "u.py": ast.parse(line)})

    places = [("t.py", 3), ("u.py", 1)] if changes else []
    assert where(found.changing("client.get_json")) == places
    assert where(found.changing("get_json")) == places


@pytest.mark.parametrize("head", ["def g():", "async def g():", "class G:"])
def test_what_decorates_undoes_itself(head: str) -> None:
    """Of a function or a class; what stands inside does not."""
    found = Definitions({"t.py": ast.parse(
        f"@patch('client.get_json')\n{head}\n    client.get_json = 1\n")})

    assert where(found.changing("get_json")) == [("t.py", 3)]


def test_a_call_is_found_by_the_end_of_its_name() -> None:
    """In every file, each with its line."""
    found = Definitions({
        "t.py": ast.parse("os.chdir('a')\n\nchdir('b')\nos.chdir\n"),
        "u.py": ast.parse("os.chdir_to('c')\nThread(target=f)\n")})

    assert where(found.calling(("chdir", "Thread"))) == [
        ("t.py", 1), ("t.py", 3), ("u.py", 2)]
    assert list(found.calling(("Timer",))) == []


@pytest.mark.parametrize(("code", "lines"), [
    ("p = patch('a.b')\np.start()\np.stop()\na.b = 1", [4]),
    ("self.p = patch('a.b')\nself.p.start()\nself.addCleanup(self.p.stop)\n"
     "a.b = 1", [4]),
    ("p = patch('a.b')\np.start()\npatch.stopall()\na.b = 1", [4]),
    ("p = patch('a.b')\np.start()\nq.stop()\na.b = 1", [1, 4]),
    ("p = patch('a.b')\np.start()\np.stop()", [1]),
    ("m = patch('a.b').start()", [1]),
])
def test_a_patcher_that_is_stopped_changes_nothing_for_good(
        code: str, lines: list[int]) -> None:
    """It counts where there is no other place."""
    found = Definitions({"t.py": ast.parse(code)})

    assert sorted(place.line for place in found.changing("a.b")) == lines
    assert [place.bound for place in found.changing("a.b")
            if place.bound] == (["m"] if code.startswith("m") else [])
