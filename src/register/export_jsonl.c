/* JSON lines: one object a row, as the API answers it. */
#include "register/export_internal.h"
#include "register/row_json.h"

static int put_row(void *ctx, const struct row *row)
{
	struct exporter *x = ctx;
	struct json j;
	json_init(&j, &x->out);
	row_json_put(&j, x->query.by, x->view, x->query.columns, row);
	buf_char(&x->out, '\n');
	x->result->rows++;
	return exporter_flush(x, false);
}

int export_jsonl(struct db_conn *c, struct exporter *x)
{
	const int r = reg_each(c, &x->query, put_row, x);
	return r < 0 ? r : exporter_flush(x, true);
}
