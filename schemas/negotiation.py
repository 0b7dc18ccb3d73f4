"""A negotiation: who holds what, on what terms, what is agreed, contested, open and next."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from summarizer.claims import Attributed, Brief, Claim, IssueName, PartyName, StanceClaim, When

__all__ = ["Agreed", "Condition", "Contested", "Negotiation", "NextStep", "OpenIssue", "Position"]


class Position(StanceClaim):
    """What a party wants, would allow or rules out on an issue."""

    letter: ClassVar[str] = "p"

    statement: str = Field(description="one plain sentence: who holds what, with its hedges and negations")


class Condition(Attributed):
    """A demand that a party ties to something: what it wants first, and what would follow."""

    letter: ClassVar[str] = "c"

    party: PartyName
    demand: str = Field(description="what the party demands, as the text words it, shortened")
    in_exchange_for: str | None = Field(
        description="what would follow or be given once the demand is met (for `unless`: what happens otherwise); "
        "null when the text states no return"
    )
    addressed_to: PartyName | None = Field(description="the party that has to meet the demand")
    operator: Literal["only_if", "if", "unless", "until", "in_exchange"]
    status: Literal["open", "accepted", "rejected", "met", "unclear"]


class OpenIssue(Claim):
    """Something that the text shows to be undecided."""

    letter: ClassVar[str] = "o"

    issue: IssueName
    question: str = Field(description="what is undecided, as a question")
    blocked_by: str | None = Field(description="what stands in the way, when the text says so")


class Agreed(Claim):
    """Something settled between parties, or said to be."""

    letter: ClassVar[str] = "a"

    statement: str
    parties: list[PartyName]
    claimed_by: PartyName | None = Field(description="when only one side says that it is agreed: that side")


class NextStep(Claim):
    """A meeting, call, decision or move that is to come, or was when the text was written."""

    letter: ClassVar[str] = "n"

    what: str
    who: list[PartyName]
    when: When
    status: Literal["planned", "reported", "held", "cancelled"]


class Contested(Claim):
    """A claim that another side denies, answers with another version, or sends back to what was said before."""

    letter: ClassVar[str] = "d"

    claim: str = Field(description="the claim that is disputed")
    made_by: PartyName
    about: PartyName | None = Field(description="the party that the claim is about")
    disputed_by: PartyName
    form: Literal["denial", "refer_back", "reinterpretation", "counter_claim"]


class Negotiation(Brief):
    """The brief of a negotiation."""

    kind: Literal["negotiation"] = "negotiation"
    positions: list[Position] = []
    conditions: list[Condition] = []
    open_issues: list[OpenIssue] = []
    agreed: list[Agreed] = []
    next_steps: list[NextStep] = []
    contested: list[Contested] = []
