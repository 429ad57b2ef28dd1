DROP TABLE foreign_uses;
