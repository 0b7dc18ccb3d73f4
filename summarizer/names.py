"""Names as they are compared: the key of a name, and the cast of one document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from summarizer.claims import Party, Person

__all__ = ["Cast", "name_key", "slug"]


_LONGEST_ID = 80


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """Return what two spellings of the same name share: no case, accents, punctuation or article."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    words = re.findall(r"[^\W_]+", "".join(char for char in plain if not unicodedata.combining(char)))
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def slug(name: str) -> str:
    """Return a name as an id: small letters and hyphens, other scripts kept, at most 80 characters."""
    return name_key(name).replace(" ", "-")[:_LONGEST_ID].strip("-") or "unnamed"


class Cast:
    """The parties of one document and the people who speak for them."""

    def __init__(self, parties: Sequence[Party]) -> None:
        self.all = _merged(parties)
        self._found: dict[str, tuple[Party, str | None]] = {}
        for party in self.all:
            self._found.setdefault(name_key(party.name), (party, None))
        for party in self.all:
            for person in party.people:
                for form in (person.name, *person.aliases):
                    self._found.setdefault(name_key(form), (party, person.name))
            for alias in party.aliases:
                self._found.setdefault(name_key(alias), (party, None))

    def find(self, name: str) -> tuple[Party, str | None] | None:
        """Return the party that a name belongs to, and the person's name when it is a person's."""
        return self._found.get(name_key(name))

    def printed(self, text: str) -> Iterator[Party]:
        """Yield the parties with those aliases only that stand in the text and are not another party's name."""
        for party in self.all:
            others = {name_key(other.name) for other in self.all if other is not party}
            aliases = [alias for alias in party.aliases if name_key(alias) not in others]
            people = [
                person.model_copy(update={"aliases": _printed(person.aliases, person.name, text)})
                for person in party.people
            ]
            yield party.model_copy(update={"aliases": _printed(aliases, party.name, text), "people": people})


def _printed(aliases: Sequence[str], name: str, text: str) -> list[str]:
    return sorted({alias for alias in aliases if alias != name and alias in text})


def _merged(parties: Sequence[Party]) -> list[Party]:
    """Return the parties with those of the same name made one, people and aliases together."""
    found: dict[str, Party] = {}
    for party in parties:
        key = name_key(party.name)
        if key in found:
            known = found[key]
            party = known.model_copy(  # noqa: PLW2901 - the merged party takes the place of both
                update={
                    "aliases": sorted({*known.aliases, *party.aliases}),
                    "people": merge_people([*known.people, *party.people]),
                }
            )
        found[key] = party
    return list(found.values())


def merge_people(people: Sequence[Person]) -> list[Person]:
    """Return people with those who share a name, or one of whose names is an alias of the other, made one."""
    merged: list[Person] = []
    for person in people:
        forms = {name_key(person.name), *map(name_key, person.aliases)}
        for index, known in enumerate(merged):
            if forms & {name_key(known.name), *map(name_key, known.aliases)}:
                aliases = sorted({*known.aliases, *person.aliases, person.name} - {known.name})
                merged[index] = known.model_copy(update={"aliases": aliases, "office": known.office or person.office})
                break
        else:
            merged.append(person)
    return merged
