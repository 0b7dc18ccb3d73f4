"""What there is to group: the parties, people and issues of the documents, and those known before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from summarizer.assembling import THE_REST, Extracted
from summarizer.claims import OTHER, Issue, Party, Person
from summarizer.names import merge_people, name_key
from summarizer.registry import Registry

__all__ = ["Candidates", "find_candidates", "joined"]


@dataclass
class Candidates:
    """What is sent to the model: each id with what it stands for. What was known keeps the registry's id."""

    parties: dict[str, Party] = field(default_factory=dict)
    people: dict[str, tuple[str, Person]] = field(default_factory=dict)
    """A person, with the id of the party that the documents give them to."""
    issues: dict[str, Issue] = field(default_factory=dict)
    party_of: dict[tuple[str, str], str] = field(default_factory=dict)
    """(document, name there) to the id sent."""
    issue_of: dict[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)
    """The same for issues, with whether the document states the contrary."""
    known: set[str] = field(default_factory=set)
    """The ids that the registry gave: no two of them are ever grouped."""
    taken: frozenset[str] = frozenset()
    """Further ids that nothing new may get."""

    @property
    def undecided(self) -> bool:
        """Whether anything new could be the same as something else."""
        groups = (self.parties.keys(), self.people.keys(), self.issues.keys())
        return any(len(group) > 1 and group - self.known for group in groups)

    def text(self) -> str:
        """Return the candidates as the model reads them, one a line."""
        lines = ["Parties:"]
        for key, party in self.parties.items():
            lines.append(f"{key}: {party.name} ({party.kind}){_also(party.aliases)}")
        lines += ["", "People:"]
        for key, (party_id, person) in self.people.items():
            office = f", {person.office}" if person.office else ""
            lines.append(f"{key} of {party_id}: {person.name}{office}{_also(person.aliases)}")
        lines += ["", "Issues:"]
        lines += [f"{key}: {issue.name}. {issue.proposition}" for key, issue in self.issues.items() if key != OTHER]
        return "\n".join(" ".join(line.split()) for line in lines)


def _also(aliases: Sequence[str]) -> str:
    return f"; also {', '.join(aliases)}" if aliases else ""


def find_candidates(extracted: Sequence[Extracted], registry: Registry) -> Candidates:
    """Gather what the documents name. The same name is the same candidate; so is a name that is known."""
    known = {OTHER, *(party.id for party in registry.parties), *(issue.id for issue in registry.issues)}
    found = Candidates(taken=registry.taken, known=known)
    _find_parties(found, extracted, registry)
    _find_issues(found, extracted, registry)
    people = [(key, person) for key, party in found.parties.items() for person in party.people]
    found.people = {f"N{number}": one for number, one in enumerate(people, 1)}
    found.known |= _known_people(found.people, registry)
    return found


def _known_people(people: Mapping[str, tuple[str, Person]], registry: Registry) -> set[str]:
    """Return the ids of the people whom the registry has in some form: there is nothing to decide about them."""
    forms = {
        (party.id, name_key(form)) for party in registry.parties for one in party.people for form in person_forms(one)
    }
    return {
        key
        for key, (party, one) in people.items()
        if any((party, name_key(form)) in forms for form in person_forms(one))
    }


def person_forms(person: Person) -> tuple[str, ...]:
    """Return the forms of a person's name."""
    return (person.name, *person.aliases)


def _find_parties(found: Candidates, extracted: Sequence[Extracted], registry: Registry) -> None:
    named: dict[str, list[Party]] = defaultdict(list)
    key_of: dict[tuple[str, str], str] = {}
    for one in extracted:
        for party in one.parties:
            known = registry.party(party.name)
            key_of[one.document.id, party.name] = key = known.id if known else name_key(party.name)
            named[key].append(party)
    found.parties = {party.id: joined([party, *named.pop(party.id, [])]) for party in registry.parties}
    sent = {key: f"P{number}" for number, key in enumerate(sorted(named), 1)}
    found.parties |= {sent[key]: joined(named[key]) for key in sent}
    found.party_of = {place: sent.get(key, key) for place, key in key_of.items()}


def _find_issues(found: Candidates, extracted: Sequence[Extracted], registry: Registry) -> None:
    found.issues = {issue.id: issue for issue in registry.issues}
    worded = {(name_key(issue.name), issue.proposition): issue for one in extracted for issue in one.issues}
    sent: dict[tuple[str, str], tuple[str, bool]] = {}
    number = 0
    for wording in sorted(worded):
        if known := registry.issue(*wording):
            sent[wording] = known
        else:
            number += 1
            sent[wording] = (f"I{number}", False)
            found.issues[f"I{number}"] = worded[wording]
    for one in extracted:
        # With a topic a claim may name one of its issues, or `other`, without listing it.
        places = {issue.name: (issue.id, False) for issue in registry.issues} | {OTHER: (OTHER, False)}
        places |= registry.issue_names
        places |= {issue.name: sent[name_key(issue.name), issue.proposition] for issue in one.issues}
        found.issue_of |= {(one.document.id, name): place for name, place in places.items()}
    if registry.closed:
        found.issues[OTHER] = THE_REST


def joined(parties: Sequence[Party]) -> Party:
    """Return one party with the aliases and people of all; the first leads."""
    lead = parties[0]
    forms = {form for party in parties for form in (party.name, *party.aliases)} - {lead.name}
    people = merge_people(sorted((one for party in parties for one in party.people), key=lambda one: one.name))
    return lead.model_copy(update={"aliases": sorted(forms), "people": people})
