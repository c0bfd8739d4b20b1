/*
 * What the end-to-end tests share: an office of its own per test file, a Chromium of the system, people who sign in,
 * and the checks that hold on every page: no error in the console (a breach of the content security policy is one),
 * nothing wider than the window, no finding of axe.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, '..', '..');
const program = join(root, 'build', 'ishigaki');
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };
export const passwords = {
	admin: 'mihon-kagi-01', lead: 'mihon-kagi-02', contact: 'mihon-kagi-03', executive: 'mihon-kagi-04', auditor: 'mihon-kagi-05',
};

/* ---- the office ---- */

/* Runs one command of the product; what it printed, or a failed assertion with what it said. */
export function ishigaki(...args) {
	const r = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, LANG: 'C.UTF-8' } });
	assert.equal(r.status, 0, `ishigaki ${args.join(' ')}\n${r.stdout}${r.stderr}`);
	return r.stdout;
}

const freePort = () => new Promise((resolve, reject) => {
	const s = createServer();
	s.on('error', reject);
	s.listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => resolve(port)); });
});

/* A served office in a folder of its own: the demo company, or an empty one. Ends and vanishes with stop(). */
export async function openOffice({ demo = true } = {}) {
	const tmp = mkdtempSync(join(tmpdir(), 'ishigaki-e2e-'));
	const dir = join(tmp, 'data');
	ishigaki('init', '--data', dir, ...(demo ? ['--demo'] : []));
	const base = `http://127.0.0.1:${await freePort()}`;
	const server = spawn(program, ['serve', '--data', dir, '--listen', base.slice(7)], { stdio: ['ignore', 'pipe', 'pipe'] });
	let said = '';
	for (const s of [server.stdout, server.stderr]) s.on('data', (d) => { said += d; });
	const ended = new Promise((resolve) => server.on('exit', resolve));
	for (let i = 0; ; i++) {
		try { if ((await fetch(`${base}/health`)).ok) break; } catch { /* not listening yet */ }
		assert.ok(server.exitCode === null && i < 200, `the server did not start\n${said}`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	return {
		base, dir, tmp,
		firstRunCode: () => readFileSync(join(dir, 'first-run-code'), 'utf8').trim(),
		async stop() {
			server.kill('SIGTERM');
			const code = await ended;
			rmSync(tmp, { recursive: true, force: true });
			assert.equal(code, 0, `the server ended with ${code}\n${said}`);
		},
	};
}

/* ---- the browser ---- */

/* The shell of Chromium without its windows and its menus: the same pages at half the time. A whole Chromium does as well. */
function chromiumPath() {
	for (const name of ['chromium-headless-shell', 'chromium'])
		for (const dir of ['/usr/bin', ...(process.env.PATH || '').split(':')])
			if (existsSync(join(dir, name))) return join(dir, name);
	throw new Error('Chromium is missing: apt-get install chromium-headless-shell');
}

export const openBrowser = () => chromium.launch({
	executablePath: chromiumPath(),
	args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

/*
 * A window of its own (own cookies). Everything that goes wrong in it by itself is gathered in context.troubles:
 * console errors, script errors, answers of 500 and above, missing files of a page.
 */
export async function openWindow(browser, office, { viewport = WIDE, ...options } = {}) {
	const context = await browser.newContext({
		viewport, baseURL: office.base, locale: 'ja-JP', acceptDownloads: true, reducedMotion: 'reduce', ...options,
	});
	context.setDefaultTimeout(15000);
	context.troubles = [];
	const trouble = (page, text) => context.troubles.push(`${page.url()}: ${text}`);
	context.on('page', (page) => {
		page.on('console', (m) => {
			// A refused page is named so by Chromium too; answers are judged below.
			if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) trouble(page, m.text());
		});
		page.on('pageerror', (e) => trouble(page, String(e)));
		page.on('response', (r) => {
			const own = r.request().isNavigationRequest();
			if (r.status() >= 500 || (!own && r.status() >= 400)) trouble(page, `${r.status()} ${r.url()}`);
		});
	});
	return context;
}

/* An office and a browser for the tests of one file: ready(office, browser) comes before the first test, both end after the last. */
export function withOffice(ready, options) {
	let office, browser;
	before(async () => {
		office = await openOffice(options);
		browser = await openBrowser();
		await ready(office, browser);
	});
	after(async () => {
		await browser?.close();
		await office?.stop();
	});
}

export async function signIn(context, login, password = passwords[login]) {
	const page = await context.newPage();
	await page.goto('/sign-in');
	await page.fill('input[name=login]', login);
	await page.fill('input[name=password]', password);
	await page.click('form[action^="/sign-in"] button[type=submit]');
	await page.waitForURL((u) => !u.pathname.startsWith('/sign-in') || u.pathname === '/sign-in/code');
	return page;
}

/* Goes to a page and expects this status. */
export async function visit(page, path, status = 200) {
	const r = await page.goto(path);
	assert.equal(r.status(), status, `${path} answers ${r.status()}`);
	return page;
}

/* Presses and waits for the page that follows. */
export async function press(page, target) {
	const locator = typeof target === 'string' ? page.locator(target) : target;
	await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), locator.first().click()]);
}

export const mainText = (page) => page.locator('main').innerText();

/* ---- checks that hold everywhere ---- */

export async function axeFindings(page) {
	const session = await page.context().newCDPSession(page);
	await session.send('Runtime.evaluate', { expression: axeSource });
	await session.detach();
	const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
		runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'], resultTypes: ['violations'],
	}));
	return violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')}`);
}

/* The page as it stands: nothing wider than the window, no finding of axe, no trouble. */
export async function checkPage(page, { axe = true } = {}) {
	const where = new URL(page.url()).pathname + new URL(page.url()).search;
	const { scroll, client } = await page.evaluate(() => ({
		scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth,
	}));
	assert.ok(scroll <= client, `${where}: the page is ${scroll} px wide in a window of ${client} px`);
	if (axe) assert.deepEqual(await axeFindings(page), [], where);
	noTrouble(page.context());
}

export function noTrouble(context) {
	assert.deepEqual(context.troubles, []);
}

/* ---- second factor: the six digits of RFC 6238 for a secret in base32 ---- */

export function totp(secret, at = Date.now()) {
	let bits = '';
	for (const c of secret.replace(/[\s=]/g, '').toUpperCase())
		bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0');
	const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
	const count = Buffer.alloc(8);
	count.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
	const mac = createHmac('sha1', key).update(count).digest();
	const o = mac[19] & 15;
	return String((mac.readUInt32BE(o) & 0x7fffffff) % 1000000).padStart(6, '0');
}

/* ---- given files ---- */

/* A given input beside the checkout, or null: then the test says "skipped: ... absent" and uses its own. */
export function given(name) {
	for (const up of ['..', '../..']) {
		const p = join(root, up, 'shared', 'data', name);
		if (existsSync(p)) return p;
	}
	return null;
}

/* The rows of the list of a page: one object per row, by the heading of each cell; code, title and href of the row itself. */
export const rowsOf = (page) => page.evaluate(() => {
	const table = document.querySelector('main table');
	if (!table) return [];
	const heads = [...table.tHead.rows[0].cells].map((c) => c.textContent.trim());
	return [...table.tBodies[0].rows].map((r) => {
		const link = r.querySelector('th a');
		return {
			...Object.fromEntries([...r.cells].map((c, i) => [heads[i], c.textContent.trim()])),
			code: r.textContent.match(/[A-Z]{3}-\d{4,}/)?.[0], title: link?.textContent.trim(), href: link?.getAttribute('href'),
		};
	});
});
