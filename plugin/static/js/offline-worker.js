// Answers below its own scope when there is no network, with what was kept there by choice
// (js/offline.js) and nothing else. It keeps nothing by itself, and when the session is over it ends.
const SCOPE = new URL(self.registration.scope).pathname;
const PREFIX = "columna-offline:";
const ABOUT = "/offline-about"; // until when, and what to show in place of a page that is not kept
const PATIENCE_MS = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (pathname.startsWith(SCOPE)) event.respondWith(page(request, pathname));
  } else if (pathname.startsWith("/assets/") || isFilm(pathname)) event.respondWith(part(request, pathname));
});

const isFilm = (path) => /^(\/films\/[^/]+)?\/t\/[^/]+\/(own-)?media\//.test(path);

// A film is kept under one name, whatever grant or launch its address has.
const keyOf = (path) => (isFilm(path) ? path.replace(/^.*?\/t\/[^/]+/, "") : path);

async function kept() {
  for (const name of await self.caches.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    const cache = await self.caches.open(name);
    const about = await (await cache.match(ABOUT))?.json();
    if (!about) continue; // it is being put together
    if (Date.now() < about.until) return { cache, about };
    await end();
  }
  return null;
}

async function end() {
  const names = await self.caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX)).map((name) => self.caches.delete(name)));
  await self.registration.unregister();
}

// The network first: what is kept is shown when it does not answer, or not in time.
async function page(request, path) {
  const here = await kept();
  const stored = await here?.cache.match(path);
  const asked = fetch(request).then(async (answer) => {
    if (answer.status === 401) await end();
    if (answer.ok && stored && !new URL(request.url).search) await here.cache.put(path, answer.clone());
    return answer;
  });
  try {
    const answer = await (stored ? Promise.race([asked, late()]) : asked);
    return answer.status >= 500 && stored ? stored : answer;
  } catch {
    return stored ?? (here && await here.cache.match(here.about.instead)) ?? Response.error();
  }
}

const late = () => new Promise((_, reject) => { setTimeout(reject, PATIENCE_MS); });

async function part(request, path) {
  const stored = await (await kept())?.cache.match(keyOf(path));
  if (!stored) return fetch(request);
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("range") ?? "");
  return range ? piece(stored, Number(range[1]), range[2]) : stored;
}

// A player asks for a film in pieces (RFC 9110, section 14).
async function piece(stored, from, upTo) {
  const whole = await stored.blob();
  const last = Math.min(upTo === "" ? whole.size - 1 : Number(upTo), whole.size - 1);
  if (from > last) return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${whole.size}` } });
  return new Response(whole.slice(from, last + 1), {
    status: 206,
    headers: {
      "Content-Type": stored.headers.get("Content-Type"),
      "Content-Length": String(last + 1 - from),
      "Content-Range": `bytes ${from}-${last}/${whole.size}`,
    },
  });
}
