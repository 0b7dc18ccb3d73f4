"""Asks which parties, people and issues are the same, checks that the reply is a partition, and applies it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, Field

from summarizer.asking import Asker, Request
from summarizer.assembling import Extracted, Grouping
from summarizer.claims import OTHER, Issue, Party, Person
from summarizer.fencing import fence
from summarizer.kinds import Kind
from summarizer.names import merge_people, slug
from summarizer.reconciling.candidates import Candidates, find_candidates, joined
from summarizer.registry import Registry

__all__ = ["by_name", "reconcile"]

NOTHING_KNOWN = Registry()

T = TypeVar("T", Party, Issue)


class Group(BaseModel):
    """Ids that are one party or one person."""

    lead: str
    others: list[str]


class IssueGroup(BaseModel):
    """Ids that are one issue."""

    lead: str
    same: list[str] = Field(description="being for the lead's proposition is being for this one")
    opposite: list[str] = Field(description="being for the lead's proposition is being against this one")


class Names(BaseModel):
    """The answer."""

    parties: list[Group]
    people: list[Group]
    issues: list[IssueGroup]


async def reconcile(
    extracted: Sequence[Extracted], kind: Kind, asker: Asker, registry: Registry = NOTHING_KNOWN
) -> Grouping:
    """Return which parties, people and issues of several documents are the same.

    With one document and nothing known, nothing is asked: a document is at one with itself.

    Raises:
        ModelError: no usable reply came.

    """
    found = find_candidates(extracted, registry)
    if not found.undecided or (len(extracted) == 1 and registry == NOTHING_KNOWN):
        return by_name(extracted, registry)
    request = Request(
        purpose="reconcile",
        about=f"names in {len(extracted)} documents",
        system=kind.prompt("reconcile"),
        user=fence(found.text(), "NAMES"),
        form=Names,
    )
    answer = await asker.ask(request)
    reply = answer.value
    if (problems := list(_problems(reply, found))) and not answer.reasked:
        message = (
            f"Your groups do not hold: {'; '.join(problems)}. Give the whole answer again, with every party and "
            "every issue in exactly one place and no id twice."
        )
        reply = (await asker.follow_up(answer, message, Names)).value
    return _grouping(found, reply)


def by_name(extracted: Sequence[Extracted], registry: Registry = NOTHING_KNOWN) -> Grouping:
    """Return the grouping that needs no model: the same names are the same, nothing else is."""
    return _grouping(find_candidates(extracted, registry), Names(parties=[], people=[], issues=[]))


def _problems(reply: Names, found: Candidates) -> Iterator[str]:
    """Say where a reply is not a partition of what was sent."""
    parties = [[group.lead, *group.others] for group in reply.parties]
    issues = [[group.lead, *group.same, *group.opposite] for group in reply.issues]
    people = [[group.lead, *group.others] for group in reply.people]
    for groups, sent in ((parties, found.parties.keys()), (issues, found.issues.keys() - {OTHER})):
        yield from _misplaced(groups, set(sent), found.known)
        yield from (f"{one} is missing" for one in sorted(set(sent) - {one for group in groups for one in group}))
    yield from _misplaced(people, set(found.people), set())


def _misplaced(groups: Sequence[Sequence[str]], sent: set[str], known: set[str]) -> Iterator[str]:
    seen: set[str] = set()
    for group in groups:
        for one in group:
            if one not in sent:
                yield f"{one} was not sent"
            elif one in seen:
                yield f"{one} stands in two places"
            seen.add(one)
        if len(both := [one for one in group if one in known]) > 1:
            yield f"{' and '.join(both)} are known to be different"


def _leads(groups: Iterable[Sequence[str]], sent: Iterable[str], known: set[str]) -> dict[str, str]:
    """Return each id's lead. Ids that a reply leaves out, or puts where they cannot be, lead themselves."""
    sent = list(sent)
    leads: dict[str, str] = {}
    for group in groups:
        members = [one for one in dict.fromkeys(group) if one in sent and one not in leads]
        registered = [one for one in members if one in known]
        # A group cannot hold two known ones: the first stays, the others stand alone.
        members = [one for one in members if one not in registered[1:]]
        leads.update(dict.fromkeys(members, next(iter([*registered, *members]), "")))
    return {one: leads.get(one, one) for one in sent}


def _grouping(found: Candidates, reply: Names) -> Grouping:
    party_groups = ([one.lead, *one.others] for one in reply.parties)
    parties, party_ids = _applied(found.parties, _leads(party_groups, found.parties, found.known), found)
    merged_parties = [joined([lead, *others]).model_copy(update={"id": lead.id}) for lead, *others in parties]
    named_parties, people = _people(merged_parties, found, reply, party_ids)
    issue_groups = ([one.lead, *one.same, *one.opposite] for one in reply.issues)
    issue_leads = _leads(issue_groups, found.issues, found.known)
    issues, issue_ids = _applied(found.issues, issue_leads, found)
    # The reply tells the relation towards the lead it chose; a known issue leads even from among the opposites.
    against = {one for group in reply.issues for one in group.opposite}
    turned = {one: (one in against) != (lead in against) for one, lead in issue_leads.items()}
    return Grouping(
        parties=tuple(named_parties),
        issues=tuple(group[0] for group in issues),
        party_ids={place: party_ids[one] for place, one in found.party_of.items()},
        issue_ids={
            place: (issue_ids[one], turned[one] != opposite)
            for place, (one, opposite) in found.issue_of.items()
            if one in issue_ids
        },
        people=people,
    )


def _applied(
    items: Mapping[str, T], leads: Mapping[str, str], found: Candidates
) -> tuple[list[list[T]], dict[str, str]]:
    """Return the groups, each with its lead first and the lead's final id, and the final id of each id sent."""
    groups: dict[str, list[T]] = {}
    ids: dict[str, str] = {}
    taken = found.known | found.taken
    for lead in dict.fromkeys(leads.values()):
        ids[lead] = lead if lead in found.known else _fresh(slug(items[lead].name), taken)
        groups[lead] = [items[lead].model_copy(update={"id": ids[lead]})]
    for one, lead in leads.items():
        if one != lead:
            groups[lead].append(items[one])
    return list(groups.values()), {one: ids[lead] for one, lead in leads.items()}


def _fresh(name: str, taken: set[str]) -> str:
    """Return an id that is not taken yet, and take it."""
    number, fresh = 1, name
    while fresh in taken:
        number += 1
        fresh = f"{name}-{number}"
    taken.add(fresh)
    return fresh


def _people(
    parties: Sequence[Party], found: Candidates, reply: Names, party_ids: Mapping[str, str]
) -> tuple[list[Party], dict[tuple[str, str], str]]:
    """Return the parties with each person once, and each person's name by party and printed form."""
    leads = _leads(([one.lead, *one.others] for one in reply.people), found.people, set())
    groups: dict[str, dict[str, list[Person]]] = defaultdict(lambda: defaultdict(list))
    for key, (party_key, person) in found.people.items():
        party = party_ids[party_key]
        # Two people are never one across parties, whatever the reply says.
        lead = leads[key] if party_ids[found.people[leads[key]][0]] == party else key
        groups[party][lead].append(person)
    result, names = [], {}
    for one in parties:
        merged = [_one_person(found.people[lead][1], group) for lead, group in groups[one.id].items()]
        people = merge_people(sorted(merged, key=lambda person: person.name))
        names.update({(one.id, form): person.name for person in people for form in (*person.aliases, person.name)})
        result.append(one.model_copy(update={"people": people}))
    return result, names


def _one_person(lead: Person, group: Sequence[Person]) -> Person:
    forms = {form for person in group for form in (person.name, *person.aliases)} - {lead.name}
    office = next((person.office for person in (lead, *group) if person.office), None)
    return Person(name=lead.name, office=office, aliases=sorted(forms))
