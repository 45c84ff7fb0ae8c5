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
