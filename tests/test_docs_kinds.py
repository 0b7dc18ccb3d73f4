"""docs/kinds.md, walked through as a new user would: its files are written, its commands run, against its replies."""

from __future__ import annotations

import datetime
import json
import re
import shlex
from pathlib import Path

import pytest
from scripted import Act, Asked, Scripted, completion

from summarizer import claims
from summarizer.cli import main
from summarizer.errors import KindError
from summarizer.kinds import PROMPTS, load_kind, parse_brief

PAGE = (Path(__file__).parent.parent / "docs" / "kinds.md").read_text("utf-8")

_BLOCK = re.compile(
    r"(?:^\*\*(?P<name>[^*]+)\*\*\n\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
BLOCKS = [match.groupdict() for match in _BLOCK.finditer(PAGE)]
FILES = {name[1:-1]: block["text"] for block in BLOCKS if (name := block["name"] or "").startswith("`")}
REPLIES = {
    name.removeprefix("reply to ").strip("`"): json.loads(block["text"])
    for block in BLOCKS
    if (name := block["name"] or "").startswith("reply to ")
}


def commands() -> list[tuple[list[str], str]]:
    """Return each command of the page with the output that the page shows."""
    found = []
    for block in BLOCKS:
        if block["language"] == "console":
            for part in re.split(r"^\$ summarizer ", block["text"], flags=re.MULTILINE)[1:]:
                line, _, shown = part.partition("\n")
                found.append((shlex.split(line), shown))
    return found


def answered(asked: Asked) -> Act:
    return completion(json.dumps(REPLIES[asked.body["response_format"]["json_schema"]["name"]]))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_gives_every_file_of_a_kind() -> None:
    assert set(FILES) == {"report.txt", "inspection/schema.py", *(f"inspection/{name}.md.j2" for name in PROMPTS)}


def test_the_whole_page_runs_as_it_stands(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(commands()) == 5
    with Scripted(answered) as endpoint:
        monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        monkeypatch.setenv("OPENAI_MODEL", "scripted")
        for line, shown in commands():
            assert main(line) == 0, line
            printed = capsys.readouterr().out
            assert not shown or printed == shown, line
        assert len(endpoint.asked) == len(REPLIES) == 3
    made = parse_brief((folder / "brief.json").read_bytes(), "inspection")
    assert [entry.item["what"] for entry in made.unverified] == ["Mend the gutter"]
    assert [repair.due.to for repair in made.repairs] == [datetime.date(2031, 5, 9)]  # type: ignore[attr-defined]
    assert [view.voice for view in made.views] == ["self"]  # type: ignore[attr-defined]
    assert len(made.bottom_line) == 3
    assert "has to prop the beam by Friday" in (folder / "brief.html").read_text("utf-8")


@pytest.mark.usefixtures("folder")
def test_a_slip_in_the_kind_is_named_before_anything_is_sent(capsys: pytest.CaptureFixture[str]) -> None:
    Path("inspection/headline.md.j2").write_text("{{ claims }}")
    assert main(["brief", "report.txt", "--kind", "inspection", "--replay", "nothing"]) == KindError.exit_code
    assert "headline.md.j2 line 1" in capsys.readouterr().err


def test_every_type_of_the_table_is_one_of_claims() -> None:
    rows = re.findall(r"^\| (`[^|]*(?:\\\|[^|]*)?) \|", PAGE, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)", row)} - {"str", "Literal"}
    assert named >= {"Claim", "When", "Computed", "PartyName"}
    assert not [name for name in named if name not in claims.__all__]


@pytest.mark.usefixtures("folder")
def test_the_kind_asks_for_what_the_page_says() -> None:
    kind = load_kind("inspection")
    prompt = kind.prompt("extract", topic=None)
    assert [name for name in kind.reply.model_fields if name != "language" and f"`{name}`" not in prompt] == []
