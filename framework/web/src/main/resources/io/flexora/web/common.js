"use strict";
const SVG = "http://www.w3.org/2000/svg";
const byId = id => document.getElementById(id);

// Names and messages come from elsewhere: they are only ever text, never markup.
function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined && text !== null) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function drawn(tag, attributes, text) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function button(text, className, pressed) {
  const made = element("button", text, className);
  made.type = "button";
  made.addEventListener("click", pressed);
  return made;
}

function link(text, address, className) {
  const made = element("a", text, className);
  made.href = address;
  return made;
}

function time(seconds) {
  if (seconds === undefined || seconds === null) return "–";
  if (seconds > 0 && seconds < 9.95) return seconds.toFixed(1) + " s";
  const s = Math.round(seconds);
  if (s < 60) return s + " s";
  if (s < 3600) return Math.floor(s / 60) + " min " + (s % 60) + " s";
  if (s < 172800) return Math.floor(s / 3600) + " h " + Math.floor(s % 3600 / 60) + " min";
  return Math.floor(s / 86400) + " d " + Math.floor(s % 86400 / 3600) + " h";
}

function number(value) {
  if (value === null || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(2);
  return size >= 100 ? value.toFixed(1) : value.toFixed(size >= 10 ? 2 : 4);
}

function bytes(size) {
  if (size === undefined) return "–";
  return size < 2 ** 30 ? Math.round(size / 2 ** 20) + " MiB" : (size / 2 ** 30).toFixed(1) + " GiB";
}

function moment(text) {
  if (!text) return "–";
  const at = new Date(text), two = n => String(n).padStart(2, "0");
  return at.getFullYear() + "-" + two(at.getMonth() + 1) + "-" + two(at.getDate()) + " " + two(at.getHours()) + ":" + two(at.getMinutes());
}

// A value of a metric, as the metric says that it is read.
function measured(cell) {
  if (cell.value === undefined) return "–";
  if (cell.percent) return (100 * cell.value).toFixed(1) + " %";
  return number(cell.value) + (cell.unit ? " " + cell.unit : "");
}

function short(model) {
  return model.split(", ").map(one => one.replace(/^.*[/!:](?=[^/!:])/, "")).join(", ");
}

// A part of an address; one that somebody mangled stands for itself.
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

// Kept elements stay where they are, and of new ones that of the same id has the focus: neither it nor scrolling is lost.
function fill(place, ...made) {
  const focused = place.contains(document.activeElement) && document.activeElement.dataset.id;
  place.replaceChildren(...made.flat());
  const again = focused && [...place.querySelectorAll("[data-id]")].find(one => one.dataset.id === focused);
  if (again) again.focus({ preventScroll: true });
}

async function asked(address) {
  const answer = await fetch(address, { cache: "no-store" });
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer.json();
}

const runAddress = (file, id, more) => file + "?run=" + encodeURIComponent(id) + (more || "");
const reportAddress = (id, file) => "report/" + [...id.split("/"), file].map(encodeURIComponent).join("/");
