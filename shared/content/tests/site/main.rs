//! A checkout read as a site, from the outside.

mod checkout;

mod addresses;
mod books;
mod hostile;
mod rendering;
mod searching;
