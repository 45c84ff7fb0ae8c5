"""Oswestry Disability Index 2.1a: ten sections, percent of the possible points."""

from fractions import Fraction

from modules.outcomes.building import (
    TODAY,
    choices,
    mic,
    mic_percent,
    missing_up_to,
    span,
)
from modules.outcomes.questionnaire import (
    Answers,
    Band,
    Choice,
    Direction,
    Instrument,
    Item,
    Licence,
    Params,
    Reason,
    Result,
)
from modules.outcomes.scales import (
    band_of,
    given,
    marks,
    whole,
    whole_setting,
)
from modules.text import Text

SECTIONS = 10
HIGHEST = 5

BANDS = (
    Band("minimal", 0, 20, Text("mínima", "minimal")),
    Band("moderate", 21, 40, Text("moderada", "moderate")),
    Band("severe", 41, 60, Text("intensa", "strong")),
    Band("crippled", 61, 80, Text("muy intensa", "very strong")),
    Band("bed_bound", 81, 100, Text("máxima", "greatest")),
)
"""On the whole percent. The keys are the published names; patients read the neutral labels."""


def score(answers: Answers, params: Params) -> Result:
    """Score the sections: percent = sum / (5 x answered) x 100 (Fairbank & Pynsent 2000).

    `max_missing` sections may be missing (2 unless set; the developers give no limit).
    """
    codes = given(marks(answers, range(1, SECTIONS + 1)))
    missing = SECTIONS - len(codes)
    possible = HIGHEST * len(codes)
    allowed = whole_setting(params, "max_missing", 2, SECTIONS)
    scored = bool(codes) and missing <= allowed
    percent = Fraction(100 * sum(codes), possible) if scored else None
    rounded = None if percent is None else whole(percent)
    status = "complete" if missing == 0 else "prorated"
    return {
        "raw_sum": sum(codes),
        "answered": len(codes),
        "max_possible": possible,
        "percent": percent,
        "percent_rounded": rounded,
        "band": band_of(BANDS, rounded),
        "status": status if scored else "too_many_missing",
    }


def _section(key: str, topic: Text, prompt: Text, *labels: Text) -> Item:
    return Item(key=key, topic=topic, prompt=prompt, choices=_steps(labels), several=True)


def _steps(labels: tuple[Text, ...]) -> tuple[Choice, ...]:
    return choices(labels)


SEX_LIFE = Item(
    key="q8",
    topic=Text("Vida sexual", "Sex life"),
    prompt=Text(
        "¿Qué tanto se nota tu espalda en tu vida sexual?",
        "How much does your back show in your sex life?",
    ),
    choices=_steps(
        (
            Text("No la cambia en nada", "It changes nothing"),
            Text(
                "No la cambia, aunque después me molesta un poco",
                "It changes nothing, though I feel it a little afterwards",
            ),
            Text(
                "Casi no la cambia, pero me duele bastante", "It changes little, but it hurts a lot"
            ),
            Text("La limita mucho", "It limits it a lot"),
            Text("Por el dolor, casi no tengo", "Because of pain I hardly have any"),
            Text("Por el dolor, no tengo", "Because of pain I have none"),
        )
    ),
    several=True,
    optional=True,
    reasons=(Reason.DECLINED, Reason.NOT_APPLICABLE),
)

ITEMS = (
    _section(
        "q1",
        Text("Intensidad del dolor", "Pain intensity"),
        Text("En este momento, ¿cuánto dolor tienes?", "How much pain do you have right now?"),
        Text("Nada", "None"),
        Text("Poco", "A little"),
        Text("Regular", "A medium amount"),
        Text("Bastante", "Quite a lot"),
        Text("Mucho", "A great deal"),
        Text("El mayor que puedo pensar", "The most I can think of"),
    ),
    _section(
        "q2",
        Text("Cuidado personal", "Personal care"),
        Text("¿Cómo te va al bañarte y vestirte?", "How do you get on with bathing and dressing?"),
        Text("Como siempre, sin dolor de más", "As ever, with no added pain"),
        Text("Como siempre, pero me duele", "As ever, but it hurts"),
        Text("Despacio, con cuidado y dolor", "Slowly, with care and pain"),
        Text(
            "Casi todo sin ayuda; algo sí me lo ayudan",
            "Nearly all unaided; with something I have help",
        ),
        Text("Cada día me ayudan con casi todo", "Every day I have help with nearly all of it"),
        Text("No lo hago; me quedo en cama", "I do not do it; I stay in bed"),
    ),
    _section(
        "q3",
        Text("Levantar cosas", "Lifting"),
        Text("¿Qué peso puedes levantar?", "What weight can you lift?"),
        Text("Mucho peso, sin dolor de más", "A lot of weight, with no added pain"),
        Text("Mucho peso, aunque duele", "A lot of weight, though it hurts"),
        Text(
            "Mucho peso solo si está a buena altura, no desde el suelo",
            "A lot of weight only from a good height, not from the ground",
        ),
        Text("Un peso mediano, si está a buena altura", "A medium weight, from a good height"),
        Text("Solo cosas muy ligeras", "Very light things only"),
        Text("Ningún peso", "No weight"),
    ),
    _section(
        "q4",
        Text("Caminar", "Walking"),
        Text("¿Hasta dónde puedes caminar?", "How far can you walk?"),
        Text("Lo que quiera", "As far as I like"),
        Text("Alrededor de un kilómetro y medio", "About a mile"),
        Text("Unas cuantas cuadras, menos de un kilómetro", "A few blocks, less than half a mile"),
        Text("Una cuadra", "One block"),
        Text("Solo apoyándome en bastón o muletas", "Only leaning on a stick or crutches"),
        Text(
            "Casi nada: la mayor parte del día sigo en cama",
            "Hardly at all: I am in bed for most of the day",
        ),
    ),
    _section(
        "q5",
        Text("Estar sentado", "Sitting"),
        Text("¿Cuánto tiempo aguantas en una silla?", "How long can you stay in a chair?"),
        Text("El tiempo que sea, en cualquiera", "Any length of time, in any of them"),
        Text(
            "El tiempo que sea, en una que me acomode", "Any length of time, in one that suits me"
        ),
        Text("Como una hora", "About an hour"),
        Text("Como media hora", "About half an hour"),
        Text("Unos diez minutos", "About ten minutes"),
        Text("Nada de tiempo, por el dolor", "No time, because of pain"),
    ),
    _section(
        "q6",
        Text("Estar de pie", "Standing"),
        Text("¿Cuánto tiempo aguantas de pie?", "How long can you stay on your feet?"),
        Text("Lo que haga falta, igual que antes", "As long as needed, as before"),
        Text("Lo que haga falta, aunque duele más", "As long as needed, though it hurts more"),
        Text("Como una hora", "About an hour"),
        Text("Como media hora", "About half an hour"),
        Text("Unos diez minutos", "About ten minutes"),
        Text("Nada de tiempo, por el dolor", "No time, because of pain"),
    ),
    _section(
        "q7",
        Text("Sueño", "Sleeping"),
        Text("¿Cómo duermes con tu espalda?", "How do you sleep with your back?"),
        Text("Bien, el dolor no me despierta", "Well, pain does not wake me"),
        Text("Alguna noche me despierta", "Some nights it wakes me"),
        Text("Duermo menos de seis horas", "I get under six hours"),
        Text("Duermo menos de cuatro horas", "I get under four hours"),
        Text("Duermo menos de dos horas", "I get under two hours"),
        Text("No duermo por el dolor", "I get no sleep because of pain"),
    ),
    SEX_LIFE,
    _section(
        "q9",
        Text("Vida social", "Social life"),
        Text("¿Cómo es tu convivencia con los demás?", "How is your time with other people?"),
        Text("Como siempre, sin más dolor", "As ever, with no more pain"),
        Text("Como siempre, con más dolor", "As ever, with more pain"),
        Text(
            "Solo dejo lo que pide esfuerzo, como bailar o el deporte",
            "I leave out only what takes effort, such as dancing or sport",
        ),
        Text("Salgo menos que antes", "I go out less than before"),
        Text("Ya convivo solo en casa", "I now see people only at home"),
        Text("Casi no convivo, por el dolor", "I hardly see people, because of pain"),
    ),
    _section(
        "q10",
        Text("Viajar", "Travelling"),
        Text("¿Qué trayectos puedes hacer?", "What journeys can you make?"),
        Text("Todos, sin dolor", "All of them, without pain"),
        Text("Todos, con algo de dolor de más", "All of them, with some added pain"),
        Text("De más de dos horas, aunque duele", "Over two hours, though it hurts"),
        Text("De una hora cuando mucho", "One hour at most"),
        Text("Solo los necesarios, de media hora", "Only those needed, of half an hour"),
        Text("Solo para ir a mi tratamiento", "Only to go to my treatment"),
    ),
)

INSTRUMENT = Instrument(
    key="odi",
    code="ODI",
    names=("ODI",),
    title=Text("Índice de discapacidad de Oswestry", "Oswestry Disability Index"),
    plain=Text("Tus actividades", "Your activities"),
    version="2.1a",
    foreign_versions=("modif", "fritz"),
    licence=Licence.LICENSED,
    rights=Text(
        "© Jeremy Fairbank; texto y licencias: Mapi Research Trust (ePROVIDE).",
        "© Jeremy Fairbank; text and licences: Mapi Research Trust (ePROVIDE).",
    ),
    source="Fairbank & Pynsent 2000; Mexico: doi 10.1080/09638288.2023.2232303",
    recall=TODAY,
    direction=Direction.HIGHER_IS_WORSE,
    score_range=span(0, 100),
    unit=Text("por ciento", "percent"),
    headline="percent",
    shown_whole=True,
    bands=BANDS,
    mics=(mic(10, "Ostelo 2008"), mic_percent(30, "Ostelo 2008")),
    loinc={"panel": "97908-8", "percent": "97909-6"},
    missing_rule=missing_up_to(2),
    items=ITEMS,
    score=score,
    one_per_screen=True,
)
