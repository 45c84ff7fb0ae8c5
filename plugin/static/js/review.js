// The review queue by keyboard: Alt + arrow keys go to the next or previous diary, Alt + R goes to the
// box of the reply, Ctrl + Enter sends.
const pager = document.querySelector("[data-pager]");
const reply = document.querySelector("[data-reply]");
document.addEventListener("keydown", (event) => {
  const way = { ArrowDown: "next", ArrowUp: "prev" }[event.key];
  if (event.altKey && way) {
    const link = pager?.querySelector(`[rel=${way}]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
  } else if (event.altKey && event.code === "KeyR") {
    event.preventDefault();
    reply.querySelector("textarea").focus();
  } else if (event.ctrlKey && event.key === "Enter" && reply?.contains(document.activeElement)) {
    event.preventDefault();
    reply.requestSubmit(reply.querySelector("[name=action][value=send]"));
  }
});
