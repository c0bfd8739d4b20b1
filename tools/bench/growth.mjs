// How a cost grows with the number of rows, and a picture of it.

// The order from the slope on logarithmic axes between the least and the most rows, at a factor of ten at least: what doubles in a
// hundredfold office has a slope of 0.15. A cost that first stands on a fixed part is told by its last step.
export function growth(lines) {
	const l = lines.filter((x) => x.value > 0).sort((a, b) => a.rows - b.rows), first = l[0], last = l.at(-1);
	if (l.length < 2 || last.rows < first.rows * 10 || !/CPU$|^s$|^ms$/.test(last.unit)) return null;
	const slope = (a, b) => Math.log(b.value * b.speed / (a.value * a.speed)) / Math.log(b.rows / a.rows);
	const steep = Math.max(slope(first, last), slope(l.at(-2), last));
	return steep < 0.15 ? 'O(1)' : steep < 0.4 ? 'O(log n)' : steep < 1.2 ? 'O(n)' : `n^${steep.toFixed(1)}`;
}

const SHOWN = [
	['size', 'JSON by id', 'µs CPU'], ['size', 'list sorted by name', 'µs CPU'], ['size', 'list by name, filter importance', 'µs CPU'],
	['size', 'search 委託先', 'µs CPU'], ['size', 'save 32 clients', 'µs CPU'], ['served', 'Today @1', 'µs CPU'],
	['served', 'risk overview and heat map @1', 'µs CPU'], ['size', 'import XLSX', 's CPU'],
];
const COLOURS = ['#1f5fa8', '#b3261e', '#2e7d32', '#7b3fa0', '#9a6700', '#00707a', '#5c5c5c', '#c2410c'];

// Processor time per call at the yardstick's speed, both axes logarithmic.
export function plot(lines, corrected) {
	const W = 860, H = 460, left = 70, right = 290, top = 20, bottom = 50, micro = (l) => corrected(l) * ({ 'µs CPU': 1, 'ms CPU': 1e3, 's CPU': 1e6 })[l.unit];
	const series = SHOWN.map(([part, what, unit]) => ({ what, of: lines.filter((l) => l.part === part && l.what === what && l.unit === unit).sort((a, b) => a.rows - b.rows) })).filter((s) => s.of.length > 1);
	const rows = series.flatMap((s) => s.of.map((l) => l.rows)), cost = series.flatMap((s) => s.of.map(micro));
	const x0 = Math.log10(Math.min(...rows)), x1 = Math.log10(Math.max(...rows)), y0 = Math.floor(Math.log10(Math.min(...cost))), y1 = Math.ceil(Math.log10(Math.max(...cost)));
	const x = (n) => left + (Math.log10(n) - x0) / (x1 - x0) * (W - left - right), y = (v) => H - bottom - (Math.log10(v) - y0) / (y1 - y0) * (H - top - bottom);
	const power = (n) => (n < 3 ? `${10 ** n} µs` : n < 6 ? `${10 ** (n - 3)} ms` : `${10 ** (n - 6)} s`);
	const out = [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${W} ${H}" role="img" font-family="sans-serif" font-size="12">`,
		'<title>Processor time of one call over the number of rows, both axes logarithmic</title>', `<rect width="${W}" height="${H}" fill="#fff"/>`];
	for (let p = y0; p <= y1; p++) out.push(`<path d="M${left} ${y(10 ** p).toFixed(1)}H${W - right}" stroke="#ddd"/><text x="${left - 8}" y="${(y(10 ** p) + 4).toFixed(1)}" text-anchor="end">${power(p)}</text>`);
	for (let p = Math.ceil(x0); p <= x1; p++) out.push(`<path d="M${x(10 ** p).toFixed(1)} ${top}V${H - bottom}" stroke="#eee"/><text x="${x(10 ** p).toFixed(1)}" y="${H - bottom + 18}" text-anchor="middle">${String(10 ** p).replace(/\B(?=(\d{3})+$)/g, ',')}</text>`);
	out.push(`<text x="${left}" y="${H - 10}">rows of the asset ledger</text>`);
	const labels = series.map((s, i) => ({ i, s, at: y(micro(s.of.at(-1))) })).sort((a, b) => a.at - b.at);
	labels.forEach((l, k) => { l.at = Math.max(l.at, k ? labels[k - 1].at + 16 : top); });
	for (const { i, s, at } of labels) {
		const points = s.of.map((l) => `${x(l.rows).toFixed(1)},${y(micro(l)).toFixed(1)}`), name = s.what.replace(' @1', ' (request)');
		out.push(`<polyline points="${points.join(' ')}" fill="none" stroke="${COLOURS[i]}" stroke-width="2"/>`,
			...points.map((p) => `<circle cx="${p.split(',')[0]}" cy="${p.split(',')[1]}" r="3" fill="${COLOURS[i]}"/>`),
			`<text x="${W - right + 10}" y="${(at + 4).toFixed(1)}" fill="${COLOURS[i]}">${name}: ${growth(s.of) ?? ''}</text>`);
	}
	return `${out.join('\n')}\n</svg>\n`;
}
