"""Known wordings of boilerplate in English, Russian, Kazakh, Kyrgyz, Uzbek, Tajik and Chinese."""

import re

# All patterns are put to text in small letters: to ignore case makes them several times slower.

# Words of a line that only names where to share: all of its words are these.
NETWORKS = frozenset(
    [
        "facebook",
        "fb",
        "twitter",
        "x",
        "vk",
        "vkontakte",
        "вконтакте",
        "вк",
        "whatsapp",
        "telegram",
        "телеграм",
        "linkedin",
        "instagram",
        "pinterest",
        "reddit",
        "tumblr",
        "viber",
        "skype",
        "messenger",
        "wechat",
        "weibo",
        "email",
        "e-mail",
        "mail",
        "print",
        "pocket",
        "rss",
        "одноклассники",
        "ok.ru",
        "odnoklassniki",
        "youtube",
        "tiktok",
        "threads",
        "share",
        "share",
        "on",
        "this",
        "via",
        "copy",
        "link",
        "tweet",
        "pin",
        "it",
        "поделиться",
        "скопировать",
        "ссылку",
        "ссылка",
        "печать",
        "бөлісу",
        "бөлүшүү",
        "ulashish",
        "улашиш",
        "微信",
        "微博",
        "朋友圈",
        "分享",
        "分享到",
        "qq空间",
        "新浪微博",
    ]
)


def _any(*wordings: str) -> str:
    return "(?:" + "|".join(wordings) + ")"


_END = r"[\s.:!…»>→›\])）]*$"
_REST = r"(?!\w).*$"
# A line that is nothing but this.
_ALONE = _any(
    r"(?:continue|keep) reading",
    r"read (?:more|on|the full (?:story|article)|full (?:story|article))",
    r"(?:learn|see|show|view) more",
    r"(?:click|tap) here(?: to read(?: more)?)?",
    r"(?:post|leave|add) (?:a )?(?:comment|reply)s?(?: \(\d+\))?",
    r"(?:\d+ )?comments?(?: \(\d+\))?",
    r"no comments(?: yet)?",
    r"source ?:?",
    r"share(?: this(?: (?:post|article|story|page))?)?(?: (?:on|via|with) .{1,40})?",
    r"print(?: this page)?",
    r"advertisement",
    r"sponsored",
    r"loading",
    r"like this",
    r"читать (?:далее|дальше|полностью|ещ[её]|больше|подробнее)",
    r"подробнее(?: на сайте)?",
    r"далее",
    r"показать (?:ещ[её]|полностью)",
    r"поделиться(?: (?:в|с) .{1,40})?",
    r"(?:оставить|добавить) комментарий",
    r"комментари(?:и|ев)(?: \(?\d+\)?)?",
    r"реклама",
    r"источник ?:?",
    r"толығырақ(?: оқу)?",
    r"(?:әрі қарай|толық) оқу",
    r"бөлісу",
    r"жарнама",
    r"пікір (?:қалдыру|жазу)",
    r"(?:кеңири|толугу менен|толук) (?:окуу|маалымат)",
    r"кененирээк",
    r"бөлүшүү",
    r"batafsil(?: o['‘’ʻʼ`]qish)?",
    r"davomini o['‘’ʻʼ`]qish",
    r"to['‘’ʻʼ`]liq o['‘’ʻʼ`]qish",
    r"ulashish",
    r"reklama",
    r"батафсил",
    r"давомини ўқиш",
    r"улашиш",
    r"муфассал(?:тар)?",
    r"идома(?:и матн)?",
    r"(?:阅读|查看|閱讀|查看)(?:全文|更多|原文)",
    r"更多(?:>>|精彩内容|新闻)?",
    r"(?:点击|點擊)(?:查看|阅读|閱讀|进入).{0,20}",
    r"分享(?:到|至).{0,30}",
    r"(?:发表|發表)?评论(?:\(\d+\))?",
    r"广告",
)
# A line that begins so, whatever follows.
_BEGINS = _any(
    r"the post .{1,250} (?:first )?appeared first on",
    r"this (?:article|story|post) (?:was )?(?:first|originally) (?:appeared|published)",
    r"(?:please )?(?:subscribe|sign up) (?:to|for) (?:our|the|us)",
    r"(?:follow|join|find|like) us (?:on|at|in)",
    r"follow .{1,40} on (?:twitter|x|facebook|telegram|instagram|whatsapp|google news)",
    r"(?:download|get) (?:the|our) .{0,30}\bapp\b",
    r"\(?reporting by .{1,200}editing by",
    r"all rights reserved",
    r"(?:copyright )?(?:©|\(c\)) ?\w",
    r"copyright \d{4}",
    r"tags? ?:",
    r"(?:filed under|posted in|categories|keywords) ?:",
    r"подпи(?:сывайтесь|шитесь|сывайся|саться)",
    r"присоединяйтесь к",
    r"следите за (?:нами|нашими|новостями|событиями)",
    r"(?:больше|ещ[её] больше|самые (?:важные|свежие|интересные)) новост(?:ей|и) .{0,60}(?:telegram|телеграм|канал|instagram|whatsapp|на сайте|в наш)",
    r"(?:читайте|смотрите) нас (?:в|на)",
    r"(?:наш|мы в) (?:telegram|телеграм)",
    r"нашли ошибку",
    r"(?:заметили|увидели) (?:ошибку|опечатку)",
    r"(?:если вы )?(?:нашли|заметили|обнаружили) (?:ошибку|опечатку)",
    r"при (?:полном |частичном |копировании |использовании |цитировании |перепечатке )+.{0,80}(?:ссылк|обязательн)",
    r"все права защищены",
    r"(?:запись|сообщение) .{1,250} (?:впервые появилась|появил[аио]сь? сначала|взята отсюда)",
    r"(?:теги|тэги|метки|ключевые слова|рубрик[аи]) ?:",
    r"(?:біздің|telegram|телеграм)[- ].{0,40}(?:жазылыңыз|жазылыңыздар|қосылыңыз|тіркеліңіз)",
    r"(?:қате тапсаңыз|мәтіннен қате)",
    r"барлық құқықтар? (?:қорғалған|сақталған)",
    r"(?:тегтер|тегі?|кілт сөздер|түйін сөздер|айдары) ?:",
    r"(?:биздин|телеграм).{0,40}(?:жазылыңыз|катталыңыз|кошулуңуз)",
    r"(?:тегдер|ачкыч сөздөр) ?:",
    r"(?:bizning|telegram).{0,50}(?:obuna bo['‘’ʻʼ`]ling|kuzating|a['‘’ʻʼ`]zo bo['‘’ʻʼ`]ling)",
    r"(?:kalit so['‘’ʻʼ`]zlar|teglar|ruknlar) ?:",
    r"(?:бизнинг|телеграм).{0,50}(?:обуна бўлинг|кузатинг|аъзо бўлинг)",
    r"(?:калит сўзлар|теглар) ?:",
    r"(?:ба )?(?:канали|саҳифаи) .{0,50}(?:обуна шавед|пайваста шавед|пайвандед)",
    r"(?:барчасбҳо|калидвожаҳо) ?:",
    r"[(（\[【]?(?:责任编辑|責任編輯|责编|責編|编辑|編輯|校对|审核|监制|编审|文字编辑|来源|稿源|原标题) ?[:：丨|]",
    r"(?:标签|標籤|关键词|關鍵詞) ?[:：]",
    r"(?:扫码|掃碼|长按|扫描|微信扫).{0,20}(?:关注|二维码|二維碼|下载)",
    r"(?:关注|關注)(?:我们|我們|.{0,15}公众号)",
    r"(?:版权(?:声明|所有|归)|版權(?:聲明|所有)|免责声明|未经.{0,20}(?:授权|许可))",
    r"(?:如需|如有).{0,20}(?:转载|侵权)",
)
WHOLE_LINE = re.compile(rf"{_ALONE}{_END}|{_BEGINS}")

# A line that begins so leads to other news: its rest, or the headlines after it.
_LINK_WORDS = _any(
    r"(?:read|see|watch) also",
    r"also read",
    r"read (?:more|next)(?: on (?:this|the) (?:topic|story))?(?= ?[:：])",
    r"related(?: (?:news|stories|articles|posts|content|topics|coverage|links?))?(?= ?[:：]|\s*$)",
    r"(?:more|other|latest|top|recommended|trending|popular) (?:news|stories|articles|on this topic|from .{1,30})(?= ?[:：]|\s*$)",
    r"you (?:may|might) (?:also )?(?:like|be interested in)",
    r"(?:most (?:read|popular)|recommended(?: for you)?|don['’]t miss|editor['’]s picks?)(?= ?[:：]|\s*$)",
    r"(?:читайте|смотрите) (?:также|ещ[её])",
    r"(?:читать|смотреть) также",
    r"(?:читайте|подробнее) по теме",
    r"(?:материалы |новости |ещ[её] )?по теме(?= ?[:：]|\s*$)",
    r"(?:другие|последние|популярные|главные|похожие|свежие) (?:новости|материалы|статьи|публикации|записи)(?= ?[:：]|\s*$)",
    r"(?:вам (?:также )?может быть интересно|рекомендуем|ранее(?= ?:)|на эту тему|самое читаемое)(?= ?[:：]|\s*$)",
    r"(?:тағы(?: да)?|сондай-ақ|сонымен қатар|қосымша)[ ,]+(?:оқыңыз|оқыңыздар|қараңыз|оқи отырыңыз)",
    r"(?:оқи отырыңыз|ұқсас (?:жаңалықтар|мақалалар)|тақырып бойынша|осы тақырыпта|басқа жаңалықтар)(?= ?[:：]|\s*$)",
    r"(?:дагы|ошондой эле)[ ,]+(?:окуңуз|караңыз)",
    r"(?:тема боюнча|окшош (?:жаңылыктар|макалалар))(?= ?[:：]|\s*$)",
    r"(?:shuningdek|yana)[ ,]+(?:o['‘’ʻʼ`]qing|ko['‘’ʻʼ`]ring)",
    r"(?:mavzuga oid|o['‘’ʻʼ`]xshash (?:yangiliklar|maqolalar)|boshqa yangiliklar)(?= ?[:：]|\s*$)",
    r"(?:шунингдек|яна)[ ,]+(?:ўқинг|кўринг)",
    r"(?:мавзуга оид|ўхшаш (?:янгиликлар|мақолалар))(?= ?[:：]|\s*$)",
    r"(?:ҳамчунин|инчунин)[ ,]+(?:хонед|бихонед|мутолиа кунед)",
    r"(?:дар (?:ҳамин|ин) мавзӯъ?|хабарҳои (?:дигар|монанд))(?= ?[:：]|\s*$)",
    r"(?:相关|相關|延伸|推荐|推薦|拓展)(?:阅读|閱讀|新闻|新聞|链接|報道|报道|专题)",
    r"(?:更多|猜你喜欢|热门推荐|热点推荐|为您推荐)(?=[:：]|\s*$)",
)
LINKS = re.compile(
    rf"(?P<words>{_LINK_WORDS})(?:[\s:：…»>→\])】]*$|(?!\w){_REST}|(?<=[一-鿿])[:：丨|].*$)"
)

# A caption, by how it begins.
_CREDITS = _any(
    r"(?:photo|image|picture|screenshot|video|graphic|illustration|infographic)s?"
    r"(?: credits?| courtesy(?: of)?| by| source)? ?:",
    r"(?:photo|image)s? (?:by|courtesy of|credit)\b",
    r"(?:file|handout|archive) (?:photo|image|picture)\b",
    r"фото ?(?::|с сайта|автора|из (?:открытых|архива)|пресс-службы|акорд[аы]|©|/)",
    r"(?:иллюстративное|архивное) фото\b",
    r"(?:скриншот|иллюстрация|коллаж|видео|инфографика) ?:",
    r"(?:сурет(?:тер)?|фотосурет|көрнекі сурет) ?[:/©]",
    r"сүрөт(?:тө|төр)? ?[:/©]",
    r"(?:foto|surat|rasm)(?:lar)? ?[:/©]",
    r"(?:сурат|расм|акс)(?:ҳо)? ?[:/©]",
    r"[(（\[【]?(?:图为|圖為|这是|资料图|資料圖|图源|图片来源|圖片來源|图/|图：|视频[:：]|摄影[:：])",
)
CREDIT = re.compile(_CREDITS)
# … or by its end: "The presidents at the summit. Photo credit: Akorda", "新华社记者 张三 摄".
_CREDIT_END = re.compile(
    r"[\s(\[|/]*(?:\bphotos?(?: credits?| courtesy(?: of)?| by| source)? ?:|\b(?:image|picture)s? (?:credits?|source|by) ?:"
    r"|(?:^|(?<=[.!?)»”\"|(\[/,]))[\s(\[|/]*(?:(?:photo|image|picture)s? (?:by|courtesy of|credit)\b|(?:image|picture)s? ?:)"
    r"|\b(?:фото|сурет|сүрөт|foto|surat|сурат|акс) ?[:©])"
    r"\s*(?:[^\n:.!?]|(?<=\b\w)\.){1,60}[.)\]]*$"
    r"|[（(]?(?:新华社|中新社|本报|记者|通讯员)[^\n。，]{0,25}摄(?:影)?[)）。]*$"
)
# What ends a teaser or a post; from there on nothing of the text follows.
_MORE = re.compile(
    r"(?:\[?(?:…|\.\.\.)\]?|(?<=[.!?»”])) *(?:continue reading|read more|читать (?:далее|дальше|полностью)"
    r"|подробнее|толығырақ|кененирээк|batafsil|батафсил|муфассал)(?:[\s.…»>→\])]*| .{1,150}[→»])$"
)
_POSTED = re.compile(
    r"(?<!\w)(?:the post .{1,250} (?:first )?appeared first on .{1,120}"
    r"|(?:запись|сообщение) .{1,250} (?:впервые появилась|появил[аио]сь? сначала) .{1,120})$"
)
_BRACKETED = re.compile(
    r"[(（\[【](?:责任编辑|責任編輯|责编|编辑|来源|完)[^\n)）\]】]{0,40}[)）\]】]$"
)
# Each with what must be there for it to find anything, as a quick look.
Marked = tuple[re.Pattern[str], tuple[str, ...]]
CREDIT_AT_END: Marked = (
    _CREDIT_END,
    ("photo", "image", "picture", "фото", "сурет", "сүрөт", "foto", "surat", "сурат", "акс", "摄"),
)
AT_END: tuple[Marked, ...] = (
    CREDIT_AT_END,
    (
        _MORE,
        ("continue reading", "read more", "читать ", "подробнее", "толығырақ", "кененирээк",
         "batafsil", "батафсил", "муфассал"),
    ),
    (_POSTED, ("appeared first on", "появил")),
    (_BRACKETED, ("编辑", "編輯", "责编", "来源", "完")),
)  # fmt: skip
