#!/usr/bin/env python3
"""The HTTP API: `POST /users`, `GET /users/{id}`, `POST /verify/{token}`.

A link in a mail is opened by GET, which changes nothing, for programs that
look into mails do it, too: the page has a button, and that posts.

Where they are asked for, there are `POST /webhooks/mail`, and CORS for pages.

Every answer that is no success is `{"message": "a sentence"}`, and none says
more than its reader may know: not what was sent, and not whether an address
has an account.
"""
from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, cast
from urllib.parse import quote
from uuid import UUID

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, FastAPI, Request, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel, BeforeValidator, EmailStr, Field
from pydantic_core import PydanticCustomError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as ASGIMessage

from accounts import (InvalidAddress, InvalidToken, SpentToken, TryLater,
                      User, WeakPassword)
from addresses import reason_alone
from passwords import LONGEST, SHORTEST
from pages import ASKS, VERIFIED
from service import UserService
from throttle import TooMany, Throttle
from webhooks import Forged, NoNotice, Webhooks

LONGEST_BODY = 16 * 1024
SECONDS_TO_SEND = 10
HASHED_AT_ONCE = 4
"""A password takes 64 MiB and a tenth of a second; others are not to wait."""
log = logging.getLogger("registration")
ACCEPTED = "Look into your mailbox: a mail is on its way."
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
"""For pages at whose address stands a token."""


def an_address_alone(value: object) -> object:
    """Refuse spaces and a name beside an address, which EmailStr takes off."""
    if isinstance(value, str) and ("<" in value or value != value.strip()):
        raise PydanticCustomError("value_error", "{reason}", {
            "reason": "An email address stands alone: no name, no spaces"})
    return value


class Registration(BaseModel):
    """What somebody registers with."""

    email: Annotated[EmailStr, BeforeValidator(an_address_alone),
                     Field(max_length=320)]
    # What the description promises in more detail is refused by the service,
    # in better sentences.
    password: Annotated[str, Field(max_length=1024, json_schema_extra={
        "minLength": SHORTEST, "maxLength": LONGEST})]


class Message(BaseModel):
    """A sentence for a person."""

    message: str


class Shown(BaseModel):
    """What an account shows of itself to anybody."""

    id: UUID
    verified: bool
    registered_at: datetime

    @classmethod
    def of(cls, user: User) -> Shown:
        """Return what is shown of a user."""
        return cls(id=UUID(user.id), verified=user.verified_at is not None,
                   registered_at=user.registered_at)


class Account(Shown):
    """What it shows to whoever has its mail."""

    email: str

    @classmethod
    def of(cls, user: User) -> Account:
        """Return what is shown of a user."""
        return cls(email=user.address, **Shown.of(user).model_dump())


STATUS_OF: Mapping[type[Exception], int] = {
    InvalidAddress: 422,  # Its name is another one since Starlette 0.48.
    WeakPassword: 422,
    InvalidToken: status.HTTP_404_NOT_FOUND,
    SpentToken: status.HTTP_410_GONE,
    Forged: status.HTTP_401_UNAUTHORIZED,
    NoNotice: status.HTTP_400_BAD_REQUEST,
}


def _answers(*codes: int) -> dict[int | str, dict[str, Any]]:
    """Describe the answers of some codes, all of which are a message."""
    return {code: {"model": Message} for code in codes}


def the_service(request: Request) -> UserService:
    """Return the service; a test may put another into its place."""
    return cast(UserService, request.app.state.service)


def may_register(request: Request) -> None:
    """Refuse a client that has asked too often, by `TooMany`."""
    client = request.client.host if request.client else ""
    request.app.state.throttle.count(client)


Service = Annotated[UserService, Depends(the_service)]
router = APIRouter()


@router.post("/users", status_code=202, response_model=Message,
             dependencies=[Depends(may_register)],
             responses=_answers(400, 408, 413, 422, 429))
async def register(registration: Registration, service: Service,
                   request: Request) -> Message:
    """Register. The answer is the same for a known address."""
    async with request.app.state.hashing:
        # Whoever has gone asks again, and would wait behind its own shadow.
        if not await request.is_disconnected():
            await run_sync(service.register_user, registration.email,
                           registration.password)
    return Message(message=ACCEPTED)


@router.get("/users/{user_id}", responses=_answers(404, 422))
def show(user_id: UUID, service: Service) -> Shown:
    """Show an account, and not whose it is."""
    user = service.user(str(user_id))
    if user is None:
        raise HTTPException(404, "There is no such account.")
    return Shown.of(user)


@router.get("/verify/{token}", response_model=None,
            responses={200: {"content": {"text/html": {}}},
                       **_answers(404, 410)})
def look(token: str, service: Service) -> HTMLResponse:
    """Show the page that a link leads to, which changes nothing."""
    user = service.look(token)
    return HTMLResponse(VERIFIED if user.verified_at else ASKS,
                        headers=PRIVATE)


@router.post("/verify/{token}", response_model=Account,
             responses={303: {"description": "For a browser: the page."},
                        **_answers(404, 410)})
def verify(token: str, service: Service, request: Request) -> object:
    """Verify an address, by the link from the mail."""
    if "text/html" not in request.headers.get("accept", ""):
        return Account.of(service.verify(token))
    if not service.look(token).verified_at:
        service.verify(token)
    return RedirectResponse(quote(token, safe=""), 303, PRIVATE)


def create_app(service: UserService, throttle: Throttle = Throttle(),
               webhooks: Webhooks | None = None,
               origins: Sequence[str] = (), **options: Any) -> FastAPI:
    """Return the API of a service; further options are FastAPI's own.

    `origins` are those of pages that may register somebody.
    """
    # A redirection to the path without a slash would name whatever host the
    # request does.
    app = FastAPI(title="Registration", version="1", redirect_slashes=False,
                  responses=_answers(500, 503), **options)
    app.state.service = service
    app.state.throttle = throttle
    app.state.hashing = CapacityLimiter(HASHED_AT_ONCE)
    app.include_router(router)
    if webhooks is not None:
        _take_notices(app, webhooks)
    _tell_errors(app)
    app.add_middleware(ShortBodies)
    if origins:  # Added last, it sees all answers: a refusal is read, too.
        app.add_middleware(
            CORSMiddleware, allow_origins=origins, allow_methods=["POST"],
            allow_headers=["Content-Type"], expose_headers=["Retry-After"])
    return app


def _take_notices(app: FastAPI, webhooks: Webhooks) -> None:
    """Let a mail provider tell what became of mails."""

    @app.post("/webhooks/mail", status_code=204,
              responses=_answers(400, 401, 408, 413))
    async def told(request: Request) -> None:
        """Take a signed notice: https://www.standardwebhooks.com."""
        body = await request.body()
        await run_sync(webhooks.take, request.headers, body)


def _tell_errors(app: FastAPI) -> None:
    """Let each error be told by a sentence."""

    def refused(request: Request, error: Exception) -> JSONResponse:
        """Tell why what was asked for is refused."""
        return _message(STATUS_OF[type(error)], str(error))

    for kind in STATUS_OF:
        app.exception_handler(kind)(refused)

    @app.exception_handler(RequestValidationError)
    def unfit(request: Request, error: RequestValidationError
              ) -> JSONResponse:
        """Tell what does not have the right form."""
        return _message(422, " ".join(map(_sentence, error.errors())))

    @app.exception_handler(HTTPException)
    def failed(request: Request, error: HTTPException) -> JSONResponse:
        """Tell what the framework says, in a sentence."""
        sentence = SENTENCES.get(error.detail, error.detail)
        return _message(error.status_code, sentence, error.headers)

    @app.exception_handler(Exception)
    def mistaken(request: Request, error: Exception) -> JSONResponse:
        """Tell of a mistake of ours; the server logs it."""
        return _message(500, "We have made a mistake, and are told of it.")

    @app.exception_handler(TooMany)
    def throttled(request: Request, error: TooMany) -> JSONResponse:
        """Tell a client that asks too often when it may ask again."""
        return _message(429, "Too many registrations come from your address. "
                        "Please try again later.",
                        {"Retry-After": str(error.seconds)})

    @app.exception_handler(TryLater)
    def away(request: Request, error: TryLater) -> JSONResponse:
        """Tell that it may well work in a while, and the log why not now.

        The kind of the error alone: its text may say more than a log may.
        """
        log.warning("answered 503: %s (%s)", error,
                    type(error.__cause__ or error).__name__)
        return _message(503, "We are out of order. Please try again soon.",
                        {"Retry-After": "5"})


SENTENCES = {
    "Not Found": "There is nothing here.",
    "Method Not Allowed": "This cannot be done here: see the header Allow.",
    "There was an error parsing the body": "The body cannot be read.",
}
"""What the framework says of itself, and what we say in its place."""


def _sentence(error: Mapping[str, Any]) -> str:
    """Say what is wrong with a request, without what was sent."""
    if error["type"] == "json_invalid":
        return "The body is not JSON."
    if error["type"] == "model_attributes_type":
        return ("The body is no JSON object, or the header Content-Type does "
                "not say application/json.")
    if error["type"] == "value_error":
        return reason_alone(error["ctx"]["reason"])
    where = [str(part) for part in error["loc"][1:]]
    return f"{'.'.join(where) or 'The body'}: {error['msg']}."


def _message(code: int, sentence: str,
             headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return an answer that says one thing."""
    return JSONResponse({"message": sentence}, code, headers)


class TooLong(Exception):
    """A body is longer than any that is read."""


async def _body(scope: Scope, receive: Receive) -> list[ASGIMessage]:
    """Return the parts of a body; or `TooLong`, if it says so at once."""
    declared = dict(scope["headers"]).get(b"content-length", b"0")
    if int(declared) > LONGEST_BODY:
        raise TooLong
    parts: list[ASGIMessage] = []
    length = 0
    while not parts or parts[-1].get("more_body"):
        parts.append(await receive())
        length += len(parts[-1].get("body", b""))
        if length > LONGEST_BODY:
            raise TooLong
    return parts


class ShortBodies:
    """Refuses a body that is too long or too slow as soon as that is known.

    It is ASGI's own form of middleware, https://asgi.readthedocs.io: what was
    read of a body has to be handed on.
    """

    def __init__(self, app: ASGIApp,
                 seconds: float = SECONDS_TO_SEND) -> None:
        """Take what is to see requests with short bodies alone."""
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive,
                       send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            parts = await asyncio.wait_for(
                _body(scope, receive), self._seconds)
        except TooLong:
            await _message(413, "The body is too long.")(scope, receive, send)
            return
        except asyncio.TimeoutError:
            await _message(408, "The body took too long to come.")(
                scope, receive, send)
            return
        read = iter(parts)

        async def replayed() -> ASGIMessage:
            """Return what was read, then what comes."""
            return next(read, None) or await receive()

        await self._app(scope, replayed, send)
