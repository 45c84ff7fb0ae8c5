"""Both languages are complete: every word of the pages has its Spanish, compiled and up to date."""

import ast
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "plugin/translations"
LANGUAGES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd%]")
TRANSLATES = {"_", "_l", "gettext", "lazy_gettext", "ngettext"}


def catalogue(language: str) -> Catalog:
    """Return the translations of a language as they are written."""
    with (FOLDER / language / "LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, language)


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every text that pages and code put into English, found as `make translate` finds them."""
    target = tmp_path_factory.mktemp("words") / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "--no-location"]
    mapping = ["-F", str(FOLDER / "babel.cfg"), "-k", "_l", "-k", "lazy_gettext"]
    subprocess.run([*command, *mapping, "-o", str(target), "."], cwd=ROOT, check=True)
    with target.open("rb") as file:
        return {_parts(message.id)[0] for message in read_po(file) if message.id}


def test_spanish_is_there():
    assert "es" in LANGUAGES


def test_the_words_of_the_pages_are_found(words):
    """The extraction itself works: words of both packages and of both kinds of file are in it."""
    assert {"Your diary is saved. Thank you.", "Enrolled. The next step is below."} <= words
    assert len(words) > 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(words, language):
    known = {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue(language)
        if message.id and message.string and all(_parts(message.string))
    }

    assert sorted(words - known) == []


def test_no_text_hides_in_an_f_string():
    """Before Python 3.12 what stands there is not found, and stays English."""
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for package in ("exports", "lti", "modules", "notifications", "plugin")
        for path in (ROOT / package).rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in TRANSLATES
    ]
    assert hidden == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_only_guessed(language):
    assert [message.id for message in catalogue(language) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_places_of_names_and_numbers(language):
    for message in catalogue(language):
        if not message.id:
            continue
        wanted = {place for part in _parts(message.id) for place in PLACE.findall(part)}
        for part in _parts(message.string):
            # The singular may say "one" instead of the number.
            assert set(PLACE.findall(part)) <= wanted, message.id
        assert {p for part in _parts(message.string) for p in PLACE.findall(part)} == wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language):
    with (FOLDER / language / "LC_MESSAGES/messages.mo").open("rb") as file:
        compiled = read_mo(file)
    again = io.BytesIO()
    write_mo(again, catalogue(language))
    again.seek(0)

    assert _texts(compiled) == _texts(read_mo(again))


def test_patients_are_addressed_as_friends():
    """Spanish for patients says tú; the formal form is for nobody here."""
    formal = re.compile(r"\b(?:usted(?:es)?|Usted(?:es)?)\b")
    found = [m.id for m in catalogue("es") if m.id and any(map(formal.search, _parts(m.string)))]

    assert found == []


def test_no_word_frightens():
    words = re.compile(r"\b(?:desgaste|dañad[ao]s?|frágil|degenera\w+)\b", re.IGNORECASE)
    found = [m.id for m in catalogue("es") if m.id and any(map(words.search, _parts(m.string)))]

    assert found == []


def _parts(text: object) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())  # type: ignore[call-overload]


def _texts(of: Catalog) -> dict[object, object]:
    return {_key(message.id): message.string for message in of if message.id}


def _key(message_id: object) -> object:
    return message_id if isinstance(message_id, str) else tuple(message_id)  # type: ignore[arg-type]


FORMAL = re.compile(
    r"\b(?:usted(?:es)?|Abra|Agregue|Añada|Anote|Apruebe|Arránquelo|Avise|Borre|Cambie|Cargue"
    r"|Compruebe|Confirme|Consulte|Copie|Corrija|Ejecute|Elija|Escriba|Espere|Guarde|Haga|Indique"
    r"|Ingrese|Inicie|Instale|Intente|Lea|Libere|Llame|Llene|Marque|Pida|Planee|Ponga|Presione"
    r"|Regrese|Reinicie|Revise|Seleccione|Suba|Toque|Vea|Verifique|Vuelva"
    r"|agrande|instale|llene|ponga|restaure)\b"
)
SPANISH = ("plugin/**/*.py", "modules/**/*.py", "modules/course/content/**/*.es.md",
           "modules/course/content/**/*.yaml", "lti/**/*.py", "notifications/**/*.py",
           "plugin/translations/es/LC_MESSAGES/messages.po")  # fmt: skip


@pytest.mark.parametrize("pattern", SPANISH)
def test_everybody_is_called_tu(pattern: str):
    said = {
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in ROOT.glob(pattern)
        for found in FORMAL.finditer(path.read_text(encoding="utf-8"))
    }
    assert not said
