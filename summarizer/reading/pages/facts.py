"""What a page says of itself: title, outlet, address, language, from its JSON-LD, meta elements and headings."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from summarizer.reading.decoding import one_line
from summarizer.reading.facts import Facts, language_code, web_address
from summarizer.reading.pages.dates import published_on_page

__all__ = ["Described", "page_facts"]

ARTICLES = re.compile(r"(?:Article|Posting|Report|BlogPost|LiveBlog|Review|Story|Statement)$")
PAGES = frozenset({"WebPage", "ItemPage", "VideoObject"})
"""What stands for the article where a page names none."""
ASIDE = frozenset(
    {
        "itemListElement",
        "hasPart",
        "liveBlogUpdate",
        "comment",
        "isPartOf",
        "mentions",
        "citation",
        "review",
        "publisher",
        "author",
        "image",
        "video",
        "about",
        "potentialAction",
        "breadcrumb",
    }
)
"""Properties of JSON-LD that lead to other things than the page's own article."""
DEEPEST = 12
LONGEST_JSON = 2_000_000
SUFFIX = re.compile(r"\s+[|\u2013\u2014\u00b7\u2022:\u00bb-]+\s+")
SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(\S+) -->")


@dataclass(frozen=True, slots=True)
class Described:
    """The metadata of a page, collected once."""

    tree: Any
    meta: Mapping[str, str]
    """`name`, `property`, `itemprop` or `http-equiv` in lower case to the first content."""
    articles: tuple[Mapping[str, Any], ...]
    """The article objects of its JSON-LD, the page's own first."""
    url: str | None

    @property
    def article(self) -> Mapping[str, Any]:
        """The page's own article object, or an empty one."""
        return self.articles[0] if self.articles else {}

    @property
    def is_live(self) -> bool:
        """Whether the metadata call the page a live blog."""
        return "LiveBlog" in str(self.article.get("@type")) or "liveBlogUpdate" in self.article

    @classmethod
    def of(cls, tree: Any, source: str, address: str | None) -> Described:
        """Collect the metadata of a page whose markup is `source`, fetched from `address` if it was."""
        meta: dict[str, str] = {}
        for node in tree.iter("meta"):
            name = node.get("property") or node.get("name") or node.get("itemprop") or node.get("http-equiv")
            content = node.get("content") or node.get("datetime")
            if name and content and content.strip():
                meta.setdefault(name.strip().lower(), content.strip())
        url = _page_address(tree, meta, source, address)
        articles = [found for script in _scripts(tree) for found in _article_objects(script)]
        title = one_line(_first_text(tree, ".//h1") or "")
        articles.sort(key=lambda found: -_likeness(found, url, title))
        return cls(tree, meta, tuple(articles), url)


def page_facts(page: Described) -> Facts:
    """Return what a page says of itself; what it does not say is None."""
    outlet = _outlet(page)
    return Facts(
        title=_title(page, outlet),
        outlet=outlet,
        url=page.url,
        published=published_on_page(page.tree, page.meta, page.article, page.url),
        language=_language(page),
    )


def _scripts(tree: Any) -> Iterator[Any]:
    for node in tree.iter("script"):
        if "ld+json" not in (node.get("type") or "") or not node.text or len(node.text) > LONGEST_JSON:
            continue
        text = re.sub(r"^\s*(?:<!--|//<!\[CDATA\[|/\*<!\[CDATA\[\*/)|(?:-->|//\]\]>|/\*\]\]>\*/)\s*$", "", node.text)
        try:
            yield json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue


def _article_objects(data: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    if depth > DEEPEST:
        return
    if isinstance(data, list):
        for part in data:
            yield from _article_objects(part, depth + 1)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if any(isinstance(kind, str) and (ARTICLES.search(kind) or kind in PAGES) for kind in kinds):
            yield data
        for name, part in data.items():
            if name not in ASIDE and isinstance(part, dict | list):
                yield from _article_objects(part, depth + 1)


def _likeness(article: Mapping[str, Any], url: str | None, title: str) -> int:
    """Tell how surely an article object is about this page: by its address, by its headline, by its date."""
    addresses = [article.get("url"), article.get("@id"), article.get("mainEntityOfPage")]
    addresses = [one.get("@id") if isinstance(one, dict) else one for one in addresses]
    same = url is not None and any(_same_page(one, url) for one in addresses if isinstance(one, str))
    headline = one_line(_words(article.get("headline") or article.get("name")) or "")
    kinds = article.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    named = any(isinstance(kind, str) and ARTICLES.search(kind) for kind in kinds)
    return (
        8 * named
        + 4 * same
        + 2 * (bool(headline) and headline.casefold() == title.casefold())
        + ("datePublished" in article)
    )


def _same_page(one: str, other: str) -> bool:
    if not (web_address(one) and web_address(other)):
        return False
    left, right = urlsplit(one), urlsplit(other)
    return (left.netloc.removeprefix("www."), left.path.rstrip("/")) == (
        right.netloc.removeprefix("www."),
        right.path.rstrip("/"),
    )


def _page_address(tree: Any, meta: Mapping[str, str], source: str, address: str | None) -> str | None:
    """Return the address of a page: its canonical one if that is of the same host, else where it came from."""
    saved = SAVED_FROM.search(source[:4096])
    base = address or (saved.group(1) if saved else None)
    link = next(
        (node.get("href") for node in tree.iter("link") if (node.get("rel") or "").lower() == "canonical"), None
    )
    for found in (link, meta.get("og:url"), base):
        whole = _joined(base, found)
        if web_address(whole) and (base is None or _host(whole) == _host(base)):
            return whole.partition("#")[0]
    return base if base and web_address(base) else None


def _joined(base: str | None, address: str | None) -> str:
    try:
        return urljoin(base or "", address.strip()) if address else ""
    except ValueError:
        return ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("amp.")
    except ValueError:
        return ""


def _outlet(page: Described) -> str | None:
    publisher = page.article.get("publisher")
    publisher = publisher[0] if isinstance(publisher, list) and publisher else publisher
    named = publisher.get("name") if isinstance(publisher, dict) else None
    for found in (page.meta.get("og:site_name"), named, page.meta.get("application-name")):
        words = one_line(_words(found) or "")
        if words and len(words) <= 100:  # noqa: PLR2004 - a name, not a sentence
            return words
    return _host(page.url) or None if page.url else None


def _title(page: Described, outlet: str | None) -> str | None:
    headings = [one_line(node.text_content()) for node in page.tree.iter("h1", "h2", "h3")]
    whole = one_line(_first_text(page.tree, ".//title") or "")
    top = [one_line(node.text_content()) for node in page.tree.iter("h1")]
    candidates = (
        page.article.get("headline"),
        page.meta.get("og:title"),
        page.meta.get("twitter:title"),
        _headline_in(whole, headings),
        top[0] if len(top) == 1 else None,
        whole,
        top[0] if top else None,
    )
    for found in candidates:
        words = one_line(_words(found) or "")
        if words and words != outlet:
            return _without_outlet(words, outlet, page.url)
    return None


def _headline_in(whole: str, headings: list[str]) -> str | None:
    """Return the longest heading that the title element repeats: the rest of that is the name of the site."""
    repeated = [heading for heading in headings if heading and heading in whole and len(heading.split()) > 1]
    return max(repeated, key=len, default=None)


def _without_outlet(title: str, outlet: str | None, url: str | None) -> str:
    """Take ` | Outlet` off the end of a title, or `Outlet: ` off its head."""
    parts = SUFFIX.split(title)
    names = {(outlet or "").casefold(), _host(url).casefold() if url else ""} - {""}
    if len(parts) > 1 and parts[-1].casefold() in names:
        title = title[: title.rindex(parts[-1])].rstrip(" |\u2013\u2014\u00b7\u2022:\u00bb-")
    elif len(parts) > 1 and parts[0].casefold() in names:
        title = title[len(parts[0]) :].lstrip(" |\u2013\u2014\u00b7\u2022:\u00bb-")
    return title


def _language(page: Described) -> str | None:
    root = page.tree.getroottree().getroot()
    spoken = page.article.get("inLanguage")
    for found in (
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"),
        page.meta.get("og:locale"),
        spoken if isinstance(spoken, str) else None,
        page.meta.get("content-language"),
        page.meta.get("language"),
    ):
        code = language_code(found or "")
        if code:
            return code
    return None


def _first_text(tree: Any, path: str) -> str | None:
    found = tree.find(path)
    return None if found is None else found.text_content()


def _words(found: Any) -> str | None:
    return html.unescape(found) if isinstance(found, str) else None
