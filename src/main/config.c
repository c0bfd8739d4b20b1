/* DIR/ishigaki.conf, or the file named by --config. */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/text/main.h"
#include "main/open.h"

static int config_line(struct arena *a, struct config *c, struct str key, struct str value)
{
	if (str_eq(key, STR("listen"))) {
		c->listen = str_dup(a, value);
	} else if (str_eq(key, STR("public_url"))) {
		if (!str_starts(value, STR("https://")) && !str_starts(value, STR("http://")))
			return ERR_INVALID;
		c->public_url = str_dup(a, value);
	} else if (str_eq(key, STR("trusted_proxies"))) {
		struct str part, rest = value;
		while (str_cut(&rest, ',', &part)) {
			if (c->proxies == COUNT_OF(c->trusted_proxies))
				return ERR_LIMIT;
			c->trusted_proxies[c->proxies++] = str_dup(a, str_trim(part));
		}
	} else if (str_eq(key, STR("backup_keep_days"))) {
		return num_parse_i64(value, 0, 3650, &c->backup_keep_days);
	} else if (str_eq(key, STR("plain_lan"))) {
		if (!str_eq(value, STR("yes")) && !str_eq(value, STR("no")))
			return ERR_INVALID;
		c->plain_lan = str_eq(value, STR("yes"));
	} else {
		return ERR_NOT_FOUND;
	}
	return 0;
}

int config_read(struct arena *a, struct str data_dir, struct str named, struct config *ret, struct note *ret_why)
{
	struct config c = { .listen = STR("127.0.0.1:8420"), .backup_keep_days = 30 };
	struct str path = named.n ? named : str_printf(a, "%.*s/ishigaki.conf", STR_FMT(data_dir));
	struct str text;
	int r = file_read(a, path, 64u << 10, &text);
	if (r == ERR_NOT_FOUND && !named.n) {
		*ret = c;
		return 0;
	}
	if (r < 0) {
		*ret_why = NOTE(MSG_MAIN_FILE_READ, ARG_S(path), ARG_S(str_of(strerrordesc_np(r == ERR_LIMIT ? EFBIG : errno))));
		return r;
	}
	struct str line;
	for (int64_t n = 1; str_cut(&text, '\n', &line); n++) {
		line = str_trim(line);
		if (!line.n || line.p[0] == '#')
			continue;
		struct str key;
		ptrdiff_t eq = str_find_char(line, '=');
		key = eq < 0 ? line : str_trim(str_sub(line, 0, (size_t)eq));
		if (eq < 0 || config_line(a, &c, key, str_trim(str_sub(line, (size_t)eq + 1, line.n))) < 0) {
			*ret_why = NOTE(MSG_MAIN_CONFIG_BAD, ARG_S(path), ARG_I(n), ARG_S(str_dup(a, line)));
			return ERR_INVALID;
		}
	}
	*ret = c;
	return 0;
}
