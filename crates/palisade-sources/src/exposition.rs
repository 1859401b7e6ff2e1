//! The text that Prometheus targets show: text format 0.0.4 and OpenMetrics 1.0.
//!
//! Sources: Prometheus, *Exposition formats*; OpenMetrics 1.0 specification. Nothing here asks anybody: the caller
//! fetched the text, and says whom it comes from.
//!
//! What becomes of the text:
//!
//! - A plain series is one point: counters and gauges by their `# TYPE`, and by their name where there is none.
//! - A histogram or summary is **one** point with the name of its family and a distribution, whose value is the sum,
//!   when its series are complete: for a histogram `_sum`, `_count` and a bucket up to infinity, for a summary `_sum`
//!   and `_count`. Cumulative buckets become buckets with their own counts. Where something is missing, every series
//!   stays a point of its own, so that nothing is lost. Where they contradict each other, the whole is refused.
//! - `_created` of OpenMetrics is when the total began. Exemplars and help are not kept.
//! - The service is the job of the target and the host its instance. Labels `job` and `instance` that the target itself
//!   shows stay attributes; labels that collide with those of the configuration get the prefix `exported_`.
//! - A bad line costs only itself, but text that breaks off is not trusted: the last line of the text format counts only
//!   with its line feed, and OpenMetrics only with its `# EOF`, because half a number is a number.

mod family;
mod group;
mod line;

use crate::{Context, Parsed, Place, SourceError, collector::Collector};
use family::{Family, Role};
use line::{Line, Sample};
use palisade_model::{Metric, MetricKind, Value};

/// The two forms of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Text format 0.0.4.
    Text,
    /// OpenMetrics 1.0.
    OpenMetrics,
}

impl Dialect {
    /// The form that a `Content-Type` names; text format when there is none.
    ///
    /// # Errors
    /// [`SourceError::UnsupportedFormat`] for other media types.
    pub fn from_content_type(content_type: Option<&str>) -> Result<Self, SourceError> {
        let content_type = content_type.unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match media_type.as_str() {
            "" | "text/plain" => Ok(Self::Text),
            "application/openmetrics-text" => Ok(Self::OpenMetrics),
            _ => Err(SourceError::UnsupportedFormat {
                found: content_type.chars().take(64).collect(),
                wanted: "text/plain or application/openmetrics-text".to_owned(),
            }),
        }
    }
}

/// Whom the text comes from.
#[derive(Clone, Copy, Debug)]
pub struct Target<'t> {
    /// The service of every point: the job.
    pub service: &'t str,
    /// The host of every point: the instance.
    pub host: &'t str,
    /// Labels that every point gets besides its own.
    pub labels: &'t [(String, String)],
}

/// What came of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scraped {
    /// The points, and what was wrong with the rest.
    pub parsed: Parsed,
    /// How many samples the text shows, bad ones included; a histogram has many.
    pub samples: usize,
}

/// Reads the text of a target.
///
/// # Errors
/// When it breaks off, holds more samples than a body may have events, or takes too much memory.
pub fn read(dialect: Dialect, body: &[u8], target: &Target<'_>, context: &Context<'_>) -> Result<Scraped, SourceError> {
    let collector = Collector::new(context.limits, memchr::memchr_iter(b'\n', body).count());
    let mut reader = Reader { dialect, target, context, collector, family: Family::default(), samples: 0 };
    let is_ended = reader.lines(body)?;
    if dialect == Dialect::OpenMetrics && !is_ended {
        return Err(SourceError::Malformed("it ends without # EOF: it was cut, or is no OpenMetrics".to_owned()));
    }
    reader.finish_family()?;
    Ok(Scraped { parsed: reader.collector.finish(), samples: reader.samples })
}

/// The text while it is being read.
struct Reader<'a, 'b> {
    dialect: Dialect,
    target: &'a Target<'a>,
    context: &'a Context<'a>,
    collector: Collector<'a>,
    family: Family<'b>,
    samples: usize,
}

impl<'b> Reader<'_, 'b> {
    /// Reads line by line; true when OpenMetrics says that this was all.
    fn lines(&mut self, body: &'b [u8]) -> Result<bool, SourceError> {
        let mut rest = body;
        let mut number = 0;
        while !rest.is_empty() {
            number += 1;
            let Some(end) = memchr::memchr(b'\n', rest) else {
                return self.unfinished(rest, number);
            };
            match line::read(&rest[..end], self.dialect, self.context) {
                Ok(Line::Nothing) => {}
                Ok(Line::End) => return Ok(true),
                Ok(Line::Family { name, says }) => {
                    if self.family.name != name {
                        self.finish_family()?;
                        self.family = Family::new(name);
                    }
                    self.family.learn(says);
                }
                Ok(Line::Sample(sample)) => self.sample(sample, number)?,
                Err(problem) => {
                    self.count_sample()?;
                    self.collector.add(Place::Line(number), Err::<Metric, _>(problem))?;
                }
            }
            rest = &rest[end + 1..];
        }
        Ok(false)
    }

    /// The last line, which has no line feed.
    fn unfinished(&mut self, line: &[u8], number: usize) -> Result<bool, SourceError> {
        let is_blank = line.iter().all(|byte| matches!(byte, b' ' | b'\t'));
        match self.dialect {
            Dialect::OpenMetrics => return Ok(line == b"# EOF"),
            Dialect::Text if is_blank || line.starts_with(b"#") => {}
            Dialect::Text => {
                let problem = "the last line has no line feed: the text was cut".to_owned();
                self.collector.add(Place::Line(number), Err::<Metric, _>(problem))?;
            }
        }
        Ok(false)
    }

    fn count_sample(&mut self) -> Result<(), SourceError> {
        self.samples += 1;
        match self.context.limits.events_per_body {
            max if self.samples > max => Err(SourceError::TooManyEvents { max }),
            _ => Ok(()),
        }
    }

    fn sample(&mut self, mut sample: Sample<'b>, number: usize) -> Result<(), SourceError> {
        self.count_sample()?;
        match self.family.role(&mut sample, self.dialect) {
            Some(Role::Plain(kind)) => {
                let point = self.point(&sample, kind, self.family.unit());
                self.collector.add(Place::Line(number), point)
            }
            Some(Role::Part(part)) => {
                self.family.gather(part, sample, number);
                Ok(())
            }
            None => {
                self.finish_family()?;
                let point = self.point(&sample, crate::metric_names::kind(&sample.name), "");
                self.collector.add(Place::Line(number), point)
            }
        }
    }

    /// Takes the points of histograms and summaries of the family that ends here.
    fn finish_family(&mut self) -> Result<(), SourceError> {
        let family = std::mem::take(&mut self.family);
        let unit = family.unit();
        for (line, outcome) in family.finish() {
            let point = outcome.and_then(|whole| {
                let mut point = self.point(&whole.sample, whole.kind, unit)?;
                point.start_time = whole.start_time;
                point.distribution = whole.distribution.map(Box::new);
                Ok(point)
            });
            self.collector.add(Place::Line(line), point)?;
        }
        Ok(())
    }

    fn point(&self, sample: &Sample<'_>, kind: MetricKind, unit: &str) -> Result<Metric, String> {
        if !sample.value.is_finite() {
            return Err(format!("the value is {}, which cannot be kept", sample.value));
        }
        let own = sample.labels.iter().map(|(name, value)| {
            let is_taken = self.target.labels.iter().any(|(label, _)| label == name);
            let name = if is_taken { format!("exported_{name}") } else { (*name).to_owned() };
            (name, Value::Text(value.clone().into_owned()))
        });
        let given = self.target.labels.iter().map(|(name, value)| (name.clone(), Value::Text(value.clone())));
        let mut attributes = Vec::with_capacity(sample.labels.len() + self.target.labels.len());
        attributes.extend(own.chain(given));
        Ok(Metric {
            time: sample.time.unwrap_or(self.context.received),
            name: sample.name.clone().into_owned(),
            kind,
            value: sample.value,
            unit: unit.to_owned(),
            service: self.target.service.to_owned(),
            host: self.target.host.to_owned(),
            attributes,
            ..Metric::default()
        })
    }
}
