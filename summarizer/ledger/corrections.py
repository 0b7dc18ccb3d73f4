"""What a person corrects in the registry. It outlives every later run: a run never changes what a person settled."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from summarizer.errors import LedgerError
from summarizer.ledger.models import ApartRow, CorrectionRow, IssueRow, NameRow, PartyRow, WordingRow
from summarizer.ledger.names import final_issue
from summarizer.names import name_key, slug

__all__ = ["Corrections"]

Row = PartyRow | IssueRow


class Corrections:
    """Corrections of the names of one digest, within a session.

    `now` is the time they are noted with; to read alone it may be left out.
    Parties and issues are named by their ids, which never change (`issue:` or `party:` before an id tells which,
    should both have it). All methods raise LedgerError when an id is
    unknown or the correction makes no sense.
    """

    def __init__(self, session: Session, digest: str, now: datetime.datetime | None = None) -> None:
        self.session, self.digest, self.now = session, digest, now

    def merge(self, into: str, others: Sequence[str], *, opposite: bool = False) -> None:
        """Make several parties, or several issues, one. `opposite`: the others state the contrary of the first."""
        lead = self._standing(into)
        for other in others:
            row = self._standing(other)
            if row.id == lead.id:
                raise LedgerError(f"{other} cannot be merged with itself.")
            if type(row) is not type(lead):
                raise LedgerError(f"{into} and {other} cannot be merged: one is a party, the other an issue.")
            if self._apart(lead.id, row.id):
                raise LedgerError(f"{into} and {other} were said to be different. Take that back with: names together")
            if opposite and isinstance(row, PartyRow):
                raise LedgerError("Only issues can be opposites of one another. Leave out --opposite.")
            row.merged_into = lead.id
            if isinstance(row, IssueRow):
                row.opposite = opposite
        self._note("merge", {"into": lead.id, "others": list(others), "opposite": opposite})

    def rename(self, known: str, name: str) -> None:
        """Give a party or an issue another name to be shown by. Its id stays."""
        row = self._standing(known)
        if not name.strip():
            raise LedgerError("A name cannot be empty.")
        old, row.name = row.name, " ".join(name.split())
        if isinstance(row, PartyRow):
            self._settle(old, row.id)
            self._settle(row.name, row.id)
        self._note("rename", {"id": row.id, "from": old, "to": row.name})

    def split(self, known: str, forms: Sequence[str]) -> str:
        """Take forms of a name, wordings of an issue, or ids that were merged, out of a party or an issue.

        What is taken out is a party or an issue of its own, and stays apart from this one. Returns its id.
        """
        row = self._standing(known)
        merged = [self._row(form) for form in forms if self._exists(form)]
        if len(merged) == len(forms) == 1 and merged[0].merged_into == row.id:
            fresh: Row = merged[0]
            fresh.merged_into = None
        elif isinstance(row, PartyRow):
            fresh = self._split_party(row, forms)
        else:
            fresh = self._split_issue(row, forms)
        self.apart(row.id, fresh.id)
        self._note("split", {"from": row.id, "forms": list(forms), "to": fresh.id})
        return fresh.id

    def apart(self, one: str, other: str) -> None:
        """Say that two parties, or two issues, are different: they are not merged again."""
        first, second = sorted((self._standing(one).id, self._standing(other).id))
        if first == second:
            raise LedgerError(f"{one} and {other} are one at present. Split them first.")
        if not self._apart(first, second):
            self.session.add(ApartRow(digest=self.digest, one=first, other=second))
            self._note("apart", {"one": first, "other": second})

    def together(self, one: str, other: str) -> None:
        """Take back that two are different."""
        row = self._apart(one, other)
        if row is None:
            raise LedgerError(f"{one} and {other} were not said to be different.")
        self.session.delete(row)
        self._note("together", {"one": one, "other": other})

    def history(self) -> list[Mapping[str, Any]]:
        """Return every correction in order: `made`, `action`, `detail`."""
        rows = self.session.scalars(
            select(CorrectionRow).where(CorrectionRow.digest == self.digest).order_by(CorrectionRow.id)
        )
        return [{"made": row.made, "action": row.action, "detail": row.detail} for row in rows]

    def _split_party(self, row: PartyRow, forms: Sequence[str]) -> PartyRow:
        keys = {name_key(form) for form in forms}
        parties = self._merged_with(row.id, PartyRow)
        names = select(NameRow).where(NameRow.digest == self.digest, NameRow.party.in_(parties))
        known = [name for name in self.session.scalars(names) if name.key in keys]
        if missing := [form for form in forms if name_key(form) not in {name.key for name in known}]:
            raise LedgerError(f"{row.id} has no form {missing[0]!r}. See: names list {row.id}")
        if name_key(row.name) in keys:
            raise LedgerError(f"{row.name!r} is the name of {row.id} itself. Rename it first.")
        fresh = PartyRow(digest=self.digest, id=self._fresh(forms[0]), name=forms[0], kind=row.kind, uses=0)
        self.session.add(fresh)
        self.session.flush()
        for form in forms:
            self._settle(form, fresh.id)
        return fresh

    def _split_issue(self, row: IssueRow, forms: Sequence[str]) -> IssueRow:
        issues = {one.id: one for one in self.session.scalars(select(IssueRow).where(IssueRow.digest == self.digest))}
        parts = self._merged_with(row.id, IssueRow)
        wordings = [
            one
            for one in self.session.scalars(
                select(WordingRow).where(WordingRow.digest == self.digest, WordingRow.issue.in_(parts))
            )
            if one.name in forms or one.proposition in forms
        ]
        words = {word for one in wordings for word in (one.name, one.proposition)}
        if missing := [form for form in forms if form not in words]:
            raise LedgerError(f"{row.id} has no wording {missing[0]!r}. See: names list {row.id}")
        lead = min(wordings, key=lambda one: one.id)
        if any(one.key == name_key(row.name) and one.proposition == row.proposition for one in wordings):
            raise LedgerError(f"That is the wording of {row.id} itself. Take the other wordings out of it.")
        fresh = IssueRow(
            digest=self.digest,
            id=self._fresh(lead.name),
            name=lead.name,
            proposition=lead.proposition,
            question=lead.question,
            uses=0,
            opposite=False,
        )
        self.session.add(fresh)
        self.session.flush()
        turned = {one.id: final_issue(one.issue, issues)[1] != one.opposite for one in wordings}
        for one in wordings:
            one.issue, one.opposite = fresh.id, turned[one.id] != turned[lead.id]
        return fresh

    def _merged_with(self, known: str, table: type[PartyRow | IssueRow]) -> set[str]:
        """Return an id and those of all that were merged into it."""
        rows: list[Row] = [*self.session.scalars(select(table).where(table.digest == self.digest))]
        found = {known}
        while further := {row.id for row in rows if row.merged_into in found} - found:
            found |= further
        return found

    def _settle(self, form: str, party: str) -> None:
        """Say that a form is this party's: a person's word, which no run changes."""
        key = name_key(form)
        rows = list(self.session.scalars(select(NameRow).where(NameRow.digest == self.digest, NameRow.key == key)))
        forms = sorted({form, *(one for row in rows for one in row.forms)})
        for row in rows:
            self.session.delete(row)
        self.session.flush()
        self.session.add(NameRow(digest=self.digest, key=key, party=party, basis="person", forms=forms))
        self.session.flush()

    def _fresh(self, name: str) -> str:
        start = slug(name)
        number, fresh = 1, start
        while self._exists(fresh):
            number += 1
            fresh = f"{start}-{number}"
        return fresh

    def _exists(self, known: str) -> bool:
        return any(self.session.get(table, (self.digest, known)) is not None for table in (PartyRow, IssueRow))

    def _row(self, known: str) -> Row:
        kind, _, rest = known.partition(":")
        known = rest if kind in {"party", "issue"} and rest else known
        party = None if kind == "issue" else self.session.get(PartyRow, (self.digest, known))
        row = party or (None if kind == "party" else self.session.get(IssueRow, (self.digest, known)))
        if row is None:
            raise LedgerError(f"There is no party or issue {known!r} in {self.digest}. See: names list")
        return row

    def _standing(self, known: str) -> Row:
        row = self._row(known)
        if row.merged_into is not None:
            raise LedgerError(f"{known} was merged into {row.merged_into}. Name that one.")
        return row

    def _apart(self, one: str, other: str) -> ApartRow | None:
        first, second = sorted((one, other))
        return self.session.get(ApartRow, (self.digest, first, second))

    def _note(self, action: str, detail: Mapping[str, Any]) -> None:
        if self.now is None:
            raise ValueError("a correction is noted with its time")
        self.session.add(CorrectionRow(digest=self.digest, made=self.now, action=action, detail=dict(detail)))
