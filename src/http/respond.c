/* From a filled answer to a response: security headers, streams, and a 500 for what went wrong on the way. */
#include "base/text/http.h"
#include "http/internal.h"

#include <unistd.h>

#define STREAM_IN_MEMORY (256u << 10)

static const struct {
	const char *name, *value;
} fixed[] = {
	{ "Content-Security-Policy", "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
	                             "form-action 'self'; frame-ancestors 'none'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" }, /* for browsers that do not know frame-ancestors */
	{ "Referrer-Policy", "same-origin" },
	{ "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
};

/*
 * Runs the stream on this thread. A short one stays in the answer's body; a longer one goes to an unlinked temporary
 * file, whose descriptor and length are returned through ret_fd. So no event thread ever waits for it, and memory stays
 * bounded.
 */
static int produce(struct http_req *req, int *ret_fd, uint64_t *ret_size)
{
	struct http_answer *a = req->answer;
	struct buf piece;
	int fd = -1, more = 1, e = 0;
	uint64_t size = 0;
	buf_init(&piece, LIMIT_PAGE);
	while (more > 0 && !e) {
		more = a->stream(a->stream_ctx, &piece);
		e = more < 0 ? more : buf_error(&piece);
		if (e || (more > 0 && piece.n < STREAM_IN_MEMORY) || (fd < 0 && !more && piece.n <= STREAM_IN_MEMORY)) continue;
		if (fd < 0) {
			fd = temp_file(req->connection->server->temp_dir);
			if (fd < 0) e = fd;
		}
		size += piece.n;
		if (!e && size > SPILL_MAX) e = ERR_LIMIT;
		if (!e) e = write_all(fd, piece.p, piece.n);
		buf_clear(&piece);
	}
	if (a->stream_end) a->stream_end(a->stream_ctx);
	a->stream = NULL;
	a->stream_end = NULL;
	a->stream_ctx = NULL;
	if (!e && fd < 0) buf_str(&a->body, buf_view(&piece));
	buf_release(&piece);
	if (e && fd >= 0) {
		close(fd);
		fd = -1;
	}
	*ret_fd = fd;
	*ret_size = size;
	return e;
}

static void internal_error(struct http_req *req, msg_id id)
{
	struct http_answer *a = req->answer;
	a->headers = 0;
	a->broken = false;
	http_fail(req, 500, NOTE(id, ARG_I((int64_t)req->id)));
	if (!a->broken && !buf_error(&a->body)) return;
	/* the error page itself failed */
	a->headers = 0;
	a->broken = false;
	buf_clear(&a->body);
	a->type = STR("text/plain; charset=utf-8");
	a->status = 500;
	struct note n = NOTE(id, ARG_I((int64_t)req->id));
	note_put(&a->body, req->lang, &n);
}

static bool has_header(const struct http_answer *a, const char *name)
{
	for (size_t i = 0; i < a->headers; i++)
		if (str_eq_nocase(a->header[i].name, str_of(name))) return true;
	return false;
}

struct MHD_Response *respond(struct http_req *req, int *ret_status, size_t *ret_bytes)
{
	struct http_answer *a = req->answer;
	int fd = -1;
	uint64_t size = 0;
	if (a->stream && !a->broken && produce(req, &fd, &size)) internal_error(req, MSG_HTTP_INTERNAL);
	if (a->broken || buf_error(&a->body)) {
		if (fd >= 0) close(fd);
		fd = -1;
		internal_error(req, a->broken ? MSG_HTTP_INTERNAL : MSG_HTTP_PAGE_LARGE);
	}
	if (!a->status) a->status = 200;
	struct MHD_Response *r;
	if (fd >= 0) {
		*ret_bytes = size;
		r = MHD_create_response_from_fd64(size, fd);
		if (!r) close(fd);
	} else if (a->body.n) {
		size_t n;
		char *p = buf_take(&a->body, &n);
		*ret_bytes = n;
		r = MHD_create_response_from_buffer_with_free_callback(n, p, free);
		if (!r) free(p);
	} else {
		*ret_bytes = 0;
		r = MHD_create_response_from_buffer(0, (void *)(uintptr_t)"", MHD_RESPMEM_PERSISTENT);
	}
	buf_release(&a->body);
	if (!r) die("http: no memory for a response");
	const char *type = a->type.n ? str_z(req->arena, a->type) : "text/html; charset=utf-8";
	if (*ret_bytes) MHD_add_response_header(r, "Content-Type", type);
	for (size_t i = 0; i < COUNT_OF(fixed); i++) MHD_add_response_header(r, fixed[i].name, fixed[i].value);
	if (!has_header(a, "Cache-Control"))
		MHD_add_response_header(r, "Cache-Control", a->keep_private ? "no-store" : "public, max-age=31536000, immutable");
	if (req->tls) MHD_add_response_header(r, "Strict-Transport-Security", "max-age=31536000");
	for (size_t i = 0; i < a->headers; i++)
		MHD_add_response_header(r, str_z(req->arena, a->header[i].name), str_z(req->arena, a->header[i].value));
	*ret_status = a->status;
	return r;
}
