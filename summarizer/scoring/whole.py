"""What is right and wrong about a brief as a whole: its matrix, origins, names, and what is no part of a report."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from summarizer.claims import OTHER, Brief, StanceClaim, sections
from summarizer.names import name_key
from summarizer.scoring.cast import GoldCast, Meaning
from summarizer.scoring.gold import Gold
from summarizer.scoring.issues import IssueMap
from summarizer.scoring.tallies import Fault, Tally

__all__ = ["Whole"]

Cells = dict[tuple[str, str], str]
"""Party and issue, by the gold's names, to the state of the cell."""


class Whole:
    """Judges a brief as a whole, into a tally."""

    def __init__(self, brief: Brief, tally: Tally, cast: GoldCast, parties: dict[str, str]) -> None:
        self.brief, self.tally, self.cast, self.parties = brief, tally, cast, parties

    def matrix(self, golds: Sequence[Gold], issues: IssueMap) -> None:
        """Compare the cells: those of the gold's parties and issues, and what the brief fills beside them."""
        wanted = self._gold_cells(golds)
        found: Cells = {}
        for cell in self.brief.matrix:
            if cell.state == "none_found" or cell.issue == OTHER:
                continue
            key = (self.parties.get(cell.party, cell.party), issues.gold_issue(cell.issue) or f"? {cell.issue}")
            if found.get(key) != "held":
                found[key] = cell.state
        for key in sorted(wanted.keys() | found.keys()):
            right, given = wanted.get(key, "none_found"), found.get(key, "none_found")
            if right == given:
                self.tally.hit(f"matrix.{right}", key[1])
                continue
            self.tally.surplus(f"matrix.{given}", key[1])
            if key in wanted:
                self.tally.miss(f"matrix.{right}", key[1])
            words = f"{key[0]} × {key[1]}: {given}, should be {right}"
            self.tally.fault(Fault(score=f"matrix.{right}.f1", document="", words=words))

    def _gold_cells(self, golds: Sequence[Gold]) -> Cells:
        types = sections(type(self.brief))
        parties = [name for name, kind in self.cast.kinds.items() if kind != "commentator"]
        issues = {issue.id for gold in golds for issue in gold.issues}
        cells = {(party, issue): "none_found" for party in parties for issue in issues}
        for gold in golds:
            for section, claim in gold.all_claims():
                meaning = self.cast.meaning(claim.get("party"))
                key = (meaning[0] if meaning else "", claim.get("issue"))
                if issubclass(types[section], StanceClaim) and key in cells and cells[key] != "held":
                    cells[key] = "held" if claim.get("voice") == "self" else "claimed_by_others"
        return cells

    def origins(self, golds: Sequence[Gold]) -> None:
        """Compare which documents are copies, and how many independent texts each claim is said to rest on."""
        independent = {gold.sha256: gold.text for gold in golds}
        known = {one.id: independent[one.sha256] for one in self.brief.sources if one.sha256 in independent}
        shown = [source for source in self.brief.sources if source.id in known]
        for one, other in combinations(shown, 2):
            wanted, found = known[one.id] == known[other.id], one.origin == other.origin
            if wanted and found:
                self.tally.hit("origins.copies", known[one.id])
            elif wanted or found:
                add = self.tally.miss if wanted else self.tally.surplus
                add("origins.copies", known[one.id])
                words = f"{'not ' if wanted else ''}told as a copy of {other.label}"
                self.tally.fault(Fault(score="origins.copies.f1", document=one.label, words=words))
        for claim in self.brief.claims():
            texts = {known.get(one.source, one.source) for one in claim.evidence}
            self.tally.add("origins.error", min(texts), abs(claim.origins - len(texts)))

    def aliases(self) -> None:
        """Compare the printed forms of names: under the right party or person, none merged, none split."""
        places = list(self._places())
        for form, meaning in self.cast.forms():
            words = frozenset(name_key(form).split())
            right = any(meaning in meant and words <= held for meant, held in places)
            self.tally.add("aliases.accuracy", meaning[0], right)
            if not right:
                told = f"{form} ({meaning[1] or meaning[0]})"
                self.tally.fault(Fault(score="aliases.accuracy", document="", words=told))
        shown: dict[str, list[str]] = {}
        for party in self.brief.parties:
            name = self.parties[party.id]
            if name not in self.cast.kinds:
                continue
            shown.setdefault(name, []).append(party.name)
            self._merged(name, party.name, {one for one, _ in self.cast.meant([party.name, *party.aliases])})
            for person in party.people:
                people = {one for _, one in self.cast.meant([person.name, *person.aliases]) if one}
                if people:
                    self._merged(name, person.name, people)
        for name, names in shown.items():
            self.tally.add("aliases.split", name, len(names) > 1)
            if len(names) > 1:
                told = f"{name}: {', '.join(sorted(names))}"
                self.tally.fault(Fault(score="aliases.split", document="", words=told))

    def _merged(self, text: str, name: str, meant: set[str]) -> None:
        self.tally.add("aliases.merged", text, len(meant) > 1)
        if len(meant) > 1:
            told = f"{name}: {', '.join(sorted(meant))}"
            self.tally.fault(Fault(score="aliases.merged", document="", words=told))

    def _places(self) -> list[tuple[set[Meaning], frozenset[str]]]:
        """Return every printed form of the brief, as words, with whom the party or person that has it means."""
        places: list[tuple[set[Meaning], frozenset[str]]] = []
        for party in self.brief.parties:
            name = self.parties[party.id]
            places += [({(name, None)}, frozenset(name_key(form).split())) for form in (party.name, *party.aliases)]
            for person in party.people:
                forms = (person.name, *person.aliases)
                meant = {one for one in self.cast.meant(forms) if one[0] == name}
                places += [(meant, frozenset(name_key(form).split())) for form in forms]
        return places

    def boilerplate(self, golds: Sequence[Gold]) -> None:
        """Find the claims that rest on what is no part of the report."""
        labels = {source.sha256: source.id for source in self.brief.sources}
        spans = {
            labels[gold.sha256]: [(one.start, one.end) for one in gold.boilerplate]
            for gold in golds
            if gold.sha256 in labels
        }
        for claim in self.brief.claims():
            leaks = [
                one
                for one in claim.evidence
                if any(one.start < end and start < one.end for start, end in spans.get(one.source, ()))
            ]
            self.tally.add("boilerplate.leaks", claim.evidence[0].source, bool(leaks))
            for one in leaks:
                fault = Fault(score="boilerplate.leaks", document=one.source, words=one.text, item=claim.id)
                self.tally.fault(fault)
