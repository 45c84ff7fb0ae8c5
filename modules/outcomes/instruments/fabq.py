"""Fear-Avoidance Beliefs: 16 items 0-6; physical activity 0-24 and work 0-42."""

from dataclasses import replace

from modules.outcomes.building import (
    NOT_FOR_ME,
    POINTS,
    choices,
    items,
    keys,
    span,
)
from modules.outcomes.questionnaire import (
    Answers,
    Direction,
    Instrument,
    Item,
    Licence,
    Params,
    Result,
)
from modules.outcomes.scales import (
    at_least,
    marks,
    positions_setting,
    prorated_sum,
    strict_sum,
    whole_setting,
)
from modules.text import Text

ITEMS = 16
ACTIVITY = (2, 3, 4, 5)
WORK = (6, 7, 9, 10, 11, 12, 15)
UNSCORED = (1, 8, 13, 14, 16)


def score(answers: Answers, params: Params) -> Result:
    """Sum both scales strictly and prorated (`max_missing_per_scale`, 1); flags follow the sums.

    Five items are never scored. Without paid work, the work scale stays None.
    """
    activity = marks(answers, positions_setting(params, "pa", ACTIVITY, ITEMS))
    work = marks(answers, positions_setting(params, "work", WORK, ITEMS))
    allowed = whole_setting(params, "max_missing_per_scale", 1, ITEMS)
    pa_total, work_total = strict_sum(activity), strict_sum(work)
    return {
        "pa": pa_total,
        "work": work_total,
        "pa_prorated": prorated_sum(activity, allowed),
        "work_prorated": prorated_sum(work, allowed),
        "pa_high_ge15": at_least(pa_total, 15),
        "work_gt29": at_least(work_total, 30),
        "work_gt34": at_least(work_total, 35),
    }


def _work_may_not_apply(asked: tuple[Item, ...]) -> tuple[Item, ...]:
    """Offer "not applicable" from item 6 on: those ask about paid work."""
    return asked[:5] + tuple(replace(item, reasons=NOT_FOR_ME) for item in asked[5:])


INSTRUMENT = Instrument(
    key="fabq",
    code="FABQ",
    names=("FABQ",),
    title=Text(
        "Creencias sobre movimiento y trabajo (FABQ)", "Beliefs on movement and work (FABQ)"
    ),
    version="16 items",
    licence=Licence.LICENSED,
    rights=Text(
        "Waddell 1993, Pain (IASP/Elsevier); derechos del texto por confirmar.",
        "Waddell 1993, Pain (IASP/Elsevier); rights in the text to be confirmed.",
    ),
    source="Waddell 1993",
    recall=Text("Actualmente", "At present"),
    direction=Direction.HIGHER_IS_WORSE,
    score_range=span(0, 24),
    unit=POINTS,
    headline="pa_prorated",
    headline_items=keys(ACTIVITY),
    missing_rule=Text(
        "Cada escala necesita todas sus respuestas; con una faltante hay un valor prorrateado.",
        "Each scale needs all its answers; with one missing there is a prorated value.",
    ),
    subscales={"pa": keys(ACTIVITY), "work": keys(WORK)},
    lead=Text("¿Qué tan de acuerdo estás?", "How far do you agree?"),
    items=_work_may_not_apply(
        items(
            (
                (
                    Text("Origen en la actividad", "Origin in activity"),
                    Text(
                        "El dolor me empezó al moverme o esforzarme",
                        "My pain started when I moved or made an effort",
                    ),
                ),
                (
                    Text("La actividad aumenta el dolor", "Activity adds pain"),
                    Text("Moverme me da más dolor", "Moving gives me more pain"),
                ),
                (
                    Text("La actividad y la espalda", "Activity and the back"),
                    Text(
                        "Moverme podría hacerle mal a mi espalda", "Moving could do my back no good"
                    ),
                ),
                (
                    Text("Evitar esfuerzos", "Avoiding effort"),
                    Text(
                        "Es mejor que deje ciertos movimientos",
                        "It is better that I leave certain movements",
                    ),
                ),
                (
                    Text("No poder con esfuerzos", "Effort out of reach"),
                    Text(
                        "No logro los movimientos que dan dolor",
                        "I cannot manage the movements that bring pain",
                    ),
                ),
                (
                    Text("Origen en el trabajo", "Origin in work"),
                    Text("El dolor viene de mi trabajo", "The pain comes from my job"),
                ),
                (
                    Text("El trabajo aumentó el dolor", "Work added pain"),
                    Text("Mi trabajo lo hizo crecer", "My job made it grow"),
                ),
                (
                    Text("Compensación", "Compensation"),
                    Text(
                        "Tengo en trámite un pago por mi dolor",
                        "I have a claim for payment under way",
                    ),
                ),
                (
                    Text("Trabajo pesado", "Heavy work"),
                    Text("Mi trabajo pide demasiada fuerza", "My job asks for too much strength"),
                ),
                (
                    Text("El trabajo aumenta el dolor", "Work adds pain"),
                    Text(
                        "Trabajar me da, o me daría, más dolor",
                        "Working gives, or would give, me more pain",
                    ),
                ),
                (
                    Text("El trabajo y la espalda", "Work and the back"),
                    Text(
                        "Trabajar podría hacerle mal a mi espalda",
                        "Working could do my back no good",
                    ),
                ),
                (
                    Text("Conveniencia del trabajo", "Whether to work"),
                    Text(
                        "Hoy no me conviene hacer mi trabajo",
                        "For now my job is not good for me to do",
                    ),
                ),
                (
                    Text("Capacidad hoy", "Ability today"),
                    Text(
                        "Con este dolor no puedo con mi trabajo",
                        "With this pain my job is beyond me",
                    ),
                ),
                (
                    Text("Esperar el tratamiento", "Waiting for treatment"),
                    Text(
                        "Volveré a mi trabajo solo después de tratarme",
                        "I will go back to my job only after treatment",
                    ),
                ),
                (
                    Text("Volver en tres meses", "Back in three months"),
                    Text(
                        "En tres meses no estaré de vuelta en mi trabajo",
                        "In three months I will not be back in my job",
                    ),
                ),
                (
                    Text("Volver algún día", "Back some day"),
                    Text(
                        "No veo que vuelva a ese trabajo",
                        "I do not see myself going back to that job",
                    ),
                ),
            ),
            choices(
                (
                    Text("0, nada de acuerdo", "0, not at all"),
                    *(Text(str(step), str(step)) for step in range(1, 6)),
                    Text("6, por completo", "6, entirely"),
                )
            ),
            unscored=UNSCORED,
        )
    ),
    score=score,
    one_per_screen=True,
)
