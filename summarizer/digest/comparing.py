"""Compares the claims of new documents with those that are known: which report the same, and which follow which.

What is sent grows with what is new: of the known claims only those most like a new one go along.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from summarizer.assembling import cluster_key, resolved_in_order
from summarizer.claims import Brief, Claim
from summarizer.digest.state import Picture, picture_of
from summarizer.errors import BadReply, BadRequest
from summarizer.ledger import Documents, Ledger, Names
from summarizer.reconciling import by_name, claim_line, has_state, holder_of
from summarizer.trip import Trip

__all__ = ["compare", "look", "look_back"]

ALIKE = 12
"""Known claims that go along with the new ones of one party, issue and stance."""

FOLLOWED = 40
"""Known claims with a state that go along with the new ones of one party."""


def look(ledger: Ledger, name: str, kind: type[Brief], *, closed: bool, uncompared: bool = False) -> Picture:
    """Return all that a digest knows, in the names of today.

    Args:
        ledger: the ledger.
        name: the digest.
        kind: the class of its briefs.
        closed: its issues are the user's own.
        uncompared: also what was not compared with the rest yet.

    """
    with ledger.reading() as session:
        documents = Documents(session, name, kind)
        held = documents.held(uncompared=uncompared)
        copies = documents.copies()
        origins = documents.origins()
        registry = Names(session, name).registry(closed=closed)
    return picture_of(held, registry, origins, copies)


def look_back(ledger: Ledger, name: str, kind: type[Brief], now: Picture, brief: int) -> Picture:
    """Return what a brief was made of, in the names of today: so a corrected name is no change.

    It is what is known now without what came later; only what was extracted anew since is looked up.
    """
    with ledger.reading() as session:
        replaced = Documents(session, name, kind).replaced(brief)
    held = [one for one in now.held if one.since is not None and one.since <= brief]
    rows = {row for one in held for row in one.rows}
    by_row = {row: claim for row, claim in now.by_row.items() if row in rows}
    for one in replaced:
        grouping = by_name([one.extracted], now.registry)
        by_row |= dict(zip(one.rows, resolved_in_order(one.extracted, grouping), strict=True))
    return replace(now, held=(*held, *replaced), by_row=by_row)


async def compare(trip: Trip, ledger: Ledger, name: str, *, closed: bool) -> Picture | None:
    """Ask about the claims of documents that were not compared yet, and keep the answer.

    Returns all that is known then; None when nothing was compared. What could not be compared waits for the next
    run: a brief that held it would tell what changed too early, and then never.
    """
    with ledger.reading() as session:
        new = Documents(session, name, trip.kind.brief).uncompared()
    if not new:
        return None
    picture = look(ledger, name, trip.kind.brief, closed=closed, uncompared=True)
    rows = {row for one in picture.held if one.extraction in new for row in one.rows}
    row_of = {claim.id: row for row, claim in picture.by_row.items()}
    groups = await trip.corroborate([picture.by_row[row] for row in _worth_asking(picture, rows)])
    links = await trip.follow(_blocks(picture, rows))
    if (groups is None or links is None) and not isinstance(trip.errors[-1], (BadReply, BadRequest)):
        return None  # the model is out of reach: the next run asks again
    with ledger.writing() as session:
        documents = Documents(session, name, trip.kind.brief)
        documents.group(
            found for group in groups or [] if (found := [row_of[one] for one in group]) and rows & set(found)
        )
        for claim, earlier, relation in links or []:
            documents.follow(row_of[claim], row_of[earlier], relation)
        documents.mark(new, compared=True)
        return replace(picture, held=tuple(documents.related(picture.held)))


def _worth_asking(picture: Picture, new: Collection[int]) -> list[int]:
    """Return the rows to ask about: in each cluster the new ones and the known ones most like them."""
    clusters: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, claim in sorted(picture.by_row.items()):
        clusters[cluster_key(claim)].append(row)
    root = {row: least for one in picture.held for row, least in one.same.items()}
    asked: list[int] = []
    for cluster in clusters.values():
        fresh = [row for row in cluster if row in new]
        known = [row for row in cluster if row not in new and root.get(row, row) == row]
        if fresh:
            asked += [*fresh, *_most_alike(picture, known, fresh, ALIKE)]
    return asked


def _most_alike(picture: Picture, known: Sequence[int], fresh: Iterable[int], most: int) -> list[int]:
    if len(known) <= most:
        return list(known)
    lines = [claim_line(picture.by_row[row]) for row in fresh]
    alike = {row: max(fuzz.token_set_ratio(claim_line(picture.by_row[row]), line) for line in lines) for row in known}
    return sorted(known, key=lambda row: (-alike[row], row))[:most]


def _blocks(picture: Picture, new: Collection[int]) -> list[tuple[list[Claim], list[Claim]]]:
    """Return for each party its claims that have a state: the known ones most like a new one, and the new ones."""
    by_holder: dict[str, list[int]] = defaultdict(list)
    for row, claim in sorted(picture.by_row.items()):
        if has_state(claim):
            by_holder[f"{type(claim).__name__} {holder_of(claim)}"].append(row)
    blocks = []
    for _, rows in sorted(by_holder.items()):
        fresh = [row for row in rows if row in new]
        if fresh:
            known = _most_alike(picture, [row for row in rows if row not in new], fresh, FOLLOWED)
            blocks.append(([picture.by_row[row] for row in sorted(known)], [picture.by_row[row] for row in fresh]))
    return blocks
