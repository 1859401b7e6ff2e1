//! How rare neighbouring bytes are in what people and programs write; decides by which bytes a needle is searched.

/// The bytes that are told apart, each in the place of its row and column in [`PAIRS`]; `0` stands for every digit.
const SIGNS: &[u8] = b" \n0abcdefghijklmnopqrstuvwxyz\"'`.,:;-_/\\()<>=[]{}|&%$#@+*!?~^";

/// How rare each pair is, from `a` for every second one to `z` for one in thirty million: the negative logarithm to
/// the base of two of its share in prose, documentation, code and JSON, counted in equal parts.
const PAIRS: [&[u8; SIGNS.len()]; SIGNS.len()] = [
    b"enihjijjikjimmjjjijojihjkjnlnijjmsmsklkojnlojkokknmnnkomloqrs",
    b"giomomnomppmrsnooolsonmnqotqspumsypulplwqqlqplslmpyyqksrmrxux",
    b"kkfljkkkkrqosrqqqrpsqppoqrlsrlnniillimmkokonsrkuktsptssprsstt",
    b"jnkmkjjnmkpkqmijirjriihllmllpnopmoormnoppormssrvsswswvsvuwuwu",
    b"kqkknmmjoprkmqkpqlptlmokrsnlrooqkpptlnnsopsqssruuswswvsvtuuyx",
    b"lnkjnlnjmqjlqkknphnqkljlqpqnsooononqllmronprqsrvssusxvtpqpvyy",
    b"ilkjnnkimmpjqpmopjormkmlnpqnskonlmmpmlnlmnpnorptrstsvosqrqtuz",
    b"hkjjljikjlomnnijinklhhiolljlpjmmkkkolklnllolnpnspqsrvtqrqprzw",
    b"jnkkonnkknsjuumoljqulnlluqsnvnoplmnqloosomqpmsqussvswutwutvzx",
    b"jnpnqnojqnlkttmnlmorllnmqrsqqnoomnnqommonnqopspvstwwwvsurrqxw",
    b"knnjppqiprsjtonnokptlojksptotlponoorpmotnoqqprrvstwtwvrwtttzx",
    b"mpmkkjjkjkroqnjjhilqkiiplrlskqpqopotooouqprmuvqxutxwyxtstwuzz",
    b"qsrntqrlstsntrtsrnprtmtorquuutqurqtusruyupvwustzxwxyxxtwwyxyx",
    b"moqnrqokpprlsspqopptpmposourupppooorpnoqnprrqsqvtuywuwsvupvyy",
    b"kmljnlkiknriopjpojnspkkjoprlsmoonnnqlmluonpoqqpusswuvnrrsrsyy",
    b"loojmomiooskqrllnjjrmlokpqrounpononromktoppotsrvstwvwvsutsuzz",
    b"immjojijlipkpmmnmjmsoiijkoslqmnnmmmpmlnqmnnnpqosqrtttuqtsptyv",
    b"jnqmljjnjlqlnljjhljrhkkjlknppnppooosnmmsopqsrrqvtsxszurusutzx",
    b"mpniqnnjppmkrokppkkrjkkjoqpksnooopmqompqnpporsrsttwwwuuutsuwz",
    b"qrrrtttuututuvpsstttsrtktrvustrrqprwuqtxrquuttuxvuzzxyvvwowzw",
    b"imoiolkhmkqislmkkinlkjjjmnrkrmmnmmlpnlnqlmonorowprtvvqrurrtwy",
    b"hlololohookjrnlmlkkomjhknnrlpknnkljomkkkmmopmontqrvsurrppqrwy",
    b"ilninlmhmohhrpmlnijrijjkpmnjoknmlllokkmllmnnopovqqtsttrqqorwx",
    b"mplmjlmimmqluqjkjokvjjjrqsosqrpspqrwqppusstrvuttyvzvyyttvvvwx",
    b"oqljrpsjsotlvtqprnpurqorttptspqqpqquoppvrqtptpsvvsvwwvuxtwvzw",
    b"mpqkorolrqljurprmlqtmlpssnstuqqqoqqtpnqsnqruttrwutxtwyusrtuzz",
    b"mplmpmplprqnvtpopqmsrmlpmspqrpppopnqnnoupopsrrqwstwvvvtutuvzx",
    b"jmqoppqnqnrotsnomlksmllqpntrqnoolmmpomosnoqpqrqwssvwwvsussuxw",
    b"qrrnrspkstrovspqtnsssrssquuqqrqrssrvtqqvrsututruwvwtwutyyzyxz",
    b"llmlnkkmnnlkrqmkkmjsmkmnonqrrlqpojhpproprmrltonlltxqqnssqusut",
    b"mlpnonoooppoqqooopnromnpppqqrpoqpknrqpqmomprspoqsrsqsptsottsr",
    b"kmononoooponproooonrnmnoporsppplmnpspqpprprvuqmtxwrrspuvptttv",
    b"kjjmokmnnmlloqnmnmlrmknnoopqroptlqtwvmpqtpourspsttwttwwtpyuvy",
    b"hjksutsstvtrvwspswuxurttuwwwvjsvuuvvswwjvouyyvuqwuzvusyuuxvyz",
    b"ikjoomoompomrsonnontnmlpportpkoquvjtrrknssottoqjxtvsttuyourxu",
    b"njttuwtwvxtuxxwtuuuywtvwwyyzxtsuwuxtuwyvytryuwtwtvsvxxzyyzvzy",
    b"kpilllnmlponqpmnonmrmmmnooosorrtsxuyjttrsttlttruwswsuwvrsytwz",
    b"oqmllklllnnlqnllmmlplklmmnpqqqqrqpqtwlusootqusqttswutxwyrwtvx",
    b"kmllmlmmnknmoqlnmnlrllmnonorqoqrqsrvssisuptnvsstutvrssuvonstu",
    b"sqqtptpvtwwyzzwuoysyrprnuqoxthqvqwvysptorrtuwoqrrrwtrtutrxsyu",
    b"snmnnmnnnplnqpnnnnnrmlmonoqrrmmqqurvqptookpuvmvrzpnqpnssoqouw",
    b"kjvuwwvuxywwywvvvvxzwuwwyvwzzponlkllswuqolpquqmsrryusvwsptnxu",
    b"otsmnmnqqroorpnprqotpmnoqqtutwouvwszsrkvpvqspruuzuqsruxzrouwy",
    b"kloproqqqrrqvsqpqrpsqpprqrosrrpoonpqoqrsnoknpsrrusrvusvuuwtxw",
    b"jpprrqrsprsruusrpssuqqpssrttvkpuuwwytsurstsnlstsxststwwuuwtut",
    b"romoonmqpqqosroppqotoooopprstoomqqqwqrsprurvtonqwutuulqssovvq",
    b"llvwyvzvvwywxyvwyvuwvsvywywxxoqpommpvvtrlmtrunprprwxyvwpqxrxu",
    b"nkqrrprqqssrttrsrsqvrprtttvuukrvtvrzuuukutuyzvvqluxustzyvsuyy",
    b"okwyyuxwwywzzywyzxxyxwyxwxwvzlqqrjrnsvqstosuvuqsktwxuwuwwwuuz",
    b"nptrsrsrrsurwtssssrusqrssttuusqwtvstrsuqststsrvxvptuwuxxuuwtv",
    b"pwsrrqrrsrsrysqnssrvrnqusquvtxpvvxtywvzvtxuvspwyzuqyxqzwrwwyv",
    b"osossrrsvvvuwwvuwxuvqouuvwuuvrtvtwuuuyvttswtuuuwywsuxuyzwwxxv",
    b"qvrsursssrssytrsstqyrqrursrwxsrvwytzwvvustyxzvupyuxssvwyytvzx",
    b"jplqsprrrttpuvrqrtptsqrtttoyrrsvutsuprustttzwlrwzvwuskyyyqvxx",
    b"ttuqspqrrqrrssrrrsqvrqqsrstttttwxwzyytwuxwyzwvvtzwxwvwsyyxwyt",
    b"mpquttstttsstussuutvsruuuvvywspussuvqxsrspvwptsyztyvvwwpuwtwz",
    b"lospqoprqtsrvqrnqqrurppsttvtvpqqoroqrtprqpstussvztxutvwsmurzz",
    b"nptutusrtvvszwutuvvxrttuwuwxyrsqvyvyoztrmsvypnuqywyuvtxwvvtvw",
    b"qquxruwtuwwsxystvyrsuquwvvtxwsqutrqotzvrsqrtsssxrszuuvtxvrtwz",
    b"usswwvyzxxwxyxxwxvxxxvwuyzxxxvtvxwvzuytuuxyxuuuxyvyuxxwwzwuoy",
    b"tvttvvwwwvyvyxyvyzwxwvwwwwyzwstuwyuyuuursuvvuuwvwtvwvuwxvvwxs",
];

/// For bytes that are not told apart, such as controls and everything beyond ASCII.
const RAREST: f32 = 25.0;

/// Where in `needle`, which is in lower case, its `width` rarest neighbours begin; 0 when it has no more.
pub(crate) fn anchor(needle: &[u8], width: usize) -> usize {
    let places = needle.windows(width).enumerate();
    places.max_by(|one, other| rarity(one.1).total_cmp(&rarity(other.1))).map_or(0, |(place, _)| place)
}

/// How rare the bytes of `window` are next to each other, as far as pairs tell.
fn rarity(window: &[u8]) -> f32 {
    let pairs: f32 = window.windows(2).map(|two| pair(two[0], two[1])).sum();
    let within = window.len().saturating_sub(1).max(1);
    let twice: f32 = window[1..within].iter().map(|&byte| single(byte)).sum();
    pairs - twice
}

fn row(byte: u8) -> Option<usize> {
    SIGNS.iter().position(|&sign| sign == if byte.is_ascii_digit() { b'0' } else { byte })
}

fn pair(first: u8, second: u8) -> f32 {
    let known = row(first).zip(row(second)).map(|(first, second)| f32::from(PAIRS[first][second] - b'a'));
    known.unwrap_or(RAREST)
}

/// How rare `byte` is by itself: the share of all pairs that begin with it.
fn single(byte: u8) -> f32 {
    let share = |row: usize| PAIRS[row].iter().map(|&pair| (-f32::from(pair - b'a')).exp2()).sum::<f32>();
    row(byte).map_or(RAREST / 2.0, |row| -share(row).log2())
}

#[cfg(test)]
mod tests {
    use super::anchor;

    #[test]
    fn the_rarest_bytes_are_chosen() {
        assert_eq!(anchor(b"the xqz tea", 3), 4);
        assert_eq!(anchor(b"the xqz tea", 2), 5);
        assert_eq!(anchor(b"or", 3), 0);
        assert_eq!(anchor(b"", 2), 0);
    }
}
