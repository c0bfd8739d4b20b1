#include "helper/xlsx.h"

#include "helper/numfmt.h"
#include "helper/xlsx_parts.h"

#include <strings.h>

#define RELATIONS_MAX 512
#define FORMATS_MAX 4096
#define STYLES_MAX 65536

/* Room for want elements of size bytes, growing by half. NULL, with p as it was, when memory is short. */
static void *grow(void *p, size_t *cap, size_t want, size_t size)
{
	size_t n = *cap ? *cap : 1024;

	if (want <= *cap)
		return p;
	while (n < want)
		n += n / 2;
	p = realloc(p, n * size);
	if (p)
		*cap = n;
	return p;
}

bool xlsx_number(const char *z, size_t n, uint32_t max, uint32_t *ret)
{
	uint64_t v = 0;

	if (n == 0 || n > 10)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (z[i] < '0' || z[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(z[i] - '0');
	}
	if (v > max)
		return false;
	*ret = (uint32_t)v;
	return true;
}

static void ignore_end(struct xml_run *run, void *user, const char *name, unsigned depth)
{
	(void)run, (void)user, (void)name, (void)depth;
}

/* ---- [Content_Types].xml ---- */

static void types_start(struct xml_run *run, void *user, const char *name, unsigned depth)
{
	const char *type = xml_attr(run, "ContentType");

	(void)user, (void)name;
	if (depth != 2 || !type)
		return;
	if (strcasestr(type, "sheet.binary")) /* .xlsb: its content type says "macro" even when there is none */
		xml_refuse(run, IMPORT_REFUSED_NOT_A_FILE, "xlsb");
	else if (strcasestr(type, "macroEnabled") || strcasestr(type, "vbaProject"))
		xml_refuse(run, IMPORT_REFUSED_MACRO, "");
}

/* ---- relationships ---- */

enum relation_kind { RELATION_OTHER, RELATION_DOCUMENT, RELATION_SHEET, RELATION_STYLES, RELATION_STRINGS };

struct relation {
	enum relation_kind kind;
	char id[64], part[PACKAGE_NAME_MAX];
};

struct relations {
	const char *source; /* the part they belong to */
	struct relation *list;
	size_t count;
};

static enum relation_kind relation_kind(const char *type)
{
	static const struct {
		const char *name;
		enum relation_kind kind;
	} kinds[] = {
		{ "officeDocument", RELATION_DOCUMENT }, { "worksheet", RELATION_SHEET }, { "styles", RELATION_STYLES },
		{ "sharedStrings", RELATION_STRINGS },
	};
	const char *slash = type ? strrchr(type, '/') : NULL;

	for (size_t i = 0; slash && i < COUNT_OF(kinds); i++)
		if (strcmp(slash + 1, kinds[i].name) == 0)
			return kinds[i].kind;
	return RELATION_OTHER;
}

static void relations_start(struct xml_run *run, void *user, const char *name, unsigned depth)
{
	struct relations *r = user;
	const char *id = xml_attr(run, "Id"), *target = xml_attr(run, "Target"), *mode = xml_attr(run, "TargetMode");
	enum relation_kind kind = relation_kind(xml_attr(run, "Type"));
	struct relation *one;

	if (depth != 2 || strcmp(name, "Relationship") != 0 || kind == RELATION_OTHER || !id || !target ||
	    (mode && strcmp(mode, "External") == 0))
		return;
	if (r->count == RELATIONS_MAX) {
		xml_refuse(run, IMPORT_REFUSED_TOO_LARGE, "");
		return;
	}
	one = &r->list[r->count];
	one->kind = kind;
	if (strlen(id) >= sizeof(one->id)) {
		xml_refuse(run, IMPORT_REFUSED_XML, "");
		return;
	}
	memcpy(one->id, id, strlen(id) + 1);
	if (!package_resolve(r->source, target, one->part)) {
		xml_refuse(run, IMPORT_REFUSED_PATHS, "");
		return;
	}
	r->count++;
}

static const struct xml_handler relations_handler = { relations_start, ignore_end, NULL };

static int read_relations(struct xlsx *x, const char *part, struct relations *r)
{
	r->count = 0;
	return package_parse(x->package, part, &relations_handler, r);
}

static const struct relation *relation_of_kind(const struct relations *r, enum relation_kind kind)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->list[i].kind == kind)
			return &r->list[i];
	return NULL;
}

/* ---- workbook ---- */

struct workbook_run {
	struct xlsx *x;
	const struct relations *relations;
	bool in_sheets;
};

static bool is_true(const char *value)
{
	return value && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

static void add_sheet(struct xml_run *run, struct workbook_run *w)
{
	const char *name = xml_attr(run, "name"), *state = xml_attr(run, "state"), *id = xml_attr_prefixed(run, "id");
	const struct relation *to = NULL;
	struct xlsx_sheet *s;
	size_t n;

	for (size_t i = 0; id && i < w->relations->count; i++)
		if (w->relations->list[i].kind == RELATION_SHEET && strcmp(w->relations->list[i].id, id) == 0)
			to = &w->relations->list[i];
	if (!name || !to) /* chart and dialogue sheets hold no cells */
		return;
	if (w->x->sheet_count == LIMIT_IMPORT_SHEETS) {
		xml_refuse(run, IMPORT_REFUSED_TOO_LARGE, "");
		return;
	}
	s = &w->x->sheets[w->x->sheet_count++];
	memcpy(s->part, to->part, sizeof(s->part));
	n = strlen(name);
	if (n >= sizeof(s->name)) {
		n = sizeof(s->name) - 1;
		while (n && ((unsigned char)name[n] & 0xc0) == 0x80)
			n--;
	}
	memcpy(s->name, name, n);
	s->name[import_text_clean(s->name, n, true)] = 0;
	s->hidden = state && strcmp(state, "visible") != 0;
}

static void workbook_start(struct xml_run *run, void *user, const char *name, unsigned depth)
{
	struct workbook_run *w = user;

	if (depth == 2) {
		w->in_sheets = strcmp(name, "sheets") == 0;
		if (strcmp(name, "workbookPr") == 0)
			w->x->date_1904 = is_true(xml_attr(run, "date1904"));
	} else if (depth == 3 && w->in_sheets && strcmp(name, "sheet") == 0) {
		add_sheet(run, w);
	}
}

/* From the package to the workbook, its sheets, and the parts they share. */
static int read_workbook(struct xlsx *x, struct relations *r)
{
	static const struct xml_handler types = { types_start, ignore_end, NULL };
	static const struct xml_handler workbook = { workbook_start, ignore_end, NULL };
	struct workbook_run w = { .x = x, .relations = r };
	const struct relation *one;
	char part[PACKAGE_NAME_MAX] = "xl/workbook.xml", rels[PACKAGE_NAME_MAX + 16];
	char *base;
	int e = package_parse(x->package, "[Content_Types].xml", &types, NULL);

	if (e == ERR_NOT_FOUND) /* another kind of ZIP */
		return import_out_refuse(x->out, IMPORT_REFUSED_NOT_A_FILE, "[Content_Types].xml");
	if (e < 0)
		return e;
	r->source = "";
	e = read_relations(x, "_rels/.rels", r);
	if (e < 0 && e != ERR_NOT_FOUND)
		return e;
	one = relation_of_kind(r, RELATION_DOCUMENT);
	if (one)
		memcpy(part, one->part, sizeof(part));
	if (!package_has(x->package, part))
		return import_out_refuse(x->out, IMPORT_REFUSED_NOT_A_FILE, "%s", part);
	base = strrchr(part, '/');
	base = base ? base + 1 : part;
	snprintf(rels, sizeof(rels), "%.*s_rels/%s.rels", (int)(base - part), part, base);
	r->source = part;
	e = read_relations(x, rels, r);
	if (e == ERR_NOT_FOUND)
		return import_out_refuse(x->out, IMPORT_REFUSED_NOT_A_FILE, "%s", rels);
	if (e < 0)
		return e;
	one = relation_of_kind(r, RELATION_STYLES);
	if (one)
		memcpy(x->styles_part, one->part, sizeof(x->styles_part));
	one = relation_of_kind(r, RELATION_STRINGS);
	if (one)
		memcpy(x->strings_part, one->part, sizeof(x->strings_part));
	e = package_parse(x->package, part, &workbook, &w);
	if (e < 0)
		return e == ERR_NOT_FOUND ? import_out_refuse(x->out, IMPORT_REFUSED_NOT_A_FILE, "%s", part) : e;
	if (x->sheet_count == 0) /* also a document or a presentation */
		return import_out_refuse(x->out, IMPORT_REFUSED_EMPTY, "%s", part);
	return 0;
}

/* ---- styles ---- */

struct styles_run {
	struct xlsx *x;
	enum { STYLES_OTHER, STYLES_FORMATS, STYLES_CELLS } section;
	struct {
		uint32_t id;
		bool is_date;
	} format[FORMATS_MAX];
	size_t format_count;
};

static bool format_is_date(const struct styles_run *s, uint32_t id)
{
	for (size_t i = s->format_count; i-- > 0;)
		if (s->format[i].id == id)
			return s->format[i].is_date;
	return numfmt_id_is_date(id);
}

static void styles_start(struct xml_run *run, void *user, const char *name, unsigned depth)
{
	struct styles_run *s = user;
	struct xlsx *x = s->x;
	const char *id, *code;
	uint32_t number = 0;
	bool *more;

	if (depth == 2) {
		s->section = strcmp(name, "numFmts") == 0 ? STYLES_FORMATS :
		             strcmp(name, "cellXfs") == 0 ? STYLES_CELLS : STYLES_OTHER;
		return;
	}
	if (depth != 3 || s->section == STYLES_OTHER)
		return;
	id = xml_attr(run, "numFmtId");
	if (id && !xlsx_number(id, strlen(id), UINT32_MAX, &number))
		number = 0;
	if (s->section == STYLES_FORMATS && strcmp(name, "numFmt") == 0) {
		code = xml_attr(run, "formatCode");
		if (!id || !code)
			return;
		if (s->format_count == FORMATS_MAX) {
			xml_refuse(run, IMPORT_REFUSED_TOO_LARGE, "numFmt");
			return;
		}
		s->format[s->format_count].id = number;
		s->format[s->format_count++].is_date = numfmt_code_is_date(code);
	} else if (s->section == STYLES_CELLS && strcmp(name, "xf") == 0) {
		if (x->style_count == STYLES_MAX) {
			xml_refuse(run, IMPORT_REFUSED_TOO_LARGE, "xf");
			return;
		}
		more = grow(x->style_is_date, &x->style_cap, x->style_count + 1, sizeof(*more));
		if (!more) {
			xml_refuse(run, IMPORT_REFUSED_MEMORY, "");
			return;
		}
		x->style_is_date = more;
		x->style_is_date[x->style_count++] = format_is_date(s, number);
	}
}

int xlsx_read_styles(struct xlsx *x)
{
	static const struct xml_handler handler = { styles_start, ignore_end, NULL };
	struct styles_run *s;
	int e;

	if (!x->styles_part[0])
		return 0;
	s = calloc(1, sizeof(*s));
	if (!s)
		return import_out_refuse(x->out, IMPORT_REFUSED_MEMORY, "%s", x->styles_part);
	s->x = x;
	e = package_parse(x->package, x->styles_part, &handler, s);
	free(s);
	return e == ERR_NOT_FOUND ? 0 : e;
}

/* ---- shared strings ---- */

struct strings_run {
	struct xlsx *x;
	bool in_string, in_reading, in_text;
};

static void strings_start(struct xml_run *run, void *user, const char *name, unsigned depth)
{
	struct strings_run *s = user;
	struct xlsx *x = s->x;
	uint32_t *more;

	if (depth == 2) {
		s->in_string = strcmp(name, "si") == 0;
		if (!s->in_string)
			return;
		if (x->string_count == XLSX_STRING_COUNT_MAX) {
			xml_refuse(run, IMPORT_REFUSED_TOO_LARGE, "");
			return;
		}
		more = grow(x->start, &x->start_cap, x->string_count + 2, sizeof(*more));
		if (!more) {
			xml_refuse(run, IMPORT_REFUSED_MEMORY, "");
			return;
		}
		x->start = more;
		x->start[x->string_count] = (uint32_t)x->text_n;
	} else if (s->in_string && strcmp(name, "rPh") == 0) {
		s->in_reading = true; /* the reading of kanji: no part of the text */
	} else if (s->in_string && !s->in_reading && strcmp(name, "t") == 0) {
		s->in_text = true;
	}
}

static void strings_end(struct xml_run *run, void *user, const char *name, unsigned depth)
{
	struct strings_run *s = user;
	struct xlsx *x = s->x;
	size_t from;

	if (depth > 2) {
		if (strcmp(name, "t") == 0)
			s->in_text = false;
		else if (strcmp(name, "rPh") == 0)
			s->in_reading = false;
		return;
	}
	if (depth < 2 || !s->in_string)
		return;
	s->in_string = s->in_text = s->in_reading = false;
	from = x->start[x->string_count];
	if (x->text_n > from)
		x->text_n = from + import_text_clean(x->text + from, x->text_n - from, true);
	if (x->text_n - from > LIMIT_CELL) {
		xml_refuse(run, IMPORT_REFUSED_TOO_LARGE, "");
		return;
	}
	x->start[++x->string_count] = (uint32_t)x->text_n;
}

static void strings_text(struct xml_run *run, void *user, const char *p, size_t n)
{
	struct strings_run *s = user;
	struct xlsx *x = s->x;
	char *more;

	if (!s->in_text)
		return;
	if (x->text_n + n > XLSX_STRINGS_MAX) {
		xml_refuse(run, IMPORT_REFUSED_TOO_LARGE, "");
		return;
	}
	more = grow(x->text, &x->text_cap, x->text_n + n, 1);
	if (!more) {
		xml_refuse(run, IMPORT_REFUSED_MEMORY, "");
		return;
	}
	x->text = more;
	memcpy(x->text + x->text_n, p, n);
	x->text_n += n;
}

int xlsx_read_strings(struct xlsx *x)
{
	static const struct xml_handler handler = { strings_start, strings_end, strings_text };
	struct strings_run s = { .x = x };
	int e;

	if (!x->strings_part[0])
		return 0;
	e = package_parse(x->package, x->strings_part, &handler, &s);
	return e == ERR_NOT_FOUND ? 0 : e;
}

/* ---- the whole ---- */

/* Compound files (OLE) carry their streams' names in UTF-16LE. */
static bool holds_wide(struct str file, const char *name)
{
	char wide[64];
	size_t n = strlen(name);

	for (size_t i = 0; i < n; i++) {
		wide[2 * i] = name[i];
		wide[2 * i + 1] = 0;
	}
	return memmem(file.p, file.n, wide, 2 * n) != NULL;
}

static int refuse_compound(struct str file, struct import_out *out)
{
	if (holds_wide(file, "EncryptedPackage"))
		return import_out_refuse(out, IMPORT_REFUSED_ENCRYPTED, "EncryptedPackage");
	if (holds_wide(file, "WordDocument") || holds_wide(file, "PowerPoint Document"))
		return import_out_refuse(out, IMPORT_REFUSED_NOT_A_FILE, "OLE");
	return import_out_refuse(out, IMPORT_REFUSED_OLD_XLS, "OLE");
}

static int read_all(struct xlsx *x, long sheet)
{
	struct relations r = { 0 };
	int e;

	r.list = calloc(RELATIONS_MAX, sizeof(*r.list));
	if (!r.list)
		return import_out_refuse(x->out, IMPORT_REFUSED_MEMORY, "ZIP");
	e = read_workbook(x, &r);
	free(r.list);
	if (e < 0)
		return e;
	for (size_t i = 0; i < x->sheet_count; i++)
		import_out_sheet(x->out, x->sheets[i].hidden, str_of(x->sheets[i].name));
	import_out_format(x->out, 0, x->date_1904);
	if (sheet < 0)
		return import_out_end(x->out);
	if ((size_t)sheet >= x->sheet_count)
		return import_out_refuse(x->out, IMPORT_REFUSED_NO_SHEET, "%ld", sheet);
	if ((e = xlsx_read_styles(x)) < 0 || (e = xlsx_read_strings(x)) < 0 ||
	    (e = xlsx_read_merges(x, &x->sheets[sheet])) < 0 || (e = xlsx_read_cells(x, &x->sheets[sheet])) < 0)
		return e;
	return import_out_end(x->out);
}

int xlsx_read(struct str file, long sheet, struct import_out *out)
{
	struct xlsx *x;
	int e;

	if (file.n == 0)
		return import_out_refuse(out, IMPORT_REFUSED_EMPTY, "0 bytes");
	if (file.n > LIMIT_UPLOAD)
		return import_out_refuse(out, IMPORT_REFUSED_TOO_LARGE, "%zu bytes", file.n);
	if (file.n >= 8 && memcmp(file.p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0)
		return refuse_compound(file, out);
	x = calloc(1, sizeof(*x));
	if (!x)
		return import_out_refuse(out, IMPORT_REFUSED_MEMORY, "ZIP");
	x->out = out;
	e = package_open(file, out, &x->package);
	if (e == 0)
		e = read_all(x, sheet);
	package_free(x->package);
	free(x->style_is_date);
	free(x->text);
	free(x->start);
	free(x);
	return e;
}
