// Every page: says that scripts run (so that controls which need one appear) and, after a form
// came back with errors, takes the reader to the list of them.
document.documentElement.classList.add("scripted");

document.querySelector("#error-summary")?.focus();

// A form sent twice by an impatient finger is sent once.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// What somebody kept on this device for use without a network (js/offline.js) goes as soon as
// another person's page is open here; of the same person's earlier session, its pages.
const { person } = document.documentElement.dataset;
const launch = location.pathname.match(/^\/t\/[^/]+\//)?.[0];

// A page that was kept shows the same form each time it is opened; what is written in it is new.
if (person && crypto.randomUUID && !document.querySelector("#error-summary")) {
  for (const key of document.querySelectorAll("[name=client_key]")) key.value = crypto.randomUUID();
}

async function putAwayOthers() {
  const names = (await caches.keys()).filter((name) => name.startsWith("columna-offline:"));
  const own = names.includes(`columna-offline:${person}`);
  await Promise.all(names.filter((name) => name !== `columna-offline:${person}`).map((name) => caches.delete(name)));
  let here = false;
  for (const each of await navigator.serviceWorker.getRegistrations()) {
    const scope = new URL(each.scope).pathname;
    if (own && scope === launch) here = true;
    if (!own || scope.startsWith("/t/") && scope !== launch) await each.unregister();
  }
  if (own && !here) await (await import("./offline.js")).again(`${launch}exercises/session`);
}

if (person !== undefined && launch && navigator.serviceWorker) {
  putAwayOthers().catch(() => {}); // a browser that blocks storage in frames has kept nothing
}

// What reads aloud is fetched where the browser has voices; it shows its switches where one is found.
const voices = window.speechSynthesis;
let fetched = false;

function readAloud() {
  if (fetched || voices.getVoices().length === 0) return;
  fetched = true;
  import("./read-aloud.js").catch(() => { fetched = false; });
}

if (voices && document.querySelector("[data-reader], [data-film-voice]")) {
  addEventListener("load", readAloud);
  voices.addEventListener?.("voiceschanged", readAloud);
}
