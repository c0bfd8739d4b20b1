// node kill.mjs KIND ROUNDS [SEED]: the server is killed ROUNDS times at random moments of mixed writes; after each start every
// acknowledged write is there, no half of another is, the file is whole and the trail unbroken. KIND is what the machine does
// meanwhile: plain, slow (fsync takes 5 ms more), eio (fsync fails for a while), full (no room for a while), readonly (nothing
// may be written for a while), clock (set back by up to a day, also between starts), tmpfs (a disk of 16 MB that really is full).
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger, acts, check, fail, hold, openOffice, random, sleep, sound, program, whole, EIO, ENOSPC, EROFS } from './office.mjs';

const [kind, rounds, seed = String(Date.now() % 2147483647)] = process.argv.slice(2);
console.log(`kind ${kind}, ${rounds} rounds; again: node tests/durability/kill.mjs ${kind} ${rounds} ${seed}`);
const rnd = random(Number(seed));
const plant = process.env.PLANT ?? ''; /* tests of this test: lose | half | trail */

const at = mkdtempSync(join(tmpdir(), 'ishigaki-durability-'));
let mounted = false;
if (kind === 'tmpfs') {
	try {
		execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', at], { stdio: 'pipe' });
		mounted = true;
	} catch (e) {
		console.log(`skipped: a small disk of its own cannot be mounted here (${String(e.stderr).trim()})`);
		rmSync(at, { recursive: true });
		process.exit(0);
	}
}
const o = await openOffice({ at });
let l = new Ledger();
let restores = 0, restored = 0, seconds = 0, disturbed = 0, halfway = 0;

/* One after the other until it is told to stop or the server is gone. */
async function worker(n, stop) {
	let name = null;
	while (!stop.now) {
		switch (n % 6) {
		case 0: case 1:
			if (!name || rnd.below(8) === 0) name = await acts.create(o, l); else await acts.patch(o, l, name);
			break;
		case 2: await acts.form(o, l); break;
		case 3: await acts.import(o, l, 1 + rnd.below(60)); break;
		case 4:
			name ??= [...l.row].find(([, r]) => r.id)?.[0] ?? await acts.create(o, l);
			await (rnd.below(2) ? acts.comment(o, l, name) : acts.attach(o, l, name, 10 + rnd.below(rnd.below(4) ? 3000 : 400000)));
			break;
		case 5: await acts.approve(o, l, await acts.create(o, l)); break;
		}
		if (name && !l.row.get(name)?.id) name = null;
		await sleep(0);
	}
}

/* A second server on the same data is refused, with the directory's name, and does not disturb the first. */
async function second() {
	const p = spawn(program, ['serve', '--data', o.dir, '--listen', `127.0.0.1:${o.port + 1}`], { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, LANG: 'en_US.UTF-8' } });
	let said = '';
	for (const s of [p.stdout, p.stderr]) s.on('data', (d) => { said += d; });
	const code = await new Promise((resolve) => p.on('close', resolve));
	check(code === 3 && said.includes(o.dir) && /別の石垣が使っています|in use by another ishigaki/.test(said), () => `a second server: ${code} ${said}`);
	seconds++;
}

/* What the machine does in the middle of a round. */
async function disturb() {
	const failed = o.get('failed');
	await sleep(rnd.between(5, 120));
	if (kind === 'eio') o.set('sync_error', EIO);
	if (kind === 'full') o.set('write_error', ENOSPC);
	if (kind === 'readonly') o.set('write_error', EROFS);
	if (kind === 'clock') o.set('clock_ms', -rnd.between(1, 86400) * 1000);
	if (kind === 'tmpfs') try { writeFileSync(join(at, 'filling'), Buffer.alloc(64 << 20)); } catch { disturbed++; /* as full as it gets */ }
	await sleep(rnd.between(5, 150));
	if (rnd.below(2)) return; /* killed while it lasts */
	if (kind !== 'clock') for (const k of ['sync_error', 'write_error']) o.set(k, 0);
	if (kind === 'tmpfs') rmSync(join(at, 'filling'), { force: true });
	if (o.get('failed') > failed) disturbed++;
	await sleep(rnd.between(20, 150));
}

/* A restore is killed too: what is there afterwards is the one database or the other. */
async function restore(backup, kept) {
	const entries = () => o.rows(`SELECT count(*) AS n FROM audit_entry WHERE kind = 25`)[0].n;
	const before = o.rows(`SELECT max(seq) AS n FROM audit_entry`)[0].n;
	const p = spawn(program, ['restore', backup, '--data', o.dir], { stdio: ['ignore', 'pipe', 'pipe'], env: o.env() });
	const timer = setTimeout(() => p.kill('SIGKILL'), rnd.between(1, 600));
	let said = '';
	p.stderr.on('data', (d) => { said += d; });
	const end = await new Promise((resolve) => p.on('close', (code, signal) => resolve({ code, signal })));
	clearTimeout(timer);
	check(end.signal === 'SIGKILL' || end.code === 0, () => `restore ended with ${end.code ?? end.signal}: ${said}`);
	restores++;
	const now = o.rows(`SELECT kind, max(seq) AS n FROM audit_entry`)[0];
	const done = now.kind === 25 && entries() > 0 && (now.n !== before || end.code === 0);
	check(end.code !== 0 || done, 'restore said yes, and the database is not the restored one');
	if (!done) { halfway++; return; }
	restored++;
	const acknowledged = l;
	l = kept.clone();
	for (const k of ['acknowledged', 'refused', 'cut', 'kinds']) l[k] = acknowledged[k];
}

try {
	const backup = join(at, 'backup.db');
	for (let round = 1; round <= Number(rounds); round++) {
		/* Nothing is under way: what the backup holds is the ledger as it stands. */
		const restoring = kind === 'plain' && round % 5 === 0 || round % 25 === 0 && kind !== 'tmpfs';
		let kept;
		if (restoring) { o.command('backup', backup); kept = l.clone(); }
		if (kind === 'slow') o.set('sync_delay_us', 5000);
		const stop = { now: false };
		const workers = Array.from({ length: 12 }, (_, n) => worker(n, stop).catch((e) => { if (e.durability) throw e; }));
		const asides = [];
		if (round % 10 === 0) asides.push(second());
		if (['eio', 'full', 'readonly', 'clock', 'tmpfs'].includes(kind)) asides.push(disturb());
		else asides.push(sleep(rnd.between(5, 400)));
		await Promise.all(asides);
		stop.now = true; /* those under way are cut off */
		await o.kill();
		await Promise.all(workers);
		o.calm();
		if (kind === 'clock') o.set('clock_ms', -rnd.between(0, 86400) * 1000);
		rmSync(join(at, 'filling'), { force: true });
		if (restoring) await restore(backup, kept);
		if (plant && round === 3) execFileSync('sqlite3', [join(o.dir, 'ishigaki.db'), {
			lose: `UPDATE record SET revision = revision - 1 WHERE id = (SELECT max(id) FROM record WHERE register = 'asset' AND revision > 1)`,
			half: `DELETE FROM asset_asset WHERE id = (SELECT max(id) FROM asset_asset)`,
			trail: `DROP TRIGGER audit_entry_no_update; UPDATE audit_entry SET body = CAST(body || x'00' AS BLOB) WHERE seq = (SELECT max(seq) - 5 FROM audit_entry)`,
		}[plant] ?? fail(`no such plant: ${plant}`)]);
		await o.up();
		sound(o);
		whole(o);
		hold(o, l);
		for (const f of readdirSync(o.dir)) if (f.includes('before-restore') || f.startsWith('restoring.db')) rmSync(join(o.dir, f));
		/* The small disk is emptied again: the office starts anew when it is half full of rows. */
		if (kind === 'tmpfs') for (const f of readdirSync(join(o.dir, 'backups'))) rmSync(join(o.dir, 'backups', f));
		if (round % 20 === 0) console.log(`  ${round} rounds, ${l.acknowledged} acknowledged, ${l.refused} refused, ${l.cut} cut off`);
	}
	/* Each kind of write was met, the machine did what it should, and something was cut off in the middle. */
	for (const k of ['API', 'form', 'comment', 'attachment', 'import', 'approval']) check(Number(rounds) < 20 || l.kinds[k] > 0, `no ${k} was acknowledged: this run shows nothing about it`);
	check(Number(rounds) < 20 || l.cut > 0, 'nothing was cut off: this run shows nothing');
	if (['eio', 'full', 'readonly', 'tmpfs'].includes(kind)) check(disturbed > 0 && l.refused > 0, `nothing was made to fail (${disturbed}, ${l.refused})`);
	await o.stop();
	console.log(`${rounds} kills: ${l.acknowledged} acknowledged (${Object.entries(l.kinds).map(([k, n]) => `${k} ${n}`).join(', ')}), ${l.refused} refused, ${l.cut} cut off; ${restores} restores killed or done, ${restored} took place, ${halfway} did not; ${seconds} second servers refused${disturbed ? `; ${disturbed} rounds in which the machine failed` : ''}`);
} catch (e) {
	console.log(`FAILED (seed ${seed}): ${e.stack}\n${o.said.slice(-1500)}`);
	process.exitCode = 1;
} finally {
	o.server?.kill('SIGKILL');
	if (process.env.KEEP && process.exitCode) console.log(`kept: ${at}`);
	else {
		if (mounted) execFileSync('umount', ['-l', at]);
		rmSync(at, { recursive: true, force: true });
	}
}
process.exit();
