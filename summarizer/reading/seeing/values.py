"""CSS values as numbers: lengths in pixels, opacities, colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tinycss2 import color4

from summarizer.reading.seeing.media import PIXELS, VIEWPORT

__all__ = [
    "BLACK",
    "CLEAR",
    "WHITE",
    "Colour",
    "colour",
    "contrast",
    "font_size",
    "keyword",
    "length",
    "number",
    "resolve",
]

KEYWORD_SIZES = {
    "xx-small": 9.0,
    "x-small": 10.0,
    "small": 13.0,
    "medium": 16.0,
    "large": 18.0,
    "x-large": 24.0,
    "xx-large": 32.0,
    "xxx-large": 48.0,
}
DEEPEST = 12
MOST_TOKENS = 500
ARITHMETIC = frozenset("+-*/")
FROM_D65 = ((3.2409699, -1.5373832, -0.4986108), (-0.9692436, 1.8759675, 0.0415551), (0.0556301, -0.2039770, 1.0569715))
FROM_D50 = ((3.1341359, -1.6173864, -0.4906619), (-0.9787684, 1.9161415, 0.0334540), (0.0719453, -0.2289914, 1.4052427))
"""From CIE XYZ to linear sRGB, for the two whites of CSS Color 4; the second with Bradford's adaptation."""


class Colour(NamedTuple):
    """An sRGB colour, each channel from 0 to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def over(self, below: Colour) -> Colour:
        """Return this colour laid over an opaque one."""
        mixed = (
            self.alpha * above + (1 - self.alpha) * under for above, under in zip(self[:3], below[:3], strict=True)
        )
        return Colour(*mixed)


WHITE, BLACK, CLEAR = Colour(1, 1, 1), Colour(0, 0, 0), Colour(0, 0, 0, 0)


class _Units(NamedTuple):
    font: float
    """Pixels of one em."""
    whole: float
    """Pixels of 100 %."""


def resolve(value: Sequence[Any], custom: Mapping[str, Sequence[Any]], depth: int = 0) -> tuple[Any, ...] | None:
    """Put custom properties in for `var()`; None when one is missing, or nested or grown beyond reason."""
    if depth > DEEPEST:
        return None
    out: list[Any] = []
    for token in value:
        if token.type != "function" or token.lower_name != "var":
            out.append(token)
            continue
        arguments = [part for part in token.arguments if part.type not in {"whitespace", "comment"}]
        if not arguments or arguments[0].type != "ident":
            return None
        known = custom.get(arguments[0].value)
        found = resolve(known if known is not None else arguments[2:], custom, depth + 1)
        if found is None or len(out) + len(found) > MOST_TOKENS:
            return None
        out += found
    return tuple(out)


def keyword(value: Sequence[Any]) -> str:
    """Return the first word of a value in lower case, or nothing."""
    return next((token.lower_value for token in value if token.type == "ident"), "")


def number(value: Sequence[Any]) -> float | None:
    """Return a plain number or a percentage as a share."""
    if len(value) == 1 and value[0].type == "number":
        return float(value[0].value)
    if len(value) == 1 and value[0].type == "percentage":
        return float(value[0].value) / 100
    if len(value) == 1 and value[0].type == "function":
        return _measure(value[0], _Units(16, 1))
    return None


def length(value: Sequence[Any], font: float, whole: float) -> float | None:
    """Return a length in pixels; `font` are those of one em, `whole` those of 100 %."""
    return _measure(value[0], _Units(font, whole)) if len(value) == 1 else None


def font_size(value: Sequence[Any], inherited: float) -> float | None:
    """Return a font size in pixels, from `font-size` or the `font` shorthand."""
    words = {**KEYWORD_SIZES, "smaller": inherited * 0.83, "larger": inherited * 1.2, "initial": 16.0}
    words |= {"unset": inherited, "inherit": inherited}
    for token in value:
        if token.type == "ident" and token.lower_value in words:
            return words[token.lower_value]
        is_number = token.type == "number" and (len(value) == 1 or token.value == 0)  # not the weight of a font
        if is_number or token.type in {"dimension", "percentage", "function"}:
            return _measure(token, _Units(inherited, inherited))
    return None


def colour(value: Sequence[Any], current: Colour, depth: int = 0) -> Colour | None:
    """Return the colour in a value, or None if there is none in it that is known."""
    for token in value:
        found: Any = None
        if token.type == "function" and depth < DEEPEST:
            found = _made_of_others(token, current, depth + 1)
        if found is None and token.type in {"ident", "hash", "function"}:
            try:
                found = color4.parse_color(token)
            except (ValueError, TypeError, ArithmeticError):
                continue
        if found == "currentcolor":
            return current
        if isinstance(found, color4.Color):
            return _srgb(found)
        if isinstance(found, Colour):
            return found
    return None


def _made_of_others(token: Any, current: Colour, depth: int) -> Colour | None:
    """Return what `light-dark()`, `color-mix()` and `rgb(from …)` come to, near enough to compare."""
    parts = [[part for part in argument if part.type != "whitespace"] for argument in _arguments(token)]
    if token.lower_name == "light-dark":
        return colour(parts[0], current, depth)
    if token.lower_name == "color-mix" and len(parts) == len(("space", "one", "other")):
        one, other = (colour(part, current, depth) for part in parts[1:])
        shares = [number([part]) for argument in parts[1:] for part in argument if part.type == "percentage"]
        share = 0.5 if not shares or shares[0] is None else shares[0]
        if one is None or other is None:
            return None
        return Colour(*(share * left + (1 - share) * right for left, right in zip(one, other, strict=True)))
    if parts[0] and keyword(parts[0][:1]) == "from":
        return colour(parts[0][1:2], current, depth)
    return None


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two opaque colours as WCAG 2 defines it: 1 is none, 21 black on white."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _srgb(found: color4.Color) -> Colour | None:
    """Return a colour in sRGB; wider RGB spaces are read as if they were that, which is near enough to compare."""
    if found.space in {"hsl", "hwb"}:
        found = found.to("srgb")
    matrix = None
    if found.space in {"lab", "lch", "xyz-d50"}:
        found, matrix = found.to("xyz-d50"), FROM_D50
    elif found.space in {"oklab", "oklch", "xyz", "xyz-d65"}:
        found, matrix = found.to("xyz-d65"), FROM_D65
    channels = tuple(channel or 0.0 for channel in found.coordinates)
    if matrix:
        channels = tuple(sum(part * channel for part, channel in zip(row, channels, strict=True)) for row in matrix)
    if matrix or found.space == "srgb-linear":
        channels = tuple(_encoded(channel) for channel in channels)
    red, green, blue = (min(1.0, max(0.0, channel)) for channel in channels)
    return Colour(red, green, blue, found.alpha)


def _encoded(linear: float) -> float:
    return 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055  # noqa: PLR2004


def _luminance(of: Colour) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in of[:3]]  # noqa: PLR2004
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _measure(token: Any, units: _Units, depth: int = 0) -> float | None:
    found: float | None = None
    if depth > DEEPEST:
        return None
    if token.type == "number":
        found = float(token.value)
    elif token.type == "percentage":
        found = float(token.value) / 100 * units.whole
    elif token.type == "dimension" and (pixels := _unit(token.lower_unit, units)) is not None:
        found = float(token.value) * pixels
    elif token.type == "() block":
        found = _sum(token.content, units, depth + 1)
    elif token.type == "function":
        found = _function(token, units, depth)
    return found


def _unit(name: str, units: _Units) -> float | None:
    relative = {
        "em": units.font,
        "ex": units.font / 2,
        "ch": units.font / 2,
        "lh": units.font * 1.2,
        "rem": 16.0,
        "vw": VIEWPORT[0] / 100,
        "vh": VIEWPORT[1] / 100,
        "vmin": min(VIEWPORT) / 100,
        "vmax": max(VIEWPORT) / 100,
        "dvw": VIEWPORT[0] / 100,
        "dvh": VIEWPORT[1] / 100,
        "pc": 16.0,
        "q": 96 / 101.6,
    }
    return relative.get(name, PIXELS.get(name))


def _arguments(token: Any) -> list[list[Any]]:
    """Return the arguments of a function, parted by its commas."""
    arguments: list[list[Any]] = [[]]
    for part in token.arguments:
        if part == ",":
            arguments.append([])
        else:
            arguments[-1].append(part)
    return arguments


def _function(token: Any, units: _Units, depth: int) -> float | None:
    arguments = _arguments(token)
    values = [_sum(argument, units, depth + 1) for argument in arguments]
    known = [value for value in values if value is not None]
    if len(known) != len(values):
        return None
    if token.lower_name == "calc" and len(known) == 1:
        return known[0]
    if token.lower_name in {"min", "max"}:
        return min(known) if token.lower_name == "min" else max(known)
    if token.lower_name == "clamp" and len(known) == len(("least", "wanted", "most")):
        return max(known[0], min(known[1], known[2]))
    return None


def _sum(tokens: Sequence[Any], units: _Units, depth: int) -> float | None:
    """Work out a sum of products, as in `calc()`."""
    total, product, sign, operator = 0.0, None, 1.0, ""
    for token in tokens:
        if token.type in {"whitespace", "comment"}:
            continue
        if token.type == "literal" and token.value in ARITHMETIC:
            if token.value in {"+", "-"} and product is not None and not operator:
                total, product, sign = total + sign * product, None, 1.0 if token.value == "+" else -1.0
            else:
                operator = token.value
            continue
        value = _measure(token, units, depth)
        if value is None:
            return None
        if product is None:
            product = value
        elif operator == "*":
            product *= value
        elif operator == "/" and value:
            product /= value
        else:
            return None
        operator = ""
    return None if product is None else total + sign * product
