//! What other products, and people in four languages, call the fields we have. Names are folded and stripped of everything
//! but letters and digits: `E-mail 1 - Value` is `email1value`.

use std::collections::HashMap;
use std::sync::OnceLock;

use kernel::fold;

/// A header in its comparable form.
pub fn key(name: &str) -> String {
    fold::fold(name).chars().filter(|ch| ch.is_alphanumeric()).collect()
}

/// The targets that a header (in its comparable form) may feed, best first.
pub fn targets_of(header: &str) -> impl Iterator<Item = &'static str> {
    static BY_HEADER: OnceLock<HashMap<String, Vec<&'static str>>> = OnceLock::new();
    let by_header = BY_HEADER.get_or_init(|| {
        let mut by_header: HashMap<String, Vec<&'static str>> = HashMap::new();
        for (headers, targets) in SYNONYMS {
            for header in *headers {
                // Folding takes `й` apart too, so the table is folded as headers are.
                by_header.entry(key(header)).or_default().extend(*targets);
            }
        }
        by_header
    });
    by_header.get(header).into_iter().flatten().copied()
}

/// The part of an address that a header's end names.
pub fn address_part_of(word: &str) -> Option<&'static str> {
    static BY_WORD: OnceLock<HashMap<String, &'static str>> = OnceLock::new();
    let by_word = BY_WORD.get_or_init(|| {
        ADDRESS_PARTS.iter().flat_map(|(part, words)| words.iter().map(|word| (key(word), *part))).collect()
    });
    by_word.get(word).copied()
}

/// Headers, and the targets they may feed, best first. A target the object does not have is passed over.
const SYNONYMS: &[(&[&str], &[&str])] = &[
    // names
    (&["firstname", "givenname", "first", "fname", "forename", "имя", "名", "名字", "prenume", "vorname", "prenom", "nombre"], &["first_name"]),
    (&["lastname", "familyname", "surname", "last", "lname", "фамилия", "姓", "姓氏", "nume", "numedefamilie", "nachname", "apellidos"], &["last_name"]),
    (
        &["name", "fullname", "contactname", "contact", "displayname", "fileas", "customername", "personname", "фио", "полноеимя", "контакт",
          "контактноелицо", "姓名", "联系人", "全名", "numecomplet", "numeprenume", "persoanadecontact", "emaildisplayname"],
        &["name", "title", "subject"],
    ),
    (&["prefix", "salutation", "nameprefix", "honorific", "titleofcourtesy", "courtesytitle", "обращение", "称谓", "apelativ", "anrede"], &["prefix", "salutation"]),
    (&["nickname", "nick"], &["nickname"]),
    (&["middlename", "additionalname", "отчество"], &["middle_name"]),
    // company
    (
        &["company", "companyname", "accountname", "account", "organization", "organisation", "organizationname", "organization1name",
          "primarycompany", "associatedcompany", "employer", "firm", "компания", "организация", "фирма", "公司", "公司名称", "单位",
          "companie", "firma", "societate", "organizatie", "firmenname"],
        &["company", "company_name", "name", "customer"],
    ),
    (&["customer", "client", "buyer", "клиент", "покупатель", "客户", "客户名称", "cumparator"], &["customer", "company", "contact", "name"]),
    (&["customerid", "customerkey", "clientid", "customernumber", "customerno", "номерклиента", "客户编号", "codclient"], &["external_id@party", "customer.external_id", "company.external_id", "contact.external_id", "customer_number"]),
    (&["supplierid", "accountid", "companyid", "companykey"], &["external_id@company", "company.external_id", "supplier.external_id"]),
    (&["legalname", "юридическоеназвание", "denumirelegala"], &["legal_name"]),
    (&["taxid", "vat", "vatnumber", "vatid", "инн", "税号", "cui", "cif", "codfiscal"], &["tax_id"]),
    (&["industry", "sector", "отрасль", "行业", "industrie", "domeniu"], &["industry"]),
    (&["employees", "numberofemployees", "employeecount", "числосотрудников", "员工数", "angajati"], &["employees"]),
    (&["revenue", "annualrevenue", "выручка", "营业额", "cifradeafaceri"], &["annual_revenue"]),
    (&["yearestablished", "founded", "yearfounded"], &["founded"]),
    (&["subsidiaryof", "parentaccount", "parentcompany", "parent"], &["parent"]),
    // work
    (&["jobtitle", "position", "role", "organizationtitle", "organization1title", "contacttitle", "occupationtitle", "должность", "职位", "职务", "functie", "functia", "post"], &["job_title", "position"]),
    (&["title"], &["job_title", "title"]),
    (&["department", "organizationdepartment", "organization1department", "отдел", "подразделение", "部门", "departament"], &["department"]),
    (&["reportsto", "manager", "managersname", "reportstoid"], &["reports_to", "manager"]),
    // e-mail
    (
        &["email", "emailaddress", "mail", "email1", "email1value", "primaryemail", "workemail", "emailwork", "emailaddress1", "email1address",
          "электроннаяпочта", "элпочта", "почта", "емейл", "имейл", "адресэлектроннойпочты", "电子邮件", "电子邮箱", "邮箱", "adresaemail", "adresadeemail", "posta", "emailfrom"],
        &["email", "work_email"],
    ),
    (&["email2", "email2value", "email2address", "secondaryemail", "otheremail", "homeemail", "emailhome", "privateemail"], &["email_2", "other_email", "secondary_email", "private_email"]),
    (&["email3", "email3value", "email3address"], &["email_3", "other_email"]),
    // phones
    (
        &["phone", "phonenumber", "telephone", "tel", "phone1value", "phone1", "workphone", "phonework", "businessphone", "primaryphone",
          "officephone", "companymainphone", "телефон", "рабочийтелефон", "номертелефона", "тел", "电话", "电话号码", "办公电话", "联系电话",
          "telefon", "telefonserviciu", "numardetelefon", "telefonul"],
        &["phone", "work_phone", "mobile"],
    ),
    (
        &["mobile", "mobilephone", "mobilenumber", "cell", "cellphone", "phonemobile", "мобильный", "мобильныйтелефон", "сотовый", "手机", "手机号",
          "手机号码", "mobil", "telefonmobil", "handy"],
        &["mobile", "mobile_phone", "phone"],
    ),
    (&["homephone", "phonehome", "домашнийтелефон", "家庭电话", "telefonacasa"], &["home_phone", "other_phone", "phone", "mobile"]),
    (&["otherphone", "phoneother", "phone2value", "phone2", "businessphone2", "homephone2", "phone3value"], &["other_phone", "phone_2", "mobile", "phone"]),
    (&["fax", "faxnumber", "businessfax", "phonefax", "workfax", "факс", "传真"], &["fax"]),
    // web
    (&["website", "webpage", "webpage1", "url", "homepage", "web", "site", "website1value", "сайт", "вебсайт", "网站", "网址", "siteweb", "paginaweb"], &["website", "url"]),
    (&["domain", "domainname", "companydomain"], &["domain"]),
    // person
    (&["birthday", "birthdate", "dateofbirth", "dob", "деньрождения", "датарождения", "生日", "出生日期", "datanasterii", "zidenastere", "geburtstag"], &["birth_date", "birthday", "date_of_birth"]),
    (&["gender", "sex", "пол", "性别", "gen", "sexul"], &["gender"]),
    (&["maritalstatus", "семейноеположение", "婚姻状况", "starecivila"], &["marital_status"]),
    (&["annualincome", "income", "yearlyincome", "доход", "年收入", "venit", "venitanual"], &["annual_income", "income"]),
    (&["totalchildren", "children", "numberofchildren", "дети", "子女", "copii"], &["children"]),
    (&["educationlevel", "education", "образование", "学历", "studii", "educatie"], &["education"]),
    (&["occupation", "profession", "профессия", "职业", "profesie", "ocupatie"], &["occupation"]),
    (&["homeowner", "homeownerflag"], &["home_owner"]),
    (&["language", "locale", "preferredlanguage", "язык", "语言", "limba"], &["language"]),
    // consent
    (&["unsubscribedfromallemail", "hasoptedoutofemail", "emailoptout", "donotemail", "optout", "unsubscribed"], &["do_not_email"]),
    (&["donotcall", "hasoptedoutofcalls"], &["do_not_call"]),
    (&["donotmail"], &["do_not_mail"]),
    // free text and grouping
    (&["note", "notes", "comment", "comments", "description", "remarks", "productdescription", "заметки", "примечание", "комментарий", "описание", "备注", "说明", "描述", "observatii", "descriere", "note1", "notita"], &["description", "notes", "body"]),
    (&["tags", "tag", "labels", "categories", "groups", "groupmembership", "metki", "метки", "теги", "标签", "分类", "etichete", "categorii", "keywords"], &["tags"]),
    (&["leadsource", "source", "originalsource", "источник", "来源", "sursa", "leadorigin"], &["source"]),
    (&["lifecyclestage", "lifecycle", "contactstage"], &["lifecycle"]),
    (&["status", "state1", "leadstatus", "статус", "状态", "stare", "ticketstatus"], &["status", "state"]),
    (&["owner", "contactowner", "accountowner", "dealowner", "opportunityowner", "companyowner", "leadowner", "assignedto", "salesagent", "salesperson", "ответственный", "менеджер", "负责人", "responsabil"], &["owner", "assignee"]),
    // own key
    (&["id", "recordid", "key", "externalid", "uid", "contactid", "leadid", "код", "编号", "внешнийкод", "идентификатор"], &["external_id", "sku", "number"]),
    // sales
    (&["dealname", "opportunityname", "opportunity", "dealtitle", "сделка", "название", "商机名称", "denumire"], &["name", "title"]),
    (&["amount", "value", "closevalue", "dealvalue", "dealamount", "сумма", "金额", "suma", "valoare"], &["amount", "value", "total"]),
    (&["closedate", "closingdate", "expectedclosedate", "датазакрытия", "预计成交日期", "datainchiderii"], &["close_on", "expected_close_on", "closed_on", "close_date"]),
    (&["dealstage", "stage", "salesstage", "этап", "стадия", "阶段", "etapa"], &["stage"]),
    (&["pipeline", "воронка", "销售管道"], &["pipeline"]),
    (&["probability", "вероятность", "概率", "probabilitate"], &["probability"]),
    // products and orders
    (&["productname", "product", "itemname", "item", "товар", "наименование", "номенклатура", "产品", "产品名称", "商品", "produs", "denumireprodus"], &["name", "product"]),
    (&["sku", "productsku", "productcode", "itemnumber", "stockcode", "артикул", "货号", "codprodus"], &["sku", "product.sku", "code"]),
    (&["productid", "productkey"], &["external_id@product", "product.external_id"]),
    (&["price", "unitprice", "listprice", "salesprice", "productprice", "цена", "价格", "单价", "pret", "pretunitar"], &["price", "unit_price", "list_price"]),
    (&["cost", "unitcost", "productcost", "себестоимость", "成本"], &["cost", "unit_cost"]),
    (&["quantity", "qty", "orderquantity", "returnquantity", "количество", "колво", "数量", "cantitate", "unitssold"], &["quantity"]),
    (&["discount", "скидка", "折扣", "reducere"], &["discount"]),
    (&["color", "colour", "productcolor", "цвет", "颜色", "culoare"], &["color", "colour"]),
    (&["size", "productsize"], &["size"]),
    (&["orderid", "ordernumber", "orderno", "invoiceno", "номерзаказа", "订单号", "numarcomanda", "salesordernumber"], &["number@order", "order.number", "external_id@order", "number", "external_id"]),
    (&["orderdate", "orderedon", "invoicedate", "датазаказа", "下单日期", "datacomenzii"], &["ordered_on", "order_date", "ordered_at"]),
    (&["shippeddate", "shipdate"], &["shipped_on"]),
    (&["requireddate"], &["required_on", "due_on"]),
    (&["freight", "shippingcost"], &["freight", "shipping"]),
    (&["total", "ordertotal", "grandtotal", "итого", "合计", "总计"], &["total"]),
    (&["currency", "currencycode", "валюта", "货币", "币种", "valuta", "moneda"], &["currency", "amount.currency", "total.currency", "price.currency"]),
    // work items
    (&["subject", "тема", "主题", "subiect"], &["subject", "title", "name"]),
    (&["duedate", "due", "deadline", "срок", "截止日期", "scadenta", "termen"], &["due_on", "due_at", "due_date"]),
    (&["priority", "приоритет", "优先级", "prioritate"], &["priority"]),
];

/// Groups of address columns; what stands before the part in a header. The empty group is an address without one.
pub const ADDRESS_GROUPS: [(&str, &[&str]); 7] = [
    ("", &["", "primary", "address", "addr", "contact", "address1", "ship", "office"]),
    ("mailing", &["mailing", "mail", "postal", "correspondence"]),
    ("business", &["business", "work", "company", "office"]),
    ("billing", &["billing", "bill", "invoice", "billto"]),
    ("shipping", &["shipping", "delivery", "shipto"]),
    ("home", &["home", "private", "personal"]),
    ("other", &["other", "address2", "alternate"]),
];

/// Parts of an address as they end a header.
const ADDRESS_PARTS: [(&str, &[&str]); 5] = [
    (
        "street",
        &["street", "street2", "street3", "address", "address1", "address2", "addressline1", "addressline2", "streetaddress", "addressstreet", "extendedaddress",
          "адрес", "улица", "地址", "街道", "详细地址", "adresa", "strada", "strasse"],
    ),
    ("city", &["city", "town", "locality", "addresscity", "город", "населенныйпункт", "城市", "市", "oras", "localitate", "ort", "stadt"]),
    (
        "region",
        &["state", "region", "province", "stateprovince", "stateregion", "county", "addressstate", "регион", "область", "край", "省", "省份", "州",
          "judet", "regiune"],
    ),
    (
        "postal_code",
        &["zip", "zipcode", "postalcode", "postcode", "zippostalcode", "addresszip", "addresspostalcode", "индекс", "почтовыйиндекс", "邮编", "邮政编码", "codpostal", "plz"],
    ),
    ("country", &["country", "countryregion", "countrycode", "addresscountry", "страна", "国家", "tara", "land"]),
];
