// Entering a form: inside a question the keys of its answers (0 to 9) choose one and go on to the
// next question. Keys count only while a question has the focus, so none is taken from the page.
const questions = [...document.querySelectorAll("[data-entry] [data-question]")];

function goOn(from) {
  const next = questions[questions.indexOf(from) + 1];
  const target = next
    ? next.querySelector("input:checked") ?? next.querySelector("input")
    : from.closest("form").querySelector("[type=submit]:not([form])");
  target?.focus();
  (next ?? target)?.scrollIntoView({ block: "center" });
}

for (const question of questions) {
  question.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("select, textarea")) return;
    if (!/^[0-9]$/.test(event.key)) return;
    const answer = question.querySelector(`input[type=radio][value="${event.key}"]`);
    if (!answer) return;
    event.preventDefault();
    answer.checked = true;
    answer.dispatchEvent(new Event("change", { bubbles: true }));
    goOn(question);
  });
}
