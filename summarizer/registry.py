"""The parties and issues that are known before a document is read: from a topic file or from earlier days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

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
    names: Mapping[str, str] = field(default_factory=dict)
    """How documents have named parties: key of the name to the party's id. It outranks names and aliases."""
    issue_names: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    """With the user's own issues: names that they had before they were renamed or merged, and what they are now."""
    taken: frozenset[str] = frozenset()
    """Ids in use besides those of the parties and issues given here."""
    uses: Mapping[str, int] = field(default_factory=dict)
    """How many documents have named a party or an issue, by id."""

    @cached_property
    def _parties(self) -> tuple[dict[str, Party], dict[str, Party], dict[str, list[Party]]]:
        """The parties by id, by the key of their name, and by that of each alias."""
        by_name: dict[str, Party] = {}
        by_alias: dict[str, list[Party]] = defaultdict(list)
        for party in self.parties:
            by_name.setdefault(name_key(party.name), party)
            for alias in {name_key(alias) for alias in party.aliases}:
                by_alias[alias].append(party)
        return {party.id: party for party in self.parties}, by_name, by_alias

    @cached_property
    def _issues(self) -> dict[str, list[Issue]]:
        found: dict[str, list[Issue]] = defaultdict(list)
        for issue in self.issues:
            found[name_key(issue.name)].append(issue)
        return found

    def party(self, name: str) -> Party | None:
        """Return the party known by a name or an alias; an alias that two parties share says nothing."""
        by_id, by_name, by_alias = self._parties
        key = name_key(name)
        if (settled := self.names.get(key)) in by_id:
            return by_id[str(settled)]
        if key in by_name:
            return by_name[key]
        known = by_alias.get(key, [])
        return known[0] if len(known) == 1 else None

    def issue(self, name: str, proposition: str) -> tuple[str, bool] | None:
        """Return the id of the issue that is known in these words, and whether they are its opposite."""
        key = name_key(name)
        if (key, proposition) in self.wordings:
            return self.wordings[key, proposition]
        for issue in self._issues.get(key, []):
            if self.closed or issue.proposition == proposition:
                return issue.id, False
        return (OTHER, False) if self.closed else None
