/* Links between rows, comments, attachments: who may, who sees, what is recorded. */
#include "register/link.h"
#include "register/remark.h"
#include "register/test_support.h"

static const struct link_kind built_on = { .name = "built_on", .from = "stone", .to = "wall", .forward = { "載る石垣", "Built on" },
	.backward = { "載っている石", "Carries" }, .many_from = true };
static const struct link_kind twin = { .name = "twin", .from = "stone", .to = "stone", .forward = { "対の石", "Twin" },
	.backward = { "対の元", "Twin of" }, .many_from = true, .many_to = true };

static int up(void **state)
{
	int e = office_up(state);
	const struct link_kind *const kinds[] = { &built_on, &twin };
	struct str why;
	return e ? e : link_declare(kinds, 2, &why);
}
#define REMARK_TEST(f) cmocka_unit_test_setup_teardown(f, up, office_down)

struct work {
	int (*fn)(struct reg_ctx *ctx, struct work *w);
	const struct principal *by;
	const struct link_kind *kind;
	int64_t a, b, made;
	struct str text, name;
	struct note why;
};
static int work_job(struct db_conn *c, void *arg)
{
	struct work *w = arg;
	struct reg_ctx ctx = ctx_of(w->by);
	ctx.conn = c;
	return w->fn(&ctx, w);
}

static int link_add_(struct reg_ctx *ctx, struct work *w)
{
	return link_add(ctx, w->kind, w->a, w->b, STR_NULL, &w->why);
}
static int link_remove_(struct reg_ctx *ctx, struct work *w)
{
	return link_remove(ctx, w->a, STR_NULL);
}
static int linked(const struct principal *p, const struct link_kind *kind, int64_t a, int64_t b)
{
	struct work w = { .fn = link_add_, .by = p, .kind = kind, .a = a, .b = b };
	return db_write(db, work_job, &w);
}

static size_t links_of(const struct principal *p, int64_t id, struct link_end **ret)
{
	size_t n = 99;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(link_list(c, mem, p, id, ret, &n), 0);
	db_read_end(db, &c);
	return n;
}

static void links(void **state)
{
	(void)state;
	int64_t mine = MADE(&stone, "name", "北の石", "yard", "北の作業場"), theirs = MADE(&stone, "name", "南の石", "yard", "南の作業場");
	int64_t w1 = MADE(&wall, "name", "北の壁", "yard", "北の作業場"), w2 = MADE(&wall, "name", "北の塀", "yard", "北の作業場");
	assert_int_equal(linked(&contact, &built_on, mine, w1), 0);
	assert_int_equal(last_entry(mine).kind, AUDIT_LINK);
	assert_int_equal(last_entry(w1).kind, AUDIT_LINK);
	assert_true(str_eq(last_entry(w1).change[0].after, STR("STN-0001 北の石")));
	assert_int_equal(linked(&contact, &built_on, mine, w1), ERR_EXISTS);
	assert_int_equal(linked(&contact, &built_on, mine, w2), ERR_INVALID);  /* a stone lies on one wall */
	assert_int_equal(linked(&contact, &built_on, w2, mine), ERR_INVALID);  /* the wrong way round */
	assert_int_equal(linked(&contact, &twin, mine, theirs), ERR_NOT_FOUND);
	assert_int_equal(linked(&lead, &twin, mine, mine), ERR_INVALID);
	assert_int_equal(linked(&auditor, &twin, mine, theirs), ERR_DENIED);
	assert_int_equal(linked(&lead, &twin, mine, theirs), 0);
	struct link_end *end;
	assert_int_equal(links_of(&lead, mine, &end), 2);
	assert_true(end[0].kind == &built_on && end[0].forward && end[0].id == w1 && str_eq(end[0].title, STR("北の壁")));
	assert_true(end[1].kind == &twin && end[1].id == theirs);
	int64_t twin_link = end[1].link_id;
	assert_int_equal(links_of(&lead, theirs, &end), 1);
	assert_false(end[0].forward);
	assert_int_equal(links_of(&contact, mine, &end), 1); /* the other end is not theirs to see */
	assert_int_equal(links_of(&contact, theirs, &end), 0);
	struct work w = { .fn = link_remove_, .by = &contact, .a = twin_link };
	assert_int_equal(db_write(db, work_job, &w), ERR_NOT_FOUND);
	w.by = &lead;
	assert_int_equal(db_write(db, work_job, &w), 0);
	assert_int_equal(last_entry(theirs).kind, AUDIT_UNLINK);
	assert_int_equal(links_of(&lead, theirs, &end), 0);
}

static int comment_(struct reg_ctx *ctx, struct work *w)
{
	return comment_add(ctx, w->a, w->text, &w->made, &w->why);
}
static int comment_gone(struct reg_ctx *ctx, struct work *w)
{
	return comment_remove(ctx, w->made);
}

static void comments(void **state)
{
	(void)state;
	int64_t id = MADE(&stone, "name", "北の石", "yard", "北の作業場");
	struct work w = { .fn = comment_, .by = &contact, .a = id, .text = STR(" 一行目\r\n二行目 ") };
	assert_int_equal(db_write(db, work_job, &w), 0);
	assert_false(str_contains(last_entry(id).change[0].after, STR("二行目")));
	struct work empty = { .fn = comment_, .by = &contact, .a = id, .text = STR("  ") };
	assert_int_equal(db_write(db, work_job, &empty), ERR_INVALID);
	struct work denied = { .fn = comment_, .by = &auditor, .a = id, .text = STR("x") };
	assert_int_equal(db_write(db, work_job, &denied), ERR_DENIED);
	struct principal other = person_of(ROLE_CONTACT, south, "Other");
	denied.by = &other;
	assert_int_equal(db_write(db, work_job, &denied), ERR_NOT_FOUND);
	struct comment *list;
	size_t n;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(comment_list(c, mem, &auditor, id, &list, &n), 0);
	assert_int_equal(n, 1);
	assert_true(str_eq(list[0].text, STR("一行目\n二行目")) && !list[0].removable);
	assert_int_equal(comment_list(c, mem, &contact, id, &list, &n), 0);
	assert_true(list[0].removable);
	assert_int_equal(comment_list(c, mem, &other, id, &list, &n), ERR_NOT_FOUND);
	db_read_end(db, &c);
	struct work gone = { .fn = comment_gone, .by = &auditor, .made = w.made };
	assert_int_equal(db_write(db, work_job, &gone), ERR_DENIED);
	gone.by = &lead;
	assert_int_equal(db_write(db, work_job, &gone), 0);
	assert_int_equal(db_write(db, work_job, &gone), ERR_NOT_FOUND);
}

static int attach(struct reg_ctx *ctx, struct work *w)
{
	return attachment_add(ctx, w->a, w->name, STR("image/png"), w->text, &w->made, &w->why);
}
static int detach(struct reg_ctx *ctx, struct work *w)
{
	return attachment_remove(ctx, w->made);
}

static void attachments(void **state)
{
	(void)state;
	int64_t id = MADE(&stone, "name", "北の石", "yard", "北の作業場");
	size_t size = 2 * ATTACHMENT_PIECE + 17;
	char *bytes = arena_alloc(mem, size);
	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)(i * 31);
	struct work w = { .fn = attach, .by = &contact, .a = id, .name = STR("C:\\写真\\石 1.png"), .text = { bytes, size } };
	assert_int_equal(db_write(db, work_job, &w), 0);
	assert_int_equal(number_of("SELECT count(*) FROM remark_chunk"), 3);
	struct attachment at_, *list;
	size_t n;
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(attachment_get(c, mem, &auditor, w.made, &at_), 0);
	assert_true(str_eq(at_.name, STR("石 1.png")) && at_.size == (int64_t)size && at_.hash.n == 64);
	struct str piece;
	size_t read = 0;
	for (size_t i = 0; attachment_piece(c, mem, w.made, i, &piece) == 0; i++) {
		assert_memory_equal(piece.p, bytes + read, piece.n);
		read += piece.n;
	}
	assert_int_equal(read, size);
	struct principal other = person_of(ROLE_CONTACT, south, "Other");
	assert_int_equal(attachment_get(c, mem, &other, w.made, &at_), ERR_NOT_FOUND);
	assert_int_equal(attachment_list(c, mem, &contact, id, &list, &n), 0);
	assert_true(n == 1 && list[0].removable);
	db_read_end(db, &c);
	struct work bad = { .fn = attach, .by = &contact, .a = id, .name = STR("a/.."), .text = STR("x") };
	assert_int_equal(db_write(db, work_job, &bad), ERR_INVALID);
	bad.name = STR("a.txt");
	bad.text = STR("");
	assert_int_equal(db_write(db, work_job, &bad), ERR_INVALID);
	bad.text = (struct str){ bytes, LIMIT_ATTACHMENT + 1 }; /* refused before it is read */
	assert_int_equal(db_write(db, work_job, &bad), ERR_INVALID);
	struct work gone = { .fn = detach, .by = &contact, .made = w.made };
	assert_int_equal(db_write(db, work_job, &gone), 0);
	assert_int_equal(last_entry(id).kind, AUDIT_DETACH);
	assert_int_equal(number_of("SELECT count(*) FROM remark_chunk"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { REMARK_TEST(links), REMARK_TEST(comments), REMARK_TEST(attachments) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
