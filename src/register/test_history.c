/* History for people, undo, merge, erasure; saved views and drafts. */
#include "base/text/register.h"
#include "register/draft.h"
#include "register/history.h"
#include "register/link.h"
#include "register/remark.h"
#include "register/saved_view.h"
#include "register/test_support.h"

static const struct link_kind twin = { .name = "twin", .from = "stone", .to = "stone", .forward = { "対の石", "Twin" },
	.backward = { "対の元", "Twin of" }, .many_from = true, .many_to = true };

static struct history_entry *history(const struct principal *p, int64_t id, size_t *n)
{
	struct history_entry *list = NULL;
	struct db_conn *c = db_read_begin(db);
	int e = history_of(c, mem, p, &stone, id, 0, 50, LANG_JA, &list, n);
	db_read_end(db, &c);
	if (e < 0) {
		*n = 0;
		return NULL;
	}
	return list;
}

static const struct history_line *line_of(const struct history_entry *e, const char *label)
{
	for (size_t i = 0; i < e->lines; i++)
		if (str_eq_z(e->line[i].label, label))
			return &e->line[i];
	return NULL;
}

static void readable(void **state)
{
	(void)state;
	MADE(&wall, "name", "天守台", "yard", "北の作業場");
	int64_t id = MADE(&stone, "name", "石", "kind", "tuff", "yard", "北の作業場", "giver", "寄進 花子");
	struct change c = CHANGE(&stone, id, "kind", "basalt", "wall", "天守台", "hardness", "2");
	c.reason = STR("見直し");
	struct written w;
	assert_int_equal(save_by(&lead, &c, &w), 0);
	size_t n;
	struct history_entry *list = history(&lead, id, &n);
	assert_int_equal(n, 2);
	assert_int_equal(list[0].kind, AUDIT_UPDATE);
	assert_true(str_eq(list[0].actor_name, STR("Lead")));
	assert_true(str_eq(list[0].reason, STR("見直し")));
	const struct history_line *l = line_of(&list[0], "石の種類");
	assert_true(str_eq(l->before, STR("凝灰岩")) && str_eq(l->after, STR("玄武岩")));
	l = line_of(&list[0], "石垣");
	assert_true(!l->has_before && str_eq(l->after, STR("WAL-0001 天守台")));
	assert_true(str_eq(line_of(&list[0], "かたさ")->after, STR("2：ふつう")));
	l = line_of(&list[1], "寄進した人");
	assert_true(l && l->hidden && l->after.n == 0);
	list = history(&contact, id, &n);
	assert_int_equal(n, 2);
	assert_null(line_of(&list[1], "寄進した人")); /* not theirs to read, not even that it was there */
	l = line_of(&list[0], "石垣");
	assert_true(l && !l->hidden && str_eq(l->after, STR("WAL-0001 天守台"))); /* of their own unit */
	assert_true(str_eq(line_of(&list[1], "作業場")->after, STR("YRD-0001 北の作業場")));
	struct principal other = person_of(ROLE_CONTACT, south, "Other");
	assert_null(history(&other, id, &n));
}

struct work {
	int (*fn)(struct reg_ctx *ctx, struct work *w);
	const struct principal *by;
	int64_t id, other, revision;
	struct written w;
	struct note why;
};
static int work_job(struct db_conn *c, void *arg)
{
	struct work *w = arg;
	struct reg_ctx ctx = ctx_of(w->by);
	ctx.conn = c;
	return w->fn(&ctx, w);
}
static int do_work(struct work *w)
{
	return db_write(db, work_job, w);
}

static int undo(struct reg_ctx *ctx, struct work *w)
{
	return reg_undo(ctx, &stone, w->id, w->revision, &w->w);
}

static void undone(void **state)
{
	(void)state;
	MADE(&wall, "name", "天守台");
	int64_t id = MADE(&stone, "name", "石", "kind", "tuff", "wall", "天守台", "width", "5");
	struct change c = CHANGE(&stone, id, "kind", "basalt", "wall", "", "width", "6", "height", "2");
	struct written w;
	assert_int_equal(save_by(&lead, &c, &w), 0);
	struct work u = { .fn = undo, .by = &lead, .id = id, .revision = 1 };
	assert_int_equal(do_work(&u), ERR_CONFLICT);
	u.revision = 2;
	assert_int_equal(do_work(&u), 0);
	assert_int_equal(u.w.revision, 3);
	struct row row = row_of(&stone, id);
	assert_int_equal(at(&stone, &row, "kind").i, 2);
	assert_int_equal(at(&stone, &row, "width").i, 5);
	assert_false(at(&stone, &row, "height").known);
	assert_true(at(&stone, &row, "wall").known);
	/* an undo can be undone; archiving too */
	u.revision = 3;
	assert_int_equal(do_work(&u), 0);
	c = change_new(mem, CHANGE_ARCHIVE, &stone, id);
	assert_int_equal(save_by(&lead, &c, &w), 0);
	u.revision = w.revision;
	assert_int_equal(do_work(&u), 0);
	assert_int_equal(row_of(&stone, id).state, RECORD_LIVE);
	/* what the trail does not keep cannot come back */
	c = CHANGE(&stone, id, "giver", "太郎");
	assert_int_equal(save_by(&lead, &c, &w), 0);
	c = CHANGE(&stone, id, "giver", "次郎");
	assert_int_equal(save_by(&lead, &c, &w), 0);
	u.revision = w.revision;
	assert_int_equal(do_work(&u), ERR_INVALID);
	assert_int_equal(u.w.errors.n, 1);
	int64_t fresh = MADE(&stone, "name", "新石");
	u = (struct work){ .fn = undo, .by = &lead, .id = fresh, .revision = 1 };
	assert_int_equal(do_work(&u), ERR_INVALID); /* its making is no change */
}

static int link_twins(struct reg_ctx *ctx, struct work *w)
{
	return link_add(ctx, &twin, w->id, w->other, STR_NULL, &w->why);
}
static int merge_stones(struct reg_ctx *ctx, struct work *w)
{
	return reg_merge(ctx, &stone, w->id, w->other, false, STR_NULL, &w->w);
}

/* What a row's history names but the reader may not see: the other end of a link, the other row of a merge. */
static void other_rows_stay_hidden(void **state)
{
	(void)state;
	const struct link_kind *const kinds[] = { &twin };
	struct str why;
	assert_int_equal(link_declare(kinds, 1, &why), 0);
	int64_t id = MADE(&stone, "name", "角石", "yard", "北の作業場"), far = MADE(&stone, "name", "秘蔵の石", "yard", "南の作業場");
	int64_t gone = MADE(&stone, "name", "隠れた石", "yard", "南の作業場");
	struct work w = { .fn = link_twins, .by = &lead, .id = id, .other = far };
	assert_int_equal(do_work(&w), 0);
	w = (struct work){ .fn = merge_stones, .by = &lead, .id = id, .other = gone };
	assert_int_equal(do_work(&w), 0);
	MADE(&wall, "name", "南の壁", "yard", "南の作業場");
	struct change c = CHANGE(&stone, id, "wall", "南の壁");
	assert_int_equal(save_by(&lead, &c, &w.w), 0);
	size_t n;
	struct history_entry *list = history(&contact, id, &n);
	assert_int_equal(n, 4);
	const struct history_line *l = line_of(&list[0], "石垣");
	assert_true(l && l->hidden && l->has_after && l->after.n == 0);
	list = history(&lead, id, &n);
	assert_int_equal(n, 4);
	assert_true(str_eq(line_of(&list[0], "石垣")->after, STR("WAL-0001 南の壁")));
	assert_true(str_eq(list[1].line[0].after, STR("STN-0003 隠れた石")));
	assert_true(str_eq(list[2].line[0].after, STR("STN-0002 秘蔵の石")));
	list = history(&contact, id, &n);
	assert_int_equal(n, 4);
	for (size_t i = 1; i < 3; i++) {
		assert_int_equal(list[i].lines, 1);
		assert_true(list[i].line[0].hidden && list[i].line[0].after.n == 0);
	}
	struct principal other = person_of(ROLE_CONTACT, south, "Other");
	list = history(&other, gone, &n);
	assert_true(n > 0 && str_eq(list[0].reason, STR("STN-0001")));
	assert_int_equal(link_declare(NULL, 0, &why), 0);
}

static int account_job(struct db_conn *c, void *arg)
{
	struct work *w = arg;
	struct principal system = auth_system();
	struct account_new n = { .login = STR("ishida"), .name = STR("石田"), .person_id = w->other };
	return auth_account_create(c, mem, &system, &n, &w->revision);
}
static int merge_masons(struct reg_ctx *ctx, struct work *w)
{
	return reg_merge(ctx, &mason, w->id, w->other, false, STR_NULL, &w->w);
}

/* Whoever signs in as the row that goes is the row that stays. */
static void accounts_follow_their_person(void **state)
{
	(void)state;
	struct work w = { .fn = merge_masons, .by = &lead, .id = MADE(&mason, "name", "石田"), .other = MADE(&mason, "name", "石田（重複）") };
	assert_int_equal(db_write(db, account_job, &w), 0);
	int64_t before = number_of("SELECT generation FROM auth_state");
	assert_int_equal(do_work(&w), 0);
	assert_int_equal(number_of("SELECT person_id FROM auth_account"), w.id);
	assert_true(number_of("SELECT generation FROM auth_state") > before);
}

static int merge(struct reg_ctx *ctx, struct work *w)
{
	return reg_merge(ctx, &wall, w->id, w->other, false, STR("重複"), &w->w);
}
static int merge_and_fill(struct reg_ctx *ctx, struct work *w)
{
	return reg_merge(ctx, &wall, w->id, w->other, true, STR("重複"), &w->w);
}
static int comment(struct reg_ctx *ctx, struct work *w)
{
	return comment_add(ctx, w->id, STR("要確認です。"), &w->revision, &w->why);
}

static void merged(void **state)
{
	(void)state;
	int64_t keep = MADE(&wall, "name", "天守台", "height", "3"), dup = MADE(&wall, "name", "天守の台", "height", "5");
	int64_t id = MADE(&stone, "name", "石", "wall", "天守の台");
	struct work w = { .fn = comment, .by = &lead, .id = dup };
	assert_int_equal(do_work(&w), 0);
	w = (struct work){ .fn = merge, .by = &contact, .id = keep, .other = dup };
	assert_int_equal(do_work(&w), ERR_NOT_FOUND);
	w.by = &lead;
	assert_int_equal(do_work(&w), 0);
	struct row row = row_of(&stone, id);
	assert_int_equal(at(&stone, &row, "wall").i, keep);
	assert_int_equal(at(&stone, &row, "burden").i, 30);
	assert_int_equal(row_of(&wall, dup).state, RECORD_ARCHIVED);
	assert_int_equal(number_of("SELECT count(*) FROM record WHERE merged_into IS NOT NULL"), 1);
	assert_int_equal(number_of("SELECT record_id FROM remark_comment"), keep);
	assert_int_equal(last_entry(keep).kind, AUDIT_MERGE);
	assert_int_equal(last_entry(dup).kind, AUDIT_MERGE);
	assert_int_equal(do_work(&w), ERR_INVALID); /* it is archived now */
	/* two rows that would become one stop the merge, and nothing of it stands */
	int64_t a = MADE(&wall, "name", "東"), b = MADE(&wall, "name", "西");
	MADE(&stone, "name", "隅", "wall", "東");
	int64_t there = MADE(&stone, "name", "隅", "wall", "西");
	w = (struct work){ .fn = merge, .by = &lead, .id = a, .other = b };
	assert_int_equal(do_work(&w), ERR_EXISTS);
	assert_true(w.w.errors.n > 0);
	row = row_of(&stone, there);
	assert_int_equal(at(&stone, &row, "wall").i, b);
}

/* Blanks take what the other row knew, what stands stays, and the history tells both. */
static void merged_with_its_blanks_filled(void **state)
{
	(void)state;
	int64_t keep = MADE(&wall, "name", "天守台"), dup = MADE(&wall, "name", "天守の台", "height", "5", "yard", "北の作業場");
	struct work w = { .fn = merge_and_fill, .by = &lead, .id = keep, .other = dup };
	assert_int_equal(do_work(&w), 0);
	struct row row = row_of(&wall, keep);
	assert_true(str_eq(at(&wall, &row, "name").s, STR("天守台")));
	assert_int_equal(at(&wall, &row, "height").i, 500);
	assert_true(at(&wall, &row, "load").known); /* what follows from it follows */
	assert_int_equal(row.unit_id, north);
	assert_int_equal(row.revision, 2);
	struct audit_entry *told;
	size_t n;
	struct audit_filter f = { .record_id = keep, .limit = 5 };
	struct db_conn *c = db_read_begin(db);
	assert_int_equal(audit_list(c, mem, &f, &told, &n), 0);
	db_read_end(db, &c);
	assert_int_equal(n, 3);
	assert_int_equal(told[0].kind, AUDIT_MERGE);
	assert_int_equal(told[1].kind, AUDIT_UPDATE);
	bool height = false;
	for (size_t i = 0; i < told[1].changes; i++) {
		height = height || str_eq(told[1].change[i].field, STR("height"));
		assert_false(str_eq(told[1].change[i].field, STR("name")));
	}
	assert_true(height);
	/* Without anything blank it is a merge like any other. */
	int64_t other = MADE(&wall, "name", "二の丸", "height", "7", "yard", "南の作業場");
	w = (struct work){ .fn = merge_and_fill, .by = &lead, .id = keep, .other = other };
	assert_int_equal(do_work(&w), 0);
	row = row_of(&wall, keep);
	assert_int_equal(at(&wall, &row, "height").i, 500);
	assert_int_equal(row.revision, 2);
}

static int undo_wall(struct reg_ctx *ctx, struct work *w)
{
	bool offered = true;
	int e = reg_undoable(ctx->conn, ctx->arena, &wall, w->id, &offered);
	assert_int_equal(e, 0);
	e = reg_undo(ctx, &wall, w->id, w->revision, &w->w);
	assert_int_equal(offered, e == 0);
	return e;
}

/* A merge cannot be undone, and what came before it cannot be undone past it. */
static void merge_is_no_change_to_undo(void **state)
{
	(void)state;
	int64_t keep = MADE(&wall, "name", "天守台"), dup = MADE(&wall, "name", "天守の台", "height", "5");
	struct change c = CHANGE(&wall, keep, "name", "天守の台座");
	struct written saved;
	assert_int_equal(save_by(&lead, &c, &saved), 0);
	struct work w = { .fn = merge_and_fill, .by = &lead, .id = keep, .other = dup };
	assert_int_equal(do_work(&w), 0);
	struct work u = { .fn = undo_wall, .by = &lead, .id = keep, .revision = 3 };
	assert_int_equal(do_work(&u), ERR_INVALID);
	assert_int_equal(u.w.errors.n, 1);
	assert_int_equal(u.w.errors.error[0].why.id, MSG_UNDO_MERGE);
	struct row row = row_of(&wall, keep);
	assert_int_equal(at(&wall, &row, "height").i, 500);
	u = (struct work){ .fn = undo_wall, .by = &lead, .id = dup, .revision = 2 };
	assert_int_equal(do_work(&u), ERR_INVALID);
	assert_int_equal(u.w.errors.error[0].why.id, MSG_UNDO_MERGE);
	/* A comment changes nothing about that; the next change can be undone again. */
	w = (struct work){ .fn = comment, .by = &lead, .id = keep };
	assert_int_equal(do_work(&w), 0);
	u = (struct work){ .fn = undo_wall, .by = &lead, .id = keep, .revision = 3 };
	assert_int_equal(do_work(&u), ERR_INVALID);
	c = CHANGE(&wall, keep, "height", "6");
	assert_int_equal(save_by(&lead, &c, &saved), 0);
	u.revision = 4;
	assert_int_equal(do_work(&u), 0);
	row = row_of(&wall, keep);
	assert_int_equal(at(&wall, &row, "height").i, 500);
}

/* Archived rows stay as they were when what they point to is merged; restored, they point to the row that stayed. */
static void restored_behind_a_merge(void **state)
{
	(void)state;
	int64_t keep = MADE(&wall, "name", "天守台"), dup = MADE(&wall, "name", "天守の台"), third = MADE(&wall, "name", "本丸");
	int64_t id = MADE(&stone, "name", "石", "wall", "天守の台");
	struct change c = change_new(mem, CHANGE_ARCHIVE, &stone, id);
	struct written saved;
	assert_int_equal(save_by(&lead, &c, &saved), 0);
	struct work w = { .fn = merge, .by = &lead, .id = keep, .other = dup };
	assert_int_equal(do_work(&w), 0);
	w = (struct work){ .fn = merge, .by = &lead, .id = third, .other = keep };
	assert_int_equal(do_work(&w), 0);
	struct row row = row_of(&stone, id);
	assert_int_equal(at(&stone, &row, "wall").i, dup);
	c = change_new(mem, CHANGE_RESTORE, &stone, id);
	assert_int_equal(save_by(&lead, &c, &saved), 0);
	row = row_of(&stone, id);
	assert_int_equal(at(&stone, &row, "wall").i, third);
	assert_int_equal(last_entry(id).changes, 1);
	/* Where that makes it the twin of a live row, it stays archived and says so. */
	c = change_new(mem, CHANGE_ARCHIVE, &stone, id);
	assert_int_equal(save_by(&lead, &c, &saved), 0);
	int64_t last = MADE(&wall, "name", "二の丸");
	MADE(&stone, "name", "石", "wall", "二の丸");
	w = (struct work){ .fn = merge, .by = &lead, .id = last, .other = third };
	assert_int_equal(do_work(&w), 0);
	c = change_new(mem, CHANGE_RESTORE, &stone, id);
	assert_int_equal(save_by(&lead, &c, &saved), ERR_EXISTS);
}

static int keep_draft(struct reg_ctx *ctx, struct work *w)
{
	return draft_put(ctx, str_printf(mem, "mason:%lld", (long long)w->id), STR("mail=ishida@example.jp"));
}
static int erase(struct reg_ctx *ctx, struct work *w)
{
	return reg_erase(ctx, &mason, w->id, STR("退職後1年"), &w->w);
}

static void erased(void **state)
{
	(void)state;
	int64_t id = MADE(&mason, "name", "石田", "yard", "北の作業場", "mail", "ishida@example.jp");
	struct work w = { .fn = keep_draft, .by = &contact, .id = id };
	assert_int_equal(do_work(&w), 0);
	w.fn = erase;
	assert_int_equal(do_work(&w), ERR_DENIED);
	assert_int_equal(number_of("SELECT count(*) FROM draft"), 1);
	w.by = &lead;
	assert_int_equal(do_work(&w), 0);
	assert_int_equal(number_of("SELECT count(*) FROM draft"), 0);
	assert_int_equal(w.w.revision, 2);
	struct row row = row_of(&mason, id);
	assert_false(at(&mason, &row, "mail").known);
	assert_true(at(&mason, &row, "name").known);
	struct audit_entry e = last_entry(id);
	assert_int_equal(e.kind, AUDIT_ERASE);
	assert_true(str_starts(e.change[0].before, STR(DIGEST_PREFIX)));
	assert_int_equal(number_of("SELECT count(*) FROM audit_entry WHERE instr(body, 'ishida@') > 0"), 0);
	MADE(&mason, "name", "石川", "mail", "ishida@example.jp"); /* free again */
	assert_int_equal(do_work(&w), 0); /* nothing is left to erase */
	assert_false(w.w.changed);
}

static int views_and_drafts(struct reg_ctx *ctx, struct work *w)
{
	int64_t id = 0;
	bool replaced = true;
	struct saved_view *list;
	size_t n;
	assert_int_equal(saved_view_put(ctx, &test_stone, STR("大きい石"), STR("sort=-volume"), false, &id, &replaced, &w->why), 0);
	assert_false(replaced);
	assert_int_equal(saved_view_put(ctx, &test_stone, STR("大きい石"), STR("sort=volume"), true, &id, &replaced, &w->why), 0);
	assert_true(replaced);
	assert_int_equal(saved_view_put(ctx, &test_stone, STR(" "), STR("sort=volume"), true, &id, &replaced, &w->why), ERR_INVALID);
	struct reg_ctx theirs = *ctx;
	theirs.by = &contact;
	int64_t other = 0;
	assert_int_equal(saved_view_put(&theirs, &test_stone, STR("私の石"), STR("q=a"), true, &other, &replaced, &w->why), ERR_DENIED);
	assert_int_equal(saved_view_put(&theirs, &test_stone, STR("私の石"), STR("q=a"), false, &other, &replaced, &w->why), 0);
	assert_int_equal(saved_view_list(ctx->conn, mem, &contact, &test_stone, &list, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(saved_view_list(ctx->conn, mem, &lead, &test_stone, &list, &n), 0);
	assert_int_equal(n, 1);
	assert_true(list[0].shared && list[0].mine && str_eq(list[0].query, STR("sort=volume")));
	assert_int_equal(saved_view_remove(&theirs, id), ERR_NOT_FOUND);
	assert_int_equal(saved_view_remove(&theirs, other), 0);
	assert_int_equal(saved_view_remove(ctx, id), 0);
	struct str s;
	int64_t at_ms;
	assert_int_equal(draft_put(ctx, STR("stone/new"), STR("name=a")), 0);
	assert_int_equal(draft_put(ctx, STR("stone/new"), STR("name=b")), 0);
	assert_int_equal(draft_get(ctx->conn, mem, &lead, STR("stone/new"), &s, &at_ms), 0);
	assert_true(str_eq(s, STR("name=b")));
	assert_int_equal(draft_get(ctx->conn, mem, &contact, STR("stone/new"), &s, &at_ms), ERR_NOT_FOUND);
	assert_int_equal(draft_tidy(ctx), 0);
	assert_int_equal(draft_forget(ctx, STR("stone/new")), 0);
	assert_int_equal(draft_get(ctx->conn, mem, &lead, STR("stone/new"), &s, &at_ms), ERR_NOT_FOUND);
	return 0;
}

static void kept_for_people(void **state)
{
	(void)state;
	struct work w = { .fn = views_and_drafts, .by = &lead };
	assert_int_equal(do_work(&w), 0);
	(void)twin;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OFFICE_TEST(readable), OFFICE_TEST(undone), OFFICE_TEST(other_rows_stay_hidden), OFFICE_TEST(accounts_follow_their_person), OFFICE_TEST(merged), OFFICE_TEST(merged_with_its_blanks_filled), OFFICE_TEST(merge_is_no_change_to_undo),
		OFFICE_TEST(restored_behind_a_merge), OFFICE_TEST(erased), OFFICE_TEST(kept_for_people),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
