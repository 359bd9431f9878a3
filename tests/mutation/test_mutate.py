"""Made faults: one row for each operator, and for each thing left alone.

- what is changed, and what it says of itself
- what is noise, and gets no fault
- each function has a fault, or a reason why it has none
- edits are right in every text, and each makes another module
"""
import ast
import io
import sys
import sysconfig
from pathlib import Path
from types import CodeType

import pytest

from winnow.model.exercise import Mutant
from winnow.mutation.generator import NoFaults, made_faults

STDLIB = Path(sysconfig.get_paths()["stdlib"])


def faults_of(code: str) -> list[Mutant]:
    """Return the faults of a module called `shop`."""
    return made_faults("shop", code)[0]


def edits(code: str) -> list[str]:
    """Return the edits of a module, as "old -> new"."""
    return [f"{fault.old} -> {fault.new}" for fault in faults_of(code)]


def edits_in(body: str) -> list[str]:
    """Return the edits in a function's body, but that which empties it."""
    code = "def sell(a, b, *c, **d):\n" + "".join(
        f"    {line}\n" for line in body.splitlines())
    return [f"{fault.old} -> {fault.new}" for fault in faults_of(code)
            if not fault.name.startswith("shop.sell:emptied")]


IN_A_BODY = {
    # conditions
    "if a == b: a.go()": ["== -> !=", "a.go() -> pass"],
    "if a is not b: a.go()": ["is not -> is", "a.go() -> pass"],
    "if a  not \\\n in b: a.go()": [
        "not \\\n     in -> in", "a.go() -> pass"],
    "if a: a.go()": ["a -> not a", "a.go() -> pass"],
    "if not a: a.go()": ["not a -> a", "a.go() -> pass"],
    "if a < b: a.go()": ["< -> <=", "< -> >=", "a.go() -> pass"],
    "if(a := b()): a.go()": [
        "a := b() -> not (a := b())", "a.go() -> pass"],
    "if a > 9: a.go()": ["> -> <=", "> -> >=", "a.go() -> pass"],
    "if a == 9: a.go()": ["== -> !=", "9 -> 10", "a.go() -> pass"],
    "if a is True: a.go()": ["is -> is not", "a.go() -> pass"],
    "return a >= b": [">= -> <", ">= -> >"],
    "return a < b <= c": ["< -> <=", "<= -> <"],
    "return a if b else c": ["b -> not b"],
    "return 1if b else c": ["1 -> 2 ", "b -> not b"],
    "return not (a == b)": ["not (a == b) -> (a == b)"],
    "return [a for a in b if a]": [
        "return [a for a in b if a] -> return None", "a -> not a"],
    "return a and b": ["a and b -> a", "a and b -> b", "and -> or"],
    "return a or b or c": [
        "a or b or c -> a or b", "a or b or c -> a or c",
        "a or b or c -> b or c", "or b or -> and b and"],
    "return a == b and (b or c)": [
        "a == b and (b or c) -> (b or c)", "a == b and (b or c) -> a == b",
        "and -> or", "b or c -> b", "b or c -> c", "or -> and"],
    "return a or (b if c else d)": [
        "a or (b if c else d) -> (b if c else d)",
        "a or (b if c else d) -> a", "or -> and", "c -> not c"],
    # operators and constants
    "return a + b * 2": ["+ -> -", "* -> /", "2 -> 3"],
    "return (a # + so\n + b)": ["+ -> -"],
    "return a - -b": ["- -> +", "-b -> b"],
    "return a ^ b ** 0": ["^ -> &", "** -> *", "0 -> 1"],
    "return 'no. ' + a": ["'no. ' -> ''", "'no. ' + a -> a"],
    "return '%s!' % a": ["'%s!' -> ''"],
    "b += a": ["+= -> -="],
    "b += [a]": ["+= -> ="],
    "return True": ["True -> False"],
    "return 0, 2.5, 'text', \"\"": [
        "return 0, 2.5, 'text', \"\" -> return None", "0 -> 1",
        "2.5 -> 3.5", "'text' -> ''", '"" -> " "'],
    "return a[1:], a[-1], a[:-2]": [
        "return a[1:], a[-1], a[:-2] -> return None", "1 -> 2", "-1 -> 0",
        "-2 -> -3"],
    "return ['a', 'b', 'c', 'd', 'e']": [
        "return ['a', 'b', 'c', 'd', 'e'] -> return None", ", 'e' -> "],
    # statements and calls
    "a.b = c\na.close()": ["a.b = c -> pass", "a.close() -> pass"],
    "await_ = a\na.b; b()": ["b() -> pass"],
    "a = b.c\ne = a\nreturn e": ["a = b.c -> pass", "return e -> return None"],
    "if b: del a[b]": ["b -> not b", "del a[b] -> pass"],
    "a = a.strip()\nreturn a": ["a.strip() -> a", "return a -> return None"],
    "return min(a, b), sorted(a), a.lstrip()": [
        "return min(a, b), sorted(a), a.lstrip() -> return None",
        "min -> max", "sorted(a) -> a", "lstrip -> rstrip"],
    "for e in a:\n    b.add(e)": [
        "b.add(e) -> b.add(e)\n        break", "b.add(e) -> pass"],
    "for e in a: b.add(e)": ["b.add(e) -> b.add(e); break",
                             "b.add(e) -> pass"],
    "for e in a:\n    if e: continue\n    elif b: break\n    b(e)": [
        "e -> not e", "continue -> break", "b -> not b",
        "break -> continue", "b(e) -> b(e)\n        break", "b(e) -> pass"],
    "assert a < b\nassert len": ["assert a < b -> pass", "< -> <="],
    # returns and arguments
    "return a": ["return a -> return None"],
    "if a: return\nb.go()": ["a -> not a", "return -> pass",
                             "b.go() -> pass"],
    "return b(a, c.d)": [
        "return b(a, c.d) -> return None", "a, c.d -> c.d, a"],
    "return a(*c, key=b, n=3, **d)": [
        "return a(*c, key=b, n=3, **d) -> return None", "c -> ()",
        "b -> None", "3 -> 4", "d -> {}"],
    "yield a": ["a -> None"],
    "return lambda e: e.f": ["e.f -> None"],
    # exceptions
    "raise KeyError(a)": ["KeyError -> RuntimeError", "a -> None"],
    "raise RuntimeError(f'no {a}' + 'text')": ["RuntimeError -> ValueError"],
    "reason = f'no {a}'\nraise a.Error(reason)": ["a.Error -> RuntimeError"],
    "try: a()\nexcept KeyError: raise": [
        "a() -> pass", "KeyError -> ()", "raise -> pass"],
    "try: a()\nexcept (KeyError, b.Error): pass": [
        "a() -> pass", "(KeyError, b.Error) -> (KeyError,)",
        "(KeyError, b.Error) -> (b.Error,)"],
    # keys, and what matches
    "a['one'] = a.get('two')": [
        "a['one'] = a.get('two') -> pass", "'one' -> 'two'",
        "'two' -> 'one'"],
    "match a:\n    case 200 | 'ok' if b:\n        return a": [
        "200 -> 201", "'ok' -> ''", "b -> not b", "return a -> return None"],
    # none of these loops becomes endless
    "while a:\n    a.pop()\n    b.add(a)": [
        "a -> False", "b.add(a) -> b.add(a)\n        break"],
    "while a and b.c:\n    a.pop()": [
        "a and b.c -> False", "a.pop() -> a.pop()\n        break"],
    "while a < b.c:\n    a.pop()": [
        "a < b.c -> False", "a.pop() -> a.pop()\n        break"],
    "while a < len(b):\n    a += 1": [
        "a < len(b) -> False", "< -> <=", "a += 1 -> a += 1\n        break",
        "1 -> 2"],
}


@pytest.mark.parametrize("body", IN_A_BODY)
def test_what_is_changed_in_a_function(body: str) -> None:
    """Each operator, and one fault a place where several say the same."""
    assert edits_in(body) == IN_A_BODY[body]


IN_A_MODULE = {
    "@one\n@two(1)\ndef sell(): return True": [
        "@one -> ", "@two(1) -> ", "1 -> 2", "True -> False"],
    "class Till:\n    @property\n    def sum(self): return 1": [
        "@property -> ", "1 -> 2"],
    "LIMIT = 5\nrate: float = 0.5": ["5 -> 6", "0.5 -> 1.5"],
    "class Till:\n    limit = 5": ["5 -> 6"],
    "def sell(a=1, *, b='x', c=None): return a if a else 2": [
        "1 -> 2", "'x' -> '_'", "a -> not a", "2 -> 3"],
    "rows = [(1, 2), (3, 4), (5, 6), (7, 8), (9, -1)]": [", (9, -1) -> "],
    "price = lambda n=1: n < 3": ["1 -> 2", "< -> <=", "< -> >="],
    "class Span:\n    def __init__(self, low, high, name=''):\n"
    "        self.low, self.n = low, 0\n        self.low = low\n"
    "        self.high = high\n        self.name = name\n"
    "    def size(self): return self.low": [
        "'' -> ' '", "self.low, self.n = low, 0 -> return None\n"
        "        self.low, self.n = low, 0", "0 -> 1", "low -> None",
        "high -> None", "name -> None", "return self.low -> return None",
        "self.low -> self.high"],
    "async def sell(a):\n    async with a:\n        await a.run()\n"
    "        yield a": ["await a.run() -> pass", "a -> None"],
    "def sell(a):\n    a.go()\n    a.end()": [
        "a.go() -> pass", "a.go() -> return None\n    a.go()",
        "a.end() -> pass"],
    "def sell(a):\n    'Docs.'\n    print()": ["print() -> pass"],
    "def sell(a):\n    b = a": ["b = a -> return None\n    b = a"],
    "async def sell(a):\n    b = a\n    yield": [
        "b = a -> return\n    b = a"],
    "é = {'ß': 1}; ü = 'ö' if é else 'ñ'  # ß": [
        "'ß' -> '_'", "1 -> 2", "'ö' -> '_'", "é -> not é", "'ñ' -> '_'"],
    "if a: pass\nelif b: c = 1\nelse: c = 2": [
        "a -> not a", "b -> not b", "1 -> 2", "2 -> 3"],
    "class Till:\n    @property\n    def sum(self): return 1\n"
    "    @sum.setter\n    def sum(self, to): to()": [
        "1 -> 2", "to() -> pass"],
    "@route('/a', 'bc')\ndef sell(): return True": [
        "@route('/a', 'bc') -> ", "'/a' -> ''", "'bc' -> ''",
        "True -> False"],
    "def sell(a):\n\tif a:\n\t\ta.go()\n\ta.end()\n": [
        "if a: -> return None\n\tif a:", "a -> not a", "a.go() -> pass",
        "a.end() -> pass"],
}


@pytest.mark.parametrize("code", IN_A_MODULE)
def test_what_is_changed_in_a_module(code: str) -> None:
    """Whatever runs, at import too."""
    assert edits(code) == IN_A_MODULE[code]


NOISE = {
    "docstrings": "'''A shop.'''\nclass Till:\n    'A till.'",
    "bare texts": "'no docstring'\n3",
    "names that tools read": "__all__ = ['a']\n__version__ = '1'\n"
    "__all__ += ['b']\nclass Till:\n    __slots__ = ('a', 'b')",
    "annotations": "a: 'Till'\nb: list['Till'] = None\n"
    "def sell(a: 'x' = None) -> 'y' or 1: ...",
    "types with a name": "T = TypeVar('T', bound='Till')\n"
    "I = NewType('I', 'Till')\nA: TypeAlias = 'Till | None'\n"
    "L = Literal['a', 'b']\nD = dict[str, 'Till']\nU = int | None\n"
    "N = NamedTuple('N', [('a', 'b')])\nM = types.ModuleType('m')",
    "code for type checkers": "TYPE_CHECKING = False\n"
    "if TYPE_CHECKING:\n    a = 1\n"
    "if typing.TYPE_CHECKING: b = 1",
    "code for programs": "if __name__ == '__main__':\n    main(3)",
    "Python and system": "if sys.version_info >= (3, 11): pass\n"
    "if sys.platform == 'win32' or os.name == 'nt': pass\n"
    "if hasattr(select, 'epoll'): pass",
    "logging": "log = logging.getLogger('a')\nlogging.info('b', 1)\n"
    "log.debug('c' + 'd')\nself._logger.warning('e')",
    "imports": "import os, sys\nfrom a import b as c\n"
    "try:\n    import d\nexcept ImportError:\n    d = 3",
    "statements that do nothing": "pass\n...\nclass Till: pass",
    "what is declared": "class Till(Protocol):\n"
    "    @abstractmethod\n    def sell(self, a=None): ...\n"
    "    @overload\n    def buy(self, a=3): return 1",
    "arguments for people": "a = f(help='b', encoding='c', msg='d' + 'e')",
    "what fails at import": "try: a = b('c', d)\nexcept E: raise F\n"
    "g = any(b)",
    "arithmetic at import": "a = b + c\nd = '%s' % e\ng = 'h' + 'i'",
}


@pytest.mark.parametrize("what", NOISE)
def test_what_is_noise_gets_no_fault(what: str) -> None:
    """There is nothing that a test could say of it."""
    assert edits(NOISE[what]) == []


QUIET = {
    "logger.info('a', b.go())": [],
    "print('a', 1)": ["print('a', 1) -> pass", "1 -> 2"],
    "warnings.warn('old', stacklevel=2)": [
        "warnings.warn('old', stacklevel=2) -> pass"],
    "time.sleep(a.b)": [],
    "x = None\nreturn None": [],
    "return NotImplemented": [],
    "while True:\n    if a: break": [
        "if a: break -> if a: break\n        break", "a -> not a"],
    "if 1: a.go()": ["a.go() -> pass"],
    "a.x = 'a'.encode('utf-8')": [
        "a.x = 'a'.encode('utf-8') -> pass", "'a' -> '_'"],
}


@pytest.mark.parametrize("body", QUIET)
def test_what_is_noise_in_a_function_gets_no_fault(body: str) -> None:
    """Words for people, and what only a clock sees."""
    assert edits_in(body) == QUIET[body]


def test_the_words_of_a_repr_are_left_alone() -> None:
    """It is for people; that it gives a text at all is not."""
    code = "class A:\n    def __repr__(self):\n        return 'A' + self.b"

    assert edits(code) == ["'A' + self.b -> self.b"]


WITHOUT = {
    "def sell(): pass": "Its body does nothing.",
    "def sell(): ...": "Its body does nothing.",
    "def sell(): return": "Its body does nothing.",
    "def sell(): return None": "Its body does nothing.",
    "def sell(): 'Sell it.'": "Its body is a docstring alone.",
    "def sell(): 'Sell it.'; raise NotImplementedError('a')":
        "It raises NotImplementedError, for others to replace it.",
    "@overload\ndef sell(): return 1":
        "It is an overload, for type checkers only.",
    "try: import a\nexcept ImportError:\n    def sell(): return 1":
        "It depends on what can be imported.",
    "if TYPE_CHECKING:\n    def sell(): return 1":
        "It is for type checkers, or where the module runs as a program.",
}


@pytest.mark.parametrize("code", WITHOUT)
def test_a_function_without_a_fault_has_a_reason(code: str) -> None:
    """It is named with the line in which it stands."""
    line = 1 + code[:code.index("def")].count("\n")

    assert made_faults("shop", code) == (
        [], [NoFaults("sell", line, WITHOUT[code])])


SENTENCES = {
    "if a < b: b()": [
        "`<` has become `<=` in `a < b`.",
        "`a < b` is asked the other way round: `>=`.",
        "The call of `b()` is gone."],
    "return a and b": [
        "`b` no longer counts.", "`a` no longer counts.",
        "`and` has become `or` in `a and b`."],
    "return a(\n  'a long text',  # so\n  'another, longer still', b)": [
        "None is returned, not `a( 'a long text', 'another, longer still', "
        "b)`.", "`'a long text'` has become `''`.",
        "`'another, longer still'` has become `''`."],
    "a.b = 'x' * 60": [
        "`a.b = 'x' * 60` is gone.", "`'x'` has become `'_'`.",
        "`60` has become `61`."],
}


@pytest.mark.parametrize("body", SENTENCES)
def test_what_a_fault_breaks_is_said(body: str) -> None:
    """In a sentence that quotes the code concerned."""
    code = f"def sell(a, b):\n    {body}"

    assert [fault.breaks for fault in faults_of(code)] == SENTENCES[body]


CLASS = """
limit = 3
class Till:
    @property
    def sum(self):
        if self.a:
            if self.b:
                return [1 for a in self.c]
        def inner(a=4):
            class Coin:
                size = 5
            return lambda: 6
        return inner
"""


def test_a_fault_says_where_it_stands() -> None:
    """By the innermost function, but not for what runs at import."""
    assert [(fault.name, fault.function) for fault in faults_of(CLASS)] == [
        ("shop:constant", None),
        ("shop.Till.sum:no-property", None),
        ("shop.Till.sum:negated-if", "Till.sum"),
        ("shop.Till.sum:negated-if-2", "Till.sum"),
        ("shop.Till.sum:return-none", "Till.sum"),
        ("shop.Till.sum:constant", "Till.sum"),
        ("shop.Till.sum.inner:constant", "Till.sum"),
        ("shop.Till.sum.inner:emptied", "Till.sum.inner"),
        ("shop.Till.sum.inner.Coin:constant", "Till.sum.inner"),
        ("shop.Till.sum.inner:constant-2", "Till.sum.inner"),
        ("shop.Till.sum:return-none-2", "Till.sum"),
    ]


def test_a_fault_says_in_which_line_it_is() -> None:
    """It is the first that differs."""
    by_name = {fault.name: fault for fault in faults_of(CLASS)}

    assert by_name["shop:constant"].line_in(CLASS) == 2
    assert by_name["shop.Till.sum:no-property"].line_in(CLASS) == 4
    assert by_name["shop.Till.sum:negated-if-2"].line_in(CLASS) == 7


def test_names_do_not_depend_on_the_rest_of_the_module() -> None:
    """What is written above changes no name below."""
    names = {fault.name for fault in faults_of(CLASS)}
    above = "def buy(a):\n    if a > 1: return [a, 2]\n"

    assert names < {fault.name for fault in faults_of(above + CLASS)}


@pytest.mark.parametrize("code", [
    "def", "a = '\0'", "return 1", "nonlocal a"])
def test_a_module_that_is_no_python_is_refused(code: str) -> None:
    """As Python refuses it."""
    with pytest.raises(SyntaxError):
        made_faults("shop", code)


def test_values_within_texts_are_changed_where_their_places_are_right(
        ) -> None:
    """Before Python 3.12 they were not."""
    found = edits_in("return f'é{a[1]}{f\"{b + 2}\"}'")

    inside = ["1 -> 2", 'f"{b + 2}" -> ""', "+ -> -", "2 -> 3"]
    assert found[1:] == (inside if sys.version_info >= (3, 12) else [])


def essence(code: CodeType) -> list[object]:
    """Return compiled code without the numbers of its lines."""
    names = ("co_code", "co_names", "co_varnames", "co_freevars",
             "co_cellvars", "co_flags", "co_argcount", "co_exceptiontable")
    return [repr(getattr(code, name, None)) for name in names] + [
        essence(const) if isinstance(const, CodeType) else repr(const)
        for const in code.co_consts]


MODULES = """
    __future__ _weakrefset abc bisect codeop colorsys contextvars copy copyreg
    fnmatch genericpath getopt getpass glob graphlib hashlib keyword linecache
    nturl2path numbers opcode queue reprlib rlcompleter sched secrets shelve
    stat string struct this timeit asyncio/base_futures asyncio/queues
    asyncio/taskgroups asyncio/threads collections/abc json/scanner
""".split()


@pytest.mark.parametrize("name", [
    name for name in MODULES if (STDLIB / f"{name}.py").is_file()])
@pytest.mark.by_turns("slow")
def test_every_fault_makes_a_module_of_its_own(name: str) -> None:
    """It stands where it says, compiles, and is like no other."""
    with io.open(STDLIB / f"{name}.py", encoding="utf-8") as file:
        source = file.read()
    faults, without = made_faults(name, source)
    seen = {str(essence(compile(source, name, "exec")))}

    for fault in faults:
        assert source.startswith(fault.old, fault.start), fault
        code = str(essence(compile(
            fault.applied_to(source), name, "exec", dont_inherit=True)))
        assert code not in seen, fault
        seen.add(code)
    assert len({fault.name for fault in faults}) == len(faults)
    assert {node.name for node in ast.walk(ast.parse(source)) if isinstance(
        node, (ast.FunctionDef, ast.AsyncFunctionDef))} <= {
            str(fault.function).rpartition(".")[2] for fault in faults} | {
                each.name.rpartition(".")[2] for each in without}


def test_a_mutant_says_of_what_module_it_is() -> None:
    """Two of the same text are equal, and one key of a dict."""
    fault = faults_of("limit = 3")[0]

    assert (fault.module, fault.function) == ("shop", None)
    assert len({fault, *faults_of("limit = 3")}) == 1


@pytest.mark.parametrize(("code", "kind", "line"), [
    ("a = 1", "constant", 1), ("\n\na = 1", "constant", 3),
    ("a = (\n  1)", "constant", 2), ("a = '''\nb'''", "constant", 1),
    ("def f(a):\n  return a(b,\n\n  c)", "swapped", 2),
    ("def f(a):\n  for b in a:\n    b()\n  a()", "loop-once", 4),
])
def test_the_line_of_a_change_is_the_first_that_differs(
        code: str, kind: str, line: int) -> None:
    """Counted in the text as it was."""
    fault = {each.name.rpartition(":")[2]: each
             for each in faults_of(code)}[kind]

    assert fault.line_in(code) == line


def test_faults_come_in_the_order_of_their_places() -> None:
    """Where two begin at one place, the shorter first."""
    code = "def f(a, b):\n    return a and b\n\n\ndef g(a): return [a(1), 2]"
    found = [(each.start, len(each.old), each.new)
             for each in faults_of(code)]

    assert found == sorted(found)


def test_a_function_in_which_every_change_makes_the_same_code() -> None:
    """It is named with those that have no fault, and the next one too."""
    code = ("def one():\n    return (lambda: None) and None\n"
            "def two(): 'Two.'\ndef three():\n    if 1: pass\n"
            "def four():\n    x: int\n")

    _, without = made_faults("shop", code)

    assert [(each.name, each.line, each.reason) for each in without] == [
        ("two", 3, "Its body is a docstring alone."),
        ("three", 4, "Nothing in it can make a difference."),
        ("four", 6, "Nothing in it can make a difference.")]


def test_a_change_that_would_be_no_python_is_left_out() -> None:
    """As one by which a pattern would have the same key twice."""
    code = "def f(a):\n match a:\n  case {1: b, 2: c}: return b"

    assert edits(code) == ["2 -> 3", "return b -> return None"]


def test_annotations_that_are_never_evaluated_are_not_compiled() -> None:
    """Where a module says so, they may hold what could not run there."""
    code = "def f(a: [b async for b in c]): return a"
    future = "from __future__ import division, annotations\nimport a\n"

    assert edits(future + code) == ["return a -> return None"]


def test_a_change_is_made_at_its_place_and_nowhere_else() -> None:
    """Though the same text stands elsewhere, too."""
    code = "a = 1; b = 1; c = 1"

    assert [fault.applied_to(code) for fault in faults_of(code)] == [
        "a = 2; b = 1; c = 1", "a = 1; b = 2; c = 1", "a = 1; b = 1; c = 2"]


@pytest.mark.skipif(sys.version_info >= (3, 14),
                    reason="no annotation may bind a name by then")
def test_annotations_that_are_evaluated_are_compiled() -> None:
    """Where a module does not say otherwise, they may bind a name."""
    assert edits("def f(a: (b := 1)): return a") == [
        "return a -> return None"]
