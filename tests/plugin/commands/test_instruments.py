"""columna instrument, score, study lock: what a clinic and an analyst type."""

import json
import re

import pytest
from click.testing import CliRunner
from fhir.resources.R4B.questionnaire import Questionnaire

from modules.outcomes import text_packs
from modules.outcomes.instruments import INSTRUMENTS
from modules.outcomes.text_pack_tables import HEADER
from modules.records.db import Database
from modules.records.models import Study
from plugin.cli import main
from plugin.database import upgrade_database
from tests.modules.outcomes.instruments.test_vectors import CASES, needs_file

SECRET = "a-secret-of-the-tests-long-enough-to-be-one"


@pytest.fixture
def packs(tmp_path):
    folder = tmp_path / "packs"
    folder.mkdir()
    return folder


@pytest.fixture
def columna(tmp_path, packs, monkeypatch):
    """Run a command in an installation with a folder of text packs."""
    monkeypatch.setenv("COLUMNA_PUBLIC_URL", "https://columna.example.org")
    monkeypatch.setenv("COLUMNA_SECRETS", SECRET)
    monkeypatch.setenv("COLUMNA_DATABASE_URL", f"sqlite:///{tmp_path / 'c.sqlite3'}")
    monkeypatch.setenv("COLUMNA_TEXT_PACKS", str(packs))

    def run(*words: str, **options):
        return CliRunner().invoke(main, list(words), **options)

    return run


def written(folder, key="odi", language="es", word="Texto de prueba"):
    """A filled pack as a site would write it; the words are ours."""
    text = text_packs.template(INSTRUMENTS[key], language)
    text = re.sub(r'""', f'"{word}"', text)
    text = text.replace("expires:  #", "expires: none  #")
    path = folder / "pack.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def table(folder, key="vas_pain"):
    """The same as a spreadsheet would write it."""
    one = INSTRUMENTS[key]
    rows = [
        HEADER,
        ["instrument", "", key],
        ["version", "", one.version],
        ["language", "", "es"],
        ["language_version", "", "v1"],
        ["licence_holder", "", "C"],
        ["licence_ref", "", "L"],
        ["expires", "", "none"],
        ["q1", "prompt", "Texto"],
        ["q1", "low", "a"],
        ["q1", "high", "b"],
    ]
    path = folder / "pack.csv"
    path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    return path


class TestImport:
    def test_a_good_pack_is_copied_by_questionnaire_and_language(self, columna, packs, tmp_path):
        done = columna("instrument", "import", str(written(tmp_path)))

        assert done.exit_code == 0, done.output
        assert [path.name for path in packs.iterdir()] == ["odi.es.yaml"]

    def test_a_table_is_taken_too(self, columna, packs, tmp_path):
        done = columna("instrument", "import", str(table(tmp_path)))

        assert done.exit_code == 0, done.output
        assert [path.name for path in packs.iterdir()] == ["vas_pain.es.csv"]

    def test_a_new_pack_takes_the_place_of_the_old_one(self, columna, packs, tmp_path):
        (packs / "vas_pain.es.yaml").write_text("expired", encoding="utf-8")
        columna("instrument", "import", str(table(tmp_path)))

        assert [path.name for path in packs.iterdir()] == ["vas_pain.es.csv"]

    def test_a_pack_with_a_fault_is_named_and_not_copied(self, columna, packs, tmp_path):
        path = written(tmp_path)
        path.write_text(path.read_text("utf-8").replace("q10:", "q11:"), encoding="utf-8")
        done = columna("instrument", "import", str(path))

        assert done.exit_code == 1
        assert re.search(r"pack\.yaml:\d+: items\.q10: is missing", done.output)
        assert re.search(r"pack\.yaml:\d+: items\.q11: no such item", done.output)
        assert list(packs.iterdir()) == []

    def test_another_kind_of_file_is_refused(self, columna, tmp_path):
        path = tmp_path / "pack.docx"
        path.write_text("x", encoding="utf-8")

        assert columna("instrument", "import", str(path)).exit_code == 1

    def test_a_folder_that_is_not_there_yet_is_made(self, columna, monkeypatch, tmp_path):
        monkeypatch.setenv("COLUMNA_TEXT_PACKS", str(tmp_path / "var" / "new"))
        done = columna("instrument", "import", str(written(tmp_path)))

        assert done.exit_code == 0, done.output
        assert [path.name for path in (tmp_path / "var" / "new").iterdir()] == ["odi.es.yaml"]


class TestCheck:
    def test_looks_at_every_pack_of_the_clinic(self, columna, packs):
        written(packs, "odi")
        table(packs)
        done = columna("instrument", "check")

        assert done.exit_code == 0, done.output
        assert len(done.output.splitlines()) == 2

    def test_one_that_cannot_be_used_is_named_and_the_status_says_so(self, columna, packs):
        path = written(packs, "odi")
        path.write_text(path.read_text("utf-8").replace("expires: none", "expires: 2026-01-31"))
        table(packs)
        done = columna("instrument", "check")

        assert done.exit_code == 1
        assert "expired on 2026-01-31" in done.output
        assert "Good: vas_pain" in done.output

    def test_without_packs_there_is_nothing_wrong(self, columna):
        done = columna("instrument", "check")

        assert (done.exit_code, done.output) == (0, "There is no text pack.\n")


class TestStudy:
    @pytest.fixture
    def study(self, columna, tmp_path):
        database = Database(f"sqlite:///{tmp_path / 'c.sqlite3'}")
        upgrade_database(database)
        made = columna("study", "create", "lumbar", "--protocol", "care")
        assert made.exit_code == 0, made.output
        yield database
        database.dispose()

    def test_what_is_missing_is_listed_until_it_is_loaded(self, columna, study, tmp_path):
        before = columna("instrument", "missing", "--study", "lumbar")
        columna("instrument", "import", str(written(tmp_path)))
        after = columna("instrument", "missing", "--study", "lumbar")

        assert [line.split("\t")[:2] for line in before.output.splitlines()] == [
            ["odi", "es"], ["odi", "en"],
        ]  # fmt: skip
        assert after.output.startswith("odi\ten\t")

    def test_a_licence_that_is_over_stops_no_command_and_is_named(self, columna, study, packs):
        path = written(packs)
        path.write_text(path.read_text("utf-8").replace("expires: none", "expires: 2026-01-31"))
        done = columna("instrument", "missing", "--study", "lumbar")

        assert done.exit_code == 0, done.output
        assert "odi\tes\tthe licence ended on 2026-01-31" in done.output
        assert columna("instrument", "check", str(path)).exit_code == 1

    def test_a_study_is_locked_once(self, columna, study):
        first = columna("study", "lock", "lumbar", "--yes")
        again = columna("study", "lock", "lumbar", "--yes")

        assert first.exit_code == 0, first.output
        assert again.exit_code == 1
        with study.reading() as session:
            assert session.query(Study).one().locked_at is not None

    def test_a_lock_is_asked_for_first(self, columna, study):
        assert columna("study", "lock", "lumbar", input="n\n").exit_code == 1
        with study.reading() as session:
            assert session.query(Study).one().locked_at is None


class TestFhir:
    def test_prints_a_valid_questionnaire_with_topics_only(self, columna):
        made = json.loads(columna("instrument", "fhir", "odi").output)

        Questionnaire.model_validate(made)
        assert made["status"] == "draft"

    def test_a_loaded_wording_goes_in(self, columna, tmp_path):
        columna("instrument", "import", str(written(tmp_path)))
        made = json.loads(columna("instrument", "fhir", "odi").output)

        assert made["item"][0]["text"] == "Texto de prueba"

    def test_needs_no_installation(self):
        assert CliRunner().invoke(main, ["instrument", "fhir", "gad7"]).exit_code == 0


class TestScore:
    GOOD = json.dumps({"instrument": "NRS", "version": "0-10", "items": {"q1": 1}})

    def run(self, lines):
        done = CliRunner().invoke(main, ["score"], input=lines)
        return done.exit_code, [json.loads(line) for line in done.output.splitlines()]

    def test_every_line_scored_is_a_success(self):
        status, (first, second) = self.run(f"{self.GOOD}\n{self.GOOD}\n".encode())

        assert status == 0
        assert first == second
        assert first["current"] == 1

    @pytest.mark.parametrize(
        "line", [b"{", b"[]", b"", b"\xff\xfe", b'{"instrument": "\xff"}', b"null", b"NaN"]
    )
    def test_a_malformed_line_has_its_error_and_the_status_says_so(self, line):
        good = self.GOOD.encode()
        status, answers = self.run(good + b"\n" + line + b"\n" + good + b"\n")

        assert status == 1
        assert [("error" in each) for each in answers] == [False, True, False]
        assert answers[1]["error"]["line"] == 2

    def test_a_file_from_windows_is_read(self):
        status, answers = self.run(b"\xef\xbb\xbf" + self.GOOD.encode() + b"\r\n")

        assert (status, len(answers)) == (0, 1)
        assert "error" not in answers[0]

    @pytest.mark.parametrize(
        "number",
        [b"1e400", b"-1e400", b"9" * 5000, b"NaN", b"Infinity", b"true", b'"3"', b"2.5", b"{}"],
    )
    def test_a_number_that_is_none_has_its_error(self, number):
        line = b'{"instrument": "VAS", "version": "0-100 mm", "items": {"q1": %s}}\n' % number
        status, answers = self.run(line)

        assert (status, len(answers)) == (1, 1)
        assert answers[0]["error"]["line"] == 1

    @pytest.mark.parametrize("depth", [100, 5_000, 100_000])
    def test_a_deep_line_is_a_line(self, depth):
        nested = b'{"items": ' * depth + b"1" + b"}" * depth + b"\n"
        status, answers = self.run(nested + self.GOOD.encode() + b"\n")

        assert status == 1
        assert ["error" in each for each in answers] == [True, False]

    @needs_file
    def test_all_reference_cases_pass(self):
        lines = "".join(json.dumps(each) + "\n" for each in CASES)
        status, answers = self.run(lines.encode())

        assert status == 0
        assert answers == [each["expected"] for each in CASES]

    def test_nothing_in_nothing_out(self):
        assert self.run(b"") == (0, [])


class TestShow:
    def test_list_has_a_line_for_each(self):
        shown = CliRunner().invoke(main, ["instrument", "list"]).output

        assert len(shown.splitlines()) == len(INSTRUMENTS)

    def test_show_names_rights_and_topics(self):
        shown = CliRunner().invoke(main, ["instrument", "show", "odi"]).output

        assert "Fairbank" in shown
        assert INSTRUMENTS["odi"].items[0].prompt.en not in shown

    def test_show_names_range_rules_and_codes(self):
        shown = CliRunner().invoke(main, ["instrument", "show", "eq5d5l"]).output
        odi = CliRunner().invoke(main, ["instrument", "show", "odi"]).output

        assert "index_mexico, -0.596 to 1" in shown
        assert "MIC: 10 (Ostelo 2008), 30% (Ostelo 2008)" in odi
        assert "percent 97909-6" in odi
        assert "crippled 61-80" in odi

    def test_an_unknown_questionnaire_is_said_so(self):
        assert CliRunner().invoke(main, ["instrument", "show", "x"]).exit_code == 1


def test_a_case_is_written_as_a_fhir_bundle_of_answers_and_score():
    case = {"instrument": "vas_pain", "version": "0-100 mm", "items": {"q1": 40}}
    told = CliRunner().invoke(main, ["score", "--fhir"], input=json.dumps(case))
    made = json.loads(told.output)

    assert told.exit_code == 0, told.output
    assert [each["resource"]["resourceType"] for each in made["entry"]] == [
        "QuestionnaireResponse",
        "Observation",
    ]
    assert made["entry"][1]["resource"]["valueQuantity"]["value"] == 40
