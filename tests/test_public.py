"""What `import summarizer` offers: the list is the promise."""

from __future__ import annotations

import subprocess
import sys

import pytest

import summarizer

PUBLIC = [
    "Brief",
    "Document",
    "Event",
    "Job",
    "Ledger",
    "ReadSettings",
    "Settings",
    "SummarizerError",
    "Topic",
    "abrief",
    "abrief_stream",
    "aread",
    "brief",
    "load_settings",
    "load_topic",
    "read",
    "render",
    "verify",
]


def test_the_public_names() -> None:
    assert summarizer.__all__ == PUBLIC
    assert set(PUBLIC) <= set(dir(summarizer))
    for name in PUBLIC:
        assert getattr(summarizer, name).__doc__, name


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="breif"):
        _ = summarizer.breif  # type: ignore[attr-defined]


def test_import_is_quick_because_it_imports_nothing() -> None:
    code = "import summarizer, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pydantic", "openai", "asyncio"} & set(done.stdout.split())
