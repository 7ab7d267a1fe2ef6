//! Which given names are the same name: short forms, pet names and spellings of the main languages.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::latin::{latin, sound};
use super::table;

/// The full name, then what its bearers are called and how others spell it; in Latin letters.
/// A pet name of several full names (`Sasha`, `Alex`) stands with each.
const NAMES: &str = "
abigail abby gail abbie
abraham abe avram avraham bram
adelaide addie adela heidi
adrian adi adriano hadrian
agnes aggie agnieszka agnese inez
albert al bert bertie alberto albrecht albie
aleksandr alexander alex sasha sascha shura sanya alec sandy xander lex alexandru alejandro alessandro alexandre oleksandr sandu sandro shurik alexandr aleksander sandor alisander iskander ale
aleksandra alexandra alex sasha sandra sanda alessandra alejandra oleksandra sanya shura alexa lexi xandra sandrine
aleksey alexey alex alyosha lyosha lesha alexei alexis oleksiy alexe alexios alyosa
alfred al fred alfie alfredo freddy
alice alisa ali alicia alis
amanda mandy
amelia amy millie emilia
anastasia nastya asya stasya stacy anastasiya nastasia nastia tasia
anatoly tolya tolik anatolie anatol anatoliy anatolii
andrew andy drew andrei andrey andriy andreas andres andre andrzej anders ondrej andras dyusha andi
andrea andreea andi drea
angela angie angelika anzhela angelica anghelina geli
ann anna anne annie nan nancy hannah ana anya anyuta nyura hanna ania anca anica anita anika annika anicuta anuta
anthony tony anton antonio antoni antoine antonie antal toni antosha toño tonino
antonia tonya toni antonina tonia nina
arkady arkasha arcadie arkadiy
arthur art artie artur arturo
artyom artem tyoma tema artiom artemiy
augustus gus august augustin augusto
barbara barb babs barbie bobbie varvara varya basia
bartholomew bart barry bartek bartosz bartolomeo
beatrice bea trixie beatrix beatriz
benjamin ben benny benji veniamin venya benjamín
bernard bernie barney bernardo bernhard berni
bogdan bodya bohdan
boris borya borka
bradley brad
calvin cal
cameron cam
caroline carol carrie carolina lina carolyn karolina caro
catherine cathy kate katie kathy kat kitty katherine kathryn katharina kathrin katrin katarina ekaterina katya katia katyusha yekaterina catalina caterina kateryna ecaterina cati kasia katarzyna catrina trina karen karin kaja catarina
cecilia cecily cissy celia
charles charlie chuck chas carl karl carlos carlo karel charly chip karol
charlotte lottie charlie lotte
christian chris kristian cristian cristi christer
christina chris chrissy tina kristina cristina krystyna christine kirsten kristen kristin christa christel
christopher chris kit topher christoph cristobal cristoforo christoffer kristoffer krzysztof hristofor
clara claire clare klara
clement clem clemens
cornelius corneliu neil kornel
cornelia nelly cora
constantin costel costi costica dinu kostya konstantin kosta konstantinos kostas constantine kostyantyn costin
cynthia cindy
daniel dan danny danya daniil danila danilo daniele dani danut danylo
daria dasha darya dariya
david dave davey davy davide dawid dodik davit
deborah deb debbie debra debora
denis denys dennis denny deniska
dmitry dima mitya dmitri dmitrii dmitriy dumitru mitica dimitrie dmytro dimitris dimitrios mityai dimitar mitko
dominic dom nick dominik domenico domingo
donald don donnie
dorothy dot dottie dolly dora dorothea dorotea
douglas doug dougie
edward ed eddie ned ted teddy eduard edik eduardo edoardo edvard
edwin ed eddie
egor yegor georgy
eleanor ellie nell nora leonor eleonora nelly elinor leonore lenore
elena lena helena helen alyona olena helene ilona yelena lenuta ileana elenuta elin jelena ellen nellie alena lenka elene
elizabeth liz beth betty lizzie eliza betsy bess lisa liza libby elisabeth elisabeta elizaveta elisabetta lisbeth isabel isabella elzbieta else lise lizaveta elsa elspeth ilse erzsebet bözsi
emil emilian milo emilio
emily em emilia millie emilie
emma em emmy
eric rick erik erich ricky erico
ernest ernie ernst ernesto erno
eugene gene evgeny zhenya yevgeny eugen evgenii jenya evgeniy yevhen eugenio evghenii genya jeno
eugenia zhenya evgenia jenya yevgenia evgeniya yevheniya jenia
eva eve ewa evi evita yeva
evelyn evie eve evelina
fyodor fedor fedya theodor fiodor theodore fedir
filip philip phil pip philipp felipe filippo philippe filipp fülöp
florence flo flora florentina
florin florentin florinel florian flo
franz francis frank francisc francisco paco pancho francesco franco frankie francois fran ferenc feri franciszek frantisek ferdinand frans
frances fran fanny francesca francisca franziska frankie francoise franciszka
frederick fred freddy rick fritz friedrich federico fryderyk frederic frederik fredrik
gabriel gabi gabe gavril gavriil gabor gavrila
gabriela gabi gabby gabrielle gaby gabriella
galina galya halyna galia
george georgie gheorghe gicu gigi george georgy gheorghita jorge georg giorgio georges jiri yuri iurie gosha zhora jürgen jörg heorhiy yegor georgios yorgos giorgos gyorgy jerzy gogu gelu georgi
gennady gena gennadiy ghenadie hennadiy
gerald gerry jerry geraldo gerhard gerardo gerard gerd gert
gertrude trudy gertrud gerda
grace gracie gratiela
gregory greg grigore grigory grisha gregor grigoriy gregorio grig hryhoriy grzegorz gregoire
gustav gus gustavo gustaf
harold harry hal harald
henry harry hank hal heinrich henri enrique enrico henrik hendrik heinz heiner kike henryk rico
howard howie
hugo hugh hubert ugo
ignatius iggy ignacio nacho ignat ignaz
igor ihor gosha
ilya ilia elias illia ilie elijah eli ilyusha
irina ira irisha iryna irene irena rena irinka irka ina
isaac ike zack izaak isaak
ioan ion ionel ionut nelu ionica nutu oan iancu ionela jon
ivan vanya vanyusha yvan vanea
john jack johnny jon jock johnnie
johann johannes hans hansi jan johan hannes jens ian
jean jeannot jean-pierre
giovanni gianni vanni nanni gian
juan juanito juancho
jacob jake jakob yakov jakub yasha iacov jacobo jaap
james jim jimmy jamie jem jaime
jacqueline jackie
jane jenny janet janie janice
jason jay
jeffrey jeff geoffrey geoff
jennifer jen jenny jenna
jeremy jerry jeremiah eremia
jessica jess jessie
joan joanie johanna joanna ioana janina oana jana ivana yoanna
jonathan jon jonny nathan johnathan
joseph joe joey jos jose pepe josef giuseppe beppe iosif osip yosef peppe jozef pepito jozsef
joshua josh
judith judy jutta
julia julie yulia julya jules iulia yuliya juliana giulia julieta yulya julika
julian jules iulian yulian julius giuliano julio
karl kalle
kenneth ken kenny
kirill cyril kiril chiril kyrylo
kseniya ksenia ksyusha oksana xenia oxana xenya
larisa lara larysa lora larissa
laura lori laurie laurentia lora
laurence larry lars lawrence lorenzo laurent laurentiu lorenz lavrentiy
leonard leo len lenny leonardo lennart leon lev leonhard
leonid lyonya lenya leonida
leopold leo poldi leopoldo
lewis lou louis luis ludwig luigi lajos louie lew ludvig luiz gigi ludovic
lydia lida lidia lidiya
lyubov lyuba liuba liubov luba
lyudmila lyuda mila liudmila ludmila lucia luda lyudmyla
louise lou luisa luise louisa
lucy lucia luz luciana lucie lutsia
luke lucas luca lukas luka luk lukasz
madeleine maddie madeline magda magdalena lena madalina
maxim max maksim maksym maximilian maxime massimo maximus maximo
marcus mark marc marco marek marko markus marcos marcel marcu
margaret maggie meg peggy greta rita margarita marge margarete margareta gretchen grete daisy margot margherita marguerite malgorzata rita gosia
maria mary marie masha mariya marusya molly polly maryam marya miriam marija mariam mitzi mia maricica marioara maricel mari manya mariana marika maruca
marina marinka rina
martin marty martino marton martyn
martha mattie marta marfa
matthew matt matthias matteo mateo mathias matvey matei mateusz matthieu mathew matias matyas motya
maurice mo moritz mauricio maurizio mavrikiy
melissa mel missy lissa
michael mike mick mickey mihai misha mikhail michel miguel michele mihail mykhailo mischa michal mihaita mikael mihaly mikhael micha mitch misu mikey mishka
michelle micki shelly mihaela miki michaela micaela mikaela
mircea mircica
moses moe moshe moise
nadezhda nadya nadia nadejda nadiya nade
natalya natasha nata natalia natalie nathalie nataliya tusya natali nathaly
nathaniel nate nat nathan
nicholas nick nicky nicolae nicu nikolay kolya nikolai nicolas niklas klaus nikolaus niccolo nicola miklos nico nicusor mykola claus mikolaj nikola nikolaos nikos nikita
nicole nicky nicoleta niki nicoletta
oleg oleh olezhka
olga olya olia olha olenka olja helga
oliver ollie olivier oliviero
olivia liv livia
oscar oskar
pamela pam
patricia pat patty trish tricia patrizia
patrick pat paddy patricio patrice patrik
pavel paul pasha paulo pablo paolo pawel pavlo paulus pal pol pavlik poul
paula pauline paulina polina polya paola pauletta
peter pete petru piotr petya pedro pietro pierre pyotr petr petro petrica petre petrisor peer pieter peder pjotr pit per
philippa pippa
rachel rae rahela raquel rahil
radu raducu
ralph raoul raul ralf
raymond ray raimund ramon raimondo
rebecca becky reba becca rebeca
regina gina reggie reina
reginald reg reggie reinhold ron rex
richard dick rick ricky rich richie ricardo riccardo rickard rico ryszard dickie
robert bob bobby rob robbie bert roberto rupert robin robi
roger rod rodger hodge ruediger rüdiger rogelio
roland rolly orlando rolando
roman roma romanus romain romano
ronald ron ronnie ronaldo
rosa rose rosie rosalia rozalia rosita roza ruzha
rostislav rostik slava rostyslav
rudolf rudy rolf rudi rodolfo
russell russ rusty
ruslan rusik
ruth ruthie
samantha sam sammy
samuel sam sammy samuil samuele
sarah sally sadie sara sarita
sergey seryozha serge sergei serghei sergio serhiy sergiu sergii seriozha sergius seryoga
simon si simone semyon simion semen senya simeon szymon
sophia sophie sofia sofya sonya sonia sofie zosia sofi sonja
stanislav stas slava stanislaw stan slavik stasik
stanley stan
stephen steve stefan stepan stevie stephane esteban stefano stephan steven istvan pisti stepa fane stefanel szczepan estefan styopa steffen
stephanie steph stefania steffi stefanie stephania
susan sue susie suzy susanna susanne suzanne zuzanna susana sanna zuzana
svetlana sveta svitlana svieta lana
sylvia silvia silvie sylvie
tamara toma tamar tamari
tatyana tanya tatiana tania tetyana tanja tata
terence terry terrence
teresa terry tess tessa theresa therese tereza resi terezia
theodore ted teddy theo theodor tudor teodor fyodor teo toader tudorel
thomas tom tommy tomas tommaso toma foma tomasz thom tamas
timothy tim timmy timofey timotei tymofiy timoteo
tobias toby tobi
vadim vadik vadym vadym
valentin valya val valentyn valentino vali
valentina valya tina valentyna vali
valery valera valeriy valeriu valerii valerio valerica
valeria lera valeriya valerie valerica
vasily vasya basil vasile vasiliy vasilii vasyl basilio vasilica vasilis silica
vera vira verochka
veronica vera ronnie nika veronika veronique vero roni
victor vic vitya viktor vittorio victoras vik
victoria vicky vika viktoria tori viktoriya vittoria vita vicki
vincent vince vinny vicente vincenzo vincentiu enzo
virginia ginny ginger
vitaly vitalik vitalie vitalii vitaliy vitale
vladimir vova volodya vladimír vlad volodymyr wladimir vladi waldemar vovka vlado
vladislav vlad vladik slava vladyslav wladyslaw
vsevolod seva
vyacheslav slava slavik veaceslav viacheslav vyacheslaw wenzel
walter walt wally gualtiero valter
wilhelm willi willy helmut vilhelm willem guillermo guillaume guglielmo
wilhelmina minnie mina willa billie
william bill will billy willy liam willie guillermo
yaroslav slava yarik jaroslav iaroslav
yuri yura jurij iurie yuriy yurii juri iura yury jury
yana jana iana yanina janna ianka
zachary zach zack zaharia zakhar
zinaida zina zinaïda
zoe zoya zoia
abdullah abdallah abdulla
mohammed muhammad mohamed mohammad muhammed mehmet mohamad muhamed magomed mohd mamadou
ahmed ahmad akhmed ahmet
hussein husein hussain huseyin husayn
ali aly
fatima fatma fatimah
gabor gabi
laszlo laci vasile
zoltan zoli
gyula gyuszi
ilona ica ili
attila ati
jozsef joska
jerzy jurek
tadeusz tadek
zbigniew zbyszek
wojciech wojtek
malgorzata gosia malgosia
krzysztof krzys
jesus chucho suso
rosario charo
dolores lola
guadalupe lupe lupita
concepcion concha conchita
mercedes merche
pilar pili
ignacio nacho
eduardo lalo
alessandro sandro
salvatore toto turi
gheorghe ghita gica
dumitru mitu
vasile vasilica lica
alexandru alecu
emanuel manu manuel manolo emmanuel mannie emanuele manny
";

/// The full names that a given name may stand for; in Latin letters. `Bob` is `robert`, `Саша` is `aleksandr` and
/// `aleksandra`. Empty for a name that the table does not know.
pub fn roots(given: &str) -> &'static [&'static str] {
    static BY_SOUND: OnceLock<HashMap<String, Vec<&'static str>>> = OnceLock::new();
    let by_sound = BY_SOUND.get_or_init(|| {
        let mut by_sound: HashMap<String, Vec<&'static str>> = HashMap::new();
        for (root, names) in table(NAMES) {
            for name in std::iter::once(root).chain(names) {
                let roots = by_sound.entry(sound(&latin(name))).or_default();
                if !roots.contains(&root) {
                    roots.push(root);
                }
            }
        }
        by_sound
    });
    by_sound.get(&sound(&latin(given))).map_or(&[], Vec::as_slice)
}

/// Whether two given names may be one person's: equal, one the pet name of the other, or both of the same full name.
pub fn may_be_same(one: &str, other: &str) -> bool {
    let (one_sound, other_sound) = (sound(&latin(one)), sound(&latin(other)));
    one_sound == other_sound || roots(one).iter().any(|root| roots(other).contains(root))
}
