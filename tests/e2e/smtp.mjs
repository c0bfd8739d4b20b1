/*
 * A mail server on loopback for tests: plain, STARTTLS or TLS, with a certificate made for the occasion, sign-in by PLAIN or LOGIN.
 * What it took lies in .letters: { from, to, headers, text } with the plain part decoded.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket, createSecureContext } from 'node:tls';

/* A self-signed certificate for 127.0.0.1, valid for a day. */
export function certificate(name = '127.0.0.1') {
	const dir = mkdtempSync(join(tmpdir(), 'ishigaki-cert-'));
	const key = join(dir, 'key.pem'), cert = join(dir, 'cert.pem');
	const r = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '1', '-subj', `/CN=${name}`,
		'-addext', `subjectAltName=${/^[\d.]+$/.test(name) ? 'IP' : 'DNS'}:${name}`], { encoding: 'utf8' });
	assert.equal(r.status, 0, `openssl is needed for this test: ${r.stderr ?? r.error}`);
	const made = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
	rmSync(dir, { recursive: true });
	return made;
}

const headersOf = (message) => message.slice(0, message.indexOf('\r\n\r\n'));

function plainOf(message) {
	const part = message.slice(message.indexOf('Content-Type: text/plain'));
	const body = part.slice(part.indexOf('\r\n\r\n') + 4);
	return Buffer.from(body.slice(0, body.indexOf('\r\n--')), 'base64').toString('utf8');
}

export async function openMailServer({ how = 'plain', user = '', password = '', tls = null } = {}) {
	const letters = [];
	const open = new Set();
	const context = tls && createSecureContext(tls);

	function talk(raw) {
		let socket = raw, secure = how === 'tls', signedIn = !user, letter = {}, data = null, login = null, plain = false, rest = '';
		const say = (line) => socket.write(`${line}\r\n`);
		const wrap = () => { socket = new TLSSocket(socket, { isServer: true, secureContext: context }); listen(); };
		const check = (name, given) => { signedIn = name === user && given === password; say(signedIn ? '235 welcome' : '535 no'); };
		function hear(line) {
			if (data !== null) {
				if (line !== '.') { data += `${line.startsWith('.') ? line.slice(1) : line}\r\n`; return; }
				letters.push({ ...letter, secure, headers: headersOf(data), text: plainOf(data) });
				data = null;
				say('250 taken');
				return;
			}
			const checkPlain = (coded) => { const [, name, given] = Buffer.from(coded, 'base64').toString('utf8').split('\0'); check(name, given); };
			if (plain) { plain = false; checkPlain(line); return; }
			if (login) {
				const given = Buffer.from(line, 'base64').toString('utf8');
				if (login.name === undefined) { login.name = given; say('334 UGFzc3dvcmQ6'); } else { check(login.name, given); login = null; }
				return;
			}
			const word = line.slice(0, 4).toUpperCase();
			if (word === 'EHLO') {
				const can = ['example.invalid'];
				if (how === 'starttls' && !secure) can.push('STARTTLS');
				if (user && (secure || how === 'plain')) can.push('AUTH PLAIN LOGIN');
				can.forEach((c, i) => say(`250${i + 1 < can.length ? '-' : ' '}${c}`));
			} else if (word === 'STAR') { say('220 go on'); secure = true; socket.removeAllListeners('data'); wrap(); }
			else if (/^AUTH PLAIN /i.test(line)) checkPlain(line.slice(11));
			else if (/^AUTH PLAIN$/i.test(line)) { plain = true; say('334 '); }
			else if (/^AUTH LOGIN/i.test(line)) { login = {}; say('334 VXNlcm5hbWU6'); }
			else if (word === 'MAIL') { if (!signedIn) say('530 sign in first'); else { letter = { from: line.match(/<(.*)>/)[1] }; say('250 ok'); } }
			else if (word === 'RCPT') { letter.to = line.match(/<(.*)>/)[1]; say('250 ok'); }
			else if (word === 'DATA') { data = ''; say('354 go on'); }
			else if (word === 'QUIT') { say('221 bye'); socket.end(); }
			else say('502 what');
		}
		function listen() {
			socket.on('data', (d) => {
				rest += d.toString('latin1');
				for (let at; (at = rest.indexOf('\r\n')) >= 0;) { const line = rest.slice(0, at); rest = rest.slice(at + 2); hear(line); }
			});
			socket.on('error', () => {});
		}
		if (how === 'tls') wrap(); else listen();
		say('220 example.invalid');
	}

	const server = createServer((s) => { open.add(s); s.on('close', () => open.delete(s)); s.on('error', () => {}); talk(s); });
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		letters, port: server.address().port,
		stop: () => new Promise((resolve) => { for (const s of open) s.destroy(); server.close(resolve); }),
	};
}
