/* A list to tick off. The words come from the kernel; what is ticked goes there. */

let count = 0;

export default {
  render({ model, el }) {
    const name = `vd-check-${(count += 1)}`;
    const list = document.createElement("ul");
    list.className = "vd-check";

    const row = ({ id, title, why }) => {
      const item = document.createElement("li");
      const box = document.createElement("input");
      box.type = "checkbox";
      box.id = `${name}-${id}`;
      box.autocomplete = "off";
      box.checked = model.get("ticked").includes(id);
      box.setAttribute("aria-describedby", `${box.id}-why`);
      box.addEventListener("change", () => {
        const others = model.get("ticked").filter((one) => one !== id);
        model.set("ticked", box.checked ? [...others, id] : others);
        model.save_changes();
      });
      const label = document.createElement("label");
      label.htmlFor = box.id;
      label.textContent = title;
      const reason = document.createElement("div");
      reason.id = `${box.id}-why`;
      reason.className = "vd-check-why";
      reason.textContent = why;
      item.append(box, label, reason);
      return item;
    };
    const show = () => list.replaceChildren(...model.get("items").map(row));
    const tick = () => {
      for (const box of list.querySelectorAll("input")) {
        box.checked = model.get("ticked").includes(box.id.slice(name.length + 1));
      }
    };
    model.on("change:items", show);
    model.on("change:ticked", tick);
    show();
    el.append(list);
  },
};
