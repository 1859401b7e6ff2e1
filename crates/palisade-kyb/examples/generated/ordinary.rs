//! Names of ordinary people and companies, as a register of customers in the west has them: given and family names that
//! censuses count most, the commonest most often, and companies after founders, towns and invented words.

use fastrand::Rng;

const GIVEN: &str = "James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan \
 Joseph Jessica Thomas Sarah Charles Karen Christopher Lisa Daniel Nancy Matthew Betty Anthony Margaret Mark Sandra \
 Donald Ashley Steven Kimberly Paul Emily Andrew Donna Joshua Michelle Kenneth Carol Kevin Amanda Brian Melissa George \
 Deborah Timothy Stephanie Ronald Rebecca Edward Sharon Jason Laura Jeffrey Cynthia Ryan Dorothy Jacob Amy Gary Kathleen \
 Nicholas Angela Eric Shirley Jonathan Emma Stephen Brenda Larry Pamela Justin Nicole Scott Anna Brandon Samantha \
 Benjamin Katherine Samuel Christine Gregory Debra Frank Rachel Raymond Carolyn Patrick Janet Alexander Maria Jack Olivia \
 Dennis Heather Jerry Helen Tyler Catherine Aaron Diane Jose Julie Adam Victoria Nathan Joyce Henry Lauren Zachary Kelly \
 Douglas Christina Peter Ruth Kyle Joan Noah Virginia Ethan Judith Jeremy Evelyn Walter Hannah Christian Andrea Keith \
 Megan Austin Cheryl Roger Jacqueline Terry Martha Sean Madison Gerald Teresa Carl Gloria Dylan Sara Harold Janice Jordan \
 Ann Jesse Kathryn Bryan Abigail Lawrence Sophia Arthur Frances Gabriel Jean Bruce Alice Logan Judy Billy Isabella Joe \
 Julia Alan Grace Juan Amber Elijah Denise Willie Danielle Albert Marilyn Wayne Beverly Randy Charlotte Mason Natalie \
 Vincent Theresa Liam Diana Roy Brittany Bobby Doris Caleb Kayla Bradley Alexis Russell Lori Lucas Marie Oliver Hugo \
 Lukas Leon Finn Jonas Felix Klaus Jürgen Stefan Birgit Sabine Anja Heike Pierre Camille Chloé Léa Mathieu Giulia Marco \
 Matteo Francesca Lars Ingrid Astrid Sven Magnus Kasper Piotr Agnieszka Katarzyna Tomasz Priya Rahul Anjali Sanjay Wei \
 Mei Yuki Hiroshi Minh Linh";

const FAMILY: &str = "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez \
 Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson \
 Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell \
 Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook \
 Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks \
 Chavez Wood James Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross Foster Jimenez \
 Powell Jenkins Perry Russell Sullivan Bell Coleman Butler Henderson Barnes Gonzales Fisher Vasquez Simmons Romero Jordan \
 Patterson Alexander Hamilton Graham Reynolds Griffin Wallace Moreno West Cole Hayes Bryant Herrera Gibson Ellis Tran \
 Medina Aguilar Stevens Murray Ford Castro Marshall Owens Harrison Fernandez McDonald Woods Washington Kennedy Wells \
 Vargas Henry Chen Freeman Webb Tucker Guzman Burns Crawford Olson Simpson Porter Hunter Gordon Mendez Silva Shaw Snyder \
 Mason Dixon Munoz Hunt Hicks Holmes Palmer Wagner Black Robertson Boyd Rose Stone Salazar Fox Warren Mills Meyer Rice \
 Schmidt Garza Daniels Ferguson Nichols Stephens Soto Weaver Ryan Gardner Payne Grant Dunn Kelley Spencer Hawkins Arnold \
 Pierce Hansen Peters Santos Hart Bradley Knight Elliott Cunningham Duncan Armstrong Hudson Carroll Lane Riley Andrews \
 Müller Schneider Fischer Weber Becker Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann \
 Dubois Moreau Laurent Lefebvre Leroy Roux Fournier Girard Bonnet Rossi Russo Ferrari Esposito Bianchi Romano Colombo \
 Jansen de Vries Bakker Visser Smit Nilsson Johansson Andersson Larsen Nielsen Kowalski Nowak Wiśniewska Sharma Singh Gupta \
 Kumar Reddy Wang Li Zhang Tanaka Suzuki Pham Hoang";

const TOWNS: &str = "Bristol Leeds Ashford Brighton Lancaster Denver Portland Austin Boulder Savannah Tucson Richmond \
 Cambridge Oxford Norwich York Durham Bergen Aarhus Utrecht Leuven Freiburg Kassel Lucerne Graz Nantes Rouen Lyon Verona";

const WORDS: &str = "Blue Red Silver Bright River Oak Maple Summit Harbor Valley Ridge Lake Stone North Clear Swift Iron \
 Copper Falcon Eagle Bear Cedar Willow Meadow Orchard Beacon Anchor Compass Horizon Pioneer Keystone Liberty Heritage \
 Evergreen Sunrise Skyline Crestview Brookside Fairview Greenfield Highland Lakeside Northgate Parkview Riverside \
 Westbrook Quantum Vertex Apex Nova Lumen Pixel Vector Cobalt Indigo Amber Coral Juniper Laurel Sage Hazel";

const TRADES: &str = "Plumbing Bakery Dental Landscaping Roofing Accounting Consulting Logistics Software Design Studio \
 Catering Electrical Construction Realty Insurance Photography Fitness Veterinary Clinic Pharmacy Motors Printing Flooring \
 Painting Carpentry Tutoring Travel Cleaning Security Optics Engineering Analytics Capital Holdings Media Textiles Foods \
 Furniture Books Coffee Brewing Farms Nursery Florists Jewelers Tailors Architects Surveyors Robotics";

const FORMS: [&str; 14] =
    ["LLC", "Inc.", "Ltd", "Limited", "Corp.", "Co.", "GmbH", "AG", "S.A.", "SARL", "B.V.", "AB", "ApS", "PLC"];

/// A name of a list in which the front is commoner than the back, as in a census.
fn common<'a>(names: &[&'a str], random: &mut Rng) -> &'a str {
    let front = random.f64() * random.f64();
    names[((front * names.len() as f64) as usize).min(names.len() - 1)]
}

fn any<'a>(words: &[&'a str], random: &mut Rng) -> &'a str {
    words[random.usize(..words.len())]
}

/// A person's name: given and family name, at times with a middle name or initial.
pub(crate) fn person(random: &mut Rng) -> String {
    let (given, family): (Vec<&str>, Vec<&str>) =
        (GIVEN.split_whitespace().collect(), FAMILY.split_whitespace().collect());
    let (first, last) = (common(&given, random), common(&family, random));
    match random.u8(..10) {
        0 => format!("{first} {}. {last}", char::from(b'A' + random.u8(..26))),
        1 | 2 => format!("{first} {} {last}", common(&given, random)),
        3 => format!("{last}, {first}"),
        _ => format!("{first} {last}"),
    }
}

/// A company's name.
pub(crate) fn company(random: &mut Rng) -> String {
    let split = |words: &'static str| words.split_whitespace().collect::<Vec<_>>();
    let (words, trades, families, towns) = (split(WORDS), split(TRADES), split(FAMILY), split(TOWNS));
    let (trade, form) = (any(&trades, random), any(&FORMS, random));
    match random.u8(..6) {
        0 => format!("{} & {} {trade} {form}", common(&families, random), common(&families, random)),
        1 => format!("{} {trade} {form}", common(&families, random)),
        2 => format!("{} {trade} {form}", any(&towns, random)),
        3 => format!("{} {} {form}", any(&words, random), trade),
        4 => format!("{} {} {trade}", any(&words, random), any(&words, random)),
        _ => format!("{} {} {trade} {form}", any(&towns, random), any(&words, random)),
    }
}
