"""The words: what is in them, and what may never be."""

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.errors import TextRefused
from notifications.kinds import KINDS
from notifications.messages import (
    NEUTRAL_NAME,
    clean_name,
    language_of,
    numbered_template,
    reminder,
    reply,
    spoken_date,
)

LANGUAGES = ("es", "en")
LINK = "https://campus.example.mx"
DATED = {"date": "2026-11-12"}
EVERY = [(kind, language) for kind in KINDS for language in LANGUAGES]
FORBIDDEN = re.compile(
    r"(?i)dolor|espalda|lumbar|columna|pain|back|spine|oswestry|\bodi\b|\bvas\b|\beva\b|score"
    r"|puntaje|grupo|\bbrazo\b|\barm\b|control|ensayo|trial|ejercicio|exercise|faltaste|missed"
    r"|desgaste|daño|frágil|m[oó]dulo|module|token"
)


class TestEveryReminder:
    @pytest.mark.parametrize(("kind", "language"), EVERY)
    def test_says_nothing_of_health_arm_or_score(self, kind: str, language: str):
        assert not FORBIDDEN.search(KINDS[kind].text.get(language))

    @pytest.mark.parametrize(("kind", "language"), EVERY)
    def test_says_how_to_stop(self, kind: str, language: str):
        assert {"es": "BAJA", "en": "STOP"}[language] in KINDS[kind].text.get(language)

    @pytest.mark.parametrize(("kind", "language"), EVERY)
    def test_fits_whatsapps_rules_for_templates(self, kind: str, language: str):
        text = numbered_template(kind, language)
        places = re.findall(r"\{\{\d\}\}", text)
        assert places == ["{{1}}", "{{2}}", "{{3}}"]
        assert not text.startswith("{{")
        assert not text.endswith("}}")
        assert not re.search(r"\}\}\s*\{\{", text)
        assert len(re.sub(r"\{\{\d\}\}", "", text).split()) >= 2 * len(places) + 1

    @pytest.mark.parametrize(("kind", "language"), EVERY)
    def test_case_42_speaks_of_no_day_that_moves(self, kind: str, language: str):
        assert not re.search(
            r"(?i)\bhoy\b|mañana|today|tomorrow|\bin \d", KINDS[kind].text.get(language)
        )

    @pytest.mark.parametrize(("kind", "language"), EVERY)
    def test_the_text_is_the_template_filled_with_the_values(self, kind: str, language: str):
        words = reminder(kind, language, DATED, link=LINK, first_name="Ana")
        filled = numbered_template(kind, language)
        for number, value in words.values.items():
            filled = filled.replace(f"{{{{{number}}}}}", value)
        assert words.text == filled

    def test_every_language_has_the_same_files(self):
        folder = files("notifications").joinpath("templates")
        names = [
            {entry.name for entry in folder.joinpath(language).iterdir()} for language in LANGUAGES
        ]
        assert names[0] == names[1]

    def test_the_spanish_ones_say_tu(self):
        texts = " ".join(KINDS[kind].text.es for kind in KINDS)
        assert not re.search(r"(?i)\busted\b|\bsu (curso|registro|cuenta)\b", texts)

    def test_reads_as_a_person_would_write_it(self):
        words = reminder("diary_due", "es_MX", DATED, link=LINK, first_name="Ana")
        assert words.text == (
            "Hola, Ana. Ya puedes llenar tu registro del jueves 12 de noviembre; toma unos dos "
            "minutos. Lo encuentras en https://campus.example.mx con tu cuenta de siempre. Si "
            "prefieres no recibir avisos, contesta BAJA."
        )

    def test_a_text_that_is_too_long_is_refused(self):
        with pytest.raises(TextRefused):
            reminder("diary_due", "es", DATED, link=LINK + "a" * 1000, first_name=None)


class TestName:
    @pytest.mark.parametrize(
        "name", ["Ana", "José Luis", "María de los Ángeles", "Ma. Elena", "O'Brien", "Jean-Luc"]
    )
    def test_a_name_is_used(self, name: str):
        assert clean_name(name, "es") == name

    @pytest.mark.parametrize(
        "name",
        [
            *(None, "", " ", "; DROP TABLE contacts", "Ana\nBAJA", "Ana\tB", "Ana     B", "{{2}}"),
            *(
                "A" * 61,
                "A" * 2000,
                "\u202eanA",
                "👩\u200d⚕️",
                "https://evil.example",
                "evil.example",
            ),
            *("www.evil.example", "ana@evil.example", "{link}", "Ana 5551234567", "<b>Ana</b>"),
            *("Ana\u2028B", "-Ana", "Ana%0a", "=1+1"),
        ],
    )
    def test_cases_31_and_32_anything_else_becomes_the_neutral_greeting(self, name: str | None):
        assert clean_name(name, "es") == NEUTRAL_NAME["es"]

    @given(st.text(max_size=200))
    def test_case_31_no_name_breaks_whatsapps_rules_for_values(self, name: str):
        value = clean_name(name, "en")
        assert 0 < len(value) <= 60
        assert not re.search(r"[\n\t{}<>@/\\:]| {2}", value)


class TestDate:
    def test_is_absolute_in_both_languages(self):
        assert spoken_date(DATED, "es") == "jueves 12 de noviembre"
        assert spoken_date(DATED, "en") == "Thursday 12 November"

    def test_has_the_hour_when_there_is_one(self):
        dated = {"date": "2026-11-12", "time": "18:00"}
        assert spoken_date(dated, "es") == "jueves 12 de noviembre, 18:00"

    @pytest.mark.parametrize("wrong", [{}, {"date": "mañana"}, {"date": "2026-11-12", "time": "x"}])
    def test_what_is_no_date_is_refused(self, wrong: dict[str, str]):
        with pytest.raises(TextRefused):
            spoken_date(wrong, "es")


class TestLanguage:
    @pytest.mark.parametrize(
        ("locale", "language"),
        [
            ("es_MX", "es"),
            ("es-419", "es"),
            ("en", "en"),
            ("en_US", "en"),
            ("fr", "es"),
            ("", "es"),
        ],
    )
    def test_is_the_one_of_the_locale_or_spanish(self, locale: str, language: str):
        assert language_of(locale) == language


class TestReply:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("name", ["opted-out", "opted-in", "unknown"])
    def test_case_62_gives_no_hint_that_somebody_is_a_patient(self, name: str, language: str):
        words = reply(name, language, emergency="911")
        assert not re.search(r"(?i)curso|course|equipo|team|paciente|patient", words)

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("name", ["not-read", "unknown"])
    def test_names_the_emergency_number_and_that_nobody_reads(self, name: str, language: str):
        words = reply(name, language, emergency="911")
        assert "911" in words
        assert "nadie lee" in words or "nobody reads" in words
