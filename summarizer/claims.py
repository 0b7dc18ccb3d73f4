"""The types that a kind of brief is made of.

A kind's schema module (`schemas/negotiation.py`) writes each item type once, as it is published. The form
that the model fills in is derived from it by `fields.asked_form`: a `Quote` where the published item has located
`Evidence`, the words of a date where it has a resolved `When`, one `by` where it has speaker, voice and
asserted_by, and nothing at all where a field is `Computed`.

The types of the fields carry the meaning: a `PartyName` or an `IssueName` is reconciled over documents, a
claim with a party, an issue and a `Stance` fills the matrix, a `When` is resolved against the document's date
(without words it is the day of publication, a `When | None` then is None).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field

from summarizer.documents import Source

__all__ = [
    "Attributed",
    "BottomLine",
    "Brief",
    "Change",
    "Claim",
    "Computed",
    "Evidence",
    "Gap",
    "Issue",
    "IssueName",
    "MatrixCell",
    "Party",
    "PartyName",
    "Person",
    "Quote",
    "Run",
    "Stance",
    "StanceClaim",
    "Statement",
    "Tokens",
    "Unverified",
    "Voice",
    "When",
    "figures",
    "sections",
]

FORMAT = "summarizer.brief/1"

Salience = Literal["vital", "supporting", "background"]
"""vital is what no competent brief could leave out."""

Voice = Literal["self", "other_party", "analyst", "anonymous", "reporter"]
"""Whose word a claim is, seen from its holder."""

Stance = Literal["supports", "accepts", "conditional", "open", "opposes", "rejects", "undecided", "deflects"]
"""Towards the proposition of the issue."""

Firmness = Literal["red_line", "firm", "qualified", "exploratory", "unclear"]

Currency = Literal["current", "superseded", "disputed"]

Match = Literal["exact", "normalised", "elided"]

PartyKind = Literal["state", "bloc", "organisation", "group", "person", "commentator"]

OPPOSITE_STANCE: dict[Stance, Stance] = {
    "supports": "rejects",
    "rejects": "supports",
    "accepts": "opposes",
    "opposes": "accepts",
}
"""What a stance becomes when its issue is stated the other way round; the others stay as they are."""


OTHER = "other"
"""The issue of claims that fit none of the issues shown. It has no proposition, so it has no current stance."""


class Mark:
    """What an annotated field means to the program."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


PARTY, ISSUE, COMPUTED = Mark("PARTY"), Mark("ISSUE"), Mark("COMPUTED")

PartyName = Annotated[str, PARTY]
"""A party: by name in a reply, by id in a brief."""

IssueName = Annotated[str, ISSUE]
"""An issue: by name in a reply, by id in a brief."""

T = TypeVar("T")
Computed = Annotated[T, COMPUTED]
"""A field that the program fills in and the model is not asked for."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Quote(_Frozen):
    """Words that the model points to."""

    sentence: int = Field(description="the number in square brackets before the sentence")
    words: str = Field(description="a few words copied from that sentence, to the letter")


class Evidence(_Frozen):
    """Words found: `sources[source].text[start:end] == text`."""

    source: str
    start: int
    end: int
    text: str
    match: Match
    damaged: bool = False
    """The wording is garbled in print; it is shown as printed, never as the speaker's exact words."""


class When(_Frozen):
    """A time as the source words it and, where that is known, as ISO dates (both ends included)."""

    text: str | None = None
    from_: datetime.date | None = Field(default=None, alias="from")
    to: datetime.date | None = None
    basis: Literal["explicit", "relative", "publication", "unknown"] = "unknown"


class Person(_Frozen):
    """Somebody who speaks for a party."""

    name: str
    office: str | None = None
    aliases: list[str] = Field(default=[], description="other forms of the name as printed, garbled ones too")


class Party(_Frozen):
    """One side, or somebody who comments on the sides."""

    id: Computed[str]
    name: str = Field(description="the usual English name")
    kind: PartyKind
    aliases: list[str] = Field(default=[], description="other forms as printed: metonyms, short and garbled forms")
    people: list[Person] = Field(default=[], description="those who speak for it in this text")


class Issue(_Frozen):
    """Something to be settled, as one positive sentence that a party can be for or against."""

    id: Computed[str]
    name: str = Field(description="two to five words")
    proposition: str = Field(description="one positive sentence that a party can be for or against")
    question: str = Field(description="what is to be settled, as a question")


class Claim(_Frozen):
    """An item that rests on words in a source."""

    letter: ClassVar[str] = "x"
    """The first letter of the ids of this type."""

    id: Computed[str] = ""
    evidence: list[Evidence] = Field(min_length=1)
    origins: Computed[int] = 1
    """How many independent texts stand behind it."""
    salience: Salience

    @property
    def quoted(self) -> Evidence:
        """The evidence to quote where there is room for one: what shares most words with the claim's own wording.

        One that is garbled in print only where no other shares half as many.
        """
        own = _words(" ".join(value for _, value in self if isinstance(value, str)))
        shared = {place: len(own & _words(one.text)) for place, one in enumerate(self.evidence)}
        most = max(shared.values())
        whole = [place for place in shared if not self.evidence[place].damaged and shared[place] * 2 >= most]
        return self.evidence[max(whole or shared, key=lambda place: (shared[place], -place))]


def _words(text: str) -> set[str]:
    """Return the words of a text that say something: those of four letters or more."""
    return set(re.findall(r"\w{4,}", text.casefold()))


class Attributed(Claim):
    """A claim that somebody makes: the model names who (`by`), the program says whose word that is.

    The voice is computed from the holder and from the party that the one who speaks belongs to, so that
    what A says about B cannot be filed as B's own word.
    """

    speaker: Computed[str | None] = None
    voice: Computed[Voice] = "self"
    asserted_by: Computed[str | None] = None
    said: When = When()


class StanceClaim(Attributed):
    """A claim that gives a party's stance on an issue: it fills a cell of the matrix."""

    party: PartyName
    issue: IssueName
    stance: Stance
    firmness: Firmness
    currency: Computed[Currency] = "current"


class MatrixCell(_Frozen):
    """What a party holds on an issue."""

    party: str
    issue: str
    state: Literal["held", "claimed_by_others", "none_found"]
    current: str | None = None
    positions: list[str] = []


class Statement(_Frozen):
    """One side of a change: it can be read without the brief that it comes from."""

    item: str
    said: When
    stance: Stance
    text: str
    quote: str
    source: str


class Change(_Frozen):
    """Two dated statements of the same holder in its own voice, and what lies between them."""

    party: str
    issue: str
    kind: Literal["new", "hardened", "softened", "reversed", "restated", "withdrawn", "correction"]
    before: Statement | None = None
    after: Statement | None = None
    items: list[str] = []


class BottomLine(_Frozen):
    """One sentence of the bottom line and the items that it rests on."""

    text: str
    items: list[str] = Field(min_length=1)


class Unverified(_Frozen):
    """A claim that could not be checked against its source, with the reason."""

    item: dict[str, Any]
    type: str
    source: str
    quote: str | None = None
    reason: str


class Gap(_Frozen):
    """What could not be done, and why."""

    source: str
    stage: Literal["read", "extract", "reconcile", "headline"]
    reason: str


class Tokens(_Frozen):
    """Tokens as the provider counted them."""

    input: int = 0
    cached_input: int = 0
    output: int = 0


class Run(_Frozen):
    """How a brief was made."""

    model: str | None = None
    prompts: dict[str, str] = {}
    """The SHA-256 of each prompt template."""
    schema_: str = Field(default="", alias="schema")
    """The SHA-256 of the schema that the model is asked to fill."""
    requests: int = 0
    replayed: int = 0
    reasks: int = 0
    tokens: Tokens = Tokens()
    cost_usd: float | None = None
    """None when the model's price is unknown."""


class Brief(_Frozen):
    """What every kind of brief has. A kind derives from it and adds its sections: lists of claims."""

    kind: str
    format: Literal["summarizer.brief/1"] = "summarizer.brief/1"
    title: str
    as_of: datetime.date | None = None
    bottom_line: list[BottomLine] = []
    sources: list[Source] = []
    parties: list[Party] = []
    issues: list[Issue] = []
    matrix: list[MatrixCell] = []
    changes: list[Change] = []
    unverified: list[Unverified] = []
    gaps: list[Gap] = []
    run: Run = Run()

    def claims(self) -> Iterator[Claim]:
        """Yield every published claim, section by section."""
        for name in sections(type(self)):
            yield from getattr(self, name)


@cache
def sections(kind: type[Brief]) -> dict[str, type[Claim]]:
    """Return the sections of a kind of brief in their order: field name to item type."""
    found: dict[str, type[Claim]] = {}
    for name, field in kind.model_fields.items():
        item = next(iter(get_args(field.annotation)), None)
        if get_origin(field.annotation) is list and isinstance(item, type) and issubclass(item, Claim):
            found[name] = item
    return found


def figures(text: str) -> set[str]:
    """Return the numbers of two or more digits in a text, without their separators."""
    return {re.sub(r"\D", "", found) for found in re.findall(r"\d[\d.,\u00a0\u202f']*\d", text)}
