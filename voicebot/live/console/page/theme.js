"use strict";
// Before the first paint: the theme and language that were chosen last, else the system's.
(() => {
  const root = document.documentElement;
  let theme = null;
  let shown = null;
  try {
    theme = localStorage.getItem("voicebot.theme");
    shown = localStorage.getItem("voicebot.language");
  } catch { /* storage may be forbidden: the system's choice then */ }
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  root.dataset.shown = shown === "zh" || shown === "en" ? shown : (navigator.language || "zh").startsWith("zh") ? "zh" : "en";
  root.lang = root.dataset.shown === "zh" ? "zh-CN" : "en";
})();
