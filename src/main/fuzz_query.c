/* Fuzz target: the query of a list. The first byte chooses the register; what is accepted also runs, and its own address leads
 * to the same query. */
#include "main/fuzz_office.h"

#include "register/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct route route = { .methods = HTTP_GET, .path = "/api/v1/:register", .flags = ROUTE_API };
	if (!fuzz_opened)
		fuzz_office_up();
	if (size < 1 || size > LIMIT_URL)
		return 0;
	struct arena *a = arena_new(LIMIT_ARENA);
	struct office *o = opened_office(fuzz_opened);
	struct principal by = { .kind = PRINCIPAL_ACCOUNT, .id = 1, .account_id = 1, .name = STR("x"), .lang = LANG_JA, .grants = 1,
		.needs = NEED_SIGNED_IN | NEED_REGISTER };
	by.grant[0] = (struct grant){ .role = data[0] & 1 ? ROLE_LEAD : ROLE_CONTACT, .unit_id = data[0] & 1 ? 0 : 1 };
	struct http_req req = { .arena = a, .method = HTTP_GET, .route = &route, .principal = &by, .lang = LANG_JA, .app = o };
	const struct reg *r = reg_at((data[0] >> 1) % reg_count());
	struct db_conn *c = db_read_begin(o->db);
	struct reg_view view;
	struct query q;
	struct listing list;
	struct note why = { .id = MSG_NONE };
	if (http_parse_urlencoded(a, (struct str){ (const char *)data + 1, size - 1 }, &req.query, &req.queries) == 0 &&
	    reg_view_load(c, a, r, &view) == 0) {
		const int e = query_from_request(&req, c, &view, &q, &why);
		if (e < 0 && why.id == MSG_NONE)
			die("refused without a word: %s", err_name(e));
		if (e == 0) {
			const int ran = reg_list(c, a, &q, &list);
			if (ran < 0 && ran != ERR_DENIED)
				die("accepted, and does not run: %s %.*s", err_name(ran), STR_FMT(db_error(c)));
		}
	}
	db_read_end(o->db, &c);
	arena_free(a);
	return 0;
}
