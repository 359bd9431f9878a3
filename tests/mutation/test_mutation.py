"""What the rooms of `winnow/mutation/` say of code, each by itself.

- `places`: texts are put in without running into what stands beside them
- `noise`: what is left alone, and what only looks like it
- `scopes`: what is known of a function, a class or a loop
"""
import ast
from collections.abc import Callable

import pytest

from winnow.model import syntax
from winnow.mutation import exclusions
from winnow.mutation.source_text import SourceText, brief


def expression(code: str) -> ast.expr:
    """Return the tree of an expression."""
    return ast.parse(code, mode="eval").body


@pytest.mark.parametrize(("code", "inside", "operand"), [
    ("a_b", "a_b", "a_b"),
    ("a.b(c)[0]", "a.b(c)[0]", "a.b(c)[0]"),
    ("[a, b]", "[a, b]", "[a, b]"),
    ("a_b < 1", "(a_b < 1)", "a_b < 1"),
    ("not a", "(not a)", "not a"),
    ("a or b", "(a or b)", "(a or b)"),
    ("a(\n)", "(a(\n))", "(a(\n))"),
    ("a < b(\n)", "(a < b(\n))", "(a < b(\n))"),
])
def test_an_expression_is_put_in_brackets_where_it_needs_them(
        code: str, inside: str, operand: str) -> None:
    """As a part of any other, and beside `and`."""
    text = SourceText(code)

    node = text.tree.body[0]
    assert isinstance(node, ast.Expr)
    assert text.inside(node.value) == inside
    assert text.operand(node.value) == operand


@pytest.mark.parametrize(("code", "old", "new", "put_in"), [
    ("a < b", "<", "in", "in"),
    ("a<b", "<", "in", " in "),
    ("a_<_b", "<", "in", " in "),
    ("a<'b'", "<", "in", " in "),
    ('a<"b"', "<", "in", " in "),
    ("a<(b)", "<", "in", " in"),
    ("1<-b", "<", "in", " in"),
    ("not(a)", "(a)", "b", " b"),
    ("not(a)", "(a)", "_b", " _b"),
    ("not(a)", "(a)", "'b'", " 'b'"),
    ("not(a)", "(a)", '"b"', ' "b"'),
    ("not(a)", "(a)", "-b", "-b"),
    ("not(a)if b else c", "(a)", "[b]", "[b]"),
    ("(a)if b else c", "(a)", "b", "b "),
    ("(a)if b else c", "(a)", "b_", "b_ "),
    ("(a)if b else c", "(a)", "b-c[1]", "b-c[1]"),
    ("a<b", "<", "not in", " not in "),
    ("a, b", ", b", "", ""),
])
def test_a_new_text_runs_into_no_word_beside_it(
        code: str, old: str, new: str, put_in: str) -> None:
    """A blank is put between, and only where it has to be."""
    start = code.index(old)

    change = SourceText(code).between(
        (start, start + len(old)), new, "kind", "")

    assert change.new == put_in


@pytest.mark.parametrize(("code", "pattern", "place"), [
    ("a < b", "<", (2, 3)),
    ("a in# so\n(b)", r"\bin\b", (2, 4)),
    ("a # <\n < b", "<", (7, 8)),
    ("a + (b < c)", "<", None),
    ("(a < b) + c", "<", None),
])
def test_an_operator_is_found_between_its_operands(
        code: str, pattern: str, place: tuple[int, int] | None) -> None:
    """Neither in one of them, nor in a comment."""
    text = SourceText(f"({code})")
    node = text.tree.body[0]
    assert isinstance(node, ast.Expr)
    left, *_, right = ast.iter_child_nodes(node.value)

    assert text.find(pattern, left, right) == (
        place and (place[0] + 1, place[1] + 1))


@pytest.mark.parametrize(("code", "indent"), [
    ("if a:\n  b", "  "), ("if a:\r\n\tb", "\t"), ("if a:\r    b", "    "),
    ("if a:\n  c\n  b", "  "), ("if a:\r  c\r  b", "  "),
    ("if a: b", None), ("\nif a: c\nb", ""), ("\rb", ""), ("b", ""),
])
def test_a_statement_is_indented_by_the_blanks_before_it(
        code: str, indent: str | None) -> None:
    """However lines end; one behind a colon has none."""
    text = SourceText(code)
    nodes = [node for node in ast.walk(text.tree)
             if isinstance(node, ast.Expr) and text.of(node) == "b"]

    assert [text.indent(node) for node in nodes] == [indent]


@pytest.mark.parametrize(("code", "quoted"), [
    ("a  +\tb", "`a + b`"),
    ("x" * 50, f"`{'x' * 50}`"),
    ("x" * 51, f"`{'x' * 49}…`"),
    ("f(a,  # so\n  b)", "`f(a, b)`"),
    ("'# no comment'", "`'# no comment'`"),
])
def test_code_is_quoted_in_one_short_line(code: str, quoted: str) -> None:
    """Without the comments of the lines that it had."""
    assert brief(code) == quoted


@pytest.mark.parametrize(("code", "name"), [
    ("a", "a"), ("a.b", "b"), ("a.b(c)", "b"), ("a[1][2]", "a"),
    ("a(b)(c)[d]", "a"), ("a.b[c].d", "d"), ("a + b", ""), ("1", ""),
])
def test_the_last_word_of_a_name(code: str, name: str) -> None:
    """Of what is called or subscribed, however often."""
    assert syntax.last_name(expression(code)) == name


_AT_IMPORT: Callable[..., bool] = (
    lambda node: exclusions.is_of_the_machine(node, True))
_IN_FUNCTION: Callable[..., bool] = (
    lambda node: exclusions.is_of_the_machine(node, False))
_DUNDER: Callable[..., bool] = (
    lambda node: exclusions.is_dunder(syntax.last_name(node)))
_NAMED: Callable[..., bool] = (
    lambda node: exclusions.is_silent_argument(node.keywords[0]))
NOISE: dict[str, tuple[Callable[..., bool], str, str]] = {
    "logging": (
        exclusions.is_logging,
        "logging.info(a); logging.getLogger(a); log.debug(a); log.log(1, a); "
        "self._logger.warning(a); LOG.error(a)",
        "log.close(); a.info(b); info(a); log; log.info; catalog.error(a)"),
    "for types": (
        exclusions.is_for_types, "TYPE_CHECKING; typing.TYPE_CHECKING",
        "not TYPE_CHECKING; CHECKING"),
    "for programs": (
        exclusions.is_for_programs,
        "__name__ == '__main__'; '__main__' == __name__",
        "__name__ == 'a'; a == '__main__'; __name__; a == b; "
        "f('__main__') == __name__; __name__ == __main__"),
    "of the machine": (
        _IN_FUNCTION,
        "sys.platform == 'a'; os.name == 'nt'; not sys.flags.debug; "
        "__debug__; a and sys.version_info > (3,)",
        "a.platform; sys.name; os.platform; sys.argv; a.name; debug; "
        "os.linesep; hasattr(a, 'b')"),
    "of the machine at import": (
        _AT_IMPORT, "hasattr(a, 'b'); os.name; __debug__", "a(b); a.hasattr"),
    "declarations": (
        exclusions.is_declaration,
        "TypeVar('T'); typing.NewType('A', b); _NamedTuple('a'); "
        "reveal_type(a); list[a]; type[a]; Literal['a']; typing.Union[a]; "
        "a | None; None | a; int | a; a | bool; list | a; Optional[a] | b; "
        "a | (b | None)",
        "f(a); a[1]; TABLE[a]; a | b; a | 1; a + None; int + a; a[b] | c; "
        "NewType_('A'); a[B]; NewType"),
    "names that tools read": (
        _DUNDER, "__all__; a.__slots__", "__a; a__; a; _a_; __a_; _a__"),
    "pauses": (
        exclusions.only_pauses,
        "time.sleep(a); a.flush(); gc.collect(); simplefilter(a)",
        "a(); sleep; a.sleep; sleep(a) + 1"),
    "wording": (
        exclusions.is_wording, "warnings.warn(a); print(a); _deprecated(a)",
        "a(b); a.warns(b)"),
    "particular": (
        exclusions.is_particular, "a.encode(b); open(a); sys.audit(a)",
        "a(b); a.encoded(b)"),
    "silent": (
        exclusions.is_silent, "final; functools.lru_cache(None); numba.jit",
        "property; a.setter; unique"),
    "silent arguments": (
        _NAMED, "f(encoding=a); f(detail=a)", "f(a=detail); f(**detail)"),
    "data": (
        exclusions.is_data,
        "1; -1; 'a'; (1, 'a'); [1, [None]]; {1, 2}; {1: 2}; {}; ()",
        "a; -a; (1, a); [a, 1]; {1, a}; {1: a}; {a: 1}; {**a}; {1: 2, **a}; "
        "{1: 2, 3: a}; {1: 2, a: 3}; 1 + 2; f(1)"),
    "look-ups": (
        exclusions.is_look_up, "a.get(b); a.pop(b, c); a.setdefault(b, c)",
        "a.get(); get(a); a.got(b); a(b)"),
}


@pytest.mark.parametrize("what", NOISE)
def test_what_is_left_alone_is_told_from_what_looks_like_it(
        what: str) -> None:
    """Those of the first row are left alone, those of the other are not."""
    tells, alone, others = NOISE[what]

    for row, is_so in ((alone, True), (others, False)):
        said = {code: tells(expression(code)) for code in row.split("; ")}
        assert said == dict.fromkeys(said, is_so)


@pytest.mark.parametrize(("body", "reason"), [
    ("'Docs.'", "Its body is a docstring alone."),
    ("pass", "Its body does nothing."),
    ("3", "Its body does nothing."),
    ("global a; return", "Its body does nothing."),
    ("'Docs.'; return None", "Its body does nothing."),
    ("raise NotImplementedError; pass", "Its body does nothing."),
    ("pass; raise NotImplementedError()",
     "It raises NotImplementedError, for others to replace it."),
    ("raise", None), ("raise ValueError", None), ("return 1", None),
    ("return a", None), ("pass; a()", None), ("a(); pass", None),
    ("a = None", None),
])
def test_why_a_function_can_have_no_fault(body: str, reason: str | None
                                          ) -> None:
    """Where all its statements do nothing, the last says which reason."""
    function = ast.parse(f"def f(): {body}").body[0]

    assert isinstance(function, ast.FunctionDef)
    assert exclusions.why_nothing(function) == reason


def test_the_keys_of_a_module_are_what_it_looks_things_up_by() -> None:
    """Texts alone, each once, and neither types nor values."""
    code = ("a['one']; a.get('two', 'none'); a.pop('three'); a['one'] = 4\n"
            "a.setdefault('four', b); c = {'five': 'no', 'six': 1, 7: 'no'}\n"
            "L = Literal['no']; a[8]; a.get(9); a.get(); f('no'); a.f('no')")

    assert sorted(exclusions.keys_of(ast.parse(code))) == sorted(
        ["one", "two", "three", "four", "five", "six"])


def function(body: str) -> ast.FunctionDef:
    """Return the tree of a function with this body."""
    node = ast.parse("def f(a, b):\n" + "".join(
        f"    {line}\n" for line in body.splitlines())).body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


@pytest.mark.parametrize(("body", "is_so"), [
    ("return a", True), ("return [a]", True), ("return a, b", True),
    ("c = a\nreturn c", True), ("if a: b = 1\nreturn b", True),
    ("'Docs.'\nreturn a", True), ("c = a\nreturn c, a.d", True),
    ("'Docs.'\nc = a\nreturn c", True), ("return await_(a)", True),
    ("def g(): b()\nreturn g", True), ("c = lambda: (yield)\nreturn c", True),
    ("return 1", False), ("return", False), ("return a + b", False),
    ("a", False), ("c = a", False),
    ("c = a\na.b()\nreturn c", False), ("a.b()\nreturn c", False),
    ("'Docs.'\na.b()\nreturn c", False), ("del a\nreturn b", False),
    ("c = a\na += 1\nreturn c", False), ("c = a\ndel a\nreturn c", False),
    ("c = a\nwith a: pass\nreturn c", False),
    ("if a: raise b\nreturn b", False), ("c = yield a\nreturn c", False),
    ("c = a\na.b = c\nreturn c", False), ("c = a\na[0] = c\nreturn c", False),
    ("if a: b.c = 1\nreturn b", False),
])
def test_a_function_that_only_answers(body: str, is_so: bool) -> None:
    """It does nothing else that anyone could see."""
    assert syntax.only_answers(function(body)) == is_so


@pytest.mark.parametrize(("statement", "names"), [
    ("c = d", {"c"}), ("c, e = a", {"c", "e"}), ("c.d = a[e]", set()),
    ("for c in a: d = c", {"c", "d"}), ("with a as c: b(d)", {"c"}),
    ("def c(d): e = 1", {"c"}), ("class C: d = 1", {"C"}), ("c(d)", set()),
    ("(c := d)", set()), ("if a: c = 1", {"c"}), ("c += 1", {"c"}),
])
def test_the_names_to_which_a_statement_gives_a_value(
        statement: str, names: set[str]) -> None:
    """They are its own, and not those of a function in it."""
    assert syntax.bound_by(function(statement).body[0]) == names


def test_the_variables_that_begin_as_a_text_or_a_list() -> None:
    """By what they are given, in this function and no other."""
    body = ("c = ''\nd = [a]\ne = f'{a}'\ng = [h for h in a]\ni = b''\n"
            "j = 1\nk = a\nl = (a,)\nm.n = ''\no: str = ''\np = None\n"
            "def q(): r = ''")

    assert sorted(syntax.texts_in(function(body))) == list("cdegi")


TILL = """class Till:
    sum = 0
    def __init__(self, low: int, high: int, name: str, a, b, *, c, d=None,
                 e=(), f=1):
        low = 5
        self.low = low
        self.high = high
        self.name = name
        other.most = high
        self.part.least = low
        self.low = high
    def open(self, n, text=''):
        self.text, self.many = text, n
        self.is_open = True
        self.colour = 'red'
        self.shape = 'round'
        self.last = None
        self.first = None
        self.size = open()
        self.width = open()
    def shut(self, n: int):
        self.top = n
        self.is_shut = False
        self.open = unknown
        self.door = unknown
        self.high = 'red'
"""


def test_attributes_of_one_kind_can_be_taken_for_one_another() -> None:
    """Each for the next that is like it; the last for the first."""
    node = ast.parse(TILL).body[0]

    assert isinstance(node, ast.ClassDef)
    assert syntax.exchanges(node) == {
        "low": "high", "high": "top", "top": "low",
        "is_open": "is_shut", "is_shut": "is_open",
        "colour": "shape", "shape": "colour"}


@pytest.mark.parametrize(("given", "alike"), [
    ("a, b", True), ("a: int, b: int", True), ("a: int, b: str", False),
    ("a: int, b", False), ("a=1, b=2", True), ("a, b=1", False),
    ("a=1, b='x'", False), ("a=[], b=[1]", True), ("a=[], b={}", False),
    ("*, a, b", True), ("*, a=1, b", False), ("*, a, b=1", False),
    ("*, a=(), b=()", True), ("a, /, b", True), ("a=1, /, b=2", True),
    ("a=None, b=None", False), ("a: int, b: int = 1", True),
    ("a, *, b", True), ("c, a=1, *, b=1", True),
])
def test_parameters_are_alike_by_annotation_or_default(
        given: str, alike: bool) -> None:
    """What cannot be known of either is taken for the same."""
    node = ast.parse(f"class A:\n  def __init__(self, {given}):\n"
                     "    self.a = a\n    self.b = b").body[0]

    assert isinstance(node, ast.ClassDef)
    assert syntax.exchanges(node) == ({"a": "b", "b": "a"} if alike else {})


@pytest.mark.parametrize(("decorator", "is_so"), [
    ("@sum.setter", True), ("@sum.deleter", True), ("@size.setter", False),
    ("@property", False), ("@sum", False), ("@a.sum.setter", False),
    ("@sum()", False),
])
def test_a_property_that_is_more_than_read(decorator: str, is_so: bool
                                           ) -> None:
    """A decorator in its class bears its name."""
    node = ast.parse("class A:\n    b = 1\n    @c\n    def sum(self): ...\n"
                     f"    {decorator}\n    def d(self): ...").body[0]

    assert isinstance(node, ast.ClassDef)
    assert syntax.has_setter(node, "sum") == is_so
    assert not syntax.has_setter(None, "sum")


@pytest.mark.parametrize(("body", "names"), [
    ("c = 'no'\nraise ValueError(c)", {"ValueError", "c"}),
    ("c = 'no'\nlog(c)\nraise E(c)", {"E"}),
    ("raise E(c, c) from d", {"E", "c", "d"}),
    ("if c: raise E(d)\nraise E(d)", {"E", "d"}),
    ("return c", set()),
])
def test_what_only_says_why_an_exception_is_raised(
        body: str, names: set[str]) -> None:
    """A variable that is read elsewhere, too, does more than that."""
    assert syntax.messages(function(body)) == names


@pytest.mark.parametrize(("loop", "names", "is_so"), [
    ("while a < b.c: d()", {"a", "c", "b"}, False),
    ("while a: b()", {"a"}, False),
    ("while True:\n    if a: break\n    d()\n    if b.c: break",
     {"a", "b", "c"}, False),
    ("while len(a) < 3: a.b(c)", {"len", "a"}, True),
    ("while a: a += 1", {"a"}, True),
    ("while a:\n    c()\n    a -= b\n    d()", {"a"}, True),
    ("while a.b: a.b -= 1", {"a", "b"}, True),
    ("while a: a *= 2", {"a"}, False), ("while a: b += 1", {"a"}, False),
    ("while a: a = a + 1", {"a"}, False),
])
def test_what_keeps_a_loop_going(loop: str, names: set[str], is_so: bool
                                 ) -> None:
    """The words of its questions, and whether it counts."""
    node = function(loop).body[0]

    assert isinstance(node, ast.While)
    assert syntax.steps(node) == frozenset(names)
    assert isinstance(syntax.steps(node), frozenset)
    assert syntax.counts(node) == is_so
