"""What staff place in a course says what it is, and never an arm."""

from typing import Any

import jwt
import pytest

from lti.launch.claims import DeepLinkSettings
from lti.services.deep_links import (
    DEEP_LINKING,
    Place,
    Placement,
    item,
    read_placement,
    response,
)
from modules.text import Text
from tests.lti.services_kit import NOW, sign, tool_key

MODULE_TITLE = Text("Módulo 1: Tu espalda", "Module 1: Your back")


def settings(**changes: Any) -> DeepLinkSettings:
    values: dict[str, Any] = {
        "return_url": "https://lms.example/return",
        "accept_types": ("ltiResourceLink",),
        "accept_multiple": True,
        "data": None,
        "raw": {},
    }
    return DeepLinkSettings(**(values | changes))


def answer(chosen: DeepLinkSettings, *items: dict[str, Any]) -> dict[str, Any]:
    token = response(
        chosen,
        issuer="https://lms.example",
        client_id="client",
        deployment_id="1",
        items=items,
        sign=sign,
        now=NOW,
    )
    return jwt.decode(
        token,
        tool_key().public_key(),
        ["RS256"],
        audience="https://lms.example",
        options={"verify_exp": False, "verify_iat": False},
    )


class TestItems:
    @pytest.mark.parametrize(
        ("language", "title"), [("es_mx", "Programa para la espalda"), ("en", "Back programme")]
    )
    def test_titles_are_in_the_courses_language(self, language: str, title: str) -> None:
        assert item(Placement(Place.PROGRAMME), language)["title"] == title

    @pytest.mark.parametrize("place", [Place.PROGRAMME, Place.ASSESSMENTS, Place.ASSESSOR])
    @pytest.mark.parametrize("language", ["es", "en"])
    def test_every_place_has_its_words(self, place: Place, language: str) -> None:
        made = item(Placement(place), language)

        assert made["title"]
        assert made["text"]

    def test_a_module_keeps_its_identity_in_custom(self) -> None:
        made = item(Placement(Place.MODULE, "core"), "en", title=MODULE_TITLE)

        assert made["custom"] == {"place": "module", "module": "core"}
        assert made["title"] == "Module 1: Your back"

    def test_an_item_has_no_address_so_that_the_tool_can_move(self) -> None:
        made = item(Placement(Place.MODULE, "core"), "es", title=MODULE_TITLE)

        assert "url" not in made

    def test_a_module_without_title_is_refused(self) -> None:
        with pytest.raises(ValueError, match="title"):
            item(Placement(Place.MODULE, "core"), "es")

    def test_there_is_no_grade_column_unless_asked_for(self) -> None:
        assert "lineItem" not in item(Placement(Place.PROGRAMME), "es")

    def test_a_grade_column_is_marked_as_progress(self) -> None:
        made = item(Placement(Place.PROGRAMME), "es", points=100)

        assert made["lineItem"] == {
            "scoreMaximum": 100,
            "resourceId": "programme",
            "tag": "progress",
        }


class TestPlacements:
    def test_no_place_and_no_word_names_an_arm(self) -> None:
        made = [item(Placement(p), "en") for p in Place if p is not Place.MODULE]
        words = " ".join(str(entry).lower() for entry in made)

        assert not any(arm in words for arm in ("arm", "control", "treatment", "intervention"))

    @pytest.mark.parametrize(
        ("place", "module"),
        [
            (Place.MODULE, None),
            (Place.PROGRAMME, "core"),
            (Place.MODULE, "../x"),
            (Place.MODULE, "Control Group"),
            (Place.MODULE, ""),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, place: Place, module: str | None) -> None:
        with pytest.raises(ValueError, match="module"):
            Placement(place, module)

    @pytest.mark.parametrize(
        "placement", [Placement(Place.MODULE, "core"), Placement(Place.ASSESSOR)]
    )
    def test_custom_parameters_are_read_back(self, placement: Placement) -> None:
        assert read_placement(placement.custom) == placement

    @pytest.mark.parametrize("custom", [{}, {"place": "kitchen"}, {"place": "module"}])
    def test_nonsense_is_read_as_nothing(self, custom: dict[str, str]) -> None:
        assert read_placement(custom) is None


class TestResponse:
    def test_several_items_go_at_once(self) -> None:
        items = [item(Placement(p), "es") for p in (Place.PROGRAMME, Place.ASSESSOR)]
        claims = answer(settings(), *items)

        assert claims[f"{DEEP_LINKING}/content_items"] == items
        assert claims["iss"] == "client"

    def test_choosing_nothing_is_an_answer(self) -> None:
        assert answer(settings())[f"{DEEP_LINKING}/content_items"] == []

    def test_data_is_given_back_verbatim(self) -> None:
        claims = answer(settings(data='{"a": "ñ"}'))

        assert claims[f"{DEEP_LINKING}/data"] == '{"a": "ñ"}'

    def test_no_data_means_no_data(self) -> None:
        assert f"{DEEP_LINKING}/data" not in answer(settings())

    def test_a_platform_that_takes_one_gets_no_two(self) -> None:
        items = [item(Placement(p), "es") for p in (Place.PROGRAMME, Place.ASSESSOR)]
        with pytest.raises(ValueError, match="one item"):
            answer(settings(accept_multiple=False), *items)

    def test_a_platform_that_takes_files_only_gets_no_link(self) -> None:
        with pytest.raises(ValueError, match="no links"):
            answer(settings(accept_types=("file",)), item(Placement(Place.ASSESSOR), "es"))
