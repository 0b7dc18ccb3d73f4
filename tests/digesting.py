"""A small world for tests of the digest: texts of plain sentences, and a scripted model that reads them truly.

    Moscow rejects foreign troops. [said 2025-02-18]
    Kyiv demands a ceasefire first. (open)

The model's replies follow from the request alone: what a text says, which names are one (`TRUTH`), which demands are
the same. So whatever the order of the days, an honest digest comes to the same.
"""

from __future__ import annotations

import datetime
import json
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from scripted import Act, Asked, completion

from summarizer.digest import DigestConfig, DigestRun, Outcome, run_digest
from summarizer.documents import Document, Published
from summarizer.ledger import Ledger
from summarizer.settings import AskSettings

TRUTH = {"Moscow": "Russia", "Russia": "Russia", "Kremlin": "Russia", "Kyiv": "Ukraine", "Ukraine": "Ukraine"}
ISSUES = {
    "foreign troops": ("troops", False),
    "Western soldiers": ("troops", False),
    "no foreign soldiers": ("troops", True),
    "a summit": ("summit", False),
}
STANCES = ("supports", "accepts", "opposes", "rejects", "open", "undecided")
_SENTENCE = re.compile(
    rf"\[(\d+)\] (\w+) ({'|'.join(STANCES)}) ([a-zA-Z ]+?)(?: as it said on (\d{{4}}-\d\d-\d\d))?[.!]"
)
_DEMAND = re.compile(r"\[(\d+)\] (\w+) demands ([a-zA-Z ]+?), which is (open|met|accepted|rejected)[.!]")

EMPTY = ("conditions", "open_issues", "agreed", "next_steps", "contested")


class World:
    """The scripted model. `asked` are the forms asked for, `sizes` the characters of each request."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.sizes: list[int] = []
        self.keys: list[str] = []
        self.down = False
        self.refuse: set[str] = set()
        """Words whose documents get no usable reply."""
        self.silent: set[str] = set()
        """Forms that are answered with 503."""
        self.broken: set[str] = set()
        """Forms that get a reply of no use."""
        self.relation = "same"
        """What a later condition is said to do to the earlier one."""
        self.until: Callable[[], bool] | None = None
        """No answer before this is so."""
        self.misread: dict[str, str] = {}
        """Party and stance of a sentence, to the stance that is read in its place."""

    def __call__(self, asked: Asked) -> Act:
        form = asked.body["response_format"]["json_schema"]["name"]
        if self.down or form in self.silent:
            return completion("", status=503)
        self.asked.append(form)
        self.sizes.append(len(asked.raw))
        self.keys.append(asked.raw.decode())
        if any(word in asked.user for word in self.refuse):
            return completion(None, refusal="no")
        answers = {"NegotiationReport": _report, "Names": _names, "SameClaims": _same, "Lines": _lines, "Links": _links}
        if form in self.broken:
            return completion("nothing of use")
        reply = answers[form](asked.user)
        for one in reply.get("links", ()):
            one["relation"] = self.relation
        for position in reply.get("positions", ()):
            position["stance"] = self.misread.get(f"{position['party']} {position['stance']}", position["stance"])
        return completion(json.dumps(reply), until=self.until)


def _report(text: str) -> dict[str, Any]:
    found = _SENTENCE.findall(text)
    demands = _DEMAND.findall(text)
    names = sorted({one[1] for one in (*found, *demands)})
    issues = sorted({one[3] for one in found})
    return {
        "language": "en",
        "condition": "clean",
        "dateline": None,
        "damaged": [],
        "addressed": [],
        "parties": [{"name": name, "kind": "state", "aliases": [], "people": []} for name in names],
        "issues": [
            {"name": issue, "proposition": f"There is {issue}.", "question": f"Is there {issue}?"} for issue in issues
        ],
        "positions": [
            {
                "party": party,
                "issue": issue,
                "said": said or None,
                "by": party,
                "evidence": [{"sentence": int(number), "words": f"{party} {stance} {issue}"}],
                "stance": stance,
                "firmness": "firm",
                "statement": f"{party} {stance} {issue}.",
                "salience": "vital",
            }
            for number, party, stance, issue, said in found
        ],
        **{name: [] for name in EMPTY},
        "conditions": [
            {
                "party": party,
                "addressed_to": None,
                "said": None,
                "by": party,
                "evidence": [{"sentence": int(number), "words": f"{party} demands {demand}"}],
                "demand": demand,
                "in_exchange_for": None,
                "operator": "only_if",
                "status": status,
                "salience": "vital",
            }
            for number, party, demand, status in demands
        ],
    }


def _names(text: str) -> dict[str, Any]:
    parties: dict[str, list[str]] = defaultdict(list)
    issues: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    section = ""
    for line in text.split("\n"):
        section = line[:-1] if line in {"Parties:", "People:", "Issues:"} else section
        key, _, rest = line.partition(": ")
        if section == "Parties" and rest:
            parties[TRUTH.get(rest.partition(" (")[0], rest.partition(" (")[0])].append(key)
        elif section == "Issues" and rest and key != "other":
            issue, opposite = ISSUES.get(rest.partition(". ")[0], (rest, False))
            issues[issue].append((key, opposite))
    return {
        "parties": [{"lead": group[0], "others": group[1:]} for group in parties.values()],
        "people": [],
        "issues": [
            {
                "lead": group[0][0],
                "same": [key for key, opposite in group[1:] if opposite == group[0][1]],
                "opposite": [key for key, opposite in group[1:] if opposite != group[0][1]],
            }
            for group in issues.values()
        ],
    }


def _blocks(text: str) -> list[list[tuple[str, str]]]:
    blocks: list[list[tuple[str, str]]] = []
    for line in text.split("\n"):
        if line.startswith("Block "):
            blocks.append([])
        elif blocks and ": " in line:
            key, _, rest = line.partition(": ")
            blocks[-1].append((key, rest))
    return blocks


def _same(text: str) -> dict[str, Any]:
    """Take for the same what was said on the same day."""
    groups = []
    for block in _blocks(text):
        by_day: dict[str, list[str]] = defaultdict(list)
        for key, rest in block:
            by_day[rest.rsplit(" | ", 1)[-1]].append(key)
        groups += [group for group in by_day.values() if len(group) > 1]
    return {"groups": groups}


def _links(text: str) -> dict[str, Any]:
    links = []
    for block in _blocks(text):
        first: dict[str, str] = {}
        for key, rest in block:
            demand = rest.partition(" | ")[0]
            if demand in first and key.startswith("C"):
                links.append({"new": key, "about": first[demand], "relation": "same"})
            first.setdefault(demand, key)
    return {"links": links}


def _lines(text: str) -> dict[str, Any]:
    lines = [{"text": f"Line {word}.", "items": [1]} for word in ("one", "two", "three")]
    return {"sentences": lines}


def report(day: str | None, text: str, **given: Any) -> Document:
    """Return a report of a day."""
    date = datetime.date.fromisoformat(day) if day else None
    return Document(text=text, published=Published(date=date, basis="given" if date else "unknown"), **given)


class Bench:
    """A digest to try: run it on days, with a scripted model."""

    def __init__(self, url: str, address: str, folder: Path, **config: Any) -> None:
        self.ledger = Ledger(address)
        self.folder = folder
        self.settings = AskSettings(
            base_url=url, api_key="none", model="scripted", max_retries=0, store=folder / "store", timeout=60
        )
        self.config = DigestConfig.model_validate(
            {"title": "Talks", "name": "talks", "sources": ["inbox"], "folder": folder, **config}
        )

    async def go(self, when: str, documents: Sequence[Document] | None = (), **given: Any) -> Outcome:
        moment = datetime.datetime.fromisoformat(when if "T" in when else f"{when}T07:00:00+00:00")
        run = DigestRun(
            **{
                "config": self.config,
                "ledger": self.ledger,
                "settings": self.settings,
                "clock": lambda: moment,
                "documents": documents,
                **given,
            }
        )
        return await run_digest(run)


Make = Callable[..., Bench]
"""Makes benches on one scripted model; the fixture `make`."""
