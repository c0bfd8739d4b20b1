/* Documents: read what is in force, see old and new, revise, have it approved; wide, and on a phone without JavaScript. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, WIDE, checkPage, mainText, noTrouble, openWindow, press, signIn, visit, withOffice } from './support.mjs';

let office, browser;
withOffice((o, b) => { [office, browser] = [o, b]; });

const documentOf = async (page, number) => {
	await visit(page, `/document/document?q=${number}`);
	return page.locator('main tbody a[href^="/document/document/"]').first().getAttribute('href');
};

for (const [size, viewport, javaScriptEnabled] of [['wide', WIDE, true], ['phone', PHONE, false]])
	test(`a contact reads, the lead revises, ${size}`, async () => {
		const context = await openWindow(browser, office, { viewport, javaScriptEnabled });
		let page = await signIn(context, 'contact');
		const look = () => checkPage(page, { axe: javaScriptEnabled });

		await visit(page, '/document');
		await look();
		const path = await documentOf(page, 'IS-109');
		await look();
		await visit(page, path);
		assert.match(await mainText(page), /施行中の本文/);
		assert.match(await mainText(page), /第2版/);
		assert.match(await mainText(page), /旧版/);
		await look();
		const first = await page.locator('main a[href^="/document/text/"]').last().getAttribute('href');
		await press(page, page.getByRole('link', { name: '新旧対照表' }).first());
		assert.match(await mainText(page), /新設/);
		assert.match(await mainText(page), /変更/);
		assert.ok(await page.locator('mark').count() >= 1);
		await look();
		await visit(page, first);
		assert.match(await mainText(page), /表紙/);
		assert.match(await mainText(page), /承認の印/);
		await look();
		for (const format of ['pdf', 'docx']) {
			const answer = await context.request.get(new URL(`${first}?format=${format}`, page.url()).href);
			assert.equal(answer.status(), 200);
			assert.ok((await answer.body()).length > 2000);
		}
		/* What is not public is no public page. */
		const away = await context.request.get(new URL(first.replace('/text/', '/public/'), page.url()).href);
		assert.equal(away.status(), 404);
		/* A draft of another unit is not there. */
		const draft = await documentOf(page, 'IS-203');
		await visit(page, draft);
		assert.match(await mainText(page), /読める版はまだありません/);
		await visit(page, '/document/starter', 403);
		noTrouble(context);
		await context.close();

		const other = await openWindow(browser, office, { viewport, javaScriptEnabled });
		page = await signIn(other, 'lead');
		await visit(page, '/document/starter');
		assert.match(await mainText(page), /登録済/);
		await look();
		await visit(page, path);
		await page.getByText('改訂の案を作る').click();
		await page.fill('[name=reason]', `生成AIの利用を見直す ${size}`);
		await page.fill('[name=effective_on]', '2030-04-01');
		await press(page, page.getByRole('button', { name: 'いまの本文から案を作る' }));
		assert.match(await mainText(page), /下書き/);
		await look();
		await press(page, page.getByRole('button', { name: /逆算/ }));
		assert.match(await mainText(page), /新旧対照表を関係する部門に確かめる/);
		assert.match(await mainText(page), /2030-03-02/);
		await look();
		noTrouble(other);
		await other.close();
	});
