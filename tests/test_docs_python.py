"""docs/python.md, run as a reader would: its examples in order, in one program, from recorded replies."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import summarizer

PAGE = (Path(__file__).parent.parent / "docs" / "python.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "example"}
    for number, example in enumerate(EXAMPLES, 1):
        exec(compile(example, f"docs/python.md, example {number}", "exec"), names)  # noqa: S102 - our own page
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "read: 1 documents 1/1 "
    assert "7 documents, 1 of them copies" in told
    assert told[-1].startswith("no such file or folder: no-such-folder")
    assert names["made"].positions


def test_the_page_names_what_there_is() -> None:
    imported = {
        name.strip()
        for line in re.findall(r"^from summarizer import (.+)$", PAGE, re.MULTILINE)
        for name in line.split(",")
    }
    assert imported <= set(summarizer.__all__)
    assert {"brief", "abrief", "abrief_stream", "read", "Document", "Settings", "Ledger", "Job", "verify"} <= imported
