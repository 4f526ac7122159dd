-- What the sensors of a node are by IPMI, kept beyond the conductor that has read it.
CREATE TABLE "SdrRepository" (
  "nodeId" UUID NOT NULL,
  "device" TEXT NOT NULL,
  "recordCount" INTEGER NOT NULL,
  "lastAddition" BIGINT NOT NULL,
  "lastErase" BIGINT NOT NULL,
  "records" BYTEA NOT NULL,
  "readAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "SdrRepository_pkey" PRIMARY KEY ("nodeId"),
  CONSTRAINT "SdrRepository_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
