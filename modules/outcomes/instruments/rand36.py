"""RAND-36 / SF-36 version 1: eight scales 0-100, and the two summaries on a norm.

RAND and Ware score pain and general health differently, and Ware needs half of a scale's items;
the summaries (mean 50, standard deviation 10) come from the Ware scales. The population norms and
factor weights of the United States 1990 are here; a site may hand in another set.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from modules.outcomes.building import (
    choices,
    items,
    keys,
    mic,
)
from modules.outcomes.questionnaire import (
    Answers,
    Direction,
    Instrument,
    Item,
    Licence,
    Params,
    Result,
    ScoringError,
)
from modules.outcomes.scales import exact, mark, marks
from modules.text import Text

SCALES = {
    "PF": tuple(range(3, 13)),
    "RP": (13, 14, 15, 16),
    "RE": (17, 18, 19),
    "VT": (23, 27, 29, 31),
    "MH": (24, 25, 26, 28, 30),
    "SF": (20, 32),
    "BP": (21, 22),
    "GH": (1, 33, 34, 35, 36),
}

Recode = tuple[int, ...]


def _recodes() -> dict[int, Recode]:
    """Return RAND's percent for each code (1 first), by item number."""
    falling: Recode = (100, 75, 50, 25, 0)
    table: dict[int, Recode] = dict.fromkeys((1, 2, 20, 22, 34, 36), falling)
    table |= dict.fromkeys(range(3, 13), (0, 50, 100))
    table |= dict.fromkeys(range(13, 20), (0, 100))
    table |= dict.fromkeys((21, 23, 26, 27, 30), (100, 80, 60, 40, 20, 0))
    table |= dict.fromkeys((24, 25, 28, 29, 31), (0, 20, 40, 60, 80, 100))
    return table | dict.fromkeys((32, 33, 35), (0, 25, 50, 75, 100))


RECODES = _recodes()


def _tenths(*values: str) -> tuple[Fraction, ...]:
    return tuple(Fraction(value) for value in values)


HEALTH = _tenths("5", "4.4", "3.4", "2", "1")
PAIN = _tenths("6", "5.4", "4.2", "3.1", "2.2", "1")
INTERFERENCE = _tenths("5", "4", "3", "2", "1")
INTERFERENCE_ALONE = _tenths("6", "4.75", "3.5", "2.25", "1")
"""Ware's points for items 1, 21, 22, and 22 when 21 is missing; code 1 first."""


@dataclass(frozen=True, slots=True)
class Norm:
    """One scale in a norm set: population mean and sd, weights of the two summaries."""

    mean: Fraction
    sd: Fraction
    pcs: Fraction
    mcs: Fraction


def _norm(mean: str, sd: str, pcs: str, mcs: str) -> Norm:
    return Norm(Fraction(mean), Fraction(sd), Fraction(pcs), Fraction(mcs))


US_1990 = {
    "PF": _norm("84.52404", "22.89490", "0.42402", "-0.22999"),
    "RP": _norm("81.19907", "33.79729", "0.35119", "-0.12329"),
    "BP": _norm("75.49196", "23.55879", "0.31754", "-0.09731"),
    "GH": _norm("72.21316", "20.16964", "0.24954", "-0.01571"),
    "VT": _norm("61.05453", "20.86942", "0.02877", "0.23534"),
    "SF": _norm("83.59753", "22.37642", "-0.00753", "0.26876"),
    "RE": _norm("81.29467", "33.02717", "-0.19206", "0.43407"),
    "MH": _norm("74.84212", "18.01189", "-0.22069", "0.48581"),
}
"""United States general population 1990 (Ware 1994)."""


def read_norm_set(data: object) -> dict[str, Norm]:
    """Read a norm set: for each of the eight scales `mean`, `sd` (> 0), `pcs` and `mcs`.

    Raises ScoringError("bad_setting") if a scale or number is missing or extra.
    """
    if not isinstance(data, Mapping) or set(data) != set(SCALES):
        raise ScoringError("bad_setting", "norm_set")
    return {scale: _read_norm(data[scale]) for scale in SCALES}


def _read_norm(data: object) -> Norm:
    names = ("mean", "sd", "pcs", "mcs")
    if not isinstance(data, Mapping) or set(data) != set(names):
        raise ScoringError("bad_setting", "norm_set")
    numbers = [exact(data[name], "norm_set") for name in names]
    mean, sd, pcs, mcs = (_there(number) for number in numbers)
    if sd <= 0:
        raise ScoringError("bad_setting", "norm_set")
    return Norm(mean, sd, pcs, mcs)


def _there(number: Fraction | None) -> Fraction:
    if number is None:
        raise ScoringError("bad_setting", "norm_set")
    return number


def score(answers: Answers, params: Params) -> Result:
    """Return both sets of scales (0-100) and the summaries on the norm set in use.

    `norm_set` or `us_norms_and_weights` in the settings replaces the shipped norms.
    """
    given_set = params.get("norm_set", params.get("us_norms_and_weights"))
    norms = US_1990 if given_set is None else read_norm_set(given_set)
    rand: Result = {scale: _rand_scale(answers, where) for scale, where in SCALES.items()}
    change = mark(answers.get("q2"))
    rand["health_change"] = None if change is None else RECODES[2][change - 1]
    ware = ware_scales(answers)
    return {
        "rand36": rand,
        "sf36v1": dict(ware),
        "pcs_us1990": _summary(ware, {scale: (n, n.pcs) for scale, n in norms.items()}),
        "mcs_us1990": _summary(ware, {scale: (n, n.mcs) for scale, n in norms.items()}),
    }


def _rand_scale(answers: Answers, where: Sequence[int]) -> Fraction | None:
    """Return the mean percent of the answered items; RAND sets no minimum."""
    codes = zip(where, marks(answers, where), strict=True)
    values = [RECODES[position][code - 1] for position, code in codes if code is not None]
    return Fraction(sum(values), len(values)) if values else None


def ware_scales(answers: Answers) -> dict[str, Fraction | None]:
    """Return the SF-36 version 1 scales; a scale needs half of its items."""
    same = {
        scale: _half_answered(answers, where, _rand_scale(answers, where))
        for scale, where in SCALES.items()
        if scale not in ("BP", "GH")
    }
    return {**same, "BP": _bodily_pain(answers), "GH": _general_health(answers)}


def _half_answered(
    answers: Answers, where: Sequence[int], value: Fraction | None
) -> Fraction | None:
    there = sum(code is not None for code in marks(answers, where))
    return value if 2 * there >= len(where) else None


def _bodily_pain(answers: Answers) -> Fraction | None:
    pain, interference = marks(answers, (21, 22))
    if interference is None:
        return None if pain is None else (2 * PAIN[pain - 1] - 2) * 10
    if pain is None:
        return (2 * INTERFERENCE_ALONE[interference - 1] - 2) * 10
    both_none = pain == interference == 1
    points = Fraction(6) if both_none else INTERFERENCE[interference - 1]
    return (PAIN[pain - 1] + points - 2) * 10


def _general_health(answers: Answers) -> Fraction | None:
    where = SCALES["GH"]
    points = [
        HEALTH[code - 1] if position == 1 else 1 + Fraction(RECODES[position][code - 1], 25)
        for position, code in zip(where, marks(answers, where), strict=True)
        if code is not None
    ]
    if 2 * len(points) < len(where):
        return None
    return (5 * sum(points, Fraction(0)) / len(points) - 5) * 5


def _summary(
    scales: Mapping[str, Fraction | None], weights: Mapping[str, tuple[Norm, Fraction]]
) -> Fraction | None:
    total = Fraction(0)
    for scale, (norm, weight) in weights.items():
        value = scales[scale]
        if value is None:
            return None
        total += (value - norm.mean) / norm.sd * weight
    return 50 + 10 * total


def _reach(norms: Mapping[str, Norm]) -> tuple[Fraction, Fraction]:
    """Return the lowest and highest physical summary that scales of 0-100 can give.

    Rounded outwards to two decimals, as a range is printed.
    """
    ends = [
        [10 * (value - norm.mean) / norm.sd * norm.pcs for value in (0, 100)]
        for norm in norms.values()
    ]
    low = 50 + sum(map(min, ends), Fraction(0))
    high = 50 + sum(map(max, ends), Fraction(0))
    return Fraction(floor(100 * low), 100), Fraction(ceil(100 * high), 100)


def _asked(
    start: int, labels: Sequence[Text], lead: Text, *rows: tuple[Text, Text]
) -> tuple[Item, ...]:
    """Make the items of one block; the block's question opens every prompt."""
    made = items(rows, choices(labels, start=1), start=start)
    return tuple(
        replace(
            item,
            prompt=Text(
                f"{lead.es} {item.prompt.es}".strip(), f"{lead.en} {item.prompt.en}".strip()
            ),
            reversed=RECODES[start + offset][0] > RECODES[start + offset][-1],
            scored=item.key != "q2",
        )
        for offset, item in enumerate(made)
    )


NO_LEAD = Text("", "")
NOW_GENERAL = (
    Text("Excelente", "Excellent"),
    Text("Muy buena", "Very good"),
    Text("Buena", "Good"),
    Text("Regular", "Fair"),
    Text("Mala", "Poor"),
)
CHANGE = (
    Text("Bastante mejor", "Quite a bit better"),
    Text("Algo mejor", "A bit better"),
    Text("Igual", "The same"),
    Text("Algo peor", "A bit worse"),
    Text("Bastante peor", "Quite a bit worse"),
)
LIMITS = (
    Text("Bastante", "Quite a lot"),
    Text("Un poco", "A little"),
    Text("Nada", "Not at all"),
)
YES_NO = (Text("Sí", "Yes"), Text("No", "No"))
AMOUNT = (
    Text("Nada", "Not at all"),
    Text("Un poco", "A little"),
    Text("Regular", "Some"),
    Text("Bastante", "Quite a lot"),
    Text("Muchísimo", "A very great deal"),
)
PAIN_AMOUNT = (
    Text("Nada", "None"),
    Text("Muy poco", "Very little"),
    Text("Poco", "A little"),
    Text("Regular", "Some"),
    Text("Mucho", "A lot"),
    Text("Muchísimo", "A very great deal"),
)
TIME_SIX = (
    Text("Todo el tiempo", "All the while"),
    Text("Casi todo el tiempo", "Nearly all the while"),
    Text("Gran parte del tiempo", "Much of the while"),
    Text("A ratos", "At times"),
    Text("Pocas veces", "A few times"),
    Text("Nunca", "Never"),
)
TIME_FIVE = (*TIME_SIX[:2], *TIME_SIX[3:])
TRUTH = (
    Text("Sí, por completo", "Yes, entirely"),
    Text("Más bien sí", "Rather yes"),
    Text("No lo sé", "I cannot tell"),
    Text("Más bien no", "Rather no"),
    Text("No, para nada", "No, not in the least"),
)

ITEMS = (
    *_asked(
        1,
        NOW_GENERAL,
        NO_LEAD,
        (
            Text("Salud en general", "Health overall"),
            Text("¿Cómo está tu salud?", "How is your health?"),
        ),
    ),
    *_asked(
        2,
        CHANGE,
        NO_LEAD,
        (
            Text("Cambio en un año", "Change in a year"),
            Text("¿Y si la comparas con la de hace un año?", "And compared with a year back?"),
        ),
    ),
    *_asked(
        3,
        LIMITS,
        Text("¿Tu salud te limita hoy para", "Does your health limit you these days in"),
        (
            Text("Esfuerzos grandes", "Great effort"),
            Text("correr o cargar mucho?", "running or heavy loads?"),
        ),
        (
            Text("Esfuerzos medianos", "Medium effort"),
            Text("barrer o andar en bicicleta?", "sweeping or cycling?"),
        ),
        (
            Text("Bolsas del mandado", "Shopping bags"),
            Text("llevar el mandado?", "taking the shopping home?"),
        ),
        (
            Text("Varios pisos", "Several floors"),
            Text("subir a un tercer piso?", "going up to a third floor?"),
        ),
        (
            Text("Un piso", "One floor"),
            Text("subir a un primer piso?", "going up to the next floor?"),
        ),
        (
            Text("Agacharse", "Bending"),
            Text("agacharte o hincarte?", "stooping or going on your knees?"),
        ),
        (
            Text("Caminata larga", "Long walk"),
            Text("caminar más de kilómetro y medio?", "walking over a mile?"),
        ),
        (
            Text("Caminata media", "Medium walk"),
            Text("caminar unas cinco cuadras?", "walking some five blocks?"),
        ),
        (
            Text("Caminata corta", "Short walk"),
            Text("caminar hasta la esquina?", "walking to the corner?"),
        ),
        (
            Text("Aseo personal", "Washing and dressing"),
            Text("bañarte o ponerte la ropa?", "washing or putting clothes on?"),
        ),
    ),
    *_asked(
        13,
        YES_NO,
        Text(
            "En las últimas cuatro semanas, por tu salud física,",
            "In the last four weeks, because of your body, did you",
        ),
        (
            Text("Menos tiempo de actividad", "Less time active"),
            Text("¿dedicaste menos tiempo a tus tareas?", "give less time to your tasks?"),
        ),
        (
            Text("Menos logros", "Less done"),
            Text("¿lograste menos de lo que querías?", "get less done than you wanted?"),
        ),
        (
            Text("Tareas limitadas", "Limited tasks"),
            Text("¿dejaste algún tipo de tarea?", "leave out some kind of task?"),
        ),
        (
            Text("Más esfuerzo", "More effort"),
            Text("¿te costó más hacerlas?", "find them harder to do?"),
        ),
    ),
    *_asked(
        17,
        YES_NO,
        Text(
            "En las últimas cuatro semanas, por tu ánimo,",
            "In the last four weeks, because of your mood, did you",
        ),
        (
            Text("Menos tiempo por el ánimo", "Less time, mood"),
            Text("¿dedicaste menos tiempo a tus tareas?", "give less time to your tasks?"),
        ),
        (
            Text("Menos logros por el ánimo", "Less done, mood"),
            Text("¿lograste menos de lo que querías?", "get less done than you wanted?"),
        ),
        (
            Text("Menos cuidado por el ánimo", "Less care, mood"),
            Text(
                "¿pusiste menos atención que otras veces?",
                "pay less attention than at other times?",
            ),
        ),
    ),
    *_asked(
        20,
        AMOUNT,
        NO_LEAD,
        (
            Text("Convivencia, cuánto", "Company, how much"),
            Text(
                "En las últimas cuatro semanas, ¿cuánto estorbó tu salud para ver a otros?",
                "In the last four weeks, how much did your health hinder seeing others?",
            ),
        ),
    ),
    *_asked(
        21,
        PAIN_AMOUNT,
        NO_LEAD,
        (
            Text("Dolor", "Pain"),
            Text(
                "En las últimas cuatro semanas, ¿cuánto dolor tuviste?",
                "In the last four weeks, how much pain was there?",
            ),
        ),
    ),
    *_asked(
        22,
        AMOUNT,
        NO_LEAD,
        (
            Text("Dolor y tareas", "Pain and tasks"),
            Text(
                "En las últimas cuatro semanas, ¿cuánto estorbó el dolor tus tareas?",
                "In the last four weeks, how much did pain hinder your tasks?",
            ),
        ),
    ),
    *_asked(
        23,
        TIME_SIX,
        Text(
            "En las últimas cuatro semanas, ¿cuánto tiempo", "In the last four weeks, for how long"
        ),
        (
            Text("Vitalidad", "Vitality"),
            Text("sentiste vida y ganas?", "did you feel alive and eager?"),
        ),
        (Text("Nervios", "Nerves"), Text("sentiste nervios?", "did you feel nervous?")),
        (
            Text("Desánimo profundo", "Deep low spirits"),
            Text("nada te levantaba el ánimo?", "did nothing lift your spirits?"),
        ),
        (Text("Calma", "Calm"), Text("sentiste calma?", "did you feel at ease?")),
        (Text("Energía", "Energy"), Text("te sobró energía?", "did you have energy to spare?")),
        (Text("Tristeza", "Sadness"), Text("sentiste tristeza?", "did you feel sad?")),
        (
            Text("Agotamiento", "Exhaustion"),
            Text("sentiste agotamiento?", "did you feel exhausted?"),
        ),
        (Text("Felicidad", "Happiness"), Text("sentiste alegría?", "did you feel glad?")),
        (Text("Cansancio", "Tiredness"), Text("sentiste cansancio?", "did you feel weary?")),
    ),
    *_asked(
        32,
        TIME_FIVE,
        NO_LEAD,
        (
            Text("Convivencia, qué tan seguido", "Company, how often"),
            Text(
                "En las últimas cuatro semanas, ¿qué tan seguido tu salud te alejó de otros?",
                "In the last four weeks, how often did your health hinder seeing others?",
            ),
        ),
    ),
    *_asked(
        33,
        TRUTH,
        Text("¿Es cierto para ti?", "Is it true for you?"),
        (
            Text("Enfermar más", "Falling ill more"),
            Text("Me enfermo más que la mayoría.", "I fall ill more than most."),
        ),
        (
            Text("Salud como otros", "Health like others"),
            Text("Estoy tan sano como los demás.", "I am as well as the others."),
        ),
        (
            Text("Salud a futuro", "Health ahead"),
            Text("Pienso que mi salud va a bajar.", "I think my health will go down."),
        ),
        (
            Text("Salud excelente", "Excellent health"),
            Text("Mi salud es de lo mejor.", "My health is of the best."),
        ),
    ),
)

INSTRUMENT = Instrument(
    key="rand36",
    code="RAND36",
    names=("SF-36/RAND-36",),
    title=Text("Salud en general (RAND-36)", "General health (RAND-36)"),
    version="RAND-36 1.0",
    foreign_versions=("36v2", "version 2", "version2", "sf-12", "sf12"),
    licence=Licence.OPEN,
    rights=Text(
        "RAND 36-Item Health Survey 1.0, RAND Corporation: de uso libre; aquí con redacción "
        "cambiada. RAND no avala los cambios.",
        "RAND 36-Item Health Survey 1.0, RAND Corporation: free to use; its wording is changed "
        "here. RAND does not endorse the changes.",
    ),
    source="Hays 1993 (RAND); Ware 1993, 1994 (SF-36 version 1, US-1990 summaries)",
    recall=Text("Las últimas cuatro semanas", "The last four weeks"),
    direction=Direction.HIGHER_IS_BETTER,
    score_range=_reach(US_1990),
    unit=Text("puntos (norma: media 50, desviación 10)", "points (norm: mean 50, deviation 10)"),
    headline="pcs_us1990",
    local_codes={"pcs_us1990": "SF36_PCS", "mcs_us1990": "SF36_MCS"},
    mics=(mic(3, "literature range 3-5, summaries"),),
    missing_rule=Text(
        "RAND promedia lo contestado; SF-36 pide la mitad de cada escala; los resúmenes, las ocho.",
        "RAND averages what is answered; SF-36 needs half of each scale; the summaries all eight.",
    ),
    subscales={scale: keys(where) for scale, where in SCALES.items()},
    items=ITEMS,
    score=score,
    one_per_screen=True,
)
