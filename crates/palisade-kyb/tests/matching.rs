//! Pairs of names and of entities that must match, and that must not. Every pair stands for an error that somebody's
//! screening makes.

use palisade_kyb::entity::{Entity, EntityType, Identifier, Name, NameKind, PartialDate};
use palisade_kyb::matching::{EvidenceKind, Matcher, Mode, NameComparison, Reason};
use palisade_kyb::names::NameType;

use NameType::{Organization, Person, Unknown};

fn compare(mode: Mode, name_type: NameType, one: &str, other: &str) -> NameComparison {
    let matcher = Matcher::new(mode);
    matcher.compare_names(&matcher.parse(one, name_type), &matcher.parse(other, name_type))
}

#[track_caller]
fn check(name_type: NameType, pairs: &[(&str, &str)], matches: bool) {
    for (one, other) in pairs {
        let found = compare(Mode::Balanced, name_type, one, other);
        assert_eq!(found.score >= Mode::Balanced.threshold(), matches, "{one} | {other}: {found:#?}");
    }
}

#[test]
fn people_under_other_spellings_are_found() {
    check(
        Person,
        &[
            ("Muammar Gaddafi", "Moammar Qadhafi"),
            ("Usama ibn Ladin", "BIN LADEN, Osama"),
            ("Владимир Путин", "Vladimir Putin"),
            ("محمد علي", "Mohamed Ali"),
            ("김정은", "Kim Jong Un"),
            ("习近平", "Xi Jinping"),
            ("Mao Tse-tung", "Mao Zedong"),
            ("Hossein Rohani", "Husayn Rouhani"),
            ("Loukachenko, Alexandre", "Aleksandr Lukashenko"),
            ("Saifuddin al-Rawi", "SAIF AL-DIN AL RAWI"),
            ("Abdul Rahman Yasin", "Abdelrahman Yassin"),
            ("Jose Gonzales Perez", "José González Peres"),
            ("Recep Tayyip Erdogan", "Recep Tayyip Erdoğan"),
        ],
        true,
    );
}

#[test]
fn people_with_slips_and_missing_names_are_found() {
    check(
        Person,
        &[
            ("Sergei Lavrof", "Sergey Viktorovich LAVROV"),
            ("Ramzi Abdullah Binalshibh", "RAMZI MOHAMED ABDULLAH BINALSHIBH"),
            ("Olaf Schloz", "Olaf Scholz"),
            ("ig0r sech1n", "Igor Sechin"),
            ("JanDaniel Bothma", "Jan Daniel Bothma"),
            ("BOTHMAJan Daniel", "BOTHMA, Jan Daniel"),
            ("Nikolai Plat Ono Vich Patrushev", "Nikolai Platonovich Patrushev"),
            ("A. Khamenei", "Ali Khamenei"),
            ("Dr. Ayman al-Zawahiri", "Zawahiri, Ayman"),
            ("Ted Kaczynski", "Theodore Kaczynski"),
        ],
        true,
    );
}

#[test]
fn other_people_are_not() {
    check(
        Person,
        &[
            ("George Bush", "George Habbash"),
            ("Saddam Hussein al-Dulaimi", "Saddam Hussein al-Tikriti"),
            ("Tariq Anwar El Sayed Ahmed", "Tariq Anwar El Sayed Mohamed"),
            ("Abdullah Yahya al Hakim", "Abdullah Ahmed al Hakim"),
            ("Michelle Obama", "Barack Obama"),
            ("Salman bin Muhammad al-Rawi", "Muhammad bin Salman al-Rawi"),
            ("Shamsuddin", "Shamsuddin Mohammed Haqqani"),
            ("Linda Herrera", "Linda Nicolle Herrera Ramirez Quintana"),
            ("이재형", "이재명"),
            ("高石早苗", "高市早苗"),
            ("Mary Taylor", "Mark Taylor"),
        ],
        false,
    );
}

#[test]
fn companies_under_other_forms_are_found() {
    check(
        Organization,
        &[
            ("OAO Gazprom", "Gasprom JSC"),
            ("Siemens AG", "Siemens Aktiengesellschaft"),
            ("TACTICAL MISSILES CORPORATION JOINT STOCK COMPANY", "JSC TACTICAL MISSILES CORPORATION"),
            ("Goodwill Trading", "Good Will Trading Co., Ltd."),
            ("Brigade Forty-Four", "Brigade 44"),
            ("A.B.C. Company", "ABC Company"),
            ("Общество с ограниченной ответственностью Ромашка", "Romashka LLC"),
            ("Acme Limted", "ACME LTD"),
            ("Nordwind Shiping Aps", "NORDWIND SHIPPING A/S"),
            ("PLA", "People's Liberation Army"),
        ],
        true,
    );
}

#[test]
fn sister_companies_and_strangers_are_not() {
    check(
        Organization,
        &[
            ("11420 CORP.", "AEROCARIBBEAN CORP."),
            ("11420 CORP.", "5420 CORP."),
            ("Bowne of Atlanta, Inc.", "Bowne of Boston, Inc."),
            ("Example Denmark A/S", "Example Norge A/S"),
            ("Government of Estonia", "Government of Ethiopia"),
            ("China National Pipeline Corporation", "China National Petroleum Corporation"),
            ("Iron Insurance Ltd", "Iran Insurance Company"),
            ("Banco Ejemplo S.A.", "Banco Ejemplo Mexico S.A."),
            ("The Limited", "The Corporation"),
            ("LVM Aviation", "LAU Aviation"),
        ],
        false,
    );
}

#[test]
fn numbers_must_agree_when_strict() {
    let (one, other) = ("North Harbour Asian Fund III L.P.", "North Harbour Asian Fund IV L.P.");
    let balanced = compare(Mode::Balanced, Organization, one, other);
    assert!(balanced.parts.iter().any(|part| part.reason == Reason::SeriesNumber), "{balanced:#?}");
    let strict = compare(Mode::Strict, Organization, one, other);
    assert!(strict.score < Mode::Strict.threshold(), "{strict:#?}");
    assert!(strict.parts.iter().any(|part| part.reason == Reason::NumberDiffers), "{strict:#?}");
}

#[test]
fn a_score_is_one_less_its_deductions() {
    for (one, other) in [("Igor Sechin", "Igor Ivanovich Setchin"), ("Ali Hassan", "Hassan Ali Mahmoud"), ("A", "B")] {
        let found = compare(Mode::Balanced, Unknown, one, other);
        let deducted: f32 = found.parts.iter().map(|part| part.deduction).sum();
        assert!((found.score - (1.0 - deducted).clamp(0.0, 1.0)).abs() < 1e-5, "{found:#?}");
    }
}

#[test]
fn names_that_say_nothing_score_nothing() {
    for name in ["", " ", "🙂", "...", "-"] {
        assert_eq!(compare(Mode::Balanced, Unknown, name, "Igor Sechin").score, 0.0, "{name}");
        assert_eq!(compare(Mode::Ofac, Unknown, name, "Igor Sechin").score, 0.0, "{name}");
    }
}

fn entity(name: &str) -> Entity {
    let name = Name { full: name.to_owned(), kind: NameKind::Primary, ..Name::default() };
    Entity { entity_type: EntityType::Person, names: vec![name], ..Entity::default() }
}

fn compared(one: &Entity, other: &Entity) -> palisade_kyb::matching::EntityComparison {
    let matcher = Matcher::new(Mode::Balanced);
    matcher.compare(&matcher.prepare(one), &matcher.prepare(other))
}

#[test]
fn dates_decide_between_people_of_one_name() {
    let born = |year, month, day| Entity {
        dates: vec![PartialDate { year, month, day, circa: false }],
        ..entity("Ivan Petrovich Example")
    };
    assert!(compared(&born(1961, 4, 5), &born(1961, 4, 5)).matches);
    assert!(compared(&born(1961, 4, 5), &born(1961, 5, 4)).matches);
    assert!(compared(&born(1961, 4, 5), &born(1961, 0, 0)).matches);
    assert!(!compared(&born(1961, 4, 5), &born(1984, 9, 21)).matches);
}

#[test]
fn an_identifier_decides() {
    let with = |name: &str, value: &str| Entity {
        identifiers: vec![Identifier { kind: "imo".to_owned(), value: value.to_owned(), country: None }],
        ..entity(name)
    };
    let renamed = compared(&with("Ocean Example", "IMO 9187629"), &with("Northern Light", "imo9187629"));
    assert!(renamed.matches && renamed.probability > 0.9, "{renamed:#?}");
    let other = compared(&with("Ocean Example", "9187629"), &with("Ocean Example", "9187630"));
    assert!(!other.matches, "{other:#?}");
}

#[test]
fn a_date_alone_finds_nobody() {
    let born =
        |name| Entity { dates: vec![PartialDate { year: 1961, month: 4, day: 5, circa: false }], ..entity(name) };
    let found = compared(&born("Ivan Example"), &born("Pierre Dupont"));
    assert!(found.score < 0.4, "{found:#?}");
}

#[test]
fn weak_aliases_and_types_are_told() {
    let mut listed = entity("Somebody Else");
    listed.names.push(Name { full: "Abu Example".to_owned(), kind: NameKind::WeakAlias, ..Name::default() });
    let found = compared(&entity("Abu Example"), &listed);
    assert!(found.evidence.iter().any(|part| part.kind == EvidenceKind::NameKind), "{found:#?}");
    let company = Entity { entity_type: EntityType::Organization, ..entity("Ivan Example") };
    assert!(!compared(&entity("Ivan Example"), &company).matches);
}
