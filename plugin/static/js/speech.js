// Speaks with the browser's own voices, in the language of the page. On by choice, and the choice is
// remembered on this device. Where there is no voice for the language no switch is shown; where a
// film of the clinic speaks for itself the voice begins switched off.
const KEY = "columna-voice";
const LANGUAGE = document.documentElement.lang.toLowerCase();
const WANTED = LANGUAGE.startsWith("en") ? ["en"] : ["es-mx", "es-us", "es"];
const synthesis = window.speechSynthesis;

function found() {
  const voices = synthesis?.getVoices() ?? [];
  const tag = (voice) => voice.lang.toLowerCase().replace("_", "-");
  return WANTED.map((wanted) => voices.find((voice) => tag(voice).startsWith(wanted))).find(Boolean);
}

// Calls back once there is a voice: browsers may load theirs after the page.
export function whenThereIsAVoice(then) {
  if (found()) {
    then();
    return;
  }
  const late = () => {
    if (!found()) return;
    synthesis.removeEventListener("voiceschanged", late);
    then();
  };
  synthesis?.addEventListener?.("voiceschanged", late);
}

export function isWanted() {
  try {
    return localStorage.getItem(KEY) === "yes";
  } catch {
    return false;
  }
}

export function remember(wanted) {
  try {
    localStorage.setItem(KEY, wanted ? "yes" : "no");
  } catch { /* for this page only */ }
}

// Says a sentence in place of whatever is being said; resolves when it was said or cut off.
export function say(text) {
  const voice = found();
  if (!voice || !text) return Promise.resolve();
  synthesis.cancel();
  const words = new SpeechSynthesisUtterance(text);
  Object.assign(words, { voice, lang: voice.lang });
  return new Promise((resolve) => {
    words.addEventListener("end", resolve);
    words.addEventListener("error", resolve);
    synthesis.speak(words);
  });
}

export const hush = () => synthesis?.cancel();
