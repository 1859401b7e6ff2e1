//! Legal forms of companies, by the countries that use them. They say little about who a company is, but a name must
//! be read without them, whether they stand first, last or in the middle. Written as they look when folded to plain
//! lower-case letters without points; a slash or a gap in a form is a gap here.

/// What sort of body a legal form makes. Forms of one sort are taken for translations of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FormClass {
    /// "Company" and its translations: any sort.
    Company,
    /// Members are liable for what they paid in: Ltd, GmbH, SARL, OOO.
    Limited,
    /// Capital in shares: plc, AG, SA, PAO.
    Stock,
    /// Partners are liable: OHG, SNC, KG, LP.
    Partnership,
    /// Owned by its members.
    Cooperative,
    /// Owned by a purpose: foundation, Stiftung, trust.
    Foundation,
    /// A club or an association.
    Association,
    /// Owned by a state.
    State,
    /// One trader, or a branch of another.
    Sole,
}

use FormClass::{Association, Company, Cooperative, Foundation, Limited, Partnership, Sole, State, Stock};

/// Countries (ISO 3166, lower case), sort, forms parted by `|`.
pub(super) const LEGAL_FORMS: &[(&str, FormClass, &str)] = &[
    ("gb us ie in au ca nz sg hk", Company, "company|co|corporation|corp|incorporated|inc|coy|and co|and company"),
    (
        "gb ie in au nz za ng ke gh pk bd lk my sg hk mt cy",
        Limited,
        "limited|ltd|company limited|co ltd|coltd|private limited|pvt ltd|pvt limited|private ltd|pty ltd|\
         pty limited|proprietary limited|pte ltd|pte limited|pte|pty|pvt|sdn bhd|sendirian berhad|co limited|\
         company ltd|limited company",
    ),
    ("gb ie", Stock, "public limited company|plc|public ltd company"),
    ("us ae qa ru ua", Limited, "limited liability company|llc|lc|l l c|limited liability co|with limited liability"),
    ("us gb", Partnership, "llp|limited liability partnership|lp|l p|limited partnership|lllp|general partnership|gp"),
    ("us", Stock, "professional corporation|public benefit corporation|pbc|national association"),
    ("ie", Limited, "designated activity company|dac|teoranta|teo|cuideachta phoibli theoranta|cpt"),
    ("gb", Association, "community interest company|cic|charitable incorporated organisation|cio"),
    ("de at ch li", Limited, "gmbh|gesellschaft mit beschrankter haftung|ges m b h|gesmbh|g m b h|mbh|ggmbh"),
    ("de", Limited, "ug|ug haftungsbeschrankt|unternehmergesellschaft|haftungsbeschrankt"),
    (
        "de at ch li",
        Stock,
        "ag|aktiengesellschaft|aktien gesellschaft|kgaa|kommanditgesellschaft auf aktien|ag und co kgaa",
    ),
    (
        "de at ch",
        Partnership,
        "kg|ohg|gbr|gmbh und co kg|gmbh and co kg|gmbh co kg|ag und co kg|gmbh und co ohg|kommanditgesellschaft|\
         offene handelsgesellschaft|gesellschaft burgerlichen rechts|partg|partgmbb|kollektivgesellschaft",
    ),
    ("de at ch", Association, "ev|e v|eingetragener verein|verein"),
    ("de at", Cooperative, "eg|eingetragene genossenschaft|genossenschaft|egen"),
    ("de at ch", Sole, "ek|e k|e kfm|eingetragener kaufmann|einzelunternehmen"),
    ("de at ch li", Foundation, "stiftung|anstalt|treuunternehmen"),
    ("eu", Stock, "se|societas europaea|societe europeenne|europaische gesellschaft"),
    ("eu", Partnership, "eeig|eesv|ewiv|geie"),
    (
        "fr be lu ch mc ma tn dz sn ci cm",
        Limited,
        "sarl|s a r l|societe a responsabilite limitee|eurl|sarlu|suarl|sprl|srl|sc sprl|\
         entreprise unipersonnelle a responsabilite limitee",
    ),
    ("fr be lu ch mc", Stock, "sa|s a|societe anonyme|sas|s a s|sasu|societe par actions simplifiee|saca|scs|sca"),
    (
        "fr",
        Partnership,
        "snc|societe en nom collectif|sci|societe civile immobiliere|gie|societe en commandite simple|sc",
    ),
    ("fr be ch", Association, "asbl|association sans but lucratif|aisbl"),
    ("fr", Sole, "ei|entreprise individuelle"),
    ("fr", State, "epic|etablissement public"),
    (
        "be nl",
        Limited,
        "bv|b v|bvba|b v b a|besloten vennootschap|besloten vennootschap met beperkte aansprakelijkheid",
    ),
    ("be nl", Stock, "nv|n v|naamloze vennootschap"),
    ("be nl", Partnership, "vof|v o f|cv|c v|comm v|commanditaire vennootschap|vennootschap onder firma|maatschap"),
    ("be nl", Association, "vzw|stichting|vereniging|cvba|cooperatie"),
    (
        "es mx ar co pe cl ve ec pa cr gt hn sv ni do uy py bo",
        Stock,
        "sa de cv|s a de c v|s a d e c v|sociedad anonima|sociedad anonima de capital variable|sab de cv|sapi de cv|\
         sociedad anonima cerrada|sac|saa|s a c|sociedad por acciones simplificada|spa|sau|sociedad anonima unipersonal",
    ),
    (
        "es mx ar co pe cl ve ec pa cr gt",
        Limited,
        "sl|s l|slu|s l u|sll|sociedad limitada|sociedad de responsabilidad limitada|s de rl de cv|s de r l de c v|\
         s de rl|srl de cv|ltda|limitada|cia ltda|compania limitada|y cia ltda|eirl|e i r l|compania|cia",
    ),
    (
        "es mx co",
        Partnership,
        "s en c|s en c s|s en c por a|sociedad en comandita|sociedad colectiva|y cia|y cia s en c|e hijos",
    ),
    ("es", Cooperative, "s coop|sociedad cooperativa|sociedad cooperativa limitada|cooperativa"),
    ("co", Sole, "eu|e u|empresa unipersonal|e u r l"),
    (
        "mx es",
        Association,
        "spr de rl de cv|s p r de r l de c v|ac|a c|asociacion civil|sociedad civil|s c|spr de rl|fundacion|asociacion",
    ),
    ("pt br ao mz", Limited, "lda|limitada lda|sociedade por quotas|unipessoal lda|eireli|sociedade limitada|me|epp"),
    ("pt br ao mz", Stock, "s a s|sociedade anonima|sgps|companhia"),
    (
        "it sm",
        Limited,
        "srl|s r l|srls|s r l s|societa a responsabilita limitata|societa a responsabilita limitata semplificata",
    ),
    ("it sm", Stock, "spa|s p a|societa per azioni|sapa|s a p a"),
    ("it", Partnership, "snc|s n c|sas|s a s|societa in nome collettivo|societa in accomandita semplice|ss"),
    ("it", Cooperative, "scarl|s c a r l|soc coop|societa cooperativa|scrl|s c r l|onlus"),
    ("dk", Limited, "aps|anpartsselskab|ivs"),
    ("dk no", Stock, "a s|as|asa|aktieselskab|aksjeselskap|allmennaksjeselskap"),
    ("dk no", Partnership, "i s|k s|ks|da|ans|p s|interessentskab|kommanditselskab|ansvarlig selskap"),
    ("dk no se", Cooperative, "amba|a m b a|ba|sa|andelsselskap|ekonomisk forening|forening"),
    ("se fi", Stock, "ab|a b|aktiebolag|aktiebolaget|ab publ|publ|aktiebolag publ"),
    ("se", Partnership, "hb|handelsbolag|kb|kommanditbolag"),
    ("fi", Limited, "oy|o y|osakeyhtio|oy ab|oyj|oyj abp|julkinen osakeyhtio|abp"),
    ("fi", Partnership, "ky|ay|tmi|kommandiittiyhtio|avoin yhtio|osuuskunta|osk|ry"),
    ("is", Limited, "ehf|einkahlutafelag|hf|hlutafelag|ohf|sf|slf|ses"),
    ("fo gl", Limited, "spf|p f|sp f"),
    ("pl", Limited, "sp z o o|sp z oo|spolka z o o|spolka z ograniczona odpowiedzialnoscia|spzoo|spolka z oo|sp zoo"),
    ("pl", Stock, "s a|spolka akcyjna|psa|prosta spolka akcyjna"),
    ("pl", Partnership, "sp k|sp j|spolka komandytowa|spolka jawna|spolka cywilna|sp p|sp z o o sp k|sp z oo sp k|ska"),
    ("cz sk", Limited, "s r o|sro|spol s r o|spol sro|spolecnost s rucenim omezenym|spolocnost s rucenim obmedzenym"),
    ("cz sk", Stock, "a s|akciova spolecnost|akciova spolocnost"),
    ("cz sk", Partnership, "v o s|vos|k s|komanditni spolecnost|verejna obchodni spolecnost"),
    ("hu", Limited, "kft|korlatolt felelossegu tarsasag|k f t"),
    (
        "hu",
        Stock,
        "rt|zrt|nyrt|reszvenytarsasag|zartkoruen mukodo reszvenytarsasag|nyilvanosan mukodo reszvenytarsasag",
    ),
    ("hu", Partnership, "bt|beteti tarsasag|kkt"),
    ("ro md", Limited, "srl|s r l|societate cu raspundere limitata|societatea cu raspundere limitata|sc srl"),
    ("ro md", Stock, "sa|s a|societate pe actiuni|societatea pe actiuni|sc sa"),
    ("bg", Limited, "ood|eood|druzhestvo s ogranichena otgovornost|e o o d|o o d"),
    ("bg", Stock, "ad|ead|aktsionerno druzhestvo|adsits"),
    ("bg", Sole, "et|ednolichen targovets|kd|sd"),
    (
        "hr ba rs me si mk",
        Limited,
        "d o o|doo|drustvo s ogranicenom odgovornoscu|drustvo sa ogranicenom odgovornoscu|dooel|j d o o|jdoo",
    ),
    ("hr ba rs me si mk", Stock, "d d|dd|a d|ad|dionicko drustvo|akcionarsko drustvo|delniska druzba"),
    ("si hr ba", Partnership, "k d|j t d|jtd|d n o|dno|s p|obrt"),
    ("al xk", Limited, "shpk|sh p k|shoqeri me pergjegjesi te kufizuar"),
    ("al xk", Stock, "sha|sh a|shoqeri aksionare"),
    ("gr cy", Limited, "epe|e p e|ike|i k e|etaireia periorismenis efthynis|monoprosopi epe|mike"),
    ("gr cy", Stock, "ae|a e|anonymi etaireia|anonymos etairia|aebe|ate"),
    ("gr", Partnership, "oe|o e|ee|e e|omorrythmi etaireia"),
    (
        "ru by kz kg",
        Limited,
        "ooo|o o o|obshchestvo s ogranichennoy otvetstvennostyu|obshchestvo s ogranichennoi otvetstvennostiu|\
         obschestvo s ogranichennoy otvetstvennostyu|oao ooo|odo|tovarishchestvo s ogranichennoy otvetstvennostyu|too",
    ),
    (
        "ru by kz ua",
        Stock,
        "oao|zao|pao|ao|jsc|ojsc|cjsc|pjsc|open joint stock company|closed joint stock company|\
         public joint stock company|joint stock company|joint stock co|otkrytoe aktsionernoe obshchestvo|\
         zakrytoe aktsionernoe obshchestvo|publichnoe aktsionernoe obshchestvo|aktsionernoe obshchestvo|nao|\
         private joint stock company|prjsc|open type joint stock company|limited joint stock company|\
         joint stock company limited|aktsionerne tovarystvo",
    ),
    (
        "ru",
        State,
        "fgup|gup|mup|federal state unitary enterprise|fsue|state unitary enterprise|fgbu|fku|gosudarstvennoe unitarnoe predpriyatie|federalnoe gosudarstvennoe unitarnoe predpriyatie",
    ),
    ("ru", Association, "ano|nko|autonomous non profit organization|non profit organization|nonprofit organization"),
    ("ru ua by", Sole, "ip|chp|chup|fop|individualnyy predprinimatel|individual entrepreneur|upe"),
    ("ua", Limited, "tov|t o v|tzov|tovarystvo z obmezhenoyu vidpovidalnistyu|ooo tov"),
    ("ua", Stock, "pat|prat|vat|zat|at|publichne aktsionerne tovarystvo|pryvatne aktsionerne tovarystvo"),
    ("ua", Sole, "pp|pryvatne pidpryyemstvo|dp|derzhavne pidpryyemstvo"),
    ("ee", Limited, "ou|osauhing|o u"),
    ("ee", Stock, "aktsiaselts|as"),
    ("lv", Limited, "sia|sabiedriba ar ierobezotu atbildibu|s i a"),
    ("lv", Stock, "akciju sabiedriba|a s"),
    ("lt", Limited, "uab|uzdaroji akcine bendrove|u a b|mb|mazoji bendrija"),
    ("lt", Stock, "ab|akcine bendrove"),
    (
        "tr",
        Limited,
        "ltd sti|limited sirketi|ltd sirketi|limited sti|ltd st|san ve tic ltd sti|sanayi ve ticaret limited sirketi|tic ltd sti|ticaret limited sirketi",
    ),
    (
        "tr",
        Stock,
        "anonim sirketi|a s|as|anonim sti|sanayi ve ticaret as|san ve tic as|sanayi ve ticaret anonim sirketi|ve ticaret as",
    ),
    ("tr", Partnership, "kollektif sirketi|koll sti|adi ortakligi|kom sti"),
    ("az uz tm tj", Limited, "mmc|mchj|mcj|masuliyati cheklangan jamiyati|mehdud mesuliyyetli cemiyyet|qk|xk|chek"),
    ("az uz", Stock, "asc|qsc|aj|aksiyadorlik jamiyati|aciq sehmdar cemiyyeti"),
    ("ge am", Limited, "shps|spy|spe|sakhelmtsipo"),
    ("ge am", Stock, "ss|bbe|pbe|obe|baby"),
    ("kz", Limited, "zhshs|jshs|zhauapkershiligi shekteuli seriktestik|llp"),
    ("il", Limited, "bm|b m|baam|chevra bam|ltd bm"),
    (
        "ae sa qa kw bh om jo lb eg iq ly",
        Limited,
        "wll|w l l|dhmm|fze|fzc|fz llc|fzco|f z e|fz co|free zone establishment|free zone company|dmcc|spc|limited liability company llc",
    ),
    (
        "ae sa qa kw bh om eg jo lb sy",
        Stock,
        "psc|p s c|pjsc|saog|s a o g|saoc|s a o c|sal|s a l|sae|s a e|qpsc|bsc|b s c|ksc|kscc|kscp|shareholding company|holding sal|sal offshore|offshore sal",
    ),
    ("ae sa eg", Company, "est|establishment|sharika|sherkat|sherkate|sherkat e|moassese|muassasat|sharikat"),
    (
        "ir",
        Stock,
        "sahami khas|sahami am|sherkat sahami|sherkat e sahami|sherkat sahami khas|private joint stock|pjs|public joint stock",
    ),
    ("ir", Limited, "ba masouliyat mahdoud|ba masooliyat mahdood"),
    ("pk af in", Company, "smc private limited|smc pvt ltd|opc private limited|opc pvt ltd|nidhi"),
    (
        "cn tw hk mo",
        Limited,
        "co ltd|youxian gongsi|youxian zeren gongsi|gufen youxian gongsi|gongsi|you xian gong si|you xian ze ren gong si|gu fen you xian gong si",
    ),
    ("cn", Company, "ji tuan gong si|jituan gongsi|gong si"),
    ("jp", Limited, "kk|k k|kabushiki kaisha|kabushiki gaisha|yk|y k|yugen kaisha|godo kaisha|gk|goshi kaisha"),
    ("kr kp", Company, "jusik hoesa|jushik hoesa|chusik hoesa|yuhan hoesa|hoesa|jusikhoesa|yuhanhoesa"),
    ("vn", Limited, "tnhh|cong ty tnhh|cong ty trach nhiem huu han|cong ty|mtv|trach nhiem huu han"),
    ("vn", Stock, "cong ty co phan|cp|ctcp|co phan"),
    (
        "th",
        Limited,
        "borisat chamkat|borisat|chamkat|ltd part|partnership limited|pcl|public company limited|public co ltd",
    ),
    ("id", Limited, "pt|perseroan terbatas|p t|pt tbk"),
    ("id", Stock, "tbk|persero|perusahaan perseroan|ud|firma|fa"),
    ("my", Stock, "bhd|berhad|sdn|sendirian|plt"),
    ("ph", Company, "opc|one person corporation"),
    ("kh la mm", Company, "sole co ltd|sole company limited|single member private limited company"),
    ("mn", Limited, "xxk|khkhk|hhk|xk|huvit kompani"),
    ("za na bw", Limited, "proprietary|edms bpk|eiendoms beperk|cc|close corporation|soc ltd|npc|rf"),
    ("ng gh ke", Foundation, "ltd gte|limited by guarantee|company limited by guarantee|gte"),
    ("et er", Company, "plc ethiopia|private limited company|share company"),
    ("ch li", Stock, "societa anonima|societe anonyme suisse"),
    ("lu", Stock, "secs|s e c s|scsp|sicar|sicav|soparfi|sicav sif|sca sicav"),
    ("lu mt", Foundation, "fcp|fonds commun de placement"),
    ("ca", Limited, "ltee|limitee|inc ltee|ulc|unlimited liability company|societe en commandite"),
    ("ca", Company, "incorporee|enr|reg d"),
    ("pr do", Company, "corporacion|corp inc"),
    ("ky bm vg bs bb", Company, "spc|segregated portfolio company|exempted company|international business company|ibc"),
    ("ht", Stock, "s a haiti|sa haiti"),
    ("cu", State, "empresa estatal|empresa cubana|uee"),
    ("in", Partnership, "and sons|and bros|and brothers|huf"),
    ("mt", Stock, "p l c|sociedad financiera"),
];
