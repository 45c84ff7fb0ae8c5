// Pain line 0-100 mm above a number field. The number field is what the form sends: an untouched
// line leaves it empty, and an empty field is a missing answer.
const label = (line, value) => line.dataset.unit.replace("{0}", value);

function show(vas, line, value) {
  const empty = value === "";
  vas.querySelector(".vas-line").classList.toggle("vas-untouched", empty);
  line.setAttribute("aria-valuetext", empty ? line.dataset.empty : label(line, value));
}

function connect(vas) {
  const line = vas.querySelector("[data-vas-line]");
  const number = vas.querySelector("[data-vas-number]");
  const answer = () => {
    number.value = line.value;
    show(vas, line, line.value);
    number.dispatchEvent(new Event("change", { bubbles: true }));
  };
  line.addEventListener("input", answer);
  // A tap exactly where the hidden thumb lies changes nothing and so fires no "input".
  line.addEventListener("pointerup", answer);
  number.addEventListener("input", () => {
    const usable = number.value !== "" && number.checkValidity();
    if (usable) line.value = number.value;
    show(vas, line, usable ? number.value : "");
  });
  vas.querySelector("[data-vas-clear]").addEventListener("click", () => {
    number.value = "";
    line.value = 50;
    show(vas, line, "");
    number.focus();
  });
  show(vas, line, number.value);
}

document.querySelectorAll("[data-vas]").forEach(connect);
