/* Taking a report, and following it by its code. */
#include "auth/slow.h"
#include "base/hash.h"
#include "base/text.h"
#include "incident/door.h"
#include "incident/incident.h"
#include "register/query.h"
#include "register/remark.h"

#define DAY_MS INT64_C(86400000)
#define OPEN_DAYS 10       /* days' worth of unsorted reports that close a door */
#define CODE_BYTES 10      /* 16 characters */
#define TITLE_CHARS 40

struct principal report_writer(void)
{
	struct principal p = auth_system();
	p.name = STR("報告ページ");
	return p;
}

/* ---- codes ---- */

static struct str code_of(struct arena *a, const uint8_t key[32], const struct stamp *st)
{
	struct hash h;
	uint8_t digest[HASH_SIZE], door[8];
	for (int i = 0; i < 8; i++)
		door[i] = (uint8_t)(st->door_id >> (8 * i));
	hash_begin_keyed(&h, key, 32);
	hash_add(&h, "report code", 12);
	hash_add(&h, door, sizeof door);
	hash_add(&h, st->nonce, sizeof st->nonce);
	hash_end(&h, digest);
	CLEANUP(buf_release) struct buf b, out;
	buf_init(&b, 64);
	buf_init(&out, 64);
	hash_put_base32(&b, digest, CODE_BYTES);
	for (size_t i = 0; i < b.n; i++) {
		if (i && i % 4 == 0)
			buf_char(&out, '-');
		buf_char(&out, b.p[i]);
	}
	return str_dup(a, buf_view(&out));
}

/* In full width, with blanks, in small letters: as people type. */
static int hash_of_code(struct arena *a, const uint8_t key[32], struct str typed, uint8_t ret[HASH_SIZE])
{
	struct hash h;
	uint8_t code[CODE_BYTES];
	size_t n = 0;
	if (hash_parse_base32(text_fold(a, str_trim(typed)), code, sizeof code, &n) < 0 || n != sizeof code)
		return ERR_NOT_FOUND;
	hash_begin_keyed(&h, key, 32);
	hash_add(&h, "follow", 7);
	hash_add(&h, code, sizeof code);
	hash_end(&h, ret);
	return 0;
}

static void content_of(const uint8_t key[32], const struct told *t, uint8_t ret[HASH_SIZE])
{
	struct hash h;
	const uint8_t kind = (uint8_t)t->kind;
	const struct str part[] = { t->what, t->happened_on, t->place, t->reporter, t->photo };
	hash_begin_keyed(&h, key, 32);
	hash_add(&h, "content", 8);
	hash_add(&h, &kind, 1);
	for (size_t i = 0; i < COUNT_OF(part); i++) {
		hash_add(&h, part[i].p ? part[i].p : "", part[i].n);
		hash_add(&h, "", 1);
	}
	hash_end(&h, ret);
}

/* ---- taking one ---- */

/* The form was sent already. */
static int sent_before(struct db_conn *c, struct arena *a, const uint8_t hash[HASH_SIZE], const uint8_t content[HASH_SIZE], struct told *t, bool *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT record_id, content FROM incident_follow WHERE hash = ");
	sql_blob(&q, hash, HASH_SIZE);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_first(c, &q, &s);
	*ret = r == 0;
	if (r == 0) {
		struct str was = stmt_str(s, 1);
		t->record_id = stmt_i64(s, 0);
		t->taken = was.n == HASH_SIZE && hash_equal(was.p, content, HASH_SIZE) ? TAKEN_AGAIN : TAKEN_OTHER;
	}
	return r == ERR_NOT_FOUND ? 0 : r;
}

/* What of this door nobody has sorted yet. */
static int waiting(struct db_conn *c, struct arena *a, int64_t door_id, int64_t *today, int64_t *all, int64_t *bytes)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT COUNT(*), COALESCE(SUM(CASE WHEN f.at > ");
	sql_i64(&q, clock_now() - DAY_MS);
	sql_lit(&q, " THEN 1 ELSE 0 END), 0), COALESCE(SUM(f.photo_bytes), 0) FROM incident_follow f JOIN incident_near_miss n ON n.id = f.record_id WHERE n.state = 1 AND n.archived = 0 AND f.door_id = ");
	sql_i64(&q, door_id);
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_first(c, &q, &s);
	if (r == 0) {
		*all = stmt_i64(s, 0);
		*today = stmt_i64(s, 1);
		*bytes = stmt_i64(s, 2);
	}
	return r;
}

/* The first line, short enough for a list. */
static struct str headline(struct arena *a, struct str what)
{
	struct str rest = what, line;
	if (!str_cut(&rest, '\n', &line))
		line = what;
	line = str_trim(line);
	struct str clipped = text_clip(line, TITLE_CHARS);
	return clipped.n < line.n ? str_printf(a, "%.*s…", STR_FMT(clipped)) : line;
}

static void set(struct change *c, const char *field, struct value v)
{
	if (v.known)
		change_set(c, reg_field(&reg_near_miss, field), v);
}

static struct value text_value(struct str s)
{
	return (struct value){ .known = s.n > 0, .s = s };
}

static struct value number_value(int64_t i)
{
	return (struct value){ .known = i > 0, .i = i };
}

static int write_row(struct reg_ctx *ctx, const struct told *t, int64_t unit_id, struct written *w)
{
	struct reg_view view;
	int r = reg_view_load(ctx->conn, ctx->arena, &reg_near_miss, &view);
	if (r < 0)
		return r;
	struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, 0);
	c.by_engine = true;
	set(&c, "name", text_value(headline(ctx->arena, t->what)));
	set(&c, "what", text_value(t->what));
	set(&c, "happened_on", text_value(t->happened_on));
	set(&c, "kind", number_value(t->kind));
	set(&c, "place", text_value(t->place));
	set(&c, "unit", number_value(unit_id));
	set(&c, "reporter", text_value(t->reporter));
	set(&c, "source", number_value(NEAR_MISS_BY_PAGE));
	return reg_write(ctx, &c, w);
}

/* The name it had on the sender's device may tell who that is. */
static int put_photo(struct reg_ctx *ctx, int64_t record_id, const struct told *t)
{
	struct note why;
	int64_t id;
	const bool png = t->photo_kind == PHOTO_PNG;
	return attachment_add(ctx, record_id, png ? STR("photo.png") : STR("photo.jpg"), png ? STR("image/png") : STR("image/jpeg"), t->photo, &id, &why);
}

int report_take(struct db_conn *writer, struct arena *a, const uint8_t key[32], struct told *t)
{
	const struct principal by = report_writer();
	struct reg_ctx ctx = { .conn = writer, .arena = a, .by = &by, .key = key };
	struct door door;
	uint8_t hash[HASH_SIZE], content[HASH_SIZE];
	int64_t today = 0, all = 0, bytes = 0;
	bool before = false;
	int r = door_find(writer, a, t->secret, &door);
	if (r == 0 && door.id != t->stamp.door_id)
		r = ERR_NOT_FOUND;
	if (r < 0)
		return r;
	t->code = code_of(a, key, &t->stamp);
	content_of(key, t, content);
	r = hash_of_code(a, key, t->code, hash);
	if (r == 0)
		r = sent_before(writer, a, hash, content, t, &before);
	if (r < 0 || before)
		return r;
	r = slow_begin(writer, a, SLOW_SEND, str_printf(a, "door %lld", (long long)door.id), t->address, &t->wait_ms);
	if (r < 0 || t->wait_ms) {
		t->taken = TAKEN_SLOW;
		return r;
	}
	const int64_t bound = setting_i64(writer, "incident.day_bound");
	if ((r = waiting(writer, a, door.id, &today, &all, &bytes)) < 0)
		return r;
	if (today >= bound || all >= OPEN_DAYS * bound) {
		t->taken = TAKEN_FULL;
		return 0;
	}
	if (t->photo.n && bytes + (int64_t)t->photo.n > (int64_t)LIMIT_DOOR_PHOTOS) {
		t->taken = TAKEN_PHOTO;
		return 0;
	}
	struct written w;
	r = write_row(&ctx, t, door.unit_id, &w);
	if (r < 0)
		return r;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "INSERT INTO incident_follow (record_id, door_id, at, hash, content, form, photos, photo_bytes) VALUES (");
	sql_i64(&q, w.id);
	sql_lit(&q, ", ");
	sql_i64(&q, door.id);
	sql_lit(&q, ", ");
	sql_i64(&q, clock_now());
	sql_lit(&q, ", ");
	sql_blob(&q, hash, sizeof hash);
	sql_lit(&q, ", ");
	sql_blob(&q, content, sizeof content);
	sql_lit(&q, ", ");
	sql_blob(&q, t->stamp.nonce, sizeof t->stamp.nonce);
	sql_lit(&q, ", ");
	sql_i64(&q, t->photo.n > 0);
	sql_lit(&q, ", ");
	sql_i64(&q, (int64_t)t->photo.n);
	sql_lit(&q, ")");
	r = db_exec(writer, &q, NULL);
	if (r == 0 && t->photo.n)
		r = put_photo(&ctx, w.id, t);
	t->taken = TAKEN_NEW;
	t->record_id = w.id;
	return r;
}

/* ---- following ---- */

#define CODE_TRIED STR("report code")

static int load_followed(struct db_conn *c, struct arena *a, const uint8_t hash[HASH_SIZE], struct followed *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT n.id, COALESCE(n.state, 1), f.photos, f.added, COALESCE(n.reported_on, ''), COALESCE(n.what, ''), COALESCE(n.answer, ''), n.archived"
	            " FROM incident_follow f JOIN incident_near_miss n ON n.id = f.record_id WHERE f.hash = ");
	sql_blob(&q, hash, HASH_SIZE);
	struct stmt *s = NULL;
	int r = db_first(c, &q, &s);
	if (r == 0)
		*ret = (struct followed){ .record_id = stmt_i64(s, 0), .state = stmt_i64(s, 1), .photos = stmt_i64(s, 2), .added = stmt_i64(s, 3), .reported_on = stmt_str_dup(s, a, 4),
			.what = stmt_str_dup(s, a, 5), .answer = stmt_str_dup(s, a, 6), .open = stmt_i64(s, 7) == 0 && stmt_i64(s, 3) < LIMIT_ADDED };
	stmt_done(&s);
	if (r < 0)
		return r;
	/* Only what this page wrote itself: what is said in the office stays there. */
	sql_init(&q, a);
	sql_lit(&q, "SELECT at, text FROM remark_comment WHERE actor = 'system' AND record_id = ");
	sql_i64(&q, ret->record_id);
	sql_lit(&q, " ORDER BY id LIMIT ");
	sql_i64(&q, LIMIT_ADDED);
	r = db_query(c, &q, &s);
	for (; r == 0 && ret->additions < LIMIT_ADDED && (r = stmt_step(s)) == 1; r = 0) {
		ret->addition[ret->additions].at = stmt_i64(s, 0);
		ret->addition[ret->additions++].text = stmt_str_dup(s, a, 1);
	}
	stmt_done(&s);
	return r;
}

static int follow(struct db_conn *writer, struct arena *a, const uint8_t key[32], struct str code, struct str address, enum taken *ret_taken, int64_t *ret_wait_ms,
                  uint8_t hash[HASH_SIZE], struct followed *ret)
{
	*ret_taken = TAKEN_NEW;
	*ret_wait_ms = 0;
	int r = slow_begin(writer, a, SLOW_GUESS, CODE_TRIED, address, ret_wait_ms);
	if (r < 0)
		return r;
	if (*ret_wait_ms) {
		*ret_taken = TAKEN_SLOW;
		return 0;
	}
	r = hash_of_code(a, key, code, hash);
	if (r == 0)
		r = load_followed(writer, a, hash, ret);
	if (r == ERR_NOT_FOUND) {
		*ret_taken = TAKEN_UNKNOWN;
		return 0;
	}
	return r < 0 ? r : slow_right(writer, a, CODE_TRIED, address);
}

int report_follow(struct db_conn *writer, struct arena *a, const uint8_t key[32], struct str code, struct str address, enum taken *ret_taken, int64_t *ret_wait_ms,
                  struct followed *ret)
{
	uint8_t hash[HASH_SIZE];
	return follow(writer, a, key, code, address, ret_taken, ret_wait_ms, hash, ret);
}

static int mark_added(struct reg_ctx *ctx, int64_t record_id)
{
	struct reg_view view;
	struct written w;
	int r = reg_view_load(ctx->conn, ctx->arena, &reg_near_miss, &view);
	if (r < 0)
		return r;
	struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, record_id);
	c.by_engine = true;
	change_set(&c, reg_field(&reg_near_miss, "added"), (struct value){ .known = true, .i = 1 });
	return reg_write(ctx, &c, &w);
}

int report_add(struct db_conn *writer, struct arena *a, const uint8_t key[32], struct str code, struct told *t)
{
	const struct principal by = report_writer();
	struct reg_ctx ctx = { .conn = writer, .arena = a, .by = &by, .key = key };
	struct followed f;
	uint8_t hash[HASH_SIZE];
	int r = follow(writer, a, key, code, t->address, &t->taken, &t->wait_ms, hash, &f);
	if (r < 0 || t->taken != TAKEN_NEW)
		return r;
	t->record_id = f.record_id;
	struct sql q;
	int64_t same = 0;
	sql_init(&q, a);
	sql_lit(&q, "SELECT COUNT(*) FROM incident_follow WHERE hash = ");
	sql_blob(&q, hash, sizeof hash);
	sql_lit(&q, " AND form = ");
	sql_blob(&q, t->stamp.nonce, sizeof t->stamp.nonce);
	if ((r = db_get_i64(writer, &q, &same)) < 0)
		return r;
	/* A photo that comes later fills the same disk. */
	int64_t door = 0, today, all, bytes = 0;
	if (t->photo.n) {
		sql_init(&q, a);
		sql_lit(&q, "SELECT door_id FROM incident_follow WHERE hash = ");
		sql_blob(&q, hash, sizeof hash);
		r = db_get_i64(writer, &q, &door);
		if (r == 0)
			r = waiting(writer, a, door, &today, &all, &bytes);
		if (r < 0)
			return r;
	}
	if (same || !f.open || (t->photo.n && (f.photos >= LIMIT_PHOTOS || bytes + (int64_t)t->photo.n > (int64_t)LIMIT_DOOR_PHOTOS))) {
		t->taken = same ? TAKEN_AGAIN : !f.open ? TAKEN_FULL : TAKEN_PHOTO;
		return 0;
	}
	struct note why;
	int64_t id;
	if (t->what.n)
		r = comment_add(&ctx, f.record_id, t->what, &id, &why);
	if (r == 0 && t->photo.n)
		r = put_photo(&ctx, f.record_id, t);
	if (r == 0)
		r = mark_added(&ctx, f.record_id);
	if (r < 0)
		return r;
	sql_init(&q, a);
	sql_lit(&q, "UPDATE incident_follow SET added = added + 1, form = ");
	sql_blob(&q, t->stamp.nonce, sizeof t->stamp.nonce);
	sql_lit(&q, ", photos = photos + ");
	sql_i64(&q, t->photo.n > 0);
	sql_lit(&q, ", photo_bytes = photo_bytes + ");
	sql_i64(&q, (int64_t)t->photo.n);
	sql_lit(&q, " WHERE hash = ");
	sql_blob(&q, hash, sizeof hash);
	return db_exec(writer, &q, NULL);
}
