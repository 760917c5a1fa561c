// The list of reports: only the rows in view exist. Text goes in as text, never as markup.
const ROW = 44;
function cell(parent, kind, text) {
  const span = document.createElement("span");
  span.className = kind;
  span.textContent = text;
  parent.appendChild(span);
}
function render({ model, el }) {
  el.classList.add("gk-x-list");
  const box = document.createElement("div"), room = document.createElement("div");
  box.className = "gk-x-scroll";
  box.tabIndex = 0;
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", model.get("label"));
  room.className = "gk-x-room";
  box.appendChild(room);
  el.appendChild(box);
  let rows = [], order = [], first = -1, last = -1;
  const place = () => order.indexOf(model.get("chosen"));
  function draw(force) {
    const height = box.clientHeight || 480;
    const from = Math.max(0, Math.floor(box.scrollTop / ROW) - 4);
    const to = Math.min(order.length, Math.ceil((box.scrollTop + height) / ROW) + 4);
    if (!force && from === first && to === last) return;
    first = from; last = to;
    room.style.height = `${order.length * ROW}px`;
    room.replaceChildren();
    for (let at = from; at < to; at++) {
      const [name, year, county, error, warning, info, open] = rows[order[at]];
      const row = document.createElement("div");
      row.className = "gk-x-row";
      row.style.top = `${at * ROW}px`;
      row.setAttribute("role", "option");
      row.id = `${el.dataset.gk}-${order[at]}`;
      const chosen = order[at] === model.get("chosen");
      row.setAttribute("aria-selected", chosen);
      if (chosen) box.setAttribute("aria-activedescendant", row.id);
      cell(row, "gk-x-name", name);
      cell(row, "gk-x-sub", [year, county].filter(Boolean).join("　"));
      const signs = document.createElement("span");
      signs.className = "gk-x-signs";
      if (error) cell(signs, "gk-x-error", `✕${error}`);
      if (warning) cell(signs, "gk-x-warning", `▲${warning}`);
      if (info) cell(signs, "gk-x-info", `○${info}`);
      if (!open && error + warning + info) cell(signs, "gk-x-done", "✓");
      row.appendChild(signs);
      row.addEventListener("click", () => choose(order[at]));
      room.appendChild(row);
    }
  }
  function choose(number) {
    model.set("chosen", number);
    model.save_changes();
  }
  function show() {
    const at = place();
    if (at < 0) return;
    if (at * ROW < box.scrollTop) box.scrollTop = at * ROW;
    else if ((at + 1) * ROW > box.scrollTop + box.clientHeight) box.scrollTop = (at + 1) * ROW - box.clientHeight;
  }
  function load() { rows = JSON.parse(model.get("rows")); draw(true); }
  function sort() { order = model.get("order"); box.scrollTop = 0; show(); draw(true); }
  el.dataset.gk = `gk${Math.random().toString(36).slice(2)}`;
  box.addEventListener("scroll", () => draw(false));
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (!step || !order.length) return;
    event.preventDefault();
    event.stopPropagation();
    choose(order[Math.min(order.length - 1, Math.max(0, place() + step))]);
  });
  model.on("change:rows", load);
  model.on("change:order", sort);
  model.on("change:chosen", () => { show(); draw(true); });
  const watch = new ResizeObserver(() => draw(true));
  watch.observe(box);
  rows = JSON.parse(model.get("rows"));
  order = model.get("order");
  draw(true);
  return () => watch.disconnect();
}
export default { render };
