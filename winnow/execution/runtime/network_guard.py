"""Stops tests from reaching other machines and ending other processes."""
from __future__ import annotations

import errno
import ipaddress
import os
import socket
from collections.abc import Callable

# By names of their own: a test may have patched them in their modules.
from os import getpid
from socket import socket as _Socket
from typing import Any, Union

from .audit import listen

try:
    from os import (
        P_PID,
        WEXITED,
        WNOHANG,
        WNOWAIT,
        getpgid,
        getppid,
        getsid,
        waitid,
    )
    HAS_SESSIONS = True
except ImportError:
    HAS_SESSIONS = False  # So it is on Windows.

# The audit events of the socket module (Python's library reference, "Audit
# events table") that carry an address, and where among the arguments.
_CONNECTS = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1}
_RESOLVES = {"socket.getaddrinfo", "socket.gethostbyname",
             "socket.gethostbyaddr"}


_Address = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]


class NetworkBlocked(socket.gaierror):
    """Raised where a test looks up or connects to another machine.

    A `gaierror`, as without a network: libraries answer to it as they would
    there, so that requests, say, raises its own ConnectionError.
    """


def spare_others() -> None:
    """Let this process send no signal to any but itself and its children.

    Those of its session are its own, and so are the children that began
    another one; the process that runs the tests is neither. As the network
    is, it is guarded against accidents: see `block_network`.
    """
    # Of a group, its first process may have ended before the others.
    runners = _runners()
    # Where the tests run in the very process that a person has started, its
    # session is that person's.
    has_session = HAS_SESSIONS and getsid(0) == getpid()

    def hook(event: str, args: tuple[Any, ...]) -> None:
        """Judge whom a signal is meant for."""
        if event in ("os.kill", "os.killpg") and args[1]:
            is_itself = event == "os.kill" and args[0] == getpid()
            if not is_itself and (
                    args[0] == -1 or abs(args[0]) == runners
                    or not _is_ours(abs(args[0]), has_session)):
                raise PermissionError(
                    errno.EPERM, "a test may send a signal to itself and to "
                    "the processes that it starts, and to no other")

    listen(hook)


def _runners() -> int:
    """Return the group of the process that runs this one; -1 if none does.

    In a sandbox that process may be outside, and then it has the number 0
    there, by which a test means its own group.
    """
    try:
        return (HAS_SESSIONS and getppid() and getpgid(getppid())) or -1
    except ProcessLookupError:
        return -1  # So it is in a browser.


def _is_ours(pid: int, has_session: bool) -> bool:
    """Tell whether a process is of one's own session, a child, or not there.

    Of 0, this one's own group, it is told alike.
    """
    if not HAS_SESSIONS:
        return False
    try:
        if not has_session or getsid(pid) != getsid(0):
            return _is_child(pid) or _is_child(getpgid(pid))
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return True


def _is_child(pid: int) -> bool:
    """Tell whether a process is one that this one has started."""
    try:
        waitid(P_PID, pid, WEXITED | WNOHANG | WNOWAIT)
    except ChildProcessError:
        return False
    return True


def block_network(report: Callable[[str], None]) -> None:
    """Refuse this process every other machine; report the address tried.

    A test cannot patch an audit hook away. Code in C that opens sockets by
    itself and child processes are beyond it.
    """
    for name in [name for name in os.environ if name[-6:].lower() == "_proxy"]:
        del os.environ[name]  # A proxy here would reach other machines.

    def hook(event: str, args: tuple[Any, ...]) -> None:
        """Judge the address of a socket's audit event."""
        if not event.startswith("socket."):
            return
        if event in _CONNECTS:
            address = args[_CONNECTS[event]]
            if not isinstance(address, tuple):
                return  # A Unix socket, or a datagram to a connected peer.
            host, port = address[0], address[1]
        elif event in _RESOLVES:
            host, port = args[0], args[1] if len(args) > 1 else None
        else:
            return
        if not is_here(host):
            name = host.decode() if isinstance(host, bytes) else str(host)
            report(f"{name}:{port}" if port else name)
            raise NetworkBlocked(
                socket.EAI_NONAME,
                f"{name} is another machine, which a test may not reach")

    listen(hook)


def is_here(host: object) -> bool:
    """Tell whether a host, by name or address, is this very machine."""
    if host is None:
        return True
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    name = str(host).lower().rstrip(".")
    if name in ("", "localhost", _OWN_NAME) or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    return (address.is_loopback or address.is_unspecified
            or _is_own(name, address))


def _is_own(name: str, address: _Address) -> bool:
    """Tell whether an address is one of this machine's network interfaces.

    A host's own name leads to such a one in a container and on macOS. Only
    the machine that has an address can bind a socket to it.
    """
    if address.is_multicast or name == "255.255.255.255":
        return False
    if address.version == 4:
        name, family = str(address), socket.AF_INET
    else:
        family = socket.AF_INET6  # The name says which interface, too.
    try:
        # Not `socket.socket`, which a test may have patched.
        with _Socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((name, 0))
    except OSError:
        return False
    return True


_OWN_NAME = socket.gethostname().lower()
