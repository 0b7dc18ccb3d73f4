"""Errors as problem documents: RFC 9457."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from summarizer.errors import LedgerError

__all__ = ["MEDIA_TYPE", "Problem", "ProblemDocument", "described", "install"]

MEDIA_TYPE = "application/problem+json"

TITLES = {
    "bad-request": (400, "The request cannot be understood"),
    "unauthorised": (401, "A token is needed"),
    "forbidden": (403, "This is not allowed"),
    "not-found": (404, "There is no such thing here"),
    "method": (405, "This cannot be done here"),
    "not-acceptable": (406, "There is no such form of it"),
    "not-finished": (409, "The brief is not finished"),
    "too-large": (413, "The request is too large"),
    "media-type": (415, "A body of this kind is not taken"),
    "misdirected": (421, "This name is not served here"),
    "invalid": (422, "The request does not fit"),
    "key-reused": (422, "The idempotency key stands for another request"),
    "too-many": (429, "Too many requests"),
    "fault": (500, "A fault of the service"),
    "unavailable": (503, "The service cannot do this now"),
}
"""Each type of problem, with its status and its title."""

_BY_STATUS = {400: "bad-request", 403: "forbidden", 404: "not-found", 405: "method", 413: "too-large"}


class ProblemDocument(BaseModel):
    """A problem: RFC 9457."""

    type: str = Field(examples=["urn:summarizer:problem:not-found"])
    title: str
    status: int
    detail: str


class Problem(Exception):
    """What went wrong with a request: one of `TITLES`, and a sentence that says what happened and what to do."""

    def __init__(self, name: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.name, self.detail, self.headers = name, detail, dict(headers or {})
        self.status = TITLES[name][0]

    @property
    def document(self) -> dict[str, Any]:
        """The problem as JSON."""
        return described(self.name, self.detail)

    def response(self) -> Response:
        """Return the answer to the request."""
        return JSONResponse(self.document, self.status, headers=self.headers, media_type=MEDIA_TYPE)


def described(name: str, detail: str) -> dict[str, Any]:
    """Return a problem as JSON."""
    status, title = TITLES[name]
    return {"type": f"urn:summarizer:problem:{name}", "title": title, "status": status, "detail": detail}


def install(app: FastAPI) -> None:
    """Let every error of an app become a problem document."""

    def problem(_: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)  # noqa: S101 - what it is installed for
        return error.response()

    def http(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - what it is installed for
        name = _BY_STATUS.get(error.status_code, "bad-request" if error.status_code < 500 else "fault")  # noqa: PLR2004
        return Problem(name, str(error.detail), error.headers).response()

    def invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - what it is installed for
        return Problem("invalid", in_one_line(error.errors())).response()

    def ledger(_: Request, error: Exception) -> Response:
        logging.getLogger("summarizer.service").error("%s", error)
        return Problem("unavailable", "The ledger cannot be used now. Try again later.").response()

    def fault(_: Request, __: Exception) -> Response:
        return Problem("fault", "This is a mistake of the program; its log has the place.").response()

    app.add_exception_handler(Problem, problem)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(LedgerError, ledger)
    app.add_exception_handler(Exception, fault)


def in_one_line(failures: Any) -> str:
    """Word what does not fit: where, and why; never what was given."""
    said = [f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix('Value error, ')}" for one in failures]
    return json.dumps("; ".join(said)[:1000], ensure_ascii=True)[1:-1].replace('\\"', '"')
