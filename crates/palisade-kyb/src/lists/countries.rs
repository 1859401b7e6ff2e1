//! Countries by the names that lists give them, as ISO 3166-1 codes of two letters in lower case.

use std::{collections::HashMap, sync::LazyLock};

/// Code and names, the short English one of ISO 3166 first, then what lists write, and the code of three letters last.
/// `xk` for Kosovo is of the range for users; so `suhh` stands for the Soviet Union as ISO 3166-3 has it.
const COUNTRIES: &str = "
ad Andorra|AND
ae United Arab Emirates|UAE|Emirates|ARE
af Afghanistan|Islamic Republic of Afghanistan|AFG
ag Antigua and Barbuda|Antigua|ATG
ai Anguilla|AIA
al Albania|ALB
am Armenia|ARM
ao Angola|AGO
aq Antarctica|ATA
ar Argentina|ARG
as American Samoa|ASM
at Austria|AUT
au Australia|AUS
aw Aruba|ABW
ax Åland Islands|Aland Islands|ALA
az Azerbaijan|AZE
ba Bosnia and Herzegovina|Bosnia|Bosnia-Herzegovina|BIH
bb Barbados|BRB
bd Bangladesh|BGD
be Belgium|BEL
bf Burkina Faso|BFA
bg Bulgaria|BGR
bh Bahrain|BHR
bi Burundi|BDI
bj Benin|BEN
bl Saint Barthélemy|Saint Barthelemy|BLM
bm Bermuda|BMU
bn Brunei Darussalam|Brunei|BRN
bo Bolivia (Plurinational State of)|Bolivia|Plurinational State of Bolivia|BOL
bq Bonaire, Sint Eustatius and Saba|BES
br Brazil|Brasil|BRA
bs Bahamas|The Bahamas|Bahamas, The|BHS
bt Bhutan|BTN
bv Bouvet Island|BVT
bw Botswana|BWA
by Belarus|Belarus / Bélarus|Republic of Belarus|Byelorussia|BLR
bz Belize|BLZ
ca Canada|CAN
cc Cocos (Keeling) Islands|CCK
cd Congo (Democratic Republic of the)|Democratic Republic of the Congo|Congo, Democratic Republic of the|Congo, The Democratic Republic of the|Democratic Republic of Congo|DR Congo|DRC|Congo (Democratic Republic)|Congo-Kinshasa|Zaire|COD
cf Central African Republic|CAR|CAF
cg Congo|Congo, Republic of the|Republic of the Congo|Congo (Republic)|Congo-Brazzaville|COG
ch Switzerland|Suisse|Schweiz|CHE
ci Côte d'Ivoire|Cote d'Ivoire|Cote d Ivoire|Ivory Coast|CIV
ck Cook Islands|COK
cl Chile|CHL
cm Cameroon|CMR
cn China|People's Republic of China|PRC|China, People's Republic of|CHN
co Colombia|COL
cr Costa Rica|CRI
cu Cuba|CUB
cv Cabo Verde|Cabo Verde. Previously Cape Verde|Cape Verde|CPV
cw Curaçao|Curacao|CUW
cx Christmas Island|CXR
cy Cyprus|CYP
cz Czechia|Czech Republic|CZE
de Germany|Federal Republic of Germany|Deutschland|DEU
dj Djibouti|DJI
dk Denmark|DNK
dm Dominica|DMA
do Dominican Republic|DOM
dz Algeria|DZA
ec Ecuador|ECU
ee Estonia|EST
eg Egypt|Arab Republic of Egypt|EGY
eh Western Sahara|ESH
er Eritrea|ERI
es Spain|España|Espana|ESP
et Ethiopia|ETH
fi Finland|FIN
fj Fiji|FJI
fk Falkland Islands (Malvinas)|Falkland Islands|FLK
fm Micronesia (Federated States of)|Micronesia|Micronesia, Federated States of|FSM
fo Faroe Islands|FRO
fr France|FRA
ga Gabon|GAB
gb United Kingdom of Great Britain and Northern Ireland|United Kingdom|UK|Great Britain|Britain|England|Scotland|Wales|Northern Ireland|GBR
gd Grenada|GRD
ge Georgia|GEO
gf French Guiana|GUF
gg Guernsey|GGY
gh Ghana|GHA
gi Gibraltar|GIB
gl Greenland|GRL
gm Gambia|The Gambia|Gambia, The|GMB
gn Guinea|GIN
gp Guadeloupe|GLP
gq Equatorial Guinea|GNQ
gr Greece|GRC|EL
gs South Georgia and the South Sandwich Islands|SGS
gt Guatemala|GTM
gu Guam|GUM
gw Guinea-Bissau|GNB
gy Guyana|GUY
hk Hong Kong|Hong Kong, China|Hong Kong SAR|China, Hong Kong Special Administrative Region|HKG
hm Heard Island and McDonald Islands|HMD
hn Honduras|HND
hr Croatia|HRV
ht Haiti|HTI
hu Hungary|HUN
id Indonesia|IDN
ie Ireland|Republic of Ireland|IRL
il Israel|ISR
im Isle of Man|Man, Isle of|IMN
in India|IND
io British Indian Ocean Territory|IOT
iq Iraq|IRQ
ir Iran (Islamic Republic of)|Iran|Islamic Republic of Iran|Iran, Islamic Republic of|IRN
is Iceland|ISL
it Italy|ITA
je Jersey|JEY
jm Jamaica|JAM
jo Jordan|JOR
jp Japan|JPN
ke Kenya|KEN
kg Kyrgyzstan|Kyrgyz Republic|KGZ
kh Cambodia|KHM
ki Kiribati|KIR
km Comoros|COM
kn Saint Kitts and Nevis|St. Kitts and Nevis|KNA
kp Korea (Democratic People's Republic of)|Democratic People's Republic of Korea|Korea, North|North Korea|DPRK|Korea, Democratic People's Republic of|PRK
kr Korea, Republic of|Korea, South|South Korea|Republic of Korea|Korea (Republic of)|Korea|KOR
kw Kuwait|KWT
ky Cayman Islands|CYM
kz Kazakhstan|KAZ
la Lao People's Democratic Republic|Laos|LAO
lb Lebanon|LBN
lc Saint Lucia|LCA
li Liechtenstein|LIE
lk Sri Lanka|LKA
lr Liberia|LBR
ls Lesotho|LSO
lt Lithuania|LTU
lu Luxembourg|LUX
lv Latvia|LVA
ly Libya|Libyan Arab Jamahiriya|State of Libya|LBY
ma Morocco|MAR
mc Monaco|MCO
md Moldova (Republic of)|Moldova|Republic of Moldova|Moldova, Republic of|MDA
me Montenegro|MNE
mf Saint Martin (French part)|MAF
mg Madagascar|MDG
mh Marshall Islands|MHL
mk North Macedonia|North Macedonia, The Republic of|Macedonia|Macedonia, The Former Yugoslav Republic of|MKD
ml Mali|MLI
mm Myanmar|Burma|Myanmar (Burma)|MMR
mn Mongolia|MNG
mo Macao|Macau|MAC
mp Northern Mariana Islands|MNP
mq Martinique|MTQ
mr Mauritania|MRT
ms Montserrat|MSR
mt Malta|MLT
mu Mauritius|MUS
mv Maldives|MDV
mw Malawi|MWI
mx Mexico|México|MEX
my Malaysia|MYS
mz Mozambique|MOZ
na Namibia|NAM
nc New Caledonia|NCL
ne Niger|NER
nf Norfolk Island|NFK
ng Nigeria|NGA
ni Nicaragua|NIC
nl Netherlands|The Netherlands|Holland|Netherlands, The|Netherlands (Kingdom of the)|NLD
no Norway|NOR
np Nepal|NPL
nr Nauru|NRU
nu Niue|NIU
nz New Zealand|NZL
om Oman|OMN
pa Panama|Panamá|PAN
pe Peru|Perú|PER
pf French Polynesia|PYF
pg Papua New Guinea|PNG
ph Philippines|The Philippines|PHL
pk Pakistan|PAK
pl Poland|POL
pm Saint Pierre and Miquelon|SPM
pn Pitcairn|PCN
pr Puerto Rico|PRI
ps Palestine, State of|Palestine|Palestinian|State of Palestine|West Bank|Region: Gaza|Region: West Bank|Gaza|Palestinian Territory|Occupied Palestinian Territories|Palestinian Territories|PSE
pt Portugal|PRT
pw Palau|PLW
py Paraguay|PRY
qa Qatar|QAT
re Réunion|Reunion|REU
ro Romania|ROU
rs Serbia|SRB
ru Russian Federation|Russia|RUS
rw Rwanda|RWA
sa Saudi Arabia|Kingdom of Saudi Arabia|SAU
sb Solomon Islands|SLB
sc Seychelles|SYC
sd Sudan|SDN
se Sweden|SWE
sg Singapore|SGP
sh Saint Helena, Ascension and Tristan da Cunha|SHN
si Slovenia|SVN
sj Svalbard and Jan Mayen|SJM
sk Slovakia|Slovak Republic|SVK
sl Sierra Leone|SLE
sm San Marino|SMR
sn Senegal|SEN
so Somalia|SOM
sr Suriname|SUR
ss South Sudan|SSD
st Sao Tome and Principe|São Tomé and Príncipe|STP
suhh Soviet Union|USSR|U.S.S.R.|Former USSR|Former Soviet Union|SUN
sv El Salvador|SLV
sx Sint Maarten (Dutch part)|Sint Maarten|SXM
sy Syrian Arab Republic|Syria|SYR
sz Eswatini|Swaziland|SWZ
tc Turks and Caicos Islands|TCA
td Chad|TCD
tf French Southern Territories|ATF
tg Togo|TGO
th Thailand|THA
tj Tajikistan|TJK
tk Tokelau|TKL
tl Timor-Leste|East Timor|TLS
tm Turkmenistan|TKM
tn Tunisia|TUN
to Tonga|TON
tr Türkiye|Turkey|Turkiye|TUR
tt Trinidad and Tobago|TTO
tv Tuvalu|TUV
tw Taiwan, Province of China|Taiwan|Taiwan (Province of China)|TWN
tz Tanzania, United Republic of|Tanzania|United Republic of Tanzania|TZA
ua Ukraine|UKR
ug Uganda|UGA
um United States Minor Outlying Islands|UMI
us United States of America|United States|USA|U.S.|U.S.A.|United States (USA)
uy Uruguay|URY
uz Uzbekistan|UZB
va Holy See|Vatican City|VAT
vc Saint Vincent and the Grenadines|St. Vincent and the Grenadines|VCT
ve Venezuela (Bolivarian Republic of)|Venezuela|Bolivarian Republic of Venezuela|Venezuela, Bolivarian Republic of|VEN
vg Virgin Islands (British)|Virgin Islands, British|British Virgin Islands|BVI|VGB
vi Virgin Islands (U.S.)|Virgin Islands, U.S.|US Virgin Islands|VIR
vn Viet Nam|Vietnam|VNM
vu Vanuatu|VUT
wf Wallis and Futuna|WLF
ws Samoa|WSM
xk Kosovo|XKX
ye Yemen|Republic of Yemen|YEM
yt Mayotte|MYT
za South Africa|Republic of South Africa|ZAF
zm Zambia|ZMB
zw Zimbabwe|ZWE
";

static CODES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut codes = HashMap::new();
    for line in COUNTRIES.lines().filter(|line| !line.is_empty()) {
        let (code, names) = line.split_once(' ').unwrap_or((line, ""));
        codes.insert(code.to_owned(), code);
        for name in names.split('|') {
            codes.insert(key(name), code);
        }
    }
    codes
});

fn key(name: &str) -> String {
    name.chars().filter(|character| character.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

/// The code of a country by its code or name; `None` when it is not known.
pub fn country_code(name: &str) -> Option<&'static str> {
    (name.len() <= 100).then(|| CODES.get(&key(name)).copied()).flatten()
}

/// The code where it is known, else the name as it stands, in lower case.
pub(crate) fn code_or_name(name: &str) -> Option<String> {
    let name = name.trim().trim_end_matches('.');
    let unknown = name.is_empty()
        || matches!(name.to_ascii_lowercase().as_str(), "undetermined" | "unknown" | "none identified" | "-0-");
    (!unknown).then(|| country_code(name).map_or_else(|| name.to_lowercase(), str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_lists_give_one_code() {
        for (name, code) in [
            ("Korea, North", "kp"),
            ("Democratic People's Republic of Korea", "kp"),
            ("Türkiye", "tr"),
            ("RU", "ru"),
            ("RUS", "ru"),
            ("Congo, Democratic Republic of the", "cd"),
            ("Congo, Republic of the", "cg"),
            ("  united kingdom ", "gb"),
            ("Burma", "mm"),
        ] {
            assert_eq!(country_code(name), Some(code), "{name}");
        }
        assert_eq!(country_code("Atlantis"), None);
        assert_eq!(code_or_name("Atlantis").as_deref(), Some("atlantis"));
        assert_eq!(code_or_name("undetermined"), None);
    }

    #[test]
    fn no_name_stands_for_two_countries() {
        let mut seen: HashMap<String, &str> = HashMap::new();
        for line in COUNTRIES.lines().filter(|line| !line.is_empty()) {
            let (code, names) = line.split_once(' ').unwrap();
            for name in names.split('|') {
                if let Some(other) = seen.insert(key(name), code) {
                    assert_eq!(other, code, "{name}");
                }
            }
        }
        assert!(CODES.len() > 700, "{}", CODES.len());
    }
}
