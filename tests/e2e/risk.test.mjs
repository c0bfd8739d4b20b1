/* Risks: an assessment for each method, risks scored on its page, the distribution of losses; on a wide window and a phone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, WIDE, checkPage, mainText, noTrouble, openWindow, press, rowsOf, signIn, visit, withOffice } from './support.mjs';

let office, browser;
withOffice((o, b) => { [office, browser] = [o, b]; });

const save = (page) => press(page, page.locator('main form.register-form button[type=submit], main form[action$="/edit"] button[type=submit], main form[action$="/new"] button[type=submit]'));

/* A new assessment; leaves the window on its list of scores. */
async function assess(page, name, method, more = {}) {
	await visit(page, '/risk/assessment/new');
	await page.fill('[name=name]', name);
	await page.selectOption('[name=method]', method).catch(() => page.check(`[name=method][value=${method}]`));
	for (const [field, value] of Object.entries(more)) await page.fill(`[name=${field}]`, value);
	await save(page);
	await press(page, page.locator('main a[href^="/risk/score/"]'));
}

async function score(page, values) {
	for (const [field, value] of Object.entries(values)) {
		const select = page.locator(`main select[name=${field}]`);
		if (await select.count()) await select.selectOption(value);
		else await page.fill(`main [name=${field}]`, value);
	}
	await press(page, page.getByRole('button', { name: '加える' }));
}

for (const [size, viewport, javaScriptEnabled] of [['wide', WIDE, true], ['phone', PHONE, false]])
	test(`assess and score by each method, ${size}`, async () => {
		const context = await openWindow(browser, office, { viewport, javaScriptEnabled });
		const page = await signIn(context, 'lead');
		const look = () => checkPage(page, { axe: javaScriptEnabled });

		await assess(page, `掛け算 ${size}`, 'multiplication');
		await look();
		await score(page, { name: '名簿の持ち出し', asset_value: '2', threat_level: '2', vulnerability_level: '2', likelihood: '3' });
		await score(page, { name: '軽い困りごと', asset_value: '2', threat_level: '2', vulnerability_level: '2', likelihood: '1' });
		await score(page, { name: 'まだ分からない', asset_value: '2' });
		let rows = await rowsOf(page);
		assert.deepEqual(rows.map((r) => [r['リスク'], r['対策前のリスク値'], r['対策前の区分']]).slice(0, 2),
			[['名簿の持ち出し', '24', '大'], ['軽い困りごと', '8', '小']]);
		assert.match(rows[2]['対策前のリスク値'], /不明/);
		await look();

		/* An error stands at its field, and what was typed is still there. */
		await score(page, { name: '三つ目', asset_value: '二' });
		assert.equal(await page.locator('[name=asset_value]').getAttribute('aria-invalid'), 'true');
		assert.equal(await page.inputValue('[name=asset_value]'), '二');
		assert.equal(await page.inputValue('[name=name]'), '三つ目');
		await look();

		await assess(page, `マス目 ${size}`, 'matrix', { matrix_size: '4', matrix_grid: '中 中 大 大\n小 中 中 大\n小 小 中 中\n小 小 小 中' });
		await score(page, { name: '停電', likelihood: '3', impact: '4' });
		await score(page, { name: '遅配', likelihood: '4', impact: '1' });
		rows = await rowsOf(page);
		assert.deepEqual(rows.map((r) => [r['リスク'], r['対策前のリスク値'], r['対策前の区分']]), [['停電', '12', '大'], ['遅配', '4', '中']]);
		assert.equal(await page.locator('table.heat tbody tr').count(), 4);
		await look();

		await assess(page, `金額 ${size}`, 'annual_loss');
		await score(page, { name: '会員の情報が漏れる', loss_kind: 'persons', persons: '50,000', persons_rate: '1', yen_per_person: '30000', aro_times: '1', aro_years: '10' });
		rows = await rowsOf(page);
		assert.match(rows[0]['対策前のリスク値'], /1,?500,?000/);
		await look();

		await assess(page, `台帳 ${size}`, 'ledger');
		await score(page, { name: '資産の値から', asset: 'AST-0001' });
		rows = await rowsOf(page);
		assert.equal(rows.length, 1);
		await look();
		noTrouble(context);
		await context.close();
	});

test('a range of estimates gives a curve; another unit\'s contact gets none', async () => {
	const context = await openWindow(browser, office);
	const page = await signIn(context, 'lead');
	await assess(page, '幅のある評価', 'annual_loss');
	await score(page, { name: '通販が止まる', loss_kind: 'exposure', value_yen: '30000000', exposure: '10', aro_times: '1', aro_years: '5' });
	await press(page, page.locator('main table.table a').first());
	const path = new URL(page.url()).pathname;
	assert.match(await mainText(page), /1回の損失額 3,000,000 円 × 1 回 ÷ 5 年 = 600,000/);
	await press(page, page.locator('.page-head a[href$="/edit"]'));
	const range = { often_low: '0.05', often_likely: '0.2', often_high: '1', loss_low: '500000', loss_likely: '3000000', loss_high: '20000000' };
	for (const [field, value] of Object.entries(range)) await page.fill(`[name=${field}]`, value);
	await save(page);
	await press(page, page.locator('main a[href^="/risk/curve/"]'));
	const curve = new URL(page.url()).pathname;
	const text = await mainText(page);
	assert.match(text, /600,000 円/);
	/* (0.05 + 4 x 0.2 + 1) / 6 times (0.5 + 4 x 3 + 20) / 6 million yen */
	assert.match(text, /1,670,139 円/);
	assert.ok(await page.locator('svg.plot .series line').count() > 30);
	await checkPage(page);
	await page.setViewportSize(PHONE);
	await checkPage(page);
	/* The same seed, the same page; another one, other figures. */
	await visit(page, curve);
	assert.equal(await mainText(page), text);
	await page.fill('[name=seed]', '7');
	await press(page, page.locator('form.form-inline button'));
	assert.notEqual(await mainText(page), text);
	await visit(page, `${curve}?seed=x`, 400);

	/* The risk belongs to no unit: nobody whose rights end at one sees it. */
	const other = await openWindow(browser, office);
	const contact = await signIn(other, 'contact');
	for (const hidden of [path, curve]) await visit(contact, hidden, 404);
	await other.close();
	noTrouble(context);
	await context.close();
});

const OUTLINE = `顧客の情報が盗まれる [I]
  かつ 管理画面に入る
    パスワードを言い当てる [費用=5万、可能性=10%、S]
    二段階の認証を抜ける [費用=100万、可能性=5%、S]
  委託先から持ち出す [費用=30万、可能性=2%]
  書庫の控えを盗む [不可能]
  <b>"名前"</b> & 記号で騙す [費用=40万]`;

for (const [size, viewport, javaScriptEnabled] of [['wide', WIDE, true], ['phone', PHONE, false]])
	test(`an attack tree is written as an outline, drawn, and its leaves become threats, ${size}`, async () => {
		const outline = OUTLINE.replace('委託先から持ち出す', `委託先から持ち出す（${size}）`);
		const context = await openWindow(browser, office, { viewport, javaScriptEnabled });
		const page = await signIn(context, 'lead');
		await visit(page, '/risk/attack_tree/new');
		await page.fill('[name=name]', `通販の木 ${size}`);
		await page.fill('[name=outline]', `${outline}\n 段のずれた行`);
		await save(page);
		assert.equal(await page.locator('[name=outline]').getAttribute('aria-invalid'), 'true');
		assert.match(await mainText(page), /8 行目/);
		assert.match(await page.inputValue('[name=outline]'), /段のずれた行/);
		await page.fill('[name=outline]', outline);
		if (javaScriptEnabled) {
			/* Lines move by buttons, and Enter keeps the level. */
			const area = page.locator('[name=outline]');
			await area.evaluate((e) => { const at = e.value.lastIndexOf('\n') + 1; e.setSelectionRange(at, e.value.length); });
			const before = await area.inputValue(), last = before.split('\n').at(-1);
			await page.getByRole('button', { name: '一段下げる' }).click();
			assert.equal((await area.inputValue()).split('\n').at(-1), `  ${last}`);
			await page.getByRole('button', { name: '上へ' }).click();
			assert.equal((await area.inputValue()).split('\n').at(-2), `  ${last}`);
			await page.getByRole('button', { name: '下へ' }).click();
			await page.getByRole('button', { name: '一段上げる' }).click();
			assert.equal(await area.inputValue(), before);
			await area.evaluate((e) => e.setSelectionRange(e.value.length, e.value.length));
			await area.press('Enter');
			assert.equal((await area.inputValue()).split('\n').at(-1), last.match(/^ */)[0]);
			await page.fill('[name=outline]', outline);
		}
		await save(page);
		/* Its blanks are its meaning: they stand on the page as well. */
		assert.ok((await page.locator('pre.outline').textContent()).includes(outline.split('\n').slice(0, 3).join('\n')));
		const tree = new URL(page.url()).pathname;
		const text = await mainText(page);
		assert.match(text, /300,000 円/);
		assert.match(text, /委託先から持ち出す/);
		assert.equal(await page.locator('svg.tree .tree-node').count(), 7);
		assert.equal(await page.locator('svg.tree .tree-node.cheapest').count(), 2);
		assert.equal(await page.locator('svg.tree b').count(), 0, 'text stays text');
		await checkPage(page, { axe: javaScriptEnabled });
		const leaf = page.locator('.tree-words li', { hasText: '委託先から持ち出す' }).last();
		await press(page, leaf.getByRole('button', { name: '脅威に登録' }));
		const threat = new URL(page.url()).pathname;
		assert.match(threat, /^\/risk\/threat\/\d+$/);
		assert.match(await mainText(page), /攻撃の木/);
		/* It says that it is there, and leads to it. */
		await visit(page, tree);
		await press(page, page.locator('.tree-words li', { hasText: '委託先から持ち出す' }).last().getByRole('link', { name: '脅威に登録済み' }));
		assert.equal(new URL(page.url()).pathname, threat);
		noTrouble(context);

		/* Where one can be hit is nothing for a department contact; the auditor reads, and has no button. */
		const other = await openWindow(browser, office);
		await visit(await signIn(other, 'contact'), tree, 404);
		await other.close();
		const audit = await openWindow(browser, office);
		const auditor = await signIn(audit, 'auditor');
		await visit(auditor, tree);
		assert.equal(await auditor.getByRole('button', { name: '脅威に登録' }).count(), 0);
		const csrf = await auditor.locator('meta[name=csrf]').getAttribute('content');
		const refused = await auditor.request.post(`/risk/tree/${tree.split('/').pop()}/3`, { form: { csrf }, headers: { 'Sec-Fetch-Site': 'same-origin' } });
		assert.equal(refused.status(), 403);
		await audit.close();
		await context.close();
	});

for (const [size, viewport, javaScriptEnabled] of [['wide', WIDE, true], ['phone', PHONE, false]])
	test(`a STRIDE sheet: parts, verdicts, a threat with one press, ${size}`, async () => {
		const context = await openWindow(browser, office, { viewport, javaScriptEnabled });
		const page = await signIn(context, 'lead');
		await visit(page, '/risk/stride_sheet/new');
		await page.fill('[name=name]', `受注の仕組み ${size}`);
		await save(page);
		const sheet = new URL(page.url()).pathname;
		const part = async (name, kind) => {
			await page.fill('#part-name', name);
			await page.selectOption('#part-kind', kind);
			await press(page, page.getByRole('button', { name: '要素を加える' }));
			assert.equal(new URL(page.url()).pathname, sheet);
		};
		await part(`利用者 ${size}`, 'external');
		await part(`受注サーバー ${size}`, 'process');
		await part(`注文の通信 ${size}`, 'data_flow');
		/* External: S and R; a process: all; a flow: T, I and D. The rest does not apply. */
		assert.match(await mainText(page), /未判定 11/);
		await checkPage(page, { axe: javaScriptEnabled });
		await press(page, page.locator('main tr', { hasText: '受注サーバー' }).getByRole('button', { name: '脅威に登録' }).first());
		assert.match(new URL(page.url()).pathname, /^\/risk\/threat\/\d+$/);
		assert.match(await mainText(page), new RegExp(`受注サーバー ${size}：他人`));
		noTrouble(context);
		await context.close();
	});

test('a weakness of a device: named by its row, and found again from the device', async () => {
	const page = await signIn(await openWindow(browser, office), 'lead');
	await visit(page, '/risk/weakness/new');
	await page.fill('[name=name]', '管理画面が初期設定のまま（見本）');
	await page.selectOption('select[name=device]', { label: 'mihon-nas02' }).catch(() => page.fill('[name=device]', 'mihon-nas02'));
	await save(page);
	assert.match(await mainText(page), /倉庫|情報システム課/);
	await press(page, page.locator('main dl a', { hasText: 'mihon-nas02' }));
	assert.match(await page.locator('#referring').innerText(), /管理画面が初期設定のまま/);
	await checkPage(page);
	await press(page, page.locator('#referring a', { hasText: '管理画面が初期設定のまま' }));
	assert.match(new URL(page.url()).pathname, /^\/risk\/weakness\/\d+$/);
});
