"""Private names of others are listed, and are still there.

- in this Python and this pytest, and in each other Python that is at hand
- none is used in the code that is not listed, and none is listed for nothing
"""
import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.test_pythons import interpreter
from winnow.execution.runtime import private_names
from winnow.execution.runtime.private_names import PRIVATE, missing

EXECUTION = Path(private_names.__file__).parents[1]
LISTED = {name for names in PRIVATE.values() for name in names}
# Private only by their look.
OURS = {"_exit", "_asdict", "_replace", "_fields", "_pytest", "_warnings",
        "_weakrefset", "_posixsubprocess", "_proxy", "_getframe"}


def used(tree: ast.AST) -> Iterator[str]:
    """Yield private names that are looked up in anything but `self`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and not (
                isinstance(node.value, ast.Name)
                and node.value.id in ("self", "cls")):
            yield node.attr
        elif isinstance(node, ast.Call):
            yield from (each.value for each in node.args
                        if isinstance(each, ast.Constant)
                        and isinstance(each.value, str))


def test_all_are_there() -> None:
    """In the Python and the pytest of this environment."""
    assert missing() == []


def test_what_is_gone_is_told() -> None:
    """By its module and its name."""
    assert missing({"unittest.case": {"_testMethodName": "", "_gone": ""}}
                   ) == ["unittest.case._gone"]


@pytest.mark.parametrize("version", ["3.10", "3.11", "3.12", "3.13", "3.14"])
def test_all_are_there_in_other_pythons(version: str) -> None:
    """Those of Python itself; pytest's are tried where it is installed."""
    python = interpreter(version)
    if python is None:
        pytest.skip(f"Python {version} was not tried: it is not here")

    done = subprocess.run([python, str(private_names.__file__)],
                          capture_output=True, text=True)

    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_what_is_used_is_listed() -> None:
    """And what is listed is used: by name, or in a string."""
    texts = {path: path.read_text("utf-8")
             for path in EXECUTION.rglob("*.py")
             if path.name != "private_names.py"}
    own = {name for text in texts.values() for name in re.findall(
        r"(?:self\.|def |class )(_\w+)|^(_\w+)(?: =|:|,)", text, re.MULTILINE)
        for name in name if name}

    found = {name for text in texts.values() for name in used(ast.parse(text))
             if re.fullmatch(r"_[A-Za-z]\w*", name)
             and not name.endswith("__")}

    private = {name for name in LISTED if name.startswith("_")}
    assert found - own - OURS - LISTED == set()
    assert private - found - own == set()


def test_each_module_that_pytest_keeps_to_itself_is_listed() -> None:
    """With what is used of it, whatever its name begins with."""
    text = "".join(path.read_text("utf-8") for path in EXECUTION.parent.rglob(
        "*.py") if path.name != "private_names.py")

    assert {*re.findall(r"_pytest\.\w+", text)} == {
        module for module in PRIVATE if module.startswith("_pytest")} - {
        "_pytest.runner", "_pytest.python"}  # Objects of theirs are met.
    for module, names in PRIVATE.items():
        if module.startswith("_pytest"):
            assert [name for name in names if not re.search(
                rf"\b{name}\b", text)] == []
