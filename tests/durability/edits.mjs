// node edits.mjs EDITS ROWS CLIENTS: many edit the same rows at once with If-Match, each adding one to a number in the row; no update is
// lost: what was acknowledged is what is there, in the revisions, in the numbers and in the history. And two people with one form.
import { check, withOffice, whole, sound } from './office.mjs';

const [edits, rows, clients] = process.argv.slice(2).map(Number);
await withOffice(async (o) => {
	const ids = [];
	for (let i = 0; i < rows; i++) ids.push(JSON.parse((await o.api('POST', 'asset', { name: `row ${i}`, note: '0' })).text).id);
	const done = new Map(ids.map((id) => [id, 0]));
	let left = edits, conflicts = 0, x = 1;
	const next = () => ids[(x = (x * 48271) % 2147483647) % ids.length];
	await Promise.all(Array.from({ length: clients }, async () => {
		while (left > 0) {
			left--;
			const id = next();
			for (;;) {
				const row = JSON.parse((await o.api('GET', `asset/${id}`)).text);
				const match = process.env.PLANT === 'blind' ? JSON.parse((await o.api('GET', `asset/${id}`)).text).revision : row.revision;
				const a = await o.api('PATCH', `asset/${id}`, { note: String(Number(row.note) + 1) }, { 'If-Match': `"${match}"` });
				if (a.status === 200) { done.set(id, done.get(id) + 1); break; }
				check(a.status === 412, () => `an edit was answered ${a.status}: ${a.text}`);
				conflicts++;
			}
		}
	}));
	check(conflicts > 0, 'nobody met anybody: this shows nothing');
	const there = new Map(o.rows(`SELECT r.id, r.revision, a.note, (SELECT count(*) FROM audit_entry e WHERE e.record_id = r.id AND e.kind = 2) AS entries FROM record r JOIN asset_asset a USING (id) WHERE r.id >= ${ids[0]}`).map((r) => [r.id, r]));
	let all = 0;
	for (const [id, n] of done) {
		const r = there.get(id);
		check(r.revision === n + 1 && Number(r.note) === n && r.entries === n, () => `row ${id}: ${n} edits acknowledged, ${JSON.stringify(r)}`);
		all += n;
	}
	check(all === edits, `${all} of ${edits} edits`);
	console.log(`  ok  ${edits} edits of ${rows} rows by ${clients} clients: ${all} acknowledged, ${conflicts} sent back to read again, none lost`);

	/* Two people open one form; the second to save is told, and what the first saved stays. */
	const id = ids[0], revision = there.get(id).revision;
	const first = await o.page('lead', 'POST', `/asset/asset/${id}/edit`, { form: { _revision: revision, name: 'of the first', note: 'x' } });
	const invitation = o.command('user', 'create', '--login', 'second', '--name', '例示 二人目', '--role', 'lead').trim().replace(/^https?:\/\/[^/]*/, '');
	const page = await o.page('second', 'GET', invitation);
	o.jars.second.csrf = /name="csrf" value="([^"]*)"/.exec(page.text)[1];
	await o.page('second', 'POST', invitation, { form: { password: 'hanare-no-aikotoba-7', again: 'hanare-no-aikotoba-7' } });
	await o.signIn('second', 'hanare-no-aikotoba-7');
	const second = await o.page('second', 'POST', `/asset/asset/${id}/edit`, { form: { _revision: revision, name: 'of the second', note: 'y' } });
	check(first.status === 303 && second.status === 409, () => `two forms: ${first.status}, ${second.status}`);
	check(second.text.includes('of the second'), 'what the second typed is lost to them');
	check(o.rows(`SELECT name FROM asset_asset WHERE id = ${id}`)[0].name === 'of the first', 'the second wrote over the first');
	console.log('  ok  two people with one form: the second is told, and what they typed is still on the page');
	whole(o);
	sound(o);
});
