"""What a day costs follows what is new, not what is known."""

from __future__ import annotations

import asyncio
import datetime
from typing import Any

import pytest
from digesting import Bench, Make, World, report
from making import extracted, on, position

from summarizer.claims import Issue, Party
from summarizer.digest import system_clock
from summarizer.kinds import load_kind
from summarizer.ledger import Briefs, Documents, Kept, Names, register
from summarizer.reconciling import by_name

BRIEF = load_kind("negotiation").brief
STANCES = ("rejects", "opposes", "accepts", "supports")


def letters(number: int) -> str:
    return "".join(chr(97 + int(digit)) for digit in f"{number:03}")


def said(number: int) -> Any:
    """Return an old document of three claims, and what was extracted from it, as a model would have named things."""
    day = datetime.date(2024, 1, 1) + datetime.timedelta(days=number // 3)
    names = [f"Party{letters((number * 7 + place * 31) % 150)}" for place in range(3)]
    issues = [f"plan {letters((number * 3 + place * 17) % 120)}" for place in range(3)]
    filler = " ".join(f"w{number}x{place}" for place in range(20))
    text = " ".join(f"{name} speaks of {issue}." for name, issue in zip(names, issues, strict=True))
    one = report(day.isoformat(), f"{text} {filler}.", title=f"Old {number}")
    claims = [
        position(
            one,
            f"{name} speaks of {issue}",
            party=name,
            issue=issue,
            stance=STANCES[(number + place) % 4],
            said=on(day),
            statement=f"{name} speaks of {issue}.",
        )
        for place, (name, issue) in enumerate(zip(names, issues, strict=True))
    ]
    return extracted(
        one,
        *claims,
        parties=tuple(Party(id="", name=name, kind="state") for name in dict.fromkeys(names)),
        issues=tuple(
            Issue(id="", name=issue, proposition=f"There is {issue}.", question="?") for issue in dict.fromkeys(issues)
        ),
    )


def fill(bench: Bench, count: int) -> None:
    """Put a past of so many documents into a ledger, as their runs would have left it."""
    past = [said(number) for number in range(count)]
    day = datetime.date(2025, 1, 1)
    with bench.ledger.writing() as session:
        register(session, "talks", "negotiation")
        documents, names = Documents(session, "talks", BRIEF), Names(session, "talks")
        documents.add([one.document for one in past], day)
        rows = [documents.keep(one, {}, system_clock()) for one in past]
        documents.mark(rows, reconciled=True, compared=True)
        names.learn(by_name(past), past)
        kept = Kept(0, day, 0, system_clock(), None, True, {"bottom_line": []}, {})
        documents.include(Briefs(session, "talks").keep(kept))


@pytest.mark.parametrize("known", [10, 1000])
def test_a_new_document_costs_the_same_whatever_is_known(make: Make, world: World, known: int) -> None:
    bench = make(files=None)
    fill(bench, known)
    new = "Partyaaa rejects plan aaa. Partyaab opposes plan aab. Kyiv supports a summit. Kyiv demands peace, which is open."
    outcome = asyncio.run(bench.go("2025-02-12", [report("2025-02-12", new)]))
    assert outcome.written is not None
    assert len(outcome.written.news.new) == 1
    assert world.asked.count("NegotiationReport") == 1
    assert len(world.asked) <= 4
    assert sum(world.sizes) < 65_000, dict(zip(world.asked, world.sizes, strict=True))
    before = len(world.asked)
    assert asyncio.run(bench.go("2025-02-13")).written is None
    assert len(world.asked) == before
