"""Feeds: whole entries are read, the others followed, broken ones read as far as they go."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pages import stories
from pages.files import item, rss
from pages.templates import wordpress_classic
from website import Reply, Site, serve

from summarizer.errors import NothingToRead
from summarizer.reading import ReadSettings, read


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as site:
        yield site


@pytest.fixture
def near(tmp_path: Path) -> ReadSettings:
    return ReadSettings(private=True, delay=0, timeout=60, cache=tmp_path / "cache", max_entries=20)


def test_whole_entries_are_read_and_the_others_fetched(site: Site, near: ReadSettings, tmp_path: Path) -> None:
    site.page("/2", wordpress_classic(stories.DAM))
    feed = rss(
        item("First", "https://gazette.example/1", stories.FERRY, whole=True),
        item("Second", f"{site.url}/2", stories.DAM, whole=False),
        item("Third", f"{site.url}/3", stories.STRIKE, whole=False),
    )
    path = tmp_path / "feed.xml"
    path.write_bytes(feed)
    reading = read([path], near)
    first, second = sorted(reading.documents, key=lambda one: one.title != "First")
    assert first.text.split("\n") == stories.FERRY
    assert (first.url, first.path, first.outlet, first.language) == (
        "https://gazette.example/1",
        "feed.xml",
        "The Strait Gazette",
        "en-GB",
    )
    assert first.published.model_dump() == {"date": date(2025, 9, 4), "basis": "metadata"}
    assert second.url == f"{site.url}/2"
    assert stories.DAM[0] in second.text
    assert second.outlet == "North Wire"
    assert [(one.source, one.reason) for one in reading.gaps] == [
        (f"feed.xml entry 3 ({site.url}/3)", "an error page: not found (HTTP 404)")
    ]


def test_a_feed_by_address_with_relative_links(site: Site, near: ReadSettings) -> None:
    site.page("/news/2", wordpress_classic(stories.DAM))
    atom = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Atom wire</title>
      <entry><title>One</title><link href="/news/2"/><updated>2025-09-04T10:00:00Z</updated><summary>A teaser…</summary></entry>
      <entry><title>Two</title><id>urn:entry:2</id><published>2025-02-18T23:00:00+02:00</published><updated>2025-09-01T10:00:00Z</updated>
      <content type="html">{"".join(f"&lt;p&gt;{text}&lt;/p&gt;" for text in stories.STRIKE)}</content></entry></feed>"""
    site.replies["/feed"] = Reply(atom.encode(), headers={"Content-Type": "application/xml"})
    reading = read([f"{site.url}/feed"], near)
    assert {(one.url, one.published.date) for one in reading.documents} == {
        (f"{site.url}/news/2", date(2025, 9, 4)),
        (None, date(2025, 2, 18)),
    }
    assert reading.gaps == ()


def test_json_feed(tmp_path: Path) -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "JSON wire",
        "language": "en",
        "items": [
            {
                "id": "1",
                "title": "One",
                "content_text": "\n".join(stories.FERRY),
                "date_published": "2025-09-04T10:00:00Z",
            },
            {
                "id": "2",
                "content_html": "".join(f"<p>{text}</p>" for text in stories.DAM),
                "url": "https://x.example/2",
            },
            "not an item",
            {"id": "3", "summary": "Short."},
        ],
    }
    path = tmp_path / "feed.json"
    path.write_text(json.dumps(feed))
    reading = read([path], ReadSettings(offline=True))
    assert {(one.title, one.url, one.outlet) for one in reading.documents} == {
        ("One", None, "JSON wire"),
        (None, "https://x.example/2", "JSON wire"),
    }
    assert {(one.source, one.reason) for one in reading.gaps} == {
        ("feed.json", "a broken JSON feed: 1 of its items are not objects"),
        ("feed.json entry 4", "neither a text nor an address to fetch it from"),
    }


def test_hidden_text_in_an_entry_goes(tmp_path: Path) -> None:
    hidden = '<p style="display:none">Zebra words that nobody should ever read in this entry of a feed of ours.</p>'
    path = tmp_path / "feed.rss"
    path.write_bytes(rss(item("One", "https://x.example/1", [*stories.FERRY, hidden], whole=True)))
    (document,) = read([path], ReadSettings(offline=True)).documents
    assert "Zebra" not in document.text
    assert document.hidden_text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            rss(item("One", "https://x.example/1", stories.FERRY, whole=True)).replace(
                b"</item></channel></rss>", b"</item><item><title>& cut"
            ),
            "a broken feed",
        ),
        (b'<?xml version="1.0"?><rss><channel></channel></rss>', "a feed without entries"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [', "a broken JSON feed: it is not valid JSON"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "a broken JSON feed: it has no items"),
    ],
)
def test_broken_feeds(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "feed.xml").write_bytes(content)
    (tmp_path / "b.txt").write_text(stories.DAM[0])
    reading = read([tmp_path], ReadSettings(offline=True))
    assert any(one.reason.startswith(reason) for one in reading.gaps)
    assert len(reading.documents) == 1 + content.count(b"content:encoded>") // 2


def test_of_a_huge_feed_only_the_first_entries_are_read(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    teaser = ["A line of a report that is to be fetched from its own address, if at all."]
    path.write_bytes(
        rss(*(item(f"Entry {at}", f"https://x.example/{at}", teaser, whole=False) for at in range(50_000)))
    )
    with pytest.raises(NothingToRead, match="49,980 entries left out: only the first 20 of a feed are read"):
        read([path], ReadSettings(offline=True, max_entries=20, max_bytes=100_000_000))


def test_entities_that_multiply_or_read_files_do_nothing(tmp_path: Path) -> None:
    bomb = (
        b'<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(9))
        + b"]>"
    )
    outside = b'<!DOCTYPE rss [<!ENTITY j SYSTEM "file:///etc/passwd">]>'
    for number, head in enumerate((bomb, outside)):
        feed = rss(item("&j;", "https://x.example/1", stories.FERRY, whole=True)).replace(b"<rss", head + b"<rss", 1)
        (tmp_path / f"{number}.xml").write_bytes(feed)
    reading = read([tmp_path], ReadSettings(offline=True))
    assert all(len(one.title or "") < 200 and "root:" not in (one.title or "") for one in reading.documents)


def test_a_feed_within_a_feed_is_not_followed_for_ever(site: Site, near: ReadSettings) -> None:
    site.replies["/feed"] = lambda _: Reply(
        rss(item("Again", f"{site.url}/feed?{len(site.asked)}", stories.DAM, whole=False)),
        headers={"Content-Type": "text/xml"},
    )
    for at in range(9):
        site.replies[f"/feed?{at}"] = site.replies["/feed"]
    with pytest.raises(NothingToRead, match="a feed within a feed: not followed"):
        read([f"{site.url}/feed"], near)
    assert len(site.asked) == 2


def test_json_feeds_are_cut_too_and_odd_bytes_are_gaps(tmp_path: Path) -> None:
    entries = [
        {"content_text": "\n".join([str(at), *stories.FERRY]), "date_modified": "2025-09-04", "url": "http://[::1"}
        for at in range(4)
    ]
    (tmp_path / "a.json").write_text(json.dumps({"version": "https://jsonfeed.org/version/1", "items": entries}))
    (tmp_path / "b.rss").write_bytes(b"<rss>" + bytes(range(1, 9)) * 300)
    (tmp_path / "c.json").write_bytes(b'{"version": "https://jsonfeed.org/version/1", ' + bytes(range(1, 9)) * 300)
    reading = read([tmp_path], ReadSettings(offline=True, max_entries=2))
    assert [one.url for one in reading.documents] == [None, None]
    reasons = {one.source.rpartition("/")[2]: one.reason for one in reading.gaps}
    assert reasons == {
        "a.json": "2 entries left out: only the first 2 of a feed are read",
        "b.rss": "not text: it looks like binary data",
        "c.json": "not text: it looks like binary data",
    }


def test_a_short_entry_without_an_address_is_read_with_a_warning(tmp_path: Path) -> None:
    feed = rss(item("&#x99999999; odd &#169;", None, [stories.FERRY[0]], whole=False))
    (tmp_path / "a.xml").write_bytes(feed.replace(b'encoding="utf-8"', b'encoding="klingon"'))
    reading = read([tmp_path], ReadSettings(offline=True))
    (document,) = reading.documents
    assert document.text == stories.FERRY[0]
    assert document.title == "\ufffd odd ©"
    assert "only this much" in reading.warnings[document.id][-1]
