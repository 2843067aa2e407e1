// The part of a page that changes is fetched again every few seconds, unless somebody is using it. Without this file
// the page is right when it is loaded.
"use strict";

const part = document.querySelector("[data-again]");
async function again() {
  if (document.hidden || part.contains(document.activeElement)) return;
  try {
    const answer = await fetch("?part=1", { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected && !part.contains(document.activeElement)) part.innerHTML = await answer.text();
  } catch {
    // The next time.
  }
}
if (part) setInterval(again, Number(part.dataset.again) * 1000);
