// Filters the claims and turns the sources at the end of the page into a panel beside them.
// Text is only ever moved or set as text: nothing here parses markup.
"use strict";
document.documentElement.classList.add("js");

document.addEventListener("DOMContentLoaded", () => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const main = byId("main");
  const panel = byId("texts");
  const title = byId("texts-title");
  const place = panel.querySelector(".place");
  const shown = panel.querySelector(".shown");
  const buttons = { previous: panel.querySelector(".previous"), next: panel.querySelector(".next") };
  const narrow = matchMedia("(max-width: 64em)");
  const foldable = all(".claims details");

  // ── Each claim: its sentence opens its proof, and the numbers of its sources stand below it ──

  function reference(fragment, number) {
    const link = document.createElement("a");
    link.href = `#${encodeURIComponent(fragment)}`;
    link.textContent = number;
    link.setAttribute("aria-label", `source ${number}`);
    return link;
  }

  for (const card of all(".claim")) {
    const sentence = card.querySelector(":scope > p:not(.lead)");
    const link = document.createElement("a");
    link.href = `#${encodeURIComponent(card.id)}`;
    link.append(...sentence.childNodes);
    sentence.append(link);
    const numbers = new Map();
    for (const quote of all(".quotes a", card)) {
      const number = quote.textContent;
      if (!numbers.has(number)) numbers.set(number, reference(decode(quote.hash.slice(1)), number));
    }
    const refs = document.createElement("span");
    refs.className = "refs";
    refs.append(...numbers.values());
    card.querySelector("small").append(" ", refs);
  }

  // ── The panel: one thing is open (a claim, a cell, a sentence, a change, a source), at one of its proofs ──

  let open = null;
  let opener = null;

  /** What a fragment names: `p-1f0c9a2e`, `b2`, `cell.party.issue`, `s-…`, each with `.n` for its n-th proof. */
  function parse(fragment) {
    const whole = viewOf(fragment);
    if (whole) return { ...whole, at: 0 };
    const cut = fragment.lastIndexOf(".");
    const view = cut > 0 ? viewOf(fragment.slice(0, cut)) : null;
    const at = Number(fragment.slice(cut + 1)) - 1;
    return view && at in view.proofs ? { ...view, at } : null;
  }

  function decode(fragment) {
    try {
      return decodeURIComponent(fragment);
    } catch {
      return ""; // not one of ours
    }
  }

  function viewOf(key) {
    const element = key ? byId(key) : null;
    if (!element) return null;
    if (element.matches(".texts article")) return { key, element, proofs: [], article: element };
    const claims = element.matches(".claim") ? [key] : element.dataset.items?.split(" ").filter(byId);
    if (!claims?.length) return null;
    const proofs = claims.flatMap((claim) =>
      all(".quotes > li", byId(claim)).map((_, place) => ({ claim, name: `${claim}.${place + 1}` })),
    );
    return proofs.length ? { key, element, proofs } : null;
  }

  function route() {
    const view = parse(decode(location.hash.slice(1)));
    if (view) show(view);
    else if (open) hide();
  }

  function show(view) {
    const moved = !open || open.key !== view.key;
    open = view;
    const proof = view.proofs[view.at];
    const anchor = proof && byId(proof.name);
    const article = view.article ?? anchor?.closest("article");
    document.documentElement.classList.add("opened");
    panel.querySelector(".controls").hidden = false;
    title.textContent = view.article ? "Source" : "Evidence";
    for (const other of all("article.current", panel)) other.classList.remove("current");
    for (const mark of all("mark.here", panel)) mark.classList.remove("here");
    for (const chosen of all(".chosen", main)) chosen.classList.remove("chosen");
    view.element.classList.add("chosen");
    view.element.closest("details")?.setAttribute("open", "");
    article?.classList.add("current");
    place.textContent = proof ? `${view.at + 1} of ${view.proofs.length}` : "";
    buttons.previous.hidden = buttons.next.hidden = view.proofs.length < 2;
    buttons.previous.setAttribute("aria-disabled", String(view.at === 0));
    buttons.next.setAttribute("aria-disabled", String(view.at === view.proofs.length - 1));
    shown.replaceChildren(...(proof ? summary(view, proof) : []));
    const named = proof ? CSS.escape(proof.name) : "";
    const marks = proof ? all(`mark#${named}, mark[data-of~="${named}"]`, article) : [];
    for (const mark of marks) mark.classList.add("here");
    lock();
    if (moved) title.focus({ preventScroll: true });
    const pages = panel.querySelector(".pages");
    if (!marks.length) pages.scrollTop = 0;
    else pages.scrollTop += marks[0].getBoundingClientRect().top - pages.getBoundingClientRect().top - pages.clientHeight / 3;
  }

  /** The claim that the proof stands behind, and a warning when its wording is damaged in print. */
  function summary(view, proof) {
    const card = byId(proof.claim);
    const parts = [];
    if (view.element !== card) parts.push(line("for", subject(view.element)));
    const copy = document.createElement("div");
    copy.className = card.className.replace("chosen", "");
    if (card.dataset.v) copy.dataset.v = card.dataset.v;
    copy.append(...[...card.children].filter((part) => !part.matches(".quotes")).map((part) => part.cloneNode(true)));
    parts.push(copy);
    const quote = all(".quotes > li", card)[Number(proof.name.slice(proof.claim.length + 1)) - 1];
    if (quote.querySelector(".tag")) {
      parts.push(line("warning", "As printed: the wording is garbled in this source. These are not the speaker’s exact words."));
    }
    return parts;
  }

  /** What a sentence, a change or a cell is about, in words. */
  function subject(element) {
    const row = element.closest("tr");
    const issue = row?.querySelector("th bdi") ?? row?.previousElementSibling.querySelector("th bdi");
    return issue
      ? `${element.querySelector(".who").textContent}: ${issue.textContent}`
      : element.querySelector("[data-open]").textContent;
  }

  function line(name, text) {
    const paragraph = document.createElement("p");
    paragraph.className = name;
    paragraph.dir = "auto";
    paragraph.textContent = text;
    return paragraph;
  }

  function hide() {
    open = null;
    document.documentElement.classList.remove("opened");
    for (const chosen of all(".chosen", main)) chosen.classList.remove("chosen");
    lock();
    if (opener?.isConnected) opener.focus();
  }

  function close() {
    history.replaceState(null, "", location.href.split("#")[0]);
    hide();
  }

  function step(by) {
    const at = open.at + by;
    if (!(at in open.proofs)) return;
    history.replaceState(null, "", `#${encodeURIComponent(`${open.key}.${at + 1}`)}`);
    show({ ...open, at });
  }

  /** On a narrow screen the panel covers the brief: what lies under it must not be reached. */
  function lock() {
    main.inert = Boolean(open) && narrow.matches;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const holder = link.hasAttribute("data-open") ? link.closest("[data-items]") : null;
    const fragment = holder ? holder.id : decode(link.getAttribute("href").slice(1));
    const view = parse(fragment);
    if (!view) return;
    event.preventDefault();
    if (!panel.contains(link)) opener = link;
    const before = location.hash;
    history.pushState(null, "", `#${encodeURIComponent(fragment)}`);
    if (before === location.hash) open = null;
    show(view);
  });
  buttons.previous.addEventListener("click", () => step(-1));
  buttons.next.addEventListener("click", () => step(1));
  panel.querySelector(".close").addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (!open || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, select, .scroll")) return;
    if (event.key === "Escape") close();
    else if (event.key === "ArrowLeft") step(-1);
    else if (event.key === "ArrowRight") step(1);
    else return;
    event.preventDefault();
  });
  narrow.addEventListener("change", lock);
  addEventListener("popstate", route);

  // ── Filters ──

  const form = document.querySelector(".filters");
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const claims = all(".claims .claim").map((element) => ({ element, text: null }));
  const texts = all("article", panel).map((element) => ({ element, text: null }));
  const holds = (entry, words) => words.every((word) => (entry.text ??= plain(entry.element.textContent)).includes(word));

  function fold(active) {
    for (const details of foldable) {
      const hits = all(".claim:not([hidden])", details).length;
      details.hidden = hits === 0;
      details.open = active ? hits > 0 : details.matches(".supporting") && !narrow.matches;
      details.querySelector(".number").textContent = hits;
    }
    for (const section of all(".claims .kind")) {
      const hits = all(".claim:not([hidden])", section).length;
      section.hidden = hits === 0;
      section.querySelector("h3 .number").textContent = hits;
    }
  }

  function filter() {
    const { text, ...wanted } = Object.fromEntries(new FormData(form));
    const words = plain(text).split(/\s+/).filter(Boolean);
    const active = words.length > 0 || Object.values(wanted).some(Boolean);
    let count = 0;
    for (const entry of claims) {
      const data = { ...entry.element.dataset, ...entry.element.parentElement.dataset };
      const fits =
        Object.entries(wanted).every(([name, value]) => !value || data[name]?.split(" ").includes(value)) && holds(entry, words);
      entry.element.hidden = !fits;
      count += fits;
    }
    fold(active);
    document.querySelector(".claims .nothing").hidden = count > 0;
    const found = form.querySelector(".found");
    found.replaceChildren(active ? `${count} of ${claims.length} claims` : "");
    const sources = words.length ? texts.filter((entry) => holds(entry, words)) : [];
    if (sources.length) {
      const list = document.createElement("span");
      list.className = "refs";
      list.append(...sources.map(({ element }) => reference(element.id, element.querySelector("h3 .number").textContent)));
      found.append("; also in the text of ", list);
    }
  }

  if (form) {
    form.hidden = false;
    let waiting = 0;
    form.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(filter, 80);
    });
    form.addEventListener("reset", () => setTimeout(filter));
    form.addEventListener("submit", (event) => event.preventDefault());
    fold(false);
  }

  // ── Paper shows what is folded ──

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = foldable.filter((details) => !details.open);
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
  });

  route();
});
