//! The format of server-sent events, as the HTML standard has it: bytes in, messages out.

/// The longest line, and the most data of one message. Longer ones are cut off and will not be understood.
const LONGEST: usize = 256 << 10;

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Message {
    /// The last id that the stream named; none before the first.
    pub(super) id: Option<String>,
    /// The lines of data, joined by line breaks.
    pub(super) data: String,
}

/// Reads a stream, in whatever pieces it comes.
#[derive(Debug, Default)]
pub(super) struct Parser {
    line: Vec<u8>,
    after_return: bool,
    id: Option<String>,
    data: String,
}

impl Parser {
    /// The messages that are complete with these bytes.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Vec<Message> {
        let mut messages = Vec::new();
        for &byte in bytes {
            let line_feed_of_pair = byte == b'\n' && std::mem::take(&mut self.after_return);
            match byte {
                _ if line_feed_of_pair => {}
                b'\n' | b'\r' => {
                    self.after_return = byte == b'\r';
                    messages.extend(self.end_line());
                }
                _ => {
                    self.after_return = false;
                    if self.line.len() < LONGEST {
                        self.line.push(byte);
                    }
                }
            }
        }
        messages
    }

    fn end_line(&mut self) -> Option<Message> {
        let line = String::from_utf8_lossy(&self.line).into_owned();
        self.line.clear();
        if line.is_empty() {
            let mut data = std::mem::take(&mut self.data);
            data.pop()?;
            return Some(Message { id: self.id.clone(), data });
        }
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "data" if self.data.len() < LONGEST => {
                self.data.push_str(value);
                self.data.push('\n');
            }
            "id" if !value.contains('\0') => self.id = Some(value.to_owned()),
            _ => {} // A comment, the event's name (which the data repeats), a field of another time.
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STREAM: &[u8] =
        b": hello\n\nid: 7\nevent: push\ndata: {\"a\":\ndata:1}\n\n:\r\rdata: two\r\nid\r\n\r\ndata: cut";

    #[test]
    fn messages_come_out_whole_however_the_bytes_come_in() {
        let expected = [
            Message { id: Some("7".into()), data: "{\"a\":\n1}".into() },
            Message { id: Some(String::new()), data: "two".into() },
        ];
        for size in 1..=STREAM.len() {
            let mut parser = Parser::default();
            let messages: Vec<_> = STREAM.chunks(size).flat_map(|chunk| parser.feed(chunk)).collect();
            assert_eq!(messages, expected, "in chunks of {size}");
        }
    }

    #[test]
    fn an_endless_line_does_not_fill_the_memory() {
        let mut parser = Parser::default();
        (0..512).for_each(|_| assert!(parser.feed(&[b'x'; 8192]).is_empty()));
        assert!(parser.line.len() <= LONGEST);
    }
}
