"""A meeting: what was decided, who does what by when, what stays open, and who held what."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from summarizer.claims import Brief, Claim, IssueName, PartyName, StanceClaim, When

__all__ = ["Action", "Decision", "Meeting", "OpenQuestion", "View"]


class Decision(Claim):
    """Something that the meeting settled, put off or took back."""

    letter: ClassVar[str] = "d"

    statement: str = Field(description="one plain sentence: what was decided, with its figures and limits")
    decided_by: list[PartyName] = Field(description="those who decided; empty when the text names nobody")
    against: list[PartyName] = Field(description="those who were against, or had their doubts minuted")
    manner: Literal["unanimous", "without_objection", "vote", "one_person", "unclear"]
    status: Literal["decided", "confirmed", "put_off", "taken_back"]


class Action(Claim):
    """Something that somebody is to do after the meeting."""

    letter: ClassVar[str] = "t"

    owner: PartyName | None = Field(description="who has to do it; null when nobody took it on")
    what: str = Field(description="what is to be done, in a few words that begin with a verb")
    person: str | None = Field(description="who in the owner's unit does it, as the text names them; else null")
    due: When | None = Field(description="the words of the text that say by when, copied to the letter; null if none")
    status: Literal["open", "done", "late", "dropped"]


class OpenQuestion(Claim):
    """Something that the meeting left without an answer."""

    letter: ClassVar[str] = "o"

    issue: IssueName
    question: str = Field(description="what is open, as a question")
    raised_by: PartyName | None = Field(description="who asked it; null when the text does not say")
    waits_for: str | None = Field(description="what has to come first, when the text says so")


class View(StanceClaim):
    """What a participant wants, would allow or is against, on a matter that the meeting dealt with."""

    letter: ClassVar[str] = "v"

    statement: str = Field(description="one plain sentence: who holds what, with its hedges and negations")


class Meeting(Brief):
    """The brief of a meeting, or of several on the same matters."""

    kind: Literal["meeting"] = "meeting"
    decisions: list[Decision] = []
    actions: list[Action] = []
    open_questions: list[OpenQuestion] = []
    views: list[View] = []
