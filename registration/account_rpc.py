#!/usr/bin/env python3
"""The look-up of accounts for other services, by gRPC: server and client.

What both say is in accounts.proto. Its code is generated when it is first
needed, and kept in no file: generated code is only good for the versions of
protobuf that it was made for, and an old copy of it would speak an old schema.
https://grpc.io/docs/languages/python/basics/, https://protobuf.dev/support/
"""
from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from types import ModuleType
from typing import Any, NoReturn, Protocol
from uuid import UUID

import grpc
import grpc_tools  # noqa: F401  Not used: grpc.protos_and_services is by it.

from account_client import Account, Refused, Unavailable, Unknown
from accounts import TryLater, User

SECONDS_TO_ANSWER = 2.0
SECONDS_TO_END = 3.0
AT_ONCE = 4
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MICROSECOND = timedelta(microseconds=1)


class Users(Protocol):
    """Knows users; `service.UserService`."""

    def user(self, user_id: str) -> User | None:
        """Return the user of an id."""


@lru_cache(maxsize=None)
def generated() -> tuple[ModuleType, ModuleType]:
    """Return the messages and the services of accounts.proto.

    It is looked for along `sys.path`, as the module is.
    """
    messages, services = grpc.protos_and_services("accounts.proto")
    return messages, services


class AccountsServicer:
    """Answers the calls of the service `Accounts`."""

    def __init__(self, users: Users) -> None:
        """Take whoever knows the users."""
        self._users = users

    def Show(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Show an account; its method's name is that in accounts.proto."""
        try:
            user = self._users.user(str(UUID(request.id)))
        except ValueError:
            _end(context, "INVALID_ARGUMENT", "This is no account's id.")
        except TryLater:
            _end(context, "UNAVAILABLE",
                 "We are out of order. Please try again soon.")
        if user is None:
            _end(context, "NOT_FOUND", "There is no such account.")
        return _message_of(user)


def _end(context: grpc.ServicerContext, code: str, sentence: str
         ) -> NoReturn:
    """End a call with a status, by an exception that gRPC expects."""
    context.abort(getattr(grpc.StatusCode, code), sentence)
    raise AssertionError("abort raises")


def _message_of(user: User) -> Any:
    """Return what is shown of a user."""
    messages, _ = generated()
    return messages.Account(
        id=user.id, email=user.address,
        verified=user.verified_at is not None,
        registered_at=(user.registered_at - EPOCH) // MICROSECOND)


class RpcServer:
    """Serves the look-up at an address of this machine, once it is started.

    There is no TLS and no password here: the address is to be one that only
    your own services reach.
    """

    def __init__(self, users: Users, address: str) -> None:
        """Take an address, as in 127.0.0.1:50051; `ValueError` if taken."""
        _, services = generated()
        self._server = grpc.server(
            ThreadPoolExecutor(AT_ONCE), maximum_concurrent_rpcs=10 * AT_ONCE,
            options=[("grpc.so_reuseport", 0)])
        services.add_AccountsServicer_to_server(
            AccountsServicer(users), self._server)
        try:
            self.port = self._server.add_insecure_port(address)
        except RuntimeError as error:
            raise ValueError(
                f"GRPC_ADDRESS: nothing can be served at {address}; an "
                "address looks like 127.0.0.1:50051.") from error

    @contextmanager
    def serving(self) -> Iterator[int]:
        """Serve meanwhile; yield the port."""
        self._server.start()
        try:
            yield self.port
        finally:
            self._server.stop(SECONDS_TO_END).wait()


class AccountLookup:
    """Looks up accounts, as `AccountClient` does, at another address."""

    def __init__(self, address: str,
                 seconds: float = SECONDS_TO_ANSWER) -> None:
        """Take an address, and how long an answer is waited for.

        Without a limit of the caller's a call has none:
        https://grpc.io/docs/guides/deadlines/
        """
        _, services = generated()
        self._channel = grpc.insecure_channel(address)
        self._stub = services.AccountsStub(self._channel)
        self._seconds = seconds

    def account(self, account_id: str) -> Account:
        """Return the account of an id; raise `Unknown` if there is none."""
        messages, _ = generated()
        try:
            answer = self._stub.Show(
                messages.ShowRequest(id=account_id), timeout=self._seconds)
        except grpc.RpcError as error:
            raise ERROR_OF.get(error.code(), Unavailable)(
                error.details()) from error
        return _account(answer)

    def close(self) -> None:
        """Let go of the connection."""
        self._channel.close()


ERROR_OF = {grpc.StatusCode.NOT_FOUND: Unknown,
            grpc.StatusCode.INVALID_ARGUMENT: Refused}


def _account(answer: Any) -> Account:
    """Return the account that a message describes.

    What a server leaves out is empty, and no error, with protobuf: what we
    cannot do without we have to look for.
    """
    if not (answer.id and answer.email and answer.registered_at):
        raise Unavailable("The answer lacks what an account has.")
    return Account(answer.id, answer.email, answer.verified,
                   EPOCH + answer.registered_at * MICROSECOND)
