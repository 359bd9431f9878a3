"""Which addresses are this machine's own, and so may be reached by a test."""
import socket

import pytest

from winnow.execution.runtime.network_guard import is_here


@pytest.mark.parametrize("host", [
    None, "", "localhost", "LocalHost.", "x.localhost", b"127.0.0.1",
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1",
    socket.gethostname()])
def test_this_machine_is_here(host: object) -> None:
    """By any of its names, and by loopback."""
    assert is_here(host)


@pytest.mark.parametrize("host", [
    "192.0.2.77", "198.51.100.1", "2001:db8::1", "::ffff:192.0.2.77",
    "224.0.0.1", "255.255.255.255", "example.org", b"example.org", "a b"])
def test_any_other_is_not(host: object) -> None:
    """Nor are those that reach many at a time."""
    assert not is_here(host)


def test_the_address_of_an_interface_is_here() -> None:
    """In a container a host's own name leads to such a one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.77", 9))  # It sends nothing.
        except OSError:
            pytest.skip("this machine has no network interface")
        own = probe.getsockname()[0]

    assert is_here(own) and is_here(f"::ffff:{own}")
