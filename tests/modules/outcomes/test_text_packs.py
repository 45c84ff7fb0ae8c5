"""A text pack replaces words in one language, and is refused for anything it gets wrong."""

from datetime import date

import pytest
import yaml

from modules.outcomes import text_packs
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.scales import result_of
from modules.outcomes.text_packs import TextPackError

TODAY = date(2026, 11, 12)
ODI, VAS, RMDQ, GAD7 = (INSTRUMENTS[key] for key in ("odi", "vas_pain", "rmdq", "gad7"))
EVERY = sorted(INSTRUMENTS)


def loaded(path, today):
    return text_packs.load(path.name, path.read_bytes(), today)


def unchecked(path):
    return text_packs.read(path.name, path.read_bytes())


def filled(instrument, language="es", **changes):
    """Return the data of a complete pack, made from the template."""
    data = yaml.safe_load(text_packs.template(instrument, language))
    data |= {
        "language_version": "Edition A",
        "licence_holder": "Clinic",
        "licence_ref": "L-1",
        "expires": date(2027, 12, 31),
    }
    if "lead" in data:
        data["lead"] = "Lead text"
    for key, item in data["items"].items():
        item["prompt"] = f"Text of {key}"
        if "choices" in item:
            item["choices"] = {code: f"Label {code}" for code in item["choices"]}
        if "anchors" in item:
            item["anchors"] = ["Low", "High"]
    return data | changes


@pytest.fixture
def pack_file(tmp_path):
    """Return a function that writes a pack and returns its path."""

    def write(content):
        path = tmp_path / "pack.yaml"
        text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
        path.write_text(text, "utf-8")
        return path

    return write


def faults(path, instrument=ODI):
    """Return the faults of a file as (field, reason)."""
    with pytest.raises(TextPackError) as refused:
        text_packs.apply(instrument, loaded(path, TODAY))
    assert all(fault.file == "pack.yaml" for fault in refused.value.faults)
    return [(fault.field, fault.reason) for fault in refused.value.faults]


class TestApply:
    @pytest.mark.parametrize("key", EVERY)
    @pytest.mark.parametrize("language", ["es", "en"])
    def test_a_filled_template_fits_every_instrument(self, pack_file, key, language):
        instrument = INSTRUMENTS[key]
        pack = loaded(pack_file(filled(instrument, language)), TODAY)
        reworded = text_packs.apply(instrument, pack)
        assert reworded.items[0].prompt.get(language) == "Text of q1"

    def test_the_other_language_keeps_our_words(self, pack_file):
        reworded = text_packs.apply(ODI, loaded(pack_file(filled(ODI)), TODAY))
        assert reworded.items[0].prompt.en == ODI.items[0].prompt.en
        assert reworded.items[0].choices[2].label.en == ODI.items[0].choices[2].label.en

    def test_packs_of_both_languages_stand_together(self, pack_file):
        spanish = text_packs.apply(ODI, loaded(pack_file(filled(ODI, "es")), TODAY))
        both = text_packs.apply(spanish, loaded(pack_file(filled(ODI, "en")), TODAY))
        assert set(both.packs) == {"es", "en"}

    def test_the_licence_travels_with_the_instrument(self, pack_file):
        path = pack_file(filled(ODI))
        pack = text_packs.apply(ODI, loaded(path, TODAY)).packs["es"]
        assert (pack.licence_holder, pack.licence_ref) == ("Clinic", "L-1")
        assert (pack.language_version, pack.expires) == ("Edition A", "2027-12-31")

    def test_scores_do_not_change(self, pack_file):
        answers = {f"q{position}": 2 for position in range(1, 11)}
        reworded = text_packs.apply(ODI, loaded(pack_file(filled(ODI)), TODAY))
        assert result_of(reworded, answers) == result_of(ODI, answers)

    def test_a_pack_may_publish_a_licensed_form(self, pack_file):
        reworded = text_packs.apply(ODI, loaded(pack_file(filled(ODI)), TODAY))
        assert (ODI.may_be_published("es"), reworded.may_be_published("es")) == (False, True)

    def test_common_labels_serve_items_without_their_own(self, pack_file):
        data = filled(GAD7)
        for key in ("q1", "q2", "q3", "q4", "q5", "q6", "q7"):
            del data["items"][key]["choices"]
        data["choices"] = {code: f"Common {code}" for code in range(4)}
        reworded = text_packs.apply(GAD7, loaded(pack_file(data), TODAY))
        labels = [item.choices[3].label.es for item in reworded.items]
        assert labels == ["Common 3"] * 7 + ["Label 3"]


class TestRefusals:
    def test_the_day_after_the_last_one_is_too_late(self, pack_file):
        path = pack_file(filled(ODI, expires=date(2026, 11, 11)))
        assert faults(path) == [("expires", "expired on 2026-11-11")]

    def test_one_that_is_over_can_still_be_read(self, pack_file):
        pack = unchecked(pack_file(filled(ODI, expires=date(2026, 11, 11))))
        assert [pack.has_ended(date(2026, 11, day)) for day in (10, 11, 12)] == [False, False, True]

    def test_one_that_is_over_leaves_our_own_words(self, pack_file):
        pack = unchecked(pack_file(filled(ODI, expires=date(2026, 11, 11))))
        kept = text_packs.set_aside(ODI, pack)
        assert (kept.items, kept.packs, kept.may_be_published("es")) == (ODI.items, {}, False)
        assert kept.ended["es"].expires == "2026-11-11"

    def test_the_last_day_still_counts(self, pack_file):
        assert loaded(pack_file(filled(ODI, expires=TODAY)), TODAY).expires == TODAY

    def test_a_licence_without_end_says_so(self, pack_file):
        assert loaded(pack_file(filled(ODI, expires="none")), TODAY).expires is None

    def test_an_empty_template_names_all_that_is_missing(self, pack_file):
        named = {field for field, _ in faults(pack_file(text_packs.template(ODI, "es")))}
        assert {"licence_holder", "licence_ref", "expires", "items.q1.prompt"} <= named
        assert "items.q10.choices.5" in named

    def test_a_missing_item(self, pack_file):
        data = filled(ODI)
        del data["items"]["q8"]
        assert faults(pack_file(data)) == [("items.q8", "is missing")]

    def test_a_misfit_with_the_questionnaire_is_told_with_its_line(self, pack_file):
        path = pack_file("# a comment\n" + yaml.safe_dump(filled(ODI, version="1.0")))
        last = len(path.read_text("utf-8").splitlines())
        with pytest.raises(TextPackError, match=rf"^pack\.yaml:{last}: version: must be 2\.1a$"):
            text_packs.apply(ODI, loaded(path, TODAY))

    def test_an_item_too_many(self, pack_file):
        data = filled(VAS)
        data["items"]["q2"] = {"prompt": "More"}
        assert faults(pack_file(data), VAS) == [("items.q2", "no such item")]

    def test_codes_must_match_exactly(self, pack_file):
        data = filled(ODI)
        del data["items"]["q3"]["choices"][5]
        reason = "must have exactly the codes 0, 1, 2, 3, 4, 5"
        assert faults(pack_file(data)) == [("items.q3.choices", reason)]

    def test_a_tick_has_no_options(self, pack_file):
        data = filled(RMDQ)
        data["items"]["q1"]["choices"] = {0: "No.", 1: "Yes."}
        found = faults(pack_file(data), RMDQ)
        assert found == [("items.q1.choices", "must have exactly the codes none")]

    def test_a_scale_needs_its_two_ends(self, pack_file):
        data = filled(VAS)
        data["items"]["q1"]["anchors"] = ["Low"]
        found = faults(pack_file(data), VAS)
        assert found == [("items.q1.anchors", "must be the two ends of the scale")]

    def test_a_bare_yes_or_no_is_not_a_label(self, pack_file):
        text = yaml.safe_dump(filled(GAD7)).replace("0: Label 0", "0: no", 1)
        [(field, reason)] = faults(pack_file(text), GAD7)
        assert field == "items.q1.choices.0"
        assert "in quotes" in reason

    def test_another_instrument(self, pack_file):
        found = faults(pack_file(filled(VAS)), ODI)
        assert found == [("instrument", "is for vas_pain, not for odi")]

    def test_another_version(self, pack_file):
        assert faults(pack_file(filled(ODI, version="1.0"))) == [("version", "must be 2.1a")]

    def test_another_language(self, pack_file):
        assert faults(pack_file(filled(ODI, language="fr"))) == [
            ("language", "must be one of es, en")
        ]

    def test_the_lead_of_the_form_belongs_to_its_text(self, pack_file):
        data = filled(GAD7)
        del data["lead"]
        assert faults(pack_file(data), GAD7) == [("lead", "is missing")]

    def test_a_misspelt_field(self, pack_file):
        [(field, reason)] = faults(pack_file(filled(ODI, licence="L-1")))
        assert (field, reason.split(";")[0]) == ("licence", "unknown field")

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "[",
            "- a",
            "plain",
            "expires: 2027-13-45",
            "a: &x [*x]",
            "[" * 90_000,
            "- " * 90_000,
            "x" * 200_001,
        ],
        ids=["empty", "broken", "list", "word", "no-such-day", "circle", "deep", "dashes", "large"],
    )
    def test_a_file_that_is_no_pack_is_refused(self, pack_file, text):
        assert faults(pack_file(text))

    def test_a_file_in_another_encoding_is_refused(self, tmp_path):
        path = tmp_path / "pack.yaml"
        path.write_bytes("prompt: ¿Cómo?".encode("latin-1"))
        assert faults(path) == [("", "is not UTF-8 text")]

    def test_a_field_written_twice_is_refused(self, pack_file):
        text = yaml.safe_dump(filled(VAS)) + "licence_ref: L-2\n"
        assert ("licence_ref", "written twice") in faults(pack_file(text), VAS)


class TestTable:
    HEAD = (
        "field,part,text\ninstrument,,vas_pain\nversion,,0-100 mm\nlanguage,,es\n"
        "language_version,,Edition A\nlicence_holder,,Clinic\nlicence_ref,,L-1\n"
    )
    ITEM = 'expires,,2027-12-31\nq1,prompt,"¿Cuánto, hoy?"\nq1,low,Nada\nq1,high,Todo\n'

    def load(self, tmp_path, table):
        """Write a table and read it."""
        path = tmp_path / "pack.csv"
        path.write_text(table, "utf-8")
        return loaded(path, TODAY)

    def test_a_table_is_a_pack_too(self, tmp_path):
        reworded = text_packs.apply(VAS, self.load(tmp_path, self.HEAD + self.ITEM))
        assert reworded.items[0].prompt.es == "¿Cuánto, hoy?"
        assert reworded.items[0].anchors[1].es == "Todo"

    def test_codes_are_labelled_row_by_row(self, tmp_path):
        table = self.HEAD.replace("vas_pain", "gpe_11") + "expires,,none\n"
        table += "q1,prompt,Cambio\nq1,-5,Peor\nq1,0,No\n"
        pack = self.load(tmp_path, table)
        assert pack.items["q1"].choices == {-5: "Peor", 0: "No"}

    def test_a_mark_of_the_spreadsheet_at_the_start_is_ignored(self, tmp_path):
        assert self.load(tmp_path, "\ufeff" + self.HEAD + self.ITEM).licence_ref == "L-1"

    def test_an_expired_table_is_refused(self, tmp_path):
        table = (self.HEAD + self.ITEM).replace("2027-12-31", "2025-12-31")
        with pytest.raises(TextPackError, match="expired on 2025-12-31"):
            self.load(tmp_path, table)

    @pytest.mark.parametrize(
        ("rows", "reason"),
        [
            ("licence_ref,,L-2\n", "pack.csv:8: licence_ref: written twice"),
            ("expires,2027-12-31\n", "pack.csv:8: must have 3 columns"),
            ("q1,prompt,'\nq1,wording,x\n", "pack.csv:9: items.q1.wording: unknown field"),
            ("expires,,soon\n", "pack.csv:8: expires: must be a date"),
            ("q1,prompt,?\nq1,low,Nada\n", r"pack.csv:9: items.q1.low: must be the two ends"),
            ('q1,prompt,"x', "is not a table"),
        ],
    )
    def test_a_row_that_cannot_be_read_is_named(self, tmp_path, rows, reason):
        with pytest.raises(TextPackError, match=reason):
            self.load(tmp_path, self.HEAD + rows)

    def test_the_faults_of_all_rows_are_told_together(self, tmp_path):
        rows = "expires,,soon\nq1,prompt,\nq1,0,Nada\nq1,0,Poco\nq1\n"
        with pytest.raises(TextPackError) as refused:
            self.load(tmp_path, self.HEAD + rows)
        assert str(refused.value).splitlines() == [
            "pack.csv:8: expires: must be a date such as 2027-12-31, or none",
            "pack.csv:9: items.q1.prompt: is empty",
            "pack.csv:11: items.q1.choices.0: written twice",
            "pack.csv:12: must have 3 columns",
        ]

    def test_a_misfit_with_the_questionnaire_is_told_with_its_row(self, tmp_path):
        pack = self.load(tmp_path, self.HEAD + self.ITEM + "q1,0,Nada\nq2,prompt,Más\n")
        with pytest.raises(TextPackError) as refused:
            text_packs.apply(VAS, pack)
        assert str(refused.value).splitlines() == [
            "pack.csv:12: items.q1.choices: must have exactly the codes none",
            "pack.csv:13: items.q2: no such item",
        ]

    def test_another_header_is_refused(self, tmp_path):
        with pytest.raises(TextPackError, match="pack.csv:1: must be field,part,text"):
            self.load(tmp_path, "item;text\n")


def test_the_checksum_is_of_the_file_itself(pack_file):
    first = loaded(pack_file(filled(VAS)), TODAY)
    second = loaded(pack_file(filled(VAS, licence_ref="L-2")), TODAY)
    assert len(first.sha256) == 64
    assert first.sha256 != second.sha256


@pytest.mark.parametrize("key", EVERY)
def test_a_template_shows_topics_and_no_question(key):
    instrument = INSTRUMENTS[key]
    text = text_packs.template(instrument, "en")
    assert all(item.topic.en in text for item in instrument.items)
    assert not any(item.prompt.en in text for item in instrument.items)
