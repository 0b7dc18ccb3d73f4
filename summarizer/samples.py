"""Where the sample reports and the recorded replies are that come with the program."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from summarizer.errors import InputError

__all__ = ["recordings_folder", "seeds_folder"]


def seeds_folder() -> Path:
    """Return the folder of the sample reports."""
    return _folder("seeds")


def recordings_folder(kind: str) -> Path:
    """Return the folder of the recorded replies of a kind of brief."""
    return _folder("fixtures") / kind


def _folder(name: str) -> Path:
    # In a checkout these folders stand beside the package, in a wheel inside it: only the import system knows.
    spec = find_spec(f"summarizer.{name}")
    if spec is None or not spec.submodule_search_locations:
        raise InputError(f"The {name} did not come with this installation. Install the package again.")
    return Path(next(iter(spec.submodule_search_locations)))
