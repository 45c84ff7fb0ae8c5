// The tool's registration page says that it is done; only its own origin is believed.
const frame = document.getElementById("registration");
window.addEventListener("message", (event) => {
  const closes = event.data && event.data.subject === "org.imsglobal.lti.close";
  if (closes && event.origin === frame.dataset.toolOrigin && event.source === frame.contentWindow) {
    window.location.assign(frame.dataset.done);
  }
});
