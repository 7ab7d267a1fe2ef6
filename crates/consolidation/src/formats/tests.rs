use std::io::{Cursor, Read};

use proptest::prelude::*;

use super::csv::Records;
use super::*;
use crate::fixtures::{cell, excerpt, file, packed, read, rows, shared};

fn cells(row: &Row) -> Vec<&str> {
    row.cells().collect()
}

#[test]
fn a_plain_table_is_read_with_the_row_numbers_of_a_spreadsheet() {
    let file = file(b"\xef\xbb\xbfName,City\r\nAna,\"Cluj, Napoca\"\r\n\r\nDan,\"say \"\"hi\"\"\"\r\n");
    let (detected, rows, reader) = read(file.path());
    assert_eq!(detected.format.kind, Kind::Csv);
    assert_eq!(detected.format.columns, ["Name", "City"]);
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0].number, cells(&rows[0])), (2, vec!["Ana", "Cluj, Napoca"]));
    assert_eq!((rows[1].number, cells(&rows[1])), (4, vec!["Dan", "say \"hi\""]));
    assert_eq!(reader.notes().blank_rows, 1);
}

#[test]
fn the_delimiter_the_encoding_and_the_styles_are_found() {
    let text = "Имя;Сумма;Дата\nАнна;1 234,50;31.12.2025\nПётр;0,75;01.02.2026\n";
    let bytes = encoding_rs::WINDOWS_1251.encode(text).0;
    let file = file(&bytes);
    let (detected, rows, _) = read(file.path());
    let format = &detected.format;
    assert_eq!((format.encoding.as_str(), format.delimiter), ("windows-1251", Some(';')));
    assert_eq!((format.date_style, format.decimal_style), (DateStyle::Dmy, DecimalStyle::Comma));
    assert_eq!(cells(&rows[1]), ["Пётр", "0,75", "01.02.2026"]);
    assert_eq!(detected.samples[0], ["Анна", "Пётр"]);
}

#[test]
fn a_table_without_a_header_and_one_under_titles_are_told_apart() {
    let bare = file(b"ana@x.ro,12\ndan@x.ro,13\n");
    let (detected, rows, _) = read(bare.path());
    assert!(!detected.format.header);
    assert_eq!(detected.format.columns, ["column 1", "column 2"]);
    assert_eq!(rows.len(), 2);

    let titled = file(b"Contacts of 2026\n\nName,Email,City\nAna,ana@x.ro,Iasi\nDan,dan@x.ro,Cluj\n");
    let (detected, rows, _) = read(titled.path());
    assert_eq!((detected.format.lead, detected.format.header), (2, true));
    assert_eq!(detected.format.columns, ["Name", "Email", "City"]);
    assert_eq!(rows[0].number, 4);
}

#[test]
fn ragged_rows_and_single_column_files_are_kept() {
    let ragged = file(b"a,b,c\n1\n1,2,3,4\n4,5,6\nx,y\n");
    let (detected, rows, _) = read(ragged.path());
    assert_eq!(detected.format.columns, ["a", "b", "c"]);
    assert_eq!(rows.len(), 4);
    assert_eq!(rows[0].cell(2), "");

    let single = file(b"Primary Email\na@x.ro\nb@x.ro\n");
    let (detected, rows, _) = read(single.path());
    assert_eq!(detected.format.columns, ["Primary Email"]);
    assert_eq!(rows.len(), 2);
}

#[test]
fn lines_under_the_table_are_counted_and_not_data() {
    let text =
        "\"A\",\"B\",\"C\"\n\"1\",\"2\",\"3\"\n\n\n\"Contacts\"\n\"Copyright (c) salesforce.com, inc.\"\n\"Demo\"\n";
    let file = file(text.as_bytes());
    let (_, rows, reader) = read(file.path());
    assert_eq!(rows.len(), 1);
    assert_eq!(reader.notes().footer_lines, 3);
}

#[test]
fn a_quote_that_is_never_closed_names_its_row_and_is_not_held_in_memory() {
    struct Endless(u64);
    impl Read for Endless {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            buf.fill(b'x');
            self.0 += buf.len() as u64;
            assert!(self.0 < 4 << 20, "the reader went on behind the limit");
            Ok(buf.len())
        }
    }
    let start = Cursor::new(b"a,b\n1,2\n3,\"".to_vec());
    let mut records = Records::new(Box::new(start.chain(Endless(0))), ',');
    let mut row = Row::default();
    assert!(records.next(&mut row).unwrap());
    assert!(records.next(&mut row).unwrap());
    let error = records.next(&mut row).unwrap_err().to_string();
    assert!(error.contains("row 3") && error.contains("quote"), "{error}");
}

#[test]
fn nul_bytes_and_cells_in_another_encoding_are_mended_and_counted() {
    let file = file(b"Name,City\nAna \xc8\x99i Dan,K\xc3\xb6ln\nJ\0on,Mont\xe9limar\n");
    let detected = examine(file.path(), &Wishes { encoding: Some("utf-8".into()), ..Wishes::default() }).unwrap();
    let mut reader = Reader::open(file.path(), &detected.format).unwrap();
    let rows = rows(&mut reader);
    assert_eq!(cells(&rows[0]), ["Ana și Dan", "Köln"]);
    assert_eq!(cells(&rows[1]), ["Jon", "Montélimar"]);
    assert_eq!((reader.notes().nul_bytes, reader.notes().mended_cells), (1, 1));
}

#[test]
fn a_reader_goes_on_behind_a_row() {
    let text: String =
        std::iter::once("id,name\n".to_string()).chain((0..5000).map(|n| format!("{n},\"name\n{n}\"\n"))).collect();
    let file = file(&packed(text.as_bytes()));
    let detected = examine(file.path(), &Wishes::default()).unwrap();
    assert!(detected.format.gzip);
    let mut reader = Reader::open(file.path(), &detected.format).unwrap();
    reader.skip_to(4001);
    let rest = rows(&mut reader);
    assert_eq!(rest.len(), 1000);
    assert_eq!((rest[0].number, rest[0].cell(0)), (4002, "4000"));
    assert_eq!(reader.bytes_read(), file.path().metadata().unwrap().len());
}

#[test]
fn json_lines_become_columns_with_dots() {
    let text = "{\"name\":\"Ana\",\"address\":{\"city\":\"Iași\"},\"tags\":[\"vip\",\"b2b\"],\"mails\":[{\"value\":\"a@x.ro\"}]}\n\n{\"name\":\"Dan\",\"late\":1}\n";
    let file = file(text.as_bytes());
    let (detected, rows, _) = read(file.path());
    assert_eq!(detected.format.kind, Kind::Jsonl);
    assert_eq!(detected.format.columns, ["name", "address.city", "tags", "mails.0.value", "late"]);
    assert_eq!(cells(&rows[0]), ["Ana", "Iași", "vip ::: b2b", "a@x.ro", ""]);
    assert_eq!((rows[1].number, rows[1].cell(4)), (3, "1"));
}

#[test]
fn a_json_array_is_read_piece_by_piece_and_a_broken_line_is_named() {
    let array = file(b" [ {\"a\": \"}]\\\"\"},\n {\"a\": 2.50, \"b\": null} ] ");
    let (detected, rows, _) = read(array.path());
    assert_eq!(detected.format.kind, Kind::Json);
    assert_eq!(rows.iter().map(|row| row.cell(0)).collect::<Vec<_>>(), ["}]\"", "2.5"]);

    let broken = file(b"{\"a\":1}\n{\"a\":\n{\"a\":3}\n");
    let detected = examine(broken.path(), &Wishes::default()).unwrap();
    let mut reader = Reader::open(broken.path(), &detected.format).unwrap();
    let mut row = Row::default();
    assert_eq!(reader.next(&mut row).unwrap(), Found::Row);
    assert!(matches!(reader.next(&mut row).unwrap(), Found::Bad(bad) if bad.number == 2 && bad.code == "broken_json"));
    assert_eq!(reader.next(&mut row).unwrap(), Found::Row);
    assert_eq!(reader.next(&mut row).unwrap(), Found::End);
}

#[test]
fn json_nested_too_deep_is_refused_by_row() {
    let deep = format!("{{\"a\":1}}\n{}1{}\n", "{\"a\":".repeat(60), "}".repeat(60));
    let file = file(deep.as_bytes());
    let detected = examine(file.path(), &Wishes::default()).unwrap();
    let mut reader = Reader::open(file.path(), &detected.format).unwrap();
    let mut row = Row::default();
    assert_eq!(reader.next(&mut row).unwrap(), Found::Row);
    assert!(matches!(reader.next(&mut row).unwrap(), Found::Bad(bad) if bad.code == "too_deep"));
}

#[test]
fn cards_of_three_versions_become_the_same_columns() {
    let text = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C8=98tef=C4=83nescu;Ana;;Dr.\r\n\
        EMAIL;INTERNET;PREF:ana@x.ro\r\nTEL;CELL:+40721000111\r\nNOTE;ENCODING=QUOTED-PRINTABLE:line one=0D=0A=\r\nline two\r\n\
        PHOTO;ENCODING=BASE64;JPEG:\r\n /9j/4AAQ\r\nabcdef\r\n\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ion Pop\r\nN:Pop;Ion;;;\r\nitem1.EMAIL;type=INTERNET;type=WORK:ion@\r\n x.ro\r\nEMAIL:ion2@x.ro\r\n\
        ADR;TYPE=HOME:;;Home 1;Iași;;700;Romania\r\nADR;TYPE=WORK:;Floor 2;Main 5;Cluj;CJ;400;Romania\r\nORG:Blue Bakery;Sales\r\n\
        CATEGORIES:vip,b2b\\, big\r\nTEL;TYPE=work,fax:+40 1\r\nEND:VCARD\r\n\
        BEGIN:VCARD\r\nVERSION:4.0\r\nFN:李雨桐\r\nTEL;VALUE=uri;TYPE=\"voice,cell\":tel:+8613800138000\r\nBDAY:19900412\r\nEND:VCARD";
    let file = file(text.as_bytes());
    let (detected, rows, _) = read(file.path());
    assert_eq!(detected.format.kind, Kind::Vcard);
    let get = |row: usize, column: &str| cell(&detected, &rows[row], column).to_string();
    assert_eq!(rows.len(), 3);
    assert_eq!(
        (get(0, "last_name"), get(0, "prefix"), get(0, "email")),
        ("Ștefănescu".into(), "Dr.".into(), "ana@x.ro".into())
    );
    assert_eq!((get(0, "phone_mobile"), get(0, "note")), ("+40721000111".into(), "line one\r\nline two".into()));
    assert_eq!(
        (get(1, "email"), get(1, "email_2"), get(1, "phone_fax")),
        ("ion@x.ro".into(), "ion2@x.ro".into(), "+40 1".into())
    );
    assert_eq!(
        (get(1, "street"), get(1, "city"), get(1, "other_city")),
        ("Main 5\nFloor 2".into(), "Cluj".into(), "Iași".into())
    );
    assert_eq!((get(1, "organization"), get(1, "department")), ("Blue Bakery".into(), "Sales".into()));
    assert_eq!(get(1, "categories"), "vip ::: b2b, big");
    assert_eq!(
        (get(2, "full_name"), get(2, "phone_mobile"), get(2, "birthday")),
        ("李雨桐".into(), "+8613800138000".into(), "19900412".into())
    );
}

#[test]
fn files_that_are_no_tables_say_what_they_are() {
    for (bytes, word) in [
        (&b"%PDF-1.7 ..."[..], "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "97"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"", "empty"),
        (b"PK\x03\x04 not really a workbook", "damaged"),
        (&[0u8; 64], "not a text"),
    ] {
        let file = file(bytes);
        let error = examine(file.path(), &Wishes::default()).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
}

#[test]
fn a_packed_file_that_unpacks_without_end_is_stopped() {
    let packed = Arc::new(AtomicU64::new(1 << 20));
    let mut bomb = source::Unpacked::new(std::io::repeat(b'x'), packed);
    let out = std::io::copy(&mut bomb, &mut std::io::sink());
    assert!(out.unwrap_err().to_string().contains("hundred times"));
}

#[test]
fn an_archive_full_of_zeros_is_refused_before_a_library_opens_it() {
    // A stored directory that claims two thousand entries.
    let mut bytes = b"PK\x03\x04".to_vec();
    bytes.extend([0u8; 40]);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(2000u16.to_le_bytes());
    bytes.extend(2000u16.to_le_bytes());
    bytes.extend([0u8; 10]);
    let file = file(&bytes);
    let error = examine(file.path(), &Wishes::default()).unwrap_err();
    assert!(error.to_string().contains("parts"), "{error}");
}

#[test]
fn the_excerpts_of_public_tables_are_read_whole() {
    let (detected, rows, _) = read(&excerpt("adventureworks_customers.csv"));
    assert_eq!((detected.format.encoding.as_str(), detected.format.columns.len()), ("windows-1252", 19));
    assert_eq!(detected.format.columns[13], "column 14");
    assert_eq!((detected.format.date_style, rows.len()), (DateStyle::Mdy, 51));
    assert!(rows.iter().any(|row| row.cell(2).contains('É')));

    let (detected, rows, _) = read(&excerpt("northwind_customers.csv"));
    assert_eq!((detected.format.encoding.as_str(), rows.len()), ("UTF-8", 24));
    assert_eq!(cell(&detected, &rows[4], "city"), "Luleå");
}

#[test]
fn the_real_exports_are_read_whole() {
    let expected = [
        ("import/salesforce_report_contacts.csv", "windows-1252", 120, 15),
        ("import/salesforce_data_export_Contact.csv", "UTF-8", 120, 45),
        ("import/hubspot-crm-exports-all-contacts.csv", "UTF-8", 120, 19),
        ("import/google_contacts.csv", "UTF-8", 120, 32),
        ("import/outlook_desktop.csv", "windows-1252", 120, 92),
        ("import/gmail.csv", "UTF-8", 1, 81),
        ("import/tb_plain.csv", "UTF-8", 1, 38),
        ("import/financial_sample.xlsx", "UTF-8", 700, 16),
        ("orders/adventureworks/AdventureWorks_Customers.csv.gz", "windows-1252", 18_148, 19),
        ("orders/adventureworks/AdventureWorks_Returns.csv", "UTF-8", 1_809, 4),
        ("b2b/northwind/orders.csv", "UTF-8", 830, 14),
        ("b2b/northwind/employees.csv", "UTF-8", 9, 18),
        ("entity-resolution/febrl/dataset1.csv", "UTF-8", 1_000, 11),
        ("service/banking77/banking77_train.csv", "UTF-8", 10_003, 2),
    ];
    for (name, encoding, count, columns) in expected {
        let Some(path) = shared(name) else { continue };
        let (detected, rows, reader) = read(&path);
        let found = (detected.format.encoding.as_str(), rows.len(), detected.format.columns.len());
        assert_eq!(found, (encoding, count, columns), "{name}");
        let footers = if name.contains("salesforce_report") { 5 } else { 0 };
        assert_eq!(reader.notes().footer_lines, footers, "{name}");
    }
    for (name, count) in [
        ("apple.vcf", 1),
        ("contacts.vcf", 2),
        ("johndoe.vcf", 1),
        ("photo.vcf", 1),
        ("thebat.vcf", 1),
        ("utf-16_sample.vcf", 1),
    ] {
        let Some(path) = shared(&format!("pim/vcard/{name}")) else { continue };
        let (detected, rows, _) = read(&path);
        assert_eq!((detected.format.kind, rows.len()), (Kind::Vcard, count), "{name}");
        match name {
            "johndoe.vcf" => assert_eq!(cell(&detected, &rows[0], "last_name"), "Doë"),
            "utf-16_sample.vcf" => assert!(cell(&detected, &rows[0], "region").contains("Concepti"), "{:?}", rows[0]),
            "photo.vcf" => assert_eq!(cell(&detected, &rows[0], "last_name"), "Müller"),
            _ => {}
        }
    }
}

/// A delimited text of cells, as the export writes it.
fn written(table: &[Vec<String>]) -> Vec<u8> {
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    table
        .iter()
        .map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n")
        .collect::<String>()
        .into_bytes()
}

/// Hands out its bytes in pieces of odd sizes, so that every state of a reader meets the end of a buffer.
struct Drip(Cursor<Vec<u8>>, usize);

impl Read for Drip {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let len = self.1.min(buf.len());
        self.0.read(&mut buf[..len])
    }
}

proptest! {
    #[test]
    fn what_is_quoted_comes_back(table in prop::collection::vec(prop::collection::vec("[^\0]{0,12}", 3), 1..8), step in 1usize..9) {
        let mut records = Records::new(Box::new(Drip(Cursor::new(written(&table)), step)), ',');
        let mut row = Row::default();
        for (index, expected) in table.iter().enumerate() {
            prop_assert!(records.next(&mut row).unwrap());
            prop_assert_eq!(row.cells().map(str::to_string).collect::<Vec<_>>(), expected.clone());
            prop_assert_eq!(row.number, index as u64 + 1);
        }
        prop_assert!(!records.next(&mut row).unwrap());
    }

    #[test]
    fn no_reader_panics_or_loops_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400), start in 0usize..7) {
        let starts: [&[u8]; 7] =
            [b"", b"BEGIN:VCARD\nN:", b"{\"a\":", b"[{\"a\":1},", b"a,b\n\"", b"PK\x03\x04", b"\x1f\x8b\x08\x00"];
        let whole = [starts[start], &bytes].concat();
        let file = file(&whole);
        if let Ok(detected) = examine(file.path(), &Wishes::default()) {
            let mut reader = Reader::open(file.path(), &detected.format).unwrap();
            let mut row = Row::default();
            for _ in 0..2000 {
                match reader.next(&mut row) {
                    Ok(Found::End) | Err(_) => return Ok(()),
                    Ok(_) => {}
                }
            }
            prop_assert!(false, "the reader never ends");
        }
    }
}
