"""Every error that a person can meet. Each says in one line what happened and what to do.

SummarizerError                  exit code 2 unless said otherwise
├── InputError                   an input could not be read
│   └── NothingToRead            no document is left to brief
├── KindError                    a kind of brief cannot work: names the file and the line or field
├── TopicError                   a topic file cannot be used
├── SettingsError                a setting is missing, unknown or contradicts another
│   └── MissingExtra             libraries of an extra are not installed
├── BriefError                   a brief file is not one, or does not hold (verify)
├── OutputError                  a result could not be written
├── LedgerError                  the ledger cannot be opened, read or written
├── DigestError                  a digest cannot be run: another run holds it
└── ModelError                   exit code 3: the model gave no usable reply
    ├── NotRecorded              replaying, and no recording answers this request
    ├── Unreachable              no connection, a time-out, 408, 429 or 5xx after all tries
    ├── Unauthorised             401, 403, or no key at all: stops the whole run
    ├── BadRequest               400, 404 and the like: the endpoint will never take this request
    ├── LimitReached             a limit on cost or requests that the user set
    └── BadReply                 a reply came and cannot be used
        ├── CutOff               it was cut off at the length limit
        ├── Refused              the model declined
        └── Filtered             a content filter withheld it
"""

from __future__ import annotations

__all__ = [
    "BadReply",
    "BadRequest",
    "BriefError",
    "CutOff",
    "DigestError",
    "Filtered",
    "InputError",
    "KindError",
    "LedgerError",
    "LimitReached",
    "MissingExtra",
    "ModelError",
    "NotRecorded",
    "NothingToRead",
    "OutputError",
    "Refused",
    "SettingsError",
    "SummarizerError",
    "TopicError",
    "Unauthorised",
    "Unreachable",
]


class SummarizerError(Exception):
    """The base of all errors here.

    Its text is one line for a person: what happened, and what to do. It never holds a key, an
    article or a whole reply.
    """

    exit_code = 2


class InputError(SummarizerError):
    """An input could not be read."""


class NothingToRead(InputError):
    """No document is left to brief."""


class KindError(SummarizerError):
    """A kind of brief cannot work."""


class TopicError(SummarizerError):
    """A topic file cannot be used."""


class SettingsError(SummarizerError):
    """A setting is missing, unknown, or contradicts another."""


class MissingExtra(SettingsError):
    """The libraries of an extra are not installed. `what` needs them."""

    def __init__(self, what: str, extra: str) -> None:
        # Not `summarizer[...]`: the index has another package of that name.
        super().__init__(f"{what} needs the extra {extra}: pip install '.[{extra}]' in summarizer's folder")


class BriefError(SummarizerError):
    """A file is not a brief, or a brief does not hold."""


class OutputError(SummarizerError):
    """A result could not be written."""


class LedgerError(SummarizerError):
    """The ledger cannot be opened, read or written."""


class DigestError(SummarizerError):
    """A digest cannot be run."""


class ModelError(SummarizerError):
    """The model gave no usable reply."""

    exit_code = 3


class NotRecorded(ModelError):
    """Replaying, and no recording answers this request."""


class Unreachable(ModelError):
    """The endpoint did not answer, or answered 408, 429 or 5xx, after all tries."""


class Unauthorised(ModelError):
    """The key is missing or refused: the same for every request, so the run stops."""


class BadRequest(ModelError):
    """The endpoint will never take this request: an unknown model, a schema it refuses."""


class LimitReached(ModelError):
    """A limit that the user set on cost or on requests would be passed."""


class BadReply(ModelError):
    """A reply came and cannot be used."""


class CutOff(BadReply):
    """The reply was cut off at the length limit."""


class Refused(BadReply):
    """The model declined to answer."""


class Filtered(BadReply):
    """A content filter withheld the reply."""
