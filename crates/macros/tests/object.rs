//! The derive on a small object, held against its golden definition.

use jiff::civil::Date;
use kernel::object::Object as _;
use kernel::{Address, Id, Money, Time};
use macros::Object;

/// A bicycle that a customer brought in.
#[derive(Object)]
#[object(
    plural = "bicycles",
    table = "bicycle",
    title = "{name} {frame_number}",
    subtitle = "{state}",
    area = "service",
    icon = "bike",
    owner = "mechanic",
    party_links("keeper"),
    needs_any("name", "frame_number"),
    class = "internal",
    purpose = "service",
    label(en = "Bicycle", ru = "Велосипед", zh = "自行车", ro = "Bicicletă"),
    label_plural(en = "Bicycles", ru = "Велосипеды", zh = "自行车", ro = "Biciclete")
)]
pub struct Bicycle {
    #[field(required, searchable, max = 80, label(en = "Name", ru = "Название", zh = "名称", ro = "Nume"))]
    pub name: String,
    /// Stamped under the bottom bracket.
    #[field(
        unique,
        indexed,
        label(en = "Frame number", ru = "Номер рамы", zh = "车架号", ro = "Număr de cadru"),
        help(ru = "Выбит под кареткой.", zh = "刻在中轴下方。", ro = "Ștanțat sub butuc.")
    )]
    pub frame_number: Option<String>,
    #[field(
        default = "new",
        label(en = "State", ru = "Состояние", zh = "状态", ro = "Stare"),
        options(
            new(en = "New", ru = "Новый", zh = "新", ro = "Nou", hue = 240),
            worn(en = "Worn", ru = "Изношен", zh = "磨损", ro = "Uzat")
        )
    )]
    pub state: String,
    #[field(
        label(en = "Extras", ru = "Оснащение", zh = "配件", ro = "Accesorii"),
        options(bell(en = "Bell", ru = "Звонок", zh = "车铃", ro = "Sonerie"))
    )]
    pub extras: Vec<String>,
    #[field(link = "contact", label(en = "Keeper", ru = "Владелец", zh = "车主", ro = "Deținător"))]
    pub keeper: Option<Id>,
    #[field(link = "user", label(en = "Mechanic", ru = "Механик", zh = "技师", ro = "Mecanic"))]
    pub mechanic: Option<Id>,
    #[field(links = "tag", label(en = "Tags", ru = "Метки", zh = "标签", ro = "Etichete"))]
    pub tags: Vec<Id>,
    #[field(
        phone,
        personal,
        purpose = "marketing",
        identity,
        label(en = "Phone", ru = "Телефон", zh = "电话", ro = "Telefon")
    )]
    pub phone: Option<String>,
    #[field(personal, section = "address", label(en = "Kept at", ru = "Где стоит", zh = "存放地", ro = "Păstrată la"))]
    pub kept_at: Option<Address>,
    #[field(label(en = "Price", ru = "Цена", zh = "价格", ro = "Preț"))]
    pub price: Option<Money>,
    #[field(label(en = "Wheels", ru = "Колёса", zh = "轮数", ro = "Roți"))]
    pub wheels: Option<i64>,
    #[field(label(en = "Built on", ru = "Собран", zh = "制造日期", ro = "Construită la"))]
    pub built_on: Option<Date>,
    #[field(
        label(en = "Last seen", ru = "Последний осмотр", zh = "上次检查", ro = "Văzută ultima dată"),
        retention_days = 90
    )]
    pub seen_at: Option<Time>,
    #[field(default = false, label(en = "Stolen", ru = "Украден", zh = "被盗", ro = "Furată"))]
    pub is_stolen: bool,
    #[field(formula = "price * 0.5", label(en = "Half", ru = "Половина", zh = "半价", ro = "Jumătate"))]
    pub half: Option<Money>,
    #[field(
        rollup(object = "repair", link = "bicycle", sum = "cost", filter = "is_paid = true"),
        label(en = "Repairs", ru = "Ремонт", zh = "维修", ro = "Reparații")
    )]
    pub repairs_cost: Option<Money>,
    #[field(
        rollup(object = "repair", link = "bicycle", count),
        label(en = "Repairs", ru = "Ремонты", zh = "维修次数", ro = "Nr. reparații")
    )]
    pub repairs_count: i64,
}

/// The object on the first line, then a line for each field.
fn lines(def: &kernel::ObjectDef) -> String {
    let mut object = serde_json::to_value(def).expect("a definition is JSON");
    let fields = object["fields"].take();
    let fields = fields.as_array().expect("a list").iter().map(|field| format!("\n{field}"));
    format!("{object}{}", fields.collect::<String>())
}

#[test]
fn the_definition_is_what_the_struct_says() {
    let found = lines(&Bicycle::def());
    for (found, golden) in found.lines().zip(include_str!("bicycle.jsonl").lines()) {
        assert_eq!(found, golden);
    }
    assert_eq!(found.lines().count(), include_str!("bicycle.jsonl").lines().count(), "found:\n{found}");
}

#[test]
fn what_the_json_hides_is_set_too() {
    let def = Bicycle::def();
    assert_eq!(def.table, "bicycle");
    assert_eq!(def.field(Bicycle::KEPT_AT).expect("there").column, "kept_at");
    assert!(def.fields.iter().all(|field| !field.purpose.is_empty()));
}

#[test]
fn a_definition_reads_back_from_its_json() {
    let mut def = Bicycle::def();
    let back: kernel::ObjectDef =
        serde_json::from_value(serde_json::to_value(&def).expect("json")).expect("reads back");
    def.table.clear();
    for field in &mut def.fields {
        field.column.clear();
    }
    assert_eq!(back, def);
}
