"""Asks which claims that have a state (a condition: open, met, rejected) are about one that was known before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, Field

from summarizer.asking import Asker, Request
from summarizer.claims import PARTY, Attributed, Claim
from summarizer.fencing import fence
from summarizer.fields import named_fields
from summarizer.kinds import Kind
from summarizer.reconciling.claims import claim_line

__all__ = ["Followed", "follow", "has_state", "holder_of"]

MAX_CLAIMS = 150
"""Claims in one request; more are asked in several."""

Relation = Literal["same", "changed", "dropped"]


class Link(BaseModel):
    """A new claim and the one that it is about."""

    new: str
    about: str = Field(description="the id of the known one, or of another new one that stands above it")
    relation: Relation


class Links(BaseModel):
    """The answer."""

    links: list[Link]


Followed = tuple[str, str, Relation]
"""The ids of a claim and of the one that it is about, and what it says of it."""


def has_state(claim: Claim) -> bool:
    """Tell whether something becomes of such a claim: somebody holds it, and it has a status."""
    return isinstance(claim, Attributed) and "status" in type(claim).model_fields and holder_of(claim) is not None


def holder_of(claim: Claim) -> str | None:
    """Return the party that holds a claim: the first that it names."""
    held = next((getattr(claim, name) for name in named_fields(type(claim), PARTY)), None)
    return held if isinstance(held, str) else None


async def follow(blocks: Sequence[tuple[Sequence[Claim], Sequence[Claim]]], kind: Kind, asker: Asker) -> list[Followed]:
    """Return which new claims are about known ones.

    Args:
        blocks: for each holder the known claims and the new ones.
        kind: the kind of brief; without a prompt `follow` nothing is asked.
        asker: the model.

    Raises:
        ModelError: no usable reply came.

    """
    asked = [(known, new) for known, new in blocks if new and len(_documents(*known, *new)) > 1]
    if "follow" not in kind.templates:
        return []
    found: list[Followed] = []
    for batch in _batches(asked):
        found += await _followed(batch, kind, asker)
    return found


def _documents(*claims: Claim) -> set[str]:
    """Return the documents behind claims: what one document tells is not about itself."""
    return {one.evidence[0].source for one in claims}


def _batches(
    blocks: Sequence[tuple[Sequence[Claim], Sequence[Claim]]],
) -> Iterator[list[tuple[Sequence[Claim], Sequence[Claim]]]]:
    batch: list[tuple[Sequence[Claim], Sequence[Claim]]] = []
    for block in blocks:
        if batch and sum(len(part) for one in [*batch, block] for part in one) > MAX_CLAIMS:
            yield batch
            batch = []
        batch.append(block)
    if batch:
        yield batch


async def _followed(
    batch: Sequence[tuple[Sequence[Claim], Sequence[Claim]]], kind: Kind, asker: Asker
) -> list[Followed]:
    ids: dict[str, str] = {}
    block_of: dict[str, int] = {}
    lines: list[str] = []
    for number, (known, new) in enumerate(batch, 1):
        lines += ["", f"Block {number} ({holder_of(new[0])}):"]
        for letter, claims in (("K", known), ("C", new)):
            for claim in claims:
                key = f"{letter}{len(ids) + 1}"
                ids[key], block_of[key] = claim.id, number
                lines.append(f"{key}: {claim_line(claim)} | {getattr(claim, 'status', '')}")
    request = Request(
        purpose="follow",
        about=f"{len(ids)} claims",
        system=kind.prompt("follow"),
        user=fence("\n".join(lines).strip(), "CLAIMS"),
        form=Links,
    )
    answer = await asker.ask(request)
    reply = answer.value
    if (problems := list(_problems(reply, block_of))) and not answer.reasked:
        message = "This does not hold: " + "; ".join(problems) + ". Give the whole answer again."
        reply = (await asker.follow_up(answer, message, Links)).value
    order = {key: place for place, key in enumerate(ids)}
    found: dict[str, Followed] = {}
    for link in reply.links:
        if not list(_link_problems(link, block_of)) and order[link.about] < order[link.new]:
            found.setdefault(link.new, (ids[link.new], ids[link.about], link.relation))
    return list(found.values())


def _problems(reply: Links, block_of: Mapping[str, int]) -> Iterator[str]:
    for link in reply.links:
        yield from _link_problems(link, block_of)


def _link_problems(link: Link, block_of: Mapping[str, int]) -> Iterator[str]:
    if unknown := [one for one in (link.new, link.about) if one not in block_of]:
        yield f"{', '.join(unknown)} was not sent"
    elif link.new.startswith("K"):
        yield f"{link.new} is not a new one"
    elif block_of[link.new] != block_of[link.about]:
        yield f"{link.new} and {link.about} are not of one block"
    elif link.new == link.about:
        yield f"{link.new} is said to be about itself"
