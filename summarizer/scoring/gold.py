"""What a brief of one document should hold, as somebody annotated it by hand: format `summarizer.gold/1`.

`docs/evaluation.md` describes the format and how to annotate.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from summarizer.claims import ISSUE, PARTY, Brief, PartyKind, Salience, sections
from summarizer.documents import text_hash
from summarizer.errors import InputError
from summarizer.fields import named_fields
from summarizer.names import name_key

__all__ = ["ENDING", "Days", "Gold", "GoldClaim", "GoldIssue", "GoldParty", "GoldPerson", "Span", "parse_gold"]

ENDING = ".gold.yaml"
"""How the name of a gold file ends; reading a folder of reports passes such files over."""

OPEN = "open"
"""Stands for a time that is not judged."""

Days = tuple[datetime.date | None, datetime.date | None]
"""The first and the last day, both included; None where the text leaves it open."""


class _Annotated(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Span(_Annotated):
    """Words of the document: `text[start:end] == words`."""

    start: int
    words: str = Field(min_length=1)

    @property
    def end(self) -> int:
        """The offset after the last character."""
        return self.start + len(self.words)


class GoldPerson(_Annotated):
    """Somebody who speaks for a party."""

    name: str
    aliases: list[str] = []
    """Other forms as printed in this document."""
    also: list[str] = []
    """Other spellings that a reader may use; they are not asked for."""


class GoldParty(_Annotated):
    """A party under the name that all gold files give it."""

    name: str
    kind: PartyKind
    aliases: list[str] = []
    """Other forms as printed in this document."""
    also: list[str] = []
    """Names that a reader may rightly give it, printed or not; they are not asked for."""
    named: bool = True
    """False for a commentator whom the text does not name: a claim of theirs has no speaker."""
    people: list[GoldPerson] = []


class GoldIssue(_Annotated):
    """An issue: the stances of the gold are towards this proposition."""

    id: str
    proposition: str
    same: list[str] = []
    """Other wordings of the proposition."""
    opposite: list[str] = []
    """Wordings that say the opposite."""


class GoldClaim(BaseModel):
    """A claim that a brief should hold. Beside its words it has the fields of its section's published items."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True)

    spans: list[Span] = Field(min_length=1)
    """The fewest words that carry the claim."""
    or_: list[list[Span]] = Field(default=[], alias="or")
    """Other places of the document that carry the claim as well, each by itself."""
    salience: Salience = "supporting"
    or_holder: list[str] = []
    """Other parties that a reader may rightly take for the holder."""

    def get(self, name: str) -> Any:
        """Return a field of the claim, None when it is not annotated."""
        return (self.model_extra or {}).get(name)

    def is_open(self, name: str) -> bool:
        """Tell whether the text gives a time that could be read as several spans of days: it is not judged."""
        return bool(self.get(name) == OPEN)

    def days(self, name: str) -> Days | None:
        """Return a time as its first and last day; None when the text gives no date."""
        given = self.get(name)
        if given is None or given == OPEN:
            return None
        if isinstance(given, datetime.date):
            return given, given
        return given.get("from"), given.get("to")

    @property
    def places(self) -> list[list[Span]]:
        """Every place that carries the claim."""
        return [self.spans, *self.or_]


class Gold(_Annotated):
    """The annotation of one document."""

    format: Literal["summarizer.gold/1"]
    kind: str
    document: str
    """The document's file, relative to the gold file."""
    sha256: str
    """Of the document's text as it is read, in UTF-8."""
    copies: str | None = None
    """The SHA-256 of the document whose text this one copies."""
    parties: list[GoldParty] = []
    issues: list[GoldIssue] = []
    claims: dict[str, list[GoldClaim]] = {}
    """Section of the brief to the claims that belong there."""
    boilerplate: list[Span] = []
    """What is not part of the report: sign-up boxes, adverts, "read also" lines, image addresses."""

    @property
    def text(self) -> str:
        """The SHA-256 of the independent text that the document is or copies."""
        return self.copies or self.sha256

    @model_validator(mode="after")
    def _named(self) -> Gold:
        issues = {issue.id for issue in self.issues}
        for section, claims in self.claims.items():
            for claim in claims:
                given = claim.get("issue")
                if given is not None and given not in issues:
                    raise ValueError(f"{section}: the issue {given!r} is not among the issues")
        return self

    def all_claims(self) -> Iterator[tuple[str, GoldClaim]]:
        """Yield every claim with its section."""
        for section, claims in self.claims.items():
            for claim in claims:
                yield section, claim

    def check(self, text: str, kind: type[Brief]) -> list[str]:
        """Return what is wrong with the annotation, one line each.

        Checked are the hash of the text, every span and printed form against the text, and every name and field
        against the kind of brief.
        """
        return [*self._check_text(text), *self._check_fields(kind)]

    def _check_text(self, text: str) -> Iterator[str]:
        if text_hash(text) != self.sha256:
            yield "the document is not the one that was annotated (SHA-256 differs)"
        spans = [span for _, claim in self.all_claims() for place in claim.places for span in place]
        for span in [*spans, *self.boilerplate]:
            if text[span.start : span.end] != span.words:
                yield f"the words {span.words[:60]!r} do not stand at {span.start}"
        for party in self.parties:
            for form in (*party.aliases, *(form for person in party.people for form in person.aliases)):
                if form not in text:
                    yield f"the form {form!r} of {party.name} is not printed in the document"

    def _check_fields(self, kind: type[Brief]) -> Iterator[str]:
        known = {name_key(party.name) for party in self.parties}
        types = sections(kind)
        for section, claim in self.all_claims():
            if section not in types:
                yield f"{section}: a {self.kind} brief has no such section"
                continue
            item = types[section]
            for name in claim.model_extra or {}:
                if name not in item.model_fields:
                    yield f"{section}: {item.__name__} has no field {name!r}"
            for name in named_fields(item, PARTY):
                given = claim.get(name)
                for party in given if isinstance(given, list) else [given]:
                    if party is not None and name_key(party) not in known:
                        yield f"{section}: {party!r} is not among the parties"
            if named_fields(item, ISSUE) and claim.get("issue") is None:
                yield f"{section}: no issue at {claim.spans[0].words[:60]!r}"


def parse_gold(data: str | bytes, name: str) -> Gold:
    """Read an annotation from its YAML. `name` is what to call the file.

    Raises:
        InputError: this is not an annotation of format summarizer.gold/1.

    """
    try:
        return Gold.model_validate(yaml.load(data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise InputError(f"{name} is not YAML{where}. Mend the file.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(
            f"{name} is not an annotation of format summarizer.gold/1: {where}: {first['msg']}."
        ) from error
