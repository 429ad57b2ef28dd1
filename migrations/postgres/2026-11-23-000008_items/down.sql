DROP TABLE item_rules;
DROP TABLE items;
