"""Every instrument as FHIR R4, judged by an independent validator."""

import json
from dataclasses import replace

import pytest
from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from modules.outcomes.fhir.codes import LOINC_NOTICE, canonical
from modules.outcomes.fhir.observation import observation
from modules.outcomes.fhir.questionnaire import questionnaire
from modules.outcomes.fhir.response import response
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.questionnaire import (
    Kind,
    Licence,
    Pack,
    ScoringError,
)

ALL = sorted(INSTRUMENTS)
LICENSED = [key for key in ALL if INSTRUMENTS[key].licence is Licence.LICENSED]
PACK = Pack("es", "validated 1", "Clínica de prueba", "L-1", "2099-12-31", "0" * 64)
WHO = {"subject": "7Q2M", "language": "es"}


def lowest(instrument):
    return {
        item.key: "texto" if item.kind is Kind.TEXT else item.minimum for item in instrument.items
    }


def valid(model, resource):
    """Return the resource once the validator took it, as it would leave on the wire."""
    text = json.dumps(resource, allow_nan=False)
    read = model.model_validate_json(text)
    assert json.loads(read.model_dump_json())["resourceType"] == resource["resourceType"]
    return json.loads(text)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("key", ALL)
class TestEveryInstrument:
    def test_its_questionnaire_is_valid(self, key, language):
        made = valid(Questionnaire, questionnaire(INSTRUMENTS[key], language))

        assert [item["linkId"] for item in made["item"]] == [i.key for i in INSTRUMENTS[key].items]

    def test_its_answers_are_valid(self, key, language):
        instrument = INSTRUMENTS[key]
        made = valid(
            QuestionnaireResponse,
            response(instrument, lowest(instrument), {}, subject="7Q2M", language=language),
        )

        assert made["questionnaire"] == canonical(instrument)
        assert all(len(item["answer"]) == 1 for item in made["item"])

    def test_its_score_is_valid(self, key, language):
        instrument = INSTRUMENTS[key]
        made = valid(
            Observation,
            observation(instrument, lowest(instrument), subject="7Q2M", language=language),
        )

        assert "valueQuantity" in made

    def test_an_empty_form_is_valid_and_has_no_score(self, key, language):
        instrument = INSTRUMENTS[key]
        valid(QuestionnaireResponse, response(instrument, {}, {}, subject="x", language=language))
        made = valid(Observation, observation(instrument, {}, subject="x", language=language))

        assert "valueQuantity" not in made
        assert made["dataAbsentReason"]["text"]


class TestLicensedText:
    @pytest.mark.parametrize("key", LICENSED)
    def test_without_a_pack_no_question_and_no_option_is_written_out(self, key):
        instrument = INSTRUMENTS[key]
        made = questionnaire(instrument, "es")
        answers = response(instrument, lowest(instrument), {}, **WHO)
        said = json.dumps([made, answers], ensure_ascii=False)

        assert made["status"] == "draft"
        for item in instrument.items:
            assert item.prompt.es == item.topic.es or item.prompt.es not in said
            assert f'"display": "{item.choices[0].label.es}"' not in said if item.choices else True

    @pytest.mark.parametrize("key", LICENSED)
    def test_with_a_pack_the_words_and_their_licence_go_along(self, key):
        instrument = replace(INSTRUMENTS[key], packs={"es": PACK})
        made = valid(Questionnaire, questionnaire(instrument, "es"))

        assert made["status"] == "active"
        assert made["item"][0]["text"] == instrument.items[0].prompt.es
        assert "L-1" in made["copyright"]

    @pytest.mark.parametrize("key", LICENSED)
    def test_a_pack_opens_its_own_language_only(self, key):
        instrument = replace(INSTRUMENTS[key], packs={"es": PACK})

        assert questionnaire(instrument, "en")["status"] == "draft"


class TestCodes:
    @pytest.mark.parametrize("key", [key for key in ALL if INSTRUMENTS[key].loinc])
    def test_who_uses_loinc_says_whose_it_is(self, key):
        instrument = INSTRUMENTS[key]

        assert LOINC_NOTICE in questionnaire(instrument, "es")["copyright"]
        made = observation(instrument, lowest(instrument), **WHO)
        assert made["note"] == [{"text": LOINC_NOTICE}]

    def test_the_score_of_the_oswestry_index(self):
        made = observation(INSTRUMENTS["odi"], {f"q{n}": 2 for n in range(1, 10)}, **WHO)

        assert made["code"]["coding"][0] == {"system": "http://loinc.org", "code": "97909-6"}
        assert made["valueQuantity"]["value"] == 40
        assert made["interpretation"][0]["coding"][0]["code"] == "moderate"

    def test_item_nine_has_its_own_code(self):
        items = {item["linkId"]: item for item in questionnaire(INSTRUMENTS["phq9"], "es")["item"]}

        assert items["q9"]["code"] == [{"system": "http://loinc.org", "code": "44260-8"}]
        assert "code" not in items["q1"]

    def test_the_two_summaries_called_pcs_have_different_codes(self):
        codes = {
            coding["code"]
            for key in ("pcats", "rand36")
            for coding in observation(INSTRUMENTS[key], lowest(INSTRUMENTS[key]), **WHO)["code"][
                "coding"
            ]
        }

        assert "PCS" not in codes
        assert len(codes) == 2


class TestAnswers:
    def test_two_marks_are_two_answers(self):
        made = response(INSTRUMENTS["odi"], {"q1": [1, 3]}, {}, **WHO)

        assert [a["valueCoding"]["code"] for a in made["item"][0]["answer"]] == ["1", "3"]

    @pytest.mark.parametrize(
        ("reason", "word"),
        [
            ("declined", "asked-declined"),
            ("not_applicable", "not-applicable"),
            ("not_asked", "not-asked"),
            ("skipped", "asked-unknown"),
        ],
    )
    def test_why_there_is_no_answer_is_kept_apart(self, reason, word):
        made = response(INSTRUMENTS["odi"], {}, {"q8": reason}, **WHO)
        item = next(each for each in made["item"] if each["linkId"] == "q8")

        assert "answer" not in item
        assert item["extension"][0]["valueCode"] == word

    def test_a_correction_is_amended(self):
        assert response(INSTRUMENTS["odi"], {}, {}, revision=2, **WHO)["status"] == "amended"

    def test_no_moment_is_made_up(self):
        assert "authored" not in response(INSTRUMENTS["odi"], {}, {}, **WHO)
        assert "effectiveDateTime" not in observation(INSTRUMENTS["odi"], {}, **WHO)

    def test_a_moment_that_is_given_is_valid(self):
        when = "2026-11-12T12:00:00-06:00"
        made = response(INSTRUMENTS["odi"], {}, {}, authored=when, **WHO)

        assert valid(QuestionnaireResponse, made)["authored"] == when
        seen = observation(INSTRUMENTS["odi"], {}, effective=when, derived_from="urn:x", **WHO)
        assert valid(Observation, seen)["derivedFrom"] == [{"reference": "urn:x"}]

    def test_an_answer_the_instrument_does_not_know_is_refused(self):
        with pytest.raises(ScoringError):
            response(INSTRUMENTS["odi"], {"q1": 9}, {}, **WHO)
