//! Words around people's names that are not the name: forms of address, offices, particles between parts of a name.
//! Folded to plain lower-case letters.

/// Forms of address and offices. They say nothing of who somebody is.
pub(super) const HONORIFICS: &str = "mr mister mrs ms miss mme mlle monsieur madame mademoiselle herr frau fraulein \
 dr doctor doktor prof professor professeur sir dame lady hon honorable honourable rev reverend fr pastor \
 archbishop attorney atty esq esquire phd md mba msc bsc llm jd ing eng \
 engineer ingenieur dipl mag lic licenciado licenciada arq ingeniero abg senor senora senorita sr sra srta dona \
 signor signora signore dott dottore avv avvocato gen general lt lieutenant col colonel maj capt captain cpt sgt \
 sergeant cpl corporal brig brigadier admiral adm commander cdr cmdr president minister senator sen \
 congressman deputy governor ambassador amb chairman director secretary emperor \
 his her excellency highness majesty eminence jr junior snr senior mullah mulla \
 maulavi maulvi mawlawi mawlavi moulvi molvi maulana mawlana mufti ayatollah hojatoleslam hujjat alhaj hajji hajj \
 hafiz qari qazi kazi ustad ustadh ustaz shri shree smt pandit swami pan pani gospodin gospodja tovarisch ts bey efendi \
 hanim hanum pasha monsignor mgr rabbi imam datuk dato datin tan tun drs";

/// Titles that are often names as well. They count for little when missing, but are compared when both have one.
pub(super) const SOFT_TITLES: &str = "sheikh shaikh shaykh sheik cheikh sheekh shiekh khan haji hadji haci hadj amir \
 emir ameer sayyid sayed sayyed syed seyed seyyed sayid sidi malik mir shah begum bibi sardar agha aga mirza ag pasha \
 singh kaur bai sultan king prince princess bishop baron baroness duke pope marshal cardinal count countess don major lord father queen saint royal";

/// Particles between parts of a name.
pub(super) const PARTICLES: &str = "al el ul ur us ud ed ad an as ash at az il la le los las les lo de del della delle \
 dello di da do dos das du des van von vom zu zum zur der den ter ten te op het bin ben ibn ibni bint binti binte bent \
 ould wuld walad y e i und af av st san santa santo ap ab fitz oglu ogli ugli kizi qizi uulu kyzy aka \
 pour";

/// Particles that say that the name before is the child of the name behind.
pub(super) const CHILD_OF: &str = "bin ben ibn ibni bint binti binte bent ould wuld walad";

/// Words in front of every sort of name that say nothing.
pub(super) const STOP_WORDS: &str = "the and und et y of for de la le les los las el der die das des du van von het in e \
 i al da do dos en a an at on to by fur pour per para na im no nos num number aka dba formerly";
