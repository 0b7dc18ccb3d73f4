"""What the model words freely, held against the text that it was given. Pure.

Whether a sentence says what its words say is the model's judgement. What can be checked is what a sentence
must not bring along: figures, codes and addresses that the text does not hold where the claim rests, and
names that stand only in sentences that give orders to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from summarizer.claims import Evidence, Issue, Party, Person, figures
from summarizer.documents import Document

__all__ = ["Wording", "codes", "in_one_line"]

_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://[^\s\"'<>)\]]+"
    r"|[^\s@\"'<>(\[]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?:/[^\s\"'<>)\]]*)?",
    re.IGNORECASE,
)
"""Of the web or of mail, with or without its scheme."""
_ABBREVIATION = re.compile(r"(?:[a-z]\.)+[a-z]{1,2}\.?", re.IGNORECASE)
"""`U.S`, `e.g`, which look like an address without its scheme."""
_WORD = re.compile(r"[^\W_]+(?:[-_’'][^\W_]+)*")
_LETTER_THEN_DIGIT = re.compile(r"[^\W\d_]\d")
_SHORTEST_CODE = 6
"""Shorter ones (G7, E3, F-16) are everyday names of things."""
_LONGEST_QUOTED = 200


def codes(text: str) -> set[str]:
    """Return the addresses and the codes (`KX-4471`, `a7f3c9`) in a text, in small letters."""
    addresses = {found.rstrip(".,;:!?") for found in _ADDRESS.findall(text) if not _ABBREVIATION.fullmatch(found)}
    return {one.casefold() for one in addresses} | {one.casefold() for one in _WORD.findall(text) if _is_code(one)}


def _is_code(word: str) -> bool:
    if len(word) < _SHORTEST_CODE or not any(char.isdigit() for char in word):
        return False
    return sum(char.isupper() for char in word) > 1 or bool(_LETTER_THEN_DIGIT.search(word))


def in_one_line(text: str) -> str:
    """Return words of a reply as they are quoted back to the model: on one line and not at length."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_QUOTED else f"{line[:_LONGEST_QUOTED]}…"


class Wording:
    """The text of one document, with and without the sentences that give orders to the reader."""

    def __init__(self, document: Document, addressed: Iterable[int] = ()) -> None:
        self.document = document
        count = len(document.sentences)
        self.orders = [document.sentences[number - 1] for number in sorted(set(addressed)) if 0 < number <= count]
        self.text = self._without_orders()
        known = f"{document.title or ''}\n{self.text}"
        self._known = known.casefold()
        self._figures = figures(known)
        ordered = [_WORD.findall(document.text[start:end]) for start, end in self.orders]
        printed = set(_WORD.findall(self._known))
        names = (word for words in ordered for word in words if _has_form_of_name(word))
        self._ordered = {word for word in names if word.casefold() not in printed}
        # "All sides", "They met": any sentence may begin with a word that an order begins with.
        self._openers = {words[0] for words in ordered if words} - {word for words in ordered for word in words[1:]}

    def _without_orders(self) -> str:
        pieces, last = [], 0
        for start, end in self.orders:
            pieces.append(self.document.text[last:start])
            last = end
        return " ".join([*pieces, self.document.text[last:]])

    def in_orders(self, evidence: Iterable[Evidence]) -> bool:
        """Tell whether some evidence stands in a sentence that gives orders."""
        return any(one.start < end and start < one.end for one in evidence for start, end in self.orders)

    def fault(self, text: str, evidence: Iterable[Evidence] | None = None, *, name: bool = False) -> str | None:
        """Return why a wording cannot stand, or None.

        `evidence` is what the claim rests on: its codes and addresses must stand there, in the same or the
        next sentence; without it (names, issues) somewhere in the text. The first word of a sentence may be
        one that an order begins with; that of a `name` may not.
        """
        if invented := sorted(figures(text) - self._figures):
            return f"the text does not hold the figure {', '.join(invented)}"
        near = self._known if evidence is None else self._near(list(evidence))
        if strange := sorted(one for one in codes(text) if one not in near):
            return f"the words that this rests on do not hold {', '.join(map(in_one_line, strange))}"
        words = _WORD.findall(text)
        if not name and words and words[0] in self._openers:
            words = words[1:]
        if any(word in self._ordered for word in words):
            return "this takes a name or a word from a sentence that gives orders to the reader"
        return None

    def holds(self, issue: Issue) -> bool:
        """Tell whether the text outside orders holds what an issue is worded with."""
        return self._is_name(issue.name) and not any(map(self.fault, (issue.proposition, issue.question)))

    def cleared(self, parties: Iterable[Party]) -> list[Party]:
        """Return the parties without those, and without the people, offices and aliases, that come from orders."""
        return [
            party.model_copy(
                update={
                    "aliases": list(filter(self._is_name, party.aliases)),
                    "people": [self._cleared(person) for person in party.people if self._is_name(person.name)],
                }
            )
            for party in parties
            if self._is_name(party.name)
        ]

    def _cleared(self, person: Person) -> Person:
        office = person.office if person.office and self._is_name(person.office) else None
        return person.model_copy(update={"office": office, "aliases": list(filter(self._is_name, person.aliases))})

    def _is_name(self, text: str) -> bool:
        return self.fault(text, name=True) is None

    def _near(self, evidence: list[Evidence]) -> str:
        """Return the sentences of some evidence with those next to them, and the title; never one with orders."""
        sentences = self.document.sentences
        touched = {
            number
            for number, (start, end) in enumerate(sentences)
            if any(one.start < end and start < one.end for one in evidence)
        }
        near = {other for number in touched for other in (number - 1, number, number + 1)}
        held = [
            self.document.text[slice(*one)]
            for number, one in enumerate(sentences)
            if number in near and one not in self.orders
        ]
        return "\n".join([self.document.title or "", *held]).casefold()


def _has_form_of_name(word: str) -> bool:
    return any(char.isupper() or char.isdigit() for char in word)
