DROP TABLE grant_proposals;
ALTER TABLE grants DROP COLUMN quota_per_day;
ALTER TABLE grants DROP COLUMN modes;
