"""The command line: what is printed where, what is written, and the exit code of every kind of error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from scripted import Scripted, completion, refuse

from summarizer.cli import COMMANDS, main
from summarizer.kinds import load_kind
from summarizer.samples import recordings_folder, seeds_folder

ROOT = Path(__file__).resolve().parent.parent
REPLAY = ["--replay", str(recordings_folder("negotiation"))]
SEEDS = str(seeds_folder())

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str | Path) -> int:
    return main([str(one) for one in arguments])


def error(captured: Output) -> str:
    """Return the one line on standard error."""
    (line,) = captured.readouterr().err.strip().splitlines()
    assert line.startswith("summarizer: ")
    return line


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "brief.json"
    assert main(["brief", SEEDS, *REPLAY, "-q", "-o", str(path)]) == 0
    return path


def test_help_lists_every_command_and_every_command_has_help(capsys: Output) -> None:
    assert run("--help") == 0
    told = capsys.readouterr().out
    for name in COMMANDS:
        assert f"\n  {name} " in told
        assert run(name, "--help") == 0
        assert capsys.readouterr().out.startswith(f"Usage: summarizer {name}")


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; from summarizer.cli import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert not loaded & {"openai", "instructor", "pydantic", "rich", "jinja2", "trafilatura", "httpx2", "asyncio"}


def test_the_samples_need_no_key_and_no_network(sample: Path, capsys: Output) -> None:
    made = json.loads(sample.read_text())
    assert made["format"] == "summarizer.brief/1"
    assert made["run"]["requests"] == made["run"]["replayed"] > 0
    assert len(made["issues"]) < 20
    names = [party["name"] for party in made["parties"]]
    assert len(names) == len(set(names))
    assert str(ROOT) not in sample.read_text()
    assert run("verify", sample) == 0
    assert "claims hold" in capsys.readouterr().out


def test_verify_fails_on_one_changed_character(sample: Path, tmp_path: Path, capsys: Output) -> None:
    made = json.loads(sample.read_text())
    text = made["sources"][0]["text"]
    made["sources"][0]["text"] = ("X" if text[0] != "X" else "Y") + text[1:]
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(made))
    assert run("verify", changed) == 1
    captured = capsys.readouterr()
    assert "SHA-256" in captured.out
    assert "does not hold" in captured.err


@pytest.mark.parametrize("format_", ["terminal", "markdown", "json"])
def test_show_prints_each_format_and_writes_by_ending(
    sample: Path, tmp_path: Path, capsys: Output, format_: str
) -> None:
    assert run("show", sample, "--format", format_, "-o", tmp_path / "again.md") == 0
    captured = capsys.readouterr()
    assert "European" in captured.out
    assert captured.err == ""
    assert (tmp_path / "again.md").read_text().startswith("# ")


def test_demo_runs_from_anywhere(capsys: Output) -> None:
    assert run("demo") == 0
    assert "Russia" in capsys.readouterr().out


def test_strict_ends_with_1_when_something_is_missing(sample: Path, tmp_path: Path, capsys: Output) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    for path in seeds_folder().glob("2025-*"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "empty.txt").touch()
    assert run("brief", folder, *REPLAY, "-q", "--strict") == 1
    assert "gaps" in capsys.readouterr().err
    assert run("brief", folder, *REPLAY, "-q") == 0
    assert sample.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["brief", "nowhere.txt", *REPLAY], 2, "nowhere.txt"),
        (["brief", SEEDS, "--kind", "divorce"], 2, "divorce"),
        (["brief", SEEDS, "--topic", "none.toml"], 2, "none.toml"),
        (["brief", SEEDS, *REPLAY, "-o", "brief.docx"], 2, "brief.docx"),
        (["brief", SEEDS, "--no-store"], 3, "OPENAI_API_KEY"),
        (["brief", SEEDS, "--replay", "no-such-folder"], 2, "no-such-folder"),
        (["show", "nowhere.json"], 2, "nowhere.json"),
        (["verify", SEEDS], 2, "cannot be read"),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(capsys: Output, arguments: list[str], code: int, told: str) -> None:
    assert run(*arguments) == code
    assert told in error(capsys)


def test_a_miss_while_replaying_says_what_is_missing(tmp_path: Path, capsys: Output) -> None:
    report = tmp_path / "other.txt"
    report.write_text("The two sides met on the river. They agreed to meet again.\n")
    assert run("brief", report, *REPLAY) == 3
    told = error(capsys)
    assert "other.txt" in told
    assert "--record" in told


def test_bad_usage_is_2(capsys: Output) -> None:
    assert run("brief") == 2
    assert run("no-such-command") == 2
    assert "Usage" in capsys.readouterr().err


def test_an_output_that_cannot_be_written_is_not_lost(sample: Path, tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "file").touch()
    assert run("show", sample, "-o", tmp_path / "file" / "brief.json", "-o", "fine.md") == 2
    line = error(capsys)
    saved = Path(line.split("saved as ")[1].split(" instead")[0])
    assert json.loads(saved.read_text())["kind"] == "negotiation"
    assert (tmp_path / "fine.md").exists()


def test_standard_input_and_a_closed_pipe(sample: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": ""}
    command = f"cat {sample} | {sys.executable} -m summarizer show - --format json | head -c 20"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.startswith("{")
    assert "Traceback" not in done.stderr


def test_schema_prints_the_format(capsys: Output) -> None:
    assert run("schema") == 0
    schema = json.loads(capsys.readouterr().out)
    assert {"sources", "positions", "matrix", "unverified"} <= schema["properties"].keys()
    assert run("schema", "--reply") == 0
    assert "addressed" in json.loads(capsys.readouterr().out)["properties"]


def test_recordings_are_of_todays_prompts(capsys: Output) -> None:
    assert run("recordings", "check", recordings_folder("negotiation"), SEEDS) == 0, capsys.readouterr().out
    assert run("recordings", "list", recordings_folder("negotiation")) == 0
    assert "extract" in capsys.readouterr().out


def test_stale_and_orphaned_recordings_are_listed(tmp_path: Path, capsys: Output) -> None:
    one = next(iter(seeds_folder().glob("2025-02-12*")))
    assert run("recordings", "check", recordings_folder("negotiation"), one) == 1
    assert "orphaned" in capsys.readouterr().out
    own = tmp_path / "negotiation"
    own.mkdir()
    builtin = ROOT / "prompts" / "negotiation"
    for path in builtin.iterdir():
        (own / path.name).write_text(path.read_text() + "\nOne line more.\n")
    (own / "schema.py").write_text((ROOT / "schemas" / "negotiation.py").read_text())
    assert load_kind(str(own)).name == "negotiation"
    assert run("recordings", "check", recordings_folder("negotiation"), SEEDS, "--kind", own) == 1
    assert "the prompt changed since" in capsys.readouterr().out


def test_no_recording_holds_a_secret_or_a_header() -> None:
    for path in recordings_folder("negotiation").glob("*.json"):
        text = path.read_text().lower()
        assert "authorization" not in text
        assert "bearer " not in text
        assert "api_key" not in text


def test_debug_shows_the_traceback() -> None:
    with pytest.raises(Exception, match="nowhere"):
        run("--debug", "show", "nowhere.json")


def test_a_dry_run_shows_documents_requests_and_one_prompt_and_sends_nothing(capsys: Output) -> None:
    assert run("brief", SEEDS, "--dry-run", "--no-store", "--base-url", "http://127.0.0.1:9/v1") == 0
    told = capsys.readouterr().out
    assert "6 requests about documents, 0 of them answered already" in told
    assert "seeds/2025-08-20-summit-doubts.txt" in told
    assert "[1] " in told


def test_progress_shows_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    from summarizer.api import Event
    from summarizer.asking import Event as Waiting
    from summarizer.cli.progress import progress

    events = [Event("extract", "a [bold]report", 1, 2, "refused"), Event("done", "brief", 1, 1)]
    with progress() as (on_event, on_request):
        for event in events:
            on_event(event)
        on_request(Waiting("waiting", "extract", "a report", 20, "the server asked to wait"))
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with progress() as (on_event, on_request):
        for event in events:
            on_event(event)
        on_request(Waiting("waiting", "extract", "a report", 20, "the server asked to wait", 0.5))
    told = capsys.readouterr().err
    assert "a [bold]report: refused" in told


def test_verbose_tells_of_each_request_in_one_line(capsys: Output) -> None:
    assert run("brief", SEEDS, *REPLAY, "-q", "-v") == 0
    lines = capsys.readouterr().err.strip().splitlines()
    assert sum("replayed" in line for line in lines) == len(list(recordings_folder("negotiation").glob("*.json")))
    assert all(len(line) < 300 for line in lines)


def test_an_interrupted_run_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("summarizer.cli.cli.main", interrupted)
    assert run("schema") == 130
    assert "goes on from there" in error(capsys)


def test_what_changed_since_an_earlier_brief(sample: Path, tmp_path: Path, capsys: Output) -> None:
    assert run("brief", SEEDS, *REPLAY, "-q", "--earlier", tmp_path / "none.json") == 2
    assert "none.json" in error(capsys)
    code = run(
        "brief", SEEDS, "--replay", recordings_folder("negotiation"), "-q", "--earlier", sample, "-o", "new.json"
    )
    assert code == 0
    assert json.loads(Path("new.json").read_text())["changes"] == []


def test_doctor_says_what_an_endpoint_can_do(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    greeting = completion('{"greeting": "hello", "letters": 5}')
    with Scripted(greeting) as endpoint:
        assert run("doctor", "--base-url", endpoint.url, "--model", "scripted", "--no-store") == 0
    told = capsys.readouterr().out
    assert "structured output  schema" in told
    assert "the samples        6 requests" in told
    assert run("doctor", "--base-url", "http://127.0.0.1:9/v1", "--max-retries", "0") == 3
    assert "cannot be reached" in capsys.readouterr().out


def test_the_store_is_shown_and_pruned(capsys: Output, tmp_path: Path) -> None:
    store = tmp_path / "kept"
    store.mkdir()
    for path in recordings_folder("negotiation").glob("reconcile-*.json"):
        (store / path.name).write_bytes(path.read_bytes())
        os.utime(store / path.name, (0, 0))
    assert run("store", "--store", store) == 0
    assert "1 replies" in capsys.readouterr().out
    assert run("store", "--store", store, "prune", "--days", "30") == 0
    assert "1 replies removed" in capsys.readouterr().out
    assert list(store.iterdir()) == []


def test_pages_to_paste_are_written_by_hand(capsys: Output, tmp_path: Path) -> None:
    one = next(iter(seeds_folder().glob("2025-02-12*")))
    assert run("brief", one, "--by-hand", tmp_path / "pages") == 3
    assert "paste" in error(capsys)
    (page,) = (tmp_path / "pages").glob("*.md")
    assert "[1] " in page.read_text()


def test_batches_are_submitted_and_collected(capsys: Output, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    kept = ["--store", tmp_path / "kept"]
    assert run("brief", SEEDS, "--batch", "collect", *kept) == 0
    assert "No batch is under way" in capsys.readouterr().out
    with Scripted(refuse(401)) as endpoint:
        assert run("brief", SEEDS, "--batch", "submit", "--base-url", endpoint.url, *kept) == 3
    assert "OPENAI_API_KEY" in error(capsys)
