// Keeps today's pages and clips on this device, by choice and until the session is over; then
// js/offline-worker.js shows them without a network. What is kept is one person's: page.js removes it
// when somebody else comes. In a new session of the same person their pages are fetched anew.
const PREFIX = "columna-offline:";
const ABOUT = "/offline-about";
const WORKER = new URL("./offline-worker.js", import.meta.url);
const OPENING = "/open";

const launch = location.pathname.match(/^\/t\/[^/]+\//)?.[0];
const name = () => PREFIX + document.documentElement.dataset.person;

// How long the session lasts is told in seconds: the clock of a device may be wrong.
function planIn(page) {
  const plan = JSON.parse(page.querySelector("[data-offline-plan]")?.textContent ?? "null");
  return plan && { ...plan, until: Date.now() + plan.lasts * 1000 };
}

// What is there ---------------------------------------------------------------------------------

async function about() {
  return await caches.has(name()) ? (await (await caches.open(name())).match(ABOUT))?.json() : undefined;
}

// The files this browser plays: of a film in two forms one is enough.
function files(plan) {
  const plays = (kind) => document.createElement("video").canPlayType(`video/${kind}`) !== "";
  return plan.films.flatMap((film) => {
    const kind = ["mp4", "webm"].find((each) => film[each] && plays(each));
    return [kind, "captions", "poster"].flatMap((each) => film[each] ?? []);
  });
}

async function missing(plan) {
  if (!await caches.has(name())) return files(plan);
  const keys = (await (await caches.open(name())).keys()).map((each) => new URL(each.url).pathname);
  return files(plan).filter((file) => !keys.includes(file.key));
}

// Keeping and removing --------------------------------------------------------------------------

async function keepOne(cache, address, key) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected && key === address) throw new Error(key);
  await cache.put(key, answer);
}

async function keepPages(plan) {
  const cache = await caches.open(name());
  const wanted = [...plan.pages, ...plan.assets, OPENING];
  const stays = [ABOUT, ...wanted, ...files(plan).map((file) => file.key)];
  for (const old of await cache.keys()) {
    if (!stays.includes(new URL(old.url).pathname)) await cache.delete(old);
  }
  for (const address of wanted) await keepOne(cache, address, address);
  await cache.put(ABOUT, Response.json({ until: plan.until, launch, home: plan.pages[0], instead: plan.instead }));
  for (const scope of [launch, OPENING]) await navigator.serviceWorker.register(WORKER, { scope });
}

async function keep(plan, tell) {
  await keepPages(plan);
  const cache = await caches.open(name());
  const left = await missing(plan);
  const all = bytes(left);
  let done = 0;
  for (const file of left) {
    await keepOne(cache, file.address, file.key);
    done += file.bytes;
    tell(done / all);
  }
}

async function remove() {
  await caches.delete(name());
  for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister();
}

// A new session of a person who keeps: their pages, and no film without being asked.
export async function again(session) {
  const answer = await fetch(session, { credentials: "same-origin" });
  const plan = answer.ok ? planIn(new DOMParser().parseFromString(await answer.text(), "text/html")) : null;
  if (plan) await keepPages(plan);
  else await remove();
}

// The card --------------------------------------------------------------------------------------

const bytes = (list) => list.reduce((sum, file) => sum + file.bytes, 0);

class Card {
  constructor(box, plan) {
    Object.assign(this, { box, plan });
    this.on("keep", () => this.keep());
    this.on("remove", () => remove().then(() => this.show()));
  }

  part(which) { return this.box.querySelector(`[data-offline-${which}]`); }

  on(which, work) { this.part(which).addEventListener("click", work); }

  async show(trouble = false) {
    const [now, left] = [await about(), await missing(this.plan)];
    const lang = document.documentElement.lang;
    const time = new Intl.DateTimeFormat(lang, { timeStyle: "short", hourCycle: "h23" }).format(new Date(this.plan.until));
    const size = new Intl.NumberFormat(lang, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 }).format(bytes(left) / 1_000_000);
    for (const each of this.box.querySelectorAll("[data-offline-time]")) each.textContent = time;
    for (const each of this.box.querySelectorAll("[data-offline-size]")) each.textContent = size;
    this.part("offer").hidden = Boolean(now);
    this.part("kept").hidden = !now;
    this.part("more").hidden = !now || left.length === 0;
    this.part("keep").hidden = Boolean(now) && left.length === 0;
    this.part("remove").hidden = !now;
    this.part("trouble").hidden = !trouble;
    this.box.hidden = false;
  }

  elsewhere() {
    if (window.top === window) return; // no frame is in the way: this browser keeps nothing at all
    for (const which of ["offer", "kept", "keep", "remove"]) this.part(which).hidden = true;
    this.part("framed").hidden = false;
    this.box.hidden = false;
  }

  async keep() {
    const [button, bar] = [this.part("keep"), this.part("bar")];
    button.disabled = true;
    bar.hidden = false;
    let trouble = false;
    try {
      await keep(this.plan, (share) => { bar.value = share; });
    } catch {
      trouble = true;
      if (!await about()) await remove(); // half of it is nothing
    }
    button.disabled = false;
    bar.hidden = true;
    await this.show(trouble);
    if (!trouble) this.box.focus();
  }
}

const box = document.querySelector("[data-offline]");
if (box && navigator.serviceWorker) {
  // A browser that blocks storage in frames throws: then it is said where it can be kept.
  const card = new Card(box, planIn(document));
  card.show().catch(() => card.elsewhere());
}
