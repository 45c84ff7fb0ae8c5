// The first page of a session: starts it, or goes on where it was left on this device. What plays it
// is fetched with the start, so that the page is there at once; from then on no network is needed.
const page = document.querySelector("[data-session]");
const played = page?.querySelector("[data-played]");
const owner = document.querySelector("[data-kept]")?.dataset.owner ?? "";
const NAME = `columna-session:${owner}`;

// Where it was is one person's and one day's.
function kept(plan) {
  try {
    const place = JSON.parse(localStorage.getItem(NAME));
    if (place?.day === plan.day && place.order.length > 0) return place;
    localStorage.removeItem(NAME);
  } catch { /* nothing is kept here */ }
  return null;
}

function offer(plan, place) {
  const id = place.order[Math.min(place.at, place.order.length - 1)];
  const words = page.querySelector("[data-kept-place]");
  if (!plan.exercises[id]) return;
  words.textContent = plan.words.kept.replace("{place}", place.at + 1).replace("{all}", place.order.length).replace("{name}", plan.exercises[id].name);
  words.hidden = false;
  page.querySelector("[data-begin] span").textContent = plan.words.go_on;
  page.querySelector("[data-again]").hidden = false;
}

async function begin(plan, place) {
  const buttons = page.querySelectorAll("[data-begin], [data-again]");
  for (const button of buttons) button.disabled = true;
  try {
    const { play } = await import("./session-stage.js");
    play(page, plan, place, NAME);
  } catch {
    page.querySelector("[data-trouble]").textContent = plan.words.offline;
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

if (played) {
  const plan = JSON.parse(played.textContent);
  const place = kept(plan);
  if (place) offer(plan, place);
  page.querySelector("[data-begin]").addEventListener("click", () => begin(plan, kept(plan)));
  page.querySelector("[data-again]").addEventListener("click", () => begin(plan, null));
}
