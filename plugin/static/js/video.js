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

// Exercise clips play by themselves where motion is welcome and data are not being saved.
const still = matchMedia("(prefers-reduced-motion: reduce)").matches || navigator.connection?.saveData;
if (!still) for (const clip of document.querySelectorAll("video[data-clip]")) clip.play().catch(() => {});
