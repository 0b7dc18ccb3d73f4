"""Asks the model for the bottom line: a few sentences, each resting on claims of the brief."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel, Field

from summarizer.asking import Asker, Request
from summarizer.assembling import cluster_key
from summarizer.claims import Attributed, BottomLine, Claim, StanceClaim, figures
from summarizer.fencing import fence
from summarizer.kinds import Kind
from summarizer.reconciling import claim_line
from summarizer.wording import codes, in_one_line

__all__ = ["headline"]

MAX_CLAIMS = 120
"""The most claims that are sent: the vital ones first."""

SENTENCES = range(3, 7)


class Line(BaseModel):
    """One sentence and the numbers of the claims that it rests on."""

    text: str
    items: list[int] = Field(description="the numbers of the claims that the sentence rests on")


class Lines(BaseModel):
    """The answer: three to six sentences."""

    sentences: list[Line]


async def headline(claims: Sequence[Claim], kind: Kind, asker: Asker) -> list[BottomLine]:
    """Return the bottom line of a brief. Without claims there is none, and nothing is asked.

    A sentence that rests on nothing that was sent, or holds a figure that its claims do not, is asked about
    once more, and left out if it still does.

    Raises:
        ModelError: no usable reply came.

    """
    order = {"vital": 0, "supporting": 1, "background": 2}
    sent = sorted(claims, key=lambda one: (order[one.salience], cluster_key(one), one.id))[:MAX_CLAIMS]
    if not sent:
        return []
    numbered = dict(enumerate(sent, 1))
    request = Request(
        purpose="headline",
        about=f"{len(sent)} claims",
        system=kind.prompt("headline"),
        user=fence("\n".join(f"{number}. {_line(claim)}" for number, claim in numbered.items()), "CLAIMS"),
        form=Lines,
    )
    answer = await asker.ask(request)
    lines = answer.value
    if (problems := list(_problems(lines, numbered))) and not answer.reasked:
        message = "This does not hold: " + "; ".join(problems) + ". Give all the sentences again."
        lines = (await asker.follow_up(answer, message, Lines)).value
    return [
        BottomLine(text=line.text.strip(), items=[numbered[one].id for one in dict.fromkeys(line.items)])
        for line in lines.sentences
        if line.text.strip() and not list(_line_problems(line, numbered))
    ]


def _line(claim: Claim) -> str:
    kind, *names = cluster_key(claim)
    parts = [kind.lower(), ", ".join(filter(None, names)), claim_line(claim)]
    if isinstance(claim, StanceClaim) and claim.currency != "current":
        parts.append(claim.currency)
    if isinstance(claim, Attributed) and claim.voice == "self":
        parts.append("own word")
    return f"[{claim.salience}] " + " | ".join(part for part in parts if part)


def _problems(lines: Lines, numbered: Mapping[int, Claim]) -> Iterator[str]:
    if len(lines.sentences) not in SENTENCES and len(numbered) >= SENTENCES.start:
        yield f"{len(lines.sentences)} sentences were given, three to six are wanted"
    for line in lines.sentences:
        yield from _line_problems(line, numbered)


def _line_problems(line: Line, numbered: Mapping[int, Claim]) -> Iterator[str]:
    start = line.text[:40]
    if not line.items:
        yield f"the sentence {start!r} rests on no claim"
    elif unknown := [one for one in line.items if one not in numbered]:
        yield f"the sentence {start!r} rests on {unknown}, which were not sent"
    else:
        held = "\n".join(_line(numbered[one]) for one in line.items)
        strange = [one for one in codes(line.text) if one not in held.casefold()]
        if invented := sorted([*figures(line.text) - figures(held), *map(in_one_line, strange)]):
            yield f"the sentence {start!r} holds {', '.join(invented)}, which its claims do not"
