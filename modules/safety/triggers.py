"""What may ask for somebody's attention: each trigger once, with all that follows from it.

The one home of levels and deadlines. Which entry or questionnaire fires which trigger is decided
in `modules.safety.rules`; what a patient reads is in `content/safety.yaml`, which names these
codes and is refused when it names another or forgets one. All values are defaults to be confirmed
by a clinician.
"""

from datetime import datetime, timedelta

from modules.text import LabelledEnum, Text, label


class Level(LabelledEnum):
    """How soon somebody must act, soonest first."""

    EMERGENCY = "emergency", "Emergencia", "Emergency"
    URGENT = "urgent", "Urgente", "Urgent"
    REVIEW = "review", "Por decidir con la persona", "To be decided with the participant"
    """Exercises stop until the team has decided; so it is said before what may go on gently."""
    AMBER = "amber", "Por revisar", "To be reviewed"
    ADHERENCE = "adherence", "Sin contacto", "Out of touch"


class Origin(LabelledEnum):
    """Where a trigger comes from; the label says why there is no diary entry to show."""

    DIARY = (
        "diary",
        "El diario de ese día se volvió a escribir.",
        "The diary of that day was written anew.",
    )
    WARNING_PAGE = (
        "warning_page",
        "La persona la marcó en la página «Tengo una señal de alarma».",
        "The participant ticked it on the page “I have a warning sign”.",
    )
    QUESTIONNAIRE = "questionnaire", "Viene de un cuestionario.", "It comes from a questionnaire."
    MESSAGE = (
        "message",
        "La persona lo escribió a nuestro número de WhatsApp. Ahí nadie lee y las palabras no se"
        " guardan: pregúntale qué pasó.",
        "The participant wrote it to our WhatsApp number. Nobody reads there and the words are not"
        " kept: ask what happened.",
    )
    SILENCE = (
        "silence",
        "No se escribió nada: ese es el motivo.",
        "Nothing was written: that is the reason.",
    )


class Effect(LabelledEnum):
    """What an alert stops until staff close it."""

    LOCKS_EXERCISES = (
        "locks_exercises",
        "Los ejercicios siguen en pausa hasta que se cierre este aviso.",
        "The exercises stay paused until this alert is closed.",
    )
    SUSPENDS_EXERCISES = (
        "suspends_exercises",
        "Lo que se hizo en esa sesión queda fuera de la lista hasta cerrar este aviso. Pon en pausa"
        " en la prescripción el ejercicio que lo provocó; si no, vuelve.",
        "What was done in that session is off the list until this alert is closed. Pause the"
        " exercise that brought it on in the prescription, or it comes back.",
    )
    FREEZES_PROGRESS = (
        "freezes_progress",
        "El siguiente módulo espera hasta que se cierre este aviso, una semana como máximo.",
        "The next module waits until this alert is closed, for a week at most.",
    )


AT_ONCE = timedelta(0)
SAME_DAY = timedelta(hours=8)
ONE_DAY = timedelta(hours=24)
THREE_DAYS = timedelta(hours=72)

SEEN_TODAY = (
    "Contacta de inmediato a la persona y asegúrate de que la revisen hoy.",
    "Contact the participant at once and make sure that they are seen today.",
)
CALL_TODAY = (
    "Llámala hoy: pregunta por fuerza, orina y heces. Los ejercicios siguen en pausa hasta que"
    " cierres este aviso.",
    "Call today: ask about strength, bladder and bowel. Exercises stay paused until you close this"
    " alert.",
)
DOCTOR_FIRST = (
    "Contacta en 24 horas; un médico debe revisarlo antes de seguir con los ejercicios.",
    "Contact within 24 hours; a doctor has to look at it before exercises go on.",
)
GENTLE_GOES_ON = (
    "Pregunta por ello; lo suave puede seguir. Valora una referencia.",
    "Ask about it; gentle exercises may go on. Consider a referral.",
)


class Trigger(LabelledEnum):
    """One reason for an alert, with everything that follows from it.

    The codes are those of the safety plan: T1 to T10, T12 and T13 for what is written to our
    number, and R1 to R10 for the red flags that are
    ticked on the page «I have a warning sign». A code that was raised once is never taken away.
    """

    level: Level
    within: timedelta
    """Time in which somebody answers the alert."""
    origin: Origin
    effect: Effect | None
    what_to_do: Text
    """What the team does, on the page of the alert."""

    def __init__(
        self,
        code: str,
        level: Level,
        within: timedelta,
        origin: Origin,
        effect: Effect | None,
        es: str,
        en: str,
        to_do_es: str,
        to_do_en: str,
    ):
        """Make a member from its code, its label and what follows from it."""
        super().__init__(code, es, en)
        self.level, self.within = level, within
        self.origin, self.effect = origin, effect
        self.what_to_do = label(to_do_es, to_do_en)

    def due_at(self, raised_at: datetime) -> datetime:
        """Return until when an alert raised then must be answered."""
        return raised_at + self.within

    # One trigger a block: code and what follows from it, its label, what the team does.
    # fmt: off
    DIARY_WARNING_SIGN = (
        "T1", Level.EMERGENCY, AT_ONCE, Origin.DIARY, Effect.LOCKS_EXERCISES,
        "Señal de alarma marcada: ejercicios en pausa",
        "Warning sign ticked: exercises are paused",
        *SEEN_TODAY,
    )
    LEG_SYMPTOMS = (
        "T2", Level.URGENT, SAME_DAY, Origin.DIARY, Effect.LOCKS_EXERCISES,
        "Adormecimiento, hormigueo o debilidad nuevos en una pierna: ejercicios en pausa",
        "New numbness, tingling or weakness in one leg: exercises are paused",
        *CALL_TODAY,
    )
    LEG_PAIN = (
        "T10", Level.URGENT, ONE_DAY, Origin.DIARY, Effect.SUSPENDS_EXERCISES,
        "Dolor que bajó por la pierna durante un ejercicio",
        "Pain that moved down the leg during an exercise",
        "Contáctala en 24 horas. Pausa el ejercicio que lo provocó.",
        "Contact within 24 hours. Pause the exercise that brought it on.",
    )
    PAIN_HIGH = (
        "T3", Level.AMBER, THREE_DAYS, Origin.DIARY, None,
        "Dolor alto, o aumento fuerte durante una sesión",
        "High pain, or a strong rise during a session",
        "Revisa las dosis; lo usual es bajar un nivel.",
        "Look at the doses; one level down is usual.",
    )
    PAIN_LASTING = (
        "T4", Level.AMBER, THREE_DAYS, Origin.DIARY, Effect.FREEZES_PROGRESS,
        "Más dolor que al inicio en tres registros seguidos",
        "More pain than at baseline, three entries in a row",
        "Revisa el plan; el siguiente módulo puede quedar en espera.",
        "Look at the plan; the next module can be held.",
    )
    SUICIDAL_IDEATION = (
        "T5", Level.URGENT, SAME_DAY, Origin.QUESTIONNAIRE, None,
        "Pensamientos de muerte o de lastimarse en un cuestionario",
        "Thoughts of death or self-harm in a questionnaire",
        "Llama hoy y sigue el plan de crisis de tu clínica.",
        "Call today and follow the crisis plan of your clinic.",
    )
    SUICIDAL_IDEATION_UNANSWERED = (
        "T5A", Level.URGENT, ONE_DAY, Origin.QUESTIONNAIRE, None,
        "La pregunta sobre pensamientos de muerte quedó sin responder",
        "The question on thoughts of death was left open",
        "Pregunta en persona. El silencio no tranquiliza.",
        "Ask in person. Silence is no reassurance.",
    )
    SEVERE_MOOD_SCORE = (
        "T6", Level.AMBER, THREE_DAYS, Origin.QUESTIONNAIRE, None,
        "Puntaje grave de depresión o ansiedad",
        "Severe depression or anxiety score",
        "Contáctala en tres días; considera una referencia.",
        "Contact within three days; consider a referral.",
    )
    NOTE_TO_READ = (
        "T7", Level.AMBER, THREE_DAYS, Origin.DIARY, None,
        "Una nota que debe leer una persona",
        "A note that a person should read",
        "Lee la nota y decide. Nada se responde de forma automática.",
        "Read the note and decide. Nothing is answered automatically.",
    )
    OUT_OF_TOUCH = (
        "T8", Level.ADHERENCE, THREE_DAYS, Origin.SILENCE, None,
        "Una semana sin entrar, o dos registros del diario sin escribir",
        "Not seen for a week, or two diary entries missed",
        "Primero un recordatorio, después una llamada.",
        "A reminder first, then a call.",
    )
    FUNCTION_WORSE = (
        "T9", Level.AMBER, THREE_DAYS, Origin.QUESTIONNAIRE, None,
        "Función claramente peor que al inicio",
        "Function clearly worse than at the start",
        "Pregunta qué cambió; registra un evento adverso si lo hubo.",
        "Ask what changed; record an adverse event if there was one.",
    )
    SADDLE_NUMBNESS = (
        "R1", Level.EMERGENCY, AT_ONCE, Origin.WARNING_PAGE, Effect.LOCKS_EXERCISES,
        "Señal de alarma marcada: adormecimiento en silla de montar, vejiga o"
        " intestino, ambas piernas",
        "Warning sign ticked: saddle numbness, bladder or bowel, both legs",
        *SEEN_TODAY,
    )
    PROGRESSIVE_WEAKNESS = (
        "R2", Level.EMERGENCY, AT_ONCE, Origin.WARNING_PAGE, Effect.LOCKS_EXERCISES,
        "Señal de alarma marcada: debilidad que aumenta, marcha torpe, manos torpes",
        "Warning sign ticked: growing weakness, unsteady walk, clumsy hands",
        *SEEN_TODAY,
    )
    TRAUMA = (
        "R3", Level.URGENT, ONE_DAY, Origin.WARNING_PAGE, Effect.LOCKS_EXERCISES,
        "Señal de alarma marcada: golpe fuerte o caída",
        "Warning sign ticked: a hard blow or a fall",
        *DOCTOR_FIRST,
    )
    CANCER_SIGNS = (
        "R4", Level.URGENT, ONE_DAY, Origin.WARNING_PAGE, Effect.LOCKS_EXERCISES,
        "Señal de alarma marcada: cáncer, baja de peso, dolor nocturno o dolor nuevo a esa edad",
        "Warning sign ticked: cancer, weight loss, night pain, or new pain at this age",
        *DOCTOR_FIRST,
    )
    INFECTION_SIGNS = (
        "R5", Level.URGENT, ONE_DAY, Origin.WARNING_PAGE, Effect.LOCKS_EXERCISES,
        "Señal de alarma marcada: fiebre, infección o defensas bajas",
        "Warning sign ticked: fever, infection or a weak immune system",
        *DOCTOR_FIRST,
    )
    INFLAMMATORY_PATTERN = (
        "R6", Level.AMBER, THREE_DAYS, Origin.WARNING_PAGE, None,
        "Señal de alarma marcada: rigidez matutina que mejora al moverse",
        "Warning sign ticked: morning stiffness that eases with movement",
        *GENTLE_GOES_ON,
    )
    CHEST_PAIN_OR_FAINTING = (
        "R7", Level.EMERGENCY, AT_ONCE, Origin.WARNING_PAGE, Effect.LOCKS_EXERCISES,
        "Señal de alarma marcada: dolor repentino de vientre y espalda, dolor de pecho, desmayo",
        "Warning sign ticked: sudden belly and back pain, chest pain, fainting",
        *SEEN_TODAY,
    )
    REASON_NOT_TO_EXERCISE = (
        "R8", Level.REVIEW, THREE_DAYS, Origin.WARNING_PAGE, Effect.LOCKS_EXERCISES,
        "Señal de alarma marcada: embarazo, cirugía u otro motivo para parar",
        "Warning sign ticked: pregnancy, surgery or another reason to stop",
        "Habla con la persona: pueden cambiar el plan o la elegibilidad.",
        "Talk with the participant: the plan or the eligibility may change.",
    )
    CLAUDICATION = (
        "R9", Level.AMBER, THREE_DAYS, Origin.WARNING_PAGE, None,
        "Señal de alarma marcada: piernas que duelen al caminar",
        "Warning sign ticked: legs that hurt on walking",
        *GENTLE_GOES_ON,
    )
    NEW_LEG_SYMPTOMS = (
        "R10", Level.URGENT, SAME_DAY, Origin.WARNING_PAGE, Effect.LOCKS_EXERCISES,
        "Señal de alarma marcada: adormecimiento, hormigueo o debilidad nuevos en una pierna",
        "Warning sign ticked: new numbness, tingling or weakness in one leg",
        *CALL_TODAY,
    )
    WRITTEN_SELF_HARM = (
        "T12", Level.EMERGENCY, AT_ONCE, Origin.MESSAGE, None,
        "Un mensaje que habla de morir o de lastimarse",
        "A message that speaks of dying or of self-harm",
        "Llámala ahora y sigue el plan de crisis de tu clínica. Ya recibió los números de ayuda.",
        "Call now and follow the crisis plan of your clinic. The numbers for help have been sent.",
    )
    WRITTEN_EMERGENCY = (
        "T13", Level.EMERGENCY, AT_ONCE, Origin.MESSAGE, None,
        "Un mensaje que suena a urgencia",
        "A message that sounds like an emergency",
        "Llámala ahora y pregunta qué pasa. Ya recibió el número de emergencias. Si hace falta"
        " parar los ejercicios, hazlo en la prescripción.",
        "Call now and ask what is wrong. The emergency number has been sent. If exercises have to"
        " stop, do so in the prescription.",
    )
    # fmt: on
