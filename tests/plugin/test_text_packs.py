"""A licence that ends by itself: the tool goes on, the wording does not, the clinic is told."""

import json
import logging
from dataclasses import replace
from datetime import date, timedelta

import pytest

from modules.outcomes import text_packs
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import Pack
from modules.records.models import Study
from plugin import outcomes
from plugin.text_packs import LoadedInstruments, build_instruments, keep

ODI = INSTRUMENTS["odi"]
LAST_DAY = date(2026, 11, 30)


def written(folder, expires, name="odi.es.yaml"):
    """A filled pack of made-up words in the folder of text packs."""
    text = text_packs.template(ODI, "es").replace('""', json.dumps("Texto de prueba"))
    path = folder / name
    path.write_text(text.replace("expires:", f"expires: {expires}"), encoding="utf-8")


def licensed_until(clinic, day):
    """The ODI in Spanish, loaded with a licence that ends on this day."""
    pack = Pack("es", "1", "Clínica de prueba", "L-1", day.isoformat(), "0" * 64)
    clinic.tool.instruments = {**clinic.tool.instruments, "odi": replace(ODI, packs={"es": pack})}


def real(clinic):
    """Make it a study of real people."""
    with clinic.writing() as session:
        for study in session.query(Study):
            study.synthetic = False


class TestAtStart:
    def test_a_licence_that_is_over_stops_nothing_and_publishes_nothing(self, tmp_path, caplog):
        written(tmp_path, "2026-11-30")
        with caplog.at_level(logging.WARNING):
            found = build_instruments(tmp_path, LAST_DAY + timedelta(days=1))["odi"]

        assert not found.may_be_published("es")
        assert found.items == ODI.items
        assert "odi.es.yaml" in caplog.text

    def test_on_its_last_day_it_is_used(self, tmp_path, caplog):
        written(tmp_path, "2026-11-30")

        assert build_instruments(tmp_path, LAST_DAY)["odi"].may_be_published("es")
        assert caplog.text == ""

    def test_the_new_licence_beside_the_old_one_is_used(self, tmp_path):
        written(tmp_path, "2026-11-30", "a.yaml")
        written(tmp_path, "2027-11-30", "b.yaml")

        assert build_instruments(tmp_path, LAST_DAY + timedelta(days=1))["odi"].packs["es"]

    def test_any_other_fault_is_named(self, tmp_path):
        written(tmp_path, "2026-11-30")
        path = tmp_path / "odi.es.yaml"
        path.write_text(path.read_text("utf-8").replace("q10:", "q11:"), encoding="utf-8")

        with pytest.raises(text_packs.TextPackError, match="items.q11"):
            build_instruments(tmp_path, LAST_DAY)

    def test_the_faults_of_every_pack_are_told_together(self, tmp_path):
        written(tmp_path, "soon", "a.yaml")
        written(tmp_path, "2026-11-30", "b.yaml")
        (tmp_path / "c.csv").write_text("item;text\n", encoding="utf-8")

        with pytest.raises(text_packs.TextPackError) as refused:
            build_instruments(tmp_path, LAST_DAY)
        assert [fault.file for fault in refused.value.faults] == ["a.yaml", "c.csv"]


class TestWhileItRuns:
    VISIT = "/questions/week_2/odi"

    def test_the_day_after_the_last_one_nobody_is_asked(self, clinic, client_for, clock):
        real(clinic)
        licensed_until(clinic, clock().date())
        patient = client_for("patient", day=14)

        assert patient.get(self.VISIT).status_code == 200
        clock.move(days=1)
        assert patient.get(self.VISIT).status_code != 200

    def test_the_clinic_reads_since_when(self, clinic, client_for, clock):
        real(clinic)
        licensed_until(clinic, clock().date() - timedelta(days=1))
        words = client_for("assessor").get("/assessor/checks").text

        assert "la licencia terminó el 11 de noviembre de 2026" in words

    def test_the_clinic_reads_it_a_month_before(self, clinic, client_for, clock):
        licensed_until(clinic, clock().date() + outcomes.SOON - timedelta(days=1))

        assert "último día:" in client_for("assessor").get("/assessor/checks").text

    def test_earlier_than_that_it_is_no_news(self, clinic, client_for, clock):
        licensed_until(clinic, clock().date() + outcomes.SOON)

        assert "último día:" not in client_for("assessor").get("/assessor/checks").text


class TestTheFolderIsReadAgain:
    @pytest.fixture
    def loaded(self, tmp_path, clock):
        return LoadedInstruments(tmp_path, clock)

    def test_a_pack_that_is_put_in_is_used_at_once(self, loaded, tmp_path):
        assert not loaded["odi"].may_be_published("es")
        written(tmp_path, "none")

        assert loaded["odi"].may_be_published("es")
        assert dict(loaded.items())["odi"].may_be_published("es")

    def test_a_pack_that_is_taken_out_is_used_no_more(self, loaded, tmp_path):
        written(tmp_path, "none")
        assert loaded["odi"].may_be_published("es")
        (tmp_path / "odi.es.yaml").unlink()

        assert not loaded["odi"].may_be_published("es")

    def test_a_spoilt_pack_changes_nothing_and_is_named(self, loaded, tmp_path, caplog):
        written(tmp_path, "none")
        assert loaded["odi"].may_be_published("es")
        (tmp_path / "vas_pain.es.yaml").write_text("instrument: [", encoding="utf-8")

        assert loaded["odi"].may_be_published("es")
        assert "vas_pain.es.yaml" in caplog.text

    def test_a_pack_that_cannot_be_used_is_not_kept(self, tmp_path, clock):
        with pytest.raises(text_packs.TextPackError):
            keep(tmp_path, "odi.es.yaml", b"instrument: odi", clock().date())

        assert list(tmp_path.iterdir()) == []
