//! Words that half of all companies bear. They tell two companies apart only when both have one and they differ. The
//! weights are a prior; names that are loaded refine them.

/// Words of companies, with what they count where a rare word counts 1.
pub(super) const COMPANY_WORDS: &[(f32, &str)] = &[
    (
        0.28,
        "group gruppe groupe grupo gruppo holding holdings international intl internacional internationale global \
         worldwide enterprise enterprises service services servicios general com net org online",
    ),
    (
        0.38,
        "trading trade trades trader traders commercial commerce business industries industry industrial industrie \
         development investment investments investors invest capital partners management consulting consultants \
         consultancy solutions solution systems system technology technologies tech import export importadora \
         exportadora comercial comercializadora inversiones products production manufacturing company \
         companies associates organization organisation foundation fund funds trust venture ventures equity asset assets \
         financial finance financing properties property estate real realty distribution distributors supply supplies \
         logistics agency office bureau institute center centre central national united federal state public private \
         general marketing media communications network networks digital innovation innovations resources works factory \
         plant mill shop store stores market markets limited bank banking banco banque house royal first new modern \
         advanced premier prime best star golden union association society committee council department ministry \
         government university academy college school hospital clinic club team brothers sons ",
    ),
    (
        0.55,
        "oil gas petroleum petrochemical petrochemicals energy power electric electronics electrical engineering \
         construction constructions building builders contractors contracting shipping marine maritime navigation \
         transport transportation freight cargo air airlines airways aviation aerospace railway railways railroad constructors motor motors auto \
         automotive steel metal metals mining minerals chemical chemicals pharmaceutical pharmaceuticals pharma medical \
         health healthcare food foods beverage agricultural agriculture agro farms textile textiles fashion design \
         studio hotel hotels tourism travel tours security safety defense defence insurance leasing credit exchange \
         money remittance software data research scientific science technical materials equipment machinery tools \
         instruments parts spare water environmental environmental telecom telecommunications mobile wireless cable \
         publishing press news television radio film entertainment sports games education training legal law \
         accounting audit advisory mortgage securities  backed loan loans partnership restaurant cafe \
         plumbing bakery dental landscaping roofing accounting catering flooring painting carpentry photography \
         fitness veterinary pharmacy tutoring brewing nursery florists florist jewelers jewellers tailors architects \
         surveyors robotics optics analytics coffee books architecture cosmetics beauty toys bicycle boats plumbing \
         cleaning printing packaging plastics paper wood furniture glass cement jewelry gold diamond imports exports \
         investissements construcciones constructora transportes inmobiliaria agropecuaria ganadera servicios seguridad",
    ),
];

/// Words that mean the same, each line one meaning.
pub(super) const COMPANY_SYNONYMS: &str = "\
international|intl|internacional|internationale|internazionale|int
group|gruppe|groupe|grupo|gruppo|gruppa|grupa
holding|holdings|holdinggesellschaft
bank|banco|banque|banca|banka|bankasi
organization|organisation|organizatsiya|organizacion
association|assoc|assn|asociacion|associacao|associazione
brothers|bros|hermanos|freres|gebruder
manufacturing|mfg
industries|industry|industrie|industrias|ind
enterprise|enterprises|ent
development|dev
technology|technologies|tech|tecnologia
university|univ|universidad|universite|universitat|universitet
center|centre|centro|zentrum|tsentr
institute|inst|instituto|institut|insitute
department|dept
government|govt|gov
services|service|svcs|svc|servicios
solutions|solution
systems|system|sys
investment|investments|invest|inversiones|investissements
trading|trade|traders|trades
transport|transportation|transportes|transporte
construction|constructions|construcciones
engineering|engg|engr
management|mgmt|mgt
national|natl|nacional|nationale
products|product|prods
pharmaceutical|pharmaceuticals|pharma
laboratory|laboratories|labs|lab
airlines|airline|aerolineas
partners|partner
properties|property
cooperation|coop
";
