"""Asking by hand: pages to paste, replies from files, and a page for what was wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from summarizer.asking import Answer, Asker, Request
from summarizer.errors import BadReply, NotRecorded, OutputError
from summarizer.settings import AskSettings


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid")

    names: list[str]


REQUEST = Request("extract", "The talks\n# in Geneva", "Read the report.", "Ruritania is for it. ```", Form)


def ask(folder: Path, **given: Any) -> Answer[Form]:
    async def work() -> Answer[Form]:
        async with Asker(AskSettings(by_hand=folder, **given)) as asker:
            return await asker.ask(REQUEST)

    return asyncio.run(work())


def first_page(folder: Path) -> Path:
    with pytest.raises(NotRecorded) as caught:
        ask(folder)
    (page,) = folder.glob("*.md")
    assert page.name in str(caught.value)
    assert str(folder) not in str(caught.value)
    assert f"{page.stem}.reply.txt" in str(caught.value)
    return page


def test_a_request_becomes_a_page(tmp_path: Path) -> None:
    page = first_page(tmp_path / "pages")
    text = page.read_text(encoding="utf-8")
    assert page.name.startswith("extract-the-talks-in-geneva-")
    assert text.startswith("# extract: The talks # in Geneva\n\n1. Copy all")
    assert f"`{page.stem}.reply.txt`" in text
    pasted = text.split("-------- 8< ")[1]
    assert "Read the report.\n\nReply with one JSON object" in pasted
    assert '"additionalProperties": false' in pasted
    assert pasted.index("Ruritania is for it.") > pasted.index("additionalProperties")


@pytest.mark.parametrize("ending", [".reply.txt", ".reply.md", ".reply.json"])
@pytest.mark.parametrize(
    "text",
    ['{"names": ["Ruritania"]}', '\ufeffOf course!\n\n```json\n{"names": ["Ruritania"]}\n```\nAnything else?'],
)
def test_a_saved_reply_is_taken(tmp_path: Path, ending: str, text: str) -> None:
    page = first_page(tmp_path)
    page.with_name(page.stem + ending).write_text(text, encoding="utf-8")
    assert ask(tmp_path).value.names == ["Ruritania"]


def test_the_page_is_the_same_whatever_model_is_set(tmp_path: Path) -> None:
    page = first_page(tmp_path)
    with pytest.raises(NotRecorded):
        ask(tmp_path, model="gpt-5.4", structured="schema")
    assert list(tmp_path.glob("*.md")) == [page]


def test_an_empty_reply_is_none_yet(tmp_path: Path) -> None:
    page = first_page(tmp_path)
    page.with_name(f"{page.stem}.reply.txt").write_text(" \n")
    with pytest.raises(NotRecorded):
        ask(tmp_path)


def test_what_was_wrong_becomes_a_page_too(tmp_path: Path) -> None:
    page = first_page(tmp_path)
    page.with_name(f"{page.stem}.reply.txt").write_text('{"names": "Ruritania"}')
    with pytest.raises(NotRecorded):
        ask(tmp_path)
    (again,) = set(tmp_path.glob("*.md")) - {page}
    text = again.read_text(encoding="utf-8")
    assert f"The reply to `{page.name}` did not do." in text
    assert "- names: must be a list" in text
    assert "Read the report." not in text
    again.with_name(f"{again.stem}.reply.txt").write_text('{"names": ["Ruritania"]}')
    answer = ask(tmp_path)
    assert answer.reasked
    assert answer.value.names == ["Ruritania"]


def test_a_second_wrong_reply_ends_it(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(NotRecorded):
            ask(tmp_path)
        for page in tmp_path.glob("*.md"):
            page.with_name(f"{page.stem}.reply.txt").write_text("I would rather not.")
    with pytest.raises(BadReply):
        ask(tmp_path)
    assert len(list(tmp_path.glob("*.md"))) == 2


def test_a_reply_that_is_no_text(tmp_path: Path) -> None:
    page = first_page(tmp_path)
    page.with_name(f"{page.stem}.reply.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(match="UTF-8"):
        ask(tmp_path)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        ask(tmp_path / "file" / "pages")
