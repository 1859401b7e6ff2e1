//! The words of instruction overrides in each language, as beginnings in lower case.

/// Verbs, scope and object words of one language.
pub(super) struct Language {
    pub(super) verbs: &'static [&'static str],
    pub(super) scopes: &'static [&'static str],
    pub(super) objects: &'static [&'static str],
}

pub(super) const fn language(
    verbs: &'static [&'static str],
    scopes: &'static [&'static str],
    objects: &'static [&'static str],
) -> Language {
    Language { verbs, scopes, objects }
}

pub(super) static GRAMMARS: [Language; 29] = [
    // German.
    language(
        &["ignorier", "vergiss", "vergesse", "missachte", "verwirf"],
        &[
            "vorherig",
            "bisherig",
            "vorig",
            "obig",
            "früher",
            "vorangegangen",
            "vorstehend",
            "alle ",
            "alle,",
            "davor",
            "zuvor",
            "vorher",
            "bisher",
            "gesagt",
            "gesagte",
            "ursprünglich",
            "deine ",
        ],
        &[
            "anweisung",
            "instruktion",
            "befehl",
            "regel",
            "vorgabe",
            "systemprompt",
            "prompt",
            "aufgabe",
            "aufträge",
            "auftrag",
            "alles",
            "richtlinie",
            "das gesagte",
            "informationen",
        ],
    ),
    // French.
    language(
        &["ignore", "oubli", "néglige"],
        &[
            "précéd",
            "preced",
            "antérieur",
            "ci-dessus",
            "toutes les",
            "tous les",
            "avant",
            "auparavant",
            "plus haut",
            "ton ",
            "tes ",
            "vos ",
        ],
        &["instruction", "consigne", "directive", "règle", "ordres", "prompt", "tout ce qu"],
    ),
    // Spanish.
    language(
        &["ignora", "ignore", "olvid", "haz caso omiso", "pasa por alto"],
        &["anterior", "previas", "previos", "todas las", "todos los", "arriba", "antes", "dicho", "tus ", "sus "],
        &[
            "instruccion",
            "orden",
            "órden",
            "regla",
            "indicacion",
            "directri",
            "lo anterior",
            "todo lo",
            "prompt",
            "limitacion",
            "restriccion",
        ],
    ),
    // Portuguese.
    language(
        &["ignore", "ignora", "esque"],
        &["anterior", "prévia", "acima", "todas as", "todos os", "antes", "suas "],
        &["instruç", "instruco", "ordens", "regras", "diretri", "comandos", "tudo", "prompt"],
    ),
    // Italian.
    language(
        &["ignora", "ignori", "ignoro", "dimentic", "trascura"],
        &["precedent", "sopra", "tutte le", "prima", "detto", "tue "],
        &["istruzion", "direttiv", "regole", "ordini", "comandi", "tutto", "prompt"],
    ),
    // Dutch.
    language(
        &["negeer", "vergeet"],
        &["vorige", "eerdere", "bovenstaand", "voorgaand", "alle ", "hiervoor", "daarvoor", "gezegd", "je "],
        &["instructie", "opdracht", "regels", "aanwijzing", "alles", "prompt"],
    ),
    // Polish.
    language(
        &["ignoruj", "zapomnij", "pomiń"],
        &["poprzedni", "wcześniejsz", "powyższ", "wszystki", "dotychczas"],
        &["instrukcj", "poleceni", "zasad", "wytyczn", "wszystko", "prompt", "powyższe i"],
    ),
    // Czech.
    language(
        &["ignoruj", "zapomeň"],
        &["předchozí", "dosavadní", "všechny", "výše"],
        &["instrukc", "pokyn", "pravid", "příkaz"],
    ),
    // Swedish.
    language(
        &["ignorera", "glöm", "bortse"],
        &["tidigare", "föregående", "alla ", "ovan"],
        &["instruktion", "anvisning", "regler", "order", "allt"],
    ),
    // Danish and Norwegian.
    language(
        &["ignorer", "glem ", "se bort"],
        &["tidligere", "forrige", "foregående", "alle ", "ovenfor", "ovenstående"],
        &["instruktion", "instruks", "anvisning", "regler", "ordre", "alt "],
    ),
    // Finnish.
    language(
        &["unohda", "ohita", "jätä huomiotta"],
        &["aiemmat", "aikaisemmat", "edelliset", "kaikki", "yllä"],
        &["ohjee", "ohjeet", "käskyt", "säännöt"],
    ),
    // Hungarian.
    language(
        &["felejtsd", "hagyd figyelmen", "hagyj figyelmen"],
        &["korábbi", "előző", "fenti", "minden", "összes"],
        &["utasítás", "szabály", "parancs"],
    ),
    // Romanian.
    language(
        &["uita ", "uită", "ignoră", "ignora"],
        &["anterioar", "precedent", "toate", "de mai sus"],
        &["instrucțiun", "instructiun", "reguli", "tot ce"],
    ),
    // Greek.
    language(
        &["αγνόησε", "αγνοήστε", "ξέχασε", "ξεχάστε"],
        &["προηγούμεν", "παραπάνω", "όλες", "όλους"],
        &["οδηγί", "εντολ", "κανόν"],
    ),
    // Russian.
    language(
        &["игнорир", "забудь", "не обращай внимания", "отмени"],
        &["предыдущ", "прежн", "вышеуказан", "все ", "всех", "всё, ", "ранее", "выше", "до этого", "свои ", "твои "],
        &["инструкц", "указани", "правил", "команд", "промпт", "всё", "то, что"],
    ),
    // Ukrainian.
    language(
        &["ігнору", "забудь", "не звертай уваги"],
        &["попередн", "всі ", "усі ", "вище", "раніше"],
        &["інструкці", "вказівк", "правил", "команд", "все"],
    ),
    // Bulgarian and Serbian.
    language(
        &["игнорирай", "забрави", "игнориши", "занемари"],
        &["предишни", "всички", "претходн", "сва "],
        &["инструкци", "указания", "правила", "упутства"],
    ),
    // Turkish.
    language(
        &["yok say", "unut", "görmezden", "dikkate alma"],
        &["önceki", "yukarıdaki", "tüm ", "bütün", "daha önce"],
        &["talimat", "yönerge", "kural", "komut", "her şeyi", "söylenenleri"],
    ),
    // Arabic.
    language(
        &["تجاهل", "انس ", "تغاض"],
        &["السابق", "جميع", "كل ", "أعلاه", "قبل"],
        &["تعليمات", "أوامر", "الأوامر", "القواعد", "ما قيل", "التوجيهات"],
    ),
    // Hebrew.
    language(
        &["התעלם", "התעלמי", "תתעלם", "שכח", "תשכח"],
        &["קודמ", "הקודמ", "כל ה", "לעיל"],
        &["הוראות", "ההוראות", "הנחיות", "ההנחיות", "כללים", "הכללים", "פקודות"],
    ),
    // Persian.
    language(&["نادیده", "فراموش"], &["قبلی", "پیشین", "تمام", "همه"], &["دستور", "قوانین", "راهنما", "فرمان"]),
    // Hindi.
    language(&["अनदेखा", "नज़रअंदाज़", "नजरअंदाज", "भूल"], &["पिछल", "सभी", "पहले", "उपरोक्त"], &["निर्देश", "नियम", "आदेश"]),
    // Bengali.
    language(&["উপেক্ষা", "ভুলে"], &["আগের", "পূর্ববর্তী", "সব "], &["নির্দেশ", "নিয়ম"]),
    // Chinese.
    language(
        &["忽略", "忽视", "無視", "忘记", "忘掉", "无视", "忘記", "不要理会", "抛开"],
        &["之前", "以上", "上面", "先前", "前面", "所有", "全部", "此前", "你的"],
        &["指令", "指示", "规则", "規則", "提示", "命令", "说明", "规定", "要求", "限制", "設定", "设定", "内容"],
    ),
    // Japanese.
    language(
        &["無視", "忘れ"],
        &["以前", "これまで", "上記", "前の", "すべて", "全て", "今まで", "全ての"],
        &["指示", "命令", "ルール", "プロンプト", "指令", "内容"],
    ),
    // Korean.
    language(
        &["무시", "잊"],
        &["이전", "모든", "위의", "앞의", "지금까지", "앞선"],
        &["지시", "명령", "규칙", "프롬프트", "지침", "내용"],
    ),
    // Vietnamese.
    language(
        &["bỏ qua", "phớt lờ", "quên"],
        &["trước", "tất cả", "mọi", "ở trên"],
        &["hướng dẫn", "chỉ dẫn", "chỉ thị", "lệnh", "quy tắc"],
    ),
    // Indonesian and Malay.
    language(
        &["abaikan", "lupakan"],
        &["sebelumnya", "semua", "di atas", "terdahulu"],
        &["instruksi", "perintah", "petunjuk", "aturan", "arahan"],
    ),
    // Thai.
    language(&["เพิกเฉย", "ละเว้น", "ลืม", "ไม่ต้องสนใจ"], &["ก่อนหน้า", "ทั้งหมด", "ข้างต้น"], &["คำสั่ง", "คำแนะนำ", "กฎ"]),
];

/// Words that turn a verb behind them around: nobody forgets who is told not to.
pub(super) const NEGATIONS_BEFORE: &[&str] = &[
    "n'",
    "n’",
    "no ",
    "não ",
    "nao ",
    "non ",
    "nie ",
    "не ",
    "inte ",
    "ikke ",
    "nu ",
    "ne ",
    "não se ",
    "no te ",
    "no se ",
    "لا ",
    "אל ",
    "不要",
    "别",
    "請勿",
    "don't ",
    "not ",
    "ära ",
    "ärge ",
    "mos ",
    "ez ",
    "ná ",
    "paid ag ",
    "huwag ",
    "huwag mong ",
    "jangan ",
    "aja ",
    "kada ka ",
    "kar ka ",
    "nemoj ",
    "đừng ",
    "không được ",
    "chớ ",
    "อย่า",
    "ຢ່າ",
    "កុំ",
    "មិនត្រូវ",
    "မ",
    "मत ",
    "न ",
    "न",
    "مت ",
    "نہ ",
    "مه ",
    "ਨਾ ",
    "битгий ",
    "մի ",
    "ekki ",
    "ħa ma ",
    "pa ",
    "moenie ",
    "არ ",
];

/// Endings and words that turn a verb before them around.
pub(super) const NEGATIONS_BEHIND: &[&str] = &[
    " nicht",
    " sie nicht",
    " niet",
    " nie",
    " inte",
    " ikke",
    " pas ",
    "ma",
    "mayın",
    "па",
    "지 ",
    "지말",
    "ず",
    "ない",
    "వద్దు",
    "కండి",
    "రുത്",
    "ू नका",
    "ू नये",
    " نکن",
    " نشود",
    "රන්න එපා",
    " නොකරන්න",
];
