// Search, filters and sorting of the overview. Works from file://, asks for nothing, stores nothing.
// Text of a report only ever becomes text: no innerHTML, and a link is always a page of this folder.
(() => {
  "use strict";
  const store = document.getElementById("gk-rows");
  const table = document.getElementById("gk-league");
  const tools = document.getElementById("gk-tools");
  if (!store || !table || !tools) return;
  const { rows, groups, counties, words, step } = JSON.parse(store.textContent);
  const body = table.tBodies[0];
  const field = (name) => document.getElementById("gk-" + name);
  const status = field("status");
  const more = field("more");
  // Columns of a row, as the page writes them.
  const [ID, NAME, COUNTY, YEAR, ERROR, WARNING, INFO, OPEN, UNREAD, STATUS, HEAT, COMPARE] = rows.length ? rows[0].keys() : [];
  const KINDS = { e: "error", w: "warning", i: "info", u: "undetermined" };
  const RANK = { e: 1e9, w: 1e6, i: 1e3, u: 1 };
  const texts = rows.map((row) => [row[NAME], row[COUNTY], row[ID]].join(" ").toLocaleLowerCase());
  const natural = new Intl.Collator("zh-Hans-CN", { numeric: true });
  let order = rows.map((_, at) => at);
  let sorted = null;
  let shown = step;

  const cell = (name, text, kind) => {
    const made = document.createElement(name);
    if (kind) made.className = kind;
    made.textContent = text;
    return made;
  };

  const count = (number, kind) =>
    number ? cell("td", words.signs[kind] + " " + number, "gk-num gk-" + kind) : cell("td", "0", "gk-num gk-zero");

  const heat = (code, at) => {
    if (!code) return cell("td", words.nothing, "gk-h gk-h-none");
    const kind = KINDS[code[0]];
    const number = Number(code.slice(1));
    const made = cell("td", words.signs[kind] + number, "gk-h gk-h-" + kind + (number > 3 ? " gk-h-many" : ""));
    made.title = groups[at] + words.colon + number + " " + words.kinds[kind];
    return made;
  };

  const link = (href, text) => {
    const made = cell("a", text);
    made.href = href;
    return made;
  };

  const line = (row) => {
    const made = document.createElement("tr");
    const head = cell("th", "", "gk-src");
    head.scope = "row";
    head.append(link("reports/" + encodeURIComponent(row[ID]) + ".html", row[NAME]));
    if (row[COMPARE]) {
      const years = document.createElement("small");
      years.append(link("compare/" + encodeURIComponent(row[COMPARE]) + ".html", words.compare));
      head.append(" ", years);
    }
    made.append(head);
    if (counties) made.append(cell("td", row[COUNTY], "gk-src"));
    made.append(cell("td", row[YEAR] || "—", "gk-num"));
    made.append(count(row[ERROR], "error"), count(row[WARNING], "warning"), count(row[INFO], "info"));
    made.append(cell("td", row[OPEN], "gk-num"), cell("td", row[UNREAD], "gk-num"));
    made.append(cell("td", words.statuses[row[STATUS]] || row[STATUS]));
    groups.forEach((_, at) => made.append(heat(row[HEAT][at], at)));
    return made;
  };

  const wanted = () => {
    const words_ = field("find").value.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
    // A filter is there only where it has something to choose from.
    const county = field("county")?.value;
    const year = field("year")?.value;
    const result = field("result").value;
    const fits = {
      error: (row) => row[ERROR] > 0,
      warning: (row) => row[WARNING] > 0,
      clean: (row) => row[ERROR] === 0,
      open: (row) => row[OPEN] > 0,
      partly: (row) => row[STATUS] !== "read",
    }[result];
    return order.filter((at) => {
      const row = rows[at];
      return (
        (!county || row[COUNTY] === county) &&
        (!year || String(row[YEAR]) === year) &&
        (!fits || fits(row)) &&
        words_.every((word) => texts[at].includes(word))
      );
    });
  };

  const say = (found) => {
    status.textContent = words.shown
      .replace("{shown}", Math.min(shown, found.length))
      .replace("{found}", found.length)
      .replace("{all}", rows.length);
    more.hidden = found.length <= shown;
  };

  const show = () => {
    const found = wanted();
    const lines = document.createDocumentFragment();
    found.slice(0, shown).forEach((at) => lines.append(line(rows[at])));
    body.replaceChildren(lines);
    say(found);
  };

  const value = (row, column) => {
    if (column < HEAT) return row[column];
    const code = row[HEAT][column - HEAT];
    return code ? RANK[code[0]] + Math.min(Number(code.slice(1)), 999) : 0;
  };

  // Words from A to Z first, numbers from the largest.
  const sort = (column, head) => {
    const word = column === NAME || column === COUNTY || column === STATUS;
    const down = sorted && sorted.column === column ? !sorted.down : !word;
    sorted = { column, down };
    order = rows.map((_, at) => at);
    order.sort((a, b) => {
      const [x, y] = [value(rows[a], column), value(rows[b], column)];
      const way = word ? natural.compare(x, y) : x - y;
      return (down ? -way : way) || a - b;
    });
    table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    shown = step;
    show();
  };

  // The heading keeps its words: what is drawn in a button is not repeated on the next sheet of paper.
  table.querySelectorAll("thead th").forEach((head) => {
    const column = Number(head.dataset.column);
    const button = cell("button", "");
    button.type = "button";
    button.setAttribute("aria-label", words.sort.replace("{name}", head.textContent));
    head.append(button);
    head.addEventListener("click", () => sort(column, head));
  });

  let waiting = 0;
  const again = () => {
    shown = step;
    show();
  };
  field("find").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(again, 80);
  });
  ["county", "year", "result"].forEach((name) => field(name)?.addEventListener("change", again));
  more.addEventListener("click", () => {
    shown += step;
    show();
  });
  tools.hidden = false;
  // The first rows are in the page already.
  say(order);
})();
