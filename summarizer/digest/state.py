"""What a digest knows at a moment: all stored claims in today's names, and the part of them that a brief shows. Pure.

Nothing here asks a model: the extractions are stored, the names are settled, the claims that report the same thing
are known. So a corrected name changes every claim that it concerns, old ones too, and costs nothing.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from summarizer.assembling import Extracted, Grouping, Material, cluster_key, merged, resolved_in_order, with_currency
from summarizer.claims import ISSUE, PARTY, Attributed, Claim, StanceClaim
from summarizer.copies import spun_copies
from summarizer.documents import Document
from summarizer.fields import named_fields
from summarizer.ledger import Held
from summarizer.reconciling import by_name
from summarizer.registry import Registry

__all__ = ["Picture", "picture_of"]

_WEIGHT = {"vital": 0, "supporting": 1, "background": 2}


@dataclass(frozen=True)
class Picture:
    """All that is known, resolved in one registry."""

    held: tuple[Held, ...]
    registry: Registry
    grouping: Grouping
    origins: Mapping[str, str]
    """A document that copies another, to that other."""
    by_row: Mapping[int, Claim]
    """Every claim as its document tells it, by its row in the ledger."""
    copies: tuple[Document, ...] = ()
    """Copies that were not asked about."""

    @cached_property
    def groups(self) -> list[list[int]]:
        """Rows of claims that report the same thing: two or more, all of one party, issue and voice."""
        found: dict[tuple[int, tuple[str, ...]], list[int]] = defaultdict(list)
        for one in self.held:
            for row, root in one.same.items():
                if row in self.by_row:
                    found[root, cluster_key(self.by_row[row])].append(row)
        return [sorted(rows) for rows in found.values() if len(rows) > 1]

    @cached_property
    def claims(self) -> list[Claim]:
        """The claims with those that report the same thing made one, and what still stands told."""
        groups = [[self.by_row[row].id for row in rows] for rows in self.groups]
        return with_currency(merged(list(self.by_row.values()), groups, self.origins))

    @cached_property
    def standing_id(self) -> dict[str, str]:
        """The id of each claim to that of the claim it became part of."""
        present = {claim.id for claim in self.claims}
        found = {one: one for one in present}
        for rows in self.groups:
            ids = [self.by_row[row].id for row in rows]
            lead = next(one for one in ids if one in present)
            found |= dict.fromkeys(ids, lead)
        return found

    @property
    def newest(self) -> datetime.date | None:
        """The newest day of publication."""
        days = [one.extracted.published.date for one in self.held if one.extracted.published.date]
        return max(days, default=None)

    def of(self, documents: Collection[str]) -> set[str]:
        """Return the ids of the standing claims that documents tell."""
        rows = (row for one in self.held if one.extracted.document.id in documents for row in one.rows)
        return {self.standing_id[self.by_row[row].id] for row in rows}

    def material(self, chosen: Sequence[Claim], fresh: Collection[str]) -> Material:
        """Return what a brief of some claims is assembled from: the documents behind them, and those that are new.

        Args:
            chosen: the claims of the brief.
            fresh: the documents that are new. What could not be verified in them is told, once.

        """
        cited = {one.source for claim in chosen for one in claim.evidence} | set(fresh)
        cited |= {self.origins[one] for one in cited if one in self.origins}
        kept = [one.extracted for one in self.held if one.extracted.document.id in cited]
        extracted = [one if one.document.id in fresh else replace(one, unverified=(), gaps=()) for one in kept]
        present = {one.document.id for one in extracted}
        copies = [one for one in self.copies if self.origins.get(one.id) in present]
        used = {name for claim in chosen for mark in (PARTY, ISSUE) for name in _named(claim, mark)}
        grouping = replace(self.grouping, parties=tuple(party for party in self.grouping.parties if party.id in used))
        origins = {one: origin for one, origin in self.origins.items() if origin in present}
        return Material(extracted=extracted, grouping=grouping, origins=origins, copies=copies)

    def shown(self, fresh: Collection[str], needed: Collection[str], most: int) -> list[Claim]:
        """Return the claims that a brief shows: all of them, or the `most` that matter when there are more.

        Superseded words go first, then what is old and of less weight. With any word on a party's line on an issue
        go all of its own words that stand, so that neither an older word nor another's looks like its last one.

        Args:
            fresh: the documents that are new.
            needed: ids of claims that must be shown.
            most: how many there may be.

        """
        if len(self.claims) <= most:
            return self.claims
        new = self.of(fresh)
        own, others = _own_words(self.claims)
        units = [*own.values(), *([claim] for claim in others)]
        shown: dict[str, Claim] = {}
        for unit in sorted(units, key=lambda unit: _rank(unit, new, needed)):
            wanted = {claim.id: claim for claim in (*unit, *own.get(_cell(unit[0]), ()))}
            if len(shown | wanted) <= most:
                shown |= wanted
        return with_currency(list(shown.values()))


def _named(claim: Claim, mark: object) -> Iterable[str]:
    for name in named_fields(type(claim), mark):
        given = getattr(claim, name)
        yield from given if isinstance(given, list) else [given] if given is not None else []


Cell = tuple[str, str]


def _cell(claim: Claim) -> Cell:
    return (claim.party, claim.issue) if isinstance(claim, StanceClaim) else ("", "")


def _own_words(claims: Iterable[Claim]) -> tuple[dict[Cell, list[Claim]], list[Claim]]:
    """Return the parties' own words that stand, by party and issue, and all other claims."""
    own: dict[Cell, list[Claim]] = defaultdict(list)
    others: list[Claim] = []
    for claim in claims:
        if isinstance(claim, StanceClaim) and claim.voice == "self" and claim.currency != "superseded":
            own[_cell(claim)].append(claim)
        else:
            others.append(claim)
    return own, others


def _rank(unit: Sequence[Claim], new: Collection[str], needed: Collection[str]) -> tuple[int | str, ...]:
    newest = max((_day(claim) for claim in unit), default=0)
    passed = all(isinstance(claim, StanceClaim) and claim.currency == "superseded" for claim in unit)
    fresh = any(claim.id in new for claim in unit)
    weight = min(_WEIGHT[claim.salience] for claim in unit)
    return (
        not any(claim.id in needed for claim in unit),
        passed and not fresh,
        weight if fresh else weight + 1,
        -newest,
        min(claim.id for claim in unit),
    )


def _day(claim: Claim) -> int:
    said = (claim.said.to or claim.said.from_) if isinstance(claim, Attributed) else None
    return said.toordinal() if said else 0


def _chosen(held: Sequence[Held], origins: Mapping[str, str]) -> list[Held]:
    """Return, of each text and its copies, the one whose extraction counts."""
    by_text: dict[str, list[Held]] = defaultdict(list)
    for one in held:
        document = one.extracted.document.id
        by_text[origins.get(document, document)].append(one)
    return sorted((_first(text, some) for text, some in by_text.items()), key=_order)


def _first(text: str, held: Sequence[Held]) -> Held:
    original = [one for one in held if one.extracted.document.id == text]
    return (original or sorted(held, key=_order))[0]


def _order(one: Held) -> tuple[datetime.date, str]:
    return (one.extracted.published.date or datetime.date.max, one.extracted.document.id)


def picture_of(
    held: Sequence[Held], registry: Registry, origins: Mapping[str, str], copies: Sequence[Document] = ()
) -> Picture:
    """Resolve what is held.

    Args:
        held: what each document says.
        registry: the names, all of them.
        origins: copies, each with the document that it copies. Of a text and its copies the original's
            extraction counts, or the earliest copy's while there is none.
        copies: the documents that `origins` names as copies.

    """
    chosen = _chosen(held, origins)
    extracted: list[Extracted] = [one.extracted for one in chosen]
    grouping = by_name(extracted, registry)
    present = {one.document.id for one in extracted}
    lead = {origins.get(one, one): one for one in present}
    known = {copy: lead[origin] for copy, origin in origins.items() if origin in lead and copy != lead[origin]}
    known |= {origin: one for origin, one in lead.items() if origin != one}
    spun = spun_copies([one.document for one in extracted], known)
    by_row = {
        row: claim
        for one in chosen
        for row, claim in zip(one.rows, resolved_in_order(one.extracted, grouping), strict=True)
    }
    rest = {one.id: one for one in copies if one.id not in present and one.id in spun}
    return Picture(tuple(chosen), registry, grouping, spun, by_row, tuple(rest[one] for one in sorted(rest)))
