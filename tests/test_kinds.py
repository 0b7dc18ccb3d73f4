"""A kind of brief is content: it is checked whole before anything is sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from summarizer.asking import strict_schema
from summarizer.claims import Brief, sections
from summarizer.errors import BriefError, KindError, TopicError
from summarizer.kinds import PROMPTS, built_in_kinds, load_kind, parse_brief
from summarizer.topics import load_topic

SCHEMA = """
from summarizer.claims import Brief, Claim, PartyName
class Vow(Claim):
    party: PartyName
    statement: str
class Vows(Brief):
    kind: str = "vows"
    vows: list[Vow] = []
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "vows"
    folder.mkdir()
    (folder / "schema.py").write_text(SCHEMA)
    for prompt in PROMPTS:
        (folder / f"{prompt}.md.j2").write_text("Read it.\n")
    return folder


@pytest.mark.parametrize("name", built_in_kinds())
def test_every_built_in_kind_works(name: str) -> None:
    kind = load_kind(name)
    assert issubclass(kind.brief, Brief)
    assert kind.brief.model_fields["kind"].default == name
    assert all(kind.prompt(prompt, topic=None) for prompt in PROMPTS)
    assert set(strict_schema(kind.reply)["required"]) >= set(sections(kind.brief))


def test_a_kind_of_the_users_own(own: Path) -> None:
    kind = load_kind(str(own))
    assert list(sections(kind.brief)) == ["vows"]
    assert list(kind.reply.model_fields)[-1] == "vows"
    made = parse_brief(json.dumps({"kind": "vows", "title": "x"}), str(own))
    assert made.kind == "vows"


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("schema.py", SCHEMA.replace("statement: str", "statement: dict[str, str]"), r"schema\.py: Vow\.statement"),
        ("schema.py", SCHEMA.replace("vows: list[Vow] = []", "pass"), "no section"),
        ("schema.py", "class", r"schema\.py line 1"),
        ("schema.py", "import nothing_of_that_name", "nothing_of_that_name"),
        ("schema.py", "x = 1", "exactly one class"),
        ("extract.md.j2", "Read {{ artcle }}", r"extract\.md\.j2 line 1: unknown placeholder 'artcle'.*topic"),
        ("headline.md.j2", "One\n{% if %}", r"headline\.md\.j2 line 2"),
        ("reconcile.md.j2", None, r"reconcile\.md\.j2 is missing"),
        ("schema.py", None, r"schema\.py is missing"),
    ],
)
def test_a_kind_that_cannot_work_is_refused_with_file_and_place(
    own: Path, file: str, text: str | None, told: str
) -> None:
    if text is None:
        (own / file).unlink()
    else:
        (own / file).write_text(text)
    with pytest.raises(KindError, match=told):
        load_kind(str(own))


def test_too_many_properties_are_refused(own: Path) -> None:
    many = "".join(f"    field{number}: str\n" for number in range(90))
    (own / "schema.py").write_text(SCHEMA.replace("    statement: str\n", many))
    with pytest.raises(KindError, match="at most 100"):
        load_kind(str(own))


def test_an_unknown_kind_names_the_known() -> None:
    with pytest.raises(KindError, match="negotiation"):
        load_kind("divorce")


@pytest.mark.parametrize("data", ["", "[]", "{}", '{"kind": "negotiation"}', '{"kind": "unheard of"}'])
def test_what_is_no_brief_is_told(data: str) -> None:
    with pytest.raises(BriefError):
        parse_brief(data)


def test_a_topic_file(tmp_path: Path) -> None:
    path = tmp_path / "topic.toml"
    path.write_text(
        '[[parties]]\nname = "Aruna"\naliases = ["the upper state"]\n'
        '[[issues]]\nname = "Dam"\nproposition = "The dam is opened."\n'
    )
    registry = load_topic(path).registry()
    assert (registry.parties[0].id, registry.issues[0].id, registry.closed) == ("aruna", "dam", True)
    prompt = load_kind().prompt("extract", topic=load_topic(path))
    assert "- Dam: The dam is opened." in prompt
    assert "the upper state" in prompt


@pytest.mark.parametrize(
    ("text", "told"),
    [("x = [", "not TOML"), ('[[issues]]\nname = "x"', r"issues\.0\.proposition"), (None, "cannot be read")],
)
def test_a_topic_file_that_cannot_be_used_is_told(tmp_path: Path, text: str | None, told: str) -> None:
    path = tmp_path / "topic.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(TopicError, match=told):
        load_topic(path)


def test_a_kind_that_was_changed_is_loaded_again_and_only_then(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_kind(str(own))
    monkeypatch.chdir(own.parent)
    assert load_kind(own.name) is first, "the same folder under another name"
    (own / "headline.md.j2").write_text("Read it well.\n")
    assert load_kind(own.name).prompt("headline") == "Read it well.\n"
    elsewhere = own.parent / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    with pytest.raises(KindError, match="no kind"):
        load_kind(own.name)
