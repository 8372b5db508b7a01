"""How the views look, in a notebook and in a page of their own."""

# Colours follow JupyterLab's theme, and have a fallback for other pages.
STYLE = """
.vd{font:14px/1.5 var(--jp-ui-font-family,system-ui,sans-serif);
color:var(--jp-ui-font-color1,#1b1b1f);max-width:76rem;overflow-wrap:break-word}
.vd h1{font-size:1.6em;font-weight:600;line-height:1.3;margin:.2rem 0 .6rem}
.vd h2{font-size:1.25em;font-weight:600;line-height:1.3;margin:1rem 0 .4rem}
.vd table{border-collapse:collapse;width:100%;margin:.25rem 0 .75rem;table-layout:auto}
.vd caption{text-align:left;font-weight:600;padding:.25rem 0}
.vd th,.vd td{text-align:left;vertical-align:top;padding:.4rem .6rem;
border-bottom:1px solid var(--jp-border-color2,#d5d5dc);white-space:normal;
background:transparent}
.vd th{font-weight:600}
.vd code,.vd pre{font-family:var(--jp-code-font-family,ui-monospace,monospace);
font-size:.92em;white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;margin:0;
max-height:24rem;overflow-y:auto;
color:inherit;background:transparent}
.vd .whole{white-space:nowrap}
.vd .pair{display:grid;gap:1rem;
grid-template-columns:repeat(auto-fit,minmax(20rem,1fr))}
.vd .card{border:1px solid var(--jp-border-color2,#d5d5dc);border-radius:6px;
padding:.6rem .8rem;min-width:0}
.vd .tag{display:inline-block;border:1px solid currentColor;border-radius:1em;
padding:0 .6em;font-size:.85em;white-space:nowrap}
.vd .error{color:var(--jp-error-color0,#a4161a)}
.vd .warning{color:var(--jp-warn-color0,#8a4b00)}
.vd .good{color:var(--jp-success-color0,#1b6e2d)}
/* JupyterLab's own red, orange and green are too dim on its dark ground. */
[data-jp-theme-light="false"] .vd .error{color:#ff8a80}
[data-jp-theme-light="false"] .vd .warning{color:#ffb74d}
[data-jp-theme-light="false"] .vd .good{color:#81c995}
.vd .small{font-size:.9em;font-weight:400;color:var(--jp-ui-font-color2,#4d4d57)}
.vd a{color:var(--jp-content-link-color,#0b57d0)}
.vd svg{display:block;margin:.5rem 0}
.vd .picture{overflow-x:auto;margin-top:1rem}.vd .picture svg{min-width:36rem}
/* On a telephone a table keeps within the screen: the cells of a row stand one below
the other, each with the head of its column. */
@media (max-width:40rem){
.vd th,.vd td{padding:.3rem .25rem}.vd td{overflow-wrap:anywhere}
.vd .rows,.vd .rows caption,.vd .rows tbody,.vd .rows tr,.vd .rows th,.vd .rows td{
display:block}
.vd .rows thead{position:absolute;clip-path:inset(50%)}
.vd .rows tr{border-bottom:1px solid var(--jp-border-color2,#d5d5dc)}
.vd .rows tbody th,.vd .rows td{border:0;padding:.15rem .25rem}
.vd .rows td:empty{display:none}
.vd .rows td::before{content:attr(data-head) ": ";
color:var(--jp-ui-font-color2,#4d4d57)}
.vd .pair{grid-template-columns:minmax(0,1fr)}
}
"""
