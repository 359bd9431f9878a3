"""One function of a loaded module gets another body, or another default.

- which function's body alone differs, and which can be exchanged; one default
- what is exchanged in a module that is loaded, closures too
- what cannot be exchanged, and is refused
"""
import asyncio
from pathlib import Path
from types import ModuleType

import pytest

from winnow.execution.changed_body import ChangedBody, OriginalText
from winnow.execution.fork.code_swap import (
    CannotSwap,
    Functions,
    as_they_are,
    swap,
)

SHOP = '''"""A shop."""
from __future__ import annotations

RATE = 2


def price(each, rebate=1):
    """Return the price."""
    cost = each * RATE
    return cost - rebate


class Till:
    """A till."""

    limit = 5

    @property
    def sum(self):
        return 1

    def later(self):
        def inner():
            return 2
        return inner

    def each(self):
        yield 3

    async def wait(self):
        return 4

    class Coin:
        def size(self):
            return 6


def made(size):
    def get():
        return size + 7
    return get


kept = made(10)
short = lambda: 8
'''


def changed(old: str, new: str) -> ChangedBody | None:
    """Return what a change of the shop, at its first place, is one of."""
    assert old in SHOP
    return OriginalText(SHOP).changed_body(SHOP.replace(old, new, 1))


@pytest.mark.parametrize(("old", "new", "name", "swapped"), [
    ("each * RATE", "each / RATE", "price", "price"),
    ("return cost", "pass; return cost", "price", "price"),
    ("    cost =", "    # So.\n    cost =", "price", "price"),
    ("return 1", "return 0", "Till.sum", "Till.sum"),
    ("return 2", "return 0", "Till.later.inner", "Till.later.inner"),
    ("return inner", "return None", "Till.later", "Till.later"),
    ("inner():", "inner(a=1):", "Till.later", "Till.later"),
    ("yield 3", "yield 0", "Till.each", "Till.each"),
    ("yield 3", "return 0", "Till.each", ""),
    ("return 4", "return 0", "Till.wait", "Till.wait"),
    ("return 1", "yield 0", "Till.sum", ""),
    ("return 1", "return lambda: (yield)", "Till.sum", "Till.sum"),
    ("return 1", "return 'yield'", "Till.sum", "Till.sum"),
    ("return 6", "return 0", "Till.Coin.size", "Till.Coin.size"),
    ("size + 7", "size - 7", "made.get", "made.get"),
    ("def get():\n        return size + 7", "get = 7", "made", "made"),
])
def test_the_function_is_named_whose_body_differs(
        old: str, new: str, name: str, swapped: str) -> None:
    """The innermost; a generator may have been called and not begun."""
    body = changed(old, new)

    assert body is not None
    assert (body.name, body.swapped) == (name, swapped)


@pytest.mark.parametrize(("old", "new"), [
    ("RATE = 2", "RATE = 3"), ("rebate=1", "rebate=[]"),
    ("rebate=1", "rebate=RATE"), ("each, rebate=1", "each=2, rebate=2"),
    ("rebate=1", "rebate: int=2"), ("rebate=1", "*, rebate=1"),
    ("Return the price", "Tell the price"), ("limit = 5", "limit = 6"),
    ("    @property\n", ""), ("def price(each", "def price(one"),
    ("price(each, ", "price(each, *, "), ("def sum", "def amount"),
    ("lambda: 8", "lambda: 9"), ("A till.", "A box."),
    ("def price(each, rebate=1):", "async def price(each, rebate=1):"),
    ("    return cost - rebate\n", "    return cost - rebate\nRATE = 3\n"),
    ("- rebate\n\n\nclass Till:\n", "- 1\n\n\nclass Till(int):\n"),
    ("class Till:", "class Till(int):"), ("made(10)", "made(11)"),
    ("    return cost - rebate\n", "    return cost - rebate\n    # So.\n"),
    (SHOP[SHOP.index("def price"):SHOP.index("class Till")], "# Gone.\n"),
    (SHOP[SHOP.index("def price"):SHOP.index("class Till")], ""),
    ('"""A shop."""', '"""A till."""'), ("lambda: 8\n", "lambda: 8\n\n1\n"),
])
def test_what_runs_at_import_is_no_body(old: str, new: str) -> None:
    """Nor are two functions that differ; a docstring is read there too."""
    assert changed(old, new) is None


def test_the_same_text_has_no_body_of_its_own() -> None:
    """Nothing differs, in an empty module neither."""
    assert OriginalText(SHOP).changed_body(SHOP) is None
    assert OriginalText("").changed_body("") is None


# What is called first and executed later: a change, and an answer to it.
LATER = [
    ("yield 3", "yield 0", "Till.each", "next(Till().each())", 0),
    ("yield 3", "yield 3; yield 0", "Till.each", "[*Till().each()]", [3, 0]),
    ("return 4", "return 0", "Till.wait", "run(Till().wait())", 0),
    ("return 4", "return 4; yield", "Till.wait", "", None),
    ("yield 3", "return 0", "Till.each", "", None),
    ("return 1", "yield 0", "Till.sum", "", None),
]


@pytest.mark.parametrize(("old", "new", "name", "call", "answer"), LATER)
def test_what_is_executed_later_can_be_exchanged(
        old: str, new: str, name: str, call: str, answer: object,
        tmp_path: Path) -> None:
    """As long as it is as it was: decorators look if it is a generator."""
    module, path = loaded(tmp_path)
    body = OriginalText(SHOP).changed_body(
        SHOP.replace(old, new, 1))

    assert body and (body.name, body.swapped) == (name, call and name)
    if call:
        swap(Functions(path).heirs(body))
        assert eval(call, {**vars(module), "run": asyncio.run}) == answer


@pytest.mark.parametrize(("call", "old", "new"), [
    ("Till().each()", "yield 3", "yield 0"),
    ("Till().wait()", "return 4", "return 0"),
    ("Till().turns()", "yield 5", "yield 0"),
])
def test_what_was_called_and_has_not_begun_forbids_it(
        call: str, old: str, new: str, tmp_path: Path) -> None:
    """It would be executed later, with the code that it has."""
    source = SHOP.replace("    class Coin", "    async def turns(self):\n"
                          "        yield 5\n\n    class Coin")
    module, path = loaded(tmp_path, source)
    body = OriginalText(source).changed_body(
        source.replace(old, new))
    assert body
    assert Functions(path).heirs(body)

    called = eval(call, vars(module))

    with pytest.raises(CannotSwap, match="was called before"):
        Functions(path).heirs(body)
    getattr(called, "close", lambda: None)()
    del called
    assert Functions(path).heirs(body)


def test_what_was_called_elsewhere_forbids_nothing(tmp_path: Path) -> None:
    """Its own code differs by its lines alone, if all of them move."""
    module, path = loaded(tmp_path)
    body = OriginalText(SHOP).changed_body(
        SHOP.replace("return 4", "pass\n        return 0"))
    assert body

    waiting = module.Till().each()

    assert Functions(path).heirs(body)
    assert [*waiting] == [3]


def test_what_was_called_inside_a_function_forbids_its_exchange(
        tmp_path: Path) -> None:
    """It was made by the code that is to be exchanged."""
    source = ("def made(number):\n    number += 1\n\n"
              "    def turns():\n        yield number\n    return turns\n")
    module, path = loaded(tmp_path, source)
    body = OriginalText(source).changed_body(source.replace("+=", "-="))
    assert body and body.swapped == "made"

    kept = module.made(1)
    assert Functions(path).heirs(body)
    waiting = kept()

    with pytest.raises(CannotSwap, match="made was called before"):
        Functions(path).heirs(body)
    assert [*waiting] == [2]


def test_a_text_that_is_no_python_is_refused() -> None:
    """Whether or not the change stands in a function."""
    for old, new in (("RATE = 2", "RATE ="), ("return 1", "return (")):
        with pytest.raises(SyntaxError):
            changed(old, new)


def loaded(folder: Path, source: str = SHOP) -> tuple[ModuleType, str]:
    """Return a module with this text, and the path of its file."""
    path = str(folder / "shop.py")
    module = ModuleType("shop")
    exec(compile(source, path, "exec", dont_inherit=True), vars(module))
    return module, path


def exchanged(module: ModuleType, path: str, old: str, new: str) -> None:
    """Exchange a body in a loaded module."""
    body = changed(old, new)
    assert body is not None
    swap(Functions(path).heirs(body))


@pytest.mark.parametrize(("old", "new", "call", "answers"), [
    ("each * RATE", "each / RATE", "price(4)", (7, 1.0)),
    ("    cost =", "    each += 1\n    cost =", "price(4)", (7, 9)),
    ("return 1", "return 0", "Till().sum", (1, 0)),
    ("return 1", "pass\n        return 0", "Till().sum", (1, 0)),
    ("return 2", "return 0", "Till().later()()", (2, 0)),
    ("return inner", "return None", "Till().later()", (None, None)),
    ("return 6", "return 0", "Till.Coin().size()", (6, 0)),
    ("size + 7", "size - 7", "kept()", (17, 3)),
    ("size + 7", "size - 7", "made(1)()", (8, -6)),
])
def test_a_loaded_function_gets_its_other_body(
        old: str, new: str, call: str, answers: tuple[object, object],
        tmp_path: Path) -> None:
    """Also one that was made, and kept, when the module was imported."""
    module, path = loaded(tmp_path)

    before = eval(call, vars(module))
    exchanged(module, path, old, new)

    if answers[0] is not None:
        assert before == answers[0]
    assert eval(call, vars(module)) == answers[1]


PARAMETERS = '''
def f(a, b=1, c=(2, -3), *, d=None, e, g="x"):
    return a, b, c, d, e, g


class A:
    @staticmethod
    def m(one=b"1", two=True):
        return one, two

    async def w(self, one=1.5):
        return one
'''


@pytest.mark.parametrize(("old", "new", "name", "call", "answer"), [
    ("b=1", "b=2", "f", "f(0, e=0)", (0, 2, (2, -3), None, 0, "x")),
    ("b=1", "b=True", "f", "f(0, e=0)", (0, True, (2, -3), None, 0, "x")),
    ("(2, -3)", "(2, 3)", "f", "f(0, e=0)", (0, 1, (2, 3), None, 0, "x")),
    ("d=None", "d=0", "f", "f(0, e=0)", (0, 1, (2, -3), 0, 0, "x")),
    ('g="x"', 'g=""', "f", "f(0, e=0)", (0, 1, (2, -3), None, 0, "")),
    ('b"1"', 'b""', "A.m", "A.m()", (b"", True)),
    ("True", "None", "A.m", "A().m()", (b"1", None)),
    ("1.5", "2.5", "A.w", "run(A().w())", 2.5)])
def test_a_default_is_exchanged_in_the_loaded_function(
        old: str, new: str, name: str, call: str, answer: object,
        tmp_path: Path) -> None:
    """And put back; who passes the argument is told nothing."""
    module, path = loaded(tmp_path, PARAMETERS)
    vars(module)["run"] = asyncio.run
    before = eval(call, vars(module))
    body = OriginalText(PARAMETERS).changed_body(
        PARAMETERS.replace(old, new, 1))
    assert body is not None
    assert (body.name, body.swapped, body.segment) == (name, name, 0)

    heirs = Functions(path).heirs(body)
    right = as_they_are(heirs)
    swap(heirs)

    assert repr(eval(call, vars(module))) == repr(answer)
    assert vars(module)["f"](0, 5, 6, d=7, e=8, g=9) == (0, 5, 6, 7, 8, 9)
    swap(right)
    assert eval(call, vars(module)) == before


def test_a_default_that_was_changed_since_is_not_exchanged(tmp_path: Path
                                                           ) -> None:
    """A fresh import would not make of it what the text says."""
    module, path = loaded(tmp_path, PARAMETERS)
    body = OriginalText(PARAMETERS).changed_body(
        PARAMETERS.replace("b=1", "b=2", 1))
    assert body is not None
    vars(module)["f"].__defaults__ = (1.0, (2, -3))

    with pytest.raises(CannotSwap, match="other defaults"):
        Functions(path).heirs(body)


SMALL = {
    # The module, what is changed in it, and the function.
    "first": ("def f():\n    return 1\n", "1", "2", "f"),
    "in one line": ("def f(): return 1\n", "1", "2", "f"),
    "without an end": ("def f(): return 1", "1", "2", "f"),
    "longer at its end": ("def f():\n    a = 1\n", "a = 1\n",
                          "a = 1\n    return a\n", "f"),
    "shorter at its end": ("def f():\n    a = 1\n    return a\n",
                           "    return a\n", "", "f"),
    "just above it": ("a = 1\ndef f(): return a\n", "1", "2", ""),
    "just below it": ("def f(): return 1\na = 2\n", "2", "3", ""),
    "before another": ("def f(): return 1\n\n\ndef g(): return 2\n",
                       "1", "3", "f"),
    "before another, longer": (
        "def f(): a = 1\n\n\ndef g(): return 2\n\n\na = 3\n", "a = 1",
        "return (\n    1)", "f"),
    "not to be read alone": ("def f():\n    return 1\n\n\na = 2\n",
                             "return 1", "return 1 \\", ""),
    "no room above": ("from __future__ import annotations, division\n"
                      "def f(): return 1\n", "1", "2", "f"),
    "room for one": ("from __future__ import annotations, division\n\n"
                     "def f(): return 1\n", "1", "2", "f"),
    "other imports": ("from bisect import bisect\n\n\n"
                      "def f(): return 1\n", "1", "2", "f"),
    "in a class": ("class A:\n    class B:\n        b = 1\n\n"
                   "        def f(self): return 1\n", "return 1",
                   "return 2", "A.B.f"),
    "in a class below": ("a = 1\n\n\nif a:\n    class A:\n"
                         "        def f(self):\n            return 1\n",
                         "return 1", "return 2", ""),
    "two lines of it": ("def f():\n    a = 1\n    b = 2\n    return a\n",
                        "1\n    b = 2", "2\n    b = 3", "f"),
    "two alike": ("def f():\n    a()\n    a()\n    a()\n\n\n"
                  "def g():\n    a()\n", "    a()\n    a()\n",
                  "    a()\n", "f"),
    "decorated": ("@property\n@property\ndef f():\n    return 1\n", "1",
                  "2", "f"),
    "in a text": ("a = \'\'\'\ndef f():\n    return 1\n\'\'\'\n",
                  "1", "2", ""),
}


@pytest.mark.parametrize("what", SMALL)
def test_both_texts_of_a_body_compile_as_in_their_module(what: str) -> None:
    """To the same code, with the same lines."""
    source, old, new, name = SMALL[what]
    changed_source = source.replace(old, new, 1)

    body = OriginalText(source).changed_body(changed_source)

    assert (body.name if body else "") == name
    if body:
        for text, whole in ((body.old, source), (body.new, changed_source)):
            assert code_of(name, text) == code_of(name, whole)


def code_of(name: str, text: str) -> tuple[object, ...]:
    """Return the code of a function in a text, and its lines."""
    code = compile(text, "shop.py", "exec", dont_inherit=True)
    for part in name.split("."):
        code = next(const for const in code.co_consts
                    if getattr(const, "co_name", "") == part)
    return code, code.co_firstlineno, [*code.co_lines()]


@pytest.mark.parametrize("new", ["return 2", "a = 1\n        return a"])
def test_the_function_around_what_was_a_generator_is_exchanged(
        new: str) -> None:
    """But it is the generator that has another body, and yields no more."""
    source = "def f():\n    def g():\n        yield 1\n    return g\n"

    body = OriginalText(source).changed_body(source.replace("yield 1", new))

    assert body is not None
    assert (body.name, body.swapped) == ("f.g", "f")


def test_a_body_that_cannot_be_exchanged_has_no_texts() -> None:
    """Its name tells which tests can reach it."""
    assert changed("yield 3", "return 0") == ChangedBody(
        "Till.each", "", "", "")


def test_a_docstring_differs_by_its_blanks_too() -> None:
    """It can be read as it stands, when the module is imported."""
    source = 'def f():\n    """Do it.\n\n    Now."""\n    return 1\n'

    assert OriginalText(source).changed_body(
        source.replace("    Now", "  Now")) is None


def test_annotations_in_a_body_are_evaluated_as_its_module_has_it(
        tmp_path: Path) -> None:
    """This room's own __future__ is not that of the module."""
    source = ("seen = []\n\n\ndef f():\n    def g(a: seen.append(1)): ...\n"
              "    return 1\n")
    module, path = loaded(tmp_path, source)
    body = OriginalText(source).changed_body(
        source.replace("return 1", "return 2"))
    assert body is not None

    swap(Functions(path).heirs(body))

    assert (module.f(), module.seen) == (2, [1])


def test_a_short_body_is_all_that_its_texts_hold() -> None:
    """To compile a whole module takes longer than its tests."""
    body = changed("return 6", "return 0")

    assert body is not None
    for text, number in ((body.old, 6), (body.new, 0)):
        assert text.split("\n\n")[-1].lstrip("\n") == (
            "from __future__ import annotations\nclass Till:\n"
            "    class Coin:\n        def size(self):\n"
            f"            return {number}\n")


def test_a_traceback_names_the_lines_of_the_changed_text(tmp_path: Path
                                                         ) -> None:
    """As if the module had been loaded with it."""
    module, path = loaded(tmp_path)
    new = SHOP.replace("return 1", "return 0")

    exchanged(module, path, "return 1", "return 0")

    code = module.Till.sum.fget.__code__
    fresh, _ = loaded(tmp_path, new)
    assert code == fresh.Till.sum.fget.__code__
    assert code.co_filename == path
    assert list(code.co_lines()) == list(
        fresh.Till.sum.fget.__code__.co_lines())


def test_all_below_a_longer_body_counts_its_lines(tmp_path: Path) -> None:
    """A function that is not changed stands elsewhere by then."""
    module, path = loaded(tmp_path)

    exchanged(module, path, "    cost =", "    pass\n    cost =")

    line = 1 + SHOP[:SHOP.index("def made")].count("\n")
    assert module.made.__code__.co_firstlineno == line + 1


def test_a_body_that_closes_over_other_names_is_refused(tmp_path: Path
                                                        ) -> None:
    """What it was made with does not fit."""
    module, path = loaded(tmp_path)

    with pytest.raises(CannotSwap, match="made.get closes over other names"):
        exchanged(module, path, "return size + 7", "return 7")
    assert module.kept() == 17


def test_a_function_that_is_gone_is_refused(tmp_path: Path) -> None:
    """As where the module has put another one in its place."""
    module, path = loaded(tmp_path)
    module.price = len

    for old, new in (("each * RATE", "each / RATE"),
                     ("    cost =", "    pass\n    cost =")):
        with pytest.raises(CannotSwap, match="price is not there"):
            exchanged(module, path, old, new)


def test_the_functions_of_another_file_are_let_be(tmp_path: Path) -> None:
    """Though they bear the same names."""
    module, path = loaded(tmp_path)
    (tmp_path / "other").mkdir()
    other, _ = loaded(tmp_path / "other")

    exchanged(module, path, "return 1", "return 0")

    assert (module.Till().sum, other.Till().sum) == (0, 1)
