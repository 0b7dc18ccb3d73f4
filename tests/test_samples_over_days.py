"""`make digest`: the sample reports as days, with recorded replies, show how the lines moved."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from summarizer.cli import main
from summarizer.kinds import parse_brief
from summarizer.verifying import verify

ROOT = Path(__file__).resolve().parent.parent
DAYS = ["2025-02-12", "2025-02-25", "2025-03-17", "2025-08-20", "2025-09-04", "2025-09-05"]


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("days")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    (folder / "examples").mkdir()
    shutil.copy(ROOT / "examples" / "digest.toml", folder / "examples")
    config = ["--config", str(folder / "examples" / "digest.toml")]
    assert main(["digest", "rehearse", *config, "--replay", str(ROOT / "fixtures" / "digest")]) == 0
    return folder


def test_every_day_is_written_and_every_brief_holds(days: Path) -> None:
    written = sorted(path.stem for path in (days / "out" / "digest").glob("2025-*.json") if "." not in path.stem)
    assert set(written) <= set(DAYS)
    assert set(DAYS[:5]) <= set(written)
    for day in written:
        assert verify(parse_brief((days / "out" / "digest" / f"{day}.json").read_text())) == []


def test_every_change_rests_on_a_later_statement(days: Path) -> None:
    told = 0
    for day in DAYS[:5]:
        for change in json.loads((days / "out" / "digest" / f"{day}.json").read_text())["changes"]:
            before, after = change["before"], change["after"]
            if before and after and change["kind"] != "correction":
                told += 1
                assert (before["said"]["to"] or before["said"]["from"]) < after["said"]["from"]
    assert told > 3


def test_what_changed_between_two_days_is_shown(days: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = ["--config", str(days / "examples" / "digest.toml")]
    assert main(["digest", "show", *config, "--changes", "2025-02-12", "2025-09-04"]) == 0
    assert "Russia" in capsys.readouterr().out
