"""Every column that may stand in an export, by table. What is not here has no name here. Pure.

Which audience gets which of them is decided in `exports.blinding`.
"""

from collections.abc import Mapping
from math import floor

from exports.tables import Column, Kind, Row
from modules.text import Text

YES_NO = {"yes": Text("sí", "yes"), "no": Text("no", "no")}

STATUS = {
    "done": Text("contestado", "completed"),
    "missing": Text("la ventana cerró sin respuesta", "the window closed without an answer"),
    "not_due": Text(
        "la ventana aún no cierra y no hay respuesta",
        "the window has not closed yet and there is no answer",
    ),
}

MISSING = {
    "skipped": Text("se dejó en blanco", "left blank"),
    "declined": Text("prefirió no contestar", "preferred not to answer"),
    "not_applicable": Text("no aplica", "does not apply"),
    "not_asked": Text("no se preguntó", "was not asked"),
    "withheld": Text("texto libre, nunca se entrega", "free text, never released"),
    "visit_missing": Text("la visita falta", "the visit is missing"),
    "visit_not_due": Text("la visita aún no toca", "the visit is not due yet"),
}

SCORE_STATUS = {
    "complete": Text("todas las preguntas contestadas", "all questions answered"),
    "prorated": Text(
        "faltan respuestas dentro de lo permitido", "answers missing within what the scale allows"
    ),
    "too_many_missing": Text(
        "faltan demasiadas respuestas: sin puntuación", "too many answers missing: no score"
    ),
    "unscorable": Text(
        "las respuestas no corresponden a esta versión: sin puntuación",
        "the answers do not fit this version: no score",
    ),
    "visit_missing": MISSING["visit_missing"],
    "visit_not_due": MISSING["visit_not_due"],
}

WORDING = {
    "own": Text(
        "redacción propia, no es el texto con licencia", "own wording, not the licensed text"
    ),
    "pack": Text("texto con licencia cargado por el centro", "licensed text loaded by the site"),
}

LANGUAGE = {"es": Text("español", "Spanish"), "en": Text("inglés", "English")}

SEX = {
    "female": Text("mujer", "female"),
    "male": Text("hombre", "male"),
    "other": Text("otro", "other"),
}

ACTIVITY = {
    "1": Text("sedentaria", "sedentary"),
    "2": Text("ligera", "light"),
    "3": Text("moderada", "moderate"),
    "4": Text("intensa", "hard"),
}

YOUNGEST_GROUP, OLDEST_GROUP, GROUP_YEARS = 15, 80, 5
MOST_CONDITIONS = 3

NOT_YET = Text("aún no hay respuesta", "no answer yet")
NO_SCORE = Text("sin puntuación", "no score")
NOT_SCREENED = Text("no registrado", "not recorded")


def age_group(row: Row) -> int | None:
    """Return the first year of the five-year age group, 15 to 80 (open at both ends)."""
    age = row.get("age_years")
    if not isinstance(age, int):
        return None
    return min(max(age - age % GROUP_YEARS, YOUNGEST_GROUP), OLDEST_GROUP)


def whole_bmi(row: Row) -> int | None:
    """Return the body mass index in whole kg/m², half-up."""
    bmi = row.get("bmi")
    return floor(bmi + 0.5) if isinstance(bmi, int | float) else None


def condition_count(row: Row) -> int | None:
    """Return the number of other conditions, 3 for three or more; which ones is not said."""
    conditions = row.get("comorbidities")
    if not isinstance(conditions, list | tuple):
        return None
    return min(len(set(conditions)), MOST_CONDITIONS)


def language(row: Row) -> str | None:
    """Return the two-letter language of `es`, `es_MX` or `en-US`."""
    stated = row.get("language")
    return stated[:2].lower() if isinstance(stated, str) else None


def wording(row: Row) -> str | None:
    """Return `own` for our own wording and `pack` for a loaded text, whatever its name."""
    stated = row.get("wording")
    return None if stated is None else "own" if stated == "own" else "pack"


EXPORT_ID = Column(
    name="export_id",
    label=Text("Identificador de exportación", "Export identifier"),
    kind=Kind.IDENTIFIER,
    derivation=Text(
        "Hash con clave del participante, distinto para cada destinatario; no dice orden, "
        "centro ni grupo",
        "Keyed hash of the participant, a different one for each audience; tells neither order "
        "nor site nor group",
    ),
)

VISIT = Column(name="visit", label=Text("Visita", "Visit"), kind=Kind.KEY)
INSTRUMENT = Column(name="instrument", label=Text("Instrumento", "Instrument"), kind=Kind.KEY)
STUDY_DAY = Column(
    name="study_day",
    label=Text("Día del estudio en que se contestó", "Study day of completion"),
    kind=Kind.INTEGER,
    unit=Text("día", "day"),
    derivation=Text(
        "El primer día es 1, el anterior es -1; no hay día 0 (CDISC --DY). No salen fechas",
        "The first day is 1, the day before it -1; there is no day 0 (CDISC --DY). No date leaves",
    ),
    empty=Text(
        "sin respuesta, o el día 1 aún no se conoce", "no answer, or day 1 is not known yet"
    ),
)
IN_WINDOW = Column(
    name="in_window",
    label=Text("Dentro de la ventana de la visita", "Within the visit's window"),
    kind=Kind.CODE,
    codes=YES_NO,
    derivation=Text("opens_day <= study_day <= closes_day", "opens_day <= study_day <= closes_day"),
    empty=STUDY_DAY.empty,
)
VERSION = Column(
    name="version",
    label=Text("Versión del instrumento", "Version of the instrument"),
    kind=Kind.VERSION,
    empty=NOT_YET,
)


def _day(name: str, label: Text) -> Column:
    return Column(name=name, label=label, kind=Kind.INTEGER, unit=Text("día", "day"))


def _number(name: str, label: Text, derivation: Text, empty: Text = NO_SCORE) -> Column:
    return Column(
        name=name,
        label=label,
        kind=Kind.DECIMAL,
        derivation=derivation,
        empty=empty,
        unit=Text("la del instrumento", "that of the instrument"),
    )


_PERCENT = Text("por ciento", "percent")

PERCENT_CHANGE = Column(
    name="percent_change",
    label=Text("Cambio en por ciento del valor inicial", "Change in percent of baseline"),
    kind=Kind.DECIMAL,
    unit=_PERCENT,
    derivation=Text("100 x change / baseline", "100 x change / baseline"),
    empty=Text(
        "falta una puntuación, o el valor inicial es 0", "a score is missing, or baseline is 0"
    ),
)
BASELINE = _number(
    "baseline",
    Text("Valor inicial", "Baseline"),
    Text("Puntuación en la primera visita del instrumento", "Score at its first visit"),
)
CHANGE = _number(
    "change",
    Text("Cambio desde el valor inicial", "Change from baseline"),
    Text(
        "score - baseline, sin redondear; negativo = la puntuación bajó",
        "score - baseline, unrounded; negative = the score fell",
    ),
    Text("falta una puntuación, o es la primera visita", "a score is missing, or first visit"),
)

PARTICIPANTS = (
    EXPORT_ID,
    Column(
        name="age_group_from",
        label=Text("Edad, primer año de su grupo de cinco", "Age, first year of its group of five"),
        kind=Kind.INTEGER,
        take=age_group,
        unit=Text("años", "years"),
        low=YOUNGEST_GROUP,
        high=OLDEST_GROUP,
        derivation=Text(
            "40 = de 40 a 44 años; 15 = menos de 20; 80 = 80 o más. La edad exacta no se entrega",
            "40 = 40 to 44 years; 15 = under 20; 80 = 80 or more. The exact age does not leave",
        ),
        empty=NOT_SCREENED,
    ),
    Column(name="sex", label=Text("Sexo", "Sex"), kind=Kind.CODE, codes=SEX, empty=NOT_SCREENED),
    Column(
        name="bmi",
        label=Text("Índice de masa corporal", "Body mass index"),
        kind=Kind.INTEGER,
        take=whole_bmi,
        unit=Text("kg/m²", "kg/m²"),
        derivation=Text("Peso / talla², redondeado a entero", "Weight / height², rounded"),
        empty=NOT_SCREENED,
    ),
    Column(
        name="condition_count",
        label=Text("Número de otras enfermedades", "Number of other conditions"),
        kind=Kind.INTEGER,
        take=condition_count,
        low=0,
        high=MOST_CONDITIONS,
        derivation=Text(
            "3 = tres o más. Cuáles son no se entrega",
            "3 = three or more. Which ones does not leave",
        ),
        empty=NOT_SCREENED,
    ),
    Column(
        name="activity_level",
        label=Text("Actividad física en el tiempo libre", "Leisure-time physical activity"),
        kind=Kind.INTEGER,
        low=1,
        high=4,
        codes=ACTIVITY,
        derivation=Text("Saltin-Grimby", "Saltin-Grimby"),
        empty=NOT_SCREENED,
    ),
    Column(
        name="started",
        label=Text("El día 1 del estudio ya se conoce", "Study day 1 is known"),
        kind=Kind.CODE,
        codes=YES_NO,
    ),
)

VISITS = (
    EXPORT_ID,
    VISIT,
    Column(
        name="visit_number",
        label=Text("Orden de la visita en el protocolo", "Order of the visit in the protocol"),
        kind=Kind.INTEGER,
        low=1,
    ),
    INSTRUMENT,
    _day("target_day", Text("Día previsto", "Target day")),
    _day("opens_day", Text("Primer día de la ventana", "First day of the window")),
    _day("closes_day", Text("Último día de la ventana", "Last day of the window")),
    Column(name="status", label=Text("Estado", "Status"), kind=Kind.CODE, codes=STATUS),
    STUDY_DAY,
    Column(
        name="days_off_target",
        label=Text("Distancia al día previsto", "Distance from the target day"),
        kind=Kind.INTEGER,
        unit=Text("días", "days"),
        derivation=Text(
            "En días de calendario; negativo = antes", "In calendar days; negative = earlier"
        ),
        empty=STUDY_DAY.empty,
    ),
    IN_WINDOW,
)

ITEMS = (
    EXPORT_ID,
    VISIT,
    STUDY_DAY,
    INSTRUMENT,
    VERSION,
    Column(
        name="language",
        label=Text("Idioma en que se contestó", "Language of completion"),
        kind=Kind.CODE,
        take=language,
        codes=LANGUAGE,
        empty=NOT_YET,
    ),
    Column(
        name="wording",
        label=Text("Qué texto se leyó", "Which text was read"),
        kind=Kind.CODE,
        take=wording,
        codes=WORDING,
        empty=NOT_YET,
    ),
    Column(name="item", label=Text("Pregunta", "Item"), kind=Kind.KEY),
    Column(
        name="value",
        label=Text("Respuesta", "Answer"),
        kind=Kind.INTEGER,
        derivation=Text(
            "El código que cuenta; si se marcaron varios, el más alto",
            "The code that counts; where several were marked, the highest",
        ),
        empty=Text("véase missing_reason", "see missing_reason"),
    ),
    Column(
        name="all_marks",
        label=Text("Todas las marcas, si hay varias", "All marks where there are several"),
        kind=Kind.MARKS,
        empty=Text("una marca o ninguna", "one mark or none"),
    ),
    Column(
        name="missing_reason",
        label=Text("Por qué no hay respuesta", "Why there is no answer"),
        kind=Kind.CODE,
        codes=MISSING,
        empty=Text("hay respuesta", "there is an answer"),
    ),
)

SCORES = (
    EXPORT_ID,
    VISIT,
    STUDY_DAY,
    INSTRUMENT,
    VERSION,
    Column(
        name="score_name",
        label=Text("Qué puntuación es", "Which score it is"),
        kind=Kind.KEY,
    ),
    _number(
        "score",
        Text("Puntuación sin redondear", "Unrounded score"),
        Text("Hasta seis decimales", "Up to six decimals"),
    ),
    _number(
        "score_shown",
        Text("Puntuación como se muestra", "Score as it is shown"),
        Text("Redondeo a la mitad hacia arriba, al final", "Rounded half-up, as the last step"),
    ),
    Column(
        name="band",
        label=Text("Categoría", "Band"),
        kind=Kind.KEY,
        empty=Text(
            "sin puntuación, o el instrumento no tiene categorías",
            "no score, or the instrument has no bands",
        ),
    ),
    Column(
        name="items_answered",
        label=Text("Preguntas contestadas que cuentan", "Scored items answered"),
        kind=Kind.INTEGER,
        low=0,
        empty=NOT_YET,
    ),
    Column(
        name="items_scored",
        label=Text("Preguntas que cuentan", "Scored items of the instrument"),
        kind=Kind.INTEGER,
        low=0,
    ),
    Column(
        name="score_status",
        label=Text("Certeza de la puntuación", "Certainty of the score"),
        kind=Kind.CODE,
        codes=SCORE_STATUS,
    ),
    IN_WINDOW,
    BASELINE,
    Column(
        name="baseline_band",
        label=Text("Categoría inicial", "Band at baseline"),
        kind=Kind.KEY,
        empty=Text("sin puntuación inicial o sin categorías", "no baseline score or no bands"),
    ),
    CHANGE,
    PERCENT_CHANGE,
)

RESPONDERS = (
    EXPORT_ID,
    Column(name="responder", label=Text("Definición", "Definition"), kind=Kind.KEY),
    INSTRUMENT,
    Column(name="from_visit", label=Text("Visita inicial", "From visit"), kind=Kind.KEY),
    Column(name="to_visit", label=Text("Visita final", "To visit"), kind=Kind.KEY),
    BASELINE,
    _number(
        "follow_up",
        Text("Valor final", "Follow-up"),
        Text("Puntuación en to_visit", "Score at to_visit"),
    ),
    CHANGE,
    PERCENT_CHANGE,
    Column(
        name="improved",
        label=Text("Mejoró según la definición", "Improved by the definition"),
        kind=Kind.CODE,
        codes=YES_NO,
        derivation=Text(
            "La baja alcanza el umbral (incluido), sobre valores sin redondear",
            "The fall reaches the threshold (inclusive), on unrounded values",
        ),
        empty=Text("falta una puntuación; no se imputa", "a score is missing; nothing is imputed"),
    ),
)

RECOVERY_STATUS = {
    "recovered": Text(
        "recuperación entre after_visit y by_visit", "recovery between after_visit and by_visit"
    ),
    "not_recovered": Text(
        "sin recuperación hasta after_visit (censura a la derecha)",
        "no recovery until after_visit (right-censored)",
    ),
    "unknown": Text("no hay medición con día conocido", "no measurement with a known day"),
}

NO_LAST_WITHOUT = Text(
    "ya en la primera medición, o no hay medición",
    "already at the first measurement, or no measurement",
)
NO_FIRST_WITH = Text("sin recuperación confirmada", "no confirmed recovery")

RECOVERY = (
    EXPORT_ID,
    Column(
        name="definition",
        label=Text("Definición", "Definition"),
        kind=Kind.KEY,
        derivation=Text(
            "odi_20_twice: primera de dos mediciones seguidas de 20 % o menos; odi_fall_30_twice: "
            "de una baja de 30 % o más; rmdq_2_twice: de 2 puntos o menos. Límites incluidos",
            "odi_20_twice: first of two measurements in a row of 20 % or less; odi_fall_30_twice: "
            "of a fall of 30 % or more; rmdq_2_twice: of 2 points or less. Bounds included",
        ),
    ),
    INSTRUMENT,
    Column(
        name="recovery_status",
        label=Text("Recuperación funcional", "Functional recovery"),
        kind=Kind.CODE,
        codes=RECOVERY_STATUS,
    ),
    Column(
        name="after_visit",
        label=Text("Última visita sin recuperación", "Last visit without recovery"),
        kind=Kind.KEY,
        empty=NO_LAST_WITHOUT,
    ),
    Column(
        name="by_visit",
        label=Text("Primera visita con recuperación", "First visit with recovery"),
        kind=Kind.KEY,
        empty=NO_FIRST_WITH,
    ),
    Column(
        name="after_day",
        label=Text("Último día sin recuperación", "Last day without recovery"),
        kind=Kind.INTEGER,
        unit=Text("día", "day"),
        empty=NO_LAST_WITHOUT,
    ),
    Column(
        name="by_day",
        label=Text("Primer día con recuperación", "First day with recovery"),
        kind=Kind.INTEGER,
        unit=Text("día", "day"),
        empty=NO_FIRST_WITH,
    ),
    Column(
        name="measurements",
        label=Text("Mediciones con puntuación", "Measurements with a score"),
        kind=Kind.INTEGER,
        low=0,
    ),
)

TABLES: Mapping[str, tuple[Text, tuple[Column, ...]]] = {
    "participants": (
        Text("Participantes: una fila por persona", "Participants: one row each"),
        PARTICIPANTS,
    ),
    "visits": (
        Text(
            "Visitas: una fila por persona, visita e instrumento del protocolo",
            "Visits: one row per person, visit and instrument of the protocol",
        ),
        VISITS,
    ),
    "items": (
        Text(
            "Respuestas: una fila por pregunta, también sin respuesta",
            "Items: one row per question, also without an answer",
        ),
        ITEMS,
    ),
    "scores": (
        Text(
            "Puntuaciones: una fila por persona, visita e instrumento",
            "Scores: one row per person, visit and instrument",
        ),
        SCORES,
    ),
    "responders": (
        Text(
            "Mejoría: una fila por persona y definición del protocolo",
            "Responders: one row per person and definition of the protocol",
        ),
        RESPONDERS,
    ),
    "recovery": (
        Text(
            "Tiempo hasta la recuperación funcional: una fila por persona y definición",
            "Time to functional recovery: one row per person and definition",
        ),
        RECOVERY,
    ),
}
"""Table key -> title and the columns that exist at all."""
