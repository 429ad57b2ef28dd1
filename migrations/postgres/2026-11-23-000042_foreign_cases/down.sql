DROP TABLE foreign_cases;
