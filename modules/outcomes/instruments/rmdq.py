"""Roland-Morris: 24 sentences about today, ticked when true; 0-24.

The original form knows ticks only. Its web form closes with "none of these", so that a form left
empty (every answer None) stays apart from a form that says zero.
"""

from modules.outcomes.building import (
    POINTS,
    TODAY,
    items,
    mic,
    mic_percent,
    span,
)
from modules.outcomes.questionnaire import (
    Answers,
    Direction,
    Instrument,
    Kind,
    Licence,
    Params,
    Result,
)
from modules.outcomes.scales import (
    given,
    marks,
    prorated_sum,
    whole_setting,
)
from modules.text import Text

STATEMENTS = 24


def score(answers: Answers, params: Params) -> Result:
    """Count the ticked sentences; unanswered ones are "no" in the count, prorated beside it.

    `total_prorated` allows `max_missing` (4 unless set). Without any answer nothing is scored.
    """
    codes = marks(answers, range(1, STATEMENTS + 1))
    there = given(codes)
    prorated = prorated_sum(codes, whole_setting(params, "max_missing", 4, STATEMENTS))
    status = "complete" if len(there) == STATEMENTS else "prorated"
    return {
        "total_unmarked_as_no": sum(there) if there else None,
        "answered": len(there),
        "total_prorated": prorated,
        "status": "too_many_missing" if prorated is None else status,
    }


INSTRUMENT = Instrument(
    key="rmdq",
    code="RMDQ",
    names=("RMDQ",),
    title=Text("Cuestionario Roland-Morris", "Roland-Morris questionnaire"),
    plain=Text("Tus actividades", "Your activities"),
    version="24 items",
    foreign_versions=("11 item", "11-item", "18 item", "18-item", "23 item", "23-item"),
    licence=Licence.OPEN,
    rights=Text(
        "Roland y Morris 1983; de uso libre según sus autores. Cada traducción puede tener dueño.",
        "Roland and Morris 1983; free to use according to its authors. "
        "Each translation may have its own owner.",
    ),
    source="Roland & Morris 1983; Roland & Fairbank 2000",
    recall=TODAY,
    direction=Direction.HIGHER_IS_WORSE,
    score_range=span(0, 24),
    unit=POINTS,
    headline="total_prorated",
    mics=(
        mic(5, "Ostelo 2008"),
        mic_percent(30, "Ostelo 2008"),
        mic(4, "selfBACK (row 2-09)"),
        mic("3.5", "AUK/WeChat trial (row 1-21)"),
    ),
    missing_rule=Text(
        "Una frase sin marcar cuenta como «no» si marcaste alguna o «ninguna de estas»; con hasta "
        "4 frases faltantes se prorratea, con más no se calcula.",
        "A sentence left unticked is a “no” once any, or “none of these”, is ticked; up to 4 "
        "missing sentences are prorated, more are not scored.",
    ),
    lead=Text(
        "Marca las frases que describen tu día de hoy.",
        "Tick the sentences that describe your day today.",
    ),
    items=items(
        (
            (
                Text("Quedarse en casa", "Staying in"),
                Text("Hoy salgo poco, por la espalda", "Today I go out little, because of my back"),
            ),
            (
                Text("Cambiar de postura", "Changing position"),
                Text("Me acomodo una y otra vez", "I shift again and again to find ease"),
            ),
            (
                Text("Paso al caminar", "Walking pace"),
                Text("Mi paso es más lento", "My pace is slower"),
            ),
            (
                Text("Tareas de casa", "Housework"),
                Text(
                    "Dejo sin hacer quehaceres que suelo hacer",
                    "I leave undone chores that I usually do",
                ),
            ),
            (
                Text("Barandal", "Handrail"),
                Text(
                    "En la escalera me tomo del barandal", "On the stairs I keep a hand on the rail"
                ),
            ),
            (
                Text("Recostarse", "Lying down"),
                Text(
                    "Me recuesto a ratos más que de costumbre",
                    "I lie down at times more than I used to",
                ),
            ),
            (
                Text("Apoyo al levantarse", "Support to rise"),
                Text(
                    "Para dejar un sillón me apoyo en algo",
                    "To leave an armchair I lean on something",
                ),
            ),
            (
                Text("Pedir ayuda", "Asking others"),
                Text("Pido a otros que hagan cosas por mí", "I ask others to do my tasks"),
            ),
            (
                Text("Tiempo para vestirse", "Time to dress"),
                Text("Tardo más al ponerme la ropa", "Putting clothes on takes me longer"),
            ),
            (
                Text("Tiempo de pie", "Time on the feet"),
                Text(
                    "Aguanto de pie solo ratos cortos",
                    "I manage short spells on my feet and no more",
                ),
            ),
            (
                Text("Agacharse", "Bending down"),
                Text(
                    "Procuro no agacharme ni hincarme",
                    "I keep from stooping or going down on my knees",
                ),
            ),
            (
                Text("Dejar la silla", "Leaving a chair"),
                Text("Pararme de la silla me cuesta", "Rising from the chair is hard for me"),
            ),
            (
                Text("Duración del dolor", "Duration of pain"),
                Text(
                    "La espalda me molesta casi todo el día",
                    "My back bothers me for most of the day",
                ),
            ),
            (
                Text("Girar en la cama", "Turning in bed"),
                Text("Darme vuelta acostado me cuesta", "Rolling over while lying is hard for me"),
            ),
            (
                Text("Apetito", "Appetite"),
                Text("El dolor me quita el hambre", "Pain takes my hunger away"),
            ),
            (
                Text("Calcetines", "Socks"),
                Text(
                    "Ponerme calcetines o medias me cuesta",
                    "Getting socks or tights on is hard for me",
                ),
            ),
            (
                Text("Distancia", "Distance"),
                Text(
                    "Camino trayectos cortos y nada más", "I walk short stretches and nothing more"
                ),
            ),
            (
                Text("Sueño", "Sleep"),
                Text("Mi noche de sueño es peor", "My night of sleep is poorer"),
            ),
            (
                Text("Ayuda para vestirse", "Help to dress"),
                Text("Alguien me ayuda con la ropa", "Somebody helps me with my clothes"),
            ),
            (
                Text("Pasar el día sentado", "Sitting through the day"),
                Text("Estoy sentado la mayor parte del tiempo", "I am seated for most of the time"),
            ),
            (
                Text("Trabajo pesado", "Heavy work"),
                Text(
                    "En casa dejo lo pesado para otra ocasión",
                    "At home I leave what is heavy for later",
                ),
            ),
            (
                Text("Mal humor", "Temper"),
                Text(
                    "Me enojo con los demás más fácilmente", "I get cross with others more easily"
                ),
            ),
            (
                Text("Subir escaleras", "Climbing stairs"),
                Text("Subo las escaleras más despacio", "I climb the stairs at a slower pace"),
            ),
            (
                Text("Quedarse en cama", "Staying in bed"),
                Text("Paso en cama casi todo el día", "I spend nearly the whole day in bed"),
            ),
        ),
        kind=Kind.TICK,
    ),
    score=score,
)
