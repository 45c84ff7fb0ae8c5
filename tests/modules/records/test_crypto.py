"""Encryption at rest: bound to its column, with keys that can change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.records import crypto
from modules.records.crypto import CannotDecrypt, EncryptedText, Keyring
from plugin import tables

OLD, NEW = "o" * 32, "n" * 40
TEXTS = st.text(max_size=200).filter(lambda text: text.isprintable() or not text)


@given(plain=TEXTS, context=st.text(max_size=30).filter(str.isprintable))
def test_what_goes_in_comes_out(plain, context):
    ring = Keyring([NEW])

    assert ring.decrypt(ring.encrypt(plain, context), context) == plain


def test_the_same_text_never_looks_the_same():
    ring = Keyring([NEW])

    assert len({ring.encrypt("Ana", "a.b") for _ in range(50)}) == 50


def test_nothing_of_the_text_can_be_read():
    assert "Ana" not in Keyring([NEW]).encrypt("Ana Plantada", "a.b")


def test_a_value_moved_to_another_column_does_not_decrypt():
    ring = Keyring([NEW])

    with pytest.raises(CannotDecrypt):
        ring.decrypt(ring.encrypt("Ana", "lti_users.name"), "contacts.phone")


@pytest.mark.parametrize("place", [0, 4, 12, 30, -1])
def test_an_altered_value_does_not_decrypt(place):
    ring = Keyring([NEW])
    stored = ring.encrypt("Ana Plantada", "a.b")
    altered = list(stored)
    altered[place] = "A" if altered[place] != "A" else "B"

    with pytest.raises(CannotDecrypt):
        ring.decrypt("".join(altered), "a.b")


@pytest.mark.parametrize("stored", ["", ".", "x", "x.y", "deadbeef.", "deadbeef.AAAA", "é.é"])
def test_what_never_was_one_does_not_decrypt(stored):
    with pytest.raises(CannotDecrypt):
        Keyring([NEW]).decrypt(stored, "a.b")


class TestChangingTheSecret:
    def test_what_the_old_one_wrote_can_still_be_read(self):
        stored = Keyring([OLD]).encrypt("Ana", "a.b")

        assert Keyring([NEW, OLD]).decrypt(stored, "a.b") == "Ana"

    def test_the_newest_one_writes(self):
        stored = Keyring([NEW, OLD]).encrypt("Ana", "a.b")

        assert Keyring([NEW]).decrypt(stored, "a.b") == "Ana"

    def test_without_the_old_one_nothing_old_can_be_read(self):
        stored = Keyring([OLD]).encrypt("Ana", "a.b")

        with pytest.raises(CannotDecrypt):
            Keyring([NEW]).decrypt(stored, "a.b")

    def test_an_index_stays_what_it_was(self):
        before, after = Keyring([OLD]), Keyring([NEW, OLD])

        assert before.blind_index("+52", "a.b") == after.blind_index("+52", "a.b")
        assert before.secret_for("exports") == after.secret_for("exports")


class TestIndex:
    def test_equal_texts_of_one_column_are_found(self):
        ring = Keyring([NEW])

        assert ring.blind_index("+52", "a.b") == ring.blind_index("+52", "a.b")

    def test_equal_texts_of_two_columns_look_different(self):
        ring = Keyring([NEW])

        assert ring.blind_index("+52", "a.b") != ring.blind_index("+52", "a.c")

    def test_column_and_text_cannot_be_shifted_into_each_other(self):
        ring = Keyring([NEW])

        assert ring.blind_index("bc", "a") != ring.blind_index("c", "ab")

    def test_every_purpose_has_its_own_secret(self):
        ring = Keyring([NEW])

        assert ring.secret_for("notes") != ring.secret_for("exports")
        assert len(ring.secret_for("notes")) == 32


@pytest.mark.parametrize("secrets", [[], ["short"], [NEW, "short"]])
def test_a_weak_secret_is_refused(secrets):
    with pytest.raises(ValueError, match="32"):
        Keyring(secrets)


def test_an_error_names_the_column_and_not_the_value():
    ring = Keyring([NEW])
    stored = ring.encrypt("Ana", "lti_users.name")
    with pytest.raises(CannotDecrypt) as refused:
        Keyring([OLD]).decrypt(stored, "lti_users.name")

    assert str(refused.value) == "lti_users.name"


def test_a_column_knows_its_own_name(keyring):
    """A wrong name would still work today, and fail when two columns share it."""
    crypto.install_keyring(keyring)
    for table in tables.METADATA.tables.values():
        for column in table.columns:
            if isinstance(column.type, EncryptedText):
                assert column.type.context == f"{table.name}.{column.name}"


def test_nothing_passes_as_nothing(keyring):
    crypto.install_keyring(keyring)
    column = EncryptedText("a.b")

    assert column.process_bind_param(None, None) is None
    assert column.process_result_value(None, None) is None
