/* How it looks: dark as well as light, and on paper. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, WIDE, checkPage, openWindow, press, signIn, visit, withOffice } from './support.mjs';

let office, browser;
withOffice((o, b) => { [office, browser] = [o, b]; });

for (const viewport of [WIDE, PHONE])
	test(`dark follows the system and can be read, at ${viewport.width} px`, async () => {
		const context = await openWindow(browser, office, { colorScheme: 'dark', viewport });
		const page = await signIn(context, 'lead');
		for (const path of ['/today', '/asset/asset', '/asset/asset/new', '/risk', '/org/tree']) {
			await visit(page, path);
			assert.equal(await page.locator('html').getAttribute('data-bs-theme'), 'dark');
			await checkPage(page);
		}
		await context.close();
	});

test('light and dark are a choice that stays', async () => {
	const context = await openWindow(browser, office, { colorScheme: 'light' });
	const page = await signIn(context, 'lead');
	await page.locator('.user-menu > summary').click();
	await page.locator('[data-theme-toggle]').click();
	assert.equal(await page.locator('html').getAttribute('data-bs-theme'), 'dark');
	await visit(page, '/risk');
	assert.equal(await page.locator('html').getAttribute('data-bs-theme'), 'dark');
	await context.close();
});

test('the risk sheet on paper: no menu, no buttons, dark ink, all rows', async () => {
	const context = await openWindow(browser, office, { colorScheme: 'dark' });
	const page = await signIn(context, 'lead');
	await visit(page, '/risk/sheet');
	await page.emulateMedia({ media: 'print' });
	for (const gone of ['.topbar', '.sidebar', 'main .btn', '.crumbs']) assert.equal(await page.locator(gone).filter({ visible: true }).count(), 0, gone);
	assert.ok(await page.locator('.print-header').isVisible(), 'company and time stand on the paper');
	const { ink, ground, cut } = await page.evaluate(() => {
		const scroll = document.querySelector('main .table-scroll');
		return {
			ink: getComputedStyle(document.querySelector('main h1')).color, ground: getComputedStyle(document.body).backgroundColor,
			cut: scroll ? scroll.scrollHeight - scroll.clientHeight : 0,
		};
	});
	assert.equal(ground, 'rgb(255, 255, 255)');
	assert.ok(ink.match(/\d+/g).slice(0, 3).every((v) => Number(v) < 80), `ink is ${ink}`);
	assert.ok(cut <= 1, 'no row is cut off by a scrolled box');
	const pdf = await page.pdf({ format: 'A4', landscape: true, printBackground: true });
	assert.ok(pdf.length > 10000);
	await context.close();
});

test('menus and dialogs go by keyboard', async () => {
	const context = await openWindow(browser, office);
	const page = await signIn(context, 'lead');
	await visit(page, '/today');
	await page.keyboard.press('Tab');
	assert.equal(await page.evaluate(() => document.activeElement.className), 'skip-link');
	await page.keyboard.press('/');
	assert.ok(await page.evaluate(() => document.activeElement.matches('[data-search]')), '/ leads to the search');
	await page.keyboard.type('名簿');
	await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
	assert.match(page.url(), /\/search/);
	await page.locator('.user-menu > summary').focus();
	await page.keyboard.press('Enter');
	assert.ok(await page.locator('.user-menu[open]').count());
	await page.keyboard.press('Escape');
	assert.equal(await page.locator('.user-menu[open]').count(), 0);
	await visit(page, '/asset/asset');
	await press(page, page.locator('main tbody th a'));
	await page.locator('form[action$="/archive"] button').focus();
	await page.keyboard.press('Enter');
	await page.locator('dialog.ask').waitFor();
	await checkPage(page);
	const row = page.url();
	await page.keyboard.press('Escape');
	/* The browser tells the script of the closed dialog a moment later. */
	await page.locator('dialog.ask').waitFor({ state: 'detached' });
	await page.reload();
	assert.equal(page.url(), row);
	assert.equal(await page.locator('form[action$="/archive"] button').count(), 1, 'and nothing happened: the row is not archived');
	await context.close();
});

test('a long address and a digest do not widen the page of a row', async () => {
	const context = await openWindow(browser, office);
	const page = await signIn(context, 'lead');
	await visit(page, '/asset/asset');
	await visit(page, await page.locator('main tbody th a').first().getAttribute('href'));
	const row = new URL(page.url()).pathname;
	await visit(page, `${row}/edit`);
	await page.locator('[name=note]').fill(`https://example.jp/${'a'.repeat(130)}`);
	await press(page, 'main form[method=post] button[type=submit]');
	await visit(page, row);
	await page.setInputFiles('form[action$="/attach"] input[type=file]', { name: 'evidence.txt', mimeType: 'text/plain', buffer: Buffer.from('seen') });
	await press(page, 'form[action$="/attach"] button');
	for (const viewport of [WIDE, PHONE]) {
		await page.setViewportSize(viewport);
		await visit(page, row);
		for (const fold of await page.locator('main details:not([open]) > summary').all()) if (await fold.isVisible()) await fold.click();
		const wide = await page.evaluate(() => [...document.querySelectorAll('main table.diff, main .history, main .attachments')].filter((box) => {
			const outer = box.parentElement.getBoundingClientRect();
			return box.getBoundingClientRect().right > outer.right + 1 || box.scrollWidth > box.clientWidth + 1;
		}).map((box) => box.className));
		assert.deepEqual(wide, [], `at ${viewport.width} px`);
		await checkPage(page, { axe: false });
	}
	await context.close();
});

test('on a phone the areas of the signal are words, not columns of letters', async () => {
	const context = await openWindow(browser, office, { viewport: PHONE });
	const page = await signIn(context, 'executive');
	await visit(page, '/today');
	const tall = await page.evaluate(() => [...document.querySelectorAll('.signal-months :is(th, caption)')].filter((th) => {
		const line = parseFloat(getComputedStyle(th).lineHeight);
		return th.getBoundingClientRect().height > 2.9 * line;
	}).map((th) => th.innerText));
	assert.deepEqual(tall, []);
	await checkPage(page, { axe: false });
	await context.close();
});
