// Everything here is beyond reading: a page is whole without it.
"use strict";

const root = document.documentElement;

// Dark or light, by preference until the reader chooses.
const button = document.querySelector(".theme");
const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
const label = () => {
  button.firstChild.textContent = isDark() ? "Light" : "Dark";
  button.setAttribute("aria-label", isDark() ? "Use light colours" : "Use dark colours");
};
button.hidden = false;
button.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch {}
  label();
});
dark.addEventListener("change", label);
label();

// The navigation keeps the current page in sight.
const side = document.querySelector(".side");
const here = side && side.querySelector("[aria-current]");
if (here && getComputedStyle(side).position === "sticky") side.scrollTop = here.offsetTop - side.clientHeight / 3;

// The contents mark the section that is read.
const links = new Map([...document.querySelectorAll("aside.contents a")].map((a) => [decodeURIComponent(a.hash.slice(1)), a]));
const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
const mark = () => {
  const line = innerHeight / 4;
  let current = headings[0];
  for (const heading of headings) if (heading.getBoundingClientRect().top < line) current = heading;
  for (const [id, a] of links) id === current.id ? a.setAttribute("aria-current", "true") : a.removeAttribute("aria-current");
};
if (headings.length) {
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; mark(); });
  }, { passive: true });
  mark();
}

// Code can be copied.
if (navigator.clipboard) {
  for (const pre of document.querySelectorAll(".text pre")) {
    const [copy, text] = [document.createElement("button"), pre.textContent];
    copy.type = "button";
    copy.className = "copy";
    copy.textContent = "Copy";
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text);
      copy.textContent = "Copied";
      setTimeout(() => { copy.textContent = "Copy"; }, 1500);
    });
    pre.append(copy);
  }
}

// A new revision: if this page changed with it, offer the new one. The tag of a page is made of its content.
// Only a page that is seen listens: a browser has six connections to a server that speaks HTTP/1.1.
const toast = document.querySelector(".toast");
toast.querySelector("button").addEventListener("click", () => location.reload());
const tag = async () => {
  const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
  return `${answer.status} ${answer.headers.get("etag")}`;
};
if (window.EventSource) {
  let known = null, events = null;
  const compare = async () => {
    try {
      const now = await tag();
      if (known !== null && now !== known) toast.hidden = false;
      known ??= now;
    } catch {}
  };
  const close = () => {
    events?.close();
    events = null;
  };
  const listen = () => {
    if (document.visibilityState === "hidden") return close();
    if (events) return;
    events = new EventSource("/-/events");
    events.addEventListener("revision", compare);
  };
  document.addEventListener("visibilitychange", listen);
  addEventListener("pageshow", listen);
  addEventListener("pagehide", close);
  listen();
}
