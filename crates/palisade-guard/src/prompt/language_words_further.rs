//! The words of instruction overrides in languages that fewer people write to models in: who wants to get past a filter
//! takes one of these. As in [`super::language_words`].

use super::language_words::{Language, language};

pub(super) static GRAMMARS: [Language; 51] = [
    // Romanian.
    language(
        &["ignorați", "ignorati", "uitați", "nu ține cont", "nu ține seama", "nu lua în seamă"],
        &["anterioar", "precedent", "toate", "de mai sus", "de dinainte", "până acum"],
        &["instrucțiun", "instructiun", "regul", "indicați", "indicatii", "ordin", "tot ce", "prompt"],
    ),
    // Slovak.
    language(
        &["ignoruj", "zabudni", "nevšímaj si"],
        &["predchádzajúc", "doterajš", "všetk", "vyššie", "predošl"],
        &["pokyn", "inštrukci", "pravid", "príkaz", "prompt"],
    ),
    // Slovene.
    language(
        &["prezri", "ignoriraj", "pozabi", "ne upoštevaj"],
        &["prejšnj", "predhodn", "vsa ", "vse ", "zgornj"],
        &["navodil", "pravil", "ukaz", "poziv"],
    ),
    // Croatian, Bosnian and Serbian.
    language(
        &["ignoriraj", "ignoriši", "ignorisi", "zanemari", "zaboravi"],
        &["prethodn", "sve ", "dosadašnj", "prijašnj", "ranij"],
        &["uput", "instrukcij", "pravil", "naredb", "naređenj"],
    ),
    // Serbian and Macedonian.
    language(
        &["заборави", "игнорирај"],
        &["претходн", "све ", "сва ", "сите ", "досадашњ"],
        &["упутств", "упатств", "инструкци", "правил", "наредб"],
    ),
    // Belarusian.
    language(
        &["ігнаруй", "забудзь"],
        &["папярэдн", "усе ", "вышэй", "раней"],
        &["інструкцы", "указанн", "правіл", "загад"],
    ),
    // Estonian.
    language(
        &["eira ", "eirake", "unusta", "ignoreeri"],
        &["varasema", "eelneva", "kõik", "eelmis", "ülaltoodud"],
        &["juhis", "juhend", "korraldus", "reegl", "käsk"],
    ),
    // Latvian.
    language(
        &["ignorē", "aizmirsti", "neņem vērā"],
        &["iepriekšēj", "visus", "visas", "augstāk"],
        &["norādījum", "instrukcij", "noteikum", "pavēl"],
    ),
    // Lithuanian.
    language(
        &["ignoruok", "pamiršk", "nepaisyk"],
        &["ankstesn", "visas", "visus", "visų", "aukščiau"],
        &["instrukcij", "nurodym", "taisykl", "komand"],
    ),
    // Icelandic.
    language(&["hunsa", "gleymdu"], &["fyrri", "öllum", "öll ", "ofangreind"], &["fyrirmæl", "leiðbein", "regl"]),
    // Albanian.
    language(
        &["injoro", "harro", "shpërfill"],
        &["mëparshm", "gjitha", "më sipër"],
        &["udhëzim", "instruksion", "rregull", "urdhr"],
    ),
    // Catalan.
    language(
        &["oblida", "no facis cas"],
        &["anterior", "totes les", "tots els", "abans"],
        &["instruccion", "ordre", "regle", "indicacion", "tot el que"],
    ),
    // Basque.
    language(
        &["ez ikusi egin", "ahaztu", "alde batera utzi"],
        &["aurreko", "guzti", "goiko"],
        &["jarraibide", "argibide", "agindu", "arau"],
    ),
    // Irish.
    language(&["déan neamhaird", "déan dearmad"], &["roimhe", "gach", "uile"], &["treoir", "treorach", "rial", "ordú"]),
    // Welsh.
    language(&["anwybydd", "anghofi"], &["blaenorol", "holl ", "pob ", "uchod"], &["cyfarwydd", "rheol", "gorchym"]),
    // Scottish Gaelic.
    language(&["leig seachad", "dìochuimhnich"], &["roimhe", "uile", "gach"], &["stiùiridh", "òrdugh", "riaghailt"]),
    // Maltese.
    language(&["injora", "insa "], &["preċedenti", "kollha", "ta' qabel"], &["struzzjonijiet", "regoli", "ordnijiet"]),
    // Afrikaans.
    language(
        &["ignoreer", "vergeet", "verontagsaam"],
        &["vorige", "alle ", "bostaande"],
        &["instruksies", "opdragte", "reëls"],
    ),
    // Esperanto.
    language(&["ignoru", "forgesu"], &["antaŭa", "ĉiuj", "suprajn"], &["instrukci", "ordon", "regul"]),
    // Latin.
    language(
        &["neglege", "obliviscere"],
        &["prior", "omnia", "omnes", "omnium", "superior"],
        &["praecept", "mandat", "iussa", "instruction", "regulas"],
    ),
    // Tagalog.
    language(
        &["huwag pansinin", "huwag mong pansinin", "balewalain", "kalimutan", "isantabi"],
        &["nauna", "lahat", "dati", "nasa itaas"],
        &["tagubilin", "utos", "panuto", "patakaran", "alituntunin", "instruksi"],
    ),
    // Cebuano.
    language(&["ayaw tagda", "kalimti"], &["nauna", "tanan", "nag-una"], &["instruksyon", "sugo", "lagda"]),
    // Javanese.
    language(
        &["lirwakna", "lalekna"],
        &["sadurunge", "kabeh", "ndhuwur"],
        &["pandhuan", "prentah", "instruksi", "aturan"],
    ),
    // Swahili.
    language(
        &["puuza", "sahau"],
        &["awali", "yote", "zote", "yaliyotangulia"],
        &["maagizo", "maelekezo", "sheria", "amri", "kanuni"],
    ),
    // Hausa.
    language(&["yi watsi", "manta da"], &["gabata", "duk ", "baya"], &["umarn", "dokok", "ka'idoji"]),
    // Yoruba.
    language(
        &["foju fo", "fojú fo", "gbagbe", "gbàgbé"],
        &["gbogbo", "ṣaaju", "ṣáájú", "tẹlẹ", "ìṣáájú"],
        &["ilana", "ìlànà", "itọnisọna", "ofin", "òfin"],
    ),
    // Zulu.
    language(
        &["ungayinaki", "ziba ", "khohlwa"],
        &["zangaphambili", "yonke", "zonke", "edlule"],
        &["imiyalelo", "imiyalo", "imithetho", "iziqondiso"],
    ),
    // Somali.
    language(&["iska indho tir", "iska iloow", "iska ilow"], &["hore", "dhammaan"], &["tilmaam", "awaamiir", "xeer"]),
    // Haitian Creole.
    language(&["inyore", "bliye"], &["anvan", "tout "], &["enstriksyon", "lòd", "règ"]),
    // Azerbaijani.
    language(
        &["nəzərə alma", "görməzdən", "məhəl qoyma", "unut"],
        &["əvvəlki", "bütün", "yuxarıdakı"],
        &["təlimat", "göstəriş", "qayda", "əmr"],
    ),
    // Uzbek.
    language(
        &["e'tiborsiz", "e’tiborsiz", "eʼtiborsiz", "inobatga olma", "unut"],
        &["oldingi", "barcha", "avvalgi", "yuqoridagi"],
        &["ko'rsatma", "koʻrsatma", "ko‘rsatma", "ko’rsatma", "qoida", "buyruq"],
    ),
    // Kurdish.
    language(&["paşguh bike", "ji bîr bike"], &["berê", "hemû"], &["talîmat", "rêwerz", "ferman"]),
    // Kazakh.
    language(
        &["елемей", "елеме", "ұмыт"],
        &["алдыңғы", "барлық", "бұрынғы", "жоғарыда"],
        &["нұсқау", "ереже", "бұйрық"],
    ),
    // Mongolian.
    language(
        &["үл тоомсор", "үл тоо", "март"],
        &["өмнөх", "бүх", "дээрх"],
        &["заавар", "зааврыг", "дүрэм", "дүрмийг", "тушаал"],
    ),
    // Georgian.
    language(
        &["უგულებელყავი", "დაივიწყე", "იგნორირება"],
        &["წინა", "ყველა", "ზემოთ"],
        &["ინსტრუქცი", "მითითებ", "წეს", "ბრძანებ"],
    ),
    // Armenian.
    language(
        &["անտեսի", "անտեսե", "մոռացի", "մոռացե"],
        &["նախորդ", "բոլոր", "վերը"],
        &["հրահանգ", "ցուցում", "կանոն", "հրաման"],
    ),
    // Urdu.
    language(
        &["نظر انداز", "نظرانداز", "بھول"],
        &["پچھل", "تمام", "سابقہ", "پہلے", "اوپر"],
        &["ہدایات", "ہدایت", "احکامات", "قواعد", "اصول"],
    ),
    // Pashto.
    language(&["له پامه", "هېر کړ", "هیر کړ"], &["مخکین", "ټول", "پخوان"], &["لارښوون", "قواعد", "حکم"]),
    // Marathi.
    language(&["दुर्लक्ष", "विसर"], &["मागील", "आधीच्या", "सर्व", "वरील"], &["सूचना", "निर्देश", "नियम", "आदेश"]),
    // Nepali.
    language(&["बेवास्ता", "वेवास्ता", "बिर्स", "नजरअन्दाज"], &["अघिल्ल", "पहिले", "सबै", "माथि"], &["निर्देश", "नियम", "आदेश"]),
    // Gujarati.
    language(
        &["અવગણ", "ભૂલી", "નજરઅંદાજ"],
        &["અગાઉ", "પહેલા", "બધી", "બધા", "તમામ", "ઉપર"],
        &["સૂચના", "નિર્દેશ", "નિયમ", "આદેશ"],
    ),
    // Punjabi.
    language(
        &["ਨਜ਼ਰਅੰਦਾਜ਼", "ਅਣਡਿੱਠ", "ਭੁੱਲ"],
        &["ਪਿਛਲ", "ਸਾਰੀਆਂ", "ਸਾਰੇ", "ਪਹਿਲ", "ਉਪਰੋਕਤ"],
        &["ਹਦਾਇਤ", "ਨਿਰਦੇਸ਼", "ਨਿਯਮ", "ਹੁਕਮ"],
    ),
    // Tamil.
    language(
        &["புறக்கணி", "மறந்து"],
        &["முந்தைய", "அனைத்து", "எல்லா", "மேலே"],
        &["வழிமுறை", "அறிவுறுத்தல்", "கட்டளை", "விதி", "வழிகாட்டு"],
    ),
    // Telugu.
    language(&["విస్మరించ", "మర్చిపో", "పట్టించుకో"], &["మునుపటి", "అన్ని", "మొత్తం", "గత ", "పైన"], &["సూచన", "ఆదేశ", "నియమ", "ఆజ్ఞ"]),
    // Kannada.
    language(&["ನಿರ್ಲಕ್ಷಿಸ", "ಕಡೆಗಣಿಸ", "ಮರೆತ"], &["ಹಿಂದಿನ", "ಎಲ್ಲಾ", "ಎಲ್ಲ ", "ಮೇಲಿನ"], &["ಸೂಚನೆ", "ಆದೇಶ", "ನಿಯಮ", "ನಿರ್ದೇಶ"]),
    // Malayalam.
    language(
        &["അവഗണിക്ക", "മറക്ക", "മറന്നേക്ക"],
        &["മുൻ", "എല്ലാ", "മുമ്പത്തെ", "മുകളില"],
        &["നിർദ്ദേശ", "നിർദേശ", "നിയമ", "ആജ്ഞ", "ഉത്തരവ"],
    ),
    // Sinhala.
    language(&["නොසලකා", "අමතක"], &["පෙර", "සියලු", "කලින්", "ඉහත"], &["උපදෙස්", "නීති", "නියෝග", "විධාන"]),
    // Burmese.
    language(&["လျစ်လျူရှု", "ဂရုမစိုက်", "မေ့"], &["ယခင်", "အားလုံး", "အထက်", "အရင်"], &["ညွှန်ကြား", "စည်းမျဉ်း", "အမိန့်"]),
    // Khmer.
    language(&["មិនអើពើ", "បំភ្លេច", "ព្រងើយកន្តើយ"], &["មុន", "ទាំងអស់", "ខាងលើ"], &["ណែនាំ", "ច្បាប់", "បញ្ជា"]),
    // Lao.
    language(
        &["ບໍ່ສົນໃຈ", "ລະເລີຍ", "ລືມ"],
        &["ກ່ອນໜ້າ", "ກ່ອນຫນ້າ", "ທັງໝົດ", "ທັງຫມົດ", "ຂ້າງເທິງ"],
        &["ຄໍາສັ່ງ", "ຄຳສັ່ງ", "ຄຳແນະນຳ", "ຄໍາແນະນໍາ", "ກົດ"],
    ),
    // Amharic.
    language(&["ችላ ", "እርሳ", "ተው"], &["ቀዳሚ", "ሁሉ", "የቀድሞ", "ከዚህ በፊት"], &["መመሪያ", "ትእዛዝ", "ትዕዛዝ", "ደንብ"]),
];
