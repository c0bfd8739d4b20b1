/*
 * A document as WordprocessingML (ECMA-376, part 1): the fewest parts that Word and LibreOffice open, in a ZIP file whose
 * entries are stored as they are (PKWARE's APPNOTE, 4.3; no compression, so nothing to go wrong). Charts are DrawingML
 * (docx_chart.c), each with the table of its numbers below it. Every text is escaped by docx_text(); what XML 1.0 cannot hold never gets into a
 * document (doc_str()).
 */
#include "base/limits.h"
#include "base/text/base.h"
#include "report/docx_chart.h"
#include "report/render.h"

#include <unistd.h>

#define PART_MAX (48u << 20)
#define WIDTH_TWIPS 9638 /* A4 less the margins: tables take the whole width, these are shares of it */

const char *const docx_fill[] = { "EDF0F4", "217A4B", "2A6CB5", "E6B422", "C4262C", "66717D" };
static const char *const ink[] = { "17202A", "FFFFFF", "FFFFFF", "261C00", "FFFFFF", "FFFFFF" };

/* ---- XML ---- */

struct run {
	bool bold, small;
	const char *color; /* NULL: as the text */
};

static void put_run(struct buf *b, struct str s, struct run r)
{
	struct str rest = s, line;
	bool first = true;
	buf_lit(b, "<w:r><w:rPr>");
	if (r.bold)
		buf_lit(b, "<w:b/>");
	if (r.color) {
		buf_lit(b, "<w:color w:val=\"");
		buf_z(b, r.color);
		buf_lit(b, "\"/>");
	}
	if (r.small)
		buf_lit(b, "<w:sz w:val=\"17\"/>");
	buf_lit(b, "</w:rPr>");
	while (str_cut(&rest, '\n', &line)) {
		if (!first)
			buf_lit(b, "<w:br/>");
		first = false;
		buf_lit(b, "<w:t xml:space=\"preserve\">");
		docx_text(b, line);
		buf_lit(b, "</w:t>");
	}
	buf_lit(b, "</w:r>");
}

static void put_paragraph(struct buf *b, const char *style, bool right, struct str s, struct run r)
{
	buf_lit(b, "<w:p><w:pPr>");
	if (style) {
		buf_lit(b, "<w:pStyle w:val=\"");
		buf_z(b, style);
		buf_lit(b, "\"/>");
	}
	if (right)
		buf_lit(b, "<w:jc w:val=\"right\"/>");
	buf_lit(b, "</w:pPr>");
	put_run(b, s, r);
	buf_lit(b, "</w:p>");
}

/* ---- tables ---- */

static void cell_begin(struct buf *b, unsigned width, const char *shade)
{
	buf_printf(b, "<w:tc><w:tcPr><w:tcW w:w=\"%u\" w:type=\"dxa\"/>", width);
	if (shade) {
		buf_lit(b, "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"");
		buf_z(b, shade);
		buf_lit(b, "\"/>");
	}
	buf_lit(b, "</w:tcPr>");
}

static void put_cell(struct buf *b, unsigned width, const char *shade, bool right, struct str s, struct run r)
{
	cell_begin(b, width, shade);
	put_paragraph(b, NULL, right, s, r);
	buf_lit(b, "</w:tc>");
}

static void table_begin(struct buf *b, const unsigned *width, size_t n)
{
	buf_lit(b, "<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblBorders><w:top w:val=\"single\" w:sz=\"4\" w:color=\"C3CCD6\"/>"
	           "<w:bottom w:val=\"single\" w:sz=\"4\" w:color=\"C3CCD6\"/><w:insideH w:val=\"single\" w:sz=\"4\" w:color=\"C3CCD6\"/>"
	           "</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "<w:gridCol w:w=\"%u\"/>", width[i]);
	buf_lit(b, "</w:tblGrid>");
}

static void head_begin(struct buf *b)
{
	buf_lit(b, "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
}

/* Word wants a paragraph between two tables. */
static void table_end(struct buf *b)
{
	buf_lit(b, "</w:tbl><w:p/>");
}

static const struct run head_run = { .bold = true, .small = true }, cell_run = { .small = true };

static void put_table(struct buf *b, const struct doc *d, const struct doc_table *t)
{
	unsigned width[DOC_COLUMNS_MAX], sum = 0;
	struct arena *a = arena_new(LIMIT_ARENA);
	for (size_t i = 0; i < t->columns; i++)
		sum += t->column[i].weight;
	for (size_t i = 0; i < t->columns; i++)
		width[i] = WIDTH_TWIPS * t->column[i].weight / sum;
	if (t->caption.n)
		put_paragraph(b, "Caption", false, t->caption, (struct run){ .bold = true });
	table_begin(b, width, t->columns);
	head_begin(b);
	for (size_t i = 0; i < t->columns; i++)
		put_cell(b, width[i], "E8EDF3", t->column[i].number, t->column[i].label, head_run);
	buf_lit(b, "</w:tr>");
	for (size_t r = 0; r < doc_print_rows(t); r++) {
		buf_lit(b, "<w:tr><w:trPr><w:cantSplit/></w:trPr>");
		for (size_t i = 0; i < t->columns; i++) {
			const struct doc_cell *c = &t->cell[r * t->columns + i];
			bool light = c->kind == DOC_LIGHT;
			put_cell(b, width[i], light ? docx_fill[c->tone] : NULL, t->column[i].number, doc_print_cell(a, d->lang, c),
			         (struct run){ .small = true, .bold = light, .color = light ? ink[c->tone] : c->kind == DOC_UNKNOWN ? "66717D" : NULL });
		}
		buf_lit(b, "</w:tr>");
		arena_clear(a);
	}
	arena_free(a);
	table_end(b);
	struct str more = doc_left_out(d, t);
	if (more.n)
		put_paragraph(b, NULL, false, more, cell_run);
}

static void put_signal(struct buf *b, const struct doc *d, const struct doc_block *k)
{
	static const unsigned width[] = { 1100, WIDTH_TWIPS - 1100 };
	table_begin(b, width, 2);
	buf_lit(b, "<w:tr><w:trPr><w:cantSplit/></w:trPr>");
	put_cell(b, width[0], docx_fill[k->tone], false, tone_str(d->lang, k->tone), (struct run){ .bold = true, .color = ink[k->tone] });
	cell_begin(b, width[1], NULL);
	put_paragraph(b, NULL, false, k->text, (struct run){ .bold = true });
	if (k->reason.n)
		put_paragraph(b, NULL, false, k->reason, (struct run){ 0 });
	buf_lit(b, "</w:tc></w:tr>");
	table_end(b);
}

static void put_figures(struct buf *b, const struct doc *d, const struct doc_block *k)
{
	static const unsigned width[] = { 4200, 2000, WIDTH_TWIPS - 6200 };
	table_begin(b, width, 3);
	for (size_t i = 0; i < k->figures; i++) {
		const struct doc_figure *f = &k->figure[i];
		buf_lit(b, "<w:tr><w:trPr><w:cantSplit/></w:trPr>");
		put_cell(b, width[0], NULL, false, f->label, (struct run){ 0 });
		put_cell(b, width[1], docx_fill[f->tone], true, f->value.n ? f->value : msg(d->lang, MSG_UNKNOWN),
		         (struct run){ .bold = true, .color = ink[f->tone] });
		put_cell(b, width[2], NULL, false, f->note, cell_run);
		buf_lit(b, "</w:tr>");
	}
	table_end(b);
}

/* Bars and lines: the picture, if it has anything to show, and its numbers. */
static void put_chart(struct buf *b, const struct doc *d, const struct doc_block *k, size_t number)
{
	unsigned width[DOC_PARTS_MAX + 1] = { 4000 };
	const bool lines = k->kind == DOC_LINES;
	for (size_t p = 0; p < k->parts; p++)
		width[p + 1] = (unsigned)((WIDTH_TWIPS - 4000) / k->parts);
	put_paragraph(b, "Caption", false, k->text, (struct run){ .bold = true });
	if (number)
		docx_chart_place(b, d, k, number);
	table_begin(b, width, k->parts + 1);
	head_begin(b);
	put_cell(b, width[0], "E8EDF3", false, STR(""), head_run);
	for (size_t p = 0; p < k->parts; p++)
		put_cell(b, width[p + 1], docx_fill[k->tones[p]], true, k->label[p], (struct run){ .bold = true, .small = true, .color = ink[k->tones[p]] });
	buf_lit(b, "</w:tr>");
	for (size_t i = 0; i < k->items; i++) {
		buf_lit(b, "<w:tr>");
		put_cell(b, width[0], NULL, false, lines ? k->point[i].label : k->bar[i].label, cell_run);
		for (size_t p = 0; p < k->parts; p++) {
			struct doc_cell c = cell_i64(lines ? k->point[i].value[p] : k->bar[i].part[p]);
			if (lines && c.i < 0)
				c = cell_unknown();
			put_cell(b, width[p + 1], NULL, true, cell_str(d->arena, d->lang, &c), cell_run);
		}
		buf_lit(b, "</w:tr>");
	}
	table_end(b);
}

static void put_heat(struct buf *b, const struct doc *d, const struct doc_block *k)
{
	unsigned width[DOC_COLUMNS_MAX + 1] = { 2400 };
	size_t columns = k->columns < DOC_COLUMNS_MAX ? k->columns : DOC_COLUMNS_MAX;
	for (size_t c = 0; c < columns; c++)
		width[c + 1] = (unsigned)((WIDTH_TWIPS - 2400) / columns);
	put_paragraph(b, "Caption", false, k->text, (struct run){ .bold = true });
	table_begin(b, width, columns + 1);
	head_begin(b);
	put_cell(b, width[0], "E8EDF3", false, STR(""), head_run);
	for (size_t c = 0; c < columns; c++)
		put_cell(b, width[c + 1], "E8EDF3", true, k->column_label[c], head_run);
	buf_lit(b, "</w:tr>");
	for (size_t r = 0; r < k->rows; r++) {
		buf_lit(b, "<w:tr>");
		put_cell(b, width[0], "E8EDF3", false, k->row_label[r], head_run);
		for (size_t c = 0; c < columns; c++) {
			const struct heat_cell *cell = &k->heat[r * k->columns + c];
			enum tone t = cell->count > 0 ? cell->tone : TONE_NEUTRAL;
			struct doc_cell n = cell_i64(cell->count);
			put_cell(b, width[c + 1], docx_fill[t], true, cell_str(d->arena, d->lang, &n), (struct run){ .bold = cell->count > 0, .color = ink[t] });
		}
		buf_lit(b, "</w:tr>");
	}
	table_end(b);
}

static void put_blocks(struct buf *b, const struct doc *d)
{
	static const char *const style[] = { "", "Heading1", "Heading2", "Heading3" };
	size_t charts = 0;
	for (size_t i = 0; i < d->n; i++) {
		const struct doc_block *k = &d->block[i];
		switch (k->kind) {
		case DOC_HEADING:
			put_paragraph(b, style[k->level], false, k->text, (struct run){ 0 });
			break;
		case DOC_PARAGRAPH:
			put_paragraph(b, NULL, false, k->text, (struct run){ 0 });
			break;
		case DOC_FOOTNOTE:
			put_paragraph(b, NULL, false, k->text, (struct run){ .small = true, .color = "545E6A" });
			break;
		case DOC_FIGURES:
			put_figures(b, d, k);
			break;
		case DOC_SIGNAL:
			put_signal(b, d, k);
			break;
		case DOC_TABLE:
			put_table(b, d, k->table);
			break;
		case DOC_BARS: case DOC_LINES:
			put_chart(b, d, k, docx_chart_drawn(k) ? ++charts : 0);
			break;
		case DOC_HEAT:
			put_heat(b, d, k);
			break;
		case DOC_BREAK:
			buf_lit(b, "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>");
			break;
		}
	}
}

/* ---- parts ---- */

#define NS_W " xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define NS_R " xmlns:r=\"" DOCX_R "\""
#define REL DOCX_R "/"

static const char types[] = DOCX_HEAD
	"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
	"<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
	"<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
	"<Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>"
	"<Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>"
	"<Override PartName=\"/word/header1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml\"/>"
	"<Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>"
	"<Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>";
static const char rels[] = DOCX_HEAD
	"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
	"<Relationship Id=\"rId1\" Type=\"" REL "officeDocument\" Target=\"word/document.xml\"/>"
	"<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\""
	" Target=\"docProps/core.xml\"/></Relationships>";
static const char document_rels[] = DOCX_HEAD
	"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
	"<Relationship Id=\"rId1\" Type=\"" REL "styles\" Target=\"styles.xml\"/>"
	"<Relationship Id=\"rId2\" Type=\"" REL "header\" Target=\"header1.xml\"/>"
	"<Relationship Id=\"rId3\" Type=\"" REL "footer\" Target=\"footer1.xml\"/>";
#define HEADING(n, outline, size) \
	"<w:style w:type=\"paragraph\" w:styleId=\"Heading" #n "\"><w:name w:val=\"heading " #n "\"/><w:basedOn w:val=\"Normal\"/><w:qFormat/>" \
	"<w:pPr><w:keepNext/><w:spacing w:before=\"240\" w:after=\"80\"/><w:outlineLvl w:val=\"" outline "\"/></w:pPr>" \
	"<w:rPr><w:b/><w:sz w:val=\"" size "\"/></w:rPr></w:style>"
static const char styles[] = DOCX_HEAD "<w:styles" NS_W "><w:docDefaults><w:rPrDefault><w:rPr>"
	"<w:rFonts w:ascii=\"Yu Gothic\" w:hAnsi=\"Yu Gothic\" w:eastAsia=\"Yu Gothic\"/><w:sz w:val=\"20\"/>"
	"<w:lang w:val=\"en-US\" w:eastAsia=\"ja-JP\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after=\"60\"/></w:pPr></w:pPrDefault>"
	"</w:docDefaults><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>"
	HEADING(1, "0", "34") HEADING(2, "1", "26") HEADING(3, "2", "22")
	"<w:style w:type=\"paragraph\" w:styleId=\"Caption\"><w:name w:val=\"caption\"/><w:basedOn w:val=\"Normal\"/>"
	"<w:pPr><w:keepNext/></w:pPr></w:style></w:styles>";

/* ---- the ZIP file ---- */

struct zip {
	struct buf file, directory;
	unsigned entries;
	uint32_t crc[256];
};

static void le(struct buf *b, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		buf_char(b, (char)(v >> 8 * i));
}

/* CRC-32 as of ISO 3309, reflected polynomial EDB88320. */
static void crc_table(uint32_t t[256])
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;
		for (int k = 0; k < 8; k++)
			c = c & 1 ? 0xEDB88320u ^ c >> 1 : c >> 1;
		t[i] = c;
	}
}

/* What local header and directory have in common, from "version needed" on. The date is the first that ZIP knows: the same
 * document gives the same bytes. */
static void header(struct buf *b, uint32_t crc, size_t n, size_t name)
{
	le(b, 20, 2);
	le(b, 0x0800, 2); /* names are UTF-8 */
	le(b, 0, 2);      /* stored */
	le(b, 0, 2);
	le(b, 0x21, 2);   /* 1980-01-01 */
	le(b, crc, 4);
	le(b, n, 4);
	le(b, n, 4);
	le(b, name, 2);
	le(b, 0, 2);
}

static void zip_add(struct zip *z, const char *name, struct str s)
{
	uint32_t crc = ~0u;
	size_t at = z->file.n, len = strlen(name);
	for (size_t i = 0; i < s.n; i++)
		crc = z->crc[(crc ^ (unsigned char)s.p[i]) & 0xff] ^ crc >> 8;
	crc = ~crc;
	buf_lit(&z->file, "PK\3\4");
	header(&z->file, crc, s.n, len);
	buf_z(&z->file, name);
	buf_str(&z->file, s);
	buf_lit(&z->directory, "PK\1\2");
	le(&z->directory, 20, 2);
	header(&z->directory, crc, s.n, len);
	le(&z->directory, 0, 2);
	le(&z->directory, 0, 2);
	le(&z->directory, 0, 2);
	le(&z->directory, 0, 4);
	le(&z->directory, at, 4);
	buf_z(&z->directory, name);
	z->entries++;
}

static void zip_end(struct zip *z)
{
	size_t at = z->file.n;
	buf_str(&z->file, buf_view(&z->directory));
	buf_lit(&z->file, "PK\5\6");
	le(&z->file, 0, 4);
	le(&z->file, z->entries, 2);
	le(&z->file, z->entries, 2);
	le(&z->file, z->directory.n, 4);
	le(&z->file, at, 4);
	le(&z->file, 0, 2);
}

static void put_document(struct buf *b, const struct doc *d)
{
	buf_lit(b, DOCX_HEAD "<w:document" NS_W NS_R "><w:body>");
	put_blocks(b, d);
	/* Twentieths of a point: 210 by 297 mm. */
	buf_lit(b, "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId2\"/><w:footerReference w:type=\"default\" r:id=\"rId3\"/>");
	if (d->landscape)
		buf_lit(b, "<w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/>");
	else
		buf_lit(b, "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>");
	buf_lit(b, "<w:pgMar w:top=\"1247\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1134\""
	           " w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>");
}

/* The list of types, the document's links, and a part for each chart. */
static void add_lists_and_charts(struct zip *z, struct buf *part, const struct doc *d)
{
	size_t charts = 0;
	for (size_t i = 0; i < d->n; i++)
		charts += docx_chart_drawn(&d->block[i]);
	buf_clear(part);
	buf_z(part, types);
	for (size_t i = 1; i <= charts; i++)
		buf_printf(part, "<Override PartName=\"/word/charts/chart%zu.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.drawingml.chart+xml\"/>", i);
	buf_lit(part, "</Types>");
	zip_add(z, "[Content_Types].xml", buf_view(part));
	buf_clear(part);
	buf_z(part, document_rels);
	for (size_t i = 1; i <= charts; i++)
		buf_printf(part, "<Relationship Id=\"rChart%zu\" Type=\"" REL "chart\" Target=\"charts/chart%zu.xml\"/>", i, i);
	buf_lit(part, "</Relationships>");
	zip_add(z, "word/_rels/document.xml.rels", buf_view(part));
	for (size_t i = 0, n = 0; i < d->n; i++) {
		char name[60];
		if (!docx_chart_drawn(&d->block[i]))
			continue;
		snprintf(name, sizeof name, "word/charts/chart%zu.xml", ++n);
		buf_clear(part);
		docx_chart_part(part, &d->block[i]);
		zip_add(z, name, buf_view(part));
	}
	buf_clear(part);
}

int doc_docx(const struct doc *d, int out_fd)
{
	CLEANUP(buf_release) struct buf part;
	struct zip z = { 0 };
	crc_table(z.crc);
	buf_init(&part, PART_MAX);
	buf_init(&z.file, PART_MAX * 2);
	buf_init(&z.directory, 1u << 20);
	add_lists_and_charts(&z, &part, d);
	zip_add(&z, "_rels/.rels", str_of(rels));
	zip_add(&z, "word/styles.xml", str_of(styles));
	buf_lit(&part, DOCX_HEAD "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\""
	               " xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>");
	docx_text(&part, d->title);
	buf_lit(&part, "</dc:title><dc:creator>");
	docx_text(&part, d->company);
	buf_lit(&part, "</dc:creator></cp:coreProperties>");
	zip_add(&z, "docProps/core.xml", buf_view(&part));
	buf_clear(&part);
	buf_lit(&part, DOCX_HEAD "<w:hdr" NS_W ">");
	put_paragraph(&part, NULL, false, str_printf(d->arena, "%.*s　%.*s", STR_FMT(d->company), STR_FMT(d->made)), cell_run);
	buf_lit(&part, "</w:hdr>");
	zip_add(&z, "word/header1.xml", buf_view(&part));
	buf_clear(&part);
	buf_lit(&part, DOCX_HEAD "<w:ftr" NS_W "><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>"
	               "<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p></w:ftr>");
	zip_add(&z, "word/footer1.xml", buf_view(&part));
	buf_clear(&part);
	put_document(&part, d);
	int r = buf_error(&part);
	zip_add(&z, "word/document.xml", buf_view(&part));
	zip_end(&z);
	if (r == 0)
		r = buf_error(&z.file);
	struct str s = buf_view(&z.file);
	while (r == 0 && s.n) {
		ssize_t n = write(out_fd, s.p, s.n);
		if (n <= 0)
			r = ERR_IO;
		else
			s = str_sub(s, (size_t)n, s.n);
	}
	buf_release(&z.file);
	buf_release(&z.directory);
	return r;
}
