#!/usr/bin/env python3
"""Three tools for a client of a web API.

`access_nested_map` follows a path into nested mappings, `get_json` fetches
JSON, and `memoize` makes a method a property that is computed once.
"""
from functools import wraps
from typing import Any, Callable, Dict, Mapping, Sequence, Set
from urllib.parse import urljoin

import requests
from requests import (
    JSONDecodeError, Request, RequestException, Response, Session)


def access_nested_map(nested_map: Mapping, path: Sequence) -> Any:
    """Return the value that stands at the end of a path of keys.

    An empty path gives the map itself. A key that cannot be followed, because
    it is absent or because what it is looked up in is no mapping, is raised
    as the argument of a `KeyError`.

    >>> access_nested_map({"license": {"key": "mit"}}, ("license", "key"))
    'mit'
    """
    value = nested_map
    for key in path:
        # Asked first: looking a key up in a defaultdict would add it.
        if not isinstance(value, Mapping) or key not in value:
            raise KeyError(key)
        value = value[key]
    return value


def get_json(url: str, **options: Any) -> Any:
    """Return the decoded JSON at a URL; a list served in pages comes whole.

    Options (`timeout`, `headers`, `params` and so on) go to `requests.get`.
    Whatever goes wrong on the way is a `requests.RequestException`: an HTTP
    error, an answer that is no JSON, a next page that cannot be trusted.
    """
    response = requests.get(url, **options)
    # By its type, for `isinstance` takes a double with a spec for real.
    if issubclass(type(response), Response):
        return _whole(url, response, options)
    return response.json()


def _whole(url: str, response: Response, options: Dict[str, Any]) -> Any:
    """Return what a real answer carries, with the pages that follow it."""
    payload = _decode(response)
    # The URL of a following page carries the parameters.
    options = {name: options[name] for name in options if name != "params"}
    seen = {response.url}
    while isinstance(payload, list) and "next" in response.links:
        next_url = _next_page(url, response, seen)
        seen.add(next_url)
        response = requests.get(next_url, **options)
        page = _decode(response)
        if not isinstance(page, list):
            raise RequestException(f"{next_url} is no page of a list")
        payload = payload + page
    return payload


def _decode(response: Response) -> Any:
    """Return what a successful answer carries; raise what any other means."""
    response.raise_for_status()
    try:
        return response.json()
    except JSONDecodeError as error:
        reason = f"{response.url} did not answer with JSON: {error.msg}"
        raise JSONDecodeError(reason, error.doc, error.pos) from error


def _next_page(url: str, response: Response, seen: Set[str]) -> str:
    """Return the URL of the page after a response (RFC 8288, rel="next").

    The options of the first request go to it too, an `Authorization` header
    among them: so it must stand where that header was meant to go.
    """
    try:
        link = urljoin(response.url, response.links["next"]["url"])
        # As it will be sent: not all read the same host in "http://a\@b".
        next_url = Request("GET", link).prepare().url
    except ValueError as error:
        raise RequestException(f"{url} continues nowhere: {error}") from error
    if Session().should_strip_auth(url, next_url):
        raise RequestException(f"{url} continues on another host: {next_url}")
    if next_url in seen:
        raise RequestException(f"{url} serves a page twice: {next_url}")
    return next_url


def memoize(fn: Callable) -> property:
    """Make a method a property that is computed once for each instance.

    Any answer is kept, be it None or empty; an exception is not. The answer
    lies in the instance's own `__dict__` and lives as long as the instance.
    """
    slot = f"_memoized_{fn.__name__}_{id(fn)}"  # Methods may share a name.

    @wraps(fn)
    def memoized(self: Any) -> Any:
        """Return the kept answer, computing it at the first call."""
        answers = vars(self)
        if slot not in answers:
            answers[slot] = fn(self)
        return answers[slot]

    return property(memoized)
