/* The main line in the browser: an empty office, the company's own workbook in, importance and risk out, the ledger back. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkPage, given, mainText, noTrouble, openWindow, press, rowsOf, visit, withOffice } from './support.mjs';

const login = 'kanri', password = 'kawara-wo-fuku-hi';
let office, browser, context, page;

withOffice(async (o, b) => {
	[office, browser] = [o, b];
	context = await openWindow(browser, office);
	page = await context.newPage();
}, { demo: false });

/* The same eight rows as the given ledger has, should that be absent. */
const ownLedger = () => {
	const head = '業務分類,情報資産名称,備考,利用者範囲,管理部署,媒体・保存先,個人情報,要配慮個人情報,特定個人情報,機密性,完全性,可用性,重要度,保存期限,登録日\n';
	const rows = [['名簿A', '事務所PC', 2], ['名簿B', '書類', 2], ['届書', '書類', 2], ['明細', '事務所PC', 2], ['予定表', '書類', 1], ['伝票', '書類', 1],
		['予約', '社外サーバー', 2], ['会員', '社外サーバー', 2]];
	const file = join(office.tmp, 'ledger.csv');
	writeFileSync(file, `\ufeff${head}${rows.map(([n, s, c]) => `総務,${n},,総務部,総務部,${s},有,無,無,${c},0,0,${c},5年,2026/4/1\n`).join('')}`);
	return file;
};

async function upload(file) {
	await visit(page, '/asset/asset');
	await press(page, page.locator('.page-head a', { hasText: '取り込み' }));
	await page.setInputFiles('input[name=file]', file);
	await press(page, 'form[enctype] button');
	await page.locator('button[name=do]').first().waitFor({ timeout: 30000 });
}

async function takeAll() {
	await press(page, 'button[name=do][value=all]');
	await page.getByRole('link', { name: '一覧を見る' }).or(page.locator('main a[href="/asset/asset"].btn')).first().waitFor({ timeout: 30000 });
}

const counts = () => page.locator('main .stat').evaluateAll((all) => Object.fromEntries(all.map((e) => [
	e.querySelector('.stat-label').textContent.trim(), Number(e.querySelector('.stat-number').textContent)])));

async function bands() {
	await visit(page, '/asset/asset');
	const rows = await rowsOf(page);
	rows.sort((a, b) => a.code.localeCompare(b.code));
	return rows.map((r) => `${r['リスク値']}${r['リスクの区分']}`);
}

test('an empty office asks for its code, then for the company and its administrator', async () => {
	await visit(page, '/first-run', 403);
	await visit(page, `/first-run?code=${office.firstRunCode()}`);
	await checkPage(page);
	for (const [k, v] of Object.entries({ company: '例示商事株式会社', name: '例示 管理', login, password, again: 'chigau-aikotoba' }))
		await page.fill(`form[action="/first-run"] [name=${k}]`, v);
	await press(page, 'form[action="/first-run"] button');
	assert.equal(await page.inputValue('[name=company]'), '例示商事株式会社', 'what was entered is kept');
	await checkPage(page);
	await page.fill('form[action="/first-run"] [name=password]', password);
	await page.fill('form[action="/first-run"] [name=again]', password);
	await press(page, 'form[action="/first-run"] button');
	assert.equal(new URL(page.url()).pathname, '/sign-in');
	await page.fill('[name=login]', login);
	await page.fill('[name=password]', password);
	await press(page, 'form[action="/sign-in"] button');
	assert.match(await mainText(page), /情報資産の台帳を取り込む/);
	assert.match(await mainText(page), /灰/);
	await checkPage(page);
});

test('the ledger comes in: preview, mapping, dry run, result', async () => {
	const file = given('ledger/ledger.xlsx');
	if (!file) console.log('skipped: ledger.xlsx absent, a CSV instead');
	await upload(file || ownLedger());
	assert.deepEqual(await counts(), { 新規: 8, 変更: 0, 変更なし: 0, 取り込めない: 0 });
	assert.match(await mainText(page), /まだ何も変わっていません/);
	assert.match(await mainText(page), /保管場所: 書類/);
	assert.equal(await page.locator('select[name=m1]').inputValue(), 'name', 'columns are found by their label');
	await checkPage(page);

	// Another mapping is only tried, nothing is written.
	await page.selectOption('select[name=m2]', '-');
	await press(page, 'button[name=do][value=check]');
	await page.locator('select[name=m2]').waitFor({ timeout: 30000 });
	assert.equal(await page.locator('select[name=m2]').inputValue(), '-');
	await page.selectOption('select[name=m2]', 'note');
	await press(page, 'button[name=do][value=check]');
	await page.locator('select[name=m2]').waitFor({ timeout: 30000 });
	const preview = page.url();
	await visit(page, '/asset/asset');
	assert.match(await mainText(page), /情報資産（0件）/);

	await page.goto(preview);
	await takeAll();
	assert.match(await mainText(page), /8/);
	await checkPage(page);
	assert.deepEqual(await bands(), Array(8).fill('不明不明'), 'nothing is known about the places yet');
});

test('values of the places give the risk of their rows', async () => {
	for (const [name, frequency] of [['事務所PC', 3], ['社外サーバー', 3], ['書類', 2]]) {
		await visit(page, '/asset/place');
		await press(page, page.getByRole('link', { name, exact: true }));
		await press(page, page.locator('.page-head a', { hasText: '変更' }));
		await page.check(`[name=threat_frequency_set][value="${frequency}"]`);
		await page.check('[name=vulnerability_set][value="2"]');
		if (name === '書類') { // a value without its reason is refused at its field
			await press(page, 'main form[action$="/edit"] button[type=submit]');
			assert.equal(await page.locator('[name=threat_frequency_reason]').getAttribute('aria-invalid'), 'true');
			await checkPage(page);
		}
		await page.fill('[name=threat_frequency_reason]', '現場を見て決めた');
		await page.fill('[name=vulnerability_reason]', '現場を見て決めた');
		await press(page, 'main form[action$="/edit"] button[type=submit]');
		assert.doesNotMatch(page.url(), /edit/);
	}
	assert.deepEqual(await bands(), ['4大', '2中', '2中', '4大', '1中', '1中', '4大', '4大']);
});

test('every cell of the heat map leads to its rows', async () => {
	await visit(page, '/risk');
	await checkPage(page);
	const cells = await page.locator('.heat td a').evaluateAll((all) => all.map((a) => [a.getAttribute('href'), Number(a.querySelector('.count').textContent)]));
	assert.equal(cells.reduce((sum, [, n]) => sum + n, 0), 8);
	for (const [href, n] of cells.filter((c) => c[1] > 0)) {
		await visit(page, href);
		assert.equal((await rowsOf(page)).length, n, href);
	}
});

test('the ledger goes back out in its own layout', async () => {
	await visit(page, '/asset/asset');
	const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '19列の台帳（Excel）を書き出す' }).click()]);
	const bytes = readFileSync(await download.path());
	assert.equal(bytes.subarray(0, 2).toString(), 'PK');
	assert.match(download.suggestedFilename(), /\.xlsx$/);
	const back = join(office.tmp, 'back.xlsx');
	writeFileSync(back, bytes);
	await upload(back);
	assert.deepEqual(await counts(), { 新規: 0, 変更: 0, 変更なし: 8, 取り込めない: 0 });
	await press(page, 'button[name=do][value=drop]');
	noTrouble(context);
});

test('a messy workbook: differing values are named, only the fifth row moves', async (t) => {
	const file = given('ledger/ledger-messy.xlsx');
	if (!file) return t.skip('skipped: ledger-messy.xlsx absent');
	await upload(file);
	assert.match(await mainText(page), /重要度\s+お知らせ/);
	await checkPage(page);
	await takeAll();
	assert.deepEqual(await bands(), ['4大', '2中', '2中', '4大', '2中', '1中', '4大', '4大']);
});

test('a file that is no ledger is refused by name, and the way out is said', async () => {
	const bad = join(office.tmp, 'bad.xlsx');
	writeFileSync(bad, 'PK\u0003\u0004 this is no workbook');
	await visit(page, '/asset/asset/import');
	await page.setInputFiles('input[name=file]', bad);
	await press(page, 'form[enctype] button');
	await page.locator('.alert, [role=alert], .empty').first().waitFor({ timeout: 30000 });
	assert.match(await mainText(page), /ブック|ファイル/);
	await checkPage(page);

	// One good row, one bad: all, or the good ones; the refused one comes back as a workbook.
	const half = join(office.tmp, 'half.csv');
	writeFileSync(half, '情報資産名称,機密性,完全性,可用性\n良い行,1,1,1\n悪い行,9,1,1\n');
	await upload(half);
	assert.deepEqual(await counts(), { 新規: 1, 変更: 0, 変更なし: 0, 取り込めない: 1 });
	assert.match(await mainText(page), /3\s+機密性/);
	// Everything was asked for all the same (a page of before, a program): nothing is taken, and that is said.
	assert.equal(await page.locator('button[name=do][value=all]').count(), 0);
	assert.match(await mainText(page), /取り込めない行があります。「やめる」/);
	await page.evaluate(() => {
		const all = Object.assign(document.createElement('button'), { name: 'do', value: 'all' });
		document.querySelector('button[name=do]').form.append(all);
		all.click();
	});
	await page.getByText('何も取り込んでいません').waitFor({ timeout: 30000 });
	assert.deepEqual(await page.locator('button[name=do]').allTextContents(), ['正しい行だけ取り込む', 'やめる']);
	await checkPage(page);
	await press(page, 'button[name=do][value=good]');
	const refused = page.locator('a[href$="/refused"]');
	await refused.waitFor({ timeout: 30000 });
	const [download] = await Promise.all([page.waitForEvent('download'), refused.click()]);
	assert.equal(readFileSync(await download.path()).subarray(0, 2).toString(), 'PK');
	await checkPage(page);
	await visit(page, '/asset/asset');
	assert.ok((await rowsOf(page)).some((r) => r.title === '良い行'));
});
