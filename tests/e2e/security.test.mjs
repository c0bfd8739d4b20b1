/* The security check: administrators see what is weak, first what is to be mended first, each with the way to mend it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, WIDE, checkPage, openWindow, signIn, visit, withOffice } from './support.mjs';

let office, browser;
withOffice((o, b) => { [office, browser] = [o, b]; });

for (const viewport of [WIDE, PHONE])
	test(`what is weak and how to mend it, at ${viewport.width} px`, async () => {
		const context = await openWindow(browser, office, { viewport });
		const page = await signIn(context, 'admin');
		await visit(page, '/settings');
		assert.equal(await page.locator('main a[href="/settings/security"]').count(), 1);
		await visit(page, '/settings/security');
		await checkPage(page);
		const badges = await page.locator('main li.card .badge').allTextContents();
		assert.ok(badges.length >= 3, 'the demo company is weak in several ways');
		const mild = badges.findIndex((b) => b.includes('直すとよい'));
		assert.ok(mild > 0 && badges.slice(mild).every((b) => b.includes('直すとよい')), 'what is to be mended first stands first');
		assert.equal(await page.locator('main li.card', { hasText: '直し方' }).count(), badges.length);
		await context.close();
	});

test('nobody else sees it', async () => {
	const context = await openWindow(browser, office, {});
	const page = await signIn(context, 'lead');
	await visit(page, '/settings');
	assert.equal(await page.locator('main a[href="/settings/security"]').count(), 0);
	await visit(page, '/settings/security', 403);
	await context.close();
});
