"""A year of days in any order of arrival: the same ledger, and no false change."""

from __future__ import annotations

import asyncio
import datetime
import tempfile
from pathlib import Path
from typing import Any

import pytest
from digesting import ISSUES, TRUTH, Bench, World, report
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from scripted import Scripted

from summarizer.claims import Change
from summarizer.digest.comparing import look
from summarizer.digest.queries import changes_over
from summarizer.digest.state import Picture
from summarizer.kinds import load_kind

START = datetime.date(2025, 1, 1)
SIDE = {"supports": 1, "accepts": 1, "opposes": -1, "rejects": -1}

statements = st.tuples(
    st.sampled_from(sorted(TRUTH)),
    st.sampled_from(["supports", "accepts", "opposes", "rejects", "open", "undecided"]),
    st.sampled_from(["foreign troops", "Western soldiers", "no foreign soldiers", "a summit"]),
)
demands = st.tuples(
    st.sampled_from(sorted(TRUTH)),
    st.sampled_from(["a ceasefire", "guarantees"]),
    st.sampled_from(["open", "met", "rejected"]),
)
days = st.lists(
    st.tuples(st.integers(0, 364), st.lists(statements, min_size=1, max_size=2), st.lists(demands, max_size=1)),
    min_size=2,
    max_size=6,
    unique_by=lambda one: one[0],
)


def written(day: int, said: list[Any], asked: list[Any]) -> Any:
    """Write a report. As extraction has it, one report calls a party and an issue by one name each."""
    names: dict[str, str] = {}
    wordings: dict[str, str] = {}
    said = [
        (names.setdefault(TRUTH[party], party), stance, wordings.setdefault(ISSUES[issue][0], issue))
        for party, stance, issue in said
    ]
    asked = [(names.setdefault(TRUTH[party], party), what, status) for party, what, status in asked]
    filler = " ".join(f"word{day}x{place}" for place in range(40))
    sentences = [f"{party} {stance} {issue}." for party, stance, issue in dict.fromkeys(said)]
    sentences += [f"{party} demands {what}, which is {status}." for party, what, status in asked]
    date = START + datetime.timedelta(days=day)
    return report(date.isoformat(), " ".join([*sentences, f"{filler}."]), title=f"Day {day}")


def canonical(picture: Picture) -> Any:
    """Return what is known, without the ids: parties as the names that are one, issues with the way they are put."""
    parties: dict[str, set[str]] = {}
    for (_, name), party in picture.grouping.party_ids.items():
        parties.setdefault(party, set()).add(name)
    issues: dict[str, set[tuple[str, bool]]] = {}
    for (_, name), (issue, opposite) in picture.grouping.issue_ids.items():
        issues.setdefault(issue, set()).add((name, opposite))
    # An issue may be put the one way or the other: it is told from the side of its first wording.
    turned = {issue: min(words)[1] for issue, words in issues.items()}
    wordings = {issue: sorted((name, way != turned[issue]) for name, way in words) for issue, words in issues.items()}
    mirror = {"supports": "rejects", "rejects": "supports", "accepts": "opposes", "opposes": "accepts"}

    def shown(claim: Any) -> Any:
        held = claim.model_dump(mode="json", exclude={"id", "party", "issue", "stance"})
        stance = getattr(claim, "stance", None)
        issue = getattr(claim, "issue", None)
        stance = mirror.get(stance, stance) if issue and turned[issue] else stance
        return (sorted(parties[claim.party]), wordings.get(issue or ""), stance, str(sorted(held.items())))

    groups = sorted(
        sorted(str(picture.by_row[row].evidence[0].model_dump()) for row in rows) for rows in picture.groups
    )
    return sorted(map(str, map(shown, picture.claims))), groups


def check(change: Change) -> None:
    """Check that a change is none that order made: two dated own statements, the earlier first, truly different."""
    assert change.after is not None
    if change.before is None:
        assert change.kind == "new"
        return
    assert change.before.said.to is not None
    assert change.after.said.from_ is not None
    assert change.before.said.to < change.after.said.from_
    if change.kind == "reversed":
        assert SIDE[change.before.stance] * SIDE[change.after.stance] < 0


async def live(url: str, folder: Path, batches: list[list[Any]]) -> tuple[Any, list[Any]]:
    bench = Bench(url, f"sqlite:///{folder}/ledger.db", folder, files=None)
    try:
        for number, documents in enumerate(batches):
            day = datetime.date(2026, 1, 1) + datetime.timedelta(days=number)
            outcome = await bench.go(day.isoformat(), documents)
            for change in outcome.written.news.changes if outcome.written else ():
                check(change)
        kind = load_kind("negotiation").brief
        picture = look(bench.ledger, "talks", kind, closed=False)
        over = changes_over(
            bench.config, bench.ledger, START + datetime.timedelta(days=120), datetime.date(2025, 12, 31)
        )
        return canonical(picture), sorted(
            f"{one.before and one.before.said.to} {one.after and one.after.said.to}" for one in over.changes
        )
    finally:
        bench.ledger.close()


@pytest.fixture(scope="module")
def endpoint() -> Any:
    with Scripted(World()) as running:
        yield running.url


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # an example takes seconds: no time to shrink
)
@given(days, st.randoms(use_true_random=False), st.integers(1, 3))
def test_the_order_in_which_days_come_in_does_not_matter(endpoint: str, year: Any, shuffle: Any, size: int) -> None:
    documents = [written(*one) for one in sorted(year)]
    in_order = [[one] for one in documents]
    mixed = list(documents)
    shuffle.shuffle(mixed)
    batches = [mixed[start : start + size] for start in range(0, len(mixed), size)]
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        state, changes = asyncio.run(live(endpoint, Path(one), in_order))
        again, same = asyncio.run(live(endpoint, Path(other), batches))
    assert again == state
    assert same == changes
