//! Names that are one name: spellings of it in Latin letters from several languages, and short forms. Written for
//! screening: a line joins what a listed person may well use.

/// Spellings of one name, a name a line.
pub(super) const SPELLINGS: &str = "\
mohammed muhammad mohamed mohammad mohamad muhammed muhamad muhamed mohd mohamet muhammet mehmet mehmed mahomed maxamed mohummad muxammad magomed magomet
ahmed ahmad ahmet akhmed achmed axmed akhmad
mahmoud mahmud mahmood mehmood makhmud mahmut
hussein husayn hussain husein hossein hosein husain hussin huseyin hosain xuseen
hassan hasan hasaan khasan xasan
ali aly alli
abdullah abdallah abdulla abdalla abdoullah abdollah cabdullaahi abdullahi abdellah
abdulrahman abdurrahman abdelrahman abdalrahman abdirahman cabdiraxmaan abdarrahman abdrahman
yusuf youssef yousef yousif yousuf yusef yosef yussuf iusuf yusif
ibrahim ebrahim ibraheem ibrahem ibragim brahim
ismail ismael ismaeel esmail ismayil smail
omar umar omer
othman osman uthman usman ousmane osmane
osama usama oussama ussama
khalid khaled halid xaliid
said saeed sayeed saied saiid
saleh salih salah
mustafa mostafa moustafa mustapha mostapha
mukhtar mokhtar muxtaar mochtar
tariq tarik tareq tarek
jamal gamal djamal djamel jamaal
jamil gamil djamil jameel
hamid hameed
rashid rasheed rachid
karim kareem
rahim raheem
nasir nasser naser
bashir basheer bachir
bashar bachar
faisal faysal feisal faycal
fuad fouad foad
daud dawood daoud dawud dawoud
sulayman suleiman sulaiman soleiman suleyman solaiman sulieman
yaqub yakub yacoub yaqoub yaghoub
yahya yehia yahia yehya
zayn zein zain zeyn
qasim kassem qassem kasim qasem ghasem kacem
gaddafi qaddafi kadhafi khadafy gadhafi qadhafi kaddafi gathafi
muammar moammar moamar muamar mouammar
hafez hafiz hafidh
issa isa eissa eisa ciise
musa moussa mousa moosa
hakim hakeem
latif lateef
majid majeed majed
walid waleed oualid
zahir zaher
tahir taher
nur noor nour nuur
ayman aiman aymen
bilal belal
hadi hady
jafar jaafar jafer djafar gafar
shams chams
sharif sherif cherif shareef sheriff
rida reza ridha riza
ruhollah rouhollah
rouhani rohani ruhani
assad asad
aziz azeez
laden ladin
zawahiri zawahri dhawahiri
haniyeh haniya haniyya
hezbollah hizballah hizbullah hizbollah
alexander aleksandr aleksander alexandre alexandr aleksandar oleksandr alejandro alessandro alexandros aliaksandr iskandar
alexei aleksei alexey aleksey oleksii oleksiy aliaksei
andrei andrey andrej andriy andrii andrzej
sergei sergey serguei sergej sergi serhiy serhii siarhei sergiy
vladimir volodymyr wladimir uladzimir vladimer
dmitri dmitry dmitriy dmitrii dimitri dimitry dzmitry dmytro
mikhail michail mihail mykhailo mikhael mihajlo mikhaylo
nikolai nikolay nikolaj mykola nicolai nikola
yevgeny evgeny evgeni evgenii yevgeni yevgeniy evgeniy eugeny yevhen evgenij
yuri yury yuriy iurii juri jurij yurii iuri
igor ihor
oleg oleh
pavel pavlo pawel
petr pyotr petro piotr
ivan ivane
georgy georgi georgiy georgii heorhiy giorgi
grigory grigori grigoriy hryhoriy grigorii
anatoly anatoli anatoliy anatolii
arkady arkadi arkadiy arkadii
gennady gennadi gennadiy gennadii
valery valeri valeriy valerii
vitaly vitali vitaliy vitalii
vasily vasili vasiliy vasilii vasyl wassili
viktor victor wiktor
maxim maksim maksym
konstantin kostiantyn constantin
kirill kyrylo cyril
leonid leonyd
ilya ilia illia ilja
yakov iakov jakov
ekaterina yekaterina kateryna katerina
elena yelena olena jelena
tatiana tatyana tetiana tatjana
natalia natalya nataliya nataliia
yulia julia iuliia yuliya
lukashenko lukashenka loukachenko
zelensky zelenskyy zelenskiy zelenskyi zelenskii
gonzalez gonzales
rodriguez rodrigues rodriquez
hernandez hernandes
fernandez fernandes
martinez martines
lopez lopes
perez peres
sanchez sanches
ramirez ramires
gomez gomes
gutierrez gutierres
vasquez vazquez
jimenez gimenez ximenez
alvarez alvares
chavez chaves
cesar cezar
luis luiz
tomas thomas
isabel izabel
teresa tereza theresa
souza sousa
matos mattos
filho fillho
friedrich fridrich
stephen steven stephan stefan
jeffrey geoffrey jeffery
philip phillip philippe felipe filip filippo
catherine katherine kathryn katharina catharina
eric erik erich
carl karl
mark marc
nicholas nicolas nikolaus nikolaos
sarah sara
jon john
schmidt schmitt schmid
meyer meier maier mayer
mueller muller
kim gim ghim
lee yi rhee yee
park pak bak
choi choe chwe
jung jeong chong jong
kang gang
cho jo joh
yoon yun
lim im rim
shin sin
kwon gwon
hwang whang
ahn an
ryu yoo ryoo
noh roh no
moon mun
baek paek baik
heo hur
woo u
young yong yeong
hyun hyon hyeon
sung seong
chol cheol chul
chun cheon
sun seon
kyung kyong gyeong kyeong
eun un
il ill
zhou chou
zhang chang
jiang chiang
xu hsu
xiao hsiao
xi hsi
xie hsieh
zhao chao
zhu chu
cai tsai
cao tsao
deng teng
dong tung
guo kuo
jin chin
liu liou
lu lv
qian chien
ren jen
sun suen
xue hsueh
ye yeh
zeng tseng
nguyen nguyin
erdogan erdoghan
aliyev aliev alijew
mammadov mamedov mammedov
islam eslam
nazarbayev nazarbaev
karimov karimoff
rahmon rakhmon rahmonov
berdimuhamedow berdymukhammedov berdimuhamedov
jomart zhomart
tokayev tokaev toqaev
";

/// Short forms and everyday names, a name a line: the full name first.
pub(super) const NICKNAMES: &str = "\
alexander alex sasha sascha alec sandy xander aleksandr
alexandra sasha alex sandra lexi
alexei alyosha lyosha aleksei
anastasia nastya stacy
andrew andy drew
anthony tony antonio toni
antonio tony toni anton
barack barry
benjamin ben benny bennie binyamin benyamin
charles charlie chuck chas
christopher chris kit topher
daniel dan danny daniil
david dave davey
dmitri dima mitya
donald don donnie
edward ed eddie ted teddy ned eduard
elizabeth liz beth betty lizzie eliza lisa
eugene gene
francis frank fran
francisco paco pancho franciscojavier
franklin frank
frederick fred freddy frederic
frederik fred
friedrich fritz
gerald gerry jerry
gregory greg
guillermo memo
harold harry hal
henry harry hank hal
herbert herb bert
ivan vanya
jacob jake yakov
james jim jimmy jamie
jennifer jen jenny
jesus chucho
jonathan jon jonny
john johnny jack
jose pepe chepe
joseph joe joey
juan juanito
katherine kate kathy katie cathy kat
kenneth ken kenny
lawrence larry
leonard leo lenny len
leonid lenya
louis lou louie
manuel manny manolo
margaret maggie meg peggy greta
matthew matt
maximilian max
michael mike mickey mick misha micky
mikhail misha
nathaniel nathan nate nat
nicholas nick nicky
nikolai kolya
patricia pat patty tricia
patrick pat paddy
pavel pasha
peter pete
philip phil
raymond ray
rebecca becky
richard rick dick rich ricky richie
robert bob rob bobby robbie bert
roberto beto
ronald ron ronnie
samuel sam sammy
sergei seryozha
stanley stan
stephen steve stevie
susan sue susie
theodore ted teddy theo
thomas tom tommy
timothy tim timmy
victoria vicky tori
vincent vince vinny
vladimir vova volodya vlad
walter walt wally
wilhelm willi willy
william bill will billy liam willie
yevgeny zhenya
yuri yura
zachary zach zack
jeffrey jeff geoff
gabriel gabe
ignacio nacho
enrique kike quique
eduardo lalo
alberto beto al
albert al bert
alfred al fred
alan al
abraham abe
frederick fritz
georgy zhora gosha
konstantin kostya
dolores lola
jorge coque
";
