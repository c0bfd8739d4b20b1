// node load.mjs N: N backups while twelve write; each is restored into a fresh directory with the key, is whole, and holds everything that
// was acknowledged before it was asked for.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Ledger, acts, check, withOffice, sleep, sound, whole } from './office.mjs';

const n = Number(process.argv[2]);
await withOffice(async (o) => {
	const l = new Ledger(), stop = { now: false };
	const workers = Array.from({ length: 12 }, async (_, i) => {
		let name = await acts.create(o, l);
		while (!stop.now) {
			if (i % 4 === 0) await acts.form(o, l);
			else if (i % 4 === 1) await acts.comment(o, l, name);
			else await acts.patch(o, l, name);
		}
	});
	await sleep(200);
	for (let i = 0; i < n; i++) {
		const file = join(o.at, 'backup.db'), there = join(o.at, `other-${i}`);
		const known = [...l.row].filter(([, r]) => r.id).map(([name, r]) => [name, r.revision]);
		const p = o.backup(file);
		const before = l.acknowledged;
		await p;
		check(process.env.PLANT === 'idle' || l.acknowledged > before, 'nobody wrote while the backup was made: this shows nothing');
		mkdirSync(there);
		copyFileSync(join(o.dir, 'key'), join(there, 'key'));
		const r = o.run(['restore', file], { data: there });
		check(r.code === 0, () => `restore: ${r.out}${r.err}`);
		const doctor = o.run(['doctor'], { data: there });
		check(doctor.code === 0, () => `doctor: ${doctor.out}${doctor.err}`);
		const db = join(there, 'ishigaki.db');
		whole(o, db);
		const found = new Map(o.rows(`SELECT a.name, r.revision FROM asset_asset a JOIN record r USING (id)`, db).map((x) => [x.name, x.revision]));
		for (const [name, revision] of known) check(found.get(name) >= revision, () => `${name}: revision ${revision} was acknowledged before the backup, it holds ${found.get(name)}`);
		check(known.length > 0, 'nothing was written before the backup');
		rmSync(there, { recursive: true });
	}
	stop.now = true;
	await Promise.all(workers);
	sound(o);
	console.log(`  ok  ${n} backups beside ${l.acknowledged} acknowledged writes; each restored on another machine, whole, with what was acknowledged before it`);
});
