// node search.mjs ALL.jsonl ORIGIN TOKEN WORD ...: does the API's search find exactly the rows that hold the word, by a
// plain reading of every row?
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

const [file, origin, token, ...words] = process.argv.slice(2);
const fields = ['business_category', 'name', 'note', 'user_scope', 'custodian', 'retention'];
const fold = (s) => s.normalize('NFKC').toLowerCase();
const wanted = new Map(words.map((w) => [w, new Set()]));
for await (const line of createInterface({ input: createReadStream(file) })) {
	const row = JSON.parse(line);
	// A match lies within one run of letters and digits of one field.
	const runs = fields.flatMap((f) => (row[f] ? fold(row[f]).split(/[^\p{L}\p{N}\p{M}ー々〆]+/u) : []));
	for (const w of words) if (runs.some((r) => r.includes(fold(w)))) wanted.get(w).add(row.id);
}
let bad = 0;
for (const w of words) {
	const found = new Set();
	let cursor = '';
	do {
		const r = await fetch(`${origin}/api/v1/asset?limit=200&q=${encodeURIComponent(w)}&columns=name${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`, { headers: { authorization: `Bearer ${token}` } });
		if (!r.ok) { console.log(w, r.status, await r.text()); process.exit(1); }
		const page = await r.json();
		for (const i of page.items) found.add(i.id);
		cursor = page.next;
	} while (cursor);
	const missing = [...wanted.get(w)].filter((i) => !found.has(i)), extra = [...found].filter((i) => !wanted.get(w).has(i));
	console.log(`${w}: ${found.size} found, ${wanted.get(w).size} wanted`);
	if (missing.length || extra.length) { console.log(`  missing ${missing.slice(0, 5)} extra ${extra.slice(0, 5)}`); bad = 1; }
}
process.exit(bad);
