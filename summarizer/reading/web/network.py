"""The way out to the network: a transport that connects to public addresses alone.

A name is resolved here, every address that it resolves to is checked, and the connection goes to one of those very
addresses: there is no second look-up that a name server could answer differently. No connection is used twice, so a
certificate that was checked for one name never serves another on the same address.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence

import httpx2

__all__ = ["Forbidden", "GuardedTransport", "Resolver", "is_public", "resolve"]

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns the addresses of a host name."""

NOT_PUBLIC = tuple(
    ipaddress.ip_network(net)
    for net in (
        "192.0.0.0/24",  # protocol assignments; one cloud's metadata
        "168.63.129.16/32",  # another cloud's host service, on a public address
    )
)
CARRIERS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
"""IPv6 networks whose addresses carry an IPv4 address in their last 32 bits."""


class Forbidden(Exception):
    """A name leads to an address that is not public; the text says which name."""


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host name in the order of the system's resolver.

    Raises:
        OSError: it has none.

    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the open internet: no loopback, private, link-local or metadata address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and any(ip in net for net in CARRIERS):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip.teredo is not None:
            return False
    return (
        ip.is_global and not ip.is_multicast and not any(ip in net for net in NOT_PUBLIC if net.version == ip.version)
    )


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Sends a request to a checked address of its host, under the host's own name."""

    def __init__(self, resolver: Resolver = resolve, allowed: Callable[[str], bool] = is_public) -> None:
        """Make the transport; `allowed` says which addresses it may go to."""
        self._allowed = allowed
        self._resolver = resolver
        limits = httpx2.Limits(max_keepalive_connections=0)
        self._inner = httpx2.AsyncHTTPTransport(trust_env=False, limits=limits)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request.

        Raises:
            Forbidden: the host is, or resolves to, an address that is not public.
            httpx2.ConnectError: the host has no address, or none that answers.

        """
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        try:
            addresses = await self._resolver(host, port)
        except OSError as error:
            raise httpx2.ConnectError(f"no address is known for {host}", request=request) from error
        if not all(self._allowed(address) for address in addresses):
            raise Forbidden(f"{host} is not a public address")
        failure = httpx2.ConnectError(f"no address is known for {host}", request=request)
        for address in addresses:
            pinned = httpx2.Request(
                request.method,
                request.url.copy_with(host=address.partition("%")[0]),
                headers=request.headers,  # with the Host header of the name
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )
            try:
                return await self._inner.handle_async_request(pinned)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failure = httpx2.ConnectError(str(error), request=request)
        raise failure

    async def aclose(self) -> None:
        """Close all connections."""
        await self._inner.aclose()
