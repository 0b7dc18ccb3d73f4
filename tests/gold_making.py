"""Makes gold out of a brief, as if somebody had annotated just that."""

from __future__ import annotations

from typing import Any

from summarizer.claims import ISSUE, PARTY, Brief, Claim, When, sections
from summarizer.fields import named_fields, text_fields, when_fields
from summarizer.scoring import Gold, GoldClaim, GoldIssue, GoldParty, GoldPerson, Span

KEPT = ("stance", "voice", "firmness", "speaker", "operator", "status", "form")


def gold_of(brief: Brief) -> list[Gold]:
    """Return the gold of every source of a brief."""
    shas = {source.id: source.sha256 for source in brief.sources}
    return [
        Gold(
            format="summarizer.gold/1",
            kind=brief.kind,
            document=source.label,
            sha256=source.sha256,
            copies=shas[source.origin] if source.origin != source.id else None,
            parties=_parties(brief, source.text),
            issues=[GoldIssue(id=issue.id, proposition=issue.proposition) for issue in brief.issues],
            claims={
                name: [gold_claim(brief, claim, source.id) for claim in getattr(brief, name) if _on(claim, source.id)]
                for name in sections(type(brief))
            },
        )
        for source in brief.sources
    ]


def gold_claim(brief: Brief, claim: Claim, source: str) -> GoldClaim:
    """Return a claim of a brief as gold of one of its sources."""
    item = type(claim)
    names = {party.id: party.name for party in brief.parties}
    given: dict[str, Any] = {name: getattr(claim, name) for name in (*KEPT, *text_fields(item)) if hasattr(claim, name)}
    for name in named_fields(item, PARTY):
        value = getattr(claim, name)
        given[name] = [names[one] for one in value] if isinstance(value, list) else names.get(value)
    for name in named_fields(item, ISSUE):
        given[name] = getattr(claim, name)
    for name in when_fields(item):
        given[name] = _days(getattr(claim, name))
    spans = [Span(start=one.start, words=one.text) for one in claim.evidence if one.source == source]
    return GoldClaim(spans=spans, salience=claim.salience, **given)


def _days(when: When) -> dict[str, Any] | None:
    if when.basis in {"publication", "unknown"} or when.from_ is None:
        return None
    return {"from": when.from_, "to": when.to}


def _on(claim: Claim, source: str) -> bool:
    return any(one.source == source for one in claim.evidence)


def _parties(brief: Brief, text: str) -> list[GoldParty]:
    return [
        GoldParty(
            name=party.name,
            kind=party.kind,
            aliases=[form for form in party.aliases if form in text],
            people=[
                GoldPerson(name=person.name, aliases=[form for form in person.aliases if form in text])
                for person in party.people
            ],
        )
        for party in brief.parties
    ]
