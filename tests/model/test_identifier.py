"""What can be read off the id of a test."""
import pytest

from winnow.model import identifier
from winnow.model.identifier import module_of


@pytest.mark.parametrize(("text", "function"), [
    ("test_shop.TestCart.test_total", "test_shop.TestCart.test_total"),
    ("test_shop.test_total[a.b-1]", "test_shop.test_total"),
    ("test_shop.TestCart.test_total_0", "test_shop.TestCart.test_total"),
    ("test_shop.TestCart.test_total_12_of_none",
     "test_shop.TestCart.test_total"),
    ("test_shop.TestCart_1_eur.test_total", "test_shop.TestCart.test_total"),
    ("test_shop.TestCart.test_total_of_2", "test_shop.TestCart.test_total_of"),
])
def test_a_row_is_one_of_its_function(text: str, function: str) -> None:
    """Be it pytest's, in brackets, or parameterized's, by a number."""
    assert identifier.TestId.of(text).function == function
    assert str(identifier.TestId.of(text)) == text


@pytest.mark.parametrize(("nodeid", "text"), [
    ("test_shop.py::test_total", "test_shop.test_total"),
    ("tests/test_shop.py::TestCart::test_total[a::b]",
     "tests.test_shop.TestCart.test_total[a::b]"),
    ("docs/use.txt::use.txt", "docs.use.use.txt"),
])
def test_what_pytest_says_is_said_as_unittest_does(
        nodeid: str, text: str) -> None:
    """So that both runners' reports can be compared."""
    assert str(identifier.TestId.of_node(nodeid)) == text


@pytest.mark.parametrize(("text", "file", "name"), [
    ("test_shop.TestCart.test_total", "test_shop.py", "TestCart.test_total"),
    ("test_shop.test_total[x]", "test_shop.py", "test_total"),
    ("tests.test_shop.test_total", "tests/test_shop.py", "test_total"),
    ("test_shop.test_total", "tests/test_shop.py", "test_total"),
    ("test_shopping.test_total", "test_shop.py", None),
    ("other.test_shop.test_total", "test_shop.py", None),
])
def test_a_test_is_found_in_its_file(
        text: str, file: str, name: "str | None") -> None:
    """By the path of the file, or by its last part alone."""
    assert identifier.TestId.of(text).in_file(file) == name


def test_a_file_has_a_dotted_name() -> None:
    """As Python would import it from the folder above."""
    assert module_of("a/test_b.py") == "a.test_b"
