#include "main/verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/helper.h"
#include "base/text/main.h"
#include "base/version.h"
#include "main/open.h"

enum verb_flag {
	VERB_OFFICE = 1,     /* works on an open office */
	VERB_READS_FILE = 2, /* its second word names a file to read: opened here, passed as standard input */
	VERB_WRITES_FILE = 4, /* --out names a file to write: opened here, passed as standard output */
	VERB_TEXT = 16,      /* --against may name a file: its text goes instead, since a server may not see the file */
	VERB_PATH = 8,       /* its first word names a path to write to, which the server must see as absolute */
};

static const struct verb {
	const char *name;
	msg_id about;
	const char *usage;
	size_t words_min, words_max;
	const char *options;        /* "name=" takes a value, "name" is a flag; blank-separated */
	unsigned flags;
	int (*run)(struct call *c);
	int (*run_office)(struct office *o, struct call *c);
} verbs[] = {
	{ "init", MSG_MAIN_VERB_INIT, "init --data DIR [--demo]", 0, 0, "demo", 0, verb_init, NULL },
	{ "serve", MSG_MAIN_VERB_SERVE, "serve --data DIR [--config FILE] [--listen ADDR:PORT] [--plain-lan]", 0, 0, "config= listen= plain-lan", 0, verb_serve, NULL },
	{ "import", MSG_MAIN_VERB_IMPORT, "import REGISTER FILE --data DIR [--sheet NAME] [--dry-run] [--strict] [--take-good-rows] [--keep-own-fields] [--refused FILE.xlsx] [--json]",
	  2, 2, "sheet= dry-run strict take-good-rows keep-own-fields refused= json", VERB_OFFICE | VERB_READS_FILE, NULL, verb_import },
	{ "export", MSG_MAIN_VERB_EXPORT,
	  "export REGISTER --data DIR --format csv|xlsx|jsonl [--layout NAME] [--encoding utf-8|utf-8-bom|cp932] [--archived] [--out FILE]", 1, 1,
	  "format= layout= encoding= archived out=", VERB_OFFICE | VERB_WRITES_FILE, NULL, verb_export },
	{ "report", MSG_MAIN_VERB_REPORT, "report monthly --data DIR [--month YYYY-MM] --format html|pdf|xlsx|docx [--out FILE]", 1, 1, "month= format= out=",
	  VERB_OFFICE | VERB_WRITES_FILE, NULL, verb_report },
	{ "token", MSG_MAIN_VERB_TOKEN, "token create --data DIR --user NAME --scope read|write [--days N]", 1, 1, "user= scope= days= name=", VERB_OFFICE,
	  NULL, verb_token },
	{ "user", MSG_MAIN_VERB_USER, "user create|invite|list --data DIR [--login NAME] [--name NAME] [--role ROLE]", 1, 1, "login= name= role=", VERB_OFFICE,
	  NULL, verb_user },
	{ "audit-trail", MSG_MAIN_VERB_AUDIT, "audit-trail verify|head --data DIR [--against HEAD|FILE] [--json]", 1, 1, "against= json", VERB_OFFICE | VERB_TEXT, NULL,
	  verb_audit_trail },
	{ "backup", MSG_MAIN_VERB_BACKUP, "backup FILE --data DIR", 1, 1, "json", VERB_OFFICE | VERB_PATH, NULL, verb_backup },
	{ "restore", MSG_MAIN_VERB_RESTORE, "restore FILE --data DIR", 1, 1, "", 0, verb_restore, NULL },
	{ "erase", MSG_MAIN_VERB_ERASE, "erase REGISTER CODE --data DIR --reason TEXT [--yes]", 2, 2, "reason= yes", VERB_OFFICE, NULL, verb_erase },
	{ "doctor", MSG_MAIN_VERB_DOCTOR, "doctor --data DIR [--security] [--json]", 0, 0, "security json", VERB_OFFICE, NULL, verb_doctor },
	{ "schema", MSG_MAIN_VERB_SCHEMA, "schema [--what schema|openapi|permissions|columns|man]", 0, 0, "what=", 0, verb_schema, NULL },
};

struct str call_option(const struct call *c, const char *name)
{
	for (size_t i = 0; i < c->options; i++)
		if (str_eq_z(c->option[i].name, name))
			return c->option[i].value;
	return STR_NULL;
}

bool call_flag(const struct call *c, const char *name)
{
	return call_option(c, name).p != NULL;
}

void call_out(struct call *c, struct str s)
{
	size_t done = 0;
	while (done < s.n) {
		ssize_t put = write(c->out_fd, s.p + done, s.n - done);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return;
		done += (size_t)put;
	}
}

void call_error(struct call *c, const struct note *n)
{
	struct str line = str_printf(c->arena, "ishigaki: %.*s\n", STR_FMT(note_str(c->arena, c->lang, n)));
	ssize_t ignored = write(c->err_fd, line.p, line.n);
	(void)ignored;
}

bool verb_told(size_t i, const char **ret_usage, msg_id *ret_about)
{
	if (i >= COUNT_OF(verbs))
		return false;
	*ret_usage = verbs[i].usage;
	*ret_about = verbs[i].about;
	return true;
}

static const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(verbs); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

/* 1 a value follows, 0 a flag, -1 not an option of this verb. */
static int option_kind(const struct verb *v, struct str name)
{
	if (str_eq_z(name, "data") || str_eq_z(name, "lang") || str_eq_z(name, "as"))
		return 1;
	struct str rest = str_of(v->options), one;
	while (str_cut(&rest, ' ', &one)) {
		bool takes = str_ends(one, STR("="));
		if (str_eq(takes ? str_sub(one, 0, one.n - 1) : one, name))
			return takes;
	}
	return -1;
}

static void usage(struct call *c, const struct verb *only)
{
	const char *words;
	msg_id about;
	for (size_t i = 0; verb_told(i, &words, &about); i++) {
		if (only && only != &verbs[i])
			continue;
		struct str s = str_printf(c->arena, "  ishigaki %s\n      %.*s\n", words, STR_FMT(msg(c->lang, about)));
		ssize_t ignored = write(c->err_fd, s.p, s.n);
		(void)ignored;
	}
}

int call_parse(struct call *c, struct arena *a, int argc, const char *const *argv)
{
	c->arena = a;
	const struct verb *v = argc > 1 ? verb_find(argv[1]) : NULL;
	if (!v) {
		usage(c, NULL);
		return EXIT_USE;
	}
	c->verb = v->name;
	for (int i = 2; i < argc; i++) {
		struct str w = str_of(argv[i]);
		if (!str_starts(w, STR("--"))) {
			if (c->words == v->words_max) {
				call_error(c, &NOTE(MSG_MAIN_USE_EXTRA, ARG_S(w)));
				usage(c, v);
				return EXIT_USE;
			}
			c->word[c->words++] = w;
			continue;
		}
		struct str name = str_sub(w, 2, w.n), value = STR("1");
		ptrdiff_t eq = str_find_char(name, '=');
		int kind = option_kind(v, eq < 0 ? name : str_sub(name, 0, (size_t)eq));
		if (kind < 0 || c->options == COUNT_OF(c->option) || (kind == 0 && eq >= 0)) {
			call_error(c, &NOTE(MSG_MAIN_USE_OPTION, ARG_S(w), ARG_S(str_of(v->name))));
			usage(c, v);
			return EXIT_USE;
		}
		if (kind == 1 && eq >= 0) {
			value = str_sub(name, (size_t)eq + 1, name.n);
			name = str_sub(name, 0, (size_t)eq);
		} else if (kind == 1) {
			if (i + 1 == argc) {
				call_error(c, &NOTE(MSG_MAIN_USE_VALUE, ARG_S(w)));
				return EXIT_USE;
			}
			value = str_of(argv[++i]);
		}
		c->option[c->options].name = name;
		c->option[c->options++].value = value;
	}
	c->lang = str_eq_z(call_option(c, "lang"), "en") ? LANG_EN : LANG_JA;
	if (c->words < v->words_min) {
		usage(c, v);
		return EXIT_USE;
	}
	if (v->run != verb_schema && !call_flag(c, "data")) {
		call_error(c, &NOTE0(MSG_MAIN_USE_DATA));
		usage(c, v);
		return EXIT_USE;
	}
	return EXIT_DONE;
}

int verbs_control(void *app, int argc, const char *const *argv, int in_fd, int out_fd, int err_fd)
{
	struct arena *a = arena_new(LIMIT_ARENA);
	struct call c = { .in_fd = in_fd, .out_fd = out_fd, .err_fd = err_fd };
	int code = call_parse(&c, a, argc, argv);
	if (code == EXIT_DONE) {
		const struct verb *v = verb_find(c.verb);
		code = v && v->run_office ? v->run_office(app, &c) : EXIT_USE;
	}
	arena_free(a);
	return code;
}

/* The office is opened here, unless a server has it: then the same verb runs there. */
static int run_with_office(const struct verb *v, struct call *c, int argc, const char *const *argv)
{
	struct str dir = call_option(c, "data");
	int code = EXIT_COULD_NOT;
	int r = http_control_call(office_socket(c->arena, dir), argc, argv, c->in_fd, c->out_fd, c->err_fd, &code);
	if (r == 0)
		return code;
	/* It may have done the work before it went: doing it once more here would make a second account, a second token. */
	if (r == ERR_IO) {
		call_error(c, &NOTE(MSG_MAIN_SERVER_GONE, ARG_S(str_of(c->verb))));
		return EXIT_COULD_NOT;
	}
	struct opened *o = NULL;
	struct note why = NOTE0(MSG_MAIN_OPEN_FAILED);
	r = office_open(dir, OPEN_EXISTING, &o, &why);
	if (r < 0) {
		call_error(c, &why);
		return EXIT_COULD_NOT;
	}
	code = v->run_office(opened_office(o), c);
	office_close(o);
	return code;
}

static const char *absolute(struct arena *a, struct str path)
{
	char cwd[PATH_MAX];
	if (str_starts(path, STR("/")) || !getcwd(cwd, sizeof cwd))
		return str_z(a, path);
	return str_printf(a, "%s/%.*s", cwd, STR_FMT(path)).p;
}

/* A file that lies in the data directory itself, or would: what is there is the office's own. */
static bool is_own_file(struct arena *a, struct str dir, struct str path)
{
	char real_dir[PATH_MAX], real_parent[PATH_MAX];
	const char *full = absolute(a, path), *slash = strrchr(full, '/');
	struct str parent = slash && slash > full ? (struct str){ full, (size_t)(slash - full) } : STR("/");
	return dir.n && realpath(str_z(a, dir), real_dir) && realpath(str_z(a, parent), real_parent) && strcmp(real_dir, real_parent) == 0;
}

/* Helpers lie beside the program. */
static void find_helpers(struct arena *a)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
	if (n <= 0)
		return;
	while (n > 0 && path[n - 1] != '/')
		n--;
	helper_set_dir(str_dup(a, (struct str){ path, n > 1 ? (size_t)n - 1 : 1 }));
}

int verbs_main(int argc, const char *const *argv)
{
	signal(SIGPIPE, SIG_IGN);
	umask(077);
	struct arena *a = arena_new(LIMIT_ARENA);
	find_helpers(a);
	struct call c = { .in_fd = 0, .out_fd = 1, .err_fd = 2 };
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		call_out(&c, str_printf(a, "ishigaki %.*s\n", STR_FMT(version_text())));
		arena_free(a);
		return EXIT_DONE;
	}
	int code = call_parse(&c, a, argc, argv);
	if (code != EXIT_DONE) {
		arena_free(a);
		return code;
	}
	const struct verb *v = verb_find(c.verb);
	if (!v)
		die("call_parse() let an unknown command through");
	const char **passed = ARENA_ARRAY(a, (size_t)argc + 1, const char *);
	for (int i = 0; i < argc; i++)
		passed[i] = argv[i];
	struct str out = v->flags & VERB_WRITES_FILE ? call_option(&c, "out") : STR_NULL, out_part = STR_NULL;
	const struct str written[] = { out, call_option(&c, "refused"), v->flags & VERB_PATH ? c.word[0] : STR_NULL };
	for (size_t i = 0; i < COUNT_OF(written); i++) {
		if (!written[i].n || !is_own_file(a, call_option(&c, "data"), written[i]))
			continue;
		call_error(&c, &NOTE(MSG_MAIN_OWN_FILE, ARG_S(written[i]), ARG_S(call_option(&c, "data"))));
		arena_free(a);
		return EXIT_USE;
	}
	if (v->flags & VERB_READS_FILE) {
		c.in_fd = open(str_z(a, c.word[1]), O_RDONLY | O_CLOEXEC);
		if (c.in_fd < 0) {
			call_error(&c, &NOTE(MSG_MAIN_FILE_READ, ARG_S(c.word[1]), ARG_S(str_of(strerrordesc_np(errno)))));
			code = EXIT_COULD_NOT;
			goto out;
		}
	}
	if (out.n) {
		/* Written beside and renamed when the verb is done: a failed export leaves no half file. */
		out_part = str_printf(a, "%.*s.part", STR_FMT(out));
		c.out_fd = open(out_part.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (c.out_fd < 0) {
			call_error(&c, &NOTE(MSG_MAIN_FILE_WRITE, ARG_S(out), ARG_S(str_of(strerrordesc_np(errno)))));
			code = EXIT_COULD_NOT;
			goto out;
		}
	}
	struct str kept = v->flags & VERB_TEXT ? call_option(&c, "against") : STR_NULL, kept_text;
	if (kept.n && file_read(a, kept, 4096, &kept_text) == 0) {
		const char *text = str_z(a, kept_text);
		for (int i = 2; i < argc; i++) {
			if (str_eq_z(kept, argv[i]))
				passed[i] = text;
			else if (str_eq(str_of(argv[i]), str_printf(a, "--against=%.*s", STR_FMT(kept))))
				passed[i] = str_printf(a, "--against=%s", text).p;
		}
		for (size_t i = 0; i < c.options; i++)
			if (str_eq_z(c.option[i].name, "against"))
				c.option[i].value = kept_text;
	}
	if (v->flags & VERB_PATH) {
		for (int i = 2; i < argc; i++)
			if (str_eq_z(c.word[0], argv[i]))
				passed[i] = absolute(a, c.word[0]);
		c.word[0] = str_of(absolute(a, c.word[0]));
	}
	/* Where refused rows go: the server, if it does the work, must see the path as absolute. */
	for (size_t i = 0; i < c.options; i++) {
		if (!str_eq_z(c.option[i].name, "refused") || !c.option[i].value.n)
			continue;
		struct str path = c.option[i].value;
		c.option[i].value = str_of(absolute(a, path));
		for (int k = 2; k < argc; k++)
			if (str_eq_z(path, argv[k]))
				passed[k] = str_z(a, c.option[i].value);
			else if (str_eq(str_of(argv[k]), str_printf(a, "--refused=%.*s", STR_FMT(path))))
				passed[k] = str_z(a, str_printf(a, "--refused=%.*s", STR_FMT(c.option[i].value)));
	}
	code = v->run_office ? run_with_office(v, &c, argc, passed) : v->run(&c);
	if (out_part.n) {
		bool ok = fsync(c.out_fd) == 0;
		/* What found something to tell of has done its work too. */
		bool done = code == EXIT_DONE || code == EXIT_FOUND;
		if (!done || !ok || rename(out_part.p, str_z(a, out)) < 0) {
			unlink(out_part.p);
			code = done ? EXIT_COULD_NOT : code;
		}
	}
out:
	if (c.in_fd > 2)
		close(c.in_fd);
	if (c.out_fd > 2)
		close(c.out_fd);
	arena_free(a);
	return code;
}
