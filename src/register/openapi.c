/* The OpenAPI 3.1 document, written from the descriptions alone. */
#include "base/json.h"
#include "register/faces.h"
#include "register/row_json.h"

static void type_of(struct json *j, const char *type)
{
	/* null is a value of its own: not known. */
	json_key(j, "type");
	json_array_begin(j);
	json_str(j, str_of(type));
	json_str(j, STR("null"));
	json_array_end(j);
}

static void keys(struct json *j, const struct field *d)
{
	json_key(j, "enum");
	json_array_begin(j);
	for (size_t i = 0; i < d->choices; i++)
		json_str(j, str_of(d->choice[i].key));
	if (d->type == FIELD_CHOICE)
		json_null_value(j);
	json_array_end(j);
}

static void bounds(struct json *j, const struct field *d)
{
	if (d->min || d->max || d->type == FIELD_SCALE) {
		json_key(j, "minimum");
		json_decimal(j, d->min, d->type == FIELD_DECIMAL ? d->decimals : 0);
		json_key(j, "maximum");
		json_decimal(j, d->max, d->type == FIELD_DECIMAL ? d->decimals : 0);
	}
}

static void describe(struct json *j, const struct field *d)
{
	struct buf b;
	buf_init(&b, 8000);
	buf_z(&b, d->label.en);
	buf_lit(&b, " (");
	buf_z(&b, d->label.ja);
	buf_lit(&b, ")");
	if (d->hint.en && *d->hint.en) {
		buf_lit(&b, ". ");
		buf_z(&b, d->hint.en);
	}
	if (d->formula.en) {
		buf_lit(&b, ". Computed: ");
		buf_z(&b, d->formula.en);
	}
	json_put_str(j, "description", buf_view(&b));
	buf_release(&b);
}

static void field_schema(struct json *j, const struct field *d)
{
	json_object_begin(j);
	switch (d->type) {
	case FIELD_TEXT:
	case FIELD_LONG_TEXT:
		type_of(j, "string");
		json_put_i64(j, "maxLength", d->max ? d->max : d->type == FIELD_TEXT ? LIMIT_TEXT : LIMIT_LONG_TEXT);
		break;
	case FIELD_URL:
		type_of(j, "string");
		json_put_str(j, "format", STR("uri"));
		json_put_i64(j, "maxLength", d->max ? d->max : LIMIT_URL_FIELD);
		break;
	case FIELD_DATE:
		type_of(j, "string");
		json_put_str(j, "format", STR("date"));
		break;
	case FIELD_INTEGER:
	case FIELD_MONEY:
	case FIELD_SCALE:
		type_of(j, "integer");
		bounds(j, d);
		break;
	case FIELD_DECIMAL:
		type_of(j, "number");
		bounds(j, d);
		break;
	case FIELD_YES_NO:
		type_of(j, "boolean");
		break;
	case FIELD_CHOICE:
		type_of(j, "string");
		keys(j, d);
		break;
	case FIELD_MULTI:
		type_of(j, "array");
		json_key(j, "items");
		json_object_begin(j);
		json_put_str(j, "type", STR("string"));
		keys(j, d);
		json_object_end(j);
		json_put_bool(j, "uniqueItems", true);
		break;
	case FIELD_REFERENCE:
	case FIELD_PERSON:
	case FIELD_UNIT:
		type_of(j, "string");
		json_put_str(j, "x-register", str_of(d->target));
		break;
	}
	describe(j, d);
	if ((d->derived && !d->settled_by) || (d->flags & FIELD_ENGINE))
		json_put_bool(j, "readOnly", true);
	json_object_end(j);
}

static void plain(struct json *j, const char *name, const char *type, const char *format)
{
	json_key(j, name);
	json_object_begin(j);
	json_put_str(j, "type", str_of(type));
	if (format)
		json_put_str(j, "format", str_of(format));
	json_put_bool(j, "readOnly", true);
	json_object_end(j);
}

static void row_schema(struct json *j, const struct reg *r)
{
	json_key(j, r->name);
	json_object_begin(j);
	json_put_str(j, "type", STR("object"));
	json_put_str(j, "title", str_of(r->label.en));
	json_put_str(j, "description", str_of(r->about.en));
	json_key(j, "properties");
	json_object_begin(j);
	plain(j, "id", "integer", "int64");
	plain(j, "code", "string", NULL);
	plain(j, "revision", "integer", "int64");
	plain(j, "archived", "boolean", NULL);
	plain(j, "created_at", "string", "date-time");
	plain(j, "updated_at", "string", "date-time");
	for (size_t i = 0; i < r->fields; i++) {
		const struct field *d = &r->field[i];
		json_key(j, d->name);
		field_schema(j, d);
		if (!row_json_is_reference(d))
			continue;
		char name[80];
		snprintf(name, sizeof name, "%s_id", d->name);
		json_key(j, name);
		json_object_begin(j);
		type_of(j, "integer");
		json_put_str(j, "format", STR("int64"));
		json_object_end(j);
	}
	json_object_end(j);
	/* Own fields of an installation come as own_<number>. */
	json_key(j, "patternProperties");
	json_object_begin(j);
	json_key(j, "^own_[0-9]+$");
	json_object_begin(j);
	json_object_end(j);
	json_object_end(j);
	json_object_end(j);
}

static void reference_to(struct json *j, const char *kind, const char *name)
{
	char path[160];
	snprintf(path, sizeof path, "#/components/%s/%s", kind, name);
	json_object_begin(j);
	json_put_str(j, "$ref", str_of(path));
	json_object_end(j);
}

static void parameter(struct json *j, const char *name, const char *in, const char *type, const char *text, bool required)
{
	json_object_begin(j);
	json_put_str(j, "name", str_of(name));
	json_put_str(j, "in", str_of(in));
	json_put_bool(j, "required", required);
	json_put_str(j, "description", str_of(text));
	json_key(j, "schema");
	json_object_begin(j);
	json_put_str(j, "type", str_of(type));
	json_object_end(j);
	json_object_end(j);
}

/* A filter that may come several times. */
static void filter_parameter(struct json *j, const struct field *d)
{
	json_object_begin(j);
	json_put_str(j, "name", str_of(d->name));
	json_put_str(j, "in", STR("query"));
	json_put_bool(j, "explode", true);
	json_put_str(j, "description", STR("Any of these values: keys, ids or names; - is not known"));
	json_key(j, "schema");
	json_object_begin(j);
	json_put_str(j, "type", STR("array"));
	json_key(j, "items");
	json_object_begin(j);
	json_put_str(j, "type", STR("string"));
	json_object_end(j);
	json_object_end(j);
	json_object_end(j);
	if (d->type == FIELD_DATE || d->type == FIELD_INTEGER || d->type == FIELD_DECIMAL || d->type == FIELD_MONEY || d->type == FIELD_SCALE) {
		char name[80];
		snprintf(name, sizeof name, "%s.from", d->name);
		parameter(j, name, "query", "string", "From this value on", false);
		snprintf(name, sizeof name, "%s.until", d->name);
		parameter(j, name, "query", "string", "Up to this value", false);
	}
	if (d->type == FIELD_UNIT) {
		char name[80];
		snprintf(name, sizeof name, "%s.below", d->name);
		parameter(j, name, "query", "integer", "This unit's id or any unit below it", false);
	}
}

static void content(struct json *j, const char *type)
{
	json_key(j, "content");
	json_object_begin(j);
	json_key(j, type);
	json_object_begin(j);
	json_key(j, "schema");
}

static void content_end(struct json *j)
{
	json_object_end(j);
	json_object_end(j);
}

static void response(struct json *j, const char *status, const char *text, const struct reg *r)
{
	json_key(j, status);
	json_object_begin(j);
	json_put_str(j, "description", str_of(text));
	if (r) {
		json_key(j, "headers");
		json_object_begin(j);
		json_key(j, "ETag");
		json_object_begin(j);
		json_put_str(j, "description", STR("The revision, in quotes"));
		json_key(j, "schema");
		json_object_begin(j);
		json_put_str(j, "type", STR("string"));
		json_object_end(j);
		json_object_end(j);
		json_object_end(j);
		content(j, "application/json");
		reference_to(j, "schemas", r->name);
		content_end(j);
	}
	json_object_end(j);
}

static void problems(struct json *j, const char *const *status)
{
	for (; *status; status++) {
		json_key(j, *status);
		reference_to(j, "responses", "problem");
	}
}

static void operation(struct json *j, const char *method, const struct reg *r, const char *id, const char *summary)
{
	char name[160];
	snprintf(name, sizeof name, "%s_%s", id, r->name);
	json_key(j, method);
	json_object_begin(j);
	json_put_str(j, "operationId", str_of(name));
	json_put_str(j, "summary", str_of(summary));
	json_key(j, "tags");
	json_array_begin(j);
	json_str(j, str_of(r->room));
	json_array_end(j);
}

static void body(struct json *j, const struct reg *r)
{
	json_key(j, "requestBody");
	json_object_begin(j);
	json_put_bool(j, "required", true);
	content(j, "application/json");
	reference_to(j, "schemas", r->name);
	content_end(j);
	json_object_end(j);
}

static void list_paths(struct json *j, const struct reg *r)
{
	char path[160];
	snprintf(path, sizeof path, "/api/v1/%s", r->name);
	json_key(j, path);
	json_object_begin(j);
	operation(j, "get", r, "list", "Rows, filtered, sorted, in pages");
	json_key(j, "parameters");
	json_array_begin(j);
	parameter(j, "q", "query", "string", "Search", false);
	parameter(j, "sort", "query", "string", "A sortable field; -field for descending", false);
	parameter(j, "cursor", "query", "string", "The next page, as the last answer gave it", false);
	parameter(j, "limit", "query", "integer", "Rows of a page", false);
	parameter(j, "archived", "query", "string", "1: archived rows instead", false);
	parameter(j, "columns", "query", "string", "Fields, with commas between", false);
	for (size_t i = 0; i < r->fields; i++)
		if (r->field[i].flags & FIELD_FILTER)
			filter_parameter(j, &r->field[i]);
	json_array_end(j);
	json_key(j, "responses");
	json_object_begin(j);
	json_key(j, "200");
	json_object_begin(j);
	json_put_str(j, "description", STR("A page of rows"));
	content(j, "application/json");
	json_object_begin(j);
	json_put_str(j, "type", STR("object"));
	json_key(j, "properties");
	json_object_begin(j);
	json_key(j, "items");
	json_object_begin(j);
	json_put_str(j, "type", STR("array"));
	json_key(j, "items");
	reference_to(j, "schemas", r->name);
	json_object_end(j);
	json_key(j, "next");
	json_object_begin(j);
	type_of(j, "string");
	json_object_end(j);
	json_key(j, "count");
	json_object_begin(j);
	json_put_str(j, "type", STR("integer"));
	json_object_end(j);
	json_key(j, "count_capped");
	json_object_begin(j);
	json_put_str(j, "type", STR("boolean"));
	json_object_end(j);
	json_object_end(j);
	json_object_end(j);
	content_end(j);
	json_object_end(j);
	problems(j, (const char *const[]){ "400", "401", "404", NULL });
	json_object_end(j);
	json_object_end(j);
	operation(j, "post", r, "create", "A new row");
	body(j, r);
	json_key(j, "responses");
	json_object_begin(j);
	response(j, "201", "Created; Location names it", r);
	problems(j, (const char *const[]){ "400", "401", "403", "404", "409", "422", NULL });
	json_object_end(j);
	json_object_end(j);
	json_object_end(j);
}

static void id_parameter(struct json *j)
{
	json_key(j, "parameters");
	json_array_begin(j);
	parameter(j, "id", "path", "integer", "The row's id", true);
	json_array_end(j);
}

static void row_paths(struct json *j, const struct reg *r)
{
	char path[160];
	snprintf(path, sizeof path, "/api/v1/%s/{id}", r->name);
	json_key(j, path);
	json_object_begin(j);
	id_parameter(j);
	operation(j, "get", r, "get", "One row");
	json_key(j, "responses");
	json_object_begin(j);
	response(j, "200", "The row", r);
	problems(j, (const char *const[]){ "401", "404", NULL });
	json_object_end(j);
	json_object_end(j);
	operation(j, "patch", r, "change", "Changes the members given; null makes a value not known");
	json_key(j, "parameters");
	json_array_begin(j);
	parameter(j, "If-Match", "header", "string", "The ETag that the change is based on", true);
	json_array_end(j);
	body(j, r);
	json_key(j, "responses");
	json_object_begin(j);
	response(j, "200", "The row as it is now", r);
	problems(j, (const char *const[]){ "400", "401", "403", "404", "409", "412", "422", "428", NULL });
	json_object_end(j);
	json_object_end(j);
	operation(j, "delete", r, "archive", "Archives the row; nothing is deleted");
	json_key(j, "responses");
	json_object_begin(j);
	response(j, "200", "The archived row", r);
	problems(j, (const char *const[]){ "401", "403", "404", "412", "422", NULL });
	json_object_end(j);
	json_object_end(j);
	json_object_end(j);

	snprintf(path, sizeof path, "/api/v1/%s/{id}/restore", r->name);
	json_key(j, path);
	json_object_begin(j);
	id_parameter(j);
	operation(j, "post", r, "restore", "Takes an archived row back");
	json_key(j, "responses");
	json_object_begin(j);
	response(j, "200", "The row", r);
	problems(j, (const char *const[]){ "401", "403", "404", "409", "422", NULL });
	json_object_end(j);
	json_object_end(j);
	json_object_end(j);

	if (reg_erasable(r)) {
		snprintf(path, sizeof path, "/api/v1/%s/{id}/erase", r->name);
		json_key(j, path);
		json_object_begin(j);
		id_parameter(j);
		operation(j, "post", r, "erase", "Erases the row's personal data; cannot be undone");
		json_key(j, "parameters");
		json_array_begin(j);
		parameter(j, "reason", "query", "string", "Why: kept in the history", true);
		json_array_end(j);
		json_key(j, "responses");
		json_object_begin(j);
		response(j, "200", "The row without them", r);
		problems(j, (const char *const[]){ "401", "403", "404", "412", "422", NULL });
		json_object_end(j);
		json_object_end(j);
		json_object_end(j);
	}

	snprintf(path, sizeof path, "/api/v1/%s/{id}/history", r->name);
	json_key(j, path);
	json_object_begin(j);
	id_parameter(j);
	operation(j, "get", r, "history", "What was done to the row, newest first");
	json_key(j, "parameters");
	json_array_begin(j);
	parameter(j, "before", "query", "integer", "Entries before this sequence number", false);
	json_array_end(j);
	json_key(j, "responses");
	json_object_begin(j);
	response(j, "200", "Entries of the audit trail", NULL);
	problems(j, (const char *const[]){ "401", "404", NULL });
	json_object_end(j);
	json_object_end(j);
	json_object_end(j);
}

static void problem_schema(struct json *j)
{
	static const char *const texts[] = { "type", "title", "detail" };
	json_key(j, "problem");
	json_object_begin(j);
	json_put_str(j, "type", STR("object"));
	json_key(j, "properties");
	json_object_begin(j);
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		json_key(j, texts[i]);
		json_object_begin(j);
		json_put_str(j, "type", STR("string"));
		json_object_end(j);
	}
	json_key(j, "status");
	json_object_begin(j);
	json_put_str(j, "type", STR("integer"));
	json_object_end(j);
	json_key(j, "errors");
	json_object_begin(j);
	json_put_str(j, "type", STR("array"));
	json_key(j, "items");
	json_object_begin(j);
	json_put_str(j, "type", STR("object"));
	json_key(j, "properties");
	json_object_begin(j);
	json_key(j, "field");
	json_object_begin(j);
	type_of(j, "string");
	json_object_end(j);
	json_key(j, "message");
	json_object_begin(j);
	json_put_str(j, "type", STR("string"));
	json_object_end(j);
	json_object_end(j);
	json_object_end(j);
	json_object_end(j);
	json_object_end(j);
	json_object_end(j);
}

void openapi_put(struct buf *b)
{
	struct json j;
	json_init(&j, b);
	json_object_begin(&j);
	json_put_str(&j, "openapi", STR("3.1.0"));
	json_key(&j, "info");
	json_object_begin(&j);
	json_put_str(&j, "title", STR("Ishigaki"));
	json_put_str(&j, "version", STR("1"));
	json_put_str(&j, "description", STR("The registers of a security-management office. A value that is not known is null. "
	                                    "References come twice: <name> with the title, <name>_id with the id; either may be written."));
	json_object_end(&j);
	json_key(&j, "security");
	json_array_begin(&j);
	json_object_begin(&j);
	json_key(&j, "token");
	json_array_begin(&j);
	json_array_end(&j);
	json_object_end(&j);
	json_array_end(&j);
	json_key(&j, "paths");
	json_object_begin(&j);
	for (size_t i = 0; i < reg_count(); i++) {
		list_paths(&j, reg_at(i));
		row_paths(&j, reg_at(i));
	}
	json_object_end(&j);
	json_key(&j, "components");
	json_object_begin(&j);
	json_key(&j, "securitySchemes");
	json_object_begin(&j);
	json_key(&j, "token");
	json_object_begin(&j);
	json_put_str(&j, "type", STR("http"));
	json_put_str(&j, "scheme", STR("bearer"));
	json_object_end(&j);
	json_object_end(&j);
	json_key(&j, "schemas");
	json_object_begin(&j);
	for (size_t i = 0; i < reg_count(); i++)
		row_schema(&j, reg_at(i));
	problem_schema(&j);
	json_object_end(&j);
	json_key(&j, "responses");
	json_object_begin(&j);
	json_key(&j, "problem");
	json_object_begin(&j);
	json_put_str(&j, "description", STR("What is wrong, and where"));
	content(&j, "application/problem+json");
	reference_to(&j, "schemas", "problem");
	content_end(&j);
	json_object_end(&j);
	json_object_end(&j);
	json_object_end(&j);
	json_object_end(&j);
	buf_char(b, '\n');
}
