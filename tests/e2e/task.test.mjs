/* Tasks: made on the page of a row, found on Today, done with one press and what shows it; another unit's row, a press from another site. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, WIDE, checkPage, mainText, noTrouble, openWindow, press, rowsOf, signIn, visit, withOffice } from './support.mjs';

let office, browser, desk, lead, phone, contact, own, foreign, task;
withOffice(async (o, b) => {
	[office, browser] = [o, b];
	desk = await openWindow(browser, office, { viewport: WIDE });
	lead = await signIn(desk, 'lead');
	phone = await openWindow(browser, office, { viewport: PHONE });
	contact = await signIn(phone, 'contact');
});

const csrfOf = (page) => page.locator('meta[name=csrf]').getAttribute('content');
const SAME = { 'Sec-Fetch-Site': 'same-origin' };

test('the lead makes a task on the page of a row for a contact', async () => {
	await visit(contact, '/asset/asset?sort=name');
	own = (await rowsOf(contact))[0];
	await visit(lead, '/asset/asset');
	const mine = new Set((await rowsOf(contact)).map((r) => r.code));
	foreign = (await rowsOf(lead)).find((r) => !mine.has(r.code));
	await visit(lead, own.href);
	await lead.click('#tasks summary');
	await lead.fill('#task-name', '棚の鍵を替える');
	await lead.fill('#task-due', '2020-01-31');
	await lead.fill('#task-owner', '見本 窓口');
	await checkPage(lead);
	await press(lead, '#tasks form button');
	assert.equal(new URL(lead.url()).pathname, own.href);
	const said = await lead.locator('#tasks').innerText();
	assert.match(said, /期限切れ\s*棚の鍵を替える/);
	assert.match(said, /見本 窓口/);
	await checkPage(lead);
	await visit(lead, '/today');
	assert.match(await mainText(lead), /ほかの人の、期限を過ぎたやること/);
	await checkPage(lead);
});

test('an owner that is not on the staff list is named, and nothing is made', async () => {
	await visit(lead, own.href);
	await lead.click('#tasks summary');
	await lead.fill('#task-name', 'だれかがする');
	await lead.fill('#task-owner', '見本 だれでもない');
	await press(lead, '#tasks form button');
	assert.match(await mainText(lead), /見本 だれでもない/);
	await visit(lead, own.href);
	assert.doesNotMatch(await lead.locator('#tasks').innerText(), /だれかがする/);
});

test('the contact finds it on Today and says on a phone that it is done, with what shows it', async () => {
	await visit(contact, '/today');
	assert.match(await mainText(contact), /わたしのやること/);
	await checkPage(contact);
	await press(contact, contact.getByRole('link', { name: '棚の鍵を替える' }));
	task = new URL(contact.url()).pathname;
	assert.match(await mainText(contact), new RegExp(own.code));
	await checkPage(contact);
	await press(contact, '#done button');
	assert.match(await mainText(contact), /何を見れば終わったと分かるか/);
	await visit(contact, task);
	await contact.fill('#task-evidence', '新しい鍵の写真を総務の台帳に貼った');
	await press(contact, '#done button');
	const said = await mainText(contact);
	assert.match(said, /完了/);
	assert.match(said, /新しい鍵の写真/);
	assert.equal(await contact.locator('#done').count(), 0);
	await checkPage(contact);
	await visit(contact, '/today');
	assert.doesNotMatch(await contact.locator('.card', { hasText: 'わたしのやること' }).innerText(), /棚の鍵を替える/);
	await press(contact, contact.getByRole('link', { name: 'やること', exact: true }));
	assert.equal(new URL(contact.url()).pathname, '/work/task');
	/* Tasks are reached from Today: menu and trail say so. */
	assert.match(await contact.locator('nav a[aria-current=page]').first().textContent(), /^\s*今日/);
	assert.match(await contact.locator('.crumbs').innerText(), /今日/);
	await checkPage(contact);
});

test('a check list is ticked on a phone, and the next task is there when this one is done', async () => {
	await visit(lead, '/work/task/new');
	await lead.fill('input[name=name]', '書庫を点検する');
	await lead.fill('input[name=due_on]', '2026-12-31');
	await lead.selectOption('select[name=repeat]', { label: '毎月' });
	await checkPage(lead);
	await press(lead, lead.locator('main form button[type=submit]').last());
	await lead.click('#checklist summary');
	await lead.fill('#check-text', '鍵\n消火器');
	await press(lead, '#checklist form button');
	assert.match(await lead.locator('#checklist').innerText(), /2 項目のうち 0 項目/);
	await checkPage(lead);
	const narrow = await openWindow(browser, office, { viewport: PHONE });
	const page = await signIn(narrow, 'lead');
	await visit(page, new URL(lead.url()).pathname);
	await checkPage(page);
	await press(page, page.getByRole('button', { name: '済にする：鍵' }));
	assert.match(await page.locator('#checklist').innerText(), /1 項目が済みました/);
	await page.fill('#task-evidence', '点検表');
	await press(page, '#done button');
	assert.match(await mainText(page), /終わっていない項目が 1 件/);
	await page.goBack();
	await press(page, page.getByRole('button', { name: '済にする：消火器' }));
	await page.fill('#task-evidence', '点検表');
	await press(page, '#done button');
	assert.match(await mainText(page), /完了/);
	await checkPage(page);
	await visit(page, '/work/task?sort=due_on');
	assert.match(await mainText(page), /2027-01-31/);
	await visit(page, new URL(lead.url()).pathname);
	assert.match(await mainText(page), /チェックリスト/);
	noTrouble(narrow);
	await narrow.close();
});

test('what a person has to do is handed over on their page', async () => {
	await visit(lead, '/org/person?sort=name');
	const who = (await rowsOf(lead)).find((r) => r.title === '見本 窓口');
	await visit(lead, own.href);
	await lead.click('#tasks summary');
	await lead.fill('#task-name', '引き継がれるもの');
	await lead.fill('#task-owner', '見本 窓口');
	await press(lead, '#tasks form button');
	await visit(lead, who.href);
	await checkPage(lead);
	await lead.fill('#hand-over-to', '見本 だれでもない');
	await press(lead, '#hand-over button');
	assert.match(await mainText(lead), /見本 だれでもない/);
	await visit(lead, who.href);
	await lead.fill('#hand-over-to', '見本 担当');
	await press(lead, '#hand-over button');
	assert.match(await mainText(lead), /引き継がれるもの/);
	await visit(lead, who.href);
	assert.equal(await lead.locator('#hand-over').count(), 0);
	await checkPage(lead);
});

test('who has no account ticks and finishes a task by a personal link on a phone, and no other task', async () => {
	await visit(lead, '/work/task/new');
	await lead.fill('input[name=name]', 'リンクで終えるもの');
	await lead.fill('input[name=due_on]', '2026-12-20');
	await press(lead, lead.locator('main form button[type=submit]').last());
	const mine = new URL(lead.url()).pathname;
	const code = (await mainText(lead)).match(/TSK-\d+/)[0];
	await lead.click('#checklist summary');
	await lead.fill('#check-text', '名札');
	await press(lead, '#checklist form button');
	await visit(lead, '/settings/links');
	await lead.fill('[name=name]', '例示 現場');
	await lead.fill('[name=records]', code);
	await lead.check('[name=update]');
	await press(lead, 'form[action="/settings/links"] button');
	const url = (await lead.locator('#secret').innerText()).trim();
	const outside = await openWindow(browser, office, { viewport: PHONE });
	const page = await outside.newPage();
	await page.goto(url);
	await visit(page, task, 404);
	await visit(page, mine);
	await checkPage(page);
	const csrf = await csrfOf(page);
	const forced = await page.request.post(`${task}/done`, { form: { csrf, revision: '1', evidence: 'のぞいた' }, headers: SAME, maxRedirects: 0 });
	assert.equal(forced.status(), 404);
	const added = await page.request.post(`${task}/check`, { form: { csrf, text: 'のぞいた' }, headers: SAME, maxRedirects: 0 });
	assert.equal(added.status(), 404);
	await press(page, page.getByRole('button', { name: '済にする：名札' }));
	assert.match(await page.locator('#checklist').innerText(), /例示 現場/);
	await page.fill('#task-evidence', '写真を渡した');
	await press(page, '#done button');
	assert.match(await mainText(page), /完了[\s\S]*写真を渡した/);
	await checkPage(page);
	await outside.close();
});

test('it stands on the evidence page of the row', async () => {
	const context = await openWindow(browser, office, { viewport: WIDE });
	const auditor = await signIn(context, 'auditor');
	await visit(auditor, `/report/evidence?q=${own.code}`);
	await visit(auditor, own.href.replace('/asset/asset/', '/report/evidence/asset/'));
	assert.match(await mainText(auditor), /棚の鍵を替える/);
	assert.match(await mainText(auditor), /新しい鍵の写真/);
	await checkPage(auditor);
	await visit(auditor, own.href);
	assert.equal(await auditor.locator('#tasks form').count(), 0, 'an auditor makes none');
	await context.close();
});

test('a row of another unit is not there for a contact, and a press from another site does nothing', async () => {
	const csrf = await csrfOf(contact);
	const id = foreign.href.split('/').at(-1);
	const post = (path, form, headers) => contact.request.post(path, { form, headers, maxRedirects: 0 });
	assert.equal((await post('/work/task/for', { csrf, record: id, name: 'のぞく', due_on: '', owner: '' }, SAME)).status(), 404);
	assert.equal((await post('/work/task/for', { csrf, record: '99999999', name: 'のぞく', due_on: '', owner: '' }, SAME)).status(), 404);
	const ownId = own.href.split('/').at(-1);
	const form = { record: ownId, name: 'よそから', due_on: '', owner: '' };
	assert.equal((await post('/work/task/for', { csrf, ...form }, { 'Sec-Fetch-Site': 'cross-site' })).status(), 403);
	assert.equal((await post('/work/task/for', { csrf: 'x'.repeat(csrf.length), ...form }, SAME)).status(), 403);
	assert.equal((await post(`${task}/done`, { csrf, revision: '1', evidence: 'x' }, { 'Sec-Fetch-Site': 'cross-site' })).status(), 403);
	await visit(contact, own.href);
	assert.doesNotMatch(await contact.locator('#tasks').innerText(), /よそから|のぞく/);
	noTrouble(phone);
	noTrouble(desk);
});
