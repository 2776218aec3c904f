// Suggestions under a search box. Without this file the box is a plain form.
// htmx fetches the list on the event "suggest", which is never sent while an input method is composing.
"use strict";

(() => {
  function equip(input) {
    const panel = document.getElementById(input.dataset.combobox);
    const status = document.getElementById(`${panel.id}-status`);
    let active = -1;
    let wanted = false; // false after Escape, leaving or emptying: a late answer must not open the list
    let listed = null; // the text whose list is in the panel: while typing goes on, an older one
    let moves = 0; // made while the list of what is typed is still under way
    let kept = null; // address of the option that was selected before a refresh

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");

    const options = () => [...panel.querySelectorAll('[role="option"]')];
    const current = () => !panel.hidden && listed === input.value;
    const asked = (event) => event.detail.requestConfig.parameters[input.name];

    function close() {
      wanted = false;
      moves = 0;
      panel.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-controls");
      status.textContent = "";
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
      if (!current()) return select(-1); // shown for the mouse; the list of what is typed follows
      status.textContent = list.dataset.textStatus || "";
      active = options().findIndex((option) => option.dataset.href === kept);
      move(moves);
      moves = 0;
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
      if (!wanted) return ask();
      if (!current()) { moves += step; return; }
      const positions = options().length + 1; // one beyond either end is the input itself
      select(((active + 1 + step) % positions + positions) % positions - 1);
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

    input.addEventListener("input", (event) => {
      moves = 0;
      select(-1); // what was selected belongs to an older text
      if (!event.isComposing) ask();
    });
    input.addEventListener("compositionend", ask);
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) return; // the input method owns these keys
      if (event.key === "ArrowDown") { event.preventDefault(); move(1); }
      else if (event.key === "ArrowUp") { event.preventDefault(); move(-1); }
      else if (event.key === "Escape" && wanted) { event.preventDefault(); close(); }
      else if (event.key === "Enter" && active >= 0 && current()) { event.preventDefault(); go(options()[active], event); }
    });
    input.addEventListener("blur", close);
    input.form.addEventListener("submit", close);

    panel.addEventListener("mousedown", (event) => event.preventDefault()); // keep the focus in the box
    panel.addEventListener("click", (event) => {
      const option = event.target.closest('[role="option"]');
      if (option) go(option, event);
    });
    panel.addEventListener("htmx:beforeSwap", (event) => {
      kept = options()[active]?.dataset.href;
      if (current() && asked(event) !== input.value) event.preventDefault(); // overtaken: typed and taken back
    });
    panel.addEventListener("htmx:afterSwap", (event) => {
      listed = asked(event);
      if (wanted) open();
    });
    for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
      // The form itself still works.
      input.addEventListener(failure, (event) => { if (asked(event) === input.value) close(); });
    }
  }

  document.querySelectorAll("input[data-combobox]").forEach(equip);
})();
