-- What an agency asks of its own certificates: how many stand how, which end soon, which are new.
-- All of it stands in the index, so that a league of certificates is counted without opening any.
CREATE INDEX certificates_of_issuer ON certificates (issuer, status, valid_to, type_number, issued_at);
