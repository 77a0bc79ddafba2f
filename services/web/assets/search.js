// Results while one types. Without this the box leads to a page of results.
"use strict";

{
  const box = document.querySelector(".find input");
  const list = document.querySelector(".found");
  let asking = null, timer = 0, chosen = -1;

  const options = () => [...list.querySelectorAll("[role=option]:not([aria-disabled])")];
  const close = () => {
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const open = () => {
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
  };
  const choose = (index) => {
    const all = options();
    if (!all.length) return;
    chosen = (index + all.length) % all.length;
    all.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    box.setAttribute("aria-activedescendant", all[chosen].id);
    all[chosen].scrollIntoView({ block: "nearest" });
  };
  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };

  // A snippet is text and marks; nothing else of it is taken.
  const words = (snippet) => {
    const line = element("span", "words");
    for (const node of new DOMParser().parseFromString(snippet, "text/html").body.childNodes) {
      line.append(node.nodeName === "MARK" ? element("mark", "", node.textContent) : node.textContent);
    }
    return line;
  };
  const option = (hit, index) => {
    const item = element("li");
    item.id = `Found-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const link = element("a");
    link.href = hit.url + (hit.anchor ? `#${hit.anchor}` : "");
    link.tabIndex = -1;
    link.append(element("strong", "", hit.title));
    const where = hit.headings.filter((heading) => heading !== hit.title).join(" › ");
    if (where) link.append(element("span", "where", where));
    link.append(words(hit.snippet));
    item.append(link);
    return item;
  };
  const note = (text) => {
    const item = element("li", "note", text);
    item.setAttribute("role", "option");
    item.setAttribute("aria-disabled", "true");
    list.replaceChildren(item);
    open();
  };

  const ask = async () => {
    const query = box.value.trim();
    asking?.abort();
    if (!query) return close();
    const mine = asking = new AbortController();
    try {
      const answer = await fetch(`/-/search.json?q=${encodeURIComponent(query)}`, { signal: mine.signal });
      if (!answer.ok) return note("Search is away at the moment.");
      const { hits } = await answer.json();
      if (mine !== asking) return;
      if (!hits.length) return note("Nothing matches.");
      chosen = -1;
      box.removeAttribute("aria-activedescendant");
      list.replaceChildren(...hits.map(option));
      open();
    } catch (error) {
      if (error.name !== "AbortError") note("Search is away at the moment.");
    }
  };

  if (box) {
    box.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 120);
    });
    box.addEventListener("focus", () => { if (list.children.length && box.value.trim()) open(); });
    box.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") choose(chosen + 1);
      else if (event.key === "ArrowUp") choose(chosen < 0 ? -1 : chosen - 1);
      else if (event.key === "Escape") { close(); return; }
      else if (event.key === "Enter" && chosen >= 0) options()[chosen].querySelector("a").click();
      else return;
      event.preventDefault();
    });
    list.tabIndex = -1;
    box.form.addEventListener("focusout", (event) => { if (!box.form.contains(event.relatedTarget)) close(); });
    document.addEventListener("click", (event) => { if (!event.target.closest(".find")) close(); });
    document.addEventListener("keydown", (event) => {
      const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      box.focus();
      box.select();
    });
  }
}
