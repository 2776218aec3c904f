// The button that prints; without this file the page tells where the browser keeps its own.
"use strict";

(() => {
  const button = document.querySelector("[data-print]");
  button.addEventListener("click", () => window.print());
  button.hidden = false;
  document.querySelector("[data-print-hint]").hidden = true;
})();
