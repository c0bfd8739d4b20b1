/* Approval: the lead asks for it, an executive reads one page on a phone and presses once, the author cannot; sending back;
 * a row that was changed meanwhile; stamps in print. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, checkPage, ishigaki, mainText, noTrouble, openWindow, press, rowsOf, signIn, visit, withOffice } from './support.mjs';

let office, browser, desk, lead, phone, chief, row, request;
withOffice(async (o, b) => {
	[office, browser] = [o, b];
	desk = await openWindow(browser, office);
	lead = await signIn(desk, 'lead');
	phone = await openWindow(browser, office, { viewport: PHONE });
	chief = await signIn(phone, 'executive');
});

async function ask(reason, cost = '') {
	await visit(lead, row.href);
	await lead.click('#approval summary');
	await lead.fill('#approval-reason', reason);
	await lead.fill('#approval-cost', cost);
	await press(lead, '#approval form button');
	return new URL(lead.url()).pathname;
}

test('the lead asks for approval on the page of a row, and cannot approve it', async () => {
	await visit(lead, '/asset/asset?q=' + encodeURIComponent('受注データ'));
	row = (await rowsOf(lead))[0];
	request = await ask('二段階の認証を入れたい。', '480,000');
	assert.match(request, /^\/work\/approval\/\d+$/);
	const said = await mainText(lead);
	assert.match(said, /480,000円/);
	assert.match(said, /審査も承認もできません|段階を行う役割ではありません/);
	assert.equal(await lead.locator('form[action$="/approve"]').count(), 0);
	await checkPage(lead);
	const csrf = await lead.locator('meta[name=csrf]').getAttribute('content');
	const forced = await lead.request.post(`${request}/approve`, { form: { csrf, step: '2', revision: '99', comment: '' }, headers: { 'Sec-Fetch-Site': 'same-origin' } });
	assert.ok([403, 409].includes(forced.status()), String(forced.status()));
});

test('the executive finds it on Today, reads one page on a phone, and presses once', async () => {
	await visit(chief, '/today');
	await checkPage(chief);
	await chief.click(`a[href="${request}"]`);
	await checkPage(chief);
	assert.match(await mainText(chief), /二段階の認証を入れたい/);
	assert.equal(await chief.locator('table.diff').first().locator('tbody tr').count(), 5, 'the first fields stand open');
	const rest = chief.locator('details.fold table.diff');
	assert.equal(await rest.isVisible(), false);
	/* Both buttons are on the first screen of a phone, whatever the page's length. */
	await chief.evaluate(() => scrollTo(0, 0));
	for (const wanted of ['form[action$="/approve"] button', '.decide-back > summary']) {
		const box = await chief.locator(wanted).boundingBox();
		assert.ok(box.y >= 0 && box.y + box.height <= PHONE.height, `${wanted} at ${JSON.stringify(box)}`);
	}
	assert.match(await chief.locator('.menu-button .menu-count').innerText(), /^\d+/);
	await chief.click('details.fold > summary');
	assert.equal(await rest.isVisible(), true);
	await checkPage(chief);
	await chief.click('details.fold > summary');
	await chief.emulateMedia({ media: 'print' });
	assert.equal(await rest.locator('tbody tr').first().isVisible(), true, 'paper has all of it');
	await chief.emulateMedia({ media: 'screen' });
	await press(chief, 'form[action$="/approve"] button');
	assert.match(await mainText(chief), /承認しました|承認済/);
	assert.equal(await chief.locator('form[action$="/approve"]').count(), 0);
	assert.equal(await chief.locator('.stamps .stamp-mark').count(), 2);
	await checkPage(chief);
	await visit(chief, '/work/approval');
	await checkPage(chief);
});

test('the stamps stand on the page of the row, on paper too', async () => {
	await visit(lead, row.href);
	assert.match(await lead.locator('#approval').innerText(), /承認済/);
	await lead.emulateMedia({ media: 'print' });
	assert.equal(await lead.locator('.stamps').isVisible(), true);
	await lead.emulateMedia({ media: 'screen' });
	await checkPage(lead);
});

test('what changes is shown against the version approved before; a change meanwhile stops the approval', async () => {
	await visit(lead, `${row.href}/edit`);
	await lead.fill('[name=note]', '承認のあとの変更');
	await press(lead, 'main form button[type=submit]');
	await visit(lead, row.href);
	assert.match(await lead.locator('#approval').innerText(), /承認後に変更あり/);
	request = await ask('備考を直した。');
	await visit(chief, request);
	assert.match(await chief.locator('table.diff').innerText(), /承認のあとの変更/);
	await visit(lead, `${row.href}/edit`);
	await lead.fill('[name=note]', '申請のあとの変更');
	await press(lead, 'main form button[type=submit]');
	await Promise.all([chief.waitForResponse((r) => r.url().endsWith('/approve') && r.status() === 409), chief.click('form[action$="/approve"] button')]);
	assert.match(await mainText(chief), /承認できません/);
	await checkPage(chief);
});

test('sending back with a reason; it comes back to who asked', async () => {
	request = await ask('もう一度お願いします。');
	await visit(chief, request);
	await chief.click('details:has(form[action$="/back"]) > summary');
	await chief.fill('#back-comment', '理由をくわしく書いてください。');
	await press(chief, 'form[action$="/back"] button');
	await visit(lead, '/today');
	await lead.click(`a[href="${request}"]`);
	assert.match(await mainText(lead), /理由をくわしく書いてください/);
	await checkPage(lead);
});

test('a token may read what waits, and decides nothing; other units do not learn that it is there', async () => {
	await visit(lead, '/asset/asset?q=' + encodeURIComponent('在庫データ'));
	row = (await rowsOf(lead))[0];
	request = await ask('止まると困るので見てほしい。');
	const id = request.split('/').pop();
	const token = (login, scope) => ishigaki('token', 'create', '--data', office.dir, '--user', login, '--scope', scope).trim();
	const as = (bearer, method, path) => fetch(office.base + path, { method, redirect: 'manual', headers: { Authorization: `Bearer ${bearer}` },
		...(method === 'POST' ? { body: new URLSearchParams({ step: '2', revision: '1', comment: '' }) } : {}) });
	const executive = token('executive', 'write'), contact = token('contact', 'write');
	const list = await (await as(executive, 'GET', '/api/v1/approval')).json();
	assert.ok(list.items.some((x) => String(x.id) === id && x.state === 'waiting'));
	assert.equal((await (await as(executive, 'GET', `/api/v1/approval/${id}`)).json()).code, row.code);
	for (const path of [`/api/v1/approval/${id}`, '/api/v1/approval/999999', '/api/v1/approval/x'])
		assert.equal((await as(contact, 'GET', path)).status, 404, path);
	assert.deepEqual((await (await as(contact, 'GET', `/api/v1/approval?record=${row.href.split('/').pop()}`)).json()).items, []);
	for (const path of [`/work/approval/${id}/approve`, `/api/v1/approval/${id}`, `/api/v1/approval/${id}/approve`]) {
		const r = await as(executive, 'POST', path);
		assert.ok([401, 403, 404, 405].includes(r.status), `${path}: ${r.status}`);
	}
	/* A program asks for an approval and takes its own request back, with exactly the members that a request has. */
	const write = token('lead', 'write'), read = token('lead', 'read');
	const send = (bearer, path, body) => fetch(office.base + path, { method: 'POST', headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
	await visit(lead, '/asset/asset?q=' + encodeURIComponent('顧客'));
	const other = Number((await rowsOf(lead))[0].href.split('/').pop());
	const { revision } = await (await as(write, 'GET', `/api/v1/asset/${other}`)).json();
	for (const body of [{}, [], { record_id: other, revision }, { record_id: other, revision, reason: '見てほしい', state: 'approved' }, { record_id: other, revision, reason: '見てほしい', cost: -1 }])
		assert.equal((await send(write, '/api/v1/approval', body)).status, Array.isArray(body) ? 400 : 422, JSON.stringify(body));
	assert.equal((await send(read, '/api/v1/approval', { record_id: other, revision, reason: '見てほしい' })).status, 403);
	const made = await send(write, '/api/v1/approval', { record_id: other, revision, reason: '見てほしい', cost: 1000 });
	assert.equal(made.status, 201);
	const { id: own, cost } = await made.json();
	assert.equal(cost, 1000);
	assert.equal((await send(executive, `/api/v1/approval/${own}/withdraw`, {})).status, 403);
	assert.equal((await (await send(write, `/api/v1/approval/${own}/withdraw`, {})).json()).state, 'withdrawn');
	const after = await (await as(executive, 'GET', `/api/v1/approval/${id}`)).json();
	assert.equal(after.state, 'waiting');
});

test('without the token of the page, or from another site, nothing is approved', async () => {
	const csrf = await chief.locator('meta[name=csrf]').getAttribute('content');
	const form = { step: '2', revision: '1', comment: '' };
	for (const [headers, extra] of [[{ 'Sec-Fetch-Site': 'same-origin' }, {}], [{ 'Sec-Fetch-Site': 'cross-site', Origin: 'https://example.com' }, { csrf }]]) {
		const r = await chief.request.post(`${request}/approve`, { form: { ...form, ...extra }, headers });
		assert.equal(r.status(), 403);
	}
	await visit(chief, request);
	assert.equal(await chief.locator('form[action$="/approve"]').count(), 1, 'it still waits');
});

test('a deputy is named; routes can be read', async () => {
	await visit(chief, '/work/deputy');
	await checkPage(chief);
	await visit(lead, '/work/approval_route');
	await checkPage(lead);
	noTrouble(desk);
	noTrouble(phone);
});
