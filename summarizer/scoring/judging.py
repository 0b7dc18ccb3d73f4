"""What is right and wrong about the claims that were matched: stance, voice, speaker, dates, conditions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz.fuzz import token_set_ratio

from summarizer.claims import OTHER, Attributed, Claim, StanceClaim, When
from summarizer.fields import when_fields
from summarizer.scoring.cast import GoldCast
from summarizer.scoring.gold import GoldClaim
from summarizer.scoring.issues import IssueMap, side
from summarizer.scoring.matching import Match
from summarizer.scoring.tallies import Fault, Tally

__all__ = ["Judge"]


@dataclass
class Judge:
    """Judges matched claims.

    A claim is judged once, against the gold of all documents that it rests on, and is right when it agrees with
    one of them: a claim that was merged over documents has the words, speaker and date of one of them.
    """

    tally: Tally
    cast: GoldCast
    issues: IssueMap
    parties: dict[str, str]
    """The id of a party of the brief to the gold's name of it."""

    def judge(self, matches: Sequence[Match]) -> None:
        """Judge all matches."""
        together: dict[str, list[Match]] = defaultdict(list)
        for match in matches:
            together[match.claim.id].append(match)
        for group in together.values():
            claim = group[0].claim
            if isinstance(claim, StanceClaim):
                self._stance(claim, group)
            if isinstance(claim, Attributed):
                self._voice(claim, group)
                self._speaker(claim, group)
            self._dates(claim, group)
        self._grouping([group[0] for group in together.values() if isinstance(group[0].claim, StanceClaim)])

    def _count(self, name: str, group: Sequence[Match], *, good: bool, counted: bool) -> None:
        """Count an outcome; it is a fault unless it is `good`."""
        self.tally.add(name, group[0].text, counted)
        if not good:
            words = " … ".join(span.words for span in group[0].gold.spans)
            fault = Fault(score=name, document=group[0].document.document, words=words, item=group[0].claim.id)
            self.tally.fault(fault)

    def _stance(self, claim: StanceClaim, group: Sequence[Match]) -> None:
        given = [(self.issues.stance(claim, one.gold.get("issue")), one.gold.get("stance")) for one in group]
        judged = [(found, wanted) for found, wanted in given if found and wanted]
        if judged:
            right = any(found == wanted for found, wanted in judged)
            self._count("stance.accuracy", group, good=right, counted=right)
            flipped = all(side(found) * side(wanted) < 0 for found, wanted in judged)
            self._count("stance.flips", group, good=not flipped, counted=flipped)
        firm = [one.gold.get("firmness") for one in group if one.gold.get("firmness")]
        if firm:
            self._count("firmness.accuracy", group, good=claim.firmness in firm, counted=claim.firmness in firm)

    def _voice(self, claim: Attributed, group: Sequence[Match]) -> None:
        wanted = [one.gold.get("voice") for one in group if one.gold.get("voice")]
        if not wanted:
            return
        self._count("voice.accuracy", group, good=claim.voice in wanted, counted=claim.voice in wanted)
        if "self" not in wanted:
            laundered = claim.voice == "self"
            self._count("voice.laundering", group, good=not laundered, counted=laundered)

    def _speaker(self, claim: Attributed, group: Sequence[Match]) -> None:
        wanted = {self.cast.person(one.gold.get("speaker")) for one in group if one.gold.get("voice")}
        if not wanted:
            return
        right = self.cast.person(claim.speaker) in wanted
        self._count("speaker.accuracy", group, good=right, counted=right)
        if claim.speaker is not None:
            self._count("speaker.wrong", group, good=right, counted=not right)

    def _dates(self, claim: Claim, group: Sequence[Match]) -> None:
        for name in when_fields(type(claim)):
            if any(one.gold.is_open(name) for one in group):
                continue
            when = getattr(claim, name)
            wanted = [days for one in group if (days := one.gold.days(name))]
            if wanted:
                right = (when.from_, when.to) in wanted
                self._count("dates.accuracy", group, good=right, counted=right)
            else:
                invented = _by_words(when)
                self._count("dates.invented", group, good=not invented, counted=invented)

    def _grouping(self, positions: Sequence[Match]) -> None:
        """Compare which positions stand under one issue, pair by pair."""
        shown = [one for one in positions if isinstance(one.claim, StanceClaim) and one.claim.issue != OTHER]
        for one, other in combinations(shown, 2):
            apart = one.gold.get("issue") != other.gold.get("issue")
            together = getattr(one.claim, "issue", None) == getattr(other.claim, "issue", None)
            if together:
                self.tally.add("issues.conflated", one.text, apart)
            if not apart:
                self.tally.add("issues.split", one.text, not together)

    def conditions(self, matches: Iterable[Match]) -> None:
        """Judge who demands and who gives, and what is demanded and what is given."""
        for match in matches:
            inverted = self._sides_swapped(match) or _halves_swapped(match.gold, match.claim)
            self._count("conditions.inverted", [match], good=not inverted, counted=inverted)

    def _sides_swapped(self, match: Match) -> bool:
        demanding, addressed = (match.gold.get(name) for name in ("party", "addressed_to"))
        found = self.parties.get(getattr(match.claim, "party", "") or "")
        given = self.parties.get(getattr(match.claim, "addressed_to", None) or "")
        return addressed is not None and demanding != addressed and found == addressed and given in {None, demanding}


def _halves_swapped(gold: GoldClaim, claim: Claim) -> bool:
    demand, given = gold.get("demand"), gold.get("in_exchange_for")
    found, other = getattr(claim, "demand", None), getattr(claim, "in_exchange_for", None)
    if not (demand and given and found):
        return False
    straight = token_set_ratio(demand, found) + (token_set_ratio(given, other) if other else 0)
    crossed = token_set_ratio(given, found) + (token_set_ratio(demand, other) if other else 0)
    return crossed > straight


def _by_words(when: When) -> bool:
    """Tell whether a time has days that rest on words of the text, not on the day of publication."""
    return when.basis in {"explicit", "relative"} and (when.from_ is not None or when.to is not None)
