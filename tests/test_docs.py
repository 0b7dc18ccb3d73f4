"""The documentation says what the program does: pages made from it are up to date, and files that are named exist."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest
from summarizer.schemas.negotiation import Negotiation

from summarizer.settings import AskSettings

ROOT = Path(__file__).resolve().parent.parent


def test_the_page_on_the_command_line_is_made_from_the_help() -> None:
    page = runpy.run_path(str(ROOT / "docs" / "cli.py"))["page"]()
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == page, "run `make docs`"


@pytest.mark.parametrize("path", [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")], ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
        if "://" not in link:
            assert (path.parent / link).exists(), link


def test_every_room_of_the_house_is_described() -> None:
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    rooms = {path.name for path in (ROOT / "summarizer").iterdir() if path.name not in {"__pycache__", "py.typed"}}
    told = {room for room in rooms if room.startswith("__") or f"`{room}`" in text or f"`{room}/`" in text}
    assert rooms - told == set()


def test_every_setting_is_described() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert [name for name in AskSettings.model_fields if f"`{name}`" not in text] == []


def test_every_value_of_the_format_is_described() -> None:
    text = (ROOT / "docs" / "format.md").read_text(encoding="utf-8")
    schema = json.dumps(Negotiation.model_json_schema(by_alias=True))
    values = {
        value for group in re.findall(r'"enum": \[([^\]]*)\]', schema) for value in re.findall(r'"([^"]+)"', group)
    }
    assert sorted(value for value in values if not re.search(rf"\b{value}\b", text)) == []


def test_every_test_that_the_promises_name_exists() -> None:
    text = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", text)
    assert len(named) > 30
    for file, test in named:
        assert f"def {test}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), f"{file}::{test}"
