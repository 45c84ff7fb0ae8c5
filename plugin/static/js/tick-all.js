// A box above a list ticks or unticks all boxes of that name in its form.
for (const box of document.querySelectorAll("[data-tick-all]")) {
  const ticks = box.form.querySelectorAll(`input[name="${box.dataset.tickAll}"]`);
  box.addEventListener("change", () => {
    for (const tick of ticks) tick.checked = box.checked;
  });
  box.form.addEventListener("change", () => {
    const chosen = [...ticks].filter((tick) => tick.checked).length;
    box.checked = chosen === ticks.length;
    box.indeterminate = chosen > 0 && !box.checked;
  });
}
