/* Collecting a request body: in memory while it is small, then in an unlinked temporary file that is mapped to be read. */
#include "http/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int temp_file(const char *dir)
{
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0) fd = memfd_create("ishigaki", MFD_CLOEXEC);
	return fd < 0 ? ERR_IO : fd;
}

int write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(fd, p, n);
		if (done < 0 && errno == EINTR) continue;
		if (done <= 0) return ERR_IO;
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

static int spill(struct http_connection *c, const char *p, size_t n)
{
	atomic_size_t *total = &c->server->spilled;
	if (atomic_fetch_add(total, n) + n > SPILL_MAX) {
		atomic_fetch_sub(total, n);
		return ERR_BUSY;
	}
	int e = write_all(c->body.fd, p, n);
	if (e) atomic_fetch_sub(total, n);
	else c->body.n += n;
	return e;
}

int body_append(struct http_connection *c, const char *p, size_t n)
{
	struct body *b = &c->body;
	if (n > b->limit - b->n) return ERR_LIMIT;
	if (b->fd < 0 && b->n + n <= BODY_IN_MEMORY) {
		if (!b->n) buf_init(&b->mem, BODY_IN_MEMORY);
		buf_bytes(&b->mem, p, n);
		b->n += n;
		return buf_error(&b->mem);
	}
	if (b->fd < 0) {
		int fd = temp_file(c->server->temp_dir);
		if (fd < 0) return fd;
		struct str had = b->n ? buf_view(&b->mem) : STR("");
		b->fd = fd;
		b->n = 0;
		int e = spill(c, had.p, had.n);
		buf_release(&b->mem);
		if (e) return e;
	}
	return spill(c, p, n);
}

int body_view(struct http_connection *c, struct str *ret)
{
	struct body *b = &c->body;
	if (!b->n) {
		*ret = STR("");
	} else if (b->fd < 0) {
		*ret = buf_view(&b->mem);
	} else {
		if (!b->map) {
			void *map = mmap(NULL, b->n, PROT_READ, MAP_PRIVATE, b->fd, 0);
			if (map == MAP_FAILED) return ERR_IO;
			b->map = map;
		}
		*ret = (struct str){ b->map, b->n };
	}
	return 0;
}

void body_release(struct http_connection *c)
{
	struct body *b = &c->body;
	if (b->map) munmap(b->map, b->n);
	if (b->fd >= 0) {
		close(b->fd);
		atomic_fetch_sub(&c->server->spilled, b->n);
	} else if (b->n) {
		buf_release(&b->mem);
	}
	*b = (struct body){ .fd = -1, .limit = b->limit, .dropped = b->dropped };
}

int body_open_files(struct http_req *req)
{
	for (size_t i = 0; i < req->forms; i++) {
		/* the request's own memory: const only for handlers */
		struct http_file *f = (struct http_file *)(uintptr_t)req->form[i].file;
		if (!f) continue;
		f->fd = f->data.n <= BODY_IN_MEMORY ? memfd_create("upload", MFD_CLOEXEC)
		                                    : temp_file(req->connection->server->temp_dir);
		if (f->fd < 0 || write_all(f->fd, f->data.p, f->data.n) || lseek(f->fd, 0, SEEK_SET)) return ERR_IO;
	}
	return 0;
}

void body_close_files(struct http_req *req)
{
	for (size_t i = 0; i < req->forms; i++)
		if (req->form[i].file && req->form[i].file->fd >= 0) close(req->form[i].file->fd);
}
