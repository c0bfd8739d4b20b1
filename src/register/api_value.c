#include "register/api_value.h"

#include <math.h>

#include "base/num.h"
#include "base/text.h"
#include "base/text/faces.h"
#include "base/text/register.h"

/* ---- the body ---- */

/* Brackets outside of strings: the parser itself would nest much deeper than anything the API knows. */
static bool too_deep(struct str s)
{
	unsigned depth = 0;
	bool in = false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (in) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in = false;
		} else if (c == '"') {
			in = true;
		} else if (c == '{' || c == '[') {
			if (++depth > LIMIT_JSON_DEPTH)
				return true;
		} else if ((c == '}' || c == ']') && depth) {
			depth--;
		}
	}
	return false;
}

/* What the parser found, in both languages: its own words are English. */
static struct label syntax_error(struct arena *a, const json_error_t *error)
{
	const char *said = text_valid(str_of(error->text)) ? str_z(a, str_of(error->text)) : "?";
	switch (json_error_code(error)) {
	case json_error_premature_end_of_input:
		return (struct label){ "途中で終わっています", said };
	case json_error_duplicate_key:
		return (struct label){ "同じ名前が2度出てきます", said };
	case json_error_invalid_utf8:
		return (struct label){ "文字コードがUTF-8ではありません", said };
	case json_error_numeric_overflow:
		return (struct label){ "数が大きすぎます", said };
	case json_error_end_of_input_expected:
		return (struct label){ "終わりの後ろに余分なものがあります", said };
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return (struct label){ "使えない文字（NUL）があります", said };
	default:
		return (struct label){ "書き方の誤り", said };
	}
}

json_t *api_body(struct arena *a, struct str body, struct note *ret_why)
{
	json_error_t error;
	if (too_deep(body)) {
		*ret_why = NOTE(MSG_FACE_API_DEPTH, ARG_I(LIMIT_JSON_DEPTH));
		return NULL;
	}
	json_t *v = json_loadb(body.p ? body.p : "", body.n, JSON_REJECT_DUPLICATES, &error);
	if (!v) {
		*ret_why = NOTE(MSG_FACE_API_SYNTAX, ARG_I(error.line), ARG_I(error.column), ARG_L(syntax_error(a, &error)));
		return NULL;
	}
	if (!json_is_object(v)) {
		json_decref(v);
		*ret_why = NOTE0(MSG_FACE_API_OBJECT);
		return NULL;
	}
	return v;
}

static void key_error(struct api_errors *l, struct str key, struct note why)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 8;
		struct api_error *grown = ARENA_ARRAY(l->arena, cap, struct api_error);
		if (l->n)
			memcpy(grown, l->error, l->n * sizeof *grown);
		l->error = grown;
		l->cap = cap;
	}
	l->error[l->n++] = (struct api_error){ .key = key, .why = why };
}

/* ---- values ---- */

static struct str text_of(struct arena *a, json_t *v)
{
	size_t n = json_string_length(v);
	return (struct str){ arena_copy(a, json_string_value(v), n), n };
}

static int wrong_type(struct note *why, msg_id want)
{
	*why = NOTE(MSG_FACE_API_TYPE, ARG_M(want));
	return ERR_INVALID;
}

static int of_text(struct face *f, const struct field *d, json_t *v, struct value *ret, struct note *why)
{
	if (!json_is_string(v))
		return wrong_type(why, MSG_FACE_API_STRING);
	return value_parse(d, f->a, text_of(f->a, v), f->lang, ret, why);
}

static int of_integer(struct face *f, const struct field *d, json_t *v, struct value *ret, struct note *why)
{
	if (!json_is_integer(v))
		return wrong_type(why, MSG_FACE_API_INTEGER);
	return value_parse(d, f->a, str_printf(f->a, "%lld", (long long)json_integer_value(v)), f->lang, ret, why);
}

/* A number with exactly the digits that were meant: what a double cannot tell apart comes as a string. */
static int of_decimal(struct face *f, const struct field *d, json_t *v, struct value *ret, struct note *why)
{
	if (json_is_integer(v) || json_is_string(v))
		return json_is_integer(v) ? of_integer(f, d, v, ret, why) : of_text(f, d, v, ret, why);
	if (!json_is_real(v) || fabs(json_real_value(v)) > 1e15)
		return wrong_type(why, MSG_FACE_API_NUMBER);
	char text[64];
	for (int digits = 1; digits <= 17; digits++) { /* the shortest text that reads as the same number */
		snprintf(text, sizeof text, "%.*g", digits, json_real_value(v));
		if (strtod(text, NULL) == json_real_value(v))
			break;
	}
	if (strchr(text, 'e'))
		snprintf(text, sizeof text, "%.20f", json_real_value(v));
	return value_parse(d, f->a, str_dup(f->a, str_of(text)), f->lang, ret, why);
}

static int of_choice(struct face *f, const struct field *d, json_t *v, struct value *ret, struct note *why)
{
	if (!json_is_string(v))
		return wrong_type(why, MSG_FACE_API_CHOICE);
	struct str key = text_of(f->a, v);
	for (size_t i = 0; i < d->choices; i++)
		if (str_eq_z(key, d->choice[i].key)) {
			*ret = (struct value){ .known = true, .i = d->choice[i].number };
			return 0;
		}
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, 8000);
	for (size_t i = 0; i < d->choices; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", d->choice[i].key);
	*why = NOTE(MSG_VALUE_CHOICE, ARG_S(text_clip(key, 60)), ARG_S(str_dup(f->a, buf_view(&b))));
	return ERR_INVALID;
}

static int of_several(struct face *f, const struct field *d, json_t *v, struct value *ret, struct note *why)
{
	size_t i;
	json_t *one;
	if (!json_is_array(v))
		return wrong_type(why, MSG_FACE_API_ARRAY);
	*ret = (struct value){ .known = false };
	json_array_foreach(v, i, one) {
		struct value x;
		int e = of_choice(f, d, one, &x, why);
		if (e < 0)
			return e;
		ret->known = true;
		ret->i |= (int64_t)1 << x.i;
	}
	return 0;
}

/* JSON into the field's value; a reference by its name only (its id is the other member's business). */
static int of_json(struct face *f, const struct field *d, json_t *v, struct value *ret, struct note *why)
{
	*ret = (struct value){ .known = false };
	if (json_is_null(v))
		return 0;
	switch (d->type) {
	case FIELD_TEXT:
	case FIELD_LONG_TEXT:
	case FIELD_DATE:
	case FIELD_URL:
		return of_text(f, d, v, ret, why);
	case FIELD_INTEGER:
	case FIELD_MONEY:
	case FIELD_SCALE:
		return of_integer(f, d, v, ret, why);
	case FIELD_DECIMAL:
		return of_decimal(f, d, v, ret, why);
	case FIELD_CHOICE:
		return of_choice(f, d, v, ret, why);
	case FIELD_MULTI:
		return of_several(f, d, v, ret, why);
	case FIELD_YES_NO:
		if (!json_is_boolean(v))
			return wrong_type(why, MSG_FACE_API_BOOL);
		*ret = (struct value){ .known = true, .i = json_is_true(v) };
		return 0;
	case FIELD_REFERENCE:
	case FIELD_PERSON:
	case FIELD_UNIT:
		if (!json_is_string(v))
			return wrong_type(why, MSG_FACE_API_STRING);
		ret->s = str_trim(text_of(f->a, v));
		ret->known = ret->s.n > 0;
		return 0;
	}
	return ERR_INVALID;
}

/* <name>_id, <name>, or both when they mean the same row. */
static int reference(struct face *f, const struct field *d, json_t *name, json_t *id, struct value *ret, struct note *why)
{
	struct value by_name = { .known = false };
	if (id && !json_is_null(id) && (!json_is_integer(id) || json_integer_value(id) < 1))
		return wrong_type(why, MSG_FACE_API_INTEGER);
	if (name) {
		int e = of_json(f, d, name, &by_name, why);
		if (e < 0)
			return e;
	}
	if (!id) {
		*ret = by_name;
		return 0; /* the writer finds the row and tells when there is none, or several */
	}
	*ret = (struct value){ .known = !json_is_null(id), .i = json_is_null(id) ? 0 : json_integer_value(id) };
	if (!name)
		return 0;
	bool same = by_name.known == ret->known;
	if (same && ret->known) {
		/* Several rows may bear the name: it is enough that the row of the id is one of them. */
		int64_t named = 0;
		int e = reference_find(f->conn, f->a, f->by, d, by_name.s, &named);
		if (e < 0 && e != ERR_NOT_FOUND && e != ERR_INVALID)
			return e;
		same = e == 0 ? named == ret->i : str_eq(reference_title(f, d, ret->i), by_name.s);
	}
	if (same)
		return 0;
	*why = NOTE(MSG_FACE_API_CONTRADICTS, ARG_S(str_of(d->name)), ARG_S(str_printf(f->a, "%s_id", d->name)));
	return ERR_INVALID;
}

static bool accepts(const struct face *f, const struct field *d, struct note *why)
{
	/* A computed value that may be overridden goes to the field that overrides it. */
	const struct field *target = d;
	if (d->derived) {
		int s = d->settled_by ? reg_field(f->reg, d->settled_by) : -1;
		*why = NOTE0(MSG_FIELD_DERIVED);
		if (s < 0)
			return false;
		target = &f->reg->field[s];
	}
	*why = target->flags & (FIELD_PRIVATE | FIELD_SECRET) ? NOTE0(MSG_FIELD_PRIVATE)
	     : target->flags & FIELD_ENGINE ? NOTE0(MSG_FIELD_ENGINE) : NOTE0(MSG_FIELD_SETTLE);
	return !(target->flags & FIELD_ENGINE) && reg_field_writable(f->by, f->reg, target);
}

int api_change(struct face *f, json_t *body, struct change *change, struct error_list *errors, struct api_errors *keys)
{
	size_t taken = 0;
	for (size_t i = 0; i < f->view.fields; i++) {
		const struct field *d = f->view.field[i];
		char id_key[80];
		snprintf(id_key, sizeof id_key, "%s_id", d->name);
		json_t *v = json_object_get(body, d->name), *id = field_is_ref(d) ? json_object_get(body, id_key) : NULL;
		if ((!v && !id) || !reg_field_readable(f->by, f->reg, d))
			continue; /* a field that may not be read is not there, for the keys below as well */
		taken += (v != NULL) + (id != NULL);
		struct value x;
		struct note why;
		int e = accepts(f, d, &why) ? 0 : ERR_INVALID;
		if (e == 0)
			e = field_is_ref(d) ? reference(f, d, v, id, &x, &why) : of_json(f, d, v, &x, &why);
		if (e == ERR_INVALID)
			error_add(errors, (int)i, why);
		else if (e < 0)
			return e;
		else
			change_set(change, (int)i, x);
	}
	if (taken == json_object_size(body))
		return 0;
	static const char *const fixed[] = { "id", "code", "revision", "archived", "created_at", "updated_at" };
	const char *key;
	json_t *v;
	json_object_foreach(body, key, v) {
		struct str name = str_of(key);
		bool known = false, engine = false;
		for (size_t i = 0; i < f->view.fields && !known; i++) {
			const struct field *d = f->view.field[i];
			if (!reg_field_readable(f->by, f->reg, d))
				continue;
			size_t n = strlen(d->name);
			known = str_eq_z(name, d->name) ||
			        (field_is_ref(d) && name.n == n + 3 && str_starts(name, str_of(d->name)) && str_ends(name, STR("_id")));
		}
		for (size_t i = 0; i < COUNT_OF(fixed); i++)
			engine = engine || str_eq_z(name, fixed[i]);
		if (!known)
			key_error(keys, text_clip(str_dup(f->a, name), 80), engine ? NOTE0(MSG_FIELD_ENGINE) : NOTE0(MSG_FACE_API_UNKNOWN));
	}
	return 0;
}

void api_history_put(struct face *f, struct json *j, const struct history_entry *e)
{
	static const char *const kinds[AUDIT__N] = {
		[AUDIT_CREATE] = "create", [AUDIT_UPDATE] = "update", [AUDIT_ARCHIVE] = "archive", [AUDIT_RESTORE] = "restore",
		[AUDIT_MERGE] = "merge", [AUDIT_LINK] = "link", [AUDIT_UNLINK] = "unlink", [AUDIT_COMMENT] = "comment",
		[AUDIT_ATTACH] = "attach", [AUDIT_DETACH] = "detach", [AUDIT_RECOMPUTE] = "recompute", [AUDIT_IMPORT] = "import",
		[AUDIT_EXPORT] = "export", [AUDIT_REFUSED] = "refused", [AUDIT_ERASE] = "erase", [AUDIT_PERSONAL_LINK] = "personal_link",
		[AUDIT_APPROVAL] = "approval",
	};
	CLEANUP(buf_release) struct buf at;
	buf_init(&at, 64);
	clock_put_rfc3339(&at, e->at);
	json_object_begin(j);
	json_put_i64(j, "seq", e->seq);
	json_put_str(j, "at", buf_view(&at));
	json_put_i64(j, "revision", e->revision);
	json_put_str(j, "kind", (size_t)e->kind < COUNT_OF(kinds) && kinds[e->kind] ? str_of(kinds[e->kind]) : STR("other"));
	json_put_str(j, "actor", e->actor_name);
	json_put_str(j, "reason", e->reason);
	json_key(j, "changes");
	json_array_begin(j);
	for (size_t i = 0; i < e->lines; i++) {
		const struct history_line *l = &e->line[i];
		json_object_begin(j);
		json_put_str(j, "field", l->field >= 0 ? str_of(f->view.field[l->field]->name) : l->label);
		json_put_bool(j, "hidden", l->hidden);
		json_key(j, "before");
		if (l->has_before && !l->hidden)
			json_str(j, l->before);
		else
			json_null_value(j);
		json_key(j, "after");
		if (l->has_after && !l->hidden)
			json_str(j, l->after);
		else
			json_null_value(j);
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
}
