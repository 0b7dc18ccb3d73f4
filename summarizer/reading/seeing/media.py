"""Whether a media query holds for somebody who reads a page at a desktop screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tinycss2

__all__ = ["VIEWPORT", "media_match", "media_text_match"]

VIEWPORT = (1280.0, 800.0)
"""Width and height in CSS pixels of the screen that pages are judged for: a common laptop."""

PLAIN = {
    "orientation": "landscape",
    "prefers-color-scheme": "light",
    "prefers-reduced-motion": "no-preference",
    "prefers-contrast": "no-preference",
    "prefers-reduced-transparency": "no-preference",
    "prefers-reduced-data": "no-preference",
    "forced-colors": "none",
    "inverted-colors": "none",
    "hover": "hover",
    "any-hover": "hover",
    "pointer": "fine",
    "any-pointer": "fine",
    "scripting": "enabled",
    "display-mode": "browser",
    "update": "fast",
    "overflow-block": "scroll",
    "overflow-inline": "scroll",
    "color-gamut": "srgb",
    "dynamic-range": "standard",
}
SIZES = {"width": VIEWPORT[0], "device-width": VIEWPORT[0], "height": VIEWPORT[1], "device-height": VIEWPORT[1]}
PIXELS = {"px": 1.0, "em": 16.0, "rem": 16.0, "pt": 4 / 3, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
COMPARE = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "=": lambda left, right: left == right,
}
FLIP = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


def media_text_match(media: str | None) -> bool:
    """Tell whether the `media` attribute of a style or link element holds."""
    return media_match(tinycss2.parse_component_value_list(media or ""))


def media_match(prelude: Sequence[Any]) -> bool:
    """Tell whether a media query list holds; an empty one does."""
    queries: list[list[Any]] = [[]]
    for token in prelude:
        if token.type in {"whitespace", "comment"}:
            continue
        if token == ",":  # noqa: S105 - a token of a style sheet
            queries.append([])
        else:
            queries[-1].append(token)
    return queries == [[]] or any(_query(query) for query in queries)


def _query(tokens: list[Any]) -> bool:
    negated = False
    holds = True
    joined_by_or: list[bool] = []
    for token in tokens:
        if token.type == "ident":
            word = token.lower_value
            if word == "not":
                negated = not negated
            elif word == "or":
                joined_by_or.append(holds)
                holds = True
            elif word not in {"and", "only"}:
                holds = holds and word in {"all", "screen"}
        elif token.type == "() block":
            holds = holds and _in_brackets(token.content)
        else:
            holds = False
    return (holds or any(joined_by_or)) != negated


def _in_brackets(content: Sequence[Any]) -> bool:
    tokens = [token for token in content if token.type not in {"whitespace", "comment"}]
    if any(token.type == "() block" for token in tokens):
        return _query(tokens)
    if tokens and tokens[0].type == "ident" and ":" in tokens:
        return _feature(tokens[0].lower_value, tokens[tokens.index(":") + 1 :])
    if len(tokens) == 1 and tokens[0].type == "ident":
        name = tokens[0].lower_value
        return name in SIZES or PLAIN.get(name, "none") not in {"none", "no-preference"} or name == "color"
    return _range(tokens)


def _feature(name: str, value: list[Any]) -> bool:
    if not value:
        return False
    bound, _, bare = name.partition("-")
    if bound in {"min", "max"} and bare in SIZES:
        size = _pixels(value[0])
        return size is not None and (SIZES[bare] >= size if bound == "min" else SIZES[bare] <= size)
    if name in SIZES:
        return _pixels(value[0]) == SIZES[name]
    if name.endswith(("resolution", "device-pixel-ratio")):
        ratio = getattr(value[0], "value", None)
        unit = getattr(value[0], "lower_unit", "")
        if not isinstance(ratio, int | float):
            return False
        ratio = ratio / 96 if unit == "dpi" else ratio
        return ratio >= 1 if "max-" in name else ratio <= 1
    return name in PLAIN and value[0].type == "ident" and value[0].lower_value == PLAIN[name]


def _range(tokens: list[Any]) -> bool:
    """Judge `width >= 600px` and `400px <= width < 900px`."""
    parts: list[Any] = []
    for token in tokens:
        if token.type == "literal" and parts and parts[-1] in {"<", ">"} and token.value == "=":
            parts[-1] += "="
        elif token.type == "literal":
            parts.append(token.value)
        else:
            parts.append(token)
    names = [at for at, part in enumerate(parts) if getattr(part, "type", "") == "ident"]
    if len(names) != 1 or parts[names[0]].lower_value not in SIZES:
        return False
    at, size = names[0], SIZES[parts[names[0]].lower_value]
    checks = []
    if at + 2 < len(parts):
        checks.append((parts[at + 1], _pixels(parts[at + 2])))
    if at >= 2:  # noqa: PLR2004 - a value and a sign before the name
        checks.append((FLIP.get(parts[at - 1], ""), _pixels(parts[at - 2])))
    return bool(checks) and all(
        sign in COMPARE and value is not None and COMPARE[sign](size, value) for sign, value in checks
    )


def _pixels(token: Any) -> float | None:
    if getattr(token, "type", "") == "number" and token.value == 0:
        return 0.0
    if getattr(token, "type", "") == "dimension" and token.lower_unit in PIXELS:
        return float(token.value) * PIXELS[token.lower_unit]
    return None
