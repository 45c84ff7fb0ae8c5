"""The check before release finds what must not leave, and lets neutral words pass."""

import io
import zipfile

import pytest

from exports.errors import LeaksFound
from exports.leaks import forbidden_words, public_sentences, readable, refuse_leaks
from modules.study import protocol as protocols


def found(text, *words, public=()):
    try:
        refuse_leaks({"file": text}, words, public)
    except LeaksFound:
        return True
    return False


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
            refuse_leaks({"clean.csv": "x", "items.csv": "Juana"}, ["Juana"])
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
            "arm 1",
            "brazo 2",
            "group_2",
        ],
    )
    def test_so_is_what_people_call_an_arm_or_what_it_has(self, trial, text):
        assert found(text, *forbidden_words(trial))

    @pytest.mark.parametrize("text", ["Control de la semana 4", "1 group", "arms", "group", "2"])
    def test_neutral_words_near_them_pass(self, trial, text):
        assert not found(text, *forbidden_words(trial))

    def test_what_every_arm_has_is_not(self, trial):
        assert not {"brochure", "assessments"} & set(forbidden_words(trial))

    def test_a_protocol_with_one_arm_has_nothing_to_tell(self):
        assert forbidden_words(protocols.load()["care"]) == ()


def test_every_member_of_a_zip_is_read_and_the_file_name_too():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("inner.csv", "Juana")
        archive.comment = b"made by Pedro"
    texts = readable("name.zip", stream.getvalue())
    assert "Juana" in texts["inner.csv"]
    assert "Pedro" in texts["(comment)"]
    assert texts["(file name)"] == "name.zip"


def test_plain_text_content_is_read():
    assert readable("a.json", b'{"a": 1}')["(content)"] == '{"a": 1}'
