/* docs/permissions.md and docs/columns.md from the descriptions. */
#include "base/num.h"
#include "register/faces.h"

/* One cell of a Markdown table. */
static void cell(struct buf *b, const char *text)
{
	for (; text && *text; text++) {
		if (*text == '|')
			buf_char(b, '\\');
		buf_char(b, *text == '\n' ? ' ' : *text);
	}
}

static const struct {
	uint32_t op;
	const char *name;
} ops[] = {
	{ OP_READ, "read" }, { OP_CREATE, "create" }, { OP_UPDATE, "update" }, { OP_ARCHIVE, "archive" }, { OP_EXPORT, "export" },
	{ OP_IMPORT, "import" }, { OP_SETTLE, "settle" }, { OP_PRIVATE, "private" }, { OP_COMMENT, "comment" },
};
static const char *const roles[ROLE__BUILTIN] = {
	[ROLE_ADMINISTRATOR] = "administrator", [ROLE_LEAD] = "security lead", [ROLE_CONTACT] = "department contact",
	[ROLE_EXECUTIVE] = "executive", [ROLE_AUDITOR] = "auditor",
};

static void special(struct buf *b, const struct reg *r)
{
	bool any = false;
	for (size_t i = 0; i < r->fields; i++) {
		const struct field *d = &r->field[i];
		if (!(d->flags & (FIELD_SETTLE | FIELD_PRIVATE | FIELD_SECRET | FIELD_ENGINE)))
			continue;
		if (!any)
			buf_lit(b, "\nFields with rights of their own:\n\n");
		any = true;
		buf_lit(b, "- `");
		buf_z(b, d->name);
		buf_lit(b, "` (");
		buf_z(b, d->label.ja);
		buf_lit(b, "): ");
		buf_z(b, d->flags & (FIELD_PRIVATE | FIELD_SECRET) ? "read and written only with *private*"
		      : d->flags & FIELD_SETTLE ? "written only with *settle*" : "written by the product only");
		buf_lit(b, "\n");
	}
}

void permissions_put(struct buf *b)
{
	buf_lit(b, "# Permissions\n\nGenerated from the descriptions of the registers (`ishigaki schema --what permissions`); do not edit.\n\n"
	           "What each built-in access role may do in each register. A department contact's rights hold for rows of the granted\n"
	           "units and the units below them; rows of a register marked *shared* belong to no unit. Custom access roles are made\n"
	           "under Settings. What a person may not read is answered as if it did not exist; every other refused operation is\n"
	           "recorded in the audit trail.\n");
	for (size_t i = 0; i < reg_count(); i++) {
		const struct reg *r = reg_at(i);
		buf_printf(b, "\n## %s (%s, `%s`)%s\n\n| | ", r->label.ja, r->label.en, r->name, r->shared ? " - shared" : "");
		for (size_t k = 0; k < COUNT_OF(ops); k++)
			buf_printf(b, "%s | ", ops[k].name);
		buf_lit(b, "\n|---|");
		for (size_t k = 0; k < COUNT_OF(ops); k++)
			buf_lit(b, ":-:|");
		buf_char(b, '\n');
		for (size_t role = 0; role < ROLE__BUILTIN; role++) {
			buf_printf(b, "| %s | ", roles[role]);
			for (size_t k = 0; k < COUNT_OF(ops); k++)
				buf_printf(b, "%s | ", r->access.ops[role] & ops[k].op ? "x" : "");
			buf_char(b, '\n');
		}
		special(b, r);
	}
}

static const char *type_name(const struct field *d)
{
	static const char *const names[] = {
		[FIELD_TEXT] = "text", [FIELD_LONG_TEXT] = "long text (Markdown)", [FIELD_INTEGER] = "integer", [FIELD_DECIMAL] = "decimal",
		[FIELD_MONEY] = "yen", [FIELD_DATE] = "date", [FIELD_CHOICE] = "choice", [FIELD_MULTI] = "several choices",
		[FIELD_SCALE] = "scale", [FIELD_YES_NO] = "yes / no / unknown", [FIELD_REFERENCE] = "reference", [FIELD_PERSON] = "reference (person)",
		[FIELD_UNIT] = "reference (unit)", [FIELD_URL] = "URL",
	};
	return names[d->type];
}

static void limits(struct buf *b, const struct field *d)
{
	switch (d->type) {
	case FIELD_TEXT:
	case FIELD_LONG_TEXT:
	case FIELD_URL:
		buf_lit(b, "at most ");
		buf_i64(b, d->max ? d->max : d->type == FIELD_LONG_TEXT ? LIMIT_LONG_TEXT : d->type == FIELD_URL ? LIMIT_URL_FIELD : LIMIT_TEXT);
		buf_lit(b, " characters");
		break;
	case FIELD_INTEGER:
	case FIELD_MONEY:
	case FIELD_SCALE:
	case FIELD_DECIMAL:
		if (!d->min && !d->max)
			break;
		num_put_decimal(b, d->min, d->type == FIELD_DECIMAL ? d->decimals : 0);
		buf_lit(b, " to ");
		num_put_decimal(b, d->max, d->type == FIELD_DECIMAL ? d->decimals : 0);
		break;
	case FIELD_REFERENCE:
	case FIELD_PERSON:
	case FIELD_UNIT:
		buf_printf(b, "a row of `%s`", d->target);
		break;
	default:
		break;
	}
	for (size_t i = 0; i < d->choices; i++) {
		if (i || d->type == FIELD_SCALE)
			buf_lit(b, "; ");
		buf_printf(b, "`%s` ", d->choice[i].key);
		cell(b, d->choice[i].label.ja);
		buf_lit(b, " / ");
		cell(b, d->choice[i].label.en);
	}
}

static void flags(struct buf *b, const struct field *d)
{
	static const struct {
		unsigned flag;
		const char *name;
	} names[] = {
		{ FIELD_REQUIRED, "required" }, { FIELD_KEY, "key" }, { FIELD_UNIQUE, "unique" }, { FIELD_LIST, "in list" },
		{ FIELD_SORT, "sort" }, { FIELD_FILTER, "filter" }, { FIELD_SEARCH, "search" }, { FIELD_OWNER, "owner" },
		{ FIELD_GROW, "made by import" }, { FIELD_SETTLE, "settle" }, { FIELD_PRIVATE, "private" }, { FIELD_SECRET, "secret" },
		{ FIELD_ENGINE, "by the product" },
	};
	bool any = false;
	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (d->flags & names[i].flag) {
			buf_printf(b, "%s%s", any ? ", " : "", names[i].name);
			any = true;
		}
	if (d->derived)
		buf_printf(b, "%scomputed", any ? ", " : "");
}

void columns_put(struct buf *b)
{
	buf_lit(b, "# Columns\n\nGenerated from the descriptions of the registers (`ishigaki schema --what columns`); do not edit.\n");
	for (size_t i = 0; i < reg_count(); i++) {
		const struct reg *r = reg_at(i);
		buf_printf(b, "\n## %s (%s, `%s`)\n\n%s\n\n", r->label.ja, r->label.en, r->name, r->about.ja);
		buf_lit(b, "| name | 見出し | heading | type | limits, choices | flags | formula |\n|---|---|---|---|---|---|---|\n");
		for (size_t k = 0; k < r->fields; k++) {
			const struct field *d = &r->field[k];
			buf_printf(b, "| `%s` | ", d->name);
			cell(b, d->label.ja);
			buf_lit(b, " | ");
			cell(b, d->label.en);
			buf_printf(b, " | %s | ", type_name(d));
			limits(b, d);
			buf_lit(b, " | ");
			flags(b, d);
			buf_lit(b, " | ");
			cell(b, d->formula.ja);
			buf_lit(b, " |\n");
		}
	}
}
