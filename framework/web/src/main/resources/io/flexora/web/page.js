"use strict";
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const STATES = {
    preparing: "Preparing: loading the model and the data.",
    running: "Running.",
    interrupted: "Interrupted: its process has died. Continue with flexora resume.",
    cancelled: "Cancelled. Continue with flexora resume.",
    ended: "Ended.",
  };
  const WORDS = { to_do: "to do", running: "running", interrupted: "interrupted", done: "done", failed: "failed" };
  const byId = id => document.getElementById(id);
  let chosen = null;
  let timer = 0;

  // Names and messages come from elsewhere: they are only ever text, never markup.
  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function drawn(tag, attributes, text) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function time(seconds) {
    if (seconds === undefined || seconds === null) return "–";
    const s = Math.round(seconds);
    if (s < 60) return s + " s";
    if (s < 3600) return Math.floor(s / 60) + " min " + (s % 60) + " s";
    if (s < 172800) return Math.floor(s / 3600) + " h " + Math.floor(s % 3600 / 60) + " min";
    return Math.floor(s / 86400) + " d " + Math.floor(s % 86400 / 3600) + " h";
  }

  function number(value) {
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(2);
    return size >= 100 ? value.toFixed(1) : value.toFixed(size >= 10 ? 2 : 4);
  }

  // A value of the metric that decides, as the metric says that it is read.
  function measured(cell) {
    if (cell.percent) return (100 * cell.value).toFixed(1) + " %";
    return number(cell.value) + (cell.unit ? " " + cell.unit : "");
  }

  function head(status) {
    const counts = status.counts || {};
    const all = Object.values(counts).reduce((a, b) => a + b, 0);
    byId("name").textContent = status.name || "Comparison";
    const state = byId("state");
    state.textContent = status.problem || STATES[status.state] || status.state;
    state.classList.toggle("trouble", Boolean(status.problem));
    document.title = all ? (counts.done || 0) + "/" + all + " " + status.name : "Flexora";
    const bar = byId("bar");
    bar.replaceChildren();
    for (const kind of ["done", "failed", "running", "interrupted"]) {
      if (!counts[kind]) continue;
      const part = element("i", undefined, kind);
      part.style.width = 100 * counts[kind] / all + "%";
      bar.append(part);
    }
    bar.setAttribute("aria-label", (counts.done || 0) + " of " + all + " cells are done");
    const figures = [["done", (counts.done || 0) + " of " + all], ["running", counts.running || 0],
      ["failed", counts.failed || 0], ["to do", (counts.to_do || 0) + (counts.interrupted || 0)],
      ["time so far", time(status.seconds)]];
    if (status.state === "running") {
      figures.push(["time left", status.seconds_left === undefined ? "known after the first cell" : "about " + time(status.seconds_left)]);
    }
    byId("figures").replaceChildren(...figures.map(([name, value]) => {
      const pair = element("div");
      pair.append(element("dt", name), element("dd", String(value)));
      return pair;
    }));
  }

  function label(cell) {
    if (cell.state === "done") return cell.value === undefined ? "✓" : measured(cell);
    if (cell.state === "running") return "▸ " + (cell.phase ? cell.phase + " " + cell.step : "start");
    return { failed: "✕ failed", interrupted: "‖ halted" }[cell.state] || "·";
  }

  function square(cell, shown) {
    const button = element("button", label(cell), cell.state);
    button.type = "button";
    button.dataset.id = cell.id;
    if (cell.trial !== undefined) button.classList.add("trial");
    const words = [cell.id, WORDS[cell.state] || cell.state];
    if (cell.metric && cell.value !== undefined) words.push(cell.metric + " " + measured(cell));
    if (cell.seconds !== undefined && cell.state !== "to_do") words.push(time(cell.seconds));
    button.title = words.join(", ");
    button.setAttribute("aria-label", words.join(", "));
    button.setAttribute("aria-pressed", String(cell.id === shown));
    button.addEventListener("click", () => { chosen = cell.id; ask(); });
    return button;
  }

  function table(group, shown) {
    const box = element("div", undefined, "group");
    const metric = group.rows.flatMap(row => row.cells).map(cell => cell.metric).find(Boolean);
    box.append(element("h2", group.model + " · " + group.task + (metric ? " · " + metric : "")));
    const seeds = [...new Set(group.rows.flatMap(row => row.cells.map(cell => cell.seed)))].sort((a, b) => a - b);
    const made = element("table");
    const top = element("tr");
    top.append(element("th", "strategy"), ...seeds.map(seed => element("th", "seed " + seed)));
    const thead = element("thead");
    thead.append(top);
    const body = element("tbody");
    for (const row of group.rows) {
      const line = element("tr");
      const name = element("th", row.strategy);
      name.scope = "row";
      line.append(name);
      for (const seed of seeds) {
        const place = element("td");
        for (const cell of row.cells.filter(one => one.seed === seed)) place.append(square(cell, shown));
        line.append(place);
      }
      body.append(line);
    }
    made.append(thead, body);
    const wide = element("div", undefined, "wide");
    wide.append(made);
    box.append(wide);
    return box;
  }

  function cells(status) {
    const section = byId("cells");
    const focus = document.activeElement && document.activeElement.dataset.id;
    const scrolled = [...section.querySelectorAll(".wide")].map(wide => wide.scrollLeft);
    section.replaceChildren(...status.groups.map(group => table(group, status.cell && status.cell.id)));
    section.querySelectorAll(".wide").forEach((wide, i) => { wide.scrollLeft = scrolled[i] || 0; });
    if (focus) {
      const again = [...section.querySelectorAll("button")].find(button => button.dataset.id === focus);
      if (again) again.focus({ preventScroll: true });
    }
  }

  function ticks(low, high, count) {
    const raw = (high - low) / count || 1;
    const power = Math.pow(10, Math.floor(Math.log10(raw)));
    const step = [1, 2, 5, 10].map(f => f * power).find(f => f >= raw);
    const found = [];
    for (let t = Math.ceil(low / step - 1e-9) * step; t <= high + step * 1e-9; t += step) found.push(Number(t.toPrecision(12)));
    return found;
  }

  function chart(phase, curves) {
    const figure = element("figure");
    figure.append(element("figcaption", phase + ": loss by step"));
    const w = 460, h = 230, left = 46, right = 8, top = 8, bottom = 24;
    const points = curves.flatMap(curve => curve.points);
    const xs = points.map(p => p[0]), ys = points.map(p => p[1]);
    const x0 = Math.min(...xs), x1 = Math.max(...xs, x0 + 1);
    const least = Math.min(...ys), most = Math.max(...ys), room = (most - least) * 0.06 || Math.abs(most) * 0.05 || 1;
    const y0 = least - room, y1 = most + room;
    const x = v => left + (v - x0) / (x1 - x0) * (w - left - right);
    const y = v => top + (y1 - v) / (y1 - y0) * (h - top - bottom);
    const svg = drawn("svg", { viewBox: "0 0 " + w + " " + h, role: "img",
      "aria-label": phase + ": " + curves.map(c => c.name + " " + number(c.points[c.points.length - 1][1])).join(", ") });
    for (const t of ticks(y0, y1, 4)) {
      svg.append(drawn("line", { class: "grid", x1: left, x2: w - right, y1: y(t), y2: y(t) }),
        drawn("text", { x: left - 6, y: y(t) + 4, "text-anchor": "end" }, String(t)));
    }
    for (const t of ticks(x0, x1, 6).filter(Number.isInteger)) {
      svg.append(drawn("text", { x: x(t), y: h - 6, "text-anchor": "middle" }, String(t)));
    }
    const keys = element("div");
    curves.forEach((curve, i) => {
      const kind = "k" + i % 4;
      const path = curve.points.map((p, n) => (n ? "L" : "M") + x(p[0]).toFixed(1) + " " + y(p[1]).toFixed(1)).join("");
      svg.append(drawn("path", { class: "curve " + kind, d: path }));
      const last = curve.points[curve.points.length - 1];
      svg.append(drawn("circle", { class: "dot " + kind, cx: x(last[0]), cy: y(last[1]), r: 3 }));
      const key = element("span", undefined, "key");
      key.append(element("b", undefined, kind), element("span", curve.name.replaceAll("_", " ") + " " + number(last[1])));
      keys.append(key);
    });
    figure.append(svg, keys);
    return figure;
  }

  function cell(status) {
    const one = status.cell;
    byId("cell").hidden = !one;
    if (!one) return;
    byId("cell-name").textContent = one.id;
    const words = [WORDS[one.state] || one.state];
    if (one.state === "running" && one.phase) words.push(one.phase + ", step " + one.step);
    if (one.seconds !== undefined) words.push(time(one.seconds));
    if (one.metric && one.value !== undefined) words.push(one.metric + " " + measured(one));
    if (one.layers.length) words.push("layers " + one.layers.join(", "));
    if (!one.curves.length) words.push("no losses yet");
    byId("cell-state").textContent = words.join(" · ");
    const phases = [...new Set(one.curves.map(curve => curve.phase))];
    byId("charts").replaceChildren(...phases.map(phase =>
      chart(phase, one.curves.filter(curve => curve.phase === phase && curve.points.length))));
  }

  function entries(id, list, made) {
    byId(id).hidden = !list.length;
    byId(id).querySelector("ul").replaceChildren(...list.map(made));
  }

  function show(status) {
    head(status);
    cells(status);
    cell(status);
    entries("errors", status.errors || [], error => {
      const item = element("li");
      item.append(element("strong", error.cell), element("pre", error.cause));
      return item;
    });
    entries("notices", status.notices || [], notice => {
      const item = element("li", notice.sentence + " ");
      item.append(element("small", notice.cell + ", " + new Date(notice.time).toLocaleTimeString()));
      return item;
    });
  }

  async function ask() {
    clearTimeout(timer);
    let next = 2000;
    try {
      const answer = await fetch("status.json" + (chosen ? "?cell=" + encodeURIComponent(chosen) : ""), { cache: "no-store" });
      if (!answer.ok) throw new Error(await answer.text());
      const status = await answer.json();
      show(status);
      if (status.state !== "running" && status.state !== "preparing") next = 10000;
    } catch (problem) {
      const state = byId("state");
      state.textContent = "No answer from the program: it has ended, or cannot be reached. The page shows the last known state.";
      state.classList.add("trouble");
      next = 5000;
    }
    timer = setTimeout(ask, next);
  }

  document.addEventListener("visibilitychange", () => { if (document.hidden) clearTimeout(timer); else ask(); });
  ask();
})();
