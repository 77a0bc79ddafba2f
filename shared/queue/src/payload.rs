//! A job's payload on its way through River.

use std::marker::PhantomData;

use contract::jobs::Job;
use riverqueue::JobArgs;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::Error;

/// A payload of kind `J` as it is stored: it is made from a reference, and read when its job is done.
pub(crate) struct Payload<J>(Box<RawValue>, PhantomData<fn() -> J>);

impl<J: Job> Payload<J> {
    pub(crate) fn of(job: &J) -> Result<Self, Error> {
        let text = serde_json::value::to_raw_value(job).map_err(|error| Error::Failed(Box::new(error)))?;
        Ok(Self(text, PhantomData))
    }

    pub(crate) fn read(&self) -> Result<J, serde_json::Error> {
        serde_json::from_str(self.0.get())
    }
}

impl<J: Job> JobArgs for Payload<J> {
    const KIND: &'static str = J::KIND;
}

impl<J> Serialize for Payload<J> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, J> Deserialize<'de> for Payload<J> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(|text| Self(text, PhantomData))
    }
}
