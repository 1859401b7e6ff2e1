//! Chinese characters: full and simple forms that are one character, and words of names that a table of single readings
//! gets wrong (Japanese names, Arabic and Hebrew names whose vowels are not written).

/// Pairs of full and simple forms, as they occur in names.
const FULL_AND_SIMPLE: &str = "張张陳陈劉刘楊杨黃黄趙赵吳吴孫孙馬马羅罗鄭郑謝谢許许韓韩馮冯鄧邓葉叶蘇苏呂吕盧卢蔣蒋賈贾鍾钟陸陆譚谭鄒邹龍龙萬万錢钱嚴严賴赖龔龚蕭萧國国東东華华偉伟強强軍军\
麗丽蘭兰鳳凤玉玉貴贵寶宝廣广興兴劍剑銀银錦锦鋒锋鐵铁銘铭鑫鑫澤泽濤涛潔洁淚泪漢汉漸渐湯汤滿满經经紅红紹绍維维綠绿緯纬緒绪聖圣聰聪聯联習习書书會会與与爾尔單单啟启園园團团區区醫医協协\
産产業业際际機机構构檢检電电雲云靈灵順顺領领顏颜願愿飛飞體体麥麦齊齐龐庞賓宾質质資资贊赞輝辉達达遠远連连運运進进選选邊边郵邮開开關关閻阎闊阔門门間间長长陽阳陰阴隊队隨随雙双離离難难\
義义樂乐豐丰億亿儀仪優优傑杰倫伦倉仓偵侦傳传側侧備备個个來来俠侠係系価价亞亚鎮镇創创則则劃划動动務务勝胜勞劳勵励勻匀區区歲岁歷历歸归氣气當当發发監监盤盘禮礼穎颖競竞節节築筑範范簡简\
籌筹類类純纯紐纽級级納纳終终組组結结絡络給给統统絲丝綜综網网總总績绩織织續续羣群聲声職职膚肤臺台舉举艦舰藝艺蘋苹處处號号裝装製制複复覺觉觀观觸触計计訂订訊讯記记設设証证評评詞词試试詩诗話话\
誠诚誌志認认語语說说課课調调談谈請请論论諸诸諾诺謀谋講讲識识議议護护譽誉豬猪負负財财貢贡貨货責责貴贵買买費费貿贸賀贺賓宾賞赏賢贤賣卖購购贏赢車车軌轨軟软較较載载輕轻輛辆輪轮輸输轉转";

/// The simple form of a character, or itself.
pub(super) fn simple_form(character: char) -> char {
    static FORMS: std::sync::LazyLock<rustc_hash::FxHashMap<char, char>> = std::sync::LazyLock::new(|| {
        let mut characters = FULL_AND_SIMPLE.chars().filter(|c| !c.is_whitespace());
        std::iter::from_fn(|| Some((characters.next()?, characters.next()?))).collect()
    });
    FORMS.get(&character).copied().unwrap_or(character)
}

/// Korean family names as their bearers mostly write them.
pub(super) fn korean_family(syllable: char) -> Option<&'static str> {
    Some(match syllable {
        '김' => "kim",
        '이' => "lee",
        '박' => "park",
        '최' => "choi",
        '정' => "jung",
        '강' => "kang",
        '조' => "cho",
        '윤' => "yoon",
        '장' => "jang",
        '임' => "lim",
        '한' => "han",
        '오' => "oh",
        '서' => "seo",
        '신' => "shin",
        '권' => "kwon",
        '황' => "hwang",
        '안' => "ahn",
        '송' => "song",
        '류' | '유' => "yoo",
        '홍' => "hong",
        '문' => "moon",
        '노' => "noh",
        '백' => "baek",
        '허' => "heo",
        _ => return None,
    })
}

/// Whole words in other scripts, with the Latin form that people use.
pub(super) const WORDS: &[(&str, &str)] = &[
    ("محمد", "mohammed"),
    ("أحمد", "ahmed"),
    ("احمد", "ahmed"),
    ("محمود", "mahmoud"),
    ("علي", "ali"),
    ("حسن", "hassan"),
    ("حسين", "hussein"),
    ("عبد", "abd"),
    ("عبدالله", "abdullah"),
    ("الله", "allah"),
    ("خالد", "khaled"),
    ("يوسف", "yusuf"),
    ("إبراهيم", "ibrahim"),
    ("ابراهيم", "ibrahim"),
    ("عمر", "omar"),
    ("عثمان", "othman"),
    ("سعيد", "said"),
    ("صالح", "saleh"),
    ("مصطفى", "mustafa"),
    ("كريم", "karim"),
    ("ناصر", "nasser"),
    ("بشار", "bashar"),
    ("حافظ", "hafez"),
    ("الأسد", "assad"),
    ("الاسد", "assad"),
    ("أسامة", "osama"),
    ("بن", "bin"),
    ("ابن", "ibn"),
    ("أبو", "abu"),
    ("ابو", "abu"),
    ("صدام", "saddam"),
    ("جمال", "jamal"),
    ("طارق", "tariq"),
    ("فيصل", "faisal"),
    ("سليمان", "sulayman"),
    ("موسى", "musa"),
    ("عيسى", "issa"),
    ("يحيى", "yahya"),
    ("قاسم", "qasim"),
    ("حكيم", "hakim"),
    ("رشيد", "rashid"),
    ("حميد", "hamid"),
    ("رحمن", "rahman"),
    ("الرحمن", "rahman"),
    ("فتاح", "fattah"),
    ("الفتاح", "fattah"),
    ("مشה", "moshe"),
    ("משה", "moshe"),
    ("דוד", "david"),
    ("יוסף", "yosef"),
    ("אברהם", "avraham"),
    ("בנימין", "benjamin"),
    ("יעקב", "yaakov"),
    ("שרה", "sarah"),
    ("נתניהו", "netanyahu"),
    ("יצחק", "yitzhak"),
    ("שלום", "shalom"),
    ("כהן", "cohen"),
    ("לוי", "levi"),
];

/// Japanese words of names, written with Chinese characters, with their reading.
pub(super) const JAPANESE: &[(&str, &str)] = &[
    ("山田", "yamada"),
    ("田中", "tanaka"),
    ("佐藤", "sato"),
    ("鈴木", "suzuki"),
    ("高橋", "takahashi"),
    ("伊藤", "ito"),
    ("渡辺", "watanabe"),
    ("山本", "yamamoto"),
    ("中村", "nakamura"),
    ("小林", "kobayashi"),
    ("加藤", "kato"),
    ("吉田", "yoshida"),
    ("佐々木", "sasaki"),
    ("山口", "yamaguchi"),
    ("松本", "matsumoto"),
    ("井上", "inoue"),
    ("木村", "kimura"),
    ("清水", "shimizu"),
    ("山崎", "yamazaki"),
    ("安倍", "abe"),
    ("岸田", "kishida"),
    ("石破", "ishiba"),
    ("高市", "takaichi"),
    ("太郎", "taro"),
    ("花子", "hanako"),
    ("一郎", "ichiro"),
    ("次郎", "jiro"),
    ("晋三", "shinzo"),
    ("文雄", "fumio"),
    ("早苗", "sanae"),
    ("株式会社", "kabushiki kaisha"),
    ("有限会社", "yugen kaisha"),
    ("有限公司", "co ltd"),
    ("股份有限公司", "co ltd"),
    ("集团", "group"),
    ("銀行", "bank"),
    ("银行", "bank"),
    ("中国", "china"),
    ("中國", "china"),
    ("北京", "beijing"),
    ("上海", "shanghai"),
    ("香港", "hong kong"),
    ("深圳", "shenzhen"),
    ("公司", "company"),
    ("金正恩", "kim jong un"),
    ("金正日", "kim jong il"),
    ("金日成", "kim il sung"),
];

/// Syllables of Chinese names in the spelling of Wade and Giles, as it stands in older documents, with Pinyin.
const WADE_GILES: &[(&str, &str)] = &[
    ("tse", "ze"),
    ("tung", "dong"),
    ("hsiao", "xiao"),
    ("hsien", "xian"),
    ("hsin", "xin"),
    ("hsing", "xing"),
    ("hsueh", "xue"),
    ("hsi", "xi"),
    ("ping", "ping"),
    ("pin", "bin"),
    ("pei", "bei"),
    ("piao", "biao"),
    ("kuo", "guo"),
    ("kuang", "guang"),
    ("kang", "gang"),
    ("shih", "shi"),
    ("chih", "zhi"),
    ("chung", "zhong"),
    ("chieh", "jie"),
    ("chien", "jian"),
    ("ching", "jing"),
    ("chiang", "jiang"),
    ("chun", "jun"),
    ("teh", "de"),
    ("te", "de"),
    ("ta", "da"),
    ("ting", "ding"),
    ("tsung", "zong"),
    ("tzu", "zi"),
    ("jen", "ren"),
    ("jung", "rong"),
    ("yuan", "yuan"),
    ("ming", "ming"),
    ("wen", "wen"),
    ("lai", "lai"),
    ("en", "en"),
    ("fu", "fu"),
    ("hua", "hua"),
    ("min", "min"),
];

/// Two syllables with a hyphen between them in Pinyin, when they are in the spelling of Wade and Giles for certain.
/// Korean names have many of its syllables too, so one must be of the sort that only Chinese has.
pub(super) fn pinyin_of(one: &str, other: &str) -> Option<(&'static str, &'static str)> {
    let find = |syllable: &str| WADE_GILES.iter().find(|(known, _)| *known == syllable).map(|(_, pinyin)| *pinyin);
    let chinese = |syllable: &str| {
        syllable.starts_with("hs")
            || matches!(syllable, "tse" | "tsung" | "tzu" | "tung" | "kuo" | "teh" | "chih" | "shih" | "chieh" | "piao")
    };
    if chinese(one) || chinese(other) { find(one).zip(find(other)) } else { None }
}
