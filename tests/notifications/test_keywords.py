"""Only a whole message is a keyword."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.keywords import Keyword, read


@pytest.mark.parametrize(
    "text",
    [
        *("BAJA", "baja", "¡BAJA!", "Bajá.", "ＢＡＪＡ", " baja \n", "«Baja»", "b\u00adaja"),
        *("ALTO", "stop", "Stop!!!", "CANCELAR", "no recibir más", "UNSUBSCRIBE", "END"),
        *("quit", "stopall", "revoke", "optout", "cancel"),
        *("BAJA por favor", "quiero darme de baja", "Baja, gracias", "no más mensajes"),
        *("Por favor, baja", "stop please", "ya no quiero recibir mensajes"),
    ],
)
def test_words_that_stop(text: str):
    assert read(text) is Keyword.STOP


@pytest.mark.parametrize(
    "text",
    ["EVALUACIONES", "¡Evaluaciones!", "solo evaluaciones", "Sólo evaluaciones, gracias"]
    + ["QUESTIONNAIRES", "only questionnaires"],
)
def test_words_that_keep_the_notices_of_assessments(text: str):
    assert read(text) is Keyword.ASSESSMENTS


@pytest.mark.parametrize("text", ["ALTA", "alta", "¡Alta!", "START", "unstop"])
def test_words_that_start(text: str):
    assert read(text) is Keyword.START


@pytest.mark.parametrize(
    "text",
    [
        *("estoy de baja en el trabajo", "gracias", "por favor", "mis evaluaciones están mal"),
        *("me baja el dolor", "el dolor baja", "el dolor ya bajó", "bajar"),
        *("", " ", "👍", "7", "no quiero darme de baja", "альт", "baja" * 100),
    ],
)
def test_everything_else_is_something_else(text: str):
    assert read(text) is Keyword.OTHER


@given(st.text(max_size=2000))
def test_no_text_breaks_it(text: str):
    assert read(text) in Keyword
