//! Countries, regions and towns that occur in names of companies. Two sister companies may differ in nothing else, so a
//! place must agree where both have one. Each line is one place in its several names.

/// Countries and large regions.
pub(super) const COUNTRIES: &str = "\
afghanistan|afghan
albania|albanian|shqiperia
algeria|algerie|algerian
andorra
angola
argentina|argentine
armenia|armenian
australia|australian
austria|osterreich|oesterreich|austrian
azerbaijan|azerbaycan
bahamas
bahrain
bangladesh
barbados
belarus|belorussia|byelorussia|belarusian
belgium|belgique|belgie|belgien|belgian
belize
benin
bermuda
bolivia
bosnia
botswana
brazil|brasil|brazilian
brunei
bulgaria|bulgarian
burundi
cambodia
cameroon|cameroun
canada|canadian
chad|tchad
chile|chilean
china|chinese|zhongguo|zhong guo|prc
colombia|colombian
congo
costa rica
croatia|hrvatska
cuba|cuban
cyprus|kypros
czech|czechia|czech republic|cesko
denmark|danmark|danish
djibouti
dominican republic|dominicana
dubai
ecuador
egypt|egyptian|misr
el salvador
eritrea
estonia|eesti|estonian
ethiopia|ethiopian
finland|suomi|finnish
france|french|francaise|francais
gabon
georgia|georgian
germany|deutschland|german|allemagne|alemania
ghana
gibraltar
greece|hellas|greek|hellenic
greenland
guatemala
guinea
guyana
haiti
honduras
hong kong|hongkong|xiang gang
hungary|magyarorszag|hungarian
iceland|island|icelandic
india|indian|bharat
indonesia|indonesian
iran|iranian
iraq|iraqi
ireland|irish|eire
israel|israeli
italy|italia|italiana|italian|italiano|italien
ivory coast|cote d ivoire|cote divoire
jamaica
japan|nippon|nihon|japanese
jordan
kazakhstan|kazakh|qazaqstan
kenya
kuwait
kyrgyzstan|kyrgyz
laos
latvia|latvija|latvian
lebanon|liban|lebanese
liberia
libya|libyan
liechtenstein
lithuania|lietuva|lithuanian
luxembourg|luxemburg
macau|macao
macedonia
madagascar
malawi
malaysia|malaysian
maldives
mali
malta
mauritania|mauritanie
mauritius
mexico|mexicana|mexican|mexicano
moldova
monaco
mongolia
montenegro
morocco|maroc
mozambique
myanmar|burma
namibia
nepal
netherlands|nederland|holland|dutch|niederlande
new zealand
nicaragua
niger
nigeria|nigerian
north korea|dprk
norway|norge|norwegian|norwegen
oman
pakistan|pakistani
palestine|palestinian
panama
paraguay
peru
philippines|filipinas|philippine
poland|polska|polish|polen
portugal|portuguesa|portuguese
puerto rico
qatar
romania|romanian
russia|russian|rossiya|rossii|rossiyskaya|russian federation
rwanda
saudi arabia|saudi|saudi arabian
scotland|scottish
senegal
serbia|srbija|serbian
seychelles
sierra leone
singapore|xinjiapo
slovakia|slovensko|slovak
slovenia|slovenija
somalia|somali
south africa|south african
south korea|korea|korean
spain|espana|spanish|espanola
sri lanka|ceylon
sudan|sudanese
suriname
sweden|sverige|swedish|schweden
switzerland|schweiz|suisse|svizzera|swiss
syria|syrian|suriye
taiwan|taiwanese
tajikistan
tanzania
thailand|thai
togo
trinidad
tunisia|tunisie
turkey|turkiye|turkish
turkmenistan
uganda
ukraine|ukraina|ukrainian
united arab emirates|uae|emirates
united kingdom|uk|great britain|britain|british
united states|usa|united states of america|us|america|american
uruguay
uzbekistan|uzbek
venezuela|venezolana
vietnam|viet nam|vietnamese
wales|welsh
yemen|yemeni
zambia
zimbabwe
";

/// Regions wider than a country: they are often left out, and say little.
pub(super) const REGIONS: &str = "\
europe|european|europa|emea
asia|asian|apac
africa|african|afrique
north america
south america
latin america|latam
middle east
asia pacific|pacific
far east
caribbean|caribe
nordic|scandinavia|scandinavian
baltic
gulf
mediterranean
atlantic
east|eastern
west|western
north|northern
south|southern
";

/// Towns, states and provinces.
pub(super) const TOWNS: &str = "\
abu dhabi
accra
addis ababa
alabama
alaska
aleppo|halab
alexandria
algiers|alger
almaty
amman
amsterdam
ankara
antwerp|antwerpen
arizona
athens|athina
atlanta
auckland
baghdad
baku
bangalore|bengaluru
bangkok
barcelona
basel
beijing|peking|bei jing
beirut|beyrouth
belgrade|beograd
berlin|berliner
bern
birmingham
bogota
bombay|mumbai
boston
bratislava
bremen
brisbane
brussels|bruxelles|brussel
bucharest|bucuresti
budapest
buenos aires
cairo
calgary
cali
california
cape town
caracas
casablanca
chengdu
chennai|madras
chicago
cologne|koln|koeln
colorado
connecticut
copenhagen|kobenhavn
crimea|krym
dalian
dallas
damascus|damas
delaware
delhi|new delhi
denver
detroit
dhaka
doha
donetsk
dortmund
dresden
dublin
durban
dusseldorf|duesseldorf
edinburgh
essen
florence|firenze
florida
frankfurt
fujian
geneva|geneve|genf
genoa|genova
glasgow
guadalajara
guangdong
guangzhou|canton
hague|den haag
hamburg
hanoi
havana|habana
hawaii
helsinki
ho chi minh|saigon
houston
illinois
istanbul
jakarta
jeddah
jerusalem
johannesburg
kabul
kandahar
karachi
kazan
kharkiv|kharkov
khartoum
kiev|kyiv
kolkata|calcutta
kuala lumpur
lagos
lahore
las vegas
leeds
leipzig
lima
lisbon|lisboa
liverpool
london
los angeles
luanda
luhansk|lugansk
lyon
madrid
malaga
manchester
manila
marseille
massachusetts
medellin
melbourne
miami
michigan
milan|milano
minsk
monterrey
montreal
moscow|moskva|moskovskiy
munich|munchen|muenchen
nairobi
nanjing
naples|napoli
new jersey
new york|new york city|nyc
nice
nicosia
nigerian
ningbo
novosibirsk
odessa|odesa
ohio
oslo
osaka
ottawa
oxford
paris
pennsylvania
perm
perth
philadelphia
phoenix
porto
prague|praha
pretoria
pyongyang
qingdao
quebec
quito
riga
rio de janeiro
riyadh
rome|roma
rotterdam
samara
san diego
san francisco
san jose
santiago
santo domingo
sao paulo
sarajevo
seattle
seoul
sevastopol
seville|sevilla
shandong
shanghai|shang hai
shenyang
shenzhen|shen zhen
sofia
st petersburg|saint petersburg|sankt peterburg|leningrad
stockholm
stuttgart
sydney
taipei
tallinn
tashkent
tbilisi
tehran|teheran
tel aviv
texas
tianjin|tian jin
tijuana
tokyo
toronto
tripoli
tunis
turin|torino
ural
valencia
vancouver
venice|venezia
vienna|wien
vilnius
virginia
vladivostok
warsaw|warszawa
washington
wuhan
xiamen
yangon|rangoon
yekaterinburg|ekaterinburg
yerevan
zagreb
zhejiang
zhuhai
zurich|zuerich
";
