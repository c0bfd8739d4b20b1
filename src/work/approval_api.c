/*
 * Approvals over the API: reading, asking for one, and taking one's own request back. Deciding is a person's own act, and a token
 * is a program's.
 */
#include <jansson.h>

#include "auth/office.h"
#include "base/num.h"
#include "base/text/work.h"
#include "register/api_value.h"
#include "work/approval.h"
#include "work/pages.h"

static void json_instant(struct json *j, const char *key, int64_t ms)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 64);
	json_key(j, key);
	if (ms) {
		clock_put_rfc3339(&b, ms);
		json_str(j, buf_view(&b));
	} else {
		json_null_value(j);
	}
}

static void put_json(struct json *j, const struct approval *x)
{
	static const char *const states[APPROVAL__N] = { "none", "waiting", "approved", "sent_back", "withdrawn", "replaced" };
	json_object_begin(j);
	json_put_i64(j, "id", x->id);
	json_put_str(j, "register", str_of(x->reg->name));
	json_put_i64(j, "record_id", x->record_id);
	json_put_str(j, "code", x->code);
	json_put_i64(j, "revision", x->revision);
	json_put_str(j, "state", str_of(states[x->state]));
	json_put_bool(j, "changed_since", x->changed);
	json_put_str(j, "reason", x->reason);
	json_key(j, "cost");
	if (x->cost >= 0)
		json_i64(j, x->cost);
	else
		json_null_value(j);
	json_put_str(j, "submitted_by", x->submitted_name);
	json_instant(j, "submitted_at", x->submitted_at);
	json_instant(j, "decided_at", x->decided_at);
	json_object_end(j);
}

void api_approvals(struct http_req *req)
{
	const struct principal *p = auth_principal(req);
	struct approval x[APPROVALS_SHOWN];
	size_t n = 0;
	int64_t record = 0;
	bool of_record = http_query_i64(req, "record", &record);
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int e = approval_list(c, req->arena, p, of_record ? APPROVALS_OF_RECORD : APPROVALS_TO_DECIDE, record, APPROVALS_SHOWN, x, &n);
	db_read_end(office_of(req)->db, &c);
	if (e < 0) {
		work_fail(req, e, NOTE0(MSG_NONE));
		return;
	}
	struct json j;
	http_json(req, &j, 200);
	json_object_begin(&j);
	json_key(&j, "items");
	json_array_begin(&j);
	for (size_t i = 0; i < n; i++)
		put_json(&j, &x[i]);
	json_array_end(&j);
	json_object_end(&j);
}

void api_approval(struct http_req *req)
{
	struct approval x;
	int64_t id;
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int e = num_parse_i64(req->capture[0], 1, INT64_MAX, &id) < 0 ? ERR_NOT_FOUND : approval_get(c, req->arena, auth_principal(req), id, &x);
	db_read_end(office_of(req)->db, &c);
	if (e < 0) {
		work_fail(req, e, NOTE0(MSG_NONE));
		return;
	}
	struct json j;
	http_json(req, &j, 200);
	put_json(&j, &x);
}

/* ---- writing ---- */

static bool whole(json_t *body, const char *key, int64_t least, int64_t *ret, size_t *taken)
{
	json_t *v = json_object_get(body, key);
	if (!json_is_integer(v) || json_integer_value(v) < least)
		return false;
	*ret = json_integer_value(v);
	(*taken)++;
	return true;
}

/* Exactly the members that a request has: record and revision (both as GET shows them), reason, and cost or null. */
static bool read_submit(json_t *body, struct approval_submit *ret)
{
	size_t taken = 0;
	json_t *reason = json_object_get(body, "reason"), *cost = json_object_get(body, "cost");
	*ret = (struct approval_submit){ .cost = -1 };
	if (!json_is_object(body) || !whole(body, "record_id", 1, &ret->record_id, &taken) || !whole(body, "revision", 1, &ret->revision, &taken) || !json_is_string(reason))
		return false;
	ret->reason = (struct str){ json_string_value(reason), json_string_length(reason) };
	taken++;
	if (cost && !json_is_null(cost) && (!json_is_integer(cost) || json_integer_value(cost) < 0 || json_integer_value(cost) > APPROVAL_COST_MAX))
		return false;
	if (json_is_integer(cost))
		ret->cost = json_integer_value(cost);
	taken += cost != NULL;
	return taken == json_object_size(body);
}

static void answer_request(struct http_req *req, int status, int64_t id)
{
	struct approval x;
	struct json j;
	struct db_conn *c = db_read_begin(office_of(req)->db);
	int e = approval_get(c, req->arena, auth_principal(req), id, &x);
	db_read_end(office_of(req)->db, &c);
	if (e < 0) {
		work_fail(req, e, NOTE0(MSG_NONE));
		return;
	}
	http_json(req, &j, status);
	put_json(&j, &x);
}

void api_submit(struct http_req *req)
{
	struct work_job j = { .req = req, .why = NOTE0(MSG_NONE) };
	struct note why = NOTE0(MSG_WORK_API_SUBMIT);
	json_t *body = api_body(req->arena, req->body, &why);
	const bool sound = body && read_submit(body, &j.submit);
	j.submit.reason = sound ? str_dup(req->arena, j.submit.reason) : STR("");
	json_decref(body);
	if (!body)
		http_fail(req, 400, why);
	else if (!sound)
		http_fail(req, 422, NOTE0(MSG_WORK_API_SUBMIT));
	else if (work_run(&j, work_submit_job) == 0) {
		http_set_header(req, "Location", str_printf(req->arena, "/api/v1/approval/%lld", (long long)j.id));
		answer_request(req, 201, j.id);
	}
}

void api_withdraw(struct http_req *req)
{
	struct work_job j = { .req = req, .why = NOTE0(MSG_NONE) };
	j.decision.event = EVENT_WITHDRAW;
	if (num_parse_i64(req->capture[0], 1, INT64_MAX, &j.decision.id) < 0)
		work_fail(req, ERR_NOT_FOUND, NOTE0(MSG_NONE));
	else if (work_run(&j, work_decide_job) == 0)
		answer_request(req, 200, j.decision.id);
}
