"""A PostgreSQL server of the tests' own, on a socket in a folder of its own, gone when they end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """Return the folder of PostgreSQL's programs, when they are on this machine."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists() and (place / "pg_ctl").exists()), None)


@contextmanager
def postgres() -> Iterator[str]:
    """Start a server and yield the address of its folder of databases: add a database's name to it."""
    programs = binaries()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    try:
        run = _as_user(folder)
        run(programs / "initdb", "-D", folder / "data", "-U", "tests", "-A", "trust", "--no-sync", "-E", "UTF8")
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c shared_buffers=16MB"
        run(programs / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-t", 300, "-o", options, "start")
        try:
            yield f"postgresql://tests@/{{name}}?host={folder}"
        finally:
            run(programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "-t", 300, "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_user(folder: Path):
    """Return what runs a command as somebody who is not root, since the server refuses root."""
    user = None
    if os.geteuid() == 0:
        known = {entry.pw_name for entry in pwd.getpwall()}
        user = "postgres" if "postgres" in known else "nobody"
        shutil.chown(folder, user)

    def run(*command: object) -> None:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # the server keeps these open: a pipe would never end
            stderr=subprocess.DEVNULL,
            check=False,
            user=user,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)},
        )
        assert done.returncode == 0, f"{command[0]} ended with {done.returncode}"

    return run
