-- What sets of nodes draw together, kept each minute by the conductor that has the duty; and the cap of a node beside its watts.
ALTER TABLE "NodeStatus" ADD COLUMN "capWatts" DOUBLE PRECISION;
CREATE TABLE "PowerTotal" (
  "scope" TEXT NOT NULL,
  "at" TIMESTAMPTZ(3) NOT NULL,
  "watts" REAL NOT NULL,
  "told" INTEGER NOT NULL,
  "silent" INTEGER NOT NULL,
  "off" INTEGER NOT NULL,
  CONSTRAINT "PowerTotal_pkey" PRIMARY KEY ("scope", "at")
);
CREATE INDEX "PowerTotal_at_idx" ON "PowerTotal"("at");
