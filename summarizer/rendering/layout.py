"""A brief laid out for a reader, before any format: names for ids, numbers for sources, whose word it is.

Knows the base types of `summarizer.claims` and nothing of a kind's own fields. By convention the first plain
text field of a claim type is the sentence that says what is claimed; its other fields are shown beside it
under their own names.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from summarizer.claims import ISSUE, PARTY, Attributed, Claim, Evidence, StanceClaim, When, sections
from summarizer.fields import marks, named_fields, text_fields
from summarizer.rendering.matrix import Matrix, matrix_of
from summarizer.rendering.shown import (
    ARROWS,
    FIRMNESS,
    STANCES,
    Detail,
    Line,
    Mark,
    Proof,
    Section,
    ShownChange,
    ShownSide,
    ShownUnverified,
)
from summarizer.rendering.words import inline, when_words

if TYPE_CHECKING:
    from pydantic import BaseModel

    from summarizer.claims import Brief, Change, Stance, Statement, Unverified
    from summarizer.documents import Source
    from summarizer.rendering.words import Spell

__all__ = ["Layout", "heading_of", "sentence_field"]

_BASE_FIELDS = set(StanceClaim.model_fields)


@dataclass(frozen=True)
class Layout:
    """A brief as a reader sees it."""

    brief: Brief
    spell: Spell = str
    """How a date is written; ISO unless said otherwise."""

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Source id to number, from 1."""
        return {source.id: place for place, source in enumerate(self.brief.sources, start=1)}

    @cached_property
    def party_names(self) -> dict[str, str]:
        """Party id to name."""
        return {party.id: inline(party.name) for party in self.brief.parties}

    @cached_property
    def issue_names(self) -> dict[str, str]:
        """Issue id to name."""
        return {issue.id: inline(issue.name) for issue in self.brief.issues}

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The sections that hold a claim."""
        return tuple(
            Section(name, heading_of(name), tuple(self._line(name, claim) for claim in claims))
            for name in sections(type(self.brief))
            if (claims := getattr(self.brief, name))
        )

    @cached_property
    def lines(self) -> dict[str, Line]:
        """Every claim by its id."""
        return {line.id: line for section in self.sections for line in section.lines}

    def party(self, name: str) -> str:
        """Return a party's name for its id; what is no id stays as it is."""
        return self.party_names.get(name) or inline(name)

    def issue(self, name: str) -> str:
        """Return an issue's name for its id; what is no id stays as it is."""
        return self.issue_names.get(name) or inline(name)

    def number(self, source: str) -> int:
        """Return the number of a source; 0 when the brief does not hold it."""
        return self.numbers.get(source, 0)

    @cached_property
    def matrix(self) -> Matrix:
        """Who holds what."""
        return matrix_of(self.brief, self.lines)

    @cached_property
    def changes(self) -> tuple[ShownChange, ...]:
        """The changes since the earlier brief."""
        return tuple(self._change(change) for change in self.brief.changes)

    @cached_property
    def unverified(self) -> tuple[ShownUnverified, ...]:
        """What could not be checked."""
        return tuple(self._unverified(entry) for entry in self.brief.unverified)

    @cached_property
    def propositions(self) -> dict[str, str]:
        """What each issue of the matrix states, by its id; a stance means nothing without it."""
        known = {issue.id: inline(issue.proposition) for issue in self.brief.issues}
        return {issue: known.get(issue, "") for issue in self.matrix.rows}

    @cached_property
    def _unstated(self) -> set[str]:
        """The issues without a proposition (what is left over): a stance towards them would mean nothing."""
        return {issue.id for issue in self.brief.issues if not issue.proposition.strip()}

    @cached_property
    def legend(self) -> list[tuple[Stance, Mark]]:
        """The stances that occur, from for to against, with their marks."""
        shown = {line.stance for line in self.lines.values()}
        return [(stance, mark) for stance, mark in STANCES.items() if stance in shown]

    @cached_property
    def voices_shown(self) -> set[str]:
        """The voices that occur."""
        return {line.voice for line in self.lines.values() if line.voice}

    def named(self, items: list[str]) -> list[Line]:
        """Return the claims of these ids, in their order."""
        return [self.lines[item] for item in items if item in self.lines]

    def rests_on(self, items: list[str]) -> tuple[int, ...]:
        """Return the numbers of the sources behind some claims, each once, in order."""
        return tuple(sorted({number for line in self.named(items) for number in line.numbers}))

    def copied_from(self, source: Source) -> int | None:
        """Return the number of the source whose text this one copies; None when it copies none."""
        return self.number(source.origin) or None if source.origin != source.id else None

    def _line(self, section: str, claim: Claim) -> Line:
        kind = type(claim)
        lead, topic = _single(kind, PARTY), _single(kind, ISSUE)
        sentence = sentence_field(kind)
        shown = _BASE_FIELDS | {sentence, topic}
        attributed = claim if isinstance(claim, Attributed) else None
        stance = claim if isinstance(claim, StanceClaim) else None
        details = (
            Detail(name.replace("_", " "), text)
            for name in kind.model_fields
            if name not in shown and (text := self._value(kind, name, getattr(claim, name)))
        )
        word, by = self._word(attributed) if attributed else ("", "")
        return Line(
            id=claim.id,
            section=section,
            sentence=inline(getattr(claim, sentence) or "") if sentence else claim.id,
            holder=self.party(getattr(claim, lead)) if lead == "party" else None,
            issue=self.issue(getattr(claim, topic)) if topic else None,
            parties=self._named(claim, PARTY),
            issues=self._named(claim, ISSUE),
            stance=stance.stance if stance and stance.issue not in self._unstated else None,
            firmness=FIRMNESS.get(stance.firmness) if stance else None,
            currency=stance.currency if stance else None,
            voice=attributed.voice if attributed else None,
            word=word,
            by=by,
            when=when_words(attributed.said, self.spell) if attributed else "",
            date=(attributed.said.from_ or attributed.said.to) if attributed else None,
            details=tuple(details),
            salience=claim.salience,
            origins=claim.origins,
            proofs=tuple(
                Proof(claim.id, place, self.number(e.source), e.source, e.start, e.end, e.text, e.damaged, e.match)
                for place, e in enumerate(_best_first(claim), start=1)
            ),
        )

    def _word(self, claim: Attributed) -> tuple[str, str]:
        """Return whose word a claim is, and who that is more closely; the latter may be empty."""
        by = self.party(claim.asserted_by) if claim.asserted_by else ""
        speaker = inline(claim.speaker) if claim.speaker else ""
        match claim.voice:
            case "self":
                return "own word", speaker
            case "other_party":
                who = by or speaker or "another party"
                return f"claimed by {who}", speaker if speaker != who else ""
            case "analyst" | "anonymous":
                return "analyst" if claim.voice == "analyst" else "unnamed source", by or speaker
            case _:
                return "reporter", ""

    def _named(self, claim: Claim, mark: Any) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for name in named_fields(type(claim), mark):
            value = getattr(claim, name)
            found.update(dict.fromkeys(value if isinstance(value, list) else [value] if value else []))
        return tuple(found)

    def _value(self, kind: type[BaseModel], name: str, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(part for one in value if (part := self._value(kind, name, one)))
        if isinstance(value, When):
            return when_words(value, self.spell)
        if isinstance(value, bool):
            return "yes" if value else "no"
        found = marks(kind.model_fields[name])
        text = "" if value is None else str(value)
        if PARTY in found:
            return self.party(text)
        if ISSUE in found:
            return self.issue(text)
        return text.replace("_", " ") if _chosen(kind.model_fields[name].annotation) else inline(text)

    def _change(self, change: Change) -> ShownChange:
        before, after = self._side(change.before), self._side(change.after)
        # The earlier statement may stand in the earlier brief alone: then its quote is all there is of it.
        ids = dict.fromkeys([*(side.item for side in (change.after, change.before) if side), *change.items])
        return ShownChange(
            kind=change.kind,
            arrow=ARROWS[change.kind],
            party=self.party(change.party),
            issue=self.issue(change.issue),
            before=before,
            after=after,
            lines=tuple(self.named(list(ids))),
        )

    def _side(self, side: Statement | None) -> ShownSide | None:
        if side is None:
            return None
        when = when_words(side.said, self.spell)
        return ShownSide(side.stance, when, inline(side.text), inline(side.quote), self.number(side.source))

    def _unverified(self, entry: Unverified) -> ShownUnverified:
        types = {snake(kind.__name__): kind for kind in sections(type(self.brief)).values()}
        kind = types.get(snake(entry.type))
        text = entry.item.get(sentence_field(kind) or "") if kind else None
        if not isinstance(text, str):
            text = max((value for value in entry.item.values() if isinstance(value, str)), key=len, default="")
        return ShownUnverified(
            type=inline(entry.type).replace("_", " "),
            sentence=inline(text),
            quote=inline(entry.quote) if entry.quote else None,
            reason=inline(entry.reason),
            source=entry.source if self.number(entry.source) else None,
            number=self.number(entry.source),
        )


def heading_of(name: str) -> str:
    """Return a section's heading: its name in the brief as words."""
    return name.replace("_", " ").capitalize()


def sentence_field(kind: type[Claim]) -> str | None:
    """Return the field of a claim type that says what is claimed: the first that is worded freely."""
    return next(iter(text_fields(kind)), None)


def snake(name: str) -> str:
    """Return a name in snake case: `NextStep` and `next_step` are the same type."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _single(kind: type[Claim], mark: Any) -> str | None:
    """Return the field that names exactly one party or issue, the first if there are several."""
    for name, info in kind.model_fields.items():
        if mark in info.metadata:
            return name
    return None


def _chosen(annotation: Any) -> bool:
    """Whether a field's value is one of a fixed list."""
    return get_origin(annotation) is Literal or any(_chosen(inner) for inner in get_args(annotation))


def _best_first(claim: Claim) -> list[Evidence]:
    """Return a claim's evidence, the one to quote before the others: it is what a reader sees first."""
    best = claim.quoted
    return sorted(claim.evidence, key=lambda one: one is not best)
