"""Who may use the service: a file of tokens, one a line, `name:token[:requests a minute]`."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from summarizer.errors import SettingsError

__all__ = ["Token", "given_token", "known_token", "read_tokens"]

SHORTEST = 16
_LINE = re.compile(r"(?P<name>[\w.-]{1,60}):(?P<token>[!-9;-~]+)(?::(?P<rate>[1-9][0-9]{0,6}))?", re.ASCII)


@dataclass(frozen=True)
class Token:
    """A token: whose it is, and how many requests a minute it may make."""

    name: str
    digest: bytes = field(repr=False)
    """SHA-256: the token itself is not kept."""
    per_minute: int | None = None


def read_tokens(path: Path) -> list[Token]:
    """Read a file of tokens. Empty lines and lines that begin with # are passed over.

    Raises SettingsError when it cannot be read, has no token, or a line does not fit; the line is named by its
    number, never shown.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path}: the tokens cannot be read ({type(error).__name__}). Check --token-file."
        ) from None
    tokens: list[Token] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None or len(found["token"]) < SHORTEST:
            raise SettingsError(
                f"{path}, line {number}: not name:token or name:token:requests-a-minute, with a token of "
                f"{SHORTEST} characters or more and no colon in it."
            )
        if found["name"] in {token.name for token in tokens}:
            raise SettingsError(f"{path}, line {number}: the name {found['name']} stands there twice. Rename one.")
        tokens.append(Token(found["name"], _digest(found["token"]), int(found["rate"]) if found["rate"] else None))
    if not tokens:
        raise SettingsError(f"{path}: there is no token in it. Add a line name:token.")
    return tokens


def given_token(authorization: str) -> str | None:
    """Return the token of an Authorization header: of a Bearer, or the password of a browser's Basic."""
    scheme, _, rest = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip() or None
    if scheme.lower() == "basic":
        try:
            pair = base64.b64decode(rest.strip(), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return pair.partition(":")[2] or None
    return None


def known_token(tokens: Sequence[Token], given: str | None) -> Token | None:
    """Return the token that was given. All are compared, in constant time, so that the time taken tells nothing."""
    digest = _digest(given or "")
    found: Token | None = None
    for token in tokens:
        if hmac.compare_digest(token.digest, digest):
            found = token
    return found if given else None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
