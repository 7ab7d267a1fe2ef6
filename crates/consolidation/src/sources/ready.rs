//! Exports of other products, known by their headers: where each product's columns go. What a table here does not name is
//! guessed as for any other file.

use std::collections::HashSet;

use kernel::ObjectDef;

use crate::mapping::{Column, Target, usual_options};

/// How a product's export looks.
struct Product {
    name: &'static str,
    /// Any of these sets of headers, in their comparable form, says that it is this product.
    signs: &'static [&'static [&'static str]],
    /// The header of the key.
    key: &'static [&'static str],
    /// Header → targets, the first that the object has; none means that the column is not for us.
    fields: &'static [(&'static str, &'static [&'static str])],
}

/// The most telling first: a header of one product may also stand in another's.
const PRODUCTS: &[Product] = &[
    Product {
        name: "Salesforce",
        signs: &[
            &["isdeleted", "systemmodstamp"],
            &["accountname", "mailingstateprovince", "accountowner"],
            &["accountname", "mailingstreet", "mailingzippostalcode"],
            &["accountname", "billingstateprovince", "accountowner"],
            &["contactid", "accountid", "mailingstreet"],
        ],
        key: &["id", "contactid", "accountid", "leadid", "opportunityid", "accountid18"],
        fields: &[
            ("accountid", &["company.external_id"]),
            ("accountname", &["company", "name"]),
            ("parentid", &["parent.external_id"]),
            ("reportstoid", &["reports_to.external_id"]),
            ("accountowner", &["owner"]),
            ("contactowner", &["owner"]),
            ("ownerid", &[]),
            ("hasoptedoutofemail", &["do_not_email"]),
            ("emailoptout", &["do_not_email"]),
            ("donotcall", &["do_not_call"]),
            ("leadsource", &["source"]),
            ("numberofemployees", &["employees"]),
            ("annualrevenue", &["annual_revenue"]),
            ("isdeleted", &[]),
            ("masterrecordid", &[]),
            ("createdbyid", &[]),
            ("lastmodifiedbyid", &[]),
            ("systemmodstamp", &[]),
            ("photourl", &[]),
        ],
    },
    Product {
        name: "HubSpot",
        signs: &[
            &["recordid", "lifecyclestage"],
            &["recordid", "contactowner"],
            &["recordid", "companyowner"],
            &["recordid", "companydomainname"],
            &["recordid", "dealstage"],
        ],
        key: &["recordid"],
        fields: &[
            ("primarycompany", &["company"]),
            ("associatedcompany", &["company"]),
            ("associatedcompanyids", &["company.external_id"]),
            ("contactowner", &["owner"]),
            ("companyowner", &["owner"]),
            ("dealowner", &["owner"]),
            ("lifecyclestage", &["lifecycle"]),
            ("leadstatus", &["status"]),
            ("companydomainname", &["website"]),
            ("mobilephonenumber", &["mobile"]),
            ("unsubscribedfromallemail", &["do_not_email"]),
            ("stateregion", &["address.region"]),
            ("marketingcontactstatus", &[]),
        ],
    },
    Product {
        name: "Pipedrive",
        signs: &[
            &["personname", "personid"],
            &["personname", "personemailwork"],
            &["organizationname", "organizationid", "organizationowner"],
            &["dealtitle", "dealstage"],
        ],
        key: &["personid", "organizationid", "dealid", "id"],
        fields: &[
            ("personname", &["name"]),
            ("personfirstname", &["first_name"]),
            ("personlastname", &["last_name"]),
            ("personorganization", &["company"]),
            ("personorganizationid", &["company.external_id"]),
            ("personemailwork", &["email"]),
            ("personemail", &["email"]),
            ("personphonework", &["phone"]),
            ("personphone", &["phone"]),
            ("personphonemobile", &["mobile"]),
            ("personowner", &["owner"]),
            ("personjobtitle", &["job_title"]),
            ("personlabel", &["tags"]),
            ("personnotes", &["description"]),
            ("organizationname", &["name", "company"]),
            ("organizationaddress", &["address.street", "billing_address.street"]),
            ("organizationowner", &["owner"]),
            ("organizationwebsite", &["website"]),
            ("organizationlabel", &["tags"]),
            ("dealtitle", &["name", "title"]),
            ("dealvalue", &["amount"]),
            ("dealcurrencyofvalue", &["amount.currency"]),
            ("dealcurrency", &["amount.currency"]),
            ("dealstage", &["stage"]),
            ("dealowner", &["owner"]),
            ("dealorganization", &["company"]),
            ("dealcontactperson", &["contact"]),
            ("dealexpectedclosedate", &["expected_close_on", "close_on"]),
        ],
    },
    Product {
        name: "Google",
        signs: &[&["email1value", "givenname"], &["email1value", "firstname"], &["groupmembership", "email1value"]],
        key: &[],
        fields: &[
            ("email1value", &["email"]),
            ("phone1value", &["phone"]),
            ("phone2value", &["mobile"]),
            ("organization1name", &["company"]),
            ("organizationname", &["company"]),
            ("organization1title", &["job_title"]),
            ("organizationtitle", &["job_title"]),
            ("organization1department", &["department"]),
            ("organizationdepartment", &["department"]),
            ("address1street", &["address.street"]),
            ("address1extendedaddress", &["address.street"]),
            ("address1city", &["address.city"]),
            ("address1region", &["address.region"]),
            ("address1postalcode", &["address.postal_code"]),
            ("address1country", &["address.country"]),
            ("address1formatted", &[]),
            ("website1value", &["website"]),
            ("nameprefix", &["prefix"]),
            ("birthday", &["birth_date"]),
            ("notes", &["description"]),
            ("fileas", &[]),
            ("photo", &[]),
            ("labels", &[]),
            ("groupmembership", &[]),
        ],
    },
    Product {
        name: "Outlook",
        signs: &[
            &["emailaddress", "businessstreet"],
            &["emailaddress", "email2address", "email3address"],
            &["emailaddress", "emaildisplayname"],
        ],
        key: &[],
        fields: &[
            ("emailaddress", &["email"]),
            ("businessphone", &["phone"]),
            ("mobilephone", &["mobile"]),
            ("company", &["company"]),
            ("businessstreet", &["address.street"]),
            ("businessstreet2", &["address.street"]),
            ("businessstreet3", &["address.street"]),
            ("businesscity", &["address.city"]),
            ("businessstate", &["address.region"]),
            ("businesspostalcode", &["address.postal_code"]),
            ("businesscountryregion", &["address.country"]),
            ("webpage", &["website"]),
            ("emaildisplayname", &[]),
            ("initials", &[]),
        ],
    },
    Product {
        name: "SuiteCRM",
        signs: &[
            &["primaryaddressstreet", "assigneduserid"],
            &["primaryaddressstreet", "datemodified"],
            &["primaryaddressstreet", "emailaddress"],
            &["billingaddressstreet", "accounttype", "datemodified"],
            &["billingaddressstreet", "assigneduserid"],
        ],
        key: &["id"],
        fields: &[
            ("emailaddress", &["email"]),
            ("email1", &["email"]),
            ("phonework", &["phone"]),
            ("officephone", &["phone"]),
            ("phoneoffice", &["phone"]),
            ("phonemobile", &["mobile"]),
            ("mobile", &["mobile"]),
            ("accountname", &["company"]),
            ("accountid", &["company.external_id"]),
            ("primaryaddressstreet", &["address.street"]),
            ("primaryaddresscity", &["address.city"]),
            ("primaryaddressstate", &["address.region"]),
            ("primaryaddresspostalcode", &["address.postal_code"]),
            ("primaryaddresscountry", &["address.country"]),
            ("billingaddressstreet", &["billing_address.street", "address.street"]),
            ("billingaddresscity", &["billing_address.city", "address.city"]),
            ("billingaddressstate", &["billing_address.region", "address.region"]),
            ("billingaddresspostalcode", &["billing_address.postal_code", "address.postal_code"]),
            ("billingaddresscountry", &["billing_address.country", "address.country"]),
            ("title", &["job_title"]),
            ("leadsource", &["source"]),
            ("donotcall", &["do_not_call"]),
            ("assigneduserid", &[]),
            ("assignedto", &["owner"]),
            ("deleted", &[]),
            ("modifieduserid", &[]),
            ("createdby", &[]),
        ],
    },
    Product {
        name: "EspoCRM",
        signs: &[
            &["firstname", "emailaddress", "phonenumber", "accountname", "assignedusername"],
            &["emailaddress", "phonenumber", "addressstreet", "assigneduserid"],
            &["emailaddress", "phonenumber", "accountid"],
            &["billingaddressstreet", "emailaddress", "phonenumber", "siccode"],
        ],
        key: &["id"],
        fields: &[
            ("emailaddress", &["email"]),
            ("phonenumber", &["phone"]),
            ("accountname", &["company"]),
            ("accountid", &["company.external_id"]),
            ("salutationname", &["prefix"]),
            ("addressstreet", &["address.street"]),
            ("addresscity", &["address.city"]),
            ("addressstate", &["address.region"]),
            ("addresspostalcode", &["address.postal_code"]),
            ("addresscountry", &["address.country"]),
            ("billingaddressstreet", &["billing_address.street", "address.street"]),
            ("billingaddresscity", &["billing_address.city", "address.city"]),
            ("billingaddressstate", &["billing_address.region", "address.region"]),
            ("billingaddresspostalcode", &["billing_address.postal_code", "address.postal_code"]),
            ("billingaddresscountry", &["billing_address.country", "address.country"]),
            ("title", &["job_title"]),
            ("donotcall", &["do_not_call"]),
            ("assignedusername", &["owner"]),
            ("assigneduserid", &[]),
            ("createdbyid", &[]),
            ("modifiedbyid", &[]),
        ],
    },
    Product {
        name: "Odoo",
        signs: &[
            &["iscompany", "street", "zip"],
            &["companytype", "street", "zip"],
            &["parentid", "street", "countryid"],
            &["commercialpartner", "email"],
            &["isacompany", "street", "zip"],
        ],
        key: &["externalid", "id"],
        fields: &[
            ("displayname", &[]),
            ("completename", &[]),
            ("name", &["name"]),
            ("parentid", &["company"]),
            ("parentidid", &["company.external_id"]),
            ("parentidname", &["company"]),
            ("relatedcompany", &["company"]),
            ("companyname", &["company", "name"]),
            ("function", &["job_title"]),
            ("jobposition", &["job_title"]),
            ("vat", &["tax_id"]),
            ("taxid", &["tax_id"]),
            ("street", &["address.street", "billing_address.street"]),
            ("street2", &["address.street", "billing_address.street"]),
            ("city", &["address.city", "billing_address.city"]),
            ("stateid", &["address.region", "billing_address.region"]),
            ("state", &["address.region", "billing_address.region"]),
            ("zip", &["address.postal_code", "billing_address.postal_code"]),
            ("countryid", &["address.country", "billing_address.country"]),
            ("countrycode", &["address.country", "billing_address.country"]),
            ("country", &["address.country", "billing_address.country"]),
            ("website", &["website"]),
            ("comment", &["description"]),
            ("userid", &["owner"]),
            ("salesperson", &["owner"]),
            ("categoryid", &["tags"]),
            ("tags", &["tags"]),
        ],
    },
];

/// What was recognised.
pub struct Recognised {
    pub product: &'static str,
    /// Index of the key's column.
    pub key: Option<usize>,
}

/// Recognises an export by its headers and puts its columns where they belong. What a person mapped is not touched: this is
/// for mappings that are guessed.
pub fn apply(columns: &mut [Column], object: &ObjectDef, targets: &[&ObjectDef]) -> Option<Recognised> {
    let headers: Vec<String> = columns.iter().map(|column| crate::mapping::header_key(&column.name)).collect();
    let there: HashSet<&str> = headers.iter().map(String::as_str).collect();
    let is_it = |product: &&Product| product.signs.iter().any(|sign| sign.iter().all(|header| there.contains(header)));
    let product = PRODUCTS.iter().find(is_it)?;
    for (index, header) in headers.iter().enumerate() {
        let Some((_, words)) = product.fields.iter().find(|(name, _)| name == header) else { continue };
        let found = words.iter().find_map(|word| Some((*word, Target::parse(word, object)?)));
        let Some((word, target)) = found else {
            if words.is_empty()
                && let Some(column) = columns.get_mut(index)
            {
                column.field = None;
            }
            continue;
        };
        if !target.takes_several(object) {
            // The field is this column's; another that was guessed for it gives way.
            let field = word.split('.').next().unwrap_or(word);
            let is_part = word.contains('.') && !matches!(target, Target::Link { .. });
            for (other, column) in columns.iter_mut().enumerate() {
                let same = column
                    .field
                    .as_deref()
                    .is_some_and(|taken| taken == word || (!is_part && taken.split('.').next() == Some(field)));
                let by_table = headers.get(other).is_some_and(|header| {
                    other < index && product.fields.iter().any(|(name, words)| name == header && !words.is_empty())
                });
                if same && other != index && !by_table {
                    column.field = None;
                }
            }
            let taken = columns.iter().enumerate().any(|(other, column)| {
                other != index
                    && column
                        .field
                        .as_deref()
                        .is_some_and(|taken| taken == word || (!is_part && taken.split('.').next() == Some(field)))
            });
            if taken {
                continue;
            }
        }
        if let Some(column) = columns.get_mut(index) {
            column.options = usual_options(&target, object, targets);
            column.field = Some(word.to_string());
            column.confidence = 0.99;
        }
    }
    let key = product.key.iter().find_map(|key| headers.iter().position(|header| header == key));
    Some(Recognised { product: product.name, key })
}
