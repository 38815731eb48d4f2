"use strict";
(() => {
  const root = document.documentElement;
  const charts = JSON.parse(document.getElementById("charts").textContent)
    .map(chart => ({ ...chart, element: document.getElementById(chart.id) }))
    .filter(chart => chart.element);

  const colour = name => getComputedStyle(root).getPropertyValue(name).trim();
  const number = value => Number(value.toPrecision(4)).toString().replace("-", "−");
  const text = value => echarts.format.encodeHTML(value);

  function line(series, narrow) {
    const strong = series.look === "STRONG", faint = series.look === "FAINT", dotted = series.look === "DOTTED";
    return {
      type: "line", name: series.name, data: series.points, silent: faint,
      color: colour(series.colour),
      lineStyle: { width: strong ? 2.25 : faint ? 1 : 1.5, opacity: faint ? 0.3 : 1 },
      symbol: "circle", symbolSize: 6, showSymbol: dotted, showAllSymbol: dotted,
      z: strong ? 4 : faint ? 1 : 3,
      endLabel: {
        show: series.labelled, formatter: "{a}", distance: 6, fontSize: narrow ? 11 : 12,
        fontWeight: strong ? 600 : 400, color: strong ? colour(series.colour) : colour("--soft"),
      },
      emphasis: { disabled: faint, focus: "series", lineStyle: { width: 3 } },
      blur: { lineStyle: { opacity: 0.25 } },
    };
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

  function tooltip(chart) {
    const shown = new Set(chart.lines.filter(l => l.look !== "FAINT").map(l => l.name));
    return {
      trigger: "axis", confine: true, transitionDuration: 0,
      backgroundColor: colour("--raised"), borderColor: colour("--line"), padding: [6, 10],
      textStyle: { color: colour("--text"), fontSize: 12 },
      axisPointer: { lineStyle: { color: colour("--muted") } },
      formatter: points => `${text(chart.x)} ${points[0].value[0]}<br>` + points
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

  function option(chart) {
    const narrow = chart.drawn.getWidth() < 480;
    const longest = Math.max(0, ...chart.lines.filter(l => l.labelled).map(l => l.name.length));
    const [min, max] = chart.range ?? [undefined, undefined];
    return {
      animation: false, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 4, top: 30, bottom: 30, right: Math.min(longest * 6.6, 130) + 12, containLabel: true },
      xAxis: axis(chart.x, {
        nameLocation: "middle", nameGap: 26, max: chart.end, minInterval: 1,
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
    const labels = chart.lines
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
    const series = chart.lines.map(() => ({}));
    labels.forEach(({ index, at, to }) => { series[index] = { endLabel: { offset: [0, to - at] } }; });
    chart.drawn.setOption({ series });
  }

  function draw(chart, size) {
    chart.drawn ??= echarts.init(chart.element, null, { renderer: "svg" });
    chart.drawn.resize(size);
    chart.drawn.setOption(option(chart), true);
    spread(chart);
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
