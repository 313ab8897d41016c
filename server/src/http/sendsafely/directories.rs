//! The directories of workspaces.

use bulla::api::ResponseCode;
use bulla::api::package::Answer;
use bulla::api::workspace::{
    DirectoryAnswer, DirectoryCreated, DirectoryEntry, ListDirectory, Move, NameDirectory,
};

use super::{done, files};
use crate::db::Directory;
use crate::domain::{Action, Event, Result, Sorting};
use crate::http::api::Call;
use crate::http::dates;
use crate::http::typed::{Body, Query};

/// `PUT /package/{packageId}/directory/` and `PUT /package/{packageId}/directory/{directoryId}/subdirectory/`
pub(in crate::http) async fn create(
    call: Call,
    Body(asked): Body<NameDirectory>,
) -> Result<DirectoryCreated> {
    let parent = call.parameter("directory").ok();
    let NameDirectory { directory_name, name_tag } = asked;
    let made = call.domain().create_directory(call.package()?, parent, directory_name, name_tag).await?;
    call.log(&[Event::on_file(call.package()?, Action::DIRECTORY_CREATED, &made.id, &made.name)]).await?;
    Ok(DirectoryCreated {
        created: dates::long(made.created),
        created_str: dates::short(made.created),
        name: made.name,
        directory_id: made.id.clone(),
        message: made.id,
        response: ResponseCode::Success,
    })
}

/// `GET /package/{packageId}/directory/{directoryId}/`
pub(in crate::http) async fn information(
    call: Call,
    Query(asked): Query<ListDirectory>,
) -> Result<DirectoryAnswer> {
    let (package, id) = (call.package()?, call.parameter("directory")?);
    let sorting = Sorting { field: asked.sort_field, order: asked.sort_order };
    let first = (asked.directory_index, asked.file_index);
    let contents = call.domain().directory(package, id, first, &sorting).await?;
    Ok(DirectoryAnswer {
        directory_name: contents.directory.name,
        directory_id: contents.directory.id,
        parent_directory_id: contents.directory.parent_id,
        files: contents.files.into_iter().map(|file| files::with_versions(package, file)).collect(),
        sub_directories: contents.directories.into_iter().map(entry).collect(),
        response: ResponseCode::Success,
    })
}

/// `POST /package/{packageId}/directory/{directoryId}/`
pub(in crate::http) async fn rename(call: Call, Body(asked): Body<NameDirectory>) -> Result<Answer> {
    let (package, id) = (call.package()?, call.parameter("directory")?);
    let event = Event::on_file(package, Action::DIRECTORY_RENAMED, id, &asked.directory_name);
    call.domain().rename_directory(package, id, asked.directory_name, asked.name_tag).await?;
    call.log(&[event]).await?;
    done(None)
}

/// `DELETE /package/{packageId}/directory/{directoryId}/`
pub(in crate::http) async fn delete(call: Call) -> Result<Answer> {
    let (package, id) = (call.package()?, call.parameter("directory")?);
    call.domain().delete_directory(package, id).await?;
    call.log(&[Event::to(Action::DIRECTORY_DELETED, id, "")]).await?;
    done(None)
}

/// `POST /package/{packageId}/move/{sourceDirectoryId}/{targetDirectoryId}/`
pub(in crate::http) async fn move_to(call: Call, Body(asked): Body<Move>) -> Result<Answer> {
    let (id, target) = (call.parameter("directory")?, call.parameter("target")?);
    call.domain().move_directory(call.package()?, id, target, asked.name_tag).await?;
    call.log(&[Event::to(Action::DIRECTORY_MOVED, id, "")]).await?;
    done(None)
}

/// A directory, as lists have it.
pub(in crate::http) fn entry(of: Directory) -> DirectoryEntry {
    DirectoryEntry {
        directory_id: of.id,
        directory_name: of.name,
        parent_directory_id: of.parent_id,
        created: dates::long(of.created),
        created_str: dates::short(of.created),
    }
}
