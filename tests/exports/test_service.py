"""Making an export: the same for twins, never with a name, logged once it is released."""

import hashlib
import io
import os
import subprocess
import sys
import uuid
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from exports import service
from exports.errors import LeaksFound, UnknownChoice
from exports.format import Draft
from exports.formats import FORMATS
from exports.formats.csv_zip import pack
from exports.formats.pdf import html_to_pdf
from exports.models import ExportLog
from modules.errors import NotFound
from tests.making_exports import make_export

ROOT = Path(__file__).parents[2]


@pytest.fixture
def export(session, study, now, secret):
    def make(format_key="csv", locale="es_MX", audience="assessor", **more):
        return make_export(
            session, study.key, audience, format_key, locale, None, now, secret, **more
        )

    return make


def ids_of(made):
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        lines = archive.read("participants.csv").decode().splitlines()[1:]
    return {line.split(",")[0] for line in lines}


class TestTwins:
    """The same answers, opposite arms: whoever has the programme, the bytes are the same."""

    @pytest.mark.parametrize("format_key", sorted(FORMATS))
    def test_swapping_who_lives_in_the_programme_changes_no_byte(
        self, session, people, live_in_programme, export, format_key
    ):
        made = []
        for half in (people[::2], people[1::2]):
            with session.begin_nested() as twin:
                for person in half:
                    live_in_programme(session, person)
                made.append(export(format_key))
                twin.rollback()
        assert made[0] == made[1]

    def test_one_participants_report_is_the_same_with_and_without_it(
        self, session, people, live_in_programme, export
    ):
        before = export("pdf", participant_id=people[0])
        live_in_programme(session, people[0])
        assert export("pdf", participant_id=people[0]) == before

    def test_reports_of_two_people_are_named_alike(self, people, export):
        names = {export("pdf", participant_id=person).filename for person in people[:2]}
        assert names == {"lumbar-uno-assessor-2026-11-12.pdf"}


class TestNothingLeaks:
    @pytest.mark.parametrize("format_key", sorted(FORMATS))
    def test_a_planted_word_stops_the_export_and_is_not_logged(
        self, session, people, export, format_key
    ):
        with pytest.raises(LeaksFound):
            export(format_key, forbidden=["Oswestry"])
        assert session.scalar(select(ExportLog)) is None

    @pytest.mark.parametrize("format_key", sorted(FORMATS))
    @pytest.mark.parametrize("locale", ["es_MX", "en"])
    def test_the_trials_own_words_collide_with_nothing_neutral(
        self, people, export, format_key, locale
    ):
        assert export(format_key, locale).content

    @pytest.mark.parametrize("format_key", sorted(FORMATS))
    def test_what_only_the_finished_bytes_hold_stops_it(
        self, people, export, monkeypatch, format_key
    ):
        def compose(self, *_given):
            return Draft({}, lambda progress: _spoilt(self.key))

        monkeypatch.setattr(type(FORMATS[format_key]), "compose", compose)
        with pytest.raises(LeaksFound):
            export(format_key)

    def test_a_study_whose_key_tells_has_files_without_it(self, session, study, people, export):
        study.key = "telerehabilitation"
        session.flush()
        made = export()
        assert made.filename == "study-assessor-2026-11-12.zip"
        with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
            assert "Estudio: study" in archive.read("README.txt").decode()

    def test_a_telling_key_lets_its_word_pass_nowhere(
        self, session, study, people, export, monkeypatch
    ):
        study.key = "telerehabilitation"
        session.flush()
        monkeypatch.setattr(service, "neutral_key", lambda key, _protocol: key)
        with pytest.raises(LeaksFound):
            export()

    def test_rows_in_another_order_stop_it(self, people, export, monkeypatch):
        whole = service.dataset.dataset

        def turned_around(*given):
            made = whole(*given)
            tables = (replace(table, rows=table.rows[::-1]) for table in made.tables)
            return replace(made, tables=tuple(tables))

        monkeypatch.setattr(service.dataset, "dataset", turned_around)
        with pytest.raises(LeaksFound):
            export()

    def test_notes_of_the_diary_do_not_leave(self, session, people, live_in_programme, export):
        live_in_programme(session, people[0])
        assert export(forbidden=["Los videos de la telerrehabilitación me ayudan"]).content


class TestRelease:
    def test_who_took_what_is_logged(self, session, study, people, now, secret):
        asked_by = uuid.uuid4()
        made = make_export(session, study.key, "assessor", "csv", "en", asked_by, now, secret)
        log = session.scalars(select(ExportLog)).one()
        assert (log.asked_by, log.audience, log.format, log.made_at) == (
            asked_by,
            "assessor",
            "csv",
            now,
        )
        assert log.sha256 == made.sha256 == hashlib.sha256(made.content).hexdigest()
        assert (log.participants, log.participant_id) == (12, None)

    def test_one_participant_has_the_identifier_of_the_whole_study(self, people, export):
        alone, all_of_them = (ids_of(made) for made in (export(participant_id=people[3]), export()))
        assert len(alone) == 1
        assert alone < all_of_them

    @pytest.mark.parametrize(("name", "value"), [("format_key", "exe"), ("audience", "everybody")])
    def test_an_unknown_format_or_audience_is_refused(self, export, name, value):
        with pytest.raises(UnknownChoice):
            export(**{name: value})

    def test_an_unknown_study_is_not_found(self, session, now, secret):
        with pytest.raises(NotFound):
            make_export(session, "none", "assessor", "csv", "en", None, now, secret)

    def test_a_participant_of_another_study_is_not_found(self, people, export):
        with pytest.raises(NotFound):
            export(participant_id=uuid.uuid4())


def _spoilt(key):
    if key == "pdf":
        return html_to_pdf('<html lang="es"><title>x</title><p>Grupo <b>control</b></p></html>')
    return pack({"items.csv": "1,grupo control"})


SCRIPT = """
import sys
from datetime import UTC, datetime
from modules.records.db import Database
from exports.service import Ground, Order, make_export
database = Database(sys.argv[1])
for key in ("csv", "pdf"):
    order = Order(sys.argv[2], "assessor", key, "en")
    made = make_export(database, order, Ground(bytes(range(32))),
                       datetime(2026, 11, 12, 18, tzinfo=UTC))
    sys.stdout.write(made.sha256 + "\\n")
database.dispose()
"""


def test_another_process_makes_the_same_bytes(database, session, study, people):
    session.commit()
    made = set()
    for hash_seed, zone in (("0", "UTC"), ("4711", "Asia/Tokyo")):
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT, database.url, study.key],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        )
        made.add(run.stdout)
    assert len(made) == 1


def test_the_rules_load_neither_database_nor_web():
    check = (
        "import sys, exports.blinding, exports.dictionary;"
        "import exports.leaks.order, exports.leaks.words;"
        "sys.exit(bool({'sqlalchemy', 'flask', 'weasyprint'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=True)
