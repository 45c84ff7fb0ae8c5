"""A file is asked for on a page, made in the background, and fetched by whoever asked for it."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from exports import jobs
from exports.formats import FORMATS
from exports.models import ExportJob, ExportLog, JobState
from modules.records.models import Participant
from plugin import export_orders, exporting, worker
from tests.factories import CONTROL, TREATED

HOUR = timedelta(hours=1)


@pytest.fixture
def assessor(client_for, clinic):
    """An assessor of a study with two people."""
    with clinic.writing() as session:
        for arm in (TREATED, CONTROL):
            clinic.patient(session, arm, 14)
    return client_for("assessor")


@pytest.fixture
def ask(assessor):
    """Ask for a file and return the address of its page, below the launch."""

    def ask(kind: str = "csv", **form: str) -> str:
        answer = assessor.post("/assessor/export", {"format": kind, **form})
        assert answer.status_code == 303
        return answer.headers["Location"].removeprefix(assessor.url(""))

    return ask


def make(clinic) -> int:
    """Let the worker do its work."""
    return exporting.make_all(clinic.tool)


class TestAsking:
    def test_nothing_is_made_in_the_request(self, assessor, ask, clinic):
        page = assessor.get(ask())

        assert [job.state for job in clinic.rows(ExportJob)] == [JobState.QUEUED]
        assert clinic.rows(ExportJob, ExportJob.content.is_not(None)) == []
        assert clinic.rows(ExportLog) == []
        assert 'http-equiv="refresh"' in page.text
        assert "<progress" in page.text

    def test_the_worker_is_told_once_the_order_is_stored(self, app, ask, clinic, monkeypatch):
        seen = []
        monkeypatch.setitem(
            app.extensions,
            export_orders.EXTENSION,
            lambda: seen.append(len(clinic.rows(ExportJob))),
        )
        ask()

        assert seen == [1]

    def test_the_queue_being_away_loses_no_order(self, app, ask, clinic, monkeypatch):
        def away() -> None:
            raise ConnectionError

        monkeypatch.setitem(app.extensions, export_orders.EXTENSION, away)
        ask()

        assert make(clinic) == 1

    def test_the_task_of_the_queue_makes_it(self, app, ask, clinic):
        ask()
        tasks = app.extensions[worker.EXTENSION]
        tasks.queue.execute(tasks.queue.dequeue())

        assert [job.state for job in clinic.rows(ExportJob)] == [JobState.DONE]

    def test_asking_twice_queues_it_once(self, ask, clinic):
        assert ask() == ask()
        assert len(clinic.rows(ExportJob)) == 1

    def test_an_unknown_format_is_refused(self, assessor, clinic):
        assert assessor.post("/assessor/export", {"format": "exe"}).status_code == 404
        assert clinic.rows(ExportJob) == []


class TestFetching:
    @pytest.mark.parametrize("kind", sorted(FORMATS))
    def test_it_is_offered_sent_and_logged(self, assessor, ask, clinic, kind):
        page = ask(kind)
        make(clinic)
        shown = assessor.get(page).text
        answer = assessor.get(f"{page}/file")

        assert f"{page}/file" in shown
        assert 'http-equiv="refresh"' not in shown
        assert answer.mimetype == FORMATS[kind].mimetype
        (log,) = clinic.rows(ExportLog)
        assert (log.asked_by, log.audience, log.format) == (assessor.user_id, "assessor", kind)

    def test_neither_address_nor_name_tells_person_or_arm(self, assessor, ask, clinic):
        person = clinic.rows(Participant)[0]
        page = ask(participant=str(person.id))
        make(clinic)
        name = assessor.get(f"{page}/file").headers["Content-Disposition"]

        for word in (TREATED, CONTROL, str(person.id), person.id.hex, person.code):
            assert word not in page + name

    def test_nobody_else_can_see_or_fetch_it(self, ask, clinic, client_for):
        page = ask()
        make(clinic)
        for kind in ("assessor", "staff", "patient"):
            other = client_for(kind)
            assert other.get(page).status_code in (403, 404)
            assert other.get(f"{page}/file").status_code in (403, 404)

    def test_before_it_is_ready_there_is_none(self, assessor, ask):
        assert assessor.get(f"{ask()}/file").status_code == 404

    def test_after_an_hour_it_is_deleted(self, assessor, ask, clinic, clock):
        page = ask()
        make(clinic)
        clock.move(minutes=61)
        assert assessor.get(f"{page}/file").status_code == 404
        make(clinic)
        assert clinic.rows(ExportJob) == []


class TestWhatGoesWrong:
    def test_a_stopped_export_says_so_and_releases_nothing(
        self, assessor, ask, clinic, monkeypatch
    ):
        ground = exporting.ground(clinic.tool)
        page = ask()
        leaky = replace(ground, naming=lambda _session, _study_id: ["oswestry"])
        jobs.make_all(clinic.tool.database, leaky, clinic.tool.now)

        assert "Se detuvo la exportación" in assessor.get(page).text
        assert assessor.get(f"{page}/file").status_code == 404
        assert clinic.rows(ExportLog) == []

    def test_a_fault_is_told_and_not_tried_for_ever(
        self, assessor, ask, clinic, monkeypatch, caplog
    ):
        page = ask()
        with monkeypatch.context() as patch:
            patch.setattr(jobs, "make_export", _breaks)
            make(clinic)

        assert [job.problem for job in clinic.rows(ExportJob)] == [jobs.BROKEN]
        assert "an answer" not in caplog.text
        assert assessor.get(page).status_code == 200

    def test_what_a_dead_worker_left_is_made_by_the_next(self, ask, clinic, clock):
        ask()
        assert jobs._claim(clinic.tool.database, clock()) is not None
        assert make(clinic) == 0
        clock.move(minutes=6)
        assert make(clinic) == 1
        assert [job.state for job in clinic.rows(ExportJob)] == [JobState.DONE]

    def test_an_order_that_kills_its_workers_is_given_up(self, ask, clinic, clock):
        ask()
        for _ in range(jobs.MOST_TRIES):
            jobs._claim(clinic.tool.database, clock())
            clock.move(minutes=6)
        make(clinic)
        assert [job.problem for job in clinic.rows(ExportJob)] == [jobs.GAVE_UP]

    def test_a_worker_that_lost_its_order_overwrites_nothing(self, ask, clinic, clock):
        ask()
        lost = jobs._claim(clinic.tool.database, clock())
        clock.move(minutes=6)
        make(clinic)
        jobs._note(clinic.tool.database, lost, state=JobState.FAILED)
        assert [job.state for job in clinic.rows(ExportJob)] == [JobState.DONE]

    @pytest.mark.parametrize(
        ("language", "words"),
        [("es", "Nadie está trabajando en él"), ("en", "Nobody is working on it")],
    )
    def test_a_silent_worker_is_told_after_a_while(self, ask, client_for, clock, language, words):
        assessor = client_for("assessor", locale=language)
        where = assessor.post("/assessor/export", {"format": "csv"}).headers["Location"]
        assert words not in assessor.client.get(where).text
        clock.move(minutes=3)
        assert words in assessor.client.get(where).text

    def test_progress_is_shown_while_it_is_made(self, assessor, ask, clinic):
        page = ask("pdf")
        with clinic.writing() as session:
            session.execute(
                update(ExportJob).values(state=JobState.RUNNING, parts_done=3, parts=12)
            )
        assert 'value="25"' in assessor.get(page).text


def _breaks(*_given: object) -> None:
    raise ZeroDivisionError("an answer")


def test_a_zip_of_the_whole_study_holds_everybody(assessor, ask, clinic):
    page = ask()
    make(clinic)
    with zipfile.ZipFile(io.BytesIO(assessor.get(f"{page}/file").data)) as archive:
        rows = archive.read("participants.csv").decode().splitlines()[1:]
    assert len(rows) == 2
