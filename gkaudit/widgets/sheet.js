// Markup that Python made (everything of a report in it is escaped there), whose marked elements can be clicked.
const GONE = "script,iframe,object,embed,link,meta,base,form,template,svg foreignObject";
function clean(html) {
  // What Python sends has none of these. Should that ever be wrong, nothing runs and nothing loads.
  const page = new DOMParser().parseFromString(html, "text/html");
  page.querySelectorAll(GONE).forEach((node) => node.remove());
  for (const node of page.querySelectorAll("*"))
    for (const { name, value } of [...node.attributes])
      if (name.startsWith("on") || (/^(href|src|action|xlink:href)$/.test(name) && !/^(#|data:image\/)/.test(value)))
        node.removeAttribute(name);
  return [...page.body.childNodes];
}
function render({ model, el }) {
  el.classList.add("gk-x-sheet");
  const find = (id) => [...el.querySelectorAll("[data-gk]")].filter((node) => node.dataset.gk === id);
  function fill() {
    const top = el.scrollTop;
    el.replaceChildren(...clean(model.get("html")));
    for (const node of el.querySelectorAll("[data-gk]")) {
      node.tabIndex = 0;
      node.classList.add("gk-x-click");
    }
    // A picture has no height before it is loaded.
    for (const picture of el.querySelectorAll("img")) picture.addEventListener("load", reach, { once: true });
    el.scrollTop = top;
    mark();
  }
  function mark() {
    el.querySelectorAll(".gk-x-mark").forEach((node) => node.classList.remove("gk-x-mark"));
    for (const id of model.get("marks")) find(id).forEach((node) => node.classList.add("gk-x-mark"));
    el.querySelectorAll(".gk-x-chosen").forEach((node) => node.classList.remove("gk-x-chosen"));
    find(model.get("chosen")).forEach((node) => node.classList.add("gk-x-chosen"));
    reach();
  }
  function reach() {
    const seen = find(model.get("focus"))[0];
    if (!seen || !el.clientHeight) return;
    // Only this box moves, never the page around it.
    const inner = seen.getBoundingClientRect(), outer = el.getBoundingClientRect();
    if (inner.top < outer.top || inner.bottom > outer.bottom)
      el.scrollTop += inner.top - outer.top - Math.max(0, (outer.height - inner.height) / 2);
    const side = seen.closest(".gk-scroll");
    if (side) {
      const frame = side.getBoundingClientRect();
      if (inner.left < frame.left || inner.right > frame.right) side.scrollLeft += inner.left - frame.left - frame.width / 2;
    }
  }
  function choose(node) {
    if (!node || !el.contains(node)) return;
    model.set("chosen", node.dataset.gk);
    model.set("clicks", model.get("clicks") + 1);
    model.save_changes();
  }
  el.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link) {
      event.preventDefault();
      const href = link.getAttribute("href") || "";
      if (href.startsWith("#f-")) {
        model.set("chosen", `finding:${href.slice(3)}`);
        model.set("clicks", model.get("clicks") + 1);
        model.save_changes();
        event.stopPropagation();
        return;
      }
    }
    choose(event.target.closest("[data-gk]"));
  });
  el.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    const node = event.target.closest("[data-gk]");
    if (!node) return;
    event.preventDefault();
    choose(node);
  });
  // Jupyter lays a widget out after it was drawn, and again when a tab is opened.
  let shown = 0;
  const watch = new ResizeObserver(() => {
    if (!shown && el.clientHeight) reach();
    shown = el.clientHeight;
  });
  watch.observe(el);
  model.on("change:html", fill);
  model.on("change:marks", mark);
  model.on("change:focus", mark);
  model.on("change:chosen", mark);
  fill();
  return () => watch.disconnect();
}
export default { render };
