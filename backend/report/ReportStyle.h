// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace mrb::backend {

/// The style sheet of reportHtml(). Every colour is a property that the dark palette and paper
/// replace; the tones are those of the window.
inline constexpr const char *kReportStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #ffffff; --ink: #1b2127; --quiet: #56606b; --rule: #dde2e7; --soft: #f4f6f8;
  --good: #1b722c; --good-soft: #e9f4ec; --notice: #8a5300; --notice-soft: #fdf3e1;
  --bad: #b01c1c; --bad-soft: #fbebea; --plain: #3d4854; --plain-soft: #eef1f4;
  --bars: #5b7ea8; --link: #1a5cb0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181d; --ink: #e3e7eb; --quiet: #9ca7b3; --rule: #2d343c; --soft: #1b2026;
    --good: #6fcf7c; --good-soft: #17291c; --notice: #f0b84a; --notice-soft: #2c2414;
    --bad: #ff8a80; --bad-soft: #331c1c; --plain: #b4bec9; --plain-soft: #20262d;
    --bars: #7c9cc4; --link: #7fb6ff;
  }
}
* { box-sizing: border-box; }
html { background: var(--page); }
body {
  margin: 0 auto; max-width: 60rem; padding: 2rem 1.5rem 3rem; color: var(--ink);
  background: var(--page); font: 1rem/1.5 system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans",
  sans-serif; overflow-wrap: anywhere; font-variant-numeric: tabular-nums;
}
a { color: var(--link); }
p { margin: 0.5rem 0; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 1.2rem 0 0.8rem; }
h2 {
  font-size: 1.15rem; margin: 2.4rem 0 0.6rem; padding-bottom: 0.25rem;
  border-bottom: 2px solid var(--rule);
}
.good { --tone: var(--good); --tone-soft: var(--good-soft); }
.notice { --tone: var(--notice); --tone-soft: var(--notice-soft); }
.bad { --tone: var(--bad); --tone-soft: var(--bad-soft); }
.plain { --tone: var(--plain); --tone-soft: var(--plain-soft); }
.banner {
  margin: 0; padding: 0.4rem 0.9rem; border-radius: 0.3rem; font-weight: 600;
  font-size: 0.9rem; color: var(--tone); background: var(--tone-soft);
}
.verdict, .box {
  margin: 0.8rem 0; padding: 0.7rem 1rem; border-left: 0.3rem solid var(--tone);
  border-radius: 0 0.3rem 0.3rem 0; background: var(--tone-soft);
}
.verdict strong { display: block; font-size: 1.3rem; color: var(--tone); }
.box > strong { color: var(--tone); }
.box ul { margin: 0.3rem 0 0; padding-left: 1.2rem; }
.box li { margin: 0.3rem 0; }
.note { display: block; color: var(--quiet); font-size: 0.875rem; }
.sign { color: var(--tone); font-weight: 700; }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 0.85em; }
pre { margin: 0; white-space: pre-wrap; }
nav ul { list-style: none; margin: 1rem 0 0; padding: 0; font-size: 0.9rem; }
nav li { display: inline-block; margin-right: 1rem; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.35rem 0.6rem 0.35rem 0; text-align: left; vertical-align: top; }
tbody tr { border-bottom: 1px solid var(--rule); }
.rows th { width: 32%; font-weight: 400; color: var(--quiet); }
.gates thead th { font-size: 0.875rem; color: var(--quiet); border-bottom: 2px solid var(--rule); }
.gates th[scope="row"] { font-weight: 400; }
.gates .bad th[scope="row"] strong { font-weight: 600; }
.gates strong { font-weight: inherit; }
.gates .status { width: 8rem; color: var(--tone); font-weight: 600; }
.gates .value { width: 18%; }
figure { margin: 1rem 0 1.6rem; }
figure img { display: block; width: 100%; height: auto; border-radius: 0.2rem; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { margin-top: 0.4rem; color: var(--quiet); font-size: 0.875rem; }
.bars { fill: var(--bars); stroke: none; }
.axis { stroke: var(--quiet); stroke-width: 1; fill: none; }
.tick { fill: var(--quiet); font-size: 11px; }
.references li { margin: 0.4rem 0; }
footer {
  margin-top: 3rem; padding-top: 0.8rem; border-top: 2px solid var(--rule);
  color: var(--quiet); font-size: 0.875rem;
}
.unseen {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap;
}
@media (max-width: 38rem) {
  .rows, .rows tbody, .rows tr, .rows th, .rows td { display: block; width: auto; }
  .rows th { padding-bottom: 0; }
  .rows td { padding-top: 0; }
}
@page { size: A4; margin: 18mm 16mm; }
@media print {
  :root {
    color-scheme: light;
    --page: #ffffff; --ink: #1b2127; --quiet: #56606b; --rule: #dde2e7; --soft: #f4f6f8;
    --good: #1b722c; --good-soft: #e9f4ec; --notice: #8a5300; --notice-soft: #fdf3e1;
    --bad: #b01c1c; --bad-soft: #fbebea; --plain: #3d4854; --plain-soft: #eef1f4;
    --bars: #5b7ea8; --link: #1b2127;
  }
  html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; }
  .banner, .verdict, .box { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .bars { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  nav { display: none; }
  h2 { margin-top: 1.4rem; break-after: avoid; }
  tr, figure, .box, .verdict, li { break-inside: avoid; }
  figure img { max-height: 215mm; object-fit: contain; object-position: left top; }
  thead { display: table-header-group; }
  p { orphans: 3; widows: 3; }
  a { text-decoration: none; }
}
)css";

} // namespace mrb::backend
