(function () {
  "use strict";
  var root = document.documentElement;

  // A page in a sandbox has no storage.
  function remembered(value) {
    try {
      if (value) localStorage.setItem("theme", value);
      return localStorage.getItem("theme");
    } catch (e) {
      return null;
    }
  }

  var theme = remembered();
  if (theme) root.dataset.theme = theme;

  function themes() {
    document.getElementById("theme").addEventListener("click", function () {
      var dark = root.dataset.theme
        ? root.dataset.theme === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      remembered(root.dataset.theme);
    });
  }

  function menu() {
    var button = document.getElementById("menu-button");
    button.addEventListener("click", function () {
      var open = document.getElementById("menu").classList.toggle("open");
      button.setAttribute("aria-expanded", open);
    });
    var here = document.querySelector("#menu [aria-current]");
    if (here) here.parentNode.scrollIntoView({ block: "nearest" });
  }

  function codes() {
    document.querySelectorAll("main pre").forEach(function (block) {
      var text = block.textContent;
      var button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = "Copy";
      button.addEventListener("click", function () {
        copy(text).then(function (done) {
          button.textContent = done ? "Copied" : "Press Ctrl-C";
          setTimeout(function () { button.textContent = "Copy"; }, 1500);
        });
      });
      block.append(button);
    });
  }

  function copy(text) {
    if (navigator.clipboard) {
      return navigator.clipboard.writeText(text).then(function () { return true; }, function () { return selected(text); });
    }
    return Promise.resolve(selected(text));
  }

  function selected(text) {
    var area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    var done = document.execCommand("copy");
    area.remove();
    return done;
  }

  function headings() {
    document.querySelectorAll("main :is(h2, h3)[id]").forEach(function (heading) {
      var link = document.createElement("a");
      link.className = "anchor";
      link.href = "#" + heading.id;
      link.textContent = "#";
      link.setAttribute("aria-label", "Link to this section");
      heading.append(link);
    });
    document.querySelectorAll("main table").forEach(function (table) {
      var wide = document.createElement("div");
      wide.className = "wide";
      wide.tabIndex = 0;
      table.replaceWith(wide);
      wide.append(table);
    });
  }

  function contents() {
    var links = {};
    document.querySelectorAll(".contents a").forEach(function (link) { links[link.hash.slice(1)] = link; });
    var shown = null;
    var observer = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        var link = links[entry.target.id];
        if (entry.isIntersecting && link) {
          if (shown) shown.classList.remove("here");
          shown = link;
          link.classList.add("here");
        }
      });
    }, { rootMargin: "-60px 0px -70% 0px" });
    document.querySelectorAll("main :is(h2, h3)[id]").forEach(function (heading) { observer.observe(heading); });
  }

  function search() {
    var field = document.getElementById("search");
    var list = document.getElementById("found");
    var loading = null;

    function index() {
      loading = loading || new Promise(function (resolve) {
        var script = document.createElement("script");
        script.src = "search.js";
        script.onload = function () { resolve(window.manualIndex); };
        document.head.append(script);
      });
      return loading;
    }

    // Every word has to occur; those in titles count most.
    function score(row, words) {
      var title = row[1].toLowerCase(), section = row[2].toLowerCase(), text = row[3].toLowerCase();
      var sum = 0;
      for (var i = 0; i < words.length; i++) {
        var one = (section === words[i] ? 40 : 0) + (section.includes(words[i]) ? 20 : 0)
          + (title.includes(words[i]) ? 10 : 0) + Math.min(5, text.split(words[i]).length - 1);
        if (one === 0) return 0;
        sum += one;
      }
      return sum;
    }

    function marked(parent, text, words) {
      var pattern = new RegExp("(" + words.map(function (w) { return w.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"); }).join("|") + ")", "ig");
      text.split(pattern).forEach(function (part, i) {
        var node = document.createElement(i % 2 ? "mark" : "span");
        node.textContent = part;
        parent.append(node);
      });
    }

    function show() {
      var words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      list.hidden = words.length === 0;
      if (list.hidden) return;
      index().then(function (rows) {
        var hits = rows.map(function (row) { return [score(row, words), row]; })
          .filter(function (hit) { return hit[0] > 0; })
          .sort(function (a, b) { return b[0] - a[0]; }).slice(0, 12);
        list.textContent = "";
        if (hits.length === 0) {
          var none = document.createElement("p");
          none.textContent = "Nothing found. Every word has to occur in one section.";
          list.append(none);
        }
        hits.forEach(function (hit) {
          var row = hit[1];
          var item = document.createElement("li");
          var link = document.createElement("a");
          link.href = row[0];
          link.append(row[1] === row[2] ? row[1] : row[1] + " › " + row[2]);
          var extract = document.createElement("small");
          var at = Math.max(0, row[3].toLowerCase().indexOf(words[0]) - 40);
          marked(extract, row[3].slice(at, at + 160), words);
          link.append(extract);
          item.append(link);
          list.append(item);
        });
      });
    }

    field.addEventListener("input", show);
    field.addEventListener("focus", index);
    document.addEventListener("keydown", function (event) {
      var links = Array.from(list.querySelectorAll("a"));
      var at = links.indexOf(document.activeElement);
      if (event.key === "/" && !/INPUT|TEXTAREA/.test(document.activeElement.tagName)) {
        field.focus();
        event.preventDefault();
      } else if (event.key === "Escape") {
        list.hidden = true;
      } else if (event.key === "Enter" && document.activeElement === field && links.length) {
        links[0].click();
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden && links.length) {
        var next = at + (event.key === "ArrowDown" ? 1 : -1);
        (next < 0 ? field : links[Math.min(next, links.length - 1)]).focus();
        event.preventDefault();
      }
    });
    document.addEventListener("click", function (event) {
      if (!event.target.closest(".search")) list.hidden = true;
      if (event.target.closest("#found a")) list.hidden = true;
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    themes();
    menu();
    headings();
    codes();
    contents();
    search();
  });
})();
