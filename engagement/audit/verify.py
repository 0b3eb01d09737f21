"""Proves the record: every chain is whole, every head signed, every day's seal agrees; and seals what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from engagement.audit.domain import GENESIS, Entry, Head, audit_key, base_mac, head_mac, row_hash, seal_mac
from engagement.audit.models import AuditBase, AuditHead, AuditRow, AuditSeal
from engagement.settings import current

Progress = Callable[[int, int], None]
_EVERY = 1000
_ROW = (
    AuditRow.id, AuditRow.chain, AuditRow.seq, AuditRow.prev, AuditRow.hash, AuditRow.at, AuditRow.force_id, AuditRow.actor_id,
    AuditRow.actor_name, AuditRow.operation, AuditRow.entity, AuditRow.ids, AuditRow.fields, AuditRow.note,
)  # fmt: skip


def _ours(mac: str, sign: Callable[[bytes], str]) -> bool:
    """Whether a signature is this service's: made with its secret, or with one before it."""
    return any(sign(audit_key(secret)) == mac for secret in current().secret_keys)


@dataclass(slots=True, kw_only=True)
class Report:
    """What the check found: nothing but counts where all is well, else a sentence for each fault."""

    rows: int = 0
    chains: int = 0
    seals: int = 0
    faults: list[str] = field(default_factory=list)


def seal_day(session: Session, day: date) -> bool:
    """Signs the ends of the chains that moved since the last seal, as they are now; once for a day, and never for one gone by."""
    seals = session.scalars(select(AuditSeal).order_by(AuditSeal.day)).all()
    if seals and seals[-1].day >= day:
        return False
    sealed = {chain: int(end[0]) for seal in seals for chain, end in seal.heads.items()}
    heads = [
        Head(chain=h.chain, seq=h.seq, hash=h.hash)
        for h in session.scalars(select(AuditHead).order_by(AuditHead.chain))
        if h.seq > sealed.get(h.chain, 0)
    ]
    before = seals[-1].mac if seals else ""
    session.add(
        AuditSeal(
            day=day,
            heads={h.chain: [h.seq, h.hash] for h in heads},
            mac=seal_mac(audit_key(current().secret_key), day.isoformat(), heads, before),
        )
    )
    return True


def verify(session: Session, progress: Progress | None = None) -> Report:
    """Reads the whole record, and names each row that was changed, each gap, and each chain that was cut off or removed.

    It reads within one transaction and changes nothing. Rows that are written meanwhile are left to the next check.
    """
    report = Report()
    heads = {h.chain: h for h in session.scalars(select(AuditHead).execution_options(populate_existing=True))}
    sealed = _seals(session, report)
    total = session.scalar(select(func.count()).select_from(AuditRow)) or 0
    ends = _bases(session, sealed, report)
    for row in _rows(session):
        report.rows += 1
        before = ends.get(row.chain, Head(chain=row.chain))
        _check_row(row, before, sealed, report)
        ends[row.chain] = Head(chain=row.chain, seq=row.seq, hash=row.hash)
        if progress is not None and report.rows % _EVERY == 0:
            progress(report.rows, total)
    report.chains = len(heads)
    for chain in sorted(set(heads) | set(ends) | {chain for chain, _seq in sealed}):
        _check_end(chain, heads.get(chain), ends.get(chain), session, report)
    _check_seals_reach(sealed, ends, report)
    return report


def _bases(session: Session, sealed: dict[tuple[str, int], str], report: Report) -> dict[str, Head]:
    """Where chains begin whose oldest rows were let go. Names a base that this service did not sign, or that was not sealed as it is."""
    found = {}
    for base in session.scalars(select(AuditBase).order_by(AuditBase.chain).execution_options(populate_existing=True)):
        head = Head(chain=base.chain, seq=base.seq, hash=base.hash)
        if not _ours(base.mac, partial(base_mac, head=head)) or sealed.get((head.chain, head.seq), head.hash) != head.hash:
            report.faults.append(
                f"Where chain {base.chain} begins is not signed by this service: rows up to number {base.seq} were removed."
            )
        found[base.chain] = head
    return found


def _rows(session: Session) -> Iterator[Row[*tuple[object, ...]]]:
    yield from session.execute(select(*_ROW).order_by(AuditRow.chain, AuditRow.seq).execution_options(yield_per=_EVERY))


def _check_row(row: Row, before: Head, sealed: dict[tuple[str, int], str], report: Report) -> None:  # type: ignore[type-arg]
    name = f"Row {row.id} of the record ({row.at:%d/%m/%Y %H:%M}, {row.actor_name})"
    if row.seq != before.seq + 1:
        lost = f"{before.seq + 1}" if row.seq == before.seq + 2 else f"{before.seq + 1} to {row.seq - 1}"
        report.faults.append(f"Before {name} something was removed: number {lost} of chain {row.chain}.")
    elif row.prev != before.hash:
        report.faults.append(f"{name} does not follow the row before it: one of the two was changed.")
    entry = Entry(
        at=row.at, force_id=row.force_id, actor_id=row.actor_id, actor_name=row.actor_name, operation=row.operation,
        entity=row.entity, ids=tuple(row.ids), fields=tuple(row.fields), note=row.note,
    )  # fmt: skip
    if row_hash(entry, chain=row.chain, seq=row.seq, prev=row.prev) != row.hash:
        report.faults.append(f"{name} was changed.")
    if sealed.get((row.chain, row.seq), row.hash) != row.hash:
        report.faults.append(f"{name} is not the row that was sealed.")


def _check_end(chain: str, head: AuditHead | None, end: Head | None, session: Session, report: Report) -> None:
    """Whether a chain ends where its signed head says. A row written since the heads were read has a newer head by now."""
    if head is not None and end is not None and end.seq > head.seq:
        session.refresh(head)
    if head is None:
        at = f" (last seen: number {end.seq})" if end else ""
        report.faults.append(f"The end of chain {chain} was removed{at}.")
        return
    said = Head(chain=head.chain, seq=head.seq, hash=head.hash)
    if not _ours(head.mac, partial(head_mac, head=said)):
        report.faults.append(f"The end of chain {chain} is not signed by this service: it was changed, or the secret key was.")
    last = end or Head(chain=chain, seq=0, hash=GENESIS)
    if last.seq < said.seq:
        report.faults.append(f"{said.seq - last.seq} rows were cut off the end of chain {chain}, behind number {last.seq}.")
    elif last != said:
        report.faults.append(f"Chain {chain} does not end as it was signed: its last row was changed or added.")


def _seals(session: Session, report: Report) -> dict[tuple[str, int], str]:
    """Each sealed end as (chain, seq): hash. Names seals that were changed, and gaps between them."""
    found: dict[tuple[str, int], str] = {}
    before = ""
    for seal in session.scalars(select(AuditSeal).order_by(AuditSeal.day)):
        heads = [Head(chain=chain, seq=int(end[0]), hash=str(end[1])) for chain, end in seal.heads.items()]
        if not _ours(seal.mac, partial(seal_mac, day=seal.day.isoformat(), heads=heads, before=before)):
            report.faults.append(f"The seal of {seal.day:%d/%m/%Y}, or one before it, was changed or removed.")
        before = seal.mac
        report.seals += 1
        found.update({(head.chain, head.seq): head.hash for head in heads})
    return found


def _check_seals_reach(sealed: dict[tuple[str, int], str], ends: dict[str, Head], report: Report) -> None:
    for chain, seq in sealed:
        end = ends.get(chain)
        if end is not None and end.seq < seq:
            report.faults.append(f"Chain {chain} was sealed with {seq} rows and has {end.seq}.")
