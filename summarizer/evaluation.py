"""Reads a folder of gold, and scores briefs against the part of it that each was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from summarizer.claims import Brief
from summarizer.errors import InputError
from summarizer.scoring import ENDING, Gold, Report, parse_gold, score

__all__ = ["GoldFile", "evaluate", "load_gold", "load_report"]


@dataclass(frozen=True)
class GoldFile:
    """One annotation and the document that it is about."""

    gold: Gold
    document: Path


def load_gold(folder: Path) -> list[GoldFile]:
    """Read the annotations of a folder, or one that is named itself.

    Raises:
        InputError: there are none, one cannot be read or is not one, or two are of the same text or disagree.

    """
    try:
        paths = sorted(folder.glob(f"*{ENDING}")) if folder.is_dir() else [folder]
        found = [_read(path) for path in paths]
    except OSError as error:
        raise InputError(f"{folder} cannot be read ({error.strerror}).") from error
    if not found:
        raise InputError(f"There is no annotation in {folder}: their names end in {ENDING}.")
    _check([one.gold for one in found])
    return found


def _read(path: Path) -> GoldFile:
    gold = parse_gold(path.read_bytes(), path.name)
    return GoldFile(gold, path.parent / gold.document)


def _check(golds: Sequence[Gold]) -> None:
    if len({gold.sha256 for gold in golds}) < len(golds):
        raise InputError("Two annotations are of the same text. Keep one.")
    if len({gold.kind for gold in golds}) > 1:
        raise InputError("The annotations are of different kinds of brief. Keep each kind in a folder of its own.")
    propositions: dict[str, str] = {}
    for gold in golds:
        for issue in gold.issues:
            if propositions.setdefault(issue.id, issue.proposition) != issue.proposition:
                raise InputError(f"The annotations give the issue {issue.id} different propositions. Give it one.")


def evaluate(brief: Brief, gold: Sequence[GoldFile], *, whole: bool = False) -> Report:
    """Score a brief against the gold of the documents that it holds; with `whole`, against all of the gold.

    Raises:
        InputError: the brief holds none of the documents, or the gold does not hold against their text.

    """
    held = {source.sha256 for source in brief.sources}
    golds = [one.gold for one in gold if whole or one.gold.sha256 in held]
    if not golds:
        raise InputError("The brief holds none of the documents that are annotated. Brief those, or annotate its own.")
    return score(brief, golds)


def load_report(path: Path) -> Report:
    """Read the scores of an earlier run, as `summarizer eval --format json` printed them.

    Raises:
        InputError: the file cannot be read, or does not hold the scores of one brief.

    """
    try:
        return Report.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise InputError(f"{path} does not hold the scores of one brief: make it with eval --format json.") from error
