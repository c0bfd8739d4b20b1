/* The monthly report as an executive reads it on a phone and takes it as PDF; the auditor's evidence page; who may not. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PHONE, WIDE, checkPage, mainText, openWindow, signIn, visit, withOffice } from './support.mjs';

let office, browser;
withOffice((o, b) => { [office, browser] = [o, b]; });

test('an executive opens the monthly report on a phone and takes the PDF', async () => {
	const context = await openWindow(browser, office, { viewport: PHONE });
	const page = await signIn(context, 'executive');
	await visit(page, '/report');
	await checkPage(page);
	await page.getByRole('link', { name: '月次報告' }).first().click();
	await page.waitForURL(/\/report\/monthly/);
	const text = await mainText(page);
	for (const words of ['会社全体', '変わったこと', '判断をお願いしたいこと', '決めないとどうなるか', '付録', '月末に確定した値です']) assert.ok(text.includes(words), words);
	assert.match(text, /人 × 28,308円/);
	await checkPage(page);
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'PDF' }).click()]);
	assert.match(download.suggestedFilename(), /月次セキュリティ報告\.pdf$/);
	const file = readFileSync(await download.path());
	assert.equal(file.subarray(0, 5).toString(), '%PDF-');
	assert.ok(file.includes('/Lang (ja)') && file.includes('/Marked true'));
	await page.emulateMedia({ media: 'print' });
	assert.equal(await page.locator('.report-months').filter({ visible: true }).count(), 0);
	await context.close();
});

test('the signal of each area stands on Today with three months, and leads to its rows', async () => {
	for (const viewport of [WIDE, PHONE]) {
		const context = await openWindow(browser, office, { viewport });
		const page = await signIn(context, 'lead');
		await visit(page, '/today');
		for (const area of ['会社全体', '資産', 'リスク', '人とアカウント']) assert.ok((await mainText(page)).includes(area), area);
		assert.equal(await page.locator('.signal-months thead th').count(), 5);
		await checkPage(page);
		const reason = page.locator('.reasons a').first();
		const href = await reason.getAttribute('href');
		await visit(page, href);
		await context.close();
	}
});

test('an auditor finds a record by its code, and that it was looked at is in its history', async () => {
	const context = await openWindow(browser, office);
	const page = await signIn(context, 'auditor');
	await visit(page, '/report/evidence');
	await checkPage(page);
	await page.fill('#evidence-q', 'ast-0003');
	await page.locator('main form button[type=submit]').click();
	await page.waitForURL(/\/report\/evidence\/asset\/\d+/);
	assert.match(await mainText(page), /AST-0003/);
	await checkPage(page);
	await page.reload();
	assert.match(await mainText(page), /閲覧・書出し/);
	await visit(page, '/report/evidence?q=%E9%A1%A7%E5%AE%A2');
	assert.ok(await page.locator('.evidence-hits a').count() > 0);
	await checkPage(page);
	await visit(page, '/report/evidence/asset/99999999', 404);
	await visit(page, '/report/evidence/nothing/1', 404);
	await context.close();
});

test('a contact has no reports; an executive cannot ask for a month to come', async () => {
	const context = await openWindow(browser, office);
	const page = await signIn(context, 'contact');
	assert.equal(await page.locator('nav a[href="/report"]').count(), 0);
	for (const path of ['/report', '/report/monthly', '/report/monthly/file?format=pdf', '/report/evidence', '/report/evidence/asset/1']) {
		const r = await page.goto(path);
		assert.ok([403, 404].includes(r.status()), `${path}: ${r.status()}`);
	}
	await context.close();
	const other = await openWindow(browser, office);
	const executive = await signIn(other, 'executive');
	await visit(executive, '/report/monthly?month=2190-01', 400);
	await visit(executive, '/report/monthly?month=2026-1', 400);
	await visit(executive, '/report/monthly/file?format=gif', 400);
	await other.close();
});
