//! Tickets, and share infos made of them.

use bulla::api::zus::{
    AddShareInfo, AddedShareInfo, DeleteShareInfo, IssueTicket, IssuedTicket, ShareInfoAdded, ShareInfoEntry,
    ShareInfos, ShareInfosQuery, TicketIssued, ZusMessage,
};

use super::{above, kind, kind_name, paging, said};
use crate::db::{ShareInfo, SharesOf};
use crate::domain::{Action, Event, Result, ShareOrder, Ticket, TicketOrder};
use crate::http::api::Call;
use crate::http::dates;
use crate::http::typed::{Body, Query, Texts};

/// `POST /v2/authticket/{packageId}/` (ours)
pub(in crate::http) async fn issue(call: Call, Body(asked): Body<IssueTicket>) -> Result<TicketIssued> {
    let order = TicketOrder { file_id: asked.file_id, receiver: asked.client_id, life: asked.expires_in };
    let (ticket, item) = call.domain().issue_ticket(call.package()?, call.account()?, order).await?;
    Ok(TicketIssued {
        message: "auth ticket issued successfully".to_owned(),
        data: IssuedTicket {
            auth_ticket: call.domain().write_ticket(&ticket)?,
            lookup_hash: item.lookup_hash,
            expires_at: dates::iso(ticket.expires),
        },
    })
}

/// `POST /v2/shareinfo/`
pub(in crate::http) async fn add(call: Call, Texts(asked): Texts<AddShareInfo>) -> Result<ShareInfoAdded> {
    let order = ShareOrder {
        ticket: asked.auth_ticket,
        kind: asked.share_info_type.map(kind),
        message: asked.message,
        link: asked.link,
    };
    let (package, share) = call.domain().share(call.account()?, order).await?;
    let event = Event::to(Action::SHARE_ADDED, share.item.id(), &share.receiver);
    call.domain().log(&package, &call.caller, &call.address, &[event]).await?;
    Ok(ShareInfoAdded {
        message: "shareinfo added successfully".to_owned(),
        data: AddedShareInfo {
            auth_ticket: ticket(&call, &share)?,
            share_info_type: kind_name(share.kind),
            sender_name: sender_name(&share),
            receiver_name: share.receiver.clone(),
            message: share.message,
            client_id: share.owner_email,
            receiver: share.receiver,
            lookup_hash: share.item.lookup_hash,
            link: share.link,
        },
    })
}

/// `GET /v2/shareinfo/shared/`
pub(in crate::http) async fn shared(call: Call, Query(asked): Query<ShareInfosQuery>) -> Result<ShareInfos> {
    list(&call, SharesOf::Owner(&call.account()?.id), asked).await
}

/// `GET /v2/shareinfo/received/`
pub(in crate::http) async fn received(
    call: Call,
    Query(asked): Query<ShareInfosQuery>,
) -> Result<ShareInfos> {
    list(&call, SharesOf::Receiver(&call.account()?.email), asked).await
}

async fn list(call: &Call, of: SharesOf<'_>, asked: ShareInfosQuery) -> Result<ShareInfos> {
    let page = paging(asked.offset, asked.limit)?;
    let hash = asked.lookup_hash.as_deref();
    let shares = call.domain().share_infos(of, kind(asked.share_info_type), hash, page).await?;
    let entry = |share: ShareInfo| {
        Ok(ShareInfoEntry {
            id: share.id.unsigned_abs(),
            auth_ticket: ticket(call, &share)?,
            sender_name: sender_name(&share),
            message: share.message,
            share_info_type: kind_name(share.kind),
            client_id: share.owner_email,
            receiver_name: share.receiver.clone(),
            receiver_client_id: share.receiver,
            lookup_hash: share.item.lookup_hash,
            link: share.link,
            created_at: dates::iso(share.created),
            updated_at: dates::iso(share.updated),
            expires_at: dates::iso(share.expires),
            package_id: share.item.package_id,
            file_id: share.item.file_id,
        })
    };
    Ok(ShareInfos { message: above(&shares), data: shares.into_iter().map(entry).collect::<Result<_>>()? })
}

/// `DELETE /v2/shareinfo/`
pub(in crate::http) async fn delete(call: Call, Query(asked): Query<DeleteShareInfo>) -> Result<ZusMessage> {
    let (ticket, hash) = (asked.auth_ticket.as_deref(), asked.lookup_hash.as_deref());
    let Some(gone) = call.domain().delete_shares(call.account()?, ticket, hash).await? else {
        return said("no shareinfo was deleted for these details");
    };
    let events: Vec<_> = gone
        .receivers
        .iter()
        .map(|receiver| Event::to(Action::SHARE_REMOVED, gone.item.id(), receiver))
        .collect();
    call.domain().log(&gone.package, &call.caller, &call.address, &events).await?;
    said("deleting shareinfo successful")
}

fn ticket(call: &Call, share: &ShareInfo) -> Result<String> {
    call.domain().write_ticket(&Ticket::of(share))
}

fn sender_name(share: &ShareInfo) -> String {
    if share.owner_name.is_empty() { share.owner_email.clone() } else { share.owner_name.clone() }
}
