"""Imported by the server that forks runs: one run to nowhere, so that a forked one has nothing left to import."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from digesting import Bench, report

with tempfile.TemporaryDirectory() as folder:
    nowhere = {"host": "127.0.0.1", "port": 1, "security": "none", "sender": "a@example.org", "to": ["b@example.org"]}
    bench = Bench(
        "http://127.0.0.1:1/v1",
        f"sqlite:///{folder}/ledger.db",
        Path(folder),
        mail=nowhere,
        webhook={"url": "http://127.0.0.1:1/"},
    )
    asyncio.run(bench.go("2025-02-12", [report("2025-02-12", "Moscow rejects foreign troops.")]))
    bench.ledger.close()
