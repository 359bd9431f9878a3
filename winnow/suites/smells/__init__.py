"""Test smells: what the syntax tree of a test file alone shows.

Nothing of the learner's is executed. Each kind is silent where the file does
not make it certain. The kinds are the known confusions of learners, and some
of what Van Deursen et al. and their followers call test smells.
"""
from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping

from winnow.model.findings import Problem

from . import assertions, collection, mocks, tautology, unreachable
from .ast_helpers import line_of
from .parsed_file import ParsedFile, Smell, TestFunction

_IN_PLACES: dict[str, Callable[[TestFunction], Iterator[Smell]]] = {
    "mock-assertion": mocks.mistyped,
    "after-raise": unreachable.after_raise,
    "assert-two-arguments": assertions.two_arguments,
    "async-never-runs": collection.async_never_runs,
    "tautology": tautology.tautologies,
    "wide-exception": unreachable.wide_exceptions,
    "swallowed": unreachable.swallowed,
    "unreached": unreachable.unreached,
    "patch-order": mocks.patches_in_reverse,
}
_IN_FILES: dict[str, Callable[[ParsedFile], Iterator[Smell]]] = {
    "same-name": collection.same_names,
    "own-copy": collection.own_copies,
    "never-collected": collection.never_collected,
}
KINDS = (*_IN_PLACES, *_IN_FILES)


def smells_in(file: str, tree: ast.Module,
              modules: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    """Yield what is wrong with a file of tests, in the order of its lines.

    `modules` are those that the tests are about, with their public names
    (see `public_names`).
    """
    page = ParsedFile(file, tree, modules)
    found = [(kind, each, place.test) for kind, look in _IN_PLACES.items()
             for place in page.places for each in look(place)]
    found += [(kind, each, each.test) for kind, look in _IN_FILES.items()
              for each in look(page)]
    for kind, each, test in sorted(
            found, key=lambda one: line_of(one[1].node)):
        yield Problem(kind, test or file, each.detail, each.advice, file,
                      line_of(each.node))


def public_names(tree: ast.Module) -> frozenset[str]:
    """Return the functions and classes that a module offers."""
    return frozenset(
        node.name for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef,
                             ast.ClassDef)) and not node.name.startswith("_"))
