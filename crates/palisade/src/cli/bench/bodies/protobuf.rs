//! Protobuf messages with known places: a writer for pools of bodies, which are encoded once and then written over.
//!
//! Only what the senders need of the encoding (protobuf.dev, "Encoding"): varints, 64-bit and length-delimited fields.

/// Wire types.
const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const BYTES: u32 = 2;
/// Bytes of a varint of 36 to 42 bits: milliseconds since 1970 from 1972 to 2109.
pub const MILLIS_LEN: usize = 6;

/// A message that is being written, and where in it stands what is written over later.
#[derive(Default)]
pub struct Message {
    /// The encoded fields.
    pub bytes: Vec<u8>,
    /// Where times begin.
    pub times: Vec<usize>,
    /// Where values begin.
    pub values: Vec<usize>,
    /// Where numbers of the batch begin.
    pub marks: Vec<usize>,
}

impl Message {
    /// A whole number, a flag or a member of an enumeration.
    pub fn number(&mut self, field: u32, value: u64) {
        self.key(field, VARINT);
        self.varint(value);
    }

    /// A 64-bit field, later a time in nanoseconds.
    pub fn time(&mut self, field: u32) {
        self.key(field, FIXED64);
        self.times.push(self.bytes.len());
        self.bytes.extend_from_slice(&[0; 8]);
    }

    /// A varint field, later a time in milliseconds, see [`millis`].
    pub fn time_in_millis(&mut self, field: u32) {
        self.key(field, VARINT);
        self.times.push(self.bytes.len());
        self.bytes.extend_from_slice(&millis(1 << 40));
    }

    /// A 64-bit field, later a value.
    pub fn value(&mut self, field: u32) {
        self.key(field, FIXED64);
        self.values.push(self.bytes.len());
        self.bytes.extend_from_slice(&[0; 8]);
    }

    /// A 64-bit field that stays as it is.
    pub fn fixed(&mut self, field: u32, value: u64) {
        self.key(field, FIXED64);
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    /// A text.
    pub fn text(&mut self, field: u32, text: &str) {
        self.data(field, text.as_bytes());
    }

    /// Bytes.
    pub fn data(&mut self, field: u32, data: &[u8]) {
        self.key(field, BYTES);
        self.varint(data.len() as u64);
        self.bytes.extend_from_slice(data);
    }

    /// A text of `len` bytes, later the number of the batch.
    pub fn mark(&mut self, field: u32, len: usize) {
        self.text(field, &"0".repeat(len));
        self.marks.push(self.bytes.len() - len);
    }

    /// A message in this one, written by `write`.
    pub fn message(&mut self, field: u32, write: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        write(&mut inner);
        self.key(field, BYTES);
        self.varint(inner.bytes.len() as u64);
        let start = self.bytes.len();
        self.bytes.append(&mut inner.bytes);
        let moved = |places: Vec<usize>| places.into_iter().map(move |place| place + start);
        self.times.extend(moved(inner.times));
        self.values.extend(moved(inner.values));
        self.marks.extend(moved(inner.marks));
    }

    /// An attribute of OTLP: `KeyValue` with a text.
    pub fn attribute(&mut self, field: u32, key: &str, value: &str) {
        self.message(field, |pair| {
            pair.text(1, key);
            pair.message(2, |any| any.text(1, value));
        });
    }

    fn key(&mut self, field: u32, wire_type: u32) {
        self.varint(u64::from(field << 3 | wire_type));
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }
}

/// Writes `number` over the eight bytes at each of `places`.
pub fn put(bytes: &mut [u8], place: usize, number: [u8; 8]) {
    bytes[place..place + 8].copy_from_slice(&number);
}

/// A time in milliseconds as a varint of fixed width.
#[must_use]
pub fn millis(time: u64) -> [u8; MILLIS_LEN] {
    let mut bytes = [0; MILLIS_LEN];
    for (index, byte) in bytes.iter_mut().enumerate() {
        let more = if index + 1 < MILLIS_LEN { 0x80 } else { 0 };
        *byte = (time >> (7 * index)) as u8 & 0x7F | more;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message as _;

    #[derive(Clone, PartialEq, prost::Message)]
    struct Outer {
        #[prost(message, repeated, tag = "16")]
        inner: Vec<Inner>,
        #[prost(uint64, tag = "2")]
        number: u64,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    struct Inner {
        #[prost(string, tag = "1")]
        mark: String,
        #[prost(fixed64, tag = "2")]
        time: u64,
        #[prost(double, tag = "3")]
        value: f64,
        #[prost(int64, tag = "4")]
        millis: i64,
        #[prost(bytes = "vec", tag = "5")]
        data: Vec<u8>,
    }

    #[test]
    fn what_is_written_and_written_over_is_read_by_others() {
        let mut message = Message::default();
        message.number(2, 300);
        for _ in 0..2 {
            message.message(16, |inner| {
                inner.mark(1, 4);
                inner.time(2);
                inner.value(3);
                inner.time_in_millis(4);
                inner.data(5, &[7; 200]);
            });
        }
        let Message { mut bytes, times, values, marks } = message;
        bytes[marks[1]..marks[1] + 4].copy_from_slice(b"0042");
        put(&mut bytes, times[2], 5_u64.to_le_bytes());
        put(&mut bytes, values[1], 1.5_f64.to_le_bytes());
        bytes[times[3]..times[3] + MILLIS_LEN].copy_from_slice(&millis(1_795_000_000_123));
        let outer = Outer::decode(bytes.as_slice()).unwrap();
        let wanted = Inner { mark: "0042".into(), time: 5, value: 1.5, millis: 1_795_000_000_123, data: vec![7; 200] };
        assert_eq!((outer.number, &outer.inner[1]), (300, &wanted));
        assert_eq!(outer.inner[0].mark, "0000");
    }
}
