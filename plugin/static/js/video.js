// Remembers where a film was left and which parts were really played (seeking does not count).
// The page itself starts at the remembered place, so without this script nothing breaks.
const EVERY_S = 15;

function follow(film) {
  let played = [];
  let begun = null;
  let last = 0;
  let savedAt = 0;

  const close = () => {
    if (begun !== null && last > begun) played.push([begun, last]);
    begun = null;
  };
  const save = () => {
    close();
    if (!film.paused && !film.seeking) begun = last = film.currentTime;
    if (!Number.isFinite(film.duration) || (played.length === 0 && savedAt === film.currentTime)) return;
    const body = new FormData();
    body.append("csrf_token", film.dataset.token);
    body.append("position", film.currentTime.toFixed(1));
    body.append("duration", film.duration.toFixed(1));
    body.append("played", JSON.stringify(played.map((part) => part.map((s) => Number(s.toFixed(1))))));
    played = [];
    savedAt = film.currentTime;
    fetch(film.dataset.save, { method: "POST", body, keepalive: true, credentials: "same-origin" })
      .catch(() => {}); // no connection: the next save carries the place again
  };

  film.addEventListener("playing", () => { begun = last = film.currentTime; });
  film.addEventListener("timeupdate", () => {
    if (film.seeking) return;
    last = film.currentTime;
    if (Math.abs(last - savedAt) >= EVERY_S) save();
  });
  film.addEventListener("seeking", close);
  film.addEventListener("pause", save);
  film.addEventListener("ended", save);
  addEventListener("pagehide", save);
}

document.querySelectorAll("video[data-film]").forEach(follow);

// The speed of a film, and the wish to save data, stay on this device where it lets us keep them.
const kept = {
  get(name) { try { return localStorage.getItem(name); } catch { return null; } },
  set(name, value) { try { localStorage.setItem(name, value); } catch { /* for this page only */ } },
};

for (const choice of document.querySelectorAll("select[data-speed]")) {
  const film = document.querySelector("video[data-film]");
  choice.value = [...choice.options].some((each) => each.value === kept.get("columna-speed")) ? kept.get("columna-speed") : "1";
  const apply = () => { film.playbackRate = film.defaultPlaybackRate = Number(choice.value); };
  choice.addEventListener("change", () => { kept.set("columna-speed", choice.value); apply(); });
  apply();
}

// Exercise clips play by themselves where motion is welcome and data are not being saved.
const savesData = () => (kept.get("columna-saver") ?? (navigator.connection?.saveData ? "yes" : "no")) === "yes";
const saver = document.querySelector("input[data-saver]");
if (saver) {
  saver.checked = savesData();
  saver.addEventListener("change", () => {
    kept.set("columna-saver", saver.checked ? "yes" : "no");
    if (saver.checked) for (const clip of document.querySelectorAll("video[data-clip]")) clip.pause();
  });
}

// Plays the clips of a part of the page; returns whether they play by themselves.
export function playClips(within) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches || saver?.checked) return false;
  for (const clip of within.querySelectorAll("video[data-clip]")) clip.play().catch(() => {});
  return true;
}

playClips(document);
