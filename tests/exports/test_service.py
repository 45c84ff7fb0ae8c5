"""Making an export: the same for twins, never with a name, logged once it is released."""

import hashlib
import io
import os
import subprocess
import sys
import uuid
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from exports.errors import LeaksFound, UnknownChoice
from exports.formats import FORMATS
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
        "import sys, exports.blinding, exports.leaks, exports.dictionary;"
        "sys.exit(bool({'sqlalchemy', 'flask', 'weasyprint'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=True)
