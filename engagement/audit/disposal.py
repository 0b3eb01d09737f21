"""Lets months of the record go when their time is over: the oldest rows of each chain, leaving a signed base that the rest is proved from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engagement.access.domain import system
from engagement.audit.domain import Head, Operation, audit_key, base_mac
from engagement.audit.models import AuditBase, AuditRow, AuditSeal
from engagement.audit.service import record
from engagement.audit.verify import Progress, verify
from engagement.core.clock import london_day, london_moment
from engagement.core.errors import Refused
from engagement.core.months import Month
from engagement.db import reading, unit_of_work
from engagement.settings import current

NAME = "dispose-audit"
BATCH = 50  # chains in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposed:
    """What went, or would go: rows and the chains they stood in."""

    rows: int
    chains: int


def first_kept(today: date) -> Month:
    """The oldest month that must be kept: the setting's number of whole months before this one."""
    return Month.of(today).plus(-current().number("retention", "audit_months"))


def dispose(before: Month | None, *, now: datetime, dry: bool = False, progress: Progress | None = None) -> Disposed:
    """Erases what stands in the record from before that month (else from before all that must be kept), and says so in the record.

    Only what was sealed goes, and of each chain only what is older than all that stays. A row written later about an older
    moment, such as a page read without a signal, keeps those behind it until its own time is over. Refused where the month
    must still be kept, and where the record is not whole: who tampered with it must not be the one to be forgotten.
    """
    kept = first_kept(london_day(now))
    before = kept if before is None else before
    if before > kept:
        raise Refused("The record is kept from {month} on: nothing after it may go.", month=kept.name)
    if verify(reading(), progress).faults:
        raise Refused("The record is not whole, so nothing of it may go. Run: engagement check-audit")
    ends = _ends(reading(), london_moment(before.first, 0, 0))
    rows = sum(count for _head, count in ends)
    reading().rollback()
    if not dry:
        for batch in _batches([head for head, _count in ends]):
            with unit_of_work() as session:
                _let_go(session, batch, before, now)
    return Disposed(rows=rows, chains=len(ends))


def _ends(session: Session, moment: datetime) -> list[tuple[Head, int]]:
    """The last row to go of each chain that has one, and how many go with it."""
    sealed = {
        chain: int(end[0]) for seal in session.scalars(select(AuditSeal).order_by(AuditSeal.day)) for chain, end in seal.heads.items()
    }
    later = select(AuditRow.chain, func.min(AuditRow.seq).label("seq")).where(AuditRow.at >= moment).group_by(AuditRow.chain).subquery()
    found = session.execute(
        select(AuditRow.chain, func.max(AuditRow.seq), func.max(later.c.seq), func.min(AuditRow.seq))
        .outerjoin(later, later.c.chain == AuditRow.chain)
        .group_by(AuditRow.chain)
        .order_by(AuditRow.chain)
    ).all()
    ends = []
    for chain, last, stays, first in found:
        seq = min(last if stays is None else stays - 1, sealed.get(chain, 0))
        if seq >= first:
            end = session.scalar(select(AuditRow.hash).where(AuditRow.chain == chain, AuditRow.seq == seq))
            ends.append((Head(chain=chain, seq=seq, hash=str(end)), seq - first + 1))
    return ends


def _batches(heads: Sequence[Head]) -> Iterator[Sequence[Head]]:
    yield from (heads[i : i + BATCH] for i in range(0, len(heads), BATCH))


def _let_go(session: Session, heads: Sequence[Head], before: Month, now: datetime) -> None:
    key, counts = audit_key(current().secret_key), dict[int, int]()
    for head in heads:
        gone = (AuditRow.chain == head.chain, AuditRow.seq <= head.seq)
        for force_id, count in session.execute(select(AuditRow.force_id, func.count()).where(*gone).group_by(AuditRow.force_id)):
            counts[int(force_id or 0)] = counts.get(int(force_id or 0), 0) + count
        session.merge(AuditBase(chain=head.chain, seq=head.seq, hash=head.hash, mac=base_mac(key, head)))
        session.flush()  # the base first: the database lets a row go behind one, and nowhere else
        session.execute(delete(AuditRow).where(*gone))
    for force_id, count in sorted(counts.items()):
        note = f"{count} rows from before {before.name}"
        record(session, system(NAME, force_id), Operation.ERASURE, "audit", (), now=now, note=note)
