//! The page for people: the OpenAPI document as it is read.

use askama::Template;
use serde_json::Value;
use utoipa::openapi::OpenApi;

/// Everything that the page shows. Whatever is said in sentences is HTML, made by [`prose`].
#[derive(Template)]
#[template(path = "docs.html")]
pub(super) struct Page {
    about: String,
    groups: Vec<Group>,
}

struct Group {
    name: String,
    about: String,
    operations: Vec<Operation>,
}

struct Operation {
    method: String,
    path: String,
    summary: String,
    about: Vec<String>,
    needs_token: bool,
    takes: Vec<(String, String)>,
    answers: Vec<(String, String)>,
}

impl Page {
    pub(super) fn of(openapi: &OpenApi) -> Self {
        let document = serde_json::to_value(openapi).unwrap_or_default();
        let groups = items(&document["tags"]).map(|tag| Group {
            name: text(&tag["name"]),
            about: prose(&text(&tag["description"])),
            operations: operations(&document, &tag["name"]).collect(),
        });
        Self { about: prose(&text(&document["info"]["description"])), groups: groups.collect() }
    }
}

/// The operations with this tag.
fn operations<'a>(document: &'a Value, tag: &'a Value) -> impl Iterator<Item = Operation> + 'a {
    let all = entries(&document["paths"]).flat_map(|(path, item)| {
        entries(item)
            .filter(|(_, operation)| operation.is_object())
            .map(move |(method, operation)| (path, method, operation))
    });
    let mine = all.filter(move |(_, _, operation)| operation["tags"][0] == *tag);
    mine.map(|(path, method, operation)| self::operation(path, method, operation))
}

fn operation(path: &str, method: &str, operation: &Value) -> Operation {
    let parameters = items(&operation["parameters"]);
    let body = operation.get("requestBody");
    let takes = parameters.map(|parameter| (text(&parameter["name"]), prose(&text(&parameter["description"]))));
    let body = body.map(|body| (String::from("body"), prose(&content(body))));
    let answers = entries(&operation["responses"]);
    let about = text(&operation["description"]);
    Operation {
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: prose(&text(&operation["summary"])),
        about: about.split("\n\n").filter(|paragraph| !paragraph.is_empty()).map(prose).collect(),
        needs_token: operation.get("security").is_some(),
        takes: takes.chain(body).collect(),
        answers: answers.map(|(status, answer)| (status.to_owned(), prose(&content(answer)))).collect(),
    }
}

/// What a body is: what is said of it, and the name of its type.
fn content(body: &Value) -> String {
    let schemas = entries(&body["content"]).map(|(_, kind)| kind["schema"].to_string());
    let names =
        schemas.filter_map(|schema| Some(schema.split_once("#/components/schemas/")?.1.split('"').next()?.to_owned()));
    std::iter::once(text(&body["description"]))
        .chain(names)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A sentence as HTML: escaped, with what stands between backquotes as code.
fn prose(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let mut html = String::with_capacity(escaped.len());
    for (nth, part) in escaped.split('`').enumerate() {
        if nth % 2 == 1 {
            html.push_str(&format!("<code>{part}</code>"));
        } else {
            html.push_str(part);
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_escaped_and_its_code_is_code() {
        assert_eq!(prose("a < b, `after` = `\"x\"`."), "a &lt; b, <code>after</code> = <code>&quot;x&quot;</code>.");
    }
}
