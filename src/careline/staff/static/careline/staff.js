// Progressive enhancement only: every page works without this file.
"use strict";

// 3GPP 23.038: the default alphabet and the characters that take an escape.
const GSM = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const ESCAPED = new Set("\f^{}\\[~]|€");

function countParts(text) {
  let septets = 0;
  for (const character of text) {
    if (GSM.has(character)) septets += 1;
    else if (ESCAPED.has(character)) septets += 2;
    else return text.length <= 70 ? [1, text.length] : [Math.ceil(text.length / 67), text.length];
  }
  return septets <= 160 ? [1, septets] : [Math.ceil(septets / 153), septets];
}

for (const area of document.querySelectorAll("textarea[data-parts]")) {
  const count = document.getElementById(area.dataset.parts);
  const show = () => {
    const [parts, length] = countParts(area.value);
    count.textContent = count.dataset.template.replace("%parts%", parts).replace("%length%", length);
    count.classList.toggle("over", parts > Number(count.dataset.most));
  };
  area.addEventListener("input", show);
  show();
}

for (const form of document.querySelectorAll("form[data-filters]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// On a phone rooms and tabs are rows that scroll: where one is must be seen, without moving the page.
for (const here of document.querySelectorAll(".bar nav [aria-current], .tabs [aria-current]")) {
  const row = here.parentElement;
  row.scrollLeft = Math.max(0, here.offsetLeft - row.offsetLeft - (row.clientWidth - here.offsetWidth) / 2);
}

const sheet = document.getElementById("shortcuts");
let goes = 0;
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?" && sheet) {
    event.preventDefault();
    sheet.open ? sheet.close() : sheet.showModal();
  } else if (event.key === "/") {
    const search = document.querySelector("input[type=search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  } else if (event.key === "g") {
    goes = Date.now();
  } else if (Date.now() - goes < 1500) {
    const link = document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
    goes = 0;
    if (link) link.click();
  }
});
document.getElementById("open-shortcuts")?.addEventListener("click", () => sheet.showModal());

// Recordings: a file may be dropped on its field, and a long upload shows how far it is.
for (const form of document.querySelectorAll("form[data-upload]")) {
  const field = form.querySelector(".drop"), file = field.querySelector("input[type=file]"), bar = form.querySelector("progress");
  for (const name of ["dragover", "dragenter"]) field.addEventListener(name, (event) => { event.preventDefault(); field.classList.add("over"); });
  for (const name of ["dragleave", "drop"]) field.addEventListener(name, () => field.classList.remove("over"));
  field.addEventListener("drop", (event) => { event.preventDefault(); if (event.dataTransfer.files.length) file.files = event.dataTransfer.files; });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (sent) => { bar.hidden = false; if (sent.lengthComputable) bar.value = 100 * sent.loaded / sent.total; });
    request.setRequestHeader("X-Requested-With", "upload");
    request.addEventListener("load", () => location.reload());
    request.addEventListener("error", () => form.submit());
    request.send(new FormData(form));
  });
}
