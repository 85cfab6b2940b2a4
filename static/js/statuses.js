// Saves what is typed into the form of a status as a working copy, asks for its preview, and turns
// pasted lists into bullets. The page works without this, but keeps nothing that is not saved.
(() => {
  "use strict";

  const PAUSE = 1200; // milliseconds without a key before what was typed is saved
  const LONGEST = 6000; // and the longest that it waits while somebody types on
  const AGAIN = 10000; // until it is tried again after a failure
  const PREVIEW = 400;
  const FEW = 2000; // characters left from which on they are counted

  class Autosave {
    constructor(form) {
      this.form = form;
      this.state = form.querySelector("[data-autosave-state]");
      this.saved = this.atFirst();
      this.sent = false;
      this.timer = 0;
      this.waiting = 0;
      form.addEventListener("input", () => this.changed());
      form.addEventListener("submit", () => this.stop());
      window.addEventListener("pagehide", () => this.leave());
      // A page that is shown again from the browser's memory goes on.
      window.addEventListener("pageshow", () => { this.sent = false; });
      document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "hidden") this.leave();
      });
      // Somebody may have begun before this script was there.
      if (this.now() !== this.saved) this.changed();
    }

    atFirst() {
      const chosen = [...this.form.querySelectorAll("[name=category]")]
        .find((choice) => choice.defaultChecked);
      const field = this.form.querySelector("[name=text]");
      return JSON.stringify([field.defaultValue, chosen ? chosen.value : null]);
    }

    now() {
      const values = new FormData(this.form);
      return JSON.stringify([values.get("text"), values.get("category")]);
    }

    changed() {
      this.waiting ||= Date.now();
      const left = Math.max(0, LONGEST - (Date.now() - this.waiting));
      this.later(Math.min(PAUSE, left));
    }

    later(delay) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), delay);
    }

    stop() {
      this.sent = true;
      clearTimeout(this.timer);
      this.request?.abort();
    }

    leave() {
      clearTimeout(this.timer);
      if (this.sent || this.now() === this.saved || !this.form.isConnected) return;
      const sending = this.now();
      fetch(this.form.dataset.autosave, {
        method: "POST",
        body: new FormData(this.form),
        keepalive: true,
      }).then((answer) => { if (answer.ok) this.saved = sending; }, () => {});
    }

    async save() {
      this.waiting = 0;
      const sending = this.now();
      if (this.sent || sending === this.saved || !this.form.isConnected) return;
      this.request?.abort();
      const request = new AbortController();
      this.request = request;
      try {
        const answer = await fetch(this.form.dataset.autosave, {
          method: "POST",
          body: new FormData(this.form),
          signal: request.signal,
        });
        const reply = (answer.headers.get("Content-Type") || "").includes("json")
          ? await answer.json()
          : {};
        if (answer.ok) this.saved = sending;
        this.tell(reply.message ?? this.form.dataset.autosaveFailed, !answer.ok || reply.newer);
        if (answer.status >= 500) this.later(AGAIN);
      } catch (failure) {
        if (failure.name === "AbortError") return;
        this.tell(this.form.dataset.autosaveFailed, true);
        this.later(AGAIN);
      }
    }

    tell(message, serious) {
      if (!this.state) return;
      this.state.textContent = message;
      this.state.classList.toggle("serious", Boolean(serious));
    }
  }

  // Pasted text

  const BLOCKS = new Set([
    "P", "DIV", "LI", "UL", "OL", "H1", "H2", "H3", "H4", "H5", "H6", "TR", "TABLE", "BLOCKQUOTE",
    "PRE", "SECTION", "ARTICLE", "DL", "DT", "DD",
  ]);
  const SIGNS = /^[\s•·‣◦▪▫■□●○◆◇➢➤\uf0a7\uf0b7\uf0d8\uf0fc-]+/u;

  function isListed(element) {
    // Word writes its lists as paragraphs.
    return element.tagName === "LI" || /MsoList|ListParagraph/.test(element.className)
      || /mso-list:(?!\s*Ignore)/i.test(element.dataset.style || "");
  }

  // The styles say which paragraphs are points of a list. They are read, never applied: the site's
  // policy would stop them, loudly, even in a document that nobody sees.
  function withoutStyles(html) {
    return html
      .replace(/<style[\s\S]*?<\/style>/gi, "")
      .replace(/<(?:link|meta|script)[^>]*>/gi, "")
      .replace(/(\s)style(\s*=)/gi, "$1data-style$2");
  }

  function plain(html) {
    const page = new DOMParser().parseFromString(withoutStyles(html), "text/html");
    const lines = [];
    let line = "";
    let bullet = false;
    const end = () => {
      const words = line.replace(/\s+/g, " ").trim();
      const bare = bullet ? words.replace(SIGNS, "") : words;
      if (bare) lines.push({ bullet, text: bare });
      line = "";
      bullet = false;
    };
    const walk = (node) => {
      if (node.nodeType === Node.TEXT_NODE) {
        line += node.data;
        return;
      }
      if (node.nodeType !== Node.ELEMENT_NODE) return;
      if (["STYLE", "SCRIPT", "TITLE", "META", "LINK"].includes(node.tagName)) return;
      // The sign or number that Word sets before a listed paragraph.
      if (/mso-list:\s*Ignore/i.test(node.dataset.style || "")) return;
      if (node.tagName === "BR") {
        line += " ";
        return;
      }
      const block = BLOCKS.has(node.tagName);
      // The paragraph inside a list's point is that point.
      const inner = block && node.parentElement?.tagName === "LI" && !line.trim();
      if (block && !inner) end();
      if (block && isListed(node)) bullet = true;
      node.childNodes.forEach(walk);
      if (block) end();
      else if (["TD", "TH"].includes(node.tagName)) line += " ";
    };
    walk(page.body);
    end();
    return lines
      .map(({ bullet: listed, text }, index) => {
        const before = index ? (listed && lines[index - 1].bullet ? "\n" : "\n\n") : "";
        return before + (listed ? `• ${text}` : text);
      })
      .join("");
  }

  function pasted(event) {
    const field = event.target;
    if (!(field instanceof HTMLTextAreaElement) || !("narrative" in field.dataset)) return;
    const html = event.clipboardData?.getData("text/html") || "";
    if (!/<li[\s>]|MsoList|ListParagraph|mso-list/i.test(html)) return;
    event.preventDefault();
    let text = plain(html);
    const before = field.value.slice(0, field.selectionStart);
    if (text.startsWith("•") && before && !before.endsWith("\n")) text = `\n${text}`;
    // The old command, because it alone can be undone with a key.
    if (!document.execCommand("insertText", false, text)) {
      field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  // Preview, and how much is left

  function follow(form) {
    const field = form.querySelector("[data-narrative]");
    if (!field) return;
    let timer = 0;
    const help = document.getElementById(`${field.id}_help`);
    const words = help?.textContent;
    const count = () => {
      const left = Number(form.dataset.limit) - field.value.length;
      if (help && form.dataset.left) {
        help.textContent = left < FEW ? `${left} ${form.dataset.left}. ${words}` : words;
      }
    };
    const changed = () => {
      count();
      clearTimeout(timer);
      timer = setTimeout(() => form.dispatchEvent(new CustomEvent("narrative-changed")), PREVIEW);
    };
    field.addEventListener("input", changed);
    if (field.value === field.defaultValue) count();
    else changed();
  }

  function begin(root) {
    root.querySelectorAll("form[data-autosave]").forEach((form) => {
      if (form.dataset.watched) return;
      form.dataset.watched = "yes";
      new Autosave(form);
      follow(form);
    });
  }

  document.documentElement.classList.add("scripted");
  document.addEventListener("paste", pasted);
  document.addEventListener("htmx:load", (event) => {
    begin(event.target);
    // The form that was asked for in a row of the plan: there the person goes on.
    if (event.target.closest(".inline-place")) {
      event.target.querySelector("[data-narrative]")?.focus();
    }
  });
  begin(document);
  document.querySelector("[data-focus]")?.focus();
})();
