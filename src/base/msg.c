#include "base/msg.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/text/all.h"

#define MSG(id, ja, en) [id] = { STR_INIT(ja), STR_INIT(en) },
static const struct str texts[MSG__N][LANG__N] = {
	[MSG_NONE] = { STR_INIT(""), STR_INIT("") },
#include "base/text/all.def"
};
#undef MSG

bool msg_exists(msg_id id)
{
	return id > MSG_NONE && id < MSG__N && texts[id][LANG_JA].p;
}

struct str msg(enum lang lang, msg_id id)
{
	if ((id != MSG_NONE && !msg_exists(id)) || (unsigned)lang >= LANG__N)
		die("msg: no text %d in language %d", id, (int)lang);
	return texts[id][lang];
}

struct str label_of(struct label l, enum lang lang)
{
	return str_of(lang == LANG_EN ? l.en : l.ja);
}

static void put_arg(struct buf *b, enum lang lang, const struct msg_arg *arg)
{
	switch (arg->kind) {
	case MSG_ARG_NONE:
		break;
	case MSG_ARG_STR:
		buf_str(b, arg->s);
		break;
	case MSG_ARG_I64:
		buf_i64(b, arg->i);
		break;
	case MSG_ARG_MSG:
		buf_str(b, msg(lang, (msg_id)arg->i));
		break;
	case MSG_ARG_LABEL:
		buf_str(b, label_of(arg->label, lang));
		break;
	}
}

void note_put(struct buf *b, enum lang lang, const struct note *n)
{
	struct str t = msg(lang, n->id);
	size_t from = 0;
	for (size_t i = 0; i + 2 < t.n; i++) {
		if (t.p[i] != '{' || t.p[i + 1] < '0' || t.p[i + 1] > '3' || t.p[i + 2] != '}')
			continue;
		buf_bytes(b, t.p + from, i - from);
		put_arg(b, lang, &n->arg[t.p[i + 1] - '0']);
		i += 2;
		from = i + 1;
	}
	buf_bytes(b, t.p + from, t.n - from);
}

struct str note_str(struct arena *a, enum lang lang, const struct note *n)
{
	CLEANUP(buf_release) struct buf b;
	buf_init(&b, LIMIT_PAGE);
	note_put(&b, lang, n);
	return str_dup(a, buf_view(&b));
}
