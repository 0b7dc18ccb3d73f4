"""A digest's configuration to begin with, and what makes a machine run it each day."""

from __future__ import annotations

import shlex
from pathlib import Path

from summarizer.digest.config import DigestConfig

__all__ = ["crontab", "starting_config", "systemd_units"]

_CONFIG = """\
# A digest: what to read each day, how to brief it, where to send it. Run it with: summarizer digest run
# Lines that begin with # are examples or defaults.

title = {title}
# name = "my-talks"           # what the ledger knows it by; made from the title
kind = {kind}
timezone = {timezone}
time = 07:00:00               # when `summarizer digest schedule` has it run
# topic = "topic.toml"        # the parties and issues that you follow
# ledger = "postgresql://host/summarizer"   # default: SQLite in your data folder
# always = false              # send also when nothing is new

# Files, folders, pages and feeds. Paths count from this file's folder.
sources = [
{sources}]
# For sources whose documents do not tell their date:
# [[sources]]                 # instead of the list above, one table each
# place = "reports/undated.txt"
# published = 2025-09-04

[model]                       # as in summarizer.toml; the key comes from OPENAI_API_KEY
# model = "gpt-5.4"
# base_url = "https://api.openai.com/v1"
# max_cost = 5.0              # US dollars in one run

[limits]
# documents = 200             # asked about in one run; the others wait for the next
# claims = 400                # in one brief; older and lesser ones stay in the ledger
# tries = 3                   # runs after which a document with unusable replies is given up

[files]
folder = "out"
formats = ["md", "json", "html"]

# [mail]                      # the password comes from SUMMARIZER_SMTP_PASSWORD
# host = "smtp.example.org"
# port = 587
# security = "starttls"       # or "tls", "none"
# user = "digest"
# sender = "digest@example.org"
# to = ["desk@example.org"]

# [webhook]                   # a bearer token comes from SUMMARIZER_WEBHOOK_TOKEN
# url = "https://example.org/hook"
"""


def starting_config(title: str, kind: str, timezone: str, sources: tuple[str, ...]) -> str:
    """Return a commented configuration for a new digest."""
    places = "".join(f"  {_quoted(place)},\n" for place in sources or ("inbox",))
    return _CONFIG.format(title=_quoted(title), kind=_quoted(kind), timezone=_quoted(timezone), sources=places)


def _quoted(text: str) -> str:
    """Return a text as a TOML string."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\u{ord(char):04X}" for char in plain) + '"'


def systemd_units(config: DigestConfig, path: Path, python: str) -> dict[str, str]:
    """Return the service and the timer that run a digest each day, by their file names.

    Args:
        config: the digest.
        path: its file.
        python: the interpreter to run it with.

    """
    name = f"summarizer-digest-{_unit_name(config.name)}"
    where = path.resolve()
    command = " ".join(_in_unit(word) for word in (python, *_COMMAND, str(where)))
    service = f"""\
[Unit]
Description={_one_line(config.title)}: summarizer digest
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
WorkingDirectory={str(where.parent).replace("%", "%%")}
EnvironmentFile=-%h/.config/summarizer/environment
ExecStart={command}
"""
    timer = f"""\
[Unit]
Description={_one_line(config.title)}: every day at {config.time:%H:%M} in {config.timezone}

[Timer]
OnCalendar=*-*-* {config.time:%H:%M:%S} {config.timezone}
Persistent=true

[Install]
WantedBy=timers.target
"""
    return {f"{name}.service": service, f"{name}.timer": timer}


def crontab(config: DigestConfig, path: Path, python: str) -> str:
    """Return the lines of a crontab that run a digest each day."""
    where = path.resolve()
    command = shlex.join([python, *_COMMAND, str(where)])
    line = f"cd {shlex.quote(str(where.parent))} && {command}".replace("%", r"\%")
    return f"CRON_TZ={config.timezone}\n{config.time.minute} {config.time.hour} * * * {line}\n"


_COMMAND = ("-m", "summarizer", "digest", "run", "--config")


def _in_unit(word: str) -> str:
    """Return a word of a command as systemd reads it."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{plain}"' if any(char.isspace() or char in "\"'\\;" for char in word) else plain


def _unit_name(name: str) -> str:
    return "".join(char if char.isascii() and char.isalnum() else "-" for char in name)


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("%", "%%")
