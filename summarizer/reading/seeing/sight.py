"""How an element is seen: the computed styles that decide it, inherited from the top of the page down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from summarizer.reading.seeing.cascade import Values
from summarizer.reading.seeing.media import VIEWPORT
from summarizer.reading.seeing.values import (
    BLACK,
    CLEAR,
    WHITE,
    Colour,
    colour,
    contrast,
    font_size,
    keyword,
    length,
    number,
    resolve,
)

__all__ = ["Sight", "look", "unseen_box", "unseen_text"]

SMALLEST_FONT = 3.0
"""Pixels; nobody reads smaller type."""
SMALLEST_BOX = 4.0
"""Pixels of width or height; a box that clips at this size shows not one letter."""
FAINTEST = 0.1
"""Opacity."""
LEAST_CONTRAST = 1.2
"""#eee on white is 1.16; WCAG asks for 4.5."""
FAR_LEFT, FAR_UP, FAR_RIGHT = -1000.0, -900.0, 4000.0
"""Pixels beyond which a positioned box is off the screen, whatever its size."""
FAR_INDENT = -500.0
SHORT = 160
"""Characters; a heading or a label, not prose."""
OVER_PICTURES = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "a", "button", "label", "figcaption", "nav", "footer", "header"}
)
ROOM = ("padding-top", "padding-bottom", "min-height", "min-width")
"""What gives a box of no size room after all: the clipping starts outside the padding."""
FIXED = frozenset({"absolute", "fixed"})
OFFSETS = {"translatex": "x", "translatey": "y", "translate": "xy", "translate3d": "xy"}


class Sight(NamedTuple):
    """What an element and the text in it look like."""

    font: float = 16.0
    colour: Colour | None = BLACK
    """None when it is not known."""
    fill: Colour | None = None
    """`-webkit-text-fill-color`, which wins over `color`."""
    visible: bool = True
    indent: float = 0.0
    opacity: float = 1.0
    backdrop: Colour | None = WHITE
    """The colour behind the text; None behind pictures and gradients."""
    stated: bool = False
    """The page says what the backdrop is."""
    custom: Mapping[str, tuple[Any, ...]] = {}
    values: Mapping[str, tuple[Any, ...]] = {}
    """The element's own declarations, custom properties filled in."""


def look(inherited: Sight, declared: Values) -> Sight:
    """Compute how an element is seen from what its parent hands down and what is declared for it."""
    if not declared:
        return inherited._replace(values={}) if inherited.values else inherited
    custom = inherited.custom
    own = {name: value for name, value in declared.items() if name.startswith("--")}
    if own:
        custom = {**custom, **own}
    values = {}
    unknown = set()
    for name, value in declared.items():
        filled = None if name in own else resolve(value, custom)
        if filled is not None:
            values[name] = filled
        elif name not in own:
            unknown.add(name)
    sight = inherited._replace(custom=custom, values=values)
    sight = _letters(sight, inherited, values)
    sight = _backdrop(sight, values)
    if "color" in unknown:  # set to what only another sheet or a script knows
        sight = sight._replace(colour=None)
    if unknown & {"background-color", "background-image"}:
        sight = sight._replace(backdrop=None, stated=True)
    opacity = number(values.get("opacity", ()))
    if opacity is not None:
        sight = sight._replace(opacity=sight.opacity * min(1.0, max(0.0, opacity)))
    return sight


def unseen_box(sight: Sight) -> str:
    """Name the way in which an element with all that is in it is hidden, or return nothing."""
    values = sight.values
    if sight.opacity < FAINTEST or _filtered_out(values):
        return "opacity"
    if keyword(values.get("display", ())) == "none" or keyword(values.get("content-visibility", ())) == "hidden":
        return "display"
    if values and (_no_size(sight) or _clipped(values)):
        return "size"
    return "place" if values and (_off_screen(sight) or _transformed_away(sight)) else ""


def unseen_text(sight: Sight, node: Any, *, external: bool) -> str:
    """Name the way in which the text that stands directly in an element is hidden, or return nothing.

    With style sheets that are not at hand (`external`), light words over a backdrop that the page does not
    state are taken for a heading or a label on a picture, if they are as short as one and marked as one.
    """
    if not sight.visible:
        return "visibility"
    if sight.font <= SMALLEST_FONT:
        return "size"
    if sight.indent <= FAR_INDENT or sight.indent >= FAR_RIGHT:
        return "place"
    return "colour" if _is_colourless(sight) and not (external and not sight.stated and _label(node)) else ""


def _is_colourless(sight: Sight) -> bool:
    """Tell letters that are transparent or of the colour behind them; those whose colour is not known are not."""
    letters = sight.fill or sight.colour
    if letters is None:
        return False
    if letters.alpha < FAINTEST:
        return keyword(sight.values.get("background-clip", ())) != "text"
    return sight.backdrop is not None and contrast(letters.over(sight.backdrop), sight.backdrop) < LEAST_CONTRAST


def _letters(sight: Sight, inherited: Sight, values: Values) -> Sight:
    if "font-size" in values:
        size = font_size(values["font-size"], inherited.font)
        sight = sight._replace(font=inherited.font if size is None else size)
    if "color" in values:
        sight = sight._replace(colour=_letter_colour(values["color"], inherited.colour))
    if "-webkit-text-fill-color" in values:
        sight = sight._replace(fill=_letter_colour(values["-webkit-text-fill-color"], sight.colour))
    if "visibility" in values and (word := keyword(values["visibility"])) != "inherit":
        sight = sight._replace(visible=word not in {"hidden", "collapse"})
    if "text-indent" in values:
        indent = length(values["text-indent"][:1], sight.font, VIEWPORT[0])
        hangs_out = indent is not None and indent >= VIEWPORT[0] and _clips(values)
        sight = sight._replace(indent=FAR_RIGHT if hangs_out else indent or 0.0)
    return sight


def _letter_colour(value: tuple[Any, ...], inherited: Colour | None) -> Colour | None:
    word = keyword(value)
    if word in {"inherit", "unset", "currentcolor"}:
        return inherited
    return BLACK if word == "initial" else colour(value, inherited or BLACK)


def _backdrop(sight: Sight, values: Values) -> Sight:
    image = values.get("background-image", ())
    if any(token.type in {"function", "url"} and _is_picture(token) for token in image):
        return sight._replace(backdrop=None, stated=True)
    if "background-color" in values:
        paint = colour(values["background-color"], sight.colour or BLACK)
        if paint is None and any(token.type == "function" for token in values["background-color"]):
            return sight._replace(backdrop=None, stated=True)  # a colour in a form that is not known here
        paint = paint or CLEAR
        if paint.alpha > 0:
            below = sight.backdrop
            known = paint.alpha >= 1 or below is not None
            return sight._replace(backdrop=paint.over(below or WHITE) if known else None, stated=True)
    return sight


def _is_picture(token: Any) -> bool:
    if token.type == "url":
        return True
    name = token.lower_name
    return name in {"url", "image-set", "image", "cross-fade", "element"} or name.endswith("gradient")


def _filtered_out(values: Values) -> bool:
    return any(
        token.type == "function"
        and token.lower_name == "opacity"
        and (share := number([part for part in token.arguments if part.type != "whitespace"])) is not None
        and share < FAINTEST
        for token in values.get("filter", ())
    )


def _clips(values: Values) -> bool:
    words = {keyword(values.get(name, ())) for name in ("overflow-x", "overflow-y")}
    return bool(words & {"hidden", "clip", "auto", "scroll"})


def _no_size(sight: Sight) -> bool:
    """Tell a box of no size that clips: what is larger than it flows over its edge and is seen otherwise."""
    values = sight.values
    padded = (length(values.get(name, ())[:1], sight.font, VIEWPORT[0]) for name in ROOM)
    if not _clips(values) or any(room is not None and room > SMALLEST_BOX for room in padded):
        return False
    sizes = [
        length(values.get(name, ()), sight.font, VIEWPORT[0]) for name in ("width", "height", "max-width", "max-height")
    ]
    return any(size is not None and size <= SMALLEST_BOX for size in sizes)


def _clipped(values: Values) -> bool:
    clip = values.get("clip", ())
    if clip and clip[0].type == "function" and keyword(values.get("position", ())) in FIXED:
        sides = [length((part,), 16, 0) for part in clip[0].arguments if part.type not in {"whitespace", "literal"}]
        known = [side for side in sides if side is not None]
        if len(known) == len(sides) == len(("top", "right", "bottom", "left")):
            top, right, bottom, left = known
            if right - left <= SMALLEST_BOX or bottom - top <= SMALLEST_BOX:
                return True
    path = values.get("clip-path", ())
    return bool(path) and path[0].type == "function" and _empty_path(path[0])


def _empty_path(path: Any) -> bool:
    parts = [part for part in path.arguments if part.type not in {"whitespace", "literal"}]
    measures = [length((part,), 16, 100) for part in parts]
    if path.lower_name == "inset" and measures and measures[0] is not None:
        vertical = measures[0] + (measures[2] if len(measures) > 2 and measures[2] is not None else measures[0])  # noqa: PLR2004
        sides = measures[1] if len(measures) > 1 and measures[1] is not None else measures[0]
        return vertical >= 100 or 2 * sides >= 100  # noqa: PLR2004 - per cent of the box
    if path.lower_name in {"circle", "ellipse"}:
        return bool(measures) and measures[0] == 0
    return path.lower_name == "polygon" and bool(measures) and len(set(measures)) == 1


def _off_screen(sight: Sight) -> bool:
    values = sight.values
    placed = keyword(values.get("position", ())) in {*FIXED, "relative", "sticky"}
    distances = []
    if placed:
        distances += [
            (values.get("left"), 1, 0),
            (values.get("right"), -1, 0),
            (values.get("top"), 1, 1),
            (values.get("bottom"), -1, 1),
        ]
    distances += [(values.get("margin-left"), 1, 0), (values.get("margin-top"), 1, 1)]
    for value, sign, axis in distances:
        away = length(value, sight.font, VIEWPORT[axis]) if value else None
        if away is not None and _is_far(away * sign, axis):
            return True
    return False


def _is_far(away: float, axis: int) -> bool:
    """Tell whether a box moved so far right (axis 0) or down (axis 1) is off the screen; a page scrolls down."""
    return away <= (FAR_UP if axis else FAR_LEFT) or (axis == 0 and away >= FAR_RIGHT)


def _transformed_away(sight: Sight) -> bool:
    for token in sight.values.get("transform", ()):
        if token.type != "function":
            continue
        parts = [part for part in token.arguments if part.type not in {"whitespace", "literal"}]
        name = token.lower_name
        if name in OFFSETS:
            moves = [length((part,), sight.font, 0) for part in parts]
            for axis, move in zip(OFFSETS[name], moves, strict=False):
                if move is not None and _is_far(move, 0 if axis == "x" else 1):
                    return True
        if name in {"scale", "scalex", "scaley", "scale3d"} and any((number((part,)) or 0) == 0 for part in parts[:2]):
            return True
    scale = sight.values.get("scale", ())
    if scale and any(number((part,)) == 0 for part in scale):
        return True
    moves = [length((part,), sight.font, 0) for part in sight.values.get("translate", ())]
    return any(move is not None and _is_far(move, axis) for axis, move in enumerate(moves[:2]))


def _label(node: Any) -> bool:
    if len(node.text or "") >= SHORT:
        return False
    return node.tag in OVER_PICTURES or any(above.tag in OVER_PICTURES for above in node.iterancestors())
