//! The alerts that incidents know of, found by entity. What is asked of it depends only on which alerts are in it,
//! never on the way they came in, so that it is the same after a restart.

use super::entity::weights;
use crate::incident::config::Correlation;
use palisade_model::{Id, Severity, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// What incidents know of an alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::incident) struct Known {
    /// What people call it.
    pub(in crate::incident) name: String,
    pub(in crate::incident) severity: Severity,
    /// When this episode of it began.
    pub(in crate::incident) began: Timestamp,
    pub(in crate::incident) firing: bool,
    pub(in crate::incident) acknowledged: bool,
    /// The incident that it belongs to, or last belonged to.
    pub(in crate::incident) incident: Option<Id>,
    /// What it is about, each `kind=value`.
    #[serde(serialize_with = "texts", deserialize_with = "shared_texts")]
    pub(in crate::incident) entities: Vec<Arc<str>>,
    /// It is forgotten then, unless it fires or its incident is open.
    pub(in crate::incident) until: Timestamp,
}

fn texts<S: Serializer>(texts: &[Arc<str>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(texts.iter().map(|text| &**text))
}

fn shared_texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Arc<str>>, D::Error> {
    Ok(Vec::<String>::deserialize(deserializer)?.into_iter().map(Arc::from).collect())
}

/// Known alerts by fingerprint, by entity and by the time when they are forgotten.
#[derive(Debug, Default)]
pub(in crate::incident) struct Index {
    alerts: HashMap<Arc<str>, Known>,
    by_entity: HashMap<Arc<str>, BTreeSet<(Timestamp, Arc<str>)>>,
    by_until: BTreeSet<(Timestamp, Arc<str>)>,
    weights: HashMap<String, f64>,
    neighbours: HashMap<String, BTreeSet<String>>,
}

impl Index {
    pub(in crate::incident) fn new(settings: &Correlation) -> Self {
        let mut neighbours: HashMap<String, BTreeSet<String>> = HashMap::new();
        for service in &settings.topology {
            for other in &service.depends_on {
                let (one, other) = (service.name.to_lowercase(), other.to_lowercase());
                neighbours.entry(one.clone()).or_default().insert(other.clone());
                neighbours.entry(other).or_default().insert(one);
            }
        }
        Self { weights: weights(settings), neighbours, ..Self::default() }
    }

    pub(in crate::incident) fn len(&self) -> usize {
        self.alerts.len()
    }

    pub(in crate::incident) fn get(&self, fingerprint: &str) -> Option<&Known> {
        self.alerts.get(fingerprint)
    }

    /// The fingerprint as it is kept, and what is known.
    pub(super) fn entry(&self, fingerprint: &str) -> Option<(&Arc<str>, &Known)> {
        self.alerts.get_key_value(fingerprint)
    }

    /// Takes in an alert, or what is now known of it.
    pub(in crate::incident) fn insert(&mut self, fingerprint: &str, mut known: Known) {
        self.remove(fingerprint);
        let fingerprint: Arc<str> = fingerprint.into();
        for entity in &mut known.entities {
            // One text for all alerts that name the entity.
            if let Some((kept, _)) = self.by_entity.get_key_value(entity) {
                *entity = kept.clone();
            }
            self.by_entity.entry(entity.clone()).or_default().insert((known.began, fingerprint.clone()));
        }
        self.by_until.insert((known.until, fingerprint.clone()));
        self.alerts.insert(fingerprint, known);
    }

    pub(in crate::incident) fn remove(&mut self, fingerprint: &str) {
        let Some((fingerprint, known)) = self.alerts.remove_entry(fingerprint) else { return };
        self.by_until.remove(&(known.until, fingerprint.clone()));
        let place = (known.began, fingerprint);
        for entity in &known.entities {
            if let Some(alerts) = self.by_entity.get_mut(entity) {
                alerts.remove(&place);
                if alerts.is_empty() {
                    self.by_entity.remove(entity);
                }
            }
        }
    }

    /// Changes what is known of an alert, save for its entities and its beginning.
    pub(in crate::incident) fn change(&mut self, fingerprint: &str, change: impl FnOnce(&mut Known)) {
        let Some(known) = self.alerts.get_mut(fingerprint) else { return };
        let before = known.until;
        change(known);
        let after = known.until;
        if before != after
            && let Some(place) = self.by_until.take(&(before, fingerprint.into()))
        {
            self.by_until.insert((after, place.1));
        }
    }

    /// The alert that is to be forgotten first, and when.
    pub(in crate::incident) fn first_until(&self) -> Option<&(Timestamp, Arc<str>)> {
        self.by_until.first()
    }

    /// The alerts that name `entity`, by the time when they began.
    pub(super) fn alerts_of(&self, entity: &str) -> Option<&BTreeSet<(Timestamp, Arc<str>)>> {
        self.by_entity.get(entity)
    }

    /// How much sharing an entity of this kind tells.
    pub(super) fn weight(&self, kind: &str) -> f64 {
        self.weights.get(kind).copied().unwrap_or(0.0)
    }

    /// What talks directly to `entity`.
    pub(super) fn neighbours(&self, entity: &str) -> impl Iterator<Item = &str> {
        self.neighbours.get(entity).into_iter().flatten().map(String::as_str)
    }
}
