/*
 * What scripts add to pages that work without them: theme, questions before risky buttons, drafts, selection, shortcuts.
 * Loaded in <head> without defer: the first lines choose light or dark before anything is painted.
 */
(() => {
	'use strict';

	const root = document.documentElement;
	const stored = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
	const theme = stored('theme');
	root.classList.add('js');
	const dark = matchMedia('(prefers-color-scheme: dark)');
	const applyTheme = () => { root.dataset.bsTheme = stored('theme') || (dark.matches ? 'dark' : 'light'); };
	if (theme !== 'light' && theme !== 'dark') try { localStorage.removeItem('theme'); } catch { /* storage is off */ }
	applyTheme();
	dark.addEventListener('change', applyTheme);

	const word = (name) => document.body.dataset[name] || '';
	const element = (tag, props, ...children) => {
		const e = Object.assign(document.createElement(tag), props);
		e.append(...children);
		return e;
	};

	/* One line at the bottom that screen readers announce. */
	let line, lineTimer;
	function say(text) {
		if (!line) {
			line = element('div', { className: 'toast-line' });
			line.setAttribute('role', 'status');
			document.body.append(line);
		}
		clearTimeout(lineTimer);
		line.textContent = text;
		lineTimer = setTimeout(() => { line.textContent = ''; }, 4000);
	}

	/* ---- a question before a risky button: data-confirm on a button or its form ---- */

	function ask(question) {
		return new Promise((resolve) => {
			const cancel = element('button', { type: 'button', className: 'btn', textContent: word('textCancel') });
			const ok = element('button', { type: 'button', className: 'btn btn-primary', textContent: word('textOk') });
			const dialog = element('dialog', { className: 'ask' },
				element('h2', { textContent: word('textConfirm'), id: 'ask-title' }),
				element('p', { textContent: question }),
				element('div', { className: 'actions' }, cancel, ok));
			dialog.setAttribute('aria-labelledby', 'ask-title');
			document.body.append(dialog);
			let answer = false;
			cancel.addEventListener('click', () => dialog.close());
			ok.addEventListener('click', () => { answer = true; dialog.close(); });
			dialog.addEventListener('close', () => { dialog.remove(); resolve(answer); });
			dialog.showModal();
			cancel.focus();
		});
	}

	const confirmed = new WeakSet();
	function onSubmit(event) {
		const form = event.target;
		const question = event.submitter?.dataset.confirm || form.dataset.confirm;
		if (question && !confirmed.has(form)) {
			const submitter = event.submitter;
			event.preventDefault();
			event.stopImmediatePropagation();
			ask(question).then((yes) => {
				if (!yes) return;
				confirmed.add(form);
				form.requestSubmit(submitter);
			});
			return;
		}
		confirmed.delete(form);
		dirty.delete(form);
		clearTimeout(timers.get(form));
		if (form.getAttribute('method') === 'post' && !form.hasAttribute('hx-post')) holdButtons(form);
	}

	/* A second press while the first is under way would send the form twice. */
	function holdButtons(form) {
		if (form.dataset.sent) return;
		form.dataset.sent = '1';
		setTimeout(() => form.querySelectorAll('button[type="submit"]').forEach((b) => { b.disabled = true; }), 0);
		setTimeout(() => release(form), 8000);
	}
	function release(form) {
		delete form.dataset.sent;
		form.querySelectorAll('button[type="submit"]').forEach((b) => { b.disabled = false; });
	}

	/* ---- drafts and unsaved changes ---- */

	const dirty = new Set();
	const timers = new WeakMap();

	function formData(form) {
		const data = new URLSearchParams();
		for (const [name, value] of new FormData(form)) {
			const control = form.elements.namedItem(name);
			if (typeof value !== 'string' || name === 'csrf' || control?.type === 'password') continue;
			data.append(name, value);
		}
		return data.toString();
	}

	async function saveDraft(form) {
		const csrf = document.querySelector('meta[name="csrf"]')?.content || '';
		let ok = false;
		try {
			const answer = await fetch('/draft', {
				method: 'POST',
				credentials: 'same-origin',
				headers: { 'X-CSRF-Token': csrf },
				body: new URLSearchParams({ key: form.dataset.draftKey, data: formData(form) }),
			});
			ok = answer.ok && !answer.redirected;
		} catch { /* offline: said below, tried again at the next change */ }
		if (form.dataset.sent) return;
		if (ok) dirty.delete(form);
		let state = form.querySelector('.draft-state');
		if (!state) {
			state = element('p', { className: 'draft-state' });
			state.setAttribute('role', 'status');
			form.append(state);
		}
		state.textContent = ok ? word('textDraftSaved') : word('textDraftFailed');
	}

	function onInput(event) {
		const form = event.target.form;
		if (!form?.matches?.('form[data-draft-key], form[data-warn-unsaved]')) return;
		dirty.add(form);
		if (!form.dataset.draftKey) return;
		clearTimeout(timers.get(form));
		timers.set(form, setTimeout(() => saveDraft(form), 2000));
	}

	/* ---- selection of rows: data-check-all="name" drives the boxes of that name in its table or form ---- */

	function boxesOf(all) {
		const scope = all.closest('form, table') || document;
		const name = all.dataset.checkAll || 'id';
		const own = [...scope.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(name)}"]`)];
		return own.length || !all.form ? own : [...all.form.elements].filter((e) => e.name === name && e.type === 'checkbox');
	}

	function onChange(event) {
		const box = event.target;
		if (box.type !== 'checkbox') return;
		if ('checkAll' in box.dataset) boxesOf(box).forEach((b) => { b.checked = box.checked; });
		document.querySelectorAll('input[data-check-all]').forEach((all) => {
			const boxes = boxesOf(all);
			const on = boxes.filter((b) => b.checked).length;
			all.checked = on > 0 && on === boxes.length;
			all.indeterminate = on > 0 && on < boxes.length;
			document.querySelectorAll('[data-check-count]').forEach((e) => { e.textContent = String(on); });
		});
	}

	/* ---- clicks: copy, print, theme, closing of menus ---- */

	async function copy(button) {
		const target = button.dataset.copy.startsWith('#') ? document.querySelector(button.dataset.copy) : null;
		const text = target ? (target.value ?? target.textContent).trim() : button.dataset.copy;
		try {
			await navigator.clipboard.writeText(text);
		} catch { /* plain http: no clipboard, so the old way */
			const area = element('textarea', { value: text, className: 'visually-hidden' });
			document.body.append(area);
			area.select();
			document.execCommand('copy');
			area.remove();
			button.focus();
		}
		say(word('textCopied'));
	}

	function onClick(event) {
		const target = event.target.closest?.('[data-copy], [data-print], [data-theme-toggle], a[data-confirm]');
		document.querySelectorAll('details.user-menu[open], details.panel-menu[open]').forEach((d) => {
			if (!d.contains(event.target)) d.open = false;
		});
		if (!target) return;
		if ('copy' in target.dataset) copy(target);
		else if ('print' in target.dataset) print();
		else if ('themeToggle' in target.dataset) {
			const next = root.dataset.bsTheme === 'dark' ? 'light' : 'dark';
			try { localStorage.setItem('theme', next); } catch { /* for this page only */ }
			root.dataset.bsTheme = next;
		} else if (!confirmed.has(target)) {
			event.preventDefault();
			ask(target.dataset.confirm).then((yes) => { if (yes) { confirmed.add(target); target.click(); } });
		}
	}

	function onKey(event) {
		if (event.key === 'Escape') {
			const open = document.querySelector('details.user-menu[open], details.panel-menu[open]');
			if (open) { open.open = false; open.querySelector('summary').focus(); }
			return;
		}
		if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
		if (event.target.closest?.('input, textarea, select, [contenteditable], dialog')) return;
		const search = document.querySelector('[data-search]');
		if (search) { event.preventDefault(); search.focus(); search.select(); }
	}

	/* ---- files dropped on .drop go into its file field ---- */

	function onDrag(event) {
		const zone = event.target.closest?.('.drop');
		if (!zone) return;
		if (event.type === 'dragover' || event.type === 'drop') event.preventDefault();
		zone.classList.toggle('over', event.type === 'dragover');
		if (event.type !== 'drop' || !event.dataTransfer.files.length) return;
		const input = zone.querySelector('input[type="file"]');
		if (input) {
			input.files = event.dataTransfer.files;
			input.dispatchEvent(new Event('change', { bubbles: true }));
		}
	}

	/* Wide tables need no tab stop while they fit. */
	function trimTabStops() {
		document.querySelectorAll('.table-scroll').forEach((e) => {
			const scrolls = e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1;
			if (scrolls) e.tabIndex = 0;
			else e.removeAttribute('tabindex');
		});
	}

	/*
	 * ---- outlines: textarea[data-outline], one item a line, two blanks a level ----
	 * Buttons move the lines of the selection in, out, up and down; Enter keeps the level. Without scripts one types the blanks.
	 */

	function replaceLines(area, from, to, lines, first, last) {
		const all = area.value.split('\n');
		all.splice(from, to - from + 1, ...lines);
		area.value = all.join('\n');
		const start = all.slice(0, first).join('\n').length + (first ? 1 : 0);
		area.setSelectionRange(start, start + all.slice(first, last + 1).join('\n').length);
		area.focus();
		area.dispatchEvent(new Event('input', { bubbles: true }));
	}

	function moveLines(area, how) {
		const all = area.value.split('\n');
		const lineAt = (at) => area.value.slice(0, at).split('\n').length - 1;
		const from = lineAt(area.selectionStart), to = Math.max(from, lineAt(Math.max(area.selectionStart, area.selectionEnd - 1)));
		const lines = all.slice(from, to + 1);
		if (how === 'in') replaceLines(area, from, to, lines.map((l) => (l.trim() ? `  ${l}` : l)), from, to);
		else if (how === 'out') replaceLines(area, from, to, lines.map((l) => l.replace(/^( {1,2}|\t|\u3000)/, '')), from, to);
		else if (how === 'up' && from > 0) replaceLines(area, from - 1, to, [...lines, all[from - 1]], from - 1, to - 1);
		else if (how === 'down' && to + 1 < all.length) replaceLines(area, from, to + 1, [all[to + 1], ...lines], from + 1, to + 1);
	}

	function dressOutlines() {
		document.querySelectorAll('textarea[data-outline]').forEach((area) => {
			const tools = element('div', { className: 'outline-tools' });
			tools.setAttribute('role', 'group');
			for (const [how, name] of [['in', 'textIn'], ['out', 'textOut'], ['up', 'textUp'], ['down', 'textDown']]) {
				const button = element('button', { type: 'button', className: 'btn btn-sm', textContent: word(name) });
				button.addEventListener('click', () => moveLines(area, how));
				tools.append(button);
			}
			tools.setAttribute('aria-label', word('textLines'));
			area.before(tools);
			area.addEventListener('keydown', (event) => {
				if (event.key !== 'Enter' || event.isComposing || event.ctrlKey || event.metaKey) return;
				const line = area.value.slice(0, area.selectionStart).split('\n').at(-1);
				const blanks = line.match(/^[ \t\u3000]*/)[0];
				if (!blanks) return;
				event.preventDefault();
				area.setRangeText(`\n${blanks}`, area.selectionStart, area.selectionEnd, 'end');
				area.dispatchEvent(new Event('input', { bubbles: true }));
			});
		});
	}

	document.addEventListener('submit', onSubmit, true);
	document.addEventListener('input', onInput);
	document.addEventListener('change', onInput);
	document.addEventListener('change', onChange);
	document.addEventListener('click', onClick);
	document.addEventListener('keydown', onKey);
	for (const type of ['dragover', 'dragleave', 'drop']) document.addEventListener(type, onDrag);
	addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(release));
	addEventListener('beforeunload', (event) => { if (dirty.size) event.preventDefault(); });
	addEventListener('DOMContentLoaded', () => {
		trimTabStops();
		dressOutlines();
		document.querySelector('main [aria-invalid="true"], main [autofocus]')?.focus();
	});
	addEventListener('resize', trimTabStops);
	document.addEventListener('htmx:configRequest', (event) => {
		event.detail.headers['X-CSRF-Token'] = document.querySelector('meta[name="csrf"]')?.content || '';
	});
	document.addEventListener('htmx:afterSettle', trimTabStops);
})();
