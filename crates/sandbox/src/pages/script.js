// Sends forms and buttons to the control interface as JSON, says what came of it, and keeps the parts of a page
// that change current. Values are read as `data-as` says; a path takes its {names} from the form or the answer.
const message = document.getElementById("message");
let quiet;
function say(text, isBad = false) {
  message.textContent = text;
  message.classList.toggle("bad", isBad);
  clearTimeout(quiet);
  quiet = setTimeout(() => say(""), isBad ? 12000 : 5000);
}

const day = (text) => Date.parse(`${text}T00:00:00Z`) / 1000;
const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
const readers = {
  number: Number,
  numbers: (text) => text.split(/[\s,;]+/).filter(Boolean).map(Number),
  flag: (text) => text === "true",
  day,
  dayend: (text) => day(text) + 86399,
  stays: (text) => lines(text).map((line) => ({ date: line.split(/[\s,]+/)[0], zone: line.split(/[\s,]+/).slice(1).join(" ") })),
};

function bodyOf(form) {
  const body = {};
  for (const field of form.elements) {
    if (!field.name) continue;
    if (field.dataset.as === "many") {
      body[field.name] ??= [];
      if (field.checked) body[field.name].push(field.value);
    } else if (field.type === "checkbox") body[field.name] = field.checked;
    else if (field.multiple) body[field.name] = [...field.selectedOptions].map((option) => option.value);
    else if (field.value !== "") body[field.name] = readers[field.dataset.as]?.(field.value) ?? field.value;
  }
  return body;
}

/** Puts values in place of {names}, and takes those out of `values`. */
function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name];
    delete values[name];
    return encodeURIComponent(value);
  });
}

function told({ queued, connected, ids, points }) {
  if (ids) return `${ids.length} people are there.`;
  if (points) return "The run is over.";
  if (!queued) return "Done.";
  const counts = Object.entries(queued).map(([kind, count]) => `${count} ${kind}`);
  if (counts.length) return `Queued ${counts.join(", ")}.`;
  return connected === false ? "Kept. Nothing is sent: this person is not connected." : "Nothing new.";
}

async function call(element, body) {
  const [method, template] = element.dataset.call.split(" ");
  const path = fill(template, body ?? {});
  const trigger = element.querySelector?.("button.primary") ?? element;
  trigger.disabled = true;
  try {
    const text = body && JSON.stringify(body);
    const answer = await fetch(path, { method, headers: text ? { "content-type": "application/json" } : {}, body: text });
    const result = (answer.headers.get("content-type") ?? "").includes("json") ? await answer.json() : {};
    if (!answer.ok) return say(result.errorMessage ?? `That did not work: ${answer.status}.`, true);
    if (element.dataset.then) return location.assign(fill(element.dataset.then, result));
    if (element.dataset.show) {
      const shown = document.getElementById(element.dataset.show);
      shown.textContent = JSON.stringify(result, null, 2);
      shown.hidden = false;
    }
    say(told(result));
    await refresh();
  } catch {
    say("The sandbox does not answer.", true);
  } finally {
    trigger.disabled = false;
    if (document.activeElement === document.body) trigger.focus();
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.dataset.call) return;
  event.preventDefault();
  call(event.target, bodyOf(event.target));
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-call]");
  if (button) call(button, button.dataset.body ? JSON.parse(button.dataset.body) : undefined);
});

const seen = new Map();
const places = (part) => [...part.querySelectorAll("a, button")];
async function refresh() {
  const page = await (await fetch(location.href)).text();
  const fresh = new DOMParser().parseFromString(page, "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(part.id);
    if (!next || seen.get(part.id) === next.innerHTML) continue;
    seen.set(part.id, next.innerHTML);
    // Somebody who walks through the buttons by keyboard keeps their place.
    const place = places(part).indexOf(document.activeElement);
    part.replaceChildren(...next.childNodes);
    if (place >= 0) places(part)[place]?.focus();
  }
}
for (const part of document.querySelectorAll("[data-live]")) seen.set(part.id, part.innerHTML);

// A press between two refreshes must not lose its button.
let isPressed = false;
addEventListener("pointerdown", () => { isPressed = true; });
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => { isPressed = false; });
setInterval(() => {
  if (!isPressed && !document.hidden && document.querySelector("[data-live]")) refresh().catch(() => {});
}, 3000);
