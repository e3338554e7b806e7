/** The style sheet of the reports: light and dark mode, narrow and wide screens, print. */
export const STYLES = `
:root { color-scheme: light dark; --page: #ffffff; --ink: #1c1e21; --soft: #5c6370; --line: #d9dde3; --panel: #f5f7f9; --high: #009e73; --low: #d55e00; }
@media (prefers-color-scheme: dark) {
  :root { --page: #15181c; --ink: #e8eaed; --soft: #a2a9b4; --line: #343a42; --panel: #1d2126; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .3rem; letter-spacing: -.01em; }
h2 { font-size: 1.2rem; margin: 2.6rem 0 .6rem; }
h3 { font-size: 1.02rem; margin: 1.6rem 0 .5rem; }
section .scroll { margin-top: 1.4rem; }
.subtitle, caption, small, .note { color: var(--soft); }
.subtitle { margin: 0 0 1.4rem; }
.findings { border-left: 4px solid #d55e00; background: var(--panel); padding: .9rem 1.2rem; border-radius: 0 6px 6px 0; }
.findings p { margin: .25rem 0; font-size: 1.06rem; }
.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: 0 0 .6rem; padding: 0; list-style: none; font-size: .92rem; }
td.share { text-align: center; }
.swatch { display: inline-block; box-sizing: border-box; width: .75rem; height: .75rem; border-radius: 50%; margin-right: .5rem; vertical-align: -.03rem; }
figure { margin: 0; overflow-x: auto; }
svg { max-width: 100%; height: auto; --plot-background: var(--page); }
figure svg { min-width: 600px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .95rem; }
caption { caption-side: bottom; text-align: left; padding-top: .55rem; font-size: .88rem; }
th, td { padding: .5rem .75rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; white-space: nowrap; }
thead th { border-bottom: 2px solid var(--line); font-weight: 600; }
tbody th:first-child { text-align: left; font-weight: 600; white-space: normal; min-width: 8rem; max-width: 20rem; overflow-wrap: anywhere; }
thead th:first-child { text-align: left; }
@media (max-width: 640px) { tbody th:first-child { max-width: 10rem; } th, td { padding: .45rem .5rem; } }
td small, th small { display: block; font-weight: 400; font-size: .82rem; }
th small { white-space: normal; padding-left: 1.25rem; max-width: 20rem; }
details { margin-top: .8rem; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--high); outline-offset: 2px; }
summary { cursor: pointer; color: var(--soft); font-size: .92rem; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(330px, 1fr)); gap: 1.2rem 2.2rem; align-items: start; }
.facts caption { caption-side: top; color: var(--ink); font-size: 1rem; font-weight: 600; padding: 0 0 .3rem; }
.facts th { font-weight: 400; color: var(--soft); }
.facts tbody th:first-child { overflow-wrap: break-word; }
.facts td { white-space: normal; overflow-wrap: anywhere; min-width: 9rem; }
.facts th, .facts td { padding: .28rem .4rem; font-size: .88rem; }
@media print { main { max-width: none; padding: 0; } h2 { break-after: avoid; } figure, table { break-inside: avoid; } }
`;
