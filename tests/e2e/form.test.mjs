/* One row, edited: errors at their field, without JavaScript too; two people at once; drafts; comment, file, link, undo, merge. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PHONE, checkPage, mainText, noTrouble, openWindow, press, rowsOf, signIn, visit, withOffice } from './support.mjs';

let office, browser;
withOffice((o, b) => { [office, browser] = [o, b]; });

const save = (page) => press(page, page.locator('main form.register-form button[type=submit], main form[action$="/edit"] button[type=submit], main form[action$="/new"] button[type=submit]'));
const edit = (page) => press(page, page.locator('.page-head a[href$="/edit"]'));

/* A new asset; the address of its page. */
async function add(page, name, more = {}) {
	await visit(page, '/asset/asset/new');
	await page.fill('[name=name]', name);
	for (const [field, value] of Object.entries(more)) await page.fill(`[name=${field}]`, value);
	await save(page);
	assert.match(page.url(), /\/asset\/asset\/\d+/);
	return new URL(page.url()).pathname;
}

/* The "are you sure" of a risky button. */
async function yes(page) {
	await Promise.all([page.waitForNavigation(), page.locator('dialog.ask .btn-primary').click()]);
}

for (const javaScriptEnabled of [true, false])
	test(`an error stands at its field and nothing entered is lost, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
		const context = await openWindow(browser, office, { javaScriptEnabled });
		const page = await signIn(context, 'lead');
		await visit(page, '/asset/asset/new');
		await page.fill('[name=business_category]', '＜検査＞"総務"');
		await page.fill('[name=subjects]', '約百人');
		await page.check('[name=personal][value=yes]');
		await page.check('[name=confidentiality][value="2"]');
		await page.selectOption('[name=stage]', 'use');
		await page.evaluate(() => document.querySelectorAll('[required]').forEach((e) => e.removeAttribute('required'))).catch(() => {});
		await save(page);
		for (const field of ['name', 'subjects']) {
			assert.equal(await page.locator(`[name=${field}]`).getAttribute('aria-invalid'), 'true', field);
			const at = await page.locator(`[name=${field}]`).getAttribute('aria-describedby');
			assert.ok((await page.locator(at.split(' ').map((i) => `#${i} .field-error, #${i}.field-error`).join(', ')).allInnerTexts()).join('').length > 5, `${field} says what is wrong`);
		}
		assert.equal(await page.inputValue('[name=business_category]'), '＜検査＞"総務"');
		assert.equal(await page.inputValue('[name=subjects]'), '約百人');
		assert.ok(await page.isChecked('[name=personal][value=yes]'));
		assert.ok(await page.isChecked('[name=confidentiality][value="2"]'));
		assert.equal(await page.inputValue('[name=stage]'), 'use');
		if (javaScriptEnabled) await checkPage(page);
		await page.fill('[name=name]', `誤りを直した行 ${javaScriptEnabled}`);
		await page.fill('[name=subjects]', '１，２００');
		await save(page);
		assert.match(await mainText(page), /1200|1,200/);
		noTrouble(context);
		await context.close();
	});

test('everything goes without JavaScript: sign in, list, filter, create, change, archive, restore, history', async () => {
	const context = await openWindow(browser, office, { javaScriptEnabled: false, viewport: PHONE });
	const page = await signIn(context, 'lead');
	await visit(page, '/asset/asset');
	await press(page, page.locator('.toolbar a', { hasText: '絞り込み' }));
	await page.check('[name=risk_band][value="大"]');
	await press(page, page.getByRole('button', { name: 'この条件で絞り込む' }));
	const large = await rowsOf(page);
	assert.ok(large.length > 0 && large.every((r) => r['リスクの区分'] === '大'));

	await add(page, '無筆の帳面');
	await edit(page);
	await page.fill('[name=note]', '一度目の覚え');
	await page.fill('[name=_reason]', '書き足した');
	await save(page);
	assert.match(await mainText(page), /一度目の覚え[\s\S]*書き足した/);
	await page.fill('form[action$="/archive"] [name=reason]', '使わなくなった');
	await press(page, 'form[action$="/archive"] button');
	assert.match(await mainText(page), /保管済み/);
	const here = page.url();
	await visit(page, `/asset/asset?q=${encodeURIComponent('無筆の帳面')}`);
	assert.match(await page.locator('h1').innerText(), /0件/);
	await page.goto(here);
	await press(page, 'form[action$="/restore"] button');
	await visit(page, `/asset/asset?q=${encodeURIComponent('無筆の帳面')}`);
	assert.equal((await rowsOf(page)).length, 1);
	noTrouble(context);
	await context.close();
});

test('two people change the same row: both versions are shown, and the second decides', async () => {
	const a = await openWindow(browser, office), b = await openWindow(browser, office);
	const first = await signIn(a, 'lead'), second = await signIn(b, 'contact');
	await visit(second, '/asset/asset');
	await press(second, second.locator('main tbody th a'));
	const path = new URL(second.url()).pathname;
	await visit(first, `${path}/edit`);
	await visit(second, `${path}/edit`);
	await first.fill('[name=note]', '担当の書いた備考');
	await save(first);
	await second.fill('[name=note]', '窓口の書いた備考');
	await save(second);
	const text = await mainText(second);
	assert.match(text, /先に保存しました/);
	assert.match(text, /見本 担当/);
	assert.match(text, /担当の書いた備考/);
	assert.equal(await second.inputValue('[name=note]'), '窓口の書いた備考');
	await checkPage(second);
	await second.fill('[name=note]', '二人で決めた備考');
	await save(second);
	assert.match(await mainText(second), /二人で決めた備考/);
	assert.match(await mainText(second), /担当の書いた備考/, 'the history keeps the first');
	noTrouble(a);
	noTrouble(b);
	await a.close();
	await b.close();
});

test('a draft outlives its session', async () => {
	const context = await openWindow(browser, office);
	const page = await signIn(context, 'lead');
	const path = await add(page, '下書きの残る行');
	await edit(page);
	await Promise.all([page.waitForResponse((r) => r.url().endsWith('/draft') && r.ok()), page.fill('[name=note]', '書きかけの備考')]);
	await context.clearCookies();
	page.on('dialog', (d) => d.accept());
	await page.goto(path);
	assert.match(page.url(), /sign-in/);
	await page.fill('[name=login]', 'lead');
	await page.fill('[name=password]', 'mihon-kagi-02');
	await press(page, 'form[action="/sign-in"] button');
	assert.ok(page.url().endsWith(path), 'back to where one was');
	await edit(page);
	assert.match(await mainText(page), /下書きがあります/);
	await checkPage(page);
	await press(page, page.getByRole('link', { name: '下書きから続ける' }).or(page.getByRole('button', { name: '下書きから続ける' })));
	assert.equal(await page.inputValue('[name=note]'), '書きかけの備考');
	await save(page);
	assert.match(await mainText(page), /書きかけの備考/);
	await edit(page);
	assert.doesNotMatch(await mainText(page), /下書きがあります/, 'a saved draft is gone');
	await context.close();
});

test('yes, no and unknown are three answers', async () => {
	const context = await openWindow(browser, office);
	const page = await signIn(context, 'lead');
	await add(page, '三つの答え');
	const shown = async () => (await page.locator('.kv dt', { hasText: /^個人情報$/ }).locator('xpath=following-sibling::dd[1]').innerText()).trim();
	assert.match(await shown(), /不明/);
	for (const [value, text] of [['yes', '有'], ['no', '無'], ['', '不明']]) {
		await edit(page);
		await page.check(`[name=personal][value="${value}"]`);
		await save(page);
		assert.match(await shown(), new RegExp(text));
	}
	await context.close();
});

test('comment, file, link, undo and merge', async () => {
	const context = await openWindow(browser, office);
	const page = await signIn(context, 'lead');
	const copy = await add(page, '控えの帳面'), path = await add(page, '本の帳面');

	await page.fill('form[action$="/comment"] textarea', 'ひとこと <b>太字でない</b>');
	await press(page, 'form[action$="/comment"] button');
	assert.match(await mainText(page), /ひとこと/);
	assert.equal(await page.locator('.comments b, .comment b').count(), 0);

	const file = join(office.tmp, '覚え書き.txt'), text = '石を積む順番\n';
	writeFileSync(file, text);
	await page.setInputFiles('form[action$="/attach"] input[type=file]', file);
	await press(page, 'form[action$="/attach"] button');
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /覚え書き\.txt/ }).click()]);
	assert.equal(readFileSync(await download.path(), 'utf8'), text);
	assert.equal(download.suggestedFilename(), '覚え書き.txt');

	await page.locator('form[action$="/link"]').first().locator('[name=other]').fill('控えの帳面');
	await press(page, page.locator('form[action$="/link"]').first().locator('button'));
	assert.ok(await page.locator(`main a[href="${copy}"]`).count() > 0, 'the link leads to the other row');
	await visit(page, copy);
	assert.ok(await page.locator(`main a[href="${path}"]`).count() > 0, 'and back');
	await checkPage(page);

	await visit(page, `${path}/edit`);
	await page.fill('[name=note]', '消してよい備考');
	await save(page);
	await page.locator('form[action$="/undo"] button').click();
	await yes(page);
	assert.ok(!(await page.locator('.kv').first().innerText()).includes('消してよい備考'));
	assert.match(await mainText(page), /消してよい備考/, 'the history keeps it');

	const twin = await add(page, '二重の帳面');
	await page.fill('form[action$="/comment"] textarea', '移るはずのコメント');
	await press(page, 'form[action$="/comment"] button');
	await visit(page, `${path}/merge`);
	await page.fill('[name=other]', '二重の帳面');
	await press(page, page.getByRole('button', { name: '見比べる' }));
	await checkPage(page);
	await page.locator('main form[method=post] button').last().click();
	await Promise.race([page.waitForURL((u) => !u.pathname.endsWith('/merge')), page.locator('dialog.ask').waitFor().then(() => yes(page))]);
	await visit(page, path);
	assert.match(await mainText(page), /移るはずのコメント/);
	await visit(page, twin);
	assert.match(await mainText(page), /保管済み/);
	noTrouble(context);
	await context.close();
});
