//! Words that many bear: given and family names as censuses of many countries count them, and everyday words that
//! companies are named after. That two names share one says less than that they share a rare one.

/// Given names.
pub(super) const GIVEN_NAMES: &str = "james mary robert patricia john jennifer michael linda david elizabeth william barbara \
 richard susan joseph jessica thomas sarah charles karen christopher lisa daniel danielle nancy matthew betty anthony \
 margaret mark sandra donald ashley steven kimberly paul emily andrew donna joshua michelle kenneth carol kevin amanda \
 brian melissa george deborah timothy stephanie ronald rebecca edward sharon jason laura jeffrey cynthia ryan dorothy \
 jacob amy gary kathleen nicholas angela eric erica shirley jonathan emma stephen brenda larry pamela justin nicole \
 scott anna brandon samantha benjamin katherine samuel christine gregory debra frank rachel raymond carolyn patrick \
 janet alexander maria jack olivia dennis heather jerry helen tyler catherine aaron diane jose julie adam victoria \
 nathan joyce henry lauren zachary kelly douglas christina peter ruth kyle joan noah virginia ethan judith jeremy \
 evelyn walter hannah christian andrea keith megan austin cheryl roger jacqueline terry martha sean madison gerald \
 teresa carl gloria dylan sara harold janice jordan ann jesse kathryn bryan abigail lawrence sophia arthur frances \
 gabriel gabriela jean bruce alice logan judy billy isabella joe julia alan grace juan amber elijah denise willie \
 albert alberto marilyn wayne beverly randy charlotte mason natalie vincent theresa liam diana roy brittany bobby doris \
 caleb kayla bradley alexis russell lori lucas marie oliver hugo lukas leon finn jonas felix klaus jurgen stefan birgit \
 sabine anja heike pierre camille chloe lea mathieu giulia marco matteo francesca francisco lars ingrid astrid sven \
 magnus piotr katarzyna agnieszka tomasz priya rahul sanjay anjali yuki hiroshi minh linh wei mei carlos luis miguel \
 jorge pedro manuel antonio fernando rafael ricardo roberto eduardo mario sergio javier alejandro oscar raul ramon \
 enrique jaime cesar hector ruben andres pablo diego victor jesus angel martin julio arturo guillermo gustavo armando \
 rosa carmen ana lucia isabel pilar dolores mercedes juana josefa antonia teresa elena cristina patricia marta silvia \
 joao paulo ana antonio francisco pedro mohammed ahmed ali hassan hussein omar ibrahim yusuf khalid mustafa abdullah \
 fatima aisha khadija maryam zahra amina vladimir sergei andrei alexei dmitri ivan mikhail nikolai igor oleg yuri viktor \
 olga tatiana natalia svetlana irina elena ludmila anton maxim pavel hans peter wolfgang karl heinz helmut dieter uwe \
 bernd horst monika ursula renate giuseppe giovanni luigi angelo vincenzo salvatore francois jacques michel philippe \
 alain bernard henri claude nicolas sebastian amelia harry charlie freddie tracy dawn tina wendy crystal jimmy eugene \
 louis philip johnny todd jared curtis leonard ernest stanley norman marvin glenn jeff travis melvin alfred lewis ray";

/// Family names.
pub(super) const FAMILY_NAMES: &str = "smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez \
 lopez gonzalez wilson anderson thomas taylor moore jackson martin lee perez thompson white harris sanchez clark ramirez \
 lewis robinson walker young allen king wright scott torres nguyen hill flores green adams nelson baker hall rivera \
 campbell mitchell carter roberts gomez phillips evans turner diaz parker cruz edwards collins reyes stewart morris \
 morales murphy cook rogers gutierrez ortiz morgan cooper peterson bailey reed howard ramos kim cox ward richardson \
 watson brooks chavez wood bennett gray mendoza ruiz hughes price alvarez castillo sanders patel myers long ross foster \
 jimenez powell jenkins perry sullivan bell coleman butler henderson barnes gonzales fisher vasquez simmons romero \
 patterson hamilton graham reynolds griffin wallace moreno west cole hayes bryant herrera gibson ellis tran medina \
 aguilar stevens murray ford castro marshall owens harrison fernandez mcdonald woods washington kennedy wells vargas \
 chen freeman webb tucker guzman burns crawford olson simpson porter hunter gordon mendez silva shaw snyder dixon munoz \
 hunt hicks holmes palmer wagner black robertson boyd rose stone salazar fox warren mills meyer rice schmidt garza \
 daniels ferguson nichols stephens soto weaver gardner payne grant dunn kelley spencer hawkins arnold pierce hansen \
 peters santos hart knight elliott cunningham duncan armstrong hudson carroll lane riley andrews muller schneider \
 fischer weber becker hoffmann schafer koch bauer richter klein wolf schroder neumann schwarz zimmermann braun krause \
 dubois moreau laurent lefebvre leroy roux fournier girard bonnet durand petit bernard rossi russo ferrari esposito \
 bianchi romano colombo ricci marino greco jansen bakker visser smit meijer nilsson johansson andersson karlsson larsen \
 nielsen olsen pedersen kowalski nowak sharma singh gupta kumar reddy khan shah wang li zhang liu yang huang zhao wu \
 zhou xu sun ma zhu hu guo lin he gao luo tanaka suzuki sato yamamoto pham hoang le vu dang bui ivanov petrov smirnov \
 kuznetsov popov sokolov lebedev novikov morozov volkov ramos vega rojas navarro delgado pena rios acosta molina leon \
 cabrera campos santiago dominguez vazquez nunez contreras luna espinoza mejia cardenas valdez fuentes pacheco montoya \
 sandoval estrada figueroa avila serrano suarez velasquez restrepo ochoa mora pinto oliveira souza pereira costa ferreira \
 almeida ribeiro carvalho martins lima barbosa yilmaz kaya demir celik sahin yildiz ozturk aydin arslan dogan kilic aslan";

/// Everyday words that companies, ships and brands are named after.
pub(super) const EVERYDAY_WORDS: &str = "blue red silver bright river oak maple summit harbor harbour valley ridge lake stone \
 clear swift iron copper falcon eagle bear cedar willow meadow orchard beacon anchor compass horizon pioneer keystone \
 liberty heritage evergreen sunrise sunset sunshine skyline highland highlands lakeside riverside northgate quantum \
 vertex apex nova lumen pixel vector cobalt indigo amber coral juniper laurel sage hazel alpha beta gamma delta omega \
 sigma phoenix dragon tiger lion wolf panther hawk crown diamond emerald sapphire ruby pearl crystal titan atlas apollo \
 venus mars jupiter saturn orion zenith victory triumph unity alliance harmony fortune dream vision future next modern \
 smart quick fast rapid easy total super mega ultra max plus pro perfect ideal elite classic grand great big little \
 sun moon star sky ocean sea wave wind storm rain snow spring summer winter autumn dawn day night light fire earth land \
 island mountain forest park garden field bridge gate tower castle palace temple city town village home world planet \
 continental overseas universal cosmos galaxy space pacific atlantic green white black grey gray orange purple noah hope \
 faith joy peace freedom justice truth spirit angel hero legend prime trust bay point view side brook crest fair first \
 islamic republic people peoples popular democratic social christian youth women workers";
