/* One's account and the people who sign in: password, second factor, sessions, language, invitation, custom access role. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPage, mainText, noTrouble, openWindow, passwords, press, signIn, totp, visit, withOffice } from './support.mjs';

let office, browser, desk, admin;
withOffice(async (o, b) => {
	[office, browser] = [o, b];
	desk = await openWindow(browser, office);
	admin = await signIn(desk, 'admin');
});

const signedIn = async (page) => {
	await page.goto('/today');
	return !page.url().includes('/sign-in');
};

test('a wrong password says so without telling which half was wrong', async () => {
	const context = await openWindow(browser, office);
	const page = await context.newPage();
	const said = [];
	for (const login of ['auditor', 'dare-mo-inai']) {
		await visit(page, '/sign-in');
		await page.fill('[name=login]', login);
		await page.fill('[name=password]', 'machigatta-aikotoba');
		await press(page, 'form[action="/sign-in"] button');
		said.push(await page.locator('.alert, [role=alert]').first().innerText());
		await checkPage(page);
	}
	assert.equal(said[0], said[1]);
	await context.close();
});

test('the language is switched before anybody signed in, and stays', async () => {
	const context = await openWindow(browser, office, { viewport: { width: 390, height: 844 } });
	const page = await context.newPage();
	await visit(page, '/sign-in?return=/asset/asset');
	await press(page, 'form[action="/language"] button');
	assert.match(page.url(), /\/sign-in\?return=/);
	assert.match(await page.locator('h1').innerText(), /Sign in/);
	await checkPage(page);
	await visit(page, '/reset');
	assert.equal(await page.locator('html').getAttribute('lang'), 'en');
	await press(page, 'form[action="/language"] button');
	assert.equal(await page.locator('html').getAttribute('lang'), 'ja');
	await noTrouble(context);
	await context.close();
});

test('a new password ends the sessions elsewhere', async () => {
	const a = await openWindow(browser, office), b = await openWindow(browser, office);
	const here = await signIn(a, 'contact'), there = await signIn(b, 'contact');
	await visit(here, '/account');
	const form = 'form[action="/account/password"]';
	const change = async (current, next, again) => {
		await here.fill(`${form} [name=current]`, current);
		await here.fill(`${form} [name=password]`, next);
		await here.fill(`${form} [name=again]`, again);
		await press(here, `${form} button`);
	};
	await change(passwords.contact, 'mijikai', 'mijikai');
	assert.ok(await here.locator('.has-error, .alert').count() > 0, 'a short one is refused');
	await checkPage(here);
	await change(passwords.contact, 'ame-nochi-hare-02', 'ame-nochi-hare-02');
	assert.ok(await signedIn(here));
	assert.ok(!await signedIn(there));
	const c = await openWindow(browser, office);
	assert.ok(await signedIn(await signIn(c, 'contact', 'ame-nochi-hare-02')));
	for (const w of [a, b, c]) await w.close();
});

test('a session is ended from afar', async () => {
	const a = await openWindow(browser, office), b = await openWindow(browser, office);
	const here = await signIn(a, 'auditor'), there = await signIn(b, 'auditor');
	await visit(here, '/account');
	await checkPage(here);
	await press(here, here.locator('form[action^="/account/sessions/"][action$="/end"]:not([action="/account/sessions/end"]) button'));
	assert.ok(await signedIn(here));
	assert.ok(!await signedIn(there));
	await a.close();
	await b.close();
});

test('the second factor: enrolment, sign-in with it, a recovery code once', async () => {
	const a = await openWindow(browser, office);
	const page = await signIn(a, 'executive');
	await visit(page, '/account');
	await page.fill('form[action$="/begin"] [name=current]', passwords.executive);
	await press(page, 'form[action$="/begin"] button');
	const secret = await page.locator('#factor-secret').innerText();
	await checkPage(page);
	await page.fill('[name=code]', '000000');
	await press(page, 'form[action="/account/second-factor"] button');
	assert.ok(await page.locator('.has-error, .alert').count() > 0, 'a wrong code is refused');
	await page.fill('[name=code]', totp(secret));
	await press(page, 'form[action="/account/second-factor"] button');
	const codes = (await page.locator('.recovery-codes code').allInnerTexts()).map((s) => s.trim());
	assert.equal(codes.length, 10);
	await checkPage(page);

	// The code of enrolment is used up; that of the next half minute is good.
	const enter = async (code) => {
		const context = await openWindow(browser, office);
		const p = await signIn(context, 'executive');
		assert.equal(new URL(p.url()).pathname, '/sign-in/code');
		assert.ok(!await signedIn(p), 'the password alone does not do');
		await visit(p, '/sign-in/code');
		await p.fill('[name=code]', code);
		await press(p, 'form[action^="/sign-in/code"] button');
		const ok = await signedIn(p);
		await context.close();
		return ok;
	};
	assert.ok(await enter(totp(secret, Date.now() + 30000)), 'the code of the app');
	assert.ok(await enter(codes[0]), 'a recovery code');
	assert.ok(!await enter(codes[0]), 'not twice');
	assert.ok(await enter(codes[1]), 'the next one');
	await a.close();
});

test('the language: of the browser at the door, then as chosen in the account or the menu', async () => {
	const door = await openWindow(browser, office, { locale: 'en-US' });
	const page = await door.newPage();
	await visit(page, '/sign-in');
	assert.equal(await page.locator('html').getAttribute('lang'), 'en', 'the door speaks the language of the browser');
	assert.match(await page.title(), /Sign in/);
	await checkPage(page);
	await door.close();

	const context = await openWindow(browser, office);
	const lead = await signIn(context, 'lead');
	await visit(lead, '/account');
	await lead.selectOption('form[action="/account"] [name=lang]', 'en');
	await press(lead, 'form[action="/account"] button');
	for (const path of ['/today', '/asset/asset', '/asset/asset/new', '/risk', '/settings/methods', '/org/tree', '/account']) {
		await visit(lead, path);
		assert.equal(await lead.locator('html').getAttribute('lang'), 'en');
		const chrome = (await lead.locator('.menu, .page-head').allInnerTexts()).join(' ').replaceAll('見本通販株式会社', '');
		assert.doesNotMatch(chrome, /[\u3040-\u30ff]/, `${path}: ${chrome}`);
		await checkPage(lead);
	}
	await lead.locator('.user-menu > summary').click();
	await press(lead, 'form[action="/language"] button');
	assert.equal(await lead.locator('html').getAttribute('lang'), 'ja');
	await context.close();
});

test('a custom access role and an invitation: the new person sees what the role allows', async () => {
	await visit(admin, '/settings/roles/new');
	await admin.fill('[name=name_ja]', '場所の係');
	await admin.fill('[name=name_en]', 'Keeper of places');
	for (const op of [1, 2, 4]) await admin.check(`[name=mask][value="place:${op}"]`); // read, create, update
	await checkPage(admin);
	await press(admin, 'main form[action^="/settings/roles/"] button[type=submit]');
	assert.match(await mainText(admin), /場所の係/);

	await visit(admin, '/settings/accounts');
	await admin.fill('form[method=post] [name=login]', 'basho');
	await admin.fill('form[method=post] [name=name]', '例示 場所係');
	await admin.selectOption('form[action="/settings/accounts"] [name=role]', { label: '場所の係' });
	await press(admin, 'form[action="/settings/accounts"][method=post] button');
	const url = (await admin.locator('#secret').innerText()).trim();
	assert.match(url, /\/invitation\//);
	await checkPage(admin);

	const context = await openWindow(browser, office);
	const page = await context.newPage();
	await visit(page, url);
	await checkPage(page);
	await page.fill('[name=password]', 'umi-to-yama-to-sora');
	await page.fill('[name=again]', 'umi-to-yama-to-sora');
	await press(page, 'form[action^="/invitation"] button');
	if (page.url().includes('/sign-in')) {
		await page.close();
		assert.ok(await signIn(context, 'basho', 'umi-to-yama-to-sora'));
	}
	const mine = context.pages().at(-1);
	await visit(mine, '/asset/place');
	assert.ok(await mine.locator('.page-head a[href$="/new"]').count() > 0);
	await checkPage(mine);
	await visit(mine, '/asset/asset', 403).catch(() => visit(mine, '/asset/asset', 404));
	await visit(mine, '/settings/accounts', 403);
	const second = await mine.goto(url);
	assert.ok(second.status() >= 400, 'an invitation is used once');

	await visit(admin, '/settings/accounts');
	await press(admin, admin.getByRole('link', { name: /basho|例示 場所係/ }));
	await admin.locator('form[action$="/switch-off"] button').click();
	const dialog = admin.locator('dialog.ask .btn-primary');
	await Promise.all([admin.waitForNavigation(), dialog.click()]);
	assert.ok(!await signedIn(mine), 'a switched-off account is out at once');
	noTrouble(desk);
	await context.close();
});
