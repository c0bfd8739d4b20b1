/*
 * Unicode: validation, folding, search tokens, legacy encodings. Folding is NFKC with case folding (utf8proc), so that
 * ＢＣＰ, BCP and bcp are one, and half-width kana equal full-width kana.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buf.h"
#include "base/str.h"

/* Valid UTF-8, no NUL, no control characters (U+0080-U+009F included) except TAB, CR, LF, and neither U+FFFE nor U+FFFF:
 * what every file we write, XML inside workbooks included, can hold. */
bool text_valid(struct str s);
/* Takes the next code point off *rest: false, with *rest untouched, at its end or at a byte that is not UTF-8. */
bool text_next(struct str *rest, uint32_t *ret_char);
void text_put_char(struct buf *b, uint32_t c);
size_t text_chars(struct str s);          /* code points */
struct str text_clip(struct str s, size_t chars); /* at most so many code points */
/* NFKC + case folding, invisible characters (variation selectors, zero-width ones) removed. Invalid input gives the empty
 * str. */
struct str text_fold(struct arena *a, struct str s);
/* The key by which two names count as the same: folded, all blanks removed, every dash, minus, ruled line and ー made one,
 * 〜 and ～ made one. For comparing only, never shown. */
struct str text_match_key(struct arena *a, struct str s);
/* NFC, CR LF and CR -> LF, trailing blanks of the whole trimmed: what is stored of a text a person typed. Compatibility
 * kanji (U+F900-U+FAFF, U+2F800-U+2FA1F), which NFC would replace, stay: they are how people write their names. */
struct str text_clean(struct arena *a, struct str s);

/*
 * Search tokens. Folded text is cut at everything that is not a letter, number or mark (ー, 々, 〆 are letters; user-defined
 * kanji of U+E000-U+F8FF count as letters too); each run gives its overlapping pairs of characters and its last single
 * character (委託先 -> 委託 託先 先; bcp -> bc cp p), with blanks between tokens. The single character closes the run: no
 * phrase of pairs ever reaches over it.
 *
 * So that a full-text tokenizer keeps each token whole and apart from all others, a token holds only ASCII letters and
 * digits, kana, ー and the kanji U+4E00-U+9FCC as themselves; any other character is written as two of the private use
 * area (U+E000 + upper bits, U+E800 + lower 12 bits). SQLite's unicode61 (Unicode 6.1) takes all of these as token
 * characters and folds none of them; tables for these tokens are declared with TEXT_FTS_TOKENIZE, detail=full.
 */
#define TEXT_FTS_TOKENIZE "tokenize='unicode61 remove_diacritics 0'"
void text_tokens(struct buf *out, struct arena *a, struct str s);
/*
 * The full-text query (FTS5 syntax, tokens quoted, terms joined by AND) that finds exactly the texts holding every
 * blank-separated term of q as a substring of a run: two characters and more as a phrase of pairs, a single character as
 * a prefix. A term that itself holds several runs (IT-BCP, 192.168.1) asks for these runs one after the other, whatever
 * stands between them: the end of a run, whole runs, the beginning of a run. Returns false when q holds no searchable
 * character. Looks at no more than LIMIT_SEARCH_TERMS terms of LIMIT_SEARCH_CHARS characters (after folding).
 */
bool text_query(struct buf *out, struct arena *a, struct str q);

/*
 * CP932 is Microsoft's Shift_JIS, as Excel in Japan writes CSV. The tables are made on first use with iconv, which opens
 * files: a process that is going to lock itself in calls text_cp932_init() before.
 */
void text_cp932_init(void);
/* CP932 to UTF-8; ERR_SYNTAX at the first byte that is not CP932, its offset in *ret_at (what came before is in out). */
MUST_USE int text_from_cp932(struct buf *out, struct str in, size_t *ret_at);
/* UTF-8 to CP932. The look-alikes that other systems type (〜 − — ‖ ¢ £ ¬ ¥ ‾) become those that CP932 has; characters it
 * cannot hold become 〓 and each different one is appended once to missing (UTF-8; may be NULL). */
void text_to_cp932(struct buf *out, struct str in, struct buf *missing);

#endif
