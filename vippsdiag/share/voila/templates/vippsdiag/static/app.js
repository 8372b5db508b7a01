// The theme is that of the browser; our own area and JupyterLab's styles ask the page.
{
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    document.body.dataset.jpThemeLight = String(!dark.matches);
    document.body.dataset.jpThemeName = dark.matches
      ? "JupyterLab Dark"
      : "JupyterLab Light";
  };
  dark.addEventListener("change", paint);
  paint();
}

// What Voila calls while it runs the notebook, and at the end.
window.voila_heartbeat = () => {};
window.update_loading_text = (number, count) => {
  const said = document.getElementById("loading");
  if (!said) return;
  said.textContent = said.dataset.part.replace("{number}", number).replace("{count}", count);
};
window.voila_process = window.update_loading_text;
window.voila_finish = () => {
  if (!window.themeLoaded) {
    window.cellLoaded = true;
    return;
  }
  document.getElementById("loading")?.remove();
  document.getElementById("rendered_cells").hidden = false;
};
window.display_cells = window.voila_finish;
