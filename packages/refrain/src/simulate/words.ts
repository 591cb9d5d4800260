/** Words that names of tracks, artists and listeners are made of. */

/** Genres that listeners name as favourites. */
export const favouriteGenres: readonly string[] = (
  "adult standards,album rock,alternative metal,alternative rock,art rock,blues rock,bolero," +
  "brill building pop,c-pop,classic rock,country rock,dance pop,disco,europop,filmi,folk," +
  "folk rock," +
  "funk,hard rock,hip hop,hoerspiel,indie pop,j-pop,latin,latin alternative,latin pop,latin rock," +
  "lounge,mandopop,mellow gold,metal,motown,mpb,new romantic,new wave,new wave pop," +
  "permanent wave," +
  "pop,pop rock,psychedelic rock,punk,quiet storm,ranchera,rap,regional mexican,rock,soft rock," +
  "soul," +
  "tropical,vocal jazz"
).split(",");

/** Fore-parts of the finer genres that artists carry. */
export const genrePrefixes: readonly string[] = (
  "argentine,berlin,bedroom,chilean,czech,deep,desert,electro,experimental,finnish,french,german," +
  "greek,indian,italian,lo-fi,london,modern,nordic,polish,progressive,retro,turkish,urban,vintage"
).split(",");

/** Bases of the finer genres. */
export const genreBases: readonly string[] = (
  "ambient,bass,blues,choir,drill,dub,edm,folk,gospel,house,indie,jazz,orchestra,pop,punk,rap," +
  "rock," +
  "soul,swing,techno,trance,trap"
).split(",");

/** Words of titles. */
export const titleWords: readonly string[] = (
  "night,river,summer,blue,heart,dance,golden,road,rain,fire,moon,home,light,city,dream,stone," +
  "wild," +
  "silver,ocean,morning,shadow,love,tańcz,noc,słońce,wiatr,café,corazón,été,straße,paper,glass," +
  "train," +
  "winter,honey,echo,velvet,thunder,garden,mirror,star,window,bridge,letter,ghost,letters,again," +
  "alone"
).split(",");

/** Words of artists' names. */
export const artistWords: readonly string[] = (
  "Amber,Björk,Cobra,Delta,Echo,Falcon,Grażyna,Hollow,Iris,Juno,Kasia,Lunar,Marble,Nova,Orbit," +
  "Paloma," +
  "Quartz,Rebel,Sable,Tundra,Umbra,Vesper,Willow,Xenon,Yonder,Zorza,Brothers,Collective,Ensemble," +
  "Orchestra,Trio,Sisters,Machine,Parade,Kids,Union"
).split(",");

/** Characters of the titles and names of the `musicbox` catalogue. */
export const hanCharacters: readonly string[] = [
  ..."爱情人生天空海风雨夜星月花梦心歌春秋雪山水光远路家故乡少年青时间等待遇见告白城市火红蓝白云飞鸟声音永久朋友明日再见思念温柔孤单快乐",
];

/** Given names of listeners. */
export const givenNames: readonly string[] = (
  "Adrianna,Andrzej,Bartek,Cezary,Dominik,Elżbieta,Filip,Grażyna,Hubert,Iga,Jędrzej,Justyna," +
  "Klara," +
  "Kornelia,Łucja,Marcin,Natalia,Olga,Patryk,Roksana,Stanisław,Szymon,Tola,Urszula,Wiktor,Zofia"
).split(",");

/** Family names of listeners. */
export const familyNames: readonly string[] = (
  "Berendt,Bukała,Cichoń,Dąbek,Ferenc,Gajos,Herdzik,Igras,Jama,Kotala,Lech,Mszyca,Nowak,Ozga," +
  "Paździora,Plebanek,Rataj,Sobol,Śmiech,Tokarz,Wilk,Witka,Zawal,Żurek"
).split(",");

/** Cities of listeners. */
export const cities: readonly string[] =
  "Gdynia,Kraków,Poznań,Radom,Szczecin,Warszawa,Wrocław".split(",");

/** Streets of listeners. */
export const streets: readonly string[] = (
  "Akacjowa,Brzozowa,Floriana,Głogowa,Jabłoniowa,Kalinowa,Kossaka,Kościuszki,Krótka,Różana," +
  "Strażacka,Wrzosowa"
).split(",");
