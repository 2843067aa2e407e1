// A USSD session: screens of text, and a field for what to answer. The network's own dialog on a real handset.
"use strict";

class Ussd {
  constructor(page, dialog, words) {
    this.page = page;
    this.dialog = dialog;
    this.words = words;
    this.text = dialog.querySelector("#ussd-text");
    this.reply = dialog.querySelector("#ussd-reply");
    this.answering = dialog.querySelector("#ussd-answering");
    this.button = dialog.querySelector("#ussd-send");
    this.cancel = dialog.querySelector("#ussd-cancel");
    this.open = false; // the session, at the hall
    dialog.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send("keys", { text: this.reply.value });
    });
    this.cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => this.end());
  }

  async dial() {
    this.id = newId();
    this.number = -1;
    this.open = true;
    this.show(this.words.asking, "", true);
    this.dialog.showModal();
    await this.send("hello", {});
  }

  async send(event, more) {
    this.number += 1;
    const [id, form] = [this.id, filled(this.page, this.id, this.number, event, more)];
    this.button.disabled = true;
    const response = await fetch(this.page.dataset.ussd, { method: "POST", body: form }).catch(() => null);
    const screen = response && response.ok ? await response.json().catch(() => null) : null;
    if (this.id !== id || !this.open) return;
    this.button.disabled = false;
    if (screen) this.show(screen.text, screen.language === "en" ? "en" : "zh-Hans", screen.ends);
    else this.show(response && response.status === 403 ? this.words.stale : this.words.no_ussd, "", true);
    if (screen ? screen.ends : true) this.open = Boolean(screen) && !screen.ends;
  }

  show(text, language, last) {
    this.text.textContent = text;
    this.text.lang = language || document.documentElement.lang;
    this.reply.value = "";
    this.answering.hidden = this.button.hidden = last;
    this.cancel.textContent = last ? this.words.close : this.words.cancel;
    (last ? this.cancel : this.reply).focus();
  }

  end() {
    if (this.open) navigator.sendBeacon(this.page.dataset.ussd, filled(this.page, this.id, this.number + 1, "hung_up", {}));
    this.open = false;
  }
}
