"""What is left alone, and what may be equivalent, one row after the other.

- comments leave out lines, blocks and functions, as coverage.py has it
- branches for other Pythons and other systems
- changes that cannot make a difference are not made
- changes that may make none say why
"""
import ast
import sys
from collections.abc import Sequence

import pytest

from tests.mutation.test_mutate import edits, edits_in, faults_of
from winnow.mutation import reasons
from winnow.mutation.generator import made_faults
from winnow.mutation.machine import Machine
from winnow.mutation.pragmas import REASON, lines_left_out

LEFT_OUT: dict[str, Sequence[int]] = {
    "a = 1  # pragma: no cover": [1],
    "a = 1  # pragma: no mutate": [1],
    "a = 1  #pragma:nocover": [1],
    "a = 1  # PRAGMA: NO COVER": [1],
    "a = 1  # pragma no cover": [1],
    "a = 1  # pragma: no branch, no cover": [1],
    "a = 1  # so; pragma: no mutate: it cannot fail": [1],
    "a = 1  # pragma: no branch": [],
    "a = 1  # no cover": [],
    "a = '# pragma: no cover'": [],
    "# pragma: no cover\na = 1": [],
    "a = 1\n# pragma: no cover\nb = 2": [],
    "a = (\n    1,  # pragma: no cover\n)\nb = 2": [1, 2, 3],
    "a = (\n    # pragma: no cover\n    1)\nb = 2": [1, 2, 3],
    "if a:  # pragma: no cover\n    b\n    c\nelse:\n    d": [1, 2, 3],
    "if a:\n    b\nelse:  # pragma: no cover\n    c\nd": [3, 4],
    "if a:\n    b\nelif c:  # pragma: no cover\n    d\nelse:\n    e": [3, 4],
    "if a: b  # pragma: no cover\nelse: c": [1],
    "for a in b:  # pragma: no cover\n    c\n\n    d\ne": [1, 2, 4],
    "while a:  # pragma: no cover\n    if b:\n        c\n    d\ne": [
        1, 2, 3, 4],
    "with a:  # pragma: no cover\n    b\nc": [1, 2],
    "try:  # pragma: no cover\n    a\nexcept E:\n    b": [1, 2],
    "try:\n    a\nexcept E:  # pragma: no cover\n    b\nelse:\n    c": [3, 4],
    "try:\n    a\nfinally:  # pragma: no cover\n    b": [3, 4],
    "def f():  # pragma: no cover\n    a\n    b\nc": [1, 2, 3],
    "def f(\n    a,\n    b,  # pragma: no cover\n):\n    c": [1, 2, 3, 4, 5],
    "def f():\n    a\n    b  # pragma: no cover\nc": [3],
    "@a  # pragma: no cover\n@b\ndef f():\n    c\nd": [1, 2, 3, 4],
    "@a\n@b  # pragma: no cover\ndef f():\n    c\nd": [2, 3, 4],
    "class A:  # pragma: no mutate\n    def f(self):\n        a\nb": [1, 2, 3],
    "class A:\n    def f(self):  # pragma: no mutate\n        a\n    b = 1": [
        2, 3],
    "if a:\r\n    b  # pragma: no cover\r\nc": [2],
    "if a:  # pragma: no cover\n    '''\n  d'''\nb": [1, 2, 3],
}


@pytest.mark.parametrize("code", LEFT_OUT)
def test_a_comment_leaves_out_the_lines_that_coverage_leaves_out(
        code: str) -> None:
    """The statement it is in, or the block that this opens."""
    ast.parse(code)

    assert sorted(lines_left_out(code)) == LEFT_OUT[code]


WITHOUT = {
    "def sell(a):  # pragma: no cover\n    return a + 1": [],
    "def sell(a):\n    return a + 1  # pragma: no cover": [],
    "@a\ndef sell(a):  # pragma: no mutate\n    return a + 1": [],
    "class Till:  # pragma: no cover\n    def sell(self): return 1": [],
    "def sell(a):\n    if a:  # pragma: no cover\n        a.go()\n"
    "    a.end()": [
        "if a:  # pragma: no cover -> return None\n"
        "    if a:  # pragma: no cover", "a.end() -> pass"],
    "def sell(a):\n    for b in a:\n        b.go()\n"
    "        b.end()  # pragma: no cover": [
        "b.end() -> b.end()\n        break", "b.go() -> pass"],
    "def sell(a):\n    try:\n        a.go()\n"
    "    except KeyError:  # pragma: no cover\n        return 1": [
        "a.go() -> pass"],
}


@pytest.mark.parametrize("code", WITHOUT)
def test_what_a_comment_leaves_out_gets_no_fault(code: str) -> None:
    """What ends a loop, and what empties a function, go by its own line."""
    assert sorted(edits(code)) == sorted(WITHOUT[code])


def test_what_cannot_be_read_token_by_token_is_read_up_to_there() -> None:
    """Nobody's check ends for a comment."""
    code = "a = 1  # pragma: no cover\nb = ("

    assert lines_left_out(code) <= {1}


def test_a_function_that_a_comment_leaves_out_says_so() -> None:
    """It is listed with those that get no fault."""
    code = ("class Till:\n    def sell(self):  # pragma: no cover\n"
            "        return 1\n    def buy(self):\n"
            "        return 2  # pragma: no mutate\n")

    assert [(each.name, each.reason) for each in made_faults(
        "shop", code)[1]] == [("sell", REASON), ("Till.buy", REASON)]


HERE = sys.platform
ANSWERS = {
    "sys.version_info >= (3, 8)": False, "sys.version_info < (3,)": True,
    "sys.version_info[0] == 2": True, "sys.version_info.major > 2": False,
    "sys.version_info[:2] >= (3, 8)": False,
    "not sys.version_info < (3, 8)": False,
    "sys.version_info >= (3, 8) and a": None,
    "sys.version_info < (3, 8) and a": True,
    "sys.version_info >= (3, 8) or a": False,
    f"sys.platform == '{HERE}'": False, "sys.platform == 'amiga'": True,
    f"sys.platform[:3] == '{HERE[:3]}'": False,
    "sys.platform.startswith('amiga')": True,
    "os.name in ('amiga', 'ce')": True,
    "platform.system().lower() == 'amiga'": True,
    "sys.implementation.name == 'amiga'": True,
    "sys.version_info >= LOWEST": None, "sys.version_info >= f()": None,
    "sys.argv == 1": None, "sys.version_info == sys.argv": None,
    "a.platform == 'amiga'": None, "sys.version_info.best == 1": None,
    "'a' == 'b'": None, "a": None, "NEW": False, "not NEW": True,
    "OFTEN": None, "f(sys.platform)": None,
}


@pytest.mark.parametrize("test", ANSWERS)
def test_what_a_condition_never_answers_here(test: str) -> None:
    """By the Python that runs the tests; None where it is not known."""
    tree = ast.parse("NEW = sys.version_info >= (3, 8)\n"
                     "OFTEN = sys.platform == 'a'\nOFTEN = 2\n")
    condition = ast.parse(test, mode="eval").body

    answer = Machine(tree).never(condition, at_import=True)

    assert answer is (None if ANSWERS[test] is None else ANSWERS[test])


OLD, NEW = "sys.version_info < (3, 8)", "sys.version_info >= (3, 8)"
FOR_OTHERS = {
    f"if {OLD}: a = 1\nelse: a = 2": ["2 -> 3"],
    f"if {NEW}: a = 1\nelse: a = 2": ["1 -> 2"],
    f"if {OLD}: a = 1\nelif b: a = 2\nelse: a = 3": [
        "b -> not b", "2 -> 3", "3 -> 4"],
    f"a = 1 if {OLD} else 2": ["2 -> 3"],
    f"a = 1 if {NEW} else 2": ["1 -> 2"],
    "if sys.platform == 'amiga': a = 1": [],
    "PY2 = sys.version_info[0] == 2\nif PY2: a = 1": [
        "0 -> 1", "== -> !=", "2 -> 3", "PY2 -> not PY2"],
    "if os.name == 'nt' or TYPE_CHECKING: a = 1": ["1 -> 2"],
}


@pytest.mark.parametrize("code", FOR_OTHERS)
def test_what_is_for_another_python_gets_no_fault(code: str) -> None:
    """Nor what is for another system, where the module is imported."""
    assert edits(code) == FOR_OTHERS[code]


def doubted(body: str) -> dict[str, str]:
    """Return why each edit in a function's body may be equivalent."""
    code = "def sell(a, b, *c, **d):\n" + "".join(
        f"    {line}\n" for line in body.splitlines())
    return {f"{each.old} -> {each.new}": each.doubt
            for each in faults_of(code) if each.doubt}


def test_a_function_may_be_shown_another_system_by_a_test() -> None:
    """So what is for another one gets faults there, and they say so."""
    body = "if sys.platform == 'amiga': a.go()\nelse: a.end()"

    assert edits_in(body) == ["a.go() -> pass", "a.end() -> pass"]
    assert doubted(body) == {"a.go() -> pass": reasons.SYSTEM}
    assert edits_in(f"if {OLD}: a.go()\nelse: a.end()") == [
        "a.end() -> pass"]


ENUM = "class Till(enum.{}):\n    OPEN = 1\n    def go(self): return self.{}"


@pytest.mark.parametrize(("code", "reason"), [
    (ENUM.format("Enum", "name"), reasons.MEMBER),
    (ENUM.format("Enum", "value"), None),
    (ENUM.format("IntEnum", "name"), None),
    (ENUM.format("Enum", "name") + "\nTill(2)", None),
])
def test_the_value_of_a_member_may_be_nothing_to_anyone(
        code: str, reason: str | None) -> None:
    """Unless the module asks for it."""
    assert {each.old: each.doubt for each in faults_of(code)}["1"] == reason


STATIC = ("class Till:\n    @staticmethod\n    def {0}(a): return a\n"
          "    def go(self): return {1}.{0}(1)")


@pytest.mark.parametrize(("name", "owner", "reason"), [
    ("_add", "Till", reasons.CLASS), ("_add", "cls", reasons.CLASS),
    ("_add", "self", None), ("add", "Till", None),
])
def test_a_private_method_may_never_be_asked_of_an_object(
        name: str, owner: str, reason: str | None) -> None:
    """Then nobody can tell whether it is static."""
    found = {each.name.rpartition(":")[2]: each.doubt
             for each in faults_of(STATIC.format(name, owner))}

    assert found["no-staticmethod"] == reason


def test_a_question_for_separators_is_one_for_the_system() -> None:
    """On this one it may be that all answers are the same."""
    found = doubted("return a and a != os.altsep")

    assert found == {"a and a != os.altsep -> a": reasons.SYSTEM}


def test_a_fallback_for_an_import_is_doubtful() -> None:
    """Not so a function that imports what it is told to."""
    fallback = "try:\n    import x\nexcept ImportError:\n    a.go()"
    named = "try:\n    __import__('x')\nexcept ImportError:\n    a.go()"
    asked = "try:\n    b(a)\nexcept ImportError:\n    a.go()"

    assert doubted(fallback) == {"a.go() -> pass": reasons.FALLBACK}
    assert doubted(named) == {"a.go() -> pass": reasons.FALLBACK}
    assert doubted(asked) == {}


# Conversions that could go, and others that look like them.
SAME = {
    "int(math.ceil(a))": "int(a)", "int(len(a))": "int(a.len)",
    "int(round(a))": "int(round(a, 1))", "str(f'{a}')": "str(a)",
    "str('-'.join(a))": "str(b.join(a))", "bool(not a)": "bool(a)",
    "bool(a in b)": "bool(a == b)", "list([a for a in b])": "list(a)",
    "list(sorted(a))": "list(f(a))", "dict({})": "dict(a)",
    "set({a})": "set(a)", "tuple((a, b))": "tuple(a)",
    "float(math.sqrt(a))": "float(np.sqrt(a))",
    "sorted(list(a))": "len(list(a))", "set(tuple(a))": "f(tuple(a))",
    "','.join(list(a))": "b.join(list(a))",
    "set(sorted(a))": "f(sorted(a))",
}


@pytest.mark.parametrize("same", SAME)
def test_a_conversion_of_what_is_so_already_is_left_alone(same: str) -> None:
    """One of what only looks like it gets a fault."""
    def taken_away(value: str) -> list[str]:
        """Return the operators of the faults in a call with a value."""
        code = f"import math\ndef sell(a, b): x = y(3, {value})\n"
        return [each.name.rpartition(":")[2] for each in faults_of(code)]

    kinds = {each for each in taken_away(SAME[same])
             if each.startswith("no-")}

    assert kinds - {*taken_away(same)}


@pytest.mark.parametrize("call", ["a.set({b})", "a.list([b])",
                                  "a.dict({b: 1})", "a.bool(b in a)"])
def test_a_method_of_that_name_may_do_anything(call: str) -> None:
    """So `set` of a context's variable sets it."""
    assert f"{call} -> pass" in edits_in(call)


def test_a_function_of_the_modules_own_may_do_anything() -> None:
    """Whatever it is called."""
    code = "def list(a): return [*a, 1]\ndef sell(b): return list([1])"

    assert "list([1]) -> [1]" in edits(code)


CLAMPS = {
    "if a > b: a = b": "if a > b: a = 3",
    "if a < 0: a = 0": "if a < 0: a = 1",
    "if a < 0: a = -a": "if a < 1: a = -a",
    "if a > b: a, b = b, a": "if a > b: a, b = b, c",
    "if len(a) > b: a = a[:b]": "if len(a) > b: a = a[b:]",
    "return a if a > b else b": "return a if a > b else c",
    "return -a if a < 0 else a": "return -a if a < 0 else b",
    "if a > b: return b\nreturn a": "if a > b: return b\nreturn c",
    "if a > b: return b\nelse: return a": "if a > b: return b\na.go()",
    "if a > b: a = b\nelse: a = a": "if a > b: a = b\nelse: a = c",
    "if a > b: c = b\nelse: c = a": "if a > b: c = b\nelse: d = a",
}


@pytest.mark.parametrize("clamp", CLAMPS)
def test_a_boundary_at_which_both_sides_meet_is_not_moved(clamp: str) -> None:
    """That of anything else is."""
    moved = {"> -> >=", "< -> <="}

    assert not moved & {*edits_in(clamp)}
    assert moved & {*edits_in(CLAMPS[clamp])}


@pytest.mark.parametrize(("same", "other", "edit"), [
    ("return a * 1.0", "return a * 2.0", "* -> /"),
    ("return a * 1.0", "return 1.0 * a", "* -> /"),
    ("return a / 1.0", "return a / 1.5", "/ -> *"),
    ("return a + 0", "return 0 - a", "- -> +"),
    ("a *= 1.0", "a *= b", "*= -> /="),
    ("if b and ',' in a: a = a.replace(',', '')",
     "if b and ',' in a: a = a.replace('.', '')",
     "b and ',' in a -> b"),
    ("return a.split(';', 1)[0]", "return a.split(';', 1)[1]", "1 -> 2"),
    ("return a.rsplit(';', 3)[-1]", "return a.split(';', 3)[-1]", "3 -> 4"),
    ("return math.gcd(a, b)", "return f.gcd(a, b)", "a, b -> b, a"),
    ("try: a()\nexcept (IOError, OSError): pass",
     "try: a()\nexcept (IOError, KeyError): pass",
     "(IOError, KeyError) -> (KeyError,)"),
    ("try: a()\nexcept (UnicodeError, ValueError): pass",
     "try: a()\nexcept (UnicodeError, ValueError): pass",
     "(UnicodeError, ValueError) -> (UnicodeError,)"),
])
def test_an_operator_that_changes_nothing_is_left_alone(
        same: str, other: str, edit: str) -> None:
    """One that changes something is not."""
    assert edit in edits_in(other)
    assert same == other or edit not in edits_in(same)
    if same.startswith("try"):
        assert "(UnicodeError, ValueError) -> (ValueError,)" not in (
            edits_in(same))


# For each reason: code that gives it, with the edit, and code that does not.
DOUBTFUL = {
    reasons.COPY: [
        ("x = list(a)", "list(a) -> a", "return list(a.b)"),
        ("x = float(a)", "float(a) -> a", "x = int(a)"),
        ("x = set(a)", "set(a) -> a", "b.set(a)"),
        ("x = copy.copy(a)", "copy.copy(a) -> a", "x = b.bool(a)"),
        ("x = 5\nreturn int(x)", "int(x) -> x", "x = int(b[1])"),
        ("x = a.copy()", "a.copy() -> a", "x = tuple(map(b, a))"),
        ("for x in list(a.items()): x()", "list(a.items()) -> a.items()",
         "x = list(a.items())")],
    reasons.GUARD: [
        ("return a and hasattr(b, 'c')", "a and hasattr(b, 'c') -> a",
         "return a or hasattr(b, 'c')"),
        ("if a or not hasattr(b, 'c'): a.go()",
         "a or not hasattr(b, 'c') -> a",
         "if a and not hasattr(self, 'c'): a.go()")],
    reasons.PASSED_ON: [
        ("a.__exit__(b, a)", "b, a -> a, b", "a.exit(b, a)")],
    reasons.SIZE: [
        ("a.read(16 * 1024)", "16 -> 17", "a.read(16 * 1000)"),
        ("a.go(timeout=3)", "3 -> 4", "a.go(times=3)"),
        ("BUFFER_SIZE = 9", "9 -> 10", "size = 9"),
        ("def f(a, chunk=5): return a", "5 -> 6",
         "def f(chunk, a=5): return a")],
    reasons.LIMIT: [
        ("return a.split(b, -1)", "-1 -> -2", "return a.find(b, -1)"),
        ("def f(a, maxsplit=-1): return a", "-1 -> -2",
         "def f(a, last=-1): return a")],
    reasons.INSTANT: [
        ("return time.time() > a", "> -> >=", "return time(a) > b"),
        ("return random() < a", "< -> <=", "return a < b")],
    reasons.BASE: [
        ("super().__init__()", "super().__init__() -> pass",
         "super().__init__(a)")],
    reasons.CACHE: [
        ("self._cache[a] = b", "self._cache[a] = b -> pass",
         "self.cash[a] = b"),
        ("cache[a] = b", "cache[a] = b -> pass", "a.cache = b")],
    reasons.LATER: [
        ("for x in a:\n    if x:\n        b = 1\n        break",
         "break -> continue",
         "for x in a:\n    if x:\n        b = x\n        break"),
        ("for x in a:\n    if x:\n        b = 1\n        break",
         "break -> continue",
         "for x in a:\n    if x:\n        b = 1\n        break\n"
         "else: c = 2")],
    reasons.STRICT: [
        ("return zip(a, b, strict=True)", "True -> False",
         "return f(a, b, strict=True)")],
    reasons.TWICE: [
        ("a = a or {}\nb(self.a or {})", "a or {} -> a",
         "a = a or {}\nb(self.c or {})")],
    reasons.DIVISION: [
        ("return int(a // b)", "// -> /", "return f(a // b)"),
        ("return a * -1", "* -> /", "return a * -2")],
    reasons.GIVEN: [
        ("def _f(x, y=2): return x, y\n_f(1, y=3)", "2 -> 3",
         "def _f(x, y=2): return x, y\n_f(1)"),
        ("def _f(x, y=2): return x, y\n_f(1, 3)", "2 -> 3",
         "def _f(x, y=2): return x, y\n_f(1, y=3)\nb._f()"),
        ("def _f(x, y=2): return x, y\n_f(1, 3)", "2 -> 3",
         "def f(x, y=2): return x, y\nf(1, 3)")],
    reasons.SAID: [
        ("def f(x, verbose=False): return x, verbose", "False -> True",
         "def f(x, verb=False): return x, verb"),
        ("f(a, verbose=b)", "b -> None", "f(a, verb=b)")],
    reasons.ALWAYS: [
        ("return f(a) or b''", "f(a) or b'' -> f(a)",
         "return a.get(b) or b''"),
        ("return f(a) or b''", "b'' -> b' '", "return a or b''"),
        ("return f(a) or ''", "'' -> ' '", "return f(a) or 'x'")],
    reasons.UNREACHED: [
        ("raise AssertionError(a)", "AssertionError -> RuntimeError",
         "raise ValueError(a)"),
        ("if a: raise NotImplementedError",
         "NotImplementedError -> RuntimeError",
         "if a: raise NotImplementedError('no')")],
    reasons.EMPTY: [
        ("if a and b:\n    for x in a: x()", "a and b -> b",
         "if a and b:\n    for x in c: x()")],
    reasons.MESSAGE: [
        ("def f(x, y):\n    if x: raise KeyError(y)\nf(1, 'y')", "'y' -> '_'",
         "def f(x, y):\n    if y: raise KeyError(y)\nf(1, 'y')")],
    reasons.UNUSED: [
        ("def f(x, y): return x\nf(1, 2)", "2 -> 3",
         "def f(x, y): return x, y\nf(1, 2)"),
        ("def f(x, y): return x\nf(1, y=2)", "2 -> 3",
         "def f(x, y): return locals()\nf(1, y=2)"),
        ("def f(x, y): return x\nf(1, 2)", "2 -> 3",
         "def f(x, y): return x\nb.f(1, 2)"),
        ("def f(x, y): return x\nf(1, 2)", "2 -> 3",
         "def f(x, y): return x\nf(*c, 2)")],
}
ROWS = [(reason, *row) for reason, rows in DOUBTFUL.items() for row in rows]


@pytest.mark.parametrize(("reason", "code", "edit", "other"), ROWS)
def test_a_change_that_may_be_equivalent_says_why(
        reason: str, code: str, edit: str, other: str) -> None:
    """One that only looks like it does not."""
    assert doubted(code).get(edit) == reason
    assert reason not in doubted(other).values()


def test_equal_objects_keep_equal_hashes_whatever_is_changed() -> None:
    """But a hash is a number, and None is none."""
    code = ("class Till:\n    def __hash__(self):\n"
            "        return hash((self.a, 3))")

    assert {each.old: each.doubt for each in faults_of(code)} == {
        "3": reasons.HASH, "return hash((self.a, 3))": None}


def test_dir_sorts_what_it_is_given() -> None:
    """Others do not."""
    code = "class Till:\n    def {}(self):\n        x = sorted(self.a)"

    said = [{each.old: each.doubt for each in faults_of(code.format(name))}
            for name in ("__dir__", "names")]
    assert [each["sorted(self.a)"] for each in said] == [
        reasons.SORTED, None]


def test_every_reason_is_a_sentence_and_is_tried_here() -> None:
    """Each is shown to a person as it is."""
    said = {value for name, value in vars(reasons).items()
            if name.isupper() and isinstance(value, str)}

    assert all(each[0].isupper() or each[0] == "`" for each in said)
    assert all(each[-1] == "." for each in said)
    assert said == {*DOUBTFUL, reasons.HASH, reasons.SYSTEM,
                    reasons.FALLBACK, reasons.MEMBER, reasons.SORTED,
                    reasons.CLASS}
