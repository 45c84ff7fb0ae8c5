// One tap goes into the live session and notes that one did; without this script the form leads to
// a page with the link.
for (const form of document.querySelectorAll("form[data-live]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    delete form.dataset.sent;
    const body = new FormData(form);
    fetch(form.action, { method: "POST", body, keepalive: true, credentials: "same-origin" })
      .catch(() => {}); // the team confirms who was there; going in matters more
    window.open(form.dataset.live, "_blank", "noopener,noreferrer");
  });
}
