#!/usr/bin/env python3
"""What the two sides of the look-up by gRPC may change, and what not.

pytest, for its fixtures. One side has the schema of accounts.proto, the other
one of another day: they agree by the numbers of fields. Without the packages
of gRPC these tests are skipped.

Cases: a field added, by the server or by the client · a field removed · a
number that stands for another field
"""
from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from account_client import Account, Unavailable
from backends import need_library
from fakes import NOON, FakeStore
from samples import ADA, service_on

need_library("grpc_tools", "grpc")
WHERE = Path(__file__).parent
METHOD = "/registration.Accounts/Show"
PUBLISHED = {
    "ShowRequest": {"id": (1, "TYPE_STRING")},
    "Account": {"id": (1, "TYPE_STRING"), "email": (2, "TYPE_STRING"),
                "verified": (3, "TYPE_BOOL"),
                "registered_at": (4, "TYPE_INT64")}}


def messages_with(folder: Path, name: str, old: str, new: str) -> Any:
    """Return the messages of a schema that was or will be another one.

    It is another package, for one process knows a name but once.
    """
    import grpc
    text = (WHERE / "accounts.proto").read_text(encoding="utf-8")
    assert old in text
    (folder / f"{name}.proto").write_text(text.replace(old, new).replace(
        "package registration", f"package {name}"), encoding="utf-8")
    return grpc.protos(f"{name}.proto")


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give messages of a day on which accounts have a language, too."""
    monkeypatch.syspath_prepend(tmp_path)
    return messages_with(tmp_path, "with_a_field_added", "bool verified = 3;",
                         "bool verified = 3;\n  string language = 5;")


@pytest.fixture
def removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give messages of a day on which no address is shown any more."""
    monkeypatch.syspath_prepend(tmp_path)
    return messages_with(tmp_path, "with_a_field_removed",
                         "string email = 2;", "reserved 2;")


@pytest.fixture
def address() -> Iterator[str]:
    """Serve Ada's account, with the schema of today."""
    import account_rpc
    store = FakeStore()
    store.add(ADA)
    with account_rpc.RpcServer(service_on(store), "127.0.0.1:0"
                               ).serving() as port:
        yield f"127.0.0.1:{port}"


def answer_of(message: Any) -> Account:
    """Return what our client makes of a message that some server sends."""
    import account_rpc
    import grpc

    class Anything(grpc.GenericRpcHandler):  # type: ignore[misc]
        """Answers whatever is asked."""

        def service(self, _: Any) -> Any:
            """Return the handler of a call."""
            return grpc.unary_unary_rpc_method_handler(
                lambda request, context: message,
                response_serializer=type(message).SerializeToString)

    server = grpc.server(ThreadPoolExecutor(1), [Anything()])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    client = account_rpc.AccountLookup(f"127.0.0.1:{port}", seconds=5)
    try:
        return client.account(ADA.id)
    finally:
        client.close()
        server.stop(None).wait()


def filled(messages: Any, **fields: Any) -> Any:
    """Return Ada's account in some schema."""
    return messages.Account(
        id=ADA.id, registered_at=int(NOON.timestamp()) * 10 ** 6, **fields)


def test_a_client_of_today_reads_a_server_with_one_field_more(added: Any
                                                              ) -> None:
    """It passes over what it does not know."""
    said = filled(added, email=ADA.address, language="en")

    assert answer_of(said) == Account(ADA.id, ADA.address, False, NOON)


def test_a_client_with_one_field_more_reads_a_server_of_today(
        added: Any, address: str) -> None:
    """What the server has never heard of is empty, and no error."""
    import grpc
    with grpc.insecure_channel(address) as channel:
        show = channel.unary_unary(
            METHOD, added.ShowRequest.SerializeToString,
            added.Account.FromString)

        said = show(added.ShowRequest(id=ADA.id), timeout=5)

    assert (said.email, said.language) == (ADA.address, "")


def test_a_field_that_is_gone_is_noticed(removed: Any) -> None:
    """Protobuf says that it is empty: nobody is to write to that address."""
    with pytest.raises(Unavailable, match="lacks"):
        answer_of(filled(removed, verified=True))


def test_no_number_stands_for_another_field() -> None:
    """Whoever has an older schema would read the one as the other.

    What is published here may get new fields; none may change or be reused.
    """
    import account_rpc
    said = account_rpc.AccountsServicer(mock.Mock(user=lambda _: ADA)).Show(
        mock.Mock(id=ADA.id), mock.Mock())
    from google.protobuf.descriptor_pb2 import FieldDescriptorProto
    found = {
        name: {field.name: (field.number,
                            FieldDescriptorProto.Type.Name(field.type))
               for field in message.fields}
        for name, message in
        said.DESCRIPTOR.file.message_types_by_name.items()}

    assert {name: {field: found[name].get(field) for field in fields}
            for name, fields in PUBLISHED.items()} == PUBLISHED
