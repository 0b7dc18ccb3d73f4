"""The day's mail: the news as plain text and as HTML, the page as an attachment."""

from __future__ import annotations

import hashlib
from email.message import EmailMessage
from email.utils import format_datetime

from jinja2 import Environment, StrictUndefined

from summarizer.digest.config import Mail
from summarizer.digest.news import News, headline_of, news_text
from summarizer.ledger import Kept

__all__ = ["message_for", "message_id"]

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ title }}</title></head>
<body style="font-family: Georgia, serif; line-height: 1.5; max-width: 42em; margin: 1em auto; padding: 0 1em">
<h1 style="font-size: 1.4em">{{ title }}</h1>
{% for block in blocks %}
{% if block.heading %}<h2 style="font-size: 1.1em">{{ block.heading }}</h2>{% endif %}
{% for line in block.lines %}<p style="margin: .3em 0 .3em {{ line.depth }}em">{{ line.text }}</p>
{% endfor %}{% endfor %}
</body>
</html>
"""
_TEMPLATE = Environment(autoescape=True, undefined=StrictUndefined).from_string(_PAGE)


def message_id(mail: Mail, digest: str, day: str) -> str:
    """Return the one message id of a digest's day: a retry is the same mail."""
    digits = hashlib.sha256(f"{digest}\n{mail.sender}".encode()).hexdigest()[:16]
    return f"<{day}.{digits}@{mail.sender.rpartition('@')[2]}>"


def message_for(mail: Mail, kept: Kept) -> EmailMessage:
    """Return the mail of a kept brief: the same bytes whenever it is made."""
    news = News.model_validate(kept.news)
    message = EmailMessage()
    message["From"] = mail.sender
    message["To"] = ", ".join(mail.to)
    message["Subject"] = " ".join(_shown(f"{news.title}, {news.day}: {headline_of(news)}").split())
    message["Date"] = format_datetime(kept.made)
    message["Message-ID"] = message_id(mail, news.digest, news.day.isoformat())
    text = _shown(news_text(news))
    message.set_content(text)
    message.add_alternative(_html(text), subtype="html")
    inner = hashlib.sha256(message["Message-ID"].encode()).hexdigest()[:24]
    message.set_boundary(f"=_{inner}")
    return message


def _shown(text: str) -> str:
    """Return a text that any mail can carry: a lone surrogate is shown as a replacement character."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _html(text: str) -> str:
    """Lay the plain news out as HTML. Every word is escaped: it comes from articles."""
    title, *rest = text.split("\n")
    blocks: list[dict[str, object]] = []
    for part in "\n".join(rest).split("\n\n"):
        lines = [line for line in part.split("\n") if line.strip()]
        plain = len(lines) == 1 and not lines[0].startswith(("-", " ")) and not lines[0].endswith((".", ":"))
        if plain and blocks:
            blocks.append({"heading": lines[0], "lines": []})
        elif lines:
            blocks.append({"heading": None, "lines": [_line(line) for line in lines]})
    return _TEMPLATE.render(title=title, blocks=blocks)


def _line(line: str) -> dict[str, object]:
    return {"text": line.strip(), "depth": (len(line) - len(line.lstrip())) / 2}
