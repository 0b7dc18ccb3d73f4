"""What a day brought: the changes, which conditions moved, what is new, what waits and what is missing."""

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from summarizer.claims import Change, Gap, When

__all__ = ["ConditionChange", "NewDocument", "News", "Waiting", "headline_of", "news_text"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Words(_Strict):
    """A condition as one source tells it: it can be read without the brief."""

    item: str
    said: When
    status: str
    text: str
    quote: str
    source: str


class ConditionChange(_Strict):
    """What became of a condition, by two dated reports, or by one for a condition that is new."""

    party: str
    kind: Literal["added", "changed", "met", "accepted", "rejected", "dropped"]
    before: Words | None = None
    after: Words


class NewDocument(_Strict):
    """A document that is in the brief for the first time."""

    id: str
    label: str
    outlet: str | None = None
    url: str | None = None
    published: datetime.date | None = None
    copy_of: str | None = None


class Waiting(_Strict):
    """A document that the brief lacks, and why. The next run takes it."""

    id: str
    label: str
    reason: str


class News(_Strict):
    """What a day brought, as it stands beside the day's brief."""

    format: Literal["summarizer.digest/1"] = "summarizer.digest/1"
    digest: str
    title: str
    day: datetime.date
    since: datetime.date | None = None
    """The day of the brief that the changes are counted from."""
    changes: list[Change] = []
    conditions: list[ConditionChange] = []
    new: list[NewDocument] = []
    waiting: list[Waiting] = []
    gaps: list[Gap] = []
    """What could not be read or asked on this day."""
    notes: list[str] = []
    left_out: int = 0
    """Claims that are in the ledger and not in the brief, which has its size."""
    bottom_line: list[str] = []
    names: dict[str, str] = {}
    """The names of the parties and issues whose ids stand here."""


_KINDS = {
    "new": "first statement",
    "hardened": "hardened",
    "softened": "softened",
    "reversed": "reversed",
    "restated": "said again",
    "withdrawn": "withdrawn",
    "correction": "correction: read wrongly before",
}
_ORDER = ("reversed", "withdrawn", "hardened", "softened", "new", "correction", "restated")


def headline_of(news: News) -> str:
    """Return the news in a few words: for the subject of a mail and the last line of a run."""
    moved = sum(change.kind not in {"restated", "correction"} for change in news.changes) + len(news.conditions)
    parts = [
        _count(moved, "change") if moved else "no change",
        _count(len(news.new), "new document"),
        f"{_count(len(news.waiting), 'document')} waiting" if news.waiting else "",
    ]
    return ", ".join(part for part in parts if part)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def news_text(news: News) -> str:
    """Return the news as plain text, line by line, without any markup."""
    lines = [news.title, f"{news.day:%A, %d %B %Y}: {headline_of(news)}", ""]
    if news.bottom_line:
        lines += [*news.bottom_line, ""]
    if news.since is not None:
        lines += [f"What changed since {news.since:%d %B %Y}", ""]
        lines += _changes(news) or ["Nothing."]
        lines.append("")
    if news.new:
        lines += ["New documents", "", *(_document(one) for one in news.new), ""]
    if news.waiting:
        lines += ["Waiting for the next run", "", *(f"- {one.label}: {one.reason}" for one in news.waiting), ""]
    missing = [*(f"- {gap.source}: {gap.reason}" for gap in news.gaps), *(f"- {note}" for note in news.notes)]
    if missing:
        lines += ["What is missing", "", *missing, ""]
    if news.left_out:
        lines += [f"{news.left_out} older or lesser claims are in the ledger and not in the brief.", ""]
    return "\n".join(" ".join(line.split(" ")).rstrip() for line in lines).strip() + "\n"


def _changes(news: News) -> list[str]:
    lines: list[str] = []
    name = news.names.get
    for change in sorted(news.changes, key=lambda one: (_ORDER.index(one.kind), one.party, one.issue)):
        lines.append(
            f"- {name(change.party, change.party)} on {name(change.issue, change.issue)}: {_KINDS[change.kind]}"
        )
        for word, side in (("before", change.before), ("after", change.after)):
            if side is not None:
                quote = " ".join(side.quote.split())
                lines.append(f"    {word} ({_when(side.said)}, {side.stance}): {side.text} “{quote}”")
    for condition in news.conditions:
        lines.append(f"- Condition of {name(condition.party, condition.party)}: {condition.kind}")
        for word, told in (("before", condition.before), ("after", condition.after)):
            if told is not None:
                quote = " ".join(told.quote.split())
                lines.append(f"    {word} ({_when(told.said)}, {told.status}): {told.text} “{quote}”")
    return lines


def _when(said: When) -> str:
    day = said.to or said.from_
    return f"{day.day} {day:%b %Y}" if day else said.text or "undated"


def _document(one: NewDocument) -> str:
    facts = [one.outlet, one.published.isoformat() if one.published else None, one.url]
    known = ", ".join(fact for fact in facts if fact)
    return f"- {one.label}{f' ({known})' if known else ''}{' – a copy' if one.copy_of else ''}"
