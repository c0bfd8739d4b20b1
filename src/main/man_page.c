/* ishigaki(1), in both languages, from the command table: what the table has, the page has. */
#include "base/text/main.h"
#include "base/version.h"
#include "main/verbs.h"

/* Text of a line of its own, or of a macro's argument: no character of it is a command of the typesetter's. */
static void put_text(struct buf *b, struct str s)
{
	if (s.n && (s.p[0] == '.' || s.p[0] == '\''))
		buf_lit(b, "\\&");
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\\')
			buf_lit(b, "\\e");
		else if (s.p[i] == '-')
			buf_lit(b, "\\-");
		else if (s.p[i] == '"')
			buf_lit(b, "\\(dq");
		else
			buf_char(b, s.p[i]);
	buf_char(b, '\n');
}

static void put_heading(struct buf *b, enum lang lang, msg_id heading)
{
	buf_lit(b, ".SH ");
	put_text(b, msg(lang, heading));
}

static void put_item(struct buf *b, struct str bold, struct str text)
{
	buf_lit(b, ".TP\n.B ");
	put_text(b, bold);
	put_text(b, text);
}

void man_page_put(struct buf *b, enum lang lang)
{
	static const struct {
		const char *option;
		msg_id about;
	} options[] = {
		{ "--data DIR", MSG_MAIN_MAN_DATA }, { "--as USER", MSG_MAIN_MAN_AS }, { "--lang ja|en", MSG_MAIN_MAN_LANG }, { "--version", MSG_MAIN_MAN_VERSION },
	}, exits[] = {
		{ "0", MSG_MAIN_MAN_EXIT_DONE }, { "1", MSG_MAIN_MAN_EXIT_FOUND }, { "2", MSG_MAIN_MAN_EXIT_USE }, { "3", MSG_MAIN_MAN_EXIT_FAILED },
	}, files[] = {
		{ "/etc/ishigaki/ishigaki.conf", MSG_MAIN_MAN_FILE_CONF }, { "/var/lib/ishigaki/data", MSG_MAIN_MAN_FILE_DATA },
		{ "/var/lib/ishigaki/data/key", MSG_MAIN_MAN_FILE_KEY }, { "/usr/share/doc/ishigaki", MSG_MAIN_MAN_FILE_DOC },
	};
	const char *usage;
	msg_id about;
	buf_lit(b, ".\\\" Made from the command table: ishigaki schema --what man\n.TH ISHIGAKI 1 \"\" \"ishigaki ");
	buf_str(b, version_text());
	buf_lit(b, "\"\n");
	put_heading(b, lang, MSG_MAIN_MAN_NAME_HEADING);
	buf_lit(b, "ishigaki \\- ");
	put_text(b, msg(lang, MSG_MAIN_MAN_NAME));
	put_heading(b, lang, MSG_MAIN_MAN_SYNOPSIS);
	buf_lit(b, ".ad l\n.nh\n");
	for (size_t i = 0; verb_told(i, &usage, &about); i++) {
		buf_z(b, i ? ".br\n.B ishigaki " : ".B ishigaki ");
		put_text(b, str_of(usage));
	}
	put_heading(b, lang, MSG_MAIN_MAN_ABOUT);
	put_text(b, msg(lang, MSG_MAIN_MAN_ABOUT_1));
	buf_lit(b, ".PP\n");
	put_text(b, msg(lang, MSG_MAIN_MAN_ABOUT_2));
	buf_lit(b, ".PP\n.RS\n");
	put_text(b, STR("runuser -u ishigaki -- ishigaki doctor --data /var/lib/ishigaki/data"));
	buf_lit(b, ".RE\n");
	put_heading(b, lang, MSG_MAIN_MAN_COMMANDS);
	for (size_t i = 0; verb_told(i, &usage, &about); i++)
		put_item(b, str_of(usage), msg(lang, about));
	put_heading(b, lang, MSG_MAIN_MAN_OPTIONS);
	for (size_t i = 0; i < COUNT_OF(options); i++)
		put_item(b, str_of(options[i].option), msg(lang, options[i].about));
	put_heading(b, lang, MSG_MAIN_MAN_EXIT);
	for (size_t i = 0; i < COUNT_OF(exits); i++)
		put_item(b, str_of(exits[i].option), msg(lang, exits[i].about));
	put_heading(b, lang, MSG_MAIN_MAN_FILES);
	for (size_t i = 0; i < COUNT_OF(files); i++)
		put_item(b, str_of(files[i].option), msg(lang, files[i].about));
}
