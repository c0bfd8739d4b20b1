/* Training: the lead plans and assigns, a person takes the course by a link on a phone, fails once, passes, prints the certificate. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PHONE, checkPage, mainText, noTrouble, openWindow, press, rowsOf, signIn, visit, withOffice } from './support.mjs';

let office, browser, lead, phone, session, link, take, answers, notPicture;
withOffice(async (o, b) => {
	[office, browser] = [o, b];
	lead = await signIn(await openWindow(browser, office), 'lead');
	/* Without JavaScript: a phone of any age. */
	phone = await (await openWindow(browser, office, { viewport: PHONE, javaScriptEnabled: false })).newPage();
});

async function choose(page, field, text) {
	const list = page.locator(`select[name=${field}]`);
	if (await list.count()) await list.selectOption(await list.locator('option', { hasText: text }).first().getAttribute('value'));
	else await page.fill(`[name=${field}]`, text);
}
const save = (page) => press(page, 'main form.record-form button.btn-primary, main form[action*="/training/"] button.btn-primary');
const shots = process.env.SHOTS;
const shot = async (page, name) => { if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true }); };
const button = (page, text) => page.locator('main button', { hasText: text }).first();
const go = (page, text) => Promise.all([page.waitForNavigation(), page.locator('main a.btn, main button').filter({ hasText: text }).first().click()]);

test('the room shows running sessions and its registers', async () => {
	await visit(lead, '/training');
	await checkPage(lead);
	await shot(lead, 'front');
	assert.match(await mainText(lead), /秋の全社員教育/);
	assert.match(await mainText(lead), /教育計画/);
	for (const path of ['/training/phishing', '/training/course', '/training/skill', '/training/training_plan', '/training/session', '/training/marking']) {
		await visit(lead, path);
		await checkPage(lead);
		await shot(lead, path.split('/').pop());
	}
	await visit(lead, '/training/phishing');
	assert.match(await mainText(lead), /目標内/);
});

test('slides are pictures attached to the course', async () => {
	const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');
	await visit(lead, '/training/course?q=' + encodeURIComponent('パスワードと機器'));
	await visit(lead, (await rowsOf(lead))[0].href);
	for (const file of [{ name: 'slide1.png', mimeType: 'image/png', buffer: png }, { name: 'page.png', mimeType: 'image/png', buffer: Buffer.from('<script>alert(1)</script>') }]) {
		await lead.setInputFiles('#attach-file', file);
		await press(lead, lead.locator('form[action$="/attach"] button'));
	}
	notPicture = (await lead.locator('.attachments a', { hasText: 'page.png' }).getAttribute('href')).split('/').pop();
	await checkPage(lead);
});

test('a plan, and a session of it', async () => {
	await visit(lead, '/training/training_plan/new');
	await lead.fill('[name=name]', '試しの計画');
	await lead.fill('[name=purpose]', 'なりすましによる被害を減らす');
	await lead.fill('[name=goal_finished]', '100');
	await save(lead);
	assert.match(await mainText(lead), /試しの計画/);
	await visit(lead, '/training/session/new');
	await lead.fill('[name=name]', '試しの実施');
	await choose(lead, 'course', 'パスワードと機器');
	await choose(lead, 'plan', '試しの計画');
	await choose(lead, 'target', '部門の人');
	await choose(lead, 'unit', '情報システム課');
	await lead.fill('[name=due_on]', '2030-12-20');
	await save(lead);
	session = new URL(lead.url()).pathname;
	assert.match(session, /^\/training\/session\/\d+$/);
	await checkPage(lead);
	await Promise.all([lead.waitForNavigation(), button(lead, 'この教育を始める').click()]);
	await checkPage(lead);
	await shot(lead, 'session');
	assert.match(await mainText(lead), /まだ修了していない人/);
	assert.match(await mainText(lead), /未受講/);
});

test('a letter with a personal link for one person', async () => {
	await lead.locator('input[name=id]').first().check();
	await Promise.all([lead.waitForNavigation(), button(lead, 'リンクを送る').click()]);
	await checkPage(lead);
	await shot(lead, 'letter');
	link = (await lead.locator('.secret').innerText()).trim();
	assert.ok(link.startsWith(`${office.base}/l/`));
	/* What is right, as the lead may read it: the phone never may. */
	answers = await lead.evaluate(async () => {
		const found = {};
		for (let next = '/api/v1/question?limit=200'; next;) {
			const r = await (await fetch(next, { headers: { Accept: 'application/json' } })).json();
			for (const q of r.items ?? r.rows ?? r.data) found[q.name] = q;
			next = r.next ? `/api/v1/question?limit=200&cursor=${encodeURIComponent(r.next)}` : null;
		}
		return found;
	});
	assert.ok(Object.keys(answers).length >= 50);
});

test('its holder reads page by page on a phone', async () => {
	await phone.goto(link);
	assert.match(new URL(phone.url()).pathname, /^\/training\/take\/\d+$/);
	take = new URL(phone.url()).pathname;
	await shot(phone, 'text');
	assert.match(await mainText(phone), /1 \/ 4 ページ/);
	for (let i = 0; i < 3; i++) await go(phone, '次のページ');
	assert.match(await mainText(phone), /4 \/ 4 ページ/);
	/* One slide is a picture; what only calls itself one is not shown, nor to be had. */
	assert.equal(await phone.locator('main img.slide').count(), 1);
	const slide = await phone.request.get(await phone.locator('main img.slide').getAttribute('src'));
	assert.equal(slide.status(), 200);
	assert.equal(slide.headers()['content-type'], 'image/png');
	assert.equal((await phone.request.get(`${take}/slide/${notPicture}`)).status(), 404);
	await go(phone, '読み終えた。テストへ進む');
	assert.equal(new URL(phone.url()).pathname, `${take}/test`);
	await go(phone, 'テストを始める');
	assert.equal(new URL(phone.url()).pathname, `${take}/test`);
	await shot(phone, 'test');
});

/* Answers every question that stands there; wrong: the wrong way. */
async function fill(wrong) {
	const cards = phone.locator('main form fieldset');
	for (let i = 0; i < await cards.count(); i++) {
		const text = (await cards.nth(i).locator('legend').innerText()).split('\n').pop().trim();
		const q = answers[text];
		assert.ok(q, `a question that the lead does not know: ${text}`);
		const right = q.answers.map(Number);
		const boxes = cards.nth(i).locator('input');
		const many = (await boxes.first().getAttribute('type')) === 'checkbox';
		const n = await boxes.count();
		let chosen = right;
		if (wrong) {
			chosen = [];
			for (let k = 1; k <= n; k++) if (!right.includes(k)) chosen.push(k);
			if (!chosen.length) chosen = [1];
			if (!many) chosen = chosen.slice(0, 1);
		}
		for (let k = 0; k < n; k++) {
			const value = Number(await boxes.nth(k).getAttribute('value'));
			if (many) await boxes.nth(k).setChecked(chosen.includes(value));
			else if (chosen.includes(value)) await boxes.nth(k).check();
		}
	}
	return cards.count();
}

test('nothing in the page of the test says what is right; what was answered is kept', async () => {
	const html = await phone.content();
	for (const q of Object.values(answers)) if (q.explanation) assert.ok(!html.includes(q.explanation), 'an explanation stands in the page');
	assert.doesNotMatch(html, /answer_mask|data-right|正しい答え/);
	const first = phone.locator('main form fieldset').first().locator('input').first();
	const name = await first.getAttribute('name');
	await first.check();
	await go(phone, '答えを出す');
	assert.match(await mainText(phone), /答えていない問題があります/);
	assert.ok(await phone.locator(`input[name=${name}]`).first().isChecked());
});

test('failing once leaves another attempt, and tells no right answer yet', async () => {
	assert.equal(await fill(true), 10);
	await go(phone, '答えを出す');
	assert.equal(new URL(phone.url()).pathname, `${take}/result`);
	assert.match(await mainText(phone), /あと 2 回受けられます/);
	assert.doesNotMatch(await mainText(phone), /正しい答え：/);
	await shot(phone, 'failed');
});

test('passing gives result, explanations and a certificate', async () => {
	await go(phone, 'もう一度受ける');
	await fill(false);
	await go(phone, '答えを出す');
	assert.match(await mainText(phone), /修了しました/);
	assert.match(await mainText(phone), /10 問中 10 問正解/);
	await shot(phone, 'passed');
	await go(phone, '修了証');
	await shot(phone, 'certificate');
	assert.match(await mainText(phone), /パスワードと機器/);
	const r = await phone.request.get(`${new URL(phone.url()).pathname}?format=pdf`);
	assert.equal(r.status(), 200);
	assert.match((await r.body()).subarray(0, 5).toString(), /%PDF-/);
	/* The same pages with scripts: axe and the width of a phone. */
	const again = await (await openWindow(browser, office, { viewport: PHONE })).newPage();
	await again.goto(link);
	for (const path of [`${take}?page=1`, `${take}/result`, `/training/certificate/${take.split('/').pop()}`]) {
		await visit(again, path);
		await checkPage(again);
	}
	await again.context().close();
});

test('the link opens its own and nothing else', async () => {
	const id = Number(take.split('/').pop());
	for (const path of [`/training/take/${id + 1}`, `/training/take/${id + 1}/result`, `/training/certificate/${id + 1}`, '/training/marking', `/training/results/${session.split('/').pop()}`, '/today',
		'/training/question/new']) {
		const r = await phone.goto(path);
		assert.ok([403, 404].includes(r.status()) || new URL(phone.url()).pathname !== path, `${path} is not for a link: ${r.status()}`);
	}
	/* No register, and no row: not even the session and the course that it is about. */
	for (const path of ['/training/question', '/training/phishing_result', '/training/skill', '/training/course', '/org/person', session, '/training/session']) {
		const r = await phone.goto(path);
		assert.ok([403, 404].includes(r.status()), `${path}: ${r.status()}`);
	}
	assert.ok((await phone.request.get('/api/v1/question')).status() >= 400);
	/* A step on somebody else's assignment. */
	await visit(phone, `${take}/result`);
	const csrf = await phone.locator('meta[name=csrf]').getAttribute('content');
	for (const step of ['read', 'begin']) {
		const r = await phone.request.post(`/training/take/${id + 1}/${step}`, { form: { csrf }, headers: { Origin: office.base } });
		assert.equal(r.status(), 404, step);
	}
});

test('the lead sees who has finished, no score, and the results of all', async () => {
	await visit(lead, session);
	assert.match(await mainText(lead), /人中 1 人が修了/);
	const sheet = `/training/results/${session.split('/').pop()}`;
	await visit(lead, sheet);
	await checkPage(lead);
	assert.match(await mainText(lead), /少人数/);
	await visit(lead, '/training/session?state=running');
	const running = (await rowsOf(lead)).map((r) => r.href);
	await visit(lead, running.find((h) => h !== session));
	await checkPage(lead);
	await shot(lead, 'session-demo');
	await visit(lead, `/training/results/${running.find((h) => h !== session).split('/').pop()}`);
	await checkPage(lead);
	await shot(lead, 'results-demo');
});

test('a contact sees the progress of own units only', async () => {
	const contact = await signIn(await openWindow(browser, office, { viewport: PHONE }), 'contact');
	await visit(contact, '/training');
	await checkPage(contact);
	await shot(contact, 'contact');
	await visit(contact, session);
	assert.doesNotMatch(await mainText(contact), /情報システム課の|リンクを送る/);
	for (const path of ['/training/question', '/training/marking', '/training/phishing_result', '/training/skill', `/training/results/${session.split('/').pop()}`]) {
		const r = await contact.goto(path);
		assert.ok([403, 404].includes(r.status()), `${path}: ${r.status()}`);
	}
	await visit(contact, '/training/take');
	await checkPage(contact);
	await shot(contact, 'mine');
	await contact.context().close();
});

test('evaluating a plan gives the next one', async () => {
	await visit(lead, '/training/training_plan?q=試しの計画');
	await visit(lead, (await rowsOf(lead))[0].href);
	assert.match(await mainText(lead), /目標に届かない/);
	await go(lead, '次の計画を作る');
	assert.match(await mainText(lead), /試しの計画 の次/);
	await checkPage(lead);
	noTrouble(lead.context());
});

test('closing ends the link', async () => {
	await visit(lead, session);
	lead.once('dialog', (d) => d.accept());
	await lead.locator(`form[action="${session}/close"] button`).click();
	const yes = lead.locator('dialog[open] button.btn-primary, dialog[open] button.btn-danger');
	if (await yes.count()) await yes.first().click();
	await lead.waitForURL(/done=saved/);
	assert.equal((await phone.goto(link)).status(), 404);
});
