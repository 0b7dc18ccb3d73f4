"""The parties and issues that are known before a document is read: from a topic file or from earlier days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from summarizer.claims import OTHER, Issue, Party
from summarizer.names import name_key

__all__ = ["Registry"]


@dataclass(frozen=True)
class Registry:
    """Known parties and issues, with their ids."""

    parties: tuple[Party, ...] = ()
    issues: tuple[Issue, ...] = ()
    closed: bool = False
    """The issues are the user's own: what fits none of them is `other`."""
    wordings: Mapping[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)
    """How documents have worded issues: (key of the name, proposition) to the issue's id, and whether that
    wording is the opposite of the issue's own."""

    def party(self, name: str) -> Party | None:
        """Return the party known by a name or an alias."""
        key = name_key(name)
        named = (party for party in self.parties if name_key(party.name) == key)
        known = (party for party in self.parties if key in map(name_key, party.aliases))
        return next(named, None) or next(known, None)

    def issue(self, name: str, proposition: str) -> tuple[str, bool] | None:
        """Return the id of the issue that is known in these words, and whether they are its opposite."""
        key = name_key(name)
        if (key, proposition) in self.wordings:
            return self.wordings[key, proposition]
        for issue in self.issues:
            if name_key(issue.name) == key and (self.closed or issue.proposition == proposition):
                return issue.id, False
        return (OTHER, False) if self.closed else None
