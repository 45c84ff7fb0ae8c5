"""Today's session: its list and total time, then every exercise step by step on the device.

The page holds all that is played (`modules.course.steps`) and the form of the diary: a script plays
it, and goes on without a network. Without a script it is the list, with a link to each exercise.
"""

from collections.abc import Sequence

from flask import render_template
from flask_babel import gettext as _

from modules.course import steps
from modules.course.exercise import Exercise
from modules.diary.amounts import asked_of
from modules.diary.played import amounts_after
from modules.diary.slots import Slot
from modules.errors import ExercisesPaused
from plugin.patient import clips, diary, offline
from plugin.patient.course import ParticipantCourse, current_course
from plugin.patient.forms import Did


def session() -> str:
    """Show today's exercises with what they take; start. Raises ExercisesPaused."""
    course = current_course()
    if course.locked:
        raise ExercisesPaused
    todays = course.exercises_today()
    playable = with_forms(course, todays)
    slot = _slot(course)
    form = diary.shown(course, *diary.form_for(course, slot)) if slot else {"slot": None}
    return render_template(
        "patient/session.html",
        course=course,
        todays_exercises=todays,
        playable=playable,
        minutes=steps.minutes_of(todays),
        lengths={each.id: steps.minutes_of((each,)) for each in todays},
        films={each.id: clips.urls(each.clip(course.locale)) for each in playable},
        dids=tuple(Did),
        played=played(course, todays, playable),
        offline=offline.plan(course, playable),
        **form,
    )


def _slot(course: ParticipantCourse) -> Slot | None:
    """Return the entry a session of today is written in; none where a week is written at once."""
    if course.protocol.diary.mode == "weekend":
        return None
    return max((slot for slot in course.diary_slots() if slot.day == course.today), default=None)


def with_forms(course: ParticipantCourse, todays: Sequence[Exercise]) -> list[Exercise]:
    """Return today's exercises, and every easier and harder form of them that may be done."""
    found = {each.id: each for each in todays}
    waiting = list(todays)
    while waiting:
        each = waiting.pop()
        for form in (course.easier(each), course.harder(each)):
            if form and form.id not in found:
                found[form.id] = form
                waiting.append(form)
    return list(found.values())


def played(
    course: ParticipantCourse, todays: Sequence[Exercise], playable: Sequence[Exercise]
) -> dict[str, object]:
    """Return what the script plays, as plain data."""
    return {
        "day": course.today.isoformat(),
        "order": [each.id for each in todays],
        "exercises": {each.id: _exercise(course, each) for each in playable},
        "words": words(),
    }


def _exercise(course: ParticipantCourse, exercise: Exercise) -> dict[str, object]:
    easier, harder = course.easier(exercise), course.harder(exercise)
    its_steps = steps.of_exercise(exercise)
    done = amounts_after(exercise.dose, its_steps)
    return {
        "easier": easier and easier.id,
        "harder": harder and harder.id,
        "name": exercise.name.get(course.locale),
        "cue": exercise.cue.get(course.locale),
        "narrated": clips.is_own(exercise.clip(course.locale)),
        "sets": exercise.dose.sets,
        "reps": max(step.rep for step in its_steps),
        "numbers": list(asked_of(exercise.dose)),
        "steps": [
            [step.kind, step.seconds, step.side, step.set, step.rep, *(numbers or {}).values()]
            for step, numbers in zip(its_steps, done, strict=True)
        ],
    }


def words() -> dict[str, str]:
    """Return what the script shows and says; numbers go where the braces are."""
    return {
        "prepare": _("Get ready"),
        "move": _("Move slowly"),
        "hold": _("Hold"),
        "return": _("Go back slowly"),
        "steady": _("Keep going"),
        "inhale": _("Breathe in"),
        "exhale": _("Breathe out"),
        "tense": _("Tense"),
        "release": _("Let go"),
        "rest": _("Rest"),
        "change": _("Change side"),
        "paused": _("Paused"),
        "right": _("Right side"),
        "left": _("Left side"),
        "set": _("Set {set} of {sets}"),
        "rep": _("Repetition {rep} of {reps}"),
        "breath": _("Breath {rep} of {reps}"),
        "group": _("Muscle group {rep} of {reps}"),
        "next_set": _("Then: set {set} of {sets}"),
        "next_rep": _("Then: repetition {rep} of {reps}"),
        "hold_for": _("Hold for {n} seconds"),
        "rest_for": _("Rest for {n} seconds"),
        "minutes_left": _("{n} minutes left"),
        "minute_left": _("1 minute left"),
        "breathe": _("Breathe in for 4 seconds and out for 6"),
        "where": _("Exercise {place} of {all}, {minutes} min left"),
        "done": _("You did {done} of {all} exercises in {minutes} min."),
        "end": _("That was all for today. How was it?"),
        "hurt": _("It hurt more with: {name}"),
        "stop": _("Stop for now: {name}"),
        "pause": _("Pause"),
        "go_on": _("Go on"),
        "easier": _("Do the easier form: {name}"),
        "kept": _("You were at exercise {place} of {all}: {name}."),
        "offline": _("There is no connection right now. Try again in a moment."),
    }
