"""Which changes give the same program: no test could tell them apart.

Each is known from the code around it alone, so such a fault is never made.
"""
from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Mapping

from winnow.model.syntax import last_name

from .place import Place

_GIVES = {
    "len": "int", "ord": "int", "id": "int", "hash": "int", "int": "int",
    "str": "str", "repr": "str", "bool": "bool", "isinstance": "bool",
    "issubclass": "bool", "callable": "bool", "hasattr": "bool",
    "any": "bool", "all": "bool", "list": "list", "sorted": "list",
    "dict": "dict", "set": "set", "tuple": "tuple",
    "frozenset": "frozenset", "float": "float",
}
_OF_MATH = {"ceil": "int", "floor": "int", "trunc": "int", "gcd": "int",
            "isqrt": "int", "comb": "int", "perm": "int", "sqrt": "float",
            "log": "float", "log10": "float", "log2": "float"}
_DISPLAYS: Mapping[type, str] = {
    ast.JoinedStr: "str", ast.List: "list", ast.ListComp: "list",
    ast.Dict: "dict", ast.DictComp: "dict", ast.Set: "set",
    ast.SetComp: "set", ast.Tuple: "tuple"}
# What takes an iterable once, from its first item to its last.
_CONSUMERS = {"sorted", "set", "frozenset", "list", "tuple", "sum"}
# Whoever asks these does not see in which order the items were.
_UNORDERED = {"set", "frozenset", "len"}
_SYMMETRIC = {"gcd", "lcm", "hypot"}
_ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def is_equivalent(place: Place) -> bool:
    """Tell whether a change makes no difference whatever is run."""
    kind = place.change.kind
    if kind.startswith("no-") and kind[3:] in {*_GIVES, "sorted"}:
        return isinstance(place.inner, ast.Call) and (
            _is_vain(place, place.inner, kind[3:]))
    rule = _RULES.get(kind)
    return rule is not None and rule(place)


def _is_vain(place: Place, call: ast.Call, name: str) -> bool:
    """Tell whether a conversion gives what it was given, or what it becomes.

    Of a list in `sorted(list(x))`, nothing is left.
    """
    # A name of its own is anyone's function, and so is a method of that name.
    if name in place.module.bound or len(call.args) != 1 or not isinstance(
            call.func, ast.Name):
        return False
    if _kind_of(place, call.args[0]) == name:
        return True
    outer = place.outer
    if name == "bool":
        return getattr(outer, "test", None) is call or (
            isinstance(outer, ast.UnaryOp) and isinstance(outer.op, ast.Not))
    if not (isinstance(outer, ast.Call) and outer.args == [call]):
        return False
    consumer = outer.func.id if isinstance(outer.func, ast.Name) else ""
    if consumer in place.module.bound:
        return False
    if name in ("list", "tuple"):
        return consumer in _CONSUMERS or (
            isinstance(outer.func, ast.Attribute)
            and outer.func.attr == "join"
            and isinstance(outer.func.value, ast.Constant))
    return name == "sorted" and consumer in _UNORDERED


def _kind_of(place: Place, node: ast.expr) -> str:
    """Return the type of what an expression gives; "" if it is not known."""
    if type(node) in _DISPLAYS:
        return _DISPLAYS[type(node)]
    if isinstance(node, ast.Constant):
        return type(node.value).__name__
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return "bool"
    if isinstance(node, ast.Compare):
        plain = (ast.Is, ast.IsNot, ast.In, ast.NotIn)
        return "bool" if isinstance(node.ops[0], plain) else ""
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    if isinstance(function, ast.Name):
        if function.id in place.module.bound:
            return ""
        if function.id == "round":
            return "int" if len(node.args) == 1 and not node.keywords else ""
        return _GIVES.get(function.id, "")
    if isinstance(function, ast.Attribute):
        if isinstance(function.value, ast.Name) and (
                function.value.id == "math"):
            return _OF_MATH.get(function.attr, "")
        if isinstance(function.value, (ast.Constant, ast.JoinedStr)) and (
                function.attr in ("join", "format")):
            return _kind_of(place, function.value)
    return ""


def _is_clamp(place: Place) -> bool:
    """Tell whether both sides of a boundary do the same where they meet.

    As in `if x > most: x = most`, and in `most if x > most else x`.
    """
    test, holder = place.inner, place.outer
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1
            and isinstance(test.ops[0], _ORDERS)
            and getattr(holder, "test", None) is test):
        return False
    then = other = ""
    if isinstance(holder, ast.IfExp):
        then, other = place.text(holder.body), place.text(holder.orelse)
    elif isinstance(holder, ast.If) and len(holder.body) == 1:
        then, other = _both_ways(place, holder, holder.body[0])
    if not then or not other:
        return False
    left, right = place.text(test.left), place.text(test.comparators[0])
    return (then == other or {then, other} == {left, right}
            or _is_magnitude({then, other}, left, right)
            or _is_cut({then, other}, left, right)
            or {then, other} == {f"{left}, {right}", f"{right}, {left}"})


def _both_ways(place: Place, holder: ast.If, statement: ast.stmt
               ) -> tuple[str, str]:
    """Return what an `if` makes of a value or returns, and what is else.

    Both are empty where it does something else.
    """
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        kept = place.text(target)
        if not holder.orelse:
            return place.text(statement.value), kept
        last = holder.orelse[0]
        if (len(holder.orelse) == 1 and isinstance(last, ast.Assign)
                and [place.text(each) for each in last.targets] == [kept]):
            return place.text(statement.value), place.text(last.value)
    elif isinstance(statement, ast.Return) and statement.value:
        after = (place.after(holder) if not holder.orelse
                 else holder.orelse[0])
        if isinstance(after, ast.Return) and after.value:
            return place.text(statement.value), place.text(after.value)
    return "", ""


def _is_magnitude(ways: set[str], left: str, right: str) -> bool:
    """Tell whether one way is what the other is, without its sign."""
    zero = {"0", "0.0"}
    value = right if left in zero else left if right in zero else ""
    return bool(value) and ways == {value, f"-{value}"}


def _is_cut(ways: set[str], left: str, right: str) -> bool:
    """Tell whether a sequence is cut to the length it is compared with."""
    for length, most in ((left, right), (right, left)):
        if length.startswith("len(") and length.endswith(")"):
            whole = length[4:-1]
            if ways == {whole, f"{whole}[:{most}]"}:
                return True
    return False


def _is_neutral(place: Place) -> bool:
    """Tell whether a number does nothing with either operator.

    It is 1.0 that something is multiplied with, or 0 that is added. To
    divide by the whole number 1 would make a float.
    """
    node = place.inner
    if isinstance(node, ast.AugAssign):
        operand: ast.expr = node.value
    elif isinstance(node, ast.BinOp):
        operand = node.right
    else:
        return False
    if not isinstance(operand, ast.Constant):
        return False
    value = operand.value
    if isinstance(node.op, (ast.Mult, ast.Div)):
        return type(value) is float and value == 1
    return (isinstance(node.op, (ast.Add, ast.Sub, ast.LShift, ast.RShift))
            and type(value) in (int, float) and value == 0)


def _is_caught_anyway(place: Place) -> bool:
    """Tell whether what is left catches what was left out.

    As `OSError` does `IOError`, and `ValueError` does `UnicodeError`.
    """
    kinds = place.inner
    if not isinstance(kinds, ast.Tuple):
        return False
    kept = [place.text(each) for each in kinds.elts]
    new = place.change.new.strip("(),").split(", ")
    gone = [each for each in kept if each not in new]
    if not gone:  # It was there twice.
        return True
    classes = [_exception(place, each) for each in (*gone, *new)]
    return all(any(first and other and issubclass(first, other)
                   for other in classes[len(gone):])
               for first in classes[:len(gone)])


def _is_replaced_anyway(place: Place) -> bool:
    """Tell whether what is asked first decides nothing.

    As `if "," in text: text = text.replace(",", "")` does, which would
    replace nothing otherwise.
    """
    node, holder = place.inner, place.outer
    if not (isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And)
            and isinstance(holder, ast.If) and holder.test is node
            and len(holder.body) == 1 and not holder.orelse
            and isinstance(holder.body[0], ast.Assign)):
        return False
    target, call = holder.body[0].targets[0], holder.body[0].value
    if not (isinstance(call, ast.Call) and call.args
            and isinstance(call.func, ast.Attribute)
            and call.func.attr == "replace"
            and place.text(call.func.value) == place.text(target)):
        return False
    asked = f"{place.text(call.args[0])} in {place.text(target)}"
    return any(place.text(value) == asked
               and asked not in place.change.new for value in node.values)


def _is_cut_anyway(place: Place) -> bool:
    """Tell whether a text is split once or more often, and one end is taken.

    As in `line.split(";", 1)[0]`.
    """
    number, call, taken = place.inner, place.outer, place.around[-3:-2]
    if not (isinstance(number, ast.Constant) and type(number.value) is int
            and number.value > 0 and isinstance(call, ast.Call)
            and call.args[1:2] == [number] and taken
            and isinstance(taken[0], ast.Subscript)):
        return False
    ends = {"split": "0", "rsplit": "-1"}
    return ends.get(last_name(call.func)) == place.text(taken[0].slice)


def _exception(place: Place, name: str) -> type | None:
    """Return the exception of Python's own that has a name, if one has."""
    found = getattr(builtins, name, None)
    return found if isinstance(found, type) and (
        name not in place.module.bound) else None


def _is_symmetric(place: Place) -> bool:
    """Tell whether a call takes its two arguments in either order."""
    call = place.inner
    if not isinstance(call, ast.Call) or call.keywords:
        return False
    function = call.func
    return (isinstance(function, ast.Attribute)
            and function.attr in _SYMMETRIC
            and isinstance(function.value, ast.Name)
            and function.value.id == "math")


_RULES: Mapping[str, Callable[[Place], bool]] = {
    "boundary": _is_clamp, "operator": _is_neutral,
    "constant": _is_cut_anyway, "left-out": _is_replaced_anyway,
    "not-caught": _is_caught_anyway, "swapped": _is_symmetric}
