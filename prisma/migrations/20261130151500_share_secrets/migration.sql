-- The password of a share that an operation mounts from, until the operation has ended. Sealed so that only a conductor opens it.
CREATE TABLE "ShareSecret" (
  "operationId" UUID NOT NULL,
  "sealed" BYTEA NOT NULL,
  CONSTRAINT "ShareSecret_pkey" PRIMARY KEY ("operationId"),
  CONSTRAINT "ShareSecret_operationId_fkey" FOREIGN KEY ("operationId") REFERENCES "Operation"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
