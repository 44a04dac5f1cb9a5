-- How the public reaches a department: an address, a telephone number, office hours.

ALTER TABLE department ADD COLUMN contact TEXT NOT NULL DEFAULT '';
