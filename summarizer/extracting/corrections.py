"""The re-ask about what did not hold: every failure in one list, and what puts each right.

A whole second reply would cost as much as the first and lose claims that were right.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from summarizer.claims import (
    Quote,
)
from summarizer.extracting.checking import Failure, Items
from summarizer.wording import in_one_line

__all__ = ["Correction", "Corrections", "corrected", "reask"]


class Correction(BaseModel):
    """What puts one failure right; all null when the text does not carry the claim."""

    failure: int = Field(description="the number of the failure in the list")
    sentence: int | None = Field(description="for a quotation: the number of the sentence")
    words: str | None = Field(description="for a quotation: words copied from that sentence, to the letter")
    name: str | None = Field(description="for a name: the right name from your own lists")
    text: str | None = Field(description="for a wording: the whole text put right")


class Corrections(BaseModel):
    """The answer to a re-ask."""

    corrections: list[Correction]


def reask(failures: list[Failure], asked: Items) -> str:
    """Return the message that lists every failure by a number, and says how to put it right."""
    lines = []
    for number, failure in enumerate(failures, 1):
        section = asked[failure.claim][0]
        position = [index for index, (name, _) in enumerate(asked) if name == section].index(failure.claim) + 1
        what = (
            f'quotation "{in_one_line(failure.words)}"'
            if failure.quote is not None and failure.words
            else failure.field
        )
        lines.append(f"{number}. {section}, number {position}, {what}: {failure.reason}.")
    return (
        "These points of your reply do not hold against the text. For each, by its number, give what puts it right: "
        "for a quotation, the sentence and words copied from it to the letter that carry the claim; for a name, the "
        "name as it stands in your lists; for a wording, the text put right. Where the report does not carry the "
        "claim, leave all null: it is withdrawn.\n\n" + "\n".join(lines) + "\n"
    )


def corrected(asked: Items, failures: list[Failure], corrections: Corrections) -> Items:
    """Put the corrections into the claims. What is not corrected stays as it was, and fails again."""
    changed = list(asked)
    for correction in corrections.corrections:
        if not 0 < correction.failure <= len(failures):
            continue
        failure = failures[correction.failure - 1]
        section, item = changed[failure.claim]
        if failure.quote is not None and correction.words and correction.sentence is not None:
            quotes = list(item.evidence)
            quotes[failure.quote : failure.quote + 1] = [Quote(sentence=correction.sentence, words=correction.words)]
            update: dict[str, Any] = {"evidence": quotes}
        elif failure.quote is None and failure.words and (value := correction.name or correction.text):
            given = getattr(item, failure.field)
            listed = isinstance(given, list)
            update = {failure.field: [value if one == failure.words else one for one in given] if listed else value}
        else:
            continue
        changed[failure.claim] = (section, item.model_copy(update=update))
    return changed
