"use strict";
(() => {
  const root = document.documentElement;
  const charts = JSON.parse(document.getElementById("charts").textContent)
    .map(chart => ({ ...chart, element: document.getElementById(chart.id) }))
    .filter(chart => chart.element);

  // The charts of one bar of toggles stand in the same of these.
  const TOGGLED = ".curves, section";
  const off = new WeakMap();
  const hidden = (chart, name) => off.get(chart.element.closest(TOGGLED))?.has(name) ?? false;
  const colour = name => getComputedStyle(root).getPropertyValue(name).trim();
  const number = value => Number(value.toPrecision(4)).toString().replace("-", "−");
  const whole = value => Number.isInteger(value) ? value : number(value);
  const text = value => echarts.format.encodeHTML(value);

  function line(series, narrow) {
    const strong = series.look === "STRONG", faint = series.look === "FAINT", dotted = series.look === "DOTTED";
    return {
      type: "line", name: series.name, data: series.points, silent: faint, step: series.look === "STEPPED" && "start",
      color: colour(series.colour),
      lineStyle: { width: strong ? 2.25 : faint ? 1 : 1.5, opacity: faint ? 0.3 : 1, type: series.look === "DASHED" ? "dashed" : "solid" },
      symbol: "circle", symbolSize: 6, showSymbol: dotted, showAllSymbol: dotted,
      z: strong ? 4 : faint ? 1 : 3,
      endLabel: {
        show: series.labelled, formatter: "{a}", distance: 6, fontSize: narrow ? 11 : 12,
        fontWeight: strong ? 600 : 400, color: strong || series.points[0]?.length > 2 ? colour(series.colour) : colour("--soft"),
      },
      emphasis: { disabled: faint, focus: "series", lineStyle: { width: 3 } },
      blur: { lineStyle: { opacity: 0.25 } },
    };
  }

  // The band around a line, cut at the ends of the upward axis.
  function band(chart, series, opacity) {
    const [min, max] = chart.range;
    const pixel = (x, y) => chart.drawn.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [x, Math.min(max, Math.max(min, y))]);
    return {
      type: "polygon", id: `${series.name} band`, silent: true, z: 1,
      shape: { points: [...series.points.map(p => pixel(p[0], p[2])), ...[...series.points].reverse().map(p => pixel(p[0], p[3]))] },
      style: { fill: colour(series.colour), opacity },
    };
  }

  function bands(chart) {
    const lines = chart.lines.filter(l => !hidden(chart, l.name) && l.points.length > 1 && l.points[0].length > 2);
    // The more bands lie on one another, the fainter each of them.
    const opacity = Math.min(0.12, 0.36 / lines.length);
    if (lines.length) chart.drawn.setOption({ graphic: { elements: lines.map(l => band(chart, l, opacity)) } });
  }

  function levels(chart) {
    return {
      type: "line", data: [], silent: true,
      markLine: {
        symbol: "none", silent: true, label: { show: false },
        lineStyle: { color: colour("--soft"), type: "dashed", width: 1 },
        data: chart.levels.map(level => ({ yAxis: level })),
      },
    };
  }

  function tooltip(chart, lines = chart.lines) {
    const shown = new Set(lines.filter(l => l.look !== "FAINT").map(l => l.name));
    return {
      trigger: "axis", confine: true, transitionDuration: 0,
      backgroundColor: colour("--raised"), borderColor: colour("--line"), padding: [6, 10],
      textStyle: { color: colour("--text"), fontSize: 12 },
      axisPointer: { lineStyle: { color: colour("--muted") } },
      formatter: points => `${text(chart.x)} ${whole(points[0].value[0])}<br>` + points
        .filter(point => shown.has(point.seriesName))
        .sort((a, b) => b.value[1] - a.value[1])
        .map(point => `${point.marker}${text(point.seriesName)}: <b>${number(point.value[1])}</b>`)
        .join("<br>"),
    };
  }

  function axis(name, extra) {
    return {
      type: "value", name, nameTextStyle: { color: colour("--soft"), fontSize: 12 },
      axisLabel: { color: colour("--soft"), fontSize: 11, hideOverlap: true, formatter: number },
      splitLine: { lineStyle: { color: colour("--grid") } },
      ...extra,
    };
  }

  const short = value => Math.abs(value) >= 1e6 ? `${number(value / 1e6)} M` : Math.abs(value) >= 1e4 ? `${number(value / 1e3)} k` : number(value);

  // Cost to the right, the metric upwards: each strategy a point with its interval.
  function front(chart) {
    const costs = chart.points.map(p => p.at[0]);
    const logarithmic = chart.logarithmic;
    const margin = (Math.max(...costs) - Math.min(...costs)) * 0.06 || Math.abs(costs[0]) * 0.1 || 1;
    return {
      animation: false, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 4, top: 30, bottom: 30, right: 16, containLabel: true },
      xAxis: axis(chart.x, {
        type: logarithmic ? "log" : "value", nameLocation: "middle", nameGap: 26, scale: true,
        min: logarithmic ? undefined : Math.max(0, Math.min(...costs) - margin), max: logarithmic ? undefined : Math.max(...costs) + margin,
        axisLine: { lineStyle: { color: colour("--line") } }, splitLine: { show: false },
        axisLabel: { color: colour("--soft"), fontSize: 11, hideOverlap: true, formatter: short, showMinLabel: logarithmic, showMaxLabel: logarithmic },
      }),
      yAxis: axis(chart.y, { nameLocation: "end", nameGap: 12, scale: true, nameTextStyle: { align: "left", color: colour("--soft") } }),
      tooltip: { ...tooltip(chart, []), trigger: "item", formatter: point => `${point.marker}<b>${text(point.name)}</b><br>${text(point.data.tip)}` },
      series: [
        ...chart.points.map(p => ({
          type: "line", data: [[p.at[0], p.at[2]], [p.at[0], p.at[3]]], symbol: "none", silent: true, z: 1,
          lineStyle: { color: colour(p.colour), width: 2, opacity: 0.35 },
        })),
        {
          type: "line", step: "end", symbol: "none", silent: true, z: 1,
          data: chart.points.filter(p => p.front).map(p => [p.at[0], p.at[1]]),
          lineStyle: { color: colour("--muted"), width: 1, type: "dashed" },
        },
        {
          type: "scatter", symbolSize: 11, z: 3,
          data: chart.points.map(p => ({
            name: p.name, value: [p.at[0], p.at[1]], tip: p.tip,
            itemStyle: { color: p.front ? colour(p.colour) : colour("--page"), borderColor: colour(p.colour), borderWidth: 2 },
          })),
        },
      ],
    };
  }

  // Puts each label beside its point where it covers no other label and no point.
  function label(chart) {
    const height = 14, reach = 6;
    const overlap = (a, b) => Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
    const places = chart.points.map(p => chart.drawn.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, [p.at[0], p.at[1]]));
    const taken = places.map(([x, y]) => ({ left: x - reach, right: x + reach, top: y - reach, bottom: y + reach }));
    const order = chart.points.map((_, i) => i).sort((a, b) => places[a][1] - places[b][1]);
    const labels = [];
    for (const i of order) {
      const [x, y] = places[i], width = chart.points[i].name.length * 6.3 + 4;
      const beside = [0, -1, 1, -2, 2, -3, 3].flatMap(n => [[x + reach + 4, y - height / 2 + n * 11], [x - reach - 4 - width, y - height / 2 + n * 11]]);
      const candidates = [...beside.slice(0, 2), [x - width / 2, y - reach - height - 1], [x - width / 2, y + reach + 1], ...beside.slice(2)]
        .map(([left, top]) => ({ left, top, right: left + width, bottom: top + height }));
      const cost = box => taken.reduce((sum, other) => sum + overlap(box, other), 0)
        + 1e4 * (box.left < 40 || box.right > chart.drawn.getWidth() - 2 || box.top < 22 || box.bottom > chart.drawn.getHeight() - 46);
      const best = candidates.reduce((a, b) => cost(b) < cost(a) ? b : a);
      taken.push(best);
      labels[i] = { show: true, formatter: "{b}", fontSize: 11, color: colour("--text"), align: "left", verticalAlign: "top", position: [best.left - x + 5.5, best.top - y + 5.5] };
    }
    const option = chart.drawn.getOption();
    const series = option.series.map(() => ({}));
    series[series.length - 1] = { data: option.series.at(-1).data.map((item, i) => ({ ...item, label: labels[i] })) };
    chart.drawn.setOption({ series });
  }

  function option(whole) {
    const chart = { ...whole, lines: whole.lines.filter(l => !hidden(whole, l.name)) };
    const narrow = chart.drawn.getWidth() < 480;
    const longest = Math.max(0, ...chart.lines.filter(l => l.labelled).map(l => l.name.length));
    const [min, max] = chart.range ?? [undefined, undefined];
    return {
      animation: false, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 4, top: 30, bottom: 30, right: Math.min(longest * 6.6, 130) + 12, containLabel: true },
      xAxis: axis(chart.x, {
        nameLocation: "middle", nameGap: 26, ...(chart.domain ? { min: chart.domain[0], max: chart.domain[1] } : { max: chart.end, minInterval: 1 }),
        axisLine: { lineStyle: { color: colour("--line") } }, splitLine: { show: false },
      }),
      yAxis: axis(chart.y, { nameLocation: "end", nameGap: 12, scale: true, min, max, nameTextStyle: { align: "left", color: colour("--soft") } }),
      tooltip: tooltip(chart),
      series: [...chart.lines.map(l => line(l, narrow)), ...(chart.levels.length ? [levels(chart)] : [])],
    };
  }

  // The small build of ECharts has no layout for labels: move those apart that stand at the lines' ends.
  function spread(chart) {
    const room = 13;
    const lines = chart.lines.filter(l => !hidden(chart, l.name));
    const labels = lines
      .map((l, index) => ({ index, labelled: l.labelled, last: l.points.at(-1) }))
      .filter(label => label.labelled && label.last)
      .map(label => ({ ...label, at: chart.drawn.convertToPixel({ yAxisIndex: 0 }, label.last[1]) }))
      .sort((a, b) => a.at - b.at);
    const bottom = chart.drawn.getHeight() - 40;
    let above = -Infinity;
    for (const label of labels) {
      above = label.to = Math.max(label.at, above + room);
    }
    let below = Math.max(bottom, room * labels.length);
    for (const label of [...labels].reverse()) {
      below = label.to = Math.min(label.to, below);
      below -= room;
    }
    const series = lines.map(() => ({}));
    labels.forEach(({ index, at, to }) => { series[index] = { endLabel: { offset: [0, to - at] } }; });
    chart.drawn.setOption({ series });
  }

  function draw(chart, size) {
    chart.drawn ??= echarts.init(chart.element, null, { renderer: "svg" });
    chart.drawn.resize(size);
    chart.drawn.setOption(chart.kind === "front" ? front(chart) : option(chart), true);
    if (chart.kind === "front") {
      label(chart);
    } else {
      spread(chart);
      bands(chart);
    }
    const svg = chart.element.querySelector("svg");
    size ? svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`) : svg.removeAttribute("viewBox");
  }

  const drawAll = () => charts.forEach(chart => draw(chart));
  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  const resized = new ResizeObserver(entries => root.classList.contains("paper") || entries.forEach(entry =>
    draw(charts.find(chart => chart.element === entry.target))));
  charts.forEach(chart => resized.observe(chart.element));

  // On paper the charts have a fixed size in the drawing and are scaled to their place by the style sheet.
  function paper(on) {
    root.classList.toggle("paper", on);
    document.querySelectorAll("details[data-print]").forEach(details => { details.open = on; });
    charts.forEach(chart => draw(chart, on ? { width: chart.element.closest(".pair") ? 390 : 800, height: 260 } : undefined));
  }
  addEventListener("beforeprint", () => paper(true));
  addEventListener("afterprint", () => paper(false));

  // One button for each line shows it or takes it out of all line charts of its part.
  document.querySelectorAll("[data-toggles]").forEach(bar => {
    const section = bar.closest(TOGGLED), out = new Set();
    const mine = charts.filter(chart => chart.lines && section.contains(chart.element));
    off.set(section, out);
    const lines = new Map(mine.flatMap(chart => chart.lines).map(l => [l.name, l]));
    const dashed = new Set(mine.flatMap(chart => chart.lines).filter(l => l.look === "DASHED").map(l => l.name));
    for (const l of lines.values()) {
      const button = document.createElement("button");
      button.type = "button";
      button.classList.toggle("dashed", dashed.has(l.name));
      button.textContent = l.name;
      button.setAttribute("aria-pressed", "true");
      button.style.setProperty("--colour", `var(${l.colour})`);
      button.addEventListener("click", () => {
        out.has(l.name) ? out.delete(l.name) : out.add(l.name);
        button.setAttribute("aria-pressed", String(!out.has(l.name)));
        mine.forEach(chart => draw(chart));
      });
      bar.append(button);
    }
    bar.hidden = lines.size < 2;
  });

  // Each heading of a sortable table sorts by its column; numbers begin with the greatest.
  document.querySelectorAll(".sortable table").forEach(table => {
    const key = (row, column) => row.cells[column].dataset.sort ?? row.cells[column].textContent;
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const numbers = head.classList.contains("number");
        const before = head.ariaSort;
        const up = before ? before === "descending" : !numbers;
        [...table.tHead.rows[0].cells].forEach(other => { other.ariaSort = null; });
        head.ariaSort = up ? "ascending" : "descending";
        const unknown = value => numbers && !Number.isFinite(Number(value));
        const rows = [...table.tBodies[0].rows].sort((a, b) => {
          const [left, right] = [key(a, column), key(b, column)];
          if (unknown(left) || unknown(right)) return unknown(left) - unknown(right);
          return (up ? 1 : -1) * (numbers ? Number(left) - Number(right) : left.localeCompare(right, "en"));
        });
        table.tBodies[0].append(...rows);
      });
    });
  });

  const tip = document.getElementById("tip");
  function show(target) {
    tip.textContent = target.dataset.tip;
    tip.hidden = false;
    const at = target.getBoundingClientRect();
    const left = at.left + at.width / 2 - tip.offsetWidth / 2;
    tip.style.left = Math.max(4, Math.min(left, innerWidth - tip.offsetWidth - 4)) + "px";
    tip.style.top = (at.top > tip.offsetHeight + 8 ? at.top - tip.offsetHeight - 4 : at.bottom + 4) + "px";
  }
  const hide = () => { tip.hidden = true; };
  for (const event of ["pointerover", "focusin"]) {
    document.addEventListener(event, e => {
      const target = e.target.closest?.("[data-tip]");
      target ? show(target) : hide();
    });
  }
  document.addEventListener("focusout", hide);
  document.addEventListener("scroll", hide, { passive: true });
  document.addEventListener("keydown", e => { if (e.key === "Escape") hide(); });
})();
