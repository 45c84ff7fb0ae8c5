// The page that an icon on the home screen opens: on to what is kept on this device while it may be
// shown (js/offline.js); what is over is removed.
const PREFIX = "columna-offline:";

async function look() {
  for (const name of (await caches.keys()).filter((each) => each.startsWith(PREFIX))) {
    const about = await (await (await caches.open(name)).match("/offline-about"))?.json();
    if (!about || Date.now() >= about.until) await caches.delete(name);
    else {
      const link = document.querySelector("[data-go-on]");
      link.href = about.home;
      link.closest("[hidden]").hidden = false;
    }
  }
}

look().catch(() => {}); // a browser that blocks storage has kept nothing
