"""Which declarations hold for each element of a page, as the cascade of CSS decides."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

import cssselect2
import tinycss2

from summarizer.reading.seeing.media import media_text_match
from summarizer.reading.seeing.styles import MOST_RULES, Declaration, Rule, TooManyRules, parse_inline, parse_sheet

__all__ = ["Cascade", "Element", "Linked", "Values"]

Values = Mapping[str, tuple[Any, ...]]
Linked = Callable[[str], str | None]
"""Returns the text of the style sheet with this address, or None if it is not at hand."""

HINTS, INLINE = 0, 3
IMPORTANT = 10
MOST_WORK = 30_000_000
"""Steps from one element to another for the selectors of a page: some ten seconds; large real pages take a tenth."""
TRIED, MATCHED = 5, 50
"""Steps that it counts to try a selector, and to weigh the declarations of one that matches."""
CROWD = 100
"""Siblings that a selector such as `:nth-of-type` may count through for the price of one step."""
NEVER_STYLED = frozenset({"head", "script", "style", "meta", "link", "title", "base", "br", "source", "track"})
DATA_SHEET = re.compile(r"data:text/css[^,]*?(;base64)?,(.*)", re.IGNORECASE | re.DOTALL)


class _Budget:
    """Work that is left; a page that asks for more is none that people wrote."""

    def __init__(self) -> None:
        self.left = MOST_WORK

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise TooManyRules


class Element(cssselect2.ElementWrapper):  # type: ignore[misc]
    """A node as selectors see it.

    Its relatives are walked one by one and each step is paid for: the stock tuples of siblings grow with their square,
    and a selector of five descendants on a deep tree looks at billions of ancestors.
    """

    budget = _Budget()

    @classmethod
    def of_page(cls, root: Any) -> Element:
        """Return the root of a page, with a budget of its own for all that is below it."""
        bound = type("PageElement", (cls,), {"budget": _Budget()})
        return bound.from_html_root(root)  # type: ignore[no-any-return, attr-defined]

    @property
    def ancestors(self) -> Iterator[Element]:
        """The elements above this one, nearest first."""
        above = self.parent
        while above is not None:
            self.budget.spend(1)
            yield above
            above = above.parent

    @property
    def previous_siblings(self) -> Iterator[Element]:
        """The siblings before this one, nearest first."""
        before = self.previous
        while before is not None:
            self.budget.spend(1)
            yield before
            before = before.previous

    def iter_previous_siblings(self) -> Iterator[Element]:
        """Yield the same; selectors for disabled fields ask under this name."""
        return self.previous_siblings


class Cascade:
    """The style sheets of one page, ready to be asked about its elements."""

    def __init__(self, root: Any, linked: Linked) -> None:
        self.external = False
        """The page links to style sheets that are not at hand."""
        self._by: dict[str, dict[str, list[tuple[Any, ...]]]] = {"id": {}, "class": {}, "tag": {}}
        self._others: list[tuple[Any, ...]] = []
        self._order = 0
        for css in self._sheets(root, linked):
            self._add(parse_sheet(css))
        self.any_rules = self._order > 0

    def declared(self, element: Element) -> Values:
        """Return the declarations that hold for an element, the winners by property.

        Raises:
            TooManyRules: the page asks for more work than any honest one.

        """
        node = element.etree_element
        found = list(self._matching(element)) if self.any_rules else []
        style = node.get("style")
        hints = _hints(node)
        if not found and not style and not hints:
            return {}
        winners: dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]] = {}

        def put(declarations: Iterable[Declaration], rank: int, specificity: tuple[int, ...], order: int) -> None:
            for name, value, important in declarations:
                strength = (rank + (IMPORTANT if important else 0), specificity, order)
                if name not in winners or winners[name][0] <= strength:
                    winners[name] = (strength, value)

        put(hints, HINTS, (0, 0, 0), 0)
        for specificity, order, rank, rule in found:
            put(rule.declarations, rank, specificity, order)
        if style:
            put(parse_inline(style), INLINE, (0, 0, 0), 0)
        return {name: value for name, (_, value) in winners.items()}

    def _sheets(self, root: Any, linked: Linked) -> Iterator[str]:
        for node in root.iter("style", "link"):
            if any(above.tag in {"noscript", "template"} for above in node.iterancestors()):
                continue
            if node.tag == "style" and (node.get("type") or "text/css").strip().lower() != "text/css":
                continue
            is_link = node.tag == "link" and "stylesheet" in (node.get("rel") or "").lower().split()
            if (node.tag == "style" or is_link) and media_text_match(node.get("media")):
                css = _sheet_at(node.get("href") or "", linked) if is_link else node.text
                self.external = self.external or (is_link and css is None)
                if css:
                    yield css

    def _add(self, rules: Iterable[Rule]) -> None:
        for rule in rules:
            self._order += 1
            if self._order > MOST_RULES:
                raise TooManyRules
            for selector in rule.selectors:
                compiled = selector.compiled
                entry = (compiled.test, compiled.specificity, self._order, selector.rank, rule)
                if compiled.id is not None:
                    self._by["id"].setdefault(compiled.id, []).append(entry)
                elif compiled.class_name is not None:
                    self._by["class"].setdefault(compiled.class_name, []).append(entry)
                elif compiled.local_name is not None:
                    self._by["tag"].setdefault(compiled.lower_local_name, []).append(entry)
                else:
                    self._others.append(entry)

    def _matching(self, element: Element) -> Iterator[tuple[Any, ...]]:
        if element.local_name in NEVER_STYLED:
            return
        buckets = [self._others]
        if element.id is not None and element.id in self._by["id"]:
            buckets.append(self._by["id"][element.id])
        buckets += [self._by["class"][name] for name in element.classes if name in self._by["class"]]
        if element.local_name in self._by["tag"]:
            buckets.append(self._by["tag"][element.local_name])
        price = TRIED * (1 + element.index // CROWD)
        for bucket in buckets:
            element.budget.spend(price * len(bucket))
            for test, specificity, order, rank, rule in bucket:
                if test(element):
                    element.budget.spend(MATCHED)
                    yield specificity, order, rank, rule


def _sheet_at(address: str, linked: Linked) -> str | None:
    """Return a linked style sheet: one that stands in its own address, or what `linked` knows."""
    inside = DATA_SHEET.match(address)
    if inside is None:
        return linked(address)
    content = unquote_to_bytes(inside.group(2))
    try:
        return (base64.b64decode(content) if inside.group(1) else content).decode("utf-8", "replace")
    except ValueError:
        return None


def _hints(node: Any) -> list[Declaration]:
    """Return what the old attributes of HTML say, and `hidden`."""
    attributes = node.attrib
    if not attributes:
        return []
    said = {}
    if "hidden" in attributes:
        said["display"] = "none"
    if "bgcolor" in attributes:
        said["background-color"] = attributes["bgcolor"]
    if "background" in attributes:
        said["background-image"] = "url(x)"
    if node.tag == "font" and "color" in attributes:
        said["color"] = attributes["color"]
    if node.tag == "body" and "text" in attributes:
        said["color"] = attributes["text"]
    return [
        Declaration(name, tuple(tinycss2.parse_component_value_list(value.strip())), important=False)
        for name, value in said.items()
    ]
