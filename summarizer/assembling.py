"""Makes the brief out of what was extracted and how it was grouped. Pure: no model, no files, no clock.

The same extractions and groups give the same brief in every order. A merge only puts evidence together: the
claim that leads keeps its words.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from summarizer.claims import (
    ISSUE,
    OPPOSITE_STANCE,
    OTHER,
    PARTY,
    Attributed,
    BottomLine,
    Brief,
    Change,
    Claim,
    Evidence,
    Gap,
    Issue,
    MatrixCell,
    Party,
    Run,
    StanceClaim,
    Unverified,
    sections,
)
from summarizer.documents import Document, Published, Source, TextState
from summarizer.fields import named_fields

__all__ = [
    "Extracted",
    "Grouping",
    "Material",
    "assemble",
    "cluster_key",
    "matrix_of",
    "merged",
    "resolved",
    "resolved_in_order",
    "with_currency",
]

_SALIENCE = {"vital": 0, "supporting": 1, "background": 2}
_WEIGHT = {"vital": 4, "supporting": 2, "background": 1}
_FIRMNESS = {"red_line": 0, "firm": 1, "qualified": 2, "exploratory": 3, "unclear": 4}
_SIDE = {"supports": 1, "accepts": 1, "opposes": -1, "rejects": -1}
"""For or against the proposition; the other stances take neither side."""

MAX_ISSUES = 19
"""Issues in a brief, `other` included: a reader needs fewer than twenty."""

THE_REST = Issue(id=OTHER, name=OTHER, proposition="", question="")


@dataclass(frozen=True)
class Extracted:
    """What one document says. Parties and issues still go by the names of this document."""

    document: Document
    condition: TextState
    language: str | None
    published: Published
    parties: tuple[Party, ...]
    issues: tuple[Issue, ...]
    claims: tuple[Claim, ...]
    unverified: tuple[Unverified, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def source(self, origin: str) -> Source:
        """Return the document as the brief shows it."""
        known = self.document.model_dump(exclude={"language", "published"})
        return Source(
            **known, language=self.language, published=self.published, condition=self.condition, origin=origin
        )


@dataclass(frozen=True)
class Grouping:
    """Which names of the documents are the same party, person or issue."""

    parties: tuple[Party, ...]
    issues: tuple[Issue, ...]
    party_ids: Mapping[tuple[str, str], str]
    """(document, name there) to the party's id."""
    issue_ids: Mapping[tuple[str, str], tuple[str, bool]]
    """(document, name there) to the issue's id, and whether that document states it the other way round."""
    people: Mapping[tuple[str, str], str]
    """(party id, name as a document gives it) to the person's name."""


@dataclass(frozen=True)
class Material:
    """All that a brief is assembled from, besides its claims."""

    extracted: Sequence[Extracted]
    grouping: Grouping
    origins: Mapping[str, str] = field(default_factory=dict)
    """A document that copies another, to the one it copies."""
    copies: Sequence[Document] = ()
    """Copies that were not asked about."""
    gaps: Sequence[Gap] = ()
    bottom_line: Sequence[BottomLine] = ()
    changes: Sequence[Change] = ()
    run: Run = field(default_factory=Run)
    title: str | None = None


def resolved(extracted: Iterable[Extracted], grouping: Grouping) -> list[Claim]:
    """Return all claims with ids for names, stances turned where the issue was stated the other way round."""
    claims = (claim for one in extracted for claim in resolved_in_order(one, grouping))
    return sorted(claims, key=lambda one: one.id)


def resolved_in_order(one: Extracted, grouping: Grouping) -> list[Claim]:
    """Return the claims of one document as `resolved` does, in the document's own order."""
    return _identified([_resolved(claim, one.document.id, grouping) for claim in one.claims])


def _resolved(claim: Claim, document: str, grouping: Grouping) -> Claim:
    def party(name: str | None) -> str | None:
        return None if name is None else grouping.party_ids[document, name]

    update: dict[str, Any] = {}
    for name in named_fields(type(claim), PARTY):
        given = getattr(claim, name)
        update[name] = list(dict.fromkeys(map(party, given))) if isinstance(given, list) else party(given)
    for name in named_fields(type(claim), ISSUE):
        update[name], opposite = grouping.issue_ids[document, getattr(claim, name)]
        if opposite and isinstance(claim, StanceClaim):
            update["stance"] = OPPOSITE_STANCE.get(claim.stance, claim.stance)
    if isinstance(claim, Attributed):
        update |= _voice(claim, update, party(claim.asserted_by) if claim.voice == "other_party" else None, grouping)
    return claim.model_copy(update=update)


def _voice(claim: Attributed, names: Mapping[str, Any], asserting: str | None, grouping: Grouping) -> dict[str, Any]:
    """Return speaker, voice and asserted_by once it is known which names are the same party."""
    holder = next((names[name] for name in named_fields(type(claim), PARTY)), None)
    update: dict[str, Any] = {}
    if asserting is not None and asserting == holder:
        update |= {"voice": "self", "asserted_by": None}
    elif asserting is not None:
        update["asserted_by"] = next(party.name for party in grouping.parties if party.id == asserting)
    if claim.speaker is not None:
        update["speaker"] = grouping.people.get((asserting or holder or "", claim.speaker), claim.speaker)
    return update


def _identified(claims: Sequence[Claim]) -> list[Claim]:
    """Give each claim its id, made from what it is: type, spans, parties and issues."""
    seen: dict[str, int] = defaultdict(int)
    found = list(claims)
    for index, claim in sorted(enumerate(claims), key=lambda pair: (type(pair[1]).__name__, _words(pair[1]))):
        spans = sorted(f"{one.source}:{one.start}-{one.end}" for one in claim.evidence)
        names = [getattr(claim, name) for mark in (PARTY, ISSUE) for name in named_fields(type(claim), mark)]
        what = f"{type(claim).__name__}|{spans}|{names}"
        seen[what] += 1
        digest = hashlib.sha256(f"{what}|{seen[what]}".encode()).hexdigest()
        found[index] = claim.model_copy(update={"id": f"{claim.letter}-{digest[:8]}"})
    return found


def _words(claim: Claim) -> str:
    return claim.model_dump_json(exclude={"id"})


def cluster_key(claim: Claim) -> tuple[str, ...]:
    """Return what two claims must share to be able to report the same thing."""
    holder = [getattr(claim, name) for name in named_fields(type(claim), PARTY)[:1]]
    key = [value for value in holder if isinstance(value, str)]
    key += [getattr(claim, name) for name in named_fields(type(claim), ISSUE)]
    if isinstance(claim, StanceClaim):
        key.append(claim.stance)
    if isinstance(claim, Attributed):
        key += [claim.voice, claim.asserted_by or ""]
    return (type(claim).__name__, *key)


def merged(claims: Sequence[Claim], groups: Iterable[Iterable[str]], origins: Mapping[str, str]) -> list[Claim]:
    """Return the claims with each group made one, and how many independent texts stand behind each.

    The claim that leads is the most salient one, of those the one with whole wording, of those the dated
    one; it keeps its words and takes the others' evidence.
    """
    by_id = {claim.id: claim for claim in claims}
    result = dict(by_id)
    for group in groups:
        members = sorted((by_id[one] for one in group), key=_lead_order)
        lead = members[0]
        evidence = sorted(
            {one.model_dump_json(): one for member in members for one in member.evidence}.values(), key=_evidence_order
        )
        for member in members[1:]:
            del result[member.id]
        result[lead.id] = lead.model_copy(update={"evidence": evidence})
    return [_with_origins(claim, origins) for claim in result.values()]


def _lead_order(claim: Claim) -> tuple[Any, ...]:
    damaged = all(one.damaged for one in claim.evidence)
    dated = isinstance(claim, Attributed) and claim.said.from_ is not None
    return (_SALIENCE[claim.salience], damaged, not dated, claim.id)


def _evidence_order(evidence: Evidence) -> tuple[str, int, int]:
    return (evidence.source, evidence.start, evidence.end)


def _with_origins(claim: Claim, origins: Mapping[str, str]) -> Claim:
    count = len({origins.get(one.source, one.source) for one in claim.evidence})
    return claim.model_copy(update={"origins": count})


def assemble(kind: type[Brief], claims: Sequence[Claim], material: Material) -> Brief:
    """Make the brief of a kind out of the claims that `merged` returned and all that goes with them."""
    parties, issues = _ordered(claims, material.grouping)
    claims = with_currency(_folded(claims, issues))
    issues = issues if len(issues) <= MAX_ISSUES else [*issues[: MAX_ISSUES - 1], THE_REST]
    sources = [one.source(material.origins.get(one.document.id, one.document.id)) for one in material.extracted]
    sources += [_copy(one, material) for one in material.copies]
    sources.sort(key=lambda one: (one.published.date or datetime.date.max, one.id))
    dates = [source.published.date for source in sources if source.published.date]
    rank = {party.id: number for number, party in enumerate(parties)}
    held: dict[str, Any] = {name: [] for name in sections(kind)}
    for name, item in sections(kind).items():
        chosen = [claim for claim in claims if type(claim) is item]
        held[name] = sorted(chosen, key=lambda one: (_SALIENCE[one.salience], rank.get(_holder(one), 0), one.id))
    return kind(
        title=material.title or _title(kind, parties),
        as_of=max(dates, default=None),
        bottom_line=list(material.bottom_line),
        sources=sources,
        parties=parties,
        issues=issues,
        matrix=matrix_of(claims, parties, issues),
        changes=list(material.changes),
        unverified=_sorted(found for one in material.extracted for found in one.unverified),
        gaps=_sorted([*material.gaps, *(gap for one in material.extracted for gap in one.gaps)]),
        run=material.run,
        **held,
    )


def _sorted(items: Iterable[Any]) -> list[Any]:
    return sorted(items, key=lambda one: (one.source, one.model_dump_json()))


def _copy(document: Document, material: Material) -> Source:
    original = material.origins[document.id]
    condition = next((one.condition for one in material.extracted if one.document.id == original), "clean")
    return Source(**document.model_dump(), condition=condition, origin=original)


def _holder(claim: Claim) -> str:
    first = [getattr(claim, name) for name in named_fields(type(claim), PARTY)[:1]]
    return first[0] if first and isinstance(first[0], str) else ""


def _title(kind: type[Brief], parties: Sequence[Party]) -> str:
    names = [party.name for party in parties if party.kind != "commentator"][:3]
    return f"{kind.__name__}: {', '.join(names)}" if names else kind.__name__


def _ordered(claims: Sequence[Claim], grouping: Grouping) -> tuple[list[Party], list[Issue]]:
    """Return parties and issues, those that most is said of first."""
    weight: dict[str, int] = defaultdict(int)
    for claim in claims:
        for mark in (PARTY, ISSUE):
            for name in named_fields(type(claim), mark):
                given = getattr(claim, name)
                for one in given if isinstance(given, list) else [given]:
                    weight[one] += _WEIGHT[claim.salience]
    parties = sorted(grouping.parties, key=lambda one: (one.kind == "commentator", -weight[one.id], one.id))
    issues = sorted(grouping.issues, key=lambda one: (one.id == OTHER, -weight[one.id], one.id))
    return parties, [issue for issue in issues if weight[issue.id]]


def _folded(claims: Sequence[Claim], issues: Sequence[Issue]) -> list[Claim]:
    """Put the claims on the issues that least is said of under `other`, when there are too many to see at a glance."""
    if len(issues) <= MAX_ISSUES:
        return list(claims)
    kept = {issue.id for issue in issues[: MAX_ISSUES - 1]}
    return [
        claim.model_copy(
            update={name: OTHER for name in named_fields(type(claim), ISSUE) if getattr(claim, name) not in kept}
        )
        for claim in claims
    ]


def _span(claim: Attributed) -> tuple[datetime.date | None, datetime.date | None]:
    said = claim.said
    return said.from_ or said.to, said.to or said.from_


def with_currency(claims: Sequence[Claim]) -> list[Claim]:
    """Say of each stance whether it still stands.

    Only a later statement in the holder's own voice supersedes an earlier one of its own. A claim by others
    is disputed when the holder's own standing word is on the other side; two own words on both sides, of
    which neither is the later, are disputed too.
    """
    cells: dict[tuple[str, str], list[StanceClaim]] = defaultdict(list)
    for claim in claims:
        # Under `other` stand stances on different things: none of them supersedes or disputes another.
        if isinstance(claim, StanceClaim) and claim.issue != OTHER:
            cells[claim.party, claim.issue].append(claim)
    currency: dict[str, str] = {}
    for cell in cells.values():
        own = [claim for claim in cell if claim.voice == "self"]
        standing = [claim for claim in own if not any(_later(other, claim) for other in own)]
        for claim in cell:
            rivals = (other for other in standing if other is not claim)
            if claim in own and claim not in standing:
                currency[claim.id] = "superseded"
            elif any(_SIDE.get(claim.stance, 0) * _SIDE.get(other.stance, 0) < 0 for other in rivals):
                currency[claim.id] = "disputed"
    return [
        claim.model_copy(update={"currency": currency.get(claim.id, "current")})
        if isinstance(claim, StanceClaim)
        else claim
        for claim in claims
    ]


def _later(claim: Attributed, than: Attributed) -> bool:
    start, end = _span(claim)[0], _span(than)[1]
    return start is not None and end is not None and start > end


def matrix_of(claims: Sequence[Claim], parties: Sequence[Party], issues: Sequence[Issue]) -> list[MatrixCell]:
    """Return what every party holds on every issue; commentators have no row."""
    cells: dict[tuple[str, str], list[StanceClaim]] = defaultdict(list)
    for claim in claims:
        if isinstance(claim, StanceClaim):
            cells[claim.party, claim.issue].append(claim)
    found = []
    for party in parties:
        if party.kind == "commentator":
            continue
        for issue in issues:
            cell = sorted(cells[party.id, issue.id], key=_cell_order)
            own = [claim for claim in cell if claim.voice == "self"]
            found.append(
                MatrixCell(
                    party=party.id,
                    issue=issue.id,
                    state="held" if own else "claimed_by_others" if cell else "none_found",
                    current=cell[0].id if cell and issue.id != OTHER else None,
                    positions=[claim.id for claim in cell],
                )
            )
    return found


def _cell_order(claim: StanceClaim) -> tuple[Any, ...]:
    """Own word first, then what still stands, what answers, what matters most, what is newest."""
    when = _span(claim)[1]
    return (
        claim.voice != "self",
        claim.currency == "superseded",
        claim.stance == "deflects",
        _SALIENCE[claim.salience],
        -when.toordinal() if when else 0,
        _FIRMNESS[claim.firmness],
        claim.id,
    )
