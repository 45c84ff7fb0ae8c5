// Reads a page aloud with the browser's own voice, sentence by sentence, the one that is read being
// marked; of a film without sound the captions as they come. page.js fetches this where there is a voice.
import * as speech from "./speech.js";

const BLOCKS = "p, li, dt, dd, h2, h3, td, th, summary";
const MARK = "read-aloud";
const sentences = new Intl.Segmenter(document.documentElement.lang, { granularity: "sentence" });

// What is read: every block of the parts marked for it that can be seen, one sentence a range.
function ranges() {
  const blocks = [...document.querySelectorAll("[data-read-aloud]")].flatMap((part) => [...part.querySelectorAll(BLOCKS)]);
  const read = (block) => !block.querySelector(BLOCKS) && !block.closest("[aria-hidden=true]") && block.checkVisibility();
  return blocks.filter(read).flatMap(ofBlock);
}

function ofBlock(block) {
  const texts = [];
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  for (let at = 0, node = walker.nextNode(); node; at += node.length, node = walker.nextNode()) texts.push([node, at]);
  const whole = texts.map(([node]) => node.data).join("");
  const place = (offset) => {
    const [node, at] = texts.findLast(([, start]) => start <= offset);
    return [node, offset - at];
  };
  return [...sentences.segment(whole)].filter(({ segment }) => /[\p{L}\p{N}]/u.test(segment)).map(({ index, segment }) => {
    const range = new Range();
    range.setStart(...place(index));
    range.setEnd(...place(index + segment.trimEnd().length));
    return range;
  });
}

function mark(range) {
  document.querySelector(`.${MARK}`)?.classList.remove(MARK);
  window.CSS.highlights?.delete(MARK);
  if (!range) return;
  const block = range.startContainer.parentElement.closest(BLOCKS);
  if (window.CSS.highlights) window.CSS.highlights.set(MARK, new Highlight(range));
  else block.classList.add(MARK);
  block.scrollIntoView({ block: "nearest" });
}

class Reader {
  constructor(button) {
    Object.assign(this, { button, at: 0, reading: false });
    button.addEventListener("click", () => (this.reading ? this.stop() : this.read()));
    addEventListener("pagehide", () => this.stop());
  }

  say() { this.button.querySelector("span").textContent = this.reading ? this.button.dataset.stop : this.button.dataset.read; }

  // From where it was stopped; after the last sentence from the first again.
  async read() {
    this.reading = true;
    this.say();
    for (const all = ranges(); this.reading && this.at < all.length; this.at += this.reading ? 1 : 0) {
      mark(all[this.at]);
      await speech.say(all[this.at].toString().replace(/\s+/g, " ").trim());
    }
    if (this.reading) this.at = 0;
    this.stop();
  }

  stop() {
    if (this.reading) speech.hush();
    this.reading = false;
    mark(null);
    this.say();
  }
}

// The film waits where a sentence takes longer to say than it is shown.
function readCaptions(film, box) {
  const track = film.textTracks[0];
  if (!track) return;
  let speaking = null;
  let waits = false;
  const choose = () => {
    speech.remember(box.checked);
    if (box.checked && track.mode === "disabled") track.mode = "hidden";
    if (!box.checked) speech.hush();
  };
  track.addEventListener("cuechange", async () => {
    const text = [...track.activeCues].map((cue) => cue.text.replace(/<[^>]+>/g, "")).join(" ");
    if (!box.checked || film.paused || !text) return;
    if (speaking) {
      waits = true;
      film.pause();
      await speaking;
      waits = false;
      film.play();
    }
    const said = speech.say(text).then(() => { if (speaking === said) speaking = null; });
    speaking = said;
  });
  film.addEventListener("pause", () => { if (!waits && !film.ended) speech.hush(); });
  box.addEventListener("change", choose);
  box.checked = speech.isWanted();
  if (box.checked) choose();
  box.closest("[hidden]").hidden = false;
}

speech.whenThereIsAVoice(() => {
  for (const button of document.querySelectorAll("[data-reader]")) {
    new Reader(button);
    button.closest("[hidden]").hidden = false;
  }
  for (const box of document.querySelectorAll("[data-film-voice]")) readCaptions(document.querySelector("video[data-film]"), box);
});
