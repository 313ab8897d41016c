//! Plain values, as `npm/account.d.ts` describes them.

use bulla::web::promise::date;
use bulla::web::values::{list, object};
use wasm_bindgen::JsValue;

use crate::keys::{ConfirmedKey, KeyState, Offered, Origin, Pin, TrustedDevice, WrapReport};

pub(super) fn fingerprint(pin: Pin) -> JsValue {
    let fingerprint = pin.fingerprint();
    object([
        ("words", fingerprint.words().into()),
        ("digits", fingerprint.digits().into()),
        ("hex", fingerprint.hex().into()),
    ])
}

pub(super) fn device(of: TrustedDevice) -> JsValue {
    object([
        ("id", of.id.into()),
        ("description", of.description.into()),
        ("current", of.is_current.into()),
        ("confirmed", of.is_confirmed.into()),
        ("fingerprint", of.key.map_or(JsValue::UNDEFINED, |key| fingerprint(key.pin()))),
        ("key", of.armored.into()),
    ])
}

pub(super) fn offered(of: Offered) -> JsValue {
    let state = match of.state {
        KeyState::Confirmed => "confirmed",
        KeyState::New => "new",
        KeyState::Changed => "changed",
    };
    object([
        ("id", of.id.into()),
        ("email", of.email.into()),
        ("state", state.into()),
        ("fingerprint", fingerprint(of.key.pin())),
        ("key", of.armored.into()),
    ])
}

pub(super) fn confirmed(of: ConfirmedKey) -> JsValue {
    object([
        ("email", of.email.into()),
        ("fingerprint", fingerprint(of.pin)),
        ("confirmed", date(of.confirmed).into()),
    ])
}

pub(super) fn wrap_report(of: WrapReport) -> JsValue {
    object([
        ("wrapped", list(of.wrapped, offered)),
        ("unconfirmed", list(of.unconfirmed, offered)),
        ("missing", list(of.missing, confirmed)),
        ("without", list(of.without, JsValue::from)),
    ])
}

pub(super) fn origin(of: Origin) -> JsValue {
    let name = match of {
        Origin::Sender => "sender",
        Origin::Server => "server",
    };
    name.into()
}
