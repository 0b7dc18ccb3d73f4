"""What the fields of an item type are for, and the form that a model fills in, derived from what is published.

A kind of brief writes each item type once (`claims.py`). Everything else is told from the types of its fields: which
name a party or an issue, which hold a time, which the model words freely.
"""

from __future__ import annotations

from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.fields import FieldInfo

from summarizer.claims import COMPUTED, ISSUE, PARTY, Attributed, Claim, Mark, Quote, Salience, When

__all__ = [
    "asked_form",
    "choice_fields",
    "marks",
    "may_be_absent",
    "named_fields",
    "text_fields",
    "when_fields",
]


def marks(field: FieldInfo) -> set[Mark]:
    """Return the marks on a field, however deep: of `list[PartyName]`, of `PartyName | None`."""
    found = {mark for mark in field.metadata if isinstance(mark, Mark)}

    def walk(annotation: Any) -> None:
        if get_origin(annotation) is Annotated:
            found.update(mark for mark in annotation.__metadata__ if isinstance(mark, Mark))
        for inner in get_args(annotation):
            walk(inner)

    walk(field.annotation)
    return found


@cache
def named_fields(claim: type[Claim], mark: Mark) -> list[str]:
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


@cache
def choice_fields(claim: type[Claim]) -> list[str]:
    """Return the fields for which the model chooses from a list of values."""
    return [name for name, one in asked_form(claim).model_fields.items() if get_origin(one.annotation) is Literal]


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
