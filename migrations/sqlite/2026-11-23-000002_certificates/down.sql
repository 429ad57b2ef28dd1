DROP TABLE pictures;
DROP TABLE certificate_holders;
DROP TABLE certificates;
DROP TABLE status_lists;
