// Small helpers for building the page; text always goes in as text.

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

const SVG = "http://www.w3.org/2000/svg";

/** An element: `el("p", { class: "quiet" }, "text", child)`; a function makes a listener, true a bare attribute. */
export const el = (tag, attributes = {}, ...content) => fill(document.createElement(tag), attributes, content);

/** As `el`, in SVG. */
export const svg = (tag, attributes = {}, ...content) => fill(document.createElementNS(SVG, tag), attributes, content);

function fill(node, attributes, content) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...content.filter((part) => part !== null && part !== undefined));
  return node;
}

/** Seconds as people read them: 1:05. */
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** Seconds with a decimal: 1:05.4. */
export const clockTenths = (seconds) => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, "0")}`;

/** A JSON document of the server; throws an Error with one line for people. */
export async function getJson(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (answer.status === 401) location.assign("/login");
  if (!answer.ok) throw new Error((await answer.text()).trim().slice(0, 300) || `${answer.status}`);
  return answer.json();
}
