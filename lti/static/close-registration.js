// Tells the platform that opened this page, and nobody else, that it may be closed.
const button = document.querySelector("[data-close-message]");
const platform = window.opener || window.parent;

if (platform && platform !== window) {
  button.hidden = false;
  button.addEventListener("click", () => {
    platform.postMessage(JSON.parse(button.dataset.closeMessage), button.dataset.closeOrigin);
  });
}
