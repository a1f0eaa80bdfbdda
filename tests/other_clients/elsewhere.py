"""Sends what a client asks of Google to another address, and notes each step that is refused."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_GOOGLE = re.compile(
    r"https://(sheets|www|drive)\.googleapis\.com(:443)?|https://docs\.google\.com"
)

ADDRESS, SPREADSHEET = sys.argv[1:3]
_steps: dict[str, str] = {}


def elsewhere(url: str) -> str:
    """Returns the address at which the stand-in answers for one of Google's."""
    return _GOOGLE.sub(ADDRESS, url)


def turn_requests() -> None:
    """Turns each request of the library requests."""
    import requests

    own = requests.Session.request

    def request(session: requests.Session, method: str, url: str, *rest: Any, **more: Any) -> Any:
        return own(session, method, elsewhere(url), *rest, **more)

    requests.Session.request = request  # type: ignore[method-assign,assignment]


def turn_httplib2() -> None:
    """Turns each request of the library httplib2."""
    import httplib2

    own = httplib2.Http.request

    def request(http: Any, uri: str, *rest: Any, **more: Any) -> Any:
        return own(http, elsewhere(uri), *rest, **more)

    httplib2.Http.request = request


def credentials() -> Any:
    """Returns a person's credentials, whose token the stand-in takes."""
    from google.oauth2.credentials import Credentials

    return Credentials(token="any")  # type: ignore[no-untyped-call]


@contextmanager
def step(name: str) -> Iterator[None]:
    """One thing that people do. What refuses it is noted, and the next is done."""
    try:
        yield
    except Exception as error:
        _steps[name] = f"{type(error).__name__}: {error}"
    else:
        _steps[name] = ""


def is_equal(seen: Any, expected: Any) -> None:
    """Raises `ValueError` with both if they differ."""
    if seen != expected:
        raise ValueError(f"{seen!r} instead of {expected!r}")


def tell() -> None:
    """Writes each step with what refused it, or ''."""
    sys.stdout.write(json.dumps(_steps))
