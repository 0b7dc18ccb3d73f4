"""Splits a document that is too long for one request at its sentences, and puts the answers together again.

Every part keeps the numbers that its sentences have in the whole, so that evidence counts in the whole text.
Neighbouring parts share a few sentences, so that a quotation and its speaker are not torn apart; a claim that both
parts report from the same words is kept once.
"""

from __future__ import annotations

from collections.abc import Sequence

from summarizer.assembling import Extracted
from summarizer.claims import ISSUE, PARTY, Claim, Issue, StanceClaim
from summarizer.documents import Document
from summarizer.fields import named_fields
from summarizer.names import Cast, name_key

__all__ = ["joined", "split"]

OVERLAP = 3
"""Sentences that a part shares with the one before."""

CHARACTERS = 4
"""Characters to a token: what English takes, and a safe guess for most languages in Latin script."""


def split(document: Document, most: int) -> list[range]:
    """Return the parts of a document, as ranges of its sentences.

    Args:
        document: what to split.
        most: tokens of text in one part, estimated; a single longer sentence is a part of its own.

    """
    sentences = document.sentences
    limit = most * CHARACTERS
    parts: list[range] = []
    start = 0
    while start < len(sentences):
        end = start + 1
        while end < len(sentences) and sentences[end].end - sentences[start].start <= limit:
            end += 1
        parts.append(range(start, end))
        if end == len(sentences):
            break
        # The overlap never takes a part back to where it began, nor leaves no room for something new.
        start = max(end - OVERLAP, start + 1)
        while start < end and sentences[end].end - sentences[start].start > limit:
            start += 1
    return parts


def joined(parts: Sequence[Extracted]) -> Extracted:
    """Return what the parts of one document say as one extraction, each claim once."""
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    cast = Cast([party for part in parts for party in part.parties])
    issues: dict[str, Issue] = {}
    claims: dict[str, list[Claim]] = {}
    for part in parts:
        names = {issue.name: _issue_name(issue, issues) for issue in part.issues}
        for claim in part.claims:
            renamed = claim.model_copy(update=_renamed(claim, cast, names))
            known = claims.setdefault(type(claim).__name__, [])
            if not any(_same(renamed, other) for other in known):
                known.append(renamed)
    return Extracted(
        document=first.document,
        condition=first.condition,
        language=first.language,
        published=next((part.published for part in parts if part.published.date), first.published),
        parties=tuple(cast.all),
        issues=tuple(issues.values()),
        claims=tuple(claim for group in claims.values() for claim in group),
        unverified=tuple(found for part in parts for found in part.unverified),
        gaps=tuple(gap for part in parts for gap in part.gaps),
    )


def _issue_name(issue: Issue, known: dict[str, Issue]) -> str:
    """Return the name under which an issue goes in the whole: two parts may word one name in two ways."""
    number, name = 1, issue.name
    while name_key(name) in known and known[name_key(name)].proposition != issue.proposition:
        number += 1
        name = f"{issue.name} {number}"
    known.setdefault(name_key(name), issue.model_copy(update={"name": name}))
    return known[name_key(name)].name


def _renamed(claim: Claim, cast: Cast, issues: dict[str, str]) -> dict[str, object]:
    update: dict[str, object] = {
        name: issues.get(getattr(claim, name), getattr(claim, name)) for name in named_fields(type(claim), ISSUE)
    }
    for name in named_fields(type(claim), PARTY):
        given = getattr(claim, name)
        found = [cast.find(one) for one in (given if isinstance(given, list) else [given]) if one is not None]
        names = [one[0].name for one in found if one]
        update[name] = names if isinstance(given, list) else next(iter(names), None)
    return update


def _same(one: Claim, other: Claim) -> bool:
    """Tell whether two claims of one type say the same of the same words."""
    fields = [name for mark in (PARTY, ISSUE) for name in named_fields(type(one), mark)[:1]]
    if any(getattr(one, name) != getattr(other, name) for name in fields):
        return False
    if isinstance(one, StanceClaim) and isinstance(other, StanceClaim) and one.stance != other.stance:
        return False
    return any(a.start < b.end and b.start < a.end for a in one.evidence for b in other.evidence)
