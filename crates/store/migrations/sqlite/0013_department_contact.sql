-- How the public reaches a department: an address, a telephone number, office hours.
CREATE TABLE department_contact (
    code TEXT NOT NULL PRIMARY KEY,
    contact TEXT NOT NULL
) STRICT;
