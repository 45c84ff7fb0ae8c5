"""An administrator loads a licensed wording in the browser, and it is used at once everywhere."""

import io
from dataclasses import replace
from pathlib import Path

import pytest

from modules.outcomes import text_packs
from modules.outcomes.instruments import INSTRUMENTS
from modules.records.models import Study
from plugin.admin.fault_texts import REASONS, in_words
from plugin.text_packs import LoadedInstruments
from tests.plugin.admin.admin_kit import ToolAndPlatform, Visit

ODI = INSTRUMENTS["odi"]
PAGE = "/admin/wordings"


@pytest.fixture
def stage(tmp_path: Path) -> ToolAndPlatform:
    """A tool that reads its folder of text packs, as a running one does."""
    made = ToolAndPlatform(tmp_path)
    folder = tmp_path / "packs"
    made.tool.settings = made.tool.settings.model_copy(update={"text_packs": folder})
    made.tool.instruments = LoadedInstruments(folder, made.tool.now)
    with made.tool.database.writing() as session:
        for study in session.query(Study):
            study.synthetic = False
    return made


def filled(language: str = "es") -> str:
    text = text_packs.template(ODI, language).replace('""', '"Texto de prueba"')
    return text.replace("expires:  #", "expires: none  #")


def load(visit: Visit, text: str, name: str = "odi.yaml"):
    return visit.post(PAGE, {"pack": (io.BytesIO(text.encode()), name)}, PAGE)


class TestLoading:
    def test_it_is_used_at_once_by_every_process(self, stage: ToolAndPlatform) -> None:
        other = LoadedInstruments(stage.tool.settings.text_packs, stage.tool.now)
        answer = load(stage.administrator(), filled())

        assert answer.status_code == 303, answer.text
        assert stage.tool.instruments["odi"].may_be_published("es")
        assert other["odi"].may_be_published("es")
        assert not other["odi"].may_be_published("en")

    def test_the_page_then_says_so(self, stage: ToolAndPlatform) -> None:
        admin = stage.administrator()
        before = admin.page(PAGE)
        load(admin, filled())
        after = admin.page(PAGE)

        assert f"{PAGE}/odi.es.yaml" in before
        assert f"{PAGE}/odi.es.yaml" not in after
        assert "Texto de prueba, Texto de prueba" in after

    def test_it_is_kept_in_the_audit_trail_by_its_checksum(self, stage: ToolAndPlatform) -> None:
        load(stage.administrator(), filled())

        (event,) = stage.events("text_pack.loaded")
        assert event.detail["pack"] == "odi.es"
        assert len(event.detail["sha256"]) == 64

    def test_every_fault_is_named_with_its_line_and_nothing_is_kept(
        self, stage: ToolAndPlatform
    ) -> None:
        wrong = filled().replace("q10:", "q11:").replace('version: "2.1a"', 'version: "9"')
        answer = load(stage.administrator(), wrong)

        assert answer.status_code == 422
        assert "<code>items.q10</code> is missing" in answer.text
        assert "<code>items.q11</code> no such item" in answer.text
        assert "Line 3: <code>version</code> must be 2.1a" in answer.text
        assert not stage.tool.settings.text_packs.exists()

    def test_the_faults_are_said_in_spanish_too(self, stage: ToolAndPlatform) -> None:
        admin = stage.administrator()
        admin.post("/language/es")
        answer = load(admin, filled().replace("q10:", "q11:"))

        assert "<code>items.q10</code> falta" in answer.text

    @pytest.mark.parametrize("name", ["odi.docx", "odi", ""])
    def test_another_kind_of_file_is_refused(self, stage: ToolAndPlatform, name: str) -> None:
        assert load(stage.administrator(), filled(), name).status_code == 422

    @pytest.mark.parametrize("text", ["", "x" * 300_000, "\x00", "[", "a: &x [*x]"])
    def test_what_is_no_pack_is_refused(self, stage: ToolAndPlatform, text: str) -> None:
        assert load(stage.administrator(), text).status_code == 422

    def test_a_folder_that_takes_nothing_is_said(self, stage: ToolAndPlatform) -> None:
        stage.tool.settings.text_packs.touch()
        answer = load(stage.administrator(), filled())

        assert answer.status_code == 422
        assert "The folder of text packs takes nothing" in answer.text

    def test_it_is_for_administrators_alone(self, stage: ToolAndPlatform) -> None:
        staff = stage.staff()

        assert staff.get(PAGE).status_code == 403
        assert staff.post(PAGE, {}, "/staff/").status_code == 403


class TestTheEmptyPack:
    def test_it_can_be_fetched_and_filled(self, stage: ToolAndPlatform) -> None:
        answer = stage.administrator().get(f"{PAGE}/odi.es.yaml")

        assert answer.text == text_packs.template(ODI, "es")
        assert "attachment" in answer.headers["Content-Disposition"]

    @pytest.mark.parametrize("key", ["none", "vas_pain"])
    def test_there_is_none_where_no_licence_is_needed(
        self, stage: ToolAndPlatform, key: str
    ) -> None:
        assert stage.administrator().get(f"{PAGE}/{key}.es.yaml").status_code == 404


class TestSayingSo:
    def test_set_up_names_what_will_still_be_shut(self, tmp_path: Path) -> None:
        page = ToolAndPlatform(tmp_path, study=None).launch("11").page("/")

        assert "Still shut to patients, until an administrator loads the licensed wording" in page
        assert ODI.title.en in page

    def test_set_up_says_nothing_of_what_is_loaded(self, tmp_path: Path) -> None:
        stage = ToolAndPlatform(tmp_path, study=None)
        pack = text_packs.load("odi.yaml", filled().encode(), stage.tool.now().date())
        other = text_packs.load("odi.yaml", filled("en").encode(), stage.tool.now().date())
        loaded = text_packs.apply(text_packs.apply(ODI, pack), other)
        stage.tool.instruments = {**INSTRUMENTS, "odi": replace(loaded, title=ODI.title)}

        assert ODI.title.en not in stage.launch("11").page("/")

    def test_the_studys_page_says_where_it_is_loaded(self, stage: ToolAndPlatform) -> None:
        page = stage.staff().page("/staff/")

        assert ODI.title.en in page
        assert "loads them on the page “Licensed wordings”" in page


class TestReasons:
    @pytest.mark.parametrize(
        ("reason", "spanish"),
        [
            ("is missing", "falta"),
            ("must have exactly the codes 0, 1", "debe tener exactamente los códigos 0, 1"),
            ("must be 2.1a", "debe ser 2.1a"),
            ("must be a list", "debe ser una lista"),
        ],
    )
    def test_they_are_said_in_the_readers_language(
        self, stage: ToolAndPlatform, reason: str, spanish: str
    ) -> None:
        with stage.app.test_request_context("/", headers={"Accept-Language": "es"}):
            assert in_words(reason) == spanish

    def test_an_unknown_one_stays_as_it_is(self, stage: ToolAndPlatform) -> None:
        with stage.app.test_request_context("/"):
            assert in_words("smells odd") == "smells odd"

    @pytest.mark.parametrize("template", REASONS)
    def test_each_finds_itself_before_a_more_general_one(
        self, stage: ToolAndPlatform, template: str
    ) -> None:
        given = dict.fromkeys(("day", "fields", "size", "problem", "options", "endings"), "7")
        given |= dict.fromkeys(("codes", "number", "least", "has", "value"), "7")
        reason = template % given
        with stage.app.test_request_context("/", headers={"Accept-Language": "en"}):
            assert in_words(reason) == reason
