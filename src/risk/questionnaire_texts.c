/*
 * The questionnaires as the product ships them: what can happen at each kind of place, and what is commonly done about
 * it. Our own wording, after the topics of the seed documents (places: course day 4; threats and weaknesses: day 5). A
 * company edits them like any other row.
 */
#include "risk/risk.h"

#define AT(kind) (1 << (kind))
#define AT_ALL (AT(PLACE_PC) | AT(PLACE_MOBILE) | AT(PLACE_SERVER) | AT(PLACE_PAPER) | AT(PLACE_CLOUD) | AT(PLACE_MEDIA))
#define AT_DEVICES (AT(PLACE_PC) | AT(PLACE_MOBILE) | AT(PLACE_SERVER))

static const struct {
	enum place_kind kind;
	const char *text;
} threats[] = {
	{ PLACE_PC, "不審なメールの添付やリンクを開き、ウイルスに感染する" },
	{ PLACE_PC, "席を離れた間に、権限のない人が画面やファイルを見る" },
	{ PLACE_PC, "宛先や添付を間違えてメールを送る" },
	{ PLACE_PC, "故障や誤った操作でデータが失われる" },
	{ PLACE_PC, "退職者や内部の人がデータを持ち出す" },
	{ PLACE_MOBILE, "外出先で端末を置き忘れる、盗まれる" },
	{ PLACE_MOBILE, "公衆の無線LANで通信を読まれる" },
	{ PLACE_MOBILE, "偽のSMSや偽アプリでパスワードを取られる" },
	{ PLACE_MOBILE, "私物の端末に会社の情報が残る" },
	{ PLACE_SERVER, "外部から侵入され、データを盗まれる、暗号化される" },
	{ PLACE_SERVER, "設定の誤りで、見えてはいけない人に見える" },
	{ PLACE_SERVER, "更新していないソフトの弱点を突かれる" },
	{ PLACE_SERVER, "故障、停電、災害で止まる" },
	{ PLACE_SERVER, "管理者の権限が悪用される" },
	{ PLACE_PAPER, "机や複合機に置いたままの書類を見られる、持ち去られる" },
	{ PLACE_PAPER, "持ち運び中に書類をなくす" },
	{ PLACE_PAPER, "捨て方を誤り、書類から情報が漏れる" },
	{ PLACE_PAPER, "火災や水ぬれで書類が失われる" },
	{ PLACE_CLOUD, "パスワードを破られ、他人にログインされる" },
	{ PLACE_CLOUD, "公開や共有の設定を誤り、外から見える" },
	{ PLACE_CLOUD, "サービスの障害や終了で使えなくなる" },
	{ PLACE_CLOUD, "事業者の側で情報が漏れる" },
	{ PLACE_CLOUD, "会社が知らないサービスに情報が置かれる" },
	{ PLACE_MEDIA, "USBメモリなどを持ち運び中になくす" },
	{ PLACE_MEDIA, "媒体を通じてウイルスに感染する" },
	{ PLACE_MEDIA, "消したつもりのデータを復元される" },
	{ PLACE_MEDIA, "媒体の劣化でデータが読めなくなる" },
};

static const struct {
	int places;
	const char *text;
} checks[] = {
	{ AT_DEVICES, "OSとソフトを、更新が出たら決めた期間のうちに更新している" },
	{ AT_DEVICES, "ウイルス対策ソフトが全台で動き、定義が新しい" },
	{ AT_DEVICES | AT(PLACE_CLOUD), "一人に一つの利用者IDを使い、共用していない" },
	{ AT_DEVICES | AT(PLACE_CLOUD), "推測されにくい長いパスワードを使い、使い回していない" },
	{ AT(PLACE_SERVER) | AT(PLACE_CLOUD), "社外からの利用と管理者の操作に、二段階の認証を使っている" },
	{ AT(PLACE_PC) | AT(PLACE_MOBILE), "席を離れるときや一定時間で、画面がロックされる" },
	{ AT(PLACE_MOBILE) | AT(PLACE_MEDIA), "持ち出す端末や媒体を暗号化している" },
	{ AT(PLACE_MOBILE), "なくした端末を、離れた所から止めるか消せる" },
	{ AT(PLACE_MOBILE) | AT(PLACE_MEDIA) | AT(PLACE_PAPER), "社外への持ち出しを記録し、責任者が認めている" },
	{ AT_DEVICES | AT(PLACE_CLOUD), "仕事に要る人だけが見られるよう、権限を分けている" },
	{ AT_ALL, "異動や退職の日に、権限・鍵・貸与品を引き上げている" },
	{ AT(PLACE_PC) | AT(PLACE_SERVER) | AT(PLACE_CLOUD), "大事なデータの控えを、離れた所に定期的に取っている" },
	{ AT(PLACE_SERVER) | AT(PLACE_CLOUD), "控えから戻せることを、年に一度は試している" },
	{ AT(PLACE_SERVER), "社外とのつなぎ目で、要らない通信を止めている" },
	{ AT(PLACE_SERVER) | AT(PLACE_CLOUD), "利用と管理の記録を残し、定期的に見ている" },
	{ AT(PLACE_SERVER), "サーバーを鍵のかかる場所に置き、入れる人を決めている" },
	{ AT(PLACE_SERVER), "停電に備えた電源と、止め方の手順がある" },
	{ AT(PLACE_PAPER), "大事な書類を、鍵のかかる所に保管している" },
	{ AT(PLACE_PAPER), "帰る前に、机と複合機から書類を片づけている" },
	{ AT(PLACE_PAPER) | AT(PLACE_MEDIA), "廃棄は細断や溶解、または証明の出る業者で行っている" },
	{ AT(PLACE_PC) | AT(PLACE_SERVER) | AT(PLACE_MOBILE) | AT(PLACE_MEDIA), "機器や媒体を手放す前に、データを復元できないよう消している" },
	{ AT(PLACE_CLOUD), "使ってよいサービスを決め、契約の前に安全性を確かめている" },
	{ AT(PLACE_CLOUD), "共有と公開の設定を、定期的に見直している" },
	{ AT(PLACE_PC), "メールを送る前に宛先と添付を確かめる仕組みがある" },
	{ AT(PLACE_MEDIA), "使ってよい媒体を決め、つなぐ前にウイルスを調べている" },
	{ AT_ALL, "取扱いの決まりを文書にし、年に一度は全員に教育している" },
	{ AT_ALL, "事故や「ひやり」を見つけたときの連絡先を、全員が知っている" },
};

int risk_seed_questionnaires(struct reg_ctx *ctx)
{
	struct reg_view view;
	struct written w;
	int r = reg_view_load(ctx->conn, ctx->arena, &reg_threat_situation, &view);
	for (size_t i = 0; r == 0 && i < COUNT_OF(threats); i++) {
		struct change ch = change_new(ctx->arena, CHANGE_SAVE, &view, 0);
		change_set(&ch, reg_field(&reg_threat_situation, "place_kind"), (struct value){ .known = true, .i = threats[i].kind });
		change_set_text(&ch, ctx->arena, "threat", threats[i].text);
		r = reg_write(ctx, &ch, &w);
	}
	if (r == 0)
		r = reg_view_load(ctx->conn, ctx->arena, &reg_control_check, &view);
	for (size_t i = 0; r == 0 && i < COUNT_OF(checks); i++) {
		struct change ch = change_new(ctx->arena, CHANGE_SAVE, &view, 0);
		change_set(&ch, reg_field(&reg_control_check, "number"), (struct value){ .known = true, .i = (int64_t)i + 1 });
		change_set_text(&ch, ctx->arena, "item", checks[i].text);
		change_set(&ch, reg_field(&reg_control_check, "places"), (struct value){ .known = true, .i = checks[i].places });
		r = reg_write(ctx, &ch, &w);
	}
	return r;
}

/* ---- threats and the device check list ---- */

static const struct {
	int kind, stride; /* numbers of the register's choices; 0: none */
	const char *name;
} standard_threats[] = {
	{ 1, STRIDE_SPOOFING, "盗まれたパスワードで、他人がログインする" },
	{ 1, STRIDE_SPOOFING, "取引先や上司を装ったメールで、送金や情報の送付を求められる" },
	{ 1, STRIDE_TAMPERING, "Webサイトの内容が書き換えられる" },
	{ 1, STRIDE_TAMPERING, "データが不正に書き換えられる" },
	{ 1, STRIDE_REPUDIATION, "記録が消され、だれの操作か分からなくなる" },
	{ 1, STRIDE_DISCLOSURE, "外部から侵入され、個人情報が盗まれる" },
	{ 1, STRIDE_DISCLOSURE, "社員や退職者が情報を持ち出す" },
	{ 1, STRIDE_DISCLOSURE, "通信を盗み見られる" },
	{ 1, STRIDE_DENIAL, "ランサムウェアでデータが暗号化され、業務が止まる" },
	{ 1, STRIDE_DENIAL, "大量の通信を送りつけられ、サービスが止まる" },
	{ 1, STRIDE_ELEVATION, "弱点を突かれ、管理者の権限を奪われる" },
	{ 2, STRIDE_DISCLOSURE, "宛先や添付を間違えて、メールを送る" },
	{ 2, STRIDE_DISCLOSURE, "パソコンやスマートフォン、書類をなくす" },
	{ 2, STRIDE_DISCLOSURE, "公開の設定を誤り、だれでも見られる" },
	{ 2, STRIDE_DISCLOSURE, "捨て方を誤り、書類や媒体から情報が漏れる" },
	{ 2, 0, "操作を誤り、データを消す" },
	{ 3, STRIDE_DENIAL, "地震で建物や機器が壊れる" },
	{ 3, STRIDE_DENIAL, "台風や大雨で水に浸かる" },
	{ 4, STRIDE_DENIAL, "機器が故障し、業務が止まる" },
	{ 4, STRIDE_DENIAL, "回線やクラウドサービスが止まる" },
};

static const struct {
	int category;
	const char *name, *note;
} device_items[] = {
	{ 1, "権限の割り当てが適切でない", "役割に合わない人や機能に権限が付いていないか。付いていると、思わぬ人が設定やデータを変えられます。" },
	{ 1, "必要以上の権限を与えている", "日常の作業に管理者の権限を使っていないか。乗っ取られたときの被害が広がります。" },
	{ 1, "操作の許可を確かめていない", "画面や命令ごとに、その人に許された操作かを確かめているか。直接呼び出されると素通りします。" },
	{ 1, "はじめの設定のまま使っている", "買ったときのID、パスワード、公開範囲のままでないか。広く知られた値で入られます。" },
	{ 2, "画面に書いた文字が、そのまま命令になる（スクリプト）", "入力欄の文字を、ほかの人の画面で動かされないか。閲覧者の情報を盗まれます。" },
	{ 2, "入力した文字が、機器の命令として動く（OSコマンド）", "入力がOSの命令に混ざらないか。機器をまるごと操られます。" },
	{ 3, "パスワードなどの守りが足りない", "送るときやしまうときに、読み取られない形になっているか。盗まれて、なりすまされます。" },
	{ 3, "大事な情報を暗号化していない", "通信と保存の両方を見ます。途中や機器の盗難で読まれます。" },
	{ 3, "古い、弱い暗号を使っている", "破られたと知られている方式や、短い鍵を使っていないか。解読されます。" },
	{ 3, "書き換えられたことに気づけない", "更新の部品や設定、通信に、本物と確かめる仕組みがあるか。すり替えられます。" },
	{ 4, "パスワードを読める形でしまっている", "設定ファイルや記録に、そのまま書かれていないか。ファイルを見た人に使われます。" },
	{ 4, "機器に埋め込まれた、変えられないパスワードがある", "全台に共通の値がないか。一つ知られると、全台に入られます。" },
	{ 4, "推測されやすいパスワードを使える", "短いもの、よくある言葉を断っているか。言い当てられます。" },
	{ 5, "何度でも試せる", "間違いが続いたとき、止めるか遅らせるか。総当たりで破られます。" },
	{ 5, "本人確認を通らずに使える道がある", "別の画面、古い入口、保守用の口がないか。確認を避けて入られます。" },
	{ 6, "決めた大きさを超えて書き込める（バッファオーバーフロー）", "長すぎる入力で止まったり、動きを変えられたりしないか。メーカーの情報と更新を見ます。" },
	{ 6, "書式の指定を外から渡せる（フォーマット文字列）", "入力が書式として扱われ、中身を読まれないか。メーカーの情報と更新を見ます。" },
};
_Static_assert(COUNT_OF(device_items) == 17, "the check list has seventeen items");

static struct value number(int64_t i)
{
	return (struct value){ .known = i != 0, .i = i };
}

int risk_seed_lists(struct reg_ctx *ctx)
{
	struct reg_view view;
	struct written w;
	int r = reg_view_load(ctx->conn, ctx->arena, &reg_threat, &view);
	for (size_t i = 0; r == 0 && i < COUNT_OF(standard_threats); i++) {
		struct change ch = change_new(ctx->arena, CHANGE_SAVE, &view, 0);
		change_set_text(&ch, ctx->arena, "name", standard_threats[i].name);
		change_set(&ch, reg_field(&reg_threat, "kind"), number(standard_threats[i].kind));
		change_set(&ch, reg_field(&reg_threat, "stride"), number(standard_threats[i].stride));
		change_set(&ch, reg_field(&reg_threat, "source"), number(THREAT_STANDARD));
		r = reg_write(ctx, &ch, &w);
	}
	if (r == 0)
		r = reg_view_load(ctx->conn, ctx->arena, &reg_device_check, &view);
	for (size_t i = 0; r == 0 && i < COUNT_OF(device_items); i++) {
		struct change ch = change_new(ctx->arena, CHANGE_SAVE, &view, 0);
		change_set(&ch, reg_field(&reg_device_check, "number"), number((int64_t)i + 1));
		change_set_text(&ch, ctx->arena, "name", device_items[i].name);
		change_set(&ch, reg_field(&reg_device_check, "category"), number(device_items[i].category));
		change_set_text(&ch, ctx->arena, "note", device_items[i].note);
		r = reg_write(ctx, &ch, &w);
	}
	return r;
}
