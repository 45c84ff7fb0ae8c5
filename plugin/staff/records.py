"""What the page of one participant shows: steps, arm, trend, diary, modules, visits, reminders."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from modules.course.curriculum import Exercise, Module
from modules.course.progression import ModuleState
from modules.diary.adherence import Adherence
from modules.outcomes import charts
from modules.records import queries
from modules.records.models import Consent, Participant, ParticipantStatus
from modules.records.queries import (
    AssessmentFacts,
    CourseRecord,
    DiaryFacts,
    ParticipantFacts,
)
from modules.study import days
from modules.study.protocol import Protocol
from modules.study.schedule import VisitState
from modules.text import Text
from notifications import outbox, trouble
from notifications.channels import label_of as channel_label
from notifications.channels import shown_address
from notifications.models import Contact, Scope, open_contact
from notifications.trouble import Trouble
from plugin import filters, names, outcomes, reminders, time_zones
from plugin.staff import calendar, care_section, overview
from plugin.staff.alerts import ListedAlert
from plugin.staff.calendar import CalendarDay
from plugin.staff.care_section import CareSection
from plugin.time_zones import OwnZone
from plugin.tool import Tool
from plugin.trial import allocation, labels, readiness
from plugin.trial.readiness import Check


@dataclass(frozen=True)
class Page:
    """Everything on the page, read; `arm` is None before allocation and in care."""

    facts: ParticipantFacts
    name: str
    today: date
    arm: str | None
    week: int | None
    duration_weeks: int
    last_pain: tuple[int | None, date | None]
    missing_steps: tuple[str, ...]
    """Steps before allocation that the protocol demands and that are not done, in its order."""
    unmet: tuple[str, ...]
    """Eligibility criteria that are not met, in words."""
    unfinished: tuple[str, ...]
    """Questionnaires without which there is no baseline, and why."""
    consent: Consent | None
    states: tuple[tuple[Module, ModuleState], ...]
    visits: tuple[VisitState, ...]
    scores: tuple[tuple[str, str, AssessmentFacts, str], ...]
    """(visit title, instrument title, assessment, main score in words)."""
    diary: tuple[DiaryFacts, ...]
    """Newest first."""
    exercises: Mapping[str, Exercise]
    calendar: tuple[tuple[CalendarDay, ...], ...]
    """Week by week; empty where the arm has no programme."""
    adherence: Adherence | None
    trend: Markup | None
    daily_pain: Markup | None
    """Pain before and after the exercises, day by day; None below two days."""
    time_zone: OwnZone
    reached: tuple[Text, Text] | None
    """By which channel and where the participant is reminded; None: not at all."""
    notices: Scope | None
    """Of what; None: not at all."""
    trouble: Trouble | None
    """Why messages do not arrive; None: they do."""
    reminders: tuple[outbox.Entry, ...]
    alerts: tuple[ListedAlert, ...]
    care: CareSection | None
    """Diary replies, prescription, adherence by week; None where the arm has no programme."""
    has_goals: bool

    @property
    def may_withdraw(self) -> bool:
        """Whether the participant is still in the study."""
        return self.facts.status in (ParticipantStatus.SCREENING, ParticipantStatus.ACTIVE)


def today_of(session: Session, tool: Tool, participant_id: uuid.UUID) -> date:
    """Return the calendar day it is for a participant."""
    facts = queries.participant(session, participant_id)
    return days.today_for(tool.now(), facts.time_zone)


def page_of(
    session: Session, tool: Tool, protocol: Protocol, participant_id: uuid.UUID, language: str
) -> Page:
    """Read the page of one participant."""
    record = queries.course_record(session, participant_id)
    facts = record.participant
    today = days.today_for(tool.now(), facts.time_zone)
    arm = allocation.arm_of(session, participant_id) if protocol.is_trial else None
    parts = allocation.components(protocol, arm)
    follows = "programme" in parts and facts.day_one is not None
    scores = tuple(_scores(tool, protocol, record, language))
    checks = _checks(session, protocol, record)
    contact = open_contact(session, participant_id)
    return Page(
        facts=facts,
        name=names.of_participant(session, participant_id),
        today=today,
        arm=protocol.arm(arm).label.get(language) if arm else None,
        week=overview.week_of(protocol, facts.day_one, today),
        duration_weeks=protocol.duration_weeks,
        last_pain=overview.last_pain(tool, record),
        missing_steps=readiness.missing(checks),
        unmet=labels.unmet(checks, protocol, language),
        unfinished=labels.unfinished(checks, tool.instruments, language),
        consent=session.scalar(select(Consent).where(Consent.participant_id == participant_id)),
        states=tuple(
            (tool.curriculum.module(state.key), state)
            for state in reminders.module_states(tool, protocol, record, today)
        )
        if follows
        else (),
        visits=tuple(record.visit_states(protocol, today)),
        scores=scores,
        diary=tuple(reversed(record.diary)) if follows else (),
        exercises=tool.curriculum.exercises,
        calendar=calendar.weeks(
            facts.day_one, protocol.duration_weeks, record.diary, record.login_days, today
        )
        if follows and facts.day_one
        else (),
        adherence=overview.adherence_of(protocol, record, today) if follows else None,
        trend=outcomes.trend(tool.instruments, record.assessments),
        daily_pain=_daily_pain(record) if follows else None,
        time_zone=time_zones.of(facts.time_zone, today),
        reached=_reached(contact),
        notices=contact.scope if contact else None,
        trouble=trouble.reaching(session, Participant.id == participant_id, tool.now()).get(
            participant_id
        ),
        reminders=tuple(outbox.entries(session, participant_id, limit=10)),
        alerts=tuple(care_section.alerts_of(session, participant_id)),
        care=care_section.section_of(session, tool, protocol, record, language)
        if follows
        else None,
        has_goals="personal_goals" in parts,
    )


def _reached(contact: Contact | None) -> tuple[Text, Text] | None:
    if contact is None:
        return None
    where = shown_address(contact.channel, contact.phone)
    return channel_label(contact.channel), where


def _daily_pain(record: CourseRecord) -> Markup | None:
    entries = [e for e in record.diary if (e.pain_before_mm, e.pain_after_mm) != (None, None)]
    if len({entry.day for entry in entries}) < 2:
        return None
    lines = [
        charts.Line(
            name,
            [
                charts.Point(e.day.toordinal(), mm, filters.short_date(e.day))
                for e, mm in zip(entries, values, strict=True)
            ],
        )
        for name, values in (
            (_("Pain before (mm)"), [e.pain_before_mm for e in entries]),
            (_("Pain after (mm)"), [e.pain_after_mm for e in entries]),
        )
    ]
    title = _("Pain in the diary")
    words = _("Pain before and after the exercises, %(number)d entries.", number=len(entries))
    return charts.trend("daily-pain", title, words, lines, charts.Scale(0, 100, 25, "mm"))


def _checks(session: Session, protocol: Protocol, record: CourseRecord) -> tuple[Check, ...]:
    """Return the checks before allocation; none once they are behind, and none in care."""
    facts = record.participant
    if not protocol.is_trial or facts.status is not ParticipantStatus.SCREENING:
        return ()
    held = allocation.papers(session, facts.study_id, facts.id)
    return held.checks(protocol, facts.id, record.assessments)


def _scores(
    tool: Tool, protocol: Protocol, record: CourseRecord, language: str
) -> Sequence[tuple[str, str, AssessmentFacts, str]]:
    return [
        (
            protocol.visit(entry.visit).title.get(language),
            tool.instruments[entry.instrument].title.get(language),
            entry,
            outcomes.score_words(tool.instruments[entry.instrument], entry),
        )
        for entry in record.assessments
    ]
