#include "report/docx_chart.h"

#include "report/render.h"

#define EMU_MM 36000 /* the unit of DrawingML */
#define NS_A "http://schemas.openxmlformats.org/drawingml/2006/main"
#define NS_C "http://schemas.openxmlformats.org/drawingml/2006/chart"
#define NS_WP "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"

void docx_text(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '&': buf_lit(b, "&amp;"); break;
		case '<': buf_lit(b, "&lt;"); break;
		case '>': buf_lit(b, "&gt;"); break;
		case '"': buf_lit(b, "&quot;"); break;
		default: buf_char(b, s.p[i]);
		}
}

bool docx_chart_drawn(const struct doc_block *k)
{
	return (k->kind == DOC_BARS || k->kind == DOC_LINES) && k->parts && k->items;
}

/* Bars want room for each name; a page has 240 mm. */
static unsigned height_mm(const struct doc_block *k)
{
	const size_t h = k->kind == DOC_LINES ? 75 : 30 + 7 * k->items;
	return h < 200 ? (unsigned)h : 200;
}

void docx_chart_place(struct buf *b, const struct doc *d, const struct doc_block *k, size_t n)
{
	const unsigned cx = (d->landscape ? 230 : 165) * EMU_MM, cy = (d->landscape && height_mm(k) > 130 ? 130 : height_mm(k)) * EMU_MM;
	buf_printf(b, "<w:p><w:pPr><w:keepNext/></w:pPr><w:r><w:drawing><wp:inline xmlns:wp=\"" NS_WP "\" distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">"
	              "<wp:extent cx=\"%u\" cy=\"%u\"/><wp:docPr id=\"%zu\" name=\"Chart %zu\" descr=\"", cx, cy, n, n);
	docx_text(b, doc_chart_words(d, k));
	buf_printf(b, "\"/><wp:cNvGraphicFramePr/><a:graphic xmlns:a=\"" NS_A "\"><a:graphicData uri=\"" NS_C "\">"
	              "<c:chart xmlns:c=\"" NS_C "\" r:id=\"rChart%zu\"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>", n);
}

static int64_t value(const struct doc_block *k, size_t item, size_t part)
{
	return k->kind == DOC_LINES ? k->point[item].value[part] : k->bar[item].part[part];
}

static void names(struct buf *b, const struct doc_block *k)
{
	buf_printf(b, "<c:cat><c:strLit><c:ptCount val=\"%zu\"/>", k->items);
	for (size_t i = 0; i < k->items; i++) {
		buf_printf(b, "<c:pt idx=\"%zu\"><c:v>", i);
		docx_text(b, k->kind == DOC_LINES ? k->point[i].label : k->bar[i].label);
		buf_lit(b, "</c:v></c:pt>");
	}
	buf_lit(b, "</c:strLit></c:cat>");
}

/* What is not known has no point; of bars nothing is less than nothing. */
static void numbers(struct buf *b, const struct doc_block *k, size_t part)
{
	buf_printf(b, "<c:val><c:numLit><c:formatCode>#,##0</c:formatCode><c:ptCount val=\"%zu\"/>", k->items);
	for (size_t i = 0; i < k->items; i++)
		if (value(k, i, part) >= 0)
			buf_printf(b, "<c:pt idx=\"%zu\"><c:v>%lld</c:v></c:pt>", i, (long long)value(k, i, part));
	buf_lit(b, "</c:numLit></c:val>");
}

/* A colour alone tells nothing on a grey print: lines have markers of their own shapes. */
static void series(struct buf *b, const struct doc_block *k, size_t part)
{
	static const char *const shape[] = { "circle", "square", "diamond", "triangle", "x" };
	const char *color = docx_fill[k->tones[part]];
	buf_printf(b, "<c:ser><c:idx val=\"%zu\"/><c:order val=\"%zu\"/><c:tx><c:v>", part, part);
	docx_text(b, k->label[part]);
	buf_lit(b, "</c:v></c:tx><c:spPr>");
	if (k->kind == DOC_LINES)
		buf_printf(b, "<a:ln w=\"22225\"><a:solidFill><a:srgbClr val=\"%s\"/></a:solidFill></a:ln></c:spPr><c:marker><c:symbol val=\"%s\"/><c:size val=\"6\"/>"
		              "<c:spPr><a:solidFill><a:srgbClr val=\"%s\"/></a:solidFill></c:spPr></c:marker>", color, shape[part], color);
	else
		buf_printf(b, "<a:solidFill><a:srgbClr val=\"%s\"/></a:solidFill></c:spPr><c:invertIfNegative val=\"0\"/>", color);
	names(b, k);
	numbers(b, k, part);
	if (k->kind == DOC_LINES)
		buf_lit(b, "<c:smooth val=\"0\"/>");
	buf_lit(b, "</c:ser>");
}

static void axes(struct buf *b, bool lines)
{
	/* Bars lie: their names stand at the left, the first on top. */
	buf_printf(b, "<c:catAx><c:axId val=\"1\"/><c:scaling><c:orientation val=\"%s\"/></c:scaling><c:delete val=\"0\"/><c:axPos val=\"%s\"/>"
	              "<c:numFmt formatCode=\"General\" sourceLinked=\"0\"/><c:majorTickMark val=\"none\"/><c:minorTickMark val=\"none\"/>"
	              "<c:tickLblPos val=\"low\"/><c:crossAx val=\"2\"/><c:crosses val=\"autoZero\"/></c:catAx>",
	           lines ? "minMax" : "maxMin", lines ? "b" : "l");
	buf_printf(b, "<c:valAx><c:axId val=\"2\"/><c:scaling><c:orientation val=\"minMax\"/><c:min val=\"0\"/></c:scaling><c:delete val=\"0\"/>"
	              "<c:axPos val=\"%s\"/><c:majorGridlines/><c:numFmt formatCode=\"#,##0\" sourceLinked=\"0\"/><c:majorTickMark val=\"none\"/>"
	              "<c:minorTickMark val=\"none\"/><c:tickLblPos val=\"nextTo\"/><c:crossAx val=\"1\"/><c:crosses val=\"%s\"/></c:valAx>",
	           lines ? "l" : "b", lines ? "autoZero" : "max");
}

void docx_chart_part(struct buf *b, const struct doc_block *k)
{
	const bool lines = k->kind == DOC_LINES;
	buf_lit(b, DOCX_HEAD "<c:chartSpace xmlns:c=\"" NS_C "\" xmlns:a=\"" NS_A "\"><c:roundedCorners val=\"0\"/><c:chart>"
	           "<c:autoTitleDeleted val=\"1\"/><c:plotArea><c:layout/>");
	if (lines)
		buf_lit(b, "<c:lineChart><c:grouping val=\"standard\"/><c:varyColors val=\"0\"/>");
	else
		buf_lit(b, "<c:barChart><c:barDir val=\"bar\"/><c:grouping val=\"stacked\"/><c:varyColors val=\"0\"/>");
	for (size_t p = 0; p < k->parts; p++)
		series(b, k, p);
	if (lines)
		buf_lit(b, "<c:marker val=\"1\"/><c:axId val=\"1\"/><c:axId val=\"2\"/></c:lineChart>");
	else
		buf_lit(b, "<c:gapWidth val=\"50\"/><c:overlap val=\"100\"/><c:axId val=\"1\"/><c:axId val=\"2\"/></c:barChart>");
	axes(b, lines);
	buf_lit(b, "</c:plotArea><c:legend><c:legendPos val=\"b\"/><c:overlay val=\"0\"/></c:legend><c:plotVisOnly val=\"1\"/>"
	           "<c:dispBlanksAs val=\"gap\"/></c:chart></c:chartSpace>");
}
