"""Does the database answer? Asked first: without it most other questions have no answer."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from modules.text import Text
from plugin.status.check import Check, Finding, Installation, State

AWAY = "away"


def look(place: Installation) -> bool:
    """Return whether it answers."""
    try:
        with place.database.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def judge(answers: bool, _now: datetime) -> Finding:
    """Say that it answers, or that it is away."""
    return Finding(State.GOOD, "answers") if answers else Finding(State.BAD, AWAY)


CHECK = Check(
    key="database",
    label=Text("Base de datos", "Database"),
    look=look,
    judge=judge,
    words={
        "answers": Text("Responde.", "It answers."),
        AWAY: Text(
            "No responde: nadie puede entrar ni guardar. Revisa que esté en marcha y que "
            "COLUMNA_DATABASE_URL sea correcta; la herramienta se recupera sola.",
            "It does not answer: nobody can come in or save. See that it runs and that "
            "COLUMNA_DATABASE_URL is right; the tool recovers by itself.",
        ),
    },
    stops=frozenset({AWAY}),
    needs_database=False,
)
