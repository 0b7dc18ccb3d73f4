"""Where on a page the report is: what plainly is not, taken away; what is, made plain for the extractor.

The extractor goes by names and lengths. These rules go by structure where it speaks clearly: other articles beside
the one with the headline, discussions under their heading, columns at the side, the updates of a live blog, parts of
the report whose class happens to be one that the extractor throws away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from summarizer.reading.pages.prose import FURNITURE_NAMES, prose_length

__all__ = ["prepare"]

DISCUSSION = re.compile(
    r"(?:\d[\d.,]*\s+)?(?:reader |user |your )?(?:comments?|kommentare?|commentaires?|comentarios?|commenti"
    r"|\u043a\u043e\u043c\u043c\u0435\u043d\u0442\u0430\u0440\u0438\u0438|\u8bc4\u8bba)(?:\s*\(?\d[\d.,]*\)?)?"
    r"|\d[\d.,]*\s+(?:responses?|repl(?:y|ies)|reactions?|reacties)"
    r"|join the (?:conversation|discussion)|leave a (?:comment|reply)",
    re.IGNORECASE,
)
"""A bare "Reactions" is as likely a heading within a report."""
OTHERS = re.compile(
    r"(?:related|more|recommended|further|latest|most (?:read|popular|viewed))"
    r"(?: (?:articles?|stories|news|coverage|reading|posts?|from .{1,30}|on this (?:story|topic)))?:?"
    r"|you (?:may|might) also like.*|read (?:next|more|also):?|from our .{1,30}|trending(?: now)?|up next|don.t miss",
    re.IGNORECASE,
)
LONGEST_HEADING = 50
LONG = "-" * (LONGEST_HEADING + 1)
FEW = 3
"""Elements in a heading."""
SUMMARY = re.compile(
    r"standfirst|summary|subtitle|sub-?head|dek\b|excerpt|description|intro|teaser|kicker", re.IGNORECASE
)
HEADINGS = ("h2", "h3", "h4", "h5", "h6", "strong", "span", "div", "p", "a", "button")
SIDE = re.compile(
    r"(?:^|[-_ ])(?:sidebar|side-?bar|rail|secondary|aside|related|recommend(?:ed|ations)?|trending"
    r"|most-(?:read|popular)|teasers|discussion|responses|replies|talkback|disqus|comments?)(?:$|[-_ ])",
    re.IGNORECASE,
)
LIVE = re.compile(
    r"(?:^|[-_ ])(?:live-?blog|live-?(?:post|update|entry|event)|lb-post|updates?-(?:list|stream))(?:$|[-_ ])",
    re.IGNORECASE,
)
FEWEST_UPDATES = 3
LARGEST_PART = 0.5
"""Of a page's prose; more than that is not an addition to the report, whatever it is called."""
LARGEST_DISCUSSION = 0.9
"""A discussion can be much longer than what is discussed."""
UNPROTECTED = re.compile(
    FURNITURE_NAMES.pattern
    + r"|author|\bbio\b|byline|footer|tags?\b|comment|relat|recommend|teaser|sponsor|popular|caption",
    re.IGNORECASE,
)
SMALLEST_PART = 0.2
"""Of a page's prose; a part of the report that is worth protecting from the extractor."""
LINKED = 0.3
LEDE = 120
LOOSE = ".//text()[not(ancestor::p or ancestor::li or parent::script or parent::style)]"
PLAIN = frozenset({"div", "section", "p", "span", "main", "article"})


class _Page(NamedTuple):
    heading: Any | None
    """The main heading."""
    prose: int
    """Characters of prose on the page."""
    largest: float = LARGEST_PART
    """Share of it that may be left out."""


def prepare(tree: Any, *, live: bool) -> None:
    """Change a page in place so that its report is plain; `live` says that its metadata call it a live blog."""
    total = prose_in(tree)
    if total == 0:
        return
    heading = _headline(tree)
    _free_ledes(tree)
    if not _join_updates(tree, live=live):
        _drop_other_articles(tree, heading, total)
    page = _Page(heading, total)
    _drop_under_heading(tree, page, OTHERS, to_the_end=False)
    _drop_under_heading(tree, page._replace(largest=LARGEST_DISCUSSION), DISCUSSION, to_the_end=True)
    for node in tree.xpath(".//*[self::div or self::section or self::aside or self::ul or self::ol]"):
        if SIDE.search(f"{node.get('class', '')} {node.get('id', '')}") and _is_extra(node, page):
            _drop(node)
    _protect(tree, prose_in(tree))


def prose_in(node: Any) -> int:
    """Return how many characters of prose stand in the texts of an element, paragraph by paragraph."""
    paragraphs = [child.text_content() for child in node.iter("p", "li")]
    loose = (
        words for words in node.xpath(".//text()[not(ancestor::p or ancestor::li or parent::script or parent::style)]")
    )
    return sum(map(prose_length, paragraphs)) + sum(map(prose_length, loose))


def _headline(tree: Any) -> Any | None:
    """Return the one main heading, or the one that the title of the page begins with."""
    headings = tree.findall(".//h1")
    title = " ".join((tree.findtext(".//title") or "").split())
    named = [node for node in headings if title and title.startswith(" ".join(node.text_content().split()) or "\0")]
    found = named or headings
    return found[0] if found else None


def _free_ledes(tree: Any) -> None:
    """Move prose out of `header` elements, which the extractor drops whole, to before the prose that follows.

    A summary that is named as one stays: the report begins after it.
    """
    for header in tree.xpath(".//article//header | .//main//header"):
        ledes = [
            node for node in header.iter("p") if prose_length(node.text_content()) >= LEDE and not _is_summary(node)
        ]
        behind = (node for node in header.xpath("following::p") if ledes and prose_length(node.text_content()))
        first = next(behind, None)
        if first is None:
            continue
        for paragraph in ledes:
            paragraph.tail = None
            first.addprevious(paragraph)


def _is_summary(node: Any) -> bool:
    return any(SUMMARY.search(above.get("class", "")) for above in (node, *node.iterancestors()) if above.tag != "body")


def _join_updates(tree: Any, *, live: bool) -> bool:
    """Make one article of the updates of a live blog; tell whether there were any."""
    streams = [parent for parent in tree.iter("div", "section", "main", "ol", "ul") if _updates(parent, live=live)]
    if not streams:
        return False
    stream = max(streams, key=prose_in)
    for update in _updates(stream, live=live):
        for node in update.iter("article", "section", "li", "header", "div"):
            node.tag = "div"
            node.attrib.clear()
        for time in update.findall(".//time"):
            time.drop_tree()
    for above in stream.iterancestors("article"):
        above.tag = "div"
    stream.tag = "article"
    stream.attrib.clear()
    stream.set("class", "article-body")
    return True


def _updates(parent: Any, *, live: bool) -> list[Any]:
    """Return the updates that stand directly in an element: of one kind, with a time and prose each."""
    children = [child for child in parent if child.find(".//time") is not None or child.tag == "article"]
    if len(children) < FEWEST_UPDATES or len({child.tag for child in children}) > 1:
        return []
    names = [parent.get("class", ""), parent.get("id", ""), *(child.get("class", "") for child in children)]
    named = live or any(LIVE.search(name) for name in names)
    return children if named and all(prose_in(child) for child in children[:FEWEST_UPDATES]) else []


def _drop_other_articles(tree: Any, heading: Any | None, total: int) -> None:
    """Drop the articles beside the one that holds the headline."""
    own = next(heading.iterancestors("article"), None) if heading is not None else None
    if own is None or prose_in(own) < SMALLEST_PART * total:
        return
    for other in tree.findall(".//article"):
        if other is not own and own not in other.iterancestors() and other not in own.iterancestors():
            _drop(other)


def _drop_under_heading(tree: Any, page: _Page, title: re.Pattern[str], *, to_the_end: bool) -> None:
    """Drop the part of a page that stands under such a heading: the heading's own block, or all behind it."""
    for node in list(tree.iter(*HEADINGS)):
        words = node.text_content() if len(node) <= FEW else LONG
        if len(words) > LONGEST_HEADING or not title.fullmatch(" ".join(words.split())):
            continue
        block = node
        while (above := block.getparent()) is not None and _begins_with(above, words) and _is_extra(above, page):
            block = above
        if block is not node:
            if to_the_end or _is_linked(block):
                _drop(block)
        elif to_the_end and node.tag.startswith("h") and page.heading is not None and _is_behind(node, page.heading):
            following = list(node.itersiblings())
            if sum(map(prose_in, following)) <= page.largest * page.prose:
                for one in following:
                    _drop(one)


def _begins_with(node: Any, words: str) -> bool:
    return bool(node.text_content().lstrip().startswith(words.strip()))


def _is_linked(block: Any) -> bool:
    """Tell whether a block is a list of links, as one to other stories is."""
    linked = sum(len(link.text_content()) for link in block.iter("a"))
    return linked > LINKED * len(block.text_content())


def _is_extra(node: Any, page: _Page) -> bool:
    """Tell whether an element can be left out: it holds neither the headline nor too much of the page's prose."""
    if node.tag in {"body", "html", "main"} or (page.heading is not None and page.heading in node.iter("h1")):
        return False
    return prose_in(node) <= page.largest * page.prose


def _is_behind(node: Any, heading: Any) -> bool:
    parent = node.getparent()
    return parent is not None and heading in parent.iter("h1")


def _protect(tree: Any, total: int) -> None:
    """Take the names off large parts that the extractor would throw away by name."""
    from trafilatura.xpaths import OVERALL_DISCARD_XPATH, PRECISION_DISCARD_XPATH, TEASER_DISCARD_XPATH

    for expression in (*OVERALL_DISCARD_XPATH, *PRECISION_DISCARD_XPATH, *TEASER_DISCARD_XPATH):
        for node in _plain(expression(tree)):
            names = f"{node.get('class', '')} {node.get('id', '')}"
            if not UNPROTECTED.search(names) and not SIDE.search(names) and prose_in(node) >= SMALLEST_PART * total:
                for name in ("class", "id", "style", "role"):
                    node.attrib.pop(name, None)


def _plain(nodes: Iterable[Any]) -> list[Any]:
    return [node for node in nodes if node.tag in PLAIN]


def _drop(node: Any) -> None:
    if node.getparent() is not None:
        node.drop_tree()
