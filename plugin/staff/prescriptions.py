"""Changing one participant's plan: direction, exercises, doses, modules opened or held."""

import uuid
from collections.abc import Callable
from dataclasses import replace

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from modules.course import prescription
from modules.course.curriculum import Module
from modules.course.levels import LevelSet
from modules.course.prescription import Prescription
from modules.course.progression import OverrideAction
from modules.errors import InvalidEntry, NotFound
from modules.records.queries import CourseRecord
from modules.services import care
from modules.services.care import Decision
from modules.study import days
from plugin import audit, i18n, names, reminders
from plugin.filters import label
from plugin.forms import Form
from plugin.staff import care_context, care_forms, care_section
from plugin.tool import current_tool

HEALTH = "health"
"""Under which name the form of contraindications is found again when it was wrong."""


def prescription_page(participant_id: uuid.UUID) -> ResponseReturnValue:
    """The direction, every exercise with its dose, and what was changed by whom and why."""
    record = care_context.require_programme(participant_id)
    return _prescription(record, {})


def direction(participant_id: uuid.UUID, module_key: str) -> ResponseReturnValue:
    """Choose the direction of a module, or take the choice back."""
    record = care_context.require_programme(participant_id)
    module = _directed(module_key)
    form = care_forms.direction_form(module, i18n.language()).sent()
    if form.validate():
        chosen = form.direction.data
        group = None if chosen == "none" else chosen
        try:
            _prescribe(
                participant_id,
                lambda before: prescription.with_direction(before, module, group),
                form.reason.data,
            )
        except InvalidEntry as fault:
            form.add_errors(fault.fields)
        else:
            return _to_prescription(participant_id)
    return _prescription(record, {module.key: form}), 422


def level(participant_id: uuid.UUID, module_key: str) -> ResponseReturnValue:
    """Set the level of a module from today on, or give it back to the rule."""
    record = care_context.require_programme(participant_id)
    module = _levelled(module_key)
    form = care_forms.level_form().sent()
    if not form.validate():
        return _prescription(record, {f"{module.key}.level": form}), 422
    today = days.today_for(current_tool().now(), record.participant.time_zone)
    by_rule = form.level.data == care_forms.RULE
    wanted = None if by_rule else LevelSet(int(form.level.data), today)
    _prescribe(
        participant_id,
        lambda before: prescription.with_level(before, module, wanted),
        form.reason.data,
    )
    return _to_prescription(participant_id)


def health(participant_id: uuid.UUID) -> ResponseReturnValue:
    """Say which contraindications count; from then on the screening form has no say in it."""
    record = care_context.require_programme(participant_id)
    form = _health_form().sent()
    if not form.validate():
        return _prescription(record, {HEALTH: form}), 422
    ticked = tuple(sorted(form.contraindications.data or ()))
    _prescribe(
        participant_id,
        lambda before: replace(before, contraindications=ticked),
        form.reason.data,
    )
    return _to_prescription(participant_id)


def exercise_page(participant_id: uuid.UUID, exercise_id: str) -> ResponseReturnValue:
    """One exercise of one participant: on the list or not, and how much of it."""
    record = care_context.require_programme(participant_id)
    shown = current_tool().curriculum.exercise(exercise_id)
    held = record.care.prescription
    dosed = prescription.dosed(shown, held)
    values = {
        name: prescription.number_of(dosed.dose, name)
        for name in prescription.numbers_of(shown.dose)
    }
    state = prescription.state_of(held, exercise_id)
    form = care_forms.exercise_form(shown).sent(data={**values, "state": state})
    if request.method == "POST" and form.validate():
        numbers = {name: form[name].data for name in values}

        def change(before: Prescription) -> Prescription:
            dose = prescription.with_dose(before, shown, numbers)
            return prescription.with_state(dose, exercise_id, form["state"].data)

        try:
            _prescribe(participant_id, change, form["reason"].data)
        except InvalidEntry as fault:
            other = _("This exercise belongs to another direction.")
            form.add_errors(fault.fields, {"other_direction": other})
        else:
            return _to_prescription(participant_id)
    page = render_template(
        "staff/exercise.html",
        facts=record.participant,
        name=names.of_participant(g.session, participant_id),
        exercise=shown,
        dosed=dosed,
        form=form,
        own=shown.id in prescription.allowed(held, current_tool().curriculum),
    )
    return page, 422 if form.errors else 200


def module_page(participant_id: uuid.UUID, module_key: str) -> ResponseReturnValue:
    """Open one module before its time, hold it, or go back to the plan."""
    record = care_context.require_programme(participant_id)
    tool = current_tool()
    today = days.today_for(tool.now(), record.participant.time_zone)
    states = reminders.module_states(tool, g.person.protocol, record, today)
    state = next((each for each in states if each.key == module_key), None)
    if state is None:
        raise NotFound
    form = care_forms.module_form()
    if request.method == "POST" and form.validate() and _decided(participant_id, module_key, form):
        flash(_("Saved. The participant's programme shows it at once."), "good")
        page = url_for("staff.participant_page", participant_id=participant_id)
        return redirect(f"{page}#modules", 303)
    page = render_template(
        "staff/module.html",
        facts=record.participant,
        name=names.of_participant(g.session, participant_id),
        module=tool.curriculum.module(module_key),
        state=state,
        form=form,
        details={action.value: label(action.detail) for action in OverrideAction},
        history=care_section.decisions(g.session, participant_id, module_key),
    )
    return page, 422 if form.errors else 200


def _decided(participant_id: uuid.UUID, module_key: str, form: care_forms.ModuleForm) -> bool:
    action = OverrideAction(form.action.data)
    held = action is OverrideAction.HOLD
    reason = {
        OverrideAction.OPEN: form.open_reason.data,
        OverrideAction.HOLD: form.hold_reason.data,
    }.get(action, "")
    decision = Decision(action, reason or "", form.until.data if held else None)
    now = current_tool().now()
    try:
        care.decide(
            g.session,
            participant_id,
            g.person.protocol,
            module_key,
            decision,
            g.person.user_id,
            now,
        )
    except InvalidEntry as fault:
        names = {"reason": "hold_reason" if held else "open_reason"}
        form.add_errors(
            {names.get(name, name): code for name, code in fault.fields.items()},
            {"out_of_range": _("Choose a day from tomorrow on, four weeks ahead at most.")},
        )
        return False
    audit.note(f"module.{action.value}", participant_id, module=module_key, reason=decision.reason)
    return True


def _prescribe(
    participant_id: uuid.UUID, change: Callable[[Prescription], Prescription], reason: str
) -> None:
    tool = current_tool()
    changed = care.prescribe(
        g.session,
        participant_id,
        change,
        reason,
        tool.curriculum,
        g.person.user_id,
        tool.now(),
    )
    if not changed:
        flash(_("Nothing was different, so nothing was changed."), "info")
        return
    audit.note("prescription.changed", participant_id, reason=reason)
    flash(_("Saved. The participant's list and doses show it at once."), "good")


def _to_prescription(participant_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("care.prescription_page", participant_id=participant_id), 303)


def _levelled(module_key: str) -> Module:
    curriculum = current_tool().curriculum
    if module_key not in prescription.levelled(curriculum):
        raise NotFound
    return curriculum.module(module_key)


def _health_form() -> type[care_forms.HealthForm]:
    known = current_tool().curriculum.safety.contraindications
    return care_forms.health_form(known, i18n.language())


def _directed(module_key: str) -> Module:
    module = current_tool().curriculum.module(module_key)
    if not module.choose_one:
        raise NotFound
    return module


def _level_form(held: Prescription, key: str) -> Form:
    chosen = held.levels.get(key)
    level = str(chosen.level) if chosen else care_forms.RULE
    return care_forms.level_form()(data={"level": level})


def _prescription(record: CourseRecord, bound: dict[str, Form]) -> str:
    tool, language = current_tool(), i18n.language()
    held = record.care.prescription
    directed = [
        (
            module,
            bound.get(module.key)
            or care_forms.direction_form(module, language)(
                data={"direction": held.directions.get(module.key, "none")}
            ),
        )
        for module in tool.curriculum
        if module.choose_one and module.key in {p.key for p in g.person.protocol.modules}
    ]
    plan = care_section.plan_of(tool, g.person.protocol, record)
    levels = [
        (tool.curriculum.module(key), bound.get(f"{key}.level") or _level_form(held, key))
        for key in plan.planned.steps
    ]
    ticked = sorted(plan.planned.here.contraindications)
    return render_template(
        "staff/prescription.html",
        facts=record.participant,
        name=names.of_participant(g.session, record.participant.id),
        directed=directed,
        plan=plan,
        levels=levels,
        rule=g.person.protocol.levels,
        health=bound.get(HEALTH) or _health_form()(data={"contraindications": ticked}),
        contraindications={
            each.code: each.text.get(language) for each in tool.curriculum.safety.contraindications
        },
        suspended=[
            tool.curriculum.exercise(each).staff_name.get(language)
            for each in sorted(record.care.suspended)
            if each in tool.curriculum.exercises
        ],
        history=care_section.prescription_history(g.session, tool, record.participant.id, language),
    )
