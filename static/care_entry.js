// Typing a pile of attestations without a mouse; without this the same form has its buttons.
"use strict";

const form = document.getElementById("saisie");
const lines = document.getElementById("lignes");
const next = document.getElementById("suivante");
const fields = () => [...form.querySelectorAll("input:not([type=hidden]), select")].filter((field) => !field.disabled && field.offsetParent && !field.closest("details:not([open])"));

// One more line, like the last, empty.
function addLine() {
  const last = lines.rows[lines.rows.length - 1];
  const number = lines.rows.length + 1;
  const row = last.cloneNode(true);
  row.cells[0].textContent = number;
  for (const error of row.querySelectorAll(".invalid-feedback")) error.remove();
  for (const field of row.querySelectorAll("input")) {
    field.name = field.name.replace(/^lines\.\d+\./, `lines.${number}.`);
    field.id = `id_${field.name}`;
    field.value = "";
    field.setAttribute("aria-label", field.getAttribute("aria-label").replace(/\d+/, number));
  }
  lines.append(row);
  htmx.process(row);
  return row;
}

function follow(field) {
  const row = field.closest("#lignes tr");
  if (row && !field.value && field.name.endsWith(".act")) {
    document.getElementById("id_told_total_francs").focus();
    return;
  }
  const shown = row ? fields().filter((one) => row.contains(one)) : [];
  if (row && row === lines.rows[lines.rows.length - 1] && field === shown[shown.length - 1]) {
    addLine().querySelector("input").focus();
    return;
  }
  const all = fields();
  const after = all[all.indexOf(field) + 1];
  if (after) {
    after.focus();
    if (after.select) after.select();
  } else next.focus();
}

if (form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      form.requestSubmit(next);
    } else if (event.target.matches("input, select")) {
      event.preventDefault();
      follow(event.target);
    }
  });
  const more = form.querySelector("[name=more]");
  more.addEventListener("click", (event) => {
    event.preventDefault();
    addLine().querySelector("input").focus();
  });
  // The stub is proposed: the first thing to type is when the care was given, unless errors wait.
  if (!document.getElementById("erreurs")) document.getElementById("id_stub").focus();
}
