import { after, before, describe, test } from 'node:test';
import { openOffice, openBrowser, openWindow, signIn, visit, axeFindings, WIDE, PHONE } from './support.mjs';
let office, browser;
before(async () => { office = await openOffice(); browser = await openBrowser(); });
after(async () => { await browser?.close(); await office?.stop(); });
const paths = ['/today','/org','/org/tree','/org/company','/org/unit','/org/person','/asset','/asset/asset','/asset/asset/export','/asset/asset/new','/asset/asset/filter','/asset/asset/import','/asset/confirm','/asset/place','/risk','/risk/sheet','/risk/moved','/risk/threat_situation','/risk/control_check','/settings','/settings/accounts','/settings/audit-trail','/settings/installation','/settings/links','/settings/methods','/settings/roles','/settings/tokens','/settings/own-fields','/account','/account/second-factor','/help','/help/asset','/search?q=委託'];
for (const who of ['admin','lead','contact','executive','auditor'])
for (const viewport of [WIDE, PHONE])
test(`${who} ${viewport.width}`, async () => {
	const t0 = Date.now();
	const c = await openWindow(browser, office, { viewport });
	const page = await signIn(c, who);
	const menu = await page.locator('nav a').evaluateAll(as => as.map(a => a.getAttribute('href')));
	console.log(who, menu.join(' '));
	for (const p of paths) {
		const r = await page.goto(p);
		const sw = await page.evaluate(() => document.documentElement.scrollWidth);
		const f = r.status() === 200 ? await axeFindings(page) : [];
		console.log(who, viewport.width, r.status(), p, await page.title(), sw > viewport.width ? 'OVERFLOW ' + sw : '', f.join('\n   '));
	}
	console.log(c.troubles.join('\n'));
	console.log('took', Date.now() - t0);
	await c.close();
});
