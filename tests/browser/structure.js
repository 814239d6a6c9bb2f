// What a page is for axe-core, without its words and figures: elements, the attributes that it
// judges, what can be scrolled; children alike count once. Two pages of one structure have the
// same findings. Returns one number for the frame and one for what stands in <main>.
(() => {
  const WORDS = new Set([
    "href", "src", "srcset", "alt", "title", "placeholder", "value", "name", "content", "action",
    "download", "datetime", "min", "max", "step", "maxlength", "pattern", "label", "colspan",
    "aria-label", "d", "points", "transform", "viewBox", "x", "y", "dx", "dy", "x1", "x2", "y1",
    "y2", "cx", "cy", "r", "width", "height",
  ]);
  const REFERENCES = new Set([
    "for", "list", "form", "headers", "aria-labelledby", "aria-describedby", "aria-controls",
  ]);
  const times = new Map();
  for (const { id } of document.querySelectorAll("[id]")) times.set(id, (times.get(id) ?? 0) + 1);

  const hash = (text) => {
    let high = 0xdeadbeef, low = 0x41c6ce57;
    for (let at = 0; at < text.length; at += 1) {
      high = Math.imul(high ^ text.charCodeAt(at), 2654435761);
      low = Math.imul(low ^ text.charCodeAt(at), 1597334677);
    }
    return `${(high >>> 0).toString(36)}${(low >>> 0).toString(36)}`;
  };
  const filled = (text) => (text.trim() === "" ? "" : "…");
  const judged = ({ name, value }) => {
    if (name === "id") return times.get(value) > 1 ? "id=twice" : "id";
    if (REFERENCES.has(name)) return `${name}=${value.split(/\s+/).map((id) => times.has(id))}`;
    if (WORDS.has(name) || /^(data|hx)-/.test(name)) return `${name}=${filled(value)}`;
    return `${name}=${value}`;
  };
  const structure = (element, besides) => {
    const inside = new Set();
    for (const child of element.childNodes) {
      if (child === besides) continue;
      if (child.nodeType === Node.ELEMENT_NODE) inside.add(structure(child, besides));
      if (child.nodeType === Node.TEXT_NODE) inside.add(filled(child.data));
    }
    const scrolls = element.scrollWidth > element.clientWidth + 1 ? "↔" : "";
    const attributes = Array.from(element.attributes, judged).sort();
    return hash([element.localName, scrolls, ...attributes, ...Array.from(inside).sort()].join(" "));
  };

  const main = document.querySelector("main");
  return [structure(document.documentElement, main), main ? structure(main) : ""];
})()
