"""What every test stands on: no key, no settings and no store of the person who runs it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import databases
import pytest
from digesting import Bench, Make, World
from hypothesis import HealthCheck, settings
from scripted import Scripted

# What a machine is slow at is no fault. All else stays as Hypothesis has it, where CI is set also the same examples.
settings.register_profile("tests", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--crash-points", type=int, default=16, help="At how many points of a run a digest is killed.")


@pytest.fixture(autouse=True)
def _nobodys_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))


@pytest.fixture(scope="session")
def _server() -> Iterator[str]:
    if databases.binaries() is None:
        pytest.skip("no PostgreSQL programs on this machine: apt-get install postgresql")
    with databases.postgres() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database: every test that takes it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    on_postgresql: str = request.getfixturevalue("on_postgresql")
    return on_postgresql


@pytest.fixture
def on_postgresql(_server: str) -> str:
    """Return the address of an empty database on PostgreSQL."""
    import psycopg

    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(_server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return _server.format(name=name)


@pytest.fixture
def world() -> World:
    """Return a scripted model of a small world, for tests of the digest."""
    return World()


@pytest.fixture
def make(world: World, tmp_path: Path) -> Iterator[Make]:
    """Make digests that ask the scripted model, each with a ledger of its own unless an address is given."""
    made: list[Bench] = []
    with Scripted(world) as endpoint:

        def bench(address: str | None = None, **config: Any) -> Bench:
            given = address or f"sqlite:///{tmp_path}/ledger{len(made)}.db"
            made.append(Bench(endpoint.url, given, tmp_path, **config))
            return made[-1]

        yield bench
        for one in made:
            one.ledger.close()
