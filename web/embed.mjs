// node web/embed.mjs OUT.c: writes the static files and icons of the product as C tables (src/html/internal.h).
//
// Tabler's style sheet is reduced to what the sources can use: a rule stays when every class in its selector occurs as
// a word in a string of src/**/*.c, in web/*.js, or in the list KEEP; a custom property stays when a kept rule uses it.
// OUT.c is only written when it changes, so that the compiler does not run for every edit.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = dirname(fileURLToPath(import.meta.url));
const src = join(web, '..', 'src');
const modules = join(web, 'node_modules');

const ICONS = `home building box shield alert-triangle checklist file-text school clipboard-check flame heart-broken truck bug
	list-search compass report settings help search plus pencil archive restore history link paperclip message download
	upload printer filter sort-ascending sort-descending columns check x chevron-right chevron-left chevron-down user users
	key lock logout language moon eye star dots arrow-left refresh calendar map-pin circle-check circle-x question-mark
	git-merge menu-2 copy trash device-floppy arrow-right arrow-up info-circle`.split(/\s+/);

// Classes that a page may use although no string holds them whole.
const KEEP = new Set(`alert alert-title badge btn btn-primary btn-outline-danger btn-danger btn-icon btn-sm btn-link btn-list
	card card-body card-header card-title card-footer form-control form-select form-check form-check-input form-check-label
	form-check-inline form-label form-hint form-control-sm form-select-sm is-invalid invalid-feedback input-group
	input-group-text table table-sm table-responsive text-center text-end text-start nav nav-tabs nav-item nav-link active
	disabled visually-hidden d-flex d-none row col list-unstyled`.split(/\s+/));

// Parts of Tabler that the frame does not use, whatever words occur in the sources.
const DROP = /^(navbar|carousel|modal|offcanvas|accordion|popover|tooltip|toast|datagrid|timeline|apexcharts|ts-|tom-|litepicker|vc-|dropzone|fslightbox|jvm-|noUi|plyr|star-rating|theme-|layout-|avatar|ribbon|stamp|chat|payment|flag|social|page|steps|step|placeholder|pagination|spinner|switch-icon|hr-text|ratio|btn-group|img-|figure|progress|signature|markdown|nav-segmented|segmented|color-|input-icon|form-colorinput|form-imagecheck|form-selectgroup|form-fieldset|dropdown|list-group|calendar|chip|empty|icon-|chart|legend|signal|grid)/;

function files(dir, ext) {
	return readdirSync(dir, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap((e) =>
		e.isDirectory() ? files(join(dir, e.name), ext) : e.name.endsWith(ext) ? [join(dir, e.name)] : []);
}

const sources = files(src, '.c').filter((f) => !/\/(test|fuzz)_/.test(f)).map((f) => readFileSync(f, 'utf8'));
const scripts = ['app.js'].map((f) => readFileSync(join(web, f), 'utf8'));

function usedWords() {
	const words = new Set(KEEP);
	for (const text of sources)
		for (const literal of text.match(/"(?:\\.|[^"\\\n])*"/g) ?? [])
			for (const w of literal.match(/[A-Za-z][\w-]*/g) ?? []) words.add(w);
	for (const text of scripts)
		for (const w of text.match(/[A-Za-z][\w-]*/g) ?? []) words.add(w);
	return words;
}

// ---- the style sheet ----

// [{ head, body }] for "head{...}" and [{ head }] for "head;", body unparsed.
function blocks(css) {
	const out = [];
	let start = 0, depth = 0, open = 0, quote = '';
	for (let i = 0; i < css.length; i++) {
		const c = css[i];
		if (quote) {
			if (c === '\\') i++;
			else if (c === quote) quote = '';
		} else if (c === '"' || c === "'") quote = c;
		else if (c === '(') { // url(data:...;...) holds what looks like syntax
			const raw = /^\((?=data:|[^"')]*\))/.test(css.slice(i, i + 400)) && css.slice(i - 3, i) === 'url';
			if (raw) i = css.indexOf(')', i);
		} else if (c === '{') {
			if (depth++ === 0) open = i;
		} else if (c === '}') {
			if (--depth === 0) {
				out.push({ head: css.slice(start, open).trim(), body: css.slice(open + 1, i) });
				start = i + 1;
			}
		} else if (c === ';' && depth === 0) {
			out.push({ head: css.slice(start, i).trim() });
			start = i + 1;
		}
	}
	return out;
}

// Splits at the separator outside of brackets and quotes.
function split(text, separator) {
	const out = [];
	let depth = 0, start = 0, quote = '';
	for (let i = 0; i < text.length; i++) {
		const c = text[i];
		if (quote) {
			if (c === '\\') i++;
			else if (c === quote) quote = '';
		} else if (c === '"' || c === "'") quote = c;
		else if (c === '(' || c === '[') depth++;
		else if (c === ')' || c === ']') depth--;
		else if (c === separator && depth === 0) {
			out.push(text.slice(start, i));
			start = i + 1;
		}
	}
	out.push(text.slice(start));
	return out.filter((s) => s.trim());
}

function keepSelector(selector, used) {
	const bare = selector.replace(/:not\([^)]*\)/g, '').replace(/\[[^\]]*\]/g, '');
	return (bare.match(/\.(?:\\.|[\w-])+/g) ?? []).every((c) => used.has(c.slice(1)) && !DROP.test(c.slice(1)));
}

function purge(css, used) {
	let out = '';
	for (const { head, body } of blocks(css)) {
		if (body === undefined || /^@font-face|^@import|^@charset/.test(head)) continue;
		if (/^@(media|supports|layer|container)/.test(head)) {
			const inner = /^@media print/.test(head) ? '' : purge(body, used); // paper is app.css's business
			if (inner) out += `${head}{${inner}}`;
		} else if (head.startsWith('@')) {
			out += `${head}{${body}}`;
		} else {
			const kept = split(head, ',').filter((s) => keepSelector(s, used));
			if (kept.length) out += `${kept.join(',')}{${body}}`;
		}
	}
	return out;
}

// Drops custom properties and key frames that nothing refers to, until nothing changes.
function dropUnreferenced(css, others) {
	for (;;) {
		const seen = new Set((css + others).match(/var\(\s*--[\w-]+/g)?.map((v) => v.replace(/var\(\s*/, '')) ?? []);
		const next = css
			.replace(/(^|[{;])(--[\w-]+):((?:"[^"]*"|'[^']*'|url\([^)]*\)|[^;{}"'])*)(?=[;}])/g, (all, before, name) => (seen.has(name) ? all : before))
			.replace(/;{2,}/g, ';').replace(/\{;+/g, '{').replace(/;\}/g, '}').replace(/[^{};]+\{\}/g, '');
		if (next === css) break;
		css = next;
	}
	return blocks(css).filter(({ head }) => {
		const name = /^@(?:-webkit-)?keyframes (\S+)/.exec(head)?.[1];
		return !name || new RegExp(`animation[^;}]*\\b${name}\\b`).test(css);
	}).map(({ head, body }) => `${head}{${body}}`).join('\n');
}

const appCss = readFileSync(join(web, 'app.css'), 'utf8');
const tabler = readFileSync(join(modules, '@tabler/core/dist/css/tabler.min.css'), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
const tablerCss = '/*! Tabler, MIT license, (c) The Tabler Authors; reduced to the rules in use */\n' +
	dropUnreferenced(purge(tabler, usedWords()), appCss) + '\n';

// ---- icons ----

const names = new Set(ICONS);
const iconFile = (name) => join(modules, '@tabler/icons/icons/outline', `${name}.svg`);
for (const text of sources) {
	for (const m of text.matchAll(/(?:html_icon\(\w+,|\.icon =|html_button_link\([^"]*?,)\s*"([a-z0-9-]+)"/g)) names.add(m[1]);
	for (const m of text.matchAll(/"([a-z][a-z0-9]*(?:-[a-z0-9]+)+)"/g)) if (existsSync(iconFile(m[1]))) names.add(m[1]);
}
const icons = [...names].sort().map((name) => {
	if (!existsSync(iconFile(name))) throw new Error(`icon "${name}" is used, but Tabler has none of that name`);
	const inner = readFileSync(iconFile(name), 'utf8').replace(/<!--[\s\S]*?-->/g, '').replace(/^[\s\S]*?<svg[^>]*>/, '')
		.replace(/<\/svg>\s*$/, '').replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, '').replace(/\s+/g, ' ').replace(/> </g, '><').trim();
	return [name, inner];
});

// ---- the C source ----

// A string literal; adjacent ones keep lines short, and octal escapes cannot run into the next character.
function literal(bytes) {
	const lines = [];
	for (let at = 0; at < bytes.length; at += 4096) {
		let line = '';
		for (const b of bytes.subarray(at, at + 4096)) {
			const c = String.fromCharCode(b);
			if (c === '"' || c === '\\') line += '\\' + c;
			else if (c === '\n') line += '\\n';
			else if (b < 0x20 || b > 0x7e || c === '?') line += '\\' + b.toString(8).padStart(3, '0');
			else line += c;
		}
		lines.push(`"${line}"`);
	}
	return lines.length ? lines.join('\n\t') : '""';
}

const table = [
	['tabler.min.css', 'text/css; charset=utf-8', Buffer.from(tablerCss)],
	['app.css', 'text/css; charset=utf-8', Buffer.from(appCss)],
	['app.js', 'text/javascript; charset=utf-8', readFileSync(join(web, 'app.js'))],
	['htmx.min.js', 'text/javascript; charset=utf-8', readFileSync(join(modules, 'htmx.org/dist/htmx.min.js'))],
	['favicon.svg', 'image/svg+xml', readFileSync(join(web, 'logo.svg'))],
	['logo.svg', 'image/svg+xml', readFileSync(join(web, 'logo.svg'))],
];
let out = '/* Made by web/embed.mjs. */\n#include "html/internal.h"\n\nconst struct asset_file asset_table[] = {\n';
for (const [path, type, data] of table) {
	const hash = createHash('sha256').update(data).digest('hex').slice(0, 16);
	out += `{ "${path}", "${type}", "${hash}",\n\t(const unsigned char *)${literal(data)},\n\t${data.length} },\n`;
}
out += '};\nconst size_t asset_count = sizeof(asset_table) / sizeof(asset_table[0]);\n\nconst struct asset_icon asset_icons[] = {\n';
for (const [name, svg] of icons) out += `{ "${name}", ${literal(Buffer.from(svg))} },\n`;
out += '};\nconst size_t asset_icon_count = sizeof(asset_icons) / sizeof(asset_icons[0]);\n';

const target = process.argv[2];
if (!target) throw new Error('usage: node web/embed.mjs OUT.c');
if (!existsSync(target) || readFileSync(target, 'utf8') !== out) writeFileSync(target, out);
if (process.argv.includes('--sizes')) {
	for (const [path, , data] of table) console.log(`${path}\t${data.length}`);
	console.log(`icons\t${icons.length}`);
}
if (process.argv.includes('--css')) writeFileSync('/dev/stderr', tablerCss);
