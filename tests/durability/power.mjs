// node power.mjs [SEED]: the power goes at every sync of saves, an import, a backup and a restore. What was written is recorded (faults.h);
// for each cut the disk is built that a machine without power could leave: everything not yet synced is gone, or a random part of
// it (single sectors of writes, single names) is there all the same. Nothing acknowledged is missing on it, nothing is half there.
import { appendFileSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger, Office, acts, check, fail, hold, openOffice, random, sound, whole } from './office.mjs';

const [seed = String(Date.now() % 2147483647)] = process.argv.slice(2);
console.log(`again: node tests/durability/power.mjs ${seed}`);
const rnd = random(Number(seed));
const SECTOR = 512;

/* ---- the record ---- */

function events(file) {
	const b = readFileSync(file), list = [];
	for (let p = 0; p < b.length;) {
		const n1 = b.readUInt32LE(p + 24), n2 = b.readUInt32LE(p + 28), name = p + 32, data = name + n1;
		list.push({ kind: String.fromCharCode(b[p]), ino: b.readBigUInt64LE(p + 8), at: Number(b.readBigInt64LE(p + 16)), name: b.toString('utf8', name, data), data: b.subarray(data, data + n2) });
		p = data + n2;
	}
	return list;
}
/* Something the test knows, in its place among the events. */
function mark(file, text) {
	const name = Buffer.from(text), head = Buffer.alloc(32);
	head[0] = 97;
	head.writeUInt32LE(name.length, 24);
	appendFileSync(file, Buffer.concat([head, name]));
}

/* ---- a disk: what is on it for certain, and what is on its way ---- */

class Disk {
	constructor() { this.file = new Map(); this.name = new Map(); this.pending = []; this.begun = new Map(); this.now = new Map(); this.made = 0; }
	/* As everything below `at` lies now. */
	static of(at) {
		const d = new Disk();
		const walk = (dir) => {
			for (const e of readdirSync(dir, { withFileTypes: true })) {
				const path = join(dir, e.name);
				if (e.isDirectory()) { d.name.set(path, 'dir'); walk(path); }
				if (e.isFile()) {
					const ino = statSync(path, { bigint: true }).ino;
					d.name.set(path, ino);
					d.file.set(ino, { bytes: readFileSync(path), pending: [] });
				}
			}
		};
		walk(at);
		return d;
	}
	of(ino) {
		if (!this.file.has(ino)) this.file.set(ino, { bytes: Buffer.alloc(0), pending: [] });
		return this.file.get(ino);
	}
	static apply(bytes, op) {
		const n = op.kind === 't' ? op.at : Math.max(bytes.length, op.at + op.data.length);
		const out = n === bytes.length ? bytes : Buffer.concat([bytes.subarray(0, Math.min(n, bytes.length)), Buffer.alloc(Math.max(0, n - bytes.length))]);
		if (op.kind === 'w') op.data.copy(out, op.at);
		return out;
	}
	static rename(names, op) {
		if (op.kind === 'o' || op.kind === 'l') names.set(op.name, op.of);
		if (op.kind === 'd') names.set(op.name, 'dir');
		if (op.kind === 'u') names.delete(op.name);
		if (op.kind === 'r' && names.has(op.name)) { names.set(op.data.toString(), names.get(op.name)); names.delete(op.name); }
	}
	take(e) {
		const parent = (p) => p.slice(0, p.lastIndexOf('/'));
		/* A number that a file left behind is given to the next one: its contents are another's. */
		if (e.kind === 'o') this.now.set(e.ino, `${e.ino} ${++this.made} ${e.name}`);
		e.of = this.now.get(e.ino) ?? e.ino;
		if (e.kind === 'w' || e.kind === 't') this.of(e.of).pending.push(e);
		if ('ourld'.includes(e.kind)) { this.pending.push(e); if (e.kind === 'o') this.file.set(e.of, { bytes: Buffer.alloc(0), pending: [] }); }
		if (e.kind === 'b') this.begun.set(e.at, { file: this.of(e.of).pending.length, ops: this.of(e.of).pending, all: [...this.pending] });
		if (e.kind === 's') {
			const f = this.of(e.of), due = this.begun.get(e.at).ops === f.pending ? this.begun.get(e.at).file : 0;
			f.bytes = Buffer.from(f.bytes);
			for (const op of f.pending.slice(0, due)) f.bytes = Disk.apply(f.bytes, op);
			f.pending = f.pending.slice(due);
		}
		if (e.kind === 'y') {
			const due = new Set(this.begun.get(e.at).all.filter((op) => parent(op.name) === e.name));
			for (const op of this.pending) if (due.has(op)) Disk.rename(this.name, op);
			this.pending = this.pending.filter((op) => !due.has(op));
		}
	}
	/* Writes to `to` what is left of what lies below `at`. */
	leave(at, to, some) {
		const names = new Map(this.name), keep = () => some && rnd.below(2) === 0;
		for (const op of this.pending) if (keep()) Disk.rename(names, op);
		rmSync(to, { recursive: true, force: true });
		mkdirSync(to);
		for (const [path, ino] of [...names].sort()) {
			if (ino === 'dir') { mkdirSync(to + path.slice(at.length), { recursive: true }); continue; }
			const f = this.of(ino);
			let bytes = Buffer.from(f.bytes);
			for (const op of some ? f.pending : []) {
				if (op.kind === 't') { if (keep()) bytes = Disk.apply(bytes, op); continue; }
				for (let from = op.at; from < op.at + op.data.length;) {
					const until = Math.min((Math.floor(from / SECTOR) + 1) * SECTOR, op.at + op.data.length);
					if (keep()) bytes = Disk.apply(bytes, { kind: 'w', at: from, data: op.data.subarray(from - op.at, until - op.at) });
					from = until;
				}
			}
			const target = to + path.slice(at.length);
			if (existsSync(target.slice(0, target.lastIndexOf('/')))) writeFileSync(target, bytes); /* else its directory is gone */
		}
	}
}

/* Plays the record; test(event, number, disk) is called with the disk as it was just before each sync ended, and at the end. */
async function play(disk, list, every, test) {
	let cuts = 0;
	for (const [i, e] of list.entries()) {
		if (every(e)) { await test(i); cuts++; }
		disk.take(e);
	}
	await test(list.length);
	return cuts + 1;
}

const work = mkdtempSync(join(tmpdir(), 'ishigaki-power-'));
const left = join(work, 'left');
mkdirSync(join(work, 'at'));
const at = join(work, 'at');
const look = new Office(mkdtempSync(join(work, 'look-')));
look.dir = join(left, 'data');
const sync = (e) => e.kind === 's' || e.kind === 'y';
try {
	/* An office that was just made is there when that was said. */
	let o = new Office(at, { record: true });
	const empty = Disk.of(at);
	check(o.run(['init', '--demo'], { faults: true }).code === 0, 'init');
	const made = events(o.record);
	for (const e of made) empty.take(e);
	for (let i = 0; i < 6; i++) {
		empty.leave(at, left, i > 0);
		sound(look);
	}
	console.log(`  ok  init: ${made.filter(sync).length} syncs`);
	rmSync(o.record);

	/* Saves of every kind, one by one and eight people's at once; an import; a backup. */
	const disk = Disk.of(at);
	await o.up();
	o.token = o.command('token', 'create', '--user', 'lead', '--scope', 'write').trim();
	await o.signIn('lead', 'mihon-kagi-02');
	await o.signIn('executive', 'mihon-kagi-04');
	if (process.env.PLANT === 'lie') o.set('lost', 1);
	look.first = o.first = o.rows('SELECT max(id) AS n FROM record')[0].n;
	const l = new Ledger(), known = [];
	l.told = () => { known.push(l.clone()); mark(o.record, String(known.length - 1)); };
	l.told();
	const name = await acts.create(o, l);
	for (let i = 0; i < 3; i++) await acts.patch(o, l, name);
	await acts.form(o, l);
	await acts.comment(o, l, name);
	await acts.attach(o, l, name, 300000);
	await acts.approve(o, l, await acts.create(o, l));
	await acts.import(o, l, 450);
	await Promise.all(Array.from({ length: 8 }, async () => { const n = await acts.create(o, l); for (let i = 0; i < 3; i++) await acts.patch(o, l, n); }));
	const copy = join(at, 'copy.db'), before = l.clone();
	o.command('backup', copy);
	mark(o.record, 'backup');
	await acts.patch(o, l, name);
	check(l.cut === 0 && l.refused === 0, 'a write was not answered, or refused');
	await o.stop();

	const list = events(o.record);
	let ledger = null, backed = false;
	const cuts = await play(disk, list, (e) => { if (e.kind === 'a') { if (e.name === 'backup') backed = true; else ledger = known[e.name]; } return sync(e) && ledger; }, async (i) => {
		for (const some of [false, true]) {
			disk.leave(at, left, some);
			try {
				const backup = join(left, 'copy.db');
				check(!backed || existsSync(backup), 'the backup was acknowledged and is not there');
				if (existsSync(backup)) {
					check(look.rows('PRAGMA integrity_check', backup)[0].integrity_check === 'ok', 'a backup that is none');
					whole(look, backup);
					hold(look, before.clone(), backup);
				}
				sound(look);
				whole(look);
				hold(look, ledger.clone());
			} catch (e) { fail(`cut before event ${i} of ${list.length} (${list[i]?.kind} ${list[i]?.name}), ${some ? 'a random part' : 'nothing'} of what was not synced kept: ${e.message}`); }
		}
	});
	check(cuts > 40, `only ${cuts} cuts: this run shows nothing`);
	console.log(`  ok  ${l.acknowledged} writes of every kind, an import of 450 rows, a backup: ${cuts} cuts, each twice`);

	/* A restore over a database in use until then: afterwards it is the one or the other, and when it was said, the backup. */
	rmSync(o.record);
	const old = l.clone(), over = Disk.of(at);
	check(o.run(['restore', copy], { faults: true }).code === 0, 'restore');
	const steps = events(o.record);
	let places = 0;
	await play(over, steps, (e) => sync(e) || 'ourl'.includes(e.kind), async (i) => {
		places++;
		for (const some of [false, true, true]) {
			over.leave(at, left, some);
			try {
				sound(look);
				whole(look);
				const restored = look.rows('SELECT count(*) AS n FROM audit_entry WHERE kind = 25')[0].n > 0;
				check(restored || i < steps.length, 'the restore was acknowledged and is not there');
				hold(look, (restored ? before : old).clone());
			} catch (e) { fail(`restore, cut before event ${i} of ${steps.length} (${steps[i]?.kind} ${steps[i]?.name}), ${some ? 'a random part' : 'nothing'} of what was not synced kept: ${e.message}`); }
		}
	});
	console.log(`  ok  restore: ${places} cuts, each three times`);
} catch (e) {
	console.log(`FAILED (seed ${seed}): ${e.stack}`);
	process.exitCode = 1;
} finally {
	if (process.env.KEEP && process.exitCode) console.log(`kept: ${work}`);
	else rmSync(work, { recursive: true, force: true });
}
process.exit();
