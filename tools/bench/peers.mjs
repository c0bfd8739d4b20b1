// peers.mjs BUILD RESULTS [ROWS]: fossil with so many tickets and this program with so many assets, one after the other on this machine:
// time to the first answer, idle memory, list pages and one record on one connection. Adds its figures to the results (see bench.h).
import { createHash } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import http from 'node:http';
import { join } from 'node:path';
import { tmpdir } from 'node:os';

const [build, results, count = '10000'] = process.argv.slice(2), rows = +count, REQUESTS = 100;
const dir = mkdtempSync(join(tmpdir(), 'ishigaki-peers-'));
let child = null;

function run(program, args, input) {
	const r = spawnSync(program, args, { encoding: 'utf8', input, maxBuffer: 1 << 28, env: { ...process.env, HOME: dir, USER: 'admin' } });
	if (r.status !== 0) throw new Error(`${program} ${args.slice(0, 3).join(' ')}: ${r.status} ${r.stderr || r.error}`);
	return r.stdout;
}
function tell(who, what, unit, value) {
	appendFileSync(results, `peers\t${rows}\t${who}: ${what}\t${unit}\t${value.toFixed(3)}\t0\t-1\n`);
	process.stderr.write(`${who}: ${what} ${value.toFixed(2)} ${unit}\n`);
}
const free = () => new Promise((done) => { const s = createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); }); });

function ask(port, path, { headers = {}, method = 'GET', body, agent = false } = {}) {
	return new Promise((done, fail) => {
		const r = http.request({ host: '127.0.0.1', port, path, headers, method, agent }, (a) => {
			const got = [];
			a.on('data', (d) => got.push(d)).on('end', () => done({ status: a.statusCode, headers: a.headers, text: Buffer.concat(got).toString() }));
		});
		r.on('error', fail).end(body);
	});
}

// Resident memory of the process, and its processor time with that of the children it waited for, in milliseconds.
function look(pid) {
	const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
	return { mb: +/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1] / 1024, cpu: 10 * [11, 12, 13, 14].reduce((n, i) => n + +stat[i], 0) };
}

async function start(who, program, args, port, path) {
	const t = performance.now();
	child = spawn(program, args, { stdio: 'ignore', env: { ...process.env, HOME: dir, USER: 'admin' } });
	for (;;) {
		const a = await ask(port, path).catch(() => null);
		if (a && a.status < 400) break;
		if (performance.now() - t > 30000 || child.exitCode !== null) throw new Error(`${who} did not start`);
	}
	tell(who, 'start to the first answer', 'ms', performance.now() - t);
	await new Promise((done) => setTimeout(done, 500));
	tell(who, 'idle memory', 'MB', look(child.pid).mb);
}

async function page(who, what, port, path, headers, holds) {
	const took = [], agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
	let bytes = 0, before;
	for (let i = -3; i < REQUESTS; i++) {
		if (i === 0) before = look(child.pid).cpu;
		const t = performance.now(), a = await ask(port, path, { headers, agent });
		if (a.status !== 200 || !a.text.includes(holds)) throw new Error(`${who}: ${path}: ${a.status} without «${holds}»: ${a.text.slice(0, 300)}`);
		if (i >= 0) took.push(performance.now() - t);
		bytes = Buffer.byteLength(a.text);
	}
	agent.destroy();
	took.sort((a, b) => a - b);
	tell(who, what, 'ms p50', took[REQUESTS / 2]);
	tell(who, what, 'ms p99', took[REQUESTS - 2]);
	tell(who, what, 'ms of processor', (look(child.pid).cpu - before) / REQUESTS);
	tell(who, what, 'KB of page', bytes / 1024);
}

function stop() {
	const c = child;
	child = null;
	return c && new Promise((done) => { c.on('exit', done); c.kill('SIGTERM'); });
}

// ---- fossil: tickets as its own artifacts, taken into a repository by `reconstruct` ----

async function fossil() {
	const who = `fossil ${/version ([0-9.]+)/.exec(run('fossil', ['version']))[1]}`, at = join(dir, 'tickets'), repository = join(dir, 'peer.fossil'), port = await free();
	const escaped = (s) => s.replace(/\\/g, '\\\\').replace(/ /g, '\\s').replace(/\n/g, '\\n');
	let some = '';
	for (let i = 0; i < rows; i++) {
		const day = `2026-${String(1 + i % 11).padStart(2, '0')}-${String(1 + i % 28).padStart(2, '0')}T10:${String(i % 60).padStart(2, '0')}:00.000`;
		const id = createHash('sha1').update(`ticket ${i}`).digest('hex');
		const text = [`D ${day}`, `J comment ${escaped(`委託先から受領、先方の指定様式 ${i}`)}`, 'J severity Important', 'J status Open', `J title ${escaped(`委託先との契約書の写し ${i}`)}`, 'J type Code_Defect', `K ${id}`, 'U admin', ''].join('\n');
		const artifact = `${text}Z ${createHash('md5').update(text).digest('hex')}\n`, name = createHash('sha1').update(artifact).digest('hex');
		mkdirSync(join(at, name.slice(0, 2)), { recursive: true });
		writeFileSync(join(at, name.slice(0, 2), name.slice(2)), artifact);
		if (i === rows >> 1) some = id;
	}
	run('fossil', ['reconstruct', repository, at]);
	const kept = +run('fossil', ['sql', '-R', repository, 'SELECT count(*) FROM ticket;']).trim();
	if (kept !== rows) throw new Error(`fossil kept ${kept} tickets of ${rows}`);
	await start(who, 'fossil', ['server', '--localhost', '--nojail', '--port', String(port), repository], port, '/login');
	await page(who, 'list, 50 rows', port, '/timeline?y=t&n=50', {}, 'timeline');
	await page(who, 'one record', port, `/tktview/${some}`, {}, '委託先との契約書の写し');
	tell(who, 'file', 'MB', statSync(repository).size / 1048576);
	await stop();
}

// ---- ours ----

async function ours() {
	const who = 'Ishigaki', data = join(dir, 'data'), port = await free(), program = join(build, 'ishigaki');
	run(program, ['init', '--data', data, '--demo']);
	run(join(build, 'tools/make_ledger'), [count, join(dir, 'rows.xlsx')]);
	run(program, ['import', 'asset', join(dir, 'rows.xlsx'), '--data', data]);
	const token = run(program, ['token', 'create', '--data', data, '--user', 'lead', '--scope', 'read']).trim();
	await start(who, program, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`], port, '/sign-in');
	const api = await ask(port, '/api/v1/asset?limit=1&sort=-id', { headers: { Authorization: `Bearer ${token}` } }), row = JSON.parse(api.text).items[0];
	const form = await ask(port, '/sign-in'), csrf = /name="csrf" value="([^"]*)"/.exec(form.text)[1], cookie = form.headers['set-cookie'].map((c) => c.split(';')[0]).join('; ');
	const password = /\{ "lead", "([^"]*)"/.exec(readFileSync('src/main/demo.c', 'utf8'))[1], body = new URLSearchParams({ csrf, return: '/', login: 'lead', password }).toString();
	const entered = await ask(port, '/sign-in', { method: 'POST', body, headers: { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': Buffer.byteLength(body) } });
	const session = entered.headers['set-cookie'].map((c) => c.split(';')[0]).find((c) => /session=./.test(c));
	await page(who, 'list, 50 rows', port, '/asset/asset', { Cookie: session }, row.code.slice(0, 4));
	await page(who, 'one record', port, `/asset/asset/${row.id}`, { Cookie: session }, row.code);
	tell(who, 'file', 'MB', statSync(join(data, 'ishigaki.db')).size / 1048576);
	await stop();
}

try {
	await fossil();
	await ours();
} finally {
	await stop();
	rmSync(dir, { recursive: true, force: true });
}
