// Looks again while something is being made, and puts in place only what has changed.

const EVERY_MS = 2000;

async function look(region) {
  const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) {
    window.location.reload();
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-look-again]");
  if (!fresh) {
    window.location.reload();
    return;
  }
  const [now, then] = [region.firstElementChild, fresh.firstElementChild];
  if (now.innerHTML !== then.innerHTML) {
    now.innerHTML = then.innerHTML;
  }
  region.dataset.lookAgain = fresh.dataset.lookAgain;
}

async function follow(region) {
  while (region.dataset.lookAgain === "yes") {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    try {
      await look(region);
    } catch {
      // No connection just now: the next round asks again.
    }
  }
}

document.querySelectorAll("[data-look-again]").forEach(follow);
