"""The operators by which faults are made: their names, and which are wanted.

A fault's name ends in its operator: `scales.mean:boundary`, or with a number
where one place has several.
"""
from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

# What each makes of the code. A test holds the names against the faults that
# are made, and the manual's table against this one.
OPERATORS = {
    "and-to-or": "`and` becomes `or`",
    "argument": "an argument is left out of a call",
    "attribute": "another attribute is read",
    "boundary": "`<` becomes `<=`, and the like",
    "break": "`continue` becomes `break`",
    "constant": "a number, a text or a truth value is another",
    "continue": "`break` becomes `continue`",
    "emptied": "a function returns at once",
    "exception": "another exception is raised",
    "exception-says": "an exception carries no value",
    "key": "another key or index is used",
    "left-out": "one side of `and` or `or` is left out",
    "loop-never": "a loop has no turn",
    "loop-once": "a loop ends after its first turn",
    "negated": "a comparison says the opposite",
    "negated-if": "a condition says the opposite",
    "not-caught": "an exception is not caught",
    "not-handed-on": "an argument is not handed on",
    "not-kept": "an attribute is None",
    "operator": "`+` becomes `-`, and the like",
    "or-to-and": "`or` becomes `and`",
    "return-none": "None is returned",
    "sign": "a sign is gone",
    "swapped": "two arguments change places",
    "twin": "a function is another of its kind, such as `max` for `min`",
    "yield-none": "None is yielded",
    "no-*": "a call, a decorator or a statement is gone: `no-NAME`",
}
_GONE = "no-"
_NOT = "!"


def operator_of(fault: str) -> str:
    """Return the operator that made the fault of this name."""
    return re.sub(r"-\d+$", "", fault.partition(":")[2])


def why_unknown(pattern: str) -> str:
    """Return why no operator is called so; nothing where one is.

    A pattern may have `*`, and begin with `!`, which takes away.
    """
    name = pattern.removeprefix(_NOT)
    if name.startswith(_GONE) or any(
            fnmatchcase(each, name) for each in OPERATORS):
        return ""
    near = get_close_matches(name, OPERATORS, n=1)
    return (f"there is no operator {name}: " + (
        f"did you mean {near[0]}?" if near
        else f"there are {', '.join(OPERATORS)}"))


def is_wanted(operator: str, patterns: Sequence[str]) -> bool:
    """Tell whether faults of an operator are tried: the last match counts.

    Where the first pattern takes away, all others are wanted.
    """
    wanted = not patterns or patterns[0].startswith(_NOT)
    for pattern in patterns:
        if fnmatchcase(operator, pattern.removeprefix(_NOT)):
            wanted = not pattern.startswith(_NOT)
    return wanted
