"""Scores a brief against annotations made by hand, and briefs of the same documents against one another. Pure."""

from __future__ import annotations

from summarizer.scoring.agreement import Agreement, agreement
from summarizer.scoring.gold import ENDING, Gold, GoldClaim, GoldIssue, GoldParty, GoldPerson, Span, parse_gold
from summarizer.scoring.measures import MEASURES, Measure, measures_of
from summarizer.scoring.report import Regression, Report, regressions, score
from summarizer.scoring.tallies import Fault, Score

__all__ = [
    "ENDING",
    "MEASURES",
    "Agreement",
    "Fault",
    "Gold",
    "GoldClaim",
    "GoldIssue",
    "GoldParty",
    "GoldPerson",
    "Measure",
    "Regression",
    "Report",
    "Score",
    "Span",
    "agreement",
    "measures_of",
    "parse_gold",
    "regressions",
    "score",
]
