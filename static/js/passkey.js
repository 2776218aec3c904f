// Passkeys: asks the server what to sign, the browser to sign it, and sends the form with the answer.
// Forms that need it stay hidden where the browser cannot.
const FIELDS = ["challenge", "id", "userHandle", "rawId", "clientDataJSON", "attestationObject", "authenticatorData", "signature"];

function bytesOf(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0)).buffer;
}

function textOf(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function decoded(options) {
  options.challenge = bytesOf(options.challenge);
  if (options.user) options.user.id = bytesOf(options.user.id);
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    for (const one of options[list] || []) one.id = bytesOf(one.id);
  }
  return options;
}

function encoded(credential) {
  const response = {};
  for (const field of FIELDS) {
    if (credential.response[field]) response[field] = textOf(credential.response[field]);
  }
  return JSON.stringify({ id: credential.id, rawId: textOf(credential.rawId), type: credential.type, response });
}

async function answered(form) {
  const asked = await fetch(form.dataset.options, {
    method: "POST",
    headers: { "X-CSRF-Token": form.elements.csrf.value },
  });
  if (asked.status === 403 && form.dataset.passkey === "create") {
    // A second factor is wanted first; the page's own form leads there.
    return "";
  }
  if (!asked.ok) throw new Error(String(asked.status));
  const publicKey = decoded(await asked.json());
  return encoded(await navigator.credentials[form.dataset.passkey]({ publicKey }));
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = form.querySelector(".passkey__problem");
    const button = form.querySelector("button");
    problem.hidden = true;
    button.disabled = true;
    try {
      form.elements.credential.value = await answered(form);
      form.submit();
    } catch {
      problem.hidden = false;
      button.disabled = false;
    }
  });
}
