// A hundred cases by keyboard: each key is also a button or a panel, which do the work.
"use strict";

function isTyping(target) {
  return Boolean(target.closest("input:not([type=hidden]), textarea, select, [contenteditable]"));
}

function closePanels(except) {
  for (const panel of document.querySelectorAll("details.review-panel[open]")) {
    if (panel !== except) panel.open = false;
  }
}

// A panel opens with the cursor in its first field.
function openPanel(panel) {
  closePanels(panel);
  panel.open = true;
  const first = panel.querySelector("form :is(input:not([type=hidden]), select, textarea)");
  (first || panel.querySelector("form button")).focus();
  panel.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const form = target.closest("form");
  if (key === "Escape") {
    const panel = target.closest("details.review-panel");
    closePanels(null);
    if (panel) panel.querySelector("summary").focus();
    return;
  }
  if (key === "Enter" && event.ctrlKey && form) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(key.toLowerCase())}"]`);
  if (!wanted) return;
  event.preventDefault();
  const panel = wanted.closest("details.review-panel");
  if (panel) openPanel(panel);
  else wanted.click();
});

// Opened by the mouse, a panel does the same; only one is open.
for (const summary of document.querySelectorAll("details.review-panel > summary")) {
  summary.addEventListener("click", (event) => {
    event.preventDefault();
    const panel = summary.parentElement;
    if (panel.open) panel.open = false;
    else openPanel(panel);
  });
}

// Sent once: a second press of the key changes nothing.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) delete form.dataset.sent;
});
