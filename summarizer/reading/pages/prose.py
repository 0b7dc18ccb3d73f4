"""Prose told from furniture: menus, labels, notices and what only screen readers are given."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

__all__ = [
    "BLOCKS",
    "FURNITURE_NAMES",
    "furniture_of",
    "holds_prose",
    "is_within",
    "mostly_links",
    "own_words",
    "prose_length",
    "spaced_text",
]

FEWEST_WORDS = 8
SENTENCE_END = re.compile(r"[.!?\u2026\u3002\uff01\uff1f\u061f\u06d4\u0964][\"'\u201d\u2019\u00bb)\]]*(?:\s|$)")
CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
FEWEST_CJK = 16
FURNITURE_TAGS = frozenset(
    {"nav", "footer", "form", "menu", "button", "select", "option", "label", "svg", "script", "style", "dialog", "head"}
)
FURNITURE_ROLES = frozenset(
    {
        "navigation",
        "menu",
        "menubar",
        "dialog",
        "alertdialog",
        "alert",
        "search",
        "banner",
        "tooltip",
        "tablist",
        "status",
    }
)
FURNITURE_NAMES = re.compile(
    r"cookie|consent|gdpr|privacy|newsletter|subscri|sign-?(?:in|up)|log-?in|modal|pop-?up|popover|overlay|drawer"
    r"|off-?canvas|menu|(?:^|[-_ ])nav|navigation|tooltip|share|social|toast|snackbar|banner|promo|advert"
    r"|(?:^|[-_ ])ads?(?:$|[-_ ])|search|captcha|comment-form|respond|breadcrumb|accessib|sr-only|screen-?reader"
    r"|visually-?hidden|skip-?(?:to|link|nav)",
    re.IGNORECASE,
)
BLOCKS = ("p", "li", "blockquote", "td", "div", "section", "article", "h2", "h3", "pre")
LINKED = 0.5
LARGEST_SHARE = 0.3


def prose_length(text: str) -> int:
    """Return the length of a text if it reads like prose: eight words or more with a sentence's end; else 0."""
    if not SENTENCE_END.search(text):
        return 0
    if len(text.split()) < FEWEST_WORDS and len(CJK.findall(text)) < FEWEST_CJK:
        return 0
    return len(" ".join(text.split()))


def furniture_of(tree: Any) -> frozenset[Any]:
    """Return the elements of a page that are furniture by their tag, role, class or id.

    One that holds a good part of the page's text is its layout, whatever its name says: a form around everything, a
    class such as `off-canvas-wrapper`.
    """
    named = [node for node in tree.iter(etree.Element) if _named_as_furniture(node)]
    most = LARGEST_SHARE * len(tree.text_content())
    return frozenset(node for node in named if len(node.text_content()) <= most)


def is_within(node: Any, parts: frozenset[Any]) -> bool:
    """Tell whether an element is one of these or stands in one."""
    return node in parts or any(above in parts for above in node.iterancestors())


def mostly_links(node: Any) -> bool:
    """Tell whether more than half of an element's text is linked."""
    length = len(node.text_content())
    return length > 0 and sum(len(link.text_content()) for link in node.iter("a")) > LINKED * length


def _named_as_furniture(node: Any) -> bool:
    if node.tag in FURNITURE_TAGS or node.get("role", "").lower() in FURNITURE_ROLES:
        return True
    names = f"{node.get('class', '')} {node.get('id', '')}"
    return len(names) > 1 and node.tag not in {"body", "html"} and FURNITURE_NAMES.search(names) is not None


def own_words(node: Any) -> str:
    """Return the words of a paragraph, or those that stand in a block outside of the blocks in it."""
    if node.tag == "p":
        return " ".join(node.text_content().split())
    inner = (part for child in node if child.tag not in BLOCKS for part in (child.text_content(), child.tail or ""))
    return " ".join(" ".join([node.text or "", *inner]).split())


def holds_prose(node: Any) -> bool:
    """Tell whether one of the paragraphs in an element is prose; its labels and menus together are none."""
    blocks = [node, *(inner for inner in node.iter(*BLOCKS) if inner is not node)]
    return any(prose_length(own_words(block)) for block in blocks)


def spaced_text(tree: Any) -> str:
    """Return all that a tree shows on one line, blocks parted by a space; what scripts and styles hold is no text."""
    shown = (words for words in tree.xpath(".//text()[not(parent::script or parent::style)]"))
    return " ".join(" ".join(shown).split())
