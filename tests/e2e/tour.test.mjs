/* The tour as each access role, at a desk and on a phone: every page of the menu, and what a role must not do is not there. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PHONE, WIDE, checkPage, mainText, openWindow, passwords, press, rowsOf, signIn, visit, withOffice } from './support.mjs';

/* Everybody who reads registers sees these. */
const COMMON = ['/today', '/org', '/org/tree', '/org/company', '/org/unit', '/org/person', '/asset', '/asset/asset', '/asset/asset/filter',
	'/asset/place', '/risk', '/risk/sheet', '/risk/moved', '/risk/overdue', '/work/approval?waiting=1', '/risk/threat_situation', '/risk/control_check', '/settings', '/settings/tokens',
	'/org/duties', '/asset/device', '/asset/application', '/asset/service', '/control/control', '/risk/risk', '/risk/assessment',
	'/risk/threat', '/work/deputy', '/account', '/help', '/help/risk', '/search?q=%E5%A7%94%E8%A8%97'];
const MORE = ['/org/accounts?of=factorless', '/asset/asset/new', '/asset/asset/import', '/asset/confirm', '/settings/accounts', '/settings/roles', '/settings/roles/new',
	'/settings/own-fields', '/settings/installation', '/settings/audit-trail', '/settings/links', '/settings/methods', '/org/unit/new', '/org/person/import'];
const MAY = {
	admin: ['/org/accounts?of=factorless', '/settings/accounts', '/settings/roles', '/settings/roles/new', '/settings/own-fields', '/settings/installation', '/settings/audit-trail',
		'/settings/links', '/settings/methods', '/org/unit/new', '/org/person/import'],
	lead: ['/asset/asset/new', '/settings/own-fields', '/asset/asset/import', '/asset/confirm', '/settings/audit-trail', '/settings/links', '/settings/methods', '/org/unit/new',
		'/org/person/import'],
	contact: ['/asset/asset/new', '/asset/confirm'],
	executive: ['/control/insurance'],
	auditor: ['/settings/audit-trail', '/control/insurance'],
};

let office, browser;

withOffice((o, b) => { [office, browser] = [o, b]; });

/* axe looks at each page of a width as the first who comes by, and on a phone as a contact, who sees the fewest rows. */
const seen = new Set();

async function tour(page, who) {
	const { width } = page.viewportSize();
	const menu = await page.locator('.menu a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
	assert.ok(menu.length >= 5, 'the menu leads somewhere');
	for (const path of new Set([...COMMON, ...menu, ...MAY[who]])) {
		await visit(page, path);
		assert.equal(await page.locator('h1').count(), 1, `${path} has one heading`);
		const first = !seen.has(`${width} ${path}`);
		seen.add(`${width} ${path}`);
		await checkPage(page, { axe: first || (who === 'contact' && width === PHONE.width) });
	}
	for (const path of MORE.filter((p) => !MAY[who].includes(p))) {
		await visit(page, path, 403);
		assert.match(await page.title(), /この操作はできません/);
	}
	await visit(page, '/asset/asset/999999', 404);
	await checkPage(page);
	await visit(page, '/asset/asset');
	await press(page, page.locator('main table tbody th a'));
	assert.match(await mainText(page), /リスクの根拠/);
	assert.match(await mainText(page), /履歴/);
	await checkPage(page);
	return page.url();
}

/* Two people at a time: nobody changes anything. */
for (const viewport of [WIDE, PHONE])
	describe(`at ${viewport.width} px`, { concurrency: 2 }, () => {
		for (const who of Object.keys(passwords))
			test(`the tour as ${who}`, async () => {
				const context = await openWindow(browser, office, { viewport });
				const page = await signIn(context, who);
				const detail = await tour(page, who);
				const edits = await page.locator('.page-head a[href$="/edit"]').count();
				assert.equal(edits, ['lead', 'contact'].includes(who) ? 1 : 0, `${who}: may change an asset`);
				await visit(page, `${detail}/edit`, edits ? 200 : 403);
				if (edits) await checkPage(page);
				await context.close();
			});
	});

test('a contact sees the rows of the own units and no others', async () => {
	const context = await openWindow(browser, office);
	const lead = await signIn(context, 'lead');
	const other = await openWindow(browser, office);
	const contact = await signIn(other, 'contact');
	await visit(contact, '/asset/asset?sort=name');
	const own = new Set((await rowsOf(contact)).map((r) => r.code));
	await visit(lead, '/asset/asset');
	const foreign = (await rowsOf(lead)).filter((r) => !own.has(r.code));
	assert.ok(own.size > 5 && foreign.length > 5);
	await visit(contact, foreign[0].href, 404);
	assert.doesNotMatch(await contact.content(), new RegExp(foreign[0].title));
	await visit(contact, `/search?q=${encodeURIComponent(foreign[0].title)}`);
	assert.doesNotMatch(await mainText(contact), new RegExp(foreign[0].code));
	await visit(contact, '/org/person');
	assert.ok(!(await contact.locator('main thead').innerText()).includes('メール'), 'e-mail addresses are not for contacts');
	await context.close();
	await other.close();
});

test('an executive reads only; the auditor sees the refusal in the trail and who did what', async () => {
	const context = await openWindow(browser, office);
	const page = await signIn(context, 'executive');
	await visit(page, '/asset/asset');
	for (const absent of ['追加', '取り込み', '書き出し', 'まとめて変更']) assert.equal(await page.getByRole('link', { name: absent, exact: true }).count(), 0, absent);
	assert.equal(await page.locator('td.select').count(), 0);
	await visit(page, '/asset/asset/new', 403);
	await context.close();

	const audit = await openWindow(browser, office);
	const trail = await signIn(audit, 'auditor');
	await visit(trail, '/settings/audit-trail');
	const text = await mainText(trail);
	assert.match(text, /見本 社長/);
	assert.match(text, /見本 監査/);
	await visit(trail, '/asset/asset');
	await trail.locator('summary', { hasText: '書き出し' }).click();
	const [download] = await Promise.all([trail.waitForEvent('download'), trail.getByRole('link', { name: 'CSV（UTF-8）' }).click()]);
	assert.match(download.suggestedFilename(), /\.csv$/);
	await audit.close();
});

test('the help of each page is its topic of the manual', async () => {
	const context = await openWindow(browser, office);
	const page = await signIn(context, 'lead');
	for (const path of ['/today', '/asset/asset', '/risk', '/org/tree', '/settings/methods', '/asset/asset/import']) {
		await visit(page, path);
		const help = await page.locator('.topbar a.top-link').first().getAttribute('href');
		await visit(page, help);
		assert.match(help, /^\/help\//, `${path} leads to ${help}`);
		assert.ok((await mainText(page)).length > 200);
	}
	await context.close();
});
