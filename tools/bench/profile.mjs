// profile.mjs KIND N SELF ALL: what callgrind_annotate told (own instructions, and with what is called) as Markdown, per call.
import { readFileSync } from 'node:fs';

const [kind, n, self, all] = process.argv.slice(2), SHOWN = 16;
const NAMES = { import: 'One row of an import', list: 'A list of 50 rows by name', save: 'One save' };
const lines = (file) => readFileSync(file, 'utf8').split('\n').map((l) => /^ *([0-9,]+) \([^)]*\) +(\S+?):(.*?)(?: \[(.*)\])?$/.exec(l)).filter(Boolean).map((m) => ({ ir: +m[1].replaceAll(',', ''), file: m[2], name: m[3].replace(/\.(part|constprop|isra)\.\d+/g, ''), object: m[4] ?? '' }));
const total = +/([0-9,]+) \(100\.0%\)  PROGRAM TOTALS/.exec(readFileSync(self, 'utf8'))[1].replaceAll(',', '');
const whole = (v) => String(Math.round(v)).replace(/\B(?=(\d{3})+$)/g, ','), share = (v) => `${(v / total * 100).toFixed(1)} %`;

const whose = new Map();
for (const l of lines(self)) {
	const who = /libsqlite3/.test(l.object) ? 'SQLite' : /libc\.so|ld-linux/.test(l.object) ? 'the C library' : /tools\/bench$|ishigaki/.test(l.object) || /src\//.test(l.file) ? 'our own code' : l.object.replace(/.*\//, '').replace(/\.so.*/, '') || 'others';
	whose.set(who, (whose.get(who) ?? 0) + l.ir);
}
const through = new Map();
for (const l of lines(all)) {
	const own = /src\/(\w+)\/[\w.]+$/.exec(l.file);
	if (own || /^sqlite3_(step|prepare_v2|prepare_v3|reset|bind_\w+)$/.test(l.name)) through.set(l.name, Math.max(through.get(l.name) ?? 0, l.ir));
}
console.log(`### ${NAMES[kind]}: ${whole(total / n)} instructions\n`);
console.log(`${[...whose].sort((a, b) => b[1] - a[1]).slice(0, 5).map(([who, ir]) => `${who} ${share(ir)}`).join(', ')}.\n`);
console.log('| through | of all |\n|---|---:|');
for (const [name, ir] of [...through].sort((a, b) => b[1] - a[1]).filter(([, ir]) => ir < total * 0.97).slice(0, SHOWN)) console.log(`| \`${name}\` | ${share(ir)} |`);
console.log('');
