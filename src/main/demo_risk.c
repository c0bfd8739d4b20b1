/*
 * The demo company's risks: one assessment for each method, in every state, with some that are not known yet. Everything is
 * made up; dates count from today.
 */
#include "main/demo_risk.h"

#include "base/log.h"
#include "risk/risk.h"

#define PAIRS_MAX 16

/* A row of a register as field and text, {NULL, NULL} behind the last. "-30" at a date field: so many days from today. */
struct row_text {
	const struct reg *reg;
	const char *set[PAIRS_MAX][2];
};

#define COMPANY_WIDE "全社の掛け算評価（見本）"
#define SHOP "通販サイトの年間損失（見本）"
#define OFFICE "拠点のマトリクス（見本）"
#define LEDGER "台帳の重要な資産（見本）"
#define EVENT "通販サイトから2万人分が漏れる（見本）"
#define SHEET "受注の仕組み（見本）"

static const struct row_text rows[] = {
	{ &reg_assessment, { { "name", COMPANY_WIDE }, { "method", "掛け算方式" }, { "scope", "本社と倉庫" }, { "held_on", "-60" }, { "owner", "見本 担当" },
	                     { "middle_limit", "9" }, { "scale_words", "- 発生可能性 3：年に1回以上\n- 発生可能性 2：数年に1回\n- 発生可能性 1：10年に1回より少ない" } } },
	{ &reg_assessment, { { "name", SHOP }, { "method", "年間損失" }, { "scope", "通販サイト" }, { "held_on", "-45" }, { "owner", "見本 担当" }, { "middle_limit", "500000" } } },
	{ &reg_assessment, { { "name", OFFICE }, { "method", "マトリクス" }, { "scope", "本社と倉庫の建物" }, { "held_on", "-30" }, { "matrix_size", "5" },
	                     { "matrix_grid", "中 中 大 大 大\n小 中 中 大 大\n小 小 中 中 大\n小 小 小 中 中\n小 小 小 小 中" } } },
	{ &reg_assessment, { { "name", LEDGER }, { "method", "台帳方式" }, { "scope", "重要度2の資産" }, { "held_on", "-30" } } },

	{ &reg_weakness, { { "name", "管理画面に社外から入れる" }, { "subject", "受注システム" }, { "device", "mihon-sv01" }, { "kind", "システム" }, { "origin", "機器の確認項目" }, { "item", "DCK-0015" },
	                   { "severity", "大" }, { "unit", "情報システム課" }, { "owner", "見本 担当" }, { "state", "対応中" }, { "found_on", "-50" } } },
	{ &reg_weakness, { { "name", "複合機が買ったときのパスワードのまま" }, { "device", "mihon-mfp01" }, { "kind", "システム" }, { "origin", "機器の確認項目" }, { "item", "DCK-0004" },
	                   { "severity", "中" }, { "unit", "総務課" }, { "state", "解消" }, { "found_on", "-50" }, { "fixed_on", "-20" } } },
	{ &reg_weakness, { { "name", "退職の日に権限を消し忘れることがある" }, { "kind", "運用" }, { "origin", "自社で気づいた" }, { "severity", "大" }, { "unit", "人事課" }, { "found_on", "-28" } } },
	{ &reg_weakness, { { "name", "持ち出し用の端末の数を数えていない" }, { "kind", "運用" }, { "origin", "監査・診断" }, { "unit", "営業部" }, { "found_on", "-10" } } },

	{ &reg_risk, { { "name", "退職者が顧客の名簿を持ち出す" }, { "scenario", "退職の前後に、共有フォルダから顧客の名簿を写される。" }, { "assessment", COMPANY_WIDE }, { "unit", "営業部" },
	               { "threat", "社員や退職者が情報を持ち出す" }, { "weakness", "退職の日に権限を消し忘れることがある" }, { "asset_value", "2" }, { "threat_level", "2" }, { "vulnerability_level", "2" },
	               { "likelihood", "3" }, { "after_likelihood", "1" }, { "treatment", "低減" }, { "state", "評価済み" }, { "reviewed_on", "-40" }, { "next_review", "50" } } },
	{ &reg_risk, { { "name", "ランサムウェアで受注が止まる" }, { "assessment", COMPANY_WIDE }, { "unit", "情報システム課" }, { "owner", "見本 担当" }, { "threat", "ランサムウェアでデータが暗号化され、業務が止まる" },
	               { "asset_value", "3" }, { "threat_level", "3" }, { "vulnerability_level", "2" }, { "likelihood", "2" }, { "after_vulnerability", "1" }, { "treatment", "低減" }, { "state", "対応済み" },
	               { "reviewed_on", "-20" }, { "next_review", "160" } } },
	{ &reg_risk, { { "name", "社用の携帯電話をなくす" }, { "assessment", COMPANY_WIDE }, { "unit", "営業部" }, { "threat", "パソコンやスマートフォン、書類をなくす" }, { "asset_value", "1" }, { "threat_level", "2" },
	               { "vulnerability_level", "1" }, { "likelihood", "3" }, { "treatment", "保有" }, { "treatment_reason", "離れた所から消せ、残る影響が小さい" }, { "state", "評価済み" }, { "reviewed_on", "-35" },
	               { "next_review", "330" } } },
	{ &reg_risk, { { "name", "使っていないファクスの受信" }, { "assessment", COMPANY_WIDE }, { "unit", "総務課" }, { "asset_value", "1" }, { "threat_level", "1" }, { "vulnerability_level", "1" }, { "likelihood", "0" },
	               { "treatment", "回避" }, { "state", "終了" } } },
	{ &reg_risk, { { "name", "取引先を装った送金の依頼" }, { "assessment", COMPANY_WIDE }, { "unit", "経理部" }, { "threat", "取引先や上司を装ったメールで、送金や情報の送付を求められる" }, { "asset_value", "2" },
	               { "threat_level", "3" } } },

	{ &reg_loss_sheet, { { "name", EVENT }, { "persons", "50000" }, { "rate", "40" }, { "staff", "5000000" }, { "damages", "360000" }, { "lawyers", "300000" }, { "gifts", "14000000" }, { "visits", "1100000" },
	                     { "notices", "0" }, { "pages", "100000" }, { "call_centre", "5000000" }, { "desk", "2000000" }, { "note", "会員5万人のうち4割が被害に遭うとした、架空の見積もりです。" } } },
	{ &reg_risk, { { "name", "通販サイトから会員の情報が漏れる" }, { "assessment", SHOP }, { "unit", "情報システム課" }, { "owner", "見本 担当" }, { "threat", "外部から侵入され、個人情報が盗まれる" },
	               { "loss_kind", "費用の積み上げ" }, { "loss_sheet", EVENT }, { "aro_times", "1" }, { "aro_years", "10" }, { "often_low", "0.02" }, { "often_likely", "0.1" }, { "often_high", "0.4" },
	               { "loss_low", "8000000" }, { "loss_likely", "27860000" }, { "loss_high", "90000000" }, { "state", "評価済み" } } },
	{ &reg_risk, { { "name", "繁忙期に通販サイトが半日止まる" }, { "assessment", SHOP }, { "unit", "情報システム課" }, { "threat", "回線やクラウドサービスが止まる" }, { "loss_kind", "資産の価値 × 損失率" },
	               { "value_yen", "60000000" }, { "exposure", "2" }, { "aro_times", "1" }, { "aro_years", "2" }, { "after_times", "1" }, { "after_years", "8" }, { "treatment", "低減" }, { "state", "対応済み" } } },
	{ &reg_risk, { { "name", "懸賞の応募者の情報が漏れる" }, { "assessment", SHOP }, { "unit", "広報・販促課" }, { "loss_kind", "人数 × 1人当たりの額" }, { "persons", "50000" }, { "persons_rate", "1" },
	               { "yen_per_person", "30000" }, { "aro_times", "1" }, { "aro_years", "10" }, { "treatment", "保有" }, { "treatment_reason", "年間損失が上限を下回る" }, { "state", "評価済み" } } },

	{ &reg_risk, { { "name", "地震で倉庫の棚が倒れる" }, { "assessment", OFFICE }, { "unit", "倉庫課" }, { "threat", "地震で建物や機器が壊れる" }, { "likelihood", "2" }, { "impact", "5" }, { "treatment", "移転" },
	               { "state", "評価済み" } } },
	{ &reg_risk, { { "name", "大雨で1階の複合機が水に浸かる" }, { "assessment", OFFICE }, { "unit", "総務課" }, { "likelihood", "4" }, { "impact", "2" }, { "after_impact", "1" }, { "treatment", "低減" }, { "state", "対応済み" } } },
	{ &reg_risk, { { "name", "停電で受注センターが止まる" }, { "assessment", OFFICE }, { "unit", "受注センター" }, { "likelihood", "4" }, { "impact", "4" } } },

	{ &reg_risk, { { "name", "顧客台帳が漏れる" }, { "assessment", LEDGER }, { "unit", "営業部" }, { "asset", "顧客台帳" }, { "state", "評価済み" } } },

	{ &reg_stride_sheet, { { "name", SHEET }, { "evidence", "見本のネットワーク構成図" }, { "held_on", "-40" }, { "owner", "見本 担当" } } },
	{ &reg_stride_part, { { "sheet", SHEET }, { "name", "通販の利用者" }, { "kind", "外部の人・システム" }, { "spoofing", "対策が弱い" }, { "repudiation", "対策できている" } } },
	{ &reg_stride_part, { { "sheet", SHEET }, { "name", "受注サーバー" }, { "kind", "処理" }, { "spoofing", "対策が要る" }, { "tampering", "対策が弱い" }, { "repudiation", "対策が要る" }, { "disclosure", "対策が弱い" },
	                      { "denial", "対策できている" } } },
	{ &reg_stride_part, { { "sheet", SHEET }, { "name", "受注データベース" }, { "kind", "データの置き場所" }, { "tampering", "対策できている" }, { "disclosure", "対策が要る" } } },
	{ &reg_stride_part, { { "sheet", SHEET }, { "name", "注文の通信" }, { "kind", "データの流れ" }, { "tampering", "対策できている" }, { "disclosure", "対策できている" }, { "denial", "当てはまらない" } } },

	{ &reg_attack_tree, { { "name", "会員の情報を盗む道（見本）" }, { "outline",
		"会員の情報が盗まれる [I]\n"
		"  かつ 管理画面から取り出す\n"
		"    管理者のパスワードを手に入れる\n"
		"      使い回しのパスワードを試す [費用=5万、可能性=15%、S]\n"
		"      偽のメールで聞き出す [費用=10万、可能性=20%、S]\n"
		"    二段階の認証を抜ける [費用=80万、可能性=5%、S]\n"
		"  サーバーの弱点を突く [費用=100万、可能性=3%、E]\n"
		"  かつ 人から手に入れる\n"
		"    名簿を扱う人に近づく [費用=30万、可能性=10%]\n"
		"    名簿を写して渡してもらう [費用=200万、可能性=5%、I]\n"
		"  倉庫の控えを盗む [不可能]" }, { "note", "費用と可能性は、説明のための架空の値です。" } } },
};

static const char *text_of(struct reg_ctx *ctx, const struct reg *r, const char *field, const char *text, struct date today)
{
	const struct field *f = &r->field[reg_field(r, field)];
	int64_t days = 0;
	if (f->type != FIELD_DATE)
		return text;
	bool back = text[0] == '-';
	for (const char *p = text + back; *p; p++)
		days = days * 10 + (*p - '0');
	struct date d = date_add_days(today, back ? -days : days);
	return str_z(ctx->arena, date_iso(ctx->arena, d));
}

int demo_risks(struct reg_ctx *ctx, struct date today)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct reg_view view;
		struct written w;
		int e = reg_view_load(ctx->conn, ctx->arena, rows[i].reg, &view);
		if (e < 0)
			return e;
		struct change c = change_new(ctx->arena, CHANGE_SAVE, &view, 0);
		for (size_t k = 0; k < PAIRS_MAX && rows[i].set[k][0]; k++)
			change_set_text(&c, ctx->arena, rows[i].set[k][0], text_of(ctx, rows[i].reg, rows[i].set[k][0], rows[i].set[k][1], today));
		if ((e = reg_write(ctx, &c, &w)) < 0) {
			struct str why = w.errors.n ? note_str(ctx->arena, LANG_EN, &w.errors.error[0].why) : STR_NULL;
			log_line(LOG_LEVEL_ERROR, "demo: %s %s was refused: %s %.*s", rows[i].reg->name, rows[i].set[0][1], err_name(e), STR_FMT(why));
			return e;
		}
	}
	return 0;
}
