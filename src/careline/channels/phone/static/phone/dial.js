// The telephone on the page: keypad, display, captions, and what stands beside it. The call itself is in call.js.
"use strict";

const page = document.getElementById("telephone");
const words = JSON.parse(page.dataset.words);
const part = (id) => document.getElementById(id);
const captions = part("captions");
const sound = new Sound();
const ussd = new Ussd(page, part("ussd"), words);
const HASTE_MS = 700; // who presses the green key twice does not want to hang up at once
let call = null;
let began = 0;
let fresh = true; // the number shown is a suggestion: the first key replaces it

const shows = {
  answer(answer) {
    const language = answer.language === "en" ? "en" : "zh-Hans";
    if (answer.text) caption(answer.text, "theirs", language);
    if (!began) began = performance.now();
    display(call.shown);
    place(answer.path, language);
    if (answer.turn) tell(answer.turn);
  },
  sent: (shown) => caption(`${words.pressed} ${shown}`, "mine"),
  keys: (shown) => display(shown),
  state(state) {
    if (part("state").textContent !== words[state]) part("state").textContent = words[state];
    if (state === "ended") ended();
  },
  speaking: (on) => page.toggleAttribute("data-speaking", on),
  trouble: (word) => caption(words[word], "frame"),
  silent: () => once(words.no_sound),
  person: () => caption(words.no_person, "frame"),
};

function dial() {
  const number = part("dialled").textContent;
  complain("");
  if (/^\*\d+#$/.test(number)) return number === `*${page.dataset.number}#` ? ussd.dial() : complain(words.no_number);
  if (number !== page.dataset.number) return complain(words.no_number);
  sound.wake();
  captions.replaceChildren();
  began = 0;
  call = new Call(page, sound, shows);
  call.wait(part("patient").checked);
  switchKeys(true);
  call.run();
}

function hangUp() {
  call?.hangUp();
}

function ended() {
  call = null;
  began = 0;
  switchKeys(false);
  put(page.dataset.number, true);
  place([]);
}

// The key that can be pressed now keeps the focus, so that nobody by keyboard falls off the telephone.
function switchKeys(calling) {
  const [on, off] = calling ? [part("hang-up"), part("call")] : [part("call"), part("hang-up")];
  const held = document.activeElement === off;
  on.disabled = true;
  setTimeout(() => (on.disabled = Boolean(call) !== calling), HASTE_MS / Number(page.dataset.pace));
  off.disabled = true;
  if (held) page.focus();
  part("erase").disabled = part("numbers").hidden = calling;
  part("timer").hidden = !calling;
}

function press(key) {
  complain("");
  sound.wake();
  sound.key(key);
  if (call) return call.press(key);
  put(fresh ? key : (part("dialled").textContent + key).slice(0, 20));
}

function erase() {
  if (call) return;
  put(fresh ? "" : part("dialled").textContent.slice(0, -1));
}

function put(number, suggestion = false) {
  fresh = suggestion;
  display(number);
}

function display(text = "") {
  part("dialled").textContent = text;
}

function complain(text) {
  part("trouble").textContent = text;
  part("trouble").hidden = !text;
}

// What is said, and what was pressed: the transcript for those who do not hear, and for everybody afterwards.
function caption(text, who, language) {
  captions.querySelector(".nothing")?.remove();
  if (who === "theirs") captions.querySelector(".said")?.classList.remove("said");
  const line = document.createElement("li");
  line.className = who === "theirs" ? "theirs said" : who;
  line.textContent = text;
  if (language) line.lang = language;
  captions.append(line);
  captions.parentElement.scrollTop = line.offsetTop - 8;
}

function once(text) {
  if (![...captions.querySelectorAll(".frame")].some((line) => line.textContent === text)) caption(text, "frame");
}

function place(titles, language = "") {
  const shown = (titles.length ? titles : [words.no_place]).map((title) => {
    const line = document.createElement("li");
    line.textContent = title;
    if (language) line.lang = language;
    return line;
  });
  part("path").replaceChildren(...shown);
}

// How the last key was understood: told beside the telephone, and never waited for.
async function tell(turn) {
  const answer = await fetch(`${page.dataset.call}/${call.id}/story?turn=${turn}`).catch(() => null);
  if (!answer || !answer.ok) return;
  const told = new DOMParser().parseFromString(await answer.text(), "text/html");
  part("key-story").replaceChildren(...told.body.childNodes);
}

function clock() {
  const seconds = began ? Math.floor((performance.now() - began) / 1000) : 0;
  const two = (number) => String(number).padStart(2, "0");
  if (call) part("timer").textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}
setInterval(clock, 500);

// The keyboard is the telephone's while the focus is in it (WCAG 2.2, 2.1.4), and not in one of its fields.
page.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target.type === "range") return;
  if (/^[0-9*#]$/.test(event.key)) press(event.key);
  else if (event.key === "Backspace") erase();
  else if (event.key === "Escape") hangUp();
  else if (event.key === "Enter" && event.target === page && !call) dial();
  else return;
  event.preventDefault();
});
page.querySelectorAll("[data-key]").forEach((one) => one.addEventListener("click", () => press(one.dataset.key)));
page.querySelectorAll("#numbers [data-number]").forEach((one) =>
  one.addEventListener("click", () => call || put(one.dataset.number, true)),
);
part("call").addEventListener("click", dial);
part("hang-up").addEventListener("click", hangUp);
part("erase").addEventListener("click", erase);
part("patient").addEventListener("change", (event) => call?.wait(event.target.checked));
for (const id of ["volume", "mute"]) {
  part(id).addEventListener("input", () => sound.turn(part("mute").checked ? 0 : part("volume").value / 100));
}
window.addEventListener("pagehide", () => {
  hangUp();
  ussd.end();
});
