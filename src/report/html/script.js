"use strict";
// Adds to the charts what a still page can't: the values at a moment, and
// hiding a series. Without it the page has everything else.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const lang = () => document.querySelector("input.lang:checked").id.slice(5);
  const format = (value) => value === null ? "–" : new Intl.NumberFormat(lang(), {
    maximumSignificantDigits: 4,
  }).format(value);
  const clock = (s) => Math.floor(s / 60) + ":" + String(Math.floor(s) % 60).padStart(2, "0");
  const charts = [];

  for (const figure of document.querySelectorAll("figure[data-x]")) {
    const own = data[figure.id];
    if (own) charts.push(chart(figure, own));
  }

  function chart(figure, own) {
    const drawing = figure.querySelector(".chart");
    const over = figure.querySelector(".over");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    line.setAttribute("class", "cursor");
    line.setAttribute("y1", "0");
    line.setAttribute("y2", "100%");
    line.toggleAttribute("hidden", true);
    over.append(line);
    const legend = figure.querySelector(".legend");
    const when = document.createElement("li");
    when.className = "when";
    when.setAttribute("aria-live", "polite");
    legend.append(when);
    const values = [...legend.querySelectorAll("li[data-s]")].map((item) => {
      const no = Number(item.dataset.s);
      hideable(figure, item, no);
      const value = item.querySelector(".val");
      return { no, value, still: [...value.childNodes] };
    });
    const self = { kind: figure.dataset.x, own, index: -1, show };

    function show(index) {
      self.index = index;
      const off = index < 0;
      line.toggleAttribute("hidden", off);
      if (off) {
        when.textContent = "";
        for (const one of values) one.value.replaceChildren(...one.still);
        return;
      }
      const [from, to] = own.range;
      const at = (own.at[index] - from) / (to - from) * 100 + "%";
      line.setAttribute("x1", at);
      line.setAttribute("x2", at);
      when.textContent = own.names[index] ?? clock(own.at[index]);
      for (const one of values) one.value.textContent = format(own.values[one.no][index]);
    }

    const nearest = (share) => {
      const [from, to] = own.range;
      const x = from + share * (to - from);
      let best = 0;
      own.at.forEach((at, i) => {
        if (Math.abs(at - x) < Math.abs(own.at[best] - x)) best = i;
      });
      return best;
    };
    const point = (event) => {
      const box = over.getBoundingClientRect();
      const share = (event.clientX - box.left) / box.width;
      if (share >= 0 && share <= 1) together(self, nearest(share));
    };
    drawing.addEventListener("pointermove", point);
    drawing.addEventListener("pointerdown", point);
    drawing.addEventListener("pointerleave", () => together(self, -1));
    drawing.tabIndex = 0;
    drawing.addEventListener("blur", (event) => {
      // Where the mouse is over a chart that one decides. A legend that changed
      // under a click would move away from it.
      const stays = document.querySelector(".chart:hover") || event.relatedTarget?.closest(".legend");
      if (!stays) together(self, -1);
    });
    drawing.addEventListener("keydown", (event) => {
      const last = own.at.length - 1;
      const now = self.index;
      const step = event.shiftKey ? 10 : 1;
      const next = {
        ArrowRight: Math.min(last, now + step),
        ArrowLeft: now < 0 ? last : Math.max(0, now - step),
        Home: 0,
        End: last,
        Escape: -1,
      }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      together(self, next);
    });
    return self;
  }

  // Charts over the same time point at the same moment.
  function together(self, index) {
    for (const one of charts) {
      if (one === self || (one.kind === self.kind && one.own.at.length === self.own.at.length)) {
        one.show(index);
      }
    }
  }

  // The name in the legend becomes a button that hides its series.
  function hideable(figure, item, no) {
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", "true");
    button.append(item.querySelector(".key"), item.querySelector(".name"));
    item.prepend(button);
    button.addEventListener("click", () => {
      const shown = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(shown));
      for (const path of figure.querySelectorAll(".sheet .s" + no)) {
        path.toggleAttribute("hidden", !shown);
      }
    });
  }

  const language = () => {
    document.documentElement.lang = lang();
    for (const one of charts) if (one.index >= 0) one.show(one.index);
  };
  for (const input of document.querySelectorAll("input.lang")) {
    input.addEventListener("change", language);
  }
  language();
})();
