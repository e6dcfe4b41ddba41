// Follows the browser's light or dark setting and its width, which the reference itself cannot.
"use strict";
const reference = document.querySelector("rapi-doc");
const dark = matchMedia("(prefers-color-scheme: dark)");
const narrow = matchMedia("(max-width: 768px)");
function follow() {
  const colours = dark.matches ? ["dark", "#10191c", "#d9e4e6", "#35c9b4"] : ["light", "#ffffff", "#16262b", "#0d7a6f"];
  reference.setAttribute("theme", colours[0]);
  reference.setAttribute("bg-color", colours[1]);
  reference.setAttribute("text-color", colours[2]);
  reference.setAttribute("primary-color", colours[3]);
  // A narrow page has no room for the list of operations beside them, so they are listed and unfold.
  reference.setAttribute("render-style", narrow.matches ? "view" : "focused");
}
dark.addEventListener("change", follow);
narrow.addEventListener("change", follow);
follow();
