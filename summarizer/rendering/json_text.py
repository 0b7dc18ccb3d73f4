"""A brief as JSON: the public format, the same bytes for the same brief."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summarizer.claims import Brief
    from summarizer.rendering import Options

__all__ = ["render"]

_SURROGATE = re.compile("[\ud800-\udfff]")


def render(brief: Brief, options: Options) -> str:
    """Return the brief as JSON: readable, nothing left out, fields in the order of the format."""
    del options  # a file is always whole
    text = json.dumps(brief.model_dump(mode="json", by_alias=True), indent=2, ensure_ascii=False)
    # Half a surrogate pair, as broken pages hold, cannot be written as UTF-8; its escape can.
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text) + "\n"
