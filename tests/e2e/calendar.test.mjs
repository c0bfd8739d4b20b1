/* The calendar: month, fiscal year and list on a desk and on a phone; a feed that works by its link alone until it is ended. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, WIDE, checkPage, mainText, noTrouble, openWindow, press, signIn, visit, withOffice } from './support.mjs';

let office, browser, desk, lead;
withOffice(async (o, b) => {
	[office, browser] = [o, b];
	desk = await openWindow(browser, office, { viewport: WIDE });
	lead = await signIn(desk, 'lead');
});

test('a task stands on its day in each view, and leads to its page', async () => {
	await visit(lead, '/work/task/new');
	await lead.fill('input[name=name]', '消火器を点検する');
	await lead.fill('input[name=due_on]', '2027-04-29');
	await press(lead, lead.locator('main form button[type=submit]').last());
	await visit(lead, '/work/calendar?view=month&month=2027-04');
	const day = lead.locator('.month .day', { has: lead.locator('time[datetime="2027-04-29"]') });
	assert.match(await day.innerText(), /昭和の日[\s\S]*消火器を点検する/);
	await checkPage(lead);
	await visit(lead, '/work/calendar?view=year&year=2027');
	assert.match(await mainText(lead), /消火器を点検する/);
	assert.ok(await lead.locator('.gantt-bar .busy').count() > 0, 'the busy months of the demo company are shaded');
	await checkPage(lead);
	await visit(lead, '/work/calendar?view=list&year=2027');
	await press(lead, lead.getByRole('link', { name: '消火器を点検する' }));
	assert.match(new URL(lead.url()).pathname, /^\/work\/task\/\d+$/);
	await visit(lead, '/work/calendar?view=list&year=2027&kind=approval');
	assert.doesNotMatch(await mainText(lead), /消火器を点検する/);
	await checkPage(lead);
});

test('the links between months, years and kinds keep what was chosen', async () => {
	await visit(lead, '/work/calendar?view=month&month=2026-12&kind=task');
	await press(lead, lead.getByRole('link', { name: '次へ' }));
	assert.equal(new URL(lead.url()).search, '?view=month&month=2027-01&kind=task');
	await press(lead, lead.getByRole('link', { name: '年度', exact: true }));
	assert.match(new URL(lead.url()).search, /view=year&year=\d+&kind=task/);
	await press(lead, lead.getByRole('link', { name: '前へ' }));
	await checkPage(lead);
	for (const bad of ['month=2026-13', 'month=x', 'view=x', 'year=99999', 'kind=x'])
		await visit(lead, `/work/calendar?${bad}`);
	await visit(lead, '/work/calendar?nosuch=1', 400);
});

test('on a phone nothing is wider than the window, without scripts too', async () => {
	const phone = await openWindow(browser, office, { viewport: PHONE, javaScriptEnabled: true });
	const page = await signIn(phone, 'contact');
	for (const view of ['month', 'year', 'list']) {
		await visit(page, `/work/calendar?view=${view}`);
		await checkPage(page);
	}
	noTrouble(phone);
	await phone.close();
	const bare = await openWindow(browser, office, { viewport: PHONE, javaScriptEnabled: false });
	const still = await signIn(bare, 'contact');
	await visit(still, '/work/calendar');
	assert.match(await mainText(still), /カレンダー/);
	await bare.close();
});

test('a feed opens by its link alone, holds what is the person’s own, and ends', async () => {
	await visit(lead, '/work/task/new');
	await lead.fill('input[name=name]', '自分のやること');
	await lead.fill('input[name=due_on]', new Date(Date.now() + 20 * 86400000).toISOString().slice(0, 10));
	await lead.selectOption('select[name=owner]', await lead.locator('select[name=owner] option', { hasText: '見本 担当' }).first().getAttribute('value'));
	await press(lead, lead.locator('main form button[type=submit]').last());
	await visit(lead, '/work/calendar');
	await press(lead, lead.getByRole('button', { name: 'リンクを作る' }));
	const url = (await lead.locator('#feed code').innerText()).trim();
	await checkPage(lead);
	const feed = await fetch(url);
	assert.equal(feed.status, 200);
	assert.match(feed.headers.get('content-type'), /^text\/calendar/);
	const text = (await feed.text()).replaceAll('\r\n ', '');
	assert.match(text, /SUMMARY:自分のやること/);
	assert.doesNotMatch(text, /消火器/);
	await visit(lead, '/work/calendar');
	assert.match(await lead.locator('#feed').innerText(), /使われた回数は 1 回/);
	assert.equal((await fetch(`${url}x`)).status, 404);
	await press(lead, lead.getByRole('button', { name: 'リンクを止める' }));
	assert.equal((await fetch(url)).status, 404);
	await checkPage(lead);
	noTrouble(desk);
});
