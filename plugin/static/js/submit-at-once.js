// Sends a form that needs no decision any more; without this script its button does.
document.querySelector("form[data-submit-at-once]")?.submit();
