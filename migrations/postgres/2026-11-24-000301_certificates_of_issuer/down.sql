DROP INDEX certificates_of_issuer;
