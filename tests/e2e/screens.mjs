/*
 * Takes the pictures of docs/screens: node tests/e2e/screens.mjs [name ...]. Run by hand when a page has changed its look;
 * look at every picture before it is committed.
 */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { given, openBrowser, openOffice, openWindow, press, root, rowsOf, signIn, visit } from './support.mjs';

const out = join(root, 'docs', 'screens');
const wanted = process.argv.slice(2);
const SIZES = [{ width: 1440, height: 900 }, { width: 390, height: 844 }];

async function rowOf(page, code) {
	await visit(page, '/asset/asset?sort=-risk_value');
	return (await rowsOf(page)).find((r) => r.code === code).href;
}

async function documentOf(page, number) {
	await visit(page, `/document/document?q=${number}`);
	return page.locator('main tbody a[href^="/document/document/"]').first().getAttribute('href');
}

/* Each goes to its page; to: what is scrolled to the top of the picture. */
const SCREENS = {
	'sign-in': { who: null, go: (page) => visit(page, '/sign-in') },
	today: { who: 'lead', go: (page) => visit(page, '/today') },
	assets: { who: 'lead', go: (page) => visit(page, '/asset/asset') },
	asset: { who: 'lead', go: async (page) => visit(page, await rowOf(page, 'AST-0012')) },
	'asset-risk': { who: 'lead', go: async (page) => visit(page, await rowOf(page, 'AST-0012')), to: 'main :text("リスクの根拠")' },
	'asset-form': { who: 'lead', go: async (page) => visit(page, `${await rowOf(page, 'AST-0012')}/edit`) },
	'import-preview': {
		who: 'lead',
		go: async (page) => {
			const file = given('ledger/ledger-messy.xlsx');
			if (!file) throw new Error('ledger-messy.xlsx absent');
			await visit(page, '/asset/asset/import');
			await page.setInputFiles('input[name=file]', file);
			await press(page, 'form[enctype] button');
			await page.locator('button[name=do]').first().waitFor();
		},
	},
	risk: { who: 'lead', go: (page) => visit(page, '/risk') },
	'risk-sheet': { who: 'executive', go: (page) => visit(page, '/risk/sheet') },
	devices: { who: 'lead', go: (page) => visit(page, '/asset/device') },
	assessments: { who: 'lead', go: (page) => visit(page, '/risk/assessment') },
	plan: { who: 'lead', go: (page) => visit(page, '/risk/plan') },
	documents: { who: 'lead', go: (page) => visit(page, '/document/document') },
	document: { who: 'contact', go: async (page) => visit(page, await documentOf(page, 'IS-109')), to: 'main :text("施行中の本文")' },
	'document-compare': { who: 'contact', go: async (page) => { await visit(page, await documentOf(page, 'IS-109')); await press(page, page.getByRole('link', { name: '新旧対照表' }).first()); } },
	'document-paper': { who: 'contact', go: async (page) => { await visit(page, await documentOf(page, 'IS-109')); await press(page, page.getByRole('link', { name: '表紙つきで印刷する' }).first()); } },
	budget: { who: 'lead', go: (page) => visit(page, '/risk/budget?budget=5000000') },
	tasks: { who: 'lead', go: (page) => visit(page, '/work/task') },
	'task-form': { who: 'lead', go: (page) => visit(page, '/work/task/new') },
	notices: { who: 'lead', go: (page) => visit(page, '/work/notice') },
	approval: {
		who: 'executive',
		go: async (page) => {
			await visit(page, '/work/approval');
			await press(page, page.locator('main a[href^="/work/approval/"]'));
		},
	},
	calendar: { who: 'lead', go: (page) => visit(page, '/work/calendar') },
	'calendar-year': { who: 'lead', go: (page) => visit(page, '/work/calendar?view=year') },
	'calendar-list': { who: 'lead', go: (page) => visit(page, '/work/calendar?view=list') },
	security: { who: 'admin', go: (page) => visit(page, '/settings/security') },
	mail: { who: 'admin', go: (page) => visit(page, '/settings/mail') },
	training: { who: 'lead', go: (page) => visit(page, '/training') },
	'training-session': {
		who: 'lead',
		go: async (page) => {
			await visit(page, '/training/session?q=' + encodeURIComponent('秋の全社員教育'));
			await visit(page, (await rowsOf(page))[0].href);
		},
		to: 'main h2:text("部門ごとの進み具合")',
	},
	'training-text': {
		who: 'lead',
		go: async (page) => {
			await visit(page, '/training/take');
			await press(page, page.locator('main a[href^="/training/take/"]'));
		},
	},
	duties: { who: 'lead', go: (page) => visit(page, '/org/duties') },
	report: { who: 'executive', go: (page) => visit(page, '/report/monthly') },
	'near-misses': { who: 'lead', go: (page) => visit(page, '/incident') },
	'near-miss-triage': {
		who: 'lead',
		go: async (page) => {
			await visit(page, '/incident/near_miss?state=new');
			await visit(page, (await rowsOf(page))[0].href);
		},
		to: '#triage',
	},
	'near-miss-report': {
		who: 'lead',
		go: async (page, browser, office, viewport) => {
			await visit(page, '/incident/doors');
			await press(page, 'main table a');
			const url = (await page.locator('#address').innerText()).trim();
			const other = await (await openWindow(browser, office, { viewport })).newPage();
			await other.goto(url);
			return other;
		},
	},
	'org-tree': { who: 'lead', go: (page) => visit(page, '/org/tree') },
	methods: { who: 'lead', go: (page) => visit(page, '/settings/methods') },
	'personal-link': {
		who: 'lead',
		go: async (page, browser, office, viewport) => {
			await visit(page, '/settings/links');
			await page.fill('[name=name]', '例示 確認者');
			await page.fill('[name=records]', 'AST-0012 AST-0013');
			await press(page, 'form[action="/settings/links"] button');
			const url = (await page.locator('#secret').innerText()).trim();
			const other = await (await openWindow(browser, office, { viewport })).newPage();
			await other.goto(url);
			return other;
		},
	},
};

const office = await openOffice(), browser = await openBrowser();
try {
	mkdirSync(out, { recursive: true });
	for (const viewport of SIZES)
		for (const [name, { who, go, to }] of Object.entries(SCREENS)) {
			if (wanted.length && !wanted.includes(name)) continue;
			const context = await openWindow(browser, office, { viewport });
			let page = who ? await signIn(context, who) : await context.newPage();
			page = await go(page, browser, office, viewport) || page;
			if (to) await page.locator(to).first().evaluate((e) => { e.scrollIntoView(); scrollBy(0, -40); });
			await page.evaluate(() => { document.activeElement?.blur(); });
			await page.mouse.move(0, 0);
			const file = join(out, `${name}-${viewport.width}.png`);
			await page.screenshot({ path: file });
			console.log(`${file} ${Math.round(statSync(file).size / 1024)} KB`);
			await context.close();
		}
} finally {
	await browser.close();
	await office.stop();
}
