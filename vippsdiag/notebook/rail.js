/* The steps of a way: each is a button that leads there, with a sign and a word for
 * its state. Which is open decides the kernel. */

function step(model, label, at) {
  const words = model.get("words");
  const current = model.get("current") === at;
  const done = model.get("done").includes(at);
  const state = done ? words.done : current ? "" : words.open;
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = `vd-rail-step${current ? " vd-rail-now" : ""}${done ? " vd-rail-done" : ""}`;
  if (current) button.setAttribute("aria-current", "step");
  const sign = document.createElement("span");
  sign.className = "vd-rail-sign";
  sign.setAttribute("aria-hidden", "true");
  sign.textContent = done ? "✓" : current ? "•" : "";
  const name = document.createElement("span");
  name.className = "vd-rail-name";
  name.textContent = `${at + 1}. ${label}`;
  const word = document.createElement("span");
  word.className = "vd-rail-word";
  word.textContent = [current ? words.now : "", state].filter(Boolean).join(" · ");
  button.append(sign, name, word);
  button.addEventListener("click", () => model.send({ kind: "go", step: at }));
  item.append(button);
  return item;
}

export default {
  render({ model, el }) {
    const nav = document.createElement("nav");
    nav.className = "vd-rail";
    const list = document.createElement("ol");
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    said.className = "vd-rail-said";
    nav.append(list, said);
    const show = () => {
      // Who came by keyboard stays on the same step.
      const before = [...list.querySelectorAll("button")];
      const at = before.indexOf(document.activeElement);
      nav.setAttribute("aria-label", model.get("words").steps);
      list.replaceChildren(
        ...model.get("labels").map((label, index) => step(model, label, index)),
      );
      if (at >= 0) list.querySelectorAll("button")[at]?.focus();
    };
    const tell = () => {
      said.textContent = model.get("said");
    };
    let waiting = false;
    const later = () => {
      if (waiting) return;
      waiting = true;
      queueMicrotask(() => {
        waiting = false;
        show();
        tell();
      });
    };
    for (const name of ["labels", "current", "done", "words", "said"]) {
      model.on(`change:${name}`, later);
    }
    show();
    el.append(nav);
  },
};
