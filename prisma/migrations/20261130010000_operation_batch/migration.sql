-- The newest batch of an operation, kept with it so that a list need not look at ten thousand steps.
ALTER TABLE "Operation" ADD COLUMN "batch" INTEGER;
UPDATE "Operation" o SET "batch" = (SELECT max(s."batch") FROM "Step" s WHERE s."operationId" = o."id");
