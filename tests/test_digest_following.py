"""What becomes of conditions, and what of a registry goes into a request."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from digesting import Bench, Make, World, report
from making import document, extracted, position
from scripted import Asked, Scripted, completion
from summarizer.schemas.negotiation import Condition

from summarizer.asking import Asker
from summarizer.claims import Issue, Party, Person
from summarizer.kinds import load_kind
from summarizer.reconciling import follow, nearest
from summarizer.registry import Registry
from summarizer.settings import AskSettings

KIND = load_kind("negotiation")
FIRST = report("2025-02-12", "Kyiv demands a ceasefire, which is open. Moscow rejects foreign troops.")


def condition(number: int, party: str = "ukraine") -> Condition:
    text = document(f"Demand number {number} of {party}.")
    given: dict[str, Any] = {"in_exchange_for": None, "addressed_to": None, "operator": "if", "status": "open"}
    evidence = position(text, f"Demand number {number}").evidence
    return Condition(
        id=f"c-{number}", party=party, demand=f"demand {number}", evidence=evidence, salience="vital", **given
    )


def ask(*replies: dict[str, Any], blocks: Any) -> tuple[Any, list[Asked]]:
    answers = list(replies)

    async def go(url: str) -> Any:
        settings = AskSettings(base_url=url, api_key="none", model="m", no_store=True)
        async with Asker(settings) as asker:
            return await follow(blocks, KIND, asker)

    with Scripted(lambda _: completion(json.dumps(answers.pop(0)))) as endpoint:
        return asyncio.run(go(endpoint.url)), endpoint.asked


def link(new: str, about: str, relation: str = "same") -> dict[str, str]:
    return {"new": new, "about": about, "relation": relation}


def test_new_conditions_are_followed_by_ids_alone() -> None:
    blocks = [([condition(1)], [condition(2), condition(3)])]
    found, asked = ask({"links": [link("C2", "K1", "changed"), link("C3", "C2")]}, blocks=blocks)
    assert found == [("c-2", "c-1", "changed"), ("c-3", "c-2", "same")]
    assert "K1: demand 1" in asked[0].user


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (link("C9", "K1"), "was not sent"),
        (link("K1", "C2"), "not a new one"),
        (link("C2", "K3"), "not of one block"),
        (link("C2", "C2"), "about itself"),
    ],
)
def test_a_link_that_cannot_be_is_asked_about_once_and_left_out(wrong: dict[str, str], said: str) -> None:
    blocks = [([condition(1)], [condition(2)]), ([condition(3, "russia")], [condition(4, "russia")])]
    bad = {"links": [wrong, link("C4", "K3")]}
    found, asked = ask(bad, bad, blocks=blocks)
    assert found == [("c-4", "c-3", "same")]
    assert said in asked[1].last


def test_many_conditions_are_asked_about_in_several_requests() -> None:
    blocks = [([condition(1)], [condition(number) for number in range(2, 100)]) for _ in range(2)]
    _, asked = ask({"links": []}, {"links": []}, blocks=blocks)
    assert len(asked) == 2


def test_conditions_of_one_document_alone_are_not_asked_about() -> None:
    one = condition(1)
    assert ask(blocks=[([], [one, one])]) == ([], [])


@pytest.mark.parametrize(("relation", "told"), [("dropped", "dropped"), ("changed", "changed"), ("same", None)])
def test_a_condition_is_dropped_or_changed_by_its_holders_later_word(
    make: Make, world: World, relation: str, told: str | None
) -> None:
    bench = make(files=None)
    asyncio.run(bench.go("2025-02-12", [FIRST]))
    world.relation = relation
    later = asyncio.run(bench.go("2025-03-17", [report("2025-03-17", "Kyiv demands a ceasefire, which is open!")]))
    assert later.written is not None
    assert [one.kind for one in later.written.news.conditions] == ([told] if told else [])


def test_when_claims_cannot_be_compared_the_next_run_does_it(make: Make, world: World) -> None:
    bench = make(files=None)
    asyncio.run(bench.go("2025-02-12", [FIRST]))
    world.silent = {"Links"}
    met = report("2025-03-17", "Kyiv demands a ceasefire, which is met.")
    waits = asyncio.run(bench.go("2025-03-17", [met]))
    assert waits.written is not None
    assert [one.reason for one in waits.written.news.waiting] == ["its claims are not compared yet"]
    world.silent = set()
    later = asyncio.run(bench.go("2025-03-17"))
    assert later.written is not None
    assert [one.kind for one in later.written.news.conditions] == ["met"]


def test_names_with_an_unusable_reply_stand_by_themselves(make: Make, world: World) -> None:
    bench: Bench = make(files=None)
    asyncio.run(bench.go("2025-02-12", [FIRST]))
    world.broken = {"Names"}
    later = asyncio.run(bench.go("2025-08-20", [report("2025-08-20", "Kremlin accepts foreign troops.")]))
    assert later.written is not None
    assert {party.id for party in later.written.brief.parties} == {"kyiv", "moscow", "kremlin"}
    assert [gap.source for gap in later.written.brief.gaps] == ["names"]
    assert later.written.news.waiting == []


def test_a_registry_is_cut_to_what_documents_could_mean() -> None:
    people = [Person(name=f"Person {number}") for number in range(30)]
    parties = [
        Party(id=f"p{number}", name=f"Party {number}", kind="state", aliases=[f"Alias {number} {n}" for n in range(20)])
        for number in range(100)
    ]
    parties[50] = parties[50].model_copy(update={"people": people, "name": "Ruritania"})
    issues = [Issue(id=f"i{n}", name=f"issue {n}", proposition=f"There is issue {n}.", question="?") for n in range(90)]
    known = Registry(parties=tuple(parties), issues=tuple(issues), uses={"p7": 9, "i7": 9})
    text = document("Said.")
    named = [
        Party(id="", name="Ruritania", kind="state", people=[Person(name="Person 29"), Person(name="Person of 17")]),
        Party(id="", name="Alias 80 3", kind="state"),
        Party(id="", name="Partie 33", kind="state"),
    ]
    wanted = Issue(id="", name="issue 44", proposition="There is issue 44.", question="?")
    near = nearest(known, [extracted(text, parties=tuple(named), issues=(wanted,))], most=10)
    ids = {party.id for party in near.parties}
    assert {"p50", "p80", "p33", "p7"} <= ids
    assert len(ids) <= 12
    assert {"i44", "i7"} <= {issue.id for issue in near.issues}
    assert len(near.issues) <= 11
    assert near.taken >= {"p1", "i1"}
    ruritania = next(party for party in near.parties if party.id == "p50")
    assert len(ruritania.people) == 8
    assert "Person 29" in {person.name for person in ruritania.people}
    assert near.party("Alias 80 3") is not None
