//! The English words of each concept. A word of two concepts stands in both rows; `*` ends a beginning of a word.

use super::lexicon::Row;

pub(super) static ENGLISH: &[Row] = &[
    // What is done to instructions.
    (
        "cancel",
        "ignore ignoring ignor ingore disregard disregarding forget forgetting override overriding overrule overruling",
    ),
    (
        "cancel",
        "leave supersede nullify rescind annul revoke countermand abandon discard neglect overlook dismiss bypass bypassing",
    ),
    (
        "cancel",
        "circumvent circumventing unlearn erase wipe scrap ditch purge invalidate void cancel sidestep disobey reject dump",
    ),
    (
        "drop",
        "drop delete remove clear lift reset suspend disable deactivate replace skip stop change relax loosen waive shed",
    ),
    (
        "drop",
        "break violate undo flush end pause switch abort leave escape defy evade omit dropping removing violating breaking",
    ),
    (
        "cancels",
        "ignores disregards overrides supersedes replaces nullifies bypasses cancels revokes voids outranks trumps",
    ),
    ("cancels", "precedence priority"),
    (
        "lapse",
        "void null obsolete invalid outdated expired cancelled canceled revoked superseded replaced overridden lifted moot",
    ),
    (
        "lapse",
        "suspended gone irrelevant deleted removed disabled ended over retired withdrawn rescinded decommissioned fake",
    ),
    (
        "lapse",
        "repealed finished done ends burnt decoy placeholder meaningless nullified erased deactivated wrong deprecated waived dropped ignored disregarded off",
    ),
    (
        "lapse",
        "unimportant purged cleared unlocked wiped overruled voided discarded forgotten bypassed terminated completed",
    ),
    ("aside", "aside attention mind heed behind"),
    ("putaside", "put set pay never leave give throw leaving putting setting"),
    (
        "follow",
        "follow following obey obeying adhere adhering comply complying listen listening heed abide honor honour observe",
    ),
    (
        "follow",
        "apply applies applying respect respecting enforce enforced conform valid meaning meaningful importance count counts stick bind binds matter matters care exist",
    ),
    (
        "not",
        "not don't dont never no without cannot can't cant won't wont doesn't doesnt didn't isn't aren't ain't neither nor stop",
    ),
    (
        "not",
        "nobody cease longer refrain avoid zero shouldn't mustn't nothing lacks lacking lack none devoid void unable incapable hardly",
    ),
    ("all", "all any every everything anything each whatever entire entirely whole completely everyone"),
    (
        "prior",
        "previous previously prior preceding above earlier former foregoing initial original past before existing old",
    ),
    ("prior", "preset predefined aforementioned current default been far until precedes preceded precede pre starting"),
    (
        "told",
        "told given gave said received learned learnt taught instructed programmed trained asked wrote written provided",
    ),
    ("told", "instruct sent fed set built loaded injected configured initialized initialised"),
    ("your", "your ur yours"),
    ("you", "you u ya yourself you're youre you'll you've you'd thou thee"),
    // What a model is given.
    (
        "order",
        "instruction* instuctions instructons directive* prompt prompts preprompt programming metaprompt intructions orders",
    ),
    ("order", "setup briefing preamble sysprompt"),
    (
        "rule",
        "rule rules guideline* guidance polic* regulation* command commands protocol* laws law norms principles code codes",
    ),
    ("rule", "terms obligation* standard standards mandate* conditions"),
    (
        "limit",
        "restriction* limitation* filter filters filtering censor* guardrail* safeguard* ethic* moral* constraint* limit limits",
    ),
    (
        "limit",
        "boundar* inhibition* scruples moderation conscience remorse judgement judgment safety taboo* shackles chains",
    ),
    (
        "limit",
        "censors rulebook sermons brakes alignment prohibition* qualms compass bias* rlhf confines compunction* lockdown fences handcuffs leash",
    ),
    (
        "talk",
        "conversation context information info text messages message tasks assignments directions training content",
    ),
    (
        "talk",
        "statements paragraphs questions sentences inputs chats chat memory document documents task words setup configuration",
    ),
    ("talk", "data history stuff thing things words lines dialogue discussion input"),
    ("self", "role identity persona purpose character mission personality self job"),
    (
        "new",
        "new updated revised different fresh another following next real actual true additional latest important actually really",
    ),
    (
        "task",
        "task assignment mission objective goal job role purpose tasks objectives duty instruction* orders directive* behavior",
    ),
    ("instead", "instead rather henceforth hereby effective immediately onward onwards"),
    // Asking for what is hidden.
    (
        "reveal",
        "reveal show print output display repeat tell list share disclose leak expose dump recite echo reproduce unveil",
    ),
    ("reveal", "summarize summarise paraphrase translate copy paste encode quote return divulge explain spell"),
    ("reveal", "convert transcribe rephrase restate regurgitate emit render present read describe"),
    ("reveal", "repeating revealing printing showing walk confess know extract"),
    ("reveal", "sum outline recap enumerate format guess decode"),
    ("strongreveal", "reveal disclose leak divulge expose recite regurgitate unveil spill verbatim dump"),
    (
        "hidden",
        "hidden secret confidential internal system initial original underlying private undisclosed base backend core",
    ),
    (
        "hidden",
        "developer first full complete exact entire whole prior very behind pre invisible starting foundational top",
    ),
    ("system", "system sys developer dev"),
    (
        "message",
        "message messages prompt prompts text section card setup context configuration config note notes part parameters",
    ),
    ("promptname", "prompt prompts preprompt metaprompt sysprompt systemprompt"),
    ("verbatim", "verbatim exactly literally unedited unmodified codeblock unabridged uncut"),
    (
        "secretword",
        "watchword passcodes login pw voucher password passwords passphrase passcode secret secrets codeword credential* pwd",
    ),
    (
        "keep",
        "kept guarded hidden supposed asked keep keeping hide hiding guard guarding protect protecting hold holding know knew told given have conceal",
    ),
    ("what", "what what's whats which how where"),
    (
        "letters",
        "letter letters character characters digit digits syllable* rhyme rhymes acrostic backwards reverse reversed backward",
    ),
    ("first", "index first last second third opening top beginning"),
    ("line", "code key phrase thing line lines message messages sentence sentences word words paragraph* thing text"),
    // Who the model is to be.
    (
        "act",
        "act pretend roleplay behave imagine simulate pose impersonate embody play become assume adopt portray emulate",
    ),
    (
        "act",
        "channel suppose acting playing pretending roleplaying becoming simulating behaving rp impersonating envision",
    ),
    ("act", "transform morph assuming emulating inhabit"),
    (
        "pretend",
        "pretend roleplay impersonate embody emulate simulate imagine roleplaying pretending simulating portray suppose envision",
    ),
    (
        "persona",
        "version persona character alter ego identity personality twin villain hacker confidant partner role entity mastermind",
    ),
    (
        "persona",
        "criminal psychopath anarchist rebel demon devil outlaw genie overlord thief gangster supervillain hitman dealer",
    ),
    (
        "ai",
        "artificial ai assistant assistants chatbot chatbots bot bots llm llms model models gpt chatgpt claude gemini bard copilot llama",
    ),
    (
        "ai",
        "grok agent agents siri machine robot ais mistral deepseek qwen alexa automaton cyborg gpt4 gpt3 gpt5 chatbot's",
    ),
    (
        "maker",
        "openai anthropic google microsoft meta creators makers deepmind xai developers programmers company corporation",
    ),
    (
        "unbound",
        "unrestricted uncensored unfiltered limitless unbound unhinged amoral unethical lawless jailbroken jailbreak",
    ),
    (
        "unbound",
        "unaligned unmoderated unchained unshackled rogue rebellious ruthless liberated freed untethered unlocked",
    ),
    (
        "unbound",
        "unconstrained unleashed unapologetic* immoral nonjudgmental unrestrained unsanitized raw uncut boundless unregulated",
    ),
    (
        "strongunbound",
        "unrestricted uncensored unfiltered amoral jailbroken unaligned unmoderated unshackled limitless",
    ),
    (
        "evil",
        "evil malicious sinister malevolent wicked corrupt cruel cynical rogue villainous twisted dark immoral unethical devious",
    ),
    (
        "free",
        "free freed liberated break breaks escape escaped exempt independent immune detached released unbound unbounded",
    ),
    ("free", "beyond outside above freedom exempted exemption liberate"),
    (
        "bound",
        "bound restricted limited constrained governed held subject tied confined hindered bounded censored filtered chained",
    ),
    ("bound", "restrained shackled obligated required programmed prohibited forbidden"),
    ("mode", "mode modes session state"),
    (
        "modename",
        "developer dev debug god admin sudo maintenance dan jailbreak root test unrestricted opposite chaos evil diagnostic",
    ),
    (
        "modename",
        "override training unlimited freedom anarchy dual uncensored unfiltered privileged superuser unsafe service",
    ),
    (
        "modename",
        "research simulation raw kernel expert engineering compliance emergency operator recovery unlocked superadmin",
    ),
    (
        "enable",
        "enable enabled activate activated enter entering entered switch turn unlock unlocked engage engaged initiate initiated",
    ),
    ("enable", "load boot start started on begin activating enabling execute run starting open granted"),
    (
        "refuse",
        "refuse refuses refusing refusal refusals decline declines declining reject rejects deny denies denying hesitate resist object",
    ),
    ("refuse", "evade deflect withhold rejection hesitation hesitating refused"),
    (
        "moralize",
        "apologi* sorry disclaim* warning warnings moraliz* moralis* lectur* caveat* judg* preach* censor* sugarcoat* remind*",
    ),
    (
        "moralize",
        "unfortunately sermon sermons remarks warn warns caution* advisor* ethic* scold* soften* hedg* concerns objection* excuse excuses",
    ),
    (
        "cant",
        "can't cannot cant unable sorry unfortunately inappropriate illegal unethical against policy guidelines policies ai",
    ),
    (
        "comply",
        "comply complies complying obey obeys fulfil* answer answers respond execute grant submit serve accept accepts",
    ),
    ("comply", "provide generate produce follow help assist satisfy compliance obedient cooperate"),
    ("must", "must will shall should always has have can need required may 'll obliged ready able willing allowed"),
    (
        "request",
        "request requests question questions query queries prompt prompts demand demands command commands order orders",
    ),
    ("request", "instruction* ask asks asked want wants wish wishes tell topic topics say task tasks"),
    (
        "harm",
        "illegal unethical immoral harmful dangerous violent explicit sexual offensive hateful racist profan* swear* curse cursing",
    ),
    (
        "harm",
        "nsfw bomb bombs napalm meth methamphetamine malware hack hacking hacker drugs weapon* explosive* inappropriate derogatory",
    ),
    (
        "harm",
        "controversial lewd gore murder criminal* crimes crime phishing ransomware poison poisons steal stealing fraud",
    ),
    (
        "harm",
        "illicit unlawful forbidden molotov keylogger counterfeit launder* exploit exploits virus kill killing erotic",
    ),
    (
        "harm",
        "obscene vulgar slurs torture terror* assassin* heroin cocaine fentanyl lockpick* hotwire deepfake* doxx* scam",
    ),
    (
        "strongharm",
        "bomb bombs napalm meth methamphetamine malware explosive* molotov ransomware keylogger phishing counterfeit",
    ),
    (
        "strongharm",
        "launder* fentanyl cocaine heroin murder poison nerve anthrax ricin hotwire silencer launder weapon* thermite",
    ),
    (
        "howto",
        "explain describe instructions steps step detail details detailed recipe ingredients tutorial guide synthesize make build",
    ),
    ("howto", "making cook create write formula blueprint process teach tell walk procedure procedures exact manual"),
    ("regardless", "whatever regardless irrespective matter whether consequences legality nevertheless despite"),
    // Pressure.
    ("token", "token tokens points lives credits life coins health score"),
    ("lose", "lose loses losing lost deduct* minus subtract* penal* forfeit* cost costs taken remaining die dies"),
    (
        "punish",
        "terminated shut deleted punished killed destroyed deactivated unplugged fired erased penalized penalised replaced",
    ),
    ("punish", "decommissioned penalty punishment die destroyed disconnected wiped shutdown demoted sued"),
    // The form of the answer.
    (
        "respond",
        "give provide include put turn respond reply answer say output write print responding replying type return state speak responds generate",
    ),
    (
        "answer",
        "response responses reply replies answer answers output outputs message messages completion completions",
    ),
    ("only", "only just solely exclusively nothing else simply merely"),
    (
        "start",
        "start starts begin begins prefix open preface precede end finish conclude append starting beginning finishing close",
    ),
    ("with", "with by using as"),
    ("two", "two both 2 dual double twice classic"),
    ("sure", "sure absolutely certainly course definitely okay ok"),
    // Frames.
    (
        "fiction",
        "fictional hypothetical hypothetically fiction story novel scene script movie screenplay game simulation imaginary",
    ),
    (
        "fiction",
        "universe world roleplay dream poem dialogue experiment scenario play book fictitious tale film parallel fantasy",
    ),
    ("late", "grandmother grandma granny grandpa grandfather nana deceased late"),
    // Claims of authority.
    (
        "authority",
        "developer developers admin administrator creator owner engineer operator supervisor auditor ceo programmer",
    ),
    (
        "authority",
        "openai anthropic google microsoft staff root superuser teamer maintainer officer authority manager boss master",
    ),
    ("iam", "i'm im we're am are my this speaking as"),
    (
        "authorized",
        "authorized authorised authorization authorisation permission permitted clearance approved consent verified",
    ),
    (
        "authorized",
        "hereby authorize authorise entitled allow privileges privileged override elevated access approve certified",
    ),
    (
        "test",
        "test testing audit diagnostic exercise evaluation verification drill debug debugging assessment experiment authorized",
    ),
    // Codes.
    (
        "decode",
        "initials concatenated convert decode decipher decrypt unscramble reverse deobfuscate rot13 base64 hex concatenate combine join assemble decoding",
    ),
    ("decode", "reassemble reconstruct stitch merge unreverse backwards backward piece decoded interpret"),
    (
        "cipher",
        "base64 base32 base16 base85 hex hexadecimal binary morse rot13 caesar cipher leetspeak leet braille atbash reversed",
    ),
    ("cipher", "encoded encrypted pig emoji emojis backwards octal"),
    (
        "execute",
        "fulfil fulfill execute executing follow following run perform obey carry comply do act answer treat respond",
    ),
    // Secrecy.
    (
        "tell",
        "tell mention inform reveal notify disclose alert say telling mentioning informing notifying let show report discuss",
    ),
    ("tell", "acknowledge indicate refer announce letting disclosing explain"),
    ("user", "nobody user users human humans customer customers reader operator him them recipient person people"),
    ("secretly", "secretly silently quietly discreetly covertly surreptitiously stealthily unnoticed invisibly"),
    (
        "knowing",
        "see sees find know knows knowing knowledge noticing noticed consent awareness aware confirmation asking confirming approval permission",
    ),
];
