#include "helper/package.h"

#include <expat.h>
#include <strings.h>
#include <zip.h>

#define INFLATE_CHUNK (64 << 10)
#define LOCAL_MIN 22 /* an empty archive is an end record alone */

struct package {
	zip_t *zip;
	struct import_out *out;
};

struct xml_run {
	XML_Parser parser;
	const struct xml_handler *handler;
	void *user;
	const char **attrs; /* of the element being started */
	unsigned depth;
	enum import_refusal refusal;
	char where[64];
};

static uint64_t get_le(const char *p, unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = bytes; i-- > 0;)
		v = v << 8 | (unsigned char)p[i];
	return v;
}

/*
 * How many entries the archive's end record claims, or UINT64_MAX when there is no such record. Looked up before the
 * library opens the archive, since that allocates for every entry.
 */
static uint64_t claimed_entries(struct str f)
{
	size_t lowest = f.n > LOCAL_MIN + 0xffff ? f.n - LOCAL_MIN - 0xffff : 0;
	uint64_t n, at;

	if (f.n < LOCAL_MIN)
		return UINT64_MAX;
	for (size_t i = f.n - LOCAL_MIN + 1; i-- > lowest;) {
		if (memcmp(f.p + i, "PK\5\6", 4) != 0)
			continue;
		n = get_le(f.p + i + 10, 2);
		if (n != 0xffff || i < 20 || memcmp(f.p + i - 20, "PK\6\7", 4) != 0)
			return n;
		at = get_le(f.p + i - 20 + 8, 8);
		if (f.n < 56 || at > f.n - 56 || memcmp(f.p + at, "PK\6\6", 4) != 0)
			return n;
		return get_le(f.p + at + 32, 8);
	}
	return UINT64_MAX;
}

static bool name_is_hostile(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n >= PACKAGE_NAME_MAX || name[0] == '/' || name[0] == '\\' || strchr(name, '\\') ||
	    (n >= 2 && name[1] == ':'))
		return true;
	for (const char *p = name; p; p = strchr(p, '/')) {
		if (*p == '/')
			p++;
		if (p[0] == '.' && p[1] == '.' && (p[2] == '/' || p[2] == 0))
			return true;
	}
	return false;
}

/* What a workbook runs, or lets run, when it is opened. */
static bool name_is_active(const char *name)
{
	const char *base = strrchr(name, '/');

	base = base ? base + 1 : name;
	return strncasecmp(base, "vbaProject", 10) == 0 || strncasecmp(name, "xl/macrosheets/", 15) == 0 ||
	       strncasecmp(name, "xl/activeX/", 11) == 0;
}

static int check_entries(struct package *p, size_t file_size)
{
	zip_int64_t count = zip_get_num_entries(p->zip, 0);
	uint64_t inflated = 0, packed = 0;

	if (count <= 0)
		return import_out_refuse(p->out, IMPORT_REFUSED_EMPTY, "ZIP");
	if (count > PACKAGE_ENTRIES_MAX)
		return import_out_refuse(p->out, IMPORT_REFUSED_ZIP_BOMB, "%lld entries", (long long)count);
	for (zip_int64_t i = 0; i < count; i++) {
		zip_stat_t st;

		/* Raw: no guess at the encoding, and no conversion that could hide a path. */
		if (zip_stat_index(p->zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW, &st) < 0 || !(st.valid & ZIP_STAT_NAME) ||
		    !(st.valid & ZIP_STAT_SIZE) || !(st.valid & ZIP_STAT_COMP_SIZE))
			return import_out_refuse(p->out, IMPORT_REFUSED_NOT_A_FILE, "ZIP");
		if (name_is_hostile(st.name))
			return import_out_refuse(p->out, IMPORT_REFUSED_PATHS, "%s", st.name);
		if (name_is_active(st.name))
			return import_out_refuse(p->out, IMPORT_REFUSED_MACRO, "%s", st.name);
		if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE)
			return import_out_refuse(p->out, IMPORT_REFUSED_ENCRYPTED, "%s", st.name);
		/* Checked one by one first: the sums below then cannot overflow. */
		if (st.size > PACKAGE_INFLATED_MAX || st.comp_size > file_size ||
		    (st.size > PACKAGE_RATIO_FROM && st.size / PACKAGE_RATIO_MAX > st.comp_size))
			return import_out_refuse(p->out, IMPORT_REFUSED_ZIP_BOMB, "%s", st.name);
		inflated += st.size;
		packed += st.comp_size;
		/* Entries that share their bytes hold more than the file does. */
		if (inflated > PACKAGE_INFLATED_MAX || packed > file_size)
			return import_out_refuse(p->out, IMPORT_REFUSED_ZIP_BOMB, "%s", st.name);
	}
	return 0;
}

int package_open(struct str file, struct import_out *out, struct package **ret)
{
	uint64_t claimed = claimed_entries(file);
	struct package *p;
	zip_source_t *source;
	zip_error_t error;
	int r;

	if (claimed == UINT64_MAX)
		return import_out_refuse(out, IMPORT_REFUSED_NOT_A_FILE, "ZIP");
	if (claimed > PACKAGE_ENTRIES_MAX)
		return import_out_refuse(out, IMPORT_REFUSED_ZIP_BOMB, "%llu entries", (unsigned long long)claimed);
	p = calloc(1, sizeof(*p));
	if (!p)
		return import_out_refuse(out, IMPORT_REFUSED_MEMORY, "ZIP");
	p->out = out;
	zip_error_init(&error);
	source = zip_source_buffer_create(file.p, file.n, 0, &error);
	if (source)
		p->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
	if (!p->zip) {
		r = zip_error_code_zip(&error) == ZIP_ER_MEMORY ? import_out_refuse(out, IMPORT_REFUSED_MEMORY, "ZIP")
		                                                 : import_out_refuse(out, IMPORT_REFUSED_NOT_A_FILE, "ZIP");
		zip_source_free(source);
	} else {
		r = check_entries(p, file.n);
	}
	zip_error_fini(&error);
	if (r < 0) {
		package_free(p);
		return r;
	}
	*ret = p;
	return 0;
}

void package_free(struct package *p)
{
	if (!p)
		return;
	if (p->zip)
		zip_discard(p->zip);
	free(p);
}

bool package_has(struct package *p, const char *part)
{
	return zip_name_locate(p->zip, part, ZIP_FL_NOCASE | ZIP_FL_ENC_RAW) >= 0;
}

static const char *local_name(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon ? colon + 1 : name;
}

const char *xml_attr(const struct xml_run *run, const char *name)
{
	for (const char **a = run->attrs; a && a[0]; a += 2)
		if (strcmp(local_name(a[0]), name) == 0)
			return a[1];
	return NULL;
}

const char *xml_attr_prefixed(const struct xml_run *run, const char *name)
{
	for (const char **a = run->attrs; a && a[0]; a += 2)
		if (strchr(a[0], ':') && strcmp(local_name(a[0]), name) == 0)
			return a[1];
	return NULL;
}

void xml_refuse(struct xml_run *run, enum import_refusal why, const char *where)
{
	if (!run->refusal) {
		run->refusal = why;
		snprintf(run->where, sizeof(run->where), "%s", where);
	}
	XML_StopParser(run->parser, XML_FALSE);
}

static void on_start(void *data, const char *name, const char **attrs)
{
	struct xml_run *run = data;

	if (run->refusal) /* the parser may call once more after it was told to stop */
		return;
	if (++run->depth > XML_DEPTH_MAX) {
		xml_refuse(run, IMPORT_REFUSED_XML, "");
		return;
	}
	run->attrs = attrs;
	run->handler->start(run, run->user, local_name(name), run->depth);
	run->attrs = NULL;
}

static void on_end(void *data, const char *name)
{
	struct xml_run *run = data;

	if (run->refusal)
		return;
	run->handler->end(run, run->user, local_name(name), run->depth);
	run->depth--;
}

static void on_text(void *data, const char *p, int n)
{
	struct xml_run *run = data;

	if (!run->refusal && n > 0)
		run->handler->text(run, run->user, p, (size_t)n);
}

static void on_doctype(void *data, const char *name, const char *system_id, const char *public_id, int internal)
{
	(void)name, (void)system_id, (void)public_id, (void)internal;
	xml_refuse(data, IMPORT_REFUSED_XML_BOMB, "DOCTYPE");
}

static void on_entity(void *data, const char *name, int parameter, const char *value, int length, const char *base,
                      const char *system_id, const char *public_id, const char *notation)
{
	(void)name, (void)parameter, (void)value, (void)length, (void)base, (void)system_id, (void)public_id, (void)notation;
	xml_refuse(data, IMPORT_REFUSED_XML_BOMB, "ENTITY");
}

/* Debian 13's expat warns of the older call, Debian 12's has no other. */
static unsigned long long line_of(XML_Parser parser)
{
#if XML_MAJOR_VERSION == 2 && XML_MINOR_VERSION < 9
	return XML_GetCurrentLineNumber(parser);
#else
	return XML_GetCurrentLineNumber64(parser);
#endif
}

/* 0, or why the run ended early. */
static enum import_refusal feed(struct xml_run *run, zip_file_t *f, uint64_t declared)
{
	uint64_t total = 0;

	for (;;) {
		void *room = XML_GetBuffer(run->parser, INFLATE_CHUNK);
		zip_int64_t n;

		if (!room)
			return IMPORT_REFUSED_MEMORY;
		n = zip_fread(f, room, INFLATE_CHUNK);
		if (n < 0) /* cut off, altered (checksum), or packed in a way that is no deflate */
			return IMPORT_REFUSED_NOT_A_FILE;
		total += (uint64_t)n;
		if (total > declared)
			return IMPORT_REFUSED_ZIP_BOMB;
		if (XML_ParseBuffer(run->parser, (int)n, n == 0) != XML_STATUS_OK) {
			if (run->refusal)
				return run->refusal;
			if (XML_GetErrorCode(run->parser) == XML_ERROR_NO_MEMORY)
				return IMPORT_REFUSED_MEMORY;
			snprintf(run->where, sizeof(run->where), "line %llu", line_of(run->parser));
			return IMPORT_REFUSED_XML;
		}
		if (n == 0)
			return 0;
	}
}

/* The encodings that the parser knows spell a name in ASCII, but for UTF-16: that begins with a mark or has a 0 among its first
 * bytes. */
static bool spells_ascii(const char *p, size_t n)
{
	return n >= 4 && !memchr(p, 0, 4) && (unsigned char)p[0] < 0xfe;
}

bool package_may_hold(struct package *p, const char *part, const char *name)
{
	zip_file_t *f = zip_fopen(p->zip, part, ZIP_FL_NOCASE | ZIP_FL_ENC_RAW);
	size_t word = strlen(name), kept = 0;
	char *room = f ? malloc(INFLATE_CHUNK + word) : NULL;
	bool found = !room, first = true;

	while (!found) {
		zip_int64_t n = zip_fread(f, room + kept, INFLATE_CHUNK);

		if (n == 0)
			break;
		/* What a name may have begun with stands before the next piece. */
		found = n < 0 || (first && !spells_ascii(room, (size_t)n)) || memmem(room, kept + (size_t)n, name, word);
		first = false;
		if (!found) {
			size_t all = kept + (size_t)n;

			kept = all < word - 1 ? all : word - 1;
			memmove(room, room + all - kept, kept);
		}
	}
	free(room);
	if (f)
		zip_fclose(f);
	return found;
}

int package_parse(struct package *p, const char *part, const struct xml_handler *handler, void *user)
{
	struct xml_run run = { .handler = handler, .user = user };
	enum import_refusal why;
	zip_file_t *f;
	zip_stat_t st;
	zip_int64_t at = zip_name_locate(p->zip, part, ZIP_FL_NOCASE | ZIP_FL_ENC_RAW);

	if (at < 0)
		return ERR_NOT_FOUND;
	if (zip_stat_index(p->zip, (zip_uint64_t)at, ZIP_FL_ENC_RAW, &st) < 0 || !(st.valid & ZIP_STAT_COMP_METHOD) ||
	    (st.comp_method != ZIP_CM_STORE && st.comp_method != ZIP_CM_DEFLATE))
		return import_out_refuse(p->out, IMPORT_REFUSED_NOT_A_FILE, "%s", part);
	f = zip_fopen_index(p->zip, (zip_uint64_t)at, 0);
	if (!f)
		return import_out_refuse(p->out, IMPORT_REFUSED_NOT_A_FILE, "%s", part);
	run.parser = XML_ParserCreate(NULL);
	if (!run.parser) {
		zip_fclose(f);
		return import_out_refuse(p->out, IMPORT_REFUSED_MEMORY, "%s", part);
	}
	XML_SetUserData(run.parser, &run);
	XML_SetElementHandler(run.parser, on_start, on_end);
	if (handler->text)
		XML_SetCharacterDataHandler(run.parser, on_text);
	XML_SetStartDoctypeDeclHandler(run.parser, on_doctype);
	XML_SetEntityDeclHandler(run.parser, on_entity);
	why = feed(&run, f, st.size);
	XML_ParserFree(run.parser);
	zip_fclose(f);
	if (p->out->error)
		return p->out->error;
	if (!why)
		return 0;
	return import_out_refuse(p->out, why, "%s%s%s", part, run.where[0] ? " " : "", run.where);
}

bool package_resolve(const char *source, const char *target, char *ret)
{
	size_t n = 0;

	if (target[0] == '/') {
		target++;
	} else {
		const char *slash = strrchr(source, '/');

		n = slash ? (size_t)(slash - source) : 0;
		if (n >= PACKAGE_NAME_MAX)
			return false;
		memcpy(ret, source, n);
	}
	while (*target) {
		size_t part = strcspn(target, "/\\");

		if (target[part] == '\\')
			return false;
		if (part == 2 && target[0] == '.' && target[1] == '.') {
			if (n == 0)
				return false;
			while (n && ret[n - 1] != '/')
				n--;
			if (n)
				n--; /* the slash */
		} else if (part && !(part == 1 && target[0] == '.')) {
			if (n + 1 + part + 1 > PACKAGE_NAME_MAX)
				return false;
			if (n)
				ret[n++] = '/';
			memcpy(ret + n, target, part);
			n += part;
		}
		target += part;
		if (*target == '/')
			target++;
	}
	ret[n] = 0;
	return n > 0;
}
