#include "agent/report/page.h"

namespace lanwarden::agent {
namespace {

constexpr std::string_view kStyle = R"css(
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; color: #1c2530; background: #fff;
       max-width: 62rem; margin: 0 auto; padding: 2rem 1.5rem 3rem; }
header { border-bottom: 3px solid #b3261e; padding-bottom: .9rem; margin-bottom: 1.2rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: .1rem 0 .3rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid #d5dce5; padding-bottom: .2rem; break-after: avoid; }
p { margin: .4rem 0 .7rem; }
.sub { color: #51647c; margin: 0; }
.badge { display: inline-block; border-radius: .3rem; padding: 0 .45rem; font-size: .85em; white-space: nowrap;
         border: 1px solid #c3ccd8; background: #f2f5f9; }
.critical, .refused, .open { border-color: #dca29d; background: #fbe9e7; color: #7a1b14; }
.warning, .asked, .located { border-color: #e3c777; background: #fdf5dc; color: #5d4705; }
.isolated, .verified { border-color: #9cc9a4; background: #e8f5ea; color: #17512a; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
th { text-align: left; font-weight: 600; color: #51647c; font-size: .85em; }
th, td { padding: .28rem .7rem .28rem 0; vertical-align: top; border-bottom: 1px solid #e5eaf0; }
tr { break-inside: avoid; }
.facts th { width: 11rem; font-size: .95em; white-space: nowrap; }
td.time, td.mono, td.oids, code, pre { font-family: ui-monospace, "DejaVu Sans Mono", "Liberation Mono", monospace; font-size: .86em; }
td.time { white-space: nowrap; color: #51647c; }
td { overflow-wrap: anywhere; }
td.mono { white-space: nowrap; }
pre { background: #f6f8fa; border: 1px solid #e1e7ee; border-radius: .3rem; padding: .6rem .8rem; white-space: pre-wrap;
      break-inside: avoid; }
figure { margin: .8rem 0; overflow-x: auto; break-inside: avoid; }
figure svg { max-width: 100%; height: auto; }
figcaption, .note { color: #51647c; font-size: .88em; }
ul { margin: .2rem 0 .6rem; padding-left: 1.2rem; }
footer { margin-top: 2.5rem; border-top: 1px solid #d5dce5; padding-top: .6rem; color: #51647c; font-size: .85em; }
@page { size: A4; margin: 16mm 14mm; }
@media print { body { font-size: 10.5pt; padding: 0; max-width: none; } h2 { margin-top: 1.2rem; } }
)css";

}  // namespace

std::string_view page_style() { return kStyle; }

}  // namespace lanwarden::agent
