/* The pages and the API over registers that no room has: every field type, flag and kind of derivation. */
#include "register/test_support.h"

#include "auth/office.h"
#include "base/helper.h"
#include "register/api_value.h"
#include "register/faces.h"
#include "register/link.h"
#include "register/page_detail.h"
#include "register/page_form.h"
#include "register/page_list.h"
#include "tests/generated.h"

static struct office office;

static int begin(void **state)
{
	int e = office_up(state);
	office = (struct office){ .db = db, .data_dir = str_of(test_dir) };
	memcpy(office.key, test_key, sizeof office.key);
	generated_begin(&office, NULL, NULL);
	return e;
}

static int end(void **state)
{
	generated_end();
	return office_down(state);
}

/* Runs a page's handler on this thread, without the server around it. */
static const struct principal *reader = &lead;

static struct http_pair *asked; /* the query of the next request */
static size_t asked_n;

static struct http_answer send(enum http_method method, const char *path, http_handler *handler, const char *a, const char *b, const char *c,
                               struct http_pair *form, size_t forms)
{
	const struct route *route = NULL;
	for (size_t i = 0; i < register_page_route_count && !route; i++)
		if (register_page_routes[i].methods == method && strcmp(register_page_routes[i].path, path) == 0)
			route = &register_page_routes[i];
	assert_non_null(route);
	struct http_answer answer = { .status = 0 };
	buf_init(&answer.body, LIMIT_PAGE);
	struct http_req req = { .arena = mem, .method = method, .route = route, .path = str_of(path), .principal = (void *)(uintptr_t)reader, .app = &office,
		.answer = &answer, .csrf = STR("csrf"), .capture = { str_of(a), str_of(b), str_of(c) },
		.form = form, .forms = forms, .query = asked, .queries = asked_n };
	asked_n = 0;
	db_statement_count(true);
	handler(&req);
	return answer;
}

static struct http_answer page(const char *path, http_handler *handler, const char *a, const char *b, const char *c)
{
	return send(HTTP_GET, path, handler, a, b, c, NULL, 0);
}
static struct http_answer ask_list(struct http_pair *query, size_t n)
{
	asked = query;
	asked_n = n;
	return page("/:room/:register", page_list, "test", "stone", "");
}
#define SEND(path, handler, id, ...) \
	send(HTTP_POST, path, handler, "test", "stone", id, (struct http_pair[]){ __VA_ARGS__ }, COUNT_OF(((struct http_pair[]){ __VA_ARGS__ })))
#define INPUT(name_, value_) { .name = STR_INIT(name_), .value = STR_INIT(value_) }

static void pages_need_few_statements(void **state)
{
	(void)state;
	int64_t id = 0;
	for (int i = 0; i < 60; i++) {
		char name[40];
		snprintf(name, sizeof name, "数える石%d", i);
		id = MADE(&stone, "name", name, "kind", "granite", "width", "3", "height", "4");
	}
	struct http_answer answer = page("/:room/:register", page_list, "test", "stone", "");
	assert_int_equal(answer.status, 0);
	assert_true(str_contains(buf_view(&answer.body), STR("rel=\"next\"")));
	assert_in_range(db_statement_count(true), 1, 8);
	buf_release(&answer.body);
	char number[24];
	snprintf(number, sizeof number, "%lld", (long long)id);
	answer = page("/:room/:register/:id", page_detail, "test", "stone", number);
	assert_true(str_contains(buf_view(&answer.body), STR("数える石59")));
	assert_in_range(db_statement_count(true), 1, 20);
	buf_release(&answer.body);
}

/* Private fields of one unit, plain ones of another: the form of a row holds what may be sent back. */
static void private_fields_by_unit(void **state)
{
	(void)state;
	struct principal p = person_of(ROLE_LEAD, north, "Two hats");
	p.grant[p.grants++] = (struct grant){ .role = ROLE_CONTACT, .unit_id = south };
	const char *const yards[] = { "北の作業場", "南の作業場" };
	for (int i = 0; i < 2; i++) {
		char number[24], name[40];
		snprintf(name, sizeof name, "ふたつの帽子%d", i);
		snprintf(number, sizeof number, "%lld", (long long)MADE(&stone, "name", name, "yard", yards[i], "giver", "花子"));
		reader = &p;
		struct http_answer answer = page("/:room/:register/:id/edit", page_edit, "test", "stone", number);
		reader = &lead;
		assert_true(str_contains(buf_view(&answer.body), STR("name=\"width\"")));
		assert_int_equal(str_contains(buf_view(&answer.body), STR("name=\"giver\"")), i == 0);
		buf_release(&answer.body);
	}
}

/* A textarea sends CR LF, and a title stands for a row: what is the same is no difference. */
static void lost_update_shows_differences(void **state)
{
	(void)state;
	char number[24];
	int64_t id = MADE(&stone, "name", "ふたりの石", "note", "一行目\n二行目", "yard", "北の作業場", "kind", "granite");
	struct change c = CHANGE(&stone, id, "width", "7");
	struct written w;
	assert_int_equal(save_by(&lead, &c, &w), 0);
	snprintf(number, sizeof number, "%lld", (long long)id);
	struct http_answer answer = SEND("/:room/:register/:id/edit", page_edit_save, number, INPUT("_revision", "1"), INPUT("note", "一行目\r\n二行目\r\n"),
	                                 INPUT("yard", "北の作業場"), INPUT("width", "8"));
	struct str body = buf_view(&answer.body);
	assert_int_equal(answer.status, 409);
	struct str diff = str_sub(body, (size_t)str_find(body, STR("class=\"diff\"")), body.n);
	diff = str_sub(diff, 0, (size_t)str_find(diff, STR("</section>")));
	assert_true(str_contains(diff, STR("幅")));
	assert_false(str_contains(diff, STR("備考")) || str_contains(diff, STR("作業場")));
	assert_true(str_contains(diff, STR("相手の内容のままにする</a>")));
	buf_release(&answer.body);
}

/* What is wrong is told at once: what cannot be read, what is missing, and the rules of the register. */
static void errors_come_together(void **state)
{
	(void)state;
	int64_t records = number_of("SELECT count(*) FROM record");
	struct http_answer answer = SEND("/:room/:register/new", page_new_save, "", INPUT("name", ""), INPUT("width", "広い"), INPUT("burden_set", "5"));
	struct str body = buf_view(&answer.body);
	assert_int_equal(answer.status, 422);
	static const char *const at[] = { "f-name-error", "f-width-error", "f-burden_reason-error" };
	for (size_t i = 0; i < COUNT_OF(at); i++)
		if (!str_contains(body, str_printf(mem, "id=\"%s\"", at[i])))
			fail_msg("no %s", at[i]);
	assert_true(str_contains(body, STR("3か所")));
	buf_release(&answer.body);
	assert_int_equal(number_of("SELECT count(*) FROM record"), records);
}

/* An override for several rows asks for its reason beside it. */
static void bulk_asks_for_the_reason(void **state)
{
	(void)state;
	char number[24];
	int64_t id = MADE(&stone, "name", "重い石", "yard", "北の作業場");
	snprintf(number, sizeof number, "%lld", (long long)id);
	struct http_pair form[] = { INPUT("_do", "choose"), { .name = STR("id"), .value = str_of(number) }, INPUT("_field", "burden_set"), INPUT("burden_set", "5"),
		INPUT("burden_reason", "") };
	struct http_answer answer = send(HTTP_POST, "/:room/:register/bulk", page_bulk, "test", "stone", "", form, 2);
	assert_true(str_contains(buf_view(&answer.body), STR("value=\"burden_set\"")));
	assert_false(str_contains(buf_view(&answer.body), STR("value=\"burden_reason\"")));
	buf_release(&answer.body);
	form[0].value = STR("field");
	answer = send(HTTP_POST, "/:room/:register/bulk", page_bulk, "test", "stone", "", form, 3);
	assert_true(str_contains(buf_view(&answer.body), STR("name=\"burden_reason\"")));
	buf_release(&answer.body);
	form[0].value = STR("apply");
	answer = send(HTTP_POST, "/:room/:register/bulk", page_bulk, "test", "stone", "", form, 5);
	assert_int_equal(answer.status, 422);
	assert_true(str_contains(buf_view(&answer.body), STR("f-burden_reason-error")) && str_contains(buf_view(&answer.body), STR("value=\"5\"")));
	buf_release(&answer.body);
	form[4].value = STR("実測した");
	answer = send(HTTP_POST, "/:room/:register/bulk", page_bulk, "test", "stone", "", form, 5);
	assert_true(str_contains(buf_view(&answer.body), STR("変更 1行")));
	buf_release(&answer.body);
	struct row row = row_of(&stone, id);
	assert_int_equal(at(&stone, &row, "burden_set").i, 5);
	assert_true(str_eq(at(&stone, &row, "burden_reason").s, STR("実測した")));
}

/* What cannot be taken is said on a page of the register, with the way back and what was typed. */
static struct str stopped(struct http_answer *answer, int status, const char *says, const char *back)
{
	struct str body = str_dup(mem, buf_view(&answer->body));
	buf_release(&answer->body);
	assert_int_equal(answer->status, status);
	if (!str_contains(body, str_of(says)) || !str_contains(body, str_printf(mem, "href=\"%s\"", back)))
		fail_msg("no '%s' or no way to %s in %.*s", says, back, STR_FMT(body));
	return body;
}

static int declare_links(void **state)
{
	(void)state;
	static const struct link_kind twin = { .name = "twin", .from = "stone", .to = "stone", .forward = { "対の石", "Twin" }, .backward = { "対の石", "Twin" } };
	static const struct link_kind *const kinds[] = { &twin };
	struct str why;
	return link_declare(kinds, 1, &why);
}

static void refusals_lead_back(void **state)
{
	assert_int_equal(declare_links(state), 0);
	char number[24];
	int64_t id = MADE(&stone, "name", "戻る石", "yard", "北の作業場");
	snprintf(number, sizeof number, "%lld", (long long)id);
	const char *row = str_z(mem, str_printf(mem, "/test/stone/%lld", (long long)id));
	struct http_pair query[] = { INPUT("quarried.from", "abc"), INPUT("kind", "granite"), INPUT("sort", "-volume") };
	struct http_answer answer = ask_list(query, COUNT_OF(query));
	struct str body = stopped(&answer, 400, "項目「切り出した日」の条件「abc」", "/test/stone?kind=granite&amp;sort=-volume");
	assert_false(str_contains(body, STR("quarried.from")));
	answer = SEND("/:room/:register/:id/comment", page_comment, number, INPUT("text", " "));
	stopped(&answer, 422, "コメントを入力してください", str_z(mem, str_printf(mem, "%s#comments", row)));
	answer = SEND("/:room/:register/:id/link", page_link_add, number, INPUT("kind", "twin"), INPUT("other", "ない石"));
	body = stopped(&answer, 422, "「ない石」はありません", str_z(mem, str_printf(mem, "%s#links", row)));
	assert_true(str_contains(body, STR("value=\"ない石\"")));
	answer = SEND("/:room/:register/view", page_view_save, "", INPUT("name", " "), INPUT("query", "kind=granite"));
	stopped(&answer, 422, "表示の名前を60文字以内", "/test/stone?kind=granite");
	answer = SEND("/:room/:register/bulk", page_bulk, "", INPUT("_do", "choose"), INPUT("_return", "/test/stone?kind=granite"));
	stopped(&answer, 422, "行が選ばれていません", "/test/stone?kind=granite");
	answer = SEND("/:room/:register/:id/undo", page_undo, number, INPUT("revision", "1"));
	stopped(&answer, 422, "取り消せる変更がありません", row);
	answer = SEND("/:room/:register/:id/merge", page_merge_save, number, INPUT("other", "戻る石"));
	stopped(&answer, 422, "この行そのものです", str_z(mem, str_printf(mem, "%s/merge", row)));
	struct str why;
	assert_int_equal(link_declare(NULL, 0, &why), 0);
}

/* Why a body is no JSON is said in the language of the answer. */
static void json_errors_in_japanese(void **state)
{
	(void)state;
	static const struct { const char *body, *says; } list[] = { { "{", "途中で終わっています" }, { "{\"a\":1,\"a\":2}", "同じ名前が2度" },
		{ "{\"a\":\"\xff\"}", "UTF-8" }, { "{\"a\":1}x", "余分なもの" }, { "{a}", "書き方の誤り" }, { "{\"a\":1e999}", "大きすぎます" } };
	for (size_t i = 0; i < COUNT_OF(list); i++) {
		struct note why = NOTE0(MSG_NONE);
		assert_null(api_body(mem, str_of(list[i].body), &why));
		struct str said = note_str(mem, LANG_JA, &why);
		if (!str_contains(said, str_of(list[i].says)))
			fail_msg("%s: %.*s", list[i].body, STR_FMT(said));
		assert_true(note_str(mem, LANG_EN, &why).n > 0);
	}
}

int main(void)
{
	static char build_dir[400];
	if (readlink("/proc/self/exe", build_dir, sizeof build_dir - 1) < 0)
		return 1;
	/* build/test/register/test_faces: the helpers lie in build. */
	for (int i = 0; i < 3; i++)
		*strrchr(build_dir, '/') = 0;
	helper_set_dir(str_of(build_dir));
	const struct CMUnitTest tests[] = { GENERATED_TESTS, cmocka_unit_test(pages_need_few_statements), cmocka_unit_test(private_fields_by_unit),
		cmocka_unit_test(lost_update_shows_differences), cmocka_unit_test(refusals_lead_back),
		cmocka_unit_test(errors_come_together), cmocka_unit_test(bulk_asks_for_the_reason),
		cmocka_unit_test(json_errors_in_japanese) };
	return cmocka_run_group_tests(tests, begin, end);
}
