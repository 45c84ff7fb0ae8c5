// Lets the platform's own page keep one secret of a login, where no cookie can be kept
// (LTI Platform Storage). Speaks to the registered platform's origin and hears nobody else.
const PATIENCE = 2000;
const element = document.querySelector("[data-storage]");
const { storage, target, origin, key, value, next } = element.dataset;

function keeper() {
  const platform = window.parent !== window ? window.parent : window.opener;
  if (!platform || target === "_parent") {
    return platform;
  }
  return platform.frames[target] || null;
}

function ask(message) {
  return new Promise((resolve, reject) => {
    const frame = keeper();
    const id = crypto.randomUUID();
    const late = setTimeout(() => reject(new Error("timeout")), PATIENCE);
    window.addEventListener("message", (event) => {
      const said = event.data;
      if (event.origin !== origin || !said || said.message_id !== id) {
        return;
      }
      if (said.subject !== `${message.subject}.response`) {
        return;
      }
      clearTimeout(late);
      if (said.error) {
        reject(new Error("refused"));
      } else {
        resolve(said.value);
      }
    });
    frame.postMessage({ ...message, key, message_id: id }, origin);
  });
}

async function keep() {
  try {
    await ask({ subject: "lti.put_data", value });
    window.location.replace(next);
  } catch {
    element.hidden = true;
    document.querySelector("[data-otherwise]").hidden = false;
  }
}

async function bringBack() {
  try {
    element.elements.binding.value = (await ask({ subject: "lti.get_data" })) || "";
  } finally {
    element.submit();
  }
}

if (storage === "put") {
  keep();
} else {
  bringBack().catch(() => {});
}
