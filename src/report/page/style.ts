import { declareColours } from './palette.ts'

/** The page's only style: no font, no picture, nothing that is fetched. */
export const style = `
:root{color-scheme:light dark;${declareColours('light')}}
@media(prefers-color-scheme:dark){:root{${declareColours('dark')}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:1rem 1rem 4rem;max-width:60rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:break-word}
h1{font-size:clamp(1.35rem,4.5vw,1.9rem);line-height:1.2;margin:.1rem 0}
h2{font-size:1.25rem;line-height:1.3;margin:0 0 .3rem}
a{color:var(--bypass)}
code{font-size:.9em;background:var(--card);padding:.05em .3em;border-radius:3px;overflow-wrap:anywhere}
.eyebrow,.where{margin:0;color:var(--soft);font-size:.9rem}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;background:var(--paper);padding:.5rem}
.answers{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,13.5rem),1fr));gap:.8rem;margin:.9rem 0}
.card{background:var(--card);border-radius:8px;border-top:5px solid var(--line);padding:.7rem .9rem}
.card.within{border-color:var(--good)}.card.exceeds{border-color:var(--bad)}.card.inconclusive{border-color:var(--open)}
.card h2{font-size:.95rem;font-weight:600}
.card p{margin:.2rem 0;font-size:.92rem}
.card .answer{font-size:1.7rem;font-weight:700;line-height:1.2}
.within .verdict,span.within{color:var(--good)}.exceeds .verdict,span.exceeds{color:var(--bad)}.inconclusive .verdict{color:var(--open)}
.checks{list-style:none;margin:.2rem 0 0;padding:0;font-size:.9rem}
.checks li{padding-left:1.2em;text-indent:-1.2em}.checks span{display:inline-block;width:1.2em;text-indent:0;font-weight:700}
.next{border-left:4px solid var(--line);padding-left:.8rem;margin:1rem 0}
nav ul{display:flex;flex-wrap:wrap;gap:.1rem .9rem;list-style:none;margin:0;padding:0;font-size:.9rem}
nav a{display:inline-block;padding:.2rem 0}
main>section{border-top:1px solid var(--line);margin-top:2rem;padding-top:1.2rem}
.lead{color:var(--soft);margin:.2rem 0 .8rem;max-width:46rem}
figure{margin:.6rem 0}
svg{max-width:100%;height:auto;display:block;font-family:system-ui,sans-serif}
.gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,18.5rem),1fr));gap:.8rem}
.wide{display:none}
@media(min-width:56rem){.wide{display:block}.narrow{display:none}}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;list-style:none;margin:.4rem 0;padding:0;font-size:.9rem}
.notes{font-size:.9rem;padding-left:1.2rem;color:var(--soft)}
summary{cursor:pointer;padding:.35rem 0;color:var(--bypass)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);padding:.2rem 0}
th,td{padding:.2rem .7rem .2rem 0;text-align:right;border-bottom:1px solid var(--grid);vertical-align:top}
th:first-child,td:nth-child(2):last-child{text-align:left}
tbody th{font-weight:normal;white-space:nowrap}
thead th{font-weight:600;vertical-align:bottom}
.hash{font-size:.78rem;overflow-wrap:anywhere}
td:has(.hash){white-space:normal}
footer{margin-top:2.5rem;color:var(--soft);font-size:.85rem}
@media print{
:root{${declareColours('light')};color-scheme:light}
body{max-width:none;padding:0;font-size:10pt}
nav,.skip{display:none}
figure,.card,tr{break-inside:avoid}
h2,.lead{break-after:avoid}
details::details-content{content-visibility:visible;display:block;block-size:auto}
.scroll{overflow:visible}
table{font-size:7.5pt}
}
`
