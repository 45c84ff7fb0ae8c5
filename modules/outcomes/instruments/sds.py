"""Zung's self-rating depression scale: 20 items, raw 20-80, index 25-100."""

from fractions import Fraction

from modules.outcomes.building import (
    ALL_NEEDED,
    choices,
    items,
    span,
)
from modules.outcomes.questionnaire import (
    Alert,
    Answers,
    Band,
    Direction,
    Instrument,
    Licence,
    Params,
    Result,
)
from modules.outcomes.scales import (
    band_of,
    given,
    oriented,
    positions_setting,
    strict_sum,
    whole,
)
from modules.text import Text

ITEMS = 20
REVERSED = (2, 5, 6, 11, 12, 14, 16, 17, 18, 20)

BANDS = (
    Band("normal", 25, 49, Text("habitual", "usual")),
    Band("mild", 50, 59, Text("leve", "mild")),
    Band("moderate", 60, 69, Text("moderado", "moderate")),
    Band("severe", 70, 100, Text("alto", "high")),
)
"""Zung's bands, on the index rounded half-up."""

CHINESE_NORM = (
    Band("none", 25, 52, Text("habitual", "usual")),
    Band("minor", 53, 62, Text("leve", "mild")),
    Band("moderate", 63, 72, Text("moderado", "moderate")),
    Band("major", 73, 100, Text("alto", "high")),
)
"""Bands of the DingTalk trial, on the truncated index."""


def score(answers: Answers, params: Params) -> Result:
    """Sum the 20 answers after reversal; index = raw x 1.25, half-up and truncated (both used)."""
    turned = positions_setting(params, "reversed", REVERSED, ITEMS)
    codes = oriented(answers, range(1, ITEMS + 1), turned, ends=5)
    raw = strict_sum(codes)
    index = None if raw is None else Fraction(raw * 5, 4)
    rounded = None if index is None else whole(index)
    truncated = None if index is None else int(index)
    return {
        "raw": raw,
        "index_exact": index,
        "index_half_up": rounded,
        "index_truncated": truncated,
        "band_zung": band_of(BANDS, rounded),
        "band_chictr2000041459": band_of(CHINESE_NORM, truncated),
        "answered": len(given(codes)),
    }


INSTRUMENT = Instrument(
    key="sds",
    code="SDS",
    names=("SDS",),
    title=Text("Escala de ánimo de Zung", "Zung mood scale"),
    version="Zung 20",
    licence=Licence.LICENSED,
    rights=Text(
        "W. Zung, American Medical Association 1965; situación de derechos por confirmar.",
        "W. Zung, American Medical Association 1965; rights to be confirmed by the site.",
    ),
    source="Zung 1965; ChiCTR2000041459 (bands of the Chinese norm)",
    recall=Text("Los últimos días", "The last several days"),
    direction=Direction.HIGHER_IS_WORSE,
    score_range=span(25, 100),
    unit=Text("puntos del índice", "index points"),
    headline="index_exact",
    shown_whole=True,
    bands=BANDS,
    missing_rule=ALL_NEEDED,
    alerts=(Alert("sds_item19", "q19", 3),),
    lead=Text(
        "En los últimos días, ¿qué tan seguido te pasó?",
        "In the last several days, how often was it so?",
    ),
    items=items(
        (
            (Text("Tristeza", "Sadness"), Text("Tristeza o desánimo", "Sadness or low spirits")),
            (
                Text("Ánimo por la mañana", "Mood in the morning"),
                Text("La mañana fue tu mejor hora", "Early in the day you felt at your best"),
            ),
            (
                Text("Llanto", "Crying"),
                Text("Lloraste o quisiste llorar", "You wept or nearly wept"),
            ),
            (Text("Sueño", "Sleep"), Text("Dormiste mal en la noche", "Your nights went badly")),
            (
                Text("Apetito", "Appetite"),
                Text("Comiste con el gusto de siempre", "You ate with your usual pleasure"),
            ),
            (
                Text("Intimidad", "Intimacy"),
                Text(
                    "Tu interés por la intimidad siguió igual",
                    "Your interest in intimacy stayed the same",
                ),
            ),
            (
                Text("Peso", "Weight"),
                Text("Viste que bajabas de peso", "You saw your weight going down"),
            ),
            (
                Text("Digestión", "Digestion"),
                Text("Problemas de estreñimiento", "Problems with constipation"),
            ),
            (
                Text("Latidos", "Heartbeat"),
                Text("Sentiste el corazón acelerado", "You felt your heart racing"),
            ),
            (
                Text("Cansancio", "Tiredness"),
                Text("Cansancio sin un motivo claro", "Tiredness without a clear cause"),
            ),
            (
                Text("Claridad", "Clarity"),
                Text("Pensaste con tu claridad de siempre", "You thought with your usual clarity"),
            ),
            (
                Text("Facilidad", "Ease"),
                Text("Lo cotidiano te salió con facilidad", "Everyday things came easily"),
            ),
            (
                Text("Inquietud", "Restlessness"),
                Text("No podías parar de moverte", "You could not stop moving about"),
            ),
            (
                Text("Esperanza", "Hope"),
                Text("Miraste hacia adelante con esperanza", "You looked ahead with hope"),
            ),
            (
                Text("Irritabilidad", "Irritability"),
                Text("Te enojaste con más facilidad", "You got cross more readily"),
            ),
            (
                Text("Decisiones", "Decisions"),
                Text("Pudiste elegir sin problema", "You could choose without trouble"),
            ),
            (
                Text("Sentirse útil", "Feeling useful"),
                Text("Sentiste que haces falta a alguien", "You felt that somebody counts on you"),
            ),
            (
                Text("Plenitud", "Fullness"),
                Text("Sentiste tu vida bastante completa", "Your life felt quite complete"),
            ),
            (
                Text("Pensamientos sobre la muerte", "Thoughts of death"),
                Text("Pensaste que sería mejor no estar", "You thought it better not to be here"),
            ),
            (
                Text("Disfrute", "Enjoyment"),
                Text("Disfrutaste lo mismo que antes", "You enjoyed the same things as before"),
            ),
        ),
        choices(
            (
                Text("Casi nunca", "Hardly ever"),
                Text("A veces", "At times"),
                Text("Seguido", "Frequently"),
                Text("Casi siempre", "Nearly always"),
            ),
            start=1,
        ),
        turned=REVERSED,
    ),
    score=score,
    one_per_screen=True,
)
