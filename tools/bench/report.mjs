// report.mjs [--report-only] [--write-docs] [--profile=FILE] RESULTS...: what the files of results say (see bench.h), as Markdown on standard
// output, and the budgets judged. Ends with a line of budgets met and missed, and with exit code 1 when one is missed, unless --report-only.
//
// Processor time is judged at the speed of the machine that the budgets were written on: each file of results holds the yardsticks
// measured beside it (tools/bench/yardstick.c), and the middle one of each kind says how fast the machine was then.
import { readFileSync, writeFileSync } from 'node:fs';
import { growth, plot } from './growth.mjs';

const YARD = { workbook: 1410, argon2id: 44 }; // milliseconds on that machine

// Of what line a budget is, by how its name begins; at most `most` of its unit and `statements` in one call, up to `rows` rows.
const BUDGETS = [
	{ part: 'size', what: 'JSON by id', unit: 'µs CPU', most: 40, statements: 3 },
	{ part: 'size', what: 'detail', unit: 'µs CPU', most: 300, statements: 8 },
	{ part: 'size', what: 'list', unit: 'µs CPU', most: 300, statements: 8 },
	{ part: 'size', what: 'search', unit: 'µs CPU', most: 20000, statements: 8 },
	{ part: 'size', what: 'save 32 clients', unit: 'µs CPU', most: 250 },
	{ part: 'size', what: 'import XLSX, elapsed', unit: 's', most: 30, rows: 100000 },
	{ part: 'size', what: 'save beside an import', unit: 'ms', most: 200 },
	{ part: 'size', what: 'import, peak memory', unit: 'MB', most: 500, rows: 100000 },
	{ part: 'size', what: 'import, written per row', unit: 'KB', most: 80, rows: 100000 },
	{ part: 'size', what: 're-computation', unit: 'ms CPU', most: 1000, rows: 100000 },
	{ part: 'size', what: 'export XLSX', unit: 's CPU', most: 3, rows: 100000 },
	{ part: 'served', what: 'cold start', unit: 'ms', most: 300 },
	{ part: 'served', what: 'idle memory', unit: 'MB', most: 64 },
	{ part: 'served', what: 'API get', unit: 'µs CPU', statements: 3 },
	{ part: 'served', what: 'API list', unit: 'µs CPU', statements: 8 },
	{ part: 'served', what: 'list', unit: 'µs CPU', statements: 16 },
	{ part: 'reports', what: 'report as pdf', unit: 'ms CPU', most: 750 },
	{ part: 'saves', what: 'saves acknowledged', unit: '/s', least: 3000 },
];

const middle = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const commas = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
const short = (v) => (v >= 1000 ? commas(Math.round(v)) : v >= 100 ? v.toFixed(0) : v >= 10 ? v.toFixed(1) : v.toFixed(2));

function read(file) {
	const lines = readFileSync(file, 'utf8').trim().split('\n').filter(Boolean).map((l) => l.split('\t'));
	const speeds = Object.entries(YARD).map(([name, ms]) => {
		const got = lines.filter((l) => l[0] === 'yardstick' && l[2] === name).map((l) => +l[4]);
		if (!got.length) throw new Error(`${file} holds no yardstick ${name}`);
		return ms / middle(got);
	});
	const speed = Math.sqrt(speeds[0] * speeds[1]);
	const made = lines.filter((l) => l[0] !== 'yardstick').map(([part, rows, what, unit, value, cpu, statements]) => ({ part, rows: +rows, what, unit, value: +value, cpu: +cpu, statements: +statements, speed }));
	const elapsed = lines.filter((l) => l[0] === 'yardstick' && l[2] === 'workbook, elapsed').map((l) => +l[4]);
	return { file, speed, speeds, made, idle: elapsed.length ? Math.min(1, YARD.workbook / speeds[0] / middle(elapsed)) : null };
}

// At the yardstick's speed; null where none of the figure is known to be processor time.
export function corrected(l) {
	if (l.unit.endsWith(' CPU')) return l.value * l.speed;
	if (!l.cpu) return null;
	return l.unit === '/s' ? l.value / (1 - l.cpu * (1 - l.speed)) : l.value - l.cpu * (1 - l.speed);
}

function judge(lines) {
	const verdicts = [];
	for (const l of lines) {
		const b = BUDGETS.find((x) => x.part === l.part && l.what.startsWith(x.what) && x.unit === l.unit && !(x.rows < l.rows));
		if (!b) continue;
		const v = corrected(l) ?? l.value;
		if (b.most) verdicts.push({ l, text: `${l.what}, ${commas(l.rows)} rows: ${short(v)} ${l.unit}, budget ${b.most}`, met: v <= b.most });
		if (b.least) verdicts.push({ l, text: `${l.what}: ${short(v)} ${l.unit}, budget at least ${b.least}`, met: v >= b.least });
		if (b.statements && l.statements >= 0) verdicts.push({ l, text: `${l.what}, ${commas(l.rows)} rows: ${l.statements} statements, budget ${b.statements}`, met: l.statements <= b.statements });
	}
	return verdicts;
}

const unique = (list) => [...new Set(list)];
const table = (head, rows) => [`| ${head.join(' | ')} |`, `|---|${head.slice(1).map(() => '---:').join('|')}|`, ...rows.map((r) => `| ${r.join(' | ')} |`)].join('\n');

function cell(l) {
	if (!l) return '';
	const v = corrected(l);
	return v === null ? `${short(l.value)} ${l.unit}`.trim() : `${short(l.value)} → ${short(v)} ${l.unit}`;
}

// In process: a line for each figure, a column for each number of rows.
function sizes(lines, verdicts) {
	const rows = unique(lines.map((l) => l.rows)).sort((a, b) => a - b);
	return table(['what', ...rows.map(commas), 'statements', 'growth', 'budget'], unique(lines.map((l) => `${l.what}\t${l.unit}`)).map((key) => {
		const of = lines.filter((l) => `${l.what}\t${l.unit}` === key);
		const judged = verdicts.filter((v) => of.includes(v.l));
		const statements = Math.max(...of.map((l) => l.statements));
		return [of[0].what, ...rows.map((n) => cell(of.find((l) => l.rows === n))), statements >= 0 ? statements : '', growth(of) ?? '', judged.length ? (judged.every((v) => v.met) ? 'met' : 'missed') : ''];
	}));
}

// Over HTTP at one size: both numbers of connections side by side.
function requests(lines) {
	const at = (what, n, unit) => lines.find((l) => l.what === `${what} @${n}` && l.unit === unit);
	const ms = (l) => (l ? `${short(l.value)}` : '');
	return table(['request', 'p50, 1', 'p99, 1', 'p50, 16', 'p99, 16', 'CPU per request, 1', 'CPU, 16', 'statements'], unique(lines.filter((l) => l.what.includes(' @')).map((l) => l.what.split(' @')[0])).map((what) => {
		const cpu = at(what, 1, 'µs CPU');
		return [what, ms(at(what, 1, 'ms p50')), ms(at(what, 1, 'ms p99')), ms(at(what, 16, 'ms p50')), ms(at(what, 16, 'ms p99')), cell(cpu), cell(at(what, 16, 'µs CPU')), cpu?.statements ?? ''];
	}));
}

function main() {
	const args = process.argv.slice(2), files = args.filter((x) => !x.startsWith('--')).map(read);
	const lines = files.flatMap((f) => f.made), verdicts = judge(lines), missed = verdicts.filter((v) => !v.met);
	const of = (part) => lines.filter((l) => l.part === part);
	const blocks = {};
	const percent = (x) => `${Math.round(x * 100)} %`;
	blocks.speed = table(['measured', 'speed of the machine', 'workbook', 'argon2id', 'processor had when wanted'], files.map((f) => [unique(f.made.map((l) => `${l.part === 'size' || l.part === 'served' ? commas(l.rows) + ' rows' : l.part}`)).join(', '), percent(f.speed), percent(f.speeds[0]), percent(f.speeds[1]), f.idle === null ? '' : percent(f.idle)]));
	if (of('size').length) blocks.sizes = sizes([...of('size'), ...of('served').filter((l) => !l.what.includes(' @'))], verdicts);
	const served = of('served').filter((l) => l.what.includes(' @')), sizesServed = unique(served.map((l) => l.rows)).sort((a, b) => a - b);
	if (served.length) {
		const shown = sizesServed.includes(100000) ? 100000 : sizesServed.at(-1);
		blocks.requests = `At ${commas(shown)} rows, milliseconds:\n\n${requests(served.filter((l) => l.rows === shown))}`;
		const one = served.filter((l) => l.what.endsWith(' @1') && l.unit === 'µs CPU').map((l) => ({ ...l, what: l.what.replace(' @1', '') }));
		blocks.growth = sizes(one, verdicts).replace(/ statements \| growth \| budget \|/, ' statements | growth | statements kept |');
	}
	if (of('saves').length) blocks.saves = table(['with a disk whose sync takes 1 ms more', 'as measured → at full speed'], of('saves').map((l) => [l.what, cell(l)]));
	if (of('reports').length) blocks.reports = table(['a report of about thirty dense pages', 'as measured → at full speed'], of('reports').map((l) => [l.what, cell(l)]));
	if (of('peers').length) {
		const who = unique(of('peers').map((l) => l.what.split(': ')[0]));
		blocks.peers = table(['10,000 rows, measured in one run', ...who], unique(of('peers').map((l) => `${l.what.split(': ')[1]}\t${l.unit}`)).map((key) => [key.replace('\t', ', '), ...who.map((w) => { const l = of('peers').find((x) => `${x.what.split(': ')[1]}\t${x.unit}` === key && x.what.startsWith(`${w}: `)); return l ? short(l.value) : ''; })]));
	}
	const profile = args.find((x) => x.startsWith('--profile='));
	if (profile) blocks.profile = readFileSync(profile.slice(10), 'utf8').trim();
	if (verdicts.length) blocks.budgets = missed.length ? `Missed:\n\n${missed.map((v) => `- ${v.text}`).join('\n')}\n\nAll others are met: ${verdicts.length - missed.length} of ${verdicts.length}.` : `All ${verdicts.length} are met.`;
	for (const b of Object.values(blocks)) console.log(`${b}\n`);
	if (args.includes('--write-docs')) {
		let text = readFileSync('docs/performance.md', 'utf8');
		for (const [name, b] of Object.entries(blocks)) {
			const mark = new RegExp(`(<!-- bench: ${name} -->\n)[^]*?(<!-- /bench -->)`);
			if (!mark.test(text)) throw new Error(`docs/performance.md has no place for ${name}`);
			text = text.replace(mark, (all, begin, end) => `${begin}\n${b}\n\n${end}`);
		}
		writeFileSync('docs/performance.md', text);
		if (sizesServed.length > 1) writeFileSync('docs/performance.svg', plot(lines, corrected));
	}
	console.log(`${verdicts.length - missed.length} budgets met, ${missed.length} missed`);
	process.exitCode = missed.length && !args.includes('--report-only') ? 1 : 0;
}

if (process.argv[1]?.endsWith('report.mjs')) main();
