"""What every request passes before it reaches a route: whom it is for, who asks, how often, how much."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from summarizer.service.limits import Limits, Rates
from summarizer.service.metrics import Metrics
from summarizer.service.problems import Problem
from summarizer.service.tokens import Token, given_token, known_token

__all__ = ["Guard", "Guarding", "is_loopback"]

OPEN = frozenset({"/healthz", "/readyz"})
"""Asked by machines that have no token."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
CHALLENGE = 'Bearer realm="summarizer", Basic realm="summarizer"'


@dataclass(frozen=True)
class Guarding:
    """What the guard goes by."""

    limits: Limits = field(default_factory=Limits)
    tokens: Sequence[Token] = ()
    """Empty: nobody needs one, and only names of this machine are served."""
    rates: Rates = field(default_factory=Rates)
    metrics: Metrics = field(default_factory=Metrics)


class Guard:
    """An ASGI middleware. Leaves the name of the client's token in `scope["state"]["owner"]`."""

    def __init__(self, app: ASGIApp, guarding: Guarding) -> None:
        self.app, self.by = app, guarding

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                route = getattr(scope.get("route"), "path", "other")
                self.by.metrics.answered(scope["method"], route, message["status"], time.perf_counter() - start)
            await send(message)

        try:
            scope.setdefault("state", {})["owner"] = self._admit(scope)
        except Problem as problem:
            self.by.metrics.refused(problem.name)
            await problem.response()(scope, receive, sending)
            return
        await self.app(scope, self._measured(receive), sending)

    def _admit(self, scope: Scope) -> str:
        """Return the name of who asks. Raises Problem."""
        headers = Headers(scope=scope)
        if not self.by.tokens and not is_loopback(_host(headers.get("host", ""))):
            raise Problem("misdirected", "Without tokens only this machine is served: ask for localhost.")
        if scope["method"] not in SAFE:
            _refuse_foreign(headers)
        length = headers.get("content-length", "0")
        if not length.isdecimal():
            raise Problem("bad-request", "Content-Length is not a number.")
        if int(length) > self.by.limits.max_body:
            raise self._too_large()
        if scope["path"] in OPEN:
            return ""
        token = self._token(scope, headers) if self.by.tokens else Token("", b"")
        wait = self.by.rates.count(f"token {token.name}", token.per_minute or self.by.limits.per_minute)
        if wait:
            raise _too_many(wait)
        return token.name

    def _token(self, scope: Scope, headers: Headers) -> Token:
        token = known_token(self.by.tokens, given_token(headers.get("authorization", "")))
        if token is None:
            # Only wrong tokens are counted here: behind a proxy all clients share an address.
            address = f"address {(scope.get('client') or ('', 0))[0]}"
            if wait := self.by.rates.count(address, self.by.limits.refusals_per_minute):
                raise _too_many(wait)
            detail = "Send it as Authorization: Bearer <token>; a browser asks for it as the password."
            raise Problem("unauthorised", detail, {"WWW-Authenticate": CHALLENGE})
        return token

    def _measured(self, receive: Receive) -> Receive:
        """Count the bytes of a body as they come: a client may send more than it said."""
        got = 0

        async def receiving() -> Message:
            nonlocal got
            message = await receive()
            if message["type"] == "http.request":
                got += len(message.get("body", b""))
                if got > self.by.limits.max_body:
                    raise self._too_large()
            return message

        return receiving

    def _too_large(self) -> Problem:
        most = self.by.limits.max_body
        return Problem("too-large", f"At most {most:,} bytes are taken. Send less at a time.", {"Connection": "close"})


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine's own: localhost, 127.0.0.0/8 or ::1."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def _refuse_foreign(headers: Headers) -> None:
    """Refuse what another site's page lets a browser send here: the person did not mean it."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        foreign = site not in {"same-origin", "none"}
    else:
        foreign = origin is not None and origin.partition("://")[2].lower() != headers.get("host", "").lower()
    if foreign:
        raise Problem("forbidden", "The request comes from a page of another site.")


def _too_many(wait: float) -> Problem:
    seconds = int(wait) + 1
    return Problem("too-many", f"Wait {seconds} seconds and ask again.", {"Retry-After": str(seconds)})
