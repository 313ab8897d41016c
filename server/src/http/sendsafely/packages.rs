//! Packages.

use std::collections::HashSet;

use bulla::api::ResponseCode;
use bulla::api::group::ContactGroup;
use bulla::api::package::{
    Answer, CreatePackage, FileEntry, Finalize, Finalized, PackageCreated, PackageInformation, PutSeal,
    UpdatePackage,
};

use super::{directories, done, groups, recipients};
use crate::db::{Directory, File, Package, Role, State};
use crate::domain::{
    Action, Caller, Domain, Event, FinalizeOrder, PackageChange, PackageOrder, RecipientEntry, Result,
    StateNames, now,
};
use crate::http::api::Call;
use crate::http::dates;
use crate::http::origin::subscriber;
use crate::http::typed::Body;

/// `PUT /package/`
pub(in crate::http) async fn create(call: Call, Body(asked): Body<CreatePackage>) -> Result<PackageCreated> {
    if matches!(call.caller, Caller::Dropzone { .. }) {
        call.domain().count_creation(&subscriber(&call.address))?;
    }
    let order = PackageOrder {
        suite: asked.suite,
        life: asked.life,
        workspace: asked.vdr,
        browser: call.agent.browser,
        os: call.agent.os,
    };
    let package = call.domain().create_package(&call.caller, order).await?;
    let created = Event::on(&package, Action::PACKAGE_CREATED);
    call.domain().log(&package, &call.caller, &call.address, &[created]).await?;
    Ok(PackageCreated {
        package_id: package.id,
        package_code: package.code,
        server_secret: package.server_secret,
        response: ResponseCode::Success,
    })
}

/// `GET /package/{packageId or packageCode}/`
pub(in crate::http) async fn information(call: Call) -> Result<PackageInformation> {
    let (domain, package) = (call.domain(), call.package()?);
    let role = domain.role(package, &call.caller).await?;
    let (manages, reviews) = (role >= Some(Role::Manager), domain.reviews(&call.caller, package));
    let open = domain.sees_content(package, &call.caller).await?;
    let (directories, files) =
        if open || reviews { domain.top(package, &call.caller).await? } else { (Vec::new(), Vec::new()) };
    let groups = if manages || reviews { domain.package_groups(package).await? } else { Vec::new() };
    let mut information = information_of(Shown {
        package,
        directories,
        files,
        recipients: if manages || reviews { domain.recipients(package).await? } else { Vec::new() },
        keyed: domain.recipients_with_keys(package, &call.caller).await?,
        groups: groups.into_iter().map(groups::entry).collect(),
        seal: if open && Domain::reads_all(&call.caller) { domain.seal(package).await? } else { None },
        approvers: if manages || reviews { domain.approvers() } else { &[] },
    });
    if open {
        information.server_secret.clone_from(&package.server_secret);
    }
    if role.is_some() {
        let recipient = domain.as_recipient(package, &call.caller).await?;
        information.recipient_code = recipient.map(|recipient| recipient.code);
    }
    if !Domain::reads_all(&call.caller) {
        // The link opens everything.
        information.package_code.clear();
    }
    information.role_name = role.filter(|_| package.is_workspace()).map(|role| role.as_str().to_owned());
    Ok(information)
}

/// What is shown of a package.
pub(super) struct Shown<'a> {
    pub(super) package: &'a Package,
    pub(super) directories: Vec<Directory>,
    pub(super) files: Vec<File>,
    pub(super) recipients: Vec<RecipientEntry>,
    /// The ids of recipients whose public keys may be asked for.
    pub(super) keyed: HashSet<String>,
    pub(super) groups: Vec<ContactGroup>,
    pub(super) seal: Option<String>,
    pub(super) approvers: &'a [String],
}

/// Information about a package, without its serverSecret and what the caller is in it.
pub(super) fn information_of(shown: Shown<'_>) -> PackageInformation {
    let package = shown.package;
    let state = StateNames::of(package, now());
    PackageInformation {
        package_id: package.id.clone(),
        package_code: package.code.clone(),
        server_secret: String::new(),
        recipients: shown
            .recipients
            .into_iter()
            .map(|entry| recipients::entry(entry, &shown.keyed, shown.approvers))
            .collect(),
        contact_groups: shown.groups,
        files: shown.files.into_iter().map(file_entry).collect(),
        directories: shown.directories.into_iter().map(directories::entry).collect(),
        approver_list: if package.needs_approval() { shown.approvers.to_vec() } else { Vec::new() },
        needs_approval: package.needs_approval(),
        state: state.name.to_owned(),
        package_state: state.number,
        package_state_str: state.text.to_owned(),
        password_required: package.is_guarded(),
        life: package.life,
        remind_days: package.remind_days,
        expires: package.expires.map(i64::unsigned_abs),
        is_vdr: package.is_workspace(),
        is_archived: package.archived.is_some(),
        package_sender: package.sender.clone(),
        sender_confirmed: package.dropzone.is_none() || package.sender_confirmed,
        package_timestamp: dates::long(package.created),
        root_directory_id: package.root_directory_id.clone(),
        label: package.is_workspace().then(|| package.label.clone()),
        role_name: None,
        recipient_code: None,
        package_contains_message: package.has_message,
        read_only_pdf: package.read_only_pdf,
        suite: package.suite.clone(),
        server_encrypted: package.server_encrypted,
        seal: shown.seal,
        response: ResponseCode::Success,
    }
}

/// `POST /package/{packageId}/`
pub(in crate::http) async fn update(call: Call, Body(asked): Body<UpdatePackage>) -> Result<Answer> {
    let package = call.package()?;
    let events = [
        asked.life.map(|life| Event::to(Action::LIFE_CHANGED, &package.id, &life.to_string())),
        asked.label.as_ref().map(|_| Event::on(package, Action::LABEL_CHANGED)),
        asked.checksum.as_ref().map(|_| Event::on(package, Action::CHECKSUM_CHANGED)),
    ];
    let change = PackageChange {
        life: asked.life,
        remind_days: asked.remind_days,
        label: asked.label,
        checksum: asked.checksum,
    };
    call.domain().update_package(package, change).await?;
    call.log(&events.into_iter().flatten().collect::<Vec<_>>()).await?;
    done(None)
}

/// `DELETE /package/{packageId}/`
pub(in crate::http) async fn delete(call: Call) -> Result<Answer> {
    call.domain().delete_package(call.package()?, false).await?;
    call.log(&[Event::on(call.package()?, Action::PACKAGE_DELETED)]).await?;
    done(None)
}

/// `DELETE /package/{packageId}/temp/`
pub(in crate::http) async fn delete_temp(call: Call) -> Result<Answer> {
    call.domain().delete_package(call.package()?, true).await?;
    call.log(&[Event::on(call.package()?, Action::PACKAGE_DELETED)]).await?;
    done(None)
}

/// `POST /package/{packageId}/finalize/`
pub(in crate::http) async fn finalize(call: Call, Body(asked): Body<Finalize>) -> Result<Finalized> {
    let package = call.package()?;
    let order = FinalizeOrder {
        checksum: asked.checksum,
        undisclosed: asked.undisclosed_recipients,
        password: asked.password,
        proof: asked.proof,
        unconfirmed_sender: asked.unconfirmed_sender,
        confirmed_sender_token: asked.confirmed_sender_token,
        seal: asked.seal,
        read_only_pdf: asked.read_only_pdf,
        notify: asked.notify_recipients == Some(true),
    };
    let finalized = call.domain().finalize(package, &call.caller, order).await?;
    let waits = finalized.state == State::Pending;
    let action = if waits { Action::PACKAGE_NEEDS_APPROVAL } else { Action::PACKAGE_FINALIZED };
    call.log(&[Event::on(package, action)]).await?;
    if finalized.notify && !waits {
        call.domain().notify_recipients(package, &call.base).await?;
    }
    call.domain().notice_incoming(&finalized, &requests_page(&call)).await?;
    let recipients = call.domain().recipients(package).await?;
    Ok(Finalized {
        approvers: if waits { call.domain().approvers().to_vec() } else { Vec::new() },
        needs_link: call.domain().needs_link(package).await?,
        recipients: recipients.into_iter().map(|entry| entry.recipient.email).collect(),
        message: package.link(&call.base),
        response: if waits { ResponseCode::PackageNeedsApproval } else { ResponseCode::Success },
    })
}

/// `POST /package/{packageId}/approve/`
pub(in crate::http) async fn approve(call: Call) -> Result<Answer> {
    let package = call.package()?;
    let approved = call.domain().approve_package(package).await?;
    call.log(&[Event::on(package, Action::PACKAGE_APPROVED)]).await?;
    call.domain().notice_incoming(&approved, &requests_page(&call)).await?;
    if package.notify {
        call.domain().notify_recipients(package, &call.base).await?;
    }
    done(None)
}

/// `POST /package/{packageId}/archive/`
pub(in crate::http) async fn archive(call: Call) -> Result<Answer> {
    call.domain().archive_package(call.package()?).await?;
    call.log(&[Event::on(call.package()?, Action::PACKAGE_ARCHIVED)]).await?;
    done(None)
}

/// `POST /package/{packageId}/unarchive/`
pub(in crate::http) async fn unarchive(call: Call) -> Result<Answer> {
    call.domain().unarchive_package(call.package()?).await?;
    call.log(&[Event::on(call.package()?, Action::PACKAGE_UNARCHIVED)]).await?;
    done(None)
}

/// `POST /package/{packageId}/seal/`
pub(in crate::http) async fn put_seal(call: Call, Body(asked): Body<PutSeal>) -> Result<Answer> {
    call.domain().put_seal(call.package()?, &asked.seal).await?;
    call.log(&[Event::on(call.package()?, Action::SEAL_REPLACED)]).await?;
    done(None)
}

/// Where the owner of a request sees what came in.
fn requests_page(call: &Call) -> String {
    format!("{}/requests/", call.base)
}

/// A file as package information lists it.
pub(in crate::http) fn file_entry(file: File) -> FileEntry {
    FileEntry {
        file_id: file.id,
        file_name: file.name,
        file_size: file.size,
        parts: file.parts,
        created_by_email: file.created_by,
        directory_id: file.directory_id,
        file_key: file.file_key,
    }
}
