"""What a process has besides its modules: a change is seen, and put back."""
import decimal
import locale
import socket
import sys
from collections.abc import Callable
from unittest.mock import Mock

import pytest

from winnow.execution.runtime.process_parts import PARTS

CHANGES: dict[str, Callable[[], object]] = {
    "how long sockets wait": lambda: socket.setdefaulttimeout(9),
    "how decimal numbers are rounded":
        lambda: setattr(decimal.getcontext(), "prec", 5),
    "the conventions of the place":
        lambda: locale.setlocale(
            locale.LC_ALL, "POSIX" if locale.setlocale(locale.LC_ALL) != "C"
            else "C.UTF-8"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_seen_and_put_back(name: str) -> None:
    """By what is read, and by what is put."""
    [part] = [each for each in PARTS if each.name == name]
    before = part.take()
    try:
        CHANGES[name]()

        assert part.take() != before
    finally:
        part.put(before)

    assert part.take() == before


def test_a_trap_of_decimals_is_put_back() -> None:
    """It is one of several."""
    [part] = [each for each in PARTS if "decimal" in each.name]
    before = part.take()
    decimal.getcontext().traps[decimal.Inexact] = True

    part.put(before)

    assert part.take() == before
    assert not decimal.getcontext().traps[decimal.Inexact]


def test_a_mock_in_place_of_decimal_is_seen(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """And no error."""
    [part] = [each for each in PARTS if "decimal" in each.name]
    before = part.take()
    monkeypatch.setitem(sys.modules, "decimal", Mock())

    assert part.take() != before
