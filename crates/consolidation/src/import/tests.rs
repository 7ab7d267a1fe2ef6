use std::path::Path;

use foundation::jobs::Runner;
use foundation::records::read::{self, ListQuery};
use foundation::{Config, Domains};
use kernel::{FieldType, Labels};

use super::*;
use crate::fixtures::{excerpt, file, object, shared};

/// A company in a folder of its own, with parcels and their lines beside the standard objects.
struct Company {
    app: App,
    boss: Principal,
    folder: tempfile::TempDir,
}

/// Runs a story on SQLite, and on PostgreSQL where `RAPPORT_TEST_POSTGRES` says where it is.
fn on_both(story: impl Fn(Company)) {
    story(company(None));
    if let Ok(url) = std::env::var("RAPPORT_TEST_POSTGRES") {
        story(company(Some(url)));
    }
}

fn company(postgres: Option<String>) -> Company {
    let text = || FieldType::Text { max: 200 };
    let link = |target: &str| FieldType::Link { target: target.into() };
    let mut parcel = object(
        "parcel",
        "parcels",
        "{number}",
        vec![
            ("number", Labels::en("Number"), text()),
            ("recipient", Labels::en("Recipient"), link("company")),
            ("sent_on", Labels::en("Sent"), FieldType::Date),
        ],
    );
    parcel.party = false;
    let mut line = object(
        "parcel_line",
        "parcel_lines",
        "{external_id}",
        vec![
            ("parcel", Labels::en("Parcel"), link("parcel")),
            ("supplier", Labels::en("Supplier"), link("company")),
            ("phone", Labels::en("Phone"), FieldType::Phone),
            ("quantity", Labels::en("Quantity"), FieldType::Integer),
            ("external_id", Labels::en("Key"), text()),
        ],
    );
    line.party = false;
    let folder = tempfile::tempdir().unwrap();
    let domains = Domains { objects: vec![parcel, line], migrations: crate::MIGRATIONS.to_vec(), ..Domains::default() };
    let mut config = Config::folder(folder.path());
    if let Some(url) = postgres {
        let name = format!("t_{}", Id::at(0).to_string().replace('-', ""));
        let server = db::Db::open(&db::Target::Postgres(url.clone())).unwrap();
        let schema = name.clone();
        server.write(move |tx| tx.batch(&format!("create schema {schema}"))).unwrap();
        let joint = if url.contains('?') { '&' } else { '?' };
        config.target = db::Target::Postgres(format!("{url}{joint}options=-c%20search_path%3D{name}"));
    }
    let app = App::open(config, domains).unwrap();
    Company { app, boss: Principal::system("test"), folder }
}

impl Company {
    fn import(&self, object: &str, key: Option<&str>, path: &Path) -> Import {
        import_file(&self.app, &self.boss, object, key, path, &Revision::default(), &mut |_| {}).unwrap()
    }

    /// An import as an upload leaves it.
    fn uploaded(&self, object: &str, bytes: &[u8]) -> Import {
        let id = Id::at(self.app.now().0);
        std::fs::create_dir_all(folder(&self.app)).unwrap();
        std::fs::write(file_of(&self.app, id), bytes).unwrap();
        let detected = examine(&file_of(&self.app, id), &Wishes::default()).unwrap();
        let (object, size) = (object.to_string(), bytes.len() as u64);
        self.app
            .write_now(&self.boss, move |op| {
                begin(op, id, &object, "file.csv", size, detected.clone(), Wishes::default())
            })
            .unwrap()
    }

    fn revise(&self, import: &Import, revision: serde_json::Value) -> Result<Import> {
        let (id, revision) = (import.id, serde_json::from_value::<Revision>(revision).unwrap());
        self.app.write_now(&self.boss, move |op| revise(op, id, &revision, None))
    }

    fn run_jobs(&self) {
        let boss = self.boss.clone();
        let runner = Runner::new(self.app.clone(), crate::works(), std::sync::Arc::new(move |_, _| Ok(boss.clone())));
        while runner.run_next().unwrap() {}
    }

    fn load(&self, import: &Import) -> Import {
        let id = import.id;
        self.app.read_now(&self.boss, |reader| queries::load(reader, id)).unwrap()
    }

    fn count(&self, object: &str) -> i64 {
        self.app
            .read_now(&self.boss, |reader| {
                let object = reader.object(object)?;
                Ok(read::count_exact(reader, &object, &ListQuery::default())?.value)
            })
            .unwrap()
    }

    /// Records by title, as the API shows them.
    fn records(&self, object: &str) -> Vec<Json> {
        self.app
            .read_now(&self.boss, |reader| {
                let object = reader.object(object)?;
                let query = ListQuery { sort: vec!["title".into()], limit: 200, ..ListQuery::default() };
                let page = read::list(reader, &object, &query)?;
                read::show(reader, &object, &page.records, None)
            })
            .unwrap()
    }

    fn refused(&self, import: &Import, path: &Path) -> String {
        let bytes = self.app.read_now(&self.boss, |reader| write_refused(reader, import, path, Vec::new())).unwrap();
        String::from_utf8(bytes).unwrap()
    }
}

fn figures(import: &Import) -> (u64, u64, u64, u64) {
    (import.created, import.changed, import.unchanged, import.wrong)
}

#[test]
fn importing_the_same_file_again_changes_nothing() {
    on_both(|company| {
        let first = company.import("companies", None, &excerpt("northwind_customers.csv"));
        assert_eq!((first.state, figures(&first)), (State::Done, (24, 0, 0, 0)));
        assert_eq!(first.plan.key.as_deref(), Some("external_id"));
        let again = company.import("companies", None, &excerpt("northwind_customers.csv"));
        assert_eq!(figures(&again), (0, 0, 24, 0));
        assert_eq!(company.count("companies"), 24);
        let alfreds =
            company.records("companies").into_iter().find(|record| record["title"] == "Alfreds Futterkiste").unwrap();
        assert_eq!(alfreds["external_id"], "ALFKI");
        assert_eq!(
            alfreds["address"],
            json!({ "street": "Obere Str. 57", "city": "Berlin", "postal_code": "12209", "country": "DE" })
        );
    });
}

#[test]
fn companies_and_tags_that_are_named_are_made_once() {
    on_both(|company| {
        let table = file(
            "First Name,Last Name,E-mail,Company,Tags\nAna,Pop,ana@x.ro,Blue Bakery,vip ::: b2b\nDan,Rus,dan@x.ro,blue  bakery,b2b\nIon,Lup,ion@x.ro,,\n".as_bytes(),
        );
        let done = company.import("contacts", None, table.path());
        assert_eq!(figures(&done), (3, 0, 0, 0));
        assert_eq!((company.count("companies"), company.count("tags")), (1, 2));
        let contacts = company.records("contacts");
        let by_title = |title: &str| contacts.iter().find(|contact| contact["title"] == title).unwrap();
        assert_eq!(by_title("Ana Pop")["company"], by_title("Dan Rus")["company"]);
        assert_eq!(by_title("Ana Pop")["tags"].as_array().unwrap().len(), 2);

        // A later file that names other tags adds to them.
        let more = file(b"E-mail,Tags\nana@x.ro,newsletter\n");
        let done = company.import("contacts", Some("email"), more.path());
        assert_eq!(figures(&done), (0, 1, 0, 0));
        let ana = company.records("contacts").into_iter().find(|contact| contact["title"] == "Ana Pop").unwrap();
        assert_eq!(ana["tags"].as_array().unwrap().len(), 3);
    });
}

#[test]
fn rows_with_the_same_key_are_one_record_and_later_ones_stand() {
    on_both(|company| {
        let table =
            file(b"Email,First Name,Last Name,City,Zip\nA@X.RO,Ana,,Cluj,\na@x.ro,,Pop,,400\nb@x.ro,Dan,Rus,Iasi,\n");
        let done = company.import("contacts", None, table.path());
        assert_eq!(figures(&done), (2, 0, 1, 0));
        let ana = company.records("contacts").into_iter().find(|contact| contact["email"] == "a@x.ro").unwrap();
        assert_eq!(ana["title"], "Ana Pop");

        // Parts of an address that a file does not mention stay.
        let more = file(b"Email,Street\na@x.ro,Main 5\n");
        company.import("contacts", None, more.path());
        let ana = company.records("contacts").into_iter().find(|contact| contact["email"] == "a@x.ro").unwrap();
        assert_eq!(ana["address"]["street"], "Main 5");
        assert_eq!(ana["address"]["postal_code"], "400");
    });
}

#[test]
fn refused_rows_come_back_with_their_reasons_and_can_be_imported_again() {
    on_both(|company| {
        let table = file(b"Last Name,Email,Phone\nPop,ana@x.ro,+40721000111\n=Rus,dan,12\nLup,ion@x.ro,+40721000112\n");
        let import = company.uploaded("contacts", &std::fs::read(table.path()).unwrap());
        let import = company
            .revise(&import, json!({ "columns": [{ "index": 1, "field": "email" }, { "index": 2, "field": "phone" }], "key": "email" }))
            .unwrap();
        company
            .app
            .write_now(&company.boss, {
                let id = import.id;
                move |op| queue_run(op, id)
            })
            .unwrap();
        company.run_jobs();
        let import = company.load(&import);
        assert_eq!((import.state, figures(&import)), (State::Done, (2, 0, 0, 1)));
        let shown = company.app.read_now(&company.boss, |reader| show(reader, &import, true)).unwrap();
        let errors = shown["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 2);
        assert_eq!(
            (&errors[1]["row"], &errors[1]["column"], &errors[1]["detail"]),
            (&json!(3), &json!("Phone"), &json!("phone \"12\" is too short"))
        );
        let refused = company.refused(&import, &file_of(&company.app, import.id));
        let lines: Vec<&str> = refused.lines().collect();
        assert_eq!(lines.len(), 2, "{refused}");
        assert!(lines[1].starts_with("\"'=Rus\",dan,12,3,"), "{refused}");
        assert!(lines[1].contains("too short"));
    });
}

#[test]
fn a_dry_run_foresees_what_the_run_does_and_writes_nothing() {
    on_both(|company| {
        company.import("companies", None, &excerpt("northwind_customers.csv"));
        let text = "customer_id,company_name,city,phone\nALFKI,Alfreds Futterkiste,Hamburg,\nANATR,Ana Trujillo Emparedados y helados,,\nNEW01,New One,,12\nNEW02,New Two,,\nNEW02,New Two,,\n";
        let import = company.uploaded("companies", text.as_bytes());
        let import = company.revise(&import, json!({ "columns": [{ "index": 3, "field": "phone" }] })).unwrap();
        company
            .app
            .write_now(&company.boss, {
                let id = import.id;
                move |op| queue_check(op, id)
            })
            .unwrap();
        company.run_jobs();
        let checked = company.load(&import);
        assert_eq!((checked.state, figures(&checked)), (State::Checked, (1, 1, 2, 1)));
        assert_eq!(company.count("companies"), 24);
        company
            .app
            .write_now(&company.boss, {
                let id = import.id;
                move |op| queue_run(op, id)
            })
            .unwrap();
        company.run_jobs();
        let done = company.load(&import);
        assert_eq!((done.state, figures(&done)), (State::Done, (1, 1, 2, 1)));
        assert_eq!(company.count("companies"), 25);
    });
}

fn many(rows: std::ops::Range<usize>) -> Vec<u8> {
    let mut text = String::from("Record ID,Last Name,Email\n");
    for n in rows {
        text.push_str(&format!("{n},Name {n},n{n}@x.ro\n"));
    }
    text.into_bytes()
}

#[test]
fn an_import_that_was_stopped_goes_on_behind_its_last_row_and_is_undone_as_one() {
    on_both(|company| {
        let import = company.uploaded("contacts", &many(0..12_000));
        let import = company
            .app
            .write_now(&company.boss, {
                let id = import.id;
                move |op| queue_run(op, id)
            })
            .unwrap();
        // The process dies behind the first part: a panic in the middle leaves what is committed and nothing else.
        let file = file_of(&company.app, import.id);
        let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            run_now(&company.app, &company.boss, &import, &file, None, &mut |progress| {
                assert!(progress.rows == 0, "killed")
            })
        }));
        assert!(died.is_err());
        let halfway = company.load(&import);
        assert_eq!((halfway.state, halfway.settled_row, halfway.created), (State::Running, 5_001, 5_000));
        assert_eq!(company.count("contacts"), 5_000);

        // The job's runner finds it and goes on.
        company.run_jobs();
        let done = company.load(&import);
        assert_eq!((done.state, figures(&done), done.rows), (State::Done, (12_000, 0, 0, 0), 12_000));
        assert_eq!(company.count("contacts"), 12_000);

        let undone = company
            .app
            .write_now(&company.boss, {
                let id = import.id;
                move |op| undo(op, id)
            })
            .unwrap();
        assert!(undone.get("undone").is_some() || undone.get("job").is_some());
        company.run_jobs();
        assert_eq!(company.count("contacts"), 0);
        assert_eq!(company.load(&import).state, State::Undone);
    });
}

#[test]
fn a_cancelled_import_stops_and_keeps_what_is_settled() {
    on_both(|company| {
        let import = company.uploaded("contacts", &many(0..12_000));
        let import = company
            .app
            .write_now(&company.boss, {
                let id = import.id;
                move |op| queue_run(op, id)
            })
            .unwrap();
        let file = file_of(&company.app, import.id);
        let (app, boss, id) = (company.app.clone(), company.boss.clone(), import.id);
        let stopped = run_now(&company.app, &company.boss, &import, &file, None, &mut |_| {
            app.write_now(&boss, move |op| cancel(op, id)).unwrap();
        });
        assert!(stopped.is_err());
        assert_eq!((company.load(&import).state, company.count("contacts")), (State::Cancelled, 5_000));
        company.app.write_now(&company.boss, move |op| queue_run(op, id)).unwrap();
        company.run_jobs();
        assert_eq!((company.load(&import).state, company.count("contacts")), (State::Done, 12_000));
    });
}

#[test]
fn modes_pass_over_what_they_do_not_mean() {
    on_both(|company| {
        let first = file(&many(0..3));
        company.import("contacts", None, first.path());
        let second = file(b"Record ID,Last Name,Email\n2,Changed,n2@x.ro\n3,New,n3@x.ro\n");
        let with = |mode: Mode| {
            let revision = Revision { mode: Some(mode), ..Revision::default() };
            import_file(&company.app, &company.boss, "contacts", None, second.path(), &revision, &mut |_| {}).unwrap()
        };
        assert_eq!(figures(&with(Mode::Update)), (0, 1, 1, 0));
        assert_eq!(company.count("contacts"), 3);
        assert_eq!(figures(&with(Mode::Create)), (1, 0, 1, 0));
        assert_eq!(company.count("contacts"), 4);
    });
}

const MANIFEST: &str = r#"
[[step]]
file = "companies.csv"
object = "companies"
rows = 2
[step.fields]
external_id = "Key"
name = { column = "Name", case = "title", values = { "ACME INC" = "Acme" } }
phone = "Phone"

[[step]]
file = "parcels.csv"
object = "parcels"
key = "number"
date_style = "mdy"
group_by = "Number"
rows = 6
records = 3
where = { Kind = ["parcel"] }
[step.fields]
number = "Number"
"recipient.external_id" = "To"
sent_on = "Sent"
[step.lines]
object = "parcel_lines"
link = "parcel"
copy_from_link = { phone = "supplier.phone" }
[step.lines.fields]
external_id = { template = "{Number}-{Line}" }
"supplier.external_id" = "Supplier"
quantity = { column = "Quantity", times = 10 }
"#;

#[test]
fn groups_of_rows_become_a_record_and_its_lines_or_nothing() {
    on_both(|company| {
        let folder = company.folder.path().join("demo");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("manifest.toml"), MANIFEST).unwrap();
        std::fs::write(
            folder.join("companies.csv"),
            "Key,Name,Phone\nA,ACME INC,+40721000111\nB,BLUE O'BRIEN-BAKERY,\n",
        )
        .unwrap();
        let parcels = "Kind,Number,To,Sent,Line,Supplier,Quantity\n\
            parcel,P1,A,5/14/2015,1,A,3\nparcel,P1,A,5/14/2015,2,B,4\nletter,L1,A,5/14/2015,1,A,1\nparcel,P2,A,5/15/2015,1,A,5\nparcel,P2,A,5/15/2015,2,NOBODY,5\nparcel,P3,B,5/16/2015,1,A,x\nparcel,P4,B,5/17/2015,1,B,7\n\
            parcel,P1,A,5/14/2015,3,A,9\n";
        std::fs::write(folder.join("parcels.csv"), parcels).unwrap();
        let done = manifest::load(&company.app, &company.boss, &folder.join("manifest.toml"), &mut |_| {}).unwrap();
        assert_eq!(done[0].surprises, Vec::<String>::new());
        assert_eq!((done[1].import.created, done[1].import.wrong), (2, 4), "{:?}", done[1].refused);
        let reasons: Vec<(u64, &str)> =
            done[1].refused.iter().map(|refusal| (refusal.row, refusal.code.as_str())).collect();
        assert_eq!(reasons, [(6, "unknown_link"), (7, "wrong_number"), (9, "not_together")]);
        assert_eq!((company.count("parcels"), company.count("parcel_lines")), (2, 3));
        let lines = company.records("parcel_lines");
        assert_eq!(
            (&lines[0]["external_id"], &lines[0]["quantity"], &lines[0]["phone"]),
            (&json!("P1-1"), &json!(30), &json!("+40721000111"))
        );
        assert!(company.records("companies").iter().any(|record| record["title"] == "Blue O'Brien-Bakery"));

        let again = manifest::load(&company.app, &company.boss, &folder.join("manifest.toml"), &mut |_| {}).unwrap();
        assert_eq!((again[1].import.created, again[1].import.changed, again[1].import.unchanged), (0, 0, 2));
        assert_eq!(company.count("parcel_lines"), 3);
    });
}

#[test]
fn a_mapping_with_faults_is_told_and_changes_nothing() {
    on_both(|company| {
        let import = company.uploaded("contacts", b"Last Name,Email\nPop,a@x.ro\n");
        let error = company.revise(&import, json!({ "columns": [{ "index": 0, "field": "shoe_size" }] })).unwrap_err();
        assert!(
            matches!(&error, Error::Invalid(faults) if faults[0].pointer == "/columns/0/field" && faults[0].code == "unknown_field")
        );
        let error = company.revise(&import, json!({ "key": "phone" })).unwrap_err();
        assert!(matches!(&error, Error::Invalid(faults) if faults[0].pointer == "/key"));
        assert_eq!(company.load(&import).plan, import.plan);
        assert!(serde_json::from_value::<Revision>(json!({ "colums": [] })).is_err());
    });
}

#[test]
fn a_kept_mapping_is_found_for_the_next_file_with_the_same_columns() {
    on_both(|company| {
        let import = company.uploaded("contacts", b"a1,a2\nPop,x\n");
        let import = company
            .revise(
                &import,
                json!({ "columns": [{ "index": 0, "field": "last_name" }, { "index": 1, "field": "department" }] }),
            )
            .unwrap();
        let body = serde_json::to_value(mapping_of(&import)).unwrap();
        company.app.write_now(&company.boss, move |op| queries::keep_mapping(op, "Ours", "contact", &body)).unwrap();
        let next = company.uploaded("contacts", b"a1,a2\nRus,y\n");
        let fields: Vec<Option<&str>> = next.plan.columns.iter().map(|column| column.field.as_deref()).collect();
        assert_eq!(fields, [Some("last_name"), Some("department")]);
    });
}

#[test]
fn people_without_a_key_are_known_by_name_and_company() {
    on_both(|company| {
        let first = file(b"First Name,Last Name,Email,Company,Phone\nAna,Pop,ana@x.ro,Blue Bakery,\nAna,Pop,ana.pop@y.ro,Red Bakery,\nDan,Rus,,Blue Bakery,+40721000111\n");
        assert_eq!(figures(&company.import("contacts", Some("email"), first.path())), (3, 0, 0, 0));
        // Without an address: the company tells which Ana; nothing tells which Ana the last row means.
        let second = file(b"First Name,Last Name,Email,Company,Phone,City\nANA,POP,,blue bakery,,Cluj\nDan,Rus,dan@x.ro,,+40 721 000 111,Iasi\nAna,Pop,,,,Arad\n");
        let done = company.import("contacts", Some("email"), second.path());
        assert_eq!(figures(&done), (1, 2, 0, 0));
        let dan = company.records("contacts").into_iter().find(|contact| contact["title"] == "Dan Rus").unwrap();
        assert_eq!(dan["email"], "dan@x.ro");
        // Another address is another person.
        let third = file(b"First Name,Last Name,Email,Company\nAna,Pop,other@x.ro,Blue Bakery\n");
        assert_eq!(figures(&company.import("contacts", Some("email"), third.path())), (1, 0, 0, 0));
        // A company that a contact brought gets its key from its own list.
        let list = file(b"company_id,company_name\nB1,Blue Bakery\n");
        assert_eq!(figures(&company.import("companies", None, list.path())), (0, 1, 0, 0));
    });
}

#[test]
fn exports_of_the_same_people_merge() {
    on_both(|company| {
        let Some(salesforce) = shared("import/salesforce_data_export_Contact.csv") else { return };
        let first = company.import("contacts", None, &salesforce);
        assert_eq!((first.plan.key.as_deref(), first.wrong), (Some("email"), 0));
        let people = company.count("contacts");
        for name in [
            "hubspot-crm-exports-all-contacts.csv",
            "salesforce_report_contacts.csv",
            "google_contacts.csv",
            "outlook_desktop.csv",
        ] {
            let Some(path) = shared(&format!("import/{name}")) else { continue };
            let next = company.import("contacts", None, &path);
            assert_eq!((next.wrong, next.created), (0, 0), "{name}");
        }
        assert_eq!(company.count("contacts"), people);
    });
}

#[test]
fn what_is_exported_is_imported_without_a_change() {
    on_both(|company| {
        company.import("companies", None, &excerpt("northwind_customers.csv"));
        for kind in [crate::export::FileKind::Csv, crate::export::FileKind::Xlsx] {
            let bytes = company
                .app
                .read_now(&company.boss, |reader| {
                    let listing = crate::export::routes::Listing::new(
                        reader,
                        "companies",
                        "address.country = \"DE\"",
                        &["-title".into()],
                        &[],
                    )?;
                    listing.write(reader, kind, Vec::new())
                })
                .unwrap();
            let table = file(&bytes);
            let again = company.import("companies", None, table.path());
            assert_eq!((again.created, again.changed, again.wrong), (0, 0, 0), "{kind:?} {:?}", again.plan.columns);
            assert!(again.unchanged >= 3);
        }
    });
}

#[test]
fn records_are_found_by_title_and_by_identity_too() {
    on_both(|company| {
        let first = file(b"Company Name,City,Phone\nBlue  Bakery,Cluj,+40721000111\n");
        company.import("companies", None, first.path());
        let by_title = file(b"Company Name,City\nBLUE BAKERY,Iasi\n");
        assert_eq!(figures(&company.import("companies", None, by_title.path())), (0, 1, 0, 0));
        let by_phone = file(b"Phone,City\n+40721000111,Arad\n");
        assert_eq!(figures(&company.import("companies", Some("phone"), by_phone.path())), (0, 1, 0, 0));
        assert_eq!(company.count("companies"), 1);
    });
}

/// The routes as a program meets them.
struct Door {
    router: axum::Router,
    key: String,
}

impl Door {
    fn of(company: &Company) -> Door {
        use foundation::access::{keys, roles};
        let key = company
            .app
            .write_now(&company.boss, |op| {
                let object = op.object("user")?;
                let body = json!({ "name": "Ana Pop", "email": "ana@rapport.test" });
                let values = foundation::records::input::read(op, &object, body.as_object().unwrap())?;
                let id =
                    foundation::records::write::apply_one(op, &object, foundation::records::Write::Create { values })?
                        .id;
                let administrator = roles::install_standard(op)?;
                roles::assign(op, id, &[administrator])?;
                let new = keys::NewKey {
                    name: "test".into(),
                    scopes: vec![keys::Scope::All],
                    owner: Some(id),
                    expires_at: None,
                };
                Ok(keys::create(op, &new)?.1.expose().to_string())
            })
            .unwrap();
        let table = foundation::doors::table::router(&company.app, &crate::routes());
        let router = foundation::doors::table::rendered(table).with_state(company.app.clone());
        Door { router, key }
    }

    async fn ask(&self, method: &str, path: &str, body: impl Into<axum::body::Body>) -> (u16, String) {
        use tower::ServiceExt;
        let request = axum::http::Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("authorization", format!("Bearer {}", self.key))
            .header("content-type", "application/json")
            .body(body.into())
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    async fn json(&self, method: &str, path: &str, body: Json, status: u16) -> Json {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (found, text) = self.ask(method, path, body).await;
        assert_eq!(found, status, "{method} {path}: {text}");
        serde_json::from_str(&text).unwrap_or(Json::Null)
    }
}

#[test]
fn a_file_goes_through_the_door_from_upload_to_undo() {
    on_both(|company| {
        let door = Door::of(&company);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let ask =
            |method: &str, path: &str, body: Json, status: u16| runtime.block_on(door.json(method, path, body, status));

        let table = "Last Name,Email,Phone,Company\nPop,ana@x.ro,+40721000111,Blue Bakery\n=Rus,dan@x.ro,12,\n";
        let (status, text) = runtime.block_on(door.ask("POST", "/imports?object=contacts&name=people.csv", table));
        assert_eq!(status, 201, "{text}");
        let draft: Json = serde_json::from_str(&text).unwrap();
        let at = format!("/imports/{}", draft["id"].as_str().unwrap());
        assert_eq!(
            (&draft["state"], &draft["key"], &draft["object"], &draft["name"]),
            (&json!("draft"), &json!("email"), &json!("contacts"), &json!("people.csv"))
        );
        assert_eq!(
            draft["columns"][0],
            json!({ "index": 0, "name": "Last Name", "samples": ["Pop", "=Rus"], "field": "last_name", "confidence": draft["columns"][0]["confidence"], "options": {} })
        );
        assert!(draft["fields"].as_array().unwrap().iter().any(|field| field["name"] == "address.city"));
        assert!(!draft["fields"].as_array().unwrap().iter().any(|field| field["name"] == "orders_count"));

        ask("PATCH", &at, json!({ "columns": [{ "index": 2, "field": "shoe_size" }] }), 422);
        ask("PATCH", &at, json!({ "shoes": 2 }), 422);
        let revised =
            ask("PATCH", &at, json!({ "columns": [{ "index": 2, "field": "phone" }], "delimiter": "," }), 200);
        assert_eq!(revised["columns"][2]["field"], "phone");
        ask("POST", &format!("{at}/dry-run"), Json::Null, 202);
        ask("POST", &format!("{at}/run"), Json::Null, 409);
        company.run_jobs();
        let checked = ask("GET", &at, Json::Null, 200);
        assert_eq!(
            (&checked["state"], &checked["result"]),
            (&json!("checked"), &json!({ "new": 1, "changed": 0, "unchanged": 0, "wrong": 1 }))
        );
        assert_eq!(checked["errors"][0]["detail"], "phone \"12\" is too short");
        ask("POST", &format!("{at}/run"), Json::Null, 202);
        company.run_jobs();
        let done = ask("GET", &at, Json::Null, 200);
        assert_eq!((&done["state"], &done["progress"]["rows"]), (&json!("done"), &json!(2)));
        assert_eq!((company.count("contacts"), company.count("companies")), (1, 1));

        let (status, refused) = runtime.block_on(door.ask("GET", &format!("{at}/refused.csv"), ""));
        assert_eq!(status, 200);
        assert!(refused.contains("\"'=Rus\",dan@x.ro,12,,3,"), "{refused}");
        let (status, exported) = runtime.block_on(door.ask(
            "GET",
            "/contacts/export?format=csv&fields=last_name,company&filter=email%20%3D%20%22ana%40x.ro%22",
            "",
        ));
        assert_eq!(status, 200, "{exported}");
        assert!(exported.contains(",Pop,Blue Bakery,"), "{exported}");
        assert_eq!(runtime.block_on(door.ask("GET", "/contacts/export?format=pdf", "")).0, 422);
        assert_eq!(runtime.block_on(door.ask("GET", "/contacts/export?fields=shoe_size", "")).0, 422);

        ask("POST", "/import-mappings", json!({ "name": "People", "import": draft["id"] }), 201);
        assert_eq!(ask("GET", "/import-mappings?object=contacts", Json::Null, 200)["data"][0]["name"], "People");
        ask("POST", &format!("{at}/undo"), Json::Null, 200);
        assert_eq!((company.count("contacts"), company.count("companies")), (0, 0));
        assert_eq!(ask("GET", "/imports", Json::Null, 200)["data"][0]["state"], "undone");
        ask("GET", "/imports/nothing", Json::Null, 404);
        let (status, text) = runtime.block_on(door.ask("POST", "/imports?object=contacts&name=x", "%PDF-1.7"));
        assert_eq!(status, 400, "{text}");
        assert_eq!(
            std::fs::read_dir(folder(&company.app)).unwrap().count(),
            1,
            "a file that cannot be imported does not stay"
        );
    });
}
