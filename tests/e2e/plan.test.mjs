/* From risk to plan: the treatment plan, acceptance, and the best set of controls under a budget; wide, and on a phone without JavaScript. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, WIDE, checkPage, mainText, noTrouble, openWindow, press, rowsOf, signIn, visit, withOffice } from './support.mjs';

let office, browser;
withOffice((o, b) => { [office, browser] = [o, b]; });

for (const [size, viewport, javaScriptEnabled] of [['wide', WIDE, true], ['phone', PHONE, false]])
	test(`from the plan to the best set, ${size}`, async () => {
		const context = await openWindow(browser, office, { viewport, javaScriptEnabled });
		const page = await signIn(context, 'lead');
		const look = () => checkPage(page, { axe: javaScriptEnabled });

		await visit(page, '/control');
		await look();
		await visit(page, '/control/control');
		assert.match(await mainText(page), /ルールだけに頼っている対策が/);
		await look();
		await visit(page, '/risk/plan');
		assert.match(await mainText(page), /通販サイトから顧客情報が漏れる/);
		assert.match(await mainText(page), /計画しても上限を超える|計画どおりに実施する/);
		/* A table for each assessment, under its own scale: yen and points never stand in one list. */
		const told = await page.locator('main table').allInnerTexts();
		const yen = told.filter((t) => /すすめ/.test(t) && /円/.test(t)), points = told.filter((t) => /すすめ/.test(t) && !/円/.test(t));
		assert.ok(yen.length >= 1 && points.length >= 2);
		await look();
		await visit(page, '/risk/acceptance');
		assert.match(await mainText(page), /有効/);
		await look();
		await visit(page, '/risk/budget');
		await look();
		await page.fill('[name=budget]', '三百万');
		await press(page, page.getByRole('button', { name: '組み合わせを探す' }));
		assert.match(await mainText(page), /予算が読めません/);
		await page.fill('[name=budget]', '5000000');
		await press(page, page.getByRole('button', { name: '組み合わせを探す' }));
		const found = await mainText(page);
		assert.match(found, /これより減らす組み合わせがないことを確かめました/);
		assert.match(found, /予算ごとに減らせる年間損失/);
		assert.match(found, /これでも残ること/);
		/* What binds controls to one another stands beside them; the figures of the curve are under 予算, and the first is known. */
		assert.match(found, /先に要る対策：|同時に採らない対策：/);
		const figures = page.locator('details.chart-data table').last();
		assert.match(await figures.locator('thead').textContent(), /予算/);
		assert.doesNotMatch(await figures.locator('tbody tr').first().textContent(), /不明/);
		await page.fill('[name=budget]', '1');
		await press(page, page.getByRole('button', { name: '組み合わせを探す' }));
		assert.match(await mainText(page), /進行中の対策だけで [0-9,]+ 円 ?かかります/);
		await page.fill('[name=budget]', '5000000');
		const torn = page.locator('tr', { has: page.locator('[name=in]') }).first();
		await torn.locator('[name=in]').check();
		await torn.locator('[name=out]').check();
		await press(page, page.getByRole('button', { name: '組み合わせを探す' }));
		assert.match(await mainText(page), /「必ず採る」と「採らない」の両方になっています/);
		await look();
		noTrouble(context);
		await context.close();
	});

/* The sheets of a PDF, as "WIDTHxHEIGHT" in points. */
function sheets(pdf) {
	return [...pdf.toString('latin1').matchAll(/\/MediaBox\s*\[\s*0 0 ([0-9.]+) ([0-9.]+)\s*\]/g)].map(([, w, h]) => (Number(w) > Number(h) ? 'landscape' : 'portrait'));
}

test('the plan lies on its long side, printed by the browser and as a PDF; other pages stand', async () => {
	const context = await openWindow(browser, office, { viewport: WIDE });
	const page = await signIn(context, 'lead');
	const file = await page.request.get(`${new URL(page.url()).origin}/risk/plan?format=pdf`);
	assert.deepEqual([...new Set(sheets(await file.body()))], ['landscape']);
	await visit(page, '/risk/plan');
	assert.deepEqual([...new Set(sheets(await page.pdf({ preferCSSPageSize: true })))], ['landscape']);
	await visit(page, '/report/monthly');
	assert.deepEqual([...new Set(sheets(await page.pdf({ preferCSSPageSize: true })))], ['portrait']);
	await context.close();
});

test('an auditor reads the plan as Excel and changes nothing', async () => {
	const context = await openWindow(browser, office, { viewport: WIDE });
	const page = await signIn(context, 'auditor');
	const file = await page.request.get(`${new URL(page.url()).origin}/risk/plan?format=xlsx`);
	assert.equal(file.status(), 200);
	assert.match(file.headers()['content-disposition'], /treatment-plan\.xlsx/);
	assert.equal((await file.body()).subarray(0, 2).toString(), 'PK');
	await visit(page, '/risk/plan?format=exe', 400);
	await visit(page, '/risk/acceptance/new', 403);
	await context.close();
});

test('a risk shows what hangs on it and asks only for what its method uses', async () => {
	const context = await openWindow(browser, office, { viewport: WIDE });
	const page = await signIn(context, 'lead');
	await visit(page, '/risk/risk?q=' + encodeURIComponent('委託先から個人情報が漏れる'));
	await visit(page, (await rowsOf(page))[0].href);
	const told = await mainText(page);
	assert.match(told, /このリスクの対応策/);
	assert.match(told, /このリスクの受容/);
	assert.doesNotMatch(told, /脅威の大きさ/);
	await checkPage(page);
	const here = new URL(page.url()).pathname;
	await visit(page, await page.locator('main section a[href^="/control/control/"]').first().getAttribute('href'));
	assert.match(await mainText(page), /この対策が下げるリスク/);
	assert.equal((await page.locator('#links').innerText()).split('同時に採らない対策を追加').length, 2);
	assert.match(await mainText(page), /委託先から/);
	await checkPage(page);
	await visit(page, `${here}/edit`);
	assert.ok(await page.locator('[name=aro_times]').isVisible());
	assert.ok(!await page.locator('[name=asset_value]').isVisible());
	await checkPage(page);
	await context.close();
});
