-- A page that the site's navigation leads to counts more than one that only lies in the repository: drafts and older
-- editions beside a book are found, after the book.
alter table pages add column is_listed boolean not null default true;
