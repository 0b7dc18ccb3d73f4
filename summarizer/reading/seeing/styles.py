"""The style sheets of a page, as far as they bear on what can be seen.

tinycss2 tokenises, cssselect2 matches; what is ours is which rules hold for a person at a desktop screen
(media queries, layers, `@supports`) and the breaking up of shorthands. Rules that only set what cannot
hide anything are left out, so most of a sheet costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import cssselect2
import tinycss2
from tinycss2 import ast

from summarizer.reading.seeing.media import media_match

__all__ = ["Declaration", "Rule", "Selector", "TooManyRules", "parse_inline", "parse_sheet"]

SINGLE = frozenset(
    {
        "display",
        "visibility",
        "opacity",
        "content-visibility",
        "filter",
        "color",
        "background-color",
        "background-image",
        "background-clip",
        "-webkit-background-clip",
        "-webkit-text-fill-color",
        "font-size",
        "text-indent",
        "position",
        "left",
        "right",
        "top",
        "bottom",
        "width",
        "height",
        "max-width",
        "max-height",
        "overflow-x",
        "overflow-y",
        "clip",
        "clip-path",
        "transform",
        "translate",
        "scale",
        "margin-left",
        "margin-top",
        "white-space",
        "padding-top",
        "padding-bottom",
        "min-height",
        "min-width",
    }
)
SHORTHANDS = frozenset({"background", "font", "inset", "margin", "padding", "overflow", "background-position"})
LAYERED, UNLAYERED = 1, 2
DEEPEST = 16
MOST_RULES = 20_000
"""In one page; the largest real sheets hold about half of that."""


class TooManyRules(ValueError):
    """A page's style sheets are too large to judge what can be seen."""


class Declaration(NamedTuple):
    """A property and its value as tokens without white space."""

    name: str
    value: tuple[Any, ...]
    important: bool


class Selector(NamedTuple):
    """One compiled selector of cssselect2 with the rank of its layer."""

    compiled: Any
    rank: int


@dataclass(frozen=True, slots=True)
class Rule:
    """Selectors and the declarations that they carry."""

    selectors: tuple[Selector, ...]
    declarations: tuple[Declaration, ...]


@lru_cache(maxsize=16)
def parse_sheet(css: str) -> tuple[Rule, ...]:
    """Parse a style sheet into the rules that hold at a desktop screen and may bear on what is seen.

    Raises:
        TooManyRules: it holds more rules than any honest page.

    """
    return tuple(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), UNLAYERED, ()))


@lru_cache(maxsize=4096)
def parse_inline(css: str) -> tuple[Declaration, ...]:
    """Parse the declarations of a `style` attribute."""
    return tuple(_declarations(tinycss2.parse_blocks_contents(css, skip_comments=True, skip_whitespace=True)))


def _rules(nodes: Iterable[Any], rank: int, above: tuple[str, ...]) -> Iterator[Rule]:
    """Yield rules in order; `above` holds the selectors that a nested rule stands in."""
    if len(above) > DEEPEST:
        return
    count = 0
    for node in nodes:
        found: Iterable[Rule] = ()
        if isinstance(node, ast.QualifiedRule):
            found = _qualified(node, rank, above)
        elif isinstance(node, ast.AtRule) and node.content is not None:
            found = _at_rule(node, rank, above)
        for rule in found:
            count += 1
            if count > MOST_RULES:
                raise TooManyRules
            yield rule


def _at_rule(node: Any, rank: int, above: tuple[str, ...]) -> Iterator[Rule]:
    name = node.lower_at_keyword
    holds = name == "layer" or (name == "media" and media_match(node.prelude))
    if not holds and not (name == "supports" and not _starts_with_not(node.prelude)):
        return
    rank = LAYERED if name == "layer" else rank
    if above:  # inside a rule: declarations and rules mixed
        yield from _block(node.content, rank, above)
    else:
        yield from _rules(
            tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True), rank, (*above,)
        )


def _starts_with_not(prelude: Sequence[Any]) -> bool:
    first = next((token for token in prelude if token.type != "whitespace"), None)
    return first is not None and first.type == "ident" and first.lower_value == "not"


def _qualified(node: Any, rank: int, above: tuple[str, ...]) -> Iterator[Rule]:
    yield from _block(node.content, rank, (*above, tinycss2.serialize(node.prelude).strip()))


def _block(content: Sequence[Any], rank: int, above: tuple[str, ...]) -> Iterator[Rule]:
    nodes = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    declarations = tuple(_declarations(nodes))
    if declarations and (selectors := _selectors(above, rank)):
        yield Rule(selectors, declarations)
    nested = [node for node in nodes if isinstance(node, ast.QualifiedRule | ast.AtRule)]
    if nested:
        yield from _rules(nested, rank, above)


def _selectors(above: tuple[str, ...], rank: int) -> tuple[Selector, ...]:
    text = above[0]
    for nested in above[1:]:
        inner = f":is({text})"
        text = nested.replace("&", inner) if "&" in nested else f"{inner} {nested}"
    found = []
    for part in _split_selectors(text):
        try:
            compiled = cssselect2.compile_selector_list(part)
        except cssselect2.SelectorError:
            continue  # a browser's own, such as ::-webkit-scrollbar; one bad selector spoils the rule there, not here
        found += [Selector(one, rank) for one in compiled if one.pseudo_element is None and not one.never_matches]
    return tuple(found)


def _split_selectors(text: str) -> list[str]:
    """Split a selector list at its outer commas."""
    parts: list[list[Any]] = [[]]
    for token in tinycss2.parse_component_value_list(text):
        if token == ",":  # noqa: S105 - a token of a style sheet
            parts.append([])
        else:
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def _declarations(nodes: Iterable[Any]) -> Iterator[Declaration]:
    for node in nodes:
        if not isinstance(node, ast.Declaration):
            continue
        name = node.lower_name
        if name in SINGLE or name in SHORTHANDS or name.startswith("--"):
            value = tuple(token for token in node.value if token.type not in {"whitespace", "comment"})
            yield from _expand(node.name if name.startswith("--") else name, value, important=bool(node.important))


def _expand(name: str, value: tuple[Any, ...], *, important: bool) -> Iterator[Declaration]:
    """Break a shorthand up into the properties that we look at."""
    if name == "inset":
        top, right, bottom, left = _four_sides(value)
        sides = {"top": top, "right": right, "bottom": bottom, "left": left}
    elif name == "margin":
        top, _, _, left = _four_sides(value)
        sides = {"margin-top": top, "margin-left": left}
    elif name == "padding":
        top, _, bottom, _ = _four_sides(value)
        sides = {"padding-top": top, "padding-bottom": bottom}
    elif name == "overflow":
        sides = {"overflow-x": value[:1], "overflow-y": value[1:2] or value[:1]}
    elif name == "background":
        sides = {"background-color": value, "background-image": value}
    elif name == "font":
        sides = {"font-size": value}
    elif name == "-webkit-background-clip":
        sides = {"background-clip": value}
    else:
        sides = {name: value}
    for side, tokens in sides.items():
        if tokens:
            yield Declaration(side, tokens, important)


def _four_sides(value: tuple[Any, ...]) -> tuple[tuple[Any, ...], ...]:
    top = value[:1]
    right = value[1:2] or top
    bottom = value[2:3] or top
    return top, right, bottom, value[3:4] or right
