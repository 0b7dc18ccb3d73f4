"""Cuts a registry down to what new documents could mean, so that a request does not grow with what is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process

from summarizer.assembling import Extracted
from summarizer.claims import Issue, Party, Person
from summarizer.names import name_key
from summarizer.registry import Registry

__all__ = ["nearest"]

MOST = 40
"""Parties, and issues, that are sent for being used most or named most alike, besides those that are named."""
ALIKE = 3
"""The most alike that are taken for each new name."""
FORMS = 8
"""Aliases of a known party that are sent, and people."""


def nearest(registry: Registry, extracted: Sequence[Extracted], most: int = MOST) -> Registry:
    """Return the part of a registry that documents have to be compared with.

    It holds whatever they name outright, then what is named most like their new names, then what is used most,
    up to `most` parties and issues. Known ids stay taken, so that nothing new gets one.
    """
    parties = [party for one in extracted for party in one.parties]
    named = {known.id for party in parties if (known := registry.party(party.name))}
    fresh = sorted({party.name for party in parties if registry.party(party.name) is None})
    labels = {party.id: " ".join((party.name, *party.aliases[:FORMS])) for party in registry.parties}
    chosen = named | _chosen(fresh, labels, registry.uses, most)
    worded = {(issue.name, issue.proposition) for one in extracted for issue in one.issues}
    known_issues = {place[0] for words in worded if (place := registry.issue(*words))}
    fresh_issues = sorted(" ".join(words) for words in worded if registry.issue(*words) is None)
    issue_labels = {issue.id: f"{issue.name} {issue.proposition}" for issue in registry.issues}
    chosen_issues = known_issues | _chosen(fresh_issues, issue_labels, registry.uses, most)
    forms = {name_key(form) for party in parties for form in (party.name, *party.aliases)}
    people = [person for party in parties for person in party.people]
    return replace(
        registry,
        parties=tuple(_cut(party, forms, people) for party in registry.parties if party.id in chosen),
        issues=registry.issues if registry.closed else _kept(registry.issues, chosen_issues),
        taken=registry.taken | {party.id for party in registry.parties} | {issue.id for issue in registry.issues},
    )


def _kept(issues: Iterable[Issue], chosen: set[str]) -> tuple[Issue, ...]:
    return tuple(issue for issue in issues if issue.id in chosen)


def _chosen(fresh: Sequence[str], labels: Mapping[str, str], uses: Mapping[str, int], most: int) -> set[str]:
    """Return ids: the most alike of each new name in turn, then the most used."""
    if len(labels) <= most:
        return set(labels)
    found = [process.extract(name, labels, scorer=fuzz.WRatio, limit=ALIKE) for name in fresh]
    alike = [ranked[place][2] for place in range(ALIKE) for ranked in found if place < len(ranked)]
    used = sorted(labels, key=lambda one: (-uses.get(one, 0), one))
    return set(list(dict.fromkeys([*alike, *used]))[:most])


def _cut(party: Party, forms: set[str], people: Sequence[Person]) -> Party:
    """Return a party with few aliases and people: those that the documents have, and some more."""
    aliases = sorted(party.aliases, key=lambda alias: (name_key(alias) not in forms, len(alias), alias))
    named = sum(name_key(alias) in forms for alias in aliases)
    return party.model_copy(
        update={"aliases": sorted(aliases[: max(FORMS, named)]), "people": _few(party.people, people)}
    )


def _few(known: Sequence[Person], people: Sequence[Person]) -> list[Person]:
    if len(known) <= FORMS:
        return list(known)
    forms = {name_key(form) for one in people for form in (one.name, *one.aliases)}
    alike = {
        number: max((fuzz.WRatio(one.name, other.name) for other in people), default=0.0)
        for number, one in enumerate(known)
    }
    has = {number for number, one in enumerate(known) if forms & {name_key(form) for form in (one.name, *one.aliases)}}
    order = sorted(alike, key=lambda number: (number not in has, -alike[number], number))
    return [known[number] for number in sorted(order[: max(FORMS, len(has))])]
