"""From an error's code to a status and to words: the only such table."""

import logging
import secrets
import sqlite3
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from modules.errors import CourseError
from plugin.application import describe

log = logging.getLogger(__name__)

DISK_FULL = "53100"
"""SQLSTATE of PostgreSQL: no room to write."""
BUSY = {"40001", "40P01", "53300", "55P03", "57014"}
"""SQLSTATEs of PostgreSQL that pass by themselves: conflicts, locks, time-outs, connections."""


@dataclass(frozen=True)
class Words:
    """What the page of an error says: what happened, and what to do."""

    status: int
    title: LazyString
    text: LazyString


NOT_FOR_YOU = Words(
    403,
    _l("This page is not for you"),
    _l("Go back to the start of your course. If you think this is a mistake, tell your clinic."),
)
WORDS: dict[str, Words] = {
    "not_found": Words(
        404, _l("There is nothing here"), _l("The address may be old. Go back to the start.")
    ),
    "not_allowed": NOT_FOR_YOU,
    "module_locked": Words(
        403,
        _l("This module is not open yet"),
        _l("Your programme page shows when it opens."),
    ),
    "exercises_paused": Words(
        403,
        _l("Your exercises are paused"),
        _l("Your team opens the exercises again when that is safe. Lessons and diary stay open."),
    ),
    "session_ended": Words(
        401,
        _l("Your session has ended"),
        _l("Open this activity again from your course. Nothing that you saved is lost."),
    ),
    "stale_form": Words(
        400,
        _l("This form is out of date"),
        _l("Nothing was saved. Go back, load the page again and send the form once more."),
    ),
    "invalid_entry": Words(
        422,
        _l("Something in the form cannot be taken"),
        _l("Nothing was saved. Go back and check the marked answers."),
    ),
    "too_late": Words(
        422,
        _l("This day can no longer be filled in"),
        _l("Nothing was saved. You can fill in today and yesterday."),
    ),
    "already_recorded": Words(
        409,
        _l("This has been recorded before"),
        _l("Nothing was changed. Go back to the start to see it."),
    ),
    "study_locked": Words(
        409,
        _l("The data of this study are closed"),
        _l("Nothing was saved. Nothing in it can be added or changed any more."),
    ),
    "wording_missing": Words(
        409,
        _l("This questionnaire is not ready yet"),
        _l(
            "Your clinic has not loaded the licensed wording of this questionnaire in this"
            " language yet. You have nothing to do; your clinic knows."
        ),
    ),
    "needs_second_person": Words(
        409,
        _l("Somebody else has to confirm this"),
        _l(
            "Nothing was changed. Who asked for the lock cannot confirm it: another custodian does."
        ),
    ),
    "data_changed": Words(
        409,
        _l("The data have changed since the lock was asked for"),
        _l("Nothing was closed. Look at what has changed, then ask for the lock again."),
    ),
    "same_person": Words(
        409,
        _l("Somebody else has to do this"),
        _l("Nothing was saved. A second entry is made by another person than the first."),
    ),
    "conflicting_role": Words(
        409,
        _l("These two roles exclude each other"),
        _l(
            "Nothing was changed. A participant has no other role in their study, and whoever has"
            " seen arms cannot become blinded. This attempt was recorded."
        ),
    ),
    "no_longer_blind": Words(
        403,
        _l("Somebody else assesses this participant"),
        _l(
            "You noted that you know which care this participant receives. What you entered before"
            " stays as it is. Tell the custodian of the data if that was a mistake."
        ),
    ),
    "custodian_confirms": Words(
        409,
        _l("The custodian of the data has to confirm this"),
        _l(
            "Nothing was changed. This person has worked here without knowing the arms and would"
            " see them from now on. Only the study's data custodian confirms that, and whoever runs"
            " Columna then gives the role; what this person assessed is marked. This attempt was"
            " recorded."
        ),
    ),
    "gradebook_blinded": Words(
        409,
        _l("A gradebook would show the arm"),
        _l(
            "Nothing was changed. Everybody in a Moodle course sees who has a grade, and only one"
            " arm has lessons to grade, so a blinded study cannot send progress."
        ),
    ),
    "not_eligible": Words(
        409,
        _l("The criteria are not met"),
        _l("Nothing was changed. The participant's page names the criteria."),
    ),
    "allocation_refused": Words(
        409,
        _l("The allocation was not made"),
        _l("Nothing was changed. The participant's page names the step that is missing."),
    ),
    "export_stopped": Words(
        409,
        _l("The export was stopped"),
        _l("No file was made. Tell the study office which file you asked for."),
    ),
    "export_unknown": Words(
        404,
        _l("There is no such file"),
        _l("Choose one of the files that are offered."),
    ),
    "consent_missing": Words(
        422,
        _l("The agreement is missing"),
        _l("Nothing was saved. Nobody is reminded without having agreed."),
    ),
    "invalid_address": Words(
        422,
        _l("Messages cannot be sent to this"),
        _l("Nothing was saved. Look again at what you wrote."),
    ),
    "export_leaks": Words(
        409,
        _l("The export was stopped"),
        _l("It held something a blinded person must not see. Tell the study office."),
    ),
    "too_large": Words(
        413,
        _l("This is too large"),
        _l("Nothing was saved. Send less at once; a film may have up to 300 MB."),
    ),
    "too_many_drawn": Words(
        429,
        _l("Too many files at once"),
        _l("You had many files made just now. Wait a minute, then ask for this one again."),
    ),
    "disk_full": Words(
        503,
        _l("The server's disk is full"),
        _l(
            "Nothing was saved. Keep what you wrote and tell your clinic; whoever runs the server"
            " has to make room before anything can be saved again."
        ),
    ),
    "busy": Words(
        503,
        _l("The tool is busy"),
        _l("Nothing was saved. Wait a moment and send it again."),
    ),
    "database_away": Words(
        503,
        _l("The tool does not answer right now"),
        _l(
            "Nothing was saved; your connection works. Keep what you wrote and send it again in"
            " a few minutes."
        ),
    ),
    "error": Words(
        500,
        _l("Something went wrong on our side"),
        _l("It may not be saved. Go back and look; the reference helps us find the fault."),
    ),
}


_OF_STATUS = {
    403: NOT_FOR_YOU,
    404: WORDS["not_found"],
    413: WORDS["too_large"],
    503: WORDS["busy"],
}


def init_app(app: Flask) -> None:
    """Give every error a page; none shows what went wrong inside."""
    app.register_error_handler(CourseError, course_error)
    app.register_error_handler(HTTPException, _http_error)
    for away in (OperationalError, InterfaceError, InternalError, PoolTimeout):
        app.register_error_handler(away, _database_error)
    app.register_error_handler(Exception, _unexpected)


def words_of(code: str) -> Words:
    """Return the words of an error of the course by its code."""
    if code.startswith("export_"):
        return WORDS.get(code, WORDS["export_stopped"])
    return WORDS.get(code, NOT_FOR_YOU)


def course_error(error: CourseError) -> ResponseReturnValue:
    """Return the page of an error of the course."""
    return _page(error.code, words_of(error.code))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error
    words = _OF_STATUS.get(status)
    if words is None:
        phrase = HTTPStatus(status).phrase
        words = Words(
            status, _l("This did not work"), _l("Nothing was saved. (%(why)s)", why=phrase)
        )
    return _page("http", words)


def _database_error(error: SQLAlchemyError) -> ResponseReturnValue:
    cause = getattr(error, "orig", None) or error
    code = _trouble_of(cause)
    log.warning("database unavailable: %s (%s)", type(cause).__name__, code)
    return _page(code, WORDS[code])


def _trouble_of(cause: BaseException) -> str:
    """Return what is the matter by the database's own code: no room, busy, or not there at all."""
    sqlite = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary code
    state = getattr(cause, "sqlstate", None)
    if sqlite == sqlite3.SQLITE_FULL or state == DISK_FULL:
        return "disk_full"
    passes = sqlite in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or state in BUSY
    return "busy" if passes or isinstance(cause, PoolTimeout) else "database_away"


def _unexpected(error: Exception) -> ResponseReturnValue:
    reference = secrets.token_hex(4)
    log.error("unexpected %s, reference %s", describe(error), reference)
    return _page("error", WORDS["error"], reference)


def _page(code: str, words: Words, reference: str = "") -> ResponseReturnValue:
    if request.accept_mimetypes.best == "application/json":
        return {"error": code, "message": str(words.text)}, words.status
    body = render_template(
        "errors/error.html", words=words, reference=reference, inside=g.get("person") is not None
    )
    return body, words.status
