"""Asks the model what one document says, and checks every claim of the reply against the text.

One request per document and, where something does not hold, one re-ask that lists every failure. What still
does not hold is set aside as `unverified`, with the reason: claims in = claims out.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, Field

from summarizer.asking import Asker, Request
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
    Quote,
    Unverified,
    Voice,
    When,
    may_be_absent,
    named_fields,
    sections,
    text_fields,
    when_fields,
)
from summarizer.dates import resolve
from summarizer.documents import Document, Published
from summarizer.errors import BadReply
from summarizer.evidence import Refusal, locate
from summarizer.fencing import fence
from summarizer.kinds import Kind
from summarizer.names import Cast, name_key
from summarizer.parts import joined, split
from summarizer.topics import Topic
from summarizer.wording import Wording, in_one_line

__all__ = ["extract", "extract_request", "extract_requests", "numbered"]


_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
"""A language, as BCP 47 writes it."""


class Correction(BaseModel):
    """What puts one failure right; all null when the text does not carry the claim."""

    failure: int = Field(description="the number of the failure in the list")
    sentence: int | None = Field(description="for a quotation: the number of the sentence")
    words: str | None = Field(description="for a quotation: words copied from that sentence, to the letter")
    name: str | None = Field(description="for a name: the right name from your own lists")
    text: str | None = Field(description="for a wording: the whole text put right")


class Corrections(BaseModel):
    """The answer to a re-ask."""

    corrections: list[Correction]


@dataclass(frozen=True)
class _Failure:
    claim: int
    """The position among the claims of the reply."""
    field: str
    quote: int | None
    """The position among the claim's quotations, when one of them is at fault."""
    reason: str
    words: str | None = None


@dataclass
class _Checked:
    claims: dict[int, Claim] = field(default_factory=dict)
    failures: list[_Failure] = field(default_factory=list)


async def extract(document: Document, kind: Kind, asker: Asker, topic: Topic | None = None) -> Extracted:
    """Return what a document says, each claim with its words located in the text.

    A document that is too long for one request is asked about in parts.

    Raises:
        ModelError: no usable reply came, also after the re-ask.

    """
    parts = split(document, asker.max_input)
    return joined(await asyncio.gather(*(_part(document, kind, asker, topic, part) for part in parts)))


async def _part(document: Document, kind: Kind, asker: Asker, topic: Topic | None, part: range) -> Extracted:
    answer = await asker.ask(extract_request(document, kind, topic, part))
    reply = answer.value
    asked = [(name, item) for name in sections(kind.brief) for item in getattr(reply, name)]
    checker = _Checker(document, kind, reply, topic)
    checked = checker.check(asked)
    failure = None
    if checked.failures and not answer.reasked:
        try:
            correction = await asker.follow_up(answer, _reask(checked.failures, asked), Corrections)
        except BadReply as error:
            failure = error  # costs what did not hold, not the claims that do
        else:
            asked = _corrected(asked, checked.failures, correction.value)
            checked = checker.check(asked)
    return checker.result(asked, checked, failure)


def extract_requests(document: Document, kind: Kind, most: int, topic: Topic | None = None) -> list[Request[BaseModel]]:
    """Build all requests for one document; `most` is the tokens of text in one."""
    return [extract_request(document, kind, topic, part) for part in split(document, most)]


def extract_request(
    document: Document, kind: Kind, topic: Topic | None = None, part: range | None = None
) -> Request[BaseModel]:
    """Build a request for one document, or for one part of it: the same instructions for all, the document last."""
    return Request(
        purpose="extract",
        about=document.label if part is None or not part.start else f"{document.label} from sentence {part.start + 1}",
        system=kind.prompt("extract", topic=topic),
        user=numbered(document, part),
        form=kind.reply,
    )


def numbered(document: Document, part: range | None = None) -> str:
    """Return a document for the model: numbered sentences between marks that it cannot contain."""
    held = {"Title": document.title, "Outlet": document.outlet, "Language": document.language}
    published = document.published.date
    lines = [" ".join(f"{name}: {value}".split()) for name, value in held.items() if value is not None]
    lines += [f"Published: {published.isoformat() if published else 'unknown'}", ""]
    sentences = document.sentences
    part = part or range(len(sentences))
    if len(part) < len(sentences):
        lines.insert(-1, f"Part: sentences {part.start + 1} to {part.stop} of {len(sentences)} of a long report")
    last = sentences[part.start].start if part else 0
    for index in part:
        start, end = sentences[index]
        if index > part.start and document.text.count("\n", last, start) > 1:
            lines.append("")
        lines.append(f"[{index + 1}] {document.text[start:end]}")
        last = end
    return fence("\n".join(lines), "REPORT")


class _Checker:
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

    def check(self, asked: list[tuple[str, Any]]) -> _Checked:
        checked = _Checked()
        for number, (section, item) in enumerate(asked):
            failures: list[_Failure] = []
            filled = self._names(number, section, item, failures)
            filled["evidence"] = self._evidence(number, item, failures)
            self._wording(number, section, item, filled["evidence"], failures)
            if failures:
                checked.failures.extend(failures)
                continue
            checked.claims[number] = self._claim(section, item, filled)
        return checked

    def _names(self, number: int, section: str, item: Any, failures: list[_Failure]) -> dict[str, Any]:
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
                            _Failure(number, name, None, f"{in_one_line(value)!r} is not among your {where}", value)
                        )
                filled[name] = found if isinstance(given, list) else found[0]
        if issubclass(claim, Attributed) and self._attribution(item.by, filled) is None:
            by = in_one_line(item.by)
            reason = f"{by!r} is neither among your parties and their people nor reporter, unnamed or unclear"
            failures.append(_Failure(number, "by", None, reason, item.by))
        return filled

    def _party(self, name: str) -> str | None:
        found = self.cast.find(name)
        return found[0].name if found else None

    def _issue(self, name: str) -> str | None:
        return self.issue_names.get(name_key(name))

    def _evidence(self, number: int, item: Any, failures: list[_Failure]) -> list[Evidence]:
        found: list[Evidence] = []
        for index, quote in enumerate(item.evidence):
            located = locate(self.document, quote, self.damaged)
            if isinstance(located, Refusal):
                failures.append(_Failure(number, "evidence", index, located.reason, quote.words))
            elif self.wording.in_orders(located):
                reason = "these words stand in a sentence that gives orders to the reader"
                failures.append(_Failure(number, "evidence", index, reason, quote.words))
            else:
                found.extend(one for one in located if one not in found)
        if not item.evidence:
            failures.append(_Failure(number, "evidence", 0, "there is no quotation"))
        return sorted(found, key=lambda one: (one.start, one.end))

    def _wording(
        self, number: int, section: str, item: Any, evidence: list[Evidence], failures: list[_Failure]
    ) -> None:
        """Refuse a wording of the model's own that brings along what the text does not hold."""
        claim = sections(self.kind.brief)[section]
        worded = text_fields(claim)
        # A name in `by` has been found among the parties; the description of an unnamed source is free text.
        if issubclass(claim, Attributed) and item.by.strip().casefold().startswith("unnamed"):
            worded = [*worded, "by"]
        for name in worded:
            given = getattr(item, name)
            if given and (reason := self.wording.fault(given, evidence)):
                failures.append(_Failure(number, name, None, reason, given))

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

    def result(self, asked: list[tuple[str, Any]], checked: _Checked, failure: BadReply | None = None) -> Extracted:
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


def _by_claim(failures: Iterable[_Failure]) -> dict[int, list[_Failure]]:
    found: dict[int, list[_Failure]] = {}
    for failure in failures:
        found.setdefault(failure.claim, []).append(failure)
    return found


def _reask(failures: list[_Failure], asked: list[tuple[str, Any]]) -> str:
    lines = []
    for number, failure in enumerate(failures, 1):
        section = asked[failure.claim][0]
        position = [index for index, (name, _) in enumerate(asked) if name == section].index(failure.claim) + 1
        what = (
            f'quotation "{in_one_line(failure.words)}"'
            if failure.quote is not None and failure.words
            else failure.field
        )
        lines.append(f"{number}. {section}, number {position}, {what}: {failure.reason}.")
    return (
        "These points of your reply do not hold against the text. For each, by its number, give what puts it right: "
        "for a quotation, the sentence and words copied from it to the letter that carry the claim; for a name, the "
        "name as it stands in your lists; for a wording, the text put right. Where the report does not carry the "
        "claim, leave all null: it is withdrawn.\n\n" + "\n".join(lines) + "\n"
    )


def _corrected(
    asked: list[tuple[str, Any]], failures: list[_Failure], corrections: Corrections
) -> list[tuple[str, Any]]:
    """Put the corrections into the claims. What is not corrected stays as it was, and fails again."""
    changed = list(asked)
    for correction in corrections.corrections:
        if not 0 < correction.failure <= len(failures):
            continue
        failure = failures[correction.failure - 1]
        section, item = changed[failure.claim]
        if failure.quote is not None and correction.words and correction.sentence is not None:
            quotes = list(item.evidence)
            quotes[failure.quote : failure.quote + 1] = [Quote(sentence=correction.sentence, words=correction.words)]
            update: dict[str, Any] = {"evidence": quotes}
        elif failure.quote is None and failure.words and (value := correction.name or correction.text):
            given = getattr(item, failure.field)
            listed = isinstance(given, list)
            update = {failure.field: [value if one == failure.words else one for one in given] if listed else value}
        else:
            continue
        changed[failure.claim] = (section, item.model_copy(update=update))
    return changed
