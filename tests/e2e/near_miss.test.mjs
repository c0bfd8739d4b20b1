/* A near miss: the lead makes a report page; somebody reports on a phone without a name and with a photo, follows by the code; the lead sorts
 * and answers; the answer is seen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, checkPage, mainText, openWindow, press, rowsOf, signIn, visit, withOffice } from './support.mjs';

let office, browser, lead, phone, page, address, code, row;
withOffice(async (o, b) => {
	[office, browser] = [o, b];
	lead = await signIn(await openWindow(browser, office), 'lead');
	phone = await openWindow(browser, office, { viewport: PHONE, javaScriptEnabled: false });
	page = await phone.newPage();
});

/* A picture taken by the browser itself. */
const photo = async () => ({ name: 'IMG_0001.png', mimeType: 'image/png', buffer: await lead.screenshot({ clip: { x: 0, y: 0, width: 60, height: 40 } }) });
/* axe needs a script: the same page in a window that has them. */
async function checked(path) {
	const other = await (await openWindow(browser, office, { viewport: PHONE })).newPage();
	await other.goto(path);
	await checkPage(other);
	await other.context().close();
}
/* A form that comes back too quickly is asked again: what a person needs to write takes longer than a test. */
async function send(button) {
	await press(page, page.locator('button', { hasText: button }));
	for (let i = 0; i < 60 && (await mainText(page)).includes('まだ送っていません'); i++) {
		if (await page.locator('#f-photo').count()) await page.setInputFiles('#f-photo', await photo());
		await press(page, page.locator('button', { hasText: button }));
	}
}

test('the lead makes a page for a unit, with a QR code to put up', async () => {
	await visit(lead, '/incident');
	await checkPage(lead);
	assert.match(await mainText(lead), /1：29：300/);
	await press(lead, 'a[href="/incident/doors"]');
	await checkPage(lead);
	await press(lead, lead.locator('tr', { has: lead.locator('th', { hasText: '経理部' }) }).locator('button'));
	await checkPage(lead);
	assert.ok(await lead.locator('svg.qr').count());
	assert.match(await mainText(lead), /見本 担当/);
	address = (await lead.locator('#address').innerText()).trim();
	assert.ok(address.startsWith(`${office.base}/n/`));
});

test('somebody reports on a phone, without a script, without a cookie, without a name', async () => {
	await page.goto(address);
	assert.match(await mainText(page), /経理部/);
	await checked(address);
	await page.fill('#f-what', '見本の請求書を、別の会社の封筒に入れるところでした。');
	await page.selectOption('#f-kind', { label: '送り先・宛先の間違い' });
	await page.setInputFiles('#f-photo', await photo());
	await send('送る');
	assert.match(await mainText(page), /ありがとうございます/);
	code = (await page.locator('#code').innerText()).trim();
	assert.match(code, /^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/);
	assert.deepEqual(await phone.cookies(), []);
	assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
});

test('English by a link', async () => {
	await page.goto(address);
	await press(page, page.locator('a[lang=en]'));
	assert.match(await mainText(page), /What happened\?/);
	await checked(`${address}?lang=en`);
});

test('the code shows how it stands; a wrong one shows nothing', async () => {
	await page.goto('/n');
	await checked('/n');
	await page.fill('#f-code', 'AAAA-AAAA-AAAA-AAAA');
	await press(page, page.locator('button', { hasText: '見る' }));
	assert.match(await mainText(page), /見つかりません/);
	await page.fill('#f-code', code.toLowerCase().replaceAll('-', ' '));
	await press(page, page.locator('button', { hasText: '見る' }));
	assert.match(await mainText(page), /これから確かめます/);
	assert.match(await mainText(page), /写真 1 枚/);
	await page.fill('#f-what', '封筒は開けていません。');
	await press(page, page.locator('button', { hasText: '付け足して送る' }));
	assert.match(await mainText(page), /封筒は開けていません/);
});

test('the lead sees it on Today, sorts and answers it', async () => {
	await visit(lead, '/today');
	assert.match(await mainText(lead), /仕分けを待つ報告/);
	await visit(lead, '/incident/near_miss?state=new&sort=-id');
	await checkPage(lead);
	row = (await rowsOf(lead)).find((r) => r.title.startsWith('見本の請求書'));
	await visit(lead, row.href);
	await checkPage(lead);
	assert.match(await mainText(lead), /photo\.png/);
	assert.doesNotMatch(await mainText(lead), /IMG_0001/);
	assert.match(await mainText(lead), /封筒は開けていません/);
	await lead.fill('#t-answer', '気づいてくださってありがとうございます。封筒の窓を大きくします。');
	await lead.fill('#t-note', '封筒の見積もりを取る');
	await press(lead, lead.locator('#triage button', { hasText: 'ヒヤリハット' }));
	assert.match(await mainText(lead), /仕分けた人/);
	await press(lead, lead.locator('button', { hasText: '弱点に登録する' }));
	assert.match(lead.url(), /\/risk\/weakness\/\d+\/edit/);
});

test('the reporter sees the answer, and not the note', async () => {
	await page.goto('/n');
	await page.fill('#f-code', code);
	await press(page, page.locator('button', { hasText: '見る' }));
	assert.match(await page.locator('#answer').innerText(), /封筒の窓/);
	assert.doesNotMatch(await page.content(), /見積もり/);
	assert.match(await page.locator('#state').innerText(), /ヒヤリハットとして記録しました/);
});

test('as an incident it gets a row with its first facts', async () => {
	await visit(lead, '/incident/near_miss?state=new');
	await visit(lead, (await rowsOf(lead)).find((r) => r.title.startsWith('添付の請求書')).href);
	await press(lead, lead.locator('#triage button', { hasText: '事故' }));
	assert.match(lead.url(), /\/incident\/incident\/\d+\/edit/);
	await visit(lead, new URL(lead.url()).pathname.replace('/edit', ''));
	await checkPage(lead);
	assert.match(await mainText(lead), /もとの報告/);
});

test('a page that was ended says so, and names another way', async () => {
	await visit(lead, '/incident/doors');
	await press(lead, lead.locator('a', { hasText: '経理部' }));
	await lead.locator('button', { hasText: 'リンクをやめる' }).click();
	await press(lead, lead.locator('dialog[open] button').last());
	const r = await page.goto(address);
	assert.equal(r.status(), 404);
	assert.match(await mainText(page), /電話か口頭/);
});

test('on a phone the lead sorts as well', async () => {
	const small = await signIn(await openWindow(browser, office, { viewport: PHONE }), 'lead');
	for (const path of ['/incident', '/incident/near_miss', row.href, '/incident/doors']) {
		await visit(small, path);
		await checkPage(small);
	}
});
