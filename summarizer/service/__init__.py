"""The service: briefs over HTTP, for programs and for people with a browser.

    client → guard (who, how often, how much) → app (routes) → jobs (kept in the ledger, one `abrief` each)

Everything that a client sends is kept in the ledger before it is told so: a job goes on after a restart. Errors are
problem documents (RFC 9457).
"""

from summarizer.service.app import create_app
from summarizer.service.jobs import Runner
from summarizer.service.limits import Limits
from summarizer.service.tokens import Token, read_tokens

__all__ = ["Limits", "Runner", "Token", "create_app", "read_tokens"]
