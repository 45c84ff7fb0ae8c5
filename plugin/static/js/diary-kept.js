// A diary entry that cannot be sent is kept on this device and sent later, exactly once: the form's
// client key goes along every time, and the server takes a key once. An entry belongs to the
// participant who wrote it (an opaque mark in the page): nobody else on this device sees or sends
// it. After it was sent nothing stays; what others never sent is removed after seven days.
import { follow, post, tell } from "./sending.js";

const PREFIX = "columna-diary:";
const SESSION = "columna-session:"; // where a session of exercises is (js/session.js)
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;
const AGAIN_MS = 60_000;

const box = document.querySelector("[data-kept]");
const form = document.querySelector("form[data-diary]");

// Storage ------------------------------------------------------------------------------------
// A browser that blocks storage in frames throws on every touch of it.

function entries() {
  const found = [];
  try {
    for (const name of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
      const entry = parsed(localStorage.getItem(name));
      if (!entry || isOld(entry)) localStorage.removeItem(name);
      else found.push(entry);
    }
  } catch {
    return [];
  }
  return found.sort((a, b) => a.written_at.localeCompare(b.written_at));
}

// One's own is never removed unsent and unsaid: what is too old, or looks so by a wrong clock, is
// sent all the same, and refused in words.
function isOld(entry) {
  return entry.owner !== box.dataset.owner && Math.abs(Date.now() - Date.parse(entry.written_at)) > KEPT_MS;
}

function parsed(text) {
  try {
    const entry = JSON.parse(text);
    return entry.owner && entry.key && entry.day && Array.isArray(entry.fields) && entry.written_at ? entry : null;
  } catch {
    return null;
  }
}

const mine = () => entries().filter((entry) => entry.owner === box.dataset.owner);
const name = (entry) => `${PREFIX}${entry.owner}:${entry.key}`;

function keep(entry) {
  try {
    localStorage.setItem(name(entry), JSON.stringify(entry));
    return localStorage.getItem(name(entry)) !== null;
  } catch {
    return false;
  }
}

function drop(entry) {
  try {
    localStorage.removeItem(name(entry));
  } catch { /* it was never kept */ }
}

// Where a session was is nobody's but its owner's, and nothing of it stays once it is written down.
function dropSessions(which) {
  try {
    for (const each of Object.keys(localStorage).filter((one) => one.startsWith(SESSION) && which(one))) localStorage.removeItem(each);
  } catch { /* nothing was ever kept */ }
}

const isMine = (each) => each === SESSION + box.dataset.owner;

// Sending ------------------------------------------------------------------------------------

const address = (entry) => box.dataset.send.replace("DAY", entry.day);

async function send(entry, later) {
  const body = new FormData();
  for (const [field, value] of entry.fields) body.append(field, value);
  body.set("csrf_token", box.dataset.token);
  body.set("written_at", entry.written_at);
  body.set("sent_at", new Date().toISOString()); // a clock that is wrong is wrong in both
  if (later) body.set("kept", "yes");
  else body.set("saving_token", form.elements.saving_token?.value ?? "");
  const said = await post(address(entry), body);
  if (said.state !== "sent" || said.page || said.saved === entry.key) return said;
  return { state: "failing" }; // the key makes a repeat safe
}

// One tab at a time, where the browser can say so; without that the key alone keeps it single.
async function alone(work) {
  let begun = false;
  try {
    return await navigator.locks.request("columna-diary", () => { begun = true; return work(); });
  } catch (fault) {
    if (begun) throw fault;
    return work();
  }
}

async function sendAll() {
  const first = mine();
  if (first.length === 0) return;
  let look = null;
  const states = await alone(async () => {
    const seen = [];
    for (const entry of first) {
      if (!mine().some((each) => each.key === entry.key)) { // another tab has sent it
        seen.push("sent");
        continue;
      }
      const answer = entry.refused ? { state: "refused" } : await send(entry, true);
      if (answer.state === "sent") drop(entry);
      if (answer.state === "refused") keep({ ...entry, refused: true });
      if (answer.look) look = answer.next;
      seen.push(answer.state === "sent" && !answer.counts ? "overtaken" : answer.state);
      if (["waiting", "failing", "ended"].includes(answer.state)) break;
    }
    return seen;
  });
  if (look) location.assign(look);
  else say(["ended", "failing", "waiting", "refused", "overtaken", "sent"].find((state) => states.includes(state)));
}

// What the page says -------------------------------------------------------------------------

function say(state) {
  const said = box.querySelector(`template[data-state=${state}]`);
  const words = box.querySelector(`template[data-frame=${said.dataset.framed}]`).content.cloneNode(true);
  words.querySelector(".notice-body").append(said.content.cloneNode(true));
  const days = [...new Set(mine().map((entry) => entry.day))];
  const form = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeZone: "UTC" });
  const day = words.querySelector("[data-kept-days]");
  if (day) day.textContent = days.map((each) => form.format(new Date(`${each}T00:00:00Z`))).join("; ");
  words.querySelector("[data-kept-send]")?.addEventListener("click", (event) => {
    event.target.disabled = true;
    sendAll();
  });
  words.querySelector("[data-kept-open]")?.addEventListener("click", openRefused);
  words.querySelector("[data-kept-remove]")?.addEventListener("click", () => {
    for (const entry of mine().filter((each) => each.refused)) drop(entry);
    box.lastElementChild.replaceChildren();
  });
  box.lastElementChild.replaceChildren(words);
}

// A refused entry is sent once more as a plain form: its page says what is wrong.
function openRefused() {
  const entry = mine().find((each) => each.refused);
  if (!entry) return;
  const again = document.createElement("form");
  again.method = "post";
  again.action = address(entry);
  const fields = [...entry.fields, ["csrf_token", box.dataset.token], ["written_at", entry.written_at]];
  for (const [field, value] of fields) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: field, value });
    again.append(input);
  }
  document.body.append(again);
  again.submit();
}

// The form of the day ------------------------------------------------------------------------

async function submitted(event) {
  if (event.defaultPrevented) return;
  event.preventDefault();
  const fields = [...new FormData(form)].filter(([field]) => !["csrf_token", "saving_token"].includes(field));
  const entry = {
    owner: box.dataset.owner,
    key: form.elements.client_key.value,
    day: form.dataset.diary,
    written_at: new Date().toISOString(),
    fields,
  };
  const kept = keep(entry);
  const save = form.querySelector("button[type=submit]");
  save.disabled = true;
  const answer = await alone(() => send(entry, false));
  if (answer.state === "sent") {
    drop(entry);
    dropSessions(isMine);
    follow(answer);
    return;
  }
  save.disabled = false;
  delete form.dataset.sent;
  if (answer.state === "refused") {
    drop(entry);
    form.submit(); // the answer to the plain form says what is wrong
    return;
  }
  if (!kept) {
    tell(form, answer.state);
    return;
  }
  dropSessions(isMine);
  say(answer.state);
  form.hidden = true;
  box.scrollIntoView({ block: "center" });
}

if (box) {
  dropSessions((each) => !isMine(each));
  // An entry whose form is on the page again, with its faults, is not kept beside it.
  const shown = document.querySelector("#error-summary") && form?.elements.client_key.value;
  for (const entry of mine()) if (entry.key === shown) drop(entry);
  form?.addEventListener("submit", submitted);
  addEventListener("online", sendAll);
  setInterval(() => { if (!document.hidden) sendAll(); }, AGAIN_MS);
  sendAll();
}
