/*
 * Charts of a Word file: a chart part of DrawingML (ECMA-376, part 1, 21.2) for each chart of bars or lines, with its numbers
 * inside and no workbook behind it, so that Word draws it and nothing has to be opened.
 */
#ifndef REPORT_DOCX_CHART_H
#define REPORT_DOCX_CHART_H

#include "report/document.h"

#define DOCX_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define DOCX_R "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

extern const char *const docx_fill[]; /* a tone's colour as RRGGBB */
/* Text or an attribute's value. */
void docx_text(struct buf *b, struct str s);

/* Whether the block is a chart with anything to draw: charts are counted from 1 in the order of these. */
bool docx_chart_drawn(const struct doc_block *k);
/* The paragraph that shows chart number n, with its alternative text, by the relationship "rChartN". */
void docx_chart_place(struct buf *b, const struct doc *d, const struct doc_block *k, size_t n);
/* The part itself. */
void docx_chart_part(struct buf *b, const struct doc_block *k);

#endif
