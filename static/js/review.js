// Makes the review of a document quick: a choice, a step or another section is fetched and put in
// place of what is there, so that nothing jumps; blocks are chosen by click and by key; what
// belongs together lights up together. The page does all of its work without this.
(() => {
  "use strict";

  const CHOSEN = "the chosen block"; // to have the focus after a choice
  const reviewed = () => document.getElementById("review");
  const said = document.getElementById("said");
  const pieces = () => [...document.querySelectorAll(".source-pane .piece[id]")];
  const attribute = (name, value) => `[${name}~="${CSS.escape(value)}"]`;
  let keysOn = true;
  let last = null; // the block that was chosen last, from which a range goes on
  let picking = null; // the field for which a block is pointed at
  let request = null; // what is being fetched
  let posting = false;
  const waiting = []; // what is to be done after that

  // Fetching, and putting in place

  async function show(address, options = {}) {
    const { method = "GET", body, focus, push = true } = options;
    if (method === "GET" && !mayLeave(address)) return;
    request?.abort();
    const own = new AbortController();
    request = own;
    reviewed().setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { method, body, signal: own.signal });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("review");
      if (answer.status >= 500) throw new Error(answer.statusText);
      if (!fresh) {
        // Signed out, or gone: the page itself says which.
        if (method === "GET") window.location.assign(answer.url);
        else replaceAll(page);
        return;
      }
      const typed = method === "GET" ? typedSoFar() : null;
      swap(fresh, focus);
      bringBack(typed);
      const where = new URL(answer.url);
      where.hash = "";
      if (push) history.pushState(null, "", where);
      tell();
    } catch (failure) {
      if (failure.name === "AbortError") return;
      tellText(reviewed().dataset.offline, true);
    } finally {
      if (request === own) {
        reviewed()?.removeAttribute("aria-busy");
        request = null;
        waiting.splice(0).forEach((press) => press());
      }
    }
  }

  function replaceAll(page) {
    document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
  }

  function tell() {
    const notice = reviewed().querySelector(".saved, .error-summary h2");
    if (notice) tellText(notice.textContent.trim());
  }

  function tellText(words, serious = false) {
    said.textContent = "";
    said.className = serious ? "notice error" : "visually-hidden";
    setTimeout(() => { said.textContent = words; }, 50);
  }

  function swap(fresh, focus) {
    const old = reviewed();
    const sameSection = section(old) === section(fresh);
    const scrolled = [".source-pane", ".aside-pane"].map((name) => old.querySelector(name)?.scrollTop);
    const windowTop = window.scrollY;
    const checked = [...old.querySelectorAll(".pane-switch :checked")].map((one) => one.id);
    const active = document.activeElement;
    const focused = old.contains(active) ? active.id || chipOf(active) : "";
    const back = focus === CHOSEN ? "" : focus || focused;
    old.replaceWith(document.adoptNode(fresh));
    checked.forEach((id) => { document.getElementById(id).checked = true; });
    if (sameSection) {
      fresh.querySelector(".source-pane").scrollTop = scrolled[0];
      fresh.querySelector(".aside-pane").scrollTop = scrolled[1];
      window.scrollTo({ top: windowTop });
    }
    begin();
    const chosen = fresh.querySelector(".source-pane .piece.chosen");
    chosen?.scrollIntoView({ block: sameSection ? "nearest" : "center" });
    const target = back ? document.getElementById(back) : null;
    (target || fresh.querySelector(".piece.chosen .chip"))?.focus({ preventScroll: Boolean(chosen) });
  }

  const section = (root) => root.querySelector("#choose [name=section]").value;
  const chipOf = (element) => element.closest?.(".piece")?.querySelector(".chip")?.id || "";

  // What was typed and not saved: it goes along while some block stays chosen

  const WORDS = ["reason", "note"];
  const typedIn = (name) => document.querySelector(`#step-form [name=${name}]`);

  function typedSoFar() {
    const values = {};
    WORDS.forEach((name) => {
      const field = typedIn(name);
      if (field && field.value.trim() && field.value !== field.defaultValue) {
        values[name] = field.value;
      }
    });
    return Object.keys(values).length ? { ids: chosenIds(), values } : null;
  }

  function mayLeave(address) {
    const typed = typedSoFar();
    if (!typed) return true;
    const next = new URL(address, window.location.href).searchParams.getAll("block");
    return typed.ids.some((id) => next.includes(id)) || window.confirm(reviewed().dataset.leave);
  }

  function bringBack(typed) {
    if (!typed || !chosenIds().some((id) => typed.ids.includes(id))) return;
    Object.entries(typed.values).forEach(([name, value]) => {
      const field = typedIn(name);
      if (field) field.value = value;
    });
  }

  function leaving(event) {
    if (typedSoFar()) event.preventDefault();
  }

  // Choosing

  const chosenIds = () =>
    [...document.querySelectorAll("#step-form input[name=block]")].map((input) => input.value);

  function choose(ids, focus) {
    const query = new URLSearchParams({ section: section(reviewed()) });
    ids.forEach((id) => query.append("block", id));
    const op = document.querySelector(".operations [aria-current]");
    if (ids.length && chosenIds().length && op && ids.some((id) => chosenIds().includes(id))) {
      query.append("op", op.id.slice(3));
    }
    show(`?${query}`, { focus });
  }

  function toggle(id, focus) {
    const now = chosenIds();
    choose(now.includes(id) ? now.filter((one) => one !== id) : [...now, id], focus);
    last = id;
  }

  function range(id, focus) {
    const all = pieces().map((piece) => piece.dataset.piece);
    const [from, to] = [all.indexOf(last ?? id), all.indexOf(id)].sort((a, b) => a - b);
    const within = from < 0 ? [id] : all.slice(from, to + 1);
    choose([...new Set([...chosenIds(), ...within])], focus);
  }

  function clickedPiece(event, piece) {
    const id = piece.dataset.piece;
    const chip = piece.querySelector(".chip").id;
    event.preventDefault();
    if (picking) return pick(id);
    if (event.shiftKey) {
      window.getSelection()?.removeAllRanges();
      return range(id, chip);
    }
    if (event.ctrlKey || event.metaKey) return toggle(id, chip);
    last = id;
    return choose([id], chip);
  }

  // Pointing at a block for a field

  function addPickers() {
    document.querySelectorAll("#step-form .step-what select").forEach((select) => {
      const field = document.querySelector(`#step-form [name=${select.name}_id]`);
      if (!field) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button secondary small pick";
      button.textContent = reviewed().dataset.pick;
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => {
        picking = picking ? null : { select, field, button };
        button.setAttribute("aria-pressed", String(Boolean(picking)));
        reviewed().classList.toggle("picking", Boolean(picking));
        if (picking) tellText(reviewed().dataset.picking);
      });
      select.after(button);
    });
  }

  function pick(id) {
    const { select, field, button } = picking;
    const known = [...select.options].some((option) => option.value === id);
    select.value = known ? id : "";
    field.value = known ? "" : id;
    picking = null;
    button.setAttribute("aria-pressed", "false");
    reviewed().classList.remove("picking");
    (known ? select : field).focus();
  }

  // What belongs together

  function light(event) {
    document.querySelectorAll(".lit").forEach((one) => one.classList.remove("lit"));
    const from = event.target.closest?.("[data-pieces], [data-piece]");
    if (!from || !reviewed().contains(from)) return;
    const ids = from.dataset.piece ? [from.dataset.piece] : from.dataset.pieces.split(" ");
    ids.filter(Boolean).forEach((id) => {
      const others = from.dataset.piece ? "data-pieces" : "data-piece";
      document.querySelectorAll(attribute(others, id)).forEach((one) => one.classList.add("lit"));
    });
  }

  // What became of the chosen blocks, and what the form says of them, comes into sight
  function together() {
    const found = chosenIds().flatMap((id) => [
      ...document.querySelectorAll(`.aside-pane ${attribute("data-pieces", id)}`),
    ]);
    found.forEach((one) => one.classList.add("of-chosen"));
    intoSight(document.querySelector(".aside-pane"), found[0]);
    intoSight(
      document.querySelector(".choices-elements"),
      document.querySelector(".choices-elements :checked")?.closest("label"),
    );
  }

  // Scrolls one box only, where it has a scroll bar of its own
  function intoSight(box, inside) {
    if (!box || !inside || box.scrollHeight <= box.clientHeight) return;
    const [outer, inner] = [box.getBoundingClientRect(), inside.getBoundingClientRect()];
    if (inner.top < outer.top + 50 || inner.bottom > outer.bottom) {
      box.scrollTop += inner.top - outer.top - 60;
    }
  }

  // Keys

  function words(event) {
    const all = [...document.querySelectorAll(".choices-cut input")];
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const at = all.indexOf(event.target);
    if (!step || at < 0) return false;
    const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    all.forEach((one) => { one.tabIndex = one === next ? 0 : -1; });
    next.focus();
    return true;
  }

  function walk(step) {
    const all = pieces();
    const at = all.indexOf(document.activeElement.closest(".piece"));
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
    const chip = next?.querySelector(".chip");
    chip?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  }

  const typing = (element) =>
    element.matches("textarea, select, input:not([type=checkbox], [type=radio])");

  function press(key) {
    const control = reviewed().querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!control || control.disabled || control.type === "radio") return false;
    control.click();
    return true;
  }

  function pressed(event) {
    if (!reviewed() || event.altKey || event.ctrlKey || event.metaKey) return;
    if (words(event)) return event.preventDefault();
    const target = event.target;
    if (event.key === "Escape" && picking) return picking.button.click();
    if (!keysOn || typing(target)) return;
    const piece = target.closest(".source-pane .piece");
    const onChip = target.matches(".chip");
    if (event.key === " " && piece && onChip) toggle(piece.dataset.piece, target.id);
    else if (["ArrowDown", "ArrowUp"].includes(event.key)) {
      if (target.matches("input") || target.closest(".aside-pane, .panel")) return;
      walk(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "?") {
      const keys = document.getElementById("show-keys");
      (keys.checked ? document.getElementById("show-outline") : keys).click();
    } else {
      const { key } = event;
      // What a key is for may be on its way still: then it waits.
      if (request) waiting.push(() => press(key));
      else if (!press(key)) return;
    }
    event.preventDefault();
  }

  // Beginning, and being told of it

  function begin() {
    together();
    document.querySelectorAll(".source-pane .piece[id] .chip").forEach((chip) => {
      chip.id = `chip-${chip.closest(".piece").dataset.piece}`;
    });
    const cuts = document.querySelectorAll(".choices-cut input");
    cuts.forEach((one, index) => { one.tabIndex = index ? -1 : 0; });
    picking = null;
    addPickers();
    fewRoles();
    const keys = document.getElementById("keys-on");
    if (keys) keys.checked = keysOn;
  }

  // As many roles as there will be pieces
  function fewRoles() {
    const count = document.querySelectorAll(".choices-cut input:checked").length;
    document.querySelectorAll("#step-form [class*='field-role_']").forEach((field, index) => {
      field.hidden = index > count || !count;
    });
  }

  function changed(event) {
    if (event.target.id === "keys-on") keysOn = event.target.checked;
    if (event.target.closest(".choices-cut")) fewRoles();
    if (event.target.name === "proposal") {
      document.querySelector("#step-form [name=reason]").value = event.target.value;
    }
    if (event.target.name === "block" && event.target.form?.matches("#choose")) {
      toggle(event.target.value, `chip-${event.target.value}`);
    }
  }

  function clicked(event) {
    if (event.defaultPrevented || !reviewed()?.contains(event.target)) return;
    const piece = event.target.closest(".source-pane .piece");
    const control = event.target.closest("a, input, button, label, select, textarea, summary");
    const plain = event.button === 0 && !event.altKey;
    // Words that were marked to be copied are no choice.
    if (!event.shiftKey && window.getSelection()?.toString()) return;
    if (plain && piece && (!control || control.matches(".chip"))) {
      clickedPiece(event, piece);
      return;
    }
    const words = event.target.closest(".outline-words");
    if (picking && words && !control) {
      pick(words.dataset.pieces);
      return;
    }
    if (words && !control) {
      const id = words.closest("[data-element]").dataset.element;
      const box = [...document.querySelectorAll("#step-form [name=elements]")]
        .find((one) => one.value === id);
      if (box) box.click();
      return;
    }
    const link = event.target.closest("a[href^='?']");
    if (!link || !plain || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const asked = link.getAttribute("href").split("#")[0];
    const toPanel = link.closest(".operations, .accept-link");
    if (toPanel && link.matches("[aria-current]")) {
      // That form is open already, perhaps with something in it.
      firstField();
      return;
    }
    const stays = toPanel || link.closest(".review-sections");
    const closes = link.id === "choose-nothing" && `chip-${chosenIds().at(-1)}`;
    show(asked, { focus: stays ? link.id : closes || CHOSEN }).then(() => {
      if (toPanel) firstField();
    });
  }

  function firstField() {
    document.querySelector(
      "#step-form .step-what :is(input:not([type=hidden]), select, textarea), #step-form textarea",
    )?.focus();
  }

  function sent(event) {
    const form = event.target;
    if (!reviewed()?.contains(form)) return;
    event.preventDefault();
    if (form.matches("#choose")) {
      show(`?${new URLSearchParams(new FormData(form))}`);
      return;
    }
    // Its properties may be hidden by fields of their names, such as id and action.
    const isStep = form.matches("#step-form");
    if (posting || (!isStep && typedSoFar() && !window.confirm(reviewed().dataset.leave))) return;
    const body = new FormData(form, event.submitter);
    posting = true;
    show(form.getAttribute("action") || window.location.pathname, { method: "POST", body })
      .finally(() => { posting = false; });
  }

  document.documentElement.classList.add("scripted");
  document.addEventListener("click", clicked);
  document.addEventListener("change", changed);
  document.addEventListener("submit", sent);
  document.addEventListener("keydown", pressed);
  document.addEventListener("mouseover", light);
  document.addEventListener("focusin", light);
  window.addEventListener("beforeunload", leaving);
  window.addEventListener("popstate", () => show(window.location.href, { push: false }));
  begin();
  document.querySelector(".source-pane .piece.chosen")?.scrollIntoView({ block: "center" });
})();
