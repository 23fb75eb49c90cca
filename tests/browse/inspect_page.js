// What a reader with a keyboard, a screen reader or a narrow screen would stumble over, in words.
() => {
  const faults = [];
  const seen = (el) => el.getClientRects().length > 0 && getComputedStyle(el).visibility !== "hidden";
  const named = (el) =>
    (el.getAttribute("aria-label") || el.textContent || el.getAttribute("title") || "").trim();
  const all = (what) => [...document.querySelectorAll(what)];
  const brief = (el) => el.outerHTML.slice(0, 90);
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth)
    faults.push(`wider than the screen: ${document.documentElement.scrollWidth}`);
  if (!document.documentElement.lang) faults.push("no language");
  for (const what of ["main", "h1", "footer"])
    if (all(what).length !== 1) faults.push(`${all(what).length} of ${what}`);
  if (!document.title.trim()) faults.push("no title");
  for (const el of all("input, select, textarea"))
    if (el.type !== "hidden" && !el.labels.length && !el.getAttribute("aria-label"))
      faults.push(`no label: ${brief(el)}`);
  for (const el of all("a, button, summary")) if (!named(el)) faults.push(`no name: ${brief(el)}`);
  for (const el of all("th")) if (!el.scope) faults.push(`no scope: ${brief(el)}`);
  for (const el of all("svg"))
    if (el.getAttribute("aria-hidden") !== "true" && !(el.getAttribute("role") === "img" && named(el)))
      faults.push(`unnamed drawing: ${brief(el)}`);
  for (const el of all("nav, section, form"))
    if (el.tagName === "NAV" && !el.getAttribute("aria-label")) faults.push(`unnamed: ${brief(el)}`);
  const ids = all("[id]").map((el) => el.id);
  for (const id of new Set(ids)) if (ids.filter((each) => each === id).length > 1) faults.push(`two of #${id}`);
  for (const el of all("[aria-labelledby]"))
    if (!document.getElementById(el.getAttribute("aria-labelledby"))) faults.push(`labelled by nothing: ${brief(el)}`);
  let level = 0;
  for (const el of all("h1, h2, h3, h4")) {
    const here = Number(el.tagName[1]);
    if (here > level + 1) faults.push(`heading skips a level: ${brief(el)}`);
    level = here;
  }
  const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour).map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (el) => {
    for (let at = el; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      const [, , , alpha = 1] = parts(colour);
      if (alpha > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const poor = new Set();
  while (walker.nextNode()) {
    const el = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !seen(el) || el.closest("svg, .unseen, .skip, option, datalist, style")) continue;
    const [one, two] = [light(getComputedStyle(el).color), light(behind(el))];
    const contrast = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (contrast < 4.5) poor.add(`${el.className || el.tagName} ${contrast.toFixed(1)}`);
  }
  for (const each of poor) faults.push(`contrast: ${each}`);
  return faults;
}
