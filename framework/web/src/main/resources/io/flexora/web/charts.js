function ticks(low, high, count) {
  const raw = (high - low) / count || 1;
  const power = Math.pow(10, Math.floor(Math.log10(raw)));
  const step = [1, 2, 5, 10].map(f => f * power).find(f => f >= raw);
  const found = [];
  for (let t = Math.ceil(low / step - 1e-9) * step; t <= high + step * 1e-9; t += step) found.push(Number(t.toPrecision(12)));
  return found;
}

// How curves are drawn: on a logarithmic axis where all values are positive, and smoothed by a moving average with this share of the past.
const drawing = { log: false, smoothing: 0 };

// An exponential moving average without the bias of its beginning.
function smoothed(points) {
  let sum = 0, weight = 0;
  return points.map(([x, y]) => {
    sum = drawing.smoothing * sum + y;
    weight = drawing.smoothing * weight + 1;
    return [x, sum / weight];
  });
}

// Ticks of a logarithmic axis between two exponents: powers of ten, with 2 and 5 where those are few.
function powers(low, high) {
  const steps = high - low > 3 ? [1] : [1, 2, 5], found = [];
  for (let e = Math.floor(low); e <= high; e++) for (const step of steps) found.push(Number((step * 10 ** e).toPrecision(12)));
  const inside = found.filter(t => Math.log10(t) >= low && Math.log10(t) <= high);
  return inside.length > 1 ? inside : ticks(10 ** low, 10 ** high, 4).filter(t => t > 0);
}

// Curves over one pair of axes: { label, kind, points } each.
function chart(title, curves) {
  const figure = element("figure");
  figure.append(element("figcaption", title));
  const w = 460, h = 230, left = 46, right = 8, top = 8, bottom = 24;
  let x0 = Infinity, x1 = -Infinity, least = Infinity, most = -Infinity;
  for (const curve of curves) for (const [px, py] of curve.points) {
    x0 = Math.min(x0, px); x1 = Math.max(x1, px); least = Math.min(least, py); most = Math.max(most, py);
  }
  x1 = Math.max(x1, x0 + 1);
  const log = drawing.log && least > 0, scale = log ? Math.log10 : v => v;
  [least, most] = [scale(least), scale(most)];
  const room = (most - least) * 0.06 || Math.abs(most) * 0.05 || 1;
  const y0 = least - room, y1 = most + room;
  const x = v => left + (v - x0) / (x1 - x0) * (w - left - right);
  const y = v => top + (y1 - scale(v)) / (y1 - y0) * (h - top - bottom);
  const line = points => points.map((p, n) => (n ? "L" : "M") + x(p[0]).toFixed(1) + " " + y(p[1]).toFixed(1)).join("");
  const last = curve => curve.points[curve.points.length - 1];
  const svg = drawn("svg", { viewBox: "0 0 " + w + " " + h, role: "img",
    "aria-label": title + ": " + curves.map(c => c.label + " " + number(last(c)[1])).join(", ") });
  for (const t of log ? powers(y0, y1) : ticks(y0, y1, 4)) {
    svg.append(drawn("line", { class: "grid", x1: left, x2: w - right, y1: y(t), y2: y(t) }),
      drawn("text", { x: left - 6, y: y(t) + 4, "text-anchor": "end" }, String(t)));
  }
  for (const t of ticks(x0, x1, 6).filter(Number.isInteger)) {
    svg.append(drawn("text", { x: x(t), y: h - 6, "text-anchor": "middle" }, String(t)));
  }
  const keys = element("div");
  for (const curve of curves) {
    const kind = "k" + curve.kind % 8;
    const end = last(curve);
    if (drawing.smoothing) svg.append(drawn("path", { class: "raw " + kind, d: line(curve.points) }));
    svg.append(drawn("path", { class: "curve " + kind, d: line(drawing.smoothing ? smoothed(curve.points) : curve.points) }));
    for (const point of curve.points.length <= 20 ? curve.points : [end]) {
      svg.append(drawn("circle", { class: "dot " + kind, cx: x(point[0]), cy: y(point[1]), r: 3 }));
    }
    const key = element("span", undefined, "key");
    key.append(element("b", undefined, kind), element("span", curve.label + " " + number(end[1])));
    keys.append(key);
  }
  figure.append(svg, keys, chartButtons(title, figure));
  return figure;
}

// One square a layer: solid where it was always chosen, else darker the larger its share; the score is in its title.
function strip(layers, of, told) {
  const row = element("div", undefined, "strip");
  for (let i = 0; i < layers; i++) {
    const share = of(i);
    const square = element("i", String(i), share >= 1 ? "on" : "");
    square.style.setProperty("--share", Math.round(100 * share) + "%");
    square.title = told(i);
    row.append(square);
  }
  return row;
}
