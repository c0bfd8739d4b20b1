/* A personal link: two rows for somebody without an account, on a phone; nothing else; and its end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, checkPage, mainText, noTrouble, openWindow, press, rowsOf, signIn, visit, withOffice } from './support.mjs';

let office, browser, desk, lead, phone, page, mine, other;
withOffice(async (o, b) => {
	[office, browser] = [o, b];
	desk = await openWindow(browser, office);
	lead = await signIn(desk, 'lead');
	phone = await openWindow(browser, office, { viewport: PHONE });
	page = await phone.newPage();
});

/* The address that is shown once. */
async function issue(name, rows, ...may) {
	await visit(lead, '/settings/links');
	await lead.fill('[name=name]', name);
	await lead.fill('[name=records]', rows.map((r) => r.code).join('\n'));
	for (const op of ['update', 'comment']) await lead.setChecked(`[name=${op}]`, may.includes(op));
	await press(lead, 'form[action="/settings/links"] button');
	return (await lead.locator('#secret').innerText()).trim();
}

test('the lead issues a link to two rows; it is shown once, with its QR code', async () => {
	await visit(lead, '/asset/asset');
	[mine, other] = [(await rowsOf(lead)).slice(0, 2), (await rowsOf(lead))[2]];
	const url = await issue('例示 確認者', mine, 'update', 'comment');
	assert.ok(url.startsWith(`${office.base}/l/`));
	assert.equal(await lead.locator('.qr, [role=img]').count() > 0, true);
	await checkPage(lead);
	await page.goto(url);
	assert.ok(!page.url().includes(url.split('/l/')[1]), 'the secret does not stay in the address');
});

test('its holder sees these two rows, and nothing else', async () => {
	assert.deepEqual(await page.locator('.todo a').evaluateAll((all) => all.map((a) => a.getAttribute('href'))).then((h) => h.sort()), mine.map((r) => r.href).sort());
	await checkPage(page);
	for (const row of mine) {
		await visit(page, row.href);
		await checkPage(page);
	}
	for (const path of [other.href, `${other.href}/edit`, other.href.replace(/\d+$/, '999999')]) {
		await visit(page, path, 404);
		assert.doesNotMatch(await page.content(), new RegExp(other.title));
	}
	await visit(page, `${mine[0].href}/edit`);
	await checkPage(page);
	for (const path of ['/settings', '/settings/links', '/today', '/risk', '/asset/asset/new', '/asset/asset/export?format=csv', '/account']) {
		const r = await page.goto(path).catch(() => null);
		assert.ok(r && ([403, 404].includes(r.status()) || new URL(page.url()).pathname === '/l'), `${path} is not for a link: ${r?.status()} ${page.url()}`);
	}
	const list = await page.goto('/asset/asset');
	if (list.status() === 200) assert.deepEqual((await rowsOf(page)).map((r) => r.code).sort(), mine.map((r) => r.code).sort());
	for (const path of ['/org/person', '/org/unit', '/asset/place', '/risk/control_check']) {
		const r = await page.goto(path);
		if (r.status() === 200) assert.deepEqual(await rowsOf(page), [], `${path} shows no row to a link`);
	}
	const found = await page.goto(`/search?q=${encodeURIComponent(other.title)}`);
	if (found.status() === 200) assert.ok(!(await mainText(page)).includes(other.code));
});

test('its holder confirms, edits and comments as allowed, under the name of the link', async () => {
	await visit(page, mine[0].href);
	await press(page, 'form[action$="/confirm"] button');
	assert.match(await mainText(page), /例示 確認者/);
	await visit(page, `${mine[0].href}/edit`);
	assert.equal(await page.locator('[name=importance_settled]').count(), 0, 'settling is for the lead');
	await page.fill('[name=note]', 'リンクから書いた備考');
	await press(page, 'main form[action$="/edit"] button[type=submit]');
	assert.match(await mainText(page), /リンクから書いた備考/);
	await page.fill('form[action$="/comment"] textarea', '確かめました');
	await press(page, 'form[action$="/comment"] button');
	assert.equal(await page.locator('form[action$="/archive"], a[href$="/merge"]').count(), 0);
	await checkPage(page);
	await visit(lead, mine[0].href);
	assert.match(await mainText(lead), /例示 確認者[\s\S]*リンクから書いた備考/, 'the history names who');
});

test('a link that may only read, reads', async () => {
	const context = await openWindow(browser, office, { viewport: PHONE });
	const reader = await context.newPage();
	await reader.goto(await issue('例示 読み手', mine));
	await visit(reader, mine[1].href);
	assert.equal(await reader.locator('a[href$="/edit"], form[action$="/comment"], form[action$="/attach"]').count(), 0);
	await visit(reader, `${mine[1].href}/edit`, 403);
	await context.close();
});

test('a revoked link is refused at once, also to who has it open', async () => {
	await visit(lead, '/settings/links');
	await lead.locator('tr', { hasText: '例示 確認者' }).locator('button').click();
	await Promise.all([lead.waitForNavigation(), lead.locator('dialog.ask .btn-primary').click()]);
	const gone = await page.goto(mine[0].href);
	assert.ok(gone.status() !== 200 || page.url().includes('/sign-in'), `${gone.status()} ${page.url()}`);
	const again = await page.goto('/l');
	assert.ok(again.status() >= 400);
	assert.match(await page.locator('body').innerText(), /このリンクは使えません/);
	await checkPage(page);
	noTrouble(desk);
	noTrouble(phone);
});
