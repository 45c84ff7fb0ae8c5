"""Two writings of one word become the same, and what is coded becomes readable."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.leaks.folding import decoded, plain, seen, vocabulary, words


@pytest.mark.parametrize(
    "text", ["vídeo", "VIDEO", "ｖｉｄｅｏ", "vіdео", "νιdεο", "vi\u00addeo", "𝐯𝐢𝐝𝐞𝐨", "v\u0131deo"]
)
def test_what_looks_like_a_word_is_that_word(text):
    assert plain(text) == "video"


def test_case_is_kept_where_it_is_seen():
    assert seen("Brazo Á") == "Brazo A"


def test_an_underscore_ends_a_word():
    assert words("solo_atención, convencional") == ("solo", "atencion", "convencional")


@given(st.text())
def test_the_vocabulary_is_the_set_of_words(text):
    assert vocabulary(plain(text)) == set(words(text))


@given(st.text("abcdeñáí ", min_size=6))
def test_base64_and_hexadecimal_are_read(text):
    coded = text.encode()
    for form in (base64.b64encode(coded), base64.urlsafe_b64encode(coded), coded.hex().encode()):
        assert text in decoded(f"x,{form.decode()}\n")


def test_words_and_digests_say_nothing():
    assert decoded("satisfaction 3q2-7w== 9f86d081884c7d659a2feaa0c55ad015") == ""
