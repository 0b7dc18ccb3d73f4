"""The registry of a digest as it is kept: what parties and issues are called, learnt day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from summarizer.assembling import Extracted, Grouping
from summarizer.claims import OTHER, Issue, Party, Person
from summarizer.ledger.models import IssueRow, NameRow, PartyRow, PersonRow, WordingRow
from summarizer.names import merge_people, name_key
from summarizer.registry import Registry

__all__ = ["Names", "final", "final_issue"]

Basis = Literal["person", "name", "alias"]


class Names:
    """The names of one digest, within a session."""

    def __init__(self, session: Session, digest: str) -> None:
        self.session, self.digest = session, digest

    def registry(self, *, closed: bool = False) -> Registry:
        """Return all parties and issues, with every form and wording that was learnt.

        Args:
            closed: the issues are the user's own; see `Registry.closed`.

        """
        rows = {row.id: row for row in self._all(PartyRow)}
        into = {row.id: row.merged_into for row in rows.values()}
        forms, settled = self._forms(into)
        people: dict[str, list[Person]] = defaultdict(list)
        for row in self._all(PersonRow):
            people[final(row.party, into)].append(Person(name=row.name, office=row.office, aliases=row.aliases))
        issues = {row.id: row for row in self._all(IssueRow)}
        wordings, issue_names = self._wordings(issues)
        uses: dict[str, int] = defaultdict(int)
        for party in rows.values():
            uses[final(party.id, into)] += party.uses
        for issue in issues.values():
            uses[final_issue(issue.id, issues)[0]] += issue.uses
        return Registry(
            parties=tuple(
                Party(
                    id=row.id,
                    name=row.name,
                    kind=row.kind,
                    aliases=sorted(forms[row.id] - {row.name}),
                    people=merge_people(sorted(people[row.id], key=lambda one: one.name)),
                )
                for row in sorted(rows.values(), key=lambda row: row.id)
                if row.merged_into is None
            ),
            issues=tuple(
                Issue(id=row.id, name=row.name, proposition=row.proposition, question=row.question)
                for row in sorted(issues.values(), key=lambda row: row.id)
                if row.merged_into is None
            ),
            closed=closed,
            wordings=wordings,
            names=settled,
            issue_names=issue_names if closed else {},
            taken=frozenset([*rows, *issues]),
            uses=dict(uses),
        )

    def _all(self, table: type[Any]) -> list[Any]:
        return list(self.session.scalars(select(table).where(table.digest == self.digest)))

    def _forms(self, into: Mapping[str, str | None]) -> tuple[dict[str, set[str]], dict[str, str]]:
        """Return the printed forms of each party, and the keys whose party is settled."""
        rank = {"person": 0, "name": 1, "alias": 2}
        rows = sorted(self._all(NameRow), key=lambda row: (rank[row.basis], row.id))
        settled: dict[str, str] = {}
        forms: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            party = final(row.party, into)
            if row.basis != "alias":
                settled.setdefault(row.key, party)
            # A form that was settled for one party is no alias of another.
            if settled.get(row.key, party) == party:
                forms[party].update(row.forms)
        return forms, settled

    def _wordings(
        self, issues: Mapping[str, IssueRow]
    ) -> tuple[dict[tuple[str, str], tuple[str, bool]], dict[str, tuple[str, bool]]]:
        wordings: dict[tuple[str, str], tuple[str, bool]] = {}
        names: dict[str, tuple[str, bool]] = {}
        for row in sorted(self._all(WordingRow), key=lambda row: row.id):
            issue, opposite = final_issue(row.issue, issues)
            place = (issue, opposite != row.opposite)
            wordings[row.key, row.proposition] = place
            names.setdefault(row.name, place)
        return wordings, names

    def seed(self, registry: Registry) -> None:
        """Take up the parties and issues of a topic file. What is known by its id stays as it is."""
        parties = {row.id for row in self._all(PartyRow)}
        for party in registry.parties:
            if party.id not in parties:
                self._add_party(party)
                self._learn_forms(party.id, [party.name], "name")
                self._learn_forms(party.id, party.aliases, "alias")
                self._learn_people(party.id, party.people)
        issues = {row.id for row in self._all(IssueRow)}
        for issue in registry.issues:
            if issue.id not in issues:
                self._add_issue(issue)
                self._learn_wording(issue, issue.id, opposite=False)

    def learn(self, grouping: Grouping, extracted: Sequence[Extracted]) -> None:
        """Keep what documents call the parties, people and issues that they were grouped under."""
        learning = _Learning.of(grouping, extracted)
        parties = {row.id: row for row in self._all(PartyRow)}
        issues = {row.id: row for row in self._all(IssueRow)}
        for party in grouping.parties:
            if party.id in learning.forms and party.id not in parties:
                parties[party.id] = self._add_party(party)
        for issue in grouping.issues:
            if issue.id in learning.used and issue.id not in issues and issue.id != OTHER:
                issues[issue.id] = self._add_issue(issue)
        self.session.flush()
        for party_id, forms in learning.forms.items():
            self._learn_forms(party_id, forms, "name")
            self._learn_forms(party_id, learning.aliases[party_id], "alias")
            self._learn_people(party_id, learning.people.get(party_id, []))
            parties[party_id].uses += learning.used[party_id]
        for issue, issue_id, opposite in learning.wordings:
            if issue_id in issues:
                self._learn_wording(issue, issue_id, opposite=opposite)
        for issue_id, row in issues.items():
            row.uses += learning.used[issue_id]

    def _add_party(self, party: Party) -> PartyRow:
        row = PartyRow(digest=self.digest, id=party.id, name=party.name, kind=party.kind, uses=0)
        self.session.add(row)
        return row

    def _add_issue(self, issue: Issue) -> IssueRow:
        row = IssueRow(digest=self.digest, **issue.model_dump(), uses=0, opposite=False)
        self.session.add(row)
        return row

    def _learn_forms(self, party: str, forms: Iterable[str], basis: Basis) -> None:
        """Keep printed forms. A key that is settled for a party stays so; an alias never settles one."""
        for form in sorted(set(forms)):
            key = name_key(form)
            rows = list(self.session.scalars(select(NameRow).where(NameRow.digest == self.digest, NameRow.key == key)))
            settled = next((row for row in rows if row.basis != "alias"), None)
            if settled is not None and settled.party != party and basis == "alias":
                continue
            row = settled or next((row for row in rows if row.party == party), None)
            if row is None:
                self.session.add(NameRow(digest=self.digest, key=key, party=party, basis=basis, forms=[form]))
                self.session.flush()
                continue
            if row.basis == "alias" and basis != "alias":
                row.basis = basis
            if form not in row.forms:
                row.forms = sorted([*row.forms, form])

    def _learn_people(self, party: str, people: Sequence[Person]) -> None:
        if not people:
            return
        rows = list(
            self.session.scalars(
                select(PersonRow)
                .where(PersonRow.digest == self.digest, PersonRow.party == party)
                .order_by(PersonRow.id)
            )
        )
        known = [Person(name=row.name, office=row.office, aliases=row.aliases) for row in rows]
        merged = merge_people([*known, *people])
        if merged != known:
            where = (PersonRow.digest == self.digest, PersonRow.party == party)
            self.session.execute(delete(PersonRow).where(*where))
            self.session.add_all(PersonRow(digest=self.digest, party=party, **one.model_dump()) for one in merged)
            self.session.flush()

    def _learn_wording(self, issue: Issue, issue_id: str, *, opposite: bool) -> None:
        key = name_key(issue.name)
        known = select(WordingRow).where(
            WordingRow.digest == self.digest, WordingRow.key == key, WordingRow.proposition == issue.proposition
        )
        if self.session.scalars(known).first() is None:
            words = issue.model_dump(exclude={"id"})
            self.session.add(WordingRow(digest=self.digest, key=key, issue=issue_id, opposite=opposite, **words))
            self.session.flush()


@dataclass
class _Learning:
    """What one grouping teaches, by party and issue."""

    forms: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    aliases: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    people: dict[str, list[Person]] = field(default_factory=dict)
    wordings: list[tuple[Issue, str, bool]] = field(default_factory=list)
    used: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """How many documents use a party or an issue."""

    @classmethod
    def of(cls, grouping: Grouping, extracted: Sequence[Extracted]) -> _Learning:
        found = cls()
        for one in sorted(extracted, key=lambda one: one.document.id):
            used = set()
            for party in one.parties:
                party_id = grouping.party_ids[one.document.id, party.name]
                found.forms[party_id].add(party.name)
                found.aliases[party_id].update(party.aliases)
                used.add(party_id)
            for issue in one.issues:
                issue_id, opposite = grouping.issue_ids[one.document.id, issue.name]
                found.wordings.append((issue, issue_id, opposite))
                used.add(issue_id)
            for one_id in used:
                found.used[one_id] += 1
        found.people = {party.id: party.people for party in grouping.parties if party.id in found.forms}
        return found


def final(party: str, into: Mapping[str, str | None]) -> str:
    """Return the party that stands for one that may have been merged."""
    while (further := into.get(party)) is not None:
        party = further
    return party


def final_issue(issue: str, rows: Mapping[str, IssueRow]) -> tuple[str, bool]:
    """Return the issue that stands for one that may have been merged, and whether it says the contrary."""
    turned = False
    while (row := rows.get(issue)) is not None and row.merged_into is not None:
        issue, turned = row.merged_into, turned != row.opposite
    return issue, turned
