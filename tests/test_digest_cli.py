"""The commands of a digest, and its configuration."""

from __future__ import annotations

import configparser
import json
import os
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from digesting import World
from scripted import Scripted

from summarizer.cli import main
from summarizer.digest.config import DigestConfig, load_config
from summarizer.errors import SettingsError
from summarizer.kinds import parse_brief
from summarizer.ledger import Ledger, Lock


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    (tmp_path / "inbox").mkdir()
    return tmp_path


def write(folder: Path, day: str, text: str) -> None:
    (folder / "inbox" / f"{day}.txt").write_text(f"---\ntitle: Report of {day}\npublished: {day}\n---\n{text}\n")


def test_a_digest_from_its_beginning(
    here: Path, world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Scripted(world) as endpoint:
        monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
        assert main(["digest", "init", "inbox", "--title", 'The "talks"', "--timezone", "Europe/Vienna"]) == 0
        assert main(["digest", "init", "inbox", "--title", "Talks"]) == 2
        assert "there already" in capsys.readouterr().err
        assert main(["digest", "run"]) == 0
        assert "nothing new" in capsys.readouterr().out
        write(here, "2025-02-12", "Moscow rejects foreign troops.")
        assert main(["digest", "run"]) == 0
        out = capsys.readouterr().out
        assert "1 new document" in out
        assert "Requests to the model: 2." in out
        assert main(["digest", "run", "-q"]) == 0
        assert capsys.readouterr().out == ""
        write(here, "2025-03-17", "Moscow accepts foreign troops.")
        world.down = True
        monkeypatch.setattr("summarizer.asking.asker._BACKOFF", lambda _: 0.0)
        assert main(["digest", "run"]) == 1
        assert "Waiting for the next run" in capsys.readouterr().out
        assert main(["digest", "status"]) == 0
        assert "waits: s-" in capsys.readouterr().out
        world.down = False
        assert main(["digest", "run"]) == 0
    capsys.readouterr()
    assert main(["digest", "status"]) == 0
    status = capsys.readouterr().out
    assert "2 documents" in status
    assert "done, 2 new" in status
    assert main(["digest", "history"]) == 0
    assert "2 new documents (revised 2 times)" in capsys.readouterr().out
    assert main(["digest", "show", "--changes", "2025-02-12", "2025-03-17"]) == 0
    changes = capsys.readouterr().out
    assert "Moscow on foreign troops: reversed" in changes
    assert "“Moscow rejects foreign troops”" in changes
    assert main(["digest", "show", "--changes", "2025-02-12", "2025-03-01", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"] == []
    assert main(["digest", "show", "2099-01-01", "--format", "json"]) == 0
    assert len(list(parse_brief(capsys.readouterr().out).claims())) == 2
    assert main(["verify", "out/latest.json"]) == 0


def test_days_can_be_rehearsed(
    here: Path, world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(here, "2025-02-12", "Moscow rejects foreign troops.")
    write(here, "2025-03-17", "Moscow accepts foreign troops.")
    (here / "inbox" / "undated.txt").write_text("Kyiv supports foreign troops.\n")
    (here / "digest.toml").write_text('title = "Talks"\nsources = ["inbox"]\nledger = "sqlite:///own.db"\n')
    with Scripted(world) as endpoint:
        monkeypatch.setenv("OPENAI_BASE_URL", endpoint.url)
        assert main(["digest", "rehearse", "--record", "replies"]) == 0
    first = capsys.readouterr().out
    assert "Wednesday, 12 February 2025: no change, 2 new documents" in first
    assert "Monday, 17 March 2025: 1 change, 1 new document" in first
    assert main(["digest", "rehearse"]) == 0
    assert capsys.readouterr().out == "", "those days are done"
    before = (here / "out" / "2025-03-17.json").read_text()
    (here / "own.db").unlink()
    monkeypatch.delenv("OPENAI_BASE_URL")
    assert main(["digest", "rehearse", "--replay", "replies"]) == 0
    again, old = json.loads((here / "out" / "2025-03-17.json").read_text()), json.loads(before)
    assert {**again, "run": None} == {**old, "run": None}
    (here / "empty").mkdir()
    (here / "digest.toml").write_text('title = "Talks"\nsources = ["empty", "gone"]\n')
    assert main(["digest", "rehearse"]) == 2
    assert "gone" in capsys.readouterr().err


def test_a_second_run_says_who_holds_the_digest(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "digest.toml").write_text('title = "Talks"\nsources = ["inbox"]\nledger = "sqlite:///own.db"\n')
    from summarizer.digest import system_clock

    with Ledger(f"sqlite:///{here}/own.db") as ledger:
        Lock(ledger, "talks", system_clock).take()
        assert main(["digest", "run"]) == 2
        assert f"process {os.getpid()} on " in capsys.readouterr().err
        assert main(["names", "apart", "one", "other"]) == 2
        assert main(["digest", "status"]) == 0
        assert f"Being run by process {os.getpid()}" in capsys.readouterr().out


def test_the_schedule_is_ready_to_install(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = here / "50% of $it"
    folder.mkdir()
    config = folder / "my digest.toml"
    config.write_text('title = "Talks"\nsources = ["x"]\ntimezone = "Europe/Vienna"\ntime = 06:45:00\n')
    assert main(["digest", "schedule", "--config", str(config)]) == 0
    service, timer = capsys.readouterr().out.split("# ~/.config/systemd/user/summarizer-digest-talks.timer\n")
    units = [configparser.RawConfigParser(strict=True) for _ in range(2)]
    units[0].read_string(service)
    units[1].read_string(timer)
    assert units[0]["Service"]["WorkingDirectory"].endswith("50%% of $it")
    path = str(config).replace("%", "%%").replace("$", "$$")
    assert units[0]["Service"]["ExecStart"] == f'{sys.executable} -m summarizer digest run --config "{path}"'
    assert units[1]["Timer"]["OnCalendar"] == "*-*-* 06:45:00 Europe/Vienna"
    assert units[1]["Timer"]["Persistent"] == "true"
    assert main(["digest", "schedule", "--cron", "--config", str(config)]) == 0
    zone, line = capsys.readouterr().out.splitlines()
    assert zone == "CRON_TZ=Europe/Vienna"
    assert line.startswith("45 6 * * * cd '")
    assert r"50\% of $it'" in line


def test_show_takes_a_day_or_two(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "digest.toml").write_text('title = "Talks"\nsources = ["inbox"]\nledger = "sqlite:///own.db"\n')
    assert main(["digest", "show"]) == 2
    assert main(["digest", "show", "2025-02-12"]) == 2
    assert "no brief of 2025-02-12" in capsys.readouterr().err
    assert main(["digest", "show", "--changes", "2025-03-12", "2025-02-12"]) == 2
    assert "after" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("titel = 'x'", 'no setting "titel". Did you mean "title"?'),
        ("title = 'x'\nsources = ['a']\n[mial]\nhost = 'x'", 'no setting "mial". Did you mean "mail"?'),
        ("title = 'x'\nsources = ['a']\n[limits]\nclaim = 9", 'no setting "limits.claim". Did you mean "claims"?'),
        ("title = 'x'\n[[sources]]\nplace = 'a'\npublishd = 2025-01-01", 'Did you mean "published"?'),
        ("title = 'x'\nsources = ['a']\n[model]\nmodle = 'x'", 'Did you mean "model"?'),
        ("title = 'x'\nsources = ['a']\n[model]\napi_key = 'geheim'", "OPENAI_API_KEY"),
        ("title = 'x'\nsources = ['a']\nfolder = 'x'", "[files]"),
        ("title = 'x'\nsources = ['a']\ntimezone = 'Mars/Olympus'", "no time zone"),
        ("title = 'x'\nsources = []", "sources"),
        ("title = 'x'\nsources = 'a'", "sources"),
        ("title = 'x'\nsources = ['a']\n[webhook]\nurl = 'ftp://x'", "webhook.url"),
        ("title = 'x'\nsources = ['a']\n[mail]\nhost = 'h'\nsender = 'a@b'\nto = ['nobody']", "not a mail address"),
        ("title = 'x'\nsources = ['a']\nzzzzzz = 1", "Known: "),
        ("title = ", "not TOML"),
    ],
)
def test_a_configuration_that_does_not_fit_is_told_with_the_field(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "digest.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as told:
        load_config(path)
    assert said in str(told.value)
    assert "geheim" not in str(told.value)


def test_a_missing_configuration_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="digest init"):
        load_config(tmp_path / "digest.toml")


def test_the_configuration_that_init_writes_names_every_setting() -> None:
    from summarizer.digest.schedule import starting_config

    text = starting_config("Talks\t\u2028", "negotiation", "UTC", ())
    assert tomllib.loads(text)["title"] == "Talks\t\u2028"
    uncommented = "\n".join(line.removeprefix("# ") for line in text.splitlines() if " = " in line or line[:1] in "[# ")
    named = {line.split("=")[0].strip() for line in uncommented.splitlines() if "=" in line}
    tables = {"limits", "files", "mail", "webhook", "sources", "model"}

    def settings(model: Any) -> set[str]:
        return set(model.model_fields)

    from summarizer.digest.config import Files, Limits, Mail, Source, Webhook

    wanted = (settings(DigestConfig) - tables - {"offline", "private"}) | settings(Files) | settings(Limits)
    wanted |= settings(Mail) | settings(Source) | settings(Webhook)
    assert wanted - named == {"timeout", "brief"}
