/* Mail against a mail server on loopback: settings, the test letter over each kind of connection, an invitation that goes by mail and works. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { certificate, openMailServer } from './smtp.mjs';
import { PHONE, WIDE, checkPage, mainText, noTrouble, openWindow, press, rowsOf, signIn, visit, withOffice } from './support.mjs';

let office, browser, desk, admin, own;
withOffice(async (o, b) => {
	[office, browser] = [o, b];
	desk = await openWindow(browser, office, { viewport: WIDE });
	admin = await signIn(desk, 'admin');
	own = certificate();
});

async function save(values) {
	await visit(admin, '/settings/mail');
	await admin.selectOption('#mode', values.mode ?? 'smtp');
	await admin.fill('#from', 'ishigaki@example.co.jp');
	await admin.fill('#from_name', '石垣');
	await admin.fill('#host', '127.0.0.1');
	await admin.fill('#port', String(values.port));
	await admin.selectOption('#tls', values.tls);
	await admin.fill('#user', values.user ?? '');
	await admin.fill('#password', values.password ?? '');
	await admin.fill('#ca', values.ca ?? '');
	await press(admin, 'form[action="/settings/mail"] button[type=submit]');
}

async function sendTest() {
	await admin.fill('#to', 'mihon@example.co.jp');
	await press(admin, '#test button');
	return mainText(admin);
}

test('the settings page shows what is wrong and keeps what was typed', async () => {
	await visit(admin, '/settings/mail');
	await checkPage(admin);
	assert.equal(await admin.locator('#test').count(), 0);
	await save({ port: 2525, tls: 'plain', user: 'mihon', password: 'x', ca: 'x' });
	assert.match(await mainText(admin), /PEM/);
	assert.equal(await admin.inputValue('#user'), 'mihon');
	assert.equal(await admin.inputValue('#password'), '');
	await checkPage(admin);
	const phone = await openWindow(browser, office, { viewport: PHONE });
	const page = await signIn(phone, 'admin');
	await visit(page, '/settings/mail');
	await checkPage(page);
	await phone.close();
	const lead = await openWindow(browser, office, { viewport: WIDE });
	const other = await signIn(lead, 'lead');
	await visit(other, '/settings/mail', 403);
	await lead.close();
});

for (const [how, secure] of [['plain', false], ['starttls', true], ['tls', true]])
	test(`a test letter goes by ${how}, with sign-in`, async () => {
		const server = await openMailServer({ how, user: 'mihon', password: 'kagi ひみつ', tls: own });
		await save({ port: server.port, tls: how, user: 'mihon', password: 'kagi ひみつ', ca: secure ? own.cert : '' });
		assert.match(await mainText(admin), /保存しました/);
		assert.match(await sendTest(), /サーバーが受け取りました/);
		await checkPage(admin);
		assert.equal(server.letters.length, 1);
		assert.equal(server.letters[0].secure, secure);
		assert.equal(server.letters[0].to, 'mihon@example.co.jp');
		assert.equal(server.letters[0].from, 'ishigaki@example.co.jp');
		assert.match(server.letters[0].text, /正しくできています/);
		/* A wrong password is said to be one. */
		await save({ port: server.port, tls: how, user: 'mihon', password: 'chigau', ca: secure ? own.cert : '' });
		assert.match(await sendTest(), /サインインできません/);
		assert.equal(server.letters.length, 1);
		await server.stop();
		assert.match(await sendTest(), /サーバーにつながらない/);
	});

test('a server that cannot prove who it is, or offers no encryption, gets nothing', async () => {
	const server = await openMailServer({ how: 'starttls', user: 'mihon', password: 'kagi', tls: own });
	await save({ port: server.port, tls: 'starttls', user: 'mihon', password: 'kagi' }); /* nobody vouches for its certificate */
	assert.match(await sendTest(), /サーバーにつながらない/);
	await server.stop();
	const other = certificate('mail.example.co.jp'); /* a certificate for another name */
	const impostor = await openMailServer({ how: 'tls', tls: other });
	await save({ port: impostor.port, tls: 'tls', ca: other.cert });
	assert.match(await sendTest(), /サーバーにつながらない/);
	await impostor.stop();
	const bare = await openMailServer({ how: 'plain', user: 'mihon', password: 'kagi' });
	await save({ port: bare.port, tls: 'starttls', user: 'mihon', password: 'kagi' });
	assert.match(await sendTest(), /サーバーにつながらない/);
	for (const s of [server, impostor, bare]) assert.equal(s.letters.length, 0);
	await bare.stop();
});

test('an invitation is queued for a person with an address, and its link works', async () => {
	const server = await openMailServer({ how: 'starttls', tls: own });
	await save({ port: server.port, tls: 'starttls', ca: own.cert });
	const lead = await openWindow(browser, office, { viewport: WIDE });
	const page = await signIn(lead, 'lead');
	await visit(page, '/org/person/new');
	await page.fill('input[name=name]', '見本 新人');
	await page.fill('input[name=email]', 'shinjin@example.co.jp');
	await press(page, page.locator('main form button[type=submit]').last());
	await visit(page, '/org/person?sort=name');
	const code = (await rowsOf(page)).find((r) => r.title === '見本 新人')?.code;
	await lead.close();
	await visit(admin, '/settings/accounts');
	await admin.fill('input[name=login]', 'shinjin');
	await admin.fill('input[name=name]', '見本 新人');
	await admin.fill('input[name=person]', code);
	await press(admin, admin.getByRole('button', { name: '追加して招待リンクを発行' }));
	assert.match(await mainText(admin), /shinjin@example\.co\.jp へメールでも送ります/);
	await checkPage(admin);
	const shown = (await admin.locator('code.secret').first().innerText()).trim();
	/* The minute of the job is not waited for: another letter, sent at once, shows the queue on the page. */
	await visit(admin, '/settings/mail');
	assert.match(await admin.locator('#queue').innerText(), /石垣への招待/);
	await checkPage(admin);
	/* At rest neither the link nor the password of the server can be read. */
	const secret = shown.split('/').at(-1);
	const invited = await openWindow(browser, office, { viewport: PHONE });
	const first = await invited.newPage();
	await visit(first, new URL(shown, office.base).pathname);
	assert.match(await mainText(first), /パスワード/);
	noTrouble(invited);
	await invited.close();
	for (const file of ['ishigaki.db', 'ishigaki.db-wal'])
		assert.equal(readFileSync(join(office.dir, file)).includes(secret), false, file);
	await server.stop();
	noTrouble(desk);
});
