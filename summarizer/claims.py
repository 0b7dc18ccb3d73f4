"""The types that a kind of brief is made of.

A kind's schema module (`schemas/negotiation.py`) writes each item type once, as it is published. The form
that the model fills in is derived from it by `asked_form`: a `Quote` where the published item has located
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
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.fields import FieldInfo

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
    "asked_form",
    "figures",
    "may_be_absent",
    "sections",
    "text_fields",
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


class _Mark:
    """What an annotated field means to the program."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


PARTY, ISSUE, COMPUTED = _Mark("PARTY"), _Mark("ISSUE"), _Mark("COMPUTED")

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
        """The evidence to quote where there is room for one: the first that is not garbled in print."""
        return next((one for one in self.evidence if not one.damaged), self.evidence[0])


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


def marks(field: FieldInfo) -> set[_Mark]:
    """Return the marks on a field, however deep: of `list[PartyName]`, of `PartyName | None`."""
    found = {mark for mark in field.metadata if isinstance(mark, _Mark)}

    def walk(annotation: Any) -> None:
        if get_origin(annotation) is Annotated:
            found.update(mark for mark in annotation.__metadata__ if isinstance(mark, _Mark))
        for inner in get_args(annotation):
            walk(inner)

    walk(field.annotation)
    return found


@cache
def named_fields(claim: type[Claim], mark: _Mark) -> list[str]:
    """Return the fields of an item type that name a party (`PARTY`) or an issue (`ISSUE`)."""
    return [name for name, field in claim.model_fields.items() if mark in marks(field)]


def when_fields(claim: type[Claim]) -> list[str]:
    """Return the fields of an item type that hold a `When`."""
    return [name for name, field in claim.model_fields.items() if _is(field.annotation, When)]


def may_be_absent(claim: type[Claim], field: str) -> bool:
    """Return whether a field may be None: a `When | None` without words in the text stays None."""
    return NoneType in get_args(claim.model_fields[field].annotation)


def _is(annotation: Any, wanted: type) -> bool:
    if get_origin(annotation) in {Union, UnionType}:
        return any(_is(inner, wanted) for inner in get_args(annotation))
    return annotation is wanted


@cache
def text_fields(claim: type[Claim]) -> list[str]:
    """Return the fields that the model words freely: not names, not times, not one of a list of values."""
    asked = asked_form(claim).model_fields
    return [
        name
        for name, one in asked.items()
        if name != "by"
        and name not in when_fields(claim)
        and not marks(claim.model_fields[name])
        and (one.annotation is str or set(get_args(one.annotation)) == {str, NoneType})
    ]


def figures(text: str) -> set[str]:
    """Return the numbers of two or more digits in a text, without their separators."""
    return {re.sub(r"\D", "", found) for found in re.findall(r"\d[\d.,\u00a0\u202f']*\d", text)}


WHEN_WORDS = "the words of the text that say when, copied to the letter; null when it does not say"
BY_WORDS = (
    "whose word this is: a name from parties or their people; `reporter`; `unnamed: ` and the description "
    "in the text; or `unclear`"
)


@cache
def asked_form(item: type[BaseModel]) -> type[BaseModel]:
    """Derive what the model fills in from the type that is published.

    Who and when come first, then the quotes, then what is made of them: a reply is written from left to
    right, and a judgement should follow the words it rests on. Every field is required, as strict
    structured output wants it.
    """
    names: dict[str, Any] = {}
    later: dict[str, Any] = {}
    last: dict[str, Any] = {}
    for name, field in item.model_fields.items():
        found = marks(field)
        if COMPUTED in found:
            continue
        if name == "evidence":
            last[name] = (list[Quote], Field(description="the words that this rests on"))
        elif _is(field.annotation, When):
            names[name] = (str | None, Field(description=field.description or WHEN_WORDS))
        elif name == "salience":
            last[name] = (Salience, Field())
        elif found & {PARTY, ISSUE}:
            names[name] = _required(field)
        else:
            later[name] = _required(field)
    if issubclass(item, Attributed):
        names["by"] = (str, Field(description=BY_WORDS))
    evidence = {"evidence": last.pop("evidence")} if "evidence" in last else {}
    fields: dict[str, Any] = {**names, **evidence, **later, **last}
    return create_model(item.__name__, __config__=ConfigDict(extra="forbid"), __doc__=item.__doc__, **fields)


def _required(field: FieldInfo) -> tuple[Any, FieldInfo]:
    annotation: Any = field.annotation
    inner = get_args(annotation)
    if get_origin(annotation) is list and isinstance(inner[0], type) and issubclass(inner[0], BaseModel):
        annotation = list[asked_form(inner[0])]  # type: ignore[misc]
    return annotation, Field(description=field.description)
