//! Packages.

use bulla::api::ResponseCode;
use bulla::api::package::{
    CreatePackage, FileEntry, Finalize, Finalized, PackageCreated, PackageInformation, PutSeal, UpdatePackage,
};

use super::{directories, done, recipients};
use crate::db::{File, Role};
use crate::domain::{Caller, FinalizeOrder, PackageChange, PackageOrder, Result, StateNames, now};
use crate::http::api::{Call, Reply};
use crate::http::dates;
use crate::http::origin::subscriber;

/// `PUT /package/`
pub(in crate::http) async fn create(call: Call) -> Result<Reply> {
    let asked: CreatePackage = call.json()?;
    if matches!(call.caller, Caller::Dropzone) {
        call.domain().count_creation(&subscriber(&call.address))?;
    }
    let order = PackageOrder { suite: asked.suite, life: asked.life, workspace: asked.vdr };
    let package = call.domain().create_package(&call.caller, order).await?;
    Reply::json(&PackageCreated {
        package_id: package.id,
        package_code: package.code,
        server_secret: package.server_secret,
        response: ResponseCode::Success,
    })
}

/// `GET /package/{packageId or packageCode}/`
pub(in crate::http) async fn information(call: Call) -> Result<Reply> {
    let (domain, package) = (call.domain(), call.package()?);
    let role = domain.role(package, &call.caller).await?;
    // Behind a password nothing that opens the content is told to others here.
    let open = domain.sees_files(package, &call.caller).await?;
    let (directories, files) = if open { domain.top(package).await? } else { (Vec::new(), Vec::new()) };
    let recipients = if role >= Some(Role::Manager) { domain.recipients(package).await? } else { Vec::new() };
    let keyed = domain.recipients_with_keys(package, &call.caller).await?;
    Reply::json(&PackageInformation {
        package_id: package.id.clone(),
        package_code: package.code.clone(),
        server_secret: if open { package.server_secret.clone() } else { String::new() },
        recipients: recipients.into_iter().map(|of| recipients::entry(of, &keyed)).collect(),
        contact_groups: Vec::new(),
        files: files.into_iter().map(file_entry).collect(),
        directories: directories.into_iter().map(directories::entry).collect(),
        approver_list: Vec::new(),
        needs_approval: false,
        state: StateNames::of(package, now()).name.to_owned(),
        package_state: StateNames::of(package, now()).number,
        package_state_str: StateNames::of(package, now()).text.to_owned(),
        password_required: package.password_hash.is_some(),
        life: package.life,
        is_vdr: package.is_workspace(),
        is_archived: false,
        package_sender: package.sender.clone(),
        package_timestamp: dates::long(package.created),
        root_directory_id: package.root_directory_id.clone(),
        label: package.is_workspace().then(|| package.label.clone()),
        role_name: role.filter(|_| package.is_workspace()).map(|role| role.as_str().to_owned()),
        package_contains_message: package.has_message,
        suite: package.suite.clone(),
        seal: if open { domain.seal(package).await? } else { None },
        response: ResponseCode::Success,
    })
}

/// `POST /package/{packageId}/`
pub(in crate::http) async fn update(call: Call) -> Result<Reply> {
    let asked: UpdatePackage = call.json()?;
    let change = PackageChange { life: asked.life, label: asked.label, checksum: asked.checksum };
    call.domain().update_package(call.package()?, change).await?;
    done(None)
}

/// `DELETE /package/{packageId}/`
pub(in crate::http) async fn delete(call: Call) -> Result<Reply> {
    call.domain().delete_package(call.package()?, false).await?;
    done(None)
}

/// `DELETE /package/{packageId}/temp/`
pub(in crate::http) async fn delete_temp(call: Call) -> Result<Reply> {
    call.domain().delete_package(call.package()?, true).await?;
    done(None)
}

/// `POST /package/{packageId}/finalize/`
pub(in crate::http) async fn finalize(call: Call) -> Result<Reply> {
    let asked: Finalize = call.json()?;
    let package = call.package()?;
    let order = FinalizeOrder {
        checksum: asked.checksum,
        undisclosed: asked.undisclosed_recipients,
        password: asked.password,
        unconfirmed_sender: asked.unconfirmed_sender,
        seal: asked.seal,
    };
    call.domain().finalize(package, order).await?;
    let link = format!("{}/receive/?thread={}&packageCode={}", call.base, package.id, package.code);
    if asked.notify_recipients == Some(true) {
        call.domain().notify_recipients(package, &link).await?;
    }
    let recipients = call.domain().recipients(package).await?;
    Reply::json(&Finalized {
        approvers: Vec::new(),
        needs_link: call.domain().needs_link(package).await?,
        recipients: recipients.into_iter().map(|entry| entry.recipient.email).collect(),
        message: link,
        response: ResponseCode::Success,
    })
}

/// `POST /package/{packageId}/seal/`
pub(in crate::http) async fn put_seal(call: Call) -> Result<Reply> {
    let asked: PutSeal = call.json()?;
    call.domain().put_seal(call.package()?, &asked.seal).await?;
    done(None)
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
