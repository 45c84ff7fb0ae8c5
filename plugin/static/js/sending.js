// Sends forms of the patient so that nothing written is lost: the page is left only for an answer.
// Whatever went wrong is told by its true cause, and the form stays as it was filled in.
const PATIENCE_MS = 20_000;

// What came of it: sent (with `next` or `page`), refused, ended, failing (the course), waiting (no
// network, or the answer was lost).
export async function post(address, body) {
  try {
    const answer = await fetch(address, {
      method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.ok) return await read(answer);
    if (answer.status === 400 || answer.status === 401) return { state: "ended" };
    const passing = answer.status >= 500 || answer.status === 408 || answer.status === 429;
    return { state: passing ? "failing" : "refused" };
  } catch {
    return { state: "waiting" };
  }
}

// A page in place of data shows the form again; sent plainly, the form leads to it.
async function read(answer) {
  if (!answer.headers.get("Content-Type")?.includes("json")) return { state: "refused" };
  return { state: "sent", ...await answer.json() };
}

export function follow(said) {
  if (!said.page) {
    location.assign(said.next);
    return;
  }
  document.open();
  document.write(said.page);
  document.close();
}

export function tell(form, state) {
  const box = form.querySelector("[data-sending]");
  box.lastElementChild.replaceChildren(box.querySelector(`template[data-state=${state}]`).content.cloneNode(true));
  box.scrollIntoView({ block: "center" });
}

// The button that was pressed may say something (Go on later).
function withButton(form, button) {
  if (!button?.name) return;
  const said = document.createElement("input");
  Object.assign(said, { type: "hidden", name: button.name, value: button.value });
  form.append(said);
}

async function submitted(event) {
  if (event.defaultPrevented) return;
  event.preventDefault();
  const form = event.target;
  const said = await post(form.action, new FormData(form, event.submitter));
  if (said.state === "sent") follow(said);
  else if (said.state === "refused") {
    withButton(form, event.submitter);
    form.submit(); // the answer to the plain form says what is wrong
  } else {
    delete form.dataset.sent;
    tell(form, said.state);
  }
}

for (const form of document.querySelectorAll("form[data-sends]")) form.addEventListener("submit", submitted);
