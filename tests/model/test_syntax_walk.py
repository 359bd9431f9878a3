"""What is read off syntax trees faster than `ast` reads it."""
import ast
from pathlib import Path

from winnow.model import syntax


def test_a_tree_is_walked_as_ast_walks_it() -> None:
    """In the same order, with the very same nodes."""
    tree = ast.parse(Path(syntax.__file__).read_text("utf-8"))

    assert syntax.walk(tree) == [*ast.walk(tree)]
    assert syntax.children(tree) == [*ast.iter_child_nodes(tree)]
