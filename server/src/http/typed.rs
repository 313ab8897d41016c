//! What calls take and answer, read off their handlers' own types. By these types a call is made, and by the same
//! types it is described, so that a description cannot differ from what the server does.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::future::BoxFuture;
use schemars::generate::{Contract, SchemaSettings};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::api::{Call, Form, Reply};
use crate::domain::{Error, Result};

/// Where the description of the API keeps its schemas.
const DEFINITIONS: &str = "/components/schemas";

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// The JSON object that is a request's body.
pub(super) struct Body<T>(pub(super) T);

/// The form (`application/x-www-form-urlencoded`) that is a request's body.
pub(super) struct Fields<T>(pub(super) T);

/// The texts that are the fields of a form (`multipart/form-data`), a request's body.
pub(super) struct Texts<T>(pub(super) T);

/// The query of a request's path.
pub(super) struct Query<T>(pub(super) T);

/// The JSON list that is a request's body.
pub(super) struct List<T>(pub(super) Vec<T>);

/// An answer that leads elsewhere by itself, or else says where.
pub(super) enum Led<T> {
    /// To this address.
    There(String),
    /// This says where.
    Told(T),
}

/// An answer of plain text, or else of JSON with the same in it.
pub(super) enum Words<T> {
    /// The text.
    Text(String),
    /// The JSON.
    Json(T),
}

/// An answer with a cookie.
pub(super) struct WithCookie<T> {
    /// The answer.
    pub(super) answer: T,
    /// What `Set-Cookie` holds.
    pub(super) cookie: HeaderValue,
}

/// An answer of octets.
pub(super) struct Octets(pub(super) Response);

/// What a handler takes beside the call itself.
pub(super) trait Input: Sized + Send {
    /// Reads it from a request.
    fn read(call: &Call) -> Result<Self>;

    /// Notes what has to be sent for it.
    fn note(takes: &mut Takes, schemas: &mut Schemas);
}

impl<T: DeserializeOwned + JsonSchema + Send> Input for Body<T> {
    fn read(call: &Call) -> Result<Self> {
        call.json().map(Self)
    }

    fn note(takes: &mut Takes, schemas: &mut Schemas) {
        takes.body = Sent::Json(schemas.taken::<T>());
    }
}

impl<T: DeserializeOwned + JsonSchema + Send> Input for Fields<T> {
    fn read(call: &Call) -> Result<Self> {
        call.fields().map(Self)
    }

    fn note(takes: &mut Takes, schemas: &mut Schemas) {
        takes.body = Sent::Fields(schemas.taken::<T>());
    }
}

impl<T: DeserializeOwned + JsonSchema + Send> Input for Texts<T> {
    fn read(call: &Call) -> Result<Self> {
        call.texts().map(Self)
    }

    fn note(takes: &mut Takes, schemas: &mut Schemas) {
        takes.body = Sent::Texts(schemas.taken::<T>());
    }
}

impl<T: DeserializeOwned + JsonSchema + Send> Input for Query<T> {
    fn read(call: &Call) -> Result<Self> {
        call.query().map(Self)
    }

    fn note(takes: &mut Takes, schemas: &mut Schemas) {
        takes.query = Some(schemas.inline::<T>());
    }
}

impl<T: DeserializeOwned + JsonSchema + Send> Input for List<T> {
    fn read(call: &Call) -> Result<Self> {
        call.list().map(Self)
    }

    fn note(takes: &mut Takes, schemas: &mut Schemas) {
        takes.body = Sent::Json(schemas.taken::<Vec<T>>());
    }
}

impl<A: Input, B: Input> Input for (A, B) {
    fn read(call: &Call) -> Result<Self> {
        Ok((A::read(call)?, B::read(call)?))
    }

    fn note(takes: &mut Takes, schemas: &mut Schemas) {
        A::note(takes, schemas);
        B::note(takes, schemas);
    }
}

/// What a handler answers.
pub(super) trait Output {
    /// Writes it.
    fn reply(self) -> Result<Reply>;

    /// What comes back on success.
    fn gives(schemas: &mut Schemas) -> Gives;
}

impl<T: Serialize + JsonSchema> Output for T {
    fn reply(self) -> Result<Reply> {
        Reply::json(&self)
    }

    fn gives(schemas: &mut Schemas) -> Gives {
        Gives::Json(schemas.given::<T>())
    }
}

impl<T: Serialize + JsonSchema> Output for WithCookie<T> {
    fn reply(self) -> Result<Reply> {
        Ok(Reply::json(&self.answer)?.with_cookie(self.cookie))
    }

    fn gives(schemas: &mut Schemas) -> Gives {
        Gives::Json(schemas.given::<T>())
    }
}

impl Output for Octets {
    fn reply(self) -> Result<Reply> {
        Ok(Reply::Other(self.0))
    }

    fn gives(_: &mut Schemas) -> Gives {
        Gives::Octets
    }
}

impl<T: Serialize + JsonSchema> Output for Led<T> {
    fn reply(self) -> Result<Reply> {
        match self {
            Self::There(address) => {
                let location = HeaderValue::from_str(&address).map_err(|e| Error::Internal(e.into()))?;
                let headers = [(header::LOCATION, location), (header::CACHE_CONTROL, NO_STORE)];
                Ok(Reply::Other((StatusCode::FOUND, headers).into_response()))
            }
            Self::Told(answer) => Reply::json(&answer),
        }
    }

    fn gives(schemas: &mut Schemas) -> Gives {
        Gives::JsonOr(schemas.given::<T>(), (302, None, "Its `Location` is where"))
    }
}

impl<T: Serialize + JsonSchema> Output for Words<T> {
    fn reply(self) -> Result<Reply> {
        match self {
            Self::Text(text) => Ok(Reply::Other(([(header::CACHE_CONTROL, NO_STORE)], text).into_response())),
            Self::Json(answer) => Reply::json(&answer),
        }
    }

    fn gives(schemas: &mut Schemas) -> Gives {
        Gives::JsonOr(schemas.given::<T>(), (200, Some("text/plain"), "Done"))
    }
}

/// A handler of a call. `In` is what it takes: nothing, or one [`Input`].
pub(super) trait Handles<In> {
    /// Makes the call.
    fn make(self, call: Call) -> BoxFuture<'static, Result<Reply>>;

    /// What the call takes and answers.
    fn shape(self, schemas: &mut Schemas) -> Shape;
}

impl<H, F, O> Handles<()> for H
where
    H: FnOnce(Call) -> F,
    F: Future<Output = Result<O>> + Send + 'static,
    O: Output,
{
    fn make(self, call: Call) -> BoxFuture<'static, Result<Reply>> {
        let answer = self(call);
        Box::pin(async move { answer.await?.reply() })
    }

    fn shape(self, schemas: &mut Schemas) -> Shape {
        Shape { takes: Takes::default(), gives: O::gives(schemas) }
    }
}

impl<H, I, F, O> Handles<(I,)> for H
where
    H: FnOnce(Call, I) -> F,
    I: Input,
    F: Future<Output = Result<O>> + Send + 'static,
    O: Output,
{
    fn make(self, call: Call) -> BoxFuture<'static, Result<Reply>> {
        match I::read(&call) {
            Ok(input) => {
                let answer = self(call, input);
                Box::pin(async move { answer.await?.reply() })
            }
            Err(error) => Box::pin(async { Err(error) }),
        }
    }

    fn shape(self, schemas: &mut Schemas) -> Shape {
        let mut takes = Takes::default();
        I::note(&mut takes, schemas);
        Shape { takes, gives: O::gives(schemas) }
    }
}

/// A handler of a call whose body is a form. `T` is what stands in the form's field `requestData`.
pub(super) trait HandlesForm<T> {
    /// Makes the call.
    fn make(self, call: Call, form: Form) -> BoxFuture<'static, Result<Reply>>;

    /// What the call takes, with these octets behind the JSON, and answers.
    fn shape(self, behind: Behind, schemas: &mut Schemas) -> Shape;
}

impl<H, T, F, O> HandlesForm<T> for H
where
    H: FnOnce(Call, Body<T>, Form) -> F,
    T: DeserializeOwned + JsonSchema + Send,
    F: Future<Output = Result<O>> + Send + 'static,
    O: Output,
{
    fn make(self, call: Call, form: Form) -> BoxFuture<'static, Result<Reply>> {
        match Body::read(&call) {
            Ok(body) => {
                let answer = self(call, body, form);
                Box::pin(async move { answer.await?.reply() })
            }
            Err(error) => Box::pin(async { Err(error) }),
        }
    }

    fn shape(self, behind: Behind, schemas: &mut Schemas) -> Shape {
        let takes = Takes { query: None, body: Sent::Form(schemas.taken::<T>(), behind) };
        Shape { takes, gives: O::gives(schemas) }
    }
}

/// What a route takes and answers.
pub(super) struct Shape {
    /// What has to be sent.
    pub(super) takes: Takes,
    /// What comes back when it succeeds, or always.
    pub(super) gives: Gives,
}

/// What has to be sent to a route, beside its path.
#[derive(Default)]
pub(super) struct Takes {
    /// The object whose fields stand in the query.
    pub(super) query: Option<Schema>,
    /// The body.
    pub(super) body: Sent,
}

/// What is sent as a body.
#[derive(Default)]
pub(super) enum Sent {
    /// Nothing.
    #[default]
    Nothing,
    /// A JSON object.
    Json(Schema),
    /// `application/x-www-form-urlencoded`.
    Fields(Schema),
    /// `multipart/form-data`: a JSON object in the field `requestData`, then octets.
    Form(Schema, Behind),
    /// `multipart/form-data` with a text in each field.
    Texts(Schema),
    /// Octets.
    Octets,
}

/// The octets behind a form's JSON.
#[derive(Clone, Copy)]
pub(super) enum Behind {
    /// Those of one field, `textFile`.
    Part,
    /// Those of any number of files, in fields `files`.
    Files,
}

/// What a route answers.
pub(super) enum Gives {
    /// JSON, on success. The surface says what a failure looks like.
    Json(Schema),
    /// Octets, on success.
    Octets,
    /// JSON or this, on success.
    JsonOr(Schema, Plain),
    /// One of these and nothing else.
    Plain(&'static [Plain]),
}

/// An answer that is no JSON: its status, its media type if it has a body, and what it means.
pub(super) type Plain = (u16, Option<&'static str>, &'static str);

/// The schemas of what is taken and given, each type once.
pub(super) struct Schemas {
    taken: SchemaGenerator,
    given: SchemaGenerator,
}

impl Schemas {
    /// None yet.
    pub(super) fn new() -> Self {
        let generator = |contract| {
            let mut settings = SchemaSettings::draft2020_12();
            settings.definitions_path = DEFINITIONS.into();
            settings.meta_schema = None;
            settings.contract = contract;
            settings.into_generator()
        };
        Self { taken: generator(Contract::Deserialize), given: generator(Contract::Serialize) }
    }

    /// A reference to the schema of what is read as `T`.
    pub(super) fn taken<T: JsonSchema>(&mut self) -> Schema {
        self.taken.subschema_for::<T>()
    }

    /// The schema itself of what is read as `T`.
    fn inline<T: JsonSchema>(&mut self) -> Schema {
        T::json_schema(&mut self.taken)
    }

    /// A reference to the schema of what is written of a `T`.
    pub(super) fn given<T: JsonSchema>(&mut self) -> Schema {
        self.given.subschema_for::<T>()
    }

    /// All that was referred to, by name: what is taken, and what is given. Both go into one place.
    pub(super) fn definitions(mut self) -> [Map<String, Value>; 2] {
        [self.taken.take_definitions(false), self.given.take_definitions(false)]
    }
}
