"""Made faults, one small piece of code after the other.

- what each kind of fault is called, and what it says of itself
- what is changed in a function and in a module, and what is not; the rows of
  `test_mutate` come first
"""
from collections.abc import Callable, Mapping, Sequence

import pytest

from tests.mutation.test_mutate import edits, edits_in, faults_of

SAID: Mapping[str, Sequence[tuple[str, str]]] = {
    "if a < b: b()": [
        ("boundary", "`<` has become `<=` in `a < b`."),
        ("negated-if", "`a < b` is asked the other way round: `>=`."),
        ("no-b", "The call of `b()` is gone.")],
    "if a == b: b()": [
        ("negated-if", "`a == b` is asked the other way round: `!=`."),
        ("no-b", "The call of `b()` is gone.")],
    "return a == b": [
        ("negated", "`a == b` is asked the other way round: `!=`.")],
    "return [1, 2, 3, 4, 5]": [
        ("return-none", "None is returned, not `[1, 2, 3, 4, 5]`."),
        ("left-out", "`5` is missing.")],
    "return {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}": [
        ("return-none",
         "None is returned, not `{1: 1, 2: 2, 3: 3, 4: 4, 5: 5}`."),
        ("left-out", "`5: 5` is missing.")],
    "return min(a, b)": [
        ("return-none", "None is returned, not `min(a, b)`."),
        ("twin", "`min` has become `max`.")],
    "return sorted(a)": [
        ("return-none", "None is returned, not `sorted(a)`."),
        ("no-sorted", "The call of `sorted()` is gone.")],
    "return a.strip()": [
        ("return-none", "None is returned, not `a.strip()`."),
        ("no-strip", "The call of `strip()` is gone.")],
    "return f(a, b, c.d)": [
        ("return-none", "None is returned, not `f(a, b, c.d)`."),
        ("swapped", "`a` and `b` have changed places in the call of `f()`.")],
    "f(**d)": [
        ("no-f", "The call of `f()` is gone."),
        ("not-handed-on", "`d` is not handed on to `f()`.")],
    "f(*c)": [
        ("no-f", "The call of `f()` is gone."),
        ("not-handed-on", "`*c` is not handed on to `f()`.")],
    "f(key=a)": [
        ("no-f", "The call of `f()` is gone."),
        ("argument", "`key` is None, not `a`, in the call of `f()`.")],
    "return -a": [("sign", "`-a` has become `a`.")],
    "return a + 1": [
        ("operator", "`+` has become `-` in `a + 1`."),
        ("constant", "`1` has become `2`.")],
    "return a + 'x'": [
        ("left-out", "`'x'` is no longer added in `a + 'x'`."),
        ("constant", "`'x'` has become `'_'`.")],
    "return a[1], a[-2]": [
        ("return-none", "None is returned, not `a[1], a[-2]`."),
        ("key", "`1` has become `2`."),
        ("constant", "`-2` has become `-3`.")],
    "return a['one'] + a['two']": [
        ("key", "`'one'` has become `'two'`."),
        ("operator", "`+` has become `-` in `a['one'] + a['two']`."),
        ("key-2", "`'two'` has become `'one'`.")],
    "return lambda: a": [("return-none", "`lambda: a` gives None.")],
    "return f'{a}'": [("constant", "The text `f'{a}'` is empty.")],
    "return a and b": [
        ("left-out", "`b` no longer counts."),
        ("left-out-2", "`a` no longer counts."),
        ("and-to-or", "`and` has become `or` in `a and b`.")],
    "if not a: b()": [
        ("negated-if", "`not a` has become `a`."),
        ("no-b", "The call of `b()` is gone.")],
    "return a not in b": [
        ("negated", "`a not in b` is asked the other way round: `in`.")],
    "while a: b()": [
        ("loop-never", "The loop over `a` is never entered."),
        ("loop-once", "The loop over `a` ends after its first turn."),
        ("no-b", "The call of `b()` is gone.")],
    "for e in a: b(e)": [
        ("loop-once", "The loop over `a` ends after its first turn."),
        ("no-b", "The call of `b()` is gone.")],
    "try: a()\nexcept E: b()": [
        ("no-a", "The call of `a()` is gone."),
        ("not-caught", "`E` is not caught any more."),
        ("no-b", "The call of `b()` is gone.")],
    "try: a()\nexcept (E, F): b()": [
        ("no-a", "The call of `a()` is gone."),
        ("not-caught", "`F` is not caught any more."),
        ("not-caught-2", "`E` is not caught any more."),
        ("no-b", "The call of `b()` is gone.")],
    "for e in a:\n  if e: continue\n  break": [
        ("negated-if", "`e` is asked the other way round."),
        ("break", "`continue` has become `break`."),
        ("continue", "`break` has become `continue`.")],
    "yield a": [("yield-none", "None is yielded, not `a`.")],
    "b += a": [("operator", "`+=` has become `-=` in `b += a`.")],
    "raise KeyError(a)": [
        ("exception", "`KeyError` has become `RuntimeError`."),
        ("exception-says", "The `KeyError` carries no `a`.")],
    "a.b = c": [("no-assign", "`a.b = c` is gone.")],
    "del a[b]": [("no-delete", "`del a[b]` is gone.")],
}


@pytest.mark.parametrize("body", SAID)
def test_a_fault_has_a_name_and_a_sentence(body: str) -> None:
    """By its kind, and with the code concerned."""
    code = "def sell(a, b, *c, **d):\n" + "".join(
        f"    {line}\n" for line in body.splitlines())
    said = [(fault.name.removeprefix("shop.sell:"), fault.breaks)
            for fault in faults_of(code)]

    assert [each for each in said if each[0] != "emptied"] == SAID[body]


IN_A_BODY: Mapping[str, Sequence[str]] = {
    "if a: q = 1\nelse: q = 2": ["a -> not a", "1 -> 2", "2 -> 3"],
    "for e in a: q = 1\nelse: q = 2": [
        "q = 1 -> q = 1; break", "1 -> 2", "2 -> 3"],
    "try: q = 1\n"
    "except E: q = 2\n"
    "except F: q = 3\n"
    "else: q = 4\n"
    "finally: q = 5": [
        "1 -> 2", "E -> ()", "2 -> 3", "F -> ()", "3 -> 4", "4 -> 5",
        "5 -> 6"],
    "match a:\n    case 1: q = 2\n    case 2: q = 3": [
        "1 -> 2", "2 -> 3", "2 -> 3", "3 -> 4"],
    "q = b[1] = c": ["1 -> 2"],
    "return {'a': b, 'c': d}": [
        "return {'a': b, 'c': d} -> return None", "'a' -> 'c'", "'c' -> 'a'"],
    "return {'a': 1, 'b': 2, 'c': 3, 'd': 4}": [
        "return {'a': 1, 'b': 2, 'c': 3, 'd': 4} -> return None", "'a' -> 'b'",
        "1 -> 2", "'b' -> 'c'", "2 -> 3", "'c' -> 'd'", "3 -> 4", "'d' -> 'a'",
        "4 -> 5"],
    "return a.get('x', 'y')": [
        "return a.get('x', 'y') -> return None", "'x' -> '_'", "'y' -> '_'"],
    "return a.f('x', 'y'), b['z']": [
        "return a.f('x', 'y'), b['z'] -> return None", "'x' -> '_'",
        "'y' -> '_'", "'z' -> '_'"],
    "return 'x' in a, a in 'y', b['z']": [
        "return 'x' in a, a in 'y', b['z'] -> return None", "'x' -> 'z'",
        "in -> not in", "in -> not in", "'y' -> '_'", "'z' -> '_'"],
    "print(f('x'))": ["print(f('x')) -> pass"],
    "return True < a < b": ["< -> <=", "< -> <="],
    "return a or -b": ["a or -b -> -b", "a or -b -> a", "or -> and"],
    "return not 1": [],
    "return ~1": ["1 -> 2"],
    "return -1, a[-2], +1": [
        "return -1, a[-2], +1 -> return None", "-1 -> -2", "-2 -> -3",
        "1 -> 2"],
    "a = ''\nreturn a[1] + b, a + c": [
        "a = '' -> pass", "'' -> ' '", "return a[1] + b, a + c -> return None",
        "1 -> 2", "+ -> -", "a + c -> a"],
    "return f.group(1) + a": ["f.group(1) + a -> f.group(1)", "1 -> 2"],
    "return '-', b'-'": [
        "return '-', b'-' -> return None", "'-' -> '_'", "b'-' -> b'_'"],
    "return a == '_', b == b'_'": [
        "return a == '_', b == b'_' -> return None", "== -> !=", "'_' -> '-'",
        "== -> !=", "b'_' -> b'-'"],
    'return \'x"\'': ['\'x"\' -> ""'],
    'return "x\'s", "\\\\"': [
        'return "x\'s", "\\\\" -> return None', '"x\'s" -> ""',
        '"\\\\" -> "_"'],
    'return "1", 2, b"12"': [
        'return "1", 2, b"12" -> return None', '"1" -> "_"', "2 -> 3",
        'b"12" -> b\'\''],
    "return a[b'x'], b['y'], c['z']": [
        "return a[b'x'], b['y'], c['z'] -> return None", "b'x' -> b'_'",
        "'y' -> 'z'", "'z' -> 'y'"],
    "return a['x'], 'y'": [
        "return a['x'], 'y' -> return None", "'x' -> '_'", "'y' -> '_'"],
    "return a[b % (c, d)] % e": ["% -> //"],
    "return a - b % (c, 1)": ["1 -> 2"],
    "return a + b % 'x'": ["+ -> -", "% -> //", "'x' -> '_'"],
    "return b['z'].get(a)": [
        "return b['z'].get(a) -> return None", "'z' -> '_'"],
    "return [(1), 2, 3, 4, [5]]": [
        "return [(1), 2, 3, 4, [5]] -> return None", ", [5] -> "],
    "return a[0.0], 0.0": [
        "return a[0.0], 0.0 -> return None", "0.0 -> 1.0", "0.0 -> 1.0"],
    "for e in a:\n    x: int = 1\n    b(x)": [
        "1 -> 2", "b(x) -> b(x)\n        break", "b(x) -> pass"],
    "for e in a:\n    b(e,\n      1,\n      2)": [
        "b(e,\n          1,\n          2) -> pass", "1 -> 2", "2 -> 3",
        "2) -> 2)\n        break"],
    "return a or a": ["a or a -> a", "or -> and"],
    "raise eX(a)": ["raise eX(a) -> pass"],
    "while a:\n    a = c\n    d()": [
        "a -> False", "d() -> d()\n        break", "d() -> pass"],
    "min()": ["min() -> pass"],
    "while a > b: a.c()": ["a > b -> False", "a.c() -> a.c(); break"],
    "while a >= b: a.c()": [
        "a >= b -> False", ">= -> >", "a.c() -> a.c(); break"],
    "return a[\"x\"], b['y\"']": [
        "return a[\"x\"], b['y\"'] -> return None", "\"x\" -> 'y\"'",
        "'y\"' -> \"x\""],
    "return True == a + 1": ["== -> !=", "+ -> -", "1 -> 2"],
    "f(a, a, b)": ["f(a, a, b) -> pass", "a, b -> b, a"],
    "f(**{1: a})": ["f(**{1: a}) -> pass", "1 -> 2"],
    "f(**a[b])": ["f(**a[b]) -> pass"],
    "return set(keys())": [
        "return set(keys()) -> return None", "set(keys()) -> keys()"],
    "a.min()": ["a.min() -> pass", "min -> max"],
    "return a.max()": ["return a.max() -> return None", "max -> min"],
    "return set(a.keys())": ["return set(a.keys()) -> return None"],
    "return set(a.items())": ["return set(a.items()) -> return None"],
    "return set(a.values())": [
        "return set(a.values()) -> return None",
        "set(a.values()) -> a.values()"],
    "return set(a.keys(b))": [
        "return set(a.keys(b)) -> return None", "set(a.keys(b)) -> a.keys(b)"],
    "return set(keys(a))": [
        "return set(keys(a)) -> return None", "set(keys(a)) -> keys(a)"],
    "return set(a)": ["return set(a) -> return None", "set(a) -> a"],
    "return list(a.keys())": [
        "return list(a.keys()) -> return None", "list(a.keys()) -> a.keys()"],
    "return sorted(a, key=b)": [
        "return sorted(a, key=b) -> return None", "b -> None"],
    "return sorted(*a)": ["return sorted(*a) -> return None", "a -> ()"],
    "return list(e for e in a)": ["return list(e for e in a) -> return None"],
    "return a.sorted(b)": ["return a.sorted(b) -> return None"],
    "return a.copy()": ["return a.copy() -> return None", "a.copy() -> a"],
    "return copy.copy(a)": [
        "return copy.copy(a) -> return None", "copy.copy(a) -> a"],
    "return copy.deepcopy(a)": [
        "return copy.deepcopy(a) -> return None", "copy.deepcopy(a) -> a"],
    "return int(a, b)": ["return int(a, b) -> return None", "a, b -> b, a"],
    "return strip(a)": ["return strip(a) -> return None"],
    "return a.zfill(3)": [
        "return a.zfill(3) -> return None", "a.zfill(3) -> a", "3 -> 4"],
    "return a.issuperset(b)": [
        "return a.issuperset(b) -> return None", "issuperset -> issubset"],
    "return f(a, a)": ["return f(a, a) -> return None"],
    "return f(a, len)": ["return f(a, len) -> return None"],
    "return f(len, a)": ["return f(len, a) -> return None"],
    "return f(1, a)": ["return f(1, a) -> return None", "1 -> 2"],
    "return f(a, b, c)": ["return f(a, b, c) -> return None", "a, b -> b, a"],
    "return isinstance(a, b)": ["return isinstance(a, b) -> return None"],
    "return super(a, b)": ["return super(a, b) -> return None"],
    "return f(1, a, b)": [
        "return f(1, a, b) -> return None", "1 -> 2", "a, b -> b, a"],
    "return f(**a.b)": ["return f(**a.b) -> return None", "a.b -> {}"],
    "return f(**a())": ["return f(**a()) -> return None", "a() -> {}"],
    "return f(*a, *b)": [
        "return f(*a, *b) -> return None", "a -> ()", "b -> ()"],
    "return f(*a())": ["return f(*a()) -> return None"],
    "return f(*[a])": ["return f(*[a]) -> return None"],
    "return f(help=a)": ["return f(help=a) -> return None"],
    "return f(key=len)": ["return f(key=len) -> return None"],
    "return f(key=a())": ["return f(key=a()) -> return None"],
    "super().__init__()": ["super().__init__() -> pass"],
    "__all__.append(a)": [],
    "x.y = __slots__ = a": [],
    "x = y = a.b\nreturn x": ["return x -> return None"],
    "a.__b__ = c": [],
    "a.__b__ += c": [],
    "b @= a": [],
    "c = 'x'\nc += a": ["c = 'x' -> pass", "'x' -> '_'", "+= -> ="],
    "b -= [a]": ["-= -> +="],
    "del a": [],
    "while a:\n  del a[0]\n  b()": [
        "a -> False", "0 -> 1", "b() -> b()\n      break", "b() -> pass"],
    "while a:\n  del c[0]\n  b()": [
        "a -> False", "del c[0] -> pass", "0 -> 1", "b() -> b()\n      break",
        "b() -> pass"],
    "while a:\n  a.x = b\n  c()": [
        "a -> False", "a.x = b -> pass", "c() -> c()\n      break",
        "c() -> pass"],
    "while a:\n  a += b\n  c()": [
        "a -> False", "c() -> c()\n      break", "c() -> pass"],
    "while a:\n  c.x = b\n  d()": [
        "a -> False", "c.x = b -> pass", "d() -> d()\n      break",
        "d() -> pass"],
    "while a:\n  if b: return\n  if c: break\n  raise": [
        "a -> False", "b -> not b", "c -> not c"],
    "raise a": ["raise a -> pass"],
    "raise a.b(c)": ["raise a.b(c) -> pass"],
    "raise Err(a)": ["Err -> RuntimeError"],
    "raise KeyError(msg)": ["KeyError -> RuntimeError"],
    "raise KeyError(a, b)": ["KeyError -> RuntimeError"],
    "raise KeyError(a.b)": ["KeyError -> RuntimeError"],
    "raise KeyError": ["KeyError -> RuntimeError"],
    "raise f()(a)": ["raise f()(a) -> pass"],
    "raise (a or B)": [],
    "yield 1": ["1 -> 2"],
    "yield": [],
    "await_(a)": ["await_(a) -> pass"],
    "for e in a:\n  f(e)\n  for g in e: g()": [
        "f(e) -> pass", "for g in e: g() -> for g in e: g()\n      break",
        "g() -> g(); break", "g() -> pass"],
    "for e in a:\n  if e:\n    f(e)": [
        "e -> not e", "f(e) -> f(e)\n      break", "f(e) -> pass"],
    "for e in a:\n  x = f(e)\n  g(x,\n    e)": [
        "g(x,\n        e) -> pass", "x,\n        e -> e,\n        x",
        "e) -> e)\n      break"],
    "for e in a: f(e,\n  b)": [
        "f(e,\n      b) -> pass", "e,\n      b -> b,\n      e",
        "b) -> b); break"],
    "try: a()\nexcept (E,): b()": ["a() -> pass", "(E,) -> ()", "b() -> pass"],
    "try: a()\nexcept: b()": ["a() -> pass", "b() -> pass"],
    "logger.info(a)": [],
    "if a and b(c): d()": [
        "a and b(c) -> a", "a and b(c) -> b(c)", "and -> or", "d() -> pass"],
    "while a and b: c()": [
        "a and b -> False", "c() -> c(); break", "c() -> pass"],
    "while a < len(b) and c: a += 1": [
        "a < len(b) and c -> False", "a < len(b) and c -> a < len(b)",
        "a < len(b) and c -> c", "< -> <=", "and -> or",
        "a += 1 -> a += 1; break", "1 -> 2"],
    "while a or b: c()": [
        "a or b -> False", "a or b -> a", "a or b -> b", "or -> and",
        "c() -> c(); break", "c() -> pass"],
    "while a <= b: a.c()": [
        "a <= b -> False", "<= -> <", "a.c() -> a.c(); break"],
    "while a <= len(b): a.c()": [
        "a <= len(b) -> False", "<= -> <", "a.c() -> a.c(); break"],
    "while not a: a.b()": ["not a -> False", "a.b() -> a.b(); break"],
    "while a == b: a.c()": ["a == b -> False", "a.c() -> a.c(); break"],
    "while a.b(1): c()": [
        "a.b(1) -> False", "1 -> 2", "c() -> c(); break", "c() -> pass"],
    "while (a := b()) < 3: c()": [
        "(a := b()) < 3 -> False", "c() -> c(); break", "c() -> pass"],
    "return (a := b) and c": ["(a := b) and c -> (a := b)", "and -> or"],
    "return a < b < 3": ["< -> <=", "< -> <="],
    "return a == 'x'": ["== -> !=", "'x' -> '_'"],
    "return 'x' in a": ["'x' -> '_'", "in -> not in"],
    "return 'x' in a or a.get('y')": [
        "'x' -> 'y'", "'x' in a or a.get('y') -> 'x' in a",
        "'x' in a or a.get('y') -> a.get('y')", "or -> and", "'y' -> '_'"],
    "return 3 < a": ["< -> <=", "< -> >="],
    "return a < -3": ["< -> <=", "< -> >="],
    "return a == -3": ["== -> !=", "-3 -> -4"],
    "return a[-1] + a[-3:]": ["-1 -> 0", "+ -> -", "-3 -> -4"],
    "return +a": ["return +a -> return None"],
    "return ~a": ["~a -> a"],
    "return not a": ["not a -> a"],
    "return -1.5": ["return -1.5 -> return None"],
    "return -(-a)": ["-(-a) -> (-a)"],
    "return a and not b": [
        "a and not b -> a", "a and not b -> not b", "and -> or"],
    "return 1 + a": ["1 -> 2", "+ -> -"],
    "return '' + a": ["'' -> ' '", "'' + a -> a"],
    "return a + ''": ["a + '' -> a", "'' -> ' '"],
    "return f'{b}' + a": ['f\'{b}\' -> ""', "f'{b}' + a -> a"],
    "return [1] + a": ["[1] + a -> [1]", "1 -> 2"],
    "return a + [b] * 3": ["a + [b] * 3 -> a", "3 -> 4"],
    "return 'x' * a": ["'x' -> '_'"],
    "return '%s' % a": ["'%s' -> ''"],
    "return '%d %d' % (a, b)": ["'%d %d' -> ''"],
    "return a % (b, c)": ["return a % (b, c) -> return None"],
    "return a % b": ["% -> //"],
    "return a % 2 + 'x'": [
        "a % 2 + 'x' -> (a % 2)", "% -> //", "2 -> 3", "'x' -> '_'"],
    "return a.join(b) + c": ["a.join(b) + c -> a.join(b)"],
    "return a - b.strip()": ["b.strip() -> b"],
    "return (a, b) + c": ["(a, b) + c -> ((a, b))"],
    "return a // b | c & d << e >> f": [
        "// -> /", "| -> &", "& -> |", "<< -> >>", ">> -> <<"],
    "return a @ b": ["return a @ b -> return None"],
    "return str(a) + b": ["str(a) -> a", "str(a) + b -> str(a)"],
    "return a.b + a['c']": ["+ -> -", "'c' -> '_'"],
    "return 3.5 if a else False": [
        "3.5 -> 4.5", "a -> not a", "False -> True"],
    "return None if a else ...": ["a -> not a"],
    'return \'"\'': ['\'"\' -> "_"'],
    'return "it\'s"': ['"it\'s" -> ""'],
    'return "a\\\\b"': ['"a\\\\b" -> ""'],
    'return "x"': ['"x" -> "_"'],
    'return a["x"]': ['return a["x"] -> return None', '"x" -> "_"'],
    'return a["x"], a["y"], a["z"]': [
        'return a["x"], a["y"], a["z"] -> return None', '"x" -> "y"',
        '"y" -> "z"', '"z" -> "x"'],
    "print('a', b + 1)": ["print('a', b + 1) -> pass", "+ -> -", "1 -> 2"],
    "open(a, 'r')": ["open(a, 'r') -> pass"],
    "return {'a': 1, b: 2}": [
        "return {'a': 1, b: 2} -> return None", "'a' -> '_'", "1 -> 2",
        "2 -> 3"],
    "return {'a': b, 'c': d, 'e': 1, 'f': 2, 'g': 3}": [
        "return {'a': b, 'c': d, 'e': 1, 'f': 2, 'g': 3} -> return None",
        "1 -> 2", "2 -> 3", "3 -> 4"],
    "return {1, 2, 3, 4, 5}": [
        "return {1, 2, 3, 4, 5} -> return None", ", 5 -> "],
    "return [1, 2, 3, 4, b]": [
        "return [1, 2, 3, 4, b] -> return None", "1 -> 2", "2 -> 3", "3 -> 4",
        "4 -> 5"],
    "return [1, 2, 3, 4, 5, b + 1]": [
        "return [1, 2, 3, 4, 5, b + 1] -> return None", ", b + 1 -> ",
        "+ -> -", "1 -> 2"],
    "return {1: 1, 2: 2, 3: 3, 4: 4, **a}": [
        "return {1: 1, 2: 2, 3: 3, 4: 4, **a} -> return None", "1 -> 2",
        "2 -> 3", "3 -> 4", "4 -> 5"],
    "return {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, **a}": [
        "return {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, **a} -> return None"],
    "return (1, 2, 3, 4, 5)": [
        "return (1, 2, 3, 4, 5) -> return None", ", 5 -> "],
    "return [1, 2, 3, 4, (5)]": ["return [1, 2, 3, 4, (5)] -> return None"],
    "return a['x'](b['y'])": [
        "return a['x'](b['y']) -> return None", "'y' -> 'x'"],
    "return list[a['x']]": ["return list[a['x']] -> return None"],
    "return lambda e=1: e": ["1 -> 2", "e -> None"],
    "return lambda: None": ["return lambda: None -> return None"],
    "return lambda: 1": ["1 -> 2"],
    "return a if b < c else d + 1": ["< -> <=", "< -> >=", "+ -> -", "1 -> 2"],
    "return [e + 1 for e in a(1) if e if e > 1]": [
        "return [e + 1 for e in a(1) if e if e > 1] -> return None", "+ -> -",
        "1 -> 2", "1 -> 2", "e -> not e", "> -> <=", "> -> >="],
    "return a.get(1, 2)": [
        "return a.get(1, 2) -> return None", "1 -> 2", "2 -> 3"],
    "a(1)(2)": ["a(1)(2) -> pass", "2 -> 3"],
    "a.b(1).c(2)": ["a.b(1).c(2) -> pass", "1 -> 2", "2 -> 3"],
    "f(help='x', key='y')": ["f(help='x', key='y') -> pass", "'y' -> '_'"],
    "return [*a, *b]": ["return [*a, *b] -> return None"],
    "return a is None": ["is -> is not"],
    "return a is True": ["is -> is not"],
    "return a[True]": ["return a[True] -> return None", "True -> False"],
    "return a is not None and a > 1": [
        "a is not None and a > 1 -> a > 1",
        "a is not None and a > 1 -> a is not None", "and -> or", "> -> >="],
    "if a is False: b()": ["is -> is not", "b() -> pass"],
    "if (lambda: a): b()": [
        "lambda: a -> not (lambda: a)", "a -> None", "b() -> pass"],
    "if (a if b else c): d()": [
        "a if b else c -> not (a if b else c)", "b -> not b", "d() -> pass"],
    "if f(a): b()": ["f(a) -> not f(a)", "b() -> pass"],
    "if sys.platform == 'x' and a: b(1)": ["b(1) -> pass", "1 -> 2"],
    "if hasattr(a, 'b'): c()": [
        "hasattr(a, 'b') -> not hasattr(a, 'b')", "'b' -> '_'", "c() -> pass"],
    "return cast('A', a)": ["return cast('A', a) -> return None"],
    "return TypeVar('A')": ["return TypeVar('A') -> return None"],
    "if a > 1 > b: c()": [
        "a > 1 > b -> not a > 1 > b", "> -> >=", "> -> >=", "c() -> pass"],
    "return a <= b, a != b": [
        "return a <= b, a != b -> return None", "<= -> <", "<= -> >",
        "!= -> =="],
    "return await_(a)[1:b]": [
        "return await_(a)[1:b] -> return None", "1 -> 2"],
    "return logging.info(1)": ["return logging.info(1) -> return None"],
}
IN_A_MODULE: Mapping[str, Sequence[str]] = {
    "x = __all__ = ['a']": [],
    "def f(a: tuple, b: int): return a + b": ["a + b -> a"],
    "class A:\n"
    "    def __init__(self, a, b):\n"
    "        self.a = a\n"
    "        self.b = b\n"
    "    def c(self, d):\n"
    "        self.a.e()\n"
    "        d.a.e()\n"
    "        f(self.a, self.a, self.c)\n"
    "        self.b = 1\n"
    "        return self.b": [
        "self.a = a -> return None\n        self.a = a", "a -> None",
        "b -> None", "self.a -> self.b", "self.a.e() -> pass",
        "self.a.e() -> return None\n        self.a.e()", "d.a.e() -> pass",
        "f(self.a, self.a, self.c) -> pass",
        "self.a, self.c -> self.c, self.a", "self.b = 1 -> pass", "1 -> 2",
        "return self.b -> return None", "self.b -> self.a"],
    "class A:\n"
    "    def __init__(self, a, b):\n"
    "        self.a = a\n"
    "        self.b = b\n"
    "    def c(self): return self.a.b.d(1)": [
        "self.a = a -> return None\n        self.a = a", "a -> None",
        "b -> None", "return self.a.b.d(1) -> return None", "self.a -> self.b",
        "1 -> 2"],
    "class A:\n"
    "    def __init__(self, a, b): self.a, self.b = a, b; self.c = a; "
    "self.d = b\n"
    "    def e(self, f): return -f.c": [
        "self.a, self.b = a, b -> return None; self.a, self.b = a, b",
        "a -> None", "b -> None", "-f.c -> f.c"],
    "a = compile('bc', 1)": ["'bc' -> ''", "1 -> 2"],
    "a = re.search('bc', f('d'))": [],
    "a = list['b']": [],
    "a = f[{'b': 1}]": ["'b' -> '_'", "1 -> 2"],
    "def f(a):\n    self.b = a.c\n    return self.b": [
        "self.b = a.c -> pass",
        "self.b = a.c -> return None\n    self.b = a.c",
        "return self.b -> return None"],
    "for e in a:\n  b(e,\nc)": [
        "b(e,\nc) -> pass", "c) -> c)\n  break"],
    "a = b\na = c": [],
    "if a:\n    x = 1\n    y = 2\nelse:\n    z = 3": [
        "a -> not a", "1 -> 2", "2 -> 3", "3 -> 4"],
    "if a: x = 1\nelse: y = 2\nwith b(5): z = 3": [
        "a -> not a", "1 -> 2", "2 -> 3", "5 -> 6", "3 -> 4"],
    "@(one)\ndef f(): return True": ["True -> False"],
    "@one\n@cache\n@two\ndef f(): return True": [
        "@one -> ", "@two -> ", "True -> False"],
    "class A:\n    class B:\n        def f(self): return 1": ["1 -> 2"],
    "class A(B):\n"
    "    def __init__(self):\n"
    "        super().__init__()\n"
    "        self.x = 1\n"
    "    def f(self): super().f()": [
        "super().__init__() -> pass",
        "super().__init__() -> return None\n        super().__init__()",
        "1 -> 2", "super().f() -> pass"],
    "class A:\n    def f(self): super().f()": [
        "super().f() -> return None; super().f()"],
    "@enum.unique\n@verify(UNIQUE)\nclass A(Enum): B = 1": ["1 -> 2"],
    "@unique\ndef f(): return a": [
        "@unique -> ", "return a -> return None"],
    "def f(a):\n"
    "    a = cast('A', a)\n"
    "    a.b = typing.cast(A, typing.cast(B, a.b))\n"
    "    a = cast(a, A)\n"
    "    a = self.cast(A, a)\n"
    "    assert_type(a, A)\n"
    "    t.reveal_type(a)\n"
    "    self.assert_type(a, A)\n"
    "    return a": [
        "a = cast('A', a) -> return None\n    a = cast('A', a)",
        "a = cast(a, A) -> pass", "a = self.cast(A, a) -> pass",
        "self.assert_type(a, A) -> pass", "a, A -> A, a",
        "return a -> return None"],
    "class A(type):\n"
    "    def __init__(cls, name, bases, names):\n"
    "        super().__init__(name, bases, names)\n"
    "        cls.a = 1": [
        "super().__init__(name, bases, names) -> return None\n"
        "        super().__init__(name, bases, names)", "1 -> 2"],
    "class A(B, type):\n"
    "    def __init__(cls, name, bases):\n"
    "        super().__init__(name, bases)": [
        "super().__init__(name, bases) -> pass", "name, bases -> bases, name"],
    "class A(ABCMeta):\n"
    "    def __init__(cls, *a): type.__init__(cls, *a)": [],
    "class A(ABC, Generic[B]):\n"
    "    def __init__(self, a=1):\n"
    "        super().__init__()\n"
    "        object.__init__(self)\n"
    "        self.a = a": [
        "1 -> 2",
        "super().__init__() -> return None\n        super().__init__()",
        "a -> None"],
    "class A:\n    def __init__(self, a=1): super().__init__()": [],
    "class A(ABC):\n"
    "    def __init__(self, **a): super().__init__(**a)": [
        "super().__init__(**a) -> pass", "a -> {}"],
    "def f(a: tuple, b: str):\n    return a + b": ["a + b -> a"],
    "def f(a: int, b: int): return a + b": ["+ -> -"],
    "def f(a: str):\n    def g(b): return a + b\n    return g(1)": [
        "a + b -> a", "return g(1) -> return None", "1 -> 2"],
    "class A:\n"
    "    def __repr__(self):\n"
    "        def g(): return 'a' + self.b\n"
    "        return g()": [
        "'a' + self.b -> self.b", "return g() -> return None"],
    "try: import a\nexcept ModuleNotFoundError: a = 3\nelse: b = 4": [
        "4 -> 5"],
    "try: import a\nexcept ValueError: b = 3\nexcept ImportError: a = 4": [],
    "try: a = 1\nexcept ValueError: b = 3": ["1 -> 2", "3 -> 4"],
    "def f():\n"
    "    try: import a\n"
    "    except ImportError: b = 3\n"
    "    return b": ["ImportError -> ()", "3 -> 4", "return b -> return None"],
    "def f():\n"
    "    try: a()\n"
    "    except E: b()\n"
    "    except F: c()\n"
    "    else: d()\n"
    "    finally: e()": [
        "a() -> pass", "E -> ()", "b() -> pass", "F -> ()", "c() -> pass",
        "d() -> pass", "e() -> pass"],
    "def f():\n    with a(1) as b, c(2): d()": [
        "1 -> 2", "2 -> 3", "d() -> pass"],
    "def f(a):\n    match a:\n        case 1: b()\n        case 2: c()": [
        "1 -> 2", "b() -> pass", "2 -> 3", "c() -> pass"],
    "def f(a):\n    a = b\n    if a: c = 1\n    c = 2\n    return c": [
        "a = b -> pass", "a -> not a", "1 -> 2", "c = 2 -> pass", "2 -> 3",
        "return c -> return None"],
    "def f(a):\n    for b in a: c = b\n    c = 2\n    return c": [
        "c = b -> c = b; break", "c = 2 -> pass", "2 -> 3",
        "return c -> return None"],
    "def f(a):\n    if a: pass\n    else: c = 1\n    c = 2\n    return c": [
        "a -> not a", "1 -> 2", "c = 2 -> pass", "2 -> 3",
        "return c -> return None"],
    "def f(a):\n"
    "    try: c = 1\n"
    "    except E: c = 3\n"
    "    finally: d = 1\n"
    "    c = 2; d = 4\n"
    "    return c": [
        "1 -> 2", "E -> ()", "3 -> 4", "1 -> 2", "c = 2 -> pass", "2 -> 3",
        "d = 4 -> pass", "4 -> 5", "return c -> return None"],
    "def f(a):\n    with a: c = 1\n    c = 2\n    return c": [
        "with a: c = 1 -> return None\n    with a: c = 1",
        "1 -> 2", "c = 2 -> pass", "2 -> 3", "return c -> return None"],
    "def f(a):\n"
    "    match a:\n"
    "        case 1: c = 1\n"
    "    c = 2\n"
    "    return c": [
        "1 -> 2", "1 -> 2", "c = 2 -> pass", "2 -> 3",
        "return c -> return None"],
    "def f(a):\n"
    "    a = a.strip(1)\n"
    "    b.c = a.strip()\n"
    "    a = b = a.copy()\n"
    "    return a": [
        "a = a.strip(1) -> return None\n    a = a.strip(1)", "a.strip(1) -> a",
        "1 -> 2", "b.c = a.strip() -> pass", "a.strip() -> a", "a.copy() -> a",
        "return a -> return None"],
    "x, __all__ = [1], [2]": ["1 -> 2", "2 -> 3"],
    "x = y = 5": ["5 -> 6"],
    "del a[1], b[2]": ["del a[1], b[2] -> pass", "1 -> 2", "2 -> 3"],
    "def f(a):\n    assert a > 1\n    assert b > 2": [
        "assert a > 1 -> pass",
        "assert a > 1 -> return None\n    assert a > 1", "> -> >="],
    "def f(a, *, b, **c):\n    assert c\n    assert b": [
        "assert c -> pass", "assert c -> return None\n    assert c",
        "assert b -> pass"],
    "if __name__ == '__main__':\n    def f(): return 1\nelse:\n    a = 3": [
        "3 -> 4"],
    "def f():\n    x = 'a'\n    raise E(x)": [
        "x = 'a' -> return None\n    x = 'a'", "E -> RuntimeError"],
    "if a: x = 1\nelif b: x = 2\nelif c: x = 3": [
        "a -> not a", "1 -> 2", "b -> not b", "2 -> 3", "c -> not c",
        "3 -> 4"],
    "class A:\n"
    "    @property\n"
    "    def f(self): return 1\n"
    "    @f.setter\n"
    "    @one\n"
    "    def f(self, a): a()\n"
    "    @one\n"
    "    def g(self): return 2": [
        "1 -> 2", "a() -> pass", "@one -> ", "2 -> 3"],
    "def f(a):\n    return\n    yield": ["return -> pass"],
    "def f(a):\n"
    "    __x__ = 3\n"
    "    a.__x__ = 4\n"
    "    x: TypeAlias = 'b'\n"
    "    return a": [
        "__x__ = 3 -> return None\n    __x__ = 3", "return a -> return None"],
    "def f(*a: str, **b: bytes): return a + b": ["a + b -> a"],
    "while a: b()\nelse: c = 1": [
        "a -> False", "b() -> b(); break", "b() -> pass", "1 -> 2"],
    "def f():\n    for a in b(1): c(a)\n    else: d()": [
        "1 -> 2", "c(a) -> c(a); break", "c(a) -> pass", "d() -> pass"],
    "async def f():\n    async for a in b: c(a)\n    async with d(1): e()": [
        "async for a in b: c(a) -> return None\n    async for a in b: c(a)",
        "c(a) -> c(a); break", "c(a) -> pass", "1 -> 2", "e() -> pass"],
    "class A:\n    x = 1\n    if a:\n        def f(self): return 2": [
        "1 -> 2", "a -> not a", "2 -> 3"],
}


@pytest.mark.parametrize(("code", "found", "look"), [
    *((code, found, edits_in) for code, found in IN_A_BODY.items()),
    *((code, found, edits) for code, found in IN_A_MODULE.items())])
def test_what_is_changed_and_what_is_not(
        code: str, found: Sequence[str], look: Callable[[str], list[str]]
        ) -> None:
    """In the cases that lie beside those of every day."""
    assert look(code) == found


def test_what_is_said_of_a_whole_function_and_of_what_it_keeps() -> None:
    """By the name of the function, and of the attribute."""
    code = ("class A:\n    def __init__(self, a):\n        self.b = a\n"
            "        a()\n\n    @one\n    @two(3)\n    def c(self): return a")

    assert [(fault.name, fault.breaks) for fault in faults_of(code)] == [
        ("shop.A.__init__:emptied", "`__init__` returns at once."),
        ("shop.A.__init__:not-kept", "`self.b` is None, not `a`."),
        ("shop.A.__init__:no-a", "The call of `a()` is gone."),
        ("shop.A.c:no-one", "`@one` is gone from `c`."),
        ("shop.A.c:no-two", "`@two(3)` is gone from `c`."),
        ("shop.A.c:constant", "`3` has become `4`."),
        ("shop.A.c:return-none", "None is returned, not `a`.")]


def test_an_attribute_is_taken_for_one_like_it() -> None:
    """Once in a function, and it is said of which."""
    code = ("class A:\n    def __init__(self, a, b):\n        self.a = a\n"
            "        self.b = b\n    def c(self): return -self.a")

    assert (faults_of(code)[-1].name, faults_of(code)[-1].breaks) == (
        "shop.A.c:attribute", "`self.a` has become `self.b`.")


def test_a_fault_of_a_class_bears_its_name() -> None:
    """Behind those of the classes around it."""
    code = "@one\nclass A:\n    class B:\n        c = 1"

    assert [fault.name for fault in faults_of(code)] == [
        "shop.A:no-one", "shop.A.B:constant"]
