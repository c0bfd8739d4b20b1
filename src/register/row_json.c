#include "register/row_json.h"

bool row_json_is_reference(const struct field *f)
{
	return f->type == FIELD_REFERENCE || f->type == FIELD_PERSON || f->type == FIELD_UNIT;
}

static const char *choice_key(const struct field *f, int64_t number)
{
	for (size_t i = 0; i < f->choices; i++)
		if (f->choice[i].number == number)
			return f->choice[i].key;
	return NULL;
}

void value_json_put(struct json *j, const struct field *f, const struct value *v)
{
	if (!v->known) {
		json_null_value(j);
		return;
	}
	const char *key;
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_LONG_TEXT:
	case FIELD_DATE:
	case FIELD_URL:
	case FIELD_REFERENCE:
	case FIELD_PERSON:
	case FIELD_UNIT:
		json_str(j, v->s);
		break;
	case FIELD_INTEGER:
	case FIELD_MONEY:
	case FIELD_SCALE:
		json_i64(j, v->i);
		break;
	case FIELD_DECIMAL:
		json_decimal(j, v->i, f->decimals);
		break;
	case FIELD_YES_NO:
		json_bool(j, v->i != 0);
		break;
	case FIELD_CHOICE:
		key = choice_key(f, v->i);
		if (key)
			json_str(j, str_of(key));
		else
			json_i64(j, v->i); /* a retired choice of an own field */
		break;
	case FIELD_MULTI:
		json_array_begin(j);
		for (size_t i = 0; i < f->choices; i++)
			if (v->i >> f->choice[i].number & 1)
				json_str(j, str_of(f->choice[i].key));
		json_array_end(j);
		break;
	}
}

static void put_instant(struct json *j, const char *key, int64_t ms)
{
	struct buf b;
	buf_init(&b, 64);
	clock_put_rfc3339(&b, ms);
	json_put_str(j, key, buf_view(&b));
	buf_release(&b);
}

void row_json_put(struct json *j, const struct principal *p, const struct reg_view *view, const bool *columns,
                  const struct row *row)
{
	json_object_begin(j);
	json_put_i64(j, "id", row->id);
	json_put_str(j, "code", row->code);
	json_put_i64(j, "revision", row->revision);
	json_put_bool(j, "archived", row->state == RECORD_ARCHIVED);
	put_instant(j, "created_at", row->created_at);
	put_instant(j, "updated_at", row->updated_at);
	for (size_t i = 0; i < view->fields; i++) {
		const struct field *f = view->field[i];
		if ((columns && !columns[i]) || !reg_field_readable(p, view->reg, f))
			continue;
		json_key(j, f->name);
		value_json_put(j, f, &row->v[i]);
		if (row_json_is_reference(f)) {
			char name[80];
			snprintf(name, sizeof name, "%s_id", f->name);
			json_key(j, name);
			if (row->v[i].known)
				json_i64(j, row->v[i].i);
			else
				json_null_value(j);
		}
	}
	json_object_end(j);
}
