"""Proves a finished brief from itself alone: its JSON and the sources in it, without a model."""

from __future__ import annotations

from collections.abc import Iterator

from summarizer.assembling import matrix_of, with_currency
from summarizer.claims import ISSUE, PARTY, Brief, Claim, StanceClaim
from summarizer.documents import text_hash
from summarizer.fields import named_fields

__all__ = ["verify"]


def verify(brief: Brief) -> list[str]:
    """Return every way in which a brief does not hold, one line each; an empty list when it holds.

    Checked are the hash of every source, every evidence against the text of its source, to the character,
    that every id that is named exists and none stands twice, and that currency and matrix follow from the
    positions.
    """
    return [*_sources(brief), *_evidence(brief), *_names(brief), *_computed(brief)]


def _sources(brief: Brief) -> Iterator[str]:
    ids = {source.id for source in brief.sources}
    for source in brief.sources:
        if text_hash(source.text) != source.sha256:
            yield f"source {source.id}: the text is not the one that was read (SHA-256 differs)"
        if source.origin not in ids:
            yield f"source {source.id}: its origin {source.origin} is not among the sources"
    if len(ids) < len(brief.sources):
        yield "two sources have the same id"


def _evidence(brief: Brief) -> Iterator[str]:
    texts = {source.id: source.text for source in brief.sources}
    origins = {source.id: source.origin for source in brief.sources}
    for claim in brief.claims():
        for one in claim.evidence:
            if one.source not in texts:
                yield f"{claim.id}: its source {one.source} is not among the sources"
            elif not 0 <= one.start < one.end or texts[one.source][one.start : one.end] != one.text:
                yield f"{claim.id}: the words {one.text[:60]!r} do not stand in {one.source} at {one.start}-{one.end}"
        independent = len({origins.get(one.source, one.source) for one in claim.evidence})
        if claim.origins != independent:
            yield f"{claim.id}: {claim.origins} independent texts are claimed, {independent} stand behind it"


def _names(brief: Brief) -> Iterator[str]:
    parties = {party.id for party in brief.parties}
    issues = {issue.id for issue in brief.issues}
    claims = [claim.id for claim in brief.claims()]
    if len(set(claims)) < len(claims):
        yield "two claims have the same id"
    for claim in brief.claims():
        yield from _unknown(claim, parties, issues)
    for line in brief.bottom_line:
        for one in line.items:
            if one not in claims:
                yield f"the bottom line rests on {one}, which is not among the claims"


def _unknown(claim: Claim, parties: set[str], issues: set[str]) -> Iterator[str]:
    for mark, known, what in ((PARTY, parties, "party"), (ISSUE, issues, "issue")):
        for name in named_fields(type(claim), mark):
            given = getattr(claim, name)
            for one in given if isinstance(given, list) else [given]:
                if one is not None and one not in known:
                    yield f"{claim.id}: the {what} {one} is not in the brief"


def _computed(brief: Brief) -> Iterator[str]:
    claims = list(brief.claims())
    for claim, again in zip(claims, with_currency(claims), strict=True):
        if isinstance(claim, StanceClaim) and isinstance(again, StanceClaim) and claim.currency != again.currency:
            yield f"{claim.id} is given as {claim.currency}; by its dates and voices it is {again.currency}"
    if matrix_of(claims, brief.parties, brief.issues) != brief.matrix:
        yield "the matrix does not follow from the positions"
