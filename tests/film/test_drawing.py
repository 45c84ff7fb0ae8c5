"""Every exercise and every card can be drawn, in both languages, and always the same."""

import pytest

from scripts.film import cards, overlays, paint
from scripts.film.captions import clip_cues, write_vtt
from scripts.film.clip import Clip, clip_frames, new_surface, paint_poster
from scripts.film.sheet import draw_sheet
from scripts.film.timing import RATE
from tests.film.table import EXERCISE_IDS, every


def picture(clip, frame, language="es"):
    """Return one finished frame as bytes."""
    surface, ctx = new_surface()
    clip.paint_frame(ctx, frame)
    clip.paint_words(ctx, frame, language)
    surface.flush()
    return bytes(surface.get_data())


@every("exercise_id", EXERCISE_IDS)
def test_every_exercise_draws_a_frame_with_a_figure(exercises, exercise_id):
    clip = Clip(exercises[exercise_id])
    data = picture(clip, clip.frames // 3)
    shirt = bytes(round(255 * part) for part in reversed(paint.SHIRT))
    assert len(data) == 640 * 480 * 4
    assert sum(data[i : i + 3] == shirt for i in range(0, len(data), 4)) > 400


@every("exercise_id", EXERCISE_IDS)
def test_every_poster_shows_the_way_to_the_end_pose(exercises, exercise_id):
    clip = Clip(exercises[exercise_id])
    phase, share = clip.end_phase()
    assert phase.kind == "move"
    assert clip.exercise.walking or share > 0.9
    assert paint_poster(clip, "en").get_width() == 640


def test_the_same_frame_is_drawn_the_same_twice(exercises):
    first = picture(Clip(exercises["c6_bird_dog"]), 50)
    assert first == picture(Clip(exercises["c6_bird_dog"]), 50)


def test_languages_differ_only_in_their_words(exercises):
    rows = clip_frames(Clip(exercises["w4_partial_situp"]), ("es", "en"))
    spanish, english = next(rows)
    middle = slice(640 * 4 * 150, 640 * 4 * 400)
    assert spanish != english
    assert spanish[middle] == english[middle]


@pytest.mark.parametrize("language", ["es", "en"])
@every("exercise_id", EXERCISE_IDS)
def test_no_cue_is_longer_than_two_lines(exercises, exercise_id, language):
    _, ctx = new_surface()
    paint.font(ctx, 12)
    assert len(paint.wrap(ctx, exercises[exercise_id].cue.get(language), 640 - 32)) <= 2


def test_the_counter_names_the_side_of_an_alternate_exercise(exercises):
    clip = Clip(exercises["w2_single_knee_chest"])
    assert clip.counter(clip.loop.phases[0], "es") == "Rep 1/5 · lado A"
    assert clip.counter(clip.loop.phases[-1], "en") == "Rep 1/5 · side B"


def test_the_pacer_grows_on_the_in_breath_and_shrinks_on_the_out_breath(exercises):
    clip = Clip(exercises["r2_paced"])
    breath_in, breath_out = clip.loop.phases
    assert clip.pacer(breath_in, 0.9).fullness > clip.pacer(breath_in, 0.1).fullness
    assert clip.pacer(breath_out, 0.9).fullness < clip.pacer(breath_out, 0.1).fullness
    assert [clip.pacer(p, 0.0).seconds for p in clip.loop.phases] == [4, 6]


@every("exercise_id", EXERCISE_IDS)
def test_arrows_of_a_movement_are_long_enough_to_be_seen(exercises, exercise_id):
    clip = Clip(exercises[exercise_id])
    if exercises[exercise_id].track in ("none", "breath"):
        assert clip._arrow(clip.loop.phases[0]) == []
        return
    line = clip._arrow(clip.end_phase()[0])
    length = sum(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5
                 for a, b in zip(line, line[1:], strict=False))  # fmt: skip
    assert length > 25


@every("exercise_id", EXERCISE_IDS)
def test_captions_follow_each_other_to_the_end_of_the_loop(exercises, exercise_id):
    clip = Clip(exercises[exercise_id])
    for language in ("es", "en"):
        cues = clip_cues(clip, language)
        assert cues[0][0] == 0
        assert cues[-1][1] == pytest.approx(clip.frames / RATE)
        assert all(a[1] == pytest.approx(b[0]) for a, b in zip(cues, cues[1:], strict=False))


def test_a_caption_file_has_its_header_and_times(tmp_path):
    write_vtt(tmp_path / "a.vtt", [(0, 3.5, "Respira."), (3.5, 61.25, "Suelta.")])
    text = (tmp_path / "a.vtt").read_text(encoding="utf-8")
    assert text.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:03.500\nRespira.\n")
    assert "00:00:03.500 --> 00:01:01.250" in text


def test_the_contact_sheet_is_a_picture(tmp_path, exercises):
    draw_sheet(list(exercises.values())[:2], tmp_path / "sheet.png")
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("kind", sorted(cards.PANELS))
def test_a_panel_keeps_white_words_on_a_dark_ground(kind):
    surface, ctx = new_surface()
    cards.draw_panel(ctx, kind, "Respira y suelta")
    surface.flush()
    assert bytes(surface.get_data())[-4:-1] == bytes(
        round(255 * part) for part in reversed(cards.PANELS[kind])
    )


def test_every_word_on_screen_has_two_languages():
    assert all(word.es and word.en for word in overlays.WORDS.values())


def test_sides_that_start_from_different_pictures_dissolve(exercises):
    clip = Clip(exercises["w5_seated_hamstring"])
    turn = clip.frames // 2
    following, left = clip._seam_ahead(turn - 1)
    assert (following.variant, left) == (1, 1)
    assert clip._seam_ahead(clip.frames - 1)[0].variant == 0


def test_sides_that_start_from_the_same_pose_need_no_dissolve(exercises):
    assert Clip(exercises["c6_bird_dog"])._seam_ahead(10) == (None, 0)
