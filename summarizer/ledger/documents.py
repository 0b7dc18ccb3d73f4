"""The documents of a digest, and what was extracted from each: stored once, resolved anew whenever names change."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, defer

from summarizer.assembling import Extracted
from summarizer.claims import Brief, Gap, Issue, Party, Unverified, sections
from summarizer.documents import Document, Published
from summarizer.errors import LedgerError
from summarizer.ledger.models import ClaimRow, DocumentRow, EntryRow, ExtractionRow

__all__ = ["Documents", "Entry", "Held"]


@dataclass(frozen=True)
class Entry:
    """A document of a digest and how far it has got."""

    document: str
    label: str
    state: str
    """`waiting`, `extracted` or `given_up`."""
    seen: datetime.date
    origin: str | None
    tries: int
    reason: str | None


@dataclass(frozen=True)
class Held:
    """What one document says, as it is kept."""

    extraction: int
    extracted: Extracted
    rows: tuple[int, ...]
    """The id of each claim's row, in the order of the claims."""
    same: Mapping[int, int]
    """Row to the least row of those that report the same thing."""
    follows: Mapping[int, tuple[int, str]]
    """Row to the earlier one that it is about, and what it says of it."""
    since: int | None
    """The first brief that holds it; None when it is new."""


class Documents:
    """The documents of one digest, within a session. `kind` is the class of its briefs."""

    def __init__(self, session: Session, digest: str, kind: type[Brief]) -> None:
        self.session, self.digest = session, digest
        self.types = {item.__name__: item for item in sections(kind).values()}

    def add(self, documents: Iterable[Document], day: datetime.date) -> list[Document]:
        """Take in documents that came on a day. Returns those that this digest did not have.

        Raises LedgerError when another text is kept under a document's id.
        """
        fresh: list[Document] = []
        for document in documents:
            row = self.session.get(DocumentRow, document.id)
            if row is None:
                facts = document.model_dump(exclude={"text"})
                row = DocumentRow(id=document.id, sha256=document.sha256, facts=facts, text=document.text)
                self.session.add(row)
                self.session.flush()
            elif row.sha256 != document.sha256:
                raise LedgerError(f"{document.label}: another document is kept under its id, {document.id}.")
            if self.session.get(EntryRow, (self.digest, document.id)) is None:
                entry = EntryRow(digest=self.digest, document=document.id, state="waiting", seen=day, tries=0)
                self.session.add(entry)
                fresh.append(document)
        self.session.flush()
        return fresh

    def known(self) -> set[str]:
        """Return the ids of the documents that the digest has."""
        return set(self.session.scalars(select(EntryRow.document).where(EntryRow.digest == self.digest)))

    def entries(self) -> list[Entry]:
        """Return all documents and how far they have got, in the order of their ids."""
        found = self.session.execute(
            select(EntryRow, DocumentRow)
            .join(DocumentRow, DocumentRow.id == EntryRow.document)
            .where(EntryRow.digest == self.digest)
            .options(defer(DocumentRow.text))
            .order_by(EntryRow.document)
        )
        return [
            Entry(row.document, _label(kept), row.state, row.seen, row.origin, row.tries, row.reason)
            for row, kept in found
        ]

    def waiting(self) -> list[Document]:
        """Return the documents that are still to be asked about; copies are not."""
        chosen = (EntryRow.state == "waiting", EntryRow.origin.is_(None))
        return [_document(row) for row in self.session.scalars(self._kept(*chosen))]

    def copies(self) -> list[Document]:
        """Return the documents that copy others."""
        return [_document(row) for row in self.session.scalars(self._kept(EntryRow.origin.is_not(None)))]

    def all(self) -> list[Document]:
        """Return every document."""
        return [_document(row) for row in self.session.scalars(self._kept())]

    def _kept(self, *where: Any) -> Select[DocumentRow]:
        return (
            select(DocumentRow)
            .join(EntryRow, DocumentRow.id == EntryRow.document)
            .where(EntryRow.digest == self.digest, *where)
            .order_by(DocumentRow.id)
        )

    def set_origins(self, origins: Mapping[str, str]) -> None:
        """Keep which documents copy which. `origins` tells it of all documents of the digest."""
        for row in self.session.scalars(select(EntryRow).where(EntryRow.digest == self.digest)):
            row.origin = origins.get(row.document)
        self.session.flush()

    def origins(self) -> dict[str, str]:
        """Return the copies, each with the document that it copies."""
        found = select(EntryRow.document, EntryRow.origin).where(
            EntryRow.digest == self.digest, EntryRow.origin.is_not(None)
        )
        return {document: origin for document, origin in self.session.execute(found) if origin is not None}

    def failed(self, document: str, reason: str, *, most: int | None) -> None:
        """Note that a document could not be extracted; after `most` tries it is given up."""
        row = self.session.get_one(EntryRow, (self.digest, document))
        row.reason = reason
        if most is not None:
            row.tries += 1
            row.state = "given_up" if row.tries >= most else row.state

    def ask_again(self, documents: Iterable[str]) -> None:
        """Put documents back among those that wait; what was extracted stays until it is replaced.

        Raises LedgerError when the digest has no such document.
        """
        for one in documents:
            row = self.session.get(EntryRow, (self.digest, one))
            if row is None:
                raise LedgerError(f"{self.digest} has no document {one}. See: summarizer digest status")
            row.state, row.tries, row.reason = "waiting", 0, None

    def keep(self, extracted: Extracted, recipe: Mapping[str, Any], now: datetime.datetime) -> int:
        """Keep what a document says. Returns the number of the extraction."""
        found = {
            "condition": extracted.condition,
            "language": extracted.language,
            "published": extracted.published.model_dump(),
            "parties": [one.model_dump() for one in extracted.parties],
            "issues": [one.model_dump() for one in extracted.issues],
            "unverified": [one.model_dump() for one in extracted.unverified],
            "gaps": [one.model_dump() for one in extracted.gaps],
        }
        row = ExtractionRow(
            digest=self.digest,
            document=extracted.document.id,
            made=now,
            recipe=dict(recipe),
            found=found,
            reconciled=False,
            compared=False,
        )
        self.session.add(row)
        self.session.flush()
        self.session.add_all(
            ClaimRow(extraction=row.id, number=number, type=type(claim).__name__, data=claim.model_dump(by_alias=True))
            for number, claim in enumerate(extracted.claims)
        )
        entry = self.session.get_one(EntryRow, (self.digest, extracted.document.id))
        entry.state, entry.reason = "extracted", None
        self.session.flush()
        return row.id

    def unfinished(self) -> dict[str, str]:
        """Return the documents that were extracted and are not ready for a brief, each with what is to be done."""
        found = select(ExtractionRow.document, ExtractionRow.reconciled).where(
            ExtractionRow.digest == self.digest, ExtractionRow.compared.is_(False)
        )
        return {
            document: "its claims are not compared yet" if reconciled else "its names are not grouped yet"
            for document, reconciled in self.session.execute(found)
        }

    def unreconciled(self) -> list[Held]:
        """Return what was extracted and whose names are not grouped yet."""
        return self._held(ExtractionRow.reconciled.is_(False))

    def uncompared(self) -> set[int]:
        """Return the extractions whose claims were not compared with others yet."""
        found = select(ExtractionRow.id).where(
            ExtractionRow.digest == self.digest, ExtractionRow.reconciled, ExtractionRow.compared.is_(False)
        )
        return set(self.session.scalars(found))

    def pending(self) -> bool:
        """Tell whether anything is left that the model is needed for: to ask about, to group, to put into a brief."""
        waiting = select(EntryRow.document).where(
            EntryRow.digest == self.digest, EntryRow.state == "waiting", EntryRow.origin.is_(None)
        )
        fresh = select(ExtractionRow.id).where(
            ExtractionRow.digest == self.digest, ExtractionRow.since.is_(None) | ExtractionRow.compared.is_(False)
        )
        return any(self.session.scalars(one.limit(1)).first() is not None for one in (waiting, fresh))

    def unwritten(self) -> bool:
        """Tell whether there is something that is ready for a brief and that no brief holds."""
        found = select(ExtractionRow.id).where(
            ExtractionRow.digest == self.digest, ExtractionRow.compared, ExtractionRow.since.is_(None)
        )
        return self.session.scalars(found.limit(1)).first() is not None

    def mark(self, extractions: Iterable[int], **done: bool) -> None:
        """Note what has been done with extractions: `reconciled`, `compared`."""
        chosen = list(extractions)
        if chosen:
            self.session.execute(update(ExtractionRow).where(ExtractionRow.id.in_(chosen)).values(**done))

    def include(self, brief: int) -> None:
        """Note that a brief is the first to hold what no brief held before."""
        self.session.execute(
            update(ExtractionRow)
            .where(ExtractionRow.digest == self.digest, ExtractionRow.compared, ExtractionRow.since.is_(None))
            .values(since=brief)
        )

    def held(self, *, uncompared: bool = False) -> list[Held]:
        """Return what the documents say: of each the latest extraction that is ready for a brief.

        Args:
            uncompared: also what has its names grouped, but was not compared with the others yet.

        """
        ready = ExtractionRow.reconciled if uncompared else ExtractionRow.compared
        return self._held(ExtractionRow.id.in_(self._latest(ready)))

    def replaced(self, until: int) -> list[Held]:
        """Return the extractions that a brief held, and that later ones have replaced since."""
        return self._held(
            ExtractionRow.id.in_(self._latest(ExtractionRow.since <= until)),
            ExtractionRow.id.not_in(self._latest(ExtractionRow.compared)),
        )

    def _latest(self, *where: Any) -> Any:
        """Select of each document the latest extraction of which something holds."""
        found = select(func.max(ExtractionRow.id)).where(ExtractionRow.digest == self.digest, *where)
        return found.group_by(ExtractionRow.document)

    def related(self, held: Sequence[Held]) -> list[Held]:
        """Return extractions with what is kept by now of their claims: which report the same, which follow which."""
        rows = select(ClaimRow.id, ClaimRow.same_as, ClaimRow.follows, ClaimRow.relation).join(
            ExtractionRow, ExtractionRow.id == ClaimRow.extraction
        )
        same: dict[int, int] = {}
        follows: dict[int, tuple[int, str]] = {}
        for row, least, earlier, relation in self.session.execute(rows.where(ExtractionRow.digest == self.digest)):
            if least is not None:
                same[row] = least
            if earlier is not None:
                follows[row] = (earlier, relation or "")
        return [
            replace(
                one,
                same={row: same[row] for row in one.rows if row in same},
                follows={row: follows[row] for row in one.rows if row in follows},
            )
            for one in held
        ]

    def _held(self, *where: Any) -> list[Held]:
        rows = list(
            self.session.execute(
                select(ExtractionRow, DocumentRow)
                .join(DocumentRow, DocumentRow.id == ExtractionRow.document)
                .where(ExtractionRow.digest == self.digest, *where)
                .order_by(DocumentRow.id)
            )
        )
        claims: dict[int, list[ClaimRow]] = defaultdict(list)
        wanted = select(ClaimRow).join(ExtractionRow, ExtractionRow.id == ClaimRow.extraction)
        for claim in self.session.scalars(
            wanted.where(ExtractionRow.digest == self.digest, *where).order_by(ClaimRow.extraction, ClaimRow.number)
        ):
            claims[claim.extraction].append(claim)
        return [self._one(row, _document(kept), claims[row.id]) for row, kept in rows]

    def _one(self, row: ExtractionRow, document: Document, claims: Sequence[ClaimRow]) -> Held:
        found = row.found
        extracted = Extracted(
            document=document,
            condition=found["condition"],
            language=found["language"],
            published=Published.model_validate(found["published"]),
            parties=tuple(map(Party.model_validate, found["parties"])),
            issues=tuple(map(Issue.model_validate, found["issues"])),
            claims=tuple(self.types[one.type].model_validate(one.data) for one in claims),
            unverified=tuple(map(Unverified.model_validate, found["unverified"])),
            gaps=tuple(map(Gap.model_validate, found["gaps"])),
        )
        return Held(
            extraction=row.id,
            extracted=extracted,
            rows=tuple(one.id for one in claims),
            same={one.id: one.same_as for one in claims if one.same_as is not None},
            follows={one.id: (one.follows, one.relation or "") for one in claims if one.follows is not None},
            since=row.since,
        )

    def group(self, groups: Iterable[Iterable[int]]) -> None:
        """Keep which claims, by their rows, report the same thing. Groups that share a claim become one."""
        for group in groups:
            members = set(group)
            known = self.session.scalars(select(ClaimRow).where(ClaimRow.id.in_(members)))
            roots = {row.same_as for row in known if row.same_as is not None}
            joined = self.session.scalars(
                select(ClaimRow).where(ClaimRow.same_as.in_(roots) | ClaimRow.id.in_(members))
            ).all()
            least = min(row.id for row in joined)
            for row in joined:
                row.same_as = least
            self.session.flush()

    def follow(self, row: int, earlier: int, relation: str) -> None:
        """Keep that a claim is about an earlier one, and what it says of it."""
        claim = self.session.get_one(ClaimRow, row)
        claim.follows, claim.relation = earlier, relation


def _document(row: DocumentRow) -> Document:
    return Document.model_validate({**row.facts, "text": row.text})


def _label(row: DocumentRow) -> str:
    facts = row.facts
    return facts.get("title") or facts.get("path") or facts.get("url") or row.id
