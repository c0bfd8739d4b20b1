/* The list: filters, search, sort, columns, saved views, bulk work, export of a selection, archived rows, the next page. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { beforeEach, test } from 'node:test';
import { checkPage, mainText, noTrouble, openWindow, press, rowsOf, signIn, visit, withOffice } from './support.mjs';

let office, browser, context, page;
withOffice(async (o, b) => {
	[office, browser] = [o, b];
	context = await openWindow(browser, office);
	page = await signIn(context, 'lead');
});
beforeEach(() => visit(page, '/asset/asset'));

const total = async () => Number((await page.locator('h1').innerText()).match(/（([\d,]+)件/)[1].replace(',', ''));
const column = async (name) => (await rowsOf(page)).map((r) => r[name]);
/* Menus are <details>: open one by its words. */
const open = (words) => page.locator('main summary', { hasText: words }).first().click();

async function filter(change) {
	await page.locator('.toolbar a', { hasText: '絞り込み' }).click();
	await page.getByRole('button', { name: 'この条件で絞り込む' }).waitFor();
	await change();
	await press(page, page.getByRole('button', { name: 'この条件で絞り込む' }));
}

test('several values, empty, and a range of dates filter together', async () => {
	const all = await total();
	await filter(async () => {
		await page.check('[type=checkbox][name=importance][value="2"]');
		await page.check('[type=checkbox][name=importance][value="1"]');
	});
	const some = await total();
	assert.ok(some > 0 && some < all);
	assert.ok((await column('重要度')).every((v) => /^[12]/.test(v)));
	await checkPage(page);
	await filter(async () => {
		assert.ok(await page.isChecked('[type=checkbox][name=importance][value="2"]'), 'the filter knows what is set');
		await page.fill('[type=date][name="confirmed_on.from"]', '2026-10-01');
		await page.fill('[type=date][name="confirmed_on.until"]', '2026-10-31');
	});
	const dates = await column('最終確認日');
	assert.ok(dates.every((d) => d >= '2026-10-01' && d <= '2026-10-31'), String(dates));
	await press(page, page.locator('.chips a').first());
	await visit(page, '/asset/asset?risk_band=-');
	const unknown = await total();
	assert.ok(unknown > 0 && unknown < all);
	assert.ok((await column('リスクの区分')).every((v) => v === '不明'));
	await visit(page, '/asset/asset?nonsense=1', 400);
});

test('a heading sorts, and once more the other way', async () => {
	await press(page, page.locator('thead a', { hasText: 'リスク値' }));
	const one = (await column('リスク値')).filter((v) => v !== '不明').map(Number);
	await press(page, page.locator('thead a', { hasText: 'リスク値' }));
	const two = (await column('リスク値')).filter((v) => v !== '不明').map(Number);
	const up = (a) => a.every((v, i) => !i || a[i - 1] <= v), down = (a) => up([...a].reverse());
	assert.ok((up(one) && down(two)) || (down(one) && up(two)), `${one} / ${two}`);
	assert.equal(await page.locator('thead [aria-sort]').count(), 1);
	await checkPage(page);
});

test('columns are chosen', async () => {
	await open('列');
	await page.check('.panel-menu [name=column][value=retention]');
	await page.uncheck('.panel-menu [name=column][value=business_category]');
	await press(page, page.getByRole('button', { name: '表示', exact: true }));
	const heads = await page.locator('main thead').innerText();
	assert.match(heads, /保存期限/);
	assert.doesNotMatch(heads, /業務分類/);
});

test('search finds 委託 in the name or the words, in full and half width', async () => {
	await visit(page, '/asset/asset/new');
	for (const name of ['業務委託先の名簿', '委任の記録']) {
		await visit(page, '/asset/asset/new');
		await page.fill('[name=name]', name);
		await press(page, page.locator('main form[action$="/new"] button[type=submit]'));
	}
	for (const [words, found] of [['委託', true], ['委', true], ['委託先', true], ['業務　名簿', true], ['託委', false]]) {
		await visit(page, '/asset/asset');
		await page.fill('main [name=q]', words);
		await press(page, page.locator('main form[role=search] button'));
		assert.equal((await column('title')).includes('業務委託先の名簿'), found, words);
		if (words === '委託') assert.ok(!(await column('title')).includes('委任の記録'));
	}
	await visit(page, '/asset/asset?q=ast-0011');
	assert.deepEqual(await column('code'), ['AST-0011'], 'a code finds its row');
	await page.fill('.topbar [name=q]', '業務委託先');
	await press(page, page.locator('.topbar form[role=search] button'));
	assert.match(await mainText(page), /業務委託先の名簿/);
	await checkPage(page);
});

test('a view is saved, found again and deleted', async () => {
	await visit(page, '/asset/asset?risk_band=%E5%A4%A7&sort=name');
	await open('保存した表示');
	await page.fill('form[action$="/view"] [name=name]', '大だけ');
	await press(page, 'form[action$="/view"] button[type=submit]');
	await visit(page, '/asset/asset');
	await open('保存した表示');
	await press(page, page.getByRole('link', { name: /大だけ/ }));
	assert.ok((await column('リスクの区分')).every((v) => v === '大'));
	await open('保存した表示');
	await page.locator('form[action$="/view/delete"] button').first().click();
	await Promise.all([page.waitForNavigation(), page.locator('dialog.ask .btn-primary').click()]);
	assert.doesNotMatch(await mainText(page), /大だけ/);
});

test('rows are ticked, changed together, exported, archived and shown among the archived', async () => {
	const boxes = page.locator('main tbody input[name=id]');
	for (const i of [0, 1, 2]) await boxes.nth(i).check();
	const codes = (await column('code')).slice(0, 3), titles = (await column('title')).slice(0, 3);
	assert.equal((await page.locator('[data-check-count]').innerText()).trim(), '3');

	const [download] = await Promise.all([page.waitForEvent('download'), page.locator('button[name=_do][value=export]').click()]);
	const bytes = readFileSync(await download.path());
	assert.ok(bytes.length > 1000, 'a workbook of the ticked rows');

	await visit(page, '/asset/asset');
	for (const i of [0, 1, 2]) await boxes.nth(i).check();
	await press(page, 'button[name=_do][value=choose]');
	await checkPage(page);
	await page.selectOption('[name=_field]', { label: '保存期限' });
	await press(page, 'button[name=_do][value=field]');
	await page.fill('main [name=retention]', '9年');
	await checkPage(page);
	await press(page, 'button[name=_do][value=apply]');
	assert.match(await mainText(page), /変更 3行/);
	await visit(page, '/asset/asset?column=name&column=retention');
	const now = (await rowsOf(page)).filter((r) => titles.includes(r.title));
	assert.deepEqual(now.map((r) => r['保存期限']), ['9年', '9年', '9年']);

	await visit(page, '/asset/asset');
	await boxes.nth(0).check();
	await press(page, 'button[name=_do][value=choose]');
	await press(page, 'button[name=_do][value=archive]');
	await press(page, 'button[name=_do][value=archive-now]');
	await visit(page, '/asset/asset');
	assert.ok(!(await column('code')).includes(codes[0]));
	await press(page, page.getByRole('link', { name: '保管済みを見る' }));
	assert.ok((await column('code')).includes(codes[0]));
	await checkPage(page);
});

test('the next page goes on where this one ends, and back', async () => {
	const all = await total();
	const first = await column('code');
	assert.equal(first.length, 50);
	await press(page, page.locator('.pager a[rel=next]'));
	const second = await column('code');
	assert.equal(first.length + second.length, all);
	assert.equal(new Set([...first, ...second]).size, all, 'no row twice, none lost');
	await checkPage(page);
	noTrouble(context);
});
