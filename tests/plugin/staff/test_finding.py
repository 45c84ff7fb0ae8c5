"""Whom the overview shows: by need, week, module, whose and name, in the order asked for."""

import re
import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.records.models import ParticipantStatus
from modules.records.queries import ParticipantFacts
from modules.safety.triggers import Trigger
from modules.study.zones import Zones
from plugin.staff.finding import ANY, NOT_BEGUN, Order, Wanted
from plugin.staff.needs import Glance, Need, Task
from plugin.staff.overview import Person
from tests import factories
from tests.factories import TODAY

DAY = timedelta(days=1)
ME, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)


def person(name="Ana", week=2, needs=(), **more):
    facts = ParticipantFacts(
        uuid.uuid4(),
        uuid.UUID(int=9),
        "K7F-3QX",
        ParticipantStatus.ACTIVE,
        TODAY,
        TODAY,
        Zones("America/Mexico_City"),
    )
    return Person(facts, name, week, tuple(Task(need) for need in needs), **more)


PEOPLE = st.lists(
    st.builds(
        person,
        name=st.sampled_from(["Ana", "Berta", "José Núñez"]),
        week=st.sampled_from([None, 1, 2, 6]),
        needs=st.lists(st.sampled_from(list(Need)), max_size=3),
        seen=st.sampled_from([None, TODAY, TODAY - DAY]),
        module=st.sampled_from([None, "education", "core"]),
        in_charge=st.sampled_from([frozenset(), frozenset({ME}), frozenset({OTHER})]),
    )
)
WANTED = st.builds(
    Wanted,
    need=st.sampled_from(["", ANY, *Glance]),
    week=st.sampled_from(["", NOT_BEGUN, "1", "2"]),
    module=st.sampled_from(["", "education"]),
    mine=st.booleans(),
    order=st.sampled_from(Order),
    name=st.sampled_from(["", "ana", "nunez", "k7f"]),
)


class TestRule:
    @given(PEOPLE, WANTED)
    def test_nobody_is_made_up_and_nobody_comes_twice(self, people, wanted):
        shown = wanted.among(people, ME)
        assert len({id(one) for one in shown}) == len(shown)
        assert {id(one) for one in shown} <= {id(one) for one in people}

    @given(PEOPLE, st.sampled_from(Order))
    def test_an_order_alone_leaves_nobody_out(self, people, order):
        assert len(Wanted(order=order).among(people, ME)) == len(people)

    @given(PEOPLE, WANTED)
    def test_each_shown_is_what_was_asked_for(self, people, wanted):
        for one in wanted.among(people, ME):
            assert wanted.need != ANY or one.tasks
            assert wanted.week in ("", NOT_BEGUN if one.week is None else str(one.week))
            assert wanted.module in ("", one.module)
            assert not wanted.mine or ME in one.in_charge

    @pytest.mark.parametrize("glance", list(Glance))
    def test_a_need_finds_all_of_its_kind(self, glance):
        people = [person(needs=(need,)) for need in Need]
        shown = Wanted(need=glance).among(people, ME)
        assert {one.tasks[0].need for one in shown} == set(glance.needs)

    @pytest.mark.parametrize(
        ("order", "names"),
        [
            (Order.URGENCY, ["Clara", "Ana", "Berta"]),
            (Order.NAME, ["Ana", "Berta", "Clara"]),
            (Order.WEEK, ["Berta", "Ana", "Clara"]),
            (Order.LAST_SEEN, ["Ana", "Clara", "Berta"]),
        ],
    )
    def test_orders(self, order, names):
        people = [
            person("Ana", week=2, seen=None),
            person("Berta", week=1, seen=TODAY),
            person("Clara", week=None, seen=TODAY - DAY, needs=(Need.DIARY,)),
        ]
        assert [one.name for one in Wanted(order=order).among(people, ME)] == names


def shown(page):
    """Return the names on the page in their order."""
    return re.findall(r'<th scope="row" class="people-name"><a [^>]*>([^<]*)</a>', page)


class TestPage:
    @pytest.fixture
    def clinic_of_three(self, team):
        """Ana has an alert, Berta is in week 4 of the programme, Clara is mine."""
        ana, berta, clara = (
            team.participant(day=day, name=name)
            for day, name in ((10, "Ana"), (25, "Berta"), (12, "Clara"))
        )
        with team.clinic.writing() as session:
            for one in (ana, berta, clara):
                factories.login_day(session, one, TODAY)
                factories.diary_entry(session, one, TODAY, recorded_at=team.clinic.tool.now())
            factories.lesson_done(session, berta, "education", "what_is_it", TODAY)
            factories.lesson_done(session, berta, "ergonomics", "many_postures", TODAY)
            factories.lesson_done(session, clara, "education", "what_is_it", TODAY)
        team.alert(ana, Trigger.NOTE_TO_READ)
        team.staff.post(f"/care/diaries/{clara}/reviewer", {"reviewer": str(team.staff.user_id)})
        return ana, berta, clara

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", {"Ana", "Berta", "Clara"}),
            ("?need=alerts", {"Ana"}),
            ("?week=4", {"Berta"}),
            ("?week=0", set()),
            ("?module=ergonomics", {"Berta"}),
            ("?whose=mine", {"Ana", "Berta", "Clara"}),
            ("?need=nonsense&week=x&sort=none", {"Ana", "Berta", "Clara"}),
        ],
    )
    def test_filters_by_what_the_address_says(self, team, clinic_of_three, query, names):
        assert set(shown(team.page(f"/staff/{query}"))) == names

    def test_a_name_is_found_and_stands_in_no_address(self, team, clinic_of_three):
        answer = team.staff.post("/staff/?week=4", {"name": "bert"})
        assert shown(" ".join(answer.text.split())) == ["Berta"]
        assert "name=bert" not in answer.text

    def test_the_most_urgent_is_on_top_until_another_order_is_chosen(self, team, clinic_of_three):
        assert shown(team.page("/staff/"))[0] == "Ana"
        assert shown(team.page("/staff/?sort=week"))[-1] == "Berta"

    def test_nobody_like_that_is_said(self, team, clinic_of_three):
        assert "Nobody like that" in team.page("/staff/?need=steps")

    def test_a_long_list_comes_a_page_at_a_time_and_keeps_its_filters(self, team):
        for number in range(27):
            team.participant(name=f"Persona {number:02}")
        page = team.page("/staff/?sort=name&week=2")
        assert len(shown(page)) == 25
        assert re.search(r'href="[^"]*sort=name[^"]*week=2[^"]*page=2#people"', page)
        assert shown(team.page("/staff/?sort=name&week=2&page=2")) == ["Persona 25", "Persona 26"]

    @pytest.mark.parametrize("query", ["_scheme=javascript", "_external=1", "endpoint=x", "ref=y"])
    def test_nothing_in_the_address_changes_where_its_links_lead(self, team, query):
        for number in range(27):
            team.participant(name=f"Persona {number:02}")
        page = team.page(f"/staff/?{query}")
        assert f'href="/t/{team.staff.ref}/staff/?{query}&amp;page=2#people"' in page
        assert f'action="/t/{team.staff.ref}/staff/?{query}"' in page

    def test_those_ticked_are_written_to(self, team, clinic_of_three):
        page = team.page("/staff/")
        assert page.count('name="people"') == 3
        assert re.search(r'<form method="post" action="[^"]*/care/messages">', page)
