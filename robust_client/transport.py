#!/usr/bin/env python3
"""One request to an API over HTTP, as production has to make it.

Each request has a time-out. What may be repeated is repeated, and not before
the API wants it. What goes wrong is an `ApiError` that says what. The token
goes to the host that is asked, and is in no message.
"""
import re
import time
from datetime import datetime, timezone
from typing import Any, Mapping, Optional, Tuple

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError, InvalidHeader, MaxRetryError
from urllib3.util import Retry

TIMEOUT = (3.05, 10.0)  # Seconds: to connect, and between two bytes.
LONGEST_WAIT = 60.0  # Seconds; an API that wants more is not asked again.


class ApiError(Exception):
    """The API did not give what it was asked for; says why, in a sentence."""


class Unreachable(ApiError):
    """No whole answer came: refused, too slow, cut off, sent in circles."""


class BadAnswer(ApiError):
    """The answer is no JSON, or not what was asked for."""


class Refused(ApiError):
    """The API answered with a `status` other than success."""

    def __init__(self, message: str, status: int, *more: Any) -> None:
        """Keep all of it in `args`, by which errors are copied."""
        super().__init__(message, status, *more)
        self.status = status

    def __str__(self) -> str:
        """Return the sentence alone."""
        return str(self.args[0])


class NotFound(Refused):
    """There is nothing of this name, or the token may not see it (404)."""


class ServerFailed(Refused):
    """The API is out of order (5xx), and was so at the last retry."""


class RateLimited(Refused):
    """Too much was asked for; `ends` is the time, in UTC, to go on at."""

    def __init__(self, message: str, status: int, ends: datetime) -> None:
        """Keep the time as well."""
        super().__init__(message, status, ends)
        self.ends = ends


def new_session(token: Optional[str] = None,
                timeout: Tuple[float, float] = TIMEOUT, retries: int = 3,
                backoff: float = 0.5) -> requests.Session:
    """Return a session whose requests are made as this module says.

    `timeout` is in seconds. A GET that fails is repeated `retries` times: at
    once, then after 2, 4, 8 … times `backoff` seconds. A token that no header
    can carry is a `ValueError`.
    """
    session = requests.Session()
    session.auth = None if token is None else _Bearer(token)
    adapter = _Adapter(timeout, _Retry(
        total=retries, backoff_factor=backoff, allowed_methods=["GET"],
        status_forcelist=[500, 502, 503, 504], raise_on_status=False))
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def ask(session: requests.Session, method: str, url: str, **options: Any
        ) -> requests.Response:
    """Return the answer that means success; raise what any other means."""
    try:
        # A POST that is sent elsewhere would come as a GET there.
        response = session.request(
            method, url, allow_redirects=method == "GET", **options)
    # Of a redirect to what is no URL, requests lets pass what others say.
    except (requests.RequestException, HTTPError, ValueError) as error:
        raise Unreachable(f"{url} gave no whole answer: "
                          f"{type(error).__name__}") from error
    if not 200 <= response.status_code < 300:
        raise _refusal(response)
    return response


def json_of(response: requests.Response) -> Any:
    """Return what an answer says in JSON."""
    try:
        return response.json()
    # Python's own limit: brackets in brackets, thousands deep.
    except (ValueError, RecursionError) as error:
        raise BadAnswer(f"{response.url} answered with no JSON") from error


class _Bearer(AuthBase):
    """Puts a token into a request.

    As `auth` of a session it comes before a .netrc file. requests takes its
    header off a redirect that leads to another host, scheme or port.
    """

    def __init__(self, token: str) -> None:
        """Refuse what `http.client` would refuse too, and quote."""
        if not re.fullmatch(r"[!-~]+", token):
            raise ValueError("the token is empty, or has a space, a line end "
                             "or another character that no token has")
        self._token = token

    def __call__(self, request: requests.PreparedRequest
                 ) -> requests.PreparedRequest:
        """Return the request with its header."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _Adapter(HTTPAdapter):
    """Sends each request with a time-out, also those that a redirect makes."""

    def __init__(self, timeout: Tuple[float, float], retries: Retry) -> None:
        """Take the seconds to connect and to read, and what to repeat."""
        super().__init__(max_retries=retries)
        self._timeout = timeout

    def send(self, request: requests.PreparedRequest, stream: bool = False,
             timeout: Any = None, *args: Any, **options: Any
             ) -> requests.Response:
        """Send a request; its session passes None where no time-out is."""
        return super().send(request, stream, timeout or self._timeout,
                            *args, **options)


class _Retry(Retry):
    """Waits as Retry-After says, and gives up where that is too long."""

    def get_retry_after(self, response: Any) -> Optional[float]:
        """Return the seconds, or None where the header cannot be read."""
        try:
            return super().get_retry_after(response)
        except InvalidHeader:
            return None

    def increment(self, method: Optional[str] = None,
                  url: Optional[str] = None, response: Any = None,
                  *args: Any, **options: Any) -> Retry:
        """Count a retry; where none is left, the last answer is returned."""
        if response and (self.get_retry_after(response) or 0) > LONGEST_WAIT:
            raise MaxRetryError(options.get("_pool"), url)
        return super().increment(method, url, response, *args, **options)


def _refusal(response: requests.Response) -> Refused:
    """Return the error that a status other than success means."""
    status, headers = response.status_code, response.headers
    said = f"{response.url} answered {status} {response.reason}"
    if status == 429 or status == 403 and (
            headers.get("X-RateLimit-Remaining") == "0"
            or "Retry-After" in headers):
        ends = _end_of_limit(headers)
        return RateLimited(f"{said}: ask again at {ends:%H:%M:%S} UTC",
                           status, ends)
    if status == 404:
        return NotFound(said, status)
    return (ServerFailed if status >= 500 else Refused)(said, status)


def _end_of_limit(headers: Mapping[str, str]) -> datetime:
    """Return when to ask again; where no header says it, in a minute.

    So says docs.github.com, "Rate limits for the REST API".
    """
    try:
        if "Retry-After" in headers:
            ends = time.time() + Retry().parse_retry_after(
                headers["Retry-After"])
        else:
            ends = float(headers["X-RateLimit-Reset"])
        return datetime.fromtimestamp(ends, timezone.utc)
    except (KeyError, ValueError, OverflowError, OSError, InvalidHeader):
        return datetime.fromtimestamp(time.time() + 60, timezone.utc)
