"""The check before release finds what must not leave, and lets neutral words pass."""

import dataclasses
from collections.abc import Mapping

import pytest

from exports.errors import LeaksFound
from exports.leaks.search import Forbidden, refuse_leaks
from exports.leaks.words import forbidden_words, neutral_key, public_sentences
from modules.outcomes.instruments import INSTRUMENTS
from modules.study import protocol as protocols
from modules.text import Text


def found(text, *words, public=()):
    return Forbidden.of(words).stands_in(text, public)


class TestWords:
    @pytest.mark.parametrize(
        "text",
        [
            "Solo atención convencional",
            "SOLO ATENCION CONVENCIONAL",
            "x;solo_atención-convencional;y",
            "Solo  atención\nconvencional",
        ],
    )
    def test_a_label_is_found_however_it_is_written(self, text):
        assert found(text, "Solo atención convencional")

    @pytest.mark.parametrize("sign", ["\u200b", "\u00ad", "\u2060", "\ufeff", "\u200d"])
    def test_a_sign_that_nobody_sees_hides_no_word(self, sign):
        assert found(f"conven{sign}tional", "conventional")

    @pytest.mark.parametrize("text", ["la atención que recibiste", "diarylike", "unconventional"])
    def test_parts_of_words_and_of_labels_pass(self, text):
        assert not found(text, "Solo atención convencional", "diary", "conventional")

    def test_a_key_inside_a_column_name_is_found(self):
        assert found("export_id,diary_minutes", "diary")

    @pytest.mark.parametrize("text", ["+52 55 1234 5678", "525512345678", "(52) 55-1234-5678"])
    def test_a_telephone_number_is_found_however_it_is_grouped(self, text):
        assert found(text, "+525512345678")

    def test_a_number_inside_a_longer_one_passes(self):
        assert not found("9525512345678", "+525512345678")

    @pytest.mark.parametrize(("text", "leaks"), [("arm a", True), ("brazo: A", True), ("a", False)])
    def test_a_one_letter_key_counts_behind_a_word_for_arm(self, text, leaks):
        assert found(text, "a") is leaks

    def test_no_words_find_nothing(self):
        assert not found("anything")

    def test_the_error_names_the_place_and_never_the_word(self):
        with pytest.raises(LeaksFound) as refusal:
            refuse_leaks({"clean.csv": "x", "items.csv": "Juana"}, Forbidden.of(["Juana"]))
        assert refusal.value.places == ("items.csv",)
        assert refusal.value.code == "export_leaks"
        assert "juana" not in str(refusal.value).lower()


class TestPublicSentences:
    def test_the_registered_title_passes_as_a_whole(self):
        title = "Telerehabilitation for chronic low back pain"
        assert not found(title.upper(), "telerehabilitation", public=[title])

    def test_its_words_elsewhere_are_found(self):
        title = "Telerehabilitation for chronic low back pain"
        assert found(f"{title}\ntelerehabilitation,1", "telerehabilitation", public=[title])

    def test_the_trials_public_sentences_hold_its_title(self, trial):
        assert trial.title.es in public_sentences(trial)


class TestForbiddenWords:
    def test_arms_and_what_only_one_arm_has_are_forbidden(self, trial):
        words = forbidden_words(trial)
        assert {"conventional", "Solo atención convencional", "diary", "programme"} <= set(words)

    @pytest.mark.parametrize(
        "text",
        [
            "telerrehabilitación",
            "Telerehabilitation",
            "grupo control",
            "intervention group",
            "control-group",
            "treatment arm",
            "los videos",
            "WhatsApp",
            "grupo experimental",
            "experimental-arm",
            "rama de intervención",
            "arm 1",
            "arm A",
            "Brazo: B, n = 20",
            "brazo_a,3",
            "brazo 2",
            "group_2",
        ],
    )
    def test_so_is_what_people_call_an_arm_or_what_it_has(self, trial, text):
        assert found(text, *forbidden_words(trial))

    @pytest.mark.parametrize(
        "text",
        [
            "Control de la semana 4",
            "1 group",
            "arms",
            "group",
            "2",
            "raise your arm a little",
            "levanta el brazo a la altura del hombro",
            "age_group_from,2",
        ],
    )
    def test_neutral_words_near_them_pass(self, trial, text):
        assert not found(text, *forbidden_words(trial))

    def test_what_every_arm_has_is_not(self, trial):
        assert not {"brochure", "assessments"} & set(forbidden_words(trial))

    def test_a_protocol_with_one_arm_has_nothing_to_tell(self):
        assert forbidden_words(protocols.load()["care"]) == ()


class TestHiddenForms:
    @pytest.mark.parametrize(
        "text",
        [
            "dmlkZW9z",
            "bG9zIHZpZGVvcyBheXVkYW4=",
            b"grupo control".hex(),
            b"Telerehabilitation".hex().upper(),
            "gruро соntrоl",
            "ＷｈａｔｓＡｐｐ",
            "vi\u200bdeo",
        ],
    )
    def test_coded_and_look_alike_words_are_found(self, trial, text):
        assert found(text, *forbidden_words(trial))


class TestNeutralTexts:
    @pytest.mark.parametrize("key", sorted(INSTRUMENTS))
    def test_every_question_and_option_of_every_instrument_passes(self, trial, key):
        forbidden = Forbidden.of(forbidden_words(trial), dates=True)
        for text in texts_of(INSTRUMENTS[key]):
            assert not forbidden.stands_in(text.es)
            assert not forbidden.stands_in(text.en)


def texts_of(found):
    if isinstance(found, Text):
        yield found
    elif dataclasses.is_dataclass(found):
        for field in dataclasses.fields(found):
            yield from texts_of(getattr(found, field.name))
    elif isinstance(found, tuple | list):
        for each in found:
            yield from texts_of(each)
    elif isinstance(found, Mapping):
        yield from texts_of(list(found.values()))


class TestKeys:
    @pytest.mark.parametrize("key", ["telerehabilitation", "brazo-a", "2026-11-09"])
    def test_a_key_that_tells_does_not_stand_on_a_file(self, trial, key):
        assert neutral_key(key, trial) == "study"

    def test_a_neutral_key_does(self, trial):
        assert neutral_key("lumbar-uno", trial) == "lumbar-uno"
