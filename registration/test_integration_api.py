#!/usr/bin/env python3
"""The API with its service, on fakes: what each request is answered with.

pytest: the bad input is one table, and a row of it is a test of its own.

- registering, showing and verifying an account
- links that are forged, used or too old, and the pages they lead to
- a client that asks too often, a dependency replaced, a mistake of ours
- input that is missing, of a wrong type, too long or no text at all
- a body of 10 MB, told of its length before or not
- paths and methods that do not exist
- a database that is away

The names of the fields are not looked at: that consumer and provider agree on
them is shown in test_contract_api.py.
"""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from fastapi.testclient import TestClient

from accounts import TryLater, User
from api import create_app, may_register, the_service
from fakes import NOON, FakeStore, PlainHasher, StubClock
from service import UserService
from throttle import Throttle
from tokens import VALID_FOR, Tokens

SENT = "Sent-By-Somebody"
PASSWORD = f"{SENT} over there"
ADA = User("6f9ba1f0-6c4b-4b0e-8b0f-3a5c1d2e4f60", "ada@example.org",
           "a hash", NOON)


@pytest.fixture
def store() -> FakeStore:
    """Give a store that knows Ada."""
    store = FakeStore()
    store.add(ADA)
    return store


@pytest.fixture
def clock() -> StubClock:
    """Give a clock that a test can set."""
    return StubClock()


@pytest.fixture
def tokens(clock: StubClock) -> Tokens:
    """Give what makes the tokens of links."""
    return Tokens("a secret", clock)


@pytest.fixture
def api(store: FakeStore, clock: StubClock, tokens: Tokens) -> TestClient:
    """Give the API, which answers 500 where it would crash."""
    return TestClient(
        create_app(UserService(store, clock, PlainHasher(), tokens)),
        raise_server_exceptions=False)


def test_a_registration_is_accepted_and_not_yet_done(
        api: TestClient, store: FakeStore) -> None:
    """The answer is 202: the mail is still to be sent."""
    answer = api.post("/users", json={
        "email": "Grace@example.org", "password": PASSWORD})

    assert answer.status_code == 202
    assert "mail" in answer.json()["message"]
    assert store.by_address("grace@example.org")


def test_a_known_address_is_answered_as_a_new_one(api: TestClient) -> None:
    """Nobody learns here who has an account."""
    new, known = (
        api.post("/users", json={"email": email, "password": PASSWORD})
        for email in ("grace@example.org", ADA.address))

    assert new.status_code == known.status_code
    assert new.content == known.content
    assert new.headers == known.headers


def test_an_account_is_unverified_until_its_link_is_opened(
        api: TestClient, tokens: Tokens) -> None:
    """The account says so itself, before and after."""
    before = api.get(f"/users/{ADA.id}")
    opened = api.post(f"/verify/{tokens.token_for(ADA.registration)}")
    after = api.get(f"/users/{ADA.id}")

    assert [before.status_code, opened.status_code] == [200, 200]
    assert before.json()["verified"] is False
    assert opened.json()["verified"] is True
    assert {**after.json(), "email": ADA.address} == opened.json()


def test_an_account_shows_strangers_nothing_of_its_owner(
        api: TestClient) -> None:
    """Whoever knows an id learns neither the address nor the hash."""
    answer = api.get(f"/users/{ADA.id}")

    assert "@" not in answer.text
    assert ADA.password_hash not in answer.text
    assert "password" not in answer.text


def test_looking_at_a_link_changes_nothing(
        api: TestClient, tokens: Tokens) -> None:
    """What scans mails may open it as often as it likes."""
    link = f"/verify/{tokens.token_for(ADA.registration)}"

    pages = [api.get(link) for _ in range(2)]

    assert [page.status_code for page in pages] == [200, 200]
    assert '<form method="post">' in pages[1].text
    assert pages[1].headers["Referrer-Policy"] == "no-referrer"
    assert api.get(f"/users/{ADA.id}").json()["verified"] is False


def test_a_browser_comes_to_a_page_that_says_verified(
        api: TestClient, tokens: Tokens) -> None:
    """By the button, by pressing it twice, and by coming back."""
    link = f"/verify/{tokens.token_for(ADA.registration)}"

    pages = [api.post(link, headers={"Accept": "text/html"})
             for _ in range(2)] + [api.get(link)]

    assert [page.status_code for page in pages] == [200] * 3
    assert {page.url.path for page in pages} == {link}
    assert all("is verified" in page.text for page in pages)
    assert not any("<form" in page.text for page in pages)


def test_a_client_that_asks_too_often_is_asked_to_wait() -> None:
    """Whatever it asks for, and nothing is hashed or kept of it."""
    service = mock.Mock(UserService)
    api = TestClient(create_app(service, Throttle(2, 60, lambda: 0.0)))
    sent = {"email": "grace@example.org", "password": PASSWORD}

    answers = [api.post("/users", json=sent) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert answers[2].headers["Retry-After"] == "60"
    assert service.register_user.call_count == 2
    assert_told_in_a_sentence(answers[2], 429)


def test_a_dependency_gives_way_to_a_tests_own() -> None:
    """FastAPI's own way to replace a part, by the function that gives it."""
    app = create_app(mock.Mock(UserService), Throttle(1))
    stub = mock.Mock(UserService, **{"user.return_value": ADA})
    app.dependency_overrides = {the_service: lambda: stub,
                                may_register: lambda: None}
    api = TestClient(app)

    statuses = [api.post("/users", json={
        "email": "grace@example.org", "password": PASSWORD}).status_code
        for _ in range(3)]

    assert statuses == [202] * 3
    assert api.get(f"/users/{ADA.id}").json()["id"] == ADA.id


def test_a_mistake_of_ours_is_told_in_a_sentence() -> None:
    """And says nothing of what it was."""
    stub = mock.Mock(UserService, **{"user.side_effect": LookupError(SENT)})
    api = TestClient(create_app(stub), raise_server_exceptions=False)

    assert_told_in_a_sentence(api.get(f"/users/{ADA.id}"), 500)


def test_an_account_that_does_not_exist_is_not_found(api: TestClient) -> None:
    """An id of the right form is no more than that."""
    answer = api.get("/users/00000000-0000-4000-8000-000000000000")

    assert (answer.status_code, answer.json()) == (
        404, {"message": "There is no such account."})


def test_a_used_link_is_gone(api: TestClient, tokens: Tokens) -> None:
    """The second time is refused, with the reason."""
    link = f"/verify/{tokens.token_for(ADA.registration)}"
    api.post(link)

    answer = api.post(link)

    assert (answer.status_code, answer.json()) == (
        410, {"message": "This link was used before."})


def test_an_old_link_is_gone(
        api: TestClient, clock: StubClock, tokens: Tokens) -> None:
    """It is too old, and that is another reason."""
    link = f"/verify/{tokens.token_for(ADA.registration)}"
    clock.advance(VALID_FOR + timedelta(seconds=1))

    answer = api.get(link)

    assert (answer.status_code, answer.json()) == (
        410, {"message": "This link is too old."})


def someone_elses(clock: StubClock) -> str:
    """Return a token that was signed with another secret."""
    return Tokens("another secret", clock).token_for(ADA.registration)


def changed(clock: StubClock) -> str:
    """Return a token of ours whose last character is another one."""
    token = Tokens("a secret", clock).token_for(ADA.registration)
    return token[:-1] + ("A" if token[-1] != "A" else "Q")


def of_nobody(clock: StubClock) -> str:
    """Return a token of ours for a user that is gone."""
    return Tokens("a secret", clock).token_for("nobody")


@pytest.mark.parametrize("forged", [
    someone_elses, changed, of_nobody, lambda _: SENT, lambda _: "%00",
    lambda _: "%FF%FE", lambda _: "a" * 8000])
def test_a_forged_link_is_not_found(
        api: TestClient, clock: StubClock,
        forged: Callable[[StubClock], str]) -> None:
    """All that is not ours is answered alike, and verifies nobody."""
    answer = api.get(f"/verify/{forged(clock)}")

    assert (answer.status_code, answer.json()) == (
        404, {"message": "This link is none of ours."})
    assert api.get(f"/users/{ADA.id}").json()["verified"] is False


def test_a_database_that_is_away_is_said_to_be_so(
        api: TestClient, store: FakeStore, tokens: Tokens,
        caplog: pytest.LogCaptureFixture) -> None:
    """503 asks to come again; 500 would be our mistake. The log has it."""
    away = TryLater("It is away.")
    with mock.patch.object(store, "get", side_effect=away), \
            mock.patch.object(store, "add", side_effect=away), \
            caplog.at_level("WARNING", "registration"):
        answers = [
            api.get(f"/users/{ADA.id}"),
            api.get(f"/verify/{tokens.token_for(ADA.registration)}"),
            api.post("/users", json={"email": "grace@example.org",
                                     "password": PASSWORD})]

    assert [answer.status_code for answer in answers] == [503, 503, 503]
    assert {answer.headers["Retry-After"] for answer in answers} == {"5"}
    assert all("out of order" in answer.json()["message"]
               for answer in answers)
    assert [record.getMessage() for record in caplog.records
            if record.name == "registration"
            ] == ["answered 503: It is away. (TryLater)"] * 3


@pytest.fixture(scope="module")
def stranger() -> Iterator[TestClient]:
    """Give an API for all the bad input, of which nothing may be kept."""
    store, clock = FakeStore(), StubClock()
    service = UserService(store, clock, PlainHasher(), Tokens("secret", clock))
    with TestClient(create_app(service),
                    raise_server_exceptions=False) as client:
        yield client
    assert not store.pending(NOON, NOON)


def body(**fields: Any) -> bytes:
    """Return the JSON of a registration; None leaves a field out."""
    whole = {"email": "grace@example.org", "password": PASSWORD, **fields}
    return json.dumps({name: value for name, value in whole.items()
                       if value is not None}).encode()


UNFIT = {
    "no e-mail": (body(email=None), 422),
    "no password": (body(password=None), 422),
    "no field at all": (b"{}", 422),
    "an e-mail that is a number": (body(email=5), 422),
    "an e-mail that is a list": (body(email=[SENT]), 422),
    "a password that is an object": (body(password={SENT: SENT}), 422),
    "a password that is null": (
        f'{{"email": "{SENT}@example.org", "password": null}}'.encode(), 422),
    "an e-mail that is too long": (
        body(email=f"{SENT}@{'a.' * 200}org"), 422),
    "an e-mail longer than any": (body(email=SENT * 100), 422),
    "an e-mail without @": (body(email=SENT), 422),
    "an e-mail without a name": (body(email=f"@{SENT}.org"), 422),
    "an e-mail with a display name": (
        body(email=f"{SENT} <grace@example.org>"), 422),
    "an e-mail with spaces around it": (
        body(email=f" {SENT}@example.org"), 422),
    "a domain that cannot be": (body(email=f"grace@☃{SENT}.org"), 422),
    "a domain of no place": (body(email=f"grace@{SENT}.local"), 422),
    "an e-mail with NUL": (body(email=f"{SENT}\0@example.org"), 422),
    "an e-mail with a line break": (
        body(email=f"grace@example.org\r\nBcc: {SENT}@example.org"), 422),
    "an e-mail with half a character": (
        body(email=f"{SENT}\ud800@example.org"), 422),
    "a password with half a character": (
        body(password=f"{PASSWORD}\ud800"), 422),
    "a password that is too short": (body(password="Sent-By-Som"), 422),
    "a password that is too long": (body(password=SENT * 9), 422),
    "a password longer than any": (body(password=SENT * 100), 422),
    "a password that is the address": (
        body(email=f"{SENT}@example.org",
             password=f"{SENT}@EXAMPLE.org"), 422),
    "a password of one character": (body(password="a" * 20), 422),
    "a list": (f'["{SENT}"]'.encode(), 422),
    "a string": (f'"{SENT}"'.encode(), 422),
    "nothing": (b"", 422),
    "no JSON": (f'{{"email": {SENT}'.encode(), 422),
    "not UTF-8": (f'{{"email": "{SENT}\xff"}}'.encode("latin-1"), 400),
    "deeply nested": (b"[" * 15000, 400),
    "a number of many digits": (b"1" * 15000, 400),
}


def assert_told_in_a_sentence(answer: Any, status: int) -> None:
    """Assert that an answer has a message, and nothing of what was sent."""
    assert answer.status_code == status
    assert list(answer.json()) == ["message"]
    assert len(answer.json()["message"].split()) > 2
    assert answer.json()["message"].endswith(".")
    assert SENT.casefold() not in answer.text.casefold()
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("content, status", UNFIT.values(), ids=UNFIT)
def test_unfit_input_is_refused_in_a_sentence(
        stranger: TestClient, content: bytes, status: int) -> None:
    """The message says what is wrong, and never repeats what was sent."""
    answer = stranger.post("/users", content=content, headers={
        "Content-Type": "application/json"})

    assert_told_in_a_sentence(answer, status)


def test_a_message_names_each_field_that_is_wrong(
        stranger: TestClient) -> None:
    """One round is enough to mend them all."""
    answer = stranger.post("/users", json={"email": 5})

    assert "email: " in answer.json()["message"]
    assert "password: " in answer.json()["message"]


def test_a_form_is_not_json(stranger: TestClient) -> None:
    """What a browser's form would send is refused, as other types are."""
    answer = stranger.post(
        "/users", data={"email": "a@example.org", "password": PASSWORD})

    assert_told_in_a_sentence(answer, 422)
    assert "Content-Type" in answer.json()["message"]


@pytest.mark.parametrize("content", [
    b"x" * 10_000_000, [b"x" * 1_000_000] * 10],
    ids=["its length told before", "its length not told"])
def test_a_body_of_10_mb_is_refused(stranger: TestClient,
                                    content: Any) -> None:
    """The message says that it is too long, and not that it is no JSON."""
    answer = stranger.post("/users", content=content)

    assert_told_in_a_sentence(answer, 413)


@pytest.mark.parametrize("method, path, status", [
    ("GET", f"/{SENT}", 404),
    ("GET", f"/users/{ADA.id}/{SENT}", 404),
    ("GET", f"/verify/{SENT}/..%2F..", 404),
    ("GET", f"/users/{SENT}", 422),
    ("POST", "/users/", 404),
    ("GET", f"/users/{'9' * 5000}", 422),
    ("GET", "/users", 405),
    ("PUT", "/users", 405),
    ("DELETE", f"/users/{ADA.id}", 405),
    ("POST", f"/verify/{SENT}", 404),
    ("PUT", f"/verify/{SENT}", 405),
    ("BREW", "/users", 405),
])
def test_what_does_not_exist_is_refused_in_a_sentence(
        stranger: TestClient, method: str, path: str, status: int) -> None:
    """Unknown paths and methods have a message too."""
    answer = stranger.request(method, path)

    assert_told_in_a_sentence(answer, status)
