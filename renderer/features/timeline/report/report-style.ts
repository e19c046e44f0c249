/** Of a report: readable on any screen and on paper, without anything from elsewhere. */
export const reportStyle = `
:root { color-scheme: light dark; --line: #c9cfd8; --quiet: #4a535f; --failed: #b3241c; }
@media (prefers-color-scheme: dark) { :root { --line: #3a424d; --quiet: #aab3bf; --failed: #ff8f87; } }
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; font: 14px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1rem 0 .5rem; }
/* Hundreds of servers open at once: what is not in view is not laid out. */
section { content-visibility: auto; contain-intrinsic-size: auto 40rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .2rem .75rem .2rem 0; border-bottom: 1px solid var(--line); }
td.figure { white-space: nowrap; font-variant-numeric: tabular-nums; }
/* A text of a machine cannot turn around what stands beside it. */
td, dd, h2 { unicode-bidi: isolate; }
td, dd, code { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.5rem; margin: 0 0 .75rem; }
dt, .quiet { color: var(--quiet); }
dd { margin: 0; }
.failed { color: var(--failed); font-weight: 600; }
code { font-family: ui-monospace, Consolas, monospace; font-size: .92em; }
@media print {
  body { margin: 0; max-width: none; font-size: 9pt; }
  section { content-visibility: visible; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  h2 { break-after: avoid; }
}
`;
