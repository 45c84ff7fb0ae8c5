"""Marking exercises to find them again: twice is once, and each participant has their own."""

from modules.records.models import FavouriteExercise
from modules.services import favourites
from tests.factories import NOON


def test_marking_twice_is_once_and_the_mark_comes_off(clinic):
    one = clinic.screened(())
    counts = []
    for wanted in (True, True, False, False):
        with clinic.writing() as session:
            favourites.mark(session, one, "c3_bridge", wanted, NOON)
        counts.append(len(clinic.rows(FavouriteExercise)))

    assert counts == [1, 1, 0, 0]


def test_each_participant_has_their_own(clinic):
    one, other = clinic.screened(()), clinic.screened(())
    with clinic.writing() as session:
        favourites.mark(session, one, "c3_bridge", True, NOON)
        found = [favourites.of(session, each) for each in (one, other)]

    assert found == [{"c3_bridge"}, frozenset()]
