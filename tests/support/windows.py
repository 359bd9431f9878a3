"""What Windows lacks of Python's library, as the stubs that mypy has tell."""
import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import mypy

STUBS = Path(mypy.__file__).with_name("typeshed") / "stdlib"
# The least that the checker needs: what came later is no matter of systems.
VERSION = (3, 10)
# Of these modules Windows has a part; of others, all or nothing.
IN_PART = ("os", "select", "signal", "socket", "time")


def names_on(platform: str, body: list[ast.stmt]) -> Iterator[str]:
    """Yield the names that a stub defines on a platform, such as `win32`."""
    for node in body:
        if isinstance(node, ast.If):
            holds = eval(ast.unparse(node.test), {
                "sys": SimpleNamespace(
                    platform=platform, version_info=VERSION)})
            yield from names_on(platform, node.body if holds else node.orelse)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.AnnAssign):
            yield ast.unparse(node.target)
        elif isinstance(node, ast.Assign):
            yield from map(ast.unparse, node.targets)
        elif isinstance(node, ast.ImportFrom):  # `a as a` is passed on.
            yield from (alias.name for alias in node.names
                        if alias.asname == alias.name)


@cache
def _defined(platform: str, stub: Path) -> frozenset[str]:
    """Return the names that the stub of a module defines on a platform."""
    tree = ast.parse(stub.read_text("utf-8"))
    return frozenset(name for name in names_on(platform, tree.body)
                     if not name.startswith("_"))


def names_absent(module: str) -> frozenset[str]:
    """Return the names of a module that Linux or macOS has, and not it."""
    stub = STUBS / module / "__init__.pyi"
    if not stub.exists():
        stub = STUBS / f"{module}.pyi"
    return (_defined("linux", stub) | _defined("darwin", stub)
            ) - _defined("win32", stub)


@cache
def modules_absent() -> frozenset[str]:
    """Return the modules of which Windows has no name at all."""
    return frozenset(
        stub.stem for stub in STUBS.glob("*.pyi")
        if _defined("linux", stub) and not _defined("win32", stub))


def names_used(code: str) -> set[str]:
    """Return what code uses that Windows lacks, by its full name.

    That is a module, a name in one (however it is imported) or a path of
    Unix. What it asks for by `hasattr` or `getattr` it can do without.
    """
    tree = ast.parse(code)
    called = {alias.asname or alias.name: alias.name
              for node in ast.walk(tree) if isinstance(node, ast.Import)
              for alias in node.names}
    found = {name for name in called.values() if name in modules_absent()}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level:
            if node.module in modules_absent():
                found.add(node.module)
            elif node.module in IN_PART:
                found |= {f"{node.module}.{alias.name}" for alias in node.names
                          if alias.name in names_absent(node.module)}
        elif isinstance(node, ast.Attribute):
            module = called.get(ast.unparse(node.value))
            if module in IN_PART and node.attr in names_absent(module):
                found.add(f"{module}.{node.attr}")
        elif (isinstance(node, ast.Constant) and isinstance(node.value, str)
              and node.value.startswith(_PLACES)):
            found.add(node.value)
    return found


_PLACES = tuple(f"/{name}" for name in (
    "bin", "dev", "etc", "home", "proc", "tmp", "usr", "var"))
