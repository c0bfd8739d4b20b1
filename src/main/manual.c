#include "main/manual.h"

#define MANUAL_TEXT(name) \
	__asm__(".pushsection .rodata\n.global manual_" #name "\n.global manual_" #name "_end\nmanual_" #name ":\n.incbin \"docs/manual/" #name \
	        ".md\"\nmanual_" #name "_end:\n.byte 0\n.popsection\n"); \
	extern const char manual_##name[], manual_##name##_end[]
#define PAGE(name, ja, en) { #name, { ja, en }, manual_##name, manual_##name##_end }

MANUAL_TEXT(index);
MANUAL_TEXT(today);
MANUAL_TEXT(work);
MANUAL_TEXT(register);
MANUAL_TEXT(import);
MANUAL_TEXT(asset);
MANUAL_TEXT(risk);
MANUAL_TEXT(control);
MANUAL_TEXT(document);
MANUAL_TEXT(incident);
MANUAL_TEXT(org);
MANUAL_TEXT(training);
MANUAL_TEXT(report);
MANUAL_TEXT(account);
MANUAL_TEXT(settings);
MANUAL_TEXT(api);

const struct manual_page manual_pages[] = {
	PAGE(index, "はじめに", "Beginning"), PAGE(today, "今日", "Today"), PAGE(work, "承認", "Approvals"), PAGE(register, "台帳の使い方", "Using registers"),
	PAGE(import, "ファイルの取り込みと書き出し", "Import and export"), PAGE(asset, "資産", "Assets"), PAGE(risk, "リスク", "Risk"),
	PAGE(control, "対策", "Controls"), PAGE(document, "文書", "Documents"), PAGE(incident, "事故とヒヤリハット", "Incidents"), PAGE(org, "組織", "Organisation"), PAGE(training, "教育", "Training"), PAGE(report, "報告書", "Reports"), PAGE(account, "サインインとアカウント設定", "Signing in"), PAGE(settings, "設定", "Settings"),
	PAGE(api, "APIとコマンド", "API and commands"),
};
const size_t manual_count = sizeof manual_pages / sizeof manual_pages[0];

const struct manual_page *manual_find(struct str name)
{
	for (size_t i = 0; i < manual_count; i++)
		if (str_eq_z(name, manual_pages[i].name))
			return &manual_pages[i];
	return NULL;
}

struct str manual_text(struct arena *a, const struct manual_page *m)
{
	struct str rest = { m->text, (size_t)(m->end - m->text) }, line;
	char *out = arena_alloc(a, rest.n + 1);
	size_t n = 0;
	for (bool first = true; str_cut(&rest, '\n', &line); first = false) {
		if (first && str_starts(line, STR("# ")))
			continue;
		if (str_starts(line, STR("##")))
			line = str_sub(line, 1, line.n);
		memcpy(out + n, line.p, line.n);
		n += line.n;
		out[n++] = '\n';
	}
	return (struct str){ out, n };
}
