"""Recording what each side says, what all sides decide together, and letting all results go at one instant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.applications import queries as applications
from app.applications import services as applying
from app.applications.models import Application
from app.applications.rules import CapRule, cap_problems
from app.communications import services as communications
from app.decisions import effects, queries
from app.decisions.models import JointDecision, Release, Verdict, VerdictYear
from app.decisions.rules import Outcome, Proposal, ProposedOutcome
from app.kernel.actors import Acting
from app.kernel.database import is_writing, scoped
from app.kernel.errors import Clash, NotAllowed, Problem, Refused, Stale
from app.kernel.money import AmountProblem, Money, parse_amount
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition, Side
from app.programmes.models import Call, CallState
from app.programmes.queries import definition_by_version
from app.trail import services as trail
from app.workflow.machine import CONFLICT
from app.workflow.table import TABLE
from app.workflow.vocabulary import Move, State


def record_verdict(
    session: Session,
    application: Application,
    side_key: str,
    *,
    recommends: bool | None,
    reasons: str,
    typed: Mapping[int, str],
    version: int,
    by: Acting,
    at: datetime,
) -> Verdict:
    """Write down what one side says. `typed` are the granted amounts by year; without a yes there are none.

    `version` is 0 for a first verdict. Raises NotAllowed for another side, Stale with both texts, Refused with a
    problem at each field (`grant-<side>-<year>`).
    """
    definition = definition_by_version(session, application.call_version_id)
    _must_be_due(session, application, definition, Action.RECORD_VERDICT, by)
    beside = applications.taking_part(session, [application.id])[application.id]
    if side_key not in by.sides or side_key not in beside:
        message = N_("A coordinator records the verdict of the own side only.")
        raise NotAllowed([Problem("other_side", message, holder="coordinator")])
    side = definition.side(side_key)
    kept = session.scalar(
        scoped(
            select(Verdict)
            .where(Verdict.application_id == application.id, Verdict.side_key == side_key)
            .with_for_update()
        )
    )
    _must_be_fresh(session, application, side_key, kept, reasons=reasons, version=version)
    asked = applications.budgets(session, [application.id]).get(application.id, {}).get(side_key, {})
    amounts, problems = _read_grants(side, definition, beside, asked, typed) if recommends else ({}, [])
    if recommends is None:
        message = N_("Choose whether your side recommends the application.")
        problems.insert(0, Problem("verdict_open", message, field=f"recommends-{side_key}"))
    if not reasons.strip():
        problems.append(Problem("reasons_missing", N_("Write the reasons of your side."), field=f"reasons-{side_key}"))
    if problems or recommends is None:
        raise Refused(problems)
    verdict = kept or Verdict(application_id=application.id, side_key=side_key)
    verdict.recommends, verdict.reasons, verdict.by_person_id, verdict.at = recommends, reasons.strip(), _person(by), at
    _write_verdict(session, verdict, amounts)
    trail.record(
        session,
        "record-verdict",
        by=by,
        at=at,
        call_id=application.call_id,
        subject=application.reference or "",
        subject_id=application.id,
        side=side_key,
        recommends=recommends,
        minor={str(year): money.minor for year, money in amounts.items()},
    )
    return verdict


def hindrance(
    session: Session, application: Application, definition: Definition, action: Action, by: Acting
) -> Problem | None:
    """Why this person cannot record a verdict or decision now, or None. Both belong to the state from which the call
    decides: after review, where it has one.

    Whoever applies in the call records nothing in it. Whoever is shut out of one application takes no joint decision
    on any: the ceiling of the call would tell what became of the one.
    """
    problem = may(action, by, application.state)
    if problem is not None:
        return problem
    is_joint = action is Action.RECORD_DECISION
    if queries.is_shut_out(session, application.call_id, by.person_id, by_conflict_too=is_joint):
        return CONFLICT
    if Move.DECIDE in {row.move for row in TABLE.rows_from(application.state, definition.stages)}:
        return None
    return Problem("not_reviewed", N_("This application has not been reviewed yet."), holder="chair")


def _must_be_due(
    session: Session, application: Application, definition: Definition, action: Action, by: Acting
) -> None:
    problem = hindrance(session, application, definition, action, by)
    if problem is None:
        return
    raise Refused([problem]) if problem.code in ("not_now", "not_reviewed") else NotAllowed([problem])


def _must_be_fresh(
    session: Session, application: Application, side_key: str, kept: Verdict | None, *, reasons: str, version: int
) -> None:
    stands = kept.version if kept is not None else 0
    if stands == version:
        return
    theirs = queries.verdicts_of(session, [application.id])[application.id].get(side_key)
    raise Stale(
        [
            Clash(
                f"reasons-{side_key}",
                N_("Reasons of your side"),
                reasons,
                theirs.reasons if theirs else "",
                theirs.by_name if theirs else "",
                stands,
            )
        ]
    )


def _read_grants(
    side: Side, definition: Definition, beside: Collection[str], asked: Mapping[int, Money], typed: Mapping[int, str]
) -> tuple[dict[int, Money], list[Problem]]:
    """The amounts by year, and everything wrong with them: unreadable, above what was asked, above the caps.

    They are what was typed for too: direct costs, where overhead lies on top.
    """
    if not side.pays or side.currency is None:
        return {}, []
    amounts: dict[int, Money] = {}
    problems: list[Problem] = []
    for year in range(1, (definition.years or 1) + 1):
        place = f"grant-{side.key}-{year}"
        try:
            amounts[year] = parse_amount(typed.get(year, ""), side.currency)
        except AmountProblem as unreadable:
            problems.append(unreadable.problem(field=place, side=side.short))
            continue
        ceiling = asked.get(year, Money(0, side.currency))
        if amounts[year] > ceiling:
            message = N_("%(side)s, year %(year)s: %(granted)s is more than the %(asked)s that was asked for.")
            values = {"side": side.short, "year": str(year), "granted": amounts[year], "asked": ceiling}
            problems.append(Problem("over_asked", message, field=place, side=side.short, values=values))
    over = cap_problems(CapRule.of(side, definition.years or 1, beside), amounts)
    problems += [replace(problem, field=(problem.field or "").replace("budget-", "grant-")) for problem in over]
    is_zero = not any(money.minor for money in amounts.values())
    if not problems and is_zero and any(money.minor for money in asked.values()):
        message = N_("%(side)s recommends the application, so it grants an amount in at least one year.")
        problems.append(Problem("nothing_granted", message, field=f"grant-{side.key}-1", values={"side": side.short}))
    return amounts, problems


def _write_verdict(session: Session, verdict: Verdict, amounts: Mapping[int, Money]) -> None:
    session.add(verdict)
    session.flush()
    session.execute(scoped(delete(VerdictYear).where(VerdictYear.verdict_id == verdict.id)))
    session.add_all(
        VerdictYear(verdict_id=verdict.id, year=year, amount_minor=money.minor, currency=money.currency)
        for year, money in amounts.items()
    )
    session.flush()


def record_decision(
    session: Session,
    application: Application,
    *,
    outcome: str,
    reasons: str,
    feedback: str,
    took_part: str,
    by: Acting,
    at: datetime,
) -> JointDecision:
    """Write down what the sides decided together; `Move.DECIDE` then takes it into force.

    Reasons are required where the decision departs from the proposal of the joint rule; feedback and who took part
    always. A decision that stood before is superseded.
    """
    definition = definition_by_version(session, application.call_version_id)
    _must_be_due(session, application, definition, Action.RECORD_DECISION, by)
    # Awards are counted under the call's lock, so that two at once cannot both be the last one.
    session.scalar(select(Call).where(Call.id == application.call_id).with_for_update())
    proposal = queries.proposal_of(session, definition, application)
    problems = list(_lacks(proposal, outcome, reasons, feedback, took_part))
    if problems:
        raise Refused(problems)
    effects.supersede(session, application.id, at)
    decision = JointDecision(
        application_id=application.id,
        outcome=Outcome(outcome),
        reasons=reasons.strip(),
        feedback=feedback.strip(),
        took_part=took_part.strip(),
        model=definition.decision.model.value if definition.decision else "",
        proposed=proposal.outcome.value if proposal else "",
        by_person_id=_person(by),
        at=at,
    )
    session.add(decision)
    session.flush()
    trail.record(
        session,
        "record-decision",
        by=by,
        at=at,
        call_id=application.call_id,
        subject=application.reference or "",
        subject_id=application.id,
        outcome=outcome,
        proposed=decision.proposed,
        decision=str(decision.id),
    )
    return decision


def _lacks(proposal: Proposal | None, outcome: str, reasons: str, feedback: str, took_part: str) -> Iterable[Problem]:
    is_open = proposal is not None and proposal.outcome is ProposedOutcome.AWAITING
    is_awaiting = is_open and proposal is not None and proposal.code != "tie_at_line"
    if proposal is not None and is_awaiting:
        yield Problem("verdict_awaited", proposal.message, holder="coordinator", values=proposal.values)
    if outcome not in set(Outcome):
        yield Problem("outcome_missing", N_("Choose the outcome."), field="outcome")
    elif proposal is not None and not is_open and proposal.outcome != outcome and not reasons.strip():
        message = N_("The decision departs from the proposal of the joint rule: write the reasons.")
        yield Problem("departure_unexplained", message, field="reasons")
    if proposal is not None and proposal.code == "tie_at_line" and outcome in set(Outcome) and not reasons.strip():
        message = N_("The joint rule leaves equals at the line: write how they were told apart.")
        yield Problem("tie_unexplained", message, field="reasons")
    if not feedback.strip():
        yield Problem(
            "feedback_missing",
            N_("Write the feedback to the applicants; no decision goes out without it."),
            field="feedback",
        )
    if not took_part.strip():
        yield Problem("took_part_missing", N_("Write who took part in the decision."), field="took_part")


def _person(by: Acting) -> UUID:
    """Verdicts, decisions and releases are made by people; anybody else is a bug."""
    if by.person_id is None:
        raise ValueError(f"{by.name} is nobody who may answer for this")
    return by.person_id


def release(session: Session, call: Call, *, by: Acting, at: datetime) -> Release:
    """Send all letters and make all results visible, at this instant and together; or nothing at all.

    A second release of the same call changes nothing and returns the first. Raises Refused with everything in the way.
    """
    session.scalar(select(Call).where(Call.id == call.id).with_for_update())
    done = session.scalar(select(Release).where(Release.call_id == call.id))
    if done is not None:
        return done
    problems = release_problems(session, call, by=by, at=at)
    if problems:
        raise Refused(problems)
    decided = [application for application in _handed_in(session, call) if application.state is State.DECIDED]
    row = Release(call_id=call.id, at=at, by_person_id=_person(by))
    for application in decided:
        applying.take(session, application, Move.RELEASE, by=applying.system("release"), at=at)
    letters = communications.queue_drafts(session, call.id, effects.LETTERS, at=at)
    session.add(row)
    call.state = CallState.DECIDED
    session.flush()
    trail.record(session, "release-results", by=by, at=at, call_id=call.id, applications=len(decided), letters=letters)
    return row


def release_problems(
    session: Session, call: Call, *, by: Acting, at: datetime, is_thorough: bool = True
) -> tuple[Problem, ...]:
    """Everything that stands in the way of a release. Whoever is shut out from one application learns no more.

    A page that only looks need not be thorough: each decision was found whole when it was taken.
    """
    if queries.is_shut_out(session, call.id, by.person_id):
        return (replace(CONFLICT, holder="coordinator"),)
    return tuple(_obstacles(session, _handed_in(session, call), at, is_thorough))


def _handed_in(session: Session, call: Call) -> Sequence[Application]:
    """All applications of the call but the unsent; held until the end of a transaction that may write."""
    statement = select(Application).where(Application.call_id == call.id, Application.state.not_in(queries.UNSENT))
    statement = scoped(statement.order_by(Application.number))
    return session.scalars(statement.with_for_update() if is_writing() else statement).all()


def _obstacles(session: Session, waiting: Sequence[Application], at: datetime, is_thorough: bool) -> Iterator[Problem]:
    for application in waiting:
        if application.state in queries.FINAL:
            continue
        if application.state is not State.DECIDED:
            message = N_("%(reference)s is not decided yet.")
            yield Problem("undecided", message, holder="coordinator", values={"reference": application.reference or ""})
            continue
        if not is_thorough:
            continue
        told = effects.facts(session, application, at)
        if told["outcome_problem"] is not None:
            flaw: Problem = told["outcome_problem"]
            values = {"reference": application.reference or "", "flaw": flaw}
            yield Problem(flaw.code, N_("%(reference)s: %(flaw)s"), holder="coordinator", values=values)
        if told["release_problem"] is not None:
            yield told["release_problem"]
    if not any(application.state is State.DECIDED for application in waiting):
        yield Problem("nothing_decided", N_("No application has been decided yet."), holder="coordinator")
