"""The network, as the innermost transport: within the limits, and each try within its time."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass

import httpx2

from summarizer.asking.faults import NO_KEY
from summarizer.asking.limits import Limits, Ticket
from summarizer.recordings import EXCHANGE, Exchange
from summarizer.settings import AskSettings

__all__ = ["Attempt", "Network", "NoKeyTransport"]

_PASSED_ON = {"content-type", "retry-after", "retry-after-ms", "x-request-id", "location"}
"""The rest describes the transfer (length, encoding), which is over."""


@dataclass(slots=True)
class Attempt(Exchange):
    """A request under way, for the network too."""

    tell: Callable[[float, str], None] = lambda _seconds, _reason: None
    """Told how long the request is held back, and why."""
    ticket: Ticket | None = None
    """Leave to send it, once it was given."""


class Network(httpx2.AsyncBaseTransport):
    """Sends what the limits admit, and reads the whole reply before the time for one try is over.

    A client's own read time-out starts anew with each piece, so a server that drips would never meet it.
    """

    def __init__(self, settings: AskSettings, limits: Limits) -> None:
        self._settings = settings
        self._limits = limits
        self._made: httpx2.AsyncBaseTransport | None = None

    @property
    def _inner(self) -> httpx2.AsyncBaseTransport:
        """The connections, made when they are needed: a run that is all replayed needs no certificates."""
        if self._made is None:
            self._made = _connections(self._settings)
        return self._made

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request. Raises LimitReached, and httpx2's errors."""
        exchange = EXCHANGE.get(None)
        attempt = exchange if isinstance(exchange, Attempt) else Attempt()
        ticket = attempt.ticket = await self._limits.admit(len(await request.aread()), attempt.tell)
        try:
            async with asyncio.timeout(self._settings.timeout):
                response = await self._inner.handle_async_request(request)
                data = await response.aread()
                await response.aclose()
        except TimeoutError:
            raise httpx2.ReadTimeout("no whole reply in time", request=request) from None
        ticket.answered = True
        self._limits.learn(response.headers, ticket.tokens)
        headers = {name: value for name, value in response.headers.items() if name in _PASSED_ON}
        return httpx2.Response(response.status_code, headers=headers, content=data, request=request)

    async def aclose(self) -> None:
        """Close the connections."""
        if self._made is not None:
            await self._made.aclose()


class NoKeyTransport(httpx2.AsyncBaseTransport):
    """Stands in for the network when OpenAI is to be asked and there is no key."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer 401 without asking anybody."""
        return httpx2.Response(401, json={"error": {"message": "no key", "code": NO_KEY}}, request=request)


def _connections(settings: AskSettings) -> httpx2.AsyncBaseTransport:
    if settings.api_key is None and settings.base_url is None:
        return NoKeyTransport()
    limits = httpx2.Limits(max_connections=settings.concurrency, max_keepalive_connections=settings.concurrency)
    # Loading the certificates takes 50 ms. Without them a plain endpoint that redirects to TLS is refused.
    verify = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if settings.endpoint.startswith("http://") else True
    return httpx2.AsyncHTTPTransport(verify=verify, limits=limits, proxy=settings.proxy)
