//! Words that guessers try first, and that people build long passwords from.

/// Lower case. Longer ones are taken out of a password before shorter ones.
pub const COMMON: &[&str] = &[
    // about passwords themselves
    "password", "passwort", "passwd", "passphrase", "parola", "parool", "пароль", "密码", "mima", "secret", "geheim", "login", "logon", "letmein",
    "letme", "welcome", "access", "admin", "administrator", "root", "master", "default", "changeme", "change", "guest", "user", "username",
    "test", "testing", "tester", "temp", "temporary", "demo", "example", "sample", "system", "server", "computer", "internet", "google",
    "facebook", "twitter", "linkedin", "microsoft", "windows", "apple", "samsung", "android", "iphone", "rapport", "crm", "company",
    "office", "work", "business", "customer", "sales", "support", "manager", "security", "private", "public", "trustno", "whatever",
    "unknown", "nothing", "blank", "enter", "open", "opensesame", "hello", "hallo", "bonjour", "привет", "goodbye", "please", "thanks",
    // keyboards
    "qwerty", "qwertz", "azerty", "asdfgh", "asdf", "zxcvbn", "zxcv", "qazwsx", "qweasd", "wasd", "йцукен", "фыва", "ячсм",
    "abcdef", "abcd", "abc", "xyz",
    // love and people
    "iloveyou", "loveyou", "ilove", "love", "lovely", "lover", "liebe", "amor", "любовь", "iubire", "angel", "baby", "babygirl", "princess", "prince",
    "princesa", "queen", "king", "sweet", "sweety", "honey", "darling", "friend", "friends", "family", "mother", "father", "mommy",
    "daddy", "sister", "brother", "forever", "together", "happy", "smile", "sunshine", "flower", "butterfly", "heart", "kiss", "sexy",
    "girl", "boys", "michael", "michelle", "jennifer", "jessica", "ashley", "daniel", "david", "andrew", "anthony", "thomas", "robert",
    "william", "charlie", "george", "jordan", "joshua", "matthew", "nicole", "samantha", "amanda", "hannah", "hunter", "harley", "maggie",
    "buster", "ginger", "jasmine", "summer", "winter", "spring", "autumn", "natasha", "наташа", "alexander", "andrei", "maria", "marina",
    "svetlana", "vladimir", "sergey", "dmitry", "elena",
    // animals, games, sport, films
    "dragon", "monkey", "tiger", "lion", "eagle", "falcon", "panther", "wolf", "bear", "horse1", "kitty", "puppy", "dog", "cat", "fish",
    "shadow", "phantom", "ghost", "ninja", "samurai", "pirate", "warrior", "soldier", "killer", "hacker", "matrix", "starwars", "startrek",
    "superman", "batman", "spiderman", "pokemon", "pikachu", "naruto", "minecraft", "fortnite", "roblox", "mario", "sonic", "zelda",
    "football", "fussball", "baseball", "basketball", "hockey", "soccer", "tennis", "golf", "racing", "liverpool", "arsenal", "chelsea",
    "barcelona", "realmadrid", "juventus", "manchester", "united", "yankees", "cowboys", "steelers", "lakers", "spartak", "zenit", "steaua",
    "dinamo", "player", "gamer", "winner", "champion", "victory", "legend", "hero",
    // cars, music, food, things
    "mustang", "ferrari", "porsche", "mercedes", "corvette", "camaro", "harleydavidson", "yamaha", "toyota", "honda", "nissan", "metallica",
    "nirvana", "slipknot", "eminem", "beatles", "rockstar", "music", "guitar", "piano", "chocolate", "cookie", "cheese", "coffee", "banana",
    "orange", "lemon", "cherry", "peaches", "pepper", "sugar", "candy", "pizza", "burger", "whisky", "vodka", "beer", "silver", "golden", "gold",
    "diamond", "crystal", "money", "dollar", "bitcoin", "cash", "lucky", "magic", "wizard", "merlin", "freedom", "peace", "jesus", "christ",
    "god", "heaven", "blessed", "faith", "hope", "devil", "satan", "hell", "fuck", "fuckyou", "shit", "asshole", "bitch",
    // places, months, days
    "london", "paris", "berlin", "moscow", "москва", "bucuresti", "bucharest", "beijing", "newyork", "america", "germany", "deutschland",
    "россия", "russia", "romania", "china", "canada", "mexico", "brazil", "india", "january", "february", "march", "april", "june", "july",
    "august", "september", "october", "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday", "today", "tomorrow",
    // this and that
    "zaq", "nimda", "toor", "pass", "word", "qwe", "asd", "zxc", "woaini", "first", "last", "name", "star", "stars", "blue", "red", "green",
    "black", "white", "yellow", "purple", "pink", "hottie", "cool", "super", "mega", "ultra", "power", "energy", "fire", "thunder", "storm", "rain",
];
