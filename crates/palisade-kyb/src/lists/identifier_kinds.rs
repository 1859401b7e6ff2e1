//! Kinds of identifiers by the words that lists have for them.

/// Words, in lower case, and the kind of which they are a sign. The first row that fits decides.
const KINDS: &[(&str, &str)] = &[
    ("passport", "passport"),
    ("passeport", "passport"),
    ("pasaporte", "passport"),
    ("imo", "imo"),
    ("vessel registration", "imo"),
    ("mmsi", "mmsi"),
    ("maritime mobile", "mmsi"),
    ("call sign", "call_sign"),
    ("swift", "swift"),
    ("bic", "swift"),
    ("digital currency", "wallet"),
    ("wallet", "wallet"),
    ("legal entity identifier", "lei"),
    ("lei", "lei"),
    ("isin", "isin"),
    ("d-u-n-s", "duns"),
    ("duns", "duns"),
    ("social credit", "registration"),
    ("aircraft tail", "aircraft_registration"),
    ("tail number", "aircraft_registration"),
    ("serial number", "serial_number"),
    ("construction number", "serial_number"),
    ("ssn", "social_security"),
    ("social security", "social_security"),
    ("birth", "birth_certificate"),
    ("driver", "driving_licence"),
    ("driving", "driving_licence"),
    ("tax", "tax"),
    ("vat", "tax"),
    ("fiscal", "tax"),
    ("r.f.c", "tax"),
    ("rfc", "tax"),
    ("nit #", "tax"),
    ("rif #", "tax"),
    ("ruc #", "tax"),
    ("rtn", "tax"),
    ("c.u.i.t", "tax"),
    ("inn", "tax"),
    ("c.u.r.p", "national_id"),
    ("cedula", "national_id"),
    ("d.n.i", "national_id"),
    ("national", "national_id"),
    ("identi", "national_id"),
    ("personal id", "national_id"),
    ("citizen's card", "national_id"),
    ("electoral", "national_id"),
    ("voter", "national_id"),
    ("kenyan id", "national_id"),
    ("ogrn", "registration"),
    ("regist", "registration"),
    ("company number", "registration"),
    ("matricula", "registration"),
    ("folio", "registration"),
    ("trade license", "registration"),
    ("license", "registration"),
    ("licence", "registration"),
    ("chamber of commerce", "registration"),
    ("commercial", "registration"),
    ("gazette", "gazette"),
    ("iban", "iban"),
    ("account", "account"),
    ("email", "email"),
    ("website", "website"),
    ("phone", "phone"),
    ("fax", "phone"),
    ("wikidata", "wikidata"),
];

/// What is no identifier, though it stands among them.
const NO_IDENTIFIERS: &[&str] = &[
    "gender",
    "sanctions",
    "executive order",
    "directive",
    "effective date",
    "listing date",
    "established",
    "target type",
    "nationality of",
    "manufacture",
    "model",
    "operator",
    "flag",
    "linked to",
    "ticker",
    "secondary",
    "prohibited",
    "determination",
    "divestment",
];

/// The kind that a list's words stand for, `other` when it is not known, and `None` for what identifies nobody.
pub(crate) fn identifier_kind(words: &str) -> Option<&'static str> {
    let words = words.to_lowercase();
    if NO_IDENTIFIERS.iter().any(|word| words.contains(word)) {
        return None;
    }
    // Short codes only as words of their own: `inn` is no sign in `inner`.
    let is_sign = |sign: &str| match sign.len() {
        ..=4 => words.split(|character: char| !character.is_alphanumeric()).any(|word| word == sign) || words == sign,
        _ => words.contains(sign),
    };
    Some(KINDS.iter().find(|(sign, _)| is_sign(sign)).map_or("other", |(_, kind)| *kind))
}

/// A kind of our own by its name in a file of ours, else what its words say.
pub(crate) fn own_kind(words: &str) -> String {
    let words = words.trim().to_lowercase();
    match KINDS.iter().find(|(_, kind)| *kind == words) {
        Some((_, kind)) => (*kind).to_owned(),
        None => identifier_kind(&words).unwrap_or("other").to_owned(),
    }
}
