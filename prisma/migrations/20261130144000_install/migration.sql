-- Steps of media (mounting, ejecting, installing) have stages, and know after a restart of the conductor how far they were.
ALTER TABLE "Step" ADD COLUMN "stage" TEXT, ADD COLUMN "memo" JSONB, ADD COLUMN "linkId" UUID;
