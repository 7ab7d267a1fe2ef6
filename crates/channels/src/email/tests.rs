use foundation::access::Secret;

use super::*;

fn server(url: &str, from: &str) -> MailServer {
    MailServer { url: Secret::new(url), from: from.into() }
}

fn transport_of(url: &str) -> String {
    Place::parse(url).expect("a place").for_transport()
}

#[test]
fn a_password_goes_out_only_behind_tls_but_on_this_machine() {
    assert_eq!(transport_of("smtp://u:p@mail.example:587"), "smtp://u:p@mail.example:587?tls=required");
    assert_eq!(transport_of("smtp://u:p@127.0.0.1:25"), "smtp://u:p@127.0.0.1:25?tls=opportunistic");
    assert_eq!(transport_of("smtp://u:p@127.0.0.1.example"), "smtp://u:p@127.0.0.1.example?tls=required");
    assert_eq!(transport_of("smtp://mail.example"), "smtp://mail.example?tls=opportunistic");
    assert_eq!(transport_of("smtps://a%40b:p@mail.example/"), "smtps://a%40b:p@mail.example");
}

#[test]
fn settings_that_cannot_work_are_refused_without_repeating_the_password() {
    let good = "smtp://user:hunter22@mail.example:587";
    assert!(Email::new(&server(good, "Rapport <crm@example.com>")).is_ok());
    for (url, from) in [
        ("http://user:hunter22@mail.example", "crm@example.com"),
        ("smtp://user:hunter22@", "crm@example.com"),
        ("smtp://user@mail.example", "crm@example.com"),
        ("smtp://user:hunter22@mail.example?tls=none", "crm@example.com"),
        (good, "nobody"),
    ] {
        let fault = Email::new(&server(url, from)).err().expect("it is refused").to_string();
        assert!(fault.contains("mail: ") && !fault.contains("hunter22"), "{fault}");
    }
    assert_eq!(shown(&server(good, "")), "smtp://mail.example:587");
    assert_eq!(domain(&server(good, "Rapport <crm@example.com>")).as_deref(), Some("example.com"));
}

#[test]
fn a_letter_has_both_forms_and_the_same_id_and_date_whenever_it_is_made() {
    let email = Email::new(&server("smtp://127.0.0.1:25", "crm@example.com")).unwrap();
    let letter = Letter {
        to_name: crate::HeaderText::new("Ана"),
        to: crate::HeaderText::new("ana@example.com"),
        subject: crate::HeaderText::new("Качество\r\nBcc: all@example.com"),
        text: "Hello".into(),
        html: "<p>Hello</p>".into(),
        attachments: Vec::new(),
        written_at: Time::parse("2026-06-19T12:00:00Z").unwrap(),
        sender: None,
    };
    let made = || String::from_utf8(email.message(&letter, "<1@example.com>").unwrap().formatted()).unwrap();
    let text = made();
    assert!(text.contains("Message-ID: <1@example.com>\r\n") && text.contains("Auto-Submitted: auto-generated\r\n"));
    assert!(text.contains("Date: Fri, 19 Jun 2026 12:00:00 +0000\r\n"), "{text}");
    assert!(!text.to_lowercase().contains("\r\nbcc"), "{text}");
    assert!(text.contains("text/plain") && text.contains("text/html"));
    let nowhere = Letter { to: crate::HeaderText::new("nobody"), ..letter.clone() };
    assert_eq!(email.message(&nowhere, "<1@example.com>").err(), Some(Fault::Never("address", "nobody".into())));
}

#[test]
fn a_file_goes_with_a_letter_as_it_is() {
    let email = Email::new(&server("smtp://127.0.0.1:25", "crm@example.com")).unwrap();
    let letter = Letter {
        to_name: crate::HeaderText::new("Ana"),
        to: crate::HeaderText::new("ana@example.com"),
        subject: crate::HeaderText::new("Report"),
        text: "Hello".into(),
        html: "<p>Hello</p>".into(),
        attachments: vec![crate::Attachment::new("Отчёт.pdf", "application/pdf", b"%PDF-1.7 \xff\x00")],
        written_at: Time::parse("2026-06-19T12:00:00Z").unwrap(),
        sender: None,
    };
    let kept: Letter = serde_json::from_slice(&serde_json::to_vec(&letter).unwrap()).unwrap();
    assert_eq!(kept.attachments[0].content().as_deref(), Some(&b"%PDF-1.7 \xff\x00"[..]));
    let text = String::from_utf8(email.message(&kept, "<1@example.com>").unwrap().formatted()).unwrap();
    assert!(text.contains("multipart/mixed") && text.contains("multipart/alternative"), "{text}");
    assert!(text.contains("Content-Type: application/pdf") && text.contains("JVBERi0xLjcg/wA="), "{text}");
    let older: Letter = serde_json::from_str(
        r#"{"to_name":"A","to":"a@example.com","subject":"S","text":"t","html":"h","written_at":"2026-06-19T12:00:00Z"}"#,
    )
    .unwrap();
    assert!(older.attachments.is_empty(), "letters that wait since before there were files still go");
}
