"""What goes out: files, mail and webhook, to real servers on loopback; what fails is tried again and not sent twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from digesting import Bench, Make, World, report
from mailserver import Mailbox
from scripted import Act, Asked, Scripted

from summarizer.digest import Outcome
from summarizer.digest.queries import status_of
from summarizer.settings import Secrets, load_secrets

HOSTILE = "Moscow rejects foreign troops. <script>alert(1)</script> {{ config }} {% raw %}"
FEBRUARY = report("2025-02-12", HOSTILE, title="<b>February</b> {{ 7 * 7 }}\r\nBcc: all@example.org")
MARCH = report("2025-03-17", "Moscow accepts foreign troops.", title="March")


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with Mailbox() as running:
        yield running


def mail_to(port: int, **given: Any) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "digest@example.org",
        "to": ["desk@example.org", "chief@example.org"],
        **given,
    }


def go(bench: Bench, *args: Any, **given: Any) -> Outcome:
    return asyncio.run(bench.go(*args, **given))


def test_a_mail_has_both_parts_and_its_words_are_escaped(make: Make, box: Mailbox) -> None:
    go(make(mail=mail_to(box.port)), "2025-02-12", [FEBRUARY])
    (mail,) = box.mails
    assert mail["To"] == "desk@example.org, chief@example.org"
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("Talks, 2025-02-12: ")
    assert mail["Message-ID"].startswith("<2025-02-12.")
    assert mail["Date"].endswith("+0000")
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "<b>February</b> {{ 7 * 7 }}" in plain.get_content()
    assert "&lt;b&gt;February&lt;/b&gt; {{ 7 * 7 }}" in html.get_content()
    assert "<b>" not in html.get_content()


def test_a_mail_that_was_refused_goes_out_with_the_next_run_as_the_same_mail(
    make: Make, box: Mailbox, tmp_path: Path
) -> None:
    box.answer = "451 later"
    bench = make(mail=mail_to(box.port))
    first = go(bench, "2025-02-12", [FEBRUARY])
    assert [(sent.channel, sent.reason) for sent in first.sent] == [
        ("files", None),
        ("mail", "127.0.0.1 refused the mail (451)"),
    ]
    (due,) = status_of(bench.config, bench.ledger).due
    assert (due.channel, due.tries, due.reason) == ("mail", 1, "127.0.0.1 refused the mail (451)")
    box.answer = "250 OK"
    second = go(bench, "2025-03-17", [MARCH])
    assert [str(sent.day) for sent in second.sent if sent.channel == "mail"] == ["2025-02-12", "2025-03-17"]
    ids = [mail["Message-ID"] for mail in box.mails]
    assert [one[:11] for one in ids] == ["<2025-02-12", "<2025-03-17"]
    assert "12 Feb 2025, rejects" in box.mails[1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    go(bench, "2025-03-18")
    assert len(box.mails) == 2
    assert status_of(bench.config, bench.ledger).due == ()


def test_what_comes_after_the_days_mail_is_told_by_the_next_one(make: Make, box: Mailbox) -> None:
    bench = make(mail=mail_to(box.port))
    go(bench, "2025-03-16", [FEBRUARY])
    late = report("2025-03-16", "Moscow opposes a summit.")
    go(bench, "2025-03-17", [late])
    assert len(box.mails) == 2
    same_day = go(bench, "2025-03-17", [MARCH])
    assert [sent.channel for sent in same_day.sent] == ["files"]
    assert len(box.mails) == 2, "one mail a day"
    go(bench, "2025-03-18", [report("2025-03-18", "Kyiv supports a summit.")])
    text = box.mails[2].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "foreign troops: reversed" in text


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"port": 1}, "cannot be reached"),
        ({"security": "starttls"}, "SMTPNotSupportedError"),
        ({"security": "tls"}, "cannot be reached or spoken to"),
        ({"user": "digest"}, "SUMMARIZER_SMTP_PASSWORD"),
    ],
)
def test_a_server_that_cannot_be_used_is_told(make: Make, box: Mailbox, given: Any, reason: str) -> None:
    outcome = go(make(mail={**mail_to(box.port), **given}, files=None), "2025-02-12", [FEBRUARY])
    (sent,) = outcome.sent
    assert sent.reason is not None
    assert reason in sent.reason


def test_the_password_comes_from_the_environment_and_stays_unseen(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[LoginPassword] = []

    def login(server: SMTP, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        seen.append(data)
        return AuthResult(success=data.password == b"geheim", handled=False)

    monkeypatch.setenv("SUMMARIZER_SMTP_PASSWORD", "falsch")
    with Mailbox(authenticator=login, auth_require_tls=False) as box:
        bench = make(mail=mail_to(box.port, user="digest"))
        first = go(bench, "2025-02-12", [FEBRUARY], secrets=load_secrets())
        assert "535" in str(first.sent[1].reason)
        monkeypatch.setenv("SUMMARIZER_SMTP_PASSWORD", "geheim")
        go(bench, "2025-02-12", secrets=load_secrets())
    assert len(box.mails) == 1
    assert [one.password for one in seen][-1] == b"geheim"
    kept = (tmp_path / "ledger0.db").read_bytes() + (tmp_path / "ledger0.db-wal").read_bytes()
    assert b"geheim" not in kept
    assert b"falsch" not in kept


def test_a_webhook_gets_the_news_and_the_brief_once(make: Make) -> None:
    answers = [Act(status=503), Act(status=204)]

    def hook(asked: Asked) -> Act:
        return answers.pop(0)

    with Scripted(hook) as server:
        url = server.url.replace("/v1", "/hook?key=1")
        bench = make(webhook={"url": url})
        secrets = Secrets.model_validate({"webhook_token": "geheim"})
        first = go(bench, "2025-02-12", [FEBRUARY], secrets=secrets)
        assert first.sent[1].reason == "the webhook answered 503"
        go(bench, "2025-02-12", secrets=secrets)
        go(bench, "2025-02-12", secrets=secrets)
        one, other = server.asked
    assert one.raw == other.raw
    assert one.headers["idempotency-key"] == other.headers["idempotency-key"] == "talks/2025-02-12"
    assert other.headers["authorization"] == "Bearer geheim"
    body = json.loads(other.raw)
    assert body["format"] == "summarizer.digest/1"
    assert body["brief"]["format"] == "summarizer.brief/1"


def test_a_webhook_that_is_not_there_is_told(make: Make) -> None:
    outcome = go(make(webhook={"url": "http://127.0.0.1:1/", "brief": False}), "2025-02-12", [FEBRUARY])
    assert outcome.sent[1].reason == "the webhook cannot be reached (ConnectError)"


def test_a_folder_that_cannot_be_written_keeps_neither_the_mail_nor_the_next_run(
    make: Make, box: Mailbox, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("this is a file")
    bench = make(mail=mail_to(box.port))
    first = go(bench, "2025-02-12", [FEBRUARY])
    assert "cannot be written" in str(first.sent[0].reason)
    assert len(box.mails) == 1
    (tmp_path / "out").unlink()
    go(bench, "2025-02-12")
    assert (tmp_path / "out" / "2025-02-12.md").is_file()
    assert len(box.mails) == 1


def test_latest_is_not_overwritten_by_an_older_day_that_goes_out_late(make: Make, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("this is a file")
    bench = make()
    go(bench, "2025-02-12", [FEBRUARY])
    go(bench, "2025-03-17", [MARCH])
    (tmp_path / "out").unlink()
    go(bench, "2025-03-17")
    assert (tmp_path / "out" / "latest.json").read_text() == (tmp_path / "out" / "2025-03-17.json").read_text()
    assert (tmp_path / "out" / "2025-02-12.json").is_file()


def test_a_way_that_was_taken_out_of_the_configuration_is_not_used(make: Make, world: World, tmp_path: Path) -> None:
    bench = make(webhook={"url": "http://127.0.0.1:1/"})
    go(bench, "2025-02-12", [FEBRUARY])
    bench.config = bench.config.model_copy(update={"webhook": None})
    assert go(bench, "2025-02-13").sent == ()
