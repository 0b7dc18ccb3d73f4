"""Which party and which person of the gold a name of a brief means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from summarizer.claims import Brief, Party
from summarizer.names import name_key
from summarizer.scoring.gold import Gold

__all__ = ["GoldCast", "Meaning"]

Meaning = tuple[str, str | None]
"""A party of the gold, and a person of it when a person is meant."""


class GoldCast:
    """The parties of several gold documents as one, and what the names of a brief mean among them."""

    def __init__(self, golds: Sequence[Gold]) -> None:
        self.kinds = {party.name: party.kind for gold in golds for party in gold.parties}
        self._meant: dict[str, Meaning] = {}
        self._unnamed = {party.name for gold in golds for party in gold.parties if not party.named}
        self._printed: dict[tuple[str, Meaning], None] = {}
        for gold in golds:
            for party in gold.parties:
                whole = (party.name, None)
                self._add(whole, (party.name, *party.also, *party.aliases), party.aliases)
                for person in party.people:
                    self._add((party.name, person.name), (person.name, *person.also, *person.aliases), person.aliases)

    def _add(self, meaning: Meaning, forms: Iterable[str], printed: Iterable[str]) -> None:
        for form in forms:
            self._meant.setdefault(name_key(form), meaning)
        self._printed |= {(form, meaning): None for form in printed}

    def meaning(self, name: str | None) -> Meaning | None:
        """Return whom a name means; None when the gold does not know it."""
        return self._meant.get(name_key(name)) if name else None

    def person(self, name: str | None) -> str | None:
        """Return the gold's name of a person, or the key of a name that the gold does not know.

        None for no name and for a commentator whom the text does not name.
        """
        found = self.meaning(name)
        if found and found[0] in self._unnamed:
            return None
        return (found[1] or found[0]) if found else name_key(name) if name else None

    def parties_of(self, brief: Brief) -> dict[str, str]:
        """Return the id of every party of a brief with the gold's party that it means.

        Its name decides, else most of its aliases, else most of its people. A party that the gold does not know
        goes by the key of its own name.
        """
        return {party.id: self._party(party) for party in brief.parties}

    def _party(self, party: Party) -> str:
        for forms in ([party.name], party.aliases, [person.name for person in party.people]):
            found = Counter(meaning[0] for form in forms if (meaning := self.meaning(form)))
            if found:
                return min(found, key=lambda name: (-found[name], name))
        return f"? {name_key(party.name)}"

    def meant(self, names: Iterable[str]) -> set[Meaning]:
        """Return all whom names mean."""
        return {found for name in names if (found := self.meaning(name))}

    def forms(self) -> Iterator[tuple[str, Meaning]]:
        """Yield every printed form with whom it means."""
        yield from self._printed
