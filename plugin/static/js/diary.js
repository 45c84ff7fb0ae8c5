// "I did all of them" ticks every exercise of the day at once.
const all = document.querySelector("[data-tick-all]");
all?.addEventListener("click", () => {
  for (const box of document.querySelectorAll("[data-today] input[type=checkbox]")) box.checked = true;
  document.querySelector("#minutes")?.focus();
});

// "No, nothing new" takes back what was ticked before.
document.querySelector(".news input[value=no]")?.addEventListener("change", () => {
  for (const box of document.querySelectorAll(".news-list input[type=checkbox]")) box.checked = false;
});
