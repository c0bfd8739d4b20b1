/* Circulation: what was approved is read by the auditor on a phone; how long a request waits is shown; an administrator names a deputy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, WIDE, checkPage, mainText, noTrouble, openWindow, press, rowsOf, signIn, visit, withOffice } from './support.mjs';

let office, browser;
const windows = [];
async function person(login, viewport = WIDE) {
	const context = await openWindow(browser, office, { viewport });
	windows.push(context);
	return signIn(context, login);
}
withOffice((o, b) => { [office, browser] = [o, b]; });

test('what was approved circulates to the auditor, who reads it on a phone', async () => {
	const lead = await person('lead'), chief = await person('executive'), auditor = await person('auditor', PHONE), contact = await person('contact');
	await visit(contact, '/asset/service');
	const theirs = new Set((await rowsOf(contact)).map((r) => r.code));
	await visit(lead, '/asset/service');
	const row = (await rowsOf(lead)).find((r) => !theirs.has(r.code));
	await visit(lead, row.href);
	await lead.click('#approval summary');
	await lead.fill('#approval-reason', '見直した');
	await press(lead, '#approval form button');
	const request = new URL(lead.url()).pathname;
	assert.match(await mainText(lead), /回覧/);
	await checkPage(lead);
	await visit(auditor, '/today');
	assert.doesNotMatch(await mainText(auditor), /回覧されています/);
	await visit(chief, '/today');
	assert.match(await mainText(chief), /0日待ち/);
	await visit(chief, request);
	await press(chief, 'form[action$="/approve"] button');
	await visit(auditor, '/today');
	assert.match(await mainText(auditor), /回覧されています/);
	await checkPage(auditor);
	await visit(auditor, request);
	await checkPage(auditor);
	await press(auditor, '#read button');
	assert.match(await mainText(auditor), /読んだことを記録しました/);
	assert.equal(await auditor.locator('#read').count(), 0);
	assert.match(await auditor.locator('.stamps').innerText(), /回覧[\s\S]*見本 監査/);
	await visit(auditor, '/work/approval');
	assert.doesNotMatch(await mainText(auditor), /回覧されています/);
	await checkPage(auditor);
	await visit(chief, request);
	assert.equal(await chief.locator('#read').count(), 0);
});

test('an administrator names a deputy for somebody who is away, and never themselves', async () => {
	const admin = await person('admin', PHONE);
	await visit(admin, '/work/deputy');
	await checkPage(admin);
	const today = new Date(Date.now() + 9 * 3600000).toISOString().slice(0, 10);
	const name = async (who, deputy) => {
		await visit(admin, '/work/deputy');
		await admin.selectOption('#of', { label: who });
		await admin.selectOption('#account', { label: deputy });
		await admin.fill('#from', today);
		await admin.fill('#until', today);
		await press(admin, 'main form[action="/work/deputy"] button[type=submit]');
	};
	await name('見本 社長', '見本 窓口');
	assert.match(await mainText(admin), /見本 社長 の代理：[\s\S]*見本 窓口/);
	await checkPage(admin);
	/* Themselves: not offered, and refused all the same. */
	await visit(admin, '/work/deputy');
	assert.equal(await admin.locator('#account option', { hasText: '見本 管理者' }).count(), 0);
	const lead = await person('lead');
	await visit(lead, '/work/deputy');
	assert.equal(await lead.locator('#of').count(), 0);
	await press(admin, admin.locator('form[action$="/end"] button').first());
	assert.doesNotMatch(await mainText(admin), /見本 社長 の代理：/);
	for (const w of windows) noTrouble(w);
});
