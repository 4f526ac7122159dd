-- What belongs to an action beside its name (how long a node may take to obey, which log), for conductors and pages, which do not read the request.
ALTER TABLE "Operation" ADD COLUMN "options" JSONB NOT NULL DEFAULT '{}';
UPDATE "Operation" SET "options" = jsonb_build_object('source', "request"::jsonb ->> 'source') WHERE "kind" = 'log-clear';
