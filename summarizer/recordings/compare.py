"""Comparing requests with recordings: why one was not found, and which ones no run would use again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summarizer.recordings.files import Recordings, load, slug
from summarizer.recordings.format import Exchange

__all__ = ["Check", "check", "explain"]

_SHOWN = 60
_COMPARED = 400
"""Recordings of the same purpose that a miss is compared with, at most."""


def explain(places: Sequence[Recordings], asked: Mapping[str, Any], exchange: Exchange) -> str:
    """Word a miss: what is missing, what differs from the nearest recording, and how to record it.

    The folder is not named: the words may end in a brief, which holds no path of a machine.
    """
    missing = f'no recording of {exchange.purpose} for "{exchange.about}"'
    nearest: tuple[int, str, list[str]] | None = None
    kept = [path for place in places for path in place.paths() if path.name.startswith(f"{exchange.purpose}-")]
    same = f"{exchange.purpose}-{slug(exchange.about)}-"
    for path in sorted(kept, key=lambda path: not path.name.startswith(same))[:_COMPARED]:
        if (recording := load(path)) is not None:
            distance, differences = _differences(asked, recording["request"])
            if nearest is None or distance < nearest[0]:
                nearest = distance, path.name, differences
    if nearest is None:
        compared = f"there is none of {exchange.purpose} at all"
    else:
        compared = f"the nearest, {nearest[1]}, differs in " + "; ".join(nearest[2])
    return f"{missing}; {compared}. To record it, run the same command with --record in place of --replay"


def _differences(asked: Mapping[str, Any], kept: Mapping[str, Any]) -> tuple[int, list[str]]:
    """Return how far a request is from a recorded one, and in what, in words."""
    found = []
    if asked["model"] != kept.get("model"):
        found.append(f"the model (recorded {kept.get('model')}, asked {asked['model']})")
    if asked["system_sha256"] != kept.get("system_sha256"):
        found.append("the prompt")
    if asked["schema_sha256"] != kept.get("schema_sha256"):
        found.append("the schema")
    if asked["parameters"] != kept.get("parameters"):
        found.append("the parameters")
    distance = len(found)
    mine, theirs = _lines(asked), _lines(kept)
    if mine != theirs:
        number, left, right = _first_difference(mine, theirs)
        found.append(f"the document, first in line {number} (recorded {_shown(right)}, asked {_shown(left)})")
        distance += 10 + 10 * len(set(mine) ^ set(theirs)) // (len(mine) + len(theirs))
    elif len(asked["messages"]) != len(kept.get("messages", [])) or asked["messages"] != kept["messages"]:
        found.append("the conversation after the document")
        distance += 5
    return distance, found or ["nothing that a recording shows"]


def _lines(request: Mapping[str, Any]) -> list[str]:
    messages = request.get("messages") or [{"content": []}]
    return list(messages[0]["content"])


def _first_difference(mine: list[str], theirs: list[str]) -> tuple[int, str | None, str | None]:
    for number in range(max(len(mine), len(theirs))):
        left = mine[number] if number < len(mine) else None
        right = theirs[number] if number < len(theirs) else None
        if left != right:
            return number + 1, left, right
    return 0, None, None


def _shown(line: str | None) -> str:
    if line is None:
        return "nothing"
    return json.dumps(line if len(line) <= _SHOWN else line[:_SHOWN] + "…", ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Check:
    """What stands in a folder of recordings that a run would no longer use."""

    stale: list[tuple[Path, str]]
    """Recordings whose prompt or schema is no longer the current one, and which of them."""
    orphaned: list[Path]
    """Recordings that are current but that the run did not use."""
    broken: list[Path]
    """Files that are no recordings."""


def check(folder: Path, current: Mapping[str, set[tuple[str, str]]], used: set[str]) -> Check:
    """Compare a folder of recordings with the current prompts and schemas and with what a run used.

    `current` gives for each purpose the pairs (SHA-256 of the instructions, SHA-256 of the schema) that are
    asked now; `used` the keys that a replayed run over the given inputs used.
    """
    stale: list[tuple[Path, str]] = []
    orphaned: list[Path] = []
    broken: list[Path] = []
    for path in Recordings(folder).paths():
        recording = load(path)
        if recording is None:
            broken.append(path)
            continue
        if recording["key"] in used:
            continue
        asked = recording["request"]
        pairs = current.get(recording["purpose"], set())
        if (asked["system_sha256"], asked["schema_sha256"]) in pairs:
            orphaned.append(path)
            continue
        changed = [
            word
            for word, digest, known in (
                ("the prompt", asked["system_sha256"], {pair[0] for pair in pairs}),
                ("the schema", asked["schema_sha256"], {pair[1] for pair in pairs}),
            )
            if digest not in known
        ]
        stale.append((path, " and ".join(changed) + " changed since"))
    return Check(stale, orphaned, broken)
