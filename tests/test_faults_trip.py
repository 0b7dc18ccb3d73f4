"""What a fault leaves in the brief: the other documents, and a word on this one. The second table of `docs/faults.md`."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr
from scripted import Act, Asked, Scripted, completion
from test_faults import FAULTS, TABLE, Fault
from test_trip import GOOD, OTHER, TEXT, Model, claim, dated, report

from summarizer.api import Job, brief
from summarizer.claims import Brief
from summarizer.errors import Unauthorised
from summarizer.settings import AskSettings

LASTING = [fault for fault in FAULTS if isinstance(fault.script, Act) and fault.ends != "a reply"]
LEFT_OUT = {
    "429, Retry-After 300": "stops the run, so that how much of the other document is done is a matter of luck",
    "a stall": "would need a time-out that a busy machine may not keep for the other document",
    "a slow drip": "likewise",
}

NOWHERE = claim(99, "would not be acceptable")
FALSE = claim(1, "troops are welcome any time")


def trip(fault: Act | dict[str, Any]) -> tuple[Brief, int, str]:
    """Brief two documents, of which the second meets a fault; return the brief, its requests, and the host."""
    model = Model(report(GOOD), Corrections={"corrections": []})
    met = 0

    def script(asked: Asked) -> Act:
        nonlocal met
        if "again ruled out" not in asked.user or b'"NegotiationReport"' not in asked.raw:
            met += b'"Corrections"' in asked.raw and "again ruled out" in asked.user
            return model(asked)
        met += 1
        return fault if isinstance(fault, Act) else completion(json.dumps(fault))

    with Scripted(script) as endpoint:
        settings = AskSettings(
            base_url=endpoint.url,
            api_key=SecretStr("none"),
            model="scripted",
            no_store=True,
            structured="schema",
            max_retries=0,
        )
        made = brief(Job(inputs=[dated(TEXT), dated(OTHER)]), settings)
        return made, met, urlsplit(endpoint.url).netloc


@pytest.mark.parametrize(
    "fault", [fault for fault in LASTING if fault.name not in LEFT_OUT], ids=lambda fault: fault.name
)
def test_a_fault_leaves_the_other_document_and_a_gap(fault: Fault) -> None:
    if fault.ends == "Unauthorised":
        with pytest.raises(Unauthorised):
            trip(fault.script)  # type: ignore[arg-type]
        return
    made, requests, host = trip(fault.script)  # type: ignore[arg-type]
    (gap,) = [gap for gap in made.gaps if gap.stage == "extract"]
    said = gap.reason.replace(host, "HOST")
    if fault.name == "JSON that does not fit":  # of another form here
        said = re.sub(r"\(.*\)", "(names: must be a list)", said)
    assert said == fault.said
    assert len(list(made.claims())) == 1
    assert made.unverified == []
    assert requests == (2 if "asked twice" in fault.said else 1)


CITED = [
    ("sentences that do not exist", NOWHERE, "evidence: Nothing like “would not be acceptable” stands in the text."),
    ("every quote is false", FALSE, "evidence: Nothing like “troops are welcome any time” stands in the text."),
]


@pytest.mark.parametrize(("name", "item", "reason"), CITED, ids=[name for name, _, _ in CITED])
def test_claims_that_rest_on_nothing_are_set_aside(name: str, item: dict[str, Any], reason: str) -> None:
    made, requests, _ = trip(report(item, {**item, "salience": "background"}))
    assert requests == 2
    assert [left.reason for left in made.unverified] == [reason] * 2
    assert len(list(made.claims())) == 1
    assert not [gap for gap in made.gaps if gap.stage == "extract"]
    assert f"| {name} | 2 | `unverified`, each claim: {reason} |" in TABLE.read_text(encoding="utf-8")
