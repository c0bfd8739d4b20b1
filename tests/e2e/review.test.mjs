/* A review: the lead makes a link for a unit, its contact answers row by row on a phone, the lead sees it and closes. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PHONE, checkPage, mainText, openWindow, press, rowsOf, signIn, visit, withOffice } from './support.mjs';

let office, browser, lead, page, review, link, part;
withOffice(async (o, b) => {
	[office, browser] = [o, b];
	lead = await signIn(await openWindow(browser, office), 'lead');
	page = await (await openWindow(browser, office, { viewport: PHONE })).newPage();
});

const unit = '情報システム課';
const row = () => lead.locator('tr', { has: lead.locator('th', { hasText: unit }) }).first();
const open = () => page.locator('main > ul, main .list-unstyled').first().locator('> li');

test('the lead sees how each unit stands, and makes a letter with a link for one', async () => {
	await visit(lead, '/asset/campaign');
	review = (await rowsOf(lead))[0].href;
	await visit(lead, review);
	await checkPage(lead);
	assert.match(await mainText(lead), /未連絡/);
	assert.match(await mainText(lead), /途中/);
	const before = readdirSync(join(office.dir, 'outbox')).length;
	await Promise.all([lead.waitForNavigation(), row().locator('button').click()]);
	await checkPage(lead);
	link = (await lead.locator('.secret').innerText()).trim();
	assert.ok(link.startsWith(`${office.base}/l/`));
	assert.equal(readdirSync(join(office.dir, 'outbox')).length, before + 1);
});

test('its holder sees the rows of the unit on a phone', async () => {
	await page.goto(link);
	assert.equal(new URL(page.url()).pathname, '/asset/review');
	await checkPage(page);
	part = await open().count();
	assert.ok(part > 2);
	assert.match(await mainText(page), new RegExp(unit));
});

test('the same, gone and missing', async () => {
	await Promise.all([page.waitForNavigation(), open().first().locator('button', { hasText: 'このままで合っている' }).click()]);
	assert.equal(await open().count(), part - 1);
	await checkPage(page);
	await open().first().locator('summary').click();
	await open().first().locator('input[name=reason]').fill('廃棄した');
	await Promise.all([page.waitForNavigation(), open().first().locator('button', { hasText: 'なくなったと答える' }).click()]);
	assert.equal(await open().count(), part - 2);
	await page.fill('#f-name', '棚の上の古いPC');
	await Promise.all([page.waitForNavigation(), page.locator('button', { hasText: '知らせる' }).click()]);
	assert.match(await mainText(page), /これまでに 1 件|これまでに 2 件/);
});

test('changed: the form opens, and saving it is the answer; the menu leads back', async () => {
	await Promise.all([page.waitForNavigation(), open().first().locator('button', { hasText: '変わった' }).click()]);
	assert.match(page.url(), /\/asset\/device\/\d+\/edit$/);
	await checkPage(page);
	await visit(page, '/asset/review');
	assert.equal(await open().count(), part - 2, 'announced is not done');
	assert.match(await mainText(page), /まだ直していません/);
	await Promise.all([page.waitForNavigation(), open().first().locator('button', { hasText: '変わった' }).click()]);
	await page.fill('[name=os_version]', '99');
	await press(page, 'main form[action*="/asset/device/"] button[type=submit], main form.record-form button.btn-primary, main form[action*="/edit"] button.btn-primary');
	await visit(page, '/l');
	assert.equal(new URL(page.url()).pathname, '/asset/review');
	assert.equal(await open().count(), part - 3);
});

test('nothing else is to be had by the link', async () => {
	for (const path of [review, '/today', '/org/duties', '/settings/links', '/asset/device/new']) {
		const r = await page.goto(path);
		assert.ok([403, 404].includes(r.status()) || new URL(page.url()).pathname !== path, `${path} is not for a link: ${r.status()}`);
	}
	await visit(page, '/asset/review');
	/* A row of another unit, with this window's own token: not there. */
	await visit(lead, '/asset/device?sort=name');
	const own = new Set(await page.locator('form[action^="/asset/review/"]').evaluateAll((f) => f.map((x) => x.getAttribute('action').split('/').pop())));
	const foreign = (await rowsOf(lead)).map((r) => r.href.split('/').pop()).find((id) => !own.has(id));
	const status = await page.evaluate(async (id) => {
		const csrf = document.querySelector('meta[name=csrf]').content;
		const r = await fetch(`/asset/review/${id}`, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ csrf, answer: '1' }) });
		const forged = await fetch(`/asset/review/${id}`, { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'answer=1' });
		return [r.status, forged.status];
	}, foreign);
	assert.equal(status[0], 404);
	assert.ok(status[1] >= 400, 'without the token nothing is changed');
});

test('the lead sees what was answered; closing ends the link', async () => {
	await visit(lead, review);
	assert.match(await mainText(lead), /棚の上の古いPC/);
	assert.match(await mainText(lead), /廃棄した/);
	await checkPage(lead);
	lead.once('dialog', (d) => d.accept());
	await lead.locator(`form[action="${review}/close"] button`).click();
	const yes = lead.locator('dialog[open] button.btn-primary, dialog[open] button.btn-danger');
	if (await yes.count()) await yes.first().click();
	await lead.waitForURL(/done=saved/);
	assert.match(await mainText(lead), /終了/);
	const r = await page.goto('/asset/review');
	assert.ok(r.status() === 404 || new URL(page.url()).pathname !== '/asset/review');
	assert.equal((await page.goto(link)).status(), 404);
});
