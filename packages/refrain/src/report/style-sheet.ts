import { darkPalette, lightPalette, paletteVariables, seriesCount, seriesDash } from "./palette.js";

const light = paletteVariables(lightPalette);
const dark = paletteVariables(darkPalette);

const swatches = Array.from({ length: seriesCount }, (_, at) => {
  const dash = seriesDash(at);
  const pattern = dash === "" ? "" : `;stroke-dasharray:${dash.replaceAll(" ", ",")}`;
  return `.series${at + 1}{stroke:var(--series${at + 1});fill:var(--series${at + 1})${pattern}}`;
}).join("\n");

/** The one style sheet of every page; its hash stands in the page's content security policy. */
export const styleSheet = `
:root{color-scheme:light dark;${light}}
@media (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
.page{max-width:76rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .35rem}
h2{font-size:1.3rem;line-height:1.25;margin:2.75rem 0 .75rem;padding-top:.75rem;
border-top:1px solid var(--edge);scroll-margin-top:.5rem}
h3{font-size:1.05rem;margin:1.6rem 0 .5rem}
p,ul,ol,dl{margin:.6rem 0;max-width:46rem}
h1,h2,h3,p,li,dd,dt,td,figcaption{overflow-wrap:anywhere}th{overflow-wrap:break-word}
a{color:var(--link)}
.subtitle{color:var(--faint);margin:0}
.faint{color:var(--faint)}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:.5rem;background:var(--panel);padding:.4rem .8rem}
nav ol{list-style:none;padding:0;margin:1rem 0 0;display:flex;flex-wrap:wrap;gap:.4rem;
max-width:none}
nav ol+ol{margin-top:.5rem}nav .group{font-size:.9rem;font-weight:600;padding:.25rem .3rem .2rem 0}
nav a{display:block;padding:.2rem .7rem;border:1px solid var(--edge);border-radius:1rem;
text-decoration:none;font-size:.9rem}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.6rem;
margin:1.25rem 0 0;max-width:none}
.facts div{background:var(--panel);border-radius:.5rem;padding:.6rem .8rem}
.facts dt{font-size:.82rem;color:var(--faint)}
.facts dd{margin:0;font-size:1.35rem;font-weight:600;line-height:1.25;
font-variant-numeric:tabular-nums}
.facts .note{display:block;font-size:.8rem;font-weight:400;color:var(--faint)}
.callout{border-left:.3rem solid var(--faint);background:var(--panel);padding:.6rem .9rem;
margin:1rem 0;border-radius:0 .4rem .4rem 0;max-width:46rem}
.callout p{margin:.2rem 0}
.callout strong:first-child{display:block}
.good{border-color:var(--good)}.good>strong{color:var(--good)}
.warn{border-color:var(--warn)}.warn>strong{color:var(--warn)}
.bad{border-color:var(--bad)}.bad>strong{color:var(--bad)}
.figures{display:grid;gap:1.25rem;
grid-template-columns:repeat(auto-fill,minmax(min(22rem,100%),1fr));
align-items:start;margin:1rem 0}
.figures.small{grid-template-columns:repeat(auto-fill,minmax(min(11rem,100%),1fr))}
figure{margin:0;min-width:0}
figure.alone{margin:1rem 0}
figcaption{font-size:.88rem;color:var(--faint);margin:.35rem 0 0;max-width:46rem}
figcaption b{color:var(--ink)}
.legend{list-style:none;padding:0;margin:0 0 .4rem;display:flex;flex-wrap:wrap;gap:.2rem 1rem;
font-size:.85rem;max-width:none}
.legend svg{display:inline-block;vertical-align:middle;margin-right:.4rem}
svg.chart{display:block;height:auto;max-width:100%}
svg.chart text{white-space:pre}
.scroll{overflow-x:auto;max-width:100%}
.scroll svg.chart{max-width:none}
.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;font-size:.9rem;margin:0;font-variant-numeric:tabular-nums}
.table{margin:0 0 1rem}
.caption{font-size:.88rem;color:var(--faint);margin:1.25rem 0 .4rem}
th,td{padding:.32rem .7rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--edge)}
th{font-weight:600}
thead th{background:var(--panel);vertical-align:bottom;white-space:nowrap}
td.number,th.number{text-align:right;white-space:nowrap}
td{min-width:3.5rem}td.text,th[scope=row]{min-width:8rem;max-width:26rem}
td.prose{min-width:15rem;max-width:34rem}
@media (max-width:40rem){th[scope=row]{position:sticky;left:0;background:var(--paper);
box-shadow:1px 0 var(--edge);max-width:10.5rem}tr.marked th[scope=row]{background:var(--panel)}}
tr.marked th,tr.marked td{background:var(--panel);font-weight:600}
td .range,th .range{display:block;font-size:.78rem;font-weight:400;color:var(--faint)}
td .why{white-space:normal;display:block;font-size:.82rem;color:var(--faint);min-width:10rem}
code,pre{font:.88em/1.5 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
code{overflow-wrap:anywhere}
pre{background:var(--panel);padding:.7rem .9rem;border-radius:.4rem;overflow-x:auto;margin:.8rem 0}
pre code{overflow-wrap:normal}
details{margin:1rem 0}summary{cursor:pointer;color:var(--link)}
footer{margin-top:3rem;padding-top:.75rem;border-top:1px solid var(--edge);
font-size:.85rem;color:var(--faint)}
${swatches}
@media print{:root{${light};color-scheme:light}
body{font-size:10pt}.page{max-width:none;padding:0}nav,.skip{display:none}
figure,.callout,tr,.facts div{break-inside:avoid}h2,h3{break-after:avoid}
.scroll{overflow:visible}.scroll svg.chart{max-width:100%}a{color:inherit}}
`.trim();
