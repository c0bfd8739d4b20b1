/* A mail server on loopback for tests: it does to each connection what it is told, and keeps what it took. */
#ifndef MAIL_TEST_SMTP_H
#define MAIL_TEST_SMTP_H

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum smtp_manner { SMTP_TAKES, SMTP_NOBODY, SMTP_GREY, SMTP_FULL, SMTP_SILENT, SMTP_WRONG_PASSWORD, SMTP_BABBLES, SMTP_BLOCKED, SMTP_NOT_FROM_YOU };

static struct {
	int listen;
	unsigned port;
	pthread_t thread;
	atomic_int manner;
	atomic_int connections, taken;
	pthread_mutex_t lock;    /* of what it heard last: read by smtp_last() */
	struct smtp_heard {
		char message[1 << 20];
		char to[300], from[300];
	} last;
} smtp = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void smtp_say(int fd, const char *line)
{
	if (send(fd, line, strlen(line), MSG_NOSIGNAL) < 0)
		return;
}

/* A line without its end; false at the end of the connection. */
static bool smtp_hear(int fd, char *line, size_t max)
{
	size_t n = 0;
	char c;
	while (recv(fd, &c, 1, 0) == 1) {
		if (c == '\n') {
			line[n && line[n - 1] == '\r' ? n - 1 : n] = 0;
			return true;
		}
		if (n + 1 < max)
			line[n++] = c;
	}
	return false;
}

/* The lines up to the dot. */
static bool smtp_take(int fd)
{
	static char line[2000], message[1 << 20];
	size_t n = 0;
	for (;;) {
		if (!smtp_hear(fd, line, sizeof line))
			return false;
		if (strcmp(line, ".") == 0)
			break;
		const char *from = line[0] == '.' ? line + 1 : line;
		if (n + strlen(from) + 3 < sizeof message)
			n += (size_t)snprintf(message + n, sizeof message - n, "%s\r\n", from);
	}
	message[n] = 0;
	pthread_mutex_lock(&smtp.lock);
	memcpy(smtp.last.message, message, n + 1);
	pthread_mutex_unlock(&smtp.lock);
	return true;
}

static void smtp_note(char to[300], const char *line)
{
	pthread_mutex_lock(&smtp.lock);
	snprintf(to, 300, "%.299s", line);
	pthread_mutex_unlock(&smtp.lock);
}

static void smtp_talk(int fd)
{
	char line[2000];
	const int manner = atomic_load(&smtp.manner);
	if (manner == SMTP_BABBLES) {
		for (int i = 0; i < 200; i++)
			smtp_say(fd, "220-\x01\x02 nothing but words and words and words and words and words and words and words and words\r\n");
		return;
	}
	if (manner == SMTP_BLOCKED) {
		smtp_say(fd, "554 your address is blocked\r\n");
		return;
	}
	smtp_say(fd, "220 example.invalid\r\n");
	while (smtp_hear(fd, line, sizeof line)) {
		if (strncasecmp(line, "EHLO", 4) == 0) {
			smtp_say(fd, manner == SMTP_WRONG_PASSWORD ? "250-example.invalid\r\n250 AUTH PLAIN\r\n" : "250 example.invalid\r\n");
		} else if (strncasecmp(line, "AUTH", 4) == 0) {
			smtp_say(fd, "535 no\r\n");
		} else if (strncasecmp(line, "MAIL", 4) == 0) {
			smtp_note(smtp.last.from, line);
			smtp_say(fd, manner == SMTP_NOT_FROM_YOU ? "550 not from you\r\n" : "250 ok\r\n");
		} else if (strncasecmp(line, "RCPT", 4) == 0) {
			smtp_note(smtp.last.to, line);
			smtp_say(fd, manner == SMTP_NOBODY ? "550 nobody here\r\n" : manner == SMTP_GREY ? "451 come again\r\n" : "250 ok\r\n");
		} else if (strncasecmp(line, "DATA", 4) == 0) {
			smtp_say(fd, "354 go on\r\n");
			if (!smtp_take(fd))
				return;
			if (manner == SMTP_FULL) {
				smtp_say(fd, "452 no room\r\n");
				continue;
			}
			atomic_fetch_add(&smtp.taken, 1);
			if (manner == SMTP_SILENT)
				return;
			smtp_say(fd, "250 taken\r\n");
		} else if (strncasecmp(line, "QUIT", 4) == 0) {
			smtp_say(fd, "221 bye\r\n");
			return;
		} else {
			smtp_say(fd, "502 what\r\n");
		}
	}
}

static void *smtp_run(void *ctx)
{
	(void)ctx;
	for (int fd; (fd = accept(smtp.listen, NULL, NULL)) >= 0;) {
		atomic_fetch_add(&smtp.connections, 1);
		smtp_talk(fd);
		close(fd);
	}
	return NULL;
}

/* What came last, copied; valid until the next call. */
static const struct smtp_heard *smtp_last(void)
{
	static struct smtp_heard copy;
	pthread_mutex_lock(&smtp.lock);
	copy = smtp.last;
	pthread_mutex_unlock(&smtp.lock);
	return &copy;
}

static void smtp_up(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof a;
	smtp.listen = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (smtp.listen < 0 || bind(smtp.listen, (struct sockaddr *)&a, n) < 0 || listen(smtp.listen, 8) < 0 || getsockname(smtp.listen, (struct sockaddr *)&a, &n) < 0)
		die("the mail server of the test cannot listen");
	smtp.port = ntohs(a.sin_port);
	atomic_store(&smtp.manner, SMTP_TAKES);
	atomic_store(&smtp.connections, 0);
	atomic_store(&smtp.taken, 0);
	if (pthread_create(&smtp.thread, NULL, smtp_run, NULL) != 0)
		die("no thread for the mail server of the test");
}

/* Nobody listens on its port any more. */
static void smtp_down(void)
{
	shutdown(smtp.listen, SHUT_RDWR);
	pthread_join(smtp.thread, NULL);
	close(smtp.listen);
}

#endif
