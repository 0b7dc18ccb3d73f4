"""Builds the wheel, installs it in an environment of its own, and checks there what only an installed package shows.

It type-checks the installed package and a user's script against it (mypy strict), loads every kind of brief from
it and runs the demo in an empty folder. Run by `make check`; not a test module, since it takes a while and has nothing to parametrise.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str | Path, where: Path) -> str:
    """Run a command and return what it printed; end with its errors when it fails."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "SUMMARIZER_"))}
    done = subprocess.run(
        [str(part) for part in command], cwd=where, capture_output=True, text=True, check=False, env=clean
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def main() -> None:
    """Build, install elsewhere, check."""
    with tempfile.TemporaryDirectory() as given:
        folder = Path(given)
        shutil.rmtree(ROOT / "build", ignore_errors=True)  # of an earlier build: it would bring along what is gone
        run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT, where=folder)
        venv.create(folder / "env", with_pip=True)
        python = folder / "env" / "bin" / "python"
        wheel = next(folder.glob("*.whl"))
        run(python, "-m", "pip", "install", "--quiet", wheel, where=folder)
        kinds = "from summarizer.kinds import *; print(*map(load_kind, built_in_kinds()), sep='\\n')"
        loaded = run(python, "-c", kinds, where=folder).count("Kind(name=")
        summarizer = folder / "env" / "bin" / "summarizer"
        run(summarizer, "demo", "-o", "brief.json", where=folder)
        print(f"installed wheel: {loaded} kinds load; {run(summarizer, 'verify', 'brief.json', where=folder).strip()}")
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        extras = ",".join(project["project"]["optional-dependencies"])
        stubs = [name for name in project["dependency-groups"]["dev"] if name.startswith("types-")]
        run(python, "-m", "pip", "install", "--quiet", f"{wheel}[{extras}]", "mypy", *stubs, where=folder)
        config = ROOT / "pyproject.toml"
        print(run(python, "-m", "mypy", "--config-file", config, "-p", "summarizer", where=folder).strip())
        script = shutil.copy(ROOT / "tests" / "user_script.py", folder)
        print("a user's script:", run(python, "-m", "mypy", "--strict", script, where=folder).strip())


if __name__ == "__main__":
    main()
