"""How a task is written: its entries and its line in the trail. Used by all verbs of approvals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.applications.approvals.models import ApprovalEntry, ApprovalTask, Happening
from app.applications.models import Application
from app.applications.notes import note
from app.kernel.actors import Acting
from app.kernel.database import scoped

VERBS = {
    Happening.ASKED: "ask-approval",
    Happening.ANSWERED: "answer-approval",
    Happening.VOIDED: "void-approval",
    Happening.LAPSED: "lapse-approval",
    Happening.EXTENDED: "extend-approval",
    Happening.HANDED_OVER: "hand-over-approval",
    Happening.RECALLED: "recall-approval",
}


def append(
    session: Session,
    application: Application,
    task: ApprovalTask,
    kind: Happening,
    *,
    by: Acting,
    at: datetime,
    told: Sequence[tuple[str, object]] = (),
    **columns: Any,
) -> ApprovalEntry:
    """One more entry of a task, and its deed in the trail. `told` goes into the trail's line; it holds no texts."""
    last = session.scalar(scoped(select(func.max(ApprovalEntry.position)).where(ApprovalEntry.task_id == task.id)))
    entry = ApprovalEntry(
        task_id=task.id,
        position=(last or 0) + 1,
        kind=kind,
        at=at,
        by_person_id=by.person_id,
        by_name=by.name,
        link_id=by.link_id,
        because=columns.pop("because", ""),
        **columns,
    )
    session.add(entry)
    session.flush()
    line = {"approval": task.key, "side": task.side_key, "task": str(task.id), **dict(told)}
    note(session, VERBS[kind], application, by=by, at=at, **line)
    return entry
