"""Today, programme, module, lesson, exercise and brochure: reading and ticking."""

import uuid

from flask import g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from modules.course.curriculum import Media
from modules.course.progression import ModuleState, ModuleStatus
from modules.errors import InvalidEntry, NotFound
from modules.outcomes import charts
from modules.records import queries
from modules.services import favourites, learning, own_media
from plugin import gradebook
from plugin.media import films, own_files
from plugin.patient import clips, ending, live_sessions, locked, today
from plugin.patient.course import ParticipantCourse, current_course
from plugin.patient.forms import Did, FilmForm


def home() -> str:
    """Today: one card says what to do now."""
    course = current_course()
    tasks = today.tasks(course)
    follows = "programme" in course.components and not course.over and not course.locked
    return render_template(
        "patient/home.html",
        course=course,
        step=course.plan.newest_step(course.today) if follows else None,
        undirected=follows and course.plan.today.lacks_direction,
        ended=ending.has_ended(course),
        task=tasks[0],
        later=tasks[1:],
        dids=tuple(Did),
        week_days=_week(course),
        live=live_sessions.next_one(course),
        replies=len(course.record.care.unread) if "diary" in course.components else 0,
    )


def programme() -> str:
    """Show the modules: open, done, or locked and why."""
    course = current_course()
    cards = [(course.module(state.key), state) for state in course.states]
    return render_template(
        "patient/programme.html", course=course, cards=cards, titles=locked.titles(course)
    )


def module(module_key: str) -> str:
    """One module: progress, lessons, exercises. Raises ModuleLocked before its time."""
    course = current_course()
    shown, state = course.open_module(module_key), course.state(module_key)
    ticked = course.record.lessons.get(module_key, {})
    following = course.curriculum.module_after(module_key)
    words = _("%(done)d of %(all)d lessons done", done=state.lessons_done, all=state.lessons_total)
    return render_template(
        "patient/module.html",
        course=course,
        module=shown,
        state=state,
        ticked=ticked,
        next_lesson=next((each for each in shown.lessons if each.key not in ticked), None),
        next_state=_state_if_any(course, following.key if following else None),
        next_module=following,
        titles=locked.titles(course),
        ring=charts.ring("lessons", words, state.lessons_done, state.lessons_total),
        words=words,
        exercises={e.id: e for e in course.own_exercises() if e.id in shown.exercises},
        paused=course.prescription.paused,
        finished=state.status is ModuleStatus.DONE,
    )


def lesson(module_key: str, lesson_key: str) -> str:
    """One lesson: film where it has one, text, tick. Raises ModuleLocked before its time."""
    course = current_course()
    shown = course.open_module(module_key)
    this = shown.lesson(lesson_key)
    film = shown.film_of(this, course.locale)
    return render_template(
        "patient/lesson.html",
        course=course,
        module=shown,
        lesson=this,
        number=shown.lessons.index(this) + 1,
        done_on=course.record.lessons.get(module_key, {}).get(lesson_key),
        film=film and clips.urls(film),
        film_narrated=film and clips.is_own(film),
        position=film and _left_at(course, film),
        stop_orders=course.safety.orders_of(shown.stop_if),
    )


def _left_at(course: ParticipantCourse, film: Media) -> float:
    return queries.video_position(g.session, course.participant_id, clips.key_of(film))


def lesson_done(module_key: str, lesson_key: str) -> Response:
    """Tick a lesson and go on to the next one of the module."""
    course = current_course()
    shown = course.open_module(module_key)
    this = shown.lesson(lesson_key)
    learning.tick_lesson(
        g.session,
        course.participant_id,
        course.state(module_key),
        this.key,
        course.today,
        course.now,
    )
    gradebook.note_progress(
        g.session,
        course.participant.study_id,
        course.protocol,
        course.participant_id,
        _states_now,
        course.now,
    )
    following = shown.lesson_after(this.key)
    if following is None:
        return redirect(url_for("patient.module", module_key=module_key), 303)
    address = url_for("patient.lesson", module_key=module_key, lesson_key=following.key)
    return redirect(address, 303)


def _states_now() -> list[ModuleState]:
    """Return the modules with the tick that was just made."""
    g.pop("course")
    return current_course().states


def film_position(module_key: str, lesson_key: str) -> tuple[str, int]:
    """Keep where a lesson's film was left and what was played. Raises InvalidEntry, NotFound."""
    course = current_course()
    shown = course.open_module(module_key)
    film = shown.film_of(shown.lesson(lesson_key), course.locale)
    if film is None:
        raise NotFound
    form = FilmForm.sent()
    if not form.validate():
        raise InvalidEntry(dict.fromkeys(form.errors, "out_of_range"))
    learning.remember_video(
        g.session,
        course.participant_id,
        clips.key_of(film),
        form.position.data,
        form.duration.data,
        form.played.data,
        course.now,
    )
    return "", 204


def exercise(exercise_id: str) -> str:
    """One exercise: clip, dose in large figures, when to stop, common errors."""
    course = current_course()
    shown = course.exercise(exercise_id)
    todays = course.exercises_today()
    place = todays.index(shown) if shown in todays else None
    following = todays[place + 1] if place is not None and place + 1 < len(todays) else None
    return render_template(
        "patient/exercise.html",
        course=course,
        exercise=shown,
        place=place,
        total=len(todays),
        following=following,
        easier=course.easier(shown),
        harder=course.harder(shown),
        favourite=shown.id in favourites.of(g.session, course.participant_id),
        clip=clips.urls(shown.clip(course.locale)),
        stop_orders=course.safety.orders_of(shown.stop),
    )


def brochure() -> str:
    """Show the brochure of conventional care, the same for everybody."""
    course = current_course()
    shown = course.curriculum.brochure
    exercises = [course.curriculum.exercise(identifier) for identifier in shown.exercises]
    return render_template(
        "patient/brochure.html", course=course, brochure=shown, exercises=exercises
    )


def media_file(name: str) -> Response:
    """Send a film, clip, poster or captions of an open module. Raises NotFound otherwise."""
    if f"media/{name}" not in _known_media(current_course()):
        raise NotFound
    return films.send(name)


def _known_media(course: ParticipantCourse) -> set[str]:
    films = [film for shown in course.open_modules() for film in shown.films(course.locale)]
    clips = [each.clip(course.locale) for each in course.known_exercises()]
    return {path for each in films + clips for path in each.paths()}


def own_media_file(media_id: uuid.UUID) -> Response:
    """Send a film of the clinic's own, or its captions, of an open module. Raises NotFound."""
    course = current_course()
    own = own_media.file(g.session, course.study.id, media_id)
    if Media(f"media/{own.slot}").mp4 not in _known_media(course):
        raise NotFound
    return own_files.send(own)


def _state_if_any(course: ParticipantCourse, key: str | None) -> ModuleState | None:
    return next((state for state in course.states if state.key == key), None)


def _week(course: ParticipantCourse) -> list[dict[str, object]]:
    return [
        {
            "date": day.date,
            "state": day.state,
            "today": day.today,
            "href": url_for("patient.entry", day=day.date.isoformat()) if day.open else None,
        }
        for day in today.week_days(course)
    ]
