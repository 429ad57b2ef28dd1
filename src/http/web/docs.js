// The page is whole without this: a search box, buttons to copy, and where one is.
"use strict";
{
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const words = (name) => document.getElementById(name).content.cloneNode(true);

  for (const figure of all("figure.code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.append(words("copy"));
    button.addEventListener("click", async () => {
      const code = figure.querySelector("code");
      try {
        await navigator.clipboard.writeText(code.textContent);
      } catch {
        // Where the clipboard is withheld, what is marked can be copied by hand.
        getSelection().selectAllChildren(code);
        return;
      }
      button.replaceChildren(words("copied"));
      setTimeout(() => button.replaceChildren(words("copy")), 2000);
    });
    figure.querySelector("figcaption").append(button);
  }

  const box = document.getElementById("find");
  const nothing = document.getElementById("nothing");
  const parts = all("[data-find]").map((part) => [part, part.textContent.toLowerCase()]);
  const lines = new Map(all("li[data-of]").map((line) => [line.dataset.of, line]));
  const find = () => {
    const wanted = box.value.trim().toLowerCase().split(/\s+/);
    let found = 0;
    for (const [part, text] of parts) {
      const fits = wanted.every((word) => text.includes(word));
      part.hidden = !fits;
      found += fits;
      const line = lines.get(part.id);
      if (line) line.hidden = !fits;
    }
    for (const list of all(".side ul")) {
      const own = all("li[data-of]", list);
      const empty = own.length > 0 && own.every((line) => line.hidden);
      list.hidden = empty;
      if (list.previousElementSibling?.matches("h2")) list.previousElementSibling.hidden = empty;
    }
    const searching = wanted[0] !== "";
    for (const chapter of all(".chapter")) {
      const inside = all("[data-find]", chapter);
      chapter.hidden = searching && !inside.some((part) => !part.hidden);
    }
    nothing.hidden = found > 0;
  };
  box.closest(".find").hidden = false;
  box.addEventListener("input", find);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && event.target !== box) {
      event.preventDefault();
      box.focus();
    } else if (event.key === "Escape" && event.target === box) {
      box.value = "";
      find();
    }
  });
  addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest("[hidden]")) {
      box.value = "";
      find();
      target.scrollIntoView();
    }
  });
  for (const link of all(".side a")) {
    link.addEventListener("click", () => {
      document.getElementById("toc").checked = false;
    });
  }

  const seen = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const link = lines.get(entry.target.id)?.firstElementChild;
        if (!link || !entry.isIntersecting) continue;
        all(".side a[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
        link.setAttribute("aria-current", "true");
      }
    },
    { rootMargin: "-15% 0px -75% 0px" },
  );
  all("article.op").forEach((part) => seen.observe(part));
}
