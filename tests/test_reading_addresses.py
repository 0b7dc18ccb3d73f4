"""Addresses: fetched politely, within limits, and never from a network that is not public."""

import asyncio
import gzip
import time
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from pages import stories
from pages.templates import TITLE, broadsheet, head, paras, wordpress_classic
from website import Reply, Site, serve

from summarizer.errors import NothingToRead
from summarizer.reading import Progress, Reading, ReadSettings, read
from summarizer.reading.web.addresses import Fetcher, NotFetched
from summarizer.reading.web.network import is_public


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as site:
        yield site


@pytest.fixture
def near(tmp_path: Path) -> ReadSettings:
    """Give settings for a server on loopback, without waiting."""
    return ReadSettings(private=True, delay=0, timeout=60, cache=tmp_path / "cache")


def reasons(reading: Reading) -> dict[str, str]:
    return {one.source.rpartition("/")[2]: one.reason for one in reading.gaps}


def only_reason(url: str, settings: ReadSettings) -> str:
    with pytest.raises(NothingToRead) as caught:
        read([url], settings)
    return str(caught.value).removeprefix(f"nothing to read: {url}: ")


def test_a_page_is_fetched(site: Site, near: ReadSettings) -> None:
    site.page("/a", wordpress_classic(stories.FERRY))
    seen: list[Progress] = []
    reading = read([f"{site.url}/a#part"], near, seen.append)
    (document,) = reading.documents
    assert document.url == f"{site.url}/a"
    assert document.path is None
    assert stories.FERRY[0] in document.text
    assert site.headers[0]["user-agent"].startswith("summarizer")
    assert [(one.done, one.total, one.name) for one in seen] == [(1, 1, f"{site.url}/a#part")]


def test_pages_that_are_no_report_are_gaps(site: Site, near: ReadSettings) -> None:
    site.page("/good", broadsheet(stories.DAM))
    site.page(
        "/wall", "<title>Sign in</title><h1>Subscribe to continue reading</h1><p>Already a subscriber? Log in.</p>"
    )
    site.page(
        "/cookies",
        "<h1>Before you continue to our site</h1><p>We use cookies to deliver our services. Accept all cookies?</p>",
    )
    site.page("/shell", "<div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript>")
    site.replies["/empty"] = Reply(b"")
    site.replies["/broken"] = Reply(b"<h1>Oops</h1>", 500)
    site.replies["/refused"] = Reply(b"", 403)
    site.replies["/picture"] = Reply(b"\x89PNG\r\n\x1a\n" + bytes(200), headers={"Content-Type": "image/png"})
    site.replies["/lies"] = Reply(b"not gzip at all", headers={"Content-Type": "text/html", "Content-Encoding": "gzip"})
    names = ("good", "wall", "cookies", "shell", "empty", "broken", "refused", "picture", "lies", "gone")
    reading = read([f"{site.url}/{name}" for name in names], near)
    assert len(reading.documents) == 1
    found = reasons(reading)
    expected = {
        "wall": "a login wall",
        "cookies": "a cookie notice",
        "shell": "an empty shell that needs scripts",
        "empty": "empty",
        "broken": "an error page (HTTP 500)",
        "refused": "access refused by the site (HTTP 403)",
        "picture": "not text: it looks like an image",
        "lies": "the answer is not in the encoding",
        "gone": "an error page: not found (HTTP 404)",
    }
    assert found.keys() == expected.keys()
    for name, words in expected.items():
        assert found[name].startswith(words)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.0.1", False),
        ("172.16.0.1", False),
        ("169.254.169.254", False),
        ("100.100.100.200", False),
        ("168.63.129.16", False),
        ("192.0.0.192", False),
        ("0.0.0.0", False),  # noqa: S104 - nothing is bound
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00:ec2::254", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False),
        ("not an address", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) == public


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1"],
)
def test_addresses_that_are_not_public_are_refused(host: str, site: Site, tmp_path: Path) -> None:
    port = site.url.rpartition(":")[2]
    reason = only_reason(f"http://{host}:{port}/a", ReadSettings(cache=tmp_path))
    assert "is not a public address" in reason
    assert site.asked == []


def fetch(url: str, settings: ReadSettings, *answers: list[str]) -> tuple[str, list[tuple[str, int]]]:
    """Fetch with a resolver that answers one list after the other; return the reason or the text, and what it was asked."""
    asked: list[tuple[str, int]] = []
    left = list(answers)

    async def resolver(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return left.pop(0) if left else []

    async def run() -> str:
        async with Fetcher(settings, resolver) as fetcher:
            try:
                return (await fetcher.fetch(url)).body.decode()
            except NotFetched as error:
                return str(error)

    return asyncio.run(run()), asked


def test_a_name_is_resolved_once_and_its_address_connected_to(site: Site, near: ReadSettings) -> None:
    site.page("/a", "hello")
    port = int(site.url.rpartition(":")[2])
    text, asked = fetch(f"http://news.example:{port}/a", near, ["127.0.0.1"], ["10.0.0.1"])
    assert text == "hello"
    assert asked == [("news.example", port)]
    assert site.headers[0]["host"] == f"news.example:{port}"


def test_a_name_with_one_private_address_is_refused(site: Site, tmp_path: Path) -> None:
    port = int(site.url.rpartition(":")[2])
    text, _ = fetch(f"http://news.example:{port}/a", ReadSettings(cache=tmp_path), ["93.184.216.34", "127.0.0.1"])
    assert text == "not fetched: news.example is not a public address"
    assert site.asked == []


def test_names_without_addresses(near: ReadSettings) -> None:
    assert fetch("http://nowhere.example/", near)[0].startswith("no connection: no address is known")
    assert fetch("http://user:secret@news.example/", near)[0].startswith("not fetched: there is a name or password")


def test_redirects_are_followed_and_checked(site: Site, near: ReadSettings) -> None:
    site.page("/end", wordpress_classic(stories.DAM))
    for step in range(5):
        site.replies[f"/{step}"] = Reply(status=302, headers={"Location": f"/{step + 1}" if step < 4 else "/end"})
    site.replies["/loop"] = Reply(status=301, headers={"Location": "/loop"})
    site.replies["/file"] = Reply(status=301, headers={"Location": "file:///etc/passwd"})
    site.page("/refresh", '<meta http-equiv="refresh" content="0; url=/end">')
    reading = read([f"{site.url}/{name}" for name in ("0", "loop", "file", "refresh")], near)
    assert [one.url for one in reading.documents] == [f"{site.url}/end"]
    assert reasons(reading) == {
        "loop": "more than 5 redirects",
        "file": "not fetched: it leads to something that is not an http or https address",
    }


def test_a_redirect_into_a_private_network_is_refused(site: Site, tmp_path: Path) -> None:
    site.replies["/a"] = Reply(status=302, headers={"Location": "http://10.0.0.7/secret"})

    async def run() -> str:
        settings = ReadSettings(delay=0, cache=tmp_path)
        async with Fetcher(settings, allowed=lambda address: address == "127.0.0.1") as fetcher:
            with pytest.raises(NotFetched) as caught:
                await fetcher.fetch(f"{site.url}/a")
            return str(caught.value)

    assert asyncio.run(run()) == "not fetched: 10.0.0.7 is not a public address"
    assert len(site.asked) == 1


def test_one_request_at_a_time_with_a_delay(site: Site, tmp_path: Path) -> None:
    for name in "abc":
        site.page(f"/{name}", head() + f"<body>{paras(stories.FERRY)}{name}</body></html>")
    read([f"{site.url}/{name}" for name in "abc"], ReadSettings(private=True, delay=0.2, cache=tmp_path))
    times = sorted(when for _, when in site.asked)
    assert site.most_at_once == 1
    assert all(later - earlier >= 0.19 for earlier, later in pairwise(times))


def test_limits_of_size(site: Site, near: ReadSettings) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 65_536

    site.replies["/stated"] = Reply(b"x" * 3_000_000)
    site.replies["/endless"] = Reply(chunks=endless)
    site.replies["/bomb"] = Reply(
        gzip.compress(bytes(200_000_000), 9), headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}
    )
    double = zlib.compress(gzip.compress(bytes(100_000_000), 9), 9)
    site.replies["/double"] = Reply(double, headers={"Content-Type": "text/html", "Content-Encoding": "gzip, deflate"})
    site.page("/good", wordpress_classic(stories.DAM))
    settings = ReadSettings(private=True, delay=0, cache=near.cache, max_bytes=1_000_000)
    reading = read([f"{site.url}/{name}" for name in ("stated", "endless", "bomb", "double", "good")], settings)
    assert len(reading.documents) == 1
    assert reasons(reading) == dict.fromkeys(("stated", "endless", "bomb", "double"), "larger than 1,000,000 bytes")


def test_limits_of_time(site: Site, near: ReadSettings) -> None:
    sent: list[bytes] = []

    def drip() -> Iterator[bytes]:
        for _ in range(600):
            time.sleep(0.1)
            sent.append(b"x")
            yield b"x"

    site.replies["/drip"] = Reply(chunks=drip)
    reason = only_reason(f"{site.url}/drip", ReadSettings(private=True, delay=0, timeout=0.5, cache=near.cache))
    assert reason == "no whole answer within 0.5 seconds"
    assert len(sent) < 600, "the end of the answer is not waited for"


def test_what_has_not_changed_is_not_sent_again(site: Site, near: ReadSettings) -> None:
    page = wordpress_classic(stories.STRIKE).encode()

    def answer(headers: dict[str, str]) -> Reply:
        if headers.get("if-none-match") == '"v1"':
            return Reply(status=304, headers={})
        return Reply(page, headers={"Content-Type": "text/html; charset=utf-8", "ETag": '"v1"'})

    def dated(headers: dict[str, str]) -> Reply:
        when = "Thu, 04 Sep 2025 10:00:00 GMT"
        return (
            Reply(status=304, headers={})
            if headers.get("if-modified-since") == when
            else Reply(page, headers={"Content-Type": "text/html", "Last-Modified": when})
        )

    site.replies |= {"/tag": answer, "/date": dated}
    site.replies["/secret"] = Reply(
        page, headers={"Content-Type": "text/html", "ETag": '"s"', "Cache-Control": "no-store"}
    )
    urls = [f"{site.url}/{name}" for name in ("tag", "date", "secret")]
    first, second = read(urls, near), read(urls, near)
    assert first == second
    assert len(first.documents) == 3
    later = {path: headers for (path, _), headers in list(zip(site.asked, site.headers, strict=True))[3:]}
    assert "if-none-match" in later["/tag"]
    assert "if-none-match" not in later["/secret"]
    assert near.cache is not None
    for body in near.cache.glob("*.body"):
        body.write_bytes(b"damaged")
    assert read(urls, near) == first


def test_offline_asks_nobody(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\n".join(stories.DAM))
    reading = read([path, f"{site.url}/a"], ReadSettings(private=True, offline=True))
    assert [(one.source, one.reason) for one in reading.gaps] == [(f"{site.url}/a", "not fetched: offline")]
    assert site.asked == []


def test_other_kinds_come_over_the_network_too(site: Site, near: ReadSettings) -> None:
    plain = {"Content-Type": "text/plain; charset=windows-1251"}
    site.replies["/notes"] = Reply("\n".join(stories.RUSSIAN).encode("cp1251"), headers=plain)
    site.replies["/data.jsonl"] = Reply(
        b'{"text": "One line of text, that is all."}\n', headers={"Content-Type": "application/x-ndjson"}
    )
    reading = read([f"{site.url}/notes", f"{site.url}/data.jsonl"], near)
    texts = {one.url or one.path: one.text for one in reading.documents}
    assert texts[f"{site.url}/notes"].startswith(stories.RUSSIAN[0])
    assert texts[f"{site.url}/data.jsonl:1"] == "One line of text, that is all."


def test_no_answer_costs_only_itself(site: Site, near: ReadSettings) -> None:
    site.page("/a", wordpress_classic(stories.FERRY))
    reading = read([f"{site.url}/a", "http://127.0.0.1:9/x"], near)
    assert [one.title for one in reading.documents] == [TITLE]
    assert reading.gaps[0].reason.startswith("no connection")
