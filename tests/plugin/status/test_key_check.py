"""A wrong secret is refused at the start, in words, and nothing is written with it."""

import pytest
from sqlalchemy import func, select

from lti import keys
from modules.records import crypto
from plugin.app import create_app
from plugin.status import key_check
from plugin.status.key_check import KeyCheck, WrongSecret
from tests.conftest import SECRET

NEWER, OTHER = "newer-secret-" * 3, "other-secret-" * 3


def start(place, *secrets):
    crypto.install_keyring(crypto.Keyring(secrets))
    key_check.require(place.database, place.tool.now())


def test_the_first_start_writes_the_check_value_once(place):
    start(place, SECRET)
    start(place, SECRET)

    with place.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(KeyCheck)) == 1


def test_another_secret_is_refused_in_words_that_do_not_repeat_it(place):
    start(place, SECRET)

    with pytest.raises(WrongSecret, match="does not hold the secret") as refused:
        start(place, OTHER)
    assert OTHER not in str(refused.value)


def test_a_new_secret_in_front_of_the_former_one_is_taken(place):
    start(place, SECRET)
    start(place, NEWER, SECRET)


def test_the_oldest_secret_must_stay_last(place):
    start(place, SECRET)

    with pytest.raises(WrongSecret, match="oldest"):
        start(place, SECRET, NEWER)


def test_a_database_older_than_the_check_is_not_adopted_by_a_wrong_secret(place):
    with place.database.writing() as session:
        keys.ensure(session, place.tool.now())

    with pytest.raises(WrongSecret):
        start(place, OTHER)
    start(place, SECRET)


def test_a_database_without_tables_is_left_alone(empty_sqlite, make_place):
    place = make_place(empty_sqlite)

    start(place, SECRET)


def test_the_application_does_not_start_with_a_wrong_secret(place):
    start(place, SECRET)
    crypto.install_keyring(crypto.Keyring((OTHER,)))

    with pytest.raises(WrongSecret):
        create_app(tool=place.tool)
