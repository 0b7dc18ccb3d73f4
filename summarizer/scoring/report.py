"""Scores a brief against gold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from summarizer.claims import Brief, Claim, Run, sections
from summarizer.errors import InputError
from summarizer.scoring.cast import GoldCast
from summarizer.scoring.gold import Gold, GoldClaim
from summarizer.scoring.issues import IssueMap
from summarizer.scoring.judging import Judge
from summarizer.scoring.matching import Match, Paired, Words, holder_field, mentions, pairs
from summarizer.scoring.measures import measures_of
from summarizer.scoring.tallies import Fault, Score, Tally
from summarizer.scoring.whole import Whole

__all__ = ["Regression", "Report", "regressions", "score"]

LEAST_CHANGE = 1e-9
"""What the rounding of a score may differ by."""


class Report(BaseModel):
    """All scores of one brief."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["summarizer.scores/1"] = "summarizer.scores/1"
    kind: str
    documents: list[str]
    """The gold that was scored, by the names of its documents."""
    scores: dict[str, Score]
    run: Run
    faults: list[Fault] = []


@dataclass(frozen=True)
class Regression:
    """A score that is worse than it was, by more than the margin."""

    name: str
    before: float
    after: float


def score(brief: Brief, golds: Sequence[Gold]) -> Report:
    """Score a brief against the gold of the documents that it was made from.

    A document that the brief does not hold counts as missed whole. A copy is left out when the brief takes no
    claim from it and has the document that it copies: its claims are there already.

    Raises:
        InputError: the gold is of another kind of brief, or its words do not stand in the text.

    """
    for gold in golds:
        if gold.kind != brief.kind:
            raise InputError(f"The gold of {gold.document} is for {gold.kind} briefs, this is a {brief.kind} brief.")
    return _Scoring(brief, sorted(golds, key=lambda one: one.sha256)).report()


def regressions(before: Report, after: Report, margin: float) -> list[Regression]:
    """Return the scores that both reports have and that are worse now by more than `margin`, in their order."""
    found = []
    for name, measure in measures_of(_section_names(after)).items():
        old, new = (report.scores.get(name, Score()).value for report in (before, after))
        if old is None or new is None:
            continue
        worse = old - new if measure.better == "higher" else new - old
        if worse > margin + LEAST_CHANGE:
            found.append(Regression(name, old, new))
    return found


def _section_names(report: Report) -> list[str]:
    return [name.removesuffix(".precision") for name in report.scores if name.endswith(".precision")]


class _Section(NamedTuple):
    """What came of pairing one section of one document."""

    name: str
    gold: Gold
    paired: Paired

    def matches(self) -> Iterator[Match]:
        for one, claim in self.paired.matches:
            yield Match(one, claim, self.name, self.gold)


class _Scoring:
    """One brief against its gold."""

    def __init__(self, brief: Brief, golds: Sequence[Gold]) -> None:
        self.brief = brief
        self.types = sections(type(brief))
        self.sources = {source.sha256: source for source in brief.sources}
        self.all_golds = golds
        self.golds = [gold for gold in golds if not self._echo(gold)]
        self.words = {gold.sha256: self._words(gold) for gold in golds if gold.sha256 in self.sources}
        self.cast = GoldCast(self.golds)
        self.parties = self.cast.parties_of(brief)
        self.tally = Tally()

    def report(self) -> Report:
        first = self._paired(IssueMap(self.brief, self.golds, ()))
        issues = IssueMap(self.brief, self.golds, _matches(first))
        found = self._paired(issues)
        matches = _matches(found)
        issues = IssueMap(self.brief, self.golds, matches)
        self._count(found)
        judge = Judge(self.tally, self.cast, issues, self.parties)
        judge.judge(matches)
        judge.conditions(self._conditions(found))
        whole = Whole(self.brief, self.tally, self.cast, self.parties)
        whole.matrix(self.golds, issues)
        whole.origins(self.all_golds)
        whole.aliases()
        whole.boilerplate(self.all_golds)
        return Report(
            kind=self.brief.kind,
            documents=[gold.document for gold in self.golds],
            scores=self.tally.scores(list(measures_of(self.types))),
            run=self.brief.run,
            faults=self.tally.sorted_faults(),
        )

    def _echo(self, gold: Gold) -> bool:
        """Tell whether a gold document copies another that stands in the brief, and the brief left it at that."""
        original = next((one for one in self.all_golds if one.sha256 == gold.copies), None)
        return original is not None and self._rests_on(original) and not self._rests_on(gold)

    def _rests_on(self, gold: Gold) -> bool:
        source = self.sources.get(gold.sha256)
        return source is not None and any(
            one.source == source.id for claim in self.brief.claims() for one in claim.evidence
        )

    def _words(self, gold: Gold) -> Words:
        text = self.sources[gold.sha256].text
        wrong = gold.check(text, type(self.brief))
        if wrong:
            raise InputError(f"The gold of {gold.document} does not hold: {wrong[0]}.")
        return Words(text)

    def _paired(self, issues: IssueMap) -> list[_Section]:
        """Pair all sections of all documents; `issues` decides between claims on the same words."""

        def likeness(gold: GoldClaim, claim: Claim) -> int:
            voice = gold.get("voice") is not None and gold.get("voice") == getattr(claim, "voice", None)
            issue = getattr(claim, "issue", None)
            return int(voice) + 2 * (issue is not None and issues.gold_issue(issue) == gold.get("issue"))

        paired = []
        for gold in self.golds:
            source = self.sources.get(gold.sha256)
            words = self.words.get(gold.sha256)
            for name in self.types:
                own = gold.claims.get(name, [])
                if source is None or words is None:
                    paired.append(_Section(name, gold, Paired(missed=own)))
                    continue
                given = mentions(getattr(self.brief, name), source.id, words)
                paired.append(_Section(name, gold, pairs(own, given, words, self._same_holder, likeness)))
        return paired

    def _same_holder(self, gold: GoldClaim, claim: Claim) -> bool:
        name = holder_field(type(claim))
        if name is None:
            return True
        holders = self.cast.meant([gold.get(name) or "", *gold.or_holder])
        return self.parties.get(getattr(claim, name)) in {party for party, _ in holders}

    def _count(self, found: Sequence[_Section]) -> None:
        for section in found:
            text = section.gold.text
            for match in section.matches():
                self.tally.hit(section.name, text)
                if match.gold.salience == "vital":
                    self.tally.add("vital.recall", text, 1)
            for missed in section.paired.missed:
                self.tally.miss(section.name, text)
                self._fault(f"{section.name}.recall", section.gold, _said(missed))
                if missed.salience == "vital":
                    self.tally.add("vital.recall", text, 0)
                    self._fault("vital.recall", section.gold, _said(missed))
            for extra in section.paired.extra:
                self.tally.surplus(section.name, text)
                source = self.sources[section.gold.sha256].id
                words = " … ".join(one.text for one in extra.claim.evidence if one.source == source)
                self._fault(f"{section.name}.precision", section.gold, words, extra.claim.id)

    def _fault(self, name: str, gold: Gold, words: str, item: str | None = None) -> None:
        self.tally.fault(Fault(score=name, document=gold.document, words=words, item=item))

    def _conditions(self, found: Sequence[_Section]) -> list[Match]:
        """Return the conditions that rest on the same words, those with another holder included."""
        chosen: list[Match] = []
        for section in found:
            if "in_exchange_for" in self.types[section.name].model_fields:
                chosen += section.matches()
                words = self.words.get(section.gold.sha256)
                if words is not None:
                    rest = section.paired
                    again = pairs(rest.missed, rest.extra, words, lambda *_: True, lambda *_: 0)
                    chosen += _Section(section.name, section.gold, again).matches()
        return chosen


def _matches(found: Sequence[_Section]) -> list[Match]:
    return [match for section in found for match in section.matches()]


def _said(claim: GoldClaim) -> str:
    return " … ".join(span.words for span in claim.spans)
