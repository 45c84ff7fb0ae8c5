// The form of the diary. "All of it" brings the minutes of the plan along; what a session on this
// device did is filled in; either can be changed before it is saved.
const PREFIX = "columna-session:";

function minutesOf(form, minutes) {
  form.elements.minutes.value = minutes;
  form.elements.minutes.dataset.filled = minutes;
}

// What was filled in by the page goes when the answer changes; what was written stays.
function follow(form, did) {
  const { minutes } = form.elements;
  const own = minutes.value !== "" && minutes.value !== minutes.dataset.filled;
  if (!own) minutesOf(form, did === "all" ? form.dataset.plannedMinutes : "");
}

function numbers(form, id, done) {
  let other = false;
  for (const [number, value] of Object.entries(done)) {
    const field = form.elements[`did-${id}-${number}`];
    if (!field) continue;
    other ||= field.value !== String(value);
    field.value = value;
  }
  return other;
}

// Ticks what a session did, with its amounts and minutes; returns how many exercises that are.
export function fillIn(form, session) {
  let ticked = 0;
  for (const [id, done] of Object.entries(session.did)) {
    const box = form.querySelector(`input[name=exercises][value="${CSS.escape(id)}"]`);
    if (!box) continue;
    box.checked = true;
    ticked += 1;
    const amount = box.closest("label").nextElementSibling;
    if (numbers(form, id, done) && amount?.matches("details")) amount.open = true;
  }
  const todays = [...form.querySelectorAll("[data-today] input[name=exercises]")];
  const did = ticked === 0 ? "nothing" : todays.every((box) => box.checked) ? "all" : "part";
  for (const one of form.querySelectorAll("input[name=did]")) one.checked = one.value === did;
  minutesOf(form, ticked === 0 ? "" : Math.max(1, Math.round(session.spent / 60_000)));
  if (session.hurt.length > 0 && form.elements.note.value === "") {
    form.elements.note.value = session.hurt.join("\n");
    form.elements.note.closest("details").open = true;
  }
  return ticked;
}

function kept(form) {
  try {
    const owner = document.querySelector("[data-kept]").dataset.owner;
    const session = JSON.parse(localStorage.getItem(PREFIX + owner));
    return session?.day === form.dataset.diary && Object.keys(session.did).length > 0 ? session : null;
  } catch {
    return null;
  }
}

export function connect(form) {
  for (const one of form.querySelectorAll("input[name=did]")) {
    one.addEventListener("change", () => follow(form, one.value));
    if (one.checked && form.elements.minutes.value === "") follow(form, one.value);
  }
  // "No, nothing new" takes back what was ticked before.
  form.querySelector(".news input[value=no]").addEventListener("change", () => {
    for (const box of form.querySelectorAll(".news-list input[type=checkbox]")) box.checked = false;
  });
  form.querySelector("[data-change]").addEventListener("click", () => {
    form.querySelector("[data-done]").hidden = true;
    form.querySelector("[data-what]").hidden = false;
    form.querySelector("[name=did]:checked")?.focus();
  });
}

const form = document.querySelector("form[data-diary]");
if (form) {
  connect(form);
  // A form that comes back with its faults, or a day that is written, says itself what was done.
  if (form.hasAttribute("data-fresh")) {
    const session = kept(form);
    if (session) fillIn(form, session);
  }
}
