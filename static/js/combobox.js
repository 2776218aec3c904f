// Suggestions under a search box. Without this file the box is a plain form.
// htmx fetches the list on the event "suggest", which is never sent while an input method is composing.
"use strict";

(() => {
  function equip(input) {
    const panel = document.getElementById(input.dataset.combobox);
    const status = document.getElementById(`${panel.id}-status`);
    let active = -1;
    let wanted = false; // false after Escape, leaving or emptying: a late answer must not open the list

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");

    const options = () => [...panel.querySelectorAll('[role="option"]')];

    function close() {
      wanted = false;
      panel.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-controls");
      select(-1);
    }

    function open() {
      const list = panel.querySelector('[role="listbox"]');
      if (!list) return close();
      list.id = `${panel.id}-list`;
      options().forEach((option, index) => { option.id = `${panel.id}-${index}`; });
      panel.hidden = false;
      input.setAttribute("aria-controls", list.id);
      input.setAttribute("aria-expanded", "true");
      status.textContent = list.dataset.textStatus || "";
      select(-1);
    }

    function select(index) {
      active = index;
      options().forEach((option, position) => {
        option.setAttribute("aria-selected", position === index ? "true" : "false");
        if (position === index) option.scrollIntoView({ block: "nearest" });
      });
      if (index < 0) input.removeAttribute("aria-activedescendant");
      else input.setAttribute("aria-activedescendant", `${panel.id}-${index}`);
    }

    function move(step) {
      const count = options().length;
      if (panel.hidden || !count) return ask();
      // One position beyond either end is the input itself.
      select(((active + 1 + step + count + 1) % (count + 1)) - 1);
    }

    function ask() {
      if (!input.value.trim()) return close();
      wanted = true;
      input.dispatchEvent(new CustomEvent("suggest", { bubbles: true }));
    }

    function go(option, event) {
      const address = option.dataset.href;
      const chosen = input.form.elements[input.dataset.chosen];
      if (chosen && !option.classList.contains("suggestions__option--typed")) {
        chosen.value = address; // this form acts on what is chosen
        input.form.requestSubmit();
      } else if (event.metaKey || event.ctrlKey) window.open(address, "_blank", "noopener");
      else window.location.assign(address);
    }

    input.addEventListener("input", (event) => { if (!event.isComposing) ask(); });
    input.addEventListener("compositionend", ask);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) return; // the input method owns these keys
      if (event.key === "ArrowDown") { event.preventDefault(); move(1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); move(-1); }
      else if (event.key === "Escape" && !panel.hidden) { event.preventDefault(); close(); }
      else if (event.key === "Enter" && active >= 0) { event.preventDefault(); go(options()[active], event); }
    });
    input.addEventListener("blur", close);
    input.form.addEventListener("submit", close);

    panel.addEventListener("mousedown", (event) => event.preventDefault()); // keep the focus in the box
    panel.addEventListener("click", (event) => {
      const option = event.target.closest('[role="option"]');
      if (option) go(option, event);
    });
    panel.addEventListener("htmx:afterSwap", () => { if (wanted) open(); });
    for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
      input.addEventListener(failure, close); // the form itself still works
    }
  }

  document.querySelectorAll("input[data-combobox]").forEach(equip);
})();
