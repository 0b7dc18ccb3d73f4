"""What a client sends: read within the limits, as JSON or as a form."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import PurePosixPath
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from summarizer.ledger import JobFile
from summarizer.service.limits import Limits
from summarizer.service.problems import Problem, in_one_line
from summarizer.submissions import BriefRequest

__all__ = ["checked_key", "read_request"]

LONGEST_NAME = 120
MOST_FIELDS = 1000
_KEY = re.compile(r"[!-~]{1,200}")


async def read_request(request: Request, limits: Limits) -> tuple[BriefRequest, list[JobFile]]:
    """Read a request for a brief: JSON, or a form with files. Raises Problem."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        asked, files = _checked(await request.body()), []
    elif kind in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        async with request.form(
            max_files=limits.max_inputs, max_fields=MOST_FIELDS, max_part_size=limits.max_body
        ) as f:
            asked, files = _checked(json.dumps(_fields(f))), await _files(f)
    else:
        raise Problem("media-type", "Send application/json, or multipart/form-data with files.")
    count = len(asked.texts) + len(asked.addresses) + len(files)
    if count == 0:
        raise Problem("invalid", "There is nothing to brief: send a text, an address or a file.")
    if count > limits.max_inputs:
        raise Problem("too-large", f"At most {limits.max_inputs} texts, addresses and files are taken for one brief.")
    return asked, files


def checked_key(key: str | None) -> str | None:
    """Return an idempotency key. Raises Problem when it is none."""
    if key is not None and not _KEY.fullmatch(key):
        raise Problem("bad-request", "Idempotency-Key must be 1 to 200 printable ASCII characters without spaces.")
    return key


def _checked(body: bytes | str) -> BriefRequest:
    try:
        return BriefRequest.model_validate_json(body)
    except ValidationError as error:
        failures = error.errors(include_url=False, include_input=False)
        name = "bad-request" if failures[0]["type"] == "json_invalid" else "invalid"
        raise Problem(name, in_one_line(failures)) from None


def _fields(form: FormData) -> dict[str, Any]:
    """Return a form as the JSON request would be. Fields that were left empty count as not sent."""
    named = {"text", "address", "kind", "title", "earlier", "outlet", "published", "file"}
    if unknown := sorted(set(form) - named):
        raise Problem("invalid", f"There is no field {unknown[0][:40]!r}. Known: {', '.join(sorted(named))}.")
    given = {name: [one for one in form.getlist(name) if isinstance(one, str) and one.strip()] for name in named}
    about = {name: given[name][0].strip() for name in ("outlet", "published") if given[name]}
    fields: dict[str, Any] = {
        "texts": [{"text": one, **about} for one in given["text"]],
        "addresses": [part for one in given["address"] for part in one.split()],
    }
    return fields | {name: given[name][0].strip() for name in ("kind", "title", "earlier") if given[name]}


async def _files(form: FormData) -> list[JobFile]:
    found = [one for one in form.getlist("file") if isinstance(one, UploadFile)]
    # A browser sends an empty file without a name when none was chosen.
    return [JobFile(_name(one.filename or ""), await one.read()) for one in found if one.filename or one.size]


def _name(given: str) -> str:
    """Return the name of a file without folders and control characters: it is shown, and never opened."""
    name = PurePosixPath(given.replace("\\", "/")).name
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    stem, dot, suffix = name.strip(". ").rpartition(".")
    return f"{stem[:LONGEST_NAME]}{dot}{suffix[:20]}" if stem else (suffix[:LONGEST_NAME] or "file")
