/* Cards that lead to the other notebooks.
 *
 * The address is relative, which is right wherever the notebooks are beside each other:
 * in Voila, in Notebook 7, and in JupyterLab too, where it would load the whole page
 * again. There, JupyterLab's own attribute opens the notebook beside this one. */

/** Return the folder that this notebook is in, as JupyterLab names it; null elsewhere. */
function folderInLab() {
  const found = /\/lab(?:\/workspaces\/[^/]+)?\/tree\/(.+)$/.exec(window.location.pathname);
  if (!found) return null;
  const path = decodeURIComponent(found[1]);
  return path.slice(0, path.lastIndexOf("/") + 1);
}

function card({ file, title, job, who, time }) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = file;
  link.textContent = title;
  const folder = folderInLab();
  if (folder !== null) {
    link.dataset.commandlinkerCommand = "docmanager:open";
    link.dataset.commandlinkerArgs = JSON.stringify({ path: folder + file });
  }
  item.append(link);
  for (const [className, text] of [["job", job], ["who", who], ["time", time]]) {
    const line = document.createElement("div");
    line.className = `vd-start-${className}`;
    line.textContent = text;
    item.append(line);
  }
  return item;
}

export default {
  render({ model, el }) {
    const nav = document.createElement("nav");
    const list = document.createElement("ul");
    list.className = "vd-start";
    const show = () => {
      nav.setAttribute("aria-label", model.get("label"));
      list.replaceChildren(...model.get("cards").map(card));
    };
    model.on("change:cards", show);
    show();
    nav.append(list);
    el.append(nav);
  },
};
