// Keeps things for tools, each tool's apart (LTI Platform Storage 1.0).
const kept = new Map();

window.addEventListener("message", (event) => {
  const { subject, message_id, key, value } = event.data || {};
  if (subject !== "lti.put_data" && subject !== "lti.get_data") {
    return;
  }
  const place = `${event.origin} ${key}`;
  if (subject === "lti.put_data") {
    kept.set(place, value);
  }
  const answer = { subject: `${subject}.response`, message_id, key, value: kept.get(place) };
  event.source.postMessage(answer, event.origin);
});
