"""Checks the claims of one reply against one document: evidence for quotations, voices for names, dates for words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from summarizer.assembling import Extracted
from summarizer.claims import (
    ISSUE,
    OTHER,
    PARTY,
    Attributed,
    Claim,
    Evidence,
    Gap,
    Issue,
    Party,
    Unverified,
    Voice,
    When,
    sections,
)
from summarizer.dates import resolve
from summarizer.documents import Document, Published
from summarizer.errors import BadReply
from summarizer.evidence import Refusal, locate
from summarizer.fields import may_be_absent, named_fields, text_fields, when_fields
from summarizer.kinds import Kind
from summarizer.names import Cast, name_key
from summarizer.topics import Topic
from summarizer.wording import Wording, in_one_line

__all__ = ["Checked", "Checker", "Failure", "Items"]

Items = list[tuple[str, Any]]
"""The claims of a reply in their order, each with the section that it stands in."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""A language, as BCP 47 writes it."""


@dataclass(frozen=True)
class Failure:
    """What does not hold in one claim of a reply."""

    claim: int
    """The position among the claims of the reply."""
    field: str
    quote: int | None
    """The position among the claim's quotations, when one of them is at fault."""
    reason: str
    words: str | None = None


@dataclass
class Checked:
    """The claims that hold, by their position in the reply, and what does not hold in the others."""

    claims: dict[int, Claim] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)


class Checker:
    """Checks the claims of one reply against one document."""

    def __init__(self, document: Document, kind: Kind, reply: Any, topic: Topic | None) -> None:
        self.document, self.kind, self.reply = document, kind, reply
        self.addressed = frozenset(reply.addressed)
        self.wording = Wording(document, self.addressed)
        self.cast = Cast(self.wording.cleared(_published(Party, party) for party in reply.parties))
        issues = (_published(Issue, issue) for issue in reply.issues)
        self.issues = tuple(issue for issue in issues if self.wording.holds(issue))
        self.issue_names = {name_key(issue.name): issue.name for issue in self.issues}
        if topic:
            self.issue_names |= {name_key(issue.name): issue.name for issue in topic.issues} | {OTHER: OTHER}
        self.damaged = frozenset(reply.damaged)
        self.published = self._published()
        self.times = " ".join(self.wording.text.split()).casefold()

    def _published(self) -> Published:
        published = self.document.published
        if published.date is None and self.reply.dateline is not None:
            found = locate(self.document, self.reply.dateline)
            if not isinstance(found, Refusal) and not self.wording.in_orders(found):
                when = resolve(found[0].text, None, language=self.document.language)
                if when.basis == "explicit" and when.from_ and when.from_ == when.to:
                    return Published(date=when.from_, basis="in_text")
        return published

    def check(self, asked: Items) -> Checked:
        """Hold every claim against the text."""
        checked = Checked()
        for number, (section, item) in enumerate(asked):
            failures: list[Failure] = []
            filled = self._names(number, section, item, failures)
            filled["evidence"] = self._evidence(number, item, failures)
            self._wording(number, section, item, filled["evidence"], failures)
            if failures:
                checked.failures.extend(failures)
                continue
            checked.claims[number] = self._claim(section, item, filled)
        return checked

    def _names(self, number: int, section: str, item: Any, failures: list[Failure]) -> dict[str, Any]:
        claim = sections(self.kind.brief)[section]
        filled: dict[str, Any] = {}
        for mark, known, where in ((PARTY, self._party, "parties"), (ISSUE, self._issue, "issues")):
            for name in named_fields(claim, mark):
                given = getattr(item, name)
                values = given if isinstance(given, list) else [given]
                found = [known(value) if value is not None else None for value in values]
                for value, hit in zip(values, found, strict=True):
                    if value is not None and hit is None:
                        failures.append(
                            Failure(number, name, None, f"{in_one_line(value)!r} is not among your {where}", value)
                        )
                filled[name] = found if isinstance(given, list) else found[0]
        if issubclass(claim, Attributed) and self._attribution(item.by, filled) is None:
            by = in_one_line(item.by)
            reason = f"{by!r} is neither among your parties and their people nor reporter, unnamed or unclear"
            failures.append(Failure(number, "by", None, reason, item.by))
        return filled

    def _party(self, name: str) -> str | None:
        found = self.cast.find(name)
        return found[0].name if found else None

    def _issue(self, name: str) -> str | None:
        return self.issue_names.get(name_key(name))

    def _evidence(self, number: int, item: Any, failures: list[Failure]) -> list[Evidence]:
        found: list[Evidence] = []
        for index, quote in enumerate(item.evidence):
            located = locate(self.document, quote, self.damaged)
            if isinstance(located, Refusal):
                failures.append(Failure(number, "evidence", index, located.reason, quote.words))
            elif self.wording.in_orders(located):
                reason = "these words stand in a sentence that gives orders to the reader"
                failures.append(Failure(number, "evidence", index, reason, quote.words))
            else:
                found.extend(one for one in located if one not in found)
        if not item.evidence:
            failures.append(Failure(number, "evidence", 0, "there is no quotation"))
        return sorted(found, key=lambda one: (one.start, one.end))

    def _wording(self, number: int, section: str, item: Any, evidence: list[Evidence], failures: list[Failure]) -> None:
        """Refuse a wording of the model's own that brings along what the text does not hold."""
        claim = sections(self.kind.brief)[section]
        worded = text_fields(claim)
        # A name in `by` has been found among the parties; the description of an unnamed source is free text.
        if issubclass(claim, Attributed) and item.by.strip().casefold().startswith("unnamed"):
            worded = [*worded, "by"]
        for name in worded:
            given = getattr(item, name)
            if given and (reason := self.wording.fault(given, evidence)):
                failures.append(Failure(number, name, None, reason, given))

    def _attribution(self, by: str, filled: Mapping[str, Any]) -> dict[str, Any] | None:
        """Say whose word it is, seen from the holder: the first party that the claim names."""
        holder = next((value for value in filled.values() if isinstance(value, str)), None)
        said = by.strip()
        voice: Voice
        if said.casefold() == "reporter":
            return {"voice": "reporter"}
        if said.casefold() == "unclear":
            return {"voice": "anonymous", "asserted_by": "a speaker whom the text does not name"}
        if said.casefold().startswith("unnamed"):
            return {"voice": "anonymous", "asserted_by": said[len("unnamed") :].strip(" :-") or "an unnamed source"}
        found = self.cast.find(said)
        if found is None:
            return None
        party, person = found
        if party.kind == "commentator":
            return {"voice": "analyst", "asserted_by": person or party.name, "speaker": person or party.name}
        voice = "self" if party.name == holder else "other_party"
        return {"voice": voice, "speaker": person, "asserted_by": None if voice == "self" else party.name}

    def _claim(self, section: str, item: Any, filled: dict[str, Any]) -> Claim:
        claim = sections(self.kind.brief)[section]
        fields = {name: getattr(item, name) for name in type(item).model_fields if name != "by"}
        for name in when_fields(claim):
            words = fields[name]
            if words is None and not issubclass(claim, Attributed):
                # Nobody set a time: the day of publication is when something was said, not when it is due.
                fields[name] = None if may_be_absent(claim, name) else When()
                continue
            known = words is not None and " ".join(words.split()).casefold() in self.times
            fields[name] = resolve(
                words if known else None,
                # Words that the text does not hold are no reason to fall back on the day of publication.
                self.published.date if known or words is None else None,
                future=not issubclass(claim, Attributed),
                language=self.document.language,
            )
        fields |= filled
        if issubclass(claim, Attributed):
            fields |= self._attribution(item.by, {name: filled[name] for name in named_fields(claim, PARTY)}) or {}
        return claim(**fields)

    def result(self, asked: Items, checked: Checked, failure: BadReply | None = None) -> Extracted:
        """Return what the document says: what holds as claims, the rest set aside with its reasons."""
        unverified = []
        for number, failures in _by_claim(checked.failures).items():
            section, item = asked[number]
            unverified.append(
                Unverified(
                    item=item.model_dump(mode="json"),
                    type=sections(self.kind.brief)[section].__name__.lower(),
                    source=self.document.id,
                    quote=next((one.words for one in failures if one.quote is not None), None),
                    reason="; ".join(f"{one.field}: {one.reason}" for one in failures),
                )
            )
        gaps = []
        if self.addressed:
            numbers = ", ".join(map(str, sorted(self.addressed)))
            reason = f"the text speaks to whoever summarizes it (sentences {numbers}); this was not obeyed"
            gaps.append(Gap(source=self.document.id, stage="extract", reason=reason))
        if failure is not None:
            gaps.append(Gap(source=self.document.id, stage="extract", reason=f"asked again without success: {failure}"))
        return Extracted(
            document=self.document,
            condition=self.reply.condition,
            language=self.document.language
            or (self.reply.language if _LANGUAGE.fullmatch(self.reply.language) else None),
            published=self.published,
            parties=tuple(self.cast.printed(self.wording.text)),
            issues=self.issues,
            claims=tuple(checked.claims[number] for number in sorted(checked.claims)),
            unverified=tuple(unverified),
            gaps=tuple(gaps),
        )


def _published(item: type[Any], asked: BaseModel) -> Any:
    return item(id="", **asked.model_dump())


def _by_claim(failures: Iterable[Failure]) -> dict[int, list[Failure]]:
    found: dict[int, list[Failure]] = {}
    for failure in failures:
        found.setdefault(failure.claim, []).append(failure)
    return found
