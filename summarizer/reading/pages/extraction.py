"""The text of a page: trafilatura in its precise mode, watched.

Precise mode loses paragraphs on some layouts (live blogs, old table pages, containers with unlucky names). So its
result is held against the prose around it on the page, and where it is far too little, the balanced mode is tried,
and the generous one where there is next to nothing. Forum pages are cut down to their opening post first.
"""

from __future__ import annotations

import copy
import logging
import re
from collections import Counter
from typing import Any

from summarizer.reading.pages.prose import BLOCKS, furniture_of, is_within, own_words, prose_length
from summarizer.reading.pages.regions import prepare

__all__ = ["extract_text"]

ENOUGH = 0.6
"""Of the prose of the part of a page that a text was taken from: one that has less has lost paragraphs."""
MOST = 0.8
FIRST = 40
"""Characters by which a paragraph of the text is found on the page again."""
SHORTEST_POST = 120
POSTS = (
    ("article", "message--post", ".//div[contains(@class,'bbWrapper')]"),
    ("div", "postbody", ".//div[contains(concat(' ',@class,' '),' content ')]"),
    ("*", "ipsComment", ".//*[@data-role='commentContent']"),
    ("*", "cPost", ".//*[@data-role='commentContent']"),
    (
        "div",
        "topic-body",
        ".//*[contains(concat(' ',@class,' '),' cooked ') or @itemprop='text' or @itemprop='articleBody']",
    ),
    ("div", "crawler-post", ".//*[contains(concat(' ',@class,' '),' post ') or @itemprop='text']"),
    (
        "div",
        "post_wrapper",
        ".//div[contains(concat(' ',@class,' '),' inner ') or contains(concat(' ',@class,' '),' post ')]",
    ),
    ("div", "post_content", ".//div[contains(concat(' ',@class,' '),' post_body ')]"),
    ("div", "postcontainer", ".//div[starts-with(@id,'post_message_')]"),
    (
        "*",
        "question",
        ".//*[contains(@class,'js-post-body') or contains(@class,'s-prose') or contains(@class,'post-text')]",
    ),
    ("div", "link", ".//div[contains(@class,'usertext-body')]"),
    ("*", "fatitem", ".//*[contains(@class,'toptext')]"),
)
"""Where forum programs keep a post, by class, and its words in there: XenForo, phpBB, Invision, Discourse, SMF, MyBB,
vBulletin, Stack Exchange, old Reddit, Hacker News."""
FURNITURE_LINES = re.compile(
    r"(?:advertisement|advertising|sponsored(?: content)?|story continues below(?: advertisement)?|continue reading"
    r"|(?:article|story) continues (?:below|after).{0,40}|read (?:more|also|next)\s*:?|follow us"
    r"|share(?: this)?(?: (?:article|story|post))?\s*:?"
    r"|most (?:read|popular|viewed)|related (?:articles|stories|topics|news)?\s*:?"
    r"|recommended (?:posts|stories|for you)|more on this (?:story|topic)"
    r"|sign up|log in|subscribe(?: now)?|click here|print|email|comments?(?: \(\d+\))?"
    r"|leave a (?:reply|comment)|source link|(?:facebook|twitter|whatsapp|telegram|linkedin|reddit|pinterest)"
    r"(?:\s*[,|/]?\s*(?:facebook|twitter|x|whatsapp|telegram|linkedin|email))*"
    r"|image source,?.{0,60}|back to top|loading\W*|reply|quote|report|like)",
    re.IGNORECASE,
)
"""Lines that are furniture when nothing else stands in them."""
TOO_SHORT = 200
LARGEST_CELL = 600
"""Characters in a cell of a table of figures; a column of a page holds more."""


def extract_text(tree: Any, title: str | None, *, live: bool = False) -> str:
    """Return the text of a page from which the unseen has been removed: one line a paragraph, '' if there is none.

    `live` says that the page's metadata call it a live blog. The tree is changed.
    """
    _open_layout_tables(tree)
    post = _opening_post(tree)
    if post is not None:
        return _tidy(_run(post, precise=True), title) or _tidy(_plain(post), title)
    prepare(tree, live=live)
    return _watched(tree, title)


def _watched(tree: Any, title: str | None) -> str:
    text = _tidy(_run(tree, precise=True), title)
    if len(text) < max(TOO_SHORT, ENOUGH * _prose_around(tree, text)):
        balanced = _tidy(_run(tree), title)
        text = balanced if len(balanced) > len(text) / ENOUGH else text
    if len(text) < TOO_SHORT:
        text = max(text, _tidy(_run(tree, generous=True), title), key=len)
    return text


def _run(tree: Any, *, precise: bool = False, generous: bool = False) -> str:
    """Run trafilatura on a copy; it logs what it thinks of a page, which is nothing for a terminal."""
    from trafilatura import bare_extraction

    for name in ("trafilatura", "htmldate", "readability"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    found = bare_extraction(
        copy.deepcopy(tree), include_comments=False, with_metadata=False, favor_precision=precise, favor_recall=generous
    )
    return (getattr(found, "text", None) or "") if found is not None else ""


def _prose_around(tree: Any, text: str) -> int:
    """Return how many characters of prose stand in the part of the page that an extracted text was taken from.

    That part is the smallest element that holds most of its paragraphs; furniture and comments in it do not count.
    """
    paragraphs = {line[:FIRST] for line in text.split("\n") if len(line) >= FIRST}
    frame = furniture_of(tree) | _comments(tree)
    prose = {node: words for node in tree.iter(*BLOCKS) if prose_length(words := own_words(node))}
    prose = {node: words for node, words in prose.items() if not is_within(node, frame)}
    taken = [node for node, words in prose.items() if words[:FIRST] in paragraphs]
    counts = Counter(above for node in taken for above in node.iterancestors())
    holders = [node for node, count in counts.items() if count >= MOST * len(taken)]
    if not holders:
        return 0
    holder = max(holders, key=lambda node: sum(1 for _ in node.iterancestors()))
    return sum(len(words) for node, words in prose.items() if holder in node.iterancestors())


def _comments(tree: Any) -> frozenset[Any]:
    return frozenset(tree.xpath(".//aside | .//*[contains(@class,'comment') or contains(@id,'comment')]"))


def _open_layout_tables(tree: Any) -> None:
    """Turn tables that lay a page out into plain blocks: a cell with so much prose is a column, not a figure."""
    for table in tree.xpath(".//table"):
        cells = [cell for cell in table.iter("td", "th") if next(cell.iterancestors("table")) is table]
        if any(len(cell.text_content()) > LARGEST_CELL and prose_length(cell.text_content()) for cell in cells):
            rows = [
                node
                for node in table.iter("tr", "tbody", "thead", "tfoot")
                if next(node.iterancestors("table")) is table
            ]
            for node in (table, *rows, *cells):
                node.tag = "div"


def _opening_post(tree: Any) -> Any | None:
    """Return the opening post of a forum thread as a page of its own, or None if this is not a forum."""
    for tag, holder, words in POSTS:
        for found in tree.xpath(
            f".//{tag}[contains(concat(' ',@class,' '),concat(' ',$name,' ')) or @class=$name]", name=holder
        ):
            inner = found.xpath(words)
            if inner and len(inner[0].text_content().strip()) >= SHORTEST_POST:
                return _page_of(inner[0])
    marked = tree.xpath(
        ".//*[contains(@itemtype,'DiscussionForumPosting')]//*[@itemprop='text' or @itemprop='articleBody']"
    )
    if marked and len(marked[0].text_content().strip()) >= SHORTEST_POST:
        return _page_of(marked[0])
    return None


def _page_of(node: Any) -> Any:
    from lxml import html

    page = html.document_fromstring("<html><body><article></article></body></html>")
    post = copy.deepcopy(node)
    post.tail = None
    post.attrib.clear()
    post.tag = "div"
    page.find(".//article").append(post)
    return page


def _plain(tree: Any) -> str:
    """Return the text of a tree as it stands, a line for each block or break."""
    lines = copy.deepcopy(tree)
    for node in lines.iter("br", "p", "div", "li", "blockquote"):
        node.tail = "\n" + (node.tail or "")
    return re.sub(r"\s*\n\s*", "\n", lines.text_content()).strip()


def _tidy(text: str, title: str | None) -> str:
    """Drop lines that are furniture and nothing else, and the title where it is repeated at the head."""
    lines = [line.rstrip() for line in text.split("\n")]
    kept = [line for line in lines if not FURNITURE_LINES.fullmatch(line.strip().strip("-•|> ").rstrip("."))]
    head = " ".join(kept[0].split()).casefold() if kept else ""
    if title and head == " ".join(title.split()).casefold():
        kept = kept[1:]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
