// Pain line 0-100 mm above a number field. The number field is what the form sends: an untouched
// line leaves it empty, and an empty field is a missing answer.
function show(vas, line, value) {
  const empty = value === "";
  vas.querySelector(".vas-line").classList.toggle("vas-untouched", empty);
  line.setAttribute("aria-valuetext", empty ? line.dataset.empty : line.dataset.unit.replace("{0}", value));
}

function note(vas, mode) {
  const field = vas.querySelector("[data-vas-mode]");
  if (field) field.value = mode;
}

function connect(vas) {
  const line = vas.querySelector("[data-vas-line]");
  const number = vas.querySelector("[data-vas-number]");
  const width = vas.querySelector("[data-vas-width]");
  if (width) width.value = document.documentElement.clientWidth;
  let pointed = false;
  const answer = () => {
    number.value = line.value;
    note(vas, pointed ? "pointer" : "keyboard");
    show(vas, line, line.value);
  };
  line.addEventListener("pointerdown", () => { pointed = true; });
  line.addEventListener("keydown", () => { pointed = false; });
  line.addEventListener("input", answer);
  // A tap exactly where the hidden thumb lies changes nothing and so fires no "input".
  line.addEventListener("pointerup", answer);
  line.addEventListener("click", answer);
  number.addEventListener("input", () => {
    const usable = number.value !== "" && number.checkValidity();
    if (usable) line.value = number.value;
    note(vas, "number");
    show(vas, line, usable ? number.value : "");
  });
  vas.querySelector("[data-vas-clear]").addEventListener("click", () => {
    number.value = "";
    line.value = line.max / 2;
    show(vas, line, "");
    number.focus();
  });
  show(vas, line, number.value);
  vas.classList.add("vas-ready");
}

document.querySelectorAll("[data-vas]").forEach(connect);
