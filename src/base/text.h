/*
 * Unicode: validation, folding, search tokens, legacy encodings. Folding is NFKC with case folding (utf8proc), so that
 * ＢＣＰ, BCP and bcp are one, and half-width kana equal full-width kana.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buf.h"
#include "base/str.h"

/* Valid UTF-8, no NUL, no control characters except TAB, CR, LF. */
bool text_valid(struct str s);
size_t text_chars(struct str s);          /* code points */
struct str text_clip(struct str s, size_t chars); /* at most so many code points */
/* NFKC + case folding. Invalid input gives the empty str. */
struct str text_fold(struct arena *a, struct str s);
/* The key by which two names count as the same: folded, inner blanks removed altogether, dashes unified, ends trimmed. */
struct str text_match_key(struct arena *a, struct str s);
/* NFC, CR LF -> LF, trailing blanks of the whole trimmed: what is stored of a text a person typed. */
struct str text_clean(struct arena *a, struct str s);

/*
 * Search tokens. Folded text is cut at everything that is neither letter, digit, mark nor ー/々/〆; each run gives its
 * overlapping pairs of characters and its last single character (委託先 -> 委託 託先 先; bcp -> bc cp p). A token is
 * written with blanks between tokens; a word of a run boundary never joins two runs.
 */
void text_tokens(struct buf *out, struct arena *a, struct str s);
/*
 * The full-text query (FTS5 syntax, tokens quoted) that finds exactly the texts holding every blank-separated term of q
 * as a substring of a run: two characters and more as a phrase of pairs, a single character as a prefix. Returns false
 * when q holds no searchable character. At most LIMIT_SEARCH_TERMS terms of LIMIT_SEARCH_CHARS characters.
 */
bool text_query(struct buf *out, struct arena *a, struct str q);

/* CP932 to UTF-8; ERR_SYNTAX at the first byte that is not CP932, its offset in *ret_at. */
MUST_USE int text_from_cp932(struct buf *out, struct str in, size_t *ret_at);
/* UTF-8 to CP932; characters it cannot hold become 〓 and each different one is appended once to missing (UTF-8). */
void text_to_cp932(struct buf *out, struct str in, struct buf *missing);

#endif
