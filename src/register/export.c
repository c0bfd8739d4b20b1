/* Exports: who may, what is recorded, and which columns; the formats have files of their own. */
#include "register/export_internal.h"

#include <errno.h>
#include <unistd.h>

static const struct layout *const *layouts;
static size_t layout_count;

void export_declare_layouts(const struct layout *const *list, size_t n)
{
	layouts = list;
	layout_count = n;
}

const struct layout *export_layout(const struct reg *r, struct str name)
{
	for (size_t i = 0; i < layout_count; i++)
		if (str_eq_z(name, layouts[i]->name) && strcmp(layouts[i]->reg, r->name) == 0)
			return layouts[i];
	return NULL;
}

const struct layout *export_layout_at(const struct reg *r, size_t n)
{
	for (size_t i = 0; i < layout_count; i++)
		if (strcmp(layouts[i]->reg, r->name) == 0 && n-- == 0)
			return layouts[i];
	return NULL;
}

bool export_guarded(struct str cell)
{
	size_t i = 0;
	while (i < cell.n && cell.p[i] == '\'')
		i++;
	return i < cell.n && strchr("=+-@\t\r", cell.p[i]);
}

struct str export_unguard(struct str cell)
{
	return cell.n && cell.p[0] == '\'' && export_guarded(cell) ? str_sub(cell, 1, cell.n - 1) : cell;
}

int exporter_write(int fd, const char *p, size_t n)
{
	while (n) {
		const ssize_t w = write(fd, p, n);
		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return ERR_IO;
		p += w;
		n -= (size_t)w;
	}
	return 0;
}

int exporter_flush(struct exporter *x, bool all)
{
	if (buf_error(&x->out))
		return ERR_LIMIT;
	if (x->out.n == 0 || (!all && x->out.n < EXPORT_PIECE))
		return 0;
	const int r = exporter_write(x->o->out_fd, x->out.p, x->out.n);
	buf_clear(&x->out);
	return r;
}

/* ---- the trail ---- */

struct record_export {
	struct reg_ctx *ctx;
	const struct export_options *o;
};

static int record_export(struct db_conn *c, void *arg)
{
	const struct record_export *e = arg;
	const struct query *q = e->o->query;
	static const char *const format[] = { [EXPORT_CSV] = "csv", [EXPORT_XLSX] = "xlsx", [EXPORT_JSONL] = "jsonl" };
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_URL * 4);
	buf_z(&b, e->o->layout ? e->o->layout->name : format[e->o->format]);
	CLEANUP(buf_release) struct buf what;
	buf_init(&what, LIMIT_URL * 2);
	query_put(&what, q, false);
	if (what.n) {
		buf_char(&b, ' ');
		buf_str(&b, buf_view(&what));
	}
	if (q->ids) {
		buf_lit(&b, " ids=");
		for (size_t i = 0; i < q->id_count && b.n < LIMIT_URL; i++) {
			if (i)
				buf_char(&b, ',');
			buf_i64(&b, q->ids[i]);
		}
	}
	struct audit_entry entry = auth_entry(e->ctx->arena, e->ctx->by, AUDIT_EXPORT);
	entry.reg = str_of(q->view->reg->name);
	entry.subject = buf_error(&b) ? str_of(format[e->o->format]) : buf_view(&b);
	return audit_append(c, &entry);
}

int export_run(struct db *db, struct reg_ctx *ctx, const struct export_options *o, struct export_result *ret)
{
	const struct reg_view *view = o->query->view;
	const struct reg *reg = view->reg;
	struct export_result result = { 0 };
	struct exporter x = { .o = o, .view = view, .arena = ctx->arena, .query = *o->query, .result = &result };
	x.query.by = ctx->by;
	x.query.op = OP_EXPORT;
	x.query.cursor = STR_NULL;
	x.query.limit = 0;
	x.query.count = false;
	const uint32_t ops = auth_ops(ctx->by, reg_number(reg));
	if (!(ops & OP_EXPORT) || !(ops & OP_READ))
		return ERR_DENIED;
	bool *want = ARENA_ARRAY(ctx->arena, view->fields ? view->fields : 1, bool);
	for (size_t i = 0; i < view->fields; i++) {
		want[i] = (!o->query->columns || o->query->columns[i]) && reg_field_readable(ctx->by, reg, view->field[i]);
		if (want[i])
			x.column[x.columns++] = (int)i;
	}
	if (!o->layout)
		x.query.columns = want;
	/* A query that cannot run is refused before anything is recorded. */
	struct plan p;
	int r = plan_make(NULL, ctx->arena, &x.query, true, &p);
	if (r < 0)
		return r;
	struct record_export record = { ctx, o };
	r = db_write(db, record_export, &record);
	if (r < 0)
		return r;

	struct db_conn *c = db_read_begin(db);
	buf_init(&x.out, LIMIT_PAGE);
	if (o->layout)
		r = o->layout->write(c, &x.query, o->out_fd);
	else if (o->format == EXPORT_CSV)
		r = export_csv(c, &x);
	else if (o->format == EXPORT_XLSX)
		r = export_xlsx(c, &x);
	else
		r = export_jsonl(c, &x);
	buf_release(&x.out);
	db_read_end(db, &c);
	if (r == 0)
		*ret = result;
	return r;
}
