/*
 * Every text a person reads, in Japanese and English. The texts stand in base/text/<room>.def, one line each:
 *
 *	MSG(MSG_LOGIN_TITLE, "サインイン", "Sign in")
 *
 * The files are read twice: once for the enumeration, once for the table, so that a text without one of its languages
 * does not compile. {0} .. {3} stand for arguments. Texts are plain: escaping happens where they are written.
 */
#ifndef BASE_MSG_H
#define BASE_MSG_H

#include "base/buf.h"

enum lang { LANG_JA, LANG_EN, LANG__N };

#define MSG(id, ja, en) id,
enum msg {
	MSG_NONE,
#include "base/text/all.def"
	MSG__N
};
#undef MSG

/* A label in both languages, as constant descriptions carry it. */
struct label {
	const char *ja, *en;
};

struct msg_arg {
	enum { MSG_ARG_NONE, MSG_ARG_STR, MSG_ARG_I64, MSG_ARG_MSG, MSG_ARG_LABEL } kind;
	struct str s;
	int64_t i;
	struct label label;
};

/* A message with its arguments, to be rendered later in the reader's language. */
struct note {
	enum msg id;
	struct msg_arg arg[4];
};

#define ARG_S(v) ((struct msg_arg){ .kind = MSG_ARG_STR, .s = (v) })
#define ARG_I(v) ((struct msg_arg){ .kind = MSG_ARG_I64, .i = (v) })
#define ARG_M(v) ((struct msg_arg){ .kind = MSG_ARG_MSG, .i = (v) })
#define ARG_L(v) ((struct msg_arg){ .kind = MSG_ARG_LABEL, .label = (v) })
#define NOTE(id_, ...) ((struct note){ .id = (id_), .arg = { __VA_ARGS__ } }) /* with at least one argument */
#define NOTE0(id_) ((struct note){ .id = (id_) })

struct str msg(enum lang lang, enum msg id);            /* without arguments */
struct str label_of(struct label l, enum lang lang);
void note_put(struct buf *b, enum lang lang, const struct note *n);
struct str note_str(struct arena *a, enum lang lang, const struct note *n);

#endif
