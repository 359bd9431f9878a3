#!/usr/bin/env python3
"""The HTTP API: `POST /users`, `GET /users/{id}`, `GET /verify/{token}`.

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
from typing import Annotated, Any
from uuid import UUID

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import FastAPI, Request, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StringConstraints
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as ASGIMessage

from accounts import (InvalidAddress, InvalidToken, SpentToken, TryLater,
                      User, WeakPassword)
from service import UserService
from webhooks import Forged, NoNotice, Webhooks

LONGEST_BODY = 16 * 1024
SECONDS_TO_SEND = 10
HASHED_AT_ONCE = 4
"""A password takes 64 MiB and a tenth of a second; others are not to wait."""
log = logging.getLogger("registration")
ACCEPTED = "Look into your mailbox: a mail is on its way."


class Registration(BaseModel):
    """What somebody registers with."""

    email: Annotated[str, StringConstraints(max_length=320)]
    password: Annotated[str, StringConstraints(max_length=1024)] = Field(
        description="At least 12 characters, at most 128.")


class Message(BaseModel):
    """A sentence for a person."""

    message: str


class Account(BaseModel):
    """What an account shows of itself."""

    id: UUID
    email: str
    verified: bool
    registered_at: datetime

    @classmethod
    def of(cls, user: User) -> Account:
        """Return what is shown of a user."""
        return cls(id=UUID(user.id), email=user.address,
                   verified=user.verified_at is not None,
                   registered_at=user.registered_at)


STATUS_OF: Mapping[type[Exception], int] = {
    InvalidAddress: status.HTTP_422_UNPROCESSABLE_CONTENT,
    WeakPassword: status.HTTP_422_UNPROCESSABLE_CONTENT,
    InvalidToken: status.HTTP_404_NOT_FOUND,
    SpentToken: status.HTTP_410_GONE,
    Forged: status.HTTP_401_UNAUTHORIZED,
    NoNotice: status.HTTP_400_BAD_REQUEST,
}


def _answers(*codes: int) -> dict[int | str, dict[str, Any]]:
    """Describe the answers of some codes, all of which are a message."""
    return {code: {"model": Message} for code in codes}


def create_app(service: UserService, webhooks: Webhooks | None = None,
               origins: Sequence[str] = (), **options: Any) -> FastAPI:
    """Return the API of a service; further options are FastAPI's own.

    `origins` are those of pages that may register somebody.
    """
    # A redirection to the path without a slash would name whatever host the
    # request does.
    app = FastAPI(title="Registration", version="1", redirect_slashes=False,
                  responses=_answers(503), **options)
    registering = CapacityLimiter(HASHED_AT_ONCE)

    @app.post("/users", status_code=202, response_model=Message,
              responses=_answers(400, 408, 413, 422))
    async def register(registration: Registration) -> Message:
        """Register. The answer is the same for a known address."""
        await run_sync(service.register_user, registration.email,
                       registration.password, limiter=registering)
        return Message(message=ACCEPTED)

    @app.get("/users/{user_id}", responses=_answers(404, 422))
    def show(user_id: UUID) -> Account:
        """Show an account."""
        user = service.user(str(user_id))
        if user is None:
            raise HTTPException(404, "There is no such account.")
        return Account.of(user)

    @app.get("/verify/{token}", responses=_answers(404, 410))
    def verify(token: str) -> Account:
        """Verify an address, by the link from the mail."""
        return Account.of(service.verify(token))

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
        """Tell what the framework says, in our form."""
        return _message(error.status_code, str(error.detail), error.headers)

    @app.exception_handler(TryLater)
    def away(request: Request, error: TryLater) -> JSONResponse:
        """Tell that it may well work in a while, and the log why not now.

        The kind of the error alone: its text may say more than a log may.
        """
        log.warning("answered 503: %s (%s)", error,
                    type(error.__cause__ or error).__name__)
        return _message(503, "We are out of order. Please try again soon.",
                        {"Retry-After": "5"})


def _sentence(error: Mapping[str, Any]) -> str:
    """Say what is wrong with a request, without what was sent."""
    if error["type"] == "json_invalid":
        return "The body is not JSON."
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
