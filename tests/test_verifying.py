"""A brief is proved from itself alone: every way of tampering with it is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from making import document, extracted, position
from summarizer.schemas.negotiation import Negotiation

from summarizer.assembling import Material, assemble, merged, resolved
from summarizer.claims import BottomLine
from summarizer.kinds import parse_brief
from summarizer.reconciling import by_name
from summarizer.verifying import verify


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    first = document("Lavrov said that troops would be unacceptable.")
    second = document("The Kremlin again ruled out foreign soldiers.", outlet="Other")
    parts = [
        extracted(first, position(first, "would be unacceptable")),
        extracted(second, position(second, "ruled out foreign soldiers", party="Ukraine", stance="accepts")),
    ]
    grouping = by_name(parts)
    claims = merged(resolved(parts, grouping), [], {})
    line = BottomLine(text="Russia rejects.", items=[claims[0].id])
    made = assemble(Negotiation, claims, Material(extracted=parts, grouping=grouping, bottom_line=[line]))
    assert verify(made) == []
    data = json.loads(made.model_dump_json(by_alias=True))
    assert isinstance(data, dict)
    return data


def tampered(whole: dict[str, Any], path: str, value: Any) -> list[str]:
    data = json.loads(json.dumps(whole))
    *way, last = (int(step) if step.isdigit() else step for step in path.split("."))
    place: Any = data
    for step in way:
        place = place[step]
    place[last] = value(place[last]) if callable(value) else value
    return verify(parse_brief(json.dumps(data)))


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("sources.0.text", lambda text: text.upper(), "SHA-256 differs"),
        ("sources.0.sha256", "0" * 64, "SHA-256 differs"),
        ("sources.0.origin", "s-00000000", "not among the sources"),
        ("sources.1.id", lambda _: None, None),
        ("positions.0.evidence.0.text", "would be acceptable", "do not stand in"),
        ("positions.0.evidence.0.start", lambda start: start + 1, "do not stand in"),
        ("positions.0.evidence.0.end", 10_000, "do not stand in"),
        ("positions.0.evidence.0.source", "s-00000000", "not among the sources"),
        ("positions.0.origins", 2, "2 independent texts are claimed, 1 stand behind it"),
        ("positions.0.party", "china", "the party china is not in the brief"),
        ("positions.0.issue", "moon", "the issue moon is not in the brief"),
        ("positions.0.currency", "superseded", "it is current"),
        ("positions.0.stance", "supports", ""),
        ("bottom_line.0.items.0", "p-00000000", "not among the claims"),
        ("matrix.0.state", "none_found", "the matrix does not follow"),
    ],
)
def test_every_fault_is_told(whole: dict[str, Any], path: str, value: Any, told: str | None) -> None:
    if told is None:
        value = whole["sources"][0]["id"]
        told = "two sources have the same id"
    problems = tampered(whole, path, value)
    if path.endswith("stance"):
        # A turned stance is a judgement, not words: what follows from it is checked, the judgement is not.
        assert problems == []
    else:
        assert any(told in problem for problem in problems), problems


def test_two_claims_with_one_id_are_told(whole: dict[str, Any]) -> None:
    assert "two claims have the same id" in tampered(whole, "positions.0.id", whole["positions"][1]["id"])


def test_the_command_says_what_does_not_hold(tmp_path: Path, whole: dict[str, Any]) -> None:
    from summarizer.cli import main

    path = tmp_path / "brief.json"
    path.write_text(json.dumps({**whole, "matrix": []}))
    assert main(["verify", str(path)]) == 1
