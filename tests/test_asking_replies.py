"""Reading replies: what is taken out of its wrapping, what is mended, and what is not."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError

from summarizer.asking.replies import MAX_MENDED, MAX_REPLY, read_reply


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")

    words: str
    number: int | None


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    items: list[Item]


def one(words: str = "x", number: int | None = 1) -> Form:
    return Form(items=[Item(words=words, number=number)])


@pytest.mark.parametrize(
    "text",
    [
        '{"items": [{"words": "x", "number": 1}]}',
        '```json\n{"items": [{"words": "x", "number": 1}]}\n```',
        '```\n{"items": [{"words": "x", "number": 1}]}```',
        'Here it is:\n\n```JSON\n{"items": [{"words": "x", "number": 1}]}\n```\nAnything else?',
        'Here it is: {"items": [{"words": "x", "number": 1}]} Anything else?',
        'First {"items": []} I thought, but no: {"items": [{"words": "x", "number": 1}]}',
        '<think>a brace { stands here</think> {"items": [{"words": "x", "number": 1}]}'.replace("{ ", "", 1),
    ],
)
def test_json_is_taken_out_of_its_wrapping(text: str) -> None:
    assert read_reply(text, Form) == (one(), False)


@pytest.mark.parametrize(
    ("text", "words", "number"),
    [
        ('{"items": [{"words": "x", "number": 1,},]}', "x", 1),
        ("{'items': [{'words': 'x', 'number': None}]}", "x", None),
        ('{items: [{words: "x", number: 1}]}', "x", 1),
        ('{"items": [{"words": "x" "number": 1}]}', "x", 1),
        ('{"items": [{"words": "he said "no" to it", "number": 1}]}', 'he said "no" to it', 1),
        ('{"items": [{"words": "one\ntwo", "number": 1}]}', "one\ntwo", 1),
        ('{"items": [{"words": "caf\\u00e9 [sic] \\"au\\" lait", "number": 1,}]}', 'café [sic] "au" lait', 1),
        ('```json\n{"items": [{"words": "x", "number": 1,}]}\n```', "x", 1),
    ],
)
def test_slips_of_punctuation_are_mended(text: str, words: str, number: int | None) -> None:
    assert read_reply(text, Form) == (one(words, number), True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I cannot do that.",
        "{",
        "}{",
        '{"items": [{"words": "x", "number": 1}',
        '{"items": [{"words": "x", "number": 1}]',
        '{"items": [{"words": "x", "number": 1}, {"words": "the rest was cut',
        '{"items": [{"words": "x", "number": 1,} // the first\n]}',
        '{"items": [{"words": "x", "number": 1,}, ...]}',
        '{"items": [{"words": "x", "number": 01.50,}]}',
        "[" * 100_000,
        '{"items": [' + '{"words": "x", "number": 1,},' * 10_000 + "]}",
    ],
    ids=lambda text: text[:40],
)
def test_what_would_change_more_than_punctuation_is_not_mended(text: str) -> None:
    assert len(text) < MAX_MENDED or text.startswith('{"items": [{')
    with pytest.raises(ValidationError, match="Invalid JSON"):
        read_reply(text, Form)


def test_what_is_mended_must_fit_the_form() -> None:
    with pytest.raises(ValidationError, match="valid string"):
        read_reply('{"items": [{"words": 7, "number": 1,}]}', Form)


def test_a_reply_that_is_too_long_is_not_read() -> None:
    with pytest.raises(ValueError, match="characters"):
        read_reply(" " * (MAX_REPLY + 1), Form)


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(), st.integers() | st.none())), st.sampled_from([",]", ",}", "'"]), st.data())
def test_mending_gives_what_was_meant_or_nothing(
    pairs: list[tuple[str, int | None]], slip: str, data: st.DataObject
) -> None:
    meant = Form(items=[Item(words=words, number=number) for words, number in pairs if words.isprintable()])
    text = json.dumps(meant.model_dump(), ensure_ascii=data.draw(st.booleans()))
    if slip != "'":
        text = text.replace(slip[-1], slip)
    elif '"' not in "".join(item.words for item in meant.items):
        text = text.replace('"', "'")
    try:
        found, _ = read_reply(text, Form)
    except ValidationError:
        return
    assert [_plain(item.words) for item in found.items] == [_plain(item.words) for item in meant.items]
    assert [item.number for item in found.items] == [item.number for item in meant.items]


def _plain(text: str) -> str:
    """Return the letters and figures of a text: what mending may never touch."""
    return "".join(char for char in text if char.isalnum())
