// Plays a session on the page: film, cue, count, buttons; then what was done goes into the diary's form.
import { fillIn } from "./diary.js";
import { KIND, Player, SECONDS, SIDE } from "./session-player.js";
import { announced, countsSeconds, fill, round, spoken } from "./session-words.js";
import * as speech from "./speech.js";
import "./vas-slider.js";
import { playClips } from "./video.js";

const TICK_MS = 200;
const LONGEST_TICK_MS = 2000; // a device that slept did nothing meanwhile
const LEAD_S = 5; // to find one's place again after a pause

class Stage {
  constructor(page, plan, place, name) {
    Object.assign(this, { page, plan, name, words: plan.words });
    this.player = new Player(plan, place);
    this.voice = false;
    this.lead = 0;
    this.connect();
    document.documentElement.classList.add("in-session");
    if (this.player.over) this.end();
    else this.go(place ? LEAD_S * 1000 : 0);
  }

  // To the exercise; where it hurt more, first to what is said about that.
  go(lead) {
    this.show("stage");
    this.exercise();
    if (this.player.hurting === this.player.id) this.hurts();
    else this.resume(lead);
  }

  part(name) { return this.page.querySelector(`[data-${name}]`); }

  get clips() { return this.part("film").querySelectorAll("video"); }

  show(name) {
    for (const each of ["start", "stage", "pain", "end"]) this.part(each).hidden = each !== name;
    scrollTo({ top: 0, behavior: "instant" });
  }

  title(words) {
    this.part("title").textContent = words;
  }

  connect() {
    const on = (name, work) => this.part(name)?.addEventListener("click", work);
    on("pause", () => (this.running ? this.pause() : this.resume(LEAD_S * 1000)));
    on("back", () => this.move(() => this.player.back()));
    on("skip", () => this.move(() => this.player.skip()));
    on("easier", () => this.move(() => this.player.swap(this.player.exercise.easier)));
    on("harder", () => this.move(() => this.player.swap(this.player.exercise.harder)));
    on("hurts", () => this.hurts());
    on("to-easier", () => this.after(() => this.player.swap(this.player.exercise.easier)));
    on("to-next", () => this.after(() => this.player.skip()));
    on("to-end", () => this.end());
    on("leave", () => this.end());
    on("return", () => this.back());
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.pause(); });
    addEventListener("pagehide", () => { if (this.running) this.keep(); });
    this.switch();
  }

  // Voice ------------------------------------------------------------------------------------

  switch() {
    const box = this.part("voice").querySelector("input");
    speech.whenThereIsAVoice(() => { this.part("voice").hidden = false; });
    box.addEventListener("change", () => {
      this.voice = box.checked;
      if (!this.player.exercise.narrated) speech.remember(box.checked);
      if (this.voice) this.speak();
      else speech.hush();
    });
  }

  // A film of the clinic's own that speaks is listened to first.
  choose() {
    this.voice = speech.isWanted() && !this.player.exercise.narrated;
    this.part("voice").querySelector("input").checked = this.voice;
  }

  speak() {
    const { exercise, now, stretch } = this.player;
    if (this.voice && this.running) speech.say(String(spoken(this.words, exercise, now, Math.round(stretch))));
  }

  // Playing ----------------------------------------------------------------------------------

  exercise() {
    const { exercise, id } = this.player;
    const parts = this.page.querySelector(`template[data-exercise="${CSS.escape(id)}"]`).content.cloneNode(true);
    this.title(exercise.name);
    this.part("cue").textContent = exercise.cue;
    this.part("film").replaceChildren(...parts.querySelectorAll(".media-box"));
    for (const clip of this.clips) clip.muted = !exercise.narrated;
    this.part("stop").replaceChildren(...parts.querySelectorAll(".notice"));
    this.part("easier").hidden = !exercise.easier;
    this.part("harder").hidden = !exercise.harder;
    this.shown = id;
    this.choose();
    const alone = playClips(this.part("film"));
    for (const clip of this.clips) clip.controls = !alone;
  }

  draw() {
    const { exercise, now, left, stretch } = this.player;
    const waits = this.lead > 0;
    const kind = waits ? "prepare" : now[KIND];
    const seconds = Math.max(1, Math.ceil(waits ? this.lead / 1000 : stretch));
    this.part("kind").textContent = this.running ? this.words[kind] : this.words.paused;
    this.part("side").textContent = now[SIDE] ? this.words[now[SIDE]] : "";
    this.part("count").textContent = waits || countsSeconds(exercise, now) ? clock(seconds) : now[4];
    this.part("round").textContent = round(this.words, exercise, now);
    this.part("now").dataset.now = kind;
    const share = 1 - left / (now[SECONDS] * 1000);
    this.part("bar").value = kind === "exhale" ? 1 - share : share;
    const { at, order, secondsLeft } = this.player;
    this.part("where").textContent = fill(this.words.where, { place: at + 1, all: order.length, minutes: Math.ceil(secondsLeft / 60) });
  }

  begun(before) {
    if (this.player.over) {
      this.end();
      return;
    }
    if (this.shown !== this.player.id || this.player.step === 0) this.exercise();
    const words = announced(this.words, this.player.exercise, this.player.now, before);
    if (words) this.part("said").textContent = words;
    this.speak();
    this.keep();
    this.draw();
  }

  tick() {
    const now = Date.now();
    const passed = Math.min(Math.max(0, now - this.last), LONGEST_TICK_MS);
    this.last = now;
    if (this.lead > 0) {
      this.lead -= passed;
      if (this.lead <= 0) this.begun(null);
      this.draw();
      return;
    }
    const before = this.player.now;
    if (this.player.pass(passed)) this.begun(before);
    else this.draw();
  }

  resume(lead) {
    this.lead = lead;
    this.last = Date.now();
    this.running = true;
    clearInterval(this.timer);
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.part("pause").textContent = this.words.pause;
    this.awake();
    playClips(this.part("film"));
    if (lead > 0) this.draw();
    else this.begun(null);
  }

  pause() {
    if (!this.running) return;
    this.halt();
    this.part("pause").textContent = this.words.go_on;
    this.part("said").textContent = this.words.paused;
    this.draw();
  }

  halt() {
    this.running = false;
    clearInterval(this.timer);
    speech.hush();
    this.lock?.release().catch(() => {});
    for (const clip of this.clips) clip.pause();
    this.keep();
  }

  async awake() {
    try {
      this.lock = await navigator.wakeLock?.request("screen");
    } catch { /* the screen may sleep: what is left waits */ }
  }

  move(change) {
    change();
    this.lead = 0;
    if (this.player.over) this.end();
    else if (this.running) this.begun(null);
    else this.still();
  }

  still() {
    this.exercise();
    for (const clip of this.clips) clip.pause();
    this.keep();
    this.draw();
  }

  // Pain and the end -------------------------------------------------------------------------

  hurts() {
    const { exercise } = this.player;
    const note = fill(this.words.hurt, { name: exercise.name });
    if (!this.player.hurt.includes(note)) this.player.hurt.push(note);
    this.player.hurting = this.player.id;
    this.halt();
    this.title(fill(this.words.stop, { name: exercise.name }));
    this.part("to-easier").hidden = !exercise.easier;
    this.part("to-easier").textContent = exercise.easier ? fill(this.words.easier, { name: this.plan.exercises[exercise.easier].name }) : "";
    this.part("to-next").hidden = this.player.last;
    const first = ["to-easier", "to-next", "to-end"].find((name) => !this.part(name).hidden);
    for (const name of ["to-next", "to-end"]) this.part(name).className = `btn btn-wide btn-${name === first ? "primary" : "quiet"}`;
    this.show("pain");
    this.part("title").focus();
  }

  after(change) {
    this.player.hurting = null;
    change();
    this.show("stage");
    this.resume(0);
    this.part("pause").focus();
  }

  back() {
    if (this.player.over) this.player.to(this.player.order.length - 1, 0);
    this.go(LEAD_S * 1000);
    if (this.running) this.part("pause").focus();
  }

  end() {
    this.halt();
    this.title(this.words.end);
    this.show("end");
    this.part("title").focus();
    const form = this.part("end").querySelector("form[data-diary]");
    const all = this.player.order.length;
    const done = form ? fillIn(form, this.player) : Object.keys(this.player.did).length;
    const line = this.part("end").querySelector("[data-done]");
    const minutes = Math.max(1, Math.round(this.player.spent / 60_000));
    (line.querySelector("span") ?? line).textContent = fill(this.words.done, { done, all, minutes });
    line.hidden = false;
    if (form) form.querySelector("[data-what]").hidden = done > 0;
    if (this.voice) speech.say(this.words.end);
  }

  keep() {
    try {
      localStorage.setItem(this.name, JSON.stringify(this.player.kept));
    } catch { /* it goes on for as long as the page is open */ }
  }
}

function clock(seconds) {
  return seconds < 100 ? String(seconds) : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export function play(page, plan, place, name) {
  return new Stage(page, plan, place, name);
}
