/*
 * What ishigaki-pdf is told and what it answers (base/helper.h). Input: fd 3, a file of records, one per block of a
 * document (report/document.h), in order, PDF_META first and PDF_END last. The helper reads the fonts, locks itself in,
 * and only then looks at the input. All texts are UTF-8 and final: numbers are formatted, unknown is a word.
 *
 * Numbers are little-endian. A text is a u32 length and bytes. A tone is a u8, enum tone of html/html.h.
 */
#ifndef HELPER_PDF_PROTOCOL_H
#define HELPER_PDF_PROTOCOL_H

#define PDF_RECORD_MAX (4u << 20)   /* the longest record of either side */
#define PDF_INPUT_MAX (96u << 20)   /* the whole input */
#define PDF_PIECE (256u << 10)      /* bytes of the finished file in one answer */
#define PDF_COLUMNS_MAX 16
#define PDF_PARTS_MAX 5
#define PDF_ITEMS_MAX 400           /* bars or points of one chart */
#define PDF_PAGES_MAX 2000

enum pdf_record {
	PDF_META = 1,       /* language ("ja"), title, company, as-of; all texts; u8 landscape */
	PDF_HEADING,        /* u8 level 1-3, text */
	PDF_PARAGRAPH,      /* text */
	PDF_FOOTNOTE,       /* text */
	PDF_FIGURES,        /* u8 count, each: u8 tone, label, value, note */
	PDF_SIGNAL,         /* u8 tone, word, label, reason */
	PDF_TABLE,          /* caption, u8 columns, each: u8 weight, u8 number, label */
	PDF_ROW,            /* of the table before: per column u8 tone (255: plain), text */
	PDF_TABLE_END,
	PDF_BARS,           /* caption, the same in words, u8 parts, each: u8 tone, label; u16 bars, each: label, per part i64 */
	PDF_LINES,          /* caption, the same in words, u8 series, each: u8 tone, label; u16 points, each: label, per series i64 (negative: not known) */
	PDF_HEAT,           /* caption, u8 rows, labels, u8 columns, labels, per cell: u8 tone, i64 */
	PDF_BREAK,          /* a new page */
	PDF_END,
};
#define PDF_PLAIN 255

enum pdf_answer {
	PDF_ANSWER_PIECE = 1, /* bytes of the file */
	PDF_ANSWER_END = 2,   /* u32 pages: the file is whole */
	PDF_ANSWER_REFUSED = 3, /* u8 enum pdf_refusal */
};

enum pdf_refusal {
	PDF_REFUSED_NO_FONT = 1, /* no font of this machine has kana and kanji */
	PDF_REFUSED_INPUT = 2,   /* the records are not what is written above, or too many */
};

#endif
