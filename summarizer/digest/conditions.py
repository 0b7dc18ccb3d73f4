"""What became of conditions: two dated reports of one condition, or it is no change. Pure.

A condition is added, changed or dropped by its holder's own word alone. That it was met, accepted or rejected may be
anybody's report, and whose it is can be seen in the brief. A report that arrives late and is older changes nothing.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator

from summarizer.claims import Attributed
from summarizer.digest.news import ConditionChange, Words
from summarizer.digest.state import Picture
from summarizer.fields import text_fields
from summarizer.reconciling import has_state, holder_of

__all__ = ["conditions_since"]

_SETTLED = {"met", "accepted", "rejected"}


def conditions_since(now: Picture, known: Collection[str], since: datetime.date | None) -> list[ConditionChange]:
    """Return what became of conditions.

    Args:
        now: all that is known.
        known: the ids of the claims that were known before.
        since: the newest publication date then; what was said first after it is new.

    """
    found = [change for thread in _threads(now) if (change := _change(now, thread, known, since))]
    return sorted(found, key=lambda one: (one.party, one.kind, one.after.item))


def _threads(now: Picture) -> Iterator[list[int]]:
    """Yield the rows of claims that are about one condition."""
    lead: dict[int, int] = {}

    def root(row: int) -> int:
        while lead.get(row, row) != row:
            row = lead[row]
        return row

    for one in now.held:
        for row, (earlier, _) in one.follows.items():
            if row in now.by_row and earlier in now.by_row and _same_holder(now, row, earlier):
                lead[root(row)] = root(earlier)
    for rows in now.groups:
        for row in rows:
            lead[root(row)] = root(rows[0])
    threads: dict[int, list[int]] = defaultdict(list)
    for row, claim in now.by_row.items():
        if has_state(claim):
            threads[root(row)].append(row)
    yield from threads.values()


def _same_holder(now: Picture, row: int, other: int) -> bool:
    one, two = now.by_row[row], now.by_row[other]
    return type(one) is type(two) and holder_of(one) == holder_of(two)


def _change(
    now: Picture, thread: list[int], known: Collection[str], since: datetime.date | None
) -> ConditionChange | None:
    dated = [row for row in thread if _day(now, row)]
    fresh = max((row for row in dated if now.by_row[row].id not in known), key=lambda row: _order(now, row), default=0)
    if not fresh:
        return None
    old = max((row for row in dated if now.by_row[row].id in known), key=lambda row: _order(now, row), default=None)
    after = _words(now, fresh)
    party = holder_of(now.by_row[fresh]) or ""
    if old is None:
        undated = any(now.by_row[row].id in known for row in thread)
        day = _day(now, fresh)
        first = not undated and since is not None and day is not None and day > since and _own(now, fresh)
        return ConditionChange(party=party, kind="added", after=after) if first else None
    if _order(now, fresh)[0] <= _order(now, old)[0]:
        return None
    before = _words(now, old)
    kind = _kind(now, fresh, before.status, after.status)
    told = {"party": party, "kind": kind, "before": before.model_dump(), "after": after.model_dump()}
    return ConditionChange.model_validate(told) if kind else None


def _kind(now: Picture, fresh: int, before: str, after: str) -> str | None:
    relation = next((one.follows[fresh][1] for one in now.held if fresh in one.follows), "same")
    if relation == "dropped" and _own(now, fresh):
        return "dropped"
    if after != before and after in _SETTLED:
        return after
    return "changed" if relation == "changed" and _own(now, fresh) else None


def _own(now: Picture, row: int) -> bool:
    claim = now.by_row[row]
    return isinstance(claim, Attributed) and claim.voice == "self"


def _day(now: Picture, row: int) -> datetime.date | None:
    claim = now.by_row[row]
    return (claim.said.to or claim.said.from_) if isinstance(claim, Attributed) else None


def _order(now: Picture, row: int) -> tuple[datetime.date, str]:
    return (_day(now, row) or datetime.date.min, now.by_row[row].id)


def _words(now: Picture, row: int) -> Words:
    claim = now.by_row[row]
    if not isinstance(claim, Attributed):  # pragma: no cover - only these have a state
        raise TypeError(claim.id)
    text = "; ".join(str(value) for name in text_fields(type(claim)) if (value := getattr(claim, name)))
    evidence = claim.quoted
    return Words(
        item=now.standing_id[claim.id],
        said=claim.said,
        status=str(getattr(claim, "status", "")),
        text=text,
        quote=evidence.text,
        source=evidence.source,
    )
