-- Run once by the PostgreSQL image after roles.sql: each login's password, from the environment
-- (never on a command line), and the database with its owner.
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
\getenv loader_password LOADER_PASSWORD
\getenv backup_password BACKUP_PASSWORD

SET password_encryption = 'scram-sha-256';
ALTER ROLE conamus_owner PASSWORD :'owner_password';
ALTER ROLE conamus_app PASSWORD :'app_password';
ALTER ROLE conamus_loader PASSWORD :'loader_password';
ALTER ROLE conamus_backup PASSWORD :'backup_password';

CREATE DATABASE conamus OWNER conamus_owner;
