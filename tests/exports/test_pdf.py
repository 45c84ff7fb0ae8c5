"""A report that reads aloud, says what it is, and tells nothing of when or where it was made."""

import io
import re
from dataclasses import replace
from datetime import date
from random import Random

import pypdf
import pytest

from exports.audiences import AUDIENCES
from exports.columns import MISSING, SCORE_STATUS, STATUS
from exports.dataset import dataset, planned
from exports.format import Cover
from exports.formats.pdf import FORMAT
from exports.report import pages
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import Reason
from tests.making_exports import make_export

ASSESSOR = AUDIENCES["assessor"]


@pytest.fixture(scope="module")
def made(facts, trial, now, secret):
    """A whole report and what was heard while it was laid out."""
    source = facts(30)
    cover = Cover(
        source.study.key, "assessor", ASSESSOR.label, True, True, date(2026, 11, 12), False, trial,
        planned(trial, source.instruments),
    )  # fmt: skip
    heard: list[tuple[int, int]] = []
    draft = FORMAT.compose(dataset(source, "assessor", secret, now), cover, "es_MX")
    return draft.finish(lambda done, total: heard.append((done, total))), heard


@pytest.fixture(scope="module")
def report(made):
    return pypdf.PdfReader(io.BytesIO(made[0]))


def text_of(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def figures(reader):
    """Return the text alternatives of all figures in the tag tree."""
    found, waiting = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            if node.get("/S") == "/Figure":
                found.append(str(node.get("/Alt")))
            waiting += [node["/K"]] if "/K" in node else []
    return found


class TestWholeStudy:
    def test_it_is_tagged_titled_and_has_a_language(self, report):
        root = report.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"] in (True, "true")
        assert root["/Lang"] == "es-MX"
        assert report.metadata.title.startswith("Telerrehabilitación para el dolor lumbar crónico")
        assert b"pdfuaid" in root["/Metadata"].get_data()

    def test_its_metadata_hold_the_title_and_no_time(self, report):
        assert set(report.metadata) == {"/Title", "/Producer"}
        assert not report.attachments

    def test_it_says_what_it_is(self, report):
        text = text_of(report)
        for words in (
            "Cegado. No contiene la asignación",
            "Datos sintéticos. No son de personas reales.",
            "Redacción propia. Índice de discapacidad de Oswestry: no es el texto con licencia",
            "NCT07248813",
            "2026-11-12",
            "Participantes 30",
        ):
            assert words in text

    def test_it_names_the_lead_sponsor_and_the_collaborators_of_the_registry(self, report, trial):
        text = text_of(report)
        assert f"Patrocinador principal {trial.registry.sponsor}" in text
        assert all(each in text for each in trial.registry.collaborators)

    def test_bands_are_said_in_words_not_in_keys(self, report):
        text = text_of(report)
        for band in INSTRUMENTS["odi"].bands:
            assert f"{band.low}–{band.high}: {band.label.es}" in text
            assert not re.search(rf"\b{band.key}\b", text)

    def test_every_participant_has_a_block_and_two_described_charts(self, report):
        alternatives = [text for text in figures(report) if "-" in text.split(",")[0]]
        assert len({text.split(",")[0] for text in alternatives}) == 30
        assert len(alternatives) == 60
        assert all("Oswestry" in text or "Escala visual" in text for text in alternatives)

    def test_pages_are_numbered_through_all_parts(self, report):
        numbers = [page.extract_text().split("Página ")[-1].split()[0] for page in report.pages]
        assert numbers == [str(n) for n in range(1, len(report.pages) + 1)]

    def test_no_page_before_the_last_of_the_participants_is_half_empty(self, report):
        """The parts in which it is laid out are not seen in it."""
        people = [page.extract_text().count("kg/m²") for page in report.pages]
        full = [number for number in people if number][:-1]

        assert sum(people) == 31  # each of the 30, and the unit in the table of everybody
        assert min(full[1:]) >= max(full) - 1

    def test_parts_are_reported_as_they_are_laid_out(self, made):
        assert made[1] == [(1, 4), (2, 4), (3, 4), (4, 4)]


class TestOneParticipant:
    @pytest.fixture
    def one(self, session, study, trial, enrol, answer, now, secret):
        person = enrol(session, study, 1)
        answer(session, person, trial.visit("baseline"), "odi", Random(1),
               {f"q{n}": 2 for n in range(1, 11)})  # fmt: skip
        answer(session, person, trial.visit("baseline"), "vas_pain", Random(1), {"q1": 71})
        answer(session, person, trial.visit("week_2"), "odi", Random(1),
               {f"q{n}": 1 for n in range(1, 10)}, {"q10": "declined"}, day=20)  # fmt: skip

        def printed(audience="assessor"):
            made = make_export(
                session, study.key, audience, "pdf", "en", None, now, secret, participant_id=person
            )
            return text_of(pypdf.PdfReader(io.BytesIO(made.content)))

        return printed

    def test_scores_changes_and_signs_are_printed(self, one):
        assert "20 −20, P" in one()

    def test_days_are_printed_to_the_analyst_alone(self, one):
        assert "40 day 1" in one("analyst")
        assert "20 day 20, −20, W P" in one("analyst")
        assert " day 1" not in one()
        assert "day 20" not in one()

    def test_what_is_missing_is_printed_as_missing(self, one):
        assert "preferred not to answer" in one()
        assert "Missing" in one()

    def test_another_participant_is_not_in_it(self, session, study, people, now, secret):
        made = make_export(session, study.key, "assessor", "pdf", "en", None, now, secret,
                           participant_id=people[0])  # fmt: skip
        text = text_of(pypdf.PdfReader(io.BytesIO(made.content)))
        assert "Participants 1 " in text
        assert text.count("kg/m²") == 1


def test_a_study_without_participants_still_has_a_report(session, study, now, secret):
    made = make_export(session, study.key, "assessor", "pdf", "es_MX", None, now, secret)
    assert "Aún no hay participantes." in text_of(pypdf.PdfReader(io.BytesIO(made.content)))


def test_a_very_long_study_keeps_its_tables_and_leaves_the_rest_to_the_csv(
    monkeypatch, session, study, people, now, secret
):
    monkeypatch.setattr(pages, "MOST_PEOPLE", 11)
    made = make_export(session, study.key, "assessor", "pdf", "en", None, now, secret)
    text = text_of(pypdf.PdfReader(io.BytesIO(made.content)))
    assert "too many people to show one by one" in text
    assert "kg/m² ·" not in text
    assert "Scores by visit" in text


@pytest.mark.parametrize("locale", ["es_MX", "en"])
@pytest.mark.parametrize("single", [False, True], ids=["everybody", "one"])
def test_no_internal_key_is_on_paper(facts, trial, now, secret, locale, single):
    """Every key of every questionnaire the protocol asks: its bands, scores, questions, reasons."""
    everything = tuple(INSTRUMENTS)
    visits = tuple(v.model_copy(update={"instruments": everything}) for v in trial.visits)
    asks_all = trial.model_copy(update={"visits": visits, "responders": (), "recovery": ()})
    source = replace(facts(6), protocol=asks_all, instruments=INSTRUMENTS)
    source = replace(source, people=source.people[:1]) if single else source
    cover = Cover(
        source.study.key, "assessor", ASSESSOR.label, True, False, date(2026, 11, 12), single,
        asks_all, planned(asks_all, INSTRUMENTS),
    )  # fmt: skip
    draft = FORMAT.compose(dataset(source, "assessor", secret, now), cover, locale)
    printed = " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", t, flags=re.DOTALL)
                       for t in draft.texts.values())  # fmt: skip
    keys = {key for one in INSTRUMENTS.values() for key in keys_of(one)}
    keys |= {each.value for each in Reason} | set(MISSING) | set(STATUS) | set(SCORE_STATUS)
    keys |= {visit.key for visit in asks_all.visits}

    assert len(keys) > 100
    assert sorted(set(re.findall(r"[\w]+", printed)) & {key for key in keys if is_code(key)}) == []


def keys_of(one):
    """Every code of a questionnaire that a reader has no use for."""
    yield one.key
    yield from (band.key for band in one.bands)
    yield from (alert.key for alert in one.alerts)
    yield from one.subscales
    yield from one.decimals
    yield one.headline
    yield from (item.key for item in one.items)


def is_code(key):
    """Whether a word can only be a code: others are words of the report too, such as "late"."""
    return "_" in key or key in {"crippled", "skipped", "withheld"}


def test_the_format_says_it_is_a_pdf():
    assert (FORMAT.mimetype, FORMAT.extension) == ("application/pdf", "pdf")
