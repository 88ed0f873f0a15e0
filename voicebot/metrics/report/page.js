"use strict";
// Language switch, filter and sorting, jumping to a time. Without scripts the page can still be read and heard.
document.addEventListener("DOMContentLoaded", () => {
  const root = document.documentElement;
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const piece_seconds = 6;

  // ---- language
  const speak = (shown) => {
    root.dataset.shown = shown;
    root.lang = shown === "zh" ? "zh-CN" : "en";
    for (const image of all("[data-zh]")) image.setAttribute("aria-label", image.dataset[shown]);
    const heading = document.querySelector("h1 ." + shown);
    if (heading) document.title = heading.textContent;
  };
  document.getElementById("language").addEventListener("click", () => speak(root.dataset.shown === "zh" ? "en" : "zh"));

  // ---- the table of calls
  const table = document.getElementById("table");
  const rows = all("tbody tr", table);
  const filter = document.getElementById("filter");
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
      shown += row.hidden ? 0 : 1;
    }
    document.getElementById("matches").textContent = wanted === "" ? "" : shown + "/" + rows.length;
  });
  const heads = all("thead th", table);
  heads.forEach((head, column) => {
    head.querySelector("button").addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const numeric = head.classList.contains("number");
      const key = (row) => row.cells[column].textContent;
      rows.sort((a, b) => (numeric ? key(a) - key(b) : key(a).localeCompare(key(b), "zh")) * (down ? -1 : 1));
      table.tBodies[0].append(...rows);
    });
  });

  // ---- timelines
  const open = () => {
    const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
    if (target && target.tagName === "DETAILS") { target.open = true; target.scrollIntoView(); }
  };
  window.addEventListener("hashchange", open);
  open();
  const views = all("details.call");
  document.getElementById("open-all").addEventListener("click", () => views.forEach((view) => { view.open = true; }));
  document.getElementById("close-all").addEventListener("click", () => views.forEach((view) => { view.open = false; }));

  const players = all("audio");
  for (const audio of players) {
    const inside = audio.closest(".inside");
    const pieces = all(".piece", inside);
    const lines = all(".talk > li", inside).map((line) => [parseFloat(line.firstElementChild.dataset.t), line]);
    const head = document.createElementNS("http://www.w3.org/2000/svg", "line");
    head.setAttribute("class", "playhead");
    inside.classList.add("seekable");

    const jump = (t) => {
      const go = () => { audio.currentTime = Math.max(0, t); audio.play().catch(() => {}); };
      if (audio.readyState > 0) { go(); return; }
      audio.addEventListener("loadedmetadata", go, { once: true });
      audio.preload = "auto";
      audio.load();
    };
    for (const piece of pieces) {
      piece.addEventListener("click", (event) => {
        const box = piece.getBoundingClientRect();
        jump(parseFloat(piece.dataset.start) + piece_seconds * (event.clientX - box.left) / box.width);
      });
    }
    for (const button of all("button.time", inside)) {
      button.addEventListener("click", () => jump(parseFloat(button.dataset.t) - 0.1));
    }
    const show = () => {
      const t = audio.currentTime;
      const piece = pieces[Math.floor(t / piece_seconds)];
      if (piece) {
        const box = piece.viewBox.baseVal;
        const x = box.width * (t % piece_seconds) / piece_seconds;
        for (const end of ["x1", "x2"]) head.setAttribute(end, x);
        head.setAttribute("y1", 12);
        head.setAttribute("y2", box.height);
        if (head.parentNode !== piece) piece.append(head);
      }
      let now = null;
      for (const [start, line] of lines) {
        line.classList.remove("now");
        if (start <= t + 0.05 && !line.classList.contains("note")) now = line;
      }
      if (now) now.classList.add("now");
      if (!audio.paused) requestAnimationFrame(show);
    };
    audio.addEventListener("play", () => {
      for (const other of players) if (other !== audio) other.pause();
      show();
    });
    audio.addEventListener("seeked", show);
  }
});
