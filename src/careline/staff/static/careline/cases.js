// Cases, made quicker: keys in lists, drafts kept while writing, who else has the case open. All works without it.
"use strict";

(() => {
  const rows = [...document.querySelectorAll("a[data-row]")];
  let went = 0;
  const move = (step) => {
    const at = rows.indexOf(document.activeElement);
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
    if (!next) return;
    rows.forEach((row) => row.closest("tr, li")?.classList.toggle("here", row === next));
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "g") { went = Date.now(); return; }
    if (Date.now() - went < 1500) return; // a room was named: g j
    const steps = document.querySelector("details.step.next");
    if (event.key === "j" && rows.length) move(1);
    else if (event.key === "k" && rows.length) move(-1);
    else if (event.key === "r" && steps) open(steps);
    else if (event.key === "a" && document.getElementById("step-answers")) open(document.getElementById("step-answers"));
    else if (event.key === "x" && document.getElementById("step-note")) open(document.getElementById("step-note"));
    else if (event.key === "u" && document.querySelector(".crumbs a[href]")) document.querySelector(".crumbs a[href]").click();
    else return;
    event.preventDefault();
  });
  const open = (step) => {
    step.open = true;
    step.querySelector("textarea, input:not([type=hidden]), select")?.focus();
  };

  document.querySelector("[data-print]")?.addEventListener("click", () => print());

  // Who else is here, asked every 15 seconds; whether we write is told along.
  const presence = document.getElementById("presence");
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
  const tell = (address, fields) => fetch(address, {
    method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRFToken": token, Accept: "application/json" },
  });
  let typed = 0;
  const drafts = new Map();
  async function here() {
    if (!presence || document.hidden) return;
    try {
      const answer = await tell(presence.dataset.presence, { writing: Date.now() - typed < 20000 ? "1" : "" });
      if (!answer.ok || answer.redirected) return;
      const said = (await answer.json()).said;
      if (presence.textContent !== said) presence.textContent = said;
      presence.hidden = !said;
    } catch {
      // The next time.
    }
  }
  async function keep(area) {
    const saved = area.closest("form").querySelector(".saved");
    try {
      const answer = await tell(presence.dataset.draft, { purpose: area.dataset.purpose, words: area.value });
      if (answer.ok && !answer.redirected && saved) saved.textContent = saved.dataset.saved;
    } catch {
      // The words are still on the page.
    }
  }
  if (presence && token) {
    for (const area of document.querySelectorAll("textarea[data-purpose]")) {
      area.addEventListener("input", () => {
        const began = Date.now() - typed > 20000;
        typed = Date.now();
        if (began) here();
        clearTimeout(drafts.get(area));
        drafts.set(area, setTimeout(() => keep(area), 800));
      });
    }
    here();
    setInterval(here, 15000);
  }
})();
