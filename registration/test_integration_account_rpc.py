#!/usr/bin/env python3
"""The look-up by gRPC, over a real connection within this process.

pytest: a fixture serves on a free port, which takes a few milliseconds.
Without the packages of gRPC these tests are skipped.

Cases: an account · each status · a deadline · a server that is away, or whose
store is · an address that is taken · with all other parts
"""
from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

import pytest

from account_client import Account, Refused, Unavailable, Unknown
from accounts import TryLater, User
from backends import need_library
from composition import Application, Settings
from fakes import NOON, FakeStore, PlainHasher
from samples import ADA, service_on

NOBODY = "00000000-0000-4000-8000-000000000000"
Maker = Callable[..., Any]


class SlowUsers:
    """Knows users, and takes a while."""

    def user(self, user_id: str) -> Optional[User]:
        """Return Ada, later than anybody waits."""
        time.sleep(0.5)
        return ADA


class NoUsers:
    """Knows users, and is away."""

    def user(self, user_id: str) -> Optional[User]:
        """Fail as a store does that is away."""
        raise TryLater("The database is away.")


@pytest.fixture
def serve() -> Iterator[Maker]:
    """Serve users; return a client of theirs."""
    need_library("grpc_tools", "grpc")
    import account_rpc
    with ExitStack() as stack:
        def serving(users: Any, seconds: float = 5.0) -> Any:
            """Serve some users on a free port."""
            port = stack.enter_context(
                account_rpc.RpcServer(users, "127.0.0.1:0").serving())
            client = account_rpc.AccountLookup(f"127.0.0.1:{port}", seconds)
            stack.callback(client.close)
            return client

        yield serving


def users_with(*users: User) -> Any:
    """Return a service that knows some users."""
    store = FakeStore()
    for user in users:
        store.add(user)
    return service_on(store)


def test_an_account_is_shown(serve: Maker) -> None:
    """With all that it has, and a time that knows its zone."""
    client = serve(users_with(ADA))

    assert client.account(ADA.id) == Account(
        ADA.id, "ada@example.org", False, NOON)


def test_a_verified_account_is_shown_as_such(serve: Maker) -> None:
    """False is what protobuf leaves out: so the other value is looked at."""
    client = serve(users_with(replace(ADA, verified_at=NOON)))

    assert client.account(ADA.id).verified is True


def test_an_account_that_is_none_is_not_found(serve: Maker) -> None:
    """The status is NOT_FOUND, with a sentence."""
    client = serve(users_with(ADA))

    with pytest.raises(Unknown, match="There is no such account.") as caught:
        client.account(NOBODY)

    assert code_of(caught.value) == "NOT_FOUND"


@pytest.mark.parametrize("account_id", ["", "1", "../verify", "x" * 9999])
def test_an_id_that_is_none_is_refused(serve: Maker, account_id: str
                                       ) -> None:
    """INVALID_ARGUMENT: no other day will it be better."""
    client = serve(users_with(ADA))

    with pytest.raises(Refused, match="no account's id") as caught:
        client.account(account_id)

    assert code_of(caught.value) == "INVALID_ARGUMENT"


def test_a_store_that_is_away_may_be_asked_again(serve: Maker) -> None:
    """UNAVAILABLE, which clients repeat, and not UNKNOWN, which none does."""
    client = serve(NoUsers())

    with pytest.raises(Unavailable, match="try again soon") as caught:
        client.account(ADA.id)

    assert code_of(caught.value) == "UNAVAILABLE"


def test_nobody_waits_beyond_the_deadline(serve: Maker) -> None:
    """The caller sets it; without one there would be none."""
    client = serve(SlowUsers(), seconds=0.05)

    with pytest.raises(Unavailable) as caught:
        client.account(ADA.id)

    assert code_of(caught.value) == "DEADLINE_EXCEEDED"


def test_a_server_that_is_not_there_is_unavailable(serve: Maker) -> None:
    """That is told at once."""
    serve(NoUsers())
    import account_rpc
    client = account_rpc.AccountLookup("127.0.0.1:1")

    with pytest.raises(Unavailable):
        client.account(ADA.id)

    client.close()


def test_an_address_that_is_taken_is_told_at_the_start(serve: Maker) -> None:
    """In a sentence, with what an address looks like."""
    serve(NoUsers())
    import account_rpc
    server = account_rpc.RpcServer(NoUsers(), "127.0.0.1:0")

    for address in f"127.0.0.1:{server.port}", "nowhere", "":
        with pytest.raises(ValueError, match="GRPC_ADDRESS"):
            account_rpc.RpcServer(NoUsers(), address)


def test_the_application_serves_it_where_it_is_asked_to(
        serve: Maker, tmp_path: Path) -> None:
    """A registration by the one way is an account by the other."""
    serve(NoUsers())
    import account_rpc
    application = Application(Settings(
        tmp_path, hasher=PlainHasher(),  # type: ignore[arg-type]
        pause=0.02, grpc_address="127.0.0.1:0"))

    with application.working():
        client = account_rpc.AccountLookup(
            f"127.0.0.1:{application.grpc_port}")
        with pytest.raises(Unknown):
            client.account(NOBODY)
        client.close()


def code_of(error: Exception) -> str:
    """Return the status that gRPC has told."""
    code: str = error.__cause__.code().name  # type: ignore[union-attr]
    return code
