"""The style and the script of the log's page."""

STYLE = """
:root{color-scheme:light dark}
body{margin:1.5rem auto;padding:0 1rem;max-width:80rem;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.1rem}
#calls{padding:0;list-style:none}
#calls>li{border-bottom:1px solid var(--jp-border-color2,#d5d5dc);padding:.4rem 0}
summary{cursor:pointer;padding:.2rem}summary h2{display:inline;font-size:1rem}
h3{font-size:1rem;margin:.2rem 0}
button{font:inherit;padding:.2rem .8rem}
.wide{overflow-x:auto}.wide td:nth-child(3){min-width:14rem}
.wide td:nth-child(5){min-width:12rem}.wide td:nth-child(6){min-width:18rem}
.wide pre{max-height:5rem}
summary:focus-visible,pre:focus-visible,button:focus-visible,a:focus-visible,
.wide:focus-visible{
outline:3px solid #0b57d0;outline-offset:2px}
@media (prefers-color-scheme:dark){
:root{--jp-ui-font-color1:#ececf1;--jp-ui-font-color2:#b9b9c6;
--jp-border-color2:#45454f;--jp-error-color0:#ff8a80;--jp-warn-color0:#ffb74d;
--jp-success-color0:#81c995;--jp-content-link-color:#8ab4f8}
body{background:#16161a}
summary:focus-visible,pre:focus-visible,button:focus-visible,a:focus-visible,
.wide:focus-visible{
outline-color:#8ab4f8}}
"""

# Asks for what is new, and puts it first. What it writes was escaped by the sandbox.
SCRIPT = """
(() => {
const list = document.getElementById('calls');
const news = document.getElementById('news');
const pause = document.getElementById('pause');
const sent = document.getElementById('deliveries');
const source = location.pathname.replace(/\\/+$/, '') + '/log.json?html=1&after=';
let last = Number(list.dataset.last), paused = false, deliveries = '';
pause.hidden = false;
pause.addEventListener('click', () => {
  paused = !paused;
  pause.textContent = paused ? 'Go on' : 'Pause';
  news.textContent = paused ? 'Newer calls are not shown for now.' : '';
});
function show(found) {
  for (const entry of found.entries.reverse()) {
    const item = document.createElement('li');
    item.innerHTML = entry.html;
    list.prepend(item);
  }
  while (list.children.length > 100) list.lastElementChild.remove();
  // What somebody reads or scrolls stays, unless there is something new.
  if (deliveries !== found.html) sent.innerHTML = deliveries = found.html;
  const count = found.entries.length;
  if (count) news.textContent = count === 1 ? '1 new call.' : count + ' new calls.';
  last = found.last;
}
async function look() {
  if (!paused && !document.hidden) {
    try {
      const answer = await fetch(source + last, {cache: 'no-store'});
      const found = await answer.json();
      if (found.last < last) { location.reload(); return; }
      show(found);
    } catch {
      news.textContent = 'The sandbox does not answer. It may have been stopped.';
    }
  }
  setTimeout(look, 1000);
}
setTimeout(look, 1000);
})();
"""
