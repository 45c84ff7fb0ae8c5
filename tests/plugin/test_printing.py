"""PDFs that are drawn while somebody waits: a few in a row for each, the same one only once."""

import re

import pytest

from plugin import printing
from plugin.app import create_app


@pytest.fixture
def drawn(monkeypatch) -> list[str]:
    """The pages that were drawn, without the drawing."""
    pages: list[str] = []

    def draw(page: str) -> bytes:
        pages.append(page)
        return b"%PDF-"

    monkeypatch.setattr(printing, "_drawn", draw)
    return pages


def test_one_person_has_so_many_drawn_and_no_more(client_for, drawn):
    patient, other = client_for("patient"), client_for("patient")
    codes = [patient.get("/paper/diary.pdf").status_code for _ in range(printing.IN_A_ROW + 2)]

    assert codes == [200] * printing.IN_A_ROW + [429] * 2
    assert len(drawn) == printing.IN_A_ROW
    assert other.get("/paper/diary.pdf").status_code == 200


def test_the_page_says_what_to_do(client_for, drawn):
    patient = client_for("patient")
    for _ in range(printing.IN_A_ROW):
        patient.get("/paper/diary.pdf")

    assert "Espera un minuto" in patient.get("/paper/diary.pdf").text


def test_another_process_counts_what_this_one_drew(clinic, tool, client_for, drawn):
    patient = client_for("patient")
    for _ in range(printing.IN_A_ROW):
        patient.get("/paper/diary.pdf")
    elsewhere = create_app(tool=tool).test_client()
    cookie = patient.client.get_cookie(f"__Host-columna-{patient.ref}")
    elsewhere.set_cookie(cookie.key, cookie.value, domain="localhost")
    codes = [elsewhere.get(patient.url("/paper/diary.pdf")).status_code for _ in range(6)]

    assert codes == [200] * 2 + [429] * 4


def test_the_same_page_is_drawn_once(client_for):
    printing._drawn.cache_clear()
    patient = client_for("patient")
    first, second = (patient.get("/paper/diary.pdf").data for _ in range(2))

    assert first == second
    assert printing._drawn.cache_info().hits == 1


def test_what_is_kept_of_one_person_is_not_sent_to_another(client_for, drawn):
    """Kept by the whole page, which carries the participant's code."""
    one, other = client_for("patient"), client_for("patient")
    one.get("/paper/diary.pdf")
    other.get("/paper/diary.pdf")
    codes = [re.findall(r"K\d\d-3QX", page)[0] for page in drawn]

    assert codes[0] != codes[1]
