"""What changed between two briefs: two dated statements of the same holder in its own voice, or nothing.

The order in which reports arrive never makes a change: a statement counts as later only by its own date. A
copy of an old report, another party's claim and a party that did not answer make none either.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from summarizer.claims import OTHER, Brief, Change, Claim, Stance, StanceClaim, Statement
from summarizer.fields import text_fields

__all__ = ["changes_between", "changes_in"]

_SIDE: Mapping[Stance, int] = {"supports": 1, "accepts": 1, "opposes": -1, "rejects": -1}

_RIGIDITY: Mapping[Stance, int] = {
    "undecided": 0,
    "open": 1,
    "accepts": 1,
    "conditional": 2,
    "opposes": 3,
    "supports": 4,
    "rejects": 4,
}
"""How little room a stance leaves the other side: to ask for a thing and to rule it out leave the least."""

_FIRMNESS = {"unclear": 0, "exploratory": 1, "qualified": 2, "firm": 3, "red_line": 4}

Cell = tuple[str, str]


def changes_between(earlier: Brief, now: Brief) -> list[Change]:
    """Return what changed from an earlier brief to a later one.

    The two must share the ids of parties and issues, as they do when the later one was made knowing the
    earlier. For each party and issue the newest own statement that the earlier brief held is compared with
    the newest own statement that only the later one holds. `new` is a first statement made after the earlier
    brief's date. `correction` is the same words of the same source read differently than before: what was
    said did not change.

    Returns:
        The changes, by party and issue.

    """
    copies = [{one.id for one in brief.sources if one.origin != one.id} for brief in (earlier, now)]
    before, after = (_by_cell(brief.claims(), some) for brief, some in zip((earlier, now), copies, strict=True))
    return _changes(before, after, earlier.as_of)


def changes_in(
    earlier: Iterable[Claim], now: Iterable[Claim], since: datetime.date | None, copies: Collection[str] = ()
) -> list[Change]:
    """Do what `changes_between` does, with two states of a ledger.

    Args:
        earlier: all claims that were known then.
        now: all claims that are known now.
        since: the newest publication date then; a first statement counts as `new` only after it.
        copies: the ids of documents that copy others.

    """
    return _changes(_by_cell(earlier, copies), _by_cell(now, copies), since)


def _changes(
    before: Mapping[Cell, list[StanceClaim]], after: Mapping[Cell, list[StanceClaim]], since: datetime.date | None
) -> list[Change]:
    known = {(claim.id, claim.stance) for claims in before.values() for claim in claims}
    found: list[Change] = []
    for cell, claims in sorted(after.items()):
        old = before.get(cell, [])
        # Read again with the same words and stance, or told again with further words, it is no other statement.
        fresh = [claim for claim in claims if (claim.id, claim.stance) not in known and not _told_before(claim, old)]
        corrected = list(_corrections(cell, old, fresh))
        found += corrected
        mended = {one for change in corrected for one in change.items}
        old = [claim for claim in old if claim.id not in mended]
        fresh = [claim for claim in fresh if claim.id not in mended and claim.stance != "deflects"]
        if fresh and (change := _change(cell, _newest(old), max(fresh, key=_order), since)):
            found.append(change)
    return found


def _told_before(claim: StanceClaim, old: Iterable[StanceClaim]) -> bool:
    return any(other.stance == claim.stance and _share_words(claim, other) for other in old)


def _by_cell(claims: Iterable[Claim], copies: Collection[str]) -> dict[Cell, list[StanceClaim]]:
    """Return the dated statements in the holder's own voice; those that stand in copies alone do not count."""
    cells: dict[Cell, list[StanceClaim]] = defaultdict(list)
    for claim in claims:
        if not isinstance(claim, StanceClaim) or claim.voice != "self" or claim.said.from_ is None:
            continue
        if claim.issue == OTHER:
            continue
        if any(one.source not in copies for one in claim.evidence):
            cells[claim.party, claim.issue].append(claim)
    return cells


def _order(claim: StanceClaim) -> tuple[datetime.date, int, str]:
    salience = {"vital": 2, "supporting": 1, "background": 0}
    return (claim.said.from_ or datetime.date.min, salience[claim.salience], claim.id)


def _newest(claims: Iterable[StanceClaim]) -> StanceClaim | None:
    spoken = [claim for claim in claims if claim.stance != "deflects"]
    return max(spoken, key=_order, default=None)


def _corrections(cell: Cell, old: Iterable[StanceClaim], fresh: Iterable[StanceClaim]) -> Iterator[Change]:
    fresh = list(fresh)
    for claim in old:
        for other in fresh:
            if other.stance != claim.stance and _share_words(claim, other):
                yield _told("correction", cell, claim, other)
                break


def _share_words(one: StanceClaim, other: StanceClaim) -> bool:
    return any(
        a.source == b.source and a.start < b.end and b.start < a.end for a in one.evidence for b in other.evidence
    )


def _change(cell: Cell, old: StanceClaim | None, fresh: StanceClaim, since: datetime.date | None) -> Change | None:
    said = fresh.said.from_
    if said is None:  # pragma: no cover - undated statements were left out
        return None
    if old is None:
        return _told("new", cell, None, fresh) if since is not None and said > since else None
    last = old.said.to or old.said.from_
    if last is None or said <= last:
        return None
    return _told(_kind(old, fresh), cell, old, fresh)


def _kind(old: StanceClaim, fresh: StanceClaim) -> str:
    if _SIDE.get(old.stance, 0) * _SIDE.get(fresh.stance, 0) < 0:
        return "reversed"
    if fresh.stance == "undecided" and old.stance != "undecided":
        return "withdrawn"
    step = _RIGIDITY[fresh.stance] - _RIGIDITY[old.stance]
    if fresh.stance == old.stance:
        step = _FIRMNESS[fresh.firmness] - _FIRMNESS[old.firmness]
    return "hardened" if step > 0 else "softened" if step < 0 else "restated"


def _told(kind: str, cell: Cell, old: StanceClaim | None, fresh: StanceClaim) -> Change:
    items = [claim.id for claim in (old, fresh) if claim is not None]
    return Change.model_validate(
        {
            "party": cell[0],
            "issue": cell[1],
            "kind": kind,
            "before": _statement(old) if old else None,
            "after": _statement(fresh),
            "items": items,
        }
    )


def _statement(claim: StanceClaim) -> Statement:
    evidence = claim.quoted
    words = next((str(getattr(claim, name)) for name in text_fields(type(claim))), "")
    return Statement(
        item=claim.id,
        said=claim.said,
        stance=claim.stance,
        text=words,
        quote=evidence.text,
        source=evidence.source,
    )
