/*
 * What the tests of durability share: the demo company served by the released program under faults.so (see faults.h), people who
 * sign in, writes of every kind, and the ledger of what was acknowledged, which the database is held against.
 */
import { spawn, spawnSync, execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import http from 'node:http';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const program = join(root, 'build', 'ishigaki');
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const ENOSPC = 28, EIO = 5, EROFS = 30;
const knobs = { sync_delay_us: 0, sync_error: 1, write_error: 2, clock_ms: 3, failed: 10, lost: 11 };

/* Numbers from a seed, so that a run can be played again (xorshift32). */
export function random(seed) {
	let x = seed >>> 0 || 1;
	const next = () => { x ^= x << 13; x >>>= 0; x ^= x >>> 17; x ^= x << 5; x >>>= 0; return x; };
	for (let i = 0; i < 8; i++) next();
	return { below: (n) => next() % n, between: (a, b) => a + (next() % (b - a + 1)) };
}

export function fail(what) {
	const e = new Error(what);
	e.durability = true;
	throw e;
}
export const check = (ok, what) => { if (!ok) fail(typeof what === 'function' ? what() : what); };

export class Office {
	/* Below `at` (a directory that exists): data, and beside it the knobs. */
	constructor(at, { data = 'data', record = false } = {}) {
		this.at = at;
		this.dir = join(at, data);
		this.block = join(at, 'faults');
		writeFileSync(this.block, Buffer.alloc(104));
		this.record = record ? join(at, 'record') : null;
		this.port = 20000 + Math.floor(Math.random() * 12000);
		this.agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
		this.jars = {};
		this.said = '';
	}
	set(name, value) {
		const b = Buffer.alloc(8), fd = openSync(this.block, 'r+');
		b.writeBigInt64LE(BigInt(value));
		writeSync(fd, b, 0, 8, knobs[name] * 8);
		closeSync(fd);
	}
	get(name) { return Number(readFileSync(this.block).readBigInt64LE(knobs[name] * 8)); }
	calm() { for (const k of ['sync_delay_us', 'sync_error', 'write_error', 'clock_ms']) this.set(k, 0); }
	env() {
		return { PATH: process.env.PATH, LANG: 'en_US.UTF-8', LD_PRELOAD: join(root, 'build', 'tools', 'faults.so'), FAULTS: this.block, FAULTS_DIR: this.record ? this.at : this.dir,
			...(this.record ? { FAULTS_RECORD: this.record } : {}) };
	}
	/* A command beside the server or without one; {code, out, err}. Never throws. */
	run(args, { faults = false, data = this.dir, input } = {}) {
		const r = spawnSync(program, [...args, '--data', data], { encoding: 'utf8', input, env: faults ? this.env() : { PATH: process.env.PATH, LANG: 'en_US.UTF-8' } });
		return { code: r.status, signal: r.signal, out: r.stdout, err: r.stderr };
	}
	command(...args) {
		const r = this.run(args);
		check(r.code === 0, () => `ishigaki ${args.join(' ')}: ${r.code} ${r.out}${r.err}`);
		return r.out;
	}
	/* A backup through the server, while this process goes on. */
	async backup(file) {
		const p = spawn(program, ['backup', file, '--data', this.dir], { stdio: 'ignore', env: { PATH: process.env.PATH } });
		const code = await new Promise((resolve) => p.on('close', resolve));
		check(code === 0, () => `backup: ${code}`);
	}
	start(extra = []) {
		this.said = '';
		this.server = spawn(program, ['serve', '--data', this.dir, '--listen', `127.0.0.1:${this.port}`, ...extra], { stdio: ['ignore', 'pipe', 'pipe'], env: this.env() });
		for (const s of [this.server.stdout, this.server.stderr]) s.on('data', (d) => { this.said += d; });
		this.ended = new Promise((resolve) => this.server.on('exit', (code, signal) => resolve({ code, signal })));
	}
	/* Served, or an error with what the server said. */
	async up() {
		for (let tries = 0; tries < 5; tries++) {
			this.start();
			let over = false;
			this.ended.then(() => { over = true; });
			for (let i = 0; i < 3000 && !over; i++) {
				const r = await this.request('GET', '/health').catch(() => null);
				if (r?.status === 200 && !over) return;
				await sleep(10);
			}
			if (!/address|アドレス|listen/i.test(this.said)) break;
			this.port = 20000 + Math.floor(Math.random() * 12000); /* somebody else has the port */
		}
		fail(`the server does not start: ${this.said}`);
	}
	async kill() {
		this.server.kill('SIGKILL');
		const end = await this.ended;
		check(end.signal === 'SIGKILL', () => `the server had ended by itself (${end.code ?? end.signal}): ${this.said.slice(-2000)}`);
		this.agent.destroy();
		this.agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
	}
	async stop() {
		this.server.kill('SIGTERM');
		const end = await this.ended;
		this.agent.destroy();
		this.agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
		check(end.code === 0, () => `the server ended with ${end.code ?? end.signal}: ${this.said.slice(-2000)}`);
	}

	/* ---- requests ---- */

	request(method, path, { headers = {}, body } = {}) {
		return new Promise((resolve, reject) => {
			const r = http.request({ host: '127.0.0.1', port: this.port, method, path, agent: this.agent, headers: { ...headers, ...(body ? { 'Content-Length': Buffer.byteLength(body) } : {}) } }, (a) => {
				const parts = [];
				a.on('data', (d) => parts.push(d));
				a.on('end', () => (a.complete ? resolve({ status: a.statusCode, headers: a.headers, text: Buffer.concat(parts).toString() }) : reject(new Error('cut off'))));
				a.on('error', reject);
			});
			r.on('error', reject);
			r.end(body);
		});
	}
	api(method, path, body, headers = {}) {
		return this.request(method, `/api/v1/${path}`, { headers: { Authorization: `Bearer ${this.token}`, ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers }, body: body && JSON.stringify(body) });
	}
	async page(who, method, path, { form, multipart } = {}) {
		const jar = (this.jars[who] ??= { cookies: {} }), headers = { 'Sec-Fetch-Site': 'same-origin', Cookie: Object.entries(jar.cookies).map(([k, v]) => `${k}=${v}`).join('; ') };
		let body;
		if (multipart) {
			const edge = 'durability-edge-5f1c';
			headers['Content-Type'] = `multipart/form-data; boundary=${edge}`;
			body = `--${edge}\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n${jar.csrf}\r\n--${edge}\r\nContent-Disposition: form-data; name="file"; filename="${multipart.name}"\r\nContent-Type: text/plain\r\n\r\n${multipart.text}\r\n--${edge}--\r\n`;
		} else if (form) {
			headers['Content-Type'] = 'application/x-www-form-urlencoded';
			body = new URLSearchParams({ csrf: jar.csrf ?? '', ...form }).toString();
		}
		const a = await this.request(method, path, { headers, body });
		for (const c of a.headers['set-cookie'] ?? []) {
			const [, k, v] = /^([^=]+)=([^;]*)/.exec(c);
			jar.cookies[k] = v;
		}
		return a;
	}
	async signIn(who, password) {
		this.jars[who] = { cookies: {} };
		const first = await this.page(who, 'GET', '/sign-in');
		this.jars[who].csrf = /name="csrf" value="([^"]*)"/.exec(first.text)[1];
		const r = await this.page(who, 'POST', '/sign-in', { form: { login: who, password } });
		check(r.status === 303, () => `${who} cannot sign in: ${r.status}`);
		const home = await this.page(who, 'GET', '/asset/asset/new');
		this.jars[who].csrf = /name="csrf" (?:content|value)="([^"]*)"/.exec(home.text)[1];
	}

	/* ---- looking, without a word of the program's ---- */

	rows(sql, file = join(this.dir, 'ishigaki.db')) {
		const out = execFileSync('sqlite3', ['-readonly', '-json', '-cmd', '.timeout 5000', file, sql], { encoding: 'utf8', maxBuffer: 1 << 28 });
		return out.trim() ? JSON.parse(out) : [];
	}
}

/* The demo company with people signed in, served; everything below a directory that vanishes with over(). */
export async function openOffice(options = {}) {
	const at = options.at ?? mkdtempSync(join(tmpdir(), 'ishigaki-durability-'));
	const office = new Office(at, options);
	office.command('init', '--demo');
	await office.up();
	office.token = office.command('token', 'create', '--user', 'lead', '--scope', 'write').trim();
	await office.signIn('lead', 'mihon-kagi-02');
	await office.signIn('executive', 'mihon-kagi-04');
	office.first = office.rows('SELECT max(id) AS n FROM record')[0].n;
	office.over = () => { office.server?.kill('SIGKILL'); rmSync(at, { recursive: true, force: true }); };
	return office;
}

/* The whole of a test that needs one office: open, what is to be shown, stop; says what failed and leaves nothing. */
export async function withOffice(show) {
	const o = await openOffice();
	try {
		await show(o);
		await o.stop();
	} catch (e) {
		console.log(`FAILED: ${e.stack}`);
		process.exitCode = 1;
	} finally {
		o.over();
	}
	process.exit();
}

/* ---- what was acknowledged ---- */

export const sha = (text) => createHash('sha256').update(text).digest('hex');

/*
 * The ledger. A row: its revision and its name as of the last acknowledged write, and while a write is under way, what it would
 * make of it. The others: what is there, and what may be.
 */
export class Ledger {
	constructor() {
		this.row = new Map();       /* name -> { id, revision, note, next: { revision, note } | null } */
		this.comment = new Map();   /* text -> 'yes' | 'maybe' | 'no' */
		this.attachment = new Map();/* name -> { state, size, text } */
		this.batch = new Map();     /* file name -> { state, rows } */
		this.request = new Map();   /* reason -> { state, approved: 'yes' | 'maybe' | 'no' } */
		this.acknowledged = 0;
		this.refused = 0;
		this.cut = 0;
		this.kinds = {};
		this.told = null;           /* called whenever what is known changes */
	}
	clone() { return Object.assign(new Ledger(), structuredClone({ ...this, told: null })); }
	/* Runs a write: 2xx or 3xx is a yes, any other answer a no, no answer leaves it open. Gives the answer, or null. */
	async write(kind, begin, send, yes, no) {
		begin();
		this.told?.();
		let a;
		try { a = await send(); } catch (e) {
			if (e.durability) throw e;
			this.cut++;
			return null;
		}
		if (a.status >= 200 && a.status < 400) { this.acknowledged++; this.kinds[kind] = (this.kinds[kind] ?? 0) + 1; yes(a); } else { this.refused++; no(a); }
		this.told?.();
		return a;
	}
}

let serial = 0;
const unique = (what) => `${what}-${process.pid}-${++serial}`;

/* ---- writes; each resolves when it was answered, or will never be ---- */

export const acts = {
	async create(o, l) {
		const name = unique('api');
		await l.write('API', () => l.row.set(name, { id: 0, revision: 0, note: null, next: { revision: 1, note: 'made' } }),
			() => o.api('POST', 'asset', { name, note: 'made', confidentiality: 1 }),
			(a) => l.row.set(name, { id: JSON.parse(a.text).id, revision: 1, note: 'made', next: null }), () => l.row.delete(name));
		return name;
	},
	async patch(o, l, name) {
		const row = l.row.get(name), note = unique('note');
		if (!row?.id || row.next) return;
		await l.write('API', () => { row.next = { revision: row.revision + 1, note }; },
			() => o.api('PATCH', `asset/${row.id}`, { note }, { 'If-Match': `"${row.revision}"` }),
			() => { Object.assign(row, row.next, { next: null }); }, () => { row.next = null; });
	},
	async form(o, l) {
		const name = unique('form');
		const row = { id: 0, revision: 0, note: null, next: { revision: 1, note: 'by form' } };
		await l.write('form', () => l.row.set(name, row), () => o.page('lead', 'POST', '/asset/asset/new', { form: { name, note: 'by form' } }),
			(a) => Object.assign(row, { id: Number(/asset\/(\d+)/.exec(a.headers.location)?.[1]), revision: 1, note: 'by form', next: null }), () => l.row.delete(name));
		if (!row.id) return;
		const note = unique('edit');
		await l.write('form', () => { row.next = { revision: 2, note }; }, () => o.page('lead', 'POST', `/asset/asset/${row.id}/edit`, { form: { _revision: 1, name, note } }),
			() => Object.assign(row, row.next, { next: null }), () => { row.next = null; });
	},
	async comment(o, l, name) {
		const row = l.row.get(name), text = unique('comment');
		if (!row?.id) return;
		await l.write('comment', () => l.comment.set(text, 'maybe'), () => o.page('lead', 'POST', `/asset/asset/${row.id}/comment`, { form: { text } }),
			() => l.comment.set(text, 'yes'), () => l.comment.set(text, 'no'));
	},
	async attach(o, l, name, size) {
		const row = l.row.get(name), file = `${unique('file')}.txt`, text = `${file} `.repeat(Math.ceil(size / file.length)).slice(0, size);
		if (!row?.id) return;
		const entry = { state: 'maybe', text };
		await l.write('attachment', () => l.attachment.set(file, entry), () => o.page('lead', 'POST', `/asset/asset/${row.id}/attach`, { multipart: { name: file, text } }),
			() => { entry.state = 'yes'; }, () => { entry.state = 'no'; });
	},
	/* A command beside the server. Without a server it would open the office itself: what it says counts all the same. */
	async import(o, l, n) {
		const name = `${unique('import')}.csv`, path = join(o.at, name), entry = { state: 'maybe', rows: n };
		writeFileSync(path, `資産名,備考\n${Array.from({ length: n }, (_, i) => `${name}-${i},取り込みの行${i}\n`).join('')}`);
		await l.write('import', () => l.batch.set(name, entry), async () => {
			const p = spawn(program, ['import', 'asset', path, '--data', o.dir, '--json'], { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, LANG: 'en_US.UTF-8' } });
			let out = '';
			p.stdout.on('data', (d) => { out += d; });
			const code = await new Promise((resolve) => p.on('close', resolve));
			rmSync(path);
			if (code === 0) check(JSON.parse(out).created === n, () => `an import of ${n} rows says ${out}`);
			if (code !== 0) throw new Error('no answer that says more');
			return { status: 200 };
		}, () => { entry.state = 'yes'; }, () => {});
	},
	async approve(o, l, name) {
		const row = l.row.get(name), reason = unique('reason');
		if (!row?.id || row.next) return;
		const entry = { state: 'maybe', approved: 'no' }, revision = row.revision;
		let id;
		const a = await l.write('approval', () => l.request.set(reason, entry), () => o.page('lead', 'POST', '/work/approval/new', { form: { record: row.id, revision, reason } }),
			(x) => { entry.state = 'yes'; id = /approval\/(\d+)/.exec(x.headers.location)?.[1]; }, () => { entry.state = 'no'; });
		if (!a || !id) return;
		const page = await o.page('executive', 'GET', `/work/approval/${id}`).catch(() => null);
		const step = page && /name="step" value="(\d+)"/.exec(page.text)?.[1];
		if (!step) return;
		await l.write('approval', () => { entry.approved = 'maybe'; }, () => o.page('executive', 'POST', `/work/approval/${id}/approve`, { form: { step, revision, comment: 'yes' } }),
			() => { entry.approved = 'yes'; }, () => { entry.approved = 'no'; });
	},
};

/* ---- holding the database against the ledger ---- */

/* What every database must be like, whatever was acknowledged. */
export function whole(o, file = join(o.dir, 'ishigaki.db'), first = o.first) {
	const wrong = {
		'a record without its row': `SELECT r.id FROM record r LEFT JOIN asset_asset a USING (id) WHERE r.register = 'asset' AND a.id IS NULL`,
		'a row without its record': `SELECT a.id FROM asset_asset a LEFT JOIN record r USING (id) WHERE r.id IS NULL`,
		'a row that the search does not know': `SELECT id FROM asset_asset EXCEPT SELECT id FROM asset_asset_search_docsize`,
		'the search knows a row that is not there': `SELECT id FROM asset_asset_search_docsize EXCEPT SELECT id FROM asset_asset`,
		'a revision without its entry in the trail, or the other way round': `SELECT r.id FROM record r JOIN asset_asset a USING (id) LEFT JOIN audit_entry e ON e.record_id = r.id AND e.kind BETWEEN 1 AND 5
			WHERE r.register = 'asset' AND r.id > ${first} AND a.batch = 0 GROUP BY r.id HAVING count(e.seq) <> r.revision`,
		'half an attachment': `SELECT a.id FROM remark_attachment a WHERE a.size <> (SELECT coalesce(sum(length(bytes)), 0) FROM remark_chunk c WHERE c.attachment_id = a.id)`,
		'pieces of no attachment': `SELECT attachment_id AS id FROM remark_chunk WHERE attachment_id NOT IN (SELECT id FROM remark_attachment)`,
		'a request without its steps': `SELECT q.id FROM work_request q WHERE NOT EXISTS (SELECT 1 FROM work_step s WHERE s.request_id = q.id)`,
		'a computation half done': `SELECT 0 AS id FROM derive_work`,
	};
	const found = o.rows(Object.entries(wrong).map(([what, sql]) => `SELECT * FROM (SELECT '${what}' AS what, id FROM (${sql}) LIMIT 3)`).join(' UNION ALL '), file);
	check(found.length === 0, () => JSON.stringify(found));
}

/* `maybe` is settled by what is found: from then on it is a yes or a no, and must stay one. */
export function hold(o, l, file = join(o.dir, 'ishigaki.db')) {
	const found = new Map(o.rows(`SELECT a.name, r.id, r.revision, a.note FROM asset_asset a JOIN record r USING (id) WHERE r.id > ${o.first} AND a.batch = 0`, file).map((r) => [r.name, r]));
	for (const [name, row] of l.row) {
		const f = found.get(name);
		found.delete(name);
		const is = f?.revision ?? 0;
		if (row.next && is === row.next.revision) {
			check(f.note === row.next.note, () => `${name}: revision ${is} with another's contents`);
			Object.assign(row, row.next, { id: f.id, next: null });
		} else {
			check(is === row.revision && (!f || f.note === row.note), () => `${name}: acknowledged is revision ${row.revision} «${row.note}», there is ${is} «${f?.note}»`);
			row.next = null;
			if (!is) l.row.delete(name);
		}
	}
	check(found.size === 0, () => `rows that nobody was told of, or that were refused: ${[...found.keys()].slice(0, 3)}`);
	const settle = (what, map, there, test = () => true) => {
		for (const [key, x] of map) {
			const state = x.state ?? x, is = there.has(key);
			check(state !== 'yes' || is, () => `${what} ${key} was acknowledged and is not there`);
			check(state !== 'no' || !is, () => `${what} ${key} was refused and is there`);
			if (is) check(test(there.get(key), x), () => `${what} ${key} is not what was sent: ${JSON.stringify(there.get(key)).slice(0, 200)}`);
			if (typeof x === 'string') map.set(key, is ? 'yes' : 'no'); else x.state = is ? 'yes' : 'no';
			there.delete(key);
		}
	};
	settle('comment', l.comment, new Map(o.rows(`SELECT text, count(*) AS n FROM remark_comment WHERE text LIKE 'comment-%' GROUP BY text`, file).map((r) => [r.text, r.n])), (n) => n === 1);
	/* The contents of what was new since the last look; the older ones by their length. */
	settle('attachment', l.attachment, new Map(o.rows(`SELECT name, size, (SELECT group_concat(CAST(bytes AS TEXT), '') FROM (SELECT bytes FROM remark_chunk c WHERE c.attachment_id = a.id ORDER BY piece)) AS text FROM remark_attachment a WHERE name LIKE 'file-%'`, file)
		.map((r) => [r.name, r])), (f, x) => f.size === (x.text?.length ?? x.size) && (x.hash ??= sha(x.text), x.size ??= x.text.length, delete x.text, sha(f.text) === x.hash));
	settle('import', l.batch, new Map(o.rows(`SELECT b.file_name, sum((SELECT count(*) FROM asset_asset a WHERE a.batch = b.id)) AS n FROM batch b WHERE b.file_name LIKE 'import-%' AND b.state = 2 GROUP BY b.file_name`, file)
		.map((r) => [r.file_name, r.n])), (n, x) => n === x.rows);
	const loose = o.rows(`SELECT a.batch, count(*) AS n FROM asset_asset a WHERE a.batch > 0 AND a.id > ${o.first} AND NOT EXISTS (SELECT 1 FROM batch b WHERE b.id = a.batch AND b.state = 2) GROUP BY a.batch`, file);
	check(loose.length === 0, () => `rows of an import that did not come about: ${JSON.stringify(loose)}`);
	const requests = new Map(o.rows(`SELECT reason, state, (SELECT max(decision) FROM work_step s WHERE s.request_id = q.id AND act = 2) AS decision FROM work_request q WHERE reason LIKE 'reason-%'`, file).map((r) => [r.reason, r]));
	settle('request', l.request, requests, (q, x) => {
		const approved = q.decision === 2 ? 'yes' : 'no';
		if (x.approved === 'maybe') x.approved = approved;
		return x.approved === approved;
	});
}

/* The program's own checks: integrity_check, foreign keys, the chain of the trail. */
export function sound(o) {
	const r = o.run(['doctor', '--json']);
	const found = JSON.parse(r.out || '[]');
	for (const what of ['database', 'audit-trail']) {
		const f = found.find((x) => x.check === what);
		check(f?.state === 'ok', () => `doctor, ${what}: ${r.out}${r.err}`);
	}
}
