"""Sends out what is due: files, a mail, a webhook. What fails stays due, and the next run tries again."""

from __future__ import annotations

import asyncio
import datetime
import os
import smtplib
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summarizer.digest.clock import Clock
from summarizer.digest.config import DigestConfig, Mail, Webhook
from summarizer.digest.mailing import message_for
from summarizer.digest.news import News, news_text
from summarizer.kinds import load_kind
from summarizer.ledger import Briefs, Kept, Ledger, Outgoing
from summarizer.rendering import render
from summarizer.settings import Secrets

__all__ = ["NotDelivered", "Sent", "deliver_due"]

_FORMATS = {"md": "markdown", "json": "json", "html": "html"}


class NotDelivered(Exception):
    """Something could not go out; its text says why, without any password."""


@dataclass(frozen=True)
class Sent:
    """What became of one thing that was due."""

    day: datetime.date
    channel: str
    reason: str | None
    """Why it could not go out; None when it did."""


@dataclass(frozen=True)
class _Parcel:
    """A brief on its way."""

    config: DigestConfig
    secrets: Secrets
    kept: Kept
    newest: bool


async def deliver_due(config: DigestConfig, ledger: Ledger, secrets: Secrets, clock: Clock) -> list[Sent]:
    """Send out all that is due, oldest first. A way that the configuration no longer has is left out.

    A thing is noted as on its way before it goes and as gone afterwards. Should the machine stop in between, it goes
    out again: the same mail with the same message id, the same webhook with the same key.
    """
    with ledger.reading() as session:
        due = [one for one in Briefs(session, config.name).due() if one.channel in config.channels]
    return [await _one(config, ledger, secrets, clock, outgoing) for outgoing in due]


async def _one(config: DigestConfig, ledger: Ledger, secrets: Secrets, clock: Clock, outgoing: Outgoing) -> Sent:
    with ledger.writing() as session:
        briefs = Briefs(session, config.name)
        briefs.sending(outgoing.id)
        kept, latest = briefs.get(outgoing.brief), briefs.latest()
    if kept is None or latest is None:
        raise LookupError(outgoing.brief)
    parcel = _Parcel(config, secrets, kept, newest=latest.day == kept.day)
    ways: dict[str, Callable[[_Parcel], Awaitable[None]]] = {"files": _files, "mail": _mail, "webhook": _webhook}
    reason: str | None = None
    try:
        await ways[outgoing.channel](parcel)
    except NotDelivered as error:
        reason = str(error)
    with ledger.writing() as session:
        if reason is None:
            Briefs(session, config.name).sent(outgoing.id, clock())
        else:
            Briefs(session, config.name).refused(outgoing.id, reason)
    return Sent(outgoing.day, outgoing.channel, reason)


async def _files(parcel: _Parcel) -> None:
    """Write the brief in every format, and its news; each file is there as a whole or not at all."""
    files = parcel.config.files
    if files is None:
        raise NotDelivered("no folder is configured")
    folder = parcel.config.at(files.folder)
    brief = load_kind(parcel.config.kind).brief.model_validate(parcel.kept.brief)
    news = News.model_validate(parcel.kept.news)
    texts = {f".{ending}": render(brief, _FORMATS[ending]) for ending in files.formats}
    texts |= {".changes.json": news.model_dump_json(by_alias=True, indent=2) + "\n", ".changes.txt": news_text(news)}
    names = [parcel.kept.day.isoformat(), *(["latest"] if parcel.newest else [])]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            for ending, text in texts.items():
                await asyncio.to_thread(_write, folder / f"{name}{ending}", text)
    except OSError as error:
        raise NotDelivered(f"{files.folder} cannot be written ({error.strerror})") from None


def _write(path: Path, text: str) -> None:
    # Always the same name: only one run writes here at a time, and what a killed one left is overwritten.
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("w", encoding="utf-8", errors="surrogatepass") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


async def _mail(parcel: _Parcel) -> None:
    mail = parcel.config.mail
    if mail is None:
        raise NotDelivered("no mail is configured")
    message = message_for(mail, parcel.kept)
    try:
        await asyncio.to_thread(_post, mail, parcel.secrets, message)
    except smtplib.SMTPRecipientsRefused as error:
        raise NotDelivered(f"{mail.host} refused every recipient ({_code(error.recipients)})") from None
    except smtplib.SMTPResponseException as error:
        raise NotDelivered(f"{mail.host} refused the mail ({error.smtp_code})") from None
    except (OSError, smtplib.SMTPException) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        raise NotDelivered(f"{mail.host}:{mail.port} cannot be reached or spoken to ({why})") from None


def _code(recipients: Any) -> str:
    return ", ".join(sorted({str(code) for code, _ in recipients.values()}))


def _post(mail: Mail, secrets: Secrets, message: Any) -> None:
    context = ssl.create_default_context()
    us = mail.sender.rpartition("@")[2]  # our own name would be looked up, and is nobody's business
    if mail.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(mail.host, mail.port, us, timeout=mail.timeout, context=context)
    else:
        server = smtplib.SMTP(mail.host, mail.port, us, timeout=mail.timeout)
    with server:
        if mail.security == "starttls":
            server.starttls(context=context)
        if mail.user is not None:
            if secrets.smtp_password is None:
                raise NotDelivered("there is no password: set SUMMARIZER_SMTP_PASSWORD")
            server.login(mail.user, secrets.smtp_password.get_secret_value())
        refused = server.send_message(message)
    if refused:
        raise NotDelivered(f"{mail.host} took the mail, but refused some recipients ({_code(refused)})")


async def _webhook(parcel: _Parcel) -> None:
    import httpx2

    hook = parcel.config.webhook
    if hook is None:
        raise NotDelivered("no webhook is configured")
    body = {**parcel.kept.news, **({"brief": parcel.kept.brief} if hook.brief else {})}
    try:
        async with httpx2.AsyncClient(timeout=hook.timeout, follow_redirects=False) as client:
            response = await client.post(hook.url, json=body, headers=_headers(parcel, hook))
    except httpx2.HTTPError as error:
        raise NotDelivered(f"the webhook cannot be reached ({type(error).__name__})") from None
    if not response.is_success:
        raise NotDelivered(f"the webhook answered {response.status_code}")


def _headers(parcel: _Parcel, hook: Webhook) -> dict[str, str]:
    del hook
    key = f"{parcel.config.name}/{parcel.kept.day}"
    headers = {"Idempotency-Key": key.encode("ascii", "xmlcharrefreplace").decode(), "User-Agent": "summarizer"}
    if parcel.secrets.webhook_token is not None:
        headers["Authorization"] = f"Bearer {parcel.secrets.webhook_token.get_secret_value()}"
    return headers
