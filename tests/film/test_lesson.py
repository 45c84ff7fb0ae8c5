"""The lesson films: short cards, both languages, kind words, one to two and a half minutes."""

import itertools
import re

import pytest
import yaml

from modules.course import content
from modules.safety.wording import Wording
from scripts.film import paint
from scripts.film.captions import sentences
from scripts.film.clip import new_surface
from scripts.film.icons import ICONS
from scripts.film.lesson import film_script, load_film, paint_card
from scripts.film.render import MODULE_KEYS, film_keys
from scripts.film.script import ScriptFault
from scripts.film.timing import RATE
from tests.film.table import every

FRIGHTENING = re.compile(
    r"desgast|dañ|fr[áa]gil|hernia|degenerat|degenerad|damage|fragile|worn|wear and tear", re.I
)
MOST_WORDS = 12
FILM_KEYS = film_keys(content.shipped())
PICTURE_WORDS = re.compile(r"[0-9–/. s]+")  # numbers of the traffic light, of holds and groups


@pytest.fixture(scope="module")
def safety(content_root):
    """Return the safety file."""
    return content.load(content_root).safety


@pytest.fixture(scope="module")
def films(content_root, exercises, safety):
    """Return every film by its key."""
    return {key: load_film(film_script(content_root, key), exercises, safety) for key in FILM_KEYS}


def words(film):
    """Yield every text of a film in both languages."""
    for scene in film.scenes:
        yield from (scene.text, scene.above, *scene.items)


def test_the_modules_have_their_films_in_order_a_lesson_after_its_module():
    own = "core.how_your_plan_decides"
    assert [key for key in FILM_KEYS if key != own] == list(MODULE_KEYS)
    assert FILM_KEYS.index(own) == FILM_KEYS.index("core") + 1


@every("film_key", FILM_KEYS)
def test_a_film_lasts_one_to_two_and_a_half_minutes(films, film_key):
    film = films[film_key]
    assert 60 <= film.frames / RATE <= 150


@every("film_key", FILM_KEYS)
def test_a_film_opens_with_its_title_and_ends_with_safety_and_closing(films, film_key):
    film = films[film_key]
    kinds = [scene.kind for scene in film.scenes]
    assert kinds[0] == "title"
    assert kinds[-2:] == ["safety", "closing"]


@every("film_key", FILM_KEYS)
def test_a_card_says_one_short_thing(films, film_key):
    film = films[film_key]
    for scene in film.scenes:
        assert len(scene.text.es.split()) <= MOST_WORDS
        assert len(scene.text.en.split()) <= MOST_WORDS


@every("film_key", FILM_KEYS)
def test_every_text_is_there_in_both_languages(films, film_key):
    film = films[film_key]
    assert all(bool(text.es) == bool(text.en) for text in words(film))


@every("film_key", FILM_KEYS)
def test_no_word_frightens(films, film_key):
    film = films[film_key]
    assert not [t.es for t in words(film) if FRIGHTENING.search(f"{t.es} {t.en}")]


@every("film_key", FILM_KEYS)
def test_the_patient_is_called_tu(films, film_key):
    film = films[film_key]
    formal = re.compile(r"\b(usted|su espalda|haga|tome|siéntese)\b", re.I)
    assert not [text.es for text in words(film) if formal.search(text.es)]


@pytest.mark.parametrize("language", ["es", "en"])
@every("film_key", FILM_KEYS)
def test_captions_are_one_sentence_at_a_time_and_can_be_read_aloud(films, film_key, language):
    cues = films[film_key].cues(language)
    assert cues[0][0] == 0
    assert cues[-1][1] == pytest.approx(films[film_key].frames / RATE)
    for (_, end, _), (start, _, _) in itertools.pairwise(cues):
        assert start == pytest.approx(end)
    for start, end, text in cues:
        assert len(sentences(text)) == 1, text
        assert len(text.split()) / (end - start) <= 2.4, text


@every("film_key", FILM_KEYS)
def test_the_captions_say_every_word_of_the_film(films, film_key):
    for language in ("es", "en"):
        said = " ".join(text for _, _, text in films[film_key].cues(language))
        assert said == " ".join(scene.spoken(language) for scene in films[film_key].scenes)


@every("film_key", FILM_KEYS)
def test_a_picture_says_nothing_that_a_caption_says(films, film_key, monkeypatch):
    written = []
    monkeypatch.setattr(paint, "write", lambda ctx, text, *place: written.append(text))
    film = films[film_key]
    for index, scene in enumerate(film.scenes):
        for share in (0, 0.3, 0.7):
            assert paint_card(film, index, int(scene.frames * share)).get_height() == 480
    assert not [text for text in written if not PICTURE_WORDS.fullmatch(text)]


@every("film_key", FILM_KEYS)
def test_safety_cards_say_the_orders_of_the_safety_file_the_soonest_first(films, film_key, safety):
    orders = [order.key.value for order in safety.orders]
    shown = [scene for scene in films[film_key].scenes if scene.kind == "safety"]
    assert [orders.index(scene.icon) for scene in shown] == sorted(
        orders.index(scene.icon) for scene in shown
    )
    assert shown[0].icon == orders[0]


@every("film_key", FILM_KEYS)
def test_each_sentence_of_a_safety_card_says_sign_and_order(films, film_key, safety):
    do = {order.key: order.do for order in safety.orders}
    known = {(do[r.order].get(lang), r.short.get(lang), lang)
             for r in safety.stop_rules for lang in ("es", "en")}  # fmt: skip
    sentences = {(f"{order} {sign}.", language) for order, sign, language in known}
    for scene in films[film_key].scenes:
        if scene.kind == "safety":
            assert {(item.get(lang), lang) for item in scene.items for lang in ("es", "en")} <= (
                sentences
            )


@every("film_key", FILM_KEYS)
def test_a_safety_card_stands_as_long_as_a_calm_voice_needs(films, film_key):
    for scene in films[film_key].scenes:
        if scene.kind == "safety":
            words = max(len(scene.spoken(language).split()) for language in ("es", "en"))
            assert words / (scene.frames / RATE) <= 2.4


@every("film_key", FILM_KEYS)
def test_the_disc_of_the_sign_that_is_said_is_filled(films, film_key):
    for scene in films[film_key].scenes:
        starts = [sum(scene.parts[:i]) for i in range(len(scene.parts))]
        assert [scene.part(start) for start in starts] == list(range(len(scene.items)))


@every("film_key", FILM_KEYS)
def test_no_film_gives_an_order_of_its_own(films, film_key):
    order = re.compile(r"urgencias|avisa|\bpara y\b|emergency|tell us|\bstop and\b", re.I)
    for scene in films[film_key].scenes:
        if scene.kind != "safety":
            assert not order.search(f"{scene.text.es} {scene.text.en}"), scene.text.es


@every("film_key", FILM_KEYS)
def test_a_traffic_light_says_the_colours_as_the_safety_file_does(films, film_key, safety):
    for scene in films[film_key].scenes:
        if scene.icon == "traffic_light":
            for language in ("es", "en"):
                said = Wording(safety).drawn("{{colours: short}}", language)
                assert said in scene.text.get(language)


def test_the_picture_of_the_traffic_light_has_the_numbers_of_the_safety_file(monkeypatch, safety):
    written = []
    monkeypatch.setattr(paint, "write", lambda ctx, text, *place: written.append(text))
    ICONS["traffic_light"](new_surface()[1], 0.5)
    ends = [rule.up_to for rule in safety.colours]
    begins = [0, *(end + 1 for end in ends)]
    assert written == [f"{a}–{b}" for a, b in zip(begins, ends, strict=False)]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"kind": "advert"}, "unknown kind"), ({"show": {"exercise": "x9"}}, "unknown exercise"),
     ({"show": {"icon": "unicorn"}}, "unknown icon"), ({"es": "muy " * 15}, "more than"),
     ({"kind": "safety", "order": "run", "signs": []}, "not in safety.yaml"),
     ({"kind": "safety", "order": "stop_all", "signs": ["S3"]}, "another order goes with S3")],
)  # fmt: skip
def test_a_wrong_scene_is_refused_by_module_and_number(
    tmp_path, exercises, safety, changes, reason
):
    folder = tmp_path / "extra"
    folder.mkdir()
    scene = {"kind": "message", "seconds": 5, "es": "Hola", "en": "Hello", **changes}
    film = {"title": {"es": "a", "en": "a"}, "scenes": [scene]}
    (folder / "film.yaml").write_text(yaml.safe_dump(film), encoding="utf-8")
    with pytest.raises(ScriptFault, match=f"extra: scene 1: {reason}"):
        load_film(folder / "film.yaml", exercises, safety)


def test_every_icon_is_used_by_some_film(content_root):
    scripts = "".join(p.read_text(encoding="utf-8") for p in content_root.glob("*/film*.yaml"))
    assert not [name for name in ICONS if f"icon: {name}" not in scripts]
