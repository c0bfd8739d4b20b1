/* Approval: the lead asks for it, an executive reads one page on a phone and presses once, the author cannot; sending back;
 * a row that was changed meanwhile; stamps in print. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PHONE, checkPage, mainText, noTrouble, openBrowser, openOffice, openWindow, press, rowsOf, signIn, visit } from './support.mjs';

let office, browser, desk, lead, phone, chief, row, request;
before(async () => {
	office = await openOffice();
	browser = await openBrowser();
	desk = await openWindow(browser, office);
	lead = await signIn(desk, 'lead');
	phone = await openWindow(browser, office, { viewport: PHONE });
	chief = await signIn(phone, 'executive');
});
after(async () => {
	await browser?.close();
	await office?.stop();
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

test('a deputy is named; routes can be read', async () => {
	await visit(chief, '/work/deputy');
	await checkPage(chief);
	await visit(lead, '/work/approval_route');
	await checkPage(lead);
	noTrouble(desk);
	noTrouble(phone);
});
