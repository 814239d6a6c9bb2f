// The little that HTML cannot do alone; every page works without it.
"use strict";

// "/" goes to the search, unless something is being typed.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const search = document.getElementById("recherche");
  if (event.key === "/" && !typing && search && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
    search.select();
  }
  if (event.key === "Escape") closeMenus(null);
});

// An open menu closes when the person goes elsewhere.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu === except) continue;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

// A table wider than its frame is scrolled by the arrow keys, and says which table it is.
function offerScrolling() {
  for (const frame of document.querySelectorAll(".table-scroll:not([tabindex])")) {
    if (frame.scrollWidth <= frame.clientWidth) continue;
    const name = frame.querySelector("caption") || headingBefore(frame) || document.querySelector("h1");
    frame.tabIndex = 0;
    frame.setAttribute("role", "region");
    frame.setAttribute("aria-label", name.textContent.trim());
  }
}
function headingBefore(frame) {
  const headings = [...document.querySelectorAll("main h2, main legend")];
  return headings.findLast?.((heading) => heading.compareDocumentPosition(frame) & Node.DOCUMENT_POSITION_FOLLOWING);
}
addEventListener("resize", offerScrolling);
document.addEventListener("htmx:afterSettle", offerScrolling);
offerScrolling();

// A file that weighs too much is told before it is sent over a slow line.
document.addEventListener("change", (event) => {
  const { mostBytes, tooHeavy } = event.target.dataset;
  if (!mostBytes) return;
  const isTooHeavy = [...event.target.files].some((file) => file.size > mostBytes);
  event.target.setCustomValidity(isTooHeavy ? tooHeavy : "");
  event.target.reportValidity();
});

// Errors of a form are read out first.
const errors = document.getElementById("erreurs");
if (errors) errors.focus();

// A form that is refused comes back with its errors. A list or a bar that answers with another
// page (the session has ended), or with an error, becomes that page.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (requestConfig.verb !== "get") {
    event.detail.shouldSwap = xhr.status < 400 || xhr.status === 422;
    return;
  }
  const asked = new URL(requestConfig.path, location.href);
  const answered = new URL(xhr.responseURL || asked, location.href);
  if (xhr.status < 400 && asked.pathname === answered.pathname) return;
  event.detail.shouldSwap = false;
  location.assign(xhr.status < 400 ? answered : location.pathname + asked.search);
});
document.addEventListener("htmx:sendError", () => {
  const messages = document.getElementById("messages");
  messages.innerHTML = "";
  const line = document.createElement("p");
  line.className = "alert alert-warning";
  line.setAttribute("role", "alert");
  line.textContent = "La connexion ne répond pas. Réessayez dans un instant.";
  messages.append(line);
});
