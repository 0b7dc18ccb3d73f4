"""The tools for assistants, spoken to over standard input and output by the protocol's own client."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from scripted import Asked, Scripted
from test_trip import GOOD, TEXT, Model, claim, report

LATER = "Peskov said on reflection that they may be acceptable. Trump said that Putin will accept 4,000 of them.\n"
REPORTS = {
    "first": {"texts": [{"text": TEXT, "published": "2025-02-25"}], "title": "Troops"},
    "later": {"texts": [{"text": LATER, "published": "2025-03-01"}]},
}


def model(asked: Asked) -> Any:
    softer = claim(1, "may be acceptable", stance="accepts", statement="Russia may accept foreign troops.")
    return Model(report(softer if "reflection" in asked.user else GOOD))(asked)


async def conversation(endpoint: Scripted, folder: Path) -> dict[str, Any]:
    command = ["-m", "summarizer", "mcp", "--ledger", f"sqlite:///{folder}/ledger.db", "--no-store"]
    command += ["--base-url", endpoint.url, "--model", "scripted", "--max-inputs", "3"]
    environment = {"OPENAI_API_KEY": "none", "HOME": str(folder)}
    told: dict[str, Any] = {"progress": []}

    async def progress(done: float, total: float | None, message: str | None) -> None:
        told["progress"].append(message)

    async with Client(
        StdioServerParameters(command=sys.executable, args=command, env=environment, cwd=folder)
    ) as client:

        async def call(name: str, **given: Any) -> tuple[bool, str]:
            found = await client.call_tool(name, given, progress_callback=progress)
            return bool(found.is_error), found.content[0].text  # type: ignore[union-attr]

        told["tools"] = sorted(tool.name for tool in (await client.list_tools()).tools)
        told["brief"] = await call("brief", **REPORTS["first"])
        ident = re.findall(r"j-[0-9a-f]{16}", told["brief"][1])[0]
        told["verify"] = await call("verify", brief=ident)
        told["changed"] = await call("what_changed", earlier=ident, **REPORTS["later"])
        told["unknown"] = await call("verify", brief="j-0000000000000000")
        told["nonsense"] = await call("verify", brief='{"format": "other"}')
        told["path"] = await call("brief", addresses=["/etc/passwd"])
        told["private"] = await call("brief", addresses=[endpoint.url])
        told["many"] = await call("brief", texts=[{"text": "a"}] * 4)
        told["nothing"] = await call("brief")
    return told


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    with Scripted(model) as endpoint:
        found = asyncio.run(asyncio.wait_for(conversation(endpoint, tmp_path_factory.mktemp("mcp")), 600))
        found["asked"] = [asked.path for asked in endpoint.asked]
    return found


def test_the_tools(told: dict[str, Any]) -> None:
    assert told["tools"] == ["brief", "verify", "what_changed"]


def test_a_brief_is_made_and_holds(told: dict[str, Any]) -> None:
    failed, text = told["brief"]
    assert not failed
    assert "# Troops" in text
    assert "would not be acceptable" in text
    assert "read" in told["progress"]
    assert told["verify"] == (False, told["verify"][1])
    assert "holds" in told["verify"][1]


def test_what_changed_since_then(told: dict[str, Any]) -> None:
    failed, text = told["changed"]
    assert not failed
    assert re.search(r"Russia, foreign troops: \w+ \(rejects → accepts\)", text)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("unknown", "no finished brief"),
        ("nonsense", "not a brief"),
        ("path", "not an http"),
        ("private", "not a public address"),
        ("many", "At most 3 inputs"),
        ("nothing", "nothing to brief"),
    ],
)
def test_what_is_refused(told: dict[str, Any], call: str, says: str) -> None:
    failed, text = told[call]
    assert failed
    assert says in text
    assert all(path.endswith("/chat/completions") for path in told["asked"])
