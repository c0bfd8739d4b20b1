/* ishigaki-mail: hands one message to a mail server by SMTP; helper/mail_protocol.h. */
#include "base/helper.h"
#include "base/num.h"
#include "helper/mail_protocol.h"
#include "helper/sandbox.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECT_MS 5000     /* one address */
#define CONNECT_ADDRESSES 4 /* of a name: all of them within the time that the asker gives */
#define TALK_SECONDS 30
#define SYSTEM_CA "/etc/ssl/certs/ca-certificates.crt"
#define SYSTEM_CA_MAX ((size_t)4 << 20)

struct job {
	struct buf part[MAIL_RESULT]; /* by kind */
	int fd;                       /* the connection */
	size_t given;                 /* bytes of the message that libcurl took */
	bool asked_for_more;          /* and it came back for what follows the last one */
	bool about_letter;            /* the server was told to whom the letter goes: what it answers is about that */
	char said[MAIL_SAID_MAX + 1];
};

static struct str part(const struct job *j, enum mail_record kind)
{
	return buf_view(&j->part[kind]);
}

static _Noreturn void answer(char outcome, const char *words)
{
	char text[MAIL_SAID_MAX + 2];
	size_t n = strlen(words);

	if (n > MAIL_SAID_MAX)
		n = MAIL_SAID_MAX;
	text[0] = outcome;
	memcpy(text + 1, words, n);
	_exit(helper_write_record(STDOUT_FILENO, MAIL_RESULT, (struct str){ text, n + 1 }) < 0 ? 4 : 0);
}

static int ask(struct job *j)
{
	CLEANUP(buf_release) struct buf asked;
	uint8_t kind = 0;
	int e;

	buf_init(&asked, MAIL_RECORD_MAX);
	for (size_t i = 0; i < COUNT_OF(j->part); i++)
		buf_init(&j->part[i], MAIL_RECORD_MAX + SYSTEM_CA_MAX + 2);
	while ((e = helper_read_record(STDIN_FILENO, MAIL_RECORD_MAX, &kind, &asked)) == 1 && kind != MAIL_GO) {
		if (kind == 0 || kind >= MAIL_GO)
			return ERR_SYNTAX;
		buf_clear(&j->part[kind]);
		buf_str(&j->part[kind], buf_view(&asked));
	}
	/* C strings from here on. */
	for (size_t i = 0; e == 1 && i < COUNT_OF(j->part); i++) {
		if (i != MAIL_MESSAGE && str_find_char(buf_view(&j->part[i]), 0) >= 0)
			return ERR_SYNTAX;
		buf_char(&j->part[i], 0);
		j->part[i].n--;
	}
	return e == 1 ? 0 : ERR_SYNTAX;
}

/* The system's authorities behind the given ones. */
static void add_system_ca(struct buf *b)
{
	char piece[8192];
	ssize_t n;
	int fd = open(SYSTEM_CA, O_RDONLY | O_CLOEXEC);

	buf_char(b, '\n');
	while (fd >= 0 && (n = read(fd, piece, sizeof piece)) > 0)
		buf_bytes(b, piece, (size_t)n);
	if (fd >= 0)
		close(fd);
}

static bool connect_in_time(int fd, const struct addrinfo *a)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	int e = 0;
	socklen_t n = sizeof e;

	if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		return false;
	if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
		return true;
	if (errno != EINPROGRESS || poll(&p, 1, CONNECT_MS) != 1)
		return false;
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &n) == 0 && e == 0;
}

static int reach(const char *host, const char *port)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM }, *list = NULL;
	int fd = -1, tried = 0;

	if (getaddrinfo(host, port, &hints, &list) != 0)
		answer('4', "the server's name is not known");
	for (struct addrinfo *a = list; a && fd < 0 && tried++ < CONNECT_ADDRESSES; a = a->ai_next) {
		fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
		if (fd >= 0 && !connect_in_time(fd, a)) {
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(list);
	if (fd < 0)
		answer('4', "no connection to the server");
	return fd;
}

/* ---- libcurl's questions ---- */

static curl_socket_t give_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
	const struct job *j = ctx;

	(void)purpose, (void)address;
	return j->fd;
}

static int is_connected(void *ctx, curl_socket_t fd, curlsocktype purpose)
{
	(void)ctx, (void)fd, (void)purpose;
	return CURL_SOCKOPT_ALREADY_CONNECTED;
}

static size_t give_message(char *to, size_t size, size_t n, void *ctx)
{
	struct job *j = ctx;
	struct str left = str_sub(part(j, MAIL_MESSAGE), j->given, part(j, MAIL_MESSAGE).n);
	size_t room = size * n, give = left.n < room ? left.n : room;

	if (give)
		memcpy(to, left.p, give);
	else if (!j->asked_for_more) {
		j->asked_for_more = true;
		if (helper_write_record(STDOUT_FILENO, MAIL_END, STR("")) < 0)
			return CURL_READFUNC_ABORT;
	}
	j->given += give;
	return give;
}

/* The last line that the server said, printable. */
static int listen_in(CURL *curl, curl_infotype kind, char *p, size_t n, void *ctx) // NOLINT(readability-non-const-parameter): as libcurl declares it
{
	struct job *j = ctx;
	size_t k = 0;

	(void)curl;
	if (kind == CURLINFO_HEADER_OUT && str_starts((struct str){ p, n }, STR("RCPT")))
		j->about_letter = true;
	/* Its good-bye says nothing about the letter. */
	if (kind != CURLINFO_HEADER_IN || str_starts((struct str){ p, n }, STR("221")))
		return 0;
	for (size_t i = 0; i < n && k < MAIL_SAID_MAX; i++)
		if ((unsigned char)p[i] >= ' ' && (unsigned char)p[i] < 0x7f)
			j->said[k++] = p[i];
	j->said[k] = 0;
	return 0;
}

static void set_up(CURL *curl, struct job *j, bool tls, bool starttls)
{
	static char url[400], known[400];
	const char *host = part(j, MAIL_HOST).p, *port = part(j, MAIL_PORT).p;

	/* The name was looked up before: libcurl must not want to. Whom we are connected to stands in the socket. */
	snprintf(url, sizeof url, "%s://%s:%s/ishigaki.invalid", tls ? "smtps" : "smtp", host, port);
	snprintf(known, sizeof known, "%s:%s:127.0.0.1", host, port);
	struct curl_slist *resolve = curl_slist_append(NULL, known);
	struct curl_slist *to = curl_slist_append(NULL, part(j, MAIL_TO).p);
	struct curl_blob ca = { .data = j->part[MAIL_CA].p, .len = j->part[MAIL_CA].n, .flags = CURL_BLOB_NOCOPY };

	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_RESOLVE, resolve);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TALK_SECONDS);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, give_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, j);
	curl_easy_setopt(curl, CURLOPT_SOCKOPTFUNCTION, is_connected);
	curl_easy_setopt(curl, CURLOPT_TCP_NODELAY, 0L);
	curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(starttls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &ca);
	curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(curl, CURLOPT_CAINFO, NULL);
	if (part(j, MAIL_USER).n) {
		curl_easy_setopt(curl, CURLOPT_USERNAME, part(j, MAIL_USER).p);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, part(j, MAIL_PASSWORD).p);
		curl_easy_setopt(curl, CURLOPT_LOGIN_OPTIONS, "AUTH=*");
	}
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, part(j, MAIL_FROM).p);
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_message);
	curl_easy_setopt(curl, CURLOPT_READDATA, j);
	curl_easy_setopt(curl, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(curl, CURLOPT_DEBUGFUNCTION, listen_in);
	curl_easy_setopt(curl, CURLOPT_DEBUGDATA, j);
}

/* What the answers say about the letter. code: of the last answer. */
static char outcome(const struct job *j, CURLcode e, long code)
{
	if (e == CURLE_OK)
		return '1';
	/* All of it is out, and no answer after that: whether the server kept it nobody knows. */
	if (j->asked_for_more && code / 100 != 4 && code / 100 != 5)
		return '5';
	if (e == CURLE_LOGIN_DENIED || e == CURLE_PEER_FAILED_VERIFICATION || e == CURLE_USE_SSL_FAILED || e == CURLE_SSL_CONNECT_ERROR)
		return '4';
	if (code == 421 || code == 530 || code == 535 || code / 100 < 4)
		return '4';
	/* Refused before it heard of the letter: it wants nothing of us, or of this sender. */
	if (code / 100 == 5 && !j->about_letter)
		return '4';
	return code / 100 == 5 ? '2' : '3';
}

int main(void)
{
	static struct job j;
	long code = 0;

	if (ask(&j) < 0 || !part(&j, MAIL_HOST).n || !part(&j, MAIL_FROM).n || !part(&j, MAIL_TO).n || !part(&j, MAIL_MESSAGE).n)
		return 3;
	const bool tls = str_eq(part(&j, MAIL_HOW), STR("tls")), starttls = str_eq(part(&j, MAIL_HOW), STR("starttls"));
	/* What the libraries read from files and the kernel they read here. */
	if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK)
		return 3;
	if (tls || starttls)
		add_system_ca(&j.part[MAIL_CA]);
	CURL *curl = curl_easy_init();
	j.fd = reach(part(&j, MAIL_HOST).p, part(&j, MAIL_PORT).p);
	if (!curl || sandbox_enter_talking(j.fd) < 0)
		return 3;
	set_up(curl, &j, tls, starttls);
	CURLcode e = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
	answer(outcome(&j, e, code), e == CURLE_OK || code >= 400 ? j.said : curl_easy_strerror(e));
}
