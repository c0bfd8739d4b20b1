/* The JSON API of every register. What may be written is decided field by field of the description, never by what a body
 * happens to hold. */
#include "register/api.h"

#include <jansson.h>

#include "base/num.h"
#include "base/text/faces.h"
#include "register/api_value.h"
#include "register/faces.h"
#include "register/history.h"
#include "register/page_common.h"

const struct param *api_list_param(const struct http_req *req, struct str name)
{
	static const struct param any = { .name = "*", .type = PARAM_TEXT, .max = LIMIT_TEXT, .many = true };
	const struct reg *r = reg_find(req->capture[0]);
	return r ? query_param(r, name) : &any; /* without a register the handler answers 404 */
}

/* ---- answers ---- */

static void put_etag(struct http_req *req, int64_t revision)
{
	http_set_header(req, "ETag", str_printf(req->arena, "\"%lld\"", (long long)revision));
}

static void answer_row(struct face *f, int64_t id, int status)
{
	struct row row;
	struct json j;
	face_lease(f);
	int e = reg_get(f->conn, f->a, f->by, &f->view, id, &row);
	if (e < 0) {
		face_fail(f, e);
		return;
	}
	http_json(f->req, &j, status);
	row_json_put(&j, f->by, &f->view, NULL, &row);
	put_etag(f->req, row.revision);
	if (status == 201)
		http_set_header(f->req, "Location", str_printf(f->a, "/api/v1/%s/%lld", f->reg->name, (long long)id));
}

/* A problem with the fields that are wrong, by their names in the API. */
static void field_problem(struct face *f, int status, const struct error_list *fields, const struct api_errors *keys)
{
	struct json j;
	http_json(f->req, &j, status);
	f->req->answer->type = STR("application/problem+json");
	json_object_begin(&j);
	json_put_str(&j, "type", STR("about:blank"));
	json_put_str(&j, "title", status == 409 ? STR("Conflict") : status == 403 ? STR("Forbidden") : STR("Unprocessable Content"));
	json_put_i64(&j, "status", status);
	json_put_str(&j, "detail", face_text(f, MSG_FACE_INVALID));
	json_key(&j, "errors");
	json_array_begin(&j);
	for (size_t i = 0; i < keys->n; i++) {
		json_object_begin(&j);
		json_put_str(&j, "field", keys->error[i].key);
		json_put_str(&j, "message", note_str(f->a, f->lang, &keys->error[i].why));
		json_object_end(&j);
	}
	for (size_t i = 0; i < fields->n; i++) {
		const struct field_error *x = &fields->error[i];
		json_object_begin(&j);
		json_key(&j, "field");
		if (x->field >= 0)
			json_str(&j, str_of(f->view.field[x->field]->name));
		else
			json_null_value(&j);
		json_put_str(&j, "message", note_str(f->a, f->lang, &x->why));
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
}

/* ---- reading ---- */

void api_list(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct query q;
	struct listing list;
	struct note why;
	if (face_open_api(req, f, OP_READ) < 0)
		return;
	int e = query_from_request(req, f->conn, &f->view, &q, &why);
	if (e == ERR_INVALID) {
		http_fail(req, 400, why);
		return;
	}
	const bool *columns = q.columns;
	q.count = true;
	if (e == 0)
		e = reg_list(f->conn, f->a, &q, &list);
	if (e != 0) {
		face_fail(f, e);
		return;
	}
	struct json j;
	http_json(req, &j, 200);
	json_object_begin(&j);
	json_key(&j, "items");
	json_array_begin(&j);
	for (size_t i = 0; i < list.rows; i++)
		row_json_put(&j, f->by, &f->view, columns, &list.row[i]);
	json_array_end(&j);
	json_key(&j, "next");
	if (list.next.n)
		json_str(&j, list.next);
	else
		json_null_value(&j);
	json_put_i64(&j, "count", list.count);
	json_put_bool(&j, "count_capped", list.count_capped);
	json_put_bool(&j, "bounded", list.bounded);
	json_object_end(&j);
}

void api_get(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct row row;
	struct json j;
	if (face_open_api(req, f, OP_READ) < 0 || face_row(f, req->capture[1], OP_READ, &row) < 0)
		return;
	http_json(req, &j, 200);
	row_json_put(&j, f->by, &f->view, NULL, &row);
	put_etag(req, row.revision);
}

void api_history(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct row row;
	if (face_open_api(req, f, OP_READ) < 0 || face_row(f, req->capture[1], OP_READ, &row) < 0)
		return;
	int64_t before = 0;
	if (http_query(req, "before").n && !http_query_i64(req, "before", &before))
		before = 0;
	struct history_entry *entry;
	size_t n;
	const size_t limit = 50;
	int e = history_of(f->conn, f->a, f->by, &f->view, row.id, before, limit, f->lang, &entry, &n);
	if (e < 0) {
		face_fail(f, e);
		return;
	}
	struct json j;
	http_json(req, &j, 200);
	json_object_begin(&j);
	json_key(&j, "items");
	json_array_begin(&j);
	for (size_t i = 0; i < n; i++)
		api_history_put(f, &j, &entry[i]);
	json_array_end(&j);
	json_key(&j, "next");
	if (n == limit)
		json_i64(&j, entry[n - 1].seq);
	else
		json_null_value(&j);
	json_object_end(&j);
}

/* ---- writing ---- */

/* If-Match of a change: 428 without, 412 when it is not the row's revision. "*" is any. */
static bool if_match(struct face *f, const struct row *row, int64_t *ret)
{
	struct str h = str_trim(http_header(f->req, "If-Match"));
	if (!h.n) {
		http_fail(f->req, 428, NOTE0(MSG_FACE_API_IF_MATCH));
		return false;
	}
	*ret = row->revision;
	if (str_eq(h, STR("*")))
		return true;
	if (str_starts(h, STR("W/")))
		h = str_sub(h, 2, h.n);
	struct str digits = h.n > 2 && h.p[0] == '"' && h.p[h.n - 1] == '"' ? str_sub(h, 1, h.n - 2) : STR("");
	int64_t revision;
	if (num_parse_i64(digits, 1, INT64_MAX, &revision) < 0 || revision != row->revision) {
		http_fail(f->req, 412, NOTE0(MSG_FACE_CONFLICT));
		put_etag(f->req, row->revision);
		return false;
	}
	return true;
}

static void finish(struct face *f, struct change *change, int64_t id, struct error_list *errors, const struct api_errors *keys)
{
	struct written w = { 0 };
	int e = errors->n || keys->n ? ERR_INVALID : 0;
	if (e == 0) {
		face_release(f);
		struct reg_ctx ctx = face_ctx(f);
		e = reg_save(f->office->db, &ctx, change, &w);
		for (size_t i = 0; e < 0 && i < w.errors.n; i++)
			error_add(errors, w.errors.error[i].field, w.errors.error[i].why);
	}
	if (e == 0)
		answer_row(f, w.id, id ? 200 : 201);
	else if (e == ERR_CONFLICT && id)
		http_fail(f->req, 412, NOTE0(MSG_FACE_CONFLICT));
	else if ((e == ERR_INVALID || e == ERR_EXISTS || e == ERR_DENIED) && (errors->n || keys->n))
		field_problem(f, e == ERR_EXISTS ? 409 : e == ERR_DENIED ? 403 : 422, errors, keys);
	else
		face_fail(f, e);
}

static void save(struct face *f, int64_t id, int64_t revision)
{
	struct note why;
	json_t *body = api_body(f->a, f->req->body, &why);
	if (!body) {
		http_fail(f->req, 400, why);
		return;
	}
	struct error_list errors = { .arena = f->a };
	struct api_errors keys = { .arena = f->a };
	struct change change = change_new(f->a, CHANGE_SAVE, &f->view, id);
	change.revision = revision;
	int e = api_change(f, body, &change, &errors, &keys);
	json_decref(body);
	if (e < 0)
		face_fail(f, e);
	else
		finish(f, &change, id, &errors, &keys);
}

void api_create(struct http_req *req)
{
	FACE(face);
	if (face_open_api(req, &face, OP_CREATE) == 0)
		save(&face, 0, 0);
}

void api_patch(struct http_req *req)
{
	FACE(face);
	struct row row;
	int64_t revision;
	if (face_open_api(req, &face, OP_UPDATE) < 0 || face_row(&face, req->capture[1], OP_UPDATE, &row) < 0 ||
	    !if_match(&face, &row, &revision))
		return;
	save(&face, row.id, revision);
}

static void move(struct http_req *req, enum change_kind kind)
{
	FACE(face);
	struct face *f = &face;
	struct row row;
	if (face_open_api(req, f, OP_ARCHIVE) < 0 || face_row(f, req->capture[1], OP_ARCHIVE, &row) < 0)
		return;
	struct change change = change_new(f->a, kind, &f->view, row.id);
	change.reason = http_query(req, "reason");
	if (http_header(req, "If-Match").n && !if_match(f, &row, &change.revision))
		return;
	struct error_list errors = { .arena = f->a };
	struct api_errors keys = { .arena = f->a };
	finish(f, &change, row.id, &errors, &keys);
}

void api_archive(struct http_req *req)
{
	move(req, CHANGE_ARCHIVE);
}

void api_restore(struct http_req *req)
{
	move(req, CHANGE_RESTORE);
}

struct erasing {
	struct face *f;
	int64_t id;
	struct str reason;
	struct written w;
};

static int erase(struct reg_ctx *ctx, void *arg)
{
	struct erasing *x = arg;
	return reg_erase(ctx, &x->f->view, x->id, x->reason, &x->w);
}

void api_erase(struct http_req *req)
{
	FACE(face);
	struct face *f = &face;
	struct row row;
	if (face_open_api(req, f, OP_PRIVATE) < 0 || face_row(f, req->capture[1], OP_PRIVATE, &row) < 0)
		return;
	if (!face_may(f, OP_ARCHIVE, &row)) {
		face_refuse(f, &row);
		return;
	}
	struct erasing x = { .f = f, .id = row.id, .reason = str_trim(http_query(req, "reason")) };
	int64_t revision;
	if (!reg_erasable(f->reg))
		face_fail(f, ERR_NOT_FOUND);
	else if (!x.reason.n)
		http_fail(req, 422, NOTE0(MSG_FACE_ERASE_REASON));
	else if (!http_header(req, "If-Match").n || if_match(f, &row, &revision)) {
		int e = face_write(f, erase, &x);
		if (e == 0)
			answer_row(f, row.id, 200);
		else
			face_fail(f, e);
	}
}

void api_openapi(struct http_req *req)
{
	req->answer->type = STR("application/json");
	openapi_put(&req->answer->body);
}
