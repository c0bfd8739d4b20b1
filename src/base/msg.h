/*
 * Every text a person reads, in Japanese and English. The texts stand in base/text/<room>.def, one line each:
 *
 *	MSG(MSG_LOGIN_TITLE, "サインイン", "Sign in")
 *
 * The files are read twice: by base/text/<room>.h for the constants, which a file includes for the rooms whose texts it
 * uses, and by msg.c for the table, so that a text without one of its languages does not compile. {0} .. {3} stand for arguments. Texts are plain: escaping happens where they are written.
 */
#ifndef BASE_MSG_H
#define BASE_MSG_H

#include "base/buf.h"

enum lang { LANG_JA, LANG_EN, LANG__N };

/* Each room numbers its texts from a place of its own: a new text leaves the constants of the other rooms as they are. */
enum {
	TEXT_BASE, TEXT_DB, TEXT_HTTP, TEXT_HTML, TEXT_MAIL, TEXT_AUTH, TEXT_REGISTER, TEXT_FACES, TEXT_IMPORT,
	TEXT_REPORT, TEXT_WORK, TEXT_ORG, TEXT_ASSET, TEXT_CONTROL, TEXT_RISK, TEXT_PLAN, TEXT_MAIN, TEXT_TRAINING, TEXT_DOCUMENT, TEXT_INCIDENT, TEXT__N,
};
#define TEXT_ROOM 512 /* texts of a room */
#define TEXT_BEFORE(room) MSG_##room##__BEFORE = TEXT_##room * TEXT_ROOM
#define TEXT_AFTER(room) MSG_##room##__AFTER
#define TEXT_FITS(room) _Static_assert(MSG_##room##__AFTER <= (TEXT_##room + 1) * TEXT_ROOM, "TEXT_ROOM is too small")

typedef int msg_id; /* MSG_NONE, or one of base/text/<room>.h */
enum { MSG_NONE = 0, MSG__N = TEXT__N * TEXT_ROOM };

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
	msg_id id;
	struct msg_arg arg[4];
};

#define ARG_S(v) ((struct msg_arg){ .kind = MSG_ARG_STR, .s = (v) })
#define ARG_I(v) ((struct msg_arg){ .kind = MSG_ARG_I64, .i = (v) })
#define ARG_M(v) ((struct msg_arg){ .kind = MSG_ARG_MSG, .i = (v) })
#define ARG_L(v) ((struct msg_arg){ .kind = MSG_ARG_LABEL, .label = (v) })
#define NOTE(id_, ...) ((struct note){ .id = (id_), .arg = { __VA_ARGS__ } }) /* with at least one argument */
#define NOTE0(id_) ((struct note){ .id = (id_) })

bool msg_exists(msg_id id);                            /* ids have gaps between rooms; MSG_NONE is no text */
struct str msg(enum lang lang, msg_id id);            /* without arguments */
struct str label_of(struct label l, enum lang lang);
void note_put(struct buf *b, enum lang lang, const struct note *n);
struct str note_str(struct arena *a, enum lang lang, const struct note *n);

#endif
