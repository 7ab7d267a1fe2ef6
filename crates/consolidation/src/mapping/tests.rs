use kernel::{Address, Currency, Value};

use super::*;
use crate::fixtures::{company, contact, excerpt, file, read, shared};
use crate::formats::Detected;
use crate::values::Style;

fn guessed(detected: &Detected, object: &ObjectDef) -> Vec<(String, String)> {
    let (contact, company) = (contact(), company());
    guess(detected, object, &[&contact, &company])
        .into_iter()
        .filter_map(|column| Some((column.name, column.field?)))
        .collect()
}

fn target<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs.iter().find(|(column, _)| column == name).map_or("", |(_, field)| field)
}

fn drafts(path: &std::path::Path, object: &ObjectDef) -> Vec<Draft> {
    let (detected, rows, _) = read(path);
    let columns = guess(&detected, object, &[&contact(), &company()]);
    let style = Style { currency: Some(Currency::USD), ..Style::of(&detected.format) };
    let recipe = Recipe::new(&columns, object, &style).unwrap();
    rows.iter()
        .map(|row| {
            let mut draft = Draft::default();
            recipe.apply(row, &mut draft);
            draft
        })
        .collect()
}

fn value<'a>(draft: &'a Draft, object: &ObjectDef, name: &str) -> &'a Value {
    draft.value(object.position(name).unwrap()).unwrap_or(&Value::Null)
}

#[test]
fn targets_are_words_that_the_object_must_know() {
    let object = contact();
    assert_eq!(Target::parse("email", &object), Some(Target::Field(3)));
    assert_eq!(Target::parse("address.city", &object), Some(Target::AddressPart(11, 1)));
    assert_eq!(Target::parse("annual_income.currency", &object), Some(Target::Currency(16)));
    assert_eq!(Target::parse("company.name", &object), Some(Target::Link { field: 6, by: Some("name".into()) }));
    assert_eq!(Target::parse("name", &object), Some(Target::Name));
    assert_eq!(Target::parse("address.planet", &object), None);
    assert_eq!(Target::parse("email.domain", &object), None);
    assert_eq!(Target::parse("salary", &object), None);
}

#[test]
fn headers_in_four_languages_are_recognised() {
    let table = file("Имя,Фамилия,Электронная почта,Мобильный телефон,Компания,Город\nАнна,Иванова,a@x.ru,+79161234567,ООО Ромашка,Москва\n".as_bytes());
    let pairs = guessed(&read(table.path()).0, &contact());
    let targets: Vec<&str> = pairs.iter().map(|(_, field)| field.as_str()).collect();
    assert_eq!(targets, ["first_name", "last_name", "email", "mobile", "company", "address.city"]);

    let table = file("姓名,邮箱,手机号码,公司名称,备注\n李雨桐,li@x.cn,+8613800138000,上海贸易,老客户\n".as_bytes());
    let pairs = guessed(&read(table.path()).0, &contact());
    let targets: Vec<&str> = pairs.iter().map(|(_, field)| field.as_str()).collect();
    assert_eq!(targets, ["name", "email", "mobile", "company", "description"]);

    let table = file(
        "Prenume;Nume;Adresă de email;Telefon;Oraș;Cod poștal\nAna;Pop;ana@x.ro;0721000111;Iași;700001\n".as_bytes(),
    );
    let pairs = guessed(&read(table.path()).0, &contact());
    let targets: Vec<&str> = pairs.iter().map(|(_, field)| field.as_str()).collect();
    assert_eq!(targets, ["first_name", "last_name", "email", "phone", "address.city", "address.postal_code"]);
}

#[test]
fn content_speaks_where_the_name_says_nothing() {
    let table = file(b"x1,x2,x3\nana@x.ro,+40 721 000 111,https://x.ro\ndan@x.ro,+40 721 000 112,https://y.ro\n");
    let pairs = guessed(&read(table.path()).0, &contact());
    assert_eq!((target(&pairs, "x1"), target(&pairs, "x2"), target(&pairs, "x3")), ("email", "phone", "website"));
}

#[test]
fn a_title_is_a_form_of_address_or_a_job_by_what_it_holds() {
    let address = file(b"Title,Last Name\nMr.,Pop\nMrs,Rus\n");
    assert_eq!(target(&guessed(&read(address.path()).0, &contact()), "Title"), "prefix");
    let job = file(b"Title,Last Name\nOwner,Pop\nSales Manager,Rus\n");
    assert_eq!(target(&guessed(&read(job.path()).0, &contact()), "Title"), "job_title");
}

#[test]
fn two_addresses_are_never_mixed() {
    let table = file(b"Last Name,Home Street,Home City,Business Street,Business Street 2,Business City,Business Country/Region\nPop,,,Main 5,Floor 2,Cluj,Romania\nRus,Side 1,,Main 6,,Iasi,Romania\n");
    let object = contact();
    let pairs = guessed(&read(table.path()).0, &object);
    assert_eq!((target(&pairs, "Home Street"), target(&pairs, "Home City")), ("", ""));
    assert_eq!(
        (target(&pairs, "Business Street 2"), target(&pairs, "Business City")),
        ("address.street", "address.city")
    );
    let drafts = drafts(table.path(), &object);
    let expected =
        Address { street: "Main 5\nFloor 2".into(), city: "Cluj".into(), country: "RO".into(), ..Address::default() };
    assert_eq!(value(&drafts[0], &object, "address"), &Value::Address(Box::new(expected)));
    assert_eq!(drafts[0].address_parts, [(11, [true, true, false, false, true])]);
}

#[test]
fn whole_names_are_taken_apart() {
    let name = |text: &str| {
        let name = split_name(text);
        (name.prefix, name.first, name.last)
    };
    let parts = |prefix: &str, first: &str, last: &str| (prefix.to_string(), first.to_string(), last.to_string());
    assert_eq!(name("Ana Pop"), parts("", "Ana", "Pop"));
    assert_eq!(name("Pop, Ana Maria"), parts("", "Ana Maria", "Pop"));
    assert_eq!(name("Dr. Ana Maria Pop"), parts("Dr.", "Ana Maria", "Pop"));
    assert_eq!(name("Ludwig van Beethoven"), parts("", "Ludwig", "van Beethoven"));
    assert_eq!(name("Martin Luther King Jr."), parts("", "Martin Luther", "King Jr."));
    assert_eq!(name("Madonna"), parts("", "", "Madonna"));
    assert_eq!(name("李雨桐"), parts("", "雨桐", "李"));
    assert_eq!(name("欧阳雨桐先生"), parts("先生", "雨桐", "欧阳"));
    assert_eq!(name("Mr."), parts("", "", "Mr."));
    assert_eq!(name(""), parts("", "", ""));
}

#[test]
fn further_values_of_a_cell_go_to_fields_that_are_empty() {
    let table = file("Name,Email,Phone 1 - Value,Mobile\nAna Pop,a@x.ro ::: b@x.ro,+40721000111 ::: +40721000112,\nDan Rus,d@x.ro,+40721000113 ::: +40721000114,+40721000115\n".as_bytes());
    let object = contact();
    let drafts = drafts(table.path(), &object);
    let text = |draft: &Draft, name: &str| value(draft, &object, name).as_text().unwrap_or("").to_string();
    assert_eq!((text(&drafts[0], "first_name"), text(&drafts[0], "last_name")), ("Ana".into(), "Pop".into()));
    assert_eq!(text(&drafts[0], "email"), "a@x.ro");
    assert_eq!((text(&drafts[0], "phone"), text(&drafts[0], "mobile")), ("+40721000111".into(), "+40721000112".into()));
    assert_eq!((text(&drafts[1], "phone"), text(&drafts[1], "mobile")), ("+40721000113".into(), "+40721000115".into()));
}

#[test]
fn a_wrong_cell_refuses_its_row_unless_the_column_is_lenient() {
    let table = file(b"Last Name,Email,Phone\nPop,not an address,12\n");
    let object = contact();
    let (detected, rows, _) = read(table.path());
    let mut columns = guess(&detected, &object, &[]);
    assert_eq!(columns[1].field.as_deref(), None, "half of the examples must fit");
    columns[1].field = Some("email".into());
    columns[1].options.lenient = true;
    columns[2].field = Some("phone".into());
    let recipe = Recipe::new(&columns, &object, &Style::default()).unwrap();
    let mut draft = Draft::default();
    recipe.apply(&rows[0], &mut draft);
    assert!(draft.is_refused());
    let told: Vec<(Option<usize>, &str, bool)> =
        draft.faults.iter().map(|fault| (fault.column, fault.error.detail.as_str(), fault.lenient)).collect();
    assert_eq!(told[1], (Some(2), "phone \"12\" is too short", false));
    assert!(told[0].2 && told[0].1.contains("not an e-mail address"));
}

#[test]
fn a_mapping_that_cannot_be_is_told_by_column() {
    let object = contact();
    let column = |index: usize, field: &str| Column {
        index,
        name: format!("c{index}"),
        samples: Vec::new(),
        field: Some(field.into()),
        confidence: 1.0,
        options: Options::default(),
    };
    let errors =
        Recipe::new(&[column(0, "email"), column(1, "email"), column(2, "shoe_size")], &object, &Style::default())
            .unwrap_err();
    let told: Vec<(&str, &str)> = errors.iter().map(|error| (error.pointer.as_str(), error.code)).collect();
    assert_eq!(told, [("/columns/1/field", "taken_twice"), ("/columns/2/field", "unknown_field")]);
}

#[test]
fn the_columns_of_public_tables_find_their_fields() {
    let object = contact();
    let path = excerpt("adventureworks_customers.csv");
    let pairs = guessed(&read(&path).0, &object);
    let expected = [
        ("CustomerKey", "external_id"),
        ("Prefix", "prefix"),
        ("FirstName", "first_name"),
        ("LastName", "last_name"),
        ("BirthDate", "birth_date"),
        ("MaritalStatus", "marital_status"),
        ("Gender", "gender"),
        ("EmailAddress", "email"),
        ("AnnualIncome", "annual_income"),
        ("TotalChildren", "children"),
        ("EducationLevel", "education"),
        ("Occupation", "occupation"),
        ("HomeOwner", "home_owner"),
    ];
    let expected: Vec<(String, String)> = expected.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
    assert_eq!(pairs, expected);
    let drafts = drafts(&path, &object);
    for draft in &drafts {
        assert!(draft.faults.is_empty(), "{:?}", draft.faults);
    }
    assert_eq!(
        value(&drafts[1], &object, "annual_income"),
        &Value::Money(kernel::Money::new(6_000_000, Currency::USD))
    );
    assert_eq!(value(&drafts[1], &object, "birth_date"), &Value::Date(jiff::civil::date(1965, 5, 14)));

    let companies = company();
    let pairs = guessed(&read(&excerpt("northwind_customers.csv")).0, &companies);
    assert_eq!(target(&pairs, "customer_id"), "external_id");
    assert_eq!(target(&pairs, "company_name"), "name");
    assert_eq!((target(&pairs, "address"), target(&pairs, "country")), ("address.street", "address.country"));
    let pairs = guessed(&read(&excerpt("northwind_suppliers.csv")).0, &companies);
    assert_eq!((target(&pairs, "supplier_id"), target(&pairs, "homepage")), ("external_id", "website"));
}

#[test]
fn the_exports_of_other_products_find_their_fields() {
    let object = contact();
    let wanted: [(&str, &[(&str, &str)]); 6] = [
        (
            "import/salesforce_report_contacts.csv",
            &[
                ("First Name", "first_name"),
                ("Title", "job_title"),
                ("Account Name", "company"),
                ("Mailing City", "address.city"),
                ("Mailing Zip/Postal Code", "address.postal_code"),
                ("Phone", "phone"),
                ("Mobile", "mobile"),
                ("Email", "email"),
                ("Fax", ""),
                ("Account Owner", "owner"),
            ],
        ),
        (
            "import/salesforce_data_export_Contact.csv",
            &[
                ("Id", "external_id"),
                ("LastName", "last_name"),
                ("MailingStreet", "address.street"),
                ("OtherCity", ""),
                ("AccountId", "company.external_id"),
                ("HasOptedOutOfEmail", "do_not_email"),
                ("DoNotCall", "do_not_call"),
                ("Birthdate", "birth_date"),
                ("Description", "description"),
                ("IsDeleted", ""),
            ],
        ),
        (
            "import/hubspot-crm-exports-all-contacts.csv",
            &[
                ("Record ID", "external_id"),
                ("Phone Number", "phone"),
                ("Primary company", "company"),
                ("Job Title", "job_title"),
                ("State/Region", "address.region"),
                ("Country/Region", "address.country"),
                ("Unsubscribed from all email", "do_not_email"),
                ("Contact owner", "owner"),
            ],
        ),
        (
            "import/google_contacts.csv",
            &[
                ("First Name", "first_name"),
                ("Organization Name", "company"),
                ("Organization Title", "job_title"),
                ("Labels", "tags"),
                ("E-mail 1 - Value", "email"),
                ("Phone 1 - Value", "phone"),
                ("Address 1 - Street", "address.street"),
                ("Address 1 - Country", "address.country"),
                ("Notes", "description"),
                ("E-mail 1 - Label", ""),
            ],
        ),
        (
            "import/outlook_desktop.csv",
            &[
                ("Company", "company"),
                ("Business Street", "address.street"),
                ("Business Country/Region", "address.country"),
                ("Home City", ""),
                ("Business Phone", "phone"),
                ("Business Fax", ""),
                ("E-mail Address", "email"),
                ("Birthday", "birth_date"),
                ("Categories", "tags"),
                ("Web Page", "website"),
            ],
        ),
        (
            "import/tb_plain.csv",
            &[
                ("Primary Email", "email"),
                ("Organization", "company"),
                ("Job Title", "job_title"),
                ("Display Name", "name"),
                ("Work City", "address.city"),
            ],
        ),
    ];
    for (name, expected) in wanted {
        let Some(path) = shared(name) else { continue };
        let pairs = guessed(&read(&path).0, &object);
        for (column, field) in expected {
            assert_eq!(target(&pairs, column), *field, "{name}: {column}");
        }
        if name.contains("tb_plain") {
            continue;
        }
        let drafts = drafts(&path, &object);
        let refused: Vec<&Draft> = drafts.iter().filter(|draft| draft.is_refused()).collect();
        assert!(refused.is_empty(), "{name}: {:?}", refused.first().map(|draft| (draft.row, &draft.faults)));
    }
}

#[test]
fn all_adventure_works_customers_can_be_taken() {
    let Some(path) = shared("orders/adventureworks/AdventureWorks_Customers.csv.gz") else { return };
    let object = contact();
    let drafts = drafts(&path, &object);
    assert_eq!(drafts.len(), 18_148);
    for draft in &drafts {
        assert!(draft.faults.is_empty(), "row {}: {:?}", draft.row, draft.faults);
    }
    let filled = |name: &str| drafts.iter().filter(|draft| !value(draft, &object, name).is_null()).count();
    assert_eq!(filled("birth_date"), 18_148);
    assert_eq!(filled("email"), 18_148);
    assert_eq!(filled("prefix"), 18_018);
}

#[test]
fn the_upsert_key_is_the_surest_one() {
    let object = contact();
    let table = file(b"Record ID,Email,Last Name\n1,a@x.ro,Pop\n");
    let columns = guess(&read(table.path()).0, &object, &[]);
    assert_eq!(suggested_key(&columns, &object).as_deref(), Some("email"));
    let table = file(b"Record ID,Last Name\n1,Pop\n");
    let columns = guess(&read(table.path()).0, &object, &[]);
    assert_eq!(suggested_key(&columns, &object).as_deref(), Some("external_id"));
    assert_eq!(natural_key(&company()), Some("name"));
    assert_eq!(natural_key(&object), None);
}
