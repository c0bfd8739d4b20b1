/* The registry: checks descriptions once at start-up and remembers what the engine works out from them. */
#include <stdarg.h>

#include "register/engine.h"

static struct {
	struct reg_info info[LIMIT_REGISTERS];
	struct dependent *room;   /* of all registers, freed when declared anew */
	size_t count;
} declared;

size_t reg_count(void)
{
	return declared.count;
}

const struct reg *reg_at(size_t number)
{
	return number < declared.count ? declared.info[number].reg : NULL;
}

const struct reg *reg_find(struct str name)
{
	for (size_t i = 0; i < declared.count; i++)
		if (str_eq_z(name, declared.info[i].reg->name))
			return declared.info[i].reg;
	return NULL;
}

const struct reg_info *reg_info(const struct reg *r)
{
	for (size_t i = 0; i < declared.count; i++)
		if (declared.info[i].reg == r)
			return &declared.info[i];
	die("a register was used that is not declared: %s", r->name);
}

int reg_number(const struct reg *r)
{
	return reg_info(r)->number;
}

int reg_field(const struct reg *r, const char *name)
{
	if (!name)
		return -1;
	for (size_t i = 0; i < r->fields; i++)
		if (strcmp(r->field[i].name, name) == 0)
			return (int)i;
	return -1;
}

int reg_field_str(const struct reg *r, struct str name)
{
	for (size_t i = 0; i < r->fields; i++)
		if (str_eq_z(name, r->field[i].name))
			return (int)i;
	return -1;
}

int reg_reason_field(const struct reg *r, int field)
{
	const struct field *f = &r->field[field];
	if (!f->derived && f->reason_field)
		return reg_field(r, f->reason_field);
	for (size_t i = 0; i < r->fields; i++)
		if (r->field[i].settled_by && r->field[i].reason_field && strcmp(r->field[i].settled_by, f->name) == 0)
			return reg_field(r, r->field[i].reason_field);
	return -1;
}

int reg_owner_field(const struct reg *r)
{
	for (size_t i = 0; i < r->fields; i++)
		if (r->field[i].flags & FIELD_OWNER)
			return (int)i;
	return -1;
}

int reg_view_field(const struct reg_view *v, struct str name)
{
	for (size_t i = 0; i < v->fields; i++)
		if (str_eq_z(name, v->field[i]->name))
			return (int)i;
	return -1;
}

bool field_is_reference(const struct field *f)
{
	return f->type == FIELD_REFERENCE || f->type == FIELD_PERSON || f->type == FIELD_UNIT;
}

bool field_is_text(const struct field *f)
{
	return f->type == FIELD_TEXT || f->type == FIELD_LONG_TEXT || f->type == FIELD_DATE || f->type == FIELD_URL;
}

bool field_is_set_based(const struct field *f)
{
	return f->derived && f->derived->sql;
}

/* ---- checks ---- */

/* Words that one SQL dialect or another reserves, and the engine's own columns. */
static const char *const reserved[] = {
	"add", "all", "alter", "analyse", "analyze", "and", "any", "array", "as", "asc", "authorization", "between", "both",
	"by", "case", "cast", "check", "collate", "collation", "column", "commit", "constraint", "create", "cross",
	"current_catalog", "current_date", "current_role", "current_schema", "current_time", "current_timestamp",
	"current_user", "default", "deferrable", "delete", "desc", "distinct", "do", "drop", "else", "end", "escape",
	"except", "exists", "false", "fetch", "for", "foreign", "freeze", "from", "full", "grant", "group", "having", "if",
	"ilike", "in", "index", "initially", "inner", "insert", "intersect", "into", "is", "isnull", "join", "lateral",
	"leading", "left", "like", "limit", "localtime", "localtimestamp", "natural", "not", "nothing", "notnull", "null",
	"offset", "on", "only", "or", "order", "outer", "over", "overlaps", "placing", "primary", "raise", "references",
	"returning", "right", "rollback", "select", "session_user", "set", "similar", "some", "symmetric", "system_user",
	"table", "tablesample", "then", "to", "trailing", "transaction", "trigger", "true", "union", "unique", "update",
	"user", "using", "values", "variadic", "verbose", "when", "where", "window", "with",
	"id", "unit_id", "archived", "batch", "match_key", "own", "rowid", "oid",
};

bool sql_name_reserved(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(reserved); i++)
		if (strcmp(reserved[i], name) == 0)
			return true;
	return false;
}

static bool is_name(const char *p)
{
	if (!p || *p < 'a' || *p > 'z' || strlen(p) > 60)
		return false;
	for (; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_'))
			return false;
	return true;
}

/* Lower-case ASCII, or a field's own signs that are no word of any language (大, 中, 小); never what lists or queries use
 * as punctuation, and never the "-" alone that means blank. */
static bool is_key(const char *p)
{
	if (!p || !*p || strlen(p) > 60 || strcmp(p, "-") == 0)
		return false;
	for (; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_' || *p == '-' || (unsigned char)*p >= 0x80))
			return false;
	return true;
}

static bool both(struct label l)
{
	return l.ja && *l.ja && l.en && *l.en;
}

static bool both_or_none(struct label l)
{
	return both(l) || (!l.ja && !l.en);
}

/* The first complaint stands; it lives as long as the program, for the caller to print. */
static char complaint[300];

static int wrong(struct str *ret_why, const char *fmt, ...) PRINTF_LIKE(2, 3);
static int wrong(struct str *ret_why, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(complaint, sizeof complaint, fmt, ap);
	va_end(ap);
	*ret_why = str_of(complaint);
	return ERR_INVALID;
}

static const struct reg *among(const struct reg *const *regs, size_t n, const char *name)
{
	for (size_t i = 0; name && i < n; i++)
		if (strcmp(regs[i]->name, name) == 0)
			return regs[i];
	return NULL;
}

static int check_choices(const struct reg *r, const struct field *f, struct str *why)
{
	bool needs = f->type == FIELD_CHOICE || f->type == FIELD_MULTI || f->type == FIELD_SCALE;
	if (needs != (f->choices > 0 && f->choice))
		return wrong(why, "%s.%s: choices are needed by choice, multi and scale fields, and only by them", r->name, f->name);
	for (size_t i = 0; f->choice && i < f->choices; i++) {
		const struct choice *c = &f->choice[i];
		if (!is_key(c->key))
			return wrong(why, "%s.%s: choice %d has no proper key", r->name, f->name, c->number);
		if (!both(c->label) || !both_or_none(c->meaning))
			return wrong(why, "%s.%s: choice %s lacks a label in one language", r->name, f->name, c->key);
		if (f->type != FIELD_SCALE && (c->number < 0 || c->number > 62))
			return wrong(why, "%s.%s: choice %s is not numbered 0-62", r->name, f->name, c->key);
		if (f->type == FIELD_SCALE && (c->number < f->min || c->number > f->max))
			return wrong(why, "%s.%s: choice %s lies outside the scale", r->name, f->name, c->key);
		for (size_t k = 0; k < i; k++)
			if (f->choice[k].number == c->number || strcmp(f->choice[k].key, c->key) == 0)
				return wrong(why, "%s.%s: choice %s stands twice", r->name, f->name, c->key);
	}
	if (f->type == FIELD_SCALE && (size_t)(f->max - f->min + 1) != f->choices)
		return wrong(why, "%s.%s: every level of a scale needs its meaning", r->name, f->name);
	return 0;
}

static bool reason_is_text(const struct reg *r, const struct field *f)
{
	int c = f->reason_field ? reg_field(r, f->reason_field) : -1;
	return !f->reason_field || (c >= 0 && (r->field[c].type == FIELD_TEXT || r->field[c].type == FIELD_LONG_TEXT) && !r->field[c].derived);
}

/* yen_if and yen_is: a choice field of the register, and one of its choices. */
static bool yen_is_told(const struct reg *r, const struct field *f)
{
	const int at = f->type == FIELD_INTEGER ? reg_field(r, f->yen_if) : -1;
	if (at < 0 || r->field[at].type != FIELD_CHOICE)
		return false;
	for (size_t i = 0; i < r->field[at].choices; i++)
		if (r->field[at].choice[i].number == f->yen_is)
			return true;
	return false;
}

static int check_derived(const struct reg *r, const struct field *f, struct str *why)
{
	if (!f->derived)
		return both_or_none(f->formula) ? 0 : wrong(why, "%s.%s: formula in one language only", r->name, f->name);
	if (!both(f->formula))
		return wrong(why, "%s.%s: a derived field needs its formula in both languages", r->name, f->name);
	const unsigned never = FIELD_REQUIRED | FIELD_KEY | FIELD_OWNER | FIELD_UNIQUE | FIELD_GROW | FIELD_SECRET | FIELD_PRIVATE;
	if (f->flags & never)
		return wrong(why, "%s.%s: a derived field bears a flag of typed ones", r->name, f->name);
	if (f->derived->sql && f->flags & FIELD_SEARCH)
		return wrong(why, "%s.%s: a set-based derived field cannot be in the search index", r->name, f->name);
	bool mine = false, listed = false;
	for (const char *const *n = f->derived->fields; n && *n; n++)
		mine = mine || strcmp(*n, f->name) == 0;
	for (size_t i = 0; i < r->derives; i++)
		listed = listed || r->derive[i] == f->derived;
	if (!mine || !listed)
		return wrong(why, "%s.%s: its derivation does not fill it, or is not among the register's", r->name, f->name);
	if (f->settled_by) {
		int s = reg_field(r, f->settled_by);
		if (s < 0 || r->field[s].derived || r->field[s].type != f->type)
			return wrong(why, "%s.%s: settled_by is not an input field of the same type", r->name, f->name);
	}
	if (f->computed) {
		int c = reg_field(r, f->computed);
		if (c < 0 || !r->field[c].derived || r->field[c].type != f->type)
			return wrong(why, "%s.%s: computed is not a derived field of the same type", r->name, f->name);
	}
	if (!f->settled_by && (f->computed || f->reason_field))
		return wrong(why, "%s.%s: computed and reason_field belong to settled_by", r->name, f->name);
	return 0;
}

static int check_field(const struct reg *const *regs, size_t n, const struct reg *r, size_t at, struct str *why)
{
	const struct field *f = &r->field[at];
	if (!is_name(f->name) || sql_name_reserved(f->name) || str_starts(str_of(f->name), STR("own_")))
		return wrong(why, "%s: field %zu has no proper name: %s", r->name, at, f->name ? f->name : "(none)");
	if (reg_field(r, f->name) != (int)at)
		return wrong(why, "%s.%s: stands twice", r->name, f->name);
	if (!both(f->label))
		return wrong(why, "%s.%s: lacks a label in one language", r->name, f->name);
	if (!both_or_none(f->hint) || !both_or_none(f->section))
		return wrong(why, "%s.%s: hint or section in one language only", r->name, f->name);
	bool text = f->type == FIELD_TEXT || f->type == FIELD_LONG_TEXT || f->type == FIELD_URL;
	if (f->max < f->min || (text && (f->min < 0 || f->max > LIMIT_LONG_TEXT)))
		return wrong(why, "%s.%s: limits contradict each other", r->name, f->name);
	if ((f->type == FIELD_DECIMAL) != (f->decimals > 0) || f->decimals > 6)
		return wrong(why, "%s.%s: decimals are for decimal fields, 1 to 6", r->name, f->name);
	int e = check_choices(r, f, why);
	if (e == 0)
		e = check_derived(r, f, why);
	if (e < 0)
		return e;
	if (!reason_is_text(r, f))
		return wrong(why, "%s.%s: reason_field is not a text", r->name, f->name);
	if (field_is_reference(f) != (f->target != NULL))
		return wrong(why, "%s.%s: a target is needed by references, and only by them", r->name, f->name);
	if (f->target && !among(regs, n, f->target))
		return wrong(why, "%s.%s: its target is not a declared register: %s", r->name, f->name, f->target);
	if (f->flags & FIELD_OWNER && (f->type != FIELD_UNIT || r->shared))
		return wrong(why, "%s.%s: only a unit field of a register that is not shared can own", r->name, f->name);
	if (f->flags & FIELD_OWNER && reg_owner_field(r) != (int)at)
		return wrong(why, "%s.%s: a second owner", r->name, f->name);
	if (f->flags & FIELD_GROW && !field_is_reference(f))
		return wrong(why, "%s.%s: only a reference can grow", r->name, f->name);
	if (f->flags & FIELD_SECRET && f->flags & (FIELD_SEARCH | FIELD_SORT | FIELD_FILTER | FIELD_KEY | FIELD_UNIQUE | FIELD_LIST))
		return wrong(why, "%s.%s: a secret cannot be listed, sorted, filtered, searched or a key", r->name, f->name);
	if (f->flags & FIELD_PRIVATE && f->flags & FIELD_SEARCH)
		return wrong(why, "%s.%s: a private field cannot be in the search index", r->name, f->name);
	if (f->type == FIELD_LONG_TEXT && f->flags & (FIELD_SORT | FIELD_FILTER | FIELD_KEY | FIELD_UNIQUE))
		return wrong(why, "%s.%s: a long text cannot be sorted, filtered or a key", r->name, f->name);
	if (f->type == FIELD_MULTI && f->flags & (FIELD_SORT | FIELD_KEY | FIELD_UNIQUE))
		return wrong(why, "%s.%s: several choices cannot be sorted or a key", r->name, f->name);
	if (f->warn && f->type != FIELD_DATE)
		return wrong(why, "%s.%s: only a date can warn", r->name, f->name);
	if (f->yen_if && !yen_is_told(r, f))
		return wrong(why, "%s.%s: yen_if is for whole numbers, and names a choice field and one of its choices", r->name, f->name);
	if (f->begins) {
		const int from = reg_field(r, f->begins);
		if (f->type != FIELD_DATE || f->derived || from < 0 || r->field[from].type != FIELD_DATE || r->field[from].derived)
			return wrong(why, "%s.%s: a period is two dates that are typed", r->name, f->name);
	}
	if (f->flags & FIELD_SEARCH && !text)
		return wrong(why, "%s.%s: only texts are searched", r->name, f->name);
	for (const char *const *a = f->alias; a && *a; a++)
		if (!**a)
			return wrong(why, "%s.%s: an empty alias", r->name, f->name);
	return 0;
}

/* use and used: a choice field and some of its choices. */
static bool use_is_told(const struct reg *r)
{
	const int at = r->use ? reg_field(r, r->use) : -1;
	if (!r->use || !r->used)
		return !r->use && !r->used;
	if (at < 0 || r->field[at].type != FIELD_CHOICE || !r->used[0])
		return false;
	for (const int64_t *n = r->used; *n; n++) {
		bool there = false;
		for (size_t i = 0; i < r->field[at].choices; i++)
			there |= r->field[at].choice[i].number == *n;
		if (!there)
			return false;
	}
	return true;
}

static int check_derivation(const struct reg *const *regs, size_t n, const struct reg *r, size_t at, struct str *why)
{
	const struct derivation *d = r->derive[at];
	if (!d || !d->fields || !d->fields[0] || !d->local == !d->sql)
		return wrong(why, "%s: derivation %zu needs fields, and either a function or a statement", r->name, at);
	size_t filled = 0;
	for (const char *const *name = d->fields; *name; name++, filled++) {
		int f = reg_field(r, *name);
		if (f < 0 || r->field[f].derived != d)
			return wrong(why, "%s: derivation %zu fills %s, which does not name it", r->name, at, *name);
	}
	if (filled > DERIVED_MAX)
		return wrong(why, "%s: derivation %zu fills more than %d fields", r->name, at, DERIVED_MAX);
	if (d->sql && !str_starts(str_of(d->sql), STR("SELECT t.id, ")))
		return wrong(why, "%s: derivation %zu does not begin with \"SELECT t.id, \"", r->name, at);
	if (d->local && d->dependencies)
		return wrong(why, "%s: derivation %zu is local and depends on nothing else", r->name, at);
	for (size_t i = 0; i < d->dependencies; i++) {
		const struct dependency *on = &d->depends[i];
		if (!among(regs, n, on->reg))
			return wrong(why, "%s: derivation %zu depends on an unknown register: %s", r->name, at, on->reg ? on->reg : "");
		if (on->through && on->back)
			return wrong(why, "%s: derivation %zu depends on %s in two ways at once", r->name, at, on->reg);
		const struct reg *from = among(regs, n, on->reg);
		for (const char *const *name = on->reads; name && *name; name++)
			if (reg_field(from, *name) < 0)
				return wrong(why, "%s: derivation %zu reads an unknown field of %s: %s", r->name, at, on->reg, *name);
		if (on->back) {
			int b = reg_field(from, on->back);
			if (b < 0 || !from->field[b].target || strcmp(from->field[b].target, r->name) != 0)
				return wrong(why, "%s: derivation %zu depends on %s by its %s, which is no reference to it", r->name, at, on->reg, on->back);
		}
		if (!on->through)
			continue;
		int f = reg_field(r, on->through);
		if (f < 0 || !r->field[f].target || strcmp(r->field[f].target, on->reg) != 0)
			return wrong(why, "%s: derivation %zu depends on %s through %s, which is no reference to it", r->name, at, on->reg,
			             on->through);
	}
	return 0;
}

static int check_reg(const struct reg *const *regs, size_t n, size_t at, struct str *why)
{
	const struct reg *r = regs[at];
	if (!is_name(r->name) || !is_name(r->room))
		return wrong(why, "register %zu has no proper name or room", at);
	if (!is_name(r->table) || !str_starts(str_of(r->table), str_of(r->room)) || r->table[strlen(r->room)] != '_')
		return wrong(why, "%s: its table does not begin with the room's name", r->name);
	if (!use_is_told(r))
		return wrong(why, "%s: use names a choice field, used some of its choices", r->name);
	size_t code = r->code ? strlen(r->code) : 0;
	for (size_t i = 0; i < code; i++)
		if (r->code[i] < 'A' || r->code[i] > 'Z')
			code = 0;
	if (code < 2 || code > 5)
		return wrong(why, "%s: its code is not two to five capital letters", r->name);
	for (size_t i = 0; i < at; i++)
		if (strcmp(regs[i]->name, r->name) == 0 || strcmp(regs[i]->table, r->table) == 0 || strcmp(regs[i]->code, r->code) == 0)
			return wrong(why, "%s: shares its name, table or code with %s", r->name, regs[i]->name);
	if (!both(r->label) || !both(r->about) || !both(r->empty))
		return wrong(why, "%s: label, about or empty lacks a language", r->name);
	if (r->fields == 0 || r->fields > LIMIT_FIELDS - LIMIT_OWN_FIELDS)
		return wrong(why, "%s: has no field, or too many", r->name);
	for (size_t i = 0; i < r->fields; i++) {
		int e = check_field(regs, n, r, i, why);
		if (e < 0)
			return e;
	}
	for (size_t i = 0; i < r->derives; i++) {
		int e = check_derivation(regs, n, r, i, why);
		if (e < 0)
			return e;
	}
	int title = reg_field(r, r->title), sort = reg_field(r, r->sort);
	if (title < 0 || r->field[title].type != FIELD_TEXT)
		return wrong(why, "%s: its title is not a text field", r->name);
	if (sort < 0 || !(r->field[sort].flags & FIELD_SORT))
		return wrong(why, "%s: its default order is not by a field with FIELD_SORT", r->name);
	for (size_t i = 0; i < ROLE__BUILTIN; i++)
		if (r->access.ops[i] & ~(uint32_t)OP_ALL)
			return wrong(why, "%s: access names an operation that does not exist", r->name);
	for (const char *const *x = r->index; x && *x; x++) {
		struct str rest = str_of(*x), part;
		while (str_cut(&rest, ',', &part))
			if (reg_field_str(r, part) < 0)
				return wrong(why, "%s: index %s names no field", r->name, *x);
	}
	return 0;
}

/* ---- what follows ---- */

static void inform(struct reg_info *info, const struct reg *r, int number)
{
	*info = (struct reg_info){ .reg = r, .number = number, .owner = reg_owner_field(r), .title = reg_field(r, r->title),
		.sort = reg_field(r, r->sort) };
	for (size_t i = 0; i < r->fields; i++) {
		if (r->field[i].flags & FIELD_KEY)
			info->key[info->keys++] = (int)i;
		info->searchable = info->searchable || r->field[i].flags & FIELD_SEARCH;
	}
	for (size_t i = 0; i < r->derives; i++)
		info->set_based = info->set_based || r->derive[i]->sql;
}

static int index_of(const struct reg *const *regs, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(regs[i]->name, name) == 0)
			return (int)i;
	return -1;
}

/* Ranks by repeated relaxation: a chain longer than the registers means a circle. */
static int rank(const struct reg *const *regs, size_t n, struct str *why)
{
	for (size_t round = 0; round <= n; round++) {
		bool again = false;
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < declared.info[i].dependents; k++) {
				int d = declared.info[i].dependent[k].reg;
				if (d != (int)i && declared.info[d].rank <= declared.info[i].rank) {
					declared.info[d].rank = declared.info[i].rank + 1;
					again = true;
				}
			}
		if (!again)
			return 0;
	}
	for (size_t i = 0; i < n; i++)
		if (declared.info[i].rank > (int)n)
			return wrong(why, "%s: its derivations depend on themselves through other registers", regs[i]->name);
	return wrong(why, "derivations depend on each other in a circle");
}

int reg_declare(const struct reg *const *regs, size_t n, struct str *ret_why)
{
	if (n > LIMIT_REGISTERS)
		return wrong(ret_why, "more than %d registers", LIMIT_REGISTERS);
	size_t edges = 0;
	for (size_t i = 0; i < n; i++) {
		int e = check_reg(regs, n, i, ret_why);
		if (e < 0)
			return e;
		for (size_t k = 0; k < regs[i]->derives; k++)
			edges += regs[i]->derive[k]->dependencies;
	}
	declared.count = 0;
	free(declared.room);
	declared.room = calloc(edges + 1, sizeof *declared.room);
	if (!declared.room)
		die("out of memory for the registers");
	for (size_t i = 0; i < n; i++)
		inform(&declared.info[i], regs[i], (int)i);
	struct dependent *next = declared.room;
	for (size_t i = 0; i < n; i++) {
		struct reg_info *info = &declared.info[i];
		info->dependent = next;
		for (size_t k = 0; k < n; k++)
			for (size_t d = 0; d < regs[k]->derives; d++)
				for (size_t on = 0; on < regs[k]->derive[d]->dependencies; on++) {
					const struct dependency *dep = &regs[k]->derive[d]->depends[on];
					if (index_of(regs, n, dep->reg) == (int)i)
						*next++ = (struct dependent){ .reg = (int)k, .derivation = (int)d,
							.through = reg_field(regs[k], dep->through) };
				}
		info->dependents = (size_t)(next - info->dependent);
	}
	int e = rank(regs, n, ret_why);
	if (e < 0)
		return e;
	declared.count = n;
	for (size_t i = 0; i < n; i++)
		auth_declare_register((int)i, regs[i]->name, regs[i]->label, &regs[i]->access, regs[i]->shared);
	return 0;
}
