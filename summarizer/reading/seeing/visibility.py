"""What a reader of a page cannot see: found by its styles and attributes, and taken out of the tree.

Taken out: `hidden`, `display: none`, closed dialogues and pop-ups, templates and fallbacks; `visibility`;
opacity and font size near zero; boxes of no size that clip what overflows; what is moved off the screen,
clipped or scaled away; text in the colour of its background, inherited backgrounds included; `aria-hidden`.
Kept: a closed `details` (one click opens it), what scrolls into view, text over pictures.

Two judgements where the markup alone does not decide. `aria-hidden` speaks to screen readers, and pages
set it on everything behind an open dialogue: a part that holds the headline or most of the page's prose
is kept. And a page that would be left with next to nothing, because it fades its text in by script, keeps
what was merely transparent; both are warned of.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from summarizer.reading.pages.prose import furniture_of, holds_prose, is_within, mostly_links, prose_length, spaced_text
from summarizer.reading.seeing.cascade import Cascade, Element, Linked
from summarizer.reading.seeing.sight import Sight, look, unseen_box, unseen_text

__all__ = ["Removal", "remove_unseen"]

INERT = frozenset(
    {"template", "noscript", "noframes", "noembed", "iframe", "object", "audio", "video", "canvas", "datalist", "rp"}
)
"""Elements whose content shows only where the browser lacks something, or never."""
UNREAD = frozenset({"head", "script", "style"})
INLINE = frozenset(
    {
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "br",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    }
)
PARAGRAPHS = frozenset({"p", "div", "section", "article", "ul", "ol", "blockquote"})
KEPT_EMPTY = frozenset({"td", "th", "tr", "tbody", "table", "body", "html"})
SHELL = 400
"""Characters of prose; a page with less is an empty shell."""
MOSTLY = 0.5
SCRIPTED = frozenset({"opacity", "visibility", "colour"})
"""Ways of hiding that scripts undo on load; the others are as good as permanent."""
REVEALERS = (
    ("data-w-id", "webflow"),
    ("data-framer-appear-id", "framer"),
    ("elementor-invisible", "elementor"),
    ("data-aos", "aos"),
)
"""Marks of elements that a known script fades in, and a word in the address of that script."""


@dataclass(slots=True)
class Removal:
    """What was taken out."""

    prose: bool = False
    """Some of it looked like prose that nobody was meant to read."""
    warnings: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Find:
    """An element to drop, or a run of text to empty (of `node`, or after it when `tail`)."""

    node: Any
    way: str
    whole: bool
    tail: bool = False

    @property
    def text(self) -> str:
        if self.whole:
            return " ".join(self.node.itertext())
        return (self.node.tail if self.tail else self.node.text) or ""


def remove_unseen(root: Any, linked: Linked = lambda _: None) -> Removal:
    """Take what cannot be seen out of a page, in place.

    `linked` gives the text of a linked style sheet that is at hand.

    Raises:
        TooManyRules: style sheets beyond any honest page.

    """
    _switch_scripts_on(root)
    removal = Removal()
    finds = _find(root, Cascade(root, linked))
    finds = _keep_what_readers_see(root, finds, removal)
    furniture = furniture_of(root) if finds else frozenset()
    hidden = [
        find.text
        for find in finds
        if find.way != "inert"
        and (holds_prose(find.node) if find.whole else prose_length(find.text))
        and not is_within(find.node, furniture)
        and not (find.whole and mostly_links(find.node))
    ]
    _remove(finds)
    if hidden:
        seen = spaced_text(root)
        removal.prose = any(" ".join(text.split()) not in seen for text in hidden)
    return removal


def _switch_scripts_on(root: Any) -> None:
    """Turn the class `no-js` to `js`, as the first script of a page does: its styles are for other readers."""
    for node in [root, *root.iterchildren("body")]:
        classes = (node.get("class") or "").split()
        if "no-js" in classes:
            node.set("class", " ".join("js" if name == "no-js" else name for name in classes))


def _find(root: Any, cascade: Cascade) -> list[_Find]:
    """Walk the tree from the top and list what is not seen; below a dropped element nothing is listed."""
    revealed = _revealers(root)
    finds: list[_Find] = []
    stack: list[tuple[Element, Sight]] = [(Element.of_page(root), Sight())]
    while stack:
        element, inherited = stack.pop()
        node = element.etree_element
        if node.tag == "template" and "shadowrootmode" in node.attrib:  # a shadow tree: shown in its place
            node.tag = "div"
        if way := _closed(node):
            finds.append(_Find(node, way, whole=True))
        if way or node.tag in UNREAD:
            continue
        sight = look(inherited, cascade.declared(element))
        top = node.tag in {"html", "body"}
        if top:  # hidden until its scripts have run: nobody serves a page that stays invisible
            sight = sight._replace(visible=True, opacity=1.0)
        elif _is_revealed(node, revealed):
            sight = sight._replace(visible=inherited.visible, opacity=inherited.opacity)
        if not top and (way := unseen_box(sight)):
            finds.append(_Find(node, way, whole=True))
            continue
        if not top and node.get("aria-hidden", "").strip().lower() == "true":
            finds.append(_Find(node, "aria-hidden", whole=True))
        if way := unseen_text(sight, node, external=cascade.external):
            finds += _own_text(node, way)
        stack += [(child, sight) for child in element.iter_children()]
    return finds


def _closed(node: Any) -> str:
    """Name the way in which an element is not shown whatever its styles say, or return nothing."""
    if node.tag in INERT or (node.tag == "dialog" and "open" not in node.attrib):
        return "inert"
    return "display" if "popover" in node.attrib else ""


def _own_text(node: Any, way: str) -> list[_Find]:
    own = [_Find(node, way, whole=False)] if node.text and node.text.strip() else []
    return own + [_Find(child, way, whole=False, tail=True) for child in node if child.tail and child.tail.strip()]


def _revealers(root: Any) -> tuple[str, ...]:
    scripts = " ".join(node.get("src") or "" for node in root.iter("script")).lower()
    return tuple(mark for mark, word in REVEALERS if word in scripts)


def _is_revealed(node: Any, marks: tuple[str, ...]) -> bool:
    classes = (node.get("class") or "").split()
    return any(mark in node.attrib or mark in classes for mark in marks)


def _keep_what_readers_see(root: Any, finds: list[_Find], removal: Removal) -> list[_Find]:
    """Give back what the two judgements of this module keep."""
    total = sum(prose_length(text) for text in root.itertext())
    kept: list[_Find] = []
    for find in finds:
        if find.way == "aria-hidden" and _is_the_page(find.node, total):
            del find.node.attrib["aria-hidden"]
        else:
            kept.append(find)
    ways: Counter[str] = Counter()
    for find in _outermost(kept):
        ways[find.way] += prose_length(find.text)
    left = total - sum(ways.values())
    faded = sum(ways[way] for way in SCRIPTED)
    if left < SHELL and faded > SHELL and faded > MOSTLY * total:
        removal.warnings.append("most of the text is transparent or hidden until scripts run: kept")
        return [find for find in kept if find.way not in SCRIPTED]
    return kept


def _outermost(finds: list[_Find]) -> list[_Find]:
    """Leave out finds inside an element that is itself dropped."""
    dropped = {find.node for find in finds if find.whole}
    return [
        find
        for find in finds
        if not any(above in dropped for above in find.node.iterancestors())
        and not (not find.whole and not find.tail and find.node in dropped)
    ]


def _is_the_page(node: Any, total: int) -> bool:
    """Tell whether a part that is hidden from screen readers holds the page's own text."""
    length = sum(prose_length(text) for text in node.itertext())
    return length > SHELL and (
        length > MOSTLY * total or node.find(".//h1") is not None or node.tag in {"main", "article"}
    )


def _remove(finds: list[_Find]) -> None:
    emptied = []
    for find in finds:
        if find.whole:
            _drop(find.node)
        elif find.tail:
            find.node.tail = " "
        else:
            find.node.text = " "
            emptied.append(find.node)
    for node in emptied:
        top = None
        for above in (node, *node.iterancestors()):
            if above.tag in KEPT_EMPTY or above.text_content().strip():
                break
            top = above
        if top is not None:
            _drop(top)


def _drop(node: Any) -> None:
    """Take an element out; loose text after a block stays apart from what stands before it, as it did."""
    parent = node.getparent()
    if parent is None:
        return
    if node.tag in INLINE or not node.tail or not node.tail.strip():
        node.drop_tree()
    elif any(child is not node and child.tag in PARAGRAPHS for child in parent):
        _make_paragraph(node)
    else:
        tail = node.tail
        node.clear()
        node.tag, node.tail = "br", tail


def _make_paragraph(node: Any) -> None:
    """Put a paragraph with the text after an element in its place."""
    paragraph = node.makeelement("p")
    paragraph.text = node.tail
    following = node.getnext()
    node.getparent().replace(node, paragraph)
    paragraph.tail = None
    while following is not None and following.tag in INLINE:
        after = following.getnext()
        paragraph.append(following)
        following = after
