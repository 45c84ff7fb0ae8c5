"""One rule says what is missing before allocation; the overview and the button both obey it."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from modules.errors import AllocationRefused, NotEligible
from modules.records import queries
from modules.records.models import Assessment
from modules.study.protocol import Protocol
from plugin.staff import overview
from plugin.staff.overview import Need
from plugin.trial import allocation, readiness
from plugin.trial.models import Allocation
from plugin.trial.readiness import STEPS, BaselineForm, Consent, Facts, Finding, Reason, Screening
from tests import factories
from tests.factories import TODAY, Clinic

BY, CLINICIAN = uuid.UUID(int=1), uuid.UUID(int=2)

ODI = factories.answers("odi")
PAIN = factories.answers("vas_pain")
(PAIN_ITEM,) = PAIN


@pytest.fixture
def trial(protocols) -> Protocol:
    """The protocol of the trial: consent, screening form and baseline are demanded."""
    return protocols[factories.TRIAL]


@pytest.fixture
def ready(trial) -> Facts:
    """Everything done, everything met."""
    criteria = trial.eligibility.inclusion + trial.eligibility.exclusion
    return Facts(
        Consent("CI-2.0", TODAY),
        Screening({c.key: c.rule for c in criteria if c.rule in ("yes", "no")}, 40),
        (BaselineForm("baseline", "odi", 1, ODI), BaselineForm("baseline", "vas_pain", 1, PAIN)),
    )


def with_visits(protocol: Protocol, *before: tuple[str, tuple[str, ...]]) -> Protocol:
    """The protocol with other visits before day 1: (key, instruments)."""
    (baseline,) = (visit for visit in protocol.visits if visit.before_start)
    made = (baseline.model_copy(update={"key": k, "instruments": asked}) for k, asked in before)
    after = (visit for visit in protocol.visits if not visit.before_start)
    return protocol.model_copy(update={"visits": (*made, *after)})


def requiring(protocol: Protocol, *steps: str) -> Protocol:
    """The protocol with other steps demanded before allocation."""
    plan = protocol.randomisation.model_copy(update={"requires": steps})
    return protocol.model_copy(update={"randomisation": plan})


def verdict(protocol: Protocol, facts: Facts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is missing, and which criteria are not met."""
    found = readiness.checks(protocol, facts)
    return readiness.missing(found), readiness.unmet(found)


def form(visit: str, instrument: str, answers: dict[str, object]) -> tuple[BaselineForm, ...]:
    """One form with these answers."""
    return (BaselineForm(visit, instrument, 1, answers),)


class TestRule:
    def test_with_everything_done_and_met_nothing_stands_against_it(self, trial, ready):
        assert verdict(trial, ready) == ((), ())

    def test_nothing_done_is_missing_in_the_protocols_order(self, trial):
        nothing = Facts(None, None, ())
        assert verdict(trial, nothing) == (STEPS, ())
        assert verdict(requiring(trial, *reversed(STEPS)), nothing) == (STEPS[::-1], ())

    def test_what_the_protocol_does_not_demand_is_not_missing(self, trial):
        assert verdict(requiring(trial, "consent"), Facts(None, None, ())) == (("consent",), ())

    @pytest.mark.parametrize("answers", [{}, {"q1": 1}, dict.fromkeys(ODI)], ids=str)
    def test_a_questionnaire_without_a_score_is_no_baseline(self, trial, ready, answers):
        facts = replace(ready, forms=form("baseline", "odi", answers) + ready.forms[1:])
        _consent, _eligibility, baseline = readiness.checks(trial, facts)

        assert verdict(trial, facts) == (("baseline",), ())
        assert baseline.findings == (Finding(Reason.NO_SCORE, "odi"),)

    def test_answers_enough_for_a_prorated_score_are_a_baseline(self, trial, ready):
        answers = {key: value for key, value in ODI.items() if key not in ("q8", "q9")}
        facts = replace(ready, forms=form("baseline", "odi", answers) + ready.forms[1:])
        assert verdict(trial, facts) == ((), ())

    def test_a_form_of_a_later_visit_is_no_baseline(self, trial, ready):
        facts = replace(ready, forms=form("week_2", "odi", ODI) + ready.forms[1:])
        (check,) = (one for one in readiness.checks(trial, facts) if not one.passed)
        assert check.findings == (Finding(Reason.NOT_FILLED, "odi"),)

    def test_the_baseline_is_found_whatever_its_visit_is_called(self, trial, ready):
        renamed = with_visits(trial, ("inicio", ("odi", "vas_pain")))
        forms = tuple(replace(one, visit="inicio") for one in ready.forms)
        assert verdict(renamed, replace(ready, forms=forms)) == ((), ())

    def test_every_visit_before_day_one_has_to_be_done(self, trial, ready):
        two = with_visits(trial, ("first", ("vas_pain",)), ("baseline", ("odi", "vas_pain")))
        assert verdict(two, ready)[0] == ("baseline",)

    @pytest.mark.parametrize(("pain", "met"), [(0, False), (29, False), (30, True), (100, True)])
    def test_pain_of_exactly_thirty_millimetres_may_enter(self, trial, ready, pain, met):
        facts = replace(
            ready, forms=ready.forms[:1] + form("baseline", "vas_pain", {PAIN_ITEM: pain})
        )
        assert verdict(trial, facts) == ((), () if met else ("vas_3",))

    def test_pain_is_that_of_the_first_visit_before_day_one_and_of_no_other(self, trial, ready):
        """Neither the pain of a later visit nor of a second one before day 1 decides."""
        two = with_visits(trial, ("first", ("vas_pain",)), ("second", ("odi", "vas_pain")))
        low, high = {PAIN_ITEM: 10}, {PAIN_ITEM: 90}
        others = form("second", "odi", ODI) + form("week_2", "vas_pain", high)
        enters = others + form("second", "vas_pain", low) + form("first", "vas_pain", high)
        not_met = others + form("second", "vas_pain", high) + form("first", "vas_pain", low)

        assert verdict(two, replace(ready, forms=enters)) == ((), ())
        assert verdict(two, replace(ready, forms=not_met)) == ((), ("vas_3",))

    def test_pain_that_was_not_measured_yet_turns_nobody_away(self, trial, ready):
        assert verdict(trial, replace(ready, forms=ready.forms[:1])) == (("baseline",), ())

    def test_pain_that_nobody_will_measure_meets_no_criterion(self, trial, ready):
        facts = replace(ready, forms=ready.forms[:1])
        assert verdict(requiring(trial, "consent"), facts) == ((), ("vas_3",))
        assert verdict(with_visits(trial, ("baseline", ("odi",))), facts) == ((), ("vas_3",))

    @pytest.mark.parametrize(("age", "met"), [(17, False), (18, True), (60, True), (61, False)])
    def test_the_bounds_of_age_are_inclusive(self, trial, ready, age, met):
        facts = replace(ready, screening=replace(ready.screening, age_years=age))
        assert verdict(trial, facts) == ((), () if met else ("adult_18_60",))

    def test_every_answer_against_a_criterion_is_named(self, trial, ready):
        said = {
            key: "no" if answer == "yes" else "yes"
            for key, answer in ready.screening.answers.items()
        }
        facts = replace(ready, screening=replace(ready.screening, answers=said))
        assert set(verdict(trial, facts)[1]) == set(said)


class TestStored:
    def test_what_was_checked_is_stored_with_the_allocation(self, clinic):
        participant_id = clinic.screened()
        with clinic.writing() as session:
            allocation.allocate(
                session, participant_id, clinic.protocol, clinic.tool.now(), BY, CLINICIAN
            )
        (row,) = clinic.rows(Allocation)
        consent, eligibility, baseline = (row.checks[step] for step in STEPS)

        assert {check["passed"] for check in row.checks.values()} == {True}
        assert consent["facts"] == {"version": "CI-2.0", "signed_on": TODAY.isoformat()}
        assert set(eligibility["facts"]["criteria"].values()) == {True}
        assert (eligibility["facts"]["age_years"], eligibility["facts"]["pain_mm"]) == (40, 50)
        assert baseline["facts"]["forms"] == [
            {"visit": "baseline", "instrument": key, "revision": 1, "status": "complete"}
            for key in ("odi", "vas_pain")
        ]

    def test_what_the_protocol_did_not_demand_is_stored_as_not_done(self, clinic):
        participant_id = clinic.screened(("consent",))
        protocol = requiring(clinic.protocol, "consent")
        with clinic.writing() as session:
            allocation.allocate(session, participant_id, protocol, clinic.tool.now(), BY, CLINICIAN)
        (row,) = clinic.rows(Allocation)

        assert {key: (c["required"], c["passed"]) for key, c in row.checks.items()} == {
            "consent": (True, True),
            "eligibility": (False, False),
            "baseline": (False, False),
        }
        assert row.checks["baseline"]["findings"] == [
            {"reason": "not_filled", "of": "odi"},
            {"reason": "not_filled", "of": "vas_pain"},
        ]


# Any record: what the overview offers is what the button does ---------------------------------

NEED_OF = {"consent": Need.CONSENT, "eligibility": Need.SCREEN, "baseline": Need.BASELINE}
FILLED = st.sampled_from(["absent", "draft", "blank", "one answer", "low", "high", "corrected"])
BEFORE = st.sampled_from(
    [
        (("baseline", ("odi", "vas_pain")),),
        (("inicio", ("odi", "vas_pain")),),
        (("inicio", ("odi",)),),
        (("first", ("vas_pain",)), ("baseline", ("odi", "vas_pain"))),
        (("baseline", ("odi", "vas_pain")), ("second", ("vas_pain",))),
    ]
)


def write_form(session: Session, person: uuid.UUID, visit: str, key: str, how: str) -> None:
    """Leave one form as `how` says."""

    def add(on: date | None = TODAY, **changes: object) -> Assessment:
        return factories.assessment(session, person, visit, key, on, **changes)

    if how == "draft":
        add(None)
    elif how in ("blank", "one answer"):
        first = next(iter(factories.answers(key).items()))
        add(answers={} if how == "blank" else dict([first]))
    elif how in ("low", "high"):
        add(level=5 if how == "low" else 95)
    elif how == "corrected":
        add(answers={})
        add(TODAY + timedelta(days=1), level=95, revision=2)


def button(session: Session, person: uuid.UUID, protocol: Protocol, clinic: Clinic) -> Need:
    """Press the button, take it back, and say what it did in the words of the overview."""
    with session.begin_nested() as attempt:
        try:
            allocation.allocate(session, person, protocol, clinic.tool.now(), BY, CLINICIAN)
        except AllocationRefused as refused:
            return NEED_OF[refused.reason]
        except NotEligible:
            return Need.NOT_ELIGIBLE
        finally:
            attempt.rollback()
    return Need.ALLOCATE


@pytest.fixture
def anywhere(database, make_tool) -> Clinic:
    """A trial on each kind of database."""
    return Clinic(make_tool(database))


@given(data=st.data())
def test_for_any_record_the_overview_offers_what_the_button_does(anywhere, data):
    before = data.draw(BEFORE)
    required = data.draw(st.lists(st.sampled_from(STEPS), unique=True))
    protocol = requiring(with_visits(anywhere.protocol, *before), *required)
    with anywhere.writing() as session:
        person = anywhere.enrolled(session).participant_id
        if data.draw(st.booleans()):
            factories.consent(session, person)
        if (age := data.draw(st.sampled_from([None, 17, 18, 60, 61]))) is not None:
            factories.screening(session, person, protocol, age_years=age)
        for visit, asked in (*before, ("week_2", ("odi", "vas_pain"))):
            for key in asked:
                write_form(session, person, visit, key, data.draw(FILLED))
        record = queries.course_record(session, person)
        held = allocation.papers(session, anywhere.study_id)
        offered = overview.next_step(protocol, person, record.assessments, held)
        done = button(session, person, protocol, anywhere)
        event(str(done))

    assert offered == done


class TestOnThePages:
    def fill(self, clinic: Clinic, **odi: object) -> uuid.UUID:
        """Somebody with consent and screening form, pain answered, and this ODI."""
        participant_id = clinic.screened(("consent", "eligibility"))
        with clinic.writing() as session:
            factories.assessment(session, participant_id, "baseline", "vas_pain")
            factories.assessment(session, participant_id, "baseline", "odi", **odi)
        return participant_id

    def test_a_blank_questionnaire_lets_nobody_be_allocated(self, clinic, client_for):
        participant_id = self.fill(clinic, answers={})
        form = {"clinician": str(client_for("staff").user_id)}
        enroller = client_for("enroller")
        answer = enroller.post(f"/staff/participants/{participant_id}/allocation", form)

        assert answer.status_code == 409
        assert clinic.rows(Allocation) == []

    @pytest.mark.parametrize(
        ("language", "words"),
        [("es", "faltan demasiadas respuestas"), ("en", "too few answers for a score")],
    )
    def test_the_page_says_which_form_is_missing_and_why(self, clinic, client_for, language, words):
        participant_id = self.fill(clinic, answers={})
        enroller = client_for("enroller", locale=language)
        page = enroller.get(f"/staff/participants/{participant_id}").text

        assert words in page
        assert "Allocate now" not in page
        assert "Asignar ahora" not in page

    def test_the_overview_asks_for_the_baseline_and_not_for_the_allocation(self, clinic):
        participant_id = self.fill(clinic, answers={})
        with clinic.tool.database.reading() as session:
            study = session, clinic.tool, clinic.study_id, clinic.protocol
            (row,) = overview.people(*study, {participant_id})

        assert [task.need for task in row.tasks] == [Need.BASELINE]
