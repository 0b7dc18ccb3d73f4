"""Asks which claims of several documents report the same thing."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from summarizer.asking import Asker, Request
from summarizer.assembling import cluster_key
from summarizer.claims import PARTY, Attributed, Claim, When
from summarizer.fencing import fence
from summarizer.fields import choice_fields, named_fields, text_fields, when_fields
from summarizer.kinds import Kind

__all__ = ["claim_line", "corroborate"]

MAX_CLAIMS = 150
"""Claims in one request; more are asked in several."""


class SameClaims(BaseModel):
    """The answer: groups of two or more ids."""

    groups: list[list[str]]


async def corroborate(claims: Sequence[Claim], kind: Kind, asker: Asker) -> list[list[str]]:
    """Return groups of ids of claims that report the same thing. Only claims of several documents are asked about.

    Raises:
        ModelError: no usable reply came.

    """
    clusters: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim in sorted(claims, key=lambda one: one.id):
        clusters[cluster_key(claim)].append(claim)
    asked = [group for _, group in sorted(clusters.items()) if len({one.evidence[0].source for one in group}) > 1]
    answers = await asyncio.gather(*(_same(batch, kind, asker) for batch in _batches(asked)))
    return [group for groups in answers for group in groups]


def _batches(clusters: Sequence[Sequence[Claim]]) -> Iterator[list[Sequence[Claim]]]:
    batch: list[Sequence[Claim]] = []
    for cluster in clusters:
        if batch and sum(map(len, batch)) + len(cluster) > MAX_CLAIMS:
            yield batch
            batch = []
        batch.append(cluster)
    if batch:
        yield batch


async def _same(batch: Sequence[Sequence[Claim]], kind: Kind, asker: Asker) -> list[list[str]]:
    numbers = {claim.id: f"C{number}" for number, claim in enumerate((one for group in batch for one in group), 1)}
    block_of = {numbers[claim.id]: index for index, group in enumerate(batch) for claim in group}
    request = Request(
        purpose="corroborate",
        about=f"{len(numbers)} claims",
        system=kind.prompt("corroborate"),
        user=fence(_claims_text(batch, numbers), "CLAIMS"),
        form=SameClaims,
    )
    answer = await asker.ask(request)
    reply = answer.value
    if (problems := list(_claim_problems(reply, block_of))) and not answer.reasked:
        message = "Your groups do not hold: " + "; ".join(problems) + ". Give the whole answer again."
        reply = (await asker.follow_up(answer, message, SameClaims)).value
    ids = {number: claim for claim, number in numbers.items()}
    groups, seen = [], set()
    for group in reply.groups:
        members = [one for one in dict.fromkeys(group) if one in ids and one not in seen]
        members = [one for one in members if block_of[one] == block_of[members[0]]]
        if len(members) > 1:
            seen.update(members)
            groups.append([ids[one] for one in members])
    return groups


def _claims_text(batch: Sequence[Sequence[Claim]], numbers: Mapping[str, str]) -> str:
    lines: list[str] = []
    for index, group in enumerate(batch, 1):
        kind, *key = cluster_key(group[0])
        lines += ["", f"Block {index} ({', '.join([kind.lower(), *filter(None, key)])}):"]
        lines += [f"{numbers[claim.id]}: {claim_line(claim)}" for claim in group]
    return "\n".join(lines).strip()


_TOLD = {"salience", "stance"}
"""Choices that every line of a block shares, or that stand before it."""


def claim_line(claim: Claim) -> str:
    """Return a claim in one line for the model: its own words, whom it names, how it is marked, who spoke, and when."""
    kind = type(claim)
    parts = ["; ".join(str(value) for name in text_fields(kind) if (value := getattr(claim, name)))]
    for number, name in enumerate(named_fields(kind, PARTY)):
        given = getattr(claim, name)
        if isinstance(given, list):
            parts.append(", ".join(given))
        elif number and given is not None:  # the first is the holder: every line of a block shares it
            parts.append(f"{name.replace('_', ' ')} {given}")
    parts += [f"{name}: {getattr(claim, name)}" for name in choice_fields(kind) if name not in _TOLD]
    if isinstance(claim, Attributed):
        parts.append(claim.speaker or "")
    for name in when_fields(kind):
        when: When | None = getattr(claim, name)
        day = (when.to or when.from_) if when else None
        parts.append(day.isoformat() if day else (when.text or "") if when else "")
    return " ".join(" | ".join(filter(None, parts)).split())


def _claim_problems(reply: SameClaims, block_of: Mapping[str, int]) -> Iterator[str]:
    seen: set[str] = set()
    for group in reply.groups:
        for one in group:
            if one not in block_of:
                yield f"{one} was not sent"
            elif one in seen:
                yield f"{one} stands in two groups"
            seen.add(one)
        if len({block_of[one] for one in group if one in block_of}) > 1:
            yield f"{', '.join(group)} are not of one block"
