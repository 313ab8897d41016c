//! Verifying who one is, to open a link.

use bulla::api::link::{
    ProviderSignIn, Verification, VerificationCodeSent, VerificationWay, Verified, Verify, VerifyBy,
    VerifyByCode, VerifyBySignIn,
};
use bulla::api::secure_share::AuthenticationMode;

use super::api::Call;
use super::origin::subscriber;
use super::typed::Body;
use crate::domain::{Action, Begun, Caller, Event, Proven, Result, Verifying, Visitor};

/// `POST /link/v1/{packageCode}/verification/`
pub(super) async fn ways(call: Call, Body(asked): Body<Verify>) -> Result<Verification> {
    let verifying = verifying(&call, asked).await?;
    let ways = verifying.ways.iter().map(|(id, way)| VerificationWay {
        id: id.clone(),
        identity_provider: way.provider.clone(),
        to: verifying.hint(way),
        done: verifying.done.contains(id),
    });
    Ok(Verification {
        mode: if verifying.share.any_of { AuthenticationMode::Any } else { AuthenticationMode::All },
        ways: ways.collect(),
        verified: verifying.verified(),
    })
}

/// `POST /link/v1/{packageCode}/verification/code/`
pub(super) async fn send_code(call: Call, Body(asked): Body<VerifyBy>) -> Result<VerificationCodeSent> {
    let verifying = verifying(&call, asked.who).await?;
    let (token, expires_in) = call.domain().send_verification_code(&verifying, &asked.way).await?;
    Ok(VerificationCodeSent { token, expires_in })
}

/// `POST /link/v1/{packageCode}/verification/code/enter/`
pub(super) async fn enter_code(call: Call, Body(asked): Body<VerifyByCode>) -> Result<Verified> {
    let verifying = verifying(&call, asked.who).await?;
    let subscriber = subscriber(&call.address);
    let proven = call.domain().verify_by_code(verifying, &asked.token, &asked.code, &subscriber).await?;
    verified(&call, proven).await
}

/// `POST /link/v1/{packageCode}/verification/sign-in/`
pub(super) async fn begin_sign_in(call: Call, Body(asked): Body<VerifyBy>) -> Result<ProviderSignIn> {
    let verifying = verifying(&call, asked.who).await?;
    let begun = call.domain().begin_provider_sign_in(&verifying, &asked.way, &redirect(&call)).await?;
    let Begun { url, state, token } = begun;
    Ok(ProviderSignIn { url, state, token })
}

/// `POST /link/v1/{packageCode}/verification/sign-in/end/`
pub(super) async fn end_sign_in(call: Call, Body(asked): Body<VerifyBySignIn>) -> Result<Verified> {
    let verifying = verifying(&call, asked.who).await?;
    let came_back = (asked.state.as_str(), asked.code);
    let proven =
        call.domain().end_provider_sign_in(verifying, &asked.token, came_back, &redirect(&call)).await?;
    verified(&call, proven).await
}

async fn verifying(call: &Call, asked: Verify) -> Result<Verifying> {
    let visitor = Visitor {
        checksum: asked.checksum,
        recipient: asked.recipient,
        statement: asked.statement,
        subscriber: subscriber(&call.address),
    };
    call.domain().verifying(call.parameter("code")?, &visitor).await
}

async fn verified(call: &Call, proven: Proven) -> Result<Verified> {
    if proven.verified {
        let Verifying { package, recipient, .. } = &proven.verifying;
        let event = Event::to(Action::RECIPIENT_VERIFIED, &recipient.id, recipient.called());
        let caller = Caller::Verified(Box::new(recipient.clone()));
        call.domain().log(package, &caller, &call.address, &[event]).await?;
    }
    Ok(Verified { statement: proven.statement, expires_in: proven.life, verified: proven.verified })
}

/// Where providers lead back to: the receive page, which alone knows what it did before.
fn redirect(call: &Call) -> String {
    format!("{}/receive/", call.base)
}
