"""Pages that are no report: login walls, cookie notices, error pages, empty shells."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Shown", "no_report", "status_reason"]

SHORT = 700
"""Characters; only a page with less text than this is judged by its words."""
EMPTY = 150
HEAD = 3000
NOTICES: dict[str, tuple[str, ...]] = {
    "an error page": (
        r"(?:page|article|file|url|story|content)\b.{0,40}\b(?:not|cannot be|can.t be|could ?n.t be) found",
        r"(?:page|article|file|url|story|content)\b.{0,40}\b(?:does ?n.t exist|no longer (?:available|exists))",
        r"\b(?:404|403|410|500|502|503)\b.{0,30}\b(?:error|not found|forbidden|unavailable|gateway)",
        r"(?:error|http)\s+(?:404|403|410|500|502|503)\b",
        r"access denied|internal server error|bad gateway|service unavailable",
        r"seite nicht gefunden|page introuvable|pagina non trovata|p[a\u00e1]gina no encontrada",
    ),
    "a robot check": (
        r"verif(?:y|ying) (?:that )?you are (?:a )?human|are you a (?:ro)?bot|not a robot|captcha",
        r"unusual (?:traffic|activity)|checking your browser|cloudflare|press (?:&|and) hold",
    ),
    "a login wall": (
        r"(?:log|sign) ?in to (?:continue|read|view|access|see)",
        r"(?:subscribe|register|create an? (?:free )?account|become a member) to (?:continue|read|view|access|unlock)",
        r"(?:subscribers?|members?)[- ]only|for subscribers only|already a (?:subscriber|member)",
        r"this (?:content|article|story) is (?:reserved|exclusive|only available|available only)",
        r"you have (?:reached|read) .{0,40}(?:limit|free articles)|continue reading (?:with|by)",
        r"jetzt abonnieren|r[e\u00e9]serv[e\u00e9] aux abonn[e\u00e9]s|solo para suscriptores|contenuto riservato",
    ),
    "a cookie notice": (
        r"(?:accept|allow|reject|manage|use|uses) (?:all |the |our )?(?:use of )?cookies",
        r"cookie (?:policy|preferences|settings|consent)|before you continue to|consent to",
        r"we (?:and our \d* ?partners )?value your privacy|zustimmung",
    ),
    "an empty shell that needs scripts": (
        r"(?:enable|requires?|activate|turn on|without) javascript|you need to enable|please wait|loading\b",
        r"javascript (?:is|appears to be|to be)? ?(?:disabled|required|not (?:enabled|available))",
    ),
}
COMPILED = tuple((name, re.compile("|".join(parts), re.IGNORECASE)) for name, parts in NOTICES.items())
STATUS = {
    401: "a login wall (HTTP 401)",
    402: "a paywall (HTTP 402)",
    403: "access refused by the site (HTTP 403)",
    404: "an error page: not found (HTTP 404)",
    410: "an error page: gone (HTTP 410)",
    429: "the site asks for fewer requests (HTTP 429): try again later",
    451: "withheld for legal reasons (HTTP 451)",
}


class Shown(NamedTuple):
    """What a page shows beside the text that was extracted from it."""

    title: str
    whole: str
    """All its words, those for readers without scripts included."""
    dated: bool
    """Its metadata give a date of publication, as those of a report do."""
    paid: bool
    """Its metadata say that the text must be paid for."""


def no_report(text: str, shown: Shown) -> str | None:
    """Return why a page from which `text` was extracted is no report, or None if it is one."""
    if len(text) >= SHORT:
        return None
    judged = len(text) < EMPTY or (not shown.dated and (_is_notice(text[: SHORT // 2]) or _is_notice(shown.title)))
    if judged:
        said = f"{shown.title}\n{text}\n{shown.whole[:HEAD]}"
        for name, pattern in COMPILED:
            if pattern.search(said):
                return f"{name}, not a report"
    if shown.paid:
        return "a login wall, not a report: the page says that its text must be paid for"
    if len(text) < EMPTY:
        return "too little text to be a report" if text else "an empty shell: no text worth reading on the page"
    return None


def status_reason(status: int) -> str | None:
    """Return why an answer with this HTTP status is no report, or None for a good one."""
    if status in STATUS:
        return STATUS[status]
    if status >= 400:  # noqa: PLR2004
        return f"an error page (HTTP {status})"
    return None


def _is_notice(words: str) -> bool:
    return any(pattern.search(words) for _, pattern in COMPILED)
