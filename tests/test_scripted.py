"""The scripted endpoint itself: it must not make other tests fail."""

from __future__ import annotations

import gc
import socket
from urllib.parse import urlsplit

import pytest
from scripted import Act, Scripted


@pytest.mark.parametrize(
    "said", [b"", b"POST /v1/x HTTP/1.1\r\ncontent-length: 0\r\n\r\n"], ids=["nothing", "a request"]
)
def test_who_is_still_there_when_it_ends_leaves_no_socket_open(said: bytes) -> None:
    """A socket that is left open is warned of when it is collected, and a warning is an error of some later test."""
    for _ in range(10):
        with Scripted(Act(body=b"x" * 5_000_000)) as endpoint:
            at = urlsplit(endpoint.url)
            clients = [socket.create_connection((str(at.hostname), at.port or 0)) for _ in range(3)]
            for client in clients:
                client.sendall(said)
        for client in clients:
            client.close()
    gc.collect()
