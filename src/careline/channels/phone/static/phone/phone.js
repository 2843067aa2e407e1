// The page works without this: it only keeps the last message in sight, sends on Enter, and looks for late answers.
"use strict";
const messages = document.getElementById("messages");
const text = document.getElementById("text");

function showLast() {
  const told = messages.querySelector(".told");
  if (told) bring(messages, told, 8);
  else messages.scrollTop = messages.scrollHeight;
}
showLast();

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    text.form.requestSubmit();
  }
});

// While the carrier still owes an answer, the messages are fetched again: after half a second, then ever more seldom.
const PAUSE_MS_MAX = 15000;
let pause = 500;

function waitForIt() {
  if (!("awaited" in document.getElementById("conversation").dataset)) return;
  setTimeout(look, pause);
  pause = Math.min(pause * 1.5, PAUSE_MS_MAX);
}

async function look() {
  const answer = await fetch(messages.dataset.address).catch(() => null);
  if (answer && answer.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    renew(document.getElementById("conversation"), page.getElementById("conversation"));
  }
  waitForIt();
}

// Only what is new is put in, so that it alone is read out.
function renew(shown, fresh) {
  const old = [...shown.children];
  [...fresh.children].forEach((message, place) => {
    if (!old[place]) shown.append(message);
    else if (old[place].textContent !== message.textContent) old[place].replaceWith(message);
    else return;
    showLast();
  });
  shown.toggleAttribute("data-awaited", fresh.hasAttribute("data-awaited"));
}

waitForIt();
