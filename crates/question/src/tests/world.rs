//! A small company made by chance: records with gaps, links to trashed records, events under old ids.

use kernel::{Address, Currency, FieldType, Id, Money, ObjectDef, Time, Value};

use super::cast::schema;
use super::language::{
    EventKinds, EventsAsked, Facts, FigureKind, Link, Place, PlaceOf, Schema, SegmentRef, SystemField, Values,
};

pub const NOW: i64 = 1_603_587_600_000; // 2020-10-25T01:00Z: clocks go back in Bucharest within the hour
pub const DAY: i64 = 86_400_000;

/// Chance that can be repeated.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        usize::try_from(z % u64::try_from(sides.max(1)).unwrap()).unwrap()
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())].clone()
    }

    pub fn id(&mut self, at: i64) -> Id {
        let mut digest = [0u8; 10];
        for byte in &mut digest {
            *byte = u8::try_from(self.roll(256)).unwrap();
        }
        Id::derived(at, &digest)
    }
}

pub const TEXTS: [&str; 16] = [
    "Paris",
    "paris",
    "PARIS west",
    "Berlin",
    "Бельцы",
    "бельцы",
    "Ștefan",
    "ștefan",
    "a\"b",
    "50%",
    "_x",
    "北京",
    "Straße",
    "O'Hara",
    "a\\b",
    "[\"x\"]",
];
pub const INTS: [i64; 9] = [-3, 0, 1, 2, 3, 4, 100, i64::MAX, i64::MIN];
pub const NUMBERS: [f64; 7] = [-3.0, 0.0, 0.25, 1.5, 2.0, 3.0, 1e17];
pub const AMOUNTS: [i64; 6] = [-500, 0, 1, 999, 10_000, 123_456];
pub const KINDS: [&str; 6] = ["order.placed", "order.paid", "orders.odd", "email.opened", "order", "segment.entered"];

pub fn currencies() -> [Currency; 3] {
    [Currency::EUR, Currency::USD, Currency::parse("JPY").unwrap()]
}

pub fn days() -> Vec<jiff::civil::Date> {
    [-400, -91, -90, -31, -30, -29, -25, -24, -7, -1, 0, 1, 2, 7, 8].map(|n| Time(NOW + n * DAY).date()).to_vec()
}

pub fn moments() -> Vec<i64> {
    let mut all = Vec::new();
    for n in [-400, -90, -31, -30, -7, -1, 0, 1, 7] {
        // Midnight in UTC and in Bucharest, and around now.
        for hours in [-1, 0, 21, 22] {
            all.push((NOW / DAY) * DAY + n * DAY + hours * 3_600_000);
        }
        all.extend([NOW + n * DAY, NOW + n * DAY - 1, NOW + n * DAY + 1]);
    }
    all
}

#[derive(Debug, Clone)]
pub struct Record {
    pub object: usize,
    pub id: Id,
    pub title: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
    pub created_by: Option<Id>,
    pub version: i64,
    pub deleted: bool,
    pub values: Vec<Value>,
}

#[derive(Debug, Clone)]
pub struct Event {
    pub id: Id,
    pub at: i64,
    pub kind: String,
    pub party: Id,
    pub record: Option<Id>,
    pub amount: Option<Money>,
}

pub struct World {
    pub schema: Vec<ObjectDef>,
    pub records: Vec<Record>,
    pub events: Vec<Event>,
    /// (old id, party)
    pub aliases: Vec<(Id, Id)>,
    /// (party, event, main party)
    pub also: Vec<(Id, Id, Id)>,
    pub me: Id,
    pub teams: Vec<Id>,
    /// (segment, party, whether it is a member still)
    pub members: Vec<(Id, Id, bool)>,
    /// (source, record under the id it had then, whether the row is there still)
    pub fed: Vec<(Id, Id, bool)>,
}

/// The segments that there are: name, id and object.
pub const SEGMENTS: [(&str, u128, &str); 3] =
    [("Best \"A\"", 0xa1, "contact"), ("Ушли", 0xa2, "contact"), ("Large", 0xa3, "company")];

/// The sources that there are: name and id.
pub const SOURCES: [(&str, u128); 2] = [("Old \"shop\"", 0xb1), ("Бухгалтерия", 0xb2)];

/// The definitions with the segments and sources.
pub struct Known<'w>(pub &'w [ObjectDef]);

impl Schema for Known<'_> {
    fn object(&self, name: &str) -> Option<&ObjectDef> {
        self.0.object(name)
    }

    fn object_by_plural(&self, plural: &str) -> Option<&ObjectDef> {
        self.0.object_by_plural(plural)
    }

    fn segment(&self, name: &str) -> Option<SegmentRef> {
        let (_, id, object) = SEGMENTS.into_iter().find(|(known, ..)| *known == name)?;
        Some(SegmentRef { id: segment_id(id), object: object.to_string() })
    }

    fn source(&self, name: &str) -> Option<Id> {
        SOURCES.into_iter().find(|(known, _)| *known == name).map(|(_, id)| segment_id(id))
    }
}

pub fn segment_id(number: u128) -> Id {
    Id::parse(&format!("00000000-0000-7000-8000-{number:012x}")).unwrap()
}

impl World {
    /// `contacts` contacts, and others in proportion.
    pub fn new(dice: &mut Dice, contacts: usize) -> World {
        let schema = schema();
        let mut records = Vec::new();
        for (object, def) in schema.iter().enumerate() {
            let wanted = match def.name.as_str() {
                "contact" => contacts,
                "order" => contacts * 2,
                "company" | "deal" => contacts / 2 + 1,
                _ => 4,
            };
            for _ in 0..wanted {
                let moments = moments();
                let (created_at, updated_at) = (dice.pick(&moments), dice.pick(&moments));
                records.push(Record {
                    object,
                    id: dice.id(created_at),
                    title: (dice.roll(5) > 0).then(|| dice.pick(&TEXTS).to_string()),
                    created_at,
                    updated_at,
                    created_by: None,
                    version: i64::try_from(dice.roll(4)).unwrap(),
                    deleted: dice.roll(5) == 0,
                    values: Vec::new(),
                });
            }
        }
        let mut world = World {
            schema,
            records,
            events: Vec::new(),
            aliases: Vec::new(),
            also: Vec::new(),
            me: Id::NIL,
            teams: Vec::new(),
            members: Vec::new(),
            fed: Vec::new(),
        };
        world.me = world.any_id("user", dice);
        world.teams = vec![world.any_id("team", dice), world.any_id("team", dice)];
        for at in 0..world.records.len() {
            let fields = world.schema[world.records[at].object].fields.clone();
            world.records[at].values = fields.iter().map(|field| world.value(&field.kind, dice)).collect();
            world.records[at].created_by = (dice.roll(3) > 0).then(|| world.any_id("user", dice));
        }
        for _ in 0..contacts / 3 {
            let (old, party) = (dice.id(NOW), world.any_id("contact", dice));
            world.aliases.push((old, party));
        }
        for _ in 0..contacts * 3 {
            world.add_event(dice);
        }
        for (_, segment, object) in SEGMENTS {
            for record in &world.records {
                if world.schema[record.object].name == object && dice.roll(2) == 0 {
                    world.members.push((segment_id(segment), record.id, dice.roll(3) > 0));
                }
            }
        }
        let olds: Vec<Id> = world.aliases.iter().map(|(old, _)| *old).collect();
        for (_, source) in SOURCES {
            for id in world.records.iter().map(|record| record.id).chain(olds.iter().copied()) {
                if dice.roll(3) == 0 {
                    world.fed.push((segment_id(source), id, dice.roll(4) > 0));
                }
            }
        }
        world
    }

    fn add_event(&mut self, dice: &mut Dice) {
        let at = dice.pick(&moments());
        let party = match dice.roll(8) {
            0 => Id::NIL,
            1 => self.any_id("company", dice),
            2 | 3 if !self.aliases.is_empty() => dice.pick(&self.aliases).0,
            _ => self.any_id("contact", dice),
        };
        let record = match dice.roll(3) {
            0 => None,
            1 => Some(self.any_id("order", dice)),
            _ => Some(self.any_id("contact", dice)),
        };
        let amount = (dice.roll(3) > 0).then(|| Money::new(dice.pick(&AMOUNTS), dice.pick(&currencies())));
        let id = dice.id(at);
        if dice.roll(3) == 0 && !party.is_nil() {
            let other = match dice.roll(3) {
                0 if !self.aliases.is_empty() => dice.pick(&self.aliases).0,
                1 => self.any_id("contact", dice),
                _ => self.any_id("company", dice),
            };
            self.also.push((other, id, party));
        }
        self.events.push(Event { id, at, kind: dice.pick(&KINDS).to_string(), party, record, amount });
    }

    pub fn object(&self, name: &str) -> usize {
        self.schema.iter().position(|def| def.name == name).unwrap()
    }

    pub fn any_id(&self, object: &str, dice: &mut Dice) -> Id {
        let object = self.object(object);
        let ids: Vec<Id> =
            self.records.iter().filter(|record| record.object == object).map(|record| record.id).collect();
        dice.pick(&ids)
    }

    fn value(&self, kind: &FieldType, dice: &mut Dice) -> Value {
        if dice.roll(4) == 0 {
            return Value::Null;
        }
        match kind {
            FieldType::Text { .. } | FieldType::LongText | FieldType::Email | FieldType::Phone | FieldType::Url => {
                Value::Text(dice.pick(&TEXTS).to_string())
            }
            FieldType::Choice { options } => Value::Text(dice.pick(options).value),
            FieldType::MultiChoice { options } => {
                let values: Vec<String> =
                    options.iter().filter(|_| dice.roll(2) == 0).map(|option| option.value.clone()).collect();
                if values.is_empty() { Value::Null } else { Value::Choices(values) }
            }
            FieldType::Integer => Value::Int(dice.pick(&INTS)),
            FieldType::Number => Value::Number(dice.pick(&NUMBERS)),
            FieldType::Money => Value::Money(Money::new(dice.pick(&AMOUNTS), dice.pick(&currencies()))),
            FieldType::Date => Value::Date(dice.pick(&days())),
            FieldType::Time => Value::Time(Time(dice.pick(&moments()))),
            FieldType::Boolean => Value::Bool(dice.roll(2) == 0),
            FieldType::Address => {
                let mut part = || if dice.roll(2) == 0 { String::new() } else { dice.pick(&TEXTS).to_string() };
                Value::Address(Box::new(Address {
                    street: part(),
                    city: part(),
                    region: part(),
                    postal_code: part(),
                    country: part(),
                }))
            }
            FieldType::Link { target } if target == "any" => Value::Link(self.any_id("company", dice)),
            FieldType::Link { target } => Value::Link(self.any_id(target, dice)),
            FieldType::Links { target } => {
                let mut ids: Vec<Id> = (0..dice.roll(3)).map(|_| self.any_id(target, dice)).collect();
                ids.sort();
                ids.dedup();
                if ids.is_empty() { Value::Null } else { Value::Links(ids) }
            }
            _ => Value::Null,
        }
    }

    /// All ids of a party, now and before.
    pub fn ids_of(&self, id: Id) -> Vec<Id> {
        let old = self.aliases.iter().filter(|(_, party)| *party == id).map(|(old, _)| *old);
        std::iter::once(id).chain(old).collect()
    }

    /// Whether an event is on the record, or stands on the party's timeline.
    pub fn concerns(&self, event: &Event, record: &Record) -> bool {
        if !self.schema[record.object].party {
            return event.record == Some(record.id);
        }
        let ids = self.ids_of(record.id);
        ids.contains(&event.party)
            || self.also.iter().any(|(party, id, main)| ids.contains(party) && *id == event.id && *main == event.party)
    }
}

/// A record as the evaluator sees it.
pub struct Live<'w> {
    pub world: &'w World,
    pub record: &'w Record,
}

impl Values for Live<'_> {
    fn value(&self, place: &Place) -> Value {
        match &place.of {
            PlaceOf::Field { position, .. } => self.record.values[*position].clone(),
            PlaceOf::System(SystemField::Id) => Value::Link(self.record.id),
            PlaceOf::System(SystemField::Title) => self.record.title.clone().map_or(Value::Null, Value::Text),
            PlaceOf::System(SystemField::CreatedAt) => Value::Time(Time(self.record.created_at)),
            PlaceOf::System(SystemField::UpdatedAt) => Value::Time(Time(self.record.updated_at)),
            PlaceOf::System(SystemField::CreatedBy) => self.record.created_by.map_or(Value::Null, Value::Link),
            PlaceOf::System(SystemField::Version) => Value::Int(self.record.version),
        }
    }
}

fn holds(value: &Value, id: Id) -> bool {
    match value {
        Value::Link(link) => *link == id,
        Value::Links(ids) => ids.contains(&id),
        _ => false,
    }
}

impl Facts for Live<'_> {
    fn linked(&self, link: &Link) -> Vec<Box<dyn Facts + '_>> {
        let value = self.value(link.place());
        let object = self.world.object(link.object());
        let records = self
            .world
            .records
            .iter()
            .filter(|other| other.object == object && !other.deleted && holds(&value, other.id));
        records.map(|record| Box::new(Live { world: self.world, record }) as Box<dyn Facts>).collect()
    }

    fn children(&self, link: &Link) -> Vec<Box<dyn Facts + '_>> {
        let object = self.world.object(link.object());
        let all = self.world.records.iter().filter(|other| other.object == object && !other.deleted);
        let lives = all
            .map(|record| Live { world: self.world, record })
            .filter(|live| holds(&live.value(link.place()), self.record.id));
        lives.map(|live| Box::new(live) as Box<dyn Facts>).collect()
    }

    fn is_member(&self, segment: Id) -> bool {
        self.world.members.contains(&(segment, self.record.id, true))
    }

    fn is_fed_by(&self, source: Id) -> bool {
        let ids = self.world.ids_of(self.record.id);
        self.world.fed.iter().any(|(by, id, is_there)| *by == source && *is_there && ids.contains(id))
    }

    fn events(&self, asked: &EventsAsked) -> Value {
        let matching = |event: &&Event| {
            let kind = match &asked.kinds {
                EventKinds::All => event.kind != "segment.entered",
                kinds => kinds.holds(&event.kind),
            };
            kind && self.world.concerns(event, self.record)
                && asked.window.is_none_or(|(from, until)| (from..=until).contains(&event.at))
                && asked.currency.is_none_or(|currency| event.amount.is_some_and(|amount| amount.currency == currency))
        };
        let events: Vec<&Event> = self.world.events.iter().filter(matching).collect();
        let amounts = events.iter().filter_map(|event| event.amount.map(|amount| amount.amount));
        let times = events.iter().map(|event| event.at);
        match asked.of {
            FigureKind::Count => Value::Int(i64::try_from(events.len()).unwrap()),
            FigureKind::Sum => Value::Int(amounts.sum()),
            FigureKind::Min => amounts.min().map_or(Value::Null, Value::Int),
            FigureKind::Max => amounts.max().map_or(Value::Null, Value::Int),
            FigureKind::First => times.min().map_or(Value::Null, |at| Value::Time(Time(at))),
            FigureKind::Last => times.max().map_or(Value::Null, |at| Value::Time(Time(at))),
        }
    }
}
