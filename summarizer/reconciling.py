"""Asks the model which names and claims of several documents are the same. It answers with ids alone.

Names first (parties, people, issues), then claims that report the same thing. Each reply is checked: the
names must be a partition of what was sent, and claims may be grouped only where party, issue, stance and
voice agree. What breaks this is asked about once more; what still breaks it stays ungrouped. A merge can
neither add, nor reword, nor lose a claim.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, Field

from summarizer.asking import Asker, Request
from summarizer.assembling import Extracted, Grouping, cluster_key
from summarizer.claims import Attributed, Claim, Issue, Party, Person, StanceClaim, text_fields
from summarizer.fencing import fence
from summarizer.kinds import Kind
from summarizer.names import merge_people, name_key, slug
from summarizer.registry import OTHER, Registry

__all__ = ["by_name", "corroborate", "reconcile"]

MAX_CLAIMS = 150
"""Claims in one request about claims; more are asked in several."""


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
    """The answer about names."""

    parties: list[Group]
    people: list[Group]
    issues: list[IssueGroup]


class SameClaims(BaseModel):
    """The answer about claims: groups of two or more ids."""

    groups: list[list[str]]


@dataclass
class _Candidates:
    """What is sent: each id with what it stands for. Known ones keep the id of the registry."""

    parties: dict[str, Party] = field(default_factory=dict)
    people: dict[str, tuple[str, Person]] = field(default_factory=dict)
    """A person, with the id of the party that the documents give them to."""
    issues: dict[str, Issue] = field(default_factory=dict)
    party_of: dict[tuple[str, str], str] = field(default_factory=dict)
    """(document, name there) to the id sent."""
    issue_of: dict[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    """The ids that the registry gave: no two of them are ever grouped."""

    @property
    def undecided(self) -> bool:
        """Whether there is anything that could be the same as something else."""
        return any(len(group) > 1 and group.keys() - self.known for group in (self.parties, self.people, self.issues))


async def reconcile(
    extracted: Sequence[Extracted],
    kind: Kind,
    asker: Asker,
    registry: Registry = Registry(),  # noqa: B008 - immutable
) -> Grouping:
    """Return which parties, people and issues of several documents are the same.

    With one document and nothing known, nothing is asked: a document is at one with itself.

    Raises:
        ModelError: no usable reply came.

    """
    found = _candidates(extracted, registry)
    alone = len(extracted) == 1 and not registry.parties and not registry.issues
    if alone or not found.undecided:
        return by_name(extracted, registry)
    request = Request(
        purpose="reconcile",
        about=f"names in {len(extracted)} documents",
        system=kind.prompt("reconcile"),
        user=fence(_names_text(found), "NAMES"),
        form=Names,
    )
    answer = await asker.ask(request)
    reply = answer.value
    problems = list(_problems(reply, found))
    if problems and not answer.reasked:
        reply = (await asker.follow_up(answer, _again(problems), Names)).value
    return _grouping(found, reply, extracted)


def by_name(extracted: Sequence[Extracted], registry: Registry = Registry()) -> Grouping:  # noqa: B008 - immutable
    """Return the grouping that needs no model: the same names are the same, nothing else is."""
    return _grouping(_candidates(extracted, registry), Names(parties=[], people=[], issues=[]), extracted)


def _candidates(extracted: Sequence[Extracted], registry: Registry) -> _Candidates:
    found = _Candidates(
        parties={party.id: party for party in registry.parties},
        issues={issue.id: issue for issue in registry.issues},
    )
    parties: dict[str, list[Party]] = defaultdict(list)
    issues: dict[tuple[str, str], Issue] = {}
    for one in extracted:
        for party in one.parties:
            known = registry.party(party.name)
            parties[known.id if known else name_key(party.name)].append(party)
        for issue in one.issues:
            issues.setdefault((name_key(issue.name), issue.proposition), issue)
    number = 0
    keys: dict[str, str] = {}
    for key in sorted(parties):
        if key in found.parties:
            keys[key] = key
            found.parties[key] = _joined([found.parties[key], *parties[key]])
        else:
            number += 1
            keys[key] = f"P{number}"
            found.parties[f"P{number}"] = _joined(parties[key])
    wordings: dict[tuple[str, str], tuple[str, bool]] = {}
    number = 0
    for name, proposition in sorted(issues):
        hit = registry.issue(name, proposition)
        if hit is None:
            number += 1
            hit = (f"I{number}", False)
            found.issues[hit[0]] = issues[name, proposition]
        elif hit[0] == OTHER:
            found.issues[OTHER] = Issue(id=OTHER, name=OTHER, proposition="", question="")
        wordings[name, proposition] = hit
    found.known = {party.id for party in registry.parties} | {issue.id for issue in registry.issues} | {OTHER}
    for one in extracted:
        for party in one.parties:
            known = registry.party(party.name)
            found.party_of[one.document.id, party.name] = keys[known.id if known else name_key(party.name)]
        for issue in one.issues:
            found.issue_of[one.document.id, issue.name] = wordings[name_key(issue.name), issue.proposition]
        for issue in registry.issues:
            found.issue_of.setdefault((one.document.id, issue.name), (issue.id, False))
        found.issue_of.setdefault((one.document.id, OTHER), (OTHER, False))
    people = ((party_id, person) for party_id, party in found.parties.items() for person in party.people)
    found.people = {f"N{number}": one for number, one in enumerate(people, 1)}
    return found


def _joined(parties: Sequence[Party]) -> Party:
    """Return one party with the aliases and people of all; the first leads."""
    lead = parties[0]
    forms = {form for party in parties for form in (party.name, *party.aliases)} - {lead.name}
    people = merge_people(sorted((one for party in parties for one in party.people), key=lambda one: one.name))
    return lead.model_copy(update={"aliases": sorted(forms), "people": people})


def _names_text(found: _Candidates) -> str:
    lines = ["Parties:"]
    for key, party in found.parties.items():
        also = f"; also {', '.join(party.aliases)}" if party.aliases else ""
        lines.append(f"{key}: {party.name} ({party.kind}){also}")
    lines += ["", "People:"]
    for key, (party_id, person) in found.people.items():
        office = f", {person.office}" if person.office else ""
        also = f"; also {', '.join(person.aliases)}" if person.aliases else ""
        lines.append(f"{key} of {party_id}: {person.name}{office}{also}")
    lines += ["", "Issues:"]
    lines += [f"{key}: {issue.name}. {issue.proposition}" for key, issue in found.issues.items() if key != OTHER]
    return "\n".join(" ".join(line.split()) for line in lines)


def _problems(reply: Names, found: _Candidates) -> Iterator[str]:
    """Say where a reply is not a partition of what was sent."""
    parties = [[group.lead, *group.others] for group in reply.parties]
    issues = [[group.lead, *group.same, *group.opposite] for group in reply.issues]
    yield from _partition_problems(parties, found.parties.keys(), found.known)
    yield from _partition_problems(issues, found.issues.keys() - {OTHER}, found.known)
    people = [[group.lead, *group.others] for group in reply.people]
    yield from _partition_problems(people, found.people.keys(), found.known, whole=False)


def _partition_problems(
    groups: Sequence[Sequence[str]], sent: Iterable[str], known: set[str], *, whole: bool = True
) -> Iterator[str]:
    sent, seen = set(sent), set()
    for group in groups:
        for one in group:
            if one not in sent:
                yield f"{one} was not sent"
            elif one in seen:
                yield f"{one} stands in two places"
            seen.add(one)
        if len(both := [one for one in group if one in known]) > 1:
            yield f"{' and '.join(both)} are known to be different"
    for one in sorted(sent - seen) if whole else ():
        yield f"{one} is missing"


def _again(problems: Sequence[str]) -> str:
    return (
        "Your groups do not hold: " + "; ".join(problems) + ". Give the whole answer again, with every P and every I "
        "in exactly one place and no id twice."
    )


def _leads(groups: Iterable[Sequence[str]], sent: Iterable[str], known: set[str]) -> dict[str, str]:
    """Return each id's lead. Ids that a reply leaves out, or puts where they cannot be, lead themselves."""
    leads: dict[str, str] = {}
    sent = list(sent)
    for group in groups:
        members = [one for one in dict.fromkeys(group) if one in sent and one not in leads]
        registered = [one for one in members if one in known]
        # A group cannot hold two known ones: the first stays, the others stand alone.
        members = [one for one in members if one not in registered[1:]]
        lead = registered[0] if registered else next(iter(members), "")
        leads.update(dict.fromkeys(members, lead))
    return {one: leads.get(one, one) for one in sent}


def _grouping(found: _Candidates, reply: Names, extracted: Sequence[Extracted]) -> Grouping:
    leads = _leads(([one.lead, *one.others] for one in reply.parties), found.parties, found.known)
    parties, ids = [], {}
    taken = {key for key in found.parties if key in found.known}
    for lead in dict.fromkeys(leads.values()):
        members = [lead, *(key for key, other in leads.items() if other == lead and key != lead)]
        party = _joined([found.parties[key] for key in members])
        ids[lead] = lead if lead in found.known else _fresh(slug(party.name), taken)
        parties.append(party.model_copy(update={"id": ids[lead]}))
    party_ids = {key: ids[lead] for key, lead in leads.items()}
    parties, people = _people(parties, found, reply, party_ids)
    issues, issue_ids = _issues(found, reply)
    used = {key: one for key, one in found.party_of.items()}
    return Grouping(
        parties=tuple(parties),
        issues=tuple(issues),
        party_ids={key: party_ids[one] for key, one in used.items()},
        issue_ids={
            key: (issue_ids[one][0], issue_ids[one][1] != opposite)
            for key, (one, opposite) in found.issue_of.items()
            if one in issue_ids
        },
        people=people,
    )


def _fresh(name: str, taken: set[str]) -> str:
    """Return an id that is not taken yet, and take it."""
    number, fresh = 1, name
    while fresh in taken:
        number += 1
        fresh = f"{name}-{number}"
    taken.add(fresh)
    return fresh


def _people(
    parties: Sequence[Party], found: _Candidates, reply: Names, party_ids: Mapping[str, str]
) -> tuple[list[Party], dict[tuple[str, str], str]]:
    """Return the parties with each person once, and each person's name by party and form."""
    leads = _leads(([one.lead, *one.others] for one in reply.people), found.people, set())
    result, names = [], {}
    for party in parties:
        members: dict[str, list[Person]] = defaultdict(list)
        for key, (party_key, person) in found.people.items():
            if party_ids[party_key] == party.id:
                lead = leads[key] if party_ids[found.people[leads[key]][0]] == party.id else key
                members[lead].append(person)
        people = []
        for lead, group in members.items():
            first = found.people[lead][1]
            forms = {form for person in group for form in (person.name, *person.aliases)} - {first.name}
            office = next((person.office for person in (first, *group) if person.office), None)
            people.append(Person(name=first.name, office=office, aliases=sorted(forms)))
        people = merge_people(sorted(people, key=lambda one: one.name))
        for person in people:
            names.update({(party.id, form): person.name for form in (*person.aliases, person.name)})
        result.append(party.model_copy(update={"people": people}))
    return result, names


def _issues(found: _Candidates, reply: Names) -> tuple[list[Issue], dict[str, tuple[str, bool]]]:
    leads = _leads(([one.lead, *one.same, *one.opposite] for one in reply.issues), found.issues, found.known)
    against = {key for group in reply.issues for key in group.opposite}
    taken = {key for key in found.issues if key in found.known}
    issues, ids = [], {}
    for lead in dict.fromkeys(leads.values()):
        issue = found.issues[lead]
        ids[lead] = lead if lead in found.known else _fresh(slug(issue.name), taken)
        issues.append(issue.model_copy(update={"id": ids[lead]}))
    # The relation is told towards the group's lead; a known issue that stands in `opposite` leads all the same.
    return issues, {key: (ids[lead], (key in against) != (lead in against)) for key, lead in leads.items()}


async def corroborate(claims: Sequence[Claim], kind: Kind, asker: Asker) -> list[list[str]]:
    """Return groups of ids of claims that report the same thing. Only claims of several documents are asked about.

    Raises:
        ModelError: no usable reply came.

    """
    clusters: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim in sorted(claims, key=lambda one: one.id):
        clusters[cluster_key(claim)].append(claim)
    asked = [group for _, group in sorted(clusters.items()) if len({one.evidence[0].source for one in group}) > 1]
    groups: list[list[str]] = []
    for batch in _batches(asked):
        groups += await _same(batch, kind, asker)
    return groups


def _batches(clusters: Sequence[Sequence[Claim]]) -> Iterator[list[Sequence[Claim]]]:
    batch: list[Sequence[Claim]] = []
    for cluster in clusters:
        if batch and sum(map(len, batch)) + len(cluster) > MAX_CLAIMS:
            yield batch
            batch = []
        batch.append(cluster)
    if batch:
        yield batch


async def _same(batch: Sequence[Sequence[Claim]], kind: Kind, asker: Asker) -> list[list[str]]:
    numbers = {claim.id: f"C{number}" for number, claim in enumerate((one for group in batch for one in group), 1)}
    block_of = {numbers[claim.id]: index for index, group in enumerate(batch) for claim in group}
    request = Request(
        purpose="corroborate",
        about=f"{len(numbers)} claims",
        system=kind.prompt("corroborate"),
        user=fence(_claims_text(batch, numbers), "CLAIMS"),
        form=SameClaims,
    )
    answer = await asker.ask(request)
    reply = answer.value
    if (problems := list(_claim_problems(reply, block_of))) and not answer.reasked:
        message = "Your groups do not hold: " + "; ".join(problems) + ". Give the whole answer again."
        reply = (await asker.follow_up(answer, message, SameClaims)).value
    ids = {number: claim for claim, number in numbers.items()}
    groups, seen = [], set()
    for group in reply.groups:
        members = [one for one in dict.fromkeys(group) if one in ids and one not in seen]
        members = [one for one in members if block_of[one] == block_of[members[0]]]
        if len(members) > 1:
            seen.update(members)
            groups.append([ids[one] for one in members])
    return groups


def _claims_text(batch: Sequence[Sequence[Claim]], numbers: Mapping[str, str]) -> str:
    lines: list[str] = []
    for index, group in enumerate(batch, 1):
        kind, *key = cluster_key(group[0])
        lines += ["", f"Block {index} ({', '.join([kind.lower(), *filter(None, key)])}):"]
        lines += [f"{numbers[claim.id]}: {claim_line(claim)}" for claim in group]
    return "\n".join(lines).strip()


def claim_line(claim: Claim) -> str:
    """Return a claim in one line for the model: its own words, who spoke, and when."""
    words = "; ".join(str(value) for name in text_fields(type(claim)) if (value := getattr(claim, name)))
    parts = [words]
    if isinstance(claim, StanceClaim):
        parts.append(claim.firmness)
    if isinstance(claim, Attributed):
        said = claim.said.to or claim.said.from_
        parts += [claim.speaker or "", said.isoformat() if said else claim.said.text or ""]
    return " ".join(" | ".join(part for part in parts if part).split())


def _claim_problems(reply: SameClaims, block_of: Mapping[str, int]) -> Iterator[str]:
    seen: set[str] = set()
    for group in reply.groups:
        for one in group:
            if one not in block_of:
                yield f"{one} was not sent"
            elif one in seen:
                yield f"{one} stands in two groups"
            seen.add(one)
        if len({block_of[one] for one in group if one in block_of}) > 1:
            yield f"{', '.join(group)} are not of one block"
