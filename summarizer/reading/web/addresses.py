"""Addresses: fetched politely and within limits.

One request at a time for a host, with a delay between two; at most five redirects, each checked as the first
address was; a bounded number of bytes, counted after decompression; one time limit for the whole of it.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Callable
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import urljoin

import httpx2

from summarizer.reading.pages.verdicts import status_reason
from summarizer.reading.results import ReadSettings
from summarizer.reading.web.cache import Answer, PageCache, default_folder
from summarizer.reading.web.network import Forbidden, GuardedTransport, Resolver, is_public, resolve

__all__ = ["Fetcher", "NotFetched"]

MOST_REDIRECTS = 5
MOST_HOSTS = 8
"""Hosts asked at the same time."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
UNCHANGED = 304
HEADERS = {
    "User-Agent": "summarizer (a reader's own tool: one request per host at a time)",
    "Accept": "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/feed+json, "
    "application/pdf;q=0.9, text/plain;q=0.9, */*;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}
REFRESH = re.compile(
    rb"<meta[^>]+http-equiv\s*=\s*[\"']?refresh[\"']?[^>]+content\s*=\s*[\"']?\s*[0-5]\s*;\s*url\s*=\s*[\"']?([^\"'>\s]+)",
    re.IGNORECASE,
)
SMALL_PAGE = 10_000
"""Bytes; a page of nothing but a refresh is smaller."""


class NotFetched(Exception):
    """An address was not fetched; the text is the reason, for a gap."""


class _Step(NamedTuple):
    found: Answer | str
    """The answer, or the address that it sends us on to."""
    seconds: float


class Fetcher:
    """Fetches addresses within the limits of the settings. To be used as an async context."""

    def __init__(
        self, settings: ReadSettings, resolver: Resolver = resolve, allowed: Callable[[str], bool] = is_public
    ) -> None:
        """Make a fetcher; `resolver` finds the addresses of host names, `allowed` says which may be gone to."""
        self._settings = settings
        self._cache = PageCache(settings.cache or default_folder())
        self._client = httpx2.AsyncClient(
            transport=GuardedTransport(resolver, _any_address if settings.private else allowed),
            headers=HEADERS,
            follow_redirects=False,
            timeout=settings.timeout,
            trust_env=False,
        )
        self._hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._last: dict[str, float] = {}
        self._all = asyncio.Semaphore(MOST_HOSTS)

    async def __aenter__(self) -> Self:
        """Return the fetcher itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def fetch(self, url: str) -> Answer:
        """Fetch an address, redirects followed.

        Raises:
            NotFetched: with the reason.

        """
        if self._settings.offline:
            raise NotFetched("not fetched: offline")
        left = self._settings.timeout
        for _ in range(MOST_REDIRECTS + 1):
            step = await self._step(url, left)
            if isinstance(step.found, Answer):
                return step.found
            url, left = step.found, left - step.seconds
        raise NotFetched(f"more than {MOST_REDIRECTS} redirects")

    async def _step(self, url: str, seconds: float) -> _Step:
        """Ask for one address within what is left of the time; waiting for its turn does not count."""
        asked = _usable(url)
        async with self._hosts[asked.host], self._all:
            await self._wait_for(asked.host)
            start = time.monotonic()
            try:
                async with asyncio.timeout(seconds):
                    found = await self._ask(asked)
            except (TimeoutError, httpx2.TimeoutException):
                raise NotFetched(f"no whole answer within {self._settings.timeout:g} seconds") from None
            except Forbidden as error:
                raise NotFetched(f"not fetched: {error}") from None
            except httpx2.DecodingError:
                raise NotFetched("the answer is not in the encoding that it is said to be in") from None
            except (httpx2.RequestError, httpx2.InvalidURL) as error:
                raise NotFetched(f"no connection: {_plain(error)}") from None
            finally:
                self._last[asked.host] = time.monotonic()
        return _Step(found, self._last[asked.host] - start)

    async def _wait_for(self, host: str) -> None:
        """Keep the delay between two requests to one host."""
        last = self._last.get(host)
        if last is not None:
            await asyncio.sleep(max(0.0, last + self._settings.delay - time.monotonic()))

    async def _ask(self, asked: httpx2.URL) -> Answer | str:
        address = str(asked.copy_with(fragment=None))
        async with self._client.stream("GET", asked, headers=self._cache.validators(address)) as response:
            if response.status_code == UNCHANGED:
                kept = self._cache.kept(address)
                if kept is None:
                    raise NotFetched("the site says that nothing has changed, but nothing was kept")
                return kept
            if response.status_code in REDIRECTS and "location" in response.headers:
                return str(urljoin(address, response.headers["location"]))
            reason = status_reason(response.status_code)
            if reason:
                raise NotFetched(reason)
            body = await self._body(response)
        onward = REFRESH.search(body) if len(body) < SMALL_PAGE else None
        if onward:
            return str(urljoin(address, onward.group(1).decode("utf-8", "replace")))
        answer = Answer(address, response.headers.get("content-type"), response.charset_encoding, body)
        self._cache.keep(answer, response.headers)
        return answer

    async def _body(self, response: httpx2.Response) -> bytes:
        most = self._settings.max_bytes
        too_large = NotFetched(f"larger than {most:,} bytes")
        stated = response.headers.get("content-length", "")
        if stated.isdecimal() and int(stated) > most:
            raise too_large
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > most:
                raise too_large
        return bytes(body)


def _any_address(address: str) -> bool:
    return bool(address)


def _usable(url: str) -> httpx2.URL:
    try:
        asked = httpx2.URL(url)
    except (httpx2.InvalidURL, ValueError):
        raise NotFetched("not a usable address") from None
    if asked.scheme not in {"http", "https"} or not asked.host:
        raise NotFetched("not fetched: it leads to something that is not an http or https address")
    if asked.userinfo:
        raise NotFetched("not fetched: there is a name or password in the address")
    return asked


def _plain(error: Exception) -> str:
    """Return the words of an error of the network on one line, without addresses in brackets."""
    words = re.sub(r"\s*\[[^\]]*\]\s*|\s+", " ", str(error)).strip()
    return (words or type(error).__name__)[:200]
