"""The kind `meeting`: the whole trip on its sample records, with replies that are written here.

What these replies find says nothing about the prompt; what the program makes of them does about the kind.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from scripted import Act, Asked, Scripted, completion
from summarizer.schemas.meeting import Meeting

from summarizer.api import Job, brief
from summarizer.kinds import load_kind, parse_brief
from summarizer.rendering import FORMATS, Options, render
from summarizer.settings import AskSettings
from summarizer.verifying import verify

REPORTS = Path(__file__).parent.parent / "fixtures" / "meeting" / "reports"


def party(name: str, kind: str = "person", *aliases: str) -> dict[str, Any]:
    return {"name": name, "kind": kind, "aliases": list(aliases), "people": []}


def rests(*quotes: tuple[int, str], salience: str = "vital") -> dict[str, Any]:
    return {"evidence": [{"sentence": number, "words": words} for number, words in quotes], "salience": salience}


def record(**given: Any) -> dict[str, Any]:
    empty = {name: [] for name in ("damaged", "addressed", "decisions", "actions", "open_questions", "views")}
    return {"language": "en", "condition": "clean", "dateline": None, **empty, **given}


PIPE = {"name": "metered pipe", "proposition": "A metered pipe is laid.", "question": "Is a metered pipe laid?"}

MINUTES = record(
    parties=[
        party("The committee", "group"),
        party("Members for the lower plots", "group", "The two members for the lower plots"),
        party("Chair", "person", "The chair"),
        party("Treasurer", "person", "The treasurer"),
    ],
    issues=[PIPE],
    decisions=[
        {
            **rests((18, "the committee decided, by four votes to two, to accept the metered pipe provided")),
            "statement": "The committee accepts the metered pipe, provided the grant is given.",
            "decided_by": ["The committee"],
            "against": ["The two members for the lower plots"],
            "manner": "vote",
            "status": "decided",
        }
    ],
    actions=[
        {
            **rests((20, "The chair will write to the council about the grant before 1 May")),
            "owner": "Chair",
            "what": "Write to the council about the grant",
            "person": None,
            "due": "before 1 May",
            "status": "open",
        },
        {
            **rests((33, "Someone should look at the roof of the shed"), (34, "Nobody took it on")),
            "owner": None,
            "what": "Look at the roof of the shed",
            "person": None,
            "due": None,
            "status": "open",
        },
    ],
    open_questions=[
        {
            **rests((14, "He could not say what the charge for a cubic metre would be")),
            "issue": "metered pipe",
            "question": "What is the charge for a cubic metre?",
            "raised_by": None,
            "waits_for": None,
        }
    ],
    views=[
        {
            **rests((15, "the reserve would bear it only if the society got the council's grant")),
            "party": "Treasurer",
            "issue": "metered pipe",
            "by": "Treasurer",
            "said": None,
            "stance": "conditional",
            "firmness": "qualified",
            "statement": "The treasurer would bear the pipe only with the grant.",
        }
    ],
)

CHAT = record(
    condition="forum_scrape",
    dateline={"sentence": 2, "words": "22/04/2031"},
    parties=[
        party("The Chair"),
        party("Treasurer"),
        party("Lower Plots 2"),
        party("Bee Officer"),
    ],
    issues=[{**PIPE, "name": "pipe"}],
    actions=[
        {
            **rests((19, "can you ask the plumber for it in writing"), (20, "yes by Thursday")),
            "owner": "Treasurer",
            "what": "Ask the plumber for the figure of 7,150 in writing",
            "person": None,
            "due": "by Thursday",
            "status": "open",
        }
    ],
    views=[
        {
            **rests((14, "I can live with it if the extra 750 doesn't come out of the rents")),
            "party": "Lower Plots 2",
            "issue": "pipe",
            "by": "Lower Plots 2",
            "said": None,
            "stance": "conditional",
            "firmness": "qualified",
            "statement": "Lower Plots 2 can live with the pipe if rents do not bear the extra 750.",
        },
        {
            **rests((13, "it isn't void, the vote was for the pipe with the grant")),
            "party": "Treasurer",
            "issue": "pipe",
            "by": "The Chair",
            "said": None,
            "stance": "supports",
            "firmness": "firm",
            "statement": "The treasurer is bound by the vote for the pipe.",
        },
    ],
)


def script(asked: Asked) -> Act:
    form = asked.body["response_format"]["json_schema"]["name"]
    if form == "MeetingReport":
        return completion(json.dumps(CHAT if "Bee Officer" in asked.user else MINUTES))
    if form == "Names":
        ids = dict(reversed(line.split(": ", 1)) for line in asked.user.splitlines() if ": " in line)
        pipes = [key for text, key in ids.items() if "pipe" in text]
        reply: Any = {
            "parties": [{"lead": key, "others": []} for key in ids.values() if key.startswith("P")],
            "people": [],
            "issues": [{"lead": pipes[0], "same": pipes[1:], "opposite": []}],
        }
    elif form == "Lines":
        reply = {"sentences": [{"text": "The committee accepts the pipe.", "items": [1]}] * 3}
    else:
        reply = {"groups": []}
    return completion(json.dumps(reply))


@pytest.fixture(scope="module")
def made() -> Meeting:
    reports = [REPORTS / "2031-04-14-allotment-committee.md", REPORTS / "2031-04-22-pipe-chat.txt"]
    with Scripted(script) as endpoint:
        settings = AskSettings(base_url=endpoint.url, api_key="none", model="scripted", no_store=True, max_retries=0)
        found = brief(Job(inputs=reports, kind="meeting"), settings)
    assert isinstance(found, Meeting)
    return found


def test_minutes_and_chat_make_one_brief_that_proves_itself(made: Meeting) -> None:
    assert verify(made) == []
    assert (made.unverified, made.gaps) == ([], [])
    assert parse_brief(made.model_dump_json(by_alias=True)) == made
    assert [issue.id for issue in made.issues] == ["metered-pipe"]
    assert made.as_of == datetime.date(2031, 4, 22), "the day of the chat is read from its own text"


def test_a_decision_names_who_decided_and_who_was_against(made: Meeting) -> None:
    (decision,) = made.decisions
    assert (decision.decided_by, decision.against) == (["committee"], ["members-for-the-lower-plots"])


def test_an_action_has_an_owner_and_a_day_or_says_that_it_has_none(made: Meeting) -> None:
    actions = {action.what: (action.owner, action.due and action.due.to) for action in made.actions}
    assert actions == {
        "Write to the council about the grant": ("chair", datetime.date(2031, 4, 30)),
        "Look at the roof of the shed": (None, None),
        "Ask the plumber for the figure of 7,150 in writing": ("treasurer", datetime.date(2031, 4, 24)),
    }


def test_what_the_chair_says_of_the_treasurer_is_not_the_treasurers_word(made: Meeting) -> None:
    voices = {(view.party, view.stance): (view.voice, view.asserted_by) for view in made.views}
    assert voices["treasurer", "conditional"] == ("self", None)
    assert voices["treasurer", "supports"] == ("other_party", "Chair")
    cell = next(cell for cell in made.matrix if cell.party == "treasurer")
    assert (cell.state, len(cell.positions)) == ("held", 2)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_shows_it(made: Meeting, form: str) -> None:
    text = render(made, form, options=Options(evidence=True, width=200))
    for words in ("Look at the roof of the shed", "What is the charge for a cubic metre?", "by four votes to two"):
        assert words in text


def test_the_prompt_asks_for_every_field_that_only_this_kind_has() -> None:
    kind = load_kind("meeting")
    prompt = kind.prompt("extract", topic=None)
    own = ["decisions", "actions", "open_questions", "views", "manner", "against", "owner", "due", "stance"]
    base = ["parties", "issues", "by", "addressed", "damaged", "dateline", "condition", "salience", "firmness", "said"]
    assert [name for name in own + base if f"`{name}`" not in prompt] == []
