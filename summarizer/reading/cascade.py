"""Which declarations hold for each element of a page, as the cascade of CSS decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import cssselect2
import tinycss2

from summarizer.reading.media import media_text_match
from summarizer.reading.styles import MOST_RULES, Declaration, Rule, TooManyRules, parse_inline, parse_sheet

__all__ = ["Cascade", "Element", "Linked", "Values"]

Values = Mapping[str, tuple[Any, ...]]
Linked = Callable[[str], str | None]
"""Returns the text of the style sheet with this address, or None if it is not at hand."""

HINTS, INLINE = 0, 3
IMPORTANT = 10
MOST_WORK = 5_000_000
"""Selectors tried on one page, a match counting tenfold: some five seconds; large real pages stay under a million."""
MATCHED = 10
MOST_SIBLING_TESTS = 2_000
NEVER_STYLED = frozenset({"head", "script", "style", "meta", "link", "title", "base", "br", "source", "track"})


class Element(cssselect2.ElementWrapper):  # type: ignore[misc]
    """A node as selectors see it, with siblings walked one by one: the stock tuples grow with their square."""

    @property
    def previous_siblings(self) -> Iterator[Element]:
        """The nearest siblings before this one, nearest first."""
        sibling = self.previous
        for _ in range(MOST_SIBLING_TESTS):
            if sibling is None:
                return
            yield sibling
            sibling = sibling.previous

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
        self._work = 0
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
            is_link = node.tag == "link" and "stylesheet" in (node.get("rel") or "").lower().split()
            if (node.tag == "style" or is_link) and media_text_match(node.get("media")):
                css = linked(node.get("href") or "") if is_link else node.text
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
        for bucket in buckets:
            self._work += len(bucket)
            for test, specificity, order, rank, rule in bucket:
                if test(element):
                    self._work += MATCHED
                    yield specificity, order, rank, rule
        if self._work > MOST_WORK:
            raise TooManyRules


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
