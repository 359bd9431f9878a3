#!/usr/bin/env python3
"""The API's contracts: with its consumer, and with its own description.

pytest: the agreements are a table, and `--soak` asks for more examples.

- Pact, https://docs.pact.io: the client is asked to work with a stand-in, and
  what was asked and answered is written down, the pact; then the same is asked
  of the running API, in the states that the pact names
- schemathesis, https://schemathesis.readthedocs.io: requests made from the
  OpenAPI description; each answer has to be one that is described there

Pact sees a field renamed or a status changed on one side alone.
"""
from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Optional
from unittest import mock

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.configuration import set_hypothesis_home_dir
from pact import Pact, Verifier, match
from schemathesis.specs.openapi.checks import positive_data_acceptance
from schemathesis.specs.openapi.schemas import OpenApiSchema
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from account_client import (Account, AccountClient, AccountError, Refused,
                            Unavailable, Unknown)
from accounts import TryLater, User
from api import create_app
from fakes import NOON, FakeStore, PlainHasher, StubClock
from serving import served
from service import UserService
from tokens import VALID_FOR, Tokens

CLOCK = StubClock()
TOKENS = Tokens("a secret", CLOCK)
ADA = User("6f9ba1f0-6c4b-4b0e-8b0f-3a5c1d2e4f60", "ada@example.org",
           "a hash", NOON)
TOKEN = TOKENS.token_for(ADA.registration)
OLD_TOKEN = Tokens("a secret", StubClock(
    NOON - VALID_FOR - timedelta(seconds=1))).token_for(ADA.registration)
SHOWN = {"id": ADA.id, "verified": False,
         "registered_at": "2026-03-01T12:00:00Z"}
PASSWORD = "correct horse battery"


class OutOfOrder(FakeStore):
    """A store whose database is away."""

    def get(self, user_id: str) -> User:
        """Say that it is."""
        raise TryLater("The database is away.")


def an_account_exists() -> FakeStore:
    """Return a store that knows Ada."""
    store = FakeStore()
    store.add(ADA)
    return store


def the_account_is_verified() -> FakeStore:
    """Return a store that knows Ada, who has opened her link."""
    store = an_account_exists()
    store.verify(ADA, NOON)
    return store


STATES: Mapping[str, Callable[[], FakeStore]] = {
    "no account exists": FakeStore,
    "an account exists": an_account_exists,
    "the account is verified": the_account_is_verified,
    "the database is away": OutOfOrder,
}


def api_on(store: FakeStore) -> FastAPI:
    """Return the API on a store."""
    return create_app(UserService(store, CLOCK, PlainHasher(), TOKENS))


@dataclass(frozen=True)
class Agreed:
    """What the client asks for in a state, is answered, and makes of it."""

    state: str
    use: Callable[[AccountClient], object]
    request: tuple[str, str]
    status: int
    answer: Mapping[str, Any]
    result: object
    body: Optional[Mapping[str, str]] = None


def said(sentence: str) -> Mapping[str, Any]:
    """Return an answer that has a message, whatever it says."""
    return {"message": match.str(sentence)}


AGREED = {
    "a registration is accepted": Agreed(
        "no account exists",
        lambda client: client.register(ADA.address, PASSWORD),
        ("POST", "/users"), 202, said("Look."), "Look.",
        {"email": ADA.address, "password": PASSWORD}),
    "a weak password is refused": Agreed(
        "no account exists",
        lambda client: client.register(ADA.address, "weak"),
        ("POST", "/users"), 422, said("Too short."), (Refused, "Too short."),
        {"email": ADA.address, "password": "weak"}),
    "an account is shown": Agreed(
        "an account exists", lambda client: client.account(ADA.id),
        ("GET", f"/users/{ADA.id}"), 200, SHOWN,
        Account(ADA.id, None, False, NOON)),
    "an unknown account is not found": Agreed(
        "no account exists", lambda client: client.account(ADA.id),
        ("GET", f"/users/{ADA.id}"), 404, said("None."), (Unknown, "None.")),
    "a link verifies": Agreed(
        "an account exists", lambda client: client.verify(TOKEN),
        ("POST", f"/verify/{TOKEN}"), 200,
        {**SHOWN, "verified": True, "email": ADA.address},
        Account(ADA.id, ADA.address, True, NOON)),
    "a forged link is not found": Agreed(
        "an account exists", lambda client: client.verify("a b/c"),
        ("POST", "/verify/a%20b%2Fc"), 404, said("None."),
        (Unknown, "None.")),
    "a used link is refused": Agreed(
        "the account is verified", lambda client: client.verify(TOKEN),
        ("POST", f"/verify/{TOKEN}"), 410, said("Used."), (Refused, "Used.")),
    "an old link is refused": Agreed(
        "an account exists", lambda client: client.verify(OLD_TOKEN),
        ("POST", f"/verify/{OLD_TOKEN}"), 410, said("Old."),
        (Refused, "Old.")),
    "a database that is away is told of": Agreed(
        "the database is away", lambda client: client.account(ADA.id),
        ("GET", f"/users/{ADA.id}"), 503, said("Later."),
        (Unavailable, "The accounts are out of order (503).")),
}


def outcome(use: Callable[[AccountClient], object],
            client: AccountClient) -> object:
    """Return what the client returns, or what it raises and says."""
    try:
        return use(client)
    except AccountError as error:
        return type(error), str(error)


def pact_of(name: str, agreed: Agreed) -> Pact:
    """Return the pact with one thing that was agreed on."""
    pact: Pact = Pact("account_client", "registration")
    pact.with_specification("V4")
    asked = pact.upon_receiving(name).given(agreed.state)
    asked.with_request(*agreed.request)
    if agreed.body:
        asked.with_body(dict(agreed.body))
    asked.will_respond_with(agreed.status).with_body(dict(agreed.answer))
    return pact


@dataclass(frozen=True)
class Consumed:
    """What the client made of each answer, and where the pact now is."""

    results: Mapping[str, object]
    folder: Path


@pytest.fixture(scope="module")
def consumed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Consumed]:
    """Give what comes of the client where the API is a stand-in."""
    folder = tmp_path_factory.mktemp("pacts")
    results = {}
    with mock.patch.dict(os.environ, PACT_DO_NOT_TRACK="true"):
        for name, agreed in AGREED.items():
            pact = pact_of(name, agreed)
            with pact.serve("127.0.0.1", raises=False) as stand_in:
                results[name] = outcome(
                    agreed.use, AccountClient(str(stand_in.url)))
            pact.write_file(folder)
        yield Consumed(results, folder)


@pytest.mark.parametrize("name", AGREED)
def test_the_client_understands_what_was_agreed(
        consumed: Consumed, name: str) -> None:
    """It asks as agreed on, and makes of the answer what it should."""
    assert consumed.results[name] == AGREED[name].result


class Provider:
    """The API, put into whatever state a pact asks for."""

    def __init__(self) -> None:
        """Begin without an account."""
        self._api = api_on(FakeStore())

    async def __call__(self, scope: Scope, receive: Receive,
                       send: Send) -> None:
        """Answer as the API, or to the wish for a state."""
        if scope.get("path") != "/_state":
            await self._api(scope, receive, send)
            return
        wish = await Request(scope, receive).json()
        self._api = api_on(STATES[wish["state"]]())
        await Response()(scope, receive, send)


def test_the_api_answers_as_its_consumer_expects(consumed: Consumed) -> None:
    """The pact that the client's tests wrote is kept by the running API."""
    with served(Provider()) as url:
        verifier = Verifier("registration", host="127.0.0.1")
        verifier.set_coloured_output(enabled=False)
        verifier.add_transport(url=url).add_source(consumed.folder)
        verifier.state_handler(f"{url}/_state", body=True)

        verifier.verify()


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory
              ) -> Iterator[OpenApiSchema]:
    """Give the API's operations, as it describes them itself."""
    set_hypothesis_home_dir(tmp_path_factory.mktemp("hypothesis"))
    yield schemathesis.openapi.from_asgi(
        "/openapi.json", api_on(an_account_exists()))
    set_hypothesis_home_dir(None)


def called(case: schemathesis.Case[Any]) -> int:
    """Call the API; return the status of an answer that is described.

    That what is refused may fit the description is left out: no schema says
    what makes a password weak.
    """
    return case.call_and_validate(
        excluded_checks=[positive_data_acceptance]).status_code


@pytest.mark.parametrize("path, method", [
    ("/users", "POST"), ("/users/{user_id}", "GET"),
    ("/verify/{token}", "GET"), ("/verify/{token}", "POST")])
def test_whatever_is_sent_is_answered_as_described(
        described: OpenApiSchema, request: pytest.FixtureRequest,
        path: str, method: str) -> None:
    """Neither the status nor the form of any answer is a surprise."""
    thorough = request.config.getoption("--soak", default=False)
    described.config.generation.update(codec="utf-8" if thorough else "ascii")

    @settings(max_examples=300 if thorough else 3, derandomize=True,
              database=None, deadline=None,
              phases=[Phase.explicit, Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(case=described[path][method].as_strategy())
    def check(case: schemathesis.Case[Any]) -> None:
        """Send one generated request."""
        called(case)

    check()


@pytest.mark.parametrize("path, method, sent, status", [
    ("/users", "POST", {"body": {
        "email": "grace@example.org", "password": PASSWORD}}, 202),
    ("/users/{user_id}", "GET", {"path_parameters": {"user_id": ADA.id}}, 200),
    ("/verify/{token}", "GET", {"path_parameters": {"token": TOKEN}}, 200),
    ("/verify/{token}", "POST", {"path_parameters": {"token": OLD_TOKEN}},
     410),
    ("/verify/{token}", "POST", {"path_parameters": {"token": TOKEN}}, 200)])
def test_what_chance_does_not_find_is_as_described(
        described: OpenApiSchema, path: str, method: str,
        sent: Mapping[str, Any], status: int) -> None:
    """No generated request hits an account or a signed token."""
    assert called(described[path][method].Case(**sent)) == status
