/* From a risk to a signed plan and the printed report: the lead treats a risk, the executive signs on a phone, what remains is
 * accepted by a record, and the monthly report and the evidence page tell it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, WIDE, checkPage, mainText, noTrouble, openWindow, press, rowsOf, signIn, visit, withOffice } from './support.mjs';

let office, browser, desk, lead, risk, treatment, request;
withOffice(async (o, b) => {
	[office, browser] = [o, b];
	desk = await openWindow(browser, office, { viewport: WIDE });
	lead = await signIn(desk, 'lead');
});

const save = (page) => press(page, page.locator('main form button[type=submit].btn-primary'));
/* A reference is a list while the register is short, and a text with suggestions when it is long. */
async function pick(page, field, text) {
	const list = page.locator(`select[name=${field}]`);
	if (await list.count()) await list.selectOption(await list.locator('option', { hasText: text }).first().getAttribute('value'));
	else await page.fill(`[name=${field}]`, text);
}
/* Many choices are a list, few are buttons. */
async function choose(page, field, key) {
	const list = page.locator(`select[name=${field}]`);
	if (await list.count()) await list.selectOption(key);
	else await page.locator(`input[name=${field}][value="${key}"]`).check();
}

test('the lead joins a control to a risk above its limit', async () => {
	await visit(lead, '/risk/plan');
	assert.match(await mainText(lead), /RSK-0011 停電で受注センターが止まる/);
	await visit(lead, '/risk/risk?q=' + encodeURIComponent('停電で受注センター'));
	risk = (await rowsOf(lead))[0];
	await visit(lead, '/risk/treatment/new');
	await pick(lead, 'risk', '停電で受注センターが止まる');
	await pick(lead, 'control', '切り離したバックアップ');
	await choose(lead, 'factor', 'likelihood');
	await lead.fill('[name=level]', '1');
	await lead.fill('[name=due_on]', '2027-03-31');
	await checkPage(lead);
	await save(lead);
	treatment = new URL(lead.url()).pathname;
	assert.match(treatment, /^\/risk\/treatment\/\d+$/);
	await visit(lead, '/risk/plan');
	const row = lead.locator('main table tr', { hasText: risk.code }).first();
	assert.match(await row.innerText(), /計画どおりに実施する|計画しても上限を超える/);
	assert.match(await lead.locator('main table').last().locator('tr', { hasText: risk.code }).innerText(), /申請していない/);
	await checkPage(lead);
});

test('the executive signs it on a phone, and the plan says so', async () => {
	await visit(lead, treatment);
	await lead.click('#approval summary');
	await lead.fill('#approval-reason', '受注が止まる日をなくしたい。');
	await lead.fill('#approval-cost', '600,000');
	await press(lead, '#approval form button');
	request = new URL(lead.url()).pathname;
	const phone = await openWindow(browser, office, { viewport: PHONE });
	const chief = await signIn(phone, 'executive');
	await visit(chief, '/today');
	await press(chief, chief.locator(`a[href="${request}"]`));
	assert.match(await mainText(chief), /受注が止まる日をなくしたい/);
	await checkPage(chief);
	await press(chief, 'form[action$="/approve"] button');
	assert.match(await mainText(chief), /承認しました|承認済/);
	noTrouble(phone);
	await phone.close();
	await visit(lead, '/risk/plan');
	assert.match(await lead.locator('main table').last().locator('tr', { hasText: risk.code }).innerText(), /承認済/);
});

test('the plan as a whole is made a version, signed with its sums, and stays signed', async () => {
	await visit(lead, '/risk/plan');
	assert.match(await mainText(lead), /第1版」で、承認待ち/);
	await visit(lead, '/risk/treatment_plan/new');
	await lead.fill('[name=note]', '今年度の計画です。');
	await checkPage(lead);
	await save(lead);
	const version = new URL(lead.url()).pathname;
	assert.match(await mainText(lead), /かかる費用：事前/);
	await checkPage(lead);
	await lead.click('#approval summary');
	await lead.fill('#approval-reason', '今年度の計画として認めてください。');
	await press(lead, lead.locator('#approval form button').first());
	const request2 = new URL(lead.url()).pathname;
	await visit(lead, '/risk/plan');
	assert.match(await mainText(lead), /年度 第2版」で、承認待ち/);
	const context = await openWindow(browser, office, { viewport: WIDE });
	const chief = await signIn(context, 'executive');
	await visit(chief, request2);
	const shown = await mainText(chief);
	assert.match(shown, /費用は事前 [0-9,]+ ?円、運用 [0-9,]+ ?円\/年。1年の損失は [0-9,]+ ?円 から [0-9,]+ ?円 へ。上限を超えるリスクは \d+ 件から \d+ 件へ。/);
	await checkPage(chief);
	await press(chief, 'form[action$="/approve"] button');
	await context.close();
	/* Progress alone does not unsign it. */
	await visit(lead, `${treatment}/edit`);
	await lead.fill('[name=progress]', '30');
	await save(lead);
	await visit(lead, '/risk/plan');
	assert.match(await mainText(lead), /年度 第2版」で、承認済み?です（見本 社長/);
	assert.match(await mainText(lead), /その版のあと、計画は変わっていません/);
	await checkPage(lead);
	assert.ok(version);
});

test('what remains is accepted by a record only, and the risk follows', async () => {
	await visit(lead, `${risk.href}/edit`);
	await choose(lead, 'state', 'accepted');
	await save(lead);
	assert.match(await mainText(lead), /リスクの受容」に登録してください/);
	await visit(lead, '/risk/acceptance/new');
	await pick(lead, 'risk', '停電で受注センターが止まる');
	await choose(lead, 'kind', 'rare');
	await lead.fill('[name=reason]', '年に一度もなく、その日のうちに戻せる');
	await pick(lead, 'accepted_by', '見本 社長');
	await lead.fill('[name=until]', '2027-11-30');
	await lead.fill('[name=watch]', '停電の回数');
	for (const field of ['residual_confirmed', 'damage_bearable']) await choose(lead, field, 'yes');
	await checkPage(lead);
	await save(lead);
	assert.match(await mainText(lead), /有効/);
	assert.match(await mainText(lead), /受け入れた人は、まだ自分で承認していません/);
	await checkPage(lead);
	await visit(lead, risk.href);
	assert.match(await mainText(lead), /受容/);
	assert.match(await mainText(lead), /受容 ACC-\d+ による/);
	await visit(lead, '/risk/plan');
	assert.match(await lead.locator('main table tr', { hasText: risk.code }).first().innerText(), /受容の期限まで見ていく/);
});

test('the report and the evidence page tell it; an auditor changes nothing', async () => {
	await visit(lead, '/report/monthly');
	const told = await mainText(lead);
	assert.match(told, /リスク対応計画/);
	assert.match(told, /計画した対策 \d+ 件/);
	const context = await openWindow(browser, office, { viewport: WIDE });
	const auditor = await signIn(context, 'auditor');
	await visit(auditor, treatment.replace('/risk/', '/report/evidence/'));
	assert.match(await mainText(auditor), /受注が止まる日をなくしたい/);
	assert.match(await mainText(auditor), /見本 社長/);
	await checkPage(auditor);
	await visit(auditor, '/risk/treatment/new', 403);
	await context.close();
	noTrouble(desk);
});
