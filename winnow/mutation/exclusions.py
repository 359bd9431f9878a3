"""What not to change: logging, type checking, data and the like.

Code that only type checkers read, that depends on the machine, or whose
words are for people alone.
"""
from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from winnow.model.syntax import (
    last_name,
    walk,
    without_docstring,
    words_in,
)

_LOGGER = re.compile(r"_*(log|logger|logging)_*", re.IGNORECASE)
_LEVELS = {"debug", "info", "warning", "warn", "error", "exception",
           "critical", "fatal", "log"}
_PLATFORM = {"platform", "version_info", "hexversion", "implementation",
             "maxsize", "byteorder", "flags"}
# Their texts are names of what is defined, or are read by type checkers.
_DECLARES = {"TypeVar", "ParamSpec", "TypeVarTuple", "NewType", "TypedDict",
             "NamedTuple", "namedtuple", "TypeAliasType", "ForwardRef",
             "cast", "getLogger", "import_module", "__import__",
             "ContextVar", "ModuleType", "DeprecationWarning", "reveal_type"}
_TYPES = {"list", "dict", "set", "tuple", "frozenset", "type"}
# Decorators whose loss is seen by type checkers, or by a clock.
_SILENT = {"overload", "abstractmethod", "final", "override", "cache",
           "no_type_check", "runtime_checkable", "deprecated", "lru_cache",
           "type_check_only", "dataclass_transform", "njit", "jit",
           "no_type_check_decorator", "disjoint_base"}
# Decorators that check a class and return it as it is: the class that passes
# differs in nothing. A function's own decorator may have the same name.
_CHECKS = {"unique", "verify"}
# Functions that return one of their arguments as it is, and its position.
_UNCHANGED = {"cast": 1, "assert_type": 0, "reveal_type": 0}
# Classes whose `__init__` and `__init_subclass__` are those of `object`, and
# the metaclasses whose `__init__` is that of `type`: neither does anything.
_PLAIN_BASES = {"object", "ABC", "Generic", "Protocol"}
_META_BASES = {"type", "ABCMeta", "EnumMeta", "EnumType"}
# Arguments whose loss is seen on other machines, or by a reader.
_KEYWORDS = {"encoding", "errors", "newline", "stacklevel", "flush",
             "daemon", "help", "description", "doc", "metavar", "epilog",
             "title", "usage", "message", "msg", "slots", "buffering",
             "skipinitialspace", "category", "detail"}
_PAUSES = {"sleep", "flush", "collect", "simplefilter"}
_WARNS = {"warn", "warn_explicit", "print", "write_message", "_warn",
          "_deprecated"}
_CODECS = {"encode", "decode", "open", "getattr", "setattr", "delattr",
           "partition", "rpartition", "strftime", "strptime", "import_module",
           "fdopen", "Popen", "getlocale", "setlocale", "mkdir", "chmod",
           "audit"}


def is_logging(node: ast.AST) -> bool:
    """Tell whether a call writes to a log, or fetches one."""
    if not (isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)):
        return False
    owner = last_name(node.func.value)
    return owner == "logging" or (
        node.func.attr in _LEVELS and _LOGGER.fullmatch(owner) is not None)


def is_for_types(test: ast.expr) -> bool:
    """Tell whether a condition holds only for type checkers.

    Who would not import typing for it sets the name to False, as they allow.
    """
    return last_name(test) == "TYPE_CHECKING"


def is_fallback(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler is for where an import fails."""
    return handler.type is not None and bool(
        words_in(handler.type) & {"ImportError", "ModuleNotFoundError"})


def is_import(statement: ast.stmt) -> bool:
    """Tell whether a statement imports a module that it names itself."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return True
    return any(isinstance(node, ast.Call) and node.args
               and last_name(node.func) in ("__import__", "import_module")
               and isinstance(node.args[0], ast.Constant)
               for node in walk(statement))


def is_for_programs(test: ast.expr) -> bool:
    """Tell whether a condition holds where a module is run as a program."""
    return (isinstance(test, ast.Compare)
            and "__name__" in (last_name(test.left),
                               last_name(test.comparators[0]))
            and any(isinstance(each, ast.Constant)
                    and each.value == "__main__"
                    for each in (test.left, test.comparators[0])))


def is_of_the_machine(test: ast.expr, at_import: bool) -> bool:
    """Tell whether a condition asks for a Python or a system."""
    for node in walk(test):
        if isinstance(node, ast.Attribute) and (
                node.attr in _PLATFORM and last_name(node.value) == "sys"
                or node.attr == "name" and last_name(node.value) == "os"):
            return True
        if isinstance(node, ast.Name) and (
                node.id == "__debug__" or at_import and node.id == "hasattr"):
            return True
    return False


def is_declaration(node: ast.AST) -> bool:
    """Tell whether an expression declares a type, or gives one a name."""
    if isinstance(node, ast.Call):
        return last_name(node.func).lstrip("_") in _DECLARES
    if isinstance(node, ast.Subscript):
        name = last_name(node.value)
        return name in _TYPES or (
            name[:1].isupper() and not name.isupper())
    return (isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr)
            and any(isinstance(side, ast.Constant) and side.value is None
                    or last_name(side) in _TYPES | {"int", "str", "bytes",
                                                    "float", "bool"}
                    or is_declaration(side)
                    for side in (node.left, node.right)))


def is_dunder(name: str) -> bool:
    """Tell whether a name is one that tools read, such as `__all__`."""
    return name.startswith("__") and name.endswith("__")


def is_silent(decorator: ast.expr, of: ast.AST | None = None) -> bool:
    """Tell whether nothing that runs need differ without a decorator."""
    name = last_name(decorator)
    return name in _SILENT or (
        name in _CHECKS and isinstance(of, ast.ClassDef))


def returned_by(node: ast.expr) -> ast.expr:
    """Return what an expression gives, without calls that only pass it on.

    `cast(T, x)` is `x`. A method of that name may do more.
    """
    while isinstance(node, ast.Call):
        place = _UNCHANGED.get(last_name(node.func))
        if (place is None or not _is_of_typing(node.func)
                or len(node.args) <= place):
            break
        node = node.args[place]
    return node


def _is_of_typing(function: ast.expr) -> bool:
    """Tell whether a function may be one of typing's, by how it is called."""
    return isinstance(function, ast.Name) or (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id not in ("self", "cls"))


def is_vain(call: ast.AST, class_of: ast.ClassDef | None) -> bool:
    """Tell whether nothing changes when a call is gone, with its arguments.

    Type checkers alone read `assert_type`; `type.__init__` does nothing, and
    nor does `object.__init__` where it is given nothing.
    """
    if not isinstance(call, ast.Call):
        return False
    function = call.func
    if last_name(function) in ("assert_type", "reveal_type"):
        return _is_of_typing(function)
    if not isinstance(function, ast.Attribute) or function.attr not in (
            "__init__", "__init_subclass__"):
        return False
    owner = last_name(function.value)
    classes, given = [owner], call.args[1:]
    if owner == "super" and class_of is not None:
        classes = [last_name(base) for base in class_of.bases] or ["object"]
        given = call.args
    if function.attr == "__init__" and _META_BASES.issuperset(classes):
        return True
    return (_PLAIN_BASES.issuperset(classes)
            and not given and not call.keywords)


def is_silent_argument(keyword: ast.keyword) -> bool:
    """Tell whether no test need see what is given by this name."""
    return keyword.arg in _KEYWORDS


def only_pauses(call: ast.AST) -> bool:
    """Tell whether only a clock sees that a call is gone."""
    return isinstance(call, ast.Call) and last_name(call.func) in _PAUSES


def is_wording(call: ast.Call) -> bool:
    """Tell whether the texts that a call is given are for people."""
    return last_name(call.func) in _WARNS


def is_particular(call: ast.Call) -> bool:
    """Tell whether a call fails on every other text than the one given."""
    return last_name(call.func) in _CODECS


def is_data(node: ast.expr) -> bool:
    """Tell whether an expression is a constant or is listed from such."""
    if isinstance(node, ast.UnaryOp):
        return is_data(node.operand)
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return all(map(is_data, node.elts))
    if isinstance(node, ast.Dict):
        return all(key is not None and is_data(key) for key in node.keys
                   ) and all(map(is_data, node.values))
    return isinstance(node, ast.Constant)


def why_nothing(function: ast.FunctionDef | ast.AsyncFunctionDef,
                class_of: ast.ClassDef | None = None) -> str | None:
    """Return why a function gets no fault; None if it does something."""
    if any(last_name(each) == "overload" for each in function.decorator_list):
        return "It is an overload, for type checkers only."
    body = without_docstring(function.body)
    if not body:
        return "Its body is a docstring alone."
    if all(_is_idle(statement, class_of) for statement in body):
        last = body[-1]
        if isinstance(last, ast.Raise):
            return "It raises NotImplementedError, for others to replace it."
        return "Its body does nothing."
    return None


def _is_idle(statement: ast.stmt, class_of: ast.ClassDef | None) -> bool:
    """Tell whether a statement does nothing."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant) or is_vain(
            statement.value, class_of)
    if isinstance(statement, ast.Return):
        return statement.value is None or (
            isinstance(statement.value, ast.Constant)
            and statement.value.value is None)
    if isinstance(statement, ast.Raise):
        return (statement.exc is not None
                and last_name(statement.exc) == "NotImplementedError")
    return isinstance(statement, (ast.Pass, ast.Global, ast.Nonlocal))


def keys_of(tree: ast.AST) -> list[str]:
    """Return the texts by which a module looks things up, as they come."""
    found: dict[str, None] = {}
    for node in walk(tree):
        keys: Iterable[ast.AST | None] = ()
        if isinstance(node, ast.Subscript) and not is_declaration(node):
            keys = (node.slice,)
        elif isinstance(node, ast.Dict):
            keys = node.keys
        elif isinstance(node, ast.Call) and is_look_up(node):
            keys = node.args[:1]
        for key in keys:
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                found[key.value] = None
    return list(found)


def is_look_up(call: ast.Call) -> bool:
    """Tell whether a call's first argument is a key."""
    return (isinstance(call.func, ast.Attribute)
            and call.func.attr in ("get", "pop", "setdefault")
            and len(call.args) > 0)
