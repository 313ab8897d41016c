//! Plain values, as `npm/account.d.ts` describes them.

use bulla::api::account::Language;
use bulla::api::secure_share::{AuthenticationMode, NotificationLanguage};
use bulla::api::sharefile::NO_END;
use bulla::client::{
    Activity, ApiKeyEntry, Authentication, Confirmation, Delivery, FileAccess, FileEntry, Group, GroupMember,
    Installation, NewApiKey, Notification, PackageDetails, PackageSummary, PageOf, Phase, Phone, Pickup,
    Recipient, SecureRecipient, SecureShare, Share, ShareInfo, ShareRecipient, ShareRequest, SignedIn, State,
    Webhook,
};
use bulla::format::sealed::is_sealed;
use bulla::transfer::{Entry, Folder, Version};
use bulla::web::promise::date;
use bulla::web::values::{list, number, object};
use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;

pub(super) fn page<T>(page: PageOf<T>, convert: impl Fn(T) -> JsValue) -> JsValue {
    object([
        ("entries", list(page.entries, convert)),
        ("total", page.total.map(|total| total as f64).into()),
        ("next", page.next.into()),
    ])
}

fn time(seconds: Option<u64>) -> JsValue {
    seconds.map(date).into()
}

fn phase(State { phase, .. }: State) -> JsValue {
    let name = match phase {
        Phase::Draft => "draft",
        Phase::Active => "active",
        Phase::Expired => "expired",
        Phase::Deleted => "deleted",
    };
    name.into()
}

fn pickup(State { pickup, .. }: State) -> JsValue {
    let name = match pickup {
        Pickup::None => "none",
        Pickup::Some => "some",
        Pickup::All => "all",
    };
    name.into()
}

pub(super) fn summary(of: PackageSummary) -> JsValue {
    // Sealed names say nothing to anybody but their package's readers.
    let names = of.file_names.into_iter().filter(|name| !is_sealed(name));
    object([
        ("id", of.id.into()),
        ("code", of.code.into()),
        ("sender", of.sender.into()),
        ("senderId", of.sender_id.into()),
        ("state", phase(of.state)),
        ("pickup", pickup(of.state)),
        ("updated", time(of.updated)),
        ("expiresInDays", of.life.into()),
        ("hasMessage", of.has_message.into()),
        ("needsApproval", of.needs_approval.into()),
        ("recipients", list(of.recipients, JsValue::from)),
        ("recipientCount", number(of.recipient_count)),
        ("fileCount", number(of.file_count)),
        ("fileNames", list(names, JsValue::from)),
    ])
}

pub(super) fn workspace(of: PackageSummary) -> JsValue {
    let name = Some(of.label).filter(|label| !is_sealed(label));
    object([
        ("id", of.id.into()),
        ("code", of.code.into()),
        ("name", name.into()),
        ("sender", of.sender.into()),
        ("senderId", of.sender_id.into()),
        ("updated", time(of.updated)),
        ("hasMessage", of.has_message.into()),
    ])
}

pub(super) fn share(of: Share) -> JsValue {
    let ends = of.expires != NO_END;
    object([
        ("id", of.id.into()),
        ("packageId", of.package_id.into()),
        ("title", of.title.into()),
        ("created", rfc3339(&of.created)),
        ("expires", if ends { rfc3339(&of.expires) } else { JsValue::UNDEFINED }),
        // As in an order: 0 is without limit.
        ("maxDownloads", number(u64::try_from(of.max_downloads).unwrap_or_default())),
        ("requireLogin", of.require_login.into()),
        ("requireUserInfo", of.require_user_info.into()),
        ("viewOnly", of.view_only.into()),
        ("newest", of.newest.into()),
        ("recipientId", of.alias.into()),
    ])
}

pub(super) fn share_recipient(ShareRecipient { id, user, downloads, opened }: ShareRecipient) -> JsValue {
    object([
        ("id", id.into()),
        ("email", user.email.into()),
        ("firstName", user.first_name.into()),
        ("lastName", user.last_name.into()),
        ("company", user.company.into()),
        ("downloads", number(downloads)),
        ("opened", opened.map_or(JsValue::UNDEFINED, |time| Date::new(&time.into()).into())),
    ])
}

/// A file as the server knows it: of a sealed name it knows nothing.
pub(super) fn stored_file(file: FileEntry) -> JsValue {
    let name = (!is_sealed(&file.file_name)).then_some(file.file_name);
    object([
        ("id", file.file_id.into()),
        ("name", name.map_or(JsValue::UNDEFINED, JsValue::from)),
        ("size", number(file.file_size.0)),
    ])
}

pub(super) fn secure_share(of: SecureShare) -> JsValue {
    object([
        ("id", of.id.into()),
        ("packageId", of.package_id.into()),
        ("authenticationMode", mode(of.authentication_mode)),
        ("createdAt", rfc3339(&of.created)),
        ("recipients", list(of.recipients, secure_recipient)),
    ])
}

pub(super) fn secure_recipient(of: SecureRecipient) -> JsValue {
    let way = |Authentication { identity_provider, idp_id, nin }| {
        object([
            ("identityProvider", identity_provider.into()),
            ("idpId", idp_id.into()),
            ("nin", nin.into()),
        ])
    };
    let download = |FileAccess { id, at }| object([("id", id.into()), ("lastDownloadedAt", rfc3339(&at))]);
    let Notification { send_email, send_sms, language } = of.notification;
    let language = language.map(|language| match language {
        NotificationLanguage::En => Language::English.as_str(),
        NotificationLanguage::No => Language::Norwegian.as_str(),
    });
    object([
        ("id", of.id.into()),
        ("externalReference", of.external_reference.into()),
        ("firstName", of.first_name.into()),
        ("lastName", of.last_name.into()),
        ("email", of.email.into()),
        ("mobile", of.mobile.into()),
        ("fileAccessInfos", list(of.downloads, download)),
        ("fileRestrictions", list(of.file_restrictions, JsValue::from)),
        ("authentication", list(of.authentication, way)),
        ("loggedInTime", of.logged_in.as_deref().map(rfc3339).into()),
        ("url", of.url.into()),
        (
            "notification",
            object([
                ("sendEmail", send_email.into()),
                ("sendSms", send_sms.into()),
                ("language", language.into()),
            ]),
        ),
    ])
}

/// How many of the ways to show who one is are gone through.
pub(super) fn mode(mode: AuthenticationMode) -> JsValue {
    match mode {
        AuthenticationMode::All => "all",
        AuthenticationMode::Any => "any",
    }
    .into()
}

/// A time as these APIs write it (RFC 3339).
fn rfc3339(text: &str) -> JsValue {
    Date::new(&text.into()).into()
}

pub(super) fn details(details: PackageDetails) -> JsValue {
    object([
        ("created", time(details.created())),
        ("expires", time(details.expires)),
        ("senderConfirmed", details.sender_confirmed.into()),
        ("id", details.id.into()),
        ("code", details.code.into()),
        ("sender", details.sender.into()),
        ("state", phase(details.state)),
        ("pickup", pickup(details.state)),
        ("expiresInDays", details.life.into()),
        ("recipients", list(details.recipients, recipient)),
        ("groups", list(details.groups, group)),
        ("fileCount", number(details.files.len() as u64)),
        ("recipientCode", details.recipient_code.into()),
        ("hasMessage", details.has_message.into()),
        ("passwordRequired", details.password_required.into()),
        ("needsApproval", details.needs_approval.into()),
        ("approvers", list(details.approvers, JsValue::from)),
        ("remindDays", details.remind_days.into()),
        ("readOnlyPdf", details.read_only_pdf.into()),
        ("serverEncrypted", details.server_encrypted.into()),
        ("archived", details.is_archived.into()),
        ("workspace", details.is_workspace.into()),
        ("role", details.role.into()),
    ])
}

pub(super) fn share_info(of: ShareInfo) -> JsValue {
    let (created, expires) = (date(of.created()), date(of.expires()));
    let link = Some(of.link).filter(|link| !link.is_empty());
    let receiver = Some(of.receiver).filter(|receiver| !receiver.is_empty());
    object([
        ("ticket", of.ticket.into()),
        ("lookupHash", of.lookup_hash.into()),
        ("message", of.message.into()),
        ("link", link.into()),
        ("sender", of.sender.into()),
        ("receiver", receiver.into()),
        ("packageId", of.package_id.into()),
        ("fileId", of.file_id.into()),
        ("created", created.into()),
        ("expires", expires.into()),
    ])
}

pub(super) fn share_request(of: ShareRequest) -> JsValue {
    let created = date(of.created());
    object([
        ("id", of.id.into()),
        ("owner", of.owner.into()),
        ("requester", of.requester.into()),
        ("lookupHash", of.lookup_hash.into()),
        ("status", of.status.into()),
        ("message", of.message.into()),
        ("packageId", of.package_id.into()),
        ("fileId", of.file_id.into()),
        ("created", created.into()),
    ])
}

pub(super) fn webhook(of: Webhook) -> JsValue {
    object([
        ("id", of.id.into()),
        ("url", of.url.into()),
        ("events", list(of.events, JsValue::from)),
        ("description", of.description.into()),
        ("created", date(of.created).into()),
    ])
}

pub(super) fn delivery(of: Delivery) -> JsValue {
    object([
        ("id", of.id.into()),
        ("event", of.event.into()),
        ("created", date(of.created).into()),
        ("status", of.status.into()),
        ("attempts", number(of.attempts)),
        ("attempted", time(of.attempted)),
        ("reason", of.reason.into()),
    ])
}

pub(super) fn activity(of: Activity) -> JsValue {
    object([
        ("id", of.id.into()),
        ("time", time(of.time)),
        ("action", of.action.into()),
        ("description", of.description.into()),
        ("email", of.email.into()),
        ("address", of.ip_address.into()),
        ("targetId", of.target_id.into()),
    ])
}

pub(super) fn recipient(recipient: Recipient) -> JsValue {
    object([
        ("id", recipient.id.into()),
        ("email", recipient.email.into()),
        ("name", recipient.name.into()),
        ("role", recipient.role.into()),
        ("needsApproval", recipient.needs_approval.into()),
        ("confirmations", list(recipient.confirmations, confirmation)),
        ("phones", list(recipient.phones, phone)),
    ])
}

pub(super) fn group(group: Group) -> JsValue {
    object([
        ("id", group.id.into()),
        ("name", group.name.into()),
        ("enterprise", group.is_enterprise.into()),
        ("members", list(group.members, group_member)),
    ])
}

pub(super) fn group_member(member: GroupMember) -> JsValue {
    object([("id", member.id.into()), ("email", member.email.into())])
}

fn confirmation(confirmation: Confirmation) -> JsValue {
    object([
        ("time", time(confirmation.time)),
        ("address", confirmation.ip_address.into()),
        ("message", confirmation.is_message.into()),
        ("fileId", confirmation.file_id.into()),
    ])
}

fn phone(Phone { country_code, number: digits }: Phone) -> JsValue {
    object([("countryCode", country_code.into()), ("number", digits.to_string().into())])
}

pub(super) fn folder(Folder { id, name, parent }: Folder) -> JsValue {
    let damaged = name.is_err();
    object([
        ("id", id.into()),
        ("name", name.ok().into()),
        ("damaged", damaged.into()),
        ("parent", parent.into()),
    ])
}

pub(super) fn entry(entry: Entry, root: &str) -> JsValue {
    let directory = entry.directory_id.unwrap_or_else(|| root.to_owned());
    let file = version(entry.current);
    let rest = object([("directory", directory.into()), ("versions", list(entry.earlier, version))]);
    // Two plain objects of ours.
    Object::assign(&Object::from(file), &Object::from(rest)).into()
}

fn version(of: Version) -> JsValue {
    let base = object([
        ("id", of.id.into()),
        ("name", "".into()),
        ("damaged", of.file.is_err().into()),
        ("size", 0.into()),
        ("type", "".into()),
        ("createdBy", of.created_by.into()),
        ("uploaded", time(of.uploaded)),
        ("copy", of.is_copy.into()),
    ]);
    if let Ok(file) = of.file {
        let set = |key: &str, value: JsValue| {
            // A plain object of ours takes any property.
            let _ = Reflect::set(&base, &key.into(), &value);
        };
        set("name", file.name.as_str().into());
        set("size", number(file.size));
        set("type", file.content_type.as_str().into());
        if let Some(modified) = file.modified {
            set("modified", JsValue::from_f64(modified as f64));
        }
    }
    base
}

pub(super) fn installation(of: Installation) -> JsValue {
    object([
        ("host", of.host.into()),
        ("name", of.name.into()),
        ("undisclosedRecipients", of.allows_undisclosed.into()),
        ("headerColor", of.header_color.into()),
        ("linkColor", of.link_color.into()),
    ])
}

pub(super) fn signed_in(of: SignedIn) -> JsValue {
    object([
        ("id", of.id.into()),
        ("email", of.email.into()),
        ("firstName", of.first_name.into()),
        ("lastName", of.last_name.into()),
        ("admin", of.admin.into()),
    ])
}

pub(super) fn api_key(of: ApiKeyEntry) -> JsValue {
    object([
        ("apiKey", of.api_key.into()),
        ("description", of.description.into()),
        ("created", date(of.created).into()),
        ("used", time(of.used)),
    ])
}

pub(super) fn new_api_key(of: NewApiKey) -> JsValue {
    object([("apiKey", of.api_key.into()), ("apiSecret", of.api_secret.into())])
}
