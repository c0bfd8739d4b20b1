// node compare-ledger.mjs A.xlsx B.xlsx: are columns A-O of the data rows (from row 5) equal, and P-S of B filled?
import { execFileSync } from 'node:child_process';

const part = (file, name) => { try { return execFileSync('unzip', ['-p', file, name], { encoding: 'utf8' }); } catch { return ''; } };
const text = (s) => s.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, '&');
function cells(file) {
	const shared = [...part(file, 'xl/sharedStrings.xml').matchAll(/<si>(.*?)<\/si>/gs)].map((m) => text([...m[1].matchAll(/<t[^>]*>(.*?)<\/t>/gs)].map((t) => t[1]).join('')));
	const out = {};
	for (const m of part(file, 'xl/worksheets/sheet1.xml').matchAll(/<c r="([A-Z]+)(\d+)"([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
		const value = /<v>(.*?)<\/v>/s.exec(m[4] ?? '')?.[1] ?? (/<t[^>]*>(.*?)<\/t>/s.exec(m[4] ?? '') ? text(/<t[^>]*>(.*?)<\/t>/s.exec(m[4])[1]) : undefined);
		if (value !== undefined) out[m[1] + m[2]] = /t="s"/.test(m[3]) ? shared[Number(value)] : value;
	}
	return out;
}
const [a, b] = process.argv.slice(2).map(cells);
let bad = 0;
for (let row = 5; row <= 12; row++) {
	for (const column of 'ABCDEFGHIJKLMNO')
		if (a[column + row] !== b[column + row]) { console.log(`${column}${row}: ${a[column + row]} / ${b[column + row]}`); bad = 1; }
	for (const column of 'PQRS')
		if (!b[column + row]) { console.log(`${column}${row} is empty`); bad = 1; }
}
process.exit(bad);
