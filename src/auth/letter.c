#include "auth/letter.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text/auth.h"
#include "auth/ui.h"
#include "mail/mail.h"

struct str letter_url(struct http_req *req, struct str path)
{
	return ui_absolute(req, path);
}

void letter_qr_put(struct html *h, struct str url)
{
	ui_qr(h, url, MSG_AUTH_QR_LINK);
}

int letter_write(struct http_req *req, const char *kind, int64_t id, struct str text)
{
	struct office *o = office_of(req);
	const char *dir = str_z(req->arena, str_printf(req->arena, "%.*s/outbox", STR_FMT(o->data_dir)));
	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		return ERR_IO;
	const char *path = str_z(req->arena, str_printf(req->arena, "%s/%lld-%s-%lld.txt", dir, (long long)clock_now(), kind, (long long)id));
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return ERR_IO;
	int r = 0;
	while (text.n) {
		ssize_t n = write(fd, text.p, text.n);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			r = ERR_IO;
			break;
		}
		text = str_sub(text, (size_t)n, text.n - (size_t)n);
	}
	if (fsync(fd) < 0)
		r = ERR_IO;
	if (close(fd) < 0)
		r = ERR_IO;
	if (r < 0)
		unlink(path);
	return r;
}

int letter_mail(struct http_req *req, struct db_conn *writer, const char *kind, int64_t person_id, struct str name, enum lang lang, struct str subject, struct str text,
                struct str *ret_to)
{
	struct letter l = { .kind = kind, .person_id = person_id, .to_name = name, .lang = lang, .subject = subject, .text = text };
	if (!mail_is_on(writer, req->arena))
		return ERR_NOT_FOUND;
	int r = auth_reach(writer, req->arena, person_id, &l.to);
	if (r == 0 && !mail_address_valid(l.to))
		r = ERR_NOT_FOUND;
	if (r == 0)
		r = mail_put(writer, req->arena, office_of(req)->key, &l, NULL);
	if (r == 0)
		*ret_to = l.to;
	return r;
}
