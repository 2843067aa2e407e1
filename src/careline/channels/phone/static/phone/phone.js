// The page works without this: it only keeps the last message in sight, sends on Enter, and looks for late answers.
"use strict";
const messages = document.getElementById("messages");
const told = messages.querySelector(".told");
if (told) told.scrollIntoView({ block: "nearest" });
else messages.scrollTop = messages.scrollHeight;

const text = document.getElementById("text");
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    if (text.value.trim()) text.form.requestSubmit();
  }
});

const address = document.getElementById("address");
address.addEventListener("change", () => {
  text.form.elements.address.value = address.value;
});
