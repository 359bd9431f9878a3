#!/usr/bin/env python3
"""What the API does not wait for, and what it does not do all at once.

pytest, for two rows. The limits are seconds, so where a test would have to
wait for one, it sets another.

- a body that never ends, is said to be too long, or does not come
- more registrations at once than may be hashed
- a client that is half-way when the server is to end
- an answer on a connection that is kept
"""
from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from unittest import mock

import httpx
import pytest
from starlette.types import Message

from api import HASHED_AT_ONCE, ShortBodies, create_app
from composition import server_for
from fakes import FakeStore, PlainHasher, StubClock
from samples import ADA, service_on
from service import UserService
from serving import served, until
from tokens import Tokens

PASSWORD = "correct horse battery"


def test_a_body_without_end_is_refused_soon() -> None:
    """It is read up to the limit; the test client would read it whole."""
    read: list[Message] = []
    answered: list[Message] = []
    scope = {"type": "http", "method": "POST", "path": "/users",
             "headers": [], "query_string": b""}

    async def receive() -> Message:
        """Give the next part, and note that it was asked for."""
        read.append({"type": "http.request", "body": b"x" * 1024,
                     "more_body": len(read) < 100})
        return read[-1]

    async def send(message: Message) -> None:
        """Note a part of the answer."""
        answered.append(message)

    asyncio.run(create_app(mock.Mock(UserService))(scope, receive, send))

    assert answered[0]["status"] == 413
    assert len(read) < 20


@pytest.mark.parametrize("declared, parts, status", [
    (b"1000000000", [], 413), (b"60", [b"{"], 408)],
    ids=["that is said to be too long", "of which half comes"])
def test_a_body_is_not_waited_for(
        declared: bytes, parts: list[bytes], status: int) -> None:
    """One that would be refused, and one that takes too long."""
    answered: list[Message] = []
    scope = {"type": "http", "method": "POST", "path": "/users",
             "headers": [(b"content-length", declared)], "query_string": b""}

    async def receive() -> Message:
        """Give the next part, or none and never."""
        if not parts:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": parts.pop(),
                "more_body": True}

    async def send(message: Message) -> None:
        """Note a part of the answer."""
        answered.append(message)

    asyncio.run(asyncio.wait_for(
        ShortBodies(mock.Mock(), seconds=0.01)(scope, receive, send), 1))

    assert answered[0]["status"] == status


def test_only_some_passwords_are_hashed_at_once() -> None:
    """The others wait, and whoever asks for an account does not."""
    lock, together, most = threading.Lock(), 0, 0
    full, go_on = threading.Event(), threading.Event()

    class SlowHasher(PlainHasher):
        """A hasher that goes on when it is told to."""

        def hash(self, password: str) -> str:
            """Count how many are at it."""
            nonlocal together, most
            with lock:
                together += 1
                most = max(most, together)
                if together == HASHED_AT_ONCE:
                    full.set()
            go_on.wait(5)
            with lock:
                together -= 1
            return super().hash(password)

    clock, store = StubClock(), FakeStore()
    app = create_app(UserService(store, clock, SlowHasher(),
                                 Tokens("secret", clock)))

    async def all_at_once() -> list[int]:
        """Register more than may be, and meanwhile ask for an account."""
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport,
                                     base_url="http://test") as client:
            asked = [asyncio.ensure_future(client.post("/users", json={
                "email": f"{number}@example.org", "password": PASSWORD}))
                for number in range(HASHED_AT_ONCE * 2)]
            await asyncio.to_thread(full.wait, 5)
            shown = await client.get(f"/users/{ADA.id}")
            go_on.set()
            return [shown.status_code] + [
                answer.status_code for answer in await asyncio.gather(*asked)]

    statuses = asyncio.run(all_at_once())

    assert statuses == [404] + [202] * HASHED_AT_ONCE * 2
    assert most == HASHED_AT_ONCE


def test_nothing_is_hashed_for_a_client_that_has_gone() -> None:
    """Else, those who ask again wait behind what nobody reads any more."""
    body = json.dumps({"email": "a@example.org", "password": PASSWORD})
    coming = [{"type": "http.request", "body": body.encode()},
              {"type": "http.disconnect"}]
    service = mock.Mock(UserService)

    asyncio.run(create_app(service)(
        {"type": "http", "method": "POST", "path": "/users",
         "query_string": b"", "headers": [
             (b"content-type", b"application/json")]},
        mock.AsyncMock(side_effect=coming), mock.AsyncMock()))

    service.register_user.assert_not_called()


def test_an_end_waits_for_no_client() -> None:
    """Not even for one that has sent half a request."""
    half = b"POST /users HTTP/1.1\r\nHost: x\r\nContent-Length: 60\r\n\r\n{"
    with mock.patch("composition.SECONDS_TO_END", 0.1):
        with served(create_app(service_on())) as url:
            host, port = url.removeprefix("http://").split(":")
            client = socket.create_connection((host, int(port)))
            client.sendall(half)
            began = time.monotonic()
        ended = time.monotonic()
        client.close()

    assert ended - began < 5


def test_no_answer_waits_for_an_acknowledgement() -> None:
    """Each connection is told so, whatever made its listener."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = server_for(create_app(service_on()))
    thread = threading.Thread(target=server.run,
                              kwargs={"sockets": [listener]})
    thread.start()
    with socket.create_connection(listener.getsockname()):
        connection = until(lambda: list(server.server_state.connections))[0]
        is_prompt = connection.transport.get_extra_info("socket").getsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY)
    server.should_exit = True
    thread.join()
    listener.close()

    assert is_prompt
