"""The pages for people: the start page, and how far a job has come. No script; the look is that of a brief's page."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from summarizer.kinds import built_in_kinds
from summarizer.ledger import JobRecord
from summarizer.service.answers import JobAnswer

__all__ = ["job_page", "start_page"]

STAGES = {
    "read": "The documents are read",
    "extract": "Asking what each document says",
    "reconcile": "Bringing the names together",
    "corroborate": "Bringing the claims together",
    "headline": "Writing the bottom line",
    "done": "Finished",
}


def start_page(
    jobs: Sequence[JobRecord], digests: Sequence[Any], problem: Mapping[str, Any] | None = None
) -> HTMLResponse:
    """Return the page that lists briefs and takes a paste, addresses and files."""
    status = problem["status"] if problem else 200
    return _page(status, jobs=jobs, digests=digests, kinds=built_in_kinds(), problem=problem, job=None)


def job_page(job: JobAnswer) -> HTMLResponse:
    """Return the page of a job that has no brief yet, or none at all."""
    return _page(200, job=job, stages=STAGES)


def _page(status: int, **shown: Any) -> HTMLResponse:
    template, style, policy = _parts()
    return HTMLResponse(template.render(style=Markup(style), **shown), status, {"Content-Security-Policy": policy})  # noqa: S704 - our own file


@cache
def _parts() -> tuple[Template, str, str]:
    environment = ImmutableSandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    own = files(__package__)
    shared = files("summarizer.rendering").joinpath("page.css").read_text("utf-8")
    style = shared + own.joinpath("page.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return environment.from_string(own.joinpath("page.html.j2").read_text("utf-8")), style, policy
