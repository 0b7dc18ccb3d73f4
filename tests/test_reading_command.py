"""`summarizer read`: what would be read, as text and as lines that can be read again."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from pages import stories
from pages.templates import head, paras, wordpress_classic
from website import serve

from summarizer.cli import main
from summarizer.reading import ReadSettings, read

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.html").write_text(wordpress_classic(stories.FERRY))
    (folder / "b.txt").write_text("Sign up here\n" + "\n".join(stories.FERRY))
    (folder / "c.md").write_text("---\npublished: 2025-02-18\nmood: fine\n---\n" + "\n\n".join(stories.DAM))
    (folder / "empty.txt").write_text("")


def test_text_tells_what_from_where_and_when(capsys: Output) -> None:
    assert main(["read", "in"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    first, second, third, *_ = told.out.split("\n\n")
    assert first.startswith("(no title)\n  s-")
    assert "2025-02-18 (as given)" in first
    assert first.endswith("  in/c.md\n  ! unknown front matter left out: mood")
    assert second.startswith("Both sides give a little and promise nothing\n")
    assert "North Wire · 2025-09-04 (by its metadata) · en · " in second
    assert "a copy of Both sides give a little" in third
    assert told.out.endswith(
        "Not read:\n  in/empty.txt: empty: there is no text in it\n\n3 documents, 1 copy of others; 1 gap.\n"
    )


def test_full_shows_the_texts(capsys: Output) -> None:
    assert main(["read", "in/c.md", "--full"]) == 0
    assert stories.DAM[6] in capsys.readouterr().out


def test_lines_hold_a_source_each_and_can_be_read_again(capsys: Output) -> None:
    assert main(["read", "in", "--format", "jsonl"]) == 0
    told = capsys.readouterr()
    lines = [json.loads(line) for line in told.out.splitlines()]
    assert [line["path"] for line in lines] == ["in/c.md", "in/a.html", "in/b.txt"]
    assert set(lines[0]) == {
        "id", "title", "outlet", "url", "path", "language", "sha256", "published", "hidden_text", "condition", "origin", "text", "warnings",
    }  # fmt: skip
    assert lines[2]["origin"] == lines[1]["id"]
    assert lines[0]["warnings"] == ["unknown front matter left out: mood"]
    assert told.err == "in/empty.txt: empty: there is no text in it\n"
    Path("again.jsonl").write_text(told.out)
    first, again = read(["in"]), read(["again.jsonl"])
    assert (again.documents, again.warnings, again.origins) == (first.documents, first.warnings, first.origins)


def test_standard_input_and_addresses(capsys: Output) -> None:
    with serve() as site:
        site.page("/a", wordpress_classic(stories.STRIKE))
        assert main(["read", f"{site.url}/a", "--private", "--cache", "kept"]) == 0
        assert f"  {site.url}/a\n" in capsys.readouterr().out
        assert main(["read", f"{site.url}/a"]) == 2
        assert "is not a public address" in capsys.readouterr().err
        assert main(["read", f"{site.url}/a", "--offline"]) == 2
        assert "not fetched: offline" in capsys.readouterr().err
    program = [sys.executable, "-m", "summarizer", "read", "-"]
    done = subprocess.run(program, input="\n".join(stories.DAM), capture_output=True, text=True, check=True)
    assert "1 document." in done.stdout


def test_a_hostile_title_stays_one_plain_line(capsys: Output) -> None:
    title = "Talks \x1b[31mresume\x1b[0m \u202eon\nMonday [bold]again[/bold]"
    Path("x.html").write_text(head(title=title) + f"<body><article>{paras(stories.DAM)}</article></body></html>")
    assert main(["read", "x.html"]) == 0
    assert capsys.readouterr().out.startswith("Talks [31mresume[0m on Monday [bold]again[/bold]\n")


@pytest.mark.parametrize(
    ("arguments", "words"), [(["gone.txt"], "no such file or folder: gone.txt"), (["in/empty.txt"], "nothing to read")]
)
def test_errors_are_one_line(arguments: list[str], words: str, capsys: Output) -> None:
    assert main(["read", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert words in told.err
    assert told.err.count("\n") == 1


def test_progress_on_a_terminal() -> None:
    ours, theirs = pty.openpty()
    program = [sys.executable, "-m", "summarizer", "read", "in"]
    done = subprocess.run(program, stdout=subprocess.PIPE, stderr=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "Reading" in shown
    assert b"3 documents" in done.stdout


def test_the_default_settings_are_those_of_the_issue() -> None:
    settings = ReadSettings()
    assert (settings.timeout, settings.max_bytes, settings.private, settings.offline) == (10, 10_000_000, False, False)
