DROP TABLE notices;
DROP TABLE guardian_orders;
DROP TABLE mandates;
