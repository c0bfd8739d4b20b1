#include "main/world.h"

#include "register/setting.h"

#include "asset/campaign.h"
#include "base/text.h"
#include "base/text/auth.h"
#include "base/text/main.h"
#include "html/html.h"
#include "main/demo.h"
#include "org/org.h"
#include "register/batch.h"
#include "register/query.h"
#include "training/training.h"

#define UNITS_MAX 5000

/* As people type codes: full-width, lower case. */
static struct str code_of(struct arena *a, struct str typed)
{
	struct str folded = text_fold(a, str_trim(typed));
	char *p = arena_copy(a, folded.p ? folded.p : "", folded.n);
	for (size_t i = 0; i < folded.n; i++)
		if (p[i] >= 'a' && p[i] <= 'z')
			p[i] = (char)(p[i] - 'a' + 'A');
	return (struct str){ p, folded.n };
}

static int record(struct db_conn *c, struct arena *a, const struct principal *p, int64_t id, struct str code, enum lang lang,
                  struct auth_record *ret)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT id, register, unit_id, code FROM record WHERE ");
	if (id) {
		sql_lit(&q, "id = ");
		sql_i64(&q, id);
	} else {
		sql_lit(&q, "code = ");
		sql_str(&q, code_of(a, code));
	}
	struct auth_record found = { 0 };
	struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	if (r == 0)
		r = stmt_step(s);
	const struct reg *reg = NULL;
	if (r == 1) {
		found.id = stmt_i64(s, 0);
		reg = reg_find(stmt_str(s, 1));
		found.unit_id = stmt_i64(s, 2);
		found.code = stmt_str_dup(s, a, 3);
	}
	stmt_done(&s);
	if (r < 0)
		return r;
	if (!reg)
		return ERR_NOT_FOUND;
	struct reg_view view;
	struct row row;
	r = reg_view_load(c, a, reg, &view);
	if (r == 0)
		r = reg_get(c, a, p, &view, found.id, &row);
	if (r != 0)
		return r;
	if (row.state != RECORD_LIVE)
		return ERR_NOT_FOUND;
	int title = reg_field(reg, reg->title);
	found.reg = reg_number(reg);
	found.title = title < 0 ? found.code : value_str(a, view.field[title], &row.v[title], FORM_VIEW, lang);
	found.path = str_printf(a, "/%s/%s/%lld", reg->room, reg->name, (long long)found.id);
	*ret = found;
	return 0;
}

struct unit {
	int64_t id, parent;
	struct str name;
	bool listed;
};

/* Every unit below parent, each followed by those below it. Units are read by name, so siblings stand in that order. */
static void below(struct unit *unit, size_t n, int64_t parent, unsigned depth, struct auth_unit *list, size_t *count)
{
	for (size_t i = 0; i < n; i++) {
		if (unit[i].listed || unit[i].parent != parent)
			continue;
		unit[i].listed = true;
		list[(*count)++] = (struct auth_unit){ .id = unit[i].id, .name = unit[i].name, .depth = depth };
		if (depth < 30)
			below(unit, n, unit[i].id, depth + 1, list, count);
	}
}

static int units(struct db_conn *c, struct arena *a, enum lang lang, struct auth_unit **ret, size_t *ret_n)
{
	(void)lang;
	struct unit *unit = ARENA_ARRAY(a, UNITS_MAX, struct unit);
	size_t n = 0, count = 0;
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT u.id, COALESCE(u.parent, 0), u.name FROM ");
	sql_name(&q, reg_unit.table);
	sql_lit(&q, " u WHERE u.archived = 0");
	batch_visible(&q, "u");
	sql_lit(&q, " ORDER BY u.name, u.id");
	CLEANUP(stmt_done) struct stmt *s = NULL;
	int r = db_query(c, &q, &s);
	while (r == 0 && (r = stmt_step(s)) == 1) {
		r = 0;
		if (n == UNITS_MAX)
			break;
		unit[n++] = (struct unit){ .id = stmt_i64(s, 0), .parent = stmt_i64(s, 1), .name = stmt_str_dup(s, a, 2) };
	}
	if (r < 0)
		return r;
	struct auth_unit *list = ARENA_ARRAY(a, n + 1, struct auth_unit);
	below(unit, n, 0, 0, list, &count);
	/* Those below an archived unit hang in the air: at the end, rather than nowhere. */
	for (size_t i = 0; i < n; i++)
		if (!unit[i].listed)
			list[count++] = (struct auth_unit){ .id = unit[i].id, .name = unit[i].name };
	*ret = list;
	*ret_n = count;
	return 0;
}

static struct str field(struct str reg, struct str name, enum lang lang)
{
	const struct reg *r = reg_find(reg);
	int i = r ? reg_field_str(r, name) : -1;
	return i < 0 ? name : label_of(r->field[i].label, lang);
}

static void people(struct html *h)
{
	html_lit(h, "<section class=\"screen-only\"><h2>");
	html_msg(h, MSG_MAIN_DEMO_PEOPLE);
	html_lit(h, "</h2><div class=\"table-scroll\" tabindex=\"0\" role=\"region\"");
	html_attr_msg(h, "aria-label", MSG_MAIN_DEMO_PEOPLE);
	html_lit(h, "><table class=\"table\"><thead><tr><th scope=\"col\">");
	html_msg(h, MSG_AUTH_LOGIN);
	html_lit(h, "</th><th scope=\"col\">");
	html_msg(h, MSG_AUTH_PASSWORD);
	html_lit(h, "</th></tr></thead><tbody>");
	for (size_t i = 0; i < demo_people_count; i++) {
		html_lit(h, "<tr><td>");
		html_text(h, str_of(demo_people[i].login));
		html_lit(h, "<br><span class=\"muted small\">");
		html_label(h, demo_people[i].role);
		html_lit(h, "</span></td><td><code>");
		html_text(h, str_of(demo_people[i].password));
		html_lit(h, "</code></td></tr>");
	}
	html_lit(h, "</tbody></table></div></section>");
}

static struct str link_home(struct db_conn *c, struct arena *a, int64_t link_id)
{
	struct campaign_part part;
	return campaign_part_of_link(c, a, link_id, &part) == 0 ? STR("/asset/review")
	       : training_is_link(c, a, link_id) ? STR("/training/take") : STR_NULL;
}

static int reach(struct db_conn *c, struct arena *a, int64_t person_id, struct str *ret_address)
{
	struct sql q;
	sql_init(&q, a);
	sql_lit(&q, "SELECT COALESCE(t.email, '') FROM org_person t WHERE t.archived = 0 AND t.id = ");
	sql_i64(&q, person_id);
	batch_visible(&q, "t");
	return db_get_str(c, &q, ret_address);
}

static struct str company(struct db_conn *c, struct arena *a)
{
	return setting_str(c, a, "office.company");
}

const struct auth_world main_world = { .reach = reach, .company = company, .record = record, .units = units, .field = field, .link_home = link_home, .demo_people = people };
